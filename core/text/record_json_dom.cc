// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads records from parsed JSON, and refuses what a record would not keep.

#include "core/text/record_json_dom.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/field_path.h"
#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/text/base64.h"
#include "core/text/record_json_types.h"
#include "core/text/xml_fault.h"
#include "fmt/format.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/unknown_field_set.h"
#include "google/protobuf/wire_format_lite.h"
#include "simdjson.h"

namespace puente::text {
namespace {

using ::google::protobuf::Any;
using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumValueDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::UnknownField;
using ::google::protobuf::UnknownFieldSet;
using ::google::protobuf::internal::WireFormatLite;
using ::simdjson::dom::element;
using ::simdjson::dom::element_type;
using ::simdjson::dom::object;

std::string_view KindName(const element& value) {
  switch (value.type()) {
    case element_type::ARRAY:
      return "an array";
    case element_type::OBJECT:
      return "an object";
    case element_type::STRING:
      return "a string";
    case element_type::BOOL:
      return "a boolean";
    case element_type::NULL_VALUE:
      return "null";
    case element_type::DOUBLE:
      return "a number with a fraction or an exponent";
    default:
      return "a number";
  }
}

/// True when parsing the wire format would take the unknown field for this known one.
bool IsTakenFor(const UnknownField& unknown, const FieldDescriptor& field) {
  const auto wire_type =
      WireFormatLite::WireTypeForFieldType(static_cast<WireFormatLite::FieldType>(field.type()));
  const bool is_string = unknown.type() == UnknownField::TYPE_LENGTH_DELIMITED;
  if (is_string && field.is_repeated() && field.is_packable()) return true;
  switch (wire_type) {
    case WireFormatLite::WIRETYPE_VARINT:
      return unknown.type() == UnknownField::TYPE_VARINT;
    case WireFormatLite::WIRETYPE_FIXED32:
      return unknown.type() == UnknownField::TYPE_FIXED32;
    case WireFormatLite::WIRETYPE_FIXED64:
      return unknown.type() == UnknownField::TYPE_FIXED64;
    case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
      return is_string;
    default:
      return unknown.type() == UnknownField::TYPE_GROUP;
  }
}

/// Reads one record; every function is false after an error. Records nest deep, and stacks may be
/// small: what does not nest stays out of the frames of the functions that do.
class Reader {
 public:
  /// `has_escapes` says that the JSON has `\u`, behind which half a character may hide.
  Reader(const Limits& limits, bool has_escapes) : limits_(limits), has_escapes_(has_escapes) {}

  bool ReadMessage(const element& value, Message* out, const JsonType& type, int depth);

  absl::Status status() const {
    ErrorDetail detail;
    detail.code = beyond_limit_ ? "PUE-0203" : "PUE-0304";
    detail.message = fmt::format("{}: {}", pointer_.empty() ? "/" : pointer_, reason_);
    detail.hint = hint_;
    return MakeError(
        beyond_limit_ ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kInvalidArgument,
        detail);
  }

