// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Errors of the exchange: a status with the reason that programs act on.

#ifndef PUENTE_SERVICES_STORE_REASON_ERROR_H_
#define PUENTE_SERVICES_STORE_REASON_ERROR_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "puente/exchange/v1/reason.pb.h"

namespace puente::store {

/// Facts of an error by key, as puente/exchange/v1/reason.proto lists them.
using ReasonFacts = std::vector<std::pair<std::string, std::string>>;

/// An error with a reason. Its code is the one that belongs to the reason. The reason travels as
/// the payload `type.googleapis.com/google.rpc.ErrorInfo`. The status has no code of findings.
absl::Status ReasonError(exchange::v1::Reason reason, std::string_view message,
                         const ReasonFacts& facts = {});

/// The reason of an error; REASON_UNSPECIFIED when it has none.
exchange::v1::Reason ReasonOf(const absl::Status& status);

/// One fact of an error; empty when it has none.
std::string ReasonFact(const absl::Status& status, std::string_view key);

/// Name of a reason as it travels: without `REASON_`.
std::string ReasonName(exchange::v1::Reason reason);

/// The status code that belongs to a reason.
absl::StatusCode CodeOfReason(exchange::v1::Reason reason);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_REASON_ERROR_H_
