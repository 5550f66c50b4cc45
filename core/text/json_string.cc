// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Copies texts into strings of JSON, eight bytes at a time where nothing has to be escaped.

#include "core/text/json_string.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/text/byte_words.h"

namespace puente::text {
namespace {

// The longest escape, `\u001f`.
constexpr size_t kEscapeBytes = 6;
// Long texts are written in parts, so that room for escapes in all of it is never asked for.
constexpr size_t kPart = size_t{16} << 10;

/// The letter behind the backslash for each byte that is escaped, else 0.
constexpr std::array<char, 256> MakeEscapes() {
  std::array<char, 256> escapes{};
  for (size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}

constexpr std::array<char, 256> kEscapes = MakeEscapes();

char* PutByte(char c, char* to) {
  const char escape = kEscapes[static_cast<unsigned char>(c)];
  if (escape == 0) {
    *to++ = c;
    return to;
  }
  *to++ = '\\';
  *to++ = escape;
  if (escape == 'u') {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    *to++ = '0';
    *to++ = '0';
    *to++ = kHex[byte >> 4];
    *to++ = kHex[byte & 15];
  }
  return to;
}

uint64_t HasEscaped(uint64_t word) {
  return HasBelow(word, 0x20) | HasByte(word, '"') | HasByte(word, '\\');
}

// Writes a part into room for all of its escapes and eight bytes more.
char* PutPart(std::string_view part, char* to, uint64_t* bytes_seen) {
  const char* from = part.data();
  size_t left = part.size();
  uint64_t seen = *bytes_seen;
  for (; left >= 8; left -= 8, from += 8) {
    const uint64_t word = LoadBytes(from);
    seen |= word;
    if (HasEscaped(word) == 0) {
      StoreBytes(word, to);
      to += 8;
    } else {
      for (size_t i = 0; i < 8; ++i) to = PutByte(from[i], to);
    }
  }
  if (left != 0) {
    const uint64_t word = LoadFew(from, left, part.size());
    seen |= word;
    if (HasEscaped(word) == 0) {
      StoreBytes(word, to);
      to += left;
    } else {
      for (size_t i = 0; i < left; ++i) to = PutByte(from[i], to);
    }
  }
  *bytes_seen = seen;
  return to;
}

}  // namespace

void AppendJsonString(std::string_view text, TextBuffer* out, uint64_t* bytes_seen) {
  char* to = out->Room(std::min(text.size(), kPart) * kEscapeBytes + 10);
  *to++ = '"';
  while (text.size() > kPart) {
    out->SetEnd(PutPart(text.substr(0, kPart), to, bytes_seen));
    text.remove_prefix(kPart);
    to = out->Room(std::min(text.size(), kPart) * kEscapeBytes + 10);
  }
  to = PutPart(text, to, bytes_seen);
  *to++ = '"';
  out->SetEnd(to);
}

}  // namespace puente::text
