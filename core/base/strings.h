// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Conversions between the two string views, and the nearest of a set of names.

#ifndef PUENTE_CORE_BASE_STRINGS_H_
#define PUENTE_CORE_BASE_STRINGS_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace puente {

/// The same characters as abseil's view, which is a type of its own in Debian's build.
inline absl::string_view ToAbsl(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

/// The same characters as the standard view.
inline std::string_view ToStd(absl::string_view text) {
  return std::string_view(text.data(), text.size());
}

/// The name that is nearest to a mistyped word, for "did you mean": the fewest insertions,
/// deletions, replacements and swaps of neighbours, ASCII letters of either case alike; of equally
/// near ones the first. Empty when none is near: at most a third of the word may be wrong.
std::string NearestName(std::string_view word, std::span<const std::string> names);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_STRINGS_H_
