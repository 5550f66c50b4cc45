// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records made from the bytes of a fuzzer, over the whole schema.
#include "tests/fuzz/made_record.h"

#include <iterator>

#include "core/base/schema.h"

namespace puente::fuzz {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::UnknownFieldSet;

namespace {

// Levels of messages below which no more are made.
constexpr int kMaxDepth = 24;
// Places that are kept for residue and source texts.
constexpr size_t kMaxPaths = 256;
// A decision from here on ends a message.
constexpr uint8_t kEnough = 0xE0;

// Parts of texts: what formats escape, what looks like a value, what XML cannot carry.
constexpr std::string_view kParts[] = {
    "a",
    "Agua y saneamiento",
    "<",
    "&",
    "]]>",
    "--",
    "?>",
    "\"",
    "'",
    "\\",
    "\n",
    "\r",
    "\t",
    " ",
    "\xC3\xA9",
    "\xF0\x9F\x98\x80",
    "\xE2\x80\xA8",
    "\xEF\xBB\xBF",
    "\xEF\xBF\xBE",
    std::string_view("\0", 1),
    "\x01",
    "\x7F",
    "\xC2\x85",
    "12.50",
    "-1",
    "true",
    "2024-02-30",
    "2024-03-31T12:00:00Z",
    "xml:lang",
    "xmlns:x",
    "x:y",
    "D",
};
// Names that the formats know or that are names of XML at least.
constexpr std::string_view kNames[] = {
    "a",      "x:a",       "title",     "narrative", "xml:space", "xml:lang",
    "xmlns",  "xmlns:usg", "usg:notes", "ref",       "type",      "text()",
    "sector", "-a",        "a b",       "",          "version",   "transaction"};

}  // namespace

std::string RecordMaker::Text() {
  const uint8_t kind = decisions_.Byte();
  if (kind < 24) return sound_ ? "Agua" : "";
  if (kind < 56) return std::string(kNames[kind % std::size(kNames)]);
  std::string text;
  if (kind < 128) {
    for (size_t n = 1 + kind % 4u; n > 0; --n) {
      text += kParts[decisions_.Below(std::size(kParts))];
    }
    return text;
  }
  // Plain characters, as many as the kind says.
  for (char c : decisions_.Bytes(kind % 24u)) text.push_back(static_cast<char>(' ' + (c & 0x3F)));
  if (sound_ && text.empty()) text = "Water";
  return text;
}

v1::Record RecordMaker::Make() {
  v1::Record record;
  const Descriptor* type = v1::Record::descriptor();
  const google::protobuf::OneofDescriptor* content = type->FindOneofByName("content");
  const FieldDescriptor* kind = kind_ != 0 ? type->FindFieldByNumber(kind_)
                                           : content->field(static_cast<int>(decisions_.Below(
                                                 static_cast<size_t>(content->field_count()))));
  Message* message = record.GetReflection()->MutableMessage(&record, kind);
  Fill(message, 0);
  paths_.clear();
  std::vector<uint32_t> steps;
  CollectPaths(*message, &steps);
  // What stands beside the content, as long as there are decisions.
  while (!decisions_.empty()) {
    switch (decisions_.Byte() % 8) {
      case 0:
      case 1: {
        if (sound_) break;
        v1::LexicalForm* form = record.add_lexical();
        SetPath(form->mutable_path());
        form->set_text(Text());
        form->set_state(static_cast<v1::LexicalState>(decisions_.Below(6)));
        break;
      }
      case 2:
      case 3:
      case 4:
        FillResidue(&record);
        break;
      case 5:
        FillField(&record, *type->FindFieldByName("extensions"), 0);
        break;
      case 6:
        if (unknown_fields_ && !sound_) {
          FillUnknown(record.GetReflection()->MutableUnknownFields(&record), 0);
        }
        break;
      default: {
        constexpr const char* kBeside[] = {"identity", "provenance", "attributions",
                                           "import_context", "derived"};
        FillField(&record, *type->FindFieldByName(kBeside[decisions_.Below(std::size(kBeside))]),
                  0);
        break;
      }
    }
  }
  return record;
}

void RecordMaker::Fill(Message* message, int depth) {
  const Descriptor* type = message->GetDescriptor();
  if (IsLeafMessage(*type) && (sound_ || decisions_.Chance(75))) {
    FillLeafMessage(message);
    return;
  }
  while (!decisions_.empty()) {
    const uint8_t decision = decisions_.Byte();
    if (decision >= kEnough) {
      if (unknown_fields_ && !sound_ && decision == kEnough) {
        FillUnknown(message->GetReflection()->MutableUnknownFields(message), 0);
      }
      return;
    }
    if (type->field_count() == 0) return;
    FillField(message, *type->field(decision % type->field_count()), depth);
  }
}

void RecordMaker::FillField(Message* message, const FieldDescriptor& field, int depth) {
  const Reflection& reflection = *message->GetReflection();
  const bool adds = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text = field.type() == FieldDescriptor::TYPE_BYTES
                                   ? decisions_.Bytes(decisions_.Below(12))
                                   : Text();
      adds ? reflection.AddString(message, &field, text)
           : reflection.SetString(message, &field, text);
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (depth >= kMaxDepth) break;
      Fill(adds ? reflection.AddMessage(message, &field)
                : reflection.MutableMessage(message, &field),
           depth + 1);
      break;
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto number = static_cast<int32_t>(decisions_.Number());
      adds ? reflection.AddInt32(message, &field, number)
           : reflection.SetInt32(message, &field, number);
      break;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const auto number = static_cast<int64_t>(decisions_.Number());
      adds ? reflection.AddInt64(message, &field, number)
           : reflection.SetInt64(message, &field, number);
      break;
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto number = static_cast<uint32_t>(decisions_.Number());
      adds ? reflection.AddUInt32(message, &field, number)
           : reflection.SetUInt32(message, &field, number);
      break;
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      const uint64_t number = decisions_.Number();
      adds ? reflection.AddUInt64(message, &field, number)
           : reflection.SetUInt64(message, &field, number);
      break;
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      const bool value = decisions_.Below(2) == 1;
      adds ? reflection.AddBool(message, &field, value)
           : reflection.SetBool(message, &field, value);
      break;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto number = static_cast<int>(decisions_.Number());
      adds ? reflection.AddEnumValue(message, &field, number)
           : reflection.SetEnumValue(message, &field, number);
      break;
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      break;  // the schema has none
  }
}

