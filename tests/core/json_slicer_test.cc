// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests how a JSON document is cut into slices, and how a slice is parsed.

#include "core/text/json_slicer.h"

#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/text/json_tree.h"
#include "gtest/gtest.h"

namespace puente::text {
namespace {

const std::vector<JsonSlicer::Path> kPaths = {{"data", "flows"}, {"data", "plans"}, {"data"}};

struct Cut {
  std::vector<std::string> texts;
  std::vector<JsonSlice> slices;
  absl::Status status;
};

Cut CutUp(std::string_view json, size_t portion, const Limits& limits = DefaultLimits()) {
  StringInput input(json, portion);
  JsonSlicer slicer(&input, limits, kPaths);
  Cut cut;
  JsonSlice slice;
  while (true) {
    const absl::StatusOr<bool> more = slicer.Next(&slice);
    if (!more.ok()) {
      cut.status = more.status();
      break;
    }
    if (!*more) break;
    cut.texts.emplace_back(slice.text);
    cut.slices.push_back(slice);
  }
  return cut;
}

using Texts = std::vector<std::string>;

TEST(JsonSlicerTest, CutsAtTheArray) {
  const std::string json =
      "{\"a\":[1,{\"data\":[2]}],\r\n \"data\" : {\"x\":{\"flows\":[0]}, \"flows\": [ "
      "{\"b\":\"]}\\\"\"} ,"
      "\n\xC3\xA9 ,[[]] , 12 ], \"y\":null} , \"z\":[]}\n";
  for (const size_t portion : {size_t{1}, size_t{2}, size_t{7}, size_t{4096}}) {
    const Cut cut = CutUp(json, portion);
    EXPECT_TRUE(cut.status.ok()) << cut.status;
    EXPECT_EQ(
        cut.texts,
        (Texts{"{\"a\":[1,{\"data\":[2]}],\r\n \"data\" : {\"x\":{\"flows\":[0]}, \"flows\": []}}",
               "{\"b\":\"]}\\\"\"}", "\xC3\xA9", "[[]]", "12",
               "{\"data\":{\"flows\":[], \"y\":null} , \"z\":[]}\n"}));
    ASSERT_EQ(cut.slices.size(), 6u);
    // The bytes of the document, not those that close or open what the slice needs.
    EXPECT_EQ(cut.slices[0].source_bytes, json.find(" {\"b\""));
    EXPECT_EQ(cut.slices[1].source_bytes, cut.texts[1].size());
    EXPECT_EQ(cut.slices[5].offset + cut.slices[5].source_bytes, json.size());
    EXPECT_EQ(cut.slices[1].line, 2u);
    EXPECT_EQ(cut.slices[1].offset, json.find("{\"b\""));
    EXPECT_EQ(cut.slices[1].column, cut.slices[1].offset - json.find('\n'));
    EXPECT_EQ(cut.slices[2].line, 3u);
    EXPECT_EQ(cut.slices[2].column, 1u);
    EXPECT_EQ(cut.slices[3].column, 4u);  // one character of two bytes before it
    EXPECT_EQ(cut.slices[3].offset, json.find("[[]]"));
  }
}

TEST(JsonSlicerTest, GivesOtherDocumentsWhole) {
  for (const std::string json : {"{\"data\":{\"report\":[1]}}", "[1,2]", "12", "{\"data\":{}}",
                                 "{\"flows\":[1]} {}", "<html>", "{\"data\" 1}"}) {
    EXPECT_EQ(CutUp(json, 3).texts, Texts{json});
  }
  EXPECT_EQ(CutUp("\xEF\xBB\xBF{}", 1).texts, Texts{"{}"});
  EXPECT_EQ(CutUp("{\"data\":[]}", 1).texts, (Texts{"{\"data\":[]}", "{\"data\":[]}"}));
  EXPECT_EQ(CutUp("\xEF\xBB\xBF{\"data\":[1]}", 1).slices[1].offset, 12u);
}

TEST(JsonSlicerTest, SaysWhereTheArrayIsBroken) {
  const auto fault = [](std::string_view json) {
    const Cut cut = CutUp(json, 2);
    const ErrorDetail detail = GetErrorDetail(cut.status);
    return detail.code + "@" + std::to_string(detail.line) + ":" + std::to_string(detail.column);
  };
  EXPECT_EQ(fault("{\"data\":[1 2]}"), "PUE-0301@1:12");
  EXPECT_EQ(fault("{\"data\":[1,]}"), "PUE-0301@1:12");
  EXPECT_EQ(fault("{\"data\":[,1]}"), "PUE-0301@1:10");
  EXPECT_EQ(fault("{\"data\":[1,\n"), "PUE-0301@2:1");
  EXPECT_EQ(fault("{\"data\":[\n{\"a\":"), "PUE-0301@2:6");
  EXPECT_EQ(fault("{\"data\":[\"a"), "PUE-0301@1:12");
  EXPECT_EQ(fault(""), "PUE-0301@1:1");
  EXPECT_EQ(fault("\xFF\xFE{"), "PUE-0204@1:0");
}

TEST(JsonSlicerTest, HoldsOneSliceInMemory) {
  Limits limits;
  limits.record_bytes = 1 << 20;
  std::string json = "{\"data\":[";
  for (int i = 0; i < 3000; ++i) json += (i == 0 ? "\"" : ",\"") + std::string(1000, 'x') + "\"";
  json += "]}";
  EXPECT_EQ(CutUp(json, 100000, limits).texts.size(), 3002u);
  const std::string large = "{\"data\":[\"" + std::string(3 << 20, 'x') + "\"]}";
  EXPECT_EQ(GetErrorDetail(CutUp(large, 100000, limits).status).code, "PUE-0203");
}

TEST(JsonSlicerTest, GivesTheSameForAnyPortion) {
  const std::string json =
      "{\"s\":\"ok\",\"data\":{\"flows\":[{\"a\":[1,\"\\\\\\\"\"]},{},[],null,-1.5e3,\"\"],\"t\":{}"
      "}}";
  for (size_t cut = 0; cut <= json.size(); ++cut) {
    const Cut whole = CutUp(std::string_view(json).substr(0, cut), 1000);
    for (const size_t portion : {1, 2, 3, 5}) {
      const Cut parts = CutUp(std::string_view(json).substr(0, cut), portion);
      EXPECT_EQ(parts.texts, whole.texts) << cut;
      EXPECT_EQ(parts.status, whole.status) << cut;
    }
  }
}

std::string Show(const JsonTree& tree, const JsonNode& node) {
  std::string out = node.name.empty() ? "" : std::string(node.name) + "=";
  switch (node.kind) {
    case JsonKind::kArray:
    case JsonKind::kObject:
      out += node.kind == JsonKind::kArray ? "[" : "{";
      tree.ForEach(node, [&](const JsonNode& below) { out += Show(tree, below) + ";"; });
      out += node.kind == JsonKind::kArray ? "]" : "}";
      break;
    case JsonKind::kString:
      out += "'" + std::string(node.text) + "'";
      break;
    default:
      out += node.raw;
  }
  return out;
}

TEST(JsonTreeTest, KeepsTextsOrderAndNulls) {
  JsonTree tree{DefaultLimits()};
  ASSERT_TRUE(tree.Parse(" {\"b\":1.50,\"a\\u00e9\":null , \"c\":[ ] ,\"d\":{\"e\":[true,false,"
                         "\"\\ud83d\\ude00\\n\\/\"]}, \"\":-0 }\n")
                  .ok());
  EXPECT_EQ(Show(tree, tree.root()),
            "{b=1.50;a\xC3\xA9=null;c=[];d={e=[true;false;'\xF0\x9F\x98\x80\n/';];};-0;}");
  EXPECT_EQ(tree.Find(tree.root(), "c")->raw, "[ ]");
  EXPECT_EQ(tree.Find(tree.root(), "d")->raw, "{\"e\":[true,false,\"\\ud83d\\ude00\\n\\/\"]}");
  EXPECT_EQ(tree.Find(tree.root(), "x"), nullptr);
  ASSERT_TRUE(tree.Parse("12").ok());
  EXPECT_EQ(tree.root().kind, JsonKind::kNumber);
}

TEST(JsonTreeTest, RefusesWhatIsNotJson) {
  JsonTree tree{DefaultLimits()};
  for (const std::string json :
       {"", "{", "{\"a\":1,}", "{\"a\":NaN}", "1e999", "{} {}", "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}", "{\"a\":\"\xFF\"}", "{\"a\":1,\"b\":2,\"a\":3}", "[01]",
        "{'a':1}", "<html></html>", "{\"\\u0061\":1,\"a\":2}", "[\"\t\"]"}) {
    const absl::Status status = tree.Parse(json);
    EXPECT_EQ(GetErrorDetail(status).code, "PUE-0301") << json << " " << status;
  }
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"" + std::to_string(i % 39) + "\":0,";
  many += "\"x\":0}";
  EXPECT_EQ(GetErrorDetail(tree.Parse(many)).code, "PUE-0301");
  Limits limits;
  limits.json_depth = 20;
  JsonTree shallow{limits};
  EXPECT_EQ(GetErrorDetail(shallow.Parse(std::string(30, '[') + std::string(30, ']'))).code,
            "PUE-0203");
  EXPECT_TRUE(shallow.Parse("[[1]]").ok());
  limits.text_bytes = 1024;
  JsonTree small{limits};
  EXPECT_EQ(GetErrorDetail(small.Parse("\"" + std::string(1025, 'x') + "\"")).code, "PUE-0203");
}

}  // namespace
}  // namespace puente::text
