// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes messages of the schema as JSON.

#include <array>
#include <charconv>
#include <cstring>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/field_path.h"
#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/base64.h"
#include "core/text/record_json.h"
#include "core/text/record_json_types.h"
#include "fmt/format.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/unknown_field_set.h"

namespace puente::text {
namespace {

using ::google::protobuf::Any;
using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumValueDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::UnknownFieldSet;

/// What a byte of a string asks for: nothing, an escape, or a look at its sequence.
constexpr std::array<char, 256> MakeMarks() {
  std::array<char, 256> marks{};
  for (size_t c = 0; c < 0x20; ++c) marks[c] = 'u';
  for (size_t c = 0x80; c < 0x100; ++c) marks[c] = '8';
  marks['\b'] = 'b';
  marks['\f'] = 'f';
  marks['\n'] = 'n';
  marks['\r'] = 'r';
  marks['\t'] = 't';
  marks['"'] = '"';
  marks['\\'] = '\\';
  return marks;
}

constexpr std::array<char, 256> kMarks = MakeMarks();

char MarkOf(char c) { return kMarks[static_cast<unsigned char>(c)]; }

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

/// Writes one message; every function is false after an error.
class Writer {
 public:
  explicit Writer(std::string* out) : out_(out) {}

  bool WriteMessage(const Message& message, const JsonType& type, int depth);

  /// The error, with the pointer to its place.
  absl::Status status() const {
    ErrorDetail detail;
    detail.code = too_deep_ ? "PUE-0203" : "PUE-0206";
    detail.message = fmt::format("{}: {}", pointer_.empty() ? "/" : pointer_, reason_);
    return MakeError(
        too_deep_ ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kInvalidArgument,
        detail);
  }

 private:
  bool WriteText(const Message& message, JsonShape shape);
  bool WriteFields(const Message& message, const JsonType& type, int depth);
  bool WriteSingle(const Message& message, const JsonType& type, const JsonField& field, int depth);
  bool WriteElement(const Message& message, const JsonType& type, const JsonField& field, int index,
                    int depth);
  bool WriteAny(const Any& any);
  bool WriteString(std::string_view text);
  bool WriteUnknown(const UnknownFieldSet& unknown, bool is_first);
  void WriteBase64(std::string_view bytes);
  void WriteEnum(const EnumValueDescriptor* value, int number);
  template <typename Number>
  void WriteNumber(Number number);
  bool Fail(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }
  bool FailBelow(const std::string& step) {
    pointer_.insert(0, "/" + step);
    return false;
  }