void RecordMaker::FillLeafMessage(Message* message) {
  const Descriptor* type = message->GetDescriptor();
  if (type == v1::Decimal::descriptor()) {
    auto* decimal = static_cast<v1::Decimal*>(message);
    decimal->set_scale(static_cast<int32_t>(decisions_.Below(19)));
    decimal->set_unscaled(static_cast<int64_t>(decisions_.Number()));
    if (decisions_.Chance(10)) {
      decimal->set_unscaled(0);
      decimal->set_digits(decisions_.Chance(50) ? "-12345678901234567890123"
                                                : "98765432109876543210");
    }
  } else if (type == v1::Date::descriptor()) {
    auto* date = static_cast<v1::Date*>(message);
    date->set_year(1900 + static_cast<int32_t>(decisions_.Byte()));
    date->set_month(static_cast<int32_t>(decisions_.Below(sound_ ? 13 : 14)));
    if (date->month() > 0) {
      const auto day = static_cast<int32_t>(decisions_.Below(sound_ ? 28 : 33));
      date->set_day(sound_ ? day + 1 : day);
    }
  } else if (type == v1::DateTime::descriptor()) {
    FillDateTime(static_cast<v1::DateTime*>(message));
  } else if (type == v1::FieldPath::descriptor()) {
    SetPath(static_cast<v1::FieldPath*>(message));
  } else if (type == v1::Cell::descriptor()) {
    static_cast<v1::Cell*>(message)->set_text(Text());
  }
}

