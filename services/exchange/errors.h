// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Errors as they travel: gRPC statuses with google.rpc details.

#ifndef PUENTE_SERVICES_EXCHANGE_ERRORS_H_
#define PUENTE_SERVICES_EXCHANGE_ERRORS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace puente::exchange {

/// An error as google.rpc.Status: one ErrorInfo first, then BadRequest, ResourceInfo or RetryInfo
/// where the reason has them. An error without a reason becomes REASON_INTERNAL and tells nothing
/// of what went wrong inside.
google::rpc::Status ToRpcStatus(const absl::Status& status);

/// The same for the end of a call.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_ERRORS_H_
