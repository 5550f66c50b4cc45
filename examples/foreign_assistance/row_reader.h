// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the rows of a file: one row is one activity with one transaction.
#ifndef PUENTE_EXAMPLES_FOREIGN_ASSISTANCE_ROW_READER_H_
#define PUENTE_EXAMPLES_FOREIGN_ASSISTANCE_ROW_READER_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "columns.h"
#include "core/plugin/sdk/record_filler.h"
#include "core/text/column_names.h"
#include "core/text/csv.h"

namespace foreign_assistance {

namespace sdk = puente::sdk;

class RowReader final : public sdk::Reader {
 public:
  RowReader(const sdk::Run& run, sdk::Source* source);
  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  absl::StatusOr<bool> NextRow();
  absl::Status ReadHeader(sdk::BatchBuilder& batch);
  void ReadRow(sdk::BatchBuilder& batch);
  /// The cell of a column of this shape or name; empty when the file has none.
  std::string_view CellOf(Shape shape) const;
  std::string_view CellOf(std::string_view column) const;
  bool IsTransaction();
  /// True when a cell says what would be derived without it: it is kept apart, so that it comes
  /// back.
  bool IsDerived(const Column& column, std::string_view cell) const;
  /// Puts a cell into its field. False when it has none, or is no value of it.
  bool SetCell(size_t index, std::string_view cell);
  bool SetValue(const Column& column, std::string_view cell, uint32_t source);
  void DeriveRest();
  void CheckCell(size_t index, std::string_view cell);
  PuentePosition Position() const;
  /// A row that is no record.
  void Reject(int32_t severity, std::string_view code, std::string_view message,
              std::string_view hint);
  void Report(int32_t severity, std::string_view code, std::string_view message,
              std::string_view hint, size_t column);

  const sdk::Run run_;
  puente::text::CsvReader csv_;
  sdk::RecordFiller filler_;
  // Of the header: names, known columns (null for others), ids of the names.
  puente::text::ColumnNames names_;
  std::vector<const Column*> columns_;
  std::vector<uint32_t> ids_;
  bool has_header_ = false;
  // Of the row.
  bool has_transaction_ = false;
  FiscalYear year_;
  std::set<const Column*> set_;
  // Codes of places that are no countries, which were told.
  std::set<std::string> regions_;
};

}  // namespace foreign_assistance

#endif  // PUENTE_EXAMPLES_FOREIGN_ASSISTANCE_ROW_READER_H_
