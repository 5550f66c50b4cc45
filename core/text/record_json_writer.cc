// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes messages of the schema as JSON.

#include "core/text/record_json_writer.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/base64.h"
#include "core/text/byte_words.h"
#include "core/text/json_string.h"
#include "core/text/record_json.h"
#include "core/text/record_json_types.h"
#include "fmt/format.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/unknown_field_set.h"

namespace puente::text {
namespace {

using ::google::protobuf::Any;
using ::google::protobuf::EnumValueDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::UnknownFieldSet;

template <typename Message>
const Message& As(const google::protobuf::Message& message) {
  return static_cast<const Message&>(message);
}

bool SameDateTime(const v1::DateTime& a, const v1::DateTime& b) {
  return a.year() == b.year() && a.month() == b.month() && a.day() == b.day() &&
         a.hour() == b.hour() && a.minute() == b.minute() && a.second() == b.second() &&
         a.nanos() == b.nanos() && a.has_utc_offset_minutes() == b.has_utc_offset_minutes() &&
         a.utc_offset_minutes() == b.utc_offset_minutes();
}

}  // namespace

absl::Status JsonWriter::status() const {
  ErrorDetail detail;
  detail.code = too_deep_ ? "PUE-0203" : "PUE-0206";
  detail.message = fmt::format("{}: {}", pointer_.empty() ? "/" : pointer_, reason_);
  return MakeError(
      too_deep_ ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kInvalidArgument,
      detail);
}

bool JsonWriter::WriteString(std::string_view text) {
  AppendJsonString(text, out_, &bytes_seen_);
  if (checks_ && FirstInvalidUtf8(text).has_value()) return Fail("the text is not UTF-8");
  return true;
}

void JsonWriter::WriteBase64(std::string_view bytes) {
  scratch_.clear();
  AppendBase64(bytes, &scratch_);
  out_->Append('"');
  out_->Append(scratch_);
  out_->Append('"');
}

void JsonWriter::WriteEnum(const JsonField& field, int number) {
  if (number >= 0 && static_cast<size_t>(number) < field.enum_names.size()) {
    const std::string& name = field.enum_names[static_cast<size_t>(number)];
    if (!name.empty()) return out_->Append(name);
  }
  const EnumValueDescriptor* value = field.descriptor->enum_type()->FindValueByNumber(number);
  if (value == nullptr || value->number() != number) return WriteNumber(number);
  out_->Append('"');
  out_->Append(value->name());
  out_->Append('"');
}

bool JsonWriter::WriteUnknown(const UnknownFieldSet& unknown, bool is_first) {
  if (!is_first) out_->Append(',');
  std::string bytes;
  if (!unknown.SerializeToString(&bytes)) return Fail("the unknown fields cannot be written");
  out_->Append("\"@unknown\":");
  WriteBase64(bytes);
  return true;
}

bool JsonWriter::WriteAny(const Any& any) {
  out_->Append("{\"@type\":");
  if (!WriteString(any.type_url())) return FailBelow("@type");
  out_->Append(",\"@bytes\":");
  WriteBase64(any.value());
  const UnknownFieldSet& unknown = any.GetReflection()->GetUnknownFields(any);
  if (!unknown.empty() && !WriteUnknown(unknown, false)) return false;
  out_->Append('}');
  return true;
}

/// Writes a path as text below the content. False, and nothing is written, when it does not fit the
/// schema.
bool JsonWriter::WriteFieldPath(const v1::FieldPath& path) {
  const JsonType* type = content_;
  if (type == nullptr || path.steps_size() % 2 != 0) return false;
  const size_t before = out_->size();
  out_->Append('"');
  for (int i = 0; i < path.steps_size(); i += 2) {
    const uint32_t index = path.steps(i + 1);
    const JsonField* const field = type == nullptr ? nullptr : type->FindNumber(path.steps(i));
    if (field == nullptr || (!field->is_repeated && index != 0)) {
      out_->Cut(before);
      return false;
    }
    if (i > 0) out_->Append('.');
    out_->Append(field->name);
    if (field->is_repeated) {
      out_->Append('[');
      WriteNumber(index);
      out_->Append(']');
    }
    type = field->type != nullptr && !field->type->is_leaf ? field->type : nullptr;
  }
  out_->Append('"');
  return true;
}

/// Writes a leaf message as a string or null. False when only an object can hold it; nothing is
/// written then, and it is no error.
bool JsonWriter::WriteText(const Message& message, const JsonType& type) {
  if ((type.present(message) & kUnknownFieldsPresent) != 0) return false;
  scratch_.clear();
  bool is_written = false;
  switch (type.shape) {
    case JsonShape::kDecimal: {
      const v1::Decimal& decimal = As<v1::Decimal>(message);
      is_written = AppendDecimal(decimal, &scratch_);
      if (is_written && !decimal.digits().empty()) {
        v1::Decimal again;
        is_written = ParseDecimal(scratch_, &again) == TextForm::kCanonical &&
                     again.digits() == decimal.digits() && again.scale() == decimal.scale() &&
                     again.unscaled() == decimal.unscaled();
      }
      break;
    }
    case JsonShape::kDate:
      is_written = AppendDate(As<v1::Date>(message), &scratch_);
      break;
    case JsonShape::kDateTime: {
      const v1::DateTime& value = As<v1::DateTime>(message);
      v1::DateTime again;
      is_written = AppendDateTime(value, &scratch_) &&
                   ParseDateTime(scratch_, &again) == TextForm::kCanonical &&
                   SameDateTime(value, again);
      break;
    }
    case JsonShape::kFieldPath:
      return WriteFieldPath(As<v1::FieldPath>(message));
    case JsonShape::kCell: {
      const v1::Cell& cell = As<v1::Cell>(message);
      if (!cell.has_text()) {
        out_->Append("null");
        return true;
      }
      // A text that is not UTF-8 fails here, and again, with its place, as an object.
      const size_t before = out_->size();
      if (WriteString(cell.text())) return true;
      out_->Cut(before);
      return false;
    }
    default:
      return false;
  }
  if (!is_written) return false;
  char* to = out_->Room(scratch_.size() + 2);
  *to++ = '"';
  std::memcpy(to, scratch_.data(), scratch_.size());
  to += scratch_.size();
  *to++ = '"';
  out_->SetEnd(to);
  return true;
}

bool JsonWriter::WriteSingle(const Message& message, const JsonField& field, int depth) {
  const FieldAccess& access = *field.access;
  switch (field.kind) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (!field.is_bytes) return WriteString(access.text(message, 0));
      WriteBase64(access.text(message, 0));
      return true;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return WriteMessage(access.get(message, 0), *field.type, depth + 1);
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
      WriteNumber(access.number(message));
      return true;
    case FieldDescriptor::CPPTYPE_UINT64:
      WriteNumber(static_cast<uint64_t>(access.number(message)));
      return true;
    case FieldDescriptor::CPPTYPE_BOOL:
      out_->Append(access.number(message) != 0 ? "true" : "false");
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
      WriteEnum(field, static_cast<int>(access.number(message)));
      return true;
    default:
      return Fail("the schema has no binary floating point numbers");
  }
}

