// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Names for the columns and cells of a table.
#include "core/text/column_names.h"

namespace puente::text {
namespace {

/// Longer names are no names: a file without a header has texts there.
constexpr size_t kMaxNameBytes = 256;
constexpr size_t kLetters = 26;

}  // namespace

ColumnNames::ColumnNames(std::span<const std::string> header)
    : names_(header.size()), own_(header.size(), false) {
  // A table that grows would go through all names anew, each time.
  used_.reserve(header.size());
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string& name = header[i];
    if (name.empty() || name.size() > kMaxNameBytes) continue;
    names_[i] = name;
    own_[i] = used_.insert(names_[i]).second;
  }
  for (size_t i = 0; i < names_.size(); ++i) {
    if (!own_[i]) NameByNumber(i);
  }
}

ColumnNames::ColumnNames(const ColumnNames& other)
    : names_(other.names_), own_(other.own_), used_(names_.begin(), names_.end()) {}

void ColumnNames::NameByNumber(size_t column) {
  std::string& name = names_[column];
  name = "column " + std::to_string(column + 1);
  // Not inserted before it is settled: the set points to it.
  while (used_.contains(name)) name += '*';
  used_.insert(name);
}

const std::string& ColumnNames::Name(size_t column) {
  while (names_.size() <= column) {
    names_.emplace_back();
    NameByNumber(names_.size() - 1);
  }
  return names_[column];
}

std::string CellName(size_t column, uint64_t row) {
  std::string letters;
  for (size_t rest = column + 1; rest > 0; rest = (rest - 1) / kLetters) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % kLetters));
  }
  return letters + std::to_string(row);
}

}  // namespace puente::text
