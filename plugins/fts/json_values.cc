// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Single values of FTS answers: from JSON into a field, and from a field as JSON.
#include "plugins/fts/json_values.h"

#include <algorithm>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/utf8.h"
#include "core/text/json_value.h"
#include "fmt/format.h"

namespace puente::fts {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using text::JsonKind;
using text::JsonNode;

constexpr std::string_view kMidnight = "T00:00:00Z";
constexpr size_t kDateSize = 10;

bool IsWhole(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `2020-01-31T10:00:00.500Z`: three digits after the second, also where they are 0.
bool AppendInstant(const v1::DateTime& time, std::string* out) {
  if (!IsValid(time)) return false;
  if (!time.has_utc_offset_minutes() || time.utc_offset_minutes() != 0 ||
      time.nanos() % 1000000 != 0) {
    return AppendDateTime(time, out);
  }
  *out +=
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", time.year(), time.month(),
                  time.day(), time.hour(), time.minute(), time.second(), time.nanos() / 1000000);
  return true;
}

TextForm FormOf(bool same) { return same ? TextForm::kCanonical : TextForm::kVariant; }

TextForm ReadText(const JsonNode& node, Shape shape, std::string* out) {
  if (shape == Shape::kDigits || shape == Shape::kDigitList) {
    const std::string_view digits = node.kind == JsonKind::kString ? node.text : node.raw;
    if (!IsWhole(digits)) return TextForm::kInvalid;
    *out = digits;
    return FormOf(node.kind == JsonKind::kNumber);
  }
  if (node.kind != JsonKind::kString) {
    *out = node.raw;
    return TextForm::kVariant;
  }
  *out = node.text;
  return TextForm::kCanonical;
}

TextForm ReadMessage(const JsonNode& node, Shape shape, Message* out) {
  if (shape == Shape::kNumber) {
    auto* decimal = static_cast<v1::Decimal*>(out);
    if (node.kind == JsonKind::kNumber) return ParseDecimal(node.raw, decimal);
    if (node.kind != JsonKind::kString) return TextForm::kInvalid;
    return ParseDecimal(node.text, decimal) == TextForm::kInvalid ? TextForm::kInvalid
                                                                  : TextForm::kVariant;
  }
  if (node.kind != JsonKind::kString) return TextForm::kInvalid;
  if (shape == Shape::kInstant) {
    auto* time = static_cast<v1::DateTime*>(out);
    if (ParseDateTime(node.text, time) == TextForm::kInvalid) return TextForm::kInvalid;
    std::string again;
    return FormOf(AppendInstant(*time, &again) && again == node.text);
  }
  auto* date = static_cast<v1::Date*>(out);
  if (shape == Shape::kDate) return ParseDate(node.text, date);
  if (ParseDate(node.text, date) == TextForm::kInvalid) return TextForm::kInvalid;
  return FormOf(node.text.size() == kDateSize + kMidnight.size() &&
                node.text.ends_with(kMidnight) && date->day() != 0);
}

bool AppendText(std::string_view text, Shape shape, std::string* out) {
  if (shape == Shape::kDigits || shape == Shape::kDigitList) {
    if (!IsWhole(text)) return false;
    *out += text;
    return true;
  }
  if (FirstInvalidUtf8(text).has_value()) return false;
  text::AppendJsonText(text, out);
  return true;
}

}  // namespace

TextForm SetValue(const JsonNode& node, Shape shape, const FieldDescriptor& field, Message* out) {
  const Reflection& reflection = *out->GetReflection();
  if (shape == Shape::kFlag) {
    if (node.kind != JsonKind::kTrue && node.kind != JsonKind::kFalse) return TextForm::kInvalid;
    reflection.SetBool(out, &field, node.kind == JsonKind::kTrue);
    return TextForm::kCanonical;
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    std::string text;
    const TextForm form = ReadText(node, shape, &text);
    if (form != TextForm::kInvalid) reflection.SetString(out, &field, std::move(text));
    return form;
  }
  Message* const value = reflection.MutableMessage(out, &field);
  const TextForm form = ReadMessage(node, shape, value);
  if (form == TextForm::kInvalid) reflection.ClearField(out, &field);
  return form;
}

TextForm AddElement(const JsonNode& node, Shape shape, const FieldDescriptor& field, Message* out) {
  std::string text;
  const TextForm form = ReadText(node, shape, &text);
  if (form != TextForm::kInvalid) out->GetReflection()->AddString(out, &field, std::move(text));
  return form;
}

bool AppendValue(const Message& message, const FieldDescriptor& field, Shape shape,
                 std::string* out) {
  const Reflection& reflection = *message.GetReflection();
  if (shape == Shape::kFlag) {
    *out += reflection.GetBool(message, &field) ? "true" : "false";
    return true;
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    std::string scratch;
    return AppendText(reflection.GetStringReference(message, &field, &scratch), shape, out);
  }
  const Message& value = reflection.GetMessage(message, &field);
  if (shape == Shape::kNumber) return AppendDecimal(static_cast<const v1::Decimal&>(value), out);
  std::string text;
  if (shape == Shape::kInstant) {
    if (!AppendInstant(static_cast<const v1::DateTime&>(value), &text)) return false;
  } else {
    const auto& date = static_cast<const v1::Date&>(value);
    if (!AppendDate(date, &text)) return false;
    if (shape == Shape::kDay) {
      if (text.size() != kDateSize) return false;
      text += kMidnight;
    }
  }
  text::AppendJsonText(text, out);
  return true;
}

bool AppendElement(const Message& message, const FieldDescriptor& field, int index, Shape shape,
                   std::string* out) {
  std::string scratch;
  return AppendText(
      message.GetReflection()->GetRepeatedStringReference(message, &field, index, &scratch), shape,
      out);
}

}  // namespace puente::fts
