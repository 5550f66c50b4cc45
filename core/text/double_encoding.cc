// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Texts in UTF-8 that a program took for windows-1252 and wrote in UTF-8 once more.
#include "core/text/double_encoding.h"

#include <algorithm>
#include <array>

#include "core/base/utf8.h"

namespace puente::text {
namespace {

// What the bytes 0x80 to 0x9F are in windows-1252; the five that it has not are themselves.
constexpr std::array<char16_t, 32> kHigh = {
    0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
    0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

/// The byte of a character in windows-1252, or -1.
int ByteOf(char32_t c) {
  if (c < 0x80 || (c >= 0xA0 && c <= 0xFF)) return static_cast<int>(c);
  const auto* const found = std::find(kHigh.begin(), kHigh.end(), c);
  return found == kHigh.end() ? -1 : 0x80 + static_cast<int>(found - kHigh.begin());
}

}  // namespace

std::optional<std::string> RepairDoubleEncoding(std::string_view text) {
  const auto beyond_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  const auto first = std::find_if(text.begin(), text.end(), beyond_ascii);
  if (first == text.end()) return std::nullopt;
  std::string bytes;
  // How many bytes are still to come of a character of the text that was meant.
  int open = 0;
  for (size_t at = static_cast<size_t>(first - text.begin()); at < text.size();) {
    const Utf8Char c = DecodeUtf8(text.substr(at));
    const int byte = c.valid ? ByteOf(c.code_point) : -1;
    if (byte < 0 || (open > 0) != ((byte & 0xC0) == 0x80)) return std::nullopt;
    if (open > 0) {
      --open;
    } else if (byte >= 0x80) {
      open = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
    }
    bytes.push_back(static_cast<char>(byte));
    at += c.size;
  }
  if (FirstInvalidUtf8(bytes).has_value()) return std::nullopt;
  bytes.insert(0, text.substr(0, static_cast<size_t>(first - text.begin())));
  return bytes;
}

}  // namespace puente::text
