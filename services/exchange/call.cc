// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What every call goes through.

#include "services/exchange/call.h"

#include <fmt/format.h>

#include <memory>

#include "core/base/strings.h"
#include "services/store/reason_error.h"

namespace puente::exchange {
namespace {

// The W3C trace id that came with the call; empty when there is none.
std::string TraceParent(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find("traceparent");
  if (found == context.client_metadata().end() || found->second.size() > 64) return "";
  return std::string(found->second.data(), found->second.size());
}

}  // namespace

absl::Status Call::Admit() {
  if (env_->draining) {
    return store::ReasonError(v1::REASON_SHUTTING_DOWN, "the server is going down");
  }
  // gRPC tells clients the limit and does not hold all of them to it.
  size_t metadata = 0;
  for (const auto& [key, value] : context_->client_metadata()) {
    metadata += key.size() + value.size();
  }
  if (metadata > static_cast<size_t>(env_->limits.metadata_bytes)) {
    return store::ReasonError(v1::REASON_METADATA_TOO_LARGE,
                              "the call has more metadata than is allowed",
                              {{"limit", std::to_string(env_->limits.metadata_bytes)}});
  }
  auto caller = env_->authorizer.Admit(*context_, method_);
  if (!caller.ok()) return caller.status();
  caller_ = *std::move(caller);
  return absl::OkStatus();
}

grpc::Status Call::End(const absl::Status& status) {
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  env_->metrics.CallEnded(method_, status.code(), seconds);
  const auto reason = store::ReasonOf(status);
  const std::string reason_name =
      reason == v1::REASON_UNSPECIFIED ? std::string() : store::ReasonName(reason);
  const bool is_fault = !status.ok() && reason == v1::REASON_UNSPECIFIED &&
                        status.code() != absl::StatusCode::kCancelled;
  env_->log.Write("call", {{"method", method_},
                           {"agency", caller_.agency},
                           {"token", caller_.token_id},
                           {"peer", context_->peer()},
                           {"code", absl::StatusCodeToString(status.code())},
                           {"reason", reason_name},
                           {"fault", is_fault ? ToStd(status.message()) : std::string_view()},
                           {"ms", fmt::format("{:.1f}", seconds * 1000)},
                           {"traceparent", TraceParent(*context_)}});
  if (status.code() == absl::StatusCode::kCancelled && !is_fault &&
      reason == v1::REASON_UNSPECIFIED) {
    return grpc::Status(grpc::StatusCode::CANCELLED, std::string(ToStd(status.message())));
  }
  return ToGrpcStatus(status);
}

grpc::ServerUnaryReactor* RunUnary(Environment* env, grpc::CallbackServerContext* context,
                                   std::string_view method,
                                   std::function<absl::Status(const Caller& caller)> work) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  auto call = std::make_shared<Call>(env, context, method);
  if (env->workers.waiting() >= kMaxWaiting) {
    reactor->Finish(call->End(TooMany("calls", static_cast<int>(kMaxWaiting))));
    return reactor;
  }
  const auto queued = std::chrono::steady_clock::now();
  env->workers.Run([reactor, call, queued, work = std::move(work)] {
    absl::Status status = call->Admit();
    if (status.ok() && (call->context()->IsCancelled() ||
                        std::chrono::steady_clock::now() - queued > kUnaryDeadline)) {
      status = absl::CancelledError("the caller or its deadline ended the call");
    }
    if (status.ok()) status = work(call->caller());
    reactor->Finish(call->End(status));
  });
  return reactor;
}

absl::Status TooMany(std::string_view kind, int limit) {
  return store::ReasonError(v1::REASON_TOO_MANY_STREAMS,
                            fmt::format("the server has {} {} open, its limit", limit, kind),
                            {{"limit", std::to_string(limit)}});
}

}  // namespace puente::exchange
