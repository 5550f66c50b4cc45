// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fields of records by their paths.
#include "core/plugin/sdk/field_place.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/lexical.h"
#include "core/base/status.h"
#include "core/base/utf8.h"

namespace puente::sdk {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Cuts the next name off a path, and what stands in brackets behind it. False when brackets do not
/// fit.
bool TakeName(std::string_view* path, std::string_view* name, std::string_view* which) {
  const size_t end = path->find_first_of(".[");
  *name = path->substr(0, end);
  *which = {};
  path->remove_prefix(std::min(end, path->size()));
  if (path->starts_with('[')) {
    const size_t close = path->find(']');
    if (close == std::string_view::npos) return false;
    *which = path->substr(0, close + 1);
    path->remove_prefix(close + 1);
  }
  if (path->empty()) return true;
  if (!path->starts_with('.') || path->size() == 1) return false;
  path->remove_prefix(1);
  return true;
}

absl::Status Fault(std::string_view path, std::string_view what) {
  return absl::InvalidArgumentError("`" + std::string(path) +
                                    "` is no place of a record: " + std::string(what));
}

/// Reads what stands in brackets. False when it is nothing that is known.
bool ReadWhich(std::string_view which, FieldPlace::Step* step) {
  if (which.size() < 2) return false;
  const std::string_view inner = which.substr(1, which.size() - 2);
  if (inner.empty()) {
    step->is_open = true;
    return true;
  }
  const size_t equals = inner.find('=');
  if (equals == std::string_view::npos) {
    const auto [end, error] =
        std::from_chars(inner.data(), inner.data() + inner.size(), step->index);
    return error == std::errc() && end == inner.data() + inner.size();
  }
  const google::protobuf::Descriptor* const type = step->field->message_type();
  if (type == nullptr) return false;
  step->key = type->FindFieldByName(std::string(inner.substr(0, equals)));
  step->key_value = inner.substr(equals + 1);
  return step->key != nullptr && !step->key->is_repeated() &&
         step->key->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

/// The index of the element that a step means; the number of elements when it is not there.
uint32_t IndexOf(const Message& message, const FieldPlace::Step& step, Indices* indices) {
  if (!step.field->is_repeated()) return 0;
  if (step.is_open && !indices->empty()) {
    const uint32_t index = indices->front();
    *indices = indices->subspan(1);
    return index;
  }
  if (step.key == nullptr) return step.index;
  const Reflection& reflection = *step.reflection;
  const int size = reflection.FieldSize(message, step.field);
  std::string scratch;
  for (int i = 0; i < size; ++i) {
    const Message& element = reflection.GetRepeatedMessage(message, step.field, i);
    if (element.GetReflection()->GetStringReference(element, step.key, &scratch) ==
        step.key_value) {
      return static_cast<uint32_t>(i);
    }
  }
  return static_cast<uint32_t>(size);
}

bool AppendLeaf(const Message& leaf, std::string* out) {
  const google::protobuf::Descriptor* const type = leaf.GetDescriptor();
  if (type == v1::Decimal::descriptor()) {
    return AppendDecimal(static_cast<const v1::Decimal&>(leaf), out);
  }
  if (type == v1::Date::descriptor()) return AppendDate(static_cast<const v1::Date&>(leaf), out);
  if (type == v1::DateTime::descriptor()) {
    return AppendDateTime(static_cast<const v1::DateTime&>(leaf), out);
  }
  return false;
}

}  // namespace

absl::StatusOr<FieldPlace> FieldPlace::Parse(std::string_view path) {
  std::string_view rest = path;
  std::string_view name;
  std::string_view which;
  if (!TakeName(&rest, &name, &which)) return Fault(path, "its brackets or points do not fit");
  FieldPlace place;
  place.kind_ = v1::Record::descriptor()->FindFieldByName(std::string(name));
  if (place.kind_ == nullptr || place.kind_->containing_oneof() == nullptr || !which.empty()) {
    return Fault(path, "it does not begin with a kind of record, such as `activity`");
  }
  place.name_ = name;
  const google::protobuf::Descriptor* type = place.kind_->message_type();
  while (!rest.empty()) {
    if (!TakeName(&rest, &name, &which)) return Fault(path, "its brackets or points do not fit");
    Step step;
    step.field = type == nullptr ? nullptr : type->FindFieldByName(std::string(name));
    if (step.field == nullptr) return Fault(path, "there is no field " + std::string(name));
    if (step.field->is_repeated() ? !which.empty() && !ReadWhich(which, &step) : !which.empty()) {
      return Fault(path, std::string(which) + " is no element of " + std::string(name));
    }
    if (step.field->is_repeated() && which.empty() && !rest.empty()) {
      return Fault(path, "which element of " + std::string(name) + " is not said");
    }
    step.reflection = google::protobuf::MessageFactory::generated_factory()
                          ->GetPrototype(step.field->containing_type())
                          ->GetReflection();
    type = step.field->message_type();
    place.name_ += "." + std::string(name);
    place.open_ += step.is_open ? 1 : 0;
    place.steps_.push_back(std::move(step));
  }
  return place;
}

FieldPlace FieldPlace::Own(std::string_view path) {
  absl::StatusOr<FieldPlace> place = Parse(path);
  if (place.ok()) return *std::move(place);
  std::fprintf(stderr, "%s\n", FormatError(place.status()).c_str());
  std::abort();
}

const Message* FieldPlace::Find(const Message& content, Indices indices,
                                std::vector<uint32_t>* numbers) const {
  numbers->clear();
  if (indices.size() != open_) return nullptr;
  const Message* message = &content;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const FieldDescriptor* const field = steps_[i].field;
    const Reflection& reflection = *steps_[i].reflection;
    const uint32_t index = IndexOf(*message, steps_[i], &indices);
    numbers->push_back(static_cast<uint32_t>(field->number()));
    numbers->push_back(index);
    if (i + 1 == steps_.size()) break;
    if (field->is_repeated()) {
      if (index >= static_cast<uint32_t>(reflection.FieldSize(*message, field))) return nullptr;
      message = &reflection.GetRepeatedMessage(*message, field, static_cast<int>(index));
    } else {
      if (!reflection.HasField(*message, field)) return nullptr;
      message = &reflection.GetMessage(*message, field);
    }
  }
  return message;
}