 private:
  ABSL_ATTRIBUTE_NOINLINE bool ReadLeaf(std::string_view text, Message* out, const JsonType& type);
  bool ReadObject(const object& members, Message* out, const JsonType& type, int depth);
  bool ReadMember(const element& value, Message* out, const JsonType& type, const JsonField& field,
                  int depth);
  bool ReadValue(const element& value, Message* out, const JsonType& type, const JsonField& field,
                 int depth);
  ABSL_ATTRIBUTE_NOINLINE bool ReadScalar(const element& value, Message* out, const JsonType& type,
                                          const JsonField& field);
  ABSL_ATTRIBUTE_NOINLINE bool ReadText(const element& value, Message* out, const JsonType& type);
  ABSL_ATTRIBUTE_NOINLINE bool ReadAny(const object& members, Any* out);
  ABSL_ATTRIBUTE_NOINLINE bool ReadUnknown(const element& value, Message* out);
  bool ReadString(const element& value, std::string_view* out);
  bool ReadAnyString(const element& value, std::string_view* out);
  ABSL_ATTRIBUTE_NOINLINE bool ReadBytes(const element& value, std::string* out);
  ABSL_ATTRIBUTE_NOINLINE bool ReadEnum(const element& value, const FieldDescriptor& field,
                                        int* out);
  template <typename Number>
  bool ReadNumber(const element& value, Number* out);
  ABSL_ATTRIBUTE_NOINLINE void FindContent(const object& members, const JsonType& type);
  ABSL_ATTRIBUTE_NOINLINE bool FailOnName(std::string_view name, const JsonType& type);
  ABSL_ATTRIBUTE_NOINLINE bool FailOnOneof(const Message& message, const JsonType& type,
                                           const JsonField& field) {
    return Fail(
        fmt::format("{} is here already, and only one of the two may be",
                    type.reflection->GetOneofFieldDescriptor(message, field.oneof)->name()));
  }
  ABSL_ATTRIBUTE_NOINLINE bool FailOnTwice(std::string_view name) {
    Fail("this member occurs twice");
    return FailBelow(name);
  }
  ABSL_ATTRIBUTE_NOINLINE bool FailBelow(size_t index) {
    return FailBelow(fmt::format("{}", index));
  }
  ABSL_ATTRIBUTE_NOINLINE bool FailOnDepth() {
    beyond_limit_ = true;
    return Fail("this is nested deeper than a record can be");
  }

  ABSL_ATTRIBUTE_NOINLINE bool Fail(std::string reason, std::string hint = "") {
    reason_ = std::move(reason);
    hint_ = std::move(hint);
    return false;
  }
  ABSL_ATTRIBUTE_NOINLINE bool FailOnLimit(std::string_view what, std::string_view limit,
                                           uint64_t value) {
    beyond_limit_ = true;
    return Fail(
        fmt::format("{} the limit {} ({})", what, limit, FormatLimit(value, LimitUnit::kBytes)));
  }
  ABSL_ATTRIBUTE_NOINLINE bool FailOnKind(std::string_view expected, const element& value) {
    return Fail(fmt::format("{} is expected here, not {}", expected, KindName(value)));
  }
  ABSL_ATTRIBUTE_NOINLINE bool FailBelow(std::string_view step) {
    std::string escaped = "/";
    for (const char c : EscapeForTerminalLine(ClipTextWithEllipsis(step, 80))) {
      if (c == '~') {
        escaped += "~0";
      } else if (c == '/') {
        escaped += "~1";
      } else {
        escaped += c;
      }
    }
    pointer_.insert(0, escaped);
    return false;
  }

