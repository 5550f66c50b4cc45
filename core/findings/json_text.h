// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes strings and members of JSON objects, for receipts and findings.

#ifndef PUENTE_CORE_FINDINGS_JSON_TEXT_H_
#define PUENTE_CORE_FINDINGS_JSON_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/utf8.h"

namespace puente {

/// Appends a text as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, since
/// JSON cannot carry them.
inline void AppendJsonString(std::string_view text, std::string* out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out->push_back('"');
  while (!text.empty()) {
    const unsigned char c = static_cast<unsigned char>(text[0]);
    size_t size = 1;
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(text[0]);
    } else if (c == '\n') {
      out->append("\\n");
    } else if (c == '\r') {
      out->append("\\r");
    } else if (c == '\t') {
      out->append("\\t");
    } else if (c < 0x20 || c == 0x7F) {
      out->append("\\u00");
      out->push_back(kHex[c >> 4]);
      out->push_back(kHex[c & 15]);
    } else if (c < 0x80) {
      out->push_back(text[0]);
    } else {
      const Utf8Char character = DecodeUtf8(text);
      size = character.size;
      out->append(character.valid ? text.substr(0, size) : std::string_view("\xEF\xBF\xBD"));
    }
    text.remove_prefix(size);
  }
  out->push_back('"');
}

/// Appends `"key":`, with a comma before it unless it is the first member of its object.
inline void AppendJsonKey(std::string_view key, std::string* out) {
  if (!out->empty() && out->back() != '{') out->push_back(',');
  AppendJsonString(key, out);
  out->push_back(':');
}

/// Appends a member of an object.
inline void AppendJsonMember(std::string_view key, std::string_view value, std::string* out) {
  AppendJsonKey(key, out);
  AppendJsonString(value, out);
}
inline void AppendJsonMember(std::string_view key, uint64_t value, std::string* out) {
  AppendJsonKey(key, out);
  out->append(std::to_string(value));
}

}  // namespace puente

#endif  // PUENTE_CORE_FINDINGS_JSON_TEXT_H_
