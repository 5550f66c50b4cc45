// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Resource names of the exchange: agencies/{a}/datasets/{d}/records/{id}~{n} and their parts.

#ifndef PUENTE_SERVICES_STORE_RESOURCE_NAME_H_
#define PUENTE_SERVICES_STORE_RESOURCE_NAME_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "services/store/store.h"

namespace puente::store {

/// Percent-encodes all bytes but A-Z, a-z, 0-9, `-`, `_` and `.`.
std::string EncodeSegment(std::string_view text);
/// The opposite. NAME_INVALID for a broken escape or a byte that must be one.
absl::StatusOr<std::string> DecodeSegment(std::string_view segment);

/// True for 1 to 63 of a-z, 0-9 and `-`, no `-` at the ends.
bool IsAgencyId(std::string_view id);

std::string AgencyName(std::string_view agency);
std::string DatasetName(const DatasetKey& dataset);
std::string RecordName(const DatasetKey& dataset, const RecordKey& key);
void AppendRecordName(const DatasetKey& dataset, const RecordKey& key, std::string* out);
std::string TokenName(std::string_view agency, std::string_view id);

/// Reads a name. NAME_INVALID with the form that it should have.
absl::StatusOr<std::string> ParseAgencyName(std::string_view name);
absl::StatusOr<DatasetKey> ParseDatasetName(std::string_view name);
absl::StatusOr<std::pair<DatasetKey, RecordKey>> ParseRecordName(std::string_view name);
/// Agency and token id.
absl::StatusOr<std::pair<std::string, std::string>> ParseTokenName(std::string_view name);
/// `agencies/{a}/datasets/{d}` where either may be `-` for all; `agencies/-/datasets/{d}` is
/// allowed.
absl::StatusOr<Selector> ParseSelector(std::string_view parent);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_RESOURCE_NAME_H_
