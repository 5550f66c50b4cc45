// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Bounds what is held of unfinished markup, and finds references in tags.

#include "core/text/xml_pending.h"

#include <cstddef>

namespace puente::text {
namespace {

// How much longer a value may be while its references are not resolved (`&quot;` is six for one).
constexpr uint64_t kRawFactor = 8;

// Markup around names and values.
constexpr uint64_t kMarkupBytes = 64;

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

std::optional<PendingExcess> CheckSize(uint64_t size, uint64_t limit, uint64_t slack,
                                       std::string_view what, std::string_view option) {
  if (size <= limit || size - limit <= slack) return std::nullopt;
  return PendingExcess{std::string(what), limit, LimitUnit::kBytes, option};
}

std::optional<PendingExcess> CheckStartTag(std::string_view raw, const Limits& limits) {
  uint64_t values = 0;
  size_t at = 0;
  while (true) {
    const size_t open = raw.find_first_of("\"'", at);
    if (open == std::string_view::npos) break;
    size_t close = raw.find(raw[open], open + 1);
    const bool is_open = close == std::string_view::npos;
    if (is_open) close = raw.size();
    if (close - open - 1 > limits.attribute_bytes * kRawFactor) {
      return PendingExcess{"a value in this tag is longer than", limits.attribute_bytes,
                           LimitUnit::kBytes, "attribute_bytes"};
    }
    if (++values > limits.attributes_per_element) {
      return PendingExcess{"the element has more attributes than", limits.attributes_per_element,
                           LimitUnit::kCount, "attributes_per_element"};
    }
    if (is_open) return std::nullopt;
    at = close + 1;
  }
  // No value is open: what is left is a name, and white space.
  return CheckSize(raw.size() - at, limits.name_bytes, limits.text_bytes,
                   "a name in this tag is longer than", "name_bytes");
}

}  // namespace

std::optional<PendingExcess> FindPendingExcess(std::string_view raw, const Limits& limits) {
  if (auto excess = CheckSize(raw.size(), limits.record_bytes, 0, "this tag is longer than",
                              "record_bytes")) {
    return excess;
  }
  if (StartsWith(raw, "<!--")) {
    return CheckSize(raw.size(), limits.text_bytes, kMarkupBytes, "the comment is longer than",
                     "text_bytes");
  }
  if (StartsWith(raw, "<?")) {
    return CheckSize(raw.size(), limits.text_bytes, limits.name_bytes + kMarkupBytes,
                     "the processing instruction is longer than", "text_bytes");
  }
  if (StartsWith(raw, "&")) {
    return CheckSize(raw.size(), limits.name_bytes, kMarkupBytes, "the reference is longer than",
                     "name_bytes");
  }
  const bool is_wide = raw.size() > 1 && (raw[0] == '\0' || raw[1] == '\0');
  if (StartsWith(raw, "<") && !StartsWith(raw, "<!") && !StartsWith(raw, "</") && !is_wide) {
    return CheckStartTag(raw, limits);
  }
  return CheckSize(raw.size(), limits.text_bytes * (is_wide ? 4 : 1), kMarkupBytes,
                   "the markup that begins here is longer than", "text_bytes");
}

bool HasNamedReference(std::string_view raw_tag) {
  // A tag begins with `<`: in UTF-16 one of its bytes is null, and tells the order.
  size_t step = 1;
  size_t low = 0;
  if (raw_tag.size() > 1 && raw_tag[0] == '\0') {
    step = 2;
    low = 1;
  } else if (raw_tag.size() > 1 && raw_tag[1] == '\0') {
    step = 2;
  }
  const auto ascii_at = [&](size_t unit) -> char {  // null for what is not ASCII
    const size_t i = unit * step;
    if (i + step > raw_tag.size()) return '\0';
    if (step == 2 && raw_tag[i + 1 - low] != '\0') return '\0';
    return raw_tag[i + low];
  };
  const size_t units = raw_tag.size() / step;
  for (size_t i = 0; i < units; ++i) {
    if (ascii_at(i) != '&') continue;
    char name[6] = {};
    size_t size = 0;
    while (size < sizeof(name) && i + 1 + size < units && ascii_at(i + 1 + size) != ';') {
      name[size] = ascii_at(i + 1 + size);
      ++size;
    }
    const std::string_view text(name, size);
    if (!StartsWith(text, "#") && text != "amp" && text != "lt" && text != "gt" && text != "quot" &&
        text != "apos") {
      return true;
    }
  }
  return false;
}

}  // namespace puente::text
