// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Totals as a table for people and as JSON for programs.
#ifndef PUENTE_TOOLS_TOTALS_TEXT_H_
#define PUENTE_TOOLS_TOTALS_TEXT_H_

#include <string>

#include "core/totals/totals.h"

namespace puente::tools {

/// The totals as lines of a table. `is_filtered`: a filter left records out, so that what an answer
/// says of itself is no measure for them.
std::string TotalsText(const totals::Totals& totals, bool is_filtered);

/// The totals as one JSON object with a line end; amounts are texts, so that no digit is lost.
std::string TotalsJson(const totals::Totals& totals, bool is_filtered);

/// A line of JSON for an amount that was left out, from `source`.
std::string LeftOutJson(const totals::LeftOut& left_out, const std::string& source);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_TOTALS_TEXT_H_
