// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads any CSV file as Row records.
#ifndef PUENTE_PLUGINS_TABLE_TABLE_READER_H_
#define PUENTE_PLUGINS_TABLE_TABLE_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/plugin/sdk/table_encoding.h"
#include "core/text/csv.h"
#include "plugins/table/column_paths.h"

namespace puente::table {

/// Gives one DatasetHeader, also for an empty file, then one Row for each line after the names.
/// Each cell is a leaf at `row.cells`, its source path is the name of its column.
class TableReader : public sdk::Reader {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> Open(const sdk::Run& run, sdk::Source* source,
                                                           const sdk::Options& options);

  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  TableReader(const sdk::Run& run, sdk::Source* source, text::CsvReaderOptions options,
              sdk::TableEncoding encoding, bool has_header);

  /// Goes to the next line that can be read; false at the end.
  absl::StatusOr<bool> NextLine();
  absl::StatusOr<bool> ReadHeader(sdk::BatchBuilder& batch);
  /// PUE-0203 when one of the cells that are there is too long for the name of a column.
  absl::Status CheckNames() const;
  absl::StatusOr<bool> ReadRow(sdk::BatchBuilder& batch);
  void CheckRow();
  void Reject(const absl::Status& reason, bool is_header);
  void Report(int32_t severity, std::string_view code, std::string_view message,
              std::string_view hint, size_t column);
  PuentePosition Position() const;

  sdk::Run run_;
  text::CsvReader csv_;
  sdk::TableEncoding encoding_;
  bool has_header_;
  bool header_done_ = false;
  bool at_end_ = false;
  /// The next row is in csv_ already.
  bool row_is_read_ = false;
  std::vector<std::string> columns_;
  std::unique_ptr<ColumnPaths> paths_;
  const uint32_t cells_field_;
  std::vector<PuenteLeaves> leaves_;
};

/// Tells whether the first bytes of a file look like a table: 0, or how sure that is, at most 40.
uint32_t TableConfidence(std::string_view name, std::string_view head);

/// The delimiter that an option names; nothing for `auto`.
std::optional<char> DelimiterOption(const sdk::Options& options);

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_TABLE_READER_H_