Message* FieldPlace::Make(Message* content, Indices indices, bool whole,
                          std::vector<uint32_t>* numbers) const {
  numbers->clear();
  if (indices.size() != open_) return nullptr;
  Message* message = content;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const FieldDescriptor* const field = steps_[i].field;
    const Reflection& reflection = *steps_[i].reflection;
    const uint32_t index = IndexOf(*message, steps_[i], &indices);
    numbers->push_back(static_cast<uint32_t>(field->number()));
    numbers->push_back(index);
    const auto size =
        field->is_repeated() ? static_cast<uint32_t>(reflection.FieldSize(*message, field)) : 0;
    if (index > size) return nullptr;
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (i + 1 == steps_.size() && (!whole || !is_message)) break;
    if (!field->is_repeated()) {
      message = reflection.MutableMessage(message, field);
    } else if (index < size) {
      message = reflection.MutableRepeatedMessage(message, field, static_cast<int>(index));
    } else {
      message = reflection.AddMessage(message, field);
      if (steps_[i].key != nullptr) {
        message->GetReflection()->SetString(message, steps_[i].key, steps_[i].key_value);
      }
    }
  }
  return message;
}

TextForm ReadFieldText(const FieldDescriptor& field, std::string_view text, FieldValue* value) {
  value->emplace<std::monostate>();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (FirstInvalidUtf8(text).has_value()) return TextForm::kInvalid;
      value->emplace<std::string_view>(text);
      return TextForm::kCanonical;
    case FieldDescriptor::CPPTYPE_BOOL:
      if (field.is_repeated()) return TextForm::kInvalid;
      return ParseBool(text, &value->emplace<bool>());
    case FieldDescriptor::CPPTYPE_INT32:
      if (field.is_repeated()) return TextForm::kInvalid;
      return ParseInt32(text, &value->emplace<int32_t>());
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const google::protobuf::Descriptor* const type = field.message_type();
      if (type == v1::Decimal::descriptor()) {
        return ParseDecimal(text, &value->emplace<v1::Decimal>());
      }
      if (type == v1::Date::descriptor()) return ParseDate(text, &value->emplace<v1::Date>());
      if (type == v1::DateTime::descriptor()) {
        return ParseDateTime(text, &value->emplace<v1::DateTime>());
      }
      return TextForm::kInvalid;
    }
    default:
      return TextForm::kInvalid;
  }
}

