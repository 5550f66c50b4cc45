// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Places of records in their dataset: numbers with gaps, so that an insertion moves no other
// record.

#ifndef PUENTE_SERVICES_STORE_PLACE_PLAN_H_
#define PUENTE_SERVICES_STORE_PLACE_PLAN_H_

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace puente::store {

/// Between two records that are appended one after the other.
inline constexpr int64_t kPlaceGap = int64_t{1} << 28;

/// Stands for a record that has no place yet.
inline constexpr int64_t kNoPlace = std::numeric_limits<int64_t>::min();

/// The place of a header: the first one before all records, others behind them. What stands around
/// the records of a file is told by two headers in some formats, and writers take both orders of
/// those of several files.
constexpr int64_t HeaderPlace(uint32_t ordinal) {
  constexpr int64_t kFar = int64_t{1} << 62;
  return ordinal == 0 ? -kFar : kFar + static_cast<int64_t>(ordinal);
}

/// Gives places to records that shall stand in this order. `now` holds the present places, all
/// different, kNoPlace for new records. The result ascends; as many as can keep their place, but
/// for those at a gap that is used up.
std::vector<int64_t> PlanPlaces(std::span<const int64_t> now);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_PLACE_PLAN_H_
