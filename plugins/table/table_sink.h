// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where the rows of a table go to: a CSV file, or a sheet of a new workbook.
#ifndef PUENTE_PLUGINS_TABLE_TABLE_SINK_H_
#define PUENTE_PLUGINS_TABLE_TABLE_SINK_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/csv.h"
#include "core/text/xlsx_writer.h"

namespace puente::table {

/// Takes the lines of a table.
class TableSink {
 public:
  virtual ~TableSink() = default;
  /// Writes the names of the columns, before all else.
  virtual absl::Status WriteNames(std::span<const text::CsvCell> names) = 0;
  /// Writes a row.
  virtual absl::Status WriteRecord(std::span<const text::CsvCell> cells) = 0;
  /// Writes what is left.
  virtual absl::Status Finish() = 0;
  /// False when a cell with an empty text is none: whoever reads the output finds nothing there.
  virtual bool HasEmptyCells() const = 0;
};

/// Writes a CSV file.
class CsvSink : public TableSink {
 public:
  /// `output` must outlive it.
  CsvSink(text::OutputStream* output, const text::CsvWriterOptions& options)
      : csv_(output, options) {}

  absl::Status WriteNames(std::span<const text::CsvCell> names) override {
    return csv_.WriteRecord(names);
  }
  absl::Status WriteRecord(std::span<const text::CsvCell> cells) override {
    return csv_.WriteRecord(cells);
  }
  absl::Status Finish() override { return csv_.Flush(); }
  bool HasEmptyCells() const override { return true; }

 private:
  text::CsvWriter csv_;
};

/// Writes a workbook of one sheet, whose header stays in sight and can be filtered by. Columns are
/// as wide as what stands in the first rows, within reason. A text that a spreadsheet holds exactly
/// as a number becomes one; all else is text, and no formula.
class WorkbookSink : public TableSink {
 public:
  /// `output` must outlive it. With `zeros` a number may end in zeros behind the point, such as
  /// `1.50`. The errors of XlsxWriter.
  static absl::StatusOr<std::unique_ptr<WorkbookSink>> Open(text::OutputStream* output,
                                                            std::string sheet, bool zeros);

  absl::Status WriteNames(std::span<const text::CsvCell> names) override;
  absl::Status WriteRecord(std::span<const text::CsvCell> cells) override;
  absl::Status Finish() override;
  bool HasEmptyCells() const override { return false; }

 private:
  WorkbookSink(std::unique_ptr<text::XlsxWriter> writer, std::string sheet, bool zeros)
      : writer_(std::move(writer)), sheet_(std::move(sheet)), zeros_(zeros) {}
  /// Begins the sheet, and writes the rows that waited.
  absl::Status Begin();
  absl::Status Write(std::span<const std::string> texts, bool is_header);

  const std::unique_ptr<text::XlsxWriter> writer_;
  const std::string sheet_;
  const bool zeros_;
  bool has_names_ = false;
  bool has_begun_ = false;
  uint32_t row_ = 0;
  // The first rows wait until the widths are known.
  std::vector<std::vector<std::string>> waiting_;
  std::vector<std::string> texts_;
  std::vector<text::XlsxCell> cells_;
};

/// True when a spreadsheet that reads the text as a number shows the same: `-1.5`, but not `007`,
/// `+1`, more than 15 digits, or, without `zeros`, `1.50`.
bool IsSheetNumber(std::string_view text, bool zeros);

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_TABLE_SINK_H_
