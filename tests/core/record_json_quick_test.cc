// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The quick reader of JSON takes nothing that the whole reader refuses, and reads the same.

#include "core/text/record_json_quick.h"

#include <iterator>
#include <random>
#include <string>

#include "core/text/record_json.h"
#include "core/text/record_json_dom.h"
#include "gtest/gtest.h"
#include "simdjson.h"
#include "tests/core/hostile_records.h"

namespace puente::text {
namespace {

/// What the whole reader makes of JSON: the bytes of the record, or that it is refused.
std::string ReadWhole(const std::string& json, const Limits& limits) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.allocate(json.size(), limits.json_depth) != simdjson::SUCCESS ||
      parser.parse(json).get(root) != simdjson::SUCCESS) {
    return "not JSON";
  }
  v1::Record record;
  const absl::Status status = ReadRecordJson(root, limits, true, &record);
  return status.ok() ? "read: " + record.SerializeAsString() : status.ToString();
}

/// True when the quick reader takes the JSON; the whole one must read the same then.
bool TakesTheSame(const std::string& json, const Limits& limits = DefaultLimits()) {
  QuickRecordReader quick(limits);
  v1::Record record;
  if (!quick.Read(json, &record)) return false;
  EXPECT_EQ(ReadWhole(json, limits), "read: " + record.SerializeAsString()) << json;
  return true;
}

/// JSON of the kind that records mostly have.
constexpr const char* kUsual[] = {
    "{}",
    " { } \r\n",
    R"({"activity":{}})",
    R"({"plan":{"start":"2024-02-29","end":{}}})",
    R"({"identity":{"id":"a\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC","ordinal":0}})",
    R"({"identity":{"id":"é€😀","ordinal":4294967295}})",
    R"({ "activity" : { "title" : { "narratives" : [ { "text" : "x" } , { } ] } } })",
    R"({"row":{"cells":[null,"","x"]}})",
    R"({"plan":{"requirements":[{"value":"-1.50"}]}})",
    R"({"activity":{"transactions":[{}]},"lexical":[{"path":"transactions[0].value",)"
    R"("text":"1","state":"LEXICAL_STATE_VARIANT"},{"path":""}]})",
    R"({"activity":{"humanitarian":true,"hierarchy":-1}})",
    R"({"provenance":{"offset":123456789012345678}})"};

TEST(QuickRecordReaderTest, TakesWhatRecordsMostlyHave) {
  for (const char* json : kUsual) EXPECT_TRUE(TakesTheSame(json)) << json;
}

TEST(QuickRecordReaderTest, LeavesWhatIsWrongOrRare) {
  for (const char* json : {"",
                           " ",
                           "[]",
                           "{",
                           "{}{}",
                           "{},",
                           "{,}",
                           R"({"row":{},})",
                           R"({"row":{}}x)",
                           R"({"row"})",
                           R"({"row":})",
                           R"({"row" {}})",
                           R"({"roww":{}})",
                           R"({"":{}})",
                           R"({"ro\u0077":{}})",
                           R"({"row":{},"row":{}})",
                           R"({"row":{},"plan":{}})",
                           R"({"row":null})",
                           R"({"row":[]})",
                           R"({"row":{"cells":{}}})",
                           R"({"row":{"cells":[nul]}})",
                           R"({"row":{"cells":["x",]}})",
                           R"({"row":{"cells":["x")",
                           R"({"row":{"cells":["x]}})",
                           R"({"row":{"cells":["\x"]}})",
                           R"({"row":{"cells":["\)",
                           R"({"row":{"cells":["\u00)",
                           R"({"row":{"cells":["\u00g0"]}})",
                           R"({"row":{"cells":["\ud83d\ude00"]}})",
                           R"({"row":{"cells":["\ud83d"]}})",
                           "{\"row\":{\"cells\":[\"\n\"]}}",
                           "{\"row\":{\"cells\":[\"\xFF\"]}}",
                           R"({"identity":{"ordinal":01}})",
                           R"({"identity":{"ordinal":-1}})",
                           R"({"identity":{"ordinal":1.0}})",
                           R"({"identity":{"ordinal":1e0}})",
                           R"({"identity":{"ordinal":4294967296}})",
                           R"({"identity":{"ordinal":"1"}})",
                           R"({"identity":{"ordinal":-}})",
                           R"({"provenance":{"offset":18446744073709551615}})",
                           R"({"activity":{"hierarchy":2147483648}})",
                           R"({"activity":{"humanitarian":"true"}})",
                           R"({"activity":{"humanitarian":tru}})",
                           R"({"plan":{"start":"2024-02-30"}})",
                           R"({"plan":{"start":"2024-02-03Z"}})",
                           R"({"plan":{"requirements":[{"value":"+5"}]}})",
                           R"({"plan":{"requirements":[{"value":5}]}})",
                           R"({"lexical":[{"path":"title"}]})",
                           R"({"activity":{},"lexical":[{"path":"transactions"}]})",
                           R"({"activity":{},"lexical":[{"path":"transactions[01]"}]})",
                           R"({"activity":{},"lexical":[{"path":"transactions[0]."}]})",
                           R"({"activity":{},"lexical":[{"path":"title[0]"}]})",
                           R"({"activity":{},"lexical":[{"path":"titel"}]})",
                           R"({"activity":{},"lexical":[{"state":"LEXICAL_STATE"}]})",
                           R"({"activity":{},"lexical":[{"state":1}]})",
                           R"({"@unknown":""})",
                           R"({"extensions":[{"@type":"x","@bytes":""}]})"}) {
    EXPECT_FALSE(TakesTheSame(json)) << json;
  }
}

