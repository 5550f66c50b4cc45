// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The functions of the language of rules.
#ifndef PUENTE_CORE_CHECK_FUNCTIONS_H_
#define PUENTE_CORE_CHECK_FUNCTIONS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "core/check/names.h"

namespace puente::check {

/// What a function does.
enum class FunctionId : uint8_t {
  kEmpty,
  kGiven,
  kUnread,
  kSum,
  kOneOf,
  kContains,
  kContainsPlain,
  kNumber,
  kYear,
  kListed,
  kEdgeBlanks,
  kDoubleEncoded,
  kTrimmed,
  kAsRead,
  kWhole,
  kHasEmail,
  kHasPhone,
  kHasPattern,
  kNumberAfter,
};

/// A function.
struct Function {
  std::string_view name;
  FunctionId id = FunctionId::kEmpty;
  ValueType result = ValueType::kBoolean;
  /// One letter an argument: `a` anything, `n` a number, `t` a text, `d` a date; `T` and `N` a text
  /// or number as written, `L` the name of a list as a text, `=` one as written of the type of the
  /// first. A `*` behind the last: one or more of it.
  std::string_view arguments;
  /// How it is called and what it gives, for hints and docs/spec/rules.md.
  std::string_view usage;
};

/// All functions, by name.
std::span<const Function> Functions();

/// The function of a name, or null.
const Function* FindFunction(std::string_view name);

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_FUNCTIONS_H_
