// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes R4V's matrices: as they were read, or of another year or language.
#ifndef PUENTE_PLUGINS_R4V5W_MATRIX_WRITER_H_
#define PUENTE_PLUGINS_R4V5W_MATRIX_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/column_names.h"
#include "core/text/csv.h"
#include "core/text/sheet_row.h"
#include "core/text/workbook_layout.h"
#include "plugins/r4v5w/header_book.h"
#include "plugins/r4v5w/row_taker.h"

namespace puente::r4v5w {

/// Gives a file back with all that was around its rows, when neither `year` nor `language` is asked
/// for. Else, and for records of other formats, it writes one sheet with the columns of that year
/// in that language, then those that the year does not know. A CSV file has one sheet.
class MatrixWriter : public sdk::Writer {
 public:
  /// Invalid-argument error R4V-0011 when there is no matrix of the year in the language.
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> Open(const sdk::Run& run, sdk::Target* target,
                                                           const sdk::Options& options);

  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  /// A sheet of the output.
  struct Sheet {
    std::vector<OutColumn> columns;
    text::ColumnNames names;
    std::vector<uint32_t> ids;  // of columns that are not among these, too
    bool is_matrix = false;
  };

  MatrixWriter(const sdk::Run& run, sdk::Target* target, const sdk::Options& options);

  absl::Status PutHeader(const v1::DatasetHeader& header);
  /// Begins the output: as the layout of the first input has it, or with names of our own.
  absl::Status Begin(const v1::TableLayout* layout);
  absl::Status BeginAsRead(const v1::TableLayout& layout);
  absl::Status BeginAnew(const v1::TableLayout* layout);
  Sheet MakeSheet(const std::vector<std::string>& names, const std::vector<std::string>& concepts);
  absl::Status PutActivity(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status PutRow(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status WriteCells(size_t sheet, const v1::Row& read,
                          const std::vector<std::optional<OutText>>& cells);
  absl::Status WriteCsv(const std::vector<std::optional<OutText>>& cells);
  uint32_t PathOf(Sheet& sheet, size_t column);
  void LoseAll(const sdk::RecordInfo& info, std::string_view why);

  const sdk::Run run_;
  sdk::Target* const target_;
  const std::string year_;
  const std::string language_;
  const std::string carrier_;
  RowTaker taker_;
  Wording wording_;
  bool has_begun_ = false;
  bool as_read_ = false;
  /// The present input is one of this format; what its sheets are to those of the output.
  bool is_own_ = false;
  size_t inputs_ = 0;
  std::vector<Sheet> sheets_;
  /// The sheet that activities of other formats, and all of CSV, go to.
  size_t main_ = 0;
  std::unique_ptr<text::LayoutWriter> workbook_;
  std::unique_ptr<text::CsvWriter> csv_;
  uint32_t row_ = 0;
  text::SheetCells sheet_cells_;
  std::vector<std::string_view> texts_;
  std::vector<text::XlsxCell> out_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_MATRIX_WRITER_H_
