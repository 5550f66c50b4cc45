// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests that a draft is written as protobuf writes the message that it stands for.

#include "core/base/message_draft.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/base/schema.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "puente/v1/record.pb.h"
#include "tests/core/random_record.h"

namespace puente {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

std::string Written(const MessageDraft& draft) {
  std::vector<uint8_t> room(draft.Bound());
  uint8_t* const end = room.data() + room.size();
  const uint8_t* const begin = draft.WriteBefore(end);
  return std::string(reinterpret_cast<const char*>(begin), static_cast<size_t>(end - begin));
}

uint64_t NumberOf(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? 1 : 0;
    case FieldDescriptor::CPPTYPE_ENUM:
      return static_cast<uint64_t>(int64_t{reflection.GetEnumValue(message, &field)});
    case FieldDescriptor::CPPTYPE_INT32:
      return static_cast<uint64_t>(int64_t{reflection.GetInt32(message, &field)});
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<uint64_t>(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(message, &field);
    default:
      return reflection.GetUInt64(message, &field);
  }
}

// Fills a draft like a message, its fields in random order.
class Copier {
 public:
  Copier(MessageDraft* draft, std::mt19937_64* chance) : draft_(*draft), chance_(*chance) {}

  void Copy(const Message& message, const DraftType& type, MessageDraft::Node node) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    std::shuffle(fields.begin(), fields.end(), chance_);
    for (const FieldDescriptor* field : fields) {
      CopyField(message, *field, *type.Field(field->number()), node);
    }
  }

 private:
  void CopyField(const Message& message, const FieldDescriptor& field, const DraftField& to,
                 MessageDraft::Node node) {
    const Reflection& reflection = *message.GetReflection();
    const int size = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
    ASSERT_NE(to.kind, DraftKind::kUnsupported) << field.full_name();
    for (int i = 0; i < size; ++i) {
      if (to.kind == DraftKind::kNumber) {
        if (chance_() % 4 == 0) draft_.PutNumber(node, to, 77);  // taken back by the next line
        draft_.PutNumber(node, to, NumberOf(message, field));
      } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        std::string scratch;
        if (field.is_repeated()) {
          draft_.AddText(node, to,
                         reflection.GetRepeatedStringReference(message, &field, i, &scratch));
        } else {
          if (chance_() % 4 == 0) draft_.PutText(node, to, "not this one");
          draft_.PutText(node, to, reflection.GetStringReference(message, &field, &scratch));
        }
      } else {
        const Message& inner = field.is_repeated()
                                   ? reflection.GetRepeatedMessage(message, &field, i)
                                   : reflection.GetMessage(message, &field);
        if (to.kind == DraftKind::kMessage) {
          Copy(inner, *to.below, draft_.AddMessage(node, to));
        } else if (field.is_repeated()) {
          draft_.AddText(node, to, inner.SerializeAsString());
        } else {
          draft_.PutValue(node, to, inner);
        }
      }
      EXPECT_EQ(draft_.Count(node, to), static_cast<uint32_t>(i + 1)) << field.full_name();
    }
  }

  MessageDraft& draft_;
  std::mt19937_64& chance_;
};

TEST(MessageDraftTest, IsWrittenAsProtobufWritesIt) {
  RandomRecords random(30);
  std::mt19937_64 chance(31);
  MessageDraft draft;
  for (int i = 0; i < 3000; ++i) {
    const v1::Record record = random.Next();
    const Message* const content = RecordContent(record);
    // Rows have lists of numbers, which no draft has: it is for formats of one value a field.
    if (content == nullptr || record.has_row() || record.dataset_header().has_table()) continue;
    const DraftType& type = DraftType::Of(*content->GetDescriptor());
    Copier(&draft, &chance).Copy(*content, type, draft.Begin(type));
    ASSERT_EQ(Written(draft), content->SerializeAsString()) << content->ShortDebugString();
  }
}

TEST(MessageDraftTest, TakesValuesBackAndGivesThemAgain) {
  const DraftType& type = DraftType::Of(*v1::Activity::descriptor());
  const DraftField& lang = *type.Field(v1::Activity::kLangFieldNumber);
  const DraftField& title = *type.Field(v1::Activity::kTitleFieldNumber);
  const DraftField& descriptions = *type.Field(v1::Activity::kDescriptionsFieldNumber);
  MessageDraft draft;
  const MessageDraft::Node root = draft.Begin(type);
  EXPECT_EQ(draft.Count(root, lang), 0u);
  EXPECT_EQ(draft.TextOf(root, lang), "");
  draft.PutText(root, lang, "es");
  EXPECT_EQ(draft.TextOf(root, lang), "es");
  draft.Clear(root, lang);
  EXPECT_EQ(draft.Count(root, lang), 0u);
  EXPECT_EQ(draft.FirstMessage(root, title), draft.FirstMessage(root, title));
  const MessageDraft::Node first = draft.AddMessage(root, descriptions);
  draft.AddMessage(root, descriptions);
  EXPECT_EQ(draft.FirstMessage(root, descriptions), first);
  v1::Activity expected;
  expected.mutable_title();
  expected.add_descriptions();
  expected.add_descriptions();
  EXPECT_EQ(Written(draft), expected.SerializeAsString());
  EXPECT_EQ(Written((draft.Begin(type), draft)), "");
}

TEST(MessageDraftTest, GrowsBeyondWhatItKeeps) {
  const DraftType& type = DraftType::Of(*v1::Activity::descriptor());
  const DraftField& titles = *type.Field(v1::Activity::kDescriptionsFieldNumber);
  const DraftField& narratives = *titles.below->Field(v1::Description::kNarrativesFieldNumber);
  const DraftField& text = *narratives.below->Field(v1::Narrative::kTextFieldNumber);
  v1::Activity expected;
  MessageDraft draft;
  for (int round = 0; round < 2; ++round) {
    expected.Clear();
    const MessageDraft::Node root = draft.Begin(type);
    for (int i = 0; i < 40000; ++i) {
      const std::string value(static_cast<size_t>(i % 50), static_cast<char>('a' + i % 26));
      const MessageDraft::Node node = draft.AddMessage(draft.AddMessage(root, titles), narratives);
      draft.PutText(node, text, value);
      expected.add_descriptions()->add_narratives()->set_text(value);
    }
    EXPECT_FALSE(draft.is_too_large());
    ASSERT_TRUE(Written(draft) == expected.SerializeAsString());
  }
}

}  // namespace
}  // namespace puente