  const Limits& limits_;
  bool has_escapes_;
  const Descriptor* content_ = nullptr;  // what field paths are relative to
  std::string bytes_;
  std::string reason_;
  std::string hint_;
  std::string pointer_;
  bool beyond_limit_ = false;
};

bool Reader::ReadString(const element& value, std::string_view* out) {
  if (!ReadAnyString(value, out)) return false;
  if (out->size() <= limits_.text_bytes) return true;
  return FailOnLimit("this text is longer than", "text_bytes", limits_.text_bytes);
}

bool Reader::ReadAnyString(const element& value, std::string_view* out) {
  if (value.get_string().get(*out) != simdjson::SUCCESS) return FailOnKind("a string", value);
  if (has_escapes_ && FirstInvalidUtf8(*out).has_value()) {
    return Fail("a \\u escape stands for half a character", "escape both halves, or write UTF-8");
  }
  return true;
}

bool Reader::ReadBytes(const element& value, std::string* out) {
  std::string_view text;
  if (!ReadAnyString(value, &text)) return false;
  if (!ParseBase64(text, out)) return Fail("this is not base64 with its padding");
  return true;
}

template <typename Number>
bool Reader::ReadNumber(const element& value, Number* out) {
  if (value.is_uint64()) {
    const uint64_t number = value.get_uint64().value_unsafe();
    if (number > static_cast<uint64_t>(std::numeric_limits<Number>::max())) {
      return Fail(fmt::format("{} is too large here", number));
    }
    *out = static_cast<Number>(number);
    return true;
  }
  if (!value.is_int64()) return FailOnKind("a whole number", value);
  const int64_t number = value.get_int64().value_unsafe();
  if (number < 0 ? number < static_cast<int64_t>(std::numeric_limits<Number>::min())
                 : static_cast<uint64_t>(number) >
                       static_cast<uint64_t>(std::numeric_limits<Number>::max())) {
    return Fail(fmt::format("{} is out of range here", number));
  }
  *out = static_cast<Number>(number);
  return true;
}

bool Reader::ReadEnum(const element& value, const FieldDescriptor& field, int* out) {
  if (!value.is_string()) {
    if (value.is_number()) return ReadNumber(value, out);
    return FailOnKind("a name or a number", value);
  }
  std::string_view name;
  if (!ReadString(value, &name)) return false;
  const google::protobuf::EnumDescriptor& type = *field.enum_type();
  const EnumValueDescriptor* found = type.FindValueByName(std::string(name));
  if (found != nullptr) {
    *out = found->number();
    return true;
  }
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
  const std::string nearest = NearestName(name, names);
  return Fail(fmt::format("{} has no value {}", type.name(), QuoteForMessage(name)),
              nearest.empty() ? "" : fmt::format("did you mean \"{}\"?", nearest));
}

bool Reader::ReadLeaf(std::string_view text, Message* out, const JsonType& type) {
  TextForm form = TextForm::kInvalid;
  std::string_view what;
  std::string canonical;
  switch (type.shape) {
    case JsonShape::kCell:
      static_cast<v1::Cell*>(out)->set_text(text.data(), text.size());
      return true;
    case JsonShape::kFieldPath: {
      if (content_ == nullptr) return Fail("a field path means nothing without content");
      absl::StatusOr<v1::FieldPath> path = ParseFieldPath(text, *content_);
      if (!path.ok()) {
        const ErrorDetail detail = GetErrorDetail(path.status());
        return Fail(detail.message, detail.hint);
      }
      *static_cast<v1::FieldPath*>(out) = *std::move(path);
      return true;
    }
    case JsonShape::kDecimal:
      form = ParseDecimal(text, static_cast<v1::Decimal*>(out));
      if (form == TextForm::kVariant) AppendDecimal(*static_cast<v1::Decimal*>(out), &canonical);
      what = "decimal number";
      break;
    case JsonShape::kDate:
      form = ParseDate(text, static_cast<v1::Date*>(out));
      if (form == TextForm::kVariant) AppendDate(*static_cast<v1::Date*>(out), &canonical);
      what = "date";
      break;
    default:
      form = ParseDateTime(text, static_cast<v1::DateTime*>(out));
      if (form == TextForm::kVariant) AppendDateTime(*static_cast<v1::DateTime*>(out), &canonical);
      what = "date and time";
      break;
  }
  if (form == TextForm::kCanonical) return true;
  return Fail(fmt::format("{} is no {}{}", QuoteForMessage(text), what,
                          form == TextForm::kVariant ? " in its canonical form" : ""),
              form == TextForm::kVariant ? fmt::format("write \"{}\"", canonical) : "");
}

bool Reader::ReadUnknown(const element& value, Message* out) {
  if (!ReadBytes(value, &bytes_)) return false;
  UnknownFieldSet* unknown = out->GetReflection()->MutableUnknownFields(out);
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes_.data()),
                                               static_cast<int>(bytes_.size()));
  input.SetRecursionLimit(kMaxMessageDepth);
  if (!unknown->MergeFromCodedStream(&input) || !input.ConsumedEntireMessage()) {
    return Fail("these bytes are not fields in protobuf's wire format");
  }
  for (int i = 0; i < unknown->field_count(); ++i) {
    const FieldDescriptor* field =
        out->GetDescriptor()->FindFieldByNumber(unknown->field(i).number());
    if (field != nullptr && IsTakenFor(unknown->field(i), *field)) {
      return Fail(fmt::format("these bytes hold the field {}, which is known", field->name()),
                  "write it as a member of its own");
    }
  }
  return true;
}

