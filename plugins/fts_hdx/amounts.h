// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Arithmetic of the tables of requirements, exact.
#ifndef PUENTE_PLUGINS_FTS_HDX_AMOUNTS_H_
#define PUENTE_PLUGINS_FTS_HDX_AMOUNTS_H_

#include <optional>
#include <string>

#include "core/base/decimal.h"
#include "puente/v1/money.pb.h"

namespace puente::fts_hdx {

/// The amount of a message; nothing when it is none.
std::optional<Decimal> AmountOf(const v1::Decimal& decimal);

/// How much of `whole` a part is, in percent: a half is rounded up, what is left is cut towards
/// zero. Empty when the whole is 0, or a number has more than 34 digits.
std::string PercentOf(const Decimal& part, const Decimal& whole);

/// A percentage as a whole number, rounded in the same way; 0 as it is written. Empty for a number
/// of more than 34 digits.
std::string WholePercent(const Decimal& percent);

/// The difference; nothing when it is out of range.
std::optional<Decimal> Minus(const Decimal& from, const Decimal& amount);

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_AMOUNTS_H_
