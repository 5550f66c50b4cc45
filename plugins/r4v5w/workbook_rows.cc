// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a workbook.
#include "plugins/r4v5w/workbook_rows.h"

#include <utility>

#include "core/base/limits.h"
#include "core/plugin/sdk/run_limits.h"
#include "core/text/sheet_row.h"
#include "core/text/workbook_layout.h"
#include "fmt/format.h"

namespace puente::r4v5w {

absl::StatusOr<std::unique_ptr<RowSource>> WorkbookRows::Make(const sdk::Run& run,
                                                              sdk::Source* source) {
  const Limits limits = sdk::LimitsOf(run);
  absl::StatusOr<std::unique_ptr<sdk::SourceAccess>> access =
      sdk::SourceAccess::Open(run, source, limits.unpacked_bytes);
  if (!access.ok()) return access.status();
  absl::StatusOr<std::unique_ptr<text::XlsxWorkbook>> workbook =
      text::XlsxWorkbook::Open(access->get(), limits, "");
  if (!workbook.ok()) return workbook.status();
  return std::unique_ptr<RowSource>(
      new WorkbookRows(run, *std::move(access), *std::move(workbook)));
}

WorkbookRows::WorkbookRows(const sdk::Run& run, std::unique_ptr<sdk::SourceAccess> access,
                           std::unique_ptr<text::XlsxWorkbook> workbook)
    : run_(run), access_(std::move(access)), workbook_(std::move(workbook)) {}

absl::Status WorkbookRows::FillLayout(v1::TableLayout* layout) {
  absl::StatusOr<bool> whole = text::FillLayout(*workbook_, text::kMaxLayoutBytes, layout);
  if (!whole.ok()) return whole.status();
  if (*whole) return absl::OkStatus();
  const std::string message =
      fmt::format("what is around the rows of the workbook is larger than {}, and is left out",
                  FormatLimit(text::kMaxLayoutBytes, LimitUnit::kBytes));
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "R4V-0008";
  finding.message = message;
  finding.hint = "all cells are kept; pictures, comments, colours and lists are not";
  run_.Report(finding);
  return absl::OkStatus();
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