bool Reader::ReadAny(const object& members, Any* out) {
  bool has_type = false;
  bool has_bytes = false;
  bool has_unknown = false;
  for (const auto [name, value] : members) {
    bool* const seen = name == kTypeMember      ? &has_type
                       : name == kBytesMember   ? &has_bytes
                       : name == kUnknownMember ? &has_unknown
                                                : nullptr;
    if (seen == nullptr) {
      FailBelow(name);
      return Fail("an extension has the members @type and @bytes only");
    }
    if (*seen) {
      FailBelow(name);
      return Fail("this member occurs twice");
    }
    *seen = true;
    if (seen == &has_type) {
      std::string_view text;
      if (!ReadString(value, &text)) return FailBelow(name);
      out->set_type_url(text.data(), text.size());
    } else if (seen == &has_bytes) {
      if (!ReadBytes(value, out->mutable_value())) return FailBelow(name);
    } else if (!ReadUnknown(value, out)) {
      return FailBelow(name);
    }
  }
  if (!has_type || !has_bytes) return Fail("an extension needs the members @type and @bytes");
  return true;
}

bool Reader::ReadValue(const element& value, Message* out, const JsonType& type,
                       const JsonField& field, int depth) {
  if (field.kind != FieldDescriptor::CPPTYPE_MESSAGE) return ReadScalar(value, out, type, field);
  const Reflection& reflection = *type.reflection;
  return ReadMessage(value,
                     field.is_repeated ? reflection.AddMessage(out, field.descriptor)
                                       : reflection.MutableMessage(out, field.descriptor),
                     *field.type, depth + 1);
}

bool Reader::ReadScalar(const element& value, Message* out, const JsonType& type,
                        const JsonField& field) {
  const Reflection& reflection = *type.reflection;
  const FieldDescriptor* descriptor = field.descriptor;
  const bool adds = field.is_repeated;
  switch (field.kind) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text;
      if (field.is_bytes) {
        if (!ReadBytes(value, &text)) return false;
      } else {
        std::string_view view;
        if (!ReadString(value, &view)) return false;
        text = view;
      }
      if (adds) {
        reflection.AddString(out, descriptor, std::move(text));
      } else {
        reflection.SetString(out, descriptor, std::move(text));
      }
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t number = 0;
      if (!ReadNumber(value, &number)) return false;
      adds ? reflection.AddInt32(out, descriptor, number)
           : reflection.SetInt32(out, descriptor, number);
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number = 0;
      if (!ReadNumber(value, &number)) return false;
      adds ? reflection.AddInt64(out, descriptor, number)
           : reflection.SetInt64(out, descriptor, number);
      return true;
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      uint32_t number = 0;
      if (!ReadNumber(value, &number)) return false;
      adds ? reflection.AddUInt32(out, descriptor, number)
           : reflection.SetUInt32(out, descriptor, number);
      return true;
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      uint64_t number = 0;
      if (!ReadNumber(value, &number)) return false;
      adds ? reflection.AddUInt64(out, descriptor, number)
           : reflection.SetUInt64(out, descriptor, number);
      return true;
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      if (!value.is_bool()) return FailOnKind("true or false", value);
      const bool is_set = value.get_bool().value_unsafe();
      adds ? reflection.AddBool(out, descriptor, is_set)
           : reflection.SetBool(out, descriptor, is_set);
      return true;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      int number = 0;
      if (!ReadEnum(value, *descriptor, &number)) return false;
      adds ? reflection.AddEnumValue(out, descriptor, number)
           : reflection.SetEnumValue(out, descriptor, number);
      return true;
    }
    default:
      return Fail("the schema has no binary floating point numbers");
  }
}

