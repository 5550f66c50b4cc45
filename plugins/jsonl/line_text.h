// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What can be told of a line of JSON Lines without reading it as a record.
#ifndef PUENTE_PLUGINS_JSONL_LINE_TEXT_H_
#define PUENTE_PLUGINS_JSONL_LINE_TEXT_H_

#include <cstdint>
#include <string_view>

namespace puente::jsonl {

/// What JSON in UTF-8 begins with when an editor put a byte order mark there.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The beginning of a file without byte order mark.
inline std::string_view WithoutMark(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

/// True when the line holds nothing but white space of JSON.
bool IsBlank(std::string_view line);

/// True when the line begins an object or list of JSON and ends before that does: in a string, or
/// with braces open.
bool IsCut(std::string_view line);

/// True when the line may be an object of JSON: it begins with a brace and a quote, or is `{}`, and
/// ends with the brace that closes the first one. What lies between is not looked at.
bool MayBeObject(std::string_view line);

/// How well the first bytes of a file fit JSON Lines of records, 0 to 100: the members of the first
/// object must all be members of a record, with values of their kind, and one of them content.
uint32_t FitsRecord(std::string_view head);

}  // namespace puente::jsonl

#endif  // PUENTE_PLUGINS_JSONL_LINE_TEXT_H_
