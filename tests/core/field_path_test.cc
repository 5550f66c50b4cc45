// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of field paths: as text, read back, and checked against schema and message.

#include "core/base/field_path.h"

#include <string>
#include <vector>

#include "core/base/schema.h"
#include "gtest/gtest.h"
#include "puente/v1/activity.pb.h"
#include "puente/v1/record.pb.h"
#include "tests/core/random_record.h"

namespace puente {
namespace {

const google::protobuf::Descriptor& ActivityType() { return *v1::Activity::descriptor(); }

v1::FieldPath Path(const std::vector<uint32_t>& steps) {
  v1::FieldPath path;
  for (const uint32_t step : steps) path.add_steps(step);
  return path;
}

struct Case {
  std::vector<uint32_t> steps;
  std::string text;
  std::string name;
};

TEST(FieldPathTest, WritesAndReads) {
  const std::vector<Case> cases = {
      {{}, "", ""},
      {{8, 0}, "iati_identifier", "iati_identifier"},
      {{34, 5, 5, 0, 2, 0}, "transactions[5].value.currency", "transactions.value.currency"},
      {{34, 0, 5, 0, 1, 0}, "transactions[0].value.value", "transactions.value.value"},
      {{42, 4294967295}, "activity_websites[4294967295]", "activity_websites"},
      {{1, 0}, "last_updated_datetime", "last_updated_datetime"},
      {{39, 1, 7, 2, 9, 3, 3, 4, 3, 0, 1, 0},
       "results[1].indicators[2].periods[3].targets[4].dimensions[0].name",
       "results.indicators.periods.targets.dimensions.name"},
  };
  for (const Case& expected : cases) {
    const v1::FieldPath path = Path(expected.steps);
    EXPECT_TRUE(CheckFieldPath(path, ActivityType()).ok()) << expected.text;
    EXPECT_EQ(FieldPathText(path, ActivityType()).value(), expected.text);
    EXPECT_EQ(FieldPathName(path, ActivityType()).value(), expected.name);
    const absl::StatusOr<v1::FieldPath> read = ParseFieldPath(expected.text, ActivityType());
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->SerializeAsString(), path.SerializeAsString()) << expected.text;
  }
}

TEST(FieldPathTest, RefusesPathsThatDoNotFit) {
  const std::vector<std::vector<uint32_t>> hostile = {
      {34},                       // no index
      {34, 0, 5},                 // no index
      {0, 0},                     // no such number
      {999, 0},                   // no such field
      {4294967295, 0},            // beyond any field
      {8, 1},                     // not repeated
      {34, 0, 5, 7},              // not repeated
      {8, 0, 1, 0},               // below a text
      {42, 0, 1, 0},              // below a repeated text
      {34, 0, 5, 0, 1, 0, 1, 0},  // below a decimal
      {1, 0, 1, 0},               // below a date-time
  };
  for (const std::vector<uint32_t>& steps : hostile) {
    const v1::FieldPath path = Path(steps);
    EXPECT_EQ(CheckFieldPath(path, ActivityType()).code(), absl::StatusCode::kInvalidArgument)
        << path.ShortDebugString();
    EXPECT_FALSE(FieldPathText(path, ActivityType()).ok());
    EXPECT_FALSE(FieldPathName(path, ActivityType()).ok());
    EXPECT_FALSE(CheckFieldPath(path, v1::Activity()).ok());
  }
}

TEST(FieldPathTest, RefusesTextsThatAreNoPaths) {
  for (const std::string text : {".",
                                 "title.",
                                 ".title",
                                 "title..narratives[0]",
                                 "title[0]",
                                 "transactions",
                                 "transactions.value",
                                 "transactions[]",
                                 "transactions[-1]",
                                 "transactions[+1]",
                                 "transactions[ 1]",
                                 "transactions[1",
                                 "transactions[1]value",
                                 "transactions[1]]",
                                 "transactions[01]",
                                 "transactions[4294967296]",
                                 "transactions[1x]",
                                 "Title",
                                 "transactions[0].value.value.unscaled",
                                 "iati_identifier.x",
                                 " title",
                                 "title ",
                                 "transactions[0][0]",
                                 "transactions[0].",
                                 "34",
                                 "[0]"}) {
    EXPECT_EQ(ParseFieldPath(text, ActivityType()).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(FieldPathTest, NamesTheNearestField) {
  const absl::Status status = ParseFieldPath("transaction[0].value", ActivityType()).status();
  EXPECT_NE(status.message().find("did you mean 'transactions'?"), absl::string_view::npos)
      << status;
}

TEST(FieldPathTest, ChecksAgainstAMessage) {
  v1::Activity activity;
  activity.add_activity_websites("a");
  activity.add_transactions();
  activity.add_transactions()->mutable_value()->set_currency("USD");
  const auto code = [&activity](const std::string& text) {
    return CheckFieldPath(ParseFieldPath(text, ActivityType()).value(), activity).code();
  };
  EXPECT_EQ(code(""), absl::StatusCode::kOk);
  EXPECT_EQ(code("activity_websites[0]"), absl::StatusCode::kOk);
  EXPECT_EQ(code("activity_websites[1]"), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(code("transactions[1].value.currency"), absl::StatusCode::kOk);
  EXPECT_EQ(code("transactions[2].value.currency"), absl::StatusCode::kOutOfRange);
  // The last field may be absent, as those of lexical forms are; the messages above it may not.
  EXPECT_EQ(code("iati_identifier"), absl::StatusCode::kOk);
  EXPECT_EQ(code("transactions[1].value.value_date"), absl::StatusCode::kOk);
  EXPECT_EQ(code("transactions[0].value"), absl::StatusCode::kOk);
  EXPECT_EQ(code("transactions[0].value.currency"), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(code("crs_add.loan_terms.rate_1"), absl::StatusCode::kOutOfRange);
}

TEST(FieldPathTest, RandomPathsSurvive) {
  RandomRecords records(17);
  int count = 0;
  for (int i = 0; i < 1000; ++i) {
    const v1::Record record = records.Next();
    const google::protobuf::Message& content = *RecordContent(record);
    for (const v1::LexicalForm& entry : record.lexical()) {
      ASSERT_TRUE(CheckFieldPath(entry.path(), content).ok()) << entry.ShortDebugString();
      const std::string text = FieldPathText(entry.path(), *content.GetDescriptor()).value();
      const v1::FieldPath read = ParseFieldPath(text, *content.GetDescriptor()).value();
      ASSERT_EQ(read.SerializeAsString(), entry.path().SerializeAsString()) << text;
      ++count;
    }
  }
  EXPECT_GT(count, 300);
}

}  // namespace
}  // namespace puente
