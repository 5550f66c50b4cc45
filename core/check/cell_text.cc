// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the texts of cells look like: blanks, wrong encodings, patterns of personal data.
#include "core/check/cell_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "core/base/utf8.h"

namespace puente::check {
namespace {

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }
/// Bytes beyond ASCII are taken for letters.
bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr bool IsBlank(char32_t c) {
  return (c >= 0x9 && c <= 0xD) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

// Plain letters of U+00C0 to U+017F; `.` where there is none.
constexpr std::string_view kPlain =
    "aaaaaaaceeeeiiiidnooooo.ouuuuy.saaaaaaaceeeeiiiidnooooo.ouuuuy.y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty()) {
    const Utf8Char c = DecodeUtf8(text);
    if (!c.valid || !IsBlank(c.code_point)) break;
    text.remove_prefix(c.size);
  }
  while (!text.empty()) {
    size_t at = text.size() - 1;
    while (at > 0 && text.size() - at < 4 &&
           (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) {
      --at;
    }
    const Utf8Char c = DecodeUtf8(text.substr(at));
    if (!c.valid || c.size != text.size() - at || !IsBlank(c.code_point)) break;
    text.remove_suffix(c.size);
  }
  return text;
}

std::string PlainText(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const Utf8Char c = DecodeUtf8(text);
    const char32_t letter = c.valid && c.code_point >= 0xC0 ? c.code_point - 0xC0 : kPlain.size();
    if (c.code_point < 0x80) {
      plain.push_back(absl::ascii_tolower(static_cast<unsigned char>(text[0])));
    } else if (letter < kPlain.size() && kPlain[letter] != '.') {
      plain.push_back(kPlain[letter]);
    } else {
      plain.append(text.substr(0, c.size));
    }
    text.remove_prefix(c.size);
  }
  return plain;
}

bool HasEmail(std::string_view text) {
  const auto is_local = [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%';
  };
  const auto is_host = [](char c) { return IsLetter(c) || IsDigit(c) || c == '-'; };
  for (size_t at = text.find('@'); at != text.npos; at = text.find('@', at + 1)) {
    if (at == 0 || !is_local(text[at - 1])) continue;
    // Labels with points between, the last of two letters or more.
    size_t begin = at + 1;
    bool has_point = false;
    while (begin < text.size()) {
      size_t end = begin;
      while (end < text.size() && is_host(text[end])) ++end;
      if (end == begin) break;
      const std::string_view label = text.substr(begin, end - begin);
      if (has_point && label.size() >= 2 && std::all_of(label.begin(), label.end(), IsLetter)) {
        return true;
      }
      if (end == text.size() || text[end] != '.') break;
      has_point = true;
      begin = end + 1;
    }
  }
  return false;
}

bool HasPhone(std::string_view text) {
  constexpr size_t kFewest = 9;
  constexpr size_t kMost = 15;
  for (size_t at = text.find('+'); at != text.npos; at = text.find('+', at + 1)) {
    if (at > 0 && IsWordByte(text[at - 1])) continue;
    size_t digits = 0;
    size_t apart = 0;
    for (size_t i = at + 1; i < text.size() && apart <= 2; ++i) {
      if (IsDigit(text[i])) {
        ++digits;
        apart = 0;
      } else if (text[i] == ' ' || text[i] == '-' || text[i] == '.' || text[i] == '(' ||
                 text[i] == ')') {
        if (digits == 0 && text[i] != '(') break;
        ++apart;
      } else {
        break;
      }
    }
    if (digits >= kFewest && digits <= kMost) return true;
  }
  return false;
}

bool HasPattern(std::string_view text, std::string_view pattern) {
  const auto fits = [](char c, char wanted) {
    if (wanted == '0') return IsDigit(c);
    if (wanted == 'A') return IsLetter(c);
    return c == wanted;
  };
  for (size_t at = 0; at + pattern.size() <= text.size(); ++at) {
    if (!std::equal(pattern.begin(), pattern.end(), text.begin() + static_cast<ptrdiff_t>(at),
                    [&](char wanted, char c) { return fits(c, wanted); })) {
      continue;
    }
    const size_t end = at + pattern.size();
    const bool is_word =
        (at > 0 && IsWordByte(text[at - 1])) || (end < text.size() && IsWordByte(text[end]));
    if (!is_word) return true;
  }
  return false;
}

bool HasNumberAfter(std::string_view text, size_t digits,
                    const std::vector<std::string_view>& words) {
  // As far behind a word as `de identidad No. ` or `: `.
  constexpr size_t kNear = 24;
  if (static_cast<size_t>(std::count_if(text.begin(), text.end(), IsDigit)) < digits) return false;
  const std::string plain = PlainText(text);
  for (const std::string_view word : words) {
    for (size_t at = plain.find(word); at != plain.npos; at = plain.find(word, at + 1)) {
      const size_t end = at + word.size();
      if ((at > 0 && IsWordByte(plain[at - 1])) || (end < plain.size() && IsLetter(plain[end]))) {
        continue;
      }
      size_t begin = end;
      while (begin < plain.size() && begin - end < kNear && !IsDigit(plain[begin])) ++begin;
      size_t found = 0;
      for (size_t i = begin; i < plain.size(); ++i) {
        if (IsDigit(plain[i])) {
          ++found;
        } else if (plain[i] != ' ' && plain[i] != '.' && plain[i] != '-' && plain[i] != '/') {
          break;
        }
      }
      if (found >= digits) return true;
    }
  }
  return false;
}

}  // namespace puente::check
