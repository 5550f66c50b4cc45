// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Differences as people read them, and as JSON Lines.

#ifndef PUENTE_CORE_DIFF_CHANGE_TEXT_H_
#define PUENTE_CORE_DIFF_CHANGE_TEXT_H_

#include <string>

#include "core/diff/dataset_diff.h"

namespace puente::diff {

/// A difference over one or several lines with line ends: `~` changed, `+` added, `-` removed.
///
///     ~ activity XM-DAC-99999-A1
///         ~ transactions[12].value.value: 5000000 -> 4200000  (transaction_type.code "3")
///         + sectors[3]: code "11110", percentage 50
///     - activity XM-DAC-99999-A7
///
/// Long texts are cut around the place where they begin to differ. Everything that comes from the
/// inputs is made safe for a terminal.
std::string ChangeText(const RecordChange& change);

/// A difference as JSON Lines, one object for each field: docs/diff.md tells their keys.
std::string ChangeJson(const RecordChange& change);

/// One line for people: how many records are the same, changed, added, removed.
std::string TotalsText(const DiffTotals& totals);

/// The last line of the JSON Lines: `{"summary":{..}}`.
std::string TotalsJson(const DiffTotals& totals);

}  // namespace puente::diff

#endif  // PUENTE_CORE_DIFF_CHANGE_TEXT_H_
