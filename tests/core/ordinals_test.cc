// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests the table that tells equal ids apart: in memory, in a file, with equal hashes.

#include "core/pipeline/ordinals.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <random>
#include <string>
#include <unordered_map>

#include "core/base/status.h"

namespace puente::pipeline {
namespace {

// Compares the table with a plain map over many keys, of which some come often.
void Compare(OrdinalTable* table, int keys, int rounds) {
  std::mt19937 random(7);
  std::unordered_map<std::string, uint32_t> expected;
  for (int i = 0; i < rounds; ++i) {
    std::string key = "XM-DAC-" + std::to_string(random() % static_cast<unsigned>(keys));
    if (random() % 100 == 0) key = "";
    if (random() % 50 == 0) key.append(200, 'x');
    absl::StatusOr<uint32_t> ordinal = table->Next(key);
    ASSERT_TRUE(ordinal.ok()) << ordinal.status();
    ASSERT_EQ(*ordinal, expected[key]++) << key;
  }
  EXPECT_EQ(table->keys(), expected.size());
}

TEST(OrdinalTableTest, FirstIsZero) {
  OrdinalTable table;
  EXPECT_EQ(*table.Next("a"), 0u);
  EXPECT_EQ(*table.Next("b"), 0u);
  EXPECT_EQ(*table.Next("a"), 1u);
  EXPECT_EQ(*table.Next(""), 0u);
  EXPECT_EQ(*table.Next(""), 1u);
  EXPECT_EQ(*table.Next(std::string("a\0b", 3)), 0u);
  EXPECT_EQ(table.keys(), 4u);
}

TEST(OrdinalTableTest, AtLeast) {
  OrdinalTable table;
  EXPECT_EQ(*table.Next("a", 3), 3u);
  EXPECT_EQ(*table.Next("a", 1), 4u);
  EXPECT_EQ(*table.Next("a", 9), 9u);
  EXPECT_EQ(*table.Next("a"), 10u);
  EXPECT_EQ(table.Next("a", UINT32_MAX).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(table.Next("new", UINT32_MAX).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(OrdinalTableTest, InMemory) {
  OrdinalTable table;
  Compare(&table, 20000, 60000);
  EXPECT_FALSE(table.spilled());
}

TEST(OrdinalTableTest, TinyBoundGoesToAFile) {
  OrdinalOptions options;
  options.max_table_bytes = 16 << 10;
  options.max_key_bytes = 100;
  OrdinalTable table(options);
  Compare(&table, 5000, 20000);
  EXPECT_TRUE(table.spilled());
}

TEST(OrdinalTableTest, FileFromTheBeginning) {
  OrdinalOptions options;
  options.max_table_bytes = 0;
  options.max_key_bytes = 0;
  OrdinalTable table(options);
  Compare(&table, 3000, 10000);
  EXPECT_TRUE(table.spilled());
}

TEST(OrdinalTableTest, DefaultBoundGoesToAFile) {
  OrdinalTable table;
  for (int i = 0; i < 400000; ++i) {
    ASSERT_EQ(*table.Next("key " + std::to_string(i)), 0u);
    if (i == 350000) {
      EXPECT_FALSE(table.spilled());
    }
  }
  EXPECT_TRUE(table.spilled());
  for (int i = 0; i < 400000; i += 97) ASSERT_EQ(*table.Next("key " + std::to_string(i)), 1u);
}

TEST(OrdinalTableTest, EqualHashesAreComparedInFull) {
  for (const size_t bound : {size_t{4} << 20, size_t{0}}) {
    OrdinalOptions options;
    options.max_table_bytes = bound;
    options.max_key_bytes = 64;
    // All of one size in one run of slots, at the end of the table so that it goes round.
    options.hash = [](std::string_view key) { return key.size() % 2 == 0 ? ~uint64_t{0} : 1; };
    OrdinalTable table(options);
    Compare(&table, 150, 1500);
  }
}

TEST(OrdinalTableTest, NoPlaceForTheFile) {
  setenv("TMPDIR", "/nowhere", 1);
  OrdinalOptions options;
  options.max_table_bytes = 0;
  OrdinalTable table(options);
  const absl::Status status = table.Next("a").status();
  unsetenv("TMPDIR");
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(GetErrorDetail(status).code, "PUE-0103");
  EXPECT_NE(GetErrorDetail(status).message.find("/nowhere"), std::string::npos);
}

}  // namespace
}  // namespace puente::pipeline
