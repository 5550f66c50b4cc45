// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the facts about the schema, and that it keeps the rules that core/base builds on.

#include "core/base/schema.h"

#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/stubs/logging.h"
#include "gtest/gtest.h"
#include "puente/v1/record.pb.h"

namespace puente {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

TEST(SchemaTest, FindsTheContentOfEveryKind) {
  const google::protobuf::OneofDescriptor* content =
      v1::Record::descriptor()->FindOneofByName("content");
  for (int i = 0; i < content->field_count(); ++i) {
    v1::Record record;
    const google::protobuf::Message* message =
        record.GetReflection()->MutableMessage(&record, content->field(i));
    EXPECT_EQ(RecordContent(record), message) << content->field(i)->name();
    EXPECT_EQ(ContentField(record), content->field(i));
    EXPECT_EQ(RecordKind(record), content->field(i)->name());
  }
  const v1::Record empty;
  EXPECT_EQ(RecordContent(empty), nullptr);
  EXPECT_EQ(ContentField(empty), nullptr);
  EXPECT_EQ(RecordKind(empty), "");
}

TEST(SchemaTest, KnowsLeavesAndStructure) {
  EXPECT_TRUE(IsLeafMessage(*v1::Decimal::descriptor()));
  EXPECT_TRUE(IsLeafMessage(*v1::Date::descriptor()));
  EXPECT_TRUE(IsLeafMessage(*v1::DateTime::descriptor()));
  EXPECT_TRUE(IsLeafMessage(*v1::Cell::descriptor()));
  EXPECT_TRUE(IsLeafMessage(*v1::FieldPath::descriptor()));
  EXPECT_FALSE(IsLeafMessage(*v1::Money::descriptor()));
  EXPECT_TRUE(IsStructural(*v1::DatasetHeader::descriptor()->FindFieldByName("table")));
  EXPECT_FALSE(IsStructural(*v1::DatasetHeader::descriptor()->FindFieldByName("version")));
}

void CheckType(const Descriptor& type, std::set<const Descriptor*>* seen) {
  if (!seen->insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    EXPECT_FALSE(field.is_map()) << field.full_name() << ": maps have no order";
    EXPECT_NE(field.type(), FieldDescriptor::TYPE_GROUP) << field.full_name();
    EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_DOUBLE) << field.full_name();
    EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_FLOAT) << field.full_name();
    EXPECT_EQ(field.is_packable(), field.is_packed()) << field.full_name();
    EXPECT_LE(field.number(), 1000) << field.full_name() << ": tables go by number";
    if (field.message_type() != nullptr) CheckType(*field.message_type(), seen);
  }
}

TEST(SchemaTest, HasNothingThatCanonicalBytesForbid) {
  std::set<const Descriptor*> seen;
  CheckType(*v1::Record::descriptor(), &seen);
  EXPECT_GT(seen.size(), 50);
}

TEST(SchemaTest, TellsContentFromWhatIsBesideIt) {
  const std::set<std::string> beside = {"identity", "provenance", "attributions", "import_context",
                                        "derived"};
  const Descriptor& record = *v1::Record::descriptor();
  for (int i = 0; i < record.field_count(); ++i) {
    EXPECT_EQ(IsBesideContent(static_cast<uint32_t>(record.field(i)->number())),
              beside.count(record.field(i)->name()) != 0)
        << record.field(i)->name();
  }
}

v1::Record Nested(int levels) {
  v1::Record record;
  v1::XmlNode* node = record.mutable_residue()->add_nodes()->mutable_xml();
  for (int i = 0; i < levels; ++i) node = node->mutable_element()->add_children();
  node->set_text("x");
  return record;
}

TEST(SchemaTest, ReadsResidueAsDeepAsTheLimit) {
  v1::Record read;
  EXPECT_TRUE(ParseRecord(Nested(kMaxXmlDepth).SerializeAsString(), &read).ok());
  EXPECT_EQ(read.SerializeAsString(), Nested(kMaxXmlDepth).SerializeAsString());
  EXPECT_FALSE(ParseRecord(Nested(kMaxXmlDepth + 10).SerializeAsString(), &read).ok());
}

TEST(SchemaTest, RefusesBytesThatAreNoRecord) {
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  v1::Record read;
  EXPECT_TRUE(ParseRecord("", &read).ok());
  for (const std::string& bytes :
       {std::string("\x07"),
        std::string("\x22\x05"
                    "ab"),
        std::string("\x0C"), std::string("\0", 1), std::string("\x22\x04\x42\x02\xFF\xFE")}) {
    EXPECT_EQ(ParseRecord(bytes, &read).code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace puente
