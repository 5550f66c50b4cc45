// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the rows of a workbook: to a workbook again, or one sheet of it to CSV.
#ifndef PUENTE_PLUGINS_TABLE_SHEET_WRITER_H_
#define PUENTE_PLUGINS_TABLE_SHEET_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/sheet_row.h"
#include "core/text/workbook_layout.h"
#include "core/text/xlsx_styles.h"
#include "plugins/table/column_paths.h"
#include "plugins/table/table_sink.h"

namespace puente::table {

/// Takes Row records of a workbook that has a layout.
class SheetWriter {
 public:
  virtual ~SheetWriter() = default;

  /// Writes a row and counts its leaves. Why it has no place, when it has none: nothing is written
  /// and counted then.
  virtual absl::StatusOr<std::string> Put(const v1::Row& row) = 0;
  /// Writes what is left.
  virtual absl::Status Finish() = 0;
};

/// Gives a workbook back. `target` must outlive it.
absl::StatusOr<std::unique_ptr<SheetWriter>> MakeWorkbookWriter(const sdk::Run& run,
                                                                sdk::Target* target,
                                                                const v1::TableLayout& layout);

/// Writes one sheet to a table that has no others: the one that is called `sheet`, or the first
/// that is not hidden. Formulas are written as their values, days as `2021-01-31`, times behind
/// them, and booleans as TRUE and FALSE. Invalid-argument error TABLE-0005 when there is no such
/// sheet.
absl::StatusOr<std::unique_ptr<SheetWriter>> MakeSheetWriter(const sdk::Run& run,
                                                             std::unique_ptr<TableSink> sink,
                                                             const v1::TableLayout& layout,
                                                             std::string_view sheet, bool names);

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_SHEET_WRITER_H_
