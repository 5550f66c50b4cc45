// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Which column of a sheet holds what, from the layout of its dataset.
#ifndef PUENTE_CORE_CHECK_SHEET_COLUMNS_H_
#define PUENTE_CORE_CHECK_SHEET_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/check/field_table.h"
#include "puente/v1/tabular.pb.h"

namespace puente::check {

/// The columns of one sheet.
class SheetColumns {
 public:
  SheetColumns(const v1::SheetLayout& layout, const FieldTable& fields);

  const std::string& name() const { return name_; }
  /// The column of a field, from 0; of a derived one that of the words that it is from. Nothing
  /// when the sheet has none.
  std::optional<uint32_t> ColumnOf(size_t field) const { return columns_[field]; }
  /// The column with this name, as the readers of tables name them; nothing when there is none.
  std::optional<uint32_t> ColumnNamed(std::string_view name) const;
  /// True when a column is none of the fields.
  bool IsOther(uint32_t column) const;
  /// True when a column says where a row is from, not what it says: its concept is `source_file`,
  /// `source_sheet` or `source_row`.
  bool IsSource(uint32_t column) const;
  /// What a column is called in its header.
  std::string_view Header(uint32_t column) const;

 private:
  std::string name_;
  std::vector<std::optional<uint32_t>> columns_;
  std::vector<std::string> headers_;
  std::vector<bool> is_known_;
  std::vector<uint32_t> sources_;
  absl::flat_hash_map<std::string, uint32_t> by_name_;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_SHEET_COLUMNS_H_
