// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the XML of generated files in the styles that real publishers have.

#include "tests/bench/xml_text.h"

#include <array>
#include <charconv>

namespace puente::bench {
namespace {

// What must not stand in a text or a value as it is; `\x80` stands for all beyond ASCII.
constexpr std::array<bool, 256> Special(bool ascii) {
  std::array<bool, 256> special{};
  for (const char c : {'&', '<', '>', '"', '\'', '\n', '\t'})
    special[static_cast<uint8_t>(c)] = true;
  for (size_t i = 0x80; ascii && i < 256; ++i) special[i] = true;
  return special;
}
constexpr std::array<bool, 256> kSpecial = Special(false);
constexpr std::array<bool, 256> kSpecialAscii = Special(true);

// The character that begins at `at` in valid UTF-8; moves `at` behind it.
uint32_t TakeCharacter(std::string_view text, size_t* at) {
  const auto byte = [&text, at](size_t i) { return static_cast<uint8_t>(text[*at + i]); };
  const uint8_t first = byte(0);
  const size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  uint32_t c = size == 1 ? first : first & (0x7F >> size);
  for (size_t i = 1; i < size; ++i) c = c << 6 | (byte(i) & 0x3F);
  *at += size;
  return c;
}

void AppendReference(uint32_t c, std::string* out) {
  char digits[12];
  const bool hexadecimal = c % 2 == 0;
  *out += hexadecimal ? "&#x" : "&#";
  const auto end = std::to_chars(digits, digits + sizeof(digits), c, hexadecimal ? 16 : 10);
  out->append(digits, end.ptr);
  *out += ';';
}

}  // namespace

void XmlText::Escape(std::string_view text, bool attribute) {
  const std::array<bool, 256>& special = style_.ascii ? kSpecialAscii : kSpecial;
  size_t begin = 0;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (!special[static_cast<uint8_t>(c)]) {
      ++i;
      continue;
    }
    out_.append(text, begin, i - begin);
    if (static_cast<uint8_t>(c) >= 0x80) {
      AppendReference(TakeCharacter(text, &i), &out_);
      begin = i;
      continue;
    }
    if (c == '&') {
      out_ += "&amp;";
    } else if (c == '<') {
      out_ += "&lt;";
    } else if (c == '>') {
      out_ += "&gt;";
    } else if (attribute && c == style_.quote) {
      out_ += c == '"' ? "&quot;" : "&apos;";
    } else if (c == '\n' && attribute) {
      out_ += "&#10;";
    } else if (c == '\n' && style_.carriage_return) {
      out_ += "\r\n";
    } else {
      out_ += c;
    }
    begin = ++i;
  }
  out_.append(text, begin, text.size() - begin);
}

}  // namespace puente::bench
