// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// One comparison of one type of field with a value, checked once and evaluated many times.

#include "core/filter/value_test.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/calendar.h"
#include "core/base/schema.h"
#include "core/base/strings.h"
#include "fmt/format.h"
#include "puente/v1/money.pb.h"
#include "puente/v1/tabular.pb.h"

namespace puente::filter {
namespace {

using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

std::string PathText(const Comparison& comparison) {
  std::string text;
  for (const PathStep& step : comparison.path) {
    text += fmt::format("{}{}", text.empty() ? "" : ".", step.name);
  }
  return text;
}

Span PathSpan(const Comparison& comparison) {
  return {comparison.path.front().span.begin, comparison.path.back().span.end};
}

absl::Status WrongValue(std::string_view text, const Comparison& comparison, std::string_view what,
                        std::string hint) {
  if (comparison.value.IsStar()) {
    hint = fmt::format("{}:* asks whether there is a value", PathText(comparison));
  }
  return ExpressionError(text, comparison.value.span,
                         fmt::format("`{}` is {}", PathText(comparison), what), std::move(hint));
}

absl::Status NoOrder(std::string_view text, const Comparison& comparison, std::string_view what) {
  return ExpressionError(text, comparison.comparator_span,
                         fmt::format("`{}` is {}, which has no order", PathText(comparison), what),
                         "use = or !=");
}

std::string FieldList(const google::protobuf::Descriptor& type) {
  constexpr int kShown = 8;
  std::string list;
  for (int i = 0; i < type.field_count() && i < kShown; ++i) {
    list += fmt::format("{}{}", i == 0 ? "" : ", ", type.field(i)->name());
  }
  return list + (type.field_count() > kShown ? ", ..." : "");
}

Int128 IntegerOf(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return index < 0 ? reflection->GetInt32(message, field)
                       : reflection->GetRepeatedInt32(message, field, index);
    case FieldDescriptor::CPPTYPE_INT64:
      return index < 0 ? reflection->GetInt64(message, field)
                       : reflection->GetRepeatedInt64(message, field, index);
    case FieldDescriptor::CPPTYPE_UINT32:
      return index < 0 ? reflection->GetUInt32(message, field)
                       : reflection->GetRepeatedUInt32(message, field, index);
    default:
      return index < 0 ? reflection->GetUInt64(message, field)
                       : reflection->GetRepeatedUInt64(message, field, index);
  }
}

}  // namespace

absl::StatusOr<ValueTest> ValueTest::Make(std::string_view text, const Comparison& comparison,
                                          const FieldDescriptor& field) {
  ValueTest test(comparison);
  if (comparison.comparator == Comparator::kHas && comparison.value.IsStar()) return test;
  absl::Status status;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES) {
        return WrongValue(text, comparison, "bytes, which are not compared",
                          fmt::format("{}:* asks whether there are any", PathText(comparison)));
      }
      test.kind_ = Kind::kText;
      status = test.TakeText(text, comparison);
      break;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      test.kind_ = Kind::kInteger;
      status = test.TakeNumber(text, comparison, true);
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      test.kind_ = Kind::kBool;
      status = test.TakeBool(text, comparison);
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      test.kind_ = Kind::kEnum;
      status = test.TakeEnum(text, comparison, *field.enum_type());
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const auto* type = field.message_type();
      if (type == v1::Decimal::descriptor()) {
        test.kind_ = Kind::kDecimal;
        status = test.TakeNumber(text, comparison, false);
      } else if (type == v1::Date::descriptor()) {
        test.kind_ = Kind::kDate;
        status = test.TakeDate(text, comparison);
      } else if (type == v1::DateTime::descriptor()) {
        test.kind_ = Kind::kDateTime;
        status = test.TakeDateTime(text, comparison);
      } else if (type == v1::Cell::descriptor()) {
        test.kind_ = Kind::kCell;
        status = test.TakeText(text, comparison);
      } else if (IsLeafMessage(*type)) {
        return ExpressionError(text, PathSpan(comparison),
                               fmt::format("`{}` cannot be compared", PathText(comparison)),
                               fmt::format("{}:* asks whether it is there", PathText(comparison)));
      } else {
        return ExpressionError(
            text, PathSpan(comparison),
            fmt::format("`{}` holds fields and is no value itself", PathText(comparison)),
            fmt::format("name one of them: {}; or ask whether it is there: {}:*", FieldList(*type),
                        PathText(comparison)));
      }
      break;
    }
    default:
      return WrongValue(text, comparison, "of a type that is not compared", "");
  }
  if (!status.ok()) return status;
  return test;
}

