// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes R4V's matrices: as they were read, or of another year or language.
#ifndef PUENTE_PLUGINS_R4V5W_MATRIX_WRITER_H_
#define PUENTE_PLUGINS_R4V5W_MATRIX_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/csv.h"
#include "core/text/sheet_row.h"
#include "core/text/workbook_layout.h"
#include "core/text/xlsx_styles.h"
#include "plugins/r4v5w/header_book.h"
#include "plugins/r4v5w/input_sheet.h"
#include "plugins/r4v5w/late_rows.h"
#include "plugins/r4v5w/left_out.h"
#include "plugins/r4v5w/row_taker.h"

namespace puente::r4v5w {

/// The year and language of a dataset, which its reader puts into `model`: `monitoring 2022 es`.
struct Edition {
  Matrix matrix = Matrix::kMonitoring;
  std::string year;
  std::string language;
};

/// Gives a file back with all that was around its rows, when neither `year` nor `language` is asked
/// for. Else, and for records of other formats, it writes one sheet with the columns of that year
/// in that language, then those that the year does not know. A CSV file has one sheet.
///
/// Rows of further inputs go behind those of the first, into its first matrix, column by column by
/// what they mean, in its words; what it has no column for is lost, and told.
class MatrixWriter : public sdk::Writer {
 public:
  /// Invalid-argument error R4V-0011 when there is no matrix of the year in the language.
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> Open(const sdk::Run& run, sdk::Target* target,
                                                           const sdk::Options& options);

  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  MatrixWriter(const sdk::Run& run, sdk::Target* target, const sdk::Options& options);

  absl::Status PutHeader(const v1::DatasetHeader& header);
  /// Begins the output: as the layout of the first input has it, or with names of our own.
  absl::Status Begin(const v1::TableLayout* layout);
  absl::Status BeginAsRead(const v1::TableLayout& layout);
  absl::Status BeginAnew(const v1::TableLayout* layout);
  /// Binds the columns of the present input to those of the output.
  void BindInput(const v1::TableLayout& layout);
  absl::Status PutActivity(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status PutRow(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status WriteCells(size_t sheet, const v1::Row& read, size_t width,
                          const std::vector<std::optional<OutText>>& cells);
  /// Makes cells of a further input look like those of the first.
  void Dress(std::vector<text::XlsxCell>* cells);
  absl::Status WriteRow(size_t sheet, const text::XlsxRow& row,
                        std::span<const text::XlsxCell> cells);
  absl::Status WriteKept(const v1::Row& row);
  absl::Status WriteNames();
  absl::Status WriteCsvRow(const v1::Row& row);
  absl::Status WriteCsv(const std::vector<std::optional<OutText>>& cells);
  void LoseAll(const sdk::RecordInfo& info);
  bool IsLeading() const { return inputs_ == leading_; }

  const sdk::Run run_;
  sdk::Target* const target_;
  const std::string year_;
  const std::string language_;
  const std::string carrier_;
  const bool source_columns_;
  RowTaker taker_;
  Wording wording_;
  LeftOut left_out_;
  bool has_begun_ = false;
  bool as_read_ = false;
  /// The present input is one of this format.
  bool is_own_ = false;
  size_t inputs_ = 0;
  /// The input that the output has its shape from, and what it is.
  size_t leading_ = 0;
  Edition edition_;
  std::vector<OutSheet> sheets_;
  /// The sheets of the present input; what stands for one that is not there.
  std::vector<InputSheet> input_sheets_;
  std::optional<InputSheet> any_sheet_;
  /// The sheet that activities of other formats and of further inputs, and all of CSV, go to.
  size_t main_ = 0;
  std::unique_ptr<text::LayoutWriter> workbook_;
  std::unique_ptr<text::CsvWriter> csv_;
  bool has_names_ = false;
  /// The row of the names in the first input.
  uint32_t names_row_ = 0;
  /// Rows of sheets behind the main one, which is open as long as inputs come.
  LateRows late_;
  /// Rows of the main sheet without cells: they are not between the rows of two inputs.
  LateRows blank_;
  /// How the cells of the last row of the first input look, by column.
  struct Look {
    uint32_t style = 0;
    bool is_day = false;  // a month is the number of its first day
  };
  std::vector<Look> looks_;
  text::XlsxStyles styles_;
  bool is_1904_ = false;
  std::vector<std::string> made_;
  text::SheetCells sheet_cells_;
  text::SheetCells kept_cells_;
  std::vector<std::string_view> texts_;
  std::vector<text::XlsxCell> out_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_MATRIX_WRITER_H_
