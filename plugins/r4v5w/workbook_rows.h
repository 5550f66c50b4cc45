// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a workbook.
#ifndef PUENTE_PLUGINS_R4V5W_WORKBOOK_ROWS_H_
#define PUENTE_PLUGINS_R4V5W_WORKBOOK_ROWS_H_

#include <memory>
#include <string>

#include "core/plugin/sdk/workbook_source.h"
#include "plugins/r4v5w/row_source.h"

namespace puente::r4v5w {

/// Reads the sheets of a workbook.
class WorkbookRows : public RowSource {
 public:
  /// `source` must outlive it.
  static absl::StatusOr<std::unique_ptr<RowSource>> Make(const sdk::Run& run, sdk::Source* source);

  size_t sheets() const override { return workbook_->sheets().size(); }
  std::string_view SheetName(size_t sheet) const override {
    return workbook_->sheets()[sheet].name;
  }
  bool is_1904() const override { return workbook_->is_1904(); }
  text::XlsxNumber NumberOf(uint32_t style) const override {
    return workbook_->styles().NumberOf(style);
  }
  absl::Status FillLayout(v1::TableLayout* layout) override;
  absl::Status Open(size_t sheet) override;
  absl::StatusOr<bool> Next() override;
  std::span<const text::XlsxCell> cells() const override { return rows_->cells(); }
  uint64_t row() const override { return rows_->row(); }
  void Describe(v1::Row* row) const override;
  PuentePosition Position() const override;
  uint64_t Length() const override { return 0; }

 private:
  WorkbookRows(const sdk::Run& run, sdk::WorkbookSource source);

  sdk::Run run_;
  const std::unique_ptr<sdk::SourceAccess> access_;
  const std::unique_ptr<text::XlsxWorkbook> workbook_;
  size_t sheet_ = 0;
  std::unique_ptr<text::XlsxSheetReader> rows_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_WORKBOOK_ROWS_H_
