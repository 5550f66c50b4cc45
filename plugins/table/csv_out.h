// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cells as this plugin writes them.
#ifndef PUENTE_PLUGINS_TABLE_CSV_OUT_H_
#define PUENTE_PLUGINS_TABLE_CSV_OUT_H_

#include <string_view>

#include "core/text/csv.h"

namespace puente::table {

/// The characters that a reader may take for the delimiter when it is not told.
inline constexpr std::string_view kDelimiters = ",;\t|";

/// A cell with this text. It is put in quotes when it holds any delimiter, not only that of the
/// table: so a reader that looks for the delimiter finds the right one.
inline text::CsvCell CellFor(std::string_view text) {
  return {text, text.find_first_of(kDelimiters) != std::string_view::npos, false};
}

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_CSV_OUT_H_
