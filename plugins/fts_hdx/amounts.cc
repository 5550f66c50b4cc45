// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Percentages of decimals in whole numbers.
#include "plugins/fts_hdx/amounts.h"

#include <algorithm>

#include "absl/status/statusor.h"

namespace puente::fts_hdx {
namespace {

/// `number * 10^digits`; nothing when it has more than 34 digits.
std::optional<Int128> Scaled(Int128 number, int digits) {
  Int128 bound = 1;
  for (int i = 0; i < 34; ++i) bound *= 10;
  for (int i = 0; i <= digits; ++i) {
    if (number >= bound || number <= -bound) return std::nullopt;
    if (i < digits) number *= 10;
  }
  return number;
}

/// A quotient and one half, cut towards zero.
std::string Rounded(Int128 part, Int128 whole) {
  const absl::StatusOr<Decimal> rounded = Decimal::Make((2 * part + whole) / (2 * whole), 0);
  return rounded.ok() ? rounded->ToString() : std::string();
}

}  // namespace

std::optional<Decimal> AmountOf(const v1::Decimal& decimal) {
  const absl::StatusOr<Decimal> amount = DecimalFromProto(decimal);
  if (!amount.ok()) return std::nullopt;
  return *amount;
}

std::string PercentOf(const Decimal& part, const Decimal& whole) {
  const int scale = std::max(part.scale(), whole.scale());
  const std::optional<Int128> above = Scaled(part.unscaled(), scale - part.scale() + 2);
  const std::optional<Int128> below = Scaled(whole.unscaled(), scale - whole.scale());
  if (whole.is_zero() || !above.has_value() || !below.has_value()) return {};
  return Rounded(*above, *below);
}

std::string WholePercent(const Decimal& percent) {
  if (percent.is_zero()) return percent.ToString();
  const std::optional<Int128> above = Scaled(percent.unscaled(), 0);
  const std::optional<Int128> below = Scaled(1, percent.scale());
  if (!above.has_value() || !below.has_value()) return {};
  return Rounded(*above, *below);
}

std::optional<Decimal> Minus(const Decimal& from, const Decimal& amount) {
  const absl::StatusOr<Decimal> difference = Decimal::Add(from, amount.Negated());
  if (!difference.ok()) return std::nullopt;
  return *difference;
}

}  // namespace puente::fts_hdx
