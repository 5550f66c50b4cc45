// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What every call goes through: admission, the log, the counters; and unary methods as functions.

#ifndef PUENTE_SERVICES_EXCHANGE_CALL_H_
#define PUENTE_SERVICES_EXCHANGE_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/exchange/environment.h"
#include "services/exchange/errors.h"

namespace puente::exchange {

/// One call from its begin to its end. `method` is the full name, with static lifetime.
class Call {
 public:
  Call(Environment* env, grpc::CallbackServerContext* context, std::string_view method)
      : env_(env), context_(context), method_(method), began_(std::chrono::steady_clock::now()) {}

  /// Refuses while the server drains, and callers that may not; else `caller()` is set. May block.
  absl::Status Admit();

  /// Counts the end of the call, writes its line of the log; the status to finish with.
  grpc::Status End(const absl::Status& status);

  const Caller& caller() const { return caller_; }
  grpc::CallbackServerContext* context() const { return context_; }

 private:
  Environment* env_;
  grpc::CallbackServerContext* context_;
  std::string_view method_;
  std::chrono::steady_clock::time_point began_;
  Caller caller_;
};

/// How long a unary call may wait and run when the caller set no deadline.
inline constexpr std::chrono::seconds kUnaryDeadline(60);
/// Work that may wait for a thread before more is refused.
inline constexpr size_t kMaxWaiting = 2000;

/// Runs a unary method on the workers: admission first, then `work`, whose status ends the call.
grpc::ServerUnaryReactor* RunUnary(Environment* env, grpc::CallbackServerContext* context,
                                   std::string_view method,
                                   std::function<absl::Status(const Caller& caller)> work);

/// The error for more streams of one kind than are allowed.
absl::Status TooMany(std::string_view kind, int limit);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_CALL_H_