bool JsonWriter::WriteElements(const Message& message, const JsonType& type, const JsonField& field,
                               int depth) {
  const int size = field.access->size(message);
  char separator = '[';
  for (int i = 0; i < size; ++i) {
    out_->Append(separator);
    separator = ',';
    if (!WriteElement(message, type, field, i, depth)) {
      return FailBelow(fmt::format("{}/{}", field.name, i));
    }
  }
  out_->Append(']');
  return true;
}

bool JsonWriter::WriteElement(const Message& message, const JsonType& type, const JsonField& field,
                              int index, int depth) {
  const Reflection& reflection = *type.reflection;
  const FieldDescriptor* descriptor = field.descriptor;
  switch (field.kind) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (!field.is_bytes) return WriteString(field.access->text(message, index));
      WriteBase64(field.access->text(message, index));
      return true;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return WriteMessage(field.access->get(message, index), *field.type, depth + 1);
    case FieldDescriptor::CPPTYPE_INT32:
      WriteNumber(reflection.GetRepeatedInt32(message, descriptor, index));
      return true;
    case FieldDescriptor::CPPTYPE_INT64:
      WriteNumber(reflection.GetRepeatedInt64(message, descriptor, index));
      return true;
    case FieldDescriptor::CPPTYPE_UINT32:
      WriteNumber(reflection.GetRepeatedUInt32(message, descriptor, index));
      return true;
    case FieldDescriptor::CPPTYPE_UINT64:
      WriteNumber(reflection.GetRepeatedUInt64(message, descriptor, index));
      return true;
    case FieldDescriptor::CPPTYPE_BOOL:
      out_->Append(reflection.GetRepeatedBool(message, descriptor, index) ? "true" : "false");
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
      WriteEnum(field, reflection.GetRepeatedEnumValue(message, descriptor, index));
      return true;
    default:
      return Fail("the schema has no binary floating point numbers");
  }
}

