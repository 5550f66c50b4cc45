// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of rules over many rows: sums over months and outliers, against plain ways to count them.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/check/dataset_method.h"
#include "core/check/rule_pack.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace puente::check {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Value NumberOf(int64_t unscaled, int scale = 0) {
  const absl::StatusOr<Decimal> number = Decimal::Make(unscaled, scale);
  EXPECT_TRUE(number.ok());
  return number.ok() ? Value::OfNumber(*number) : Value();
}

Value MonthOf(int year, int month) {
  Value value;
  value.kind = ValueKind::kDate;
  value.year = static_cast<int16_t>(year);
  value.month = static_cast<int8_t>(month);
  return value;
}

/// What a method finds: row, first row, and what it says.
std::vector<std::string> Found(DatasetMethod* method) {
  std::vector<std::string> found;
  const absl::Status status = method->Finish([&](const DatasetHit& hit) {
    found.push_back(fmt::format("{} {}: {} {}", hit.place.row, hit.first.row,
                                hit.said[0].ToString(), hit.said[1].ToString()));
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return found;
}

class SumAboveTest : public ::testing::Test {
 protected:
  void Add(const std::string& group, Value across, Value value, Value bound) {
    MethodRow row;
    row.place.row = ++number_;
    const Value by = Value::OfText(group);
    row.by = {&by, 1};
    row.across = across;
    row.value = value;
    row.bound = bound;
    EXPECT_TRUE(method_->Add(row).ok());
  }

  const std::unique_ptr<DatasetMethod> method_ = MakeSumAbove(Rule());
  uint64_t number_ = 0;
};

TEST_F(SumAboveTest, MonthsAddUp) {
  Add("a", MonthOf(2023, 1), NumberOf(5), NumberOf(5));
  Add("b", MonthOf(2023, 1), NumberOf(5), NumberOf(5));
  Add("a", MonthOf(2023, 2), NumberOf(25, 1), NumberOf(2));
  Add("b", MonthOf(2023, 2), NumberOf(2), NumberOf(2));
  Add("", MonthOf(2023, 1), NumberOf(2), NumberOf(1));
  Add(" ", MonthOf(2023, 3), NumberOf(2), Value());
  EXPECT_THAT(Found(method_.get()), ElementsAre("3 1: 7.5 7", "6 5: 4 1"));
}

TEST_F(SumAboveTest, WhatIsNotKnownIsSilent) {
  const Value unread = Value::OfUnread("1.234");
  Add("one month", MonthOf(2023, 1), NumberOf(9), NumberOf(1));
  Add("one month", MonthOf(2023, 1), NumberOf(9), NumberOf(1));
  Add("unread", MonthOf(2023, 1), NumberOf(9), NumberOf(1));
  Add("unread", MonthOf(2023, 2), NumberOf(9), unread);
  Add("unread value", MonthOf(2023, 1), unread, NumberOf(1));
  Add("unread value", MonthOf(2023, 2), NumberOf(9), NumberOf(1));
  Add("no bound", MonthOf(2023, 1), NumberOf(9), Value());
  Add("no bound", MonthOf(2023, 2), NumberOf(9), Value());
  Add("no month", Value(), NumberOf(9), NumberOf(1));
  Add("no month", MonthOf(2023, 2), NumberOf(9), NumberOf(1));
  const absl::StatusOr<Decimal> most = Decimal::Parse("99999999999999999999999999999999999999");
  ASSERT_TRUE(most.ok());
  Add("too large", MonthOf(2023, 1), Value::OfNumber(*most), NumberOf(1));
  Add("too large", MonthOf(2023, 2), Value::OfNumber(*most), NumberOf(1));
  EXPECT_THAT(Found(method_.get()), IsEmpty());
}

TEST_F(SumAboveTest, SpillsToAFile) {
  std::mt19937 random(7);
  struct Plain {
    int64_t sum = 0;
    int64_t bound = 0;
    uint64_t first = 0;
    uint64_t last = 0;
    int first_month = 0;
    bool differs = false;
  };
  std::map<std::string, Plain> plain;
  for (int i = 0; i < 60000; ++i) {
    const std::string group = fmt::format("g{}", random() % 9000);
    const int month = 1 + static_cast<int>(random() % 3);
    const auto value = static_cast<int64_t>(random() % 10);
    const auto bound = static_cast<int64_t>(random() % 14);
    Add(group, MonthOf(2023, month), NumberOf(value), NumberOf(bound));
    Plain& one = plain[group];
    if (one.first == 0) one.first = number_, one.first_month = month;
    one.last = number_;
    one.sum += value;
    one.bound += bound;
    one.differs |= month != one.first_month;
  }
  std::map<uint64_t, std::string> expected;
  for (const auto& [group, one] : plain) {
    if (!one.differs || one.sum <= one.bound) continue;
    expected[one.last] = fmt::format("{} {}: {} {}", one.last, one.first, one.sum, one.bound);
  }
  std::vector<std::string> lines;
  for (const auto& [row, line] : expected) lines.push_back(line);
  EXPECT_GT(lines.size(), 100u);
  EXPECT_EQ(Found(method_.get()), lines);
}

class OutliersTest : public ::testing::Test {
 protected:
  static Rule MakeRule() {
    Rule rule;
    rule.limits = {{"values", 30}, {"spreads", 5}, {"times_median", 10}};
    return rule;
  }
  void Add(const std::string& group, Value value) {
    MethodRow row;
    row.place.row = ++number_;
    const Value by = Value::OfText(group);
    row.by = {&by, 1};
    row.value = value;
    EXPECT_TRUE(method_->Add(row).ok());
  }

  const std::unique_ptr<DatasetMethod> method_ = MakeOutliers(MakeRule());
  uint64_t number_ = 0;
};

TEST_F(OutliersTest, FarAboveTheMedian) {
  Add("a", NumberOf(5000));
  for (int i = 0; i < 30; ++i) Add("a", NumberOf(8 + i % 5));
  for (int i = 0; i < 30; ++i) Add("b", NumberOf(100));
  Add("b", NumberOf(10005, 1));
  Add("b", NumberOf(1));
  Add("b", NumberOf(0));
  Add("b", NumberOf(-100000));
  Add("b", Value::OfUnread("900.000"));
  for (int i = 0; i < 29; ++i) Add("few", NumberOf(i == 0 ? 100000 : 10));
  EXPECT_THAT(Found(method_.get()), ElementsAre("1 1: 5000 10", "62 62: 1000.5 100"));
}

TEST_F(OutliersTest, AgreesWithAPlainWayAndSpills) {
  std::mt19937 random(11);
  std::lognormal_distribution<double> usual(4, 0.5);
  std::map<std::string, std::vector<std::pair<int64_t, uint64_t>>> plain;
  const auto add = [&](const std::string& group, int64_t value) {
    Add(group, NumberOf(value));
    plain[group].emplace_back(value, number_);
  };
  // One group that does not fit in memory, and many of all sizes.
  for (int i = 0; i < 50000; ++i) {
    const bool is_far = random() % 500 == 0;
    add(i % 5 == 0 ? fmt::format("g{}", random() % 200) : "large",
        1 + static_cast<int64_t>(usual(random) * (is_far ? 60 : 1)));
  }
  for (int size = 1; size < 70; ++size) {
    for (int i = 0; i < size; ++i) {
      add(fmt::format("s{}", size), i % 2 == 0 ? 1 + static_cast<int64_t>(random() % 5)
                                               : 1 + static_cast<int64_t>(random() % 100000));
    }
  }
  std::map<uint64_t, std::string> expected;
  for (auto& [group, values] : plain) {
    if (values.size() < 30) continue;
    std::sort(values.begin(), values.end());
    const size_t middle = (values.size() - 1) / 2;
    const auto median = static_cast<double>(values[middle].first);
    std::vector<double> distances;
    for (const auto& [value, row] : values) {
      distances.push_back(std::fabs(std::log(static_cast<double>(value) / median)));
    }
    std::sort(distances.begin(), distances.end());
    const double most = std::max(5 * 1.4826 * distances[middle], std::log(10.0));
    for (const auto& [value, row] : values) {
      if (!(std::log(static_cast<double>(value) / median) > most)) continue;
      expected[row] = fmt::format("{} {}: {} {}", row, row, value, values[middle].first);
    }
  }
  std::vector<std::string> lines;
  for (const auto& [row, line] : expected) lines.push_back(line);
  EXPECT_GT(lines.size(), 30u);
  EXPECT_EQ(Found(method_.get()), lines);
}

}  // namespace
}  // namespace puente::check
