// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Exact decimal numbers: at most 38 digits, at most 18 of them after the point.

#ifndef PUENTE_CORE_BASE_DECIMAL_H_
#define PUENTE_CORE_BASE_DECIMAL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/base/text_form.h"
#include "puente/v1/money.pb.h"

namespace puente {

/// A signed integer of 128 bits.
__extension__ typedef __int128 Int128;

/// The most significant digits a decimal may have.
inline constexpr int kMaxDecimalDigits = 38;

/// The most digits a decimal may have after the point.
inline constexpr int kMaxDecimalScale = 18;

/// An exact decimal number, `unscaled * 10^-scale`. The scale is part of it: `1000.00` and `1000`
/// are equal in value but are not identical. There is no negative zero.
class Decimal {
 public:
  /// Zero with scale 0.
  constexpr Decimal() = default;

  /// The number `unscaled * 10^-scale`. Out-of-range error when it has more than 38 digits or the
  /// scale is not within 0 to 18.
  static absl::StatusOr<Decimal> Make(Int128 unscaled, int scale);

  /// Reads any text that ParseDecimal does not call invalid. Invalid-argument error otherwise.
  static absl::StatusOr<Decimal> Parse(std::string_view text);

  /// The digits as an integer with its sign.
  constexpr Int128 unscaled() const { return unscaled_; }

  /// How many digits stand after the point, 0 to 18.
  constexpr int scale() const { return scale_; }

  constexpr bool is_zero() const { return unscaled_ == 0; }
  constexpr bool is_negative() const { return unscaled_ < 0; }

  /// The number with the other sign and the same scale.
  constexpr Decimal Negated() const { return Decimal(-unscaled_, scale_); }

  /// Compares values: negative when `a < b`, 0 when they are equal whatever their scales, positive
  /// when `a > b`.
  static int Compare(const Decimal& a, const Decimal& b);

  /// True when both have the same digits and the same scale.
  static constexpr bool Identical(const Decimal& a, const Decimal& b) {
    return a.unscaled_ == b.unscaled_ && a.scale_ == b.scale_;
  }

  /// The exact sum, with the larger of both scales. Out-of-range error when it, or a term brought
  /// to that scale, has more than 38 digits.
  static absl::StatusOr<Decimal> Add(const Decimal& a, const Decimal& b);

  /// Appends the canonical text: an optional `-`, the digits before the point without leading
  /// zeros, and, when the scale is not 0, a point and `scale` digits.
  void AppendTo(std::string* out) const;

  /// The canonical text.
  std::string ToString() const;

  /// Writes the message, whatever it held before: `unscaled` when the digits fit, else `digits`.
  void ToProto(v1::Decimal* out) const;

 private:
  constexpr Decimal(Int128 unscaled, int32_t scale) : unscaled_(unscaled), scale_(scale) {}

  Int128 unscaled_ = 0;
  int32_t scale_ = 0;
};

/// Reads a decimal from a source's text. Canonical is what AppendDecimal writes (`1000.00`, `-5`,
/// `0.50`); variants are a plus sign, leading zeros, no digit before or after the point, an
/// exponent (as long as digits and scale stay within the limits), minus zero, and XML white space
/// around. All else is invalid: grouped digits, `NaN`, no digit, more than 38 digits, a scale
/// above 18.
TextForm ParseDecimal(std::string_view text, v1::Decimal* out);

/// Appends the canonical text of a decimal. Returns false, and appends nothing, when the message is
/// no decimal (see DecimalFromProto).
bool AppendDecimal(const v1::Decimal& decimal, std::string* out);

/// The number that a message holds. Invalid-argument error when the scale is not within 0 to 18, or
/// `digits` is neither empty nor the plain digits of an integer that needs it and has at most 38.
absl::StatusOr<Decimal> DecimalFromProto(const v1::Decimal& decimal);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_DECIMAL_H_
