// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a workbook.
#include "plugins/r4v5w/workbook_rows.h"

#include <utility>

#include "core/text/sheet_row.h"

namespace puente::r4v5w {

absl::StatusOr<std::unique_ptr<RowSource>> WorkbookRows::Make(const sdk::Run& run,
                                                              sdk::Source* source) {
  absl::StatusOr<sdk::WorkbookSource> opened = sdk::OpenWorkbook(run, source);
  if (!opened.ok()) return opened.status();
  return std::unique_ptr<RowSource>(new WorkbookRows(run, *std::move(opened)));
}

WorkbookRows::WorkbookRows(const sdk::Run& run, sdk::WorkbookSource source)
    : run_(run), access_(std::move(source.access)), workbook_(std::move(source.workbook)) {}

absl::Status WorkbookRows::FillLayout(v1::TableLayout* layout) {
  return sdk::FillWorkbookLayout(run_, *workbook_, {"R4V-0008", "R4V-0018", "R4V-0019"}, layout);
}

absl::Status WorkbookRows::Open(size_t sheet) {
  rows_.reset();
  sheet_ = sheet;
  absl::StatusOr<std::unique_ptr<text::XlsxSheetReader>> rows = workbook_->OpenSheet(sheet);
  if (!rows.ok()) return rows.status();
  rows_ = *std::move(rows);
  return absl::OkStatus();
}

absl::StatusOr<bool> WorkbookRows::Next() { return rows_->Next(); }

void WorkbookRows::Describe(v1::Row* row) const {
  row->set_sheet(static_cast<uint32_t>(sheet_));
  text::DescribeRow(rows_->look(), rows_->cells(), row);
}

PuentePosition WorkbookRows::Position() const {
  const std::string& name = workbook_->sheets()[sheet_].name;
  PuentePosition position{};
  position.line = rows_->row();
  position.sheet = {name.data(), name.size()};
  return position;
}

}  // namespace puente::r4v5w