TEST(QuickRecordReaderTest, KeepsToTheLimits) {
  const std::string json = R"({"row":{"cells":["12345","a\n6"]}})";
  Limits limits;
  limits.text_bytes = 5;
  EXPECT_TRUE(TakesTheSame(json, limits));
  limits.text_bytes = 4;
  EXPECT_FALSE(TakesTheSame(json, limits));
  limits = Limits();
  limits.name_bytes = 5;
  EXPECT_TRUE(TakesTheSame(json, limits));
  limits.name_bytes = 4;
  EXPECT_FALSE(TakesTheSame(json, limits));
  limits = Limits();
  limits.json_depth = 3;
  EXPECT_FALSE(TakesTheSame(json, limits));
  std::string deep = R"({"residue":{"nodes":[{"xml":)";
  constexpr int kLevels = 300;
  for (int i = 0; i < kLevels; ++i) deep += R"({"element":{"children":[)";
  for (int i = 0; i < kLevels; ++i) deep += "]}}";
  deep += "}]}}";
  EXPECT_FALSE(TakesTheSame(deep));
}

/// Changes a few bytes of a text.
void Edit(std::mt19937_64& edits, std::string* json) {
  for (uint64_t n = 1 + edits() % 2; n > 0 && !json->empty(); --n) {
    const size_t at = edits() % json->size();
    switch (edits() % 4) {
      case 0:
        (*json)[at] = static_cast<char>(edits());
        break;
      case 1:
        json->erase(at, 1 + edits() % 3);
        break;
      case 2:
        json->insert(at, json->substr(edits() % json->size(), edits() % 40));
        break;
      default:
        json->insert(at, 1, "{}[]\",:\\0e- \n"[edits() % 13]);
    }
  }
}

/// Any edit of good JSON is left or read the same.
TEST(QuickRecordReaderTest, AgreesWithTheWholeReaderOnMutants) {
  std::mt19937_64 edits(8);
  size_t taken = 0;
  for (int round = 0; round < 100000; ++round) {
    std::string json = kUsual[edits() % std::size(kUsual)];
    Edit(edits, &json);
    ASSERT_NO_FATAL_FAILURE(taken += TakesTheSame(json) ? 1 : 0);
  }
  EXPECT_GT(taken, 2000u);
}

TEST(QuickRecordReaderTest, AgreesWithTheWholeReaderOnHostileRecords) {
  HostileRecords random(7);
  std::mt19937_64 edits(9);
  v1::Record record;
  size_t taken = 0;
  for (int round = 0; round < 4000; ++round) {
    random.Fill(&record);
    std::string json;
    ASSERT_TRUE(AppendRecordJson(record, &json).ok());
    ASSERT_NO_FATAL_FAILURE(taken += TakesTheSame(json) ? 1 : 0);
    Edit(edits, &json);
    ASSERT_NO_FATAL_FAILURE(TakesTheSame(json));
  }
  EXPECT_GT(taken, 100u);
}

}  // namespace
}  // namespace puente::text