absl::Status ValueTest::TakeText(std::string_view text, const Comparison& comparison) {
  const Value& value = comparison.value;
  pattern_ = TextPattern(value);
  if (!IsOrdering(comparator_)) return absl::OkStatus();
  if (!value.wildcards.empty()) {
    return ExpressionError(text, value.span, "a wildcard has no order",
                           "* stands for any text after =, != and : only; write \\* between quotes "
                           "for a star");
  }
  if (!value.quoted && Decimal::Parse(value.text).ok()) {
    return WrongValue(text, comparison, "a text, and is compared letter by letter: 9 is after 10",
                      fmt::format("write \"{}\" if that is meant", value.text));
  }
  return absl::OkStatus();
}

absl::Status ValueTest::TakeNumber(std::string_view text, const Comparison& comparison,
                                   bool whole) {
  const Value& value = comparison.value;
  const absl::StatusOr<Decimal> number = Decimal::Parse(value.text);
  if (!number.ok() || !value.wildcards.empty()) {
    return WrongValue(text, comparison, whole ? "a whole number" : "a number",
                      whole ? "write it with digits alone, such as 2024"
                            : "write digits, a point before decimals, nothing between thousands: "
                              "1000000.50");
  }
  number_ = *number;
  if (whole) {
    Int128 unit = 1;
    for (int i = 0; i < number_.scale(); ++i) unit *= 10;
    if (number_.unscaled() % unit != 0) {
      return WrongValue(text, comparison, "a whole number", "write it without decimals");
    }
  }
  return absl::OkStatus();
}

absl::Status ValueTest::TakeBool(std::string_view text, const Comparison& comparison) {
  const Value& value = comparison.value;
  if (IsOrdering(comparator_)) return NoOrder(text, comparison, "true or false");
  if (!value.wildcards.empty() || (value.text != "true" && value.text != "false")) {
    return WrongValue(text, comparison, "true or false", "write true or false");
  }
  choice_ = value.text == "true" ? 1 : 0;
  return absl::OkStatus();
}

absl::Status ValueTest::TakeEnum(std::string_view text, const Comparison& comparison,
                                 const EnumDescriptor& type) {
  const Value& value = comparison.value;
  if (IsOrdering(comparator_)) return NoOrder(text, comparison, "one of a list of names");
  const auto* known = value.wildcards.empty() ? type.FindValueByName(value.text) : nullptr;
  if (known != nullptr) {
    choice_ = known->number();
    return absl::OkStatus();
  }
  std::string names;
  std::vector<std::string> list;
  std::string near;
  for (int i = 0; i < type.value_count(); ++i) {
    const std::string& name = type.value(i)->name();
    names += fmt::format("{}{}", i == 0 ? "" : ", ", name);
    list.push_back(name);
    // The names share a beginning that people leave out.
    if (!value.text.empty() && std::string_view(name).ends_with("_" + value.text)) near = name;
  }
  constexpr size_t kLongestName = 80;
  if (near.empty() && value.text.size() <= kLongestName) near = NearestName(value.text, list);
  return WrongValue(text, comparison, "one of a list of names",
                    near.empty() ? fmt::format("the names are {}", names)
                                 : fmt::format("did you mean `{}`?", near));
}

