// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes rows of a table, and counts the values of its cells.
#ifndef PUENTE_PLUGINS_FTS_HDX_TABLE_OUT_H_
#define PUENTE_PLUGINS_FTS_HDX_TABLE_OUT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/csv.h"
#include "plugins/fts_hdx/account.h"
#include "plugins/fts_hdx/layout.h"

namespace puente::fts_hdx {

/// A table in the making. Each cell is one value of the output, and each further value of a list is
/// one. Those that no leaf was kept as are derived.
class TableOut {
 public:
  TableOut(const sdk::Run& run, sdk::Target* target);

  bool has_layout() const { return layout_.has_value(); }
  /// The columns; only when there are some.
  const Layout& layout() const { return *layout_; }
  void SetLayout(Layout layout);

  /// Keeps a leaf that was claimed as the value of a cell that is or will be written.
  void Keep(Account* account, uint32_t field, size_t column);
  /// The same for a further value of a list.
  void KeepFurther(Account* account, uint32_t field, size_t column);

  /// Writes the names, and hashtags where there are some; only once.
  absl::Status WriteHeader(std::span<const std::string> hashtags);
  /// Writes a row, which may have more cells than the header.
  absl::Status WriteRow(std::span<const std::string> cells);
  /// Counts what is derived, and hands all to the target.
  absl::Status Finish();

  /// Rows that were written.
  uint64_t rows() const { return rows_; }

 private:
  uint32_t PathOf(size_t column);

  const sdk::Run run_;
  text::CsvWriter csv_;
  std::optional<Layout> layout_;
  std::vector<uint32_t> paths_;
  std::vector<uint32_t> further_;
  // Values that are in cells and that no leaf was kept as, by path.
  std::map<uint32_t, int64_t> balance_;
  bool header_done_ = false;
  uint64_t rows_ = 0;
};

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_TABLE_OUT_H_
