// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Names for the columns and cells of a table.

#ifndef PUENTE_CORE_TEXT_COLUMN_NAMES_H_
#define PUENTE_CORE_TEXT_COLUMN_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"

namespace puente::text {

/// Gives each column of a table a name of its own: the one in the header, or `column 3` when it has
/// none there, an earlier one has the same, it is longer than 256 bytes, or the row has more cells
/// than the header. Reader and writer agree on the names when they agree on the header.
class ColumnNames {
 public:
  ColumnNames() = default;
  /// `header`: the names in the header; none when there is no header.
  explicit ColumnNames(std::span<const std::string> header);

  ~ColumnNames() = default;
  ColumnNames(const ColumnNames& other);
  ColumnNames& operator=(const ColumnNames&) = delete;
  // Names stay where they are when the whole is moved.
  ColumnNames(ColumnNames&&) = default;
  ColumnNames& operator=(ColumnNames&&) = default;

  /// The name of a column, counted from 0; columns beyond the header included.
  const std::string& Name(size_t column);
  /// True when the name is the one in the header.
  bool IsOwn(size_t column) const { return column < own_.size() && own_[column]; }
  /// How many columns have a name so far.
  size_t size() const { return names_.size(); }

 private:
  void NameByNumber(size_t column);

  std::deque<std::string> names_;
  std::vector<bool> own_;
  // Points into `names_`.
  absl::flat_hash_set<std::string_view> used_;
};

/// The name of a cell as spreadsheets have it: column 2, row 14 is `C14`. Columns count from 0.
std::string CellName(size_t column, uint64_t row);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_COLUMN_NAMES_H_
