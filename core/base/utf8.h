// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks of UTF-8 and of XML characters, and texts made safe to show.

#ifndef PUENTE_CORE_BASE_UTF8_H_
#define PUENTE_CORE_BASE_UTF8_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace puente {

/// Offset of the first byte of the first sequence that is not UTF-8 (overlong forms, surrogates,
/// and code points above U+10FFFF are none); nothing when the whole text is UTF-8.
std::optional<size_t> FirstInvalidUtf8(std::string_view text);

/// True for the characters that XML 1.0 can carry.
constexpr bool IsXmlChar(char32_t c) {
  return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) ||
         (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

/// Offset of the first character that XML 1.0 cannot carry, or of the first byte that is not UTF-8;
/// nothing when XML can carry the whole text.
std::optional<size_t> FirstNonXmlChar(std::string_view text);

/// One character of a text.
struct Utf8Char {
  /// The code point; of an invalid sequence, its first byte.
  char32_t code_point = 0;
  /// Bytes that it takes; 1 for an invalid sequence.
  size_t size = 0;
  /// False when the bytes are not UTF-8.
  bool valid = false;
};

/// Reads the character at the beginning of a text that is not empty.
Utf8Char DecodeUtf8(std::string_view text);

/// Appends a code point as UTF-8. It must be a Unicode scalar value.
void AppendUtf8(char32_t code_point, std::string* out);

/// The text with everything that could steer a terminal or reorder a line written as `\u{1b}`:
/// control characters but line feed and tab, the bidirectional controls, the line and paragraph
/// separators. Bytes that are not UTF-8 become `\x{ff}`.
std::string EscapeForTerminal(std::string_view text);

/// Like EscapeForTerminal, with line feeds and tabs as `\n` and `\t`: the result is one line.
std::string EscapeForTerminalLine(std::string_view text);

/// The longest beginning of a text that has at most `max_bytes` bytes and cuts no character.
std::string ClipText(std::string_view text, size_t max_bytes);

/// Like ClipText, but a text that is cut ends with an ellipsis, which counts within `max_bytes`.
std::string ClipTextWithEllipsis(std::string_view text, size_t max_bytes);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_UTF8_H_
