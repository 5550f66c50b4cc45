// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What is around the rows of a workbook, as the schema has it (puente.v1.TableLayout), and back.

#ifndef PUENTE_CORE_TEXT_WORKBOOK_LAYOUT_H_
#define PUENTE_CORE_TEXT_WORKBOOK_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"
#include "core/text/sheet_row.h"
#include "core/text/xlsx_reader.h"
#include "core/text/xlsx_writer.h"
#include "puente/v1/record.pb.h"

namespace puente::text {

/// The most that the surroundings of a workbook's rows may have to be kept: a record must stay one
/// that can be exchanged.
inline constexpr size_t kMaxLayoutBytes = size_t{8} << 20;

/// Fills in the sheets of a workbook with what is around their rows, and the parts that hold none.
/// Names of columns are left to the caller. Where they are larger than `max_bytes`, or a sheet
/// cannot be kept, the fault is given: then all are left out, and a workbook that is made from the
/// layout has the rows alone. The errors of XlsxWorkbook.
absl::StatusOr<ShellFault> FillLayout(XlsxWorkbook& workbook, size_t max_bytes,
                                      v1::TableLayout* layout);

/// Writes the workbook that a layout describes, sheet after sheet, row after row. A layout without
/// parts makes a new workbook with its sheets and their names of columns.
class LayoutWriter {
 public:
  /// Begins. `output` must outlive the writer. `columns` says of a new workbook how wide the
  /// columns of its first sheet are, and what may stand in them; without it they are as wide as
  /// their names. The errors of XlsxWriter.
  static absl::StatusOr<std::unique_ptr<LayoutWriter>> Open(OutputStream* output,
                                                            const v1::TableLayout& layout,
                                                            std::vector<XlsxColumn> columns = {});

  /// Goes on to a sheet, by its number in the layout. Those between are written without rows, but
  /// for their header. Invalid-argument error PUE-0344 when there is no such sheet, or it was
  /// written already; writing may go on. The errors of XlsxWriter.
  absl::Status GoTo(size_t sheet);
  /// Writes a row of the present sheet. A number of 0 is that of the next row. The header is
  /// written when its turn comes. The errors of XlsxWriter.
  absl::Status WriteRow(XlsxRow row, std::span<const XlsxCell> cells);
  /// Writes what is left, and closes the workbook.
  absl::Status Finish();
  /// The lists of choices that stand in a hidden sheet of their own, by column.
  const std::vector<std::vector<std::string>>& lists() const { return writer_->lists(); }

 private:
  explicit LayoutWriter(const v1::TableLayout& layout)
      : layout_(layout), has_parts_(layout.parts_size() > 0) {}
  absl::Status Begin(size_t sheet);
  absl::Status End();
  absl::Status WriteHeader();
  absl::Status Write(XlsxRow row, std::span<const XlsxCell> cells, uint32_t plain);

  v1::TableLayout layout_;
  const bool has_parts_;
  std::vector<XlsxColumn> columns_;
  std::unique_ptr<XlsxWriter> writer_;
  /// The sheet that is open, if one is, and the next one.
  std::optional<size_t> sheet_;
  size_t next_ = 0;
  bool has_header_ = false;  // still to be written
  uint32_t row_ = 0;
  SheetCells header_cells_;
  std::vector<XlsxCell> cells_;
};

/// The styles of a layout's workbook; none when its parts are not there or not to be read.
XlsxStyles StylesOf(const v1::TableLayout& layout);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_WORKBOOK_LAYOUT_H_
