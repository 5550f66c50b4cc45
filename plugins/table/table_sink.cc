// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where the rows of a table go to: a CSV file, or a sheet of a new workbook.
#include "plugins/table/table_sink.h"

#include <algorithm>
#include <utility>

#include "core/base/decimal.h"
#include "core/text/xlsx_style_table.h"
#include "core/text/xlsx_text.h"

namespace puente::table {
namespace {

// Digits that a spreadsheet keeps of a number.
constexpr size_t kSheetDigits = 15;
constexpr double kNarrow = 9;
constexpr double kWide = 45;
constexpr size_t kRowsForWidths = 50;

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

absl::Status WorkbookSink::Begin() {
  has_begun_ = true;
  text::XlsxSheetOptions options;
  options.name = sheet_;
  if (has_names_) {
    options.frozen_rows = 1;
    options.filter_row = 1;
  }
  for (const std::vector<std::string>& row : waiting_) {
    if (row.size() > options.columns.size()) options.columns.resize(row.size());
    for (size_t i = 0; i < row.size(); ++i) {
      const auto width = static_cast<double>(text::Utf16Units(row[i])) + 2;
      options.columns[i].width =
          std::clamp(width, std::max(options.columns[i].width, kNarrow), kWide);
    }
  }
  if (absl::Status status = writer_->BeginSheet(options); !status.ok()) return status;
  for (const std::vector<std::string>& row : waiting_) {
    if (absl::Status status = Write(row, has_names_ && row_ == 0); !status.ok()) return status;
  }
  waiting_ = {};
  return absl::OkStatus();
}

absl::Status WorkbookSink::WriteNames(std::span<const text::CsvCell> names) {
  has_names_ = true;
  return WriteRecord(names);
}

absl::Status WorkbookSink::WriteRecord(std::span<const text::CsvCell> cells) {
  texts_.clear();
  for (const text::CsvCell& cell : cells) texts_.emplace_back(cell.text);
  if (has_begun_) return Write(texts_, false);
  waiting_.push_back(std::move(texts_));
  return waiting_.size() > kRowsForWidths ? Begin() : absl::OkStatus();
}

absl::Status WorkbookSink::Write(std::span<const std::string> texts, bool is_header) {
  cells_.clear();
  uint32_t column = 0;
  for (const std::string& text : texts) {
    text::XlsxCell cell;
    cell.column = column++;
    if (text.empty()) continue;
    cell.text = text;
    if (is_header) {
      cell.kind = text::XlsxKind::kText;
      cell.style = text::kXlsxHeader;
    } else {
      cell.kind = IsSheetNumber(text, zeros_) ? text::XlsxKind::kNumber : text::XlsxKind::kText;
    }
    cells_.push_back(cell);
  }
  text::XlsxRow row;
  row.number = ++row_;
  return writer_->WriteRow(row, cells_);
}

absl::Status WorkbookSink::Finish() {
  if (!has_begun_) {
    if (absl::Status status = Begin(); !status.ok()) return status;
  }
  if (absl::Status status = writer_->EndSheet(); !status.ok()) return status;
  return writer_->Finish();
}

}  // namespace puente::table