absl::Status ValueTest::TakeDate(std::string_view text, const Comparison& comparison) {
  const Value& value = comparison.value;
  v1::Date date;
  if (!value.wildcards.empty() || ParseDate(value.text, &date) != TextForm::kCanonical) {
    return WrongValue(text, comparison, "a date", "write 2024-12-31, or 2024-12, or 2024");
  }
  span_ = SpanOf(date);
  return absl::OkStatus();
}

absl::Status ValueTest::TakeDateTime(std::string_view text, const Comparison& comparison) {
  const Value& value = comparison.value;
  v1::Date date;
  if (value.wildcards.empty()) {
    if (ParseDate(value.text, &date) == TextForm::kCanonical) {
      span_ = SpanOf(date);
      return absl::OkStatus();
    }
    if (ParseDateTime(value.text, &moment_) != TextForm::kInvalid) {
      is_moment_ = true;
      return absl::OkStatus();
    }
  }
  return WrongValue(text, comparison, "a date with a time of day",
                    "write 2024-12-31T23:59:59Z, or a date: 2024-12-31, 2024-12, 2024");
}

bool ValueTest::Compares(int order) const {
  switch (comparator_) {
    case Comparator::kEqual:
    case Comparator::kHas:
      return order == 0;
    case Comparator::kNotEqual:
      return order != 0;
    case Comparator::kLess:
      return order < 0;
    case Comparator::kLessOrEqual:
      return order <= 0;
    case Comparator::kGreater:
      return order > 0;
    case Comparator::kGreaterOrEqual:
      return order >= 0;
  }
  return false;
}

bool ValueTest::TextHolds(std::string_view value) const {
  if (IsOrdering(comparator_)) return Compares(value.compare(pattern_.text()));
  return pattern_.Matches(value) == (comparator_ != Comparator::kNotEqual);
}

bool ValueTest::MessageHolds(const Message& value) const {
  // Make saw the type, and the messages of a Record are of the generated classes.
  switch (kind_) {
    case Kind::kDecimal: {
      const auto number = DecimalFromProto(static_cast<const v1::Decimal&>(value));
      return number.ok() && Compares(Decimal::Compare(*number, number_));
    }
    case Kind::kDate: {
      const auto& date = static_cast<const v1::Date&>(value);
      return IsValid(date) && CompareSpans(SpanOf(date), comparator_, span_);
    }
    case Kind::kDateTime: {
      const auto& moment = static_cast<const v1::DateTime&>(value);
      if (!IsValid(moment)) return false;
      return is_moment_ ? Compares(CompareMoments(moment, moment_))
                        : CompareSpans(DayOf(moment), comparator_, span_);
    }
    default: {
      const auto& cell = static_cast<const v1::Cell&>(value);
      return cell.has_text() && TextHolds(cell.text());
    }
  }
}

bool ValueTest::Holds(const Message& message, const FieldDescriptor* field, int index) const {
  const Reflection* reflection = message.GetReflection();
  switch (kind_) {
    case Kind::kPresence:
      return true;
    case Kind::kText: {
      std::string scratch;
      return TextHolds(
          index < 0 ? reflection->GetStringReference(message, field, &scratch)
                    : reflection->GetRepeatedStringReference(message, field, index, &scratch));
    }
    case Kind::kInteger: {
      const auto value = Decimal::Make(IntegerOf(message, field, index), 0);
      return value.ok() && Compares(Decimal::Compare(*value, number_));
    }
    case Kind::kBool: {
      const bool value = index < 0 ? reflection->GetBool(message, field)
                                   : reflection->GetRepeatedBool(message, field, index);
      return Compares((value ? 1 : 0) - choice_);
    }
    case Kind::kEnum: {
      const int value = index < 0 ? reflection->GetEnumValue(message, field)
                                  : reflection->GetRepeatedEnumValue(message, field, index);
      return Compares(value == choice_ ? 0 : 1);
    }
    default:
      return MessageHolds(index < 0 ? reflection->GetMessage(message, field)
                                    : reflection->GetRepeatedMessage(message, field, index));
  }
}

}  // namespace puente::filter
