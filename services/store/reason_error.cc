// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Errors of the exchange as statuses with google.rpc.ErrorInfo.

#include "services/store/reason_error.h"

#include "absl/strings/cord.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "google/rpc/error_details.pb.h"

namespace puente::store {
namespace {

using exchange::v1::Reason;

constexpr std::string_view kErrorInfo = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr std::string_view kDomain = "puente.exchange";
constexpr std::string_view kPrefix = "REASON_";

// False when the status has none of ours.
bool ReadInfo(const absl::Status& status, google::rpc::ErrorInfo* info) {
  const auto payload = status.GetPayload(ToAbsl(kErrorInfo));
  return payload.has_value() && info->ParseFromString(std::string(*payload)) &&
         info->domain() == kDomain;
}

}  // namespace

absl::Status ReasonError(Reason reason, std::string_view message, const ReasonFacts& facts) {
  absl::Status status(CodeOfReason(reason), ToAbsl(message));
  google::rpc::ErrorInfo info;
  info.set_domain(std::string(kDomain));
  info.set_reason(ReasonName(reason));
  for (const auto& [key, value] : facts) {
    // A field of type string must be UTF-8.
    (*info.mutable_metadata())[key] =
        FirstInvalidUtf8(value).has_value() ? EscapeForTerminalLine(value) : value;
  }
  status.SetPayload(ToAbsl(kErrorInfo), absl::Cord(info.SerializeAsString()));
  return status;
}

Reason ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  Reason reason = exchange::v1::REASON_UNSPECIFIED;
  if (ReadInfo(status, &info)) {
    exchange::v1::Reason_Parse(std::string(kPrefix) + info.reason(), &reason);
  }
  return reason;
}

std::string ReasonFact(const absl::Status& status, std::string_view key) {
  google::rpc::ErrorInfo info;
  if (!ReadInfo(status, &info)) return "";
  const auto found = info.metadata().find(std::string(key));
  return found == info.metadata().end() ? "" : found->second;
}

std::string ReasonName(Reason reason) {
  return exchange::v1::Reason_Name(reason).substr(kPrefix.size());
}

absl::StatusCode CodeOfReason(Reason reason) {
  switch (reason) {
    case exchange::v1::REASON_TOKEN_MISSING:
    case exchange::v1::REASON_TOKEN_UNKNOWN:
    case exchange::v1::REASON_TOKEN_EXPIRED:
    case exchange::v1::REASON_TOKEN_REVOKED:
      return absl::StatusCode::kUnauthenticated;
    case exchange::v1::REASON_SCOPE_MISSING:
    case exchange::v1::REASON_AGENCY_MISMATCH:
    case exchange::v1::REASON_PLUGIN_NOT_ALLOWED:
      return absl::StatusCode::kPermissionDenied;
    case exchange::v1::REASON_ARGUMENT_INVALID:
    case exchange::v1::REASON_NAME_INVALID:
    case exchange::v1::REASON_FILTER_INVALID:
    case exchange::v1::REASON_PAGE_TOKEN_INVALID:
    case exchange::v1::REASON_RESUME_TOKEN_INVALID:
    case exchange::v1::REASON_SEQUENCE_INVALID:
    case exchange::v1::REASON_RECORD_MALFORMED:
    case exchange::v1::REASON_DIGEST_MISMATCH:
    case exchange::v1::REASON_IDENTITY_MISMATCH:
    case exchange::v1::REASON_NAME_REPEATED:
    case exchange::v1::REASON_INPUT_INVALID:
    case exchange::v1::REASON_OPTION_INVALID:
      return absl::StatusCode::kInvalidArgument;
    case exchange::v1::REASON_AGENCY_NOT_FOUND:
    case exchange::v1::REASON_DATASET_NOT_FOUND:
    case exchange::v1::REASON_RECORD_NOT_FOUND:
    case exchange::v1::REASON_RECORD_DELETED:
    case exchange::v1::REASON_GENERATION_NOT_FOUND:
    case exchange::v1::REASON_FORMAT_NOT_FOUND:
    case exchange::v1::REASON_TOKEN_NOT_FOUND:
      return absl::StatusCode::kNotFound;
    case exchange::v1::REASON_GENERATION_CONFLICT:
    case exchange::v1::REASON_PUSH_IN_PROGRESS:
      return absl::StatusCode::kAborted;
    case exchange::v1::REASON_MASS_REMOVAL:
    case exchange::v1::REASON_REQUEST_ID_REUSED:
      return absl::StatusCode::kFailedPrecondition;
    case exchange::v1::REASON_REVISION_COMPACTED:
      return absl::StatusCode::kOutOfRange;
    case exchange::v1::REASON_RECORD_TOO_LARGE:
    case exchange::v1::REASON_CREDIT_EXCEEDED:
    case exchange::v1::REASON_TOO_MANY_STREAMS:
    case exchange::v1::REASON_FILE_TOO_LARGE:
    case exchange::v1::REASON_METADATA_TOO_LARGE:
    case exchange::v1::REASON_STORE_FULL:
      return absl::StatusCode::kResourceExhausted;
    case exchange::v1::REASON_SHUTTING_DOWN:
    case exchange::v1::REASON_STORE_UNAVAILABLE:
      return absl::StatusCode::kUnavailable;
    case exchange::v1::REASON_STORE_DAMAGED:
      return absl::StatusCode::kDataLoss;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace puente::store
