// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What calls share: the channel of gRPC, errors as they are told here, interruption. For this
// folder.

#ifndef PUENTE_SERVICES_CLIENT_CHANNEL_H_
#define PUENTE_SERVICES_CLIENT_CHANNEL_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "services/client/connection.h"

namespace puente::client {

/// A channel of gRPC and what each call needs.
struct Channel {
  std::shared_ptr<grpc::Channel> channel;
  /// As the user gave it, for messages.
  std::string address;
  /// Value of the metadata `authorization`; empty for none.
  std::string authorization;
  const std::atomic<bool>* cancel = nullptr;

  bool is_cancelled() const { return cancel != nullptr && cancel->load(std::memory_order_relaxed); }
};

/// One call: its context, which is cancelled once the user interrupts.
class CallContext {
 public:
  explicit CallContext(const Channel& channel);
  ~CallContext();
  CallContext(const CallContext&) = delete;
  CallContext& operator=(const CallContext&) = delete;

  grpc::ClientContext* get() { return &context_; }

 private:
  void Watch(const std::atomic<bool>& cancel);

  grpc::ClientContext context_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

/// True for the end of a call that may go better when it is made again: the server or the way to it
/// went away, or it has no room now.
bool IsCut(const grpc::Status& status);

/// The end of a call as an error with a code of PUE-07xx; the reason of the server, where it gave
/// one, stays in it (store::ReasonOf). Cancelled error PUE-0104 when the user interrupted.
absl::Status ToStatus(const Channel& channel, const grpc::Status& status);

/// The same of a verdict about one record: `google.rpc.Status`, serialized.
absl::Status FromRpcStatus(int code, const std::string& message, const std::string& rpc_status);

/// A cancelled error PUE-0104.
absl::Status InterruptedError();

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_CHANNEL_H_
