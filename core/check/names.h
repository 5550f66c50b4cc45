// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the names in an expression stand for.
#ifndef PUENTE_CORE_CHECK_NAMES_H_
#define PUENTE_CORE_CHECK_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace puente::check {

/// What an expression gives.
enum class ValueType : uint8_t { kAny, kNumber, kText, kBoolean, kDate };

/// `a number`, `a text` and so on.
std::string_view TypeWords(ValueType type);

/// A field by its number among all fields.
struct FieldName {
  size_t field = 0;
  ValueType type = ValueType::kAny;
};

/// What an expression may name.
struct Names {
  std::map<std::string, FieldName, std::less<>> fields;
  /// Expressions with a name; they may use each other, but not themselves.
  std::map<std::string, std::string, std::less<>> terms;
  /// The lists of codes that there are, and whether there is one for what is checked.
  std::map<std::string, bool, std::less<>> lists;
  /// Of `cell`, in a rule that looks at one cell after the other.
  std::optional<ValueType> cell;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_NAMES_H_
