// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Pages: sizes, tokens, and the request that a token belongs to.

#ifndef PUENTE_SERVICES_EXCHANGE_PAGING_H_
#define PUENTE_SERVICES_EXCHANGE_PAGING_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/exchange/environment.h"

namespace puente::exchange {

/// The size of a page: 50 when 0, at most 1,000. ARGUMENT_INVALID when negative.
absl::StatusOr<int64_t> PageSize(int32_t asked);

/// What must stay the same between pages, as one text.
std::string RequestKey(std::initializer_list<std::string_view> parts);

/// Revisions of the agencies that a selector takes, as they are now. AGENCY_NOT_FOUND and
/// DATASET_NOT_FOUND for names that are not there.
absl::StatusOr<store::RevisionVector> RevisionsNow(Environment* env,
                                                   const store::Selector& selector);

/// ARGUMENT_INVALID for a field of the request.
absl::Status BadField(std::string_view field, std::string_view message);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_PAGING_H_
