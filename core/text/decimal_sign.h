// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Numbers as people write them, with a decimal point or comma and grouped digits: none is guessed.

#ifndef PUENTE_CORE_TEXT_DECIMAL_SIGN_H_
#define PUENTE_CORE_TEXT_DECIMAL_SIGN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/decimal.h"

namespace puente::text {

/// What stands before the decimals of a number.
enum class DecimalSign { kUnknown, kPoint, kComma };

/// What a text is.
enum class LocalNumber {
  /// One number.
  kExact,
  /// Two numbers, as the decimal sign is a point or a comma: `1.234`. Only for kUnknown.
  kAmbiguous,
  /// No number, or one beyond what a Decimal holds.
  kNotANumber,
};

/// Reads a number: an optional `+` or `-` and an optional `$` or `US$`, in either order; digits;
/// the decimal sign and more digits, with at least one digit before or after it. The digits before
/// it may be grouped, all of them or none: by three, with one and the same mark, which is the other
/// one of point and comma or a blank (space, no-break, narrow no-break or thin space); the first
/// group has one to three digits and no leading zero. The dollar may also stand behind. Blanks
/// around all this and the dollar are skipped. Nothing else is a number: exponents, percent, and
/// parentheses are none.
///
/// When the sign is unknown, the text is a number if it is one with either sign, or the same with
/// both. `*out` is set only for kExact; the scale is that of the text.
LocalNumber ParseLocalNumber(std::string_view text, DecimalSign sign, Decimal* out);

/// Tells from samples of one table or column which decimal sign it has.
class DecimalSignDetector {
 public:
  /// The first text of a kind.
  struct Example {
    /// The text, clipped.
    std::string text;
    /// Its number in the order of Add, from 1; 0 when there is none.
    uint64_t number = 0;
  };

  /// What the samples show.
  struct Result {
    /// The sign; unknown when no text shows it, or some texts show one and others the other.
    DecimalSign sign = DecimalSign::kUnknown;
    /// Texts that are numbers with a decimal point only, or with a decimal comma only.
    uint64_t point = 0;
    uint64_t comma = 0;
    /// Those that are two numbers as long as the sign is unknown.
    uint64_t ambiguous = 0;
    /// Those of the rarer of the two signs, when there are both.
    uint64_t conflicting = 0;
    /// Numbers that are the same with either sign, and texts that are no number.
    uint64_t neutral = 0;
    uint64_t other = 0;
    Example first_point;
    Example first_comma;
    Example first_ambiguous;
  };

  /// Takes the text of one cell.
  void Add(std::string_view text);

  /// What all texts so far show.
  Result Find() const;

 private:
  void Count(std::string_view text, uint64_t* count, Example* first);

  uint64_t added_ = 0;
  Result result_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_DECIMAL_SIGN_H_