  std::string* out_;
  const Descriptor* content_ = nullptr;  // what field paths are relative to
  std::string scratch_;
  std::string reason_;
  std::string pointer_;
  bool too_deep_ = false;
};

template <typename Number>
void Writer::WriteNumber(Number number) {
  char digits[24];
  const std::to_chars_result result = std::to_chars(digits, digits + sizeof(digits), number);
  out_->append(digits, static_cast<size_t>(result.ptr - digits));
}

bool Writer::WriteString(std::string_view text) {
  out_->push_back('"');
  bool is_ascii = true;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char mark = MarkOf(text[i]);
    if (mark == 0) continue;
    if (mark == '8') {
      is_ascii = false;
      continue;
    }
    out_->append(text, begin, i - begin);
    begin = i + 1;
    if (mark == 'u') {
      constexpr std::string_view kHex = "0123456789abcdef";
      const unsigned char c = static_cast<unsigned char>(text[i]);
      out_->append("\\u00");
      out_->push_back(kHex[c >> 4]);
      out_->push_back(kHex[c & 15]);
    } else {
      out_->push_back('\\');
      out_->push_back(mark);
    }
  }
  out_->append(text, begin);
  out_->push_back('"');
  if (!is_ascii && FirstInvalidUtf8(text).has_value()) return Fail("the text is not UTF-8");
  return true;
}

void Writer::WriteBase64(std::string_view bytes) {
  out_->push_back('"');
  AppendBase64(bytes, out_);
  out_->push_back('"');
}

void Writer::WriteEnum(const EnumValueDescriptor* value, int number) {
  if (value == nullptr || value->number() != number) {
    WriteNumber(number);
    return;
  }
  out_->push_back('"');
  out_->append(value->name());
  out_->push_back('"');
}

bool Writer::WriteUnknown(const UnknownFieldSet& unknown, bool is_first) {
  if (!is_first) out_->push_back(',');
  std::string bytes;
  if (!unknown.SerializeToString(&bytes)) return Fail("the unknown fields cannot be written");
  out_->append("\"@unknown\":");
  WriteBase64(bytes);
  return true;
}

bool Writer::WriteAny(const Any& any) {
  out_->append("{\"@type\":");
  if (!WriteString(any.type_url())) return FailBelow("@type");
  out_->append(",\"@bytes\":");
  WriteBase64(any.value());
  const UnknownFieldSet& unknown = any.GetReflection()->GetUnknownFields(any);
  if (!unknown.empty() && !WriteUnknown(unknown, false)) return false;
  out_->push_back('}');
  return true;
}

/// Writes a leaf message as a string or null. False when only an object can hold it; nothing is
/// written then, and it is no error.
bool Writer::WriteText(const Message& message, JsonShape shape) {
  if (!message.GetReflection()->GetUnknownFields(message).empty()) return false;
  const size_t before = out_->size();
  bool is_written = false;
  out_->push_back('"');
  switch (shape) {
    case JsonShape::kDecimal: {
      const v1::Decimal& decimal = As<v1::Decimal>(message);
      is_written = AppendDecimal(decimal, out_);
      if (is_written && !decimal.digits().empty()) {
        v1::Decimal again;
        is_written = ParseDecimal(std::string_view(*out_).substr(before + 1), &again) ==
                         TextForm::kCanonical &&
                     again.digits() == decimal.digits() && again.scale() == decimal.scale() &&
                     again.unscaled() == decimal.unscaled();
      }
      break;
    }
    case JsonShape::kDate:
      is_written = AppendDate(As<v1::Date>(message), out_);
      break;
    case JsonShape::kDateTime: {
      const v1::DateTime& value = As<v1::DateTime>(message);
      v1::DateTime again;
      is_written = AppendDateTime(value, out_) &&
                   ParseDateTime(std::string_view(*out_).substr(before + 1), &again) ==
                       TextForm::kCanonical &&
                   SameDateTime(value, again);
      break;
    }
    case JsonShape::kFieldPath: {
      if (content_ == nullptr) break;
      const absl::StatusOr<std::string> text = FieldPathText(As<v1::FieldPath>(message), *content_);
      is_written = text.ok();
      if (is_written) out_->append(*text);
      break;
    }
    case JsonShape::kCell: {
      const v1::Cell& cell = As<v1::Cell>(message);
      out_->resize(before);
      if (!cell.has_text()) {
        out_->append("null");
        return true;
      }
      // A text that is not UTF-8 fails here, and again, with its place, as an object.
      if (WriteString(cell.text())) return true;
      out_->resize(before);
      return false;
    }
    default:
      break;
  }
  if (is_written) {
    out_->push_back('"');
  } else {
    out_->resize(before);
  }
  return is_written;
}

bool Writer::WriteSingle(const Message& message, const JsonType& type, const JsonField& field,
                         int depth) {
  const Reflection& reflection = *type.reflection;
  const FieldDescriptor* descriptor = field.descriptor;
  switch (field.kind) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string& text = reflection.GetStringReference(message, descriptor, &scratch_);
      if (!field.is_bytes) return WriteString(text);
      WriteBase64(text);
      return true;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return WriteMessage(reflection.GetMessage(message, descriptor), *field.type, depth + 1);
    case FieldDescriptor::CPPTYPE_INT32:
      WriteNumber(reflection.GetInt32(message, descriptor));
      return true;
    case FieldDescriptor::CPPTYPE_INT64:
      WriteNumber(reflection.GetInt64(message, descriptor));
      return true;
    case FieldDescriptor::CPPTYPE_UINT32:
      WriteNumber(reflection.GetUInt32(message, descriptor));
      return true;
    case FieldDescriptor::CPPTYPE_UINT64:
      WriteNumber(reflection.GetUInt64(message, descriptor));
      return true;
    case FieldDescriptor::CPPTYPE_BOOL:
      out_->append(reflection.GetBool(message, descriptor) ? "true" : "false");
      return true;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = reflection.GetEnumValue(message, descriptor);
      WriteEnum(descriptor->enum_type()->FindValueByNumber(number), number);
      return true;
    }
    default:
      return Fail("the schema has no binary floating point numbers");
  }
}

