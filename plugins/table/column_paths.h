// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Names of the columns of a table as paths of leaves.
#ifndef PUENTE_PLUGINS_TABLE_COLUMN_PATHS_H_
#define PUENTE_PLUGINS_TABLE_COLUMN_PATHS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"

namespace puente::table {

/// Gives each column a path of its own: its name, or `column 3` when it has none, an earlier one
/// has the same, it is very long, or the row has more cells than the header. Reader and writer
/// agree on the paths when they agree on the header.
class ColumnPaths {
 public:
  /// `columns` are the names in the header; none when there is no header.
  ColumnPaths(const sdk::Run& run, const std::vector<std::string>& columns);

  /// The path of a column, counted from 0; columns beyond the header included.
  const std::string& Name(size_t column);
  /// The host's id of the path.
  uint32_t Id(size_t column);

 private:
  void Extend(size_t size);

  sdk::Run run_;
  std::vector<std::string> names_;
  std::vector<uint32_t> ids_;
  std::unordered_set<std::string> used_;
};

/// The path of rows of which no cell could be read.
inline constexpr std::string_view kRowPath = "(row)";

/// The name of a cell as spreadsheets have it: column 2, row 14 is `C14`. Columns count from 0.
std::string CellName(size_t column, uint64_t row);

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_COLUMN_PATHS_H_
