// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Field access does what protobuf reflection does, for every field of the schema.

#include "proto/field_access.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "tests/core/random_record.h"

namespace puente {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

bool IsOfSchema(const google::protobuf::Descriptor& type) {
  return type.file()->package() == "puente.v1";
}

int64_t NumberByReflection(const Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, field) ? 1 : 0;
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.GetInt64(message, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(message, field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<int64_t>(reflection.GetUInt64(message, field));
    default:
      return reflection.GetEnumValue(message, field);
  }
}

// Reads every value of `from` by field access, compares it with reflection, and sets it in `to`.
void Copy(const Message& from, Message* to, std::set<std::string>* seen) {
  const Reflection& reflection = *from.GetReflection();
  for (int i = 0; i < from.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = from.GetDescriptor()->field(i);
    const FieldAccess* access = AccessOf(field);
    ASSERT_NE(access, nullptr) << field->full_name();
    const int size = field->is_repeated() ? reflection.FieldSize(from, field)
                                          : (reflection.HasField(from, field) ? 1 : 0);
    ASSERT_EQ(access->size(from), size) << field->full_name();
    if (size > 0) seen->insert(field->full_name());
    for (int index = 0; index < size; ++index) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        const std::string& text = access->text(from, index);
        access->add_text(to, "something else");
        access->set_text(to, index, text);
        ASSERT_EQ(access->text(*to, index), text) << field->full_name();
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        const Message& value = access->get(from, index);
        Message* made = access->add(to);
        ASSERT_TRUE(index > 0 || access->first(to) == made) << field->full_name();
        if (IsOfSchema(*field->message_type())) {
          Copy(value, made, seen);
        } else {
          made->CopyFrom(value);
        }
      } else if (field->is_repeated()) {
        // Numbers that are repeated have no access by table: steps of field paths, rows.
        ASSERT_EQ(access->number, nullptr) << field->full_name();
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
          to->GetReflection()->AddEnumValue(to, field,
                                            reflection.GetRepeatedEnumValue(from, field, index));
          continue;
        }
        to->GetReflection()->AddUInt32(to, field, reflection.GetRepeatedUInt32(from, field, index));
      } else {
        ASSERT_EQ(access->number(from), NumberByReflection(from, field)) << field->full_name();
        access->set_number(to, access->number(from));
      }
    }
  }
}

TEST(FieldAccessTest, DoesWhatReflectionDoes) {
  RandomRecords records(20261124);
  std::set<std::string> seen;
  for (int round = 0; round < 2000; ++round) {
    const v1::Record record = records.Next();
    v1::Record copy;
    ASSERT_NO_FATAL_FAILURE(Copy(record, &copy, &seen));
    ASSERT_EQ(copy.SerializeAsString(), record.SerializeAsString());
  }
  EXPECT_GT(seen.size(), 300u);
}

TEST(FieldAccessTest, MakesTheFirstOfARepeatedField) {
  const FieldDescriptor* field = v1::Activity::descriptor()->FindFieldByName("transactions");
  v1::Activity activity;
  Message* made = AccessOf(field)->first(&activity);
  EXPECT_EQ(activity.transactions_size(), 1);
  EXPECT_EQ(AccessOf(field)->first(&activity), made);
  EXPECT_EQ(activity.transactions_size(), 1);
}

TEST(FieldAccessTest, KnowsItsOwnSchemaOnly) {
  const google::protobuf::Descriptor* other = google::protobuf::Any::descriptor();
  EXPECT_EQ(AccessOf(other->field(0)), nullptr);
}

}  // namespace
}  // namespace puente
