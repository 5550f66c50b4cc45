// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The nearest of a set of names.

#include "core/base/strings.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace puente {
namespace {

// Longer words are no typing mistakes, and comparing them would be slow.
constexpr size_t kMaxWordLength = 64;

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other
// (the restricted form: no part is edited twice).
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = ToLower(a[i - 1]) == ToLower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && ToLower(a[i - 1]) == ToLower(b[j - 2]) &&
                           ToLower(a[i - 2]) == ToLower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string NearestName(std::string_view word, std::span<const std::string> names) {
  if (word.empty() || word.size() > kMaxWordLength) return "";
  const size_t allowed = std::max<size_t>(1, word.size() / 3);
  size_t best_distance = allowed + 1;
  const std::string* best = nullptr;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > word.size() + allowed ||
        word.size() > name.size() + allowed) {
      continue;
    }
    const size_t distance = EditDistance(word, name);
    // A word of one or two letters that shares none with the name is not near it.
    if (distance < best_distance && distance < std::max(word.size(), name.size())) {
      best_distance = distance;
      best = &name;
    }
  }
  return best == nullptr ? "" : *best;
}

}  // namespace puente
