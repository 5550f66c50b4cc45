// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a table in CSV or in a workbook, one like the other.
#ifndef PUENTE_PLUGINS_FTS_HDX_ROW_INPUT_H_
#define PUENTE_PLUGINS_FTS_HDX_ROW_INPUT_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/csv.h"
#include "plugins/fts_hdx/layout.h"

namespace puente::fts_hdx {

/// Gives the row with the names of the columns, then those below it, with cells as CSV has them.
class RowInput {
 public:
  virtual ~RowInput() = default;

  /// Goes to the next row; false at the end. Errors: those of CsvReader and XlsxSheetReader.
  virtual absl::StatusOr<bool> Next() = 0;
  /// The cells; at least one.
  virtual std::span<const text::CsvCell> cells() const = 0;
  /// Says what the columns are, once the header was read. `layout` must outlive it.
  virtual void Bind(const Layout* layout) = 0;

  /// Where the row stands: offset and line, or sheet and row.
  virtual PuentePosition Position() const = 0;
  /// First byte behind the row; 0 in a workbook.
  virtual uint64_t end_offset() const = 0;
  /// The texts above the header of a sheet.
  virtual std::span<const std::string> titles() const = 0;
};

/// Opens an input: a workbook when its first bytes say so, else CSV. Of a workbook the first sheet
/// is taken that has the columns of a table, or of the one that the option `table` names; the
/// option `sheet` names another. `source` must outlive it.
///
/// Errors: HDX-0001 when no sheet has such columns, HDX-0020 when there is no such sheet; those of
/// XlsxWorkbook.
absl::StatusOr<std::unique_ptr<RowInput>> OpenRowInput(const sdk::Run& run, sdk::Source* source,
                                                       const sdk::Options& options);

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_ROW_INPUT_H_
