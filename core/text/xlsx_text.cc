// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// How texts, numbers and names stand in the parts of a workbook.
#include "core/text/xlsx_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/xlsx_names.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// `_x000D_`
constexpr size_t kEscape = 7;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// True for a character below the space that is escaped.
bool IsControl(char c) { return static_cast<uint8_t>(c) < 0x20 && c != '\t' && c != '\n'; }

/// True when U+FFFE or U+FFFF begins the text.
bool IsNoCharacter(std::string_view text) {
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
}

/// True when `_x000D` begins the text, and what comes after it begins with `_` once it is written.
bool LooksEscaped(std::string_view text) {
  if (text.size() < kEscape || text[1] != 'x') return false;
  for (size_t i = 2; i < kEscape - 1; ++i) {
    if (HexDigit(text[i]) < 0) return false;
  }
  const char next = text[kEscape - 1];
  return next == '_' || IsControl(next) || IsNoCharacter(text.substr(kEscape - 1));
}

constexpr std::array<bool, 256> MakeSpecial() {
  std::array<bool, 256> special{};
  for (size_t c = 0; c < 0x20; ++c) special[c] = c != '\t' && c != '\n';
  for (const char c : {'&', '<', '>', '_'}) special[static_cast<size_t>(c)] = true;
  special[0xEF] = true;
  return special;
}
constexpr std::array<bool, 256> kSpecial = MakeSpecial();

char32_t Fold(char32_t c) {
  if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) ||
      (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F)) {
    return c + 0x20;
  }
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c == 0x178) return 0xFF;
  // Pairs of which the second is the small letter.
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) || (c >= 0x460 && c <= 0x481) ||
      (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F) || (c >= 0x1E00 && c <= 0x1EFF)) {
    return c | 1U;
  }
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c + (c & 1U);
  return c;
}

}  // namespace

void AppendUnescapedXlsxText(std::string_view text, std::string* out) {
  while (true) {
    const size_t at = text.find("_x");
    if (at == std::string_view::npos || text.size() - at < kEscape) break;
    uint32_t code = 0;
    bool is_escape = text[at + kEscape - 1] == '_';
    for (size_t i = at + 2; is_escape && i < at + kEscape - 1; ++i) {
      const int digit = HexDigit(text[i]);
      is_escape = digit >= 0;
      code = code * 16 + static_cast<uint32_t>(std::max(digit, 0));
    }
    // Half a character cannot stand in UTF-8.
    is_escape = is_escape && (code < 0xD800 || code > 0xDFFF);
    out->append(text.substr(0, is_escape ? at : at + 2));
    text.remove_prefix(is_escape ? at + kEscape : at + 2);
    if (is_escape) AppendUtf8(code, out);
  }
  out->append(text);
}

bool AppendXlsxText(std::string_view text, std::string* out) {
  if (FirstInvalidUtf8(text).has_value()) return false;
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!kSpecial[static_cast<uint8_t>(c)]) continue;
    const std::string_view rest = text.substr(i);
    size_t size = 1;
    std::string code;
    std::string_view written;
    if (c == '&') {
      written = "&amp;";
    } else if (c == '<') {
      written = "&lt;";
    } else if (c == '>') {
      written = "&gt;";
    } else if (c == '_') {
      if (LooksEscaped(rest)) written = "_x005F_";
    } else if (c == '\xEF') {
      if (IsNoCharacter(rest)) {
        size = 3;
        written = rest[2] == '\xBE' ? "_xFFFE_" : "_xFFFF_";
      }
    } else {
      code = fmt::format("_x{:04X}_", static_cast<unsigned>(c));
      written = code;
    }
    if (written.empty()) continue;
    out->append(text.substr(copied, i - copied));
    out->append(written);
    i += size - 1;
    copied = i + 1;
  }
  out->append(text.substr(copied));
  return true;
}

bool AppendXmlText(std::string_view text, std::string* out) {
  if (FirstNonXmlChar(text).has_value()) return false;
  constexpr std::string_view kSpecials = "&<>\"\r\n\t";
  constexpr std::array<std::string_view, 7> kWritten = {"&amp;", "&lt;",  "&gt;", "&quot;",
                                                        "&#13;", "&#10;", "&#9;"};
  while (true) {
    const size_t at = text.find_first_of(kSpecials);
    out->append(text.substr(0, at));
    if (at == std::string_view::npos) return true;
    out->append(kWritten[kSpecials.find(text[at])]);
    text.remove_prefix(at + 1);
  }
}

bool NeedsXmlSpace(std::string_view text) {
  return !text.empty() && (text.front() == ' ' || text.back() == ' ' ||
                           text.find_first_of("\t\n") != std::string_view::npos);
}

size_t Utf16Units(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

bool IsXlsxNumber(std::string_view text) {
  const auto skip_digits = [&text] {
    size_t n = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
    text.remove_prefix(n);
    return n;
  };
  const auto skip_sign = [&text] {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  };
  skip_sign();
  size_t digits = skip_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += skip_digits();
  }
  if (digits == 0) return false;
  if (!text.starts_with('e') && !text.starts_with('E')) return text.empty();
  text.remove_prefix(1);
  skip_sign();
  return skip_digits() > 0 && text.empty();
}

bool ReadXlsxRange(std::string_view text, XlsxRange* range) {
  const size_t colon = std::min(text.find(':'), text.size());
  const std::string_view last = colon == text.size() ? text : text.substr(colon + 1);
  return ReadCellName(text.substr(0, colon), &range->first_column, &range->first_row) &&
         ReadCellName(last, &range->last_column, &range->last_row) &&
         range->first_column <= range->last_column && range->first_row <= range->last_row;
}

std::string FoldCase(std::string_view text) {
  std::string folded;
  while (!text.empty()) {
    const Utf8Char character = DecodeUtf8(text);
    if (character.valid) {
      AppendUtf8(Fold(character.code_point), &folded);
    } else {
      folded += text.front();
    }
    text.remove_prefix(character.size);
  }
  return folded;
}

absl::Status CannotPut(std::string what, std::string hint) {
  ErrorDetail detail;
  detail.code = "PUE-0344";
  detail.message = "this cannot be put into a workbook: " + what;
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace puente::text
