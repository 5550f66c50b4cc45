// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// JSON and leaves of records that were taken apart are those of their messages.

#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/base/leaves.h"
#include "core/base/record_parts.h"
#include "core/base/schema.h"
#include "core/text/record_json.h"
#include "google/protobuf/stubs/logging.h"
#include "gtest/gtest.h"
#include "tests/core/hostile_records.h"

namespace puente::text {
namespace {

std::map<uint32_t, uint32_t> AsMap(const std::vector<LeafCount>& leaves) {
  std::map<uint32_t, uint32_t> counts;
  for (const LeafCount& leaf : leaves) counts[leaf.path_id] += leaf.count;
  return counts;
}

/// True when the bytes are written without a message of the content; the JSON must be the same
/// then.
bool WritesTheSame(const std::string& bytes) {
  RecordParts parts;
  TextBuffer quick;
  quick.Append("before");
  if (!parts.Take(bytes) || !AppendRecordJson(parts, &quick)) {
    EXPECT_TRUE(quick.empty() || quick.text() == "before");
    return false;
  }
  v1::Record record;
  const absl::Status parsed = ParseRecord(bytes, &record);
  EXPECT_TRUE(parsed.ok()) << parsed;
  std::string json = "before";
  const absl::Status status = AppendRecordJson(record, &json);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(quick.text(), json);
  std::vector<LeafCount> leaves;
  std::vector<LeafCount> expected;
  EXPECT_TRUE(CountLeavesOfParts(parts, &leaves));
  CountLeaves(record, &expected);
  EXPECT_EQ(AsMap(leaves), AsMap(expected)) << json;
  return true;
}

TEST(RecordJsonPartsTest, WritesHostileRecordsTheSame) {
  HostileRecords random(11);
  v1::Record record;
  size_t written = 0;
  for (int round = 0; round < 5000; ++round) {
    random.Fill(&record);
    ASSERT_NO_FATAL_FAILURE(written += WritesTheSame(record.SerializeAsString()) ? 1 : 0);
  }
  EXPECT_GT(written, 100u);
}

/// Bytes that protobuf would not write are read as protobuf reads them, or left.
TEST(RecordJsonPartsTest, AgreesOnMutants) {
  google::protobuf::LogSilencer silence;  // protobuf would report each text that is not UTF-8
  HostileRecords random(12);
  std::mt19937_64 edits(13);
  v1::Record record;
  size_t written = 0;
  for (int round = 0; round < 20000; ++round) {
    random.Fill(&record);
    std::string bytes = record.SerializeAsString();
    if (bytes.empty()) continue;
    for (uint64_t n = 1 + edits() % 2; n > 0 && !bytes.empty(); --n) {
      const size_t at = edits() % bytes.size();
      switch (edits() % 3) {
        case 0:
          bytes[at] = static_cast<char>(edits());
          break;
        case 1:
          bytes.erase(at, 1 + edits() % 3);
          break;
        default:
          bytes.insert(at, bytes.substr(edits() % bytes.size(), edits() % 16));
      }
    }
    ASSERT_NO_FATAL_FAILURE(written += WritesTheSame(bytes) ? 1 : 0);
  }
  EXPECT_GT(written, 50u);
}

TEST(RecordJsonPartsTest, LeavesWhatIsNotCanonical) {
  v1::Record record;
  record.mutable_identity()->set_id("XM-1");
  v1::Activity* activity = record.mutable_activity();
  activity->set_hierarchy(1);
  activity->mutable_title()->add_narratives()->set_text("x");
  v1::Money* value = activity->add_transactions()->mutable_value();
  value->mutable_value()->set_unscaled(-5);
  value->mutable_value_date()->set_year(2024);
  const std::string bytes = record.SerializeAsString();
  EXPECT_TRUE(WritesTheSame(bytes));
  // What the host adds comes behind the rest.
  v1::Record added;
  added.mutable_identity()->set_ordinal(3);
  added.mutable_provenance()->set_source("a.xml");
  EXPECT_TRUE(WritesTheSame(bytes + added.SerializeAsString()));
  // Content in two parts, in the wrong order, of two kinds, absent, or with unknown fields.
  EXPECT_FALSE(WritesTheSame(bytes + bytes));
  v1::Record other;
  other.mutable_plan();
  EXPECT_FALSE(WritesTheSame(bytes + other.SerializeAsString()));
  EXPECT_FALSE(WritesTheSame(added.SerializeAsString()));
  EXPECT_FALSE(WritesTheSame(""));
  const std::string title = v1::Activity(*activity).SerializeAsString();
  const auto with_content = [](const std::string& content) {
    std::string made("\x22");  // activity
    made += static_cast<char>(content.size());
    return made + content;
  };
  ASSERT_LT(title.size(), 60u);
  EXPECT_TRUE(WritesTheSame(with_content(title)));
  EXPECT_FALSE(WritesTheSame(with_content(title + title)));
  activity->GetReflection()->MutableUnknownFields(activity)->AddVarint(1000, 1);
  EXPECT_FALSE(WritesTheSame(record.SerializeAsString()));
  EXPECT_FALSE(WritesTheSame(bytes.substr(0, bytes.size() - 1)));
}

}  // namespace
}  // namespace puente::text
