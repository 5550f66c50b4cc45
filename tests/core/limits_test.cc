// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the table of limits and of setting one by name.

#include "core/base/limits.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace puente {
namespace {

TEST(LimitsTest, TableIsWhole) {
  std::set<std::string> names;
  for (const Limit& limit : LimitTable()) {
    EXPECT_TRUE(names.insert(std::string(limit.name)).second) << limit.name;
    EXPECT_FALSE(limit.meaning.empty());
    EXPECT_FALSE(limit.reason.empty());
    const uint64_t value = DefaultLimits().*(limit.member);
    EXPECT_GE(value, limit.min) << limit.name;
    EXPECT_LE(value, limit.max) << limit.name;
  }
  // Every member has its line.
  EXPECT_EQ(names.size() * sizeof(uint64_t), sizeof(Limits));
}

TEST(LimitsTest, EveryLimitTakesItsRangeAndNoMore) {
  for (const Limit& limit : LimitTable()) {
    Limits limits;
    EXPECT_TRUE(SetLimit(&limits, limit.name, std::to_string(limit.min)).ok()) << limit.name;
    EXPECT_EQ(limits.*(limit.member), limit.min);
    EXPECT_TRUE(SetLimit(&limits, limit.name, std::to_string(limit.max)).ok()) << limit.name;
    EXPECT_EQ(limits.*(limit.member), limit.max);
    const auto refused = [&](uint64_t value) {
      EXPECT_EQ(SetLimit(&limits, limit.name, std::to_string(value)).code(),
                absl::StatusCode::kOutOfRange)
          << limit.name << ' ' << value;
      EXPECT_EQ(limits.*(limit.member), limit.max) << "touched";
    };
    refused(limit.max + 1);
    if (limit.min > 0) refused(limit.min - 1);
  }
}

TEST(LimitsTest, ReadsSizes) {
  Limits limits;
  EXPECT_TRUE(SetLimit(&limits, "text_bytes", "3M").ok());
  EXPECT_EQ(limits.text_bytes, 3u << 20);
  EXPECT_TRUE(SetLimit(&limits, "text_bytes", "2 MiB").ok());
  EXPECT_EQ(limits.text_bytes, 2u << 20);
  EXPECT_TRUE(SetLimit(&limits, "text_bytes", "7KiB").ok());
  EXPECT_EQ(limits.text_bytes, 7u << 10);
  EXPECT_TRUE(SetLimit(&limits, "record_bytes", "1G").ok());
  EXPECT_EQ(limits.record_bytes, 1u << 30);
  EXPECT_TRUE(SetLimit(&limits, "text_bytes", "12 B").ok());
  EXPECT_EQ(limits.text_bytes, 12u);
}

TEST(LimitsTest, RefusesTextsThatAreNoValue) {
  Limits limits;
  for (const char* text :
       {"", "x", "-1", "+1", "1.5", "1 000", "1KB", "1k", "K", " 5", "5  M", "5 "}) {
    EXPECT_EQ(SetLimit(&limits, "text_bytes", text).code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_EQ(SetLimit(&limits, "json_depth", "1K").code(), absl::StatusCode::kInvalidArgument);
  for (const char* text : {"18446744073709551615G", "99999999999999999999999", "17179869184G"}) {
    EXPECT_EQ(SetLimit(&limits, "text_bytes", text).code(), absl::StatusCode::kOutOfRange) << text;
  }
}

TEST(LimitsTest, NamesTheNearestLimit) {
  Limits limits;
  const absl::Status status = SetLimit(&limits, "xml-depth", "5");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find("did you mean 'xml_depth'?"), absl::string_view::npos) << status;
  EXPECT_EQ(SetLimit(&limits, "colour", "5").code(), absl::StatusCode::kNotFound);
}

TEST(LimitsTest, SaysThatALimitIsFixed) {
  Limits limits;
  const absl::Status status = SetLimit(&limits, "decimal_digits", "39");
  EXPECT_NE(status.message().find("fixed at 38"), absl::string_view::npos) << status;
}

TEST(LimitsTest, ShowsValues) {
  EXPECT_EQ(FormatLimit(256, LimitUnit::kCount), "256");
  EXPECT_EQ(FormatLimit(1024, LimitUnit::kCount), "1024");
  EXPECT_EQ(FormatLimit(0, LimitUnit::kBytes), "0 B");
  EXPECT_EQ(FormatLimit(1000, LimitUnit::kBytes), "1000 B");
  EXPECT_EQ(FormatLimit(4096, LimitUnit::kBytes), "4 KiB");
  EXPECT_EQ(FormatLimit(10u << 20, LimitUnit::kBytes), "10 MiB");
  EXPECT_EQ(FormatLimit(uint64_t{4} << 30, LimitUnit::kBytes), "4 GiB");
}

}  // namespace
}  // namespace puente
