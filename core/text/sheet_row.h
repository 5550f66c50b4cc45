// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rows of a sheet as the schema has them (puente.v1.Row), and back.

#ifndef PUENTE_CORE_TEXT_SHEET_ROW_H_
#define PUENTE_CORE_TEXT_SHEET_ROW_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/text/xlsx_cell.h"
#include "puente/v1/tabular.pb.h"

namespace puente::text {

/// True when a cell of a workbook holds more than a style.
inline bool HasContent(const XlsxCell& cell) {
  return cell.kind != XlsxKind::kEmpty || cell.has_formula;
}

/// Fills in what a row is beside its texts: its number, how it is shown, and of each cell with
/// content its kind, column, style and formula. `row` is empty before, but for its sheet.
void DescribeRow(const XlsxRow& shown, std::span<const XlsxCell> cells, v1::Row* row);

/// The same, and the texts: of each cell with content one, absent when it has no value.
void FillRow(const XlsxRow& shown, std::span<const XlsxCell> cells, v1::Row* row);

/// The column of a cell, from 0.
inline uint32_t ColumnOf(const v1::Row& row, int cell) {
  return cell < row.columns_size() ? row.columns(cell) : static_cast<uint32_t>(cell);
}
/// What a cell holds.
inline v1::CellKind KindOf(const v1::Row& row, int cell) {
  return cell < row.kinds_size() ? row.kinds(cell) : v1::CELL_KIND_TEXT;
}
/// The style of a cell.
inline uint32_t StyleOf(const v1::Row& row, int cell) {
  return cell < row.styles_size() ? row.styles(cell) : 0;
}

/// Makes the cells of a row for a writer: `row` says where they are and what they hold, `texts`
/// what they say, one for each. What has only a style is among them. One for each output.
class SheetCells {
 public:
  /// The cells by column; they live as long as `row` and the texts, until the next call. Of two
  /// cells in one column, which no reader makes, the writer says that it is an error.
  std::span<const XlsxCell> Of(const v1::Row& row, std::span<const std::string_view> texts);
  /// The same with the texts of the row itself.
  std::span<const XlsxCell> Of(const v1::Row& row);

 private:
  std::vector<std::string_view> texts_;
  std::vector<XlsxCell> cells_;
};

/// A row without its cells, for a writer. It lives as long as `row`.
XlsxRow ShownRow(const v1::Row& row);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_SHEET_ROW_H_
