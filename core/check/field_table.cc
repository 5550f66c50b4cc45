// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The fields of all packs, and their values in a record.
#include "core/check/field_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/calendar.h"
#include "core/base/field_path.h"
#include "core/base/status.h"
#include "core/check/cell_text.h"
#include "core/text/double_encoding.h"
#include "fmt/format.h"
#include "google/protobuf/descriptor.h"

namespace puente::check {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Rules look at activities; other kinds of record have none of their fields.
constexpr std::string_view kRoot = "activity.";

/// True when a field of the schema holds values of a type.
bool Fits(const FieldDescriptor& field, FieldType type) {
  const Descriptor* const message = field.message_type();
  switch (type) {
    case FieldType::kText:
      return field.type() == FieldDescriptor::TYPE_STRING;
    case FieldType::kBoolean:
      return field.type() == FieldDescriptor::TYPE_BOOL;
    case FieldType::kNumber:
      return message == v1::Decimal::descriptor();
    case FieldType::kDate:
      return message == v1::Date::descriptor();
    case FieldType::kPeople:
      return message == v1::PeopleCount::descriptor() && field.is_repeated();
  }
  return false;
}

Value NumberOf(const v1::Decimal& decimal) {
  const absl::StatusOr<Decimal> number = DecimalFromProto(decimal);
  return number.ok() ? Value::OfNumber(*number) : Value();
}

Value DateOf(const v1::Date& date) {
  Value value;
  if (!IsValid(date)) return value;
  value.kind = ValueKind::kDate;
  value.year = static_cast<int16_t>(date.year());
  value.month = static_cast<int8_t>(date.month());
  value.day = static_cast<int8_t>(date.day());
  return value;
}

bool IsCountOf(const FieldSpec& spec, const v1::PeopleCount& people) {
  const std::array<std::pair<std::string_view, std::string_view>, 3> dimensions = {
      {{"population-type", spec.population}, {"sex", spec.sex}, {"age", spec.age}}};
  int wanted = 0;
  for (const auto& [name, value] : dimensions) wanted += value.empty() ? 0 : 1;
  if (people.dimensions_size() != wanted || people.measure() != spec.measure) return false;
  return std::all_of(dimensions.begin(), dimensions.end(), [&](const auto& asked) {
    return asked.second.empty() ||
           std::any_of(people.dimensions().begin(), people.dimensions().end(),
                       [&](const v1::PeopleDimension& one) {
                         return one.value() == asked.second && one.name() == asked.first;
                       });
  });
}

}  // namespace

ValueType TypeOf(FieldType type) {
  switch (type) {
    case FieldType::kText:
      return ValueType::kText;
    case FieldType::kBoolean:
      return ValueType::kBoolean;
    case FieldType::kDate:
      return ValueType::kDate;
    case FieldType::kNumber:
    case FieldType::kPeople:
      break;
  }
  return ValueType::kNumber;
}

absl::StatusOr<size_t> FieldTable::Add(const FieldSpec& spec) {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].spec == spec) return i;
  }
  const std::string_view path = spec.path;
  if (!path.starts_with(kRoot)) {
    return PackError(fmt::format("the path {} does not begin with {}", path, kRoot));
  }
  const Descriptor* type = v1::Activity::descriptor();
  // All of its counts, of which the first stands for any.
  const absl::StatusOr<v1::FieldPath> steps = ParseFieldPath(
      fmt::format("{}{}", path.substr(kRoot.size()), spec.type == FieldType::kPeople ? "[0]" : ""),
      *type);
  if (!steps.ok()) {
    const ErrorDetail detail = GetErrorDetail(steps.status());
    return PackError(fmt::format("the path {}: {}", path, detail.message), detail.hint);
  }
  Field field;
  field.spec = spec;
  const FieldDescriptor* last = nullptr;
  for (int i = 0; i + 1 < steps->steps_size(); i += 2) {
    last = type->FindFieldByNumber(static_cast<int>(steps->steps(i)));
    field.steps.push_back({AccessOf(last), static_cast<int>(steps->steps(i + 1))});
    type = last->message_type();
  }
  if (last == nullptr || field.steps.back().access == nullptr || !Fits(*last, spec.type)) {
    return PackError(fmt::format("the path {} does not lead to values of its type", path));
  }
  fields_.push_back(std::move(field));
  return fields_.size() - 1;
}

Value FieldTable::Read(size_t number, const v1::Record& record, std::string* repaired,
                       int* hint) const {
  if (!record.has_activity()) return {};
  const Field& field = fields_[number];
  const Message* message = &record.activity();
  for (size_t i = 0; i + 1 < field.steps.size(); ++i) {
    const Step& step = field.steps[i];
    if (step.access->size(*message) <= step.index) return {};
    message = &step.access->get(*message, step.index);
  }
  const Step& last = field.steps.back();
  if (field.spec.type == FieldType::kPeople) return ReadPeople(field.spec, last, *message, hint);
  if (last.access->size(*message) <= last.index) return {};
  switch (field.spec.type) {
    case FieldType::kText: {
      const std::string_view text = last.access->text(*message, last.index);
      std::optional<std::string> meant = text::RepairDoubleEncoding(text);
      const bool is_repaired = meant.has_value();
      if (is_repaired) *repaired = *std::move(meant);
      Value value = Value::OfText(is_repaired ? std::string_view(*repaired) : text);
      value.is_repaired = is_repaired;
      value.written = text;
      return value;
    }
    case FieldType::kBoolean:
      return Value::OfBoolean(last.access->number(*message) != 0);
    case FieldType::kDate:
      return DateOf(static_cast<const v1::Date&>(last.access->get(*message, last.index)));
    default:
      return NumberOf(static_cast<const v1::Decimal&>(last.access->get(*message, last.index)));
  }
}

Value FieldTable::ReadPeople(const FieldSpec& spec, const Step& step, const Message& parent,
                             int* hint) {
  const int size = step.access->size(parent);
  // Rows of one sheet have their counts in the same order.
  const int first = *hint < size ? *hint : 0;
  for (int i = 0; i < size; ++i) {
    const int at = (first + i) % size;
    const auto& people = static_cast<const v1::PeopleCount&>(step.access->get(parent, at));
    if (!IsCountOf(spec, people)) continue;
    *hint = at;
    return people.has_count() ? NumberOf(people.count()) : Value();
  }
  return {};
}

}  // namespace puente::check
