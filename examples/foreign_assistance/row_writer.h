// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes activities as rows: one for each transaction.
#ifndef PUENTE_EXAMPLES_FOREIGN_ASSISTANCE_ROW_WRITER_H_
#define PUENTE_EXAMPLES_FOREIGN_ASSISTANCE_ROW_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "columns.h"
#include "core/plugin/sdk/record_taker.h"
#include "core/text/column_names.h"
#include "core/text/csv.h"

namespace foreign_assistance {

namespace sdk = puente::sdk;

class RowWriter final : public sdk::Writer {
 public:
  RowWriter(const sdk::Run& run, sdk::Target* target);
  absl::Status Put(const puente::v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  /// Writes the names of the columns, once: those given, or all. They stand before the first row.
  absl::Status Begin(std::vector<std::string> names);
  absl::Status WriteRow(uint32_t row);
  /// The text of a cell; nothing when the record has none for it.
  std::optional<std::string> Cell(size_t index, uint32_t transaction);
  /// What a column of this shape says of a value, and whether it says all of it.
  struct Said {
    std::string text;
    bool is_exact = true;
  };
  std::optional<Said> Say(const Column& column, const sdk::FieldText& value,
                          uint32_t transaction) const;
  void TakeWhatIsDerived();

  const sdk::Run run_;
  puente::text::CsvWriter csv_;
  sdk::RecordTaker taker_;
  bool has_begun_ = false;
  bool is_own_ = false;  // the records are from files of this format
  puente::text::ColumnNames names_;
  std::vector<const Column*> columns_;
  std::vector<uint32_t> ids_;
  // Of the row.
  std::vector<std::optional<std::string>> cells_;
};

}  // namespace foreign_assistance

#endif  // PUENTE_EXAMPLES_FOREIGN_ASSISTANCE_ROW_WRITER_H_
