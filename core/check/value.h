// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Values of rules: what a cell says, and conditions that may be unknown.
#ifndef PUENTE_CORE_CHECK_VALUE_H_
#define PUENTE_CORE_CHECK_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/decimal.h"

namespace puente::check {

/// What a value is.
enum class ValueKind : uint8_t {
  kAbsent,   ///< Nothing: no cell, or white space alone. As a condition: unknown.
  kUnread,   ///< A text that is no value of its field, such as `n/a` where a number belongs.
  kNumber,   ///< An exact decimal.
  kText,     ///< A text.
  kBoolean,  ///< Yes or no.
  kDate,     ///< A day, a month or a year.
};

/// A value. Texts belong to what it was taken from.
struct Value {
  ValueKind kind = ValueKind::kAbsent;
  /// Of kBoolean.
  bool boolean = false;
  /// Of kText: it was read as windows-1252 where it was UTF-8, and this is what was meant.
  bool is_repaired = false;
  /// Of kDate; month and day are 0 when they are not known.
  int16_t year = 0;
  int8_t month = 0;
  int8_t day = 0;
  /// Of kNumber.
  Decimal number;
  /// Of kText and kUnread, without white space at its ends.
  std::string_view text;
  /// Of kText: with it.
  std::string_view raw;
  /// Of a cell with a text: what stands there, letter for letter, a wrong encoding not undone.
  std::string_view written;

  static Value OfNumber(const Decimal& number) {
    Value value;
    value.kind = ValueKind::kNumber;
    value.number = number;
    return value;
  }
  static Value OfBoolean(bool boolean) {
    Value value;
    value.kind = ValueKind::kBoolean;
    value.boolean = boolean;
    return value;
  }
  /// Absent when there is nothing but white space.
  static Value OfText(std::string_view raw);
  /// The same for a text that is no value of its field.
  static Value OfUnread(std::string_view raw);
};

/// The value as people read it; empty when it is absent.
std::string ShownValue(const Value& value);

/// A condition: a comparison with what is not there is neither true nor false.
enum class Truth : uint8_t { kFalse, kTrue, kUnknown };

constexpr Truth TruthOf(bool value) { return value ? Truth::kTrue : Truth::kFalse; }
constexpr Truth Not(Truth value) {
  if (value == Truth::kUnknown) return value;
  return value == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

/// The values of one row, by field. A value stays until the next row.
class RowValues {
 public:
  virtual ~RowValues() = default;
  virtual const Value& At(size_t field) = 0;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_VALUE_H_