void JsonWriter::WriteKey(const JsonField& field, bool is_first) {
  char* to = out_->Room(field.key.size() + 1);
  *to = ',';
  to += is_first ? 0 : 1;
  std::memcpy(to, field.key.data(), field.key.size());
  out_->SetEnd(to + field.key.size());
}

bool JsonWriter::WriteField(const Message& message, const JsonType& type, const JsonField& field,
                            int depth) {
  if (field.is_repeated) return WriteElements(message, type, field, depth);
  return WriteSingle(message, field, depth) || FailBelow(field.descriptor->name());
}

bool JsonWriter::WriteFields(const Message& message, const JsonType& type, int depth) {
  uint64_t present = 0;
  if (type.present != nullptr) {
    present = type.present(message);
  } else if (!type.reflection->GetUnknownFields(message).empty()) {
    present = kUnknownFieldsPresent;
  }
  bool is_first = true;
  out_->Append('{');
  for (; present != 0; present &= present - 1) {
    if (present == kUnknownFieldsPresent) {
      if (!WriteUnknown(type.reflection->GetUnknownFields(message), is_first)) return false;
      break;
    }
    const JsonField& field = type.fields[static_cast<size_t>(std::countr_zero(present))];
    WriteKey(field, is_first);
    is_first = false;
    if (!WriteField(message, type, field, depth)) return false;
  }
  out_->Append('}');
  return true;
}

bool JsonWriter::WriteRecord(const v1::Record& record, const JsonType& type, int depth) {
  const JsonField* const content = type.FindNumber(static_cast<uint32_t>(record.content_case()));
  content_ = content == nullptr ? nullptr : content->type;
  const bool is_written = WriteFields(record, type, depth);
  content_ = nullptr;
  return is_written;
}

bool JsonWriter::WriteMessage(const Message& message, const JsonType& type, int depth) {
  if (depth > kMaxMessageDepth) {
    too_deep_ = true;
    return Fail("the message is nested too deep");
  }
  switch (type.shape) {
    case JsonShape::kObject:
      return WriteFields(message, type, depth);
    case JsonShape::kRecord:
      return WriteRecord(As<v1::Record>(message), type, depth);
    case JsonShape::kAny:
      return WriteAny(As<Any>(message));
    default:
      return WriteText(message, type) || WriteFields(message, type, depth);
  }
}

absl::Status AppendRecordJson(const Message& message, TextBuffer* out) {
  const JsonType* type = FindJsonType(message.GetDescriptor());
  if (type == nullptr || type->reflection != message.GetReflection()) {
    ErrorDetail detail;
    detail.code = "PUE-0206";
    detail.message = fmt::format("{} is no message of the schema", message.GetTypeName());
    return MakeError(absl::StatusCode::kInvalidArgument, detail);
  }
  const size_t before = out->size();
  JsonWriter writer(out, /*checks=*/false);
  if (writer.WriteMessage(message, *type, 1) &&
      (writer.is_ascii() || !FirstInvalidUtf8(out->text().substr(before)).has_value())) {
    return absl::OkStatus();
  }
  // Once more, with an eye on the place.
  out->Cut(before);
  JsonWriter checking(out, /*checks=*/true);
  if (checking.WriteMessage(message, *type, 1)) return absl::OkStatus();
  out->Cut(before);
  return checking.status();
}

bool AppendRecordJson(const RecordParts& parts, TextBuffer* out) {
  static const JsonType* const type = FindJsonType(v1::Record::descriptor());
  const size_t before = out->size();
  JsonWriter writer(out, /*checks=*/false);
  if (writer.WriteParts(parts, *type) &&
      (writer.is_ascii() || !FirstInvalidUtf8(out->text().substr(before)).has_value())) {
    return true;
  }
  out->Cut(before);
  return false;
}

absl::Status AppendRecordJson(const Message& message, std::string* out) {
  TextBuffer buffer;
  if (absl::Status status = AppendRecordJson(message, &buffer); !status.ok()) return status;
  out->append(buffer.text());
  return absl::OkStatus();
}

}  // namespace puente::text
