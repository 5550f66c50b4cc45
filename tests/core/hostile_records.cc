// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fills records at random by reflection, without regard for what makes sense.

#include "tests/core/hostile_records.h"

#include <vector>

#include "core/base/schema.h"

namespace puente::text {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::UnknownFieldSet;

void HostileRecords::Fill(v1::Record* record) {
  record->Clear();
  budget_ = 400;
  FillMessage(record, 0);
}

uint64_t HostileRecords::Number() {
  switch (Next(6)) {
    case 0:
      return Next(100);
    case 1:
      return static_cast<uint64_t>(-1) - Next(3);
    case 2:
      return (uint64_t{1} << 63) - 1 + Next(3);
    case 3:
      return (uint64_t{1} << 31) - 1 + Next(3);
    default:
      return random_() >> Next(64);
  }
}

std::string HostileRecords::Text() {
  static const std::vector<std::string> parts = {
      "a",
      "Z",
      "\"",
      "\\",
      "/",
      "\b",
      "\f",
      "\n",
      "\r",
      "\t",
      std::string(1, '\0'),
      "\x01",
      "\x1F",
      "\x7F",
      "\xC2\x80",
      "\xC3\xA9",
      "\xE2\x80\xA8",
      "\xE2\x80\xA9",
      "\xEF\xBB\xBF",
      "\xEF\xBF\xBF",
      "\xF0\x9F\x98\x80",
      "\xF4\x8F\xBF\xBF",
      "\\u0041",
      "\\ud800",
      "null",
      "@unknown",
      "{",
      "}",
      "2024-01-01",
      "Administraci\xC3\xB3n de la ayuda humanitaria, segunda fase"};
  std::string text;
  for (uint64_t n = Next(5); n > 0; --n) text += parts[Next(parts.size())];
  return text;
}

std::string HostileRecords::Bytes() {
  std::string bytes;
  for (uint64_t n = Next(12); n > 0; --n) bytes += static_cast<char>(random_());
  return bytes;
}

int HostileRecords::Enum(const google::protobuf::EnumDescriptor& type) {
  if (Next(5) == 0) return static_cast<int32_t>(Number());
  return type.value(static_cast<int>(Next(static_cast<uint64_t>(type.value_count()))))->number();
}

void HostileRecords::FillUnknown(UnknownFieldSet* unknown, const Descriptor& type, int depth) {
  for (uint64_t n = 1 + Next(3); n > 0; --n) {
    // Numbers that are free, or known ones with a wire type that they do not have.
    const int number = 900 + static_cast<int>(Next(100));
    switch (Next(6)) {
      case 0:
        unknown->AddVarint(number, Number());
        break;
      case 1:
        unknown->AddFixed32(number, static_cast<uint32_t>(Number()));
        break;
      case 2:
        unknown->AddFixed64(type.field_count() > 0 ? type.field(0)->number() : number, Number());
        break;
      case 3:
        unknown->AddLengthDelimited(number, Bytes());
        break;
      default:
        if (depth < 3) FillUnknown(unknown->AddGroup(number), type, depth + 1);
    }
  }
}

void HostileRecords::FillLeaf(Message* message) {
  const Descriptor* type = message->GetDescriptor();
  if (type == v1::Decimal::descriptor()) {
    auto* decimal = static_cast<v1::Decimal*>(message);
    decimal->set_scale(static_cast<int32_t>(Next(19)));
    if (Next(4) == 0) {
      decimal->set_digits(Next(2) == 0 ? "-12345678901234567890123" : "98765432109876543210");
    } else {
      decimal->set_unscaled(static_cast<int64_t>(Number()));
    }
  } else if (type == v1::Date::descriptor()) {
    auto* date = static_cast<v1::Date*>(message);
    date->set_year(1 + static_cast<int32_t>(Next(9999)));
    date->set_month(static_cast<int32_t>(Next(13)));
    if (date->month() > 0) date->set_day(static_cast<int32_t>(Next(32)));
  } else if (type == v1::DateTime::descriptor()) {
    auto* value = static_cast<v1::DateTime*>(message);
    value->set_year(1 + static_cast<int32_t>(Next(9999)));
    value->set_month(1 + static_cast<int32_t>(Next(12)));
    value->set_day(1 + static_cast<int32_t>(Next(31)));
    value->set_hour(static_cast<int32_t>(Next(25)));
    value->set_minute(static_cast<int32_t>(Next(60)));
    value->set_second(static_cast<int32_t>(Next(62)));
    if (Next(2) == 0) value->set_nanos(static_cast<int32_t>(Next(1000000001)));
    if (Next(2) == 0) value->set_utc_offset_minutes(static_cast<int32_t>(Next(1684)) - 842);
  } else if (type == v1::FieldPath::descriptor()) {
    auto* path = static_cast<v1::FieldPath*>(message);
    for (uint64_t n = Next(3); n > 0; --n) {
      path->add_steps(1 + static_cast<uint32_t>(Next(40)));
      path->add_steps(Next(2) == 0 ? 0 : static_cast<uint32_t>(Number()));
    }
  }
}

void HostileRecords::FillMessage(Message* message, int depth) {
  const Descriptor* type = message->GetDescriptor();
  const Reflection* reflection = message->GetReflection();
  if (IsLeafMessage(*type) && Next(4) != 0) {
    FillLeaf(message);
  } else {
    // Few fields of many: a record of each kind stays small, and over the rounds all are set.
    uint64_t picked = 0;
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      // Of alternatives the last one set would hold: each is picked as often as the others.
      if (const auto* alternatives = field->real_containing_oneof()) {
        if (field->index_in_oneof() == 0) {
          picked = Next(static_cast<uint64_t>(alternatives->field_count()));
        }
        if (static_cast<uint64_t>(field->index_in_oneof()) != picked) continue;
      }
      if (Next(depth == 0 ? 3 : 4 + static_cast<uint64_t>(depth)) > 1 || --budget_ < 0) continue;
      if (depth > 12 && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) continue;
      const uint64_t times = field->is_repeated() ? 1 + Next(3) : 1;
      for (uint64_t n = 0; n < times; ++n) SetField(message, reflection, field, depth);
    }
  }
  if (Next(30) == 0) FillUnknown(reflection->MutableUnknownFields(message), *type, 0);
}

