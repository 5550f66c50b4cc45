// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tables of our own data files: lines of cells with tabs between them.

#include "core/base/tsv_table.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace puente {

std::vector<std::string_view> SplitText(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

TsvTable::TsvTable(std::string_view text) {
  for (const std::string_view line : SplitText(text, '\n')) {
    if (line.empty() || line[0] == '#') continue;
    Row cells = SplitText(line, '\t');
    if (names_.empty()) {
      names_ = std::move(cells);
    } else {
      cells.resize(names_.size());
      rows_.push_back(std::move(cells));
    }
  }
}

size_t TsvTable::Column(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) std::abort();
  return static_cast<size_t>(found - names_.begin());
}

const TsvTable::Row* TsvTable::Find(size_t column, std::string_view value) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(),
                                  [&](const Row& row) { return row[column] == value; });
  return found == rows_.end() ? nullptr : &*found;
}

}  // namespace puente
