// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What is checked of a flow beyond the types of its values.
#include "plugins/fts/flow_checks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/decimal.h"
#include "fmt/format.h"

namespace puente::fts {
namespace {

/// For a comparison with a tolerance of a percent; no amount is made of it.
std::optional<long double> Approximately(const v1::Decimal& decimal) {
  const absl::StatusOr<Decimal> exact = DecimalFromProto(decimal);
  if (!exact.ok()) return std::nullopt;
  return static_cast<long double>(exact->unscaled()) *
         std::pow(10.0L, static_cast<long double>(-exact->scale()));
}

}  // namespace

std::optional<std::string> RateContradiction(const v1::Transaction& transaction) {
  const v1::ReportedConversion& conversion = transaction.reported_conversion();
  if (!transaction.value().has_value() || !conversion.has_rate() ||
      !conversion.amount().has_value()) {
    return std::nullopt;
  }
  const std::optional<long double> original = Approximately(transaction.value().value());
  const std::optional<long double> rate = Approximately(conversion.rate());
  const std::optional<long double> dollars = Approximately(conversion.amount().value());
  if (!original.has_value() || !rate.has_value() || !dollars.has_value()) return std::nullopt;
  const long double allowed = std::max(1.0L, std::fabs(*dollars) / 100);
  if (*rate > 0 && std::fabs(*original / *rate - *dollars) <= allowed) return std::nullopt;
  const auto text = [](const v1::Decimal& decimal) {
    std::string digits;
    AppendDecimal(decimal, &digits);
    return digits;
  };
  return fmt::format("{} {} at the rate {} are not {} USD", text(transaction.value().value()),
                     transaction.value().currency(), text(conversion.rate()),
                     text(conversion.amount().value()));
}

}  // namespace puente::fts
