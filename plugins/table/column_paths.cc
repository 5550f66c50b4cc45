// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes the paths of columns unique.
#include "plugins/table/column_paths.h"

#include <algorithm>

#include "fmt/format.h"

namespace puente::table {
namespace {

/// Longer names are no names: a file without a header has texts there.
constexpr size_t kMaxNameBytes = 256;

}  // namespace

ColumnPaths::ColumnPaths(const sdk::Run& run, const std::vector<std::string>& columns) : run_(run) {
  names_.resize(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string& name = columns[i];
    if (name.empty() || name.size() > kMaxNameBytes || !used_.insert(name).second) continue;
    names_[i] = name;
  }
  const size_t size = names_.size();
  for (size_t i = 0; i < size; ++i) {
    if (!names_[i].empty()) continue;
    names_[i] = fmt::format("column {}", i + 1);
    while (!used_.insert(names_[i]).second) names_[i] += '*';
  }
}

void ColumnPaths::Extend(size_t size) {
  while (names_.size() < size) {
    names_.push_back(fmt::format("column {}", names_.size() + 1));
    while (!used_.insert(names_.back()).second) names_.back() += '*';
  }
}

const std::string& ColumnPaths::Name(size_t column) {
  Extend(column + 1);
  return names_[column];
}

uint32_t ColumnPaths::Id(size_t column) {
  if (column >= ids_.size()) ids_.resize(std::max(column + 1, names_.size()), 0);
  if (ids_[column] == 0) ids_[column] = run_.Intern(Name(column));
  return ids_[column];
}

std::string CellName(size_t column, uint64_t row) {
  std::string letters;
  for (size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return letters + std::to_string(row);
}

}  // namespace puente::table
