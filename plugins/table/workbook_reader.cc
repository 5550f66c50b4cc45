// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the sheets of a workbook as Row records.
#include "plugins/table/workbook_reader.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/text/sheet_row.h"

namespace puente::table {
namespace {

/// True when a row reads as names of columns: texts, and nothing that is computed.
bool HasNames(const text::XlsxSheetReader& rows) {
  return std::all_of(rows.cells().begin(), rows.cells().end(), [](const text::XlsxCell& cell) {
    if (!text::HasContent(cell)) return true;
    return cell.kind == text::XlsxKind::kText && !cell.has_formula && !cell.text.empty();
  });
}

bool HasCells(const text::XlsxSheetReader& rows) {
  return std::any_of(rows.cells().begin(), rows.cells().end(), text::HasContent);
}

}  // namespace

absl::StatusOr<std::unique_ptr<sdk::Reader>> WorkbookReader::Open(const sdk::Run& run,
                                                                  sdk::Source* source,
                                                                  const sdk::Options& options) {
  absl::StatusOr<sdk::WorkbookSource> opened = sdk::OpenWorkbook(run, source);
  if (!opened.ok()) return opened.status();
  const std::string_view header = options.GetOr("header", "auto");
  return std::unique_ptr<sdk::Reader>(new WorkbookReader(run, *std::move(opened),
                                                         header == "no"    ? Header::kNo
                                                         : header == "yes" ? Header::kYes
                                                                           : Header::kAuto));
}

WorkbookReader::WorkbookReader(const sdk::Run& run, sdk::WorkbookSource source, Header header)
    : run_(run),
      access_(std::move(source.access)),
      workbook_(std::move(source.workbook)),
      header_(header),
      cells_field_(run.Intern("row.cells")) {}

absl::StatusOr<bool> WorkbookReader::Read(sdk::BatchBuilder& batch) {
  if (header_done_) return ReadRow(batch);
  if (absl::Status status = ReadHeader(batch); !status.ok()) {
    batch.Drop();
    return status;
  }
  return true;
}

absl::Status WorkbookReader::ReadHeader(sdk::BatchBuilder& batch) {
  v1::DatasetHeader* const header = batch.Add()->mutable_dataset_header();
  header->set_format("table");
  v1::TableLayout* const layout = header->mutable_table();
  if (absl::Status status = sdk::FillWorkbookLayout(
          run_, *workbook_, {"TABLE-0004", "TABLE-0008", "TABLE-0009"}, layout);
      !status.ok()) {
    return status;
  }
  for (size_t i = 0; i < workbook_->sheets().size(); ++i) {
    if (absl::Status status = ReadNames(i, layout->mutable_sheets(static_cast<int>(i)));
        !status.ok()) {
      return status;
    }
  }
  batch.Describe("", {}, 0, {});
  header_done_ = true;
  return absl::OkStatus();
}

absl::Status WorkbookReader::ReadNames(size_t sheet, v1::SheetLayout* layout) {
  header_rows_.push_back(0);
  std::vector<std::string> names;
  if (header_ != Header::kNo) {
    absl::StatusOr<std::unique_ptr<text::XlsxSheetReader>> rows = workbook_->OpenSheet(sheet);
    if (!rows.ok()) return rows.status();
    absl::StatusOr<bool> more = (*rows)->Next();
    while (more.ok() && *more && !HasCells(**rows)) more = (*rows)->Next();
    if (!more.ok()) return more.status();
    if (*more && (header_ == Header::kYes || HasNames(**rows))) {
      v1::Row* const row = layout->mutable_header();
      row->set_sheet(static_cast<uint32_t>(sheet));
      text::FillRow((*rows)->look(), (*rows)->cells(), row);
      header_rows_.back() = (*rows)->row();
      for (int i = 0; i < row->cells_size(); ++i) {
        names.resize(text::ColumnOf(*row, i) + 1);
        names.back() = row->cells(i).text();
      }
    }
  }
  paths_.emplace_back(run_, names);
  return absl::OkStatus();
}

absl::StatusOr<bool> WorkbookReader::ReadRow(sdk::BatchBuilder& batch) {
  while (true) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    if (rows_ == nullptr) {
      if (sheet_ == workbook_->sheets().size()) return false;
      absl::StatusOr<std::unique_ptr<text::XlsxSheetReader>> rows = workbook_->OpenSheet(sheet_);
      if (!rows.ok()) return rows.status();
      rows_ = *std::move(rows);
    }
    absl::StatusOr<bool> more = rows_->Next();
    if (!more.ok()) return more.status();
    if (!*more) {
      rows_.reset();
      ++sheet_;
      continue;
    }
    if (rows_->row() != header_rows_[sheet_]) break;
  }
  v1::Row* const row = batch.Add()->mutable_row();
  row->set_sheet(static_cast<uint32_t>(sheet_));
  text::FillRow(rows_->look(), rows_->cells(), row);
  leaves_.clear();
  for (int i = 0; i < row->cells_size(); ++i) {
    leaves_.push_back({paths_[sheet_].Id(text::ColumnOf(*row, i)), cells_field_, 1});
  }
  PuentePosition position{};
  const std::string& name = workbook_->sheets()[sheet_].name;
  position.line = rows_->row();
  position.sheet = {name.data(), name.size()};
  batch.Describe("", position, 0, leaves_);
  return true;
}

}  // namespace puente::table
