// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests that bytes are taken for canonical only when they are, against parsing and serializing.

#include "core/base/canonical_form.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/base/digest.h"
#include "core/base/schema.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/core/random_record.h"

namespace puente {
namespace {

std::string Joined(const CanonicalParts& parts) {
  return std::string(parts.identity) + std::string(parts.content) + std::string(parts.rest);
}

std::string Bytes(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record.SerializeAsString();
}

bool IsCanonical(const std::string& bytes) {
  CanonicalParts parts;
  return SplitCanonical(bytes, &parts);
}

TEST(CanonicalFormTest, SplitsWhatProtobufWrites) {
  RandomRecords random(20);
  for (int i = 0; i < 3000; ++i) {
    const v1::Record record = random.Next();
    const std::string bytes = record.SerializeAsString();
    CanonicalParts parts;
    ASSERT_TRUE(SplitCanonical(bytes, &parts)) << record.ShortDebugString();
    EXPECT_EQ(Joined(parts), bytes);
    std::string canonical;
    ASSERT_TRUE(CanonicalBytes(record, &canonical).ok());
    EXPECT_EQ(parts.content, canonical);
    EXPECT_EQ(RecordDigest(std::string_view(bytes)).value(), RecordDigest(record).value());
  }
}

TEST(CanonicalFormTest, GivesTheSameDigestOfBytesOfAnyForm) {
  RandomRecords random(21);
  random.set_unknown_fields(true);
  for (int i = 0; i < 1000; ++i) {
    v1::Record record = random.Next();
    v1::Record more;
    *more.mutable_identity() = random.Next().identity();
    *more.mutable_provenance() = random.Next().provenance();
    // Fields that come twice and out of order.
    const std::string bytes = record.SerializeAsString() + more.SerializeAsString();
    record.MergeFrom(more);
    EXPECT_EQ(RecordDigest(std::string_view(bytes)).value(), RecordDigest(record).value());
  }
}

// What is taken for canonical is written again as it was.
TEST(CanonicalFormTest, TakesNoOtherBytesForCanonical) {
  RandomRecords random(22);
  std::mt19937_64 chance(23);
  int taken = 0;
  int changed = 0;
  for (int i = 0; i < 60000; ++i) {
    std::string bytes = random.Next().SerializeAsString().substr(0, 400);
    if (bytes.empty()) continue;
    for (int edits = static_cast<int>(chance() % 3); edits >= 0 && !bytes.empty(); --edits) {
      const size_t at = chance() % bytes.size();
      switch (chance() % 4) {
        case 0:
          bytes[at] = static_cast<char>(chance());
          break;
        case 1:
          bytes.insert(at, 1, static_cast<char>(chance() % 2 == 0 ? 0x80 : chance()));
          break;
        case 2:
          bytes.erase(at, 1);
          break;
        default:
          bytes[at] = static_cast<char>(bytes[at] ^ (1 << (chance() % 8)));
      }
    }
    CanonicalParts parts;
    ++changed;
    if (!SplitCanonical(bytes, &parts)) continue;
    ++taken;
    v1::Record record;
    ASSERT_TRUE(ParseRecord(bytes, &record).ok());
    ASSERT_EQ(record.SerializeAsString(), bytes) << record.ShortDebugString();
    std::string canonical;
    ASSERT_TRUE(CanonicalBytes(record, &canonical).ok());
    ASSERT_EQ(parts.content, canonical) << record.ShortDebugString();
  }
  EXPECT_GT(taken, 1000);
  EXPECT_GT(changed - taken, 1000);
}

TEST(CanonicalFormTest, KnowsTheWaysToWriteOtherwise) {
  const std::string lang =
      "\x12\x02"
      "es";                                        // Activity.lang, with presence
  const std::string activity = "\x22\x04" + lang;  // Record.activity
  ASSERT_TRUE(IsCanonical(activity));
  EXPECT_TRUE(IsCanonical(""));
  EXPECT_TRUE(IsCanonical(std::string("\x22\x00", 2))) << "a content without fields";
  EXPECT_TRUE(IsCanonical(std::string("\x22\x02\x12\x00", 4))) << "empty, with presence";
  const std::vector<std::pair<std::string, std::string>> others = {
      {"a tag of more bytes than it needs", "\xA2" + std::string("\x00", 1) + activity.substr(1)},
      {"a length of more bytes than it needs", "\x22\x84" + std::string("\x00", 1) + lang},
      {"a message in two parts", activity + activity},
      {"a field twice", "\x22\x08" + lang + lang},
      {"two contents", activity + std::string("\x2A\x00", 2)},
      {"fields that descend", activity + "\x0A\x00"},
      {"an unknown field", activity + "\xFA\x01\x00"},
      {"a wire type that the field has not", "\x22\x02\x10\x01"},
      {"bytes that are not UTF-8", "\x22\x04\x12\x02\xC3("},
      {"a message that is cut", activity.substr(0, 4)},
  };
  for (const auto& [what, bytes] : others) EXPECT_FALSE(IsCanonical(bytes)) << what;
}

TEST(CanonicalFormTest, KnowsDefaultsThatNobodyWrites) {
  // Identity: strings and a number without presence.
  EXPECT_TRUE(IsCanonical("\x0A\x02\x20\x01"));
  EXPECT_FALSE(IsCanonical(std::string("\x0A\x02\x20\x00", 4)));
  EXPECT_FALSE(IsCanonical(std::string("\x0A\x02\x0A\x00", 4)));
}

TEST(CanonicalFormTest, KnowsPackedNumbers) {
  const std::string packed = Bytes("lexical { path { steps: 3 steps: 0 } text: \"x\" }");
  EXPECT_TRUE(IsCanonical(packed));
  // The same steps, each a field of its own.
  const std::string path = std::string("\x08\x03\x08\x00", 4);
  std::string form = "\x0A\x04" + path + "\x12\x01x";
  EXPECT_FALSE(IsCanonical("\x82\x01" + std::string(1, static_cast<char>(form.size())) + form));
}

}  // namespace
}  // namespace puente
