// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where the rows of a table go to: a CSV file, or a sheet of a new workbook.
#include "plugins/table/table_sink.h"

#include <algorithm>
#include <utility>

#include "core/base/decimal.h"
#include "core/text/xlsx_style_table.h"

namespace puente::table {
namespace {

// Digits that a spreadsheet keeps of a number.
constexpr size_t kSheetDigits = 15;
constexpr double kNarrow = 12;
constexpr double kWide = 40;

}  // namespace

bool IsSheetNumber(std::string_view text, bool zeros) {
  v1::Decimal number;
  if (text.size() > kSheetDigits + 2 || ParseDecimal(text, &number) != TextForm::kCanonical) {
    return false;
  }
  const size_t point = text.find('.');
  const size_t digits = static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
  if (digits > kSheetDigits || text == "-0") return false;
  return point == std::string_view::npos || zeros || text.back() != '0';
}

absl::StatusOr<std::unique_ptr<WorkbookSink>> WorkbookSink::Open(text::OutputStream* output,
                                                                 std::string sheet, bool zeros) {
  absl::StatusOr<std::unique_ptr<text::XlsxWriter>> writer =
      text::XlsxWriter::Open(output, text::XlsxWriterOptions());
  if (!writer.ok()) return writer.status();
  return std::unique_ptr<WorkbookSink>(
      new WorkbookSink(*std::move(writer), std::move(sheet), zeros));
}

absl::Status WorkbookSink::Begin(std::span<const text::CsvCell> names) {
  if (has_begun_) return absl::OkStatus();
  has_begun_ = true;
  text::XlsxSheetOptions options;
  options.name = sheet_;
  if (!names.empty()) {
    options.frozen_rows = 1;
    options.filter_row = 1;
  }
  for (const text::CsvCell& name : names) {
    text::XlsxColumn column;
    column.width = std::clamp(static_cast<double>(name.text.size()) + 2, kNarrow, kWide);
    options.columns.push_back(std::move(column));
  }
  return writer_->BeginSheet(options);
}

absl::Status WorkbookSink::WriteNames(std::span<const text::CsvCell> names) {
  if (absl::Status status = Begin(names); !status.ok()) return status;
  cells_.clear();
  for (const text::CsvCell& name : names) {
    text::XlsxCell cell;
    cell.column = static_cast<uint32_t>(cells_.size());
    cell.kind = text::XlsxKind::kText;
    cell.text = name.text;
    cell.style = text::kXlsxHeader;
    cells_.push_back(cell);
  }
  text::XlsxRow row;
  row.number = ++row_;
  return writer_->WriteRow(row, cells_);
}

absl::Status WorkbookSink::WriteRecord(std::span<const text::CsvCell> cells) {
  if (absl::Status status = Begin({}); !status.ok()) return status;
  cells_.clear();
  uint32_t column = 0;
  for (const text::CsvCell& in : cells) {
    text::XlsxCell cell;
    cell.column = column++;
    if (in.text.empty()) continue;
    cell.kind = IsSheetNumber(in.text, zeros_) ? text::XlsxKind::kNumber : text::XlsxKind::kText;
    cell.text = in.text;
    cells_.push_back(cell);
  }
  text::XlsxRow row;
  row.number = ++row_;
  return writer_->WriteRow(row, cells_);
}

absl::Status WorkbookSink::Finish() {
  if (absl::Status status = Begin({}); !status.ok()) return status;
  if (absl::Status status = writer_->EndSheet(); !status.ok()) return status;
  return writer_->Finish();
}

}  // namespace puente::table
