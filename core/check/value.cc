// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Values of rules: what a cell says, and conditions that may be unknown.
#include "core/check/value.h"

#include "core/base/calendar.h"
#include "core/check/cell_text.h"

namespace puente::check {

Value Value::OfText(std::string_view raw) {
  Value value;
  value.text = TrimBlanks(raw);
  value.raw = raw;
  value.kind = value.text.empty() ? ValueKind::kAbsent : ValueKind::kText;
  return value;
}

Value Value::OfUnread(std::string_view raw) {
  Value value = OfText(raw);
  if (value.kind == ValueKind::kText) value.kind = ValueKind::kUnread;
  return value;
}

std::string ShownValue(const Value& value) {
  switch (value.kind) {
    case ValueKind::kAbsent:
      break;
    case ValueKind::kNumber:
      return value.number.ToString();
    case ValueKind::kBoolean:
      return value.boolean ? "true" : "false";
    case ValueKind::kDate: {
      v1::Date date;
      date.set_year(value.year);
      date.set_month(value.month);
      date.set_day(value.day);
      std::string text;
      AppendDate(date, &text);
      return text;
    }
    case ValueKind::kText:
    case ValueKind::kUnread:
      return std::string(value.text);
  }
  return {};
}

}  // namespace puente::check
