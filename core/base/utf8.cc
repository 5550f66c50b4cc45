// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// UTF-8 and XML characters: checking, decoding, escaping and cutting texts.

#include "core/base/utf8.h"

#include <cstdint>
#include <cstring>

#include "fmt/format.h"
#include "simdjson.h"

namespace puente {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

uint8_t ByteAt(std::string_view text, size_t offset) { return static_cast<uint8_t>(text[offset]); }

bool IsContinuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// Offset of the first byte, at or after `begin`, that may belong to a character XML cannot carry:
// a control character, or the lead byte of U+FFFE and U+FFFF. The size of the text if there is
// none.
size_t NextXmlSuspect(std::string_view text, size_t begin) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  const auto has_zero = [](uint64_t word) { return (word - kOnes) & ~word & kHighs; };
  size_t offset = begin;
  for (; offset + 8 <= text.size(); offset += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + offset, sizeof(word));
    const uint64_t below_space = (word - kOnes * 0x20) & ~word & kHighs;
    if ((below_space | has_zero(word ^ (kOnes * 0xEF))) != 0) break;
  }
  for (; offset < text.size(); ++offset) {
    const uint8_t byte = ByteAt(text, offset);
    if (byte < 0x20 || byte == 0xEF) return offset;
  }
  return offset;
}

// True for what EscapeForTerminal writes as a code point.
bool NeedsEscape(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x61C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::string Escape(std::string_view text, bool one_line) {
  std::string out;
  out.reserve(text.size());
  for (size_t offset = 0; offset < text.size();) {
    const Utf8Char character = DecodeUtf8(text.substr(offset));
    if (!character.valid) {
      out += fmt::format("\\x{{{:02x}}}", ByteAt(text, offset));
    } else if (character.code_point == '\n' || character.code_point == '\t') {
      if (one_line) {
        out += character.code_point == '\n' ? "\\n" : "\\t";
      } else {
        out.push_back(text[offset]);
      }
    } else if (NeedsEscape(character.code_point)) {
      out += fmt::format("\\u{{{:x}}}", static_cast<uint32_t>(character.code_point));
    } else {
      out.append(text, offset, character.size);
    }
    offset += character.size;
  }
  return out;
}

// The largest number of bytes, at most `max_bytes`, that cuts no character.
size_t ClippedSize(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text.size();
  // Of bytes that are not UTF-8 at most the three that could belong to a character are given up.
  constexpr size_t kMostContinuations = 3;
  size_t size = max_bytes;
  while (size > 0 && max_bytes - size < kMostContinuations && IsContinuation(ByteAt(text, size))) {
    --size;
  }
  return IsContinuation(ByteAt(text, size)) ? max_bytes : size;
}

}  // namespace

Utf8Char DecodeUtf8(std::string_view text) {
  const uint8_t first = ByteAt(text, 0);
  if (first < 0x80) return {first, 1, true};

  // The second byte's range is what excludes overlong forms, surrogates and too large values.
  size_t size = 0;
  uint8_t second_min = 0x80;
  uint8_t second_max = 0xBF;
  char32_t code_point = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    size = 2;
    code_point = first & 0x1F;
  } else if (first >= 0xE0 && first <= 0xEF) {
    size = 3;
    code_point = first & 0x0F;
    if (first == 0xE0) second_min = 0xA0;
    if (first == 0xED) second_max = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    size = 4;
    code_point = first & 0x07;
    if (first == 0xF0) second_min = 0x90;
    if (first == 0xF4) second_max = 0x8F;
  }
  const Utf8Char invalid = {first, 1, false};
  if (size == 0 || text.size() < size) return invalid;
  if (ByteAt(text, 1) < second_min || ByteAt(text, 1) > second_max) return invalid;
  for (size_t i = 1; i < size; ++i) {
    if (!IsContinuation(ByteAt(text, i))) return invalid;
    code_point = (code_point << 6) | (ByteAt(text, i) & 0x3F);
  }
  return {code_point, size, true};
}

void AppendUtf8(char32_t code_point, std::string* out) {
  const auto byte = [](char32_t bits) { return static_cast<char>(static_cast<uint8_t>(bits)); };
  if (code_point < 0x80) {
    out->push_back(byte(code_point));
    return;
  }
  if (code_point < 0x800) {
    out->push_back(byte(0xC0 | (code_point >> 6)));
  } else {
    if (code_point < 0x10000) {
      out->push_back(byte(0xE0 | (code_point >> 12)));
    } else {
      out->push_back(byte(0xF0 | (code_point >> 18)));
      out->push_back(byte(0x80 | ((code_point >> 12) & 0x3F)));
    }
    out->push_back(byte(0x80 | ((code_point >> 6) & 0x3F)));
  }
  out->push_back(byte(0x80 | (code_point & 0x3F)));
}

std::optional<size_t> FirstInvalidUtf8(std::string_view text) {
  if (text.empty() || simdjson::validate_utf8(text.data(), text.size())) return std::nullopt;
  for (size_t offset = 0; offset < text.size();) {
    const Utf8Char character = DecodeUtf8(text.substr(offset));
    if (!character.valid) return offset;
    offset += character.size;
  }
  return std::nullopt;
}

std::optional<size_t> FirstNonXmlChar(std::string_view text) {
  const std::optional<size_t> invalid = FirstInvalidUtf8(text);
  const std::string_view valid = text.substr(0, invalid.value_or(text.size()));
  for (size_t offset = NextXmlSuspect(valid, 0); offset < valid.size();) {
    const Utf8Char character = DecodeUtf8(valid.substr(offset));
    if (!IsXmlChar(character.code_point)) return offset;
    offset = NextXmlSuspect(valid, offset + character.size);
  }
  return invalid;
}

std::string EscapeForTerminal(std::string_view text) { return Escape(text, /*one_line=*/false); }

std::string EscapeForTerminalLine(std::string_view text) { return Escape(text, /*one_line=*/true); }

std::string ClipText(std::string_view text, size_t max_bytes) {
  return std::string(text.substr(0, ClippedSize(text, max_bytes)));
}

std::string ClipTextWithEllipsis(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  if (max_bytes < kEllipsis.size()) return ClipText(text, max_bytes);
  std::string out = ClipText(text, max_bytes - kEllipsis.size());
  out += kEllipsis;
  return out;
}

}  // namespace puente
