// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What calls share: errors as they are told here, interruption.

#include "services/client/channel.h"

#include <chrono>
#include <string_view>

#include "absl/strings/cord.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "puente/exchange/v1/reason.pb.h"
#include "services/store/reason_error.h"

namespace puente::client {
namespace {

namespace v1 = puente::exchange::v1;

constexpr std::chrono::milliseconds kLookEvery(50);
constexpr std::string_view kErrorInfo = "type.googleapis.com/google.rpc.ErrorInfo";

struct Told {
  std::string_view code;
  std::string_view hint;
};

// What a reason is told as; the hint may be empty.
Told ToldAs(v1::Reason reason, absl::StatusCode code) {
  switch (reason) {
    case v1::REASON_TOKEN_MISSING:
      return {"PUE-0702", "put the token into PUENTE_TOKEN, or into a file for --token-file"};
    case v1::REASON_TOKEN_UNKNOWN:
      return {"PUE-0702", "check that it is the token of this server, and all of it"};
    case v1::REASON_TOKEN_EXPIRED:
    case v1::REASON_TOKEN_REVOKED:
      return {"PUE-0702", "ask who operates the server for a new one"};
    case v1::REASON_PLUGIN_NOT_ALLOWED:
      return {"PUE-0411", ""};
    case v1::REASON_AGENCY_MISMATCH:
      return {"PUE-0703", ""};
    case v1::REASON_GENERATION_CONFLICT:
    case v1::REASON_PUSH_IN_PROGRESS:
      return {"PUE-0707", ""};
    case v1::REASON_MASS_REMOVAL:
      return {"PUE-0708", "if the inputs are complete, add --allow-mass-removal"};
    case v1::REASON_REQUEST_ID_REUSED:
      return {"PUE-0705", "give another --request-id"};
    case v1::REASON_REVISION_COMPACTED:
      return {"PUE-0713", "pull everything, then watch from the token that the pull prints"};
    case v1::REASON_AGENCY_NOT_FOUND:
    case v1::REASON_DATASET_NOT_FOUND:
      return {"PUE-0705", "`puente call ListDatasets '{\"parent\": \"agencies/-\"}'` lists them"};
    default:
      break;
  }
  switch (code) {
    case absl::StatusCode::kUnauthenticated:
      return {"PUE-0702", ""};
    case absl::StatusCode::kPermissionDenied:
      return {"PUE-0703", ""};
    case absl::StatusCode::kResourceExhausted:
      return {"PUE-0710", ""};
    case absl::StatusCode::kAborted:
      return {"PUE-0707", ""};
    case absl::StatusCode::kUnavailable:
      return {"PUE-0701", ""};
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return {"PUE-0711", ""};
    default:
      return {"PUE-0705", ""};
  }
}

bool ReadErrorInfo(const std::string& rpc_status, google::rpc::ErrorInfo* info) {
  google::rpc::Status rpc;
  if (rpc_status.empty() || !rpc.ParseFromString(rpc_status)) return false;
  for (const auto& detail : rpc.details()) {
    if (detail.Is<google::rpc::ErrorInfo>()) return detail.UnpackTo(info);
  }
  return false;
}

absl::Status Tell(absl::StatusCode code, const std::string& message,
                  const google::rpc::ErrorInfo* info) {
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  if (info != nullptr) v1::Reason_Parse("REASON_" + info->reason(), &reason);
  const Told told = ToldAs(reason, code);
  ErrorDetail detail;
  detail.code = std::string(told.code);
  detail.hint = std::string(told.hint);
  detail.message = message;
  if (info != nullptr) {
    const auto name = info->metadata().find("name");
    if (name != info->metadata().end() && message.find(name->second) == std::string::npos) {
      detail.message += ": " + name->second;
    }
    detail.message += fmt::format(" ({})", info->reason());
  }
  absl::Status status = MakeError(code, detail);
  if (info != nullptr) {
    status.SetPayload(ToAbsl(kErrorInfo), absl::Cord(info->SerializeAsString()));
  }
  return status;
}

// gRPC says the whole way to a fault, in words of its own; the last ones tell what happened.
std::string ConnectFault(const std::string& message) {
  for (const std::string_view words :
       {"Connection refused", "No such file or directory", "Permission denied", "No route to host",
        "Network is unreachable", "Connection reset by peer", "Connection timed out",
        "Socket closed"}) {
    if (message.find(words) != std::string::npos) return std::string(words);
  }
  if (message.find("CERTIFICATE_VERIFY_FAILED") != std::string::npos ||
      message.find("certificate verify failed") != std::string::npos) {
    return "its certificate is not one that is trusted here";
  }
  if (message.find("WRONG_VERSION_NUMBER") != std::string::npos) return "it does not speak TLS";
  if (message.find("DNS") != std::string::npos) return "there is no such name";
  return message;
}

}  // namespace

CallContext::CallContext(const Channel& channel) {
  if (!channel.authorization.empty()) context_.AddMetadata("authorization", channel.authorization);
  if (channel.cancel != nullptr) {
    thread_ = std::thread([this, cancel = channel.cancel] { Watch(*cancel); });
  }
}

CallContext::~CallContext() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void CallContext::Watch(const std::atomic<bool>& cancel) {
  std::unique_lock lock(mutex_);
  while (!done_) {
    if (cancel.load(std::memory_order_relaxed)) {
      context_.TryCancel();
      return;
    }
    wake_.wait_for(lock, kLookEvery);
  }
}

bool IsCut(const grpc::Status& status) {
  google::rpc::ErrorInfo info;
  const bool has_reason = ReadErrorInfo(status.error_details(), &info);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return true;
  if (has_reason) return info.reason() == "TOO_MANY_STREAMS";
  // What gRPC itself makes of a connection that broke in the middle of something.
  if (status.error_code() == grpc::StatusCode::INTERNAL ||
      status.error_code() == grpc::StatusCode::UNKNOWN) {
    return status.error_message().find("RST_STREAM") != std::string::npos ||
           status.error_message().find("Stream removed") != std::string::npos;
  }
  return false;
}

absl::Status InterruptedError() {
  ErrorDetail detail;
  detail.code = "PUE-0104";
  detail.message = "interrupted";
  return MakeError(absl::StatusCode::kCancelled, detail);
}

absl::Status FromRpcStatus(int code, const std::string& message, const std::string& rpc_status) {
  google::rpc::ErrorInfo info;
  const bool has_reason = ReadErrorInfo(rpc_status, &info);
  return Tell(static_cast<absl::StatusCode>(code), message, has_reason ? &info : nullptr);
}

absl::Status ToStatus(const Channel& channel, const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (channel.is_cancelled()) return InterruptedError();
  google::rpc::ErrorInfo info;
  if (ReadErrorInfo(status.error_details(), &info)) {
    return Tell(static_cast<absl::StatusCode>(status.error_code()), status.error_message(), &info);
  }
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    ErrorDetail detail;
    detail.code = "PUE-0701";
    detail.message = fmt::format("the exchange at {} cannot be reached: {}", channel.address,
                                 ConnectFault(status.error_message()));
    detail.hint = "check the address, and whether it is served with TLS";
    return MakeError(absl::StatusCode::kUnavailable, detail);
  }
  return Tell(
      static_cast<absl::StatusCode>(status.error_code()),
      status.error_message().empty() ? "the exchange ended the call" : status.error_message(),
      nullptr);
}

}  // namespace puente::client
