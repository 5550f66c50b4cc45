// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a table in a workbook.
#ifndef PUENTE_PLUGINS_FTS_HDX_WORKBOOK_INPUT_H_
#define PUENTE_PLUGINS_FTS_HDX_WORKBOOK_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/source_access.h"
#include "core/text/xlsx_reader.h"
#include "plugins/fts_hdx/column_table.h"
#include "plugins/fts_hdx/row_input.h"

namespace puente::fts_hdx {

/// Reads one sheet of a workbook. What is left out of it is counted and said: other sheets with
/// rows, and formulas, whose values are read.
class WorkbookInput : public RowInput {
 public:
  /// See OpenRowInput.
  static absl::StatusOr<std::unique_ptr<RowInput>> Open(const sdk::Run& run, sdk::Source* source,
                                                        const sdk::Options& options);

  absl::StatusOr<bool> Next() override;
  std::span<const text::CsvCell> cells() const override { return cells_; }
  void Bind(const Layout* layout) override;
  PuentePosition Position() const override;
  uint64_t end_offset() const override { return 0; }
  std::span<const std::string> titles() const override { return titles_; }

 private:
  WorkbookInput(const sdk::Run& run, std::unique_ptr<sdk::SourceAccess> access,
                std::unique_ptr<text::XlsxWorkbook> workbook);

  /// Looks for the header. False when the sheet has none.
  absl::StatusOr<bool> FindHeader(size_t sheet, std::optional<TableKind> kind);
  absl::Status NoHeader(std::string_view sheet) const;
  absl::Status NoSheet(std::string_view name) const;
  /// Goes to the next row of the file, whatever is in it; false at the end.
  absl::StatusOr<bool> NextRow();
  /// Makes the texts of the row that was read. False when all are empty.
  bool TakeRow();
  /// Counts the rows of the other sheets, and tells of them and of the formulas.
  absl::Status TellWhatIsLeftOut();
  void Tell(int32_t severity, std::string_view code, std::string_view message,
            std::string_view hint, std::string_view cell);

  const sdk::Run run_;
  const std::unique_ptr<sdk::SourceAccess> access_;
  const std::unique_ptr<text::XlsxWorkbook> workbook_;
  std::unique_ptr<text::XlsxSheetReader> rows_;
  size_t sheet_ = 0;
  uint32_t header_row_ = 0;
  std::vector<std::string> titles_;
  const Layout* layout_ = nullptr;
  std::vector<std::string> texts_;  // by column
  std::vector<text::CsvCell> cells_;
  uint64_t formulas_ = 0;
};

/// The text that CSV has for a cell. Numbers get the shortest one that reads back as the same
/// number, unless more digits are written than a workbook's number has. With `is_number`, for
/// columns that keep how a number was written, the text stays where it is that number exactly, such
/// as `1.1E6`. Without, numbers whose style says so are days: `2024-03-01`, with the time where
/// there is one.
std::string TextOfCell(const text::XlsxCell& cell, text::XlsxNumber style, bool is_number,
                       bool is_1904);

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_WORKBOOK_INPUT_H_
