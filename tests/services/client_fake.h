// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// An exchange that does what a test says: cuts streams, breaks rules, counts what is under way.

#ifndef PUENTE_TESTS_SERVICES_CLIENT_FAKE_H_
#define PUENTE_TESTS_SERVICES_CLIENT_FAKE_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "puente/exchange/v1/change_service.grpc.pb.h"
#include "puente/exchange/v1/record_service.grpc.pb.h"

namespace puente::client {

/// Counts down to a cut: a stream ends with UNAVAILABLE after so many messages. Once for each
/// entry, stream by stream; then no more.
class Cuts {
 public:
  void Plan(std::vector<int> after) {
    const std::lock_guard lock(mutex_);
    after_ = std::move(after);
    at_ = 0;
  }
  /// How many messages the next stream passes; negative: all.
  int Next() {
    const std::lock_guard lock(mutex_);
    if (at_ == after_.size()) return -1;
    return after_[at_++];
  }

 private:
  std::mutex mutex_;
  std::vector<int> after_;
  size_t at_ = 0;
};

/// Records with pushes; everything is kept in memory. A test calls Sync after it set something and
/// before it looks at something: what gRPC does between threads is not seen by sanitizers.
class FakeRecords : public exchange::v1::RecordService::Service {
 public:
  // What a test sets before the first call.
  Cuts push_cuts;
  Cuts stream_cuts;
  int64_t credit = int64_t{8} << 20;
  std::set<std::string> refused_ids;
  bool needs_what_was_not_offered = false;
  grpc::Status refuse_open;
  std::atomic<bool> hang = false;
  /// Messages of StreamRecords. The index of each is its resume token.
  std::vector<exchange::v1::StreamRecordsResponse> stream;

  void Sync() { const std::lock_guard lock(mutex_); }

  // What came of it.
  std::map<std::string, std::string> stored;
  std::vector<std::string> authorizations;
  int64_t most_under_way = 0;
  int64_t writes_seen = 0;
  int streams_opened = 0;
  std::vector<std::string> faults;
  std::vector<exchange::v1::PushRecordsRequest::Open> opens;
  std::vector<exchange::v1::StreamRecordsRequest> stream_requests;

  grpc::Status PushRecords(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<exchange::v1::PushRecordsResponse, exchange::v1::PushRecordsRequest>*
          stream) override;
  grpc::Status StreamRecords(
      grpc::ServerContext* context, const exchange::v1::StreamRecordsRequest* request,
      grpc::ServerWriter<exchange::v1::StreamRecordsResponse>* writer) override;
  grpc::Status GetRecord(grpc::ServerContext* context,
                         const exchange::v1::GetRecordRequest* request,
                         exchange::v1::GetRecordResponse* response) override;

 private:
  class PushOne;
  struct PushState {
    int64_t through = 0;
    exchange::v1::PushRecordsResponse::Summary summary;
    bool complete = false;
  };
  void Fault(const std::string& what) { faults.push_back(what); }

  std::mutex mutex_;
  std::map<std::string, PushState> pushes_;
};

/// Changes, numbered from 1: the token is the number of the last one.
class FakeChanges : public exchange::v1::ChangeService::Service {
 public:
  Cuts cuts;
  int changes = 0;
  grpc::Status end_with;
  std::vector<exchange::v1::WatchChangesRequest> requests;

  void Sync() { const std::lock_guard lock(mutex_); }

  grpc::Status WatchChanges(
      grpc::ServerContext* context, const exchange::v1::WatchChangesRequest* request,
      grpc::ServerWriter<exchange::v1::WatchChangesResponse>* writer) override;

 private:
  std::mutex mutex_;
};

/// A server with both, on a unix socket in a folder of its own.
class FakeServer {
 public:
  FakeServer();
  ~FakeServer();
  const std::string& address() const { return address_; }

  FakeRecords records;
  FakeChanges changes;

 private:
  std::string folder_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

/// A status as the exchange gives it.
grpc::Status WithReason(grpc::StatusCode code, const std::string& message,
                        const std::string& reason,
                        const std::map<std::string, std::string>& facts = {});

}  // namespace puente::client

#endif  // PUENTE_TESTS_SERVICES_CLIENT_FAKE_H_
