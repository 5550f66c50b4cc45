// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Texts with wildcards, matched in linear time.

#include "core/filter/text_pattern.h"

#include <cstddef>
#include <cstring>

namespace puente::filter {

TextPattern::TextPattern(const Value& value) {
  size_t begin = 0;
  for (const size_t wildcard : value.wildcards) {
    parts_.push_back(value.text.substr(begin, wildcard - begin));
    begin = wildcard;
  }
  parts_.push_back(value.text.substr(begin));
}

bool TextPattern::Matches(std::string_view text) const {
  if (parts_.size() == 1) return text == parts_[0];
  const std::string& first = parts_.front();
  const std::string& last = parts_.back();
  if (text.size() < first.size() + last.size() || !text.starts_with(first) ||
      !text.ends_with(last)) {
    return false;
  }
  text.remove_prefix(first.size());
  text.remove_suffix(last.size());
  // The first place where a part fits leaves the most to those after it. memmem is linear.
  for (size_t i = 1; i + 1 < parts_.size(); ++i) {
    const std::string& part = parts_[i];
    if (part.size() > text.size()) return false;
    const void* const found = memmem(text.data(), text.size(), part.data(), part.size());
    if (found == nullptr) return false;
    const auto at = static_cast<size_t>(static_cast<const char*>(found) - text.data());
    text.remove_prefix(at + part.size());
  }
  return true;
}

}  // namespace puente::filter
