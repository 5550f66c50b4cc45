// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests writing and reading resource names.

#include <random>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::store {
namespace {

const DatasetKey kDataset{"oas", "5w 2024/06"};

template <typename Result>
void ExpectInvalid(const Result& result, const std::string& name) {
  ASSERT_FALSE(result.ok()) << name;
  EXPECT_EQ(ReasonOf(result.status()), exchange::v1::REASON_NAME_INVALID) << name;
}

TEST(ResourceNameTest, Writes) {
  EXPECT_EQ(AgencyName("oas"), "agencies/oas");
  EXPECT_EQ(DatasetName(kDataset), "agencies/oas/datasets/5w%202024%2F06");
  EXPECT_EQ(DatasetName({"oas", "-"}), "agencies/oas/datasets/%2D");
  EXPECT_EQ(RecordName({"oas", "d"}, {false, "XM-DAC-1/ñ~2", 0}),
            "agencies/oas/datasets/d/records/XM-DAC-1%2F%C3%B1%7E2");
  EXPECT_EQ(RecordName({"oas", "d"}, {false, "r", 3}), "agencies/oas/datasets/d/records/r~3");
  EXPECT_EQ(RecordName({"oas", "d"}, {false, "", 0}), "agencies/oas/datasets/d/records/%");
  EXPECT_EQ(RecordName({"oas", "d"}, {false, "", 2}), "agencies/oas/datasets/d/records/%~2");
  EXPECT_EQ(RecordName({"oas", "d"}, {true, "", 0}), "agencies/oas/datasets/d/header");
  EXPECT_EQ(RecordName({"oas", "d"}, {true, "", 1}), "agencies/oas/datasets/d/header~1");
  EXPECT_EQ(TokenName("oas", "t1"), "agencies/oas/tokens/t1");
}

TEST(ResourceNameTest, ReadsWhatItWrites) {
  EXPECT_EQ(*ParseAgencyName("agencies/oas"), "oas");
  EXPECT_EQ(*ParseDatasetName(DatasetName(kDataset)), kDataset);
  const DatasetKey dash{"oas", "-"};
  EXPECT_EQ(*ParseDatasetName(DatasetName(dash)), dash);
  EXPECT_EQ(*ParseTokenName("agencies/oas/tokens/t1"),
            std::make_pair(std::string("oas"), std::string("t1")));
  std::mt19937 random(5);
  const char* pieces[] = {"a", "Z", "0", "~",  "%",      "/",       " ", "ñ",
                          "-", ".", "_", "\n", "header", "records", "€", "\x01"};
  for (int i = 0; i < 5000; ++i) {
    RecordKey key;
    key.header = random() % 8 == 0;
    key.ordinal = random() % 3 == 0 ? random() : random() % 3;
    for (unsigned n = key.header ? 0 : random() % 6; n > 0; --n) {
      key.id += pieces[random() % std::size(pieces)];
    }
    DatasetKey dataset{"a-1", "d"};
    for (unsigned n = random() % 4; n > 0; --n) {
      dataset.dataset += pieces[random() % std::size(pieces)];
    }
    const std::string name = RecordName(dataset, key);
    const auto read = ParseRecordName(name);
    ASSERT_TRUE(read.ok()) << name << " " << read.status();
    EXPECT_EQ(read->first, dataset) << name;
    EXPECT_EQ(read->second, key) << name;
  }
}

TEST(ResourceNameTest, RefusesOthers) {
  for (const char* name :
       {"", "agencies", "agencies/", "agencies/A", "agencies/-a", "agencies/a-", "agencies/a/",
        "agency/a", "agencies/-", "agencies/a_b", "/agencies/a"}) {
    ExpectInvalid(ParseAgencyName(name), name);
  }
  ExpectInvalid(ParseAgencyName("agencies/" + std::string(64, 'a')), "64");
  EXPECT_TRUE(ParseAgencyName("agencies/" + std::string(63, 'a')).ok());
  for (const char* name :
       {"", "agencies/a/datasets/", "agencies/a/datasets/-", "agencies/a/datasets/%",
        "agencies/a/datasets/d/", "agencies/-/datasets/d", "agencies/a/dataset/d",
        "agencies/a/datasets/d e", "agencies/a/datasets/%2", "agencies/a/datasets/%zz",
        "agencies/a/datasets/%FF"}) {
    ExpectInvalid(ParseDatasetName(name), name);
  }
  EXPECT_TRUE(ParseDatasetName("agencies/a/datasets/" + std::string(200, 'd')).ok());
  ExpectInvalid(ParseDatasetName("agencies/a/datasets/" + std::string(201, 'd')), "201");
  for (const char* name :
       {"", "header", "agencies/a/datasets/d", "agencies/a/datasets/d/records",
        "agencies/a/datasets/d/records/", "agencies/a/datasets/d/records/~1",
        "agencies/a/datasets/d/records/r~", "agencies/a/datasets/d/records/r~0",
        "agencies/a/datasets/d/records/r~01", "agencies/a/datasets/d/records/r~1~2",
        "agencies/a/datasets/d/records/r~4294967296", "agencies/a/datasets/d/records/r~-1",
        "agencies/a/datasets/d/records/r/s", "agencies/a/datasets/d/header/x",
        "agencies/a/datasets/d/records/%%", "agencies/a/datasets/-/records/r",
        "agencies/a/datasets/d/headers", "agencies/-/datasets/d/header"}) {
    ExpectInvalid(ParseRecordName(name), name);
  }
  ExpectInvalid(ParseTokenName("agencies/a/tokens/"), "no id");
  ExpectInvalid(ParseTokenName("agencies/a/token/t"), "token");
}

TEST(ResourceNameTest, TheErrorTellsTheName) {
  const auto read = ParseAgencyName("agencies/\x1b[31m");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(ReasonFact(read.status(), "name"), "agencies/\x1b[31m");
  EXPECT_EQ(read.status().message().find('\x1b'), std::string::npos);
}

TEST(ResourceNameTest, Selectors) {
  const auto expect = [](const char* text, const char* agency, const char* dataset) {
    const auto read = ParseSelector(text);
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_EQ(read->agency, agency) << text;
    EXPECT_EQ(read->dataset, dataset) << text;
  };
  expect("agencies/-/datasets/-", "", "");
  expect("agencies/a/datasets/-", "a", "");
  expect("agencies/-/datasets/d%2F1", "", "d/1");
  expect("agencies/a/datasets/%2D", "a", "-");
  for (const char* name : {"", "-", "agencies/-", "agencies/A/datasets/-", "agencies/a/datasets/",
                           "agencies/a/datasets/-/records/-"}) {
    ExpectInvalid(ParseSelector(name), name);
  }
}

}  // namespace
}  // namespace puente::store
