// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the sheets of a workbook as Row records.
#ifndef PUENTE_PLUGINS_TABLE_WORKBOOK_READER_H_
#define PUENTE_PLUGINS_TABLE_WORKBOOK_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/plugin/sdk/workbook_source.h"
#include "core/text/xlsx_reader.h"
#include "plugins/table/column_paths.h"

namespace puente::table {

/// Gives one DatasetHeader with all that is around the rows, then the rows of one sheet after the
/// other. Each cell with a value or formula is a leaf at `row.cells`, its source path is the name
/// of its column. A row without cells that is in the file is a record without leaves.
class WorkbookReader : public sdk::Reader {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> Open(const sdk::Run& run, sdk::Source* source,
                                                           const sdk::Options& options);

  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  enum class Header { kAuto, kYes, kNo };

  WorkbookReader(const sdk::Run& run, sdk::WorkbookSource source, Header header);

  absl::Status ReadHeader(sdk::BatchBuilder& batch);
  /// Looks whether the first row with cells has the names of the columns.
  absl::Status ReadNames(size_t sheet, v1::SheetLayout* layout);
  absl::StatusOr<bool> ReadRow(sdk::BatchBuilder& batch);

  sdk::Run run_;
  const std::unique_ptr<sdk::SourceAccess> access_;
  const std::unique_ptr<text::XlsxWorkbook> workbook_;
  const Header header_;
  bool header_done_ = false;
  size_t sheet_ = 0;
  std::unique_ptr<text::XlsxSheetReader> rows_;
  /// By sheet: the row with the names, 0 for none, and the paths.
  std::vector<uint32_t> header_rows_;
  std::vector<ColumnPaths> paths_;
  const uint32_t cells_field_;
  std::vector<PuenteLeaves> leaves_;
};

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_WORKBOOK_READER_H_
