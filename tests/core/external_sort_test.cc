// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests sorting in memory and from a temporary file.

#include "core/base/external_sort.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace puente {
namespace {

struct ByValue {
  bool operator()(const uint64_t& a, const uint64_t& b) const { return a < b; }
};

TEST(ExternalSortTest, SortsInMemoryAndFromAFile) {
  for (const size_t count : {0, 1, 9, 10, 11, 1000, 12345}) {
    ExternalSorter<uint64_t, ByValue> sorter(10);
    std::mt19937 random(7);
    std::vector<uint64_t> expected;
    for (size_t i = 0; i < count; ++i) {
      expected.push_back(random() % 5000 * 100'000 + i);
      ASSERT_TRUE(sorter.Add(expected.back()).ok());
    }
    std::sort(expected.begin(), expected.end());
    ASSERT_TRUE(sorter.Finish().ok());
    for (const uint64_t value : expected) {
      const auto next = sorter.Next();
      ASSERT_TRUE(next.ok() && next->has_value());
      ASSERT_EQ(**next, value);
    }
    EXPECT_FALSE(sorter.Next()->has_value());
  }
}

}  // namespace
}  // namespace puente