bool Reader::ReadMember(const element& value, Message* out, const JsonType& type,
                        const JsonField& field, int depth) {
  if (!field.is_repeated) {
    if (field.oneof != nullptr && type.reflection->HasOneof(*out, field.oneof)) {
      return FailOnOneof(*out, type, field);
    }
    return ReadValue(value, out, type, field, depth);
  }
  simdjson::dom::array elements;
  if (value.get_array().get(elements) != simdjson::SUCCESS) return FailOnKind("an array", value);
  size_t index = 0;
  for (const element& one : elements) {
    if (!ReadValue(one, out, type, field, depth)) return FailBelow(index);
    ++index;
  }
  return true;
}

bool Reader::FailOnName(std::string_view name, const JsonType& type) {
  std::vector<std::string> names;
  for (const JsonField& field : type.fields) names.emplace_back(field.name);
  const std::string nearest = NearestName(name, names);
  Fail(fmt::format("{} has no member of this name", type.descriptor->name()),
       nearest.empty() ? "" : fmt::format("did you mean \"{}\"?", nearest));
  return FailBelow(name);
}

bool Reader::ReadObject(const object& members, Message* out, const JsonType& type, int depth) {
  absl::InlinedVector<uint64_t, 2> seen(type.fields.size() / 64 + 1);
  bool saw_unknown = false;
  size_t next = 0;  // members mostly come in the order of the fields
  for (const auto [name, value] : members) {
    if (name.size() > limits_.name_bytes) {
      FailOnLimit("this name is longer than", "name_bytes", limits_.name_bytes);
      return FailBelow(name);
    }
    while (next < type.fields.size() && type.fields[next].name != name &&
           type.fields[next].name.size() != name.size()) {
      ++next;
    }
    size_t index = next;
    if (index == type.fields.size() || type.fields[index].name != name) {
      const auto found = type.by_name.find(name);
      if (found == type.by_name.end()) {
        if (name != kUnknownMember) return FailOnName(name, type);
        if (saw_unknown) return FailOnTwice(name);
        saw_unknown = true;
        if (!ReadUnknown(value, out)) return FailBelow(name);
        continue;
      }
      index = found->second;
    }
    next = index + 1;
    uint64_t& word = seen[index / 64];
    const uint64_t bit = uint64_t{1} << (index % 64);
    if ((word & bit) != 0) return FailOnTwice(name);
    word |= bit;
    if (!ReadMember(value, out, type, type.fields[index], depth)) return FailBelow(name);
  }
  return true;
}

/// Finds the type of the content before the members are read: paths are relative to it.
void Reader::FindContent(const object& members, const JsonType& type) {
  content_ = nullptr;
  for (const auto [name, value] : members) {
    const auto found = type.by_name.find(name);
    if (found == type.by_name.end()) continue;
    const JsonField& field = type.fields[found->second];
    if (field.oneof != nullptr && field.type != nullptr) {
      content_ = field.type->descriptor;
      break;
    }
  }
}

bool Reader::ReadText(const element& value, Message* out, const JsonType& type) {
  std::string_view text;
  return ReadString(value, &text) && ReadLeaf(text, out, type);
}

bool Reader::ReadMessage(const element& value, Message* out, const JsonType& type, int depth) {
  if (depth > kMaxMessageDepth) return FailOnDepth();
  const bool is_text = type.shape != JsonShape::kObject && type.shape != JsonShape::kRecord &&
                       type.shape != JsonShape::kAny;
  if (is_text && value.is_string()) return ReadText(value, out, type);
  if (type.shape == JsonShape::kCell && value.is_null()) return true;
  object members;
  if (value.get_object().get(members) != simdjson::SUCCESS) {
    return FailOnKind(is_text ? "a string" : "an object", value);
  }
  if (type.shape == JsonShape::kAny) return ReadAny(members, static_cast<Any*>(out));
  if (type.shape == JsonShape::kRecord) FindContent(members, type);
  return ReadObject(members, out, type, depth);
}

}  // namespace

absl::Status ReadRecordJson(const element& root, const Limits& limits, bool has_escapes,
                            v1::Record* out) {
  static const JsonType* const type = FindJsonType(v1::Record::descriptor());
  Reader reader(limits, has_escapes);
  return reader.ReadMessage(root, out, *type, 1) ? absl::OkStatus() : reader.status();
}

}  // namespace puente::text
