// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Texts with wildcards, matched in linear time.

#ifndef PUENTE_CORE_FILTER_TEXT_PATTERN_H_
#define PUENTE_CORE_FILTER_TEXT_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/filter/expression.h"

namespace puente::filter {

/// A text in which any characters, also none, may stand at some places.
class TextPattern {
 public:
  TextPattern() : parts_(1) {}
  explicit TextPattern(const Value& value);

  /// True when the whole text fits.
  bool Matches(std::string_view text) const;

  /// The text, when the pattern has no wildcard.
  std::string_view text() const { return parts_.front(); }

 private:
  // What stands before, between and behind the wildcards: one more than there are wildcards.
  std::vector<std::string> parts_;
};

}  // namespace puente::filter

#endif  // PUENTE_CORE_FILTER_TEXT_PATTERN_H_
