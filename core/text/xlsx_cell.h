// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cells and rows of workbooks, as they are read and written.

#ifndef PUENTE_CORE_TEXT_XLSX_CELL_H_
#define PUENTE_CORE_TEXT_XLSX_CELL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace puente::text {

/// The longest text and formula that spreadsheets take, in units of UTF-16.
inline constexpr size_t kXlsxLongestText = 32767;
inline constexpr size_t kXlsxLongestFormula = 8192;

/// What a cell holds.
enum class XlsxKind : uint8_t {
  kEmpty,   ///< Nothing but a style.
  kNumber,  ///< A number; also a date, which its style tells.
  kText,
  kBool,   ///< `1` or `0`.
  kError,  ///< Such as `#N/A`.
  kDate,   ///< A date as ISO 8601, which few programs write.
};

/// What cells a formula is for.
enum class XlsxFormulaKind : uint8_t {
  kNormal,     ///< Its own.
  kShared,     ///< Those of a group: one has text and range, the others but the group's number.
  kArray,      ///< All of the range.
  kDataTable,  ///< A table of what-if values.
};

/// What a formula has beside its text.
struct XlsxFormula {
  XlsxFormulaKind kind = XlsxFormulaKind::kNormal;
  /// True when it is computed anew whenever anything changes.
  bool is_volatile = false;
  /// Number of the group of a shared formula.
  std::optional<uint32_t> group;
  /// The range that it is for, such as `A1:A9`; may be empty.
  std::string_view range;
  /// Further attributes, mostly of data tables, as XML: ` dt2D="1" r1="B2"`; mostly empty.
  std::string_view more;
};

/// A cell.
struct XlsxCell {
  uint32_t column = 0;  ///< From 0.
  XlsxKind kind = XlsxKind::kEmpty;
  /// The value: of a number the text in the file, of a text what it says, without formatting.
  std::string_view text;
  /// The formula that the value was computed by, without `=`; empty when it shares that of another
  /// cell.
  std::string_view formula;
  bool has_formula = false;
  /// Number of the style, for XlsxStyles.
  uint32_t style = 0;
  /// What else there is to the formula, when there is one.
  XlsxFormula formula_form;
  /// Numbers into the workbook's metadata, of cell and value; 0 when there is none. Formulas that
  /// spill into other cells have one.
  uint32_t cell_metadata = 0;
  uint32_t value_metadata = 0;
};

/// A row without its cells.
struct XlsxRow {
  uint32_t number = 0;  ///< From 1.
  bool is_hidden = false;
  /// True when it stands for grouped rows that are not shown.
  bool is_collapsed = false;
  /// In how many groups it is.
  uint32_t outline_level = 0;
  /// Number of the style of its cells that are not there, if it has one.
  std::optional<uint32_t> style;
  /// Height in points as a number, if it was set by hand; else empty.
  std::string_view height;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_CELL_H_