void RecordMaker::FillDateTime(v1::DateTime* value) {
  value->set_year(1900 + static_cast<int32_t>(decisions_.Byte()));
  value->set_month(1 + static_cast<int32_t>(decisions_.Below(12)));
  value->set_day(1 + static_cast<int32_t>(decisions_.Below(sound_ ? 28 : 31)));
  value->set_hour(static_cast<int32_t>(decisions_.Below(sound_ ? 24 : 25)));
  value->set_minute(static_cast<int32_t>(decisions_.Below(60)));
  value->set_second(static_cast<int32_t>(decisions_.Below(sound_ ? 60 : 61)));
  if (decisions_.Chance(30)) {
    const auto nanos = static_cast<int32_t>(decisions_.Number());
    value->set_nanos(sound_ ? (nanos & 0x1FFFFFFF) : nanos);
  }
  if (decisions_.Chance(50)) {
    const auto offset = static_cast<int32_t>(decisions_.Below(256));
    value->set_utc_offset_minutes(sound_ ? offset * 6 - 768 : offset * 7 - 890);
  }
}

void RecordMaker::FillUnknown(UnknownFieldSet* unknown, int depth) {
  // Numbers that are free, or known ones with a wire type that the schema never has.
  const int number = 900 + static_cast<int>(decisions_.Byte());
  switch (decisions_.Below(6)) {
    case 0:
      unknown->AddVarint(number, decisions_.Number());
      break;
    case 1:
      unknown->AddFixed32(number, static_cast<uint32_t>(decisions_.Number()));
      break;
    case 2:
      unknown->AddFixed64(number - 899, decisions_.Number());
      break;
    case 3:
      unknown->AddLengthDelimited(number, decisions_.Bytes(decisions_.Below(12)));
      break;
    case 4:
      unknown->AddGroup(number);
      break;
    default:
      if (depth < 3) FillUnknown(unknown->AddGroup(number), depth + 1);
      break;
  }
}

void RecordMaker::FillResidue(v1::Record* record) {
  if (!sound_ && decisions_.Chance(20)) {
    v1::ChildOrder* order = record->mutable_residue()->add_orders();
    SetPath(order->mutable_parent());
    for (size_t n = decisions_.Below(4); n > 0; --n) {
      *order->mutable_order() += std::string(kNames[decisions_.Below(std::size(kNames))]) +
                                 (decisions_.Chance(30) ? "*2 " : " ");
    }
    return;
  }
  v1::ResidueNode* node = record->mutable_residue()->add_nodes();
  const uint8_t decision = decisions_.Byte();
  if (sound_) {
    node->set_position(static_cast<uint32_t>(record->residue().nodes_size()));
    Fill(node->mutable_xml(), 2);
    return;
  }
  SetPath(node->mutable_parent());
  if (decision % 8 == 7) node->set_place(static_cast<v1::ResiduePlace>(decision / 8 % 5));
  node->set_position(static_cast<uint32_t>(decisions_.Number()));
  if (decision % 4 == 1) node->set_text_offset(static_cast<uint32_t>(decisions_.Number()));
  if (decision % 16 == 5) node->set_splits_text(true);
  Fill(node->mutable_xml(), 2);
}

void RecordMaker::CollectPaths(const Message& message, std::vector<uint32_t>* steps) {
  if (paths_.size() >= kMaxPaths) return;
  paths_.push_back(*steps);
  const Reflection& reflection = *message.GetReflection();
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const bool has_fields_below =
        field->message_type() != nullptr && !IsLeafMessage(*field->message_type());
    const bool is_set =
        field->is_repeated() || !field->has_presence() || reflection.HasField(message, field);
    // Absent fields of messages that are there have a path too: those of source texts.
    if (has_fields_below && !is_set) continue;
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int index = 0; index < size; ++index) {
      steps->push_back(static_cast<uint32_t>(field->number()));
      steps->push_back(static_cast<uint32_t>(index));
      if (has_fields_below) {
        CollectPaths(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, index)
                                          : reflection.GetMessage(message, field),
                     steps);
      } else {
        paths_.push_back(*steps);
      }
      steps->resize(steps->size() - 2);
    }
  }
}

void RecordMaker::SetPath(v1::FieldPath* path) {
  path->clear_steps();
  if (!paths_.empty() && decisions_.Chance(90)) {
    // Two bytes: an activity has more places than one byte has values.
    const size_t at = decisions_.Byte() * size_t{256} + decisions_.Byte();
    for (const uint32_t step : paths_[at % paths_.size()]) path->add_steps(step);
    return;
  }
  for (size_t n = decisions_.Below(5); n > 0; --n) {
    path->add_steps(static_cast<uint32_t>(decisions_.Number()));
  }
}

}  // namespace puente::fuzz
