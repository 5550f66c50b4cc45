// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Names of the columns of a table as paths of leaves.
#ifndef PUENTE_PLUGINS_TABLE_COLUMN_PATHS_H_
#define PUENTE_PLUGINS_TABLE_COLUMN_PATHS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/column_names.h"

namespace puente::table {

/// Gives each column a path of its own: its name, see text::ColumnNames.
class ColumnPaths {
 public:
  /// `columns` are the names in the header; none when there is no header.
  ColumnPaths(const sdk::Run& run, const std::vector<std::string>& columns);

  /// The path of a column, counted from 0; columns beyond the header included.
  const std::string& Name(size_t column) { return names_.Name(column); }
  /// The host's id of the path.
  uint32_t Id(size_t column);

 private:
  sdk::Run run_;
  text::ColumnNames names_;
  std::vector<uint32_t> ids_;
};

/// The path of rows of which no cell could be read.
inline constexpr std::string_view kRowPath = "(row)";

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_COLUMN_PATHS_H_
