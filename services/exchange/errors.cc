// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Errors as they travel: gRPC statuses with google.rpc details.

#include "services/exchange/errors.h"

#include <string>

#include "core/base/strings.h"
#include "google/rpc/error_details.pb.h"
#include "services/store/reason_error.h"

namespace puente::exchange {
namespace {

using exchange::v1::Reason;

// The kind of resource that an error is about; null for none.
const char* ResourceKind(Reason reason) {
  switch (reason) {
    case v1::REASON_AGENCY_NOT_FOUND:
      return "agency";
    case v1::REASON_DATASET_NOT_FOUND:
      return "dataset";
    case v1::REASON_RECORD_NOT_FOUND:
    case v1::REASON_RECORD_DELETED:
    case v1::REASON_GENERATION_NOT_FOUND:
    case v1::REASON_GENERATION_CONFLICT:
      return "record";
    case v1::REASON_TOKEN_NOT_FOUND:
      return "token";
    default:
      return nullptr;
  }
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status out;
  if (status.ok()) return out;
  Reason reason = store::ReasonOf(status);
  absl::Status told = status;
  if (reason == v1::REASON_UNSPECIFIED) {
    reason = v1::REASON_INTERNAL;
    told = store::ReasonError(reason, "the server met a fault of its own; its log says more");
  }
  out.set_code(static_cast<int>(told.code()));
  out.set_message(std::string(ToStd(told.message())));
  google::rpc::ErrorInfo info;
  const auto payload = told.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  if (payload.has_value()) info.ParseFromString(std::string(*payload));
  out.add_details()->PackFrom(info);
  const auto fact = [&info](const char* key) {
    const auto found = info.metadata().find(key);
    return found == info.metadata().end() ? std::string() : found->second;
  };
  if (const std::string field = fact("field"); !field.empty()) {
    google::rpc::BadRequest bad;
    auto* violation = bad.add_field_violations();
    violation->set_field(field);
    violation->set_description(out.message());
    out.add_details()->PackFrom(bad);
  }
  if (const char* kind = ResourceKind(reason); kind != nullptr && !fact("name").empty()) {
    google::rpc::ResourceInfo resource;
    resource.set_resource_type(kind);
    resource.set_resource_name(fact("name"));
    resource.set_description(out.message());
    out.add_details()->PackFrom(resource);
  }
  if (told.code() == absl::StatusCode::kUnavailable || reason == v1::REASON_TOO_MANY_STREAMS) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(1);
    out.add_details()->PackFrom(retry);
  }
  return out;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status rpc = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(rpc.code()), rpc.message(),
                      rpc.SerializeAsString());
}

}  // namespace puente::exchange
