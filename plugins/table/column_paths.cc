// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Names of the columns of a table as paths of leaves.
#include "plugins/table/column_paths.h"

#include <algorithm>

namespace puente::table {

ColumnPaths::ColumnPaths(const sdk::Run& run, const std::vector<std::string>& columns)
    : run_(run), names_(columns) {}

uint32_t ColumnPaths::Id(size_t column) {
  const std::string& name = Name(column);
  if (column >= ids_.size()) ids_.resize(std::max(column + 1, names_.size()), 0);
  if (ids_[column] == 0) ids_[column] = run_.Intern(name);
  return ids_[column];
}

}  // namespace puente::table
