// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the tables that HDX publishes of FTS.
#ifndef PUENTE_PLUGINS_FTS_HDX_HDX_READER_H_
#define PUENTE_PLUGINS_FTS_HDX_HDX_READER_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/csv.h"
#include "plugins/fts_hdx/layout.h"
#include "plugins/fts_hdx/row_builder.h"
#include "plugins/fts_hdx/row_input.h"

namespace puente::fts_hdx {

/// Name of the residue of a header that holds the row of hashtags.
inline constexpr std::string_view kHashtags = "hashtags";
/// And of that with the texts above the names of a sheet.
inline constexpr std::string_view kTitles = "titles";

/// Gives one DatasetHeader with the columns, and with the hashtags where a row of them stands below
/// the names, then a record for each row: flows are activities, plans are plans, all else are
/// published totals.
class HdxReader : public sdk::Reader {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> Open(const sdk::Run& run, sdk::Source* source,
                                                           const sdk::Options& options);
  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  HdxReader(const sdk::Run& run, std::string_view name, std::unique_ptr<RowInput> input,
            std::optional<TableKind> kind);

  absl::Status ReadHeader(sdk::BatchBuilder& batch);
  absl::StatusOr<bool> ReadRow(sdk::BatchBuilder& batch);
  /// Goes to the next line that can be read and is not blank; false at the end.
  absl::StatusOr<bool> NextLine();
  void Reject(std::string_view code, std::string_view message, std::string_view hint);
  void CheckRow();
  void ReportColumns();
  void Report(int32_t severity, std::string_view code, std::string_view message,
              std::string_view hint, std::string_view path, std::string_view text,
              size_t column = 0);

  const sdk::Run run_;
  const std::string name_;
  const std::unique_ptr<RowInput> input_;
  std::optional<TableKind> kind_;
  std::optional<Layout> layout_;
  std::optional<RowBuilder> builder_;
  bool row_is_read_ = false;
  bool at_end_ = false;
};

/// How sure it is that the first bytes of a file are one of the tables: 0, or 90.
uint32_t HdxConfidence(std::string_view head);

/// True when all cells that are not empty are hashtags of HXL, and one is.
bool IsHashtagRow(std::span<const text::CsvCell> cells);

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_HDX_READER_H_