void SetFieldValue(Message* message, const FieldDescriptor& field, uint32_t index,
                   FieldValue& value) {
  const Reflection& reflection = *message->GetReflection();
  const bool adds =
      field.is_repeated() && index >= static_cast<uint32_t>(reflection.FieldSize(*message, &field));
  const auto leaf = [&]() -> Message* {
    if (!field.is_repeated()) return reflection.MutableMessage(message, &field);
    if (adds) return reflection.AddMessage(message, &field);
    return reflection.MutableRepeatedMessage(message, &field, static_cast<int>(index));
  };
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    if (!field.is_repeated()) {
      reflection.SetString(message, &field, std::string(*text));
    } else if (adds) {
      reflection.AddString(message, &field, std::string(*text));
    } else {
      reflection.SetRepeatedString(message, &field, static_cast<int>(index), std::string(*text));
    }
  } else if (const auto* const truth = std::get_if<bool>(&value)) {
    reflection.SetBool(message, &field, *truth);
  } else if (const auto* const number = std::get_if<int32_t>(&value)) {
    reflection.SetInt32(message, &field, *number);
  } else if (auto* const decimal = std::get_if<v1::Decimal>(&value)) {
    *static_cast<v1::Decimal*>(leaf()) = std::move(*decimal);
  } else if (auto* const date = std::get_if<v1::Date>(&value)) {
    *static_cast<v1::Date*>(leaf()) = std::move(*date);
  } else if (auto* const time = std::get_if<v1::DateTime>(&value)) {
    *static_cast<v1::DateTime*>(leaf()) = std::move(*time);
  }
}

TextForm SetFieldText(Message* message, const FieldDescriptor& field, uint32_t index,
                      std::string_view text) {
  FieldValue value;
  const TextForm form = ReadFieldText(field, text, &value);
  if (form != TextForm::kInvalid) SetFieldValue(message, field, index, value);
  return form;
}

bool AppendFieldText(const Message& message, const FieldDescriptor& field, uint32_t index,
                     std::string* out) {
  const Reflection& reflection = *message.GetReflection();
  const bool is_repeated = field.is_repeated();
  const int at = static_cast<int>(index);
  std::string scratch;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      *out += is_repeated ? reflection.GetRepeatedStringReference(message, &field, at, &scratch)
                          : reflection.GetStringReference(message, &field, &scratch);
      return true;
    case FieldDescriptor::CPPTYPE_BOOL:
      AppendBool(is_repeated ? reflection.GetRepeatedBool(message, &field, at)
                             : reflection.GetBool(message, &field),
                 out);
      return true;
    case FieldDescriptor::CPPTYPE_INT32:
      AppendInt32(is_repeated ? reflection.GetRepeatedInt32(message, &field, at)
                              : reflection.GetInt32(message, &field),
                  out);
      return true;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return AppendLeaf(is_repeated ? reflection.GetRepeatedMessage(message, &field, at)
                                    : reflection.GetMessage(message, &field),
                        out);
    default:
      return false;
  }
}

}  // namespace puente::sdk