bool Writer::WriteElement(const Message& message, const JsonType& type, const JsonField& field,
                          int index, int depth) {
  const Reflection& reflection = *type.reflection;
  const FieldDescriptor* descriptor = field.descriptor;
  switch (field.kind) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string& text =
          reflection.GetRepeatedStringReference(message, descriptor, index, &scratch_);
      if (!field.is_bytes) return WriteString(text);
      WriteBase64(text);
      return true;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return WriteMessage(reflection.GetRepeatedMessage(message, descriptor, index), *field.type,
                          depth + 1);
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
      out_->append(reflection.GetRepeatedBool(message, descriptor, index) ? "true" : "false");
      return true;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = reflection.GetRepeatedEnumValue(message, descriptor, index);
      WriteEnum(descriptor->enum_type()->FindValueByNumber(number), number);
      return true;
    }
    default:
      return Fail("the schema has no binary floating point numbers");
  }
}

bool Writer::WriteFields(const Message& message, const JsonType& type, int depth) {
  const Reflection& reflection = *type.reflection;
  bool is_first = true;
  out_->push_back('{');
  for (const JsonField& field : type.fields) {
    int size = 0;
    if (field.is_repeated) {
      size = reflection.FieldSize(message, field.descriptor);
      if (size == 0) continue;
    } else if (!reflection.HasField(message, field.descriptor)) {
      continue;
    }
    if (!is_first) out_->push_back(',');
    is_first = false;
    out_->append(field.key);
    if (!field.is_repeated) {
      if (!WriteSingle(message, type, field, depth)) return FailBelow(field.descriptor->name());
      continue;
    }
    out_->push_back('[');
    for (int i = 0; i < size; ++i) {
      if (i > 0) out_->push_back(',');
      if (!WriteElement(message, type, field, i, depth)) {
        return FailBelow(fmt::format("{}/{}", field.name, i));
      }
    }
    out_->push_back(']');
  }
  const UnknownFieldSet& unknown = reflection.GetUnknownFields(message);
  if (!unknown.empty() && !WriteUnknown(unknown, is_first)) return false;
  out_->push_back('}');
  return true;
}

bool Writer::WriteMessage(const Message& message, const JsonType& type, int depth) {
  if (depth > kMaxMessageDepth) {
    too_deep_ = true;
    return Fail("the message is nested too deep");
  }
  switch (type.shape) {
    case JsonShape::kObject:
      return WriteFields(message, type, depth);
    case JsonShape::kRecord: {
      const Message* content = RecordContent(As<v1::Record>(message));
      content_ = content == nullptr ? nullptr : content->GetDescriptor();
      const bool is_written = WriteFields(message, type, depth);
      content_ = nullptr;
      return is_written;
    }
    case JsonShape::kAny:
      return WriteAny(As<Any>(message));
    default:
      return WriteText(message, type.shape) || WriteFields(message, type, depth);
  }
}

}  // namespace

absl::Status AppendRecordJson(const Message& message, std::string* out) {
  const JsonType* type = FindJsonType(message.GetDescriptor());
  if (type == nullptr || type->reflection != message.GetReflection()) {
    ErrorDetail detail;
    detail.code = "PUE-0206";
    detail.message = fmt::format("{} is no message of the schema", message.GetTypeName());
    return MakeError(absl::StatusCode::kInvalidArgument, detail);
  }
  const size_t before = out->size();
  Writer writer(out);
  if (writer.WriteMessage(message, *type, 1)) return absl::OkStatus();
  out->resize(before);
  return writer.status();
}

}  // namespace puente::text
