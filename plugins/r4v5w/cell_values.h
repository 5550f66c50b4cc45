// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the cells of the 5W say: numbers, months, yes and no.
#ifndef PUENTE_PLUGINS_R4V5W_CELL_VALUES_H_
#define PUENTE_PLUGINS_R4V5W_CELL_VALUES_H_

#include <optional>
#include <string>
#include <string_view>

#include "core/text/xlsx_cell.h"
#include "core/text/xlsx_styles.h"

namespace puente::r4v5w {

/// What came of reading a cell.
struct CellValue {
  /// The value in the canonical form of its field; absent when the cell has none.
  std::optional<std::string> value;
  /// True when the cell can be read as two different numbers, such as `1.234`.
  bool is_ambiguous = false;
};

/// The decimal that the number of a workbook stands for. Workbooks hold numbers in binary, and
/// programs write them with up to 17 digits: `0.07000000000000001` is the same number as `0.07`,
/// which is what it is taken for. Nothing when it is no number, or needs more than 38 digits.
std::optional<std::string> DecimalOfSheetNumber(std::string_view text);

/// A number of a cell. In texts the decimal sign may be point or comma, with groups of thousands
/// and a dollar sign; what could be either is no value.
CellValue ReadNumberCell(const text::XlsxCell& cell);

/// `1` or `0` for a word of data/yes_no.tsv, a boolean or a number 1 or 0.
CellValue ReadYesNoCell(const text::XlsxCell& cell);

/// A month as `2021-01`, or a year: `2021-01`, `01/2021`, `2021-01-15` (the day does not count),
/// `ene-21`, `Enero 2021`, `2023`, or the number of a day, which spreadsheets make of months.
CellValue ReadMonthCell(const text::XlsxCell& cell, text::XlsxNumber number, bool is_1904);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_CELL_VALUES_H_
