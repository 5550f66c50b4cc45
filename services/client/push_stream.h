// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// One stream of a push, from `open` to its end. For this folder.

#ifndef PUENTE_SERVICES_CLIENT_PUSH_STREAM_H_
#define PUENTE_SERVICES_CLIENT_PUSH_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "puente/exchange/v1/record_service.grpc.pb.h"
#include "services/client/channel.h"
#include "services/client/push.h"

namespace puente::client {

/// One stream. The calling thread writes; another one reads.
class PushStream {
 public:
  /// All are borrowed. `progress` and the numbers in it go on from stream to stream.
  PushStream(Channel* channel, PushSource* source, const PushOptions* options, PushResult* result);
  ~PushStream();

  /// Runs it to its end. OK: the push was committed, or the server ended the stream and `status()`
  /// says why. Else an error of this side.
  absl::Status Run();
  /// How the server ended the stream, once Run has returned OK.
  const grpc::Status& status() const { return status_; }
  /// The push was opened.
  bool opened() const { return opened_seen_; }
  /// What had been decided when it was.
  int64_t through_at_open() const { return through_at_open_; }

 private:
  using Request = exchange::v1::PushRecordsRequest;
  using Response = exchange::v1::PushRecordsResponse;
  // A record that was offered, or must be sent.
  struct Pending {
    int64_t number = 0;
    uint64_t where = 0;
    uint64_t size = 0;
  };

  void ReadAll();
  void Take(const Response& response);
  absl::Status SendAll();
  // Waits for credit for a message, then writes it. False when the stream has ended.
  bool Send(const Request& request);
  bool SendOpen();
  absl::Status SendOffers();
  absl::Status SendNeeded();
  absl::Status SendChunks(const Pending& record);
  // Waits until there is something to do. False when the stream has ended.
  bool WaitForWork(std::unique_lock<std::mutex>& lock);
  void Report(std::unique_lock<std::mutex>& lock);

  Channel* const channel_;
  PushSource* const source_;
  const PushOptions* const options_;
  PushResult* const result_;
  CallContext context_;
  std::unique_ptr<exchange::v1::RecordService::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream_;
  grpc::Status status_;

  // Of the calling thread.
  int64_t offered_ = 0;
  bool opened_seen_ = false;
  int64_t through_at_open_ = 0;
  Request request_;
  std::string bytes_;

  std::thread reader_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::optional<Response::Opened> opened_;
  std::optional<Response::Summary> summary_;
  int64_t credit_ = 0;
  int64_t all_credit_ = 0;
  // Batches of offers that were not answered yet, oldest first.
  std::deque<std::vector<Pending>> asked_;
  std::deque<Pending> needed_;
  std::vector<PushRefusal> refusals_;
  int64_t decided_ = 0;
  // The server broke the rules.
  absl::Status fault_;
  bool ended_ = false;
  // Nothing can be written any more.
  bool broken_ = false;
};

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_PUSH_STREAM_H_
