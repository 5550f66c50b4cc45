// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// How many findings there are by rule, organisation and month, and who reported when.
#include "core/check/summary.h"

#include <algorithm>
#include <tuple>

#include "core/base/strings.h"

namespace puente::check {
namespace {

void Count(uint64_t findings, Summary::Counts* counts) {
  ++counts->rows;
  counts->findings += findings;
  if (findings > 0) ++counts->rows_with_findings;
}

constexpr int kMonthBits = 32;

}  // namespace

uint32_t Summary::NumberOf(std::string_view organisation) {
  const auto found = numbers_.find(ToAbsl(organisation));
  if (found != numbers_.end()) return found->second;
  if (organisations_.size() >= kMaxOrganisations && !organisation.empty()) {
    is_cut_ = true;
    return NumberOf({});
  }
  const auto number = static_cast<uint32_t>(organisations_.size());
  organisations_.emplace_back(organisation);
  numbers_.emplace(organisations_.back(), number);
  return number;
}

void Summary::AddRow(std::string_view organisation, int32_t month, uint64_t findings) {
  Count(findings, &all_);
  const uint64_t key =
      (uint64_t{NumberOf(organisation)} << kMonthBits) | static_cast<uint32_t>(month);
  auto found = pairs_.find(key);
  if (found == pairs_.end()) {
    if (pairs_.size() >= kMaxPairs) {
      is_cut_ = true;
      return;
    }
    found = pairs_.emplace(key, Counts()).first;
  }
  Count(findings, &found->second);
}

std::vector<Summary::OfPair> Summary::Pairs() const {
  std::vector<OfPair> pairs;
  for (const auto& [key, counts] : pairs_) {
    pairs.push_back(
        {organisations_[key >> kMonthBits], static_cast<int32_t>(key & UINT32_MAX), counts});
  }
  std::sort(pairs.begin(), pairs.end(), [](const OfPair& a, const OfPair& b) {
    return std::tie(a.organisation, a.month) < std::tie(b.organisation, b.month);
  });
  return pairs;
}

}  // namespace puente::check
