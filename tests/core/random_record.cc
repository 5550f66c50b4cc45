// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Random records, filled by reflection.

#include "tests/core/random_record.h"

#include <string>

#include "core/base/schema.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"

namespace puente {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::UnknownFieldSet;

namespace {

// Levels of messages below which no more are made.
constexpr int kMaxDepth = 9;

}  // namespace

v1::Record RandomRecords::Next() {
  v1::Record record;
  const Descriptor* type = v1::Record::descriptor();
  const google::protobuf::OneofDescriptor* content = type->FindOneofByName("content");
  const FieldDescriptor* kind =
      content->field(static_cast<int>(Below(static_cast<uint64_t>(content->field_count()))));
  Fill(record.GetReflection()->MutableMessage(&record, kind), 0);

  paths_.clear();
  std::vector<uint32_t> steps;
  CollectPaths(*RecordContent(record), &steps);
  const auto fill_rarely = [&](const char* name) {
    if (Below(3) == 0) FillField(&record, type->FindFieldByName(name), 0);
  };
  fill_rarely("identity");
  fill_rarely("lexical");
  fill_rarely("residue");
  fill_rarely("extensions");
  fill_rarely("provenance");
  fill_rarely("attributions");
  fill_rarely("derived");
  for (v1::LexicalForm& entry : *record.mutable_lexical()) *entry.mutable_path() = RandomPath();
  for (v1::ResidueNode& node : *record.mutable_residue()->mutable_nodes()) {
    *node.mutable_parent() = RandomPath();
  }
  if (record.residue().ByteSizeLong() == 0 && Below(2) == 0) record.clear_residue();
  if (unknown_fields_) AddUnknown(&record);
  return record;
}

void RandomRecords::Fill(Message* message, int depth) {
  const Descriptor* type = message->GetDescriptor();
  // Of wide messages only some fields, so that records stay small.
  const uint64_t one_of = type->field_count() > 12 ? 5 : 2;
  for (int i = 0; i < type->field_count(); ++i) {
    if (Below(one_of) == 0) FillField(message, type->field(i), depth);
  }
  if (unknown_fields_ && Below(20) == 0) AddUnknown(message);
}

void RandomRecords::FillField(Message* message, const FieldDescriptor* field, int depth) {
  const Reflection* reflection = message->GetReflection();
  const uint64_t count = field->is_repeated() ? 1 + Below(3) : 1;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t bits = random_() >> Below(64);
    const auto set = [&](auto setter, auto adder, auto value) {
      if (field->is_repeated()) {
        (reflection->*adder)(message, field, value);
      } else {
        (reflection->*setter)(message, field, value);
      }
    };
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        set(&Reflection::SetInt32, &Reflection::AddInt32, static_cast<int32_t>(bits));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        set(&Reflection::SetInt64, &Reflection::AddInt64, static_cast<int64_t>(bits));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        set(&Reflection::SetUInt32, &Reflection::AddUInt32, static_cast<uint32_t>(bits));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        set(&Reflection::SetUInt64, &Reflection::AddUInt64, bits);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        set(&Reflection::SetBool, &Reflection::AddBool, bits % 2 == 1);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        set(&Reflection::SetEnumValue, &Reflection::AddEnumValue, static_cast<int>(bits % 6));
        break;
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string text(Below(4) == 0 ? 0 : Below(Below(20) == 0 ? 300 : 12), 'x');
        for (char& c : text) c = static_cast<char>('a' + Below(26));
        if (field->is_repeated()) {
          reflection->AddString(message, field, text);
        } else {
          reflection->SetString(message, field, text);
        }
        break;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth < kMaxDepth) {
          Fill(field->is_repeated() ? reflection->AddMessage(message, field)
                                    : reflection->MutableMessage(message, field),
               depth + 1);
        }
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        break;
    }
  }
}

void RandomRecords::AddUnknown(Message* message) {
  UnknownFieldSet* unknown = message->GetReflection()->MutableUnknownFields(message);
  for (uint64_t i = Below(4); i > 0; --i) {
    const int number = 1 + static_cast<int>(Below(Below(4) == 0 ? 100000 : 50));
    if (message->GetDescriptor()->FindFieldByNumber(number) != nullptr) {
      // A known number with a wire type that the schema never has.
      unknown->AddFixed32(number, static_cast<uint32_t>(random_()));
      continue;
    }
    switch (Below(5)) {
      case 0:
        unknown->AddVarint(number, random_() >> Below(64));
        break;
      case 1:
        unknown->AddFixed64(number, random_());
        break;
      case 2:
        unknown->AddLengthDelimited(number, std::string(Below(200), 'u'));
        break;
      case 3: {
        UnknownFieldSet* group = unknown->AddGroup(number);
        group->AddVarint(9, 1);
        group->AddGroup(3)->AddLengthDelimited(2, "in a group");
        break;
      }
      default:
        unknown->AddFixed32(number, static_cast<uint32_t>(random_()));
        break;
    }
  }
}

void RandomRecords::CollectPaths(const Message& message, std::vector<uint32_t>* steps) {
  v1::FieldPath path;
  for (const uint32_t step : *steps) path.add_steps(step);
  paths_.push_back(path);
  const Reflection* reflection = message.GetReflection();
  const Descriptor* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const bool has_fields_below =
        field->message_type() != nullptr && !IsLeafMessage(*field->message_type());
    const bool is_set =
        field->is_repeated() || !field->has_presence() || reflection->HasField(message, field);
    // Absent fields of messages that are there have a path too: those of lexical forms.
    if (has_fields_below && !is_set) continue;
    const int size = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int index = 0; index < size; ++index) {
      steps->push_back(static_cast<uint32_t>(field->number()));
      steps->push_back(static_cast<uint32_t>(index));
      if (has_fields_below) {
        CollectPaths(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, index)
                                          : reflection->GetMessage(message, field),
                     steps);
      } else {
        v1::FieldPath below;
        for (const uint32_t step : *steps) below.add_steps(step);
        paths_.push_back(below);
      }
      steps->resize(steps->size() - 2);
    }
  }
}

v1::FieldPath RandomRecords::RandomPath() { return paths_[Below(paths_.size())]; }

}  // namespace puente