void HostileRecords::SetField(Message* message, const Reflection* reflection,
                              const FieldDescriptor* field, int depth) {
  const bool adds = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text = field->type() == FieldDescriptor::TYPE_BYTES ? Bytes() : Text();
      adds ? reflection->AddString(message, field, text)
           : reflection->SetString(message, field, text);
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      FillMessage(adds ? reflection->AddMessage(message, field)
                       : reflection->MutableMessage(message, field),
                  depth + 1);
      break;
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto number = static_cast<int32_t>(Number());
      adds ? reflection->AddInt32(message, field, number)
           : reflection->SetInt32(message, field, number);
      break;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const auto number = static_cast<int64_t>(Number());
      adds ? reflection->AddInt64(message, field, number)
           : reflection->SetInt64(message, field, number);
      break;
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto number = static_cast<uint32_t>(Number());
      adds ? reflection->AddUInt32(message, field, number)
           : reflection->SetUInt32(message, field, number);
      break;
    }
    case FieldDescriptor::CPPTYPE_UINT64:
      adds ? reflection->AddUInt64(message, field, Number())
           : reflection->SetUInt64(message, field, Number());
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      adds ? reflection->AddBool(message, field, Next(2) == 0)
           : reflection->SetBool(message, field, Next(2) == 0);
      break;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = Enum(*field->enum_type());
      adds ? reflection->AddEnumValue(message, field, number)
           : reflection->SetEnumValue(message, field, number);
      break;
    }
    default:
      break;  // the schema has no other kinds
  }
}

}  // namespace puente::text
