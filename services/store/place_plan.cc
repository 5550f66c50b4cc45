// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The longest ascending subsequence keeps its places; the others are spread over the gaps.

#include "services/store/place_plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace puente::store {
namespace {

constexpr size_t kNone = std::numeric_limits<size_t>::max();
// A gap that must be made wider gets so wide that the next insertions find room.
constexpr int64_t kWideGap = kPlaceGap >> 8;

bool Ascends(std::span<const int64_t> now) {
  int64_t before = kNoPlace;
  for (const int64_t place : now) {
    if (place == kNoPlace) continue;
    if (place <= before) return false;
    before = place;
  }
  return true;
}

// Which ones keep their place.
std::vector<bool> FindKept(std::span<const int64_t> now) {
  std::vector<bool> kept(now.size());
  if (Ascends(now)) {
    for (size_t i = 0; i < now.size(); ++i) kept[i] = now[i] != kNoPlace;
    return kept;
  }
  // ends[n]: the one with the smallest place at which a subsequence of n + 1 ends.
  std::vector<size_t> ends;
  std::vector<size_t> before(now.size(), kNone);
  for (size_t i = 0; i < now.size(); ++i) {
    if (now[i] == kNoPlace) continue;
    const auto at = std::lower_bound(ends.begin(), ends.end(), now[i],
                                     [now](size_t end, int64_t place) { return now[end] < place; });
    if (at != ends.begin()) before[i] = *(at - 1);
    if (at == ends.end()) {
      ends.push_back(i);
    } else {
      *at = i;
    }
  }
  for (size_t i = ends.back(); i != kNone; i = before[i]) kept[i] = true;
  return kept;
}

}  // namespace

std::vector<int64_t> PlanPlaces(std::span<const int64_t> now) {
  const std::vector<bool> kept = FindKept(now);
  std::vector<int64_t> plan(now.begin(), now.end());
  size_t begin = 0;
  while (begin < plan.size()) {
    if (kept[begin]) {
      ++begin;
      continue;
    }
    // A run of those that need a place, between two that keep theirs.
    const bool first = begin == 0;
    const int64_t low = first ? 0 : plan[begin - 1];
    size_t end = begin;
    int64_t step = 0;
    int64_t least = 1;
    do {
      if (end > begin) ++end;
      while (end < plan.size() && !kept[end]) ++end;
      const auto count = static_cast<int64_t>(end - begin);
      // At the ends there is room without bound.
      if (first || end == plan.size()) {
        step = kPlaceGap;
      } else {
        step = (plan[end] - low) / (count + 1);
      }
      if (step < least) least = kWideGap;
    } while (step < least);
    int64_t place = low;
    if (first && end < plan.size()) {
      place = plan[end] - kPlaceGap * static_cast<int64_t>(end - begin + 1);
    }
    for (; begin < end; ++begin) plan[begin] = place += step;
  }
  return plan;
}

}  // namespace puente::store
