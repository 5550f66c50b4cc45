// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a CSV file or of a workbook, one like the other.
#ifndef PUENTE_PLUGINS_R4V5W_ROW_SOURCE_H_
#define PUENTE_PLUGINS_R4V5W_ROW_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/xlsx_reader.h"
#include "core/text/xlsx_styles.h"
#include "puente/v1/record.pb.h"

namespace puente::r4v5w {

/// Reads an input row by row, sheet by sheet. A CSV file has one sheet.
class RowSource {
 public:
  virtual ~RowSource() = default;

  /// How many sheets there are.
  virtual size_t sheets() const = 0;
  /// The name of a sheet; empty in CSV.
  virtual std::string_view SheetName(size_t sheet) const = 0;
  /// True when days count from 1904.
  virtual bool is_1904() const = 0;
  /// What a number with a style is.
  virtual text::XlsxNumber NumberOf(uint32_t style) const = 0;
  /// Fills in what is around the rows: once, before they are read.
  virtual absl::Status FillLayout(v1::TableLayout* layout) = 0;

  /// Begins with a sheet. A CSV file can be read once.
  virtual absl::Status Open(size_t sheet) = 0;
  /// Goes to the next row that is in the file; false at the end of the sheet.
  virtual absl::StatusOr<bool> Next() = 0;
  /// The cells, by column. Those of a workbook may be empty but for a style.
  virtual std::span<const text::XlsxCell> cells() const = 0;
  /// Number of the row, from 1: of a CSV file the record.
  virtual uint64_t row() const = 0;
  /// Fills in what a row is beside the texts of its cells; in CSV its number among those kept.
  virtual void Describe(v1::Row* row) const = 0;
  /// Where the row stands.
  virtual PuentePosition Position() const = 0;
  /// Its length in bytes; 0 in a workbook.
  virtual uint64_t Length() const = 0;
};

/// Opens an input, a workbook when its first bytes say so. `source` must outlive it.
absl::StatusOr<std::unique_ptr<RowSource>> OpenRowSource(const sdk::Run& run, sdk::Source* source,
                                                         const sdk::Options& options);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_ROW_SOURCE_H_
