// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of UTF-8 checks, XML characters, terminal escapes and cut texts.

#include "core/base/utf8.h"

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/base/strings.h"
#include "gtest/gtest.h"

namespace puente {
namespace {

using Offset = std::optional<size_t>;

TEST(Utf8Test, FindsTheFirstInvalidSequence) {
  const std::vector<std::pair<std::string, Offset>> cases = {
      {"", std::nullopt},
      {"plain", std::nullopt},
      {"a\xC3\xB1o \xE2\x82\xAC \xF0\x9F\x8C\x8D", std::nullopt},
      {std::string("\0", 1), std::nullopt},
      {"\xEF\xBF\xBF", std::nullopt},
      {"\xF4\x8F\xBF\xBF", std::nullopt},
      {"\x80", 0},
      {"ab\xFF", 2},
      {"\xC0\x80", 0},
      {"\xC1\xBF", 0},
      {"a\xE0\x80\x80", 1},
      {"a\xE0\x9F\xBF", 1},
      {"\xED\xA0\x80", 0},
      {"\xED\xBF\xBF", 0},
      {"\xF0\x80\x80\x80", 0},
      {"\xF0\x8F\xBF\xBF", 0},
      {"\xF4\x90\x80\x80", 0},
      {"\xF5\x80\x80\x80", 0},
      {"abc\xE2\x82", 3},
      {"\xE2\x82\xAC\xE2", 3},
      {"\xC3(", 0},
      {std::string(1000, 'x') + "\xC3", 1000},
  };
  for (const auto& [text, offset] : cases) EXPECT_EQ(FirstInvalidUtf8(text), offset) << text;
}

TEST(Utf8Test, EveryScalarValueSurvivesAndNoSurrogateIsTaken) {
  std::string all;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    AppendUtf8(c, &text);
    const Utf8Char read = DecodeUtf8(text);
    ASSERT_TRUE(read.valid && read.code_point == c && read.size == text.size())
        << static_cast<uint32_t>(c);
    ASSERT_EQ(FirstNonXmlChar(text), IsXmlChar(c) ? Offset() : Offset(0))
        << static_cast<uint32_t>(c);
    all += text;
  }
  EXPECT_EQ(FirstInvalidUtf8(all), std::nullopt);
}

// A validator that is plain to see: every sequence is decoded, then encoded again.
bool IsValidSlowly(const std::string& text) {
  for (size_t i = 0; i < text.size();) {
    const uint8_t first = static_cast<uint8_t>(text[i]);
    const size_t size = first < 0x80   ? 1
                        : first < 0xC0 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                                       : 4;
    if (size == 0 || first >= 0xF8 || i + size > text.size()) return false;
    char32_t c = size == 1 ? first : first & (0x7F >> size);
    for (size_t k = 1; k < size; ++k) {
      const uint8_t byte = static_cast<uint8_t>(text[i + k]);
      if ((byte & 0xC0) != 0x80) return false;
      c = c << 6 | (byte & 0x3F);
    }
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
    std::string again;
    AppendUtf8(c, &again);
    if (again != text.substr(i, size)) return false;
    i += size;
  }
  return true;
}

TEST(Utf8Test, RandomBytesAgreeWithASlowValidator) {
  constexpr std::string_view kNasty =
      "a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC2\xDF\xE0\xED\xEF\xF0\xF4\xF5\xFF";
  std::mt19937 random(11);
  int valid = 0;
  for (int i = 0; i < 300000; ++i) {
    std::string text;
    const size_t size = random() % 9;
    for (size_t k = 0; k < size; ++k) text.push_back(kNasty[random() % kNasty.size()]);
    const Offset offset = FirstInvalidUtf8(text);
    ASSERT_EQ(!offset.has_value(), IsValidSlowly(text));
    if (offset.has_value()) {
      ASSERT_TRUE(IsValidSlowly(text.substr(0, *offset)));
      ASSERT_FALSE(DecodeUtf8(std::string_view(text).substr(*offset)).valid);
    } else {
      ++valid;
    }
  }
  EXPECT_GT(valid, 30000);
}

TEST(Utf8Test, FindsWhatXmlCannotCarry) {
  const std::vector<std::pair<std::string, Offset>> cases = {
      {"", std::nullopt},
      {"tab\tline\nreturn\r", std::nullopt},
      {"a\x01", 1},
      {std::string("abcdefgh\0", 9), 8},
      {"0123456789abcdef\x1B[0m", 16},
      {"\xEF\xBF\xBD", std::nullopt},
      {"\xEF\xBB\xBF"
       "abc",
       std::nullopt},
      {"x\xEF\xBF\xBE", 1},
      {"xy\xEF\xBF\xBF", 2},
      {"\x7F\xC2\x80", std::nullopt},
      {"\xF0\x9F\xBF\xBF", std::nullopt},
      {"ok\xFF\x01", 2},
      {"ok\x01\xFF", 2},
  };
  for (const auto& [text, offset] : cases) EXPECT_EQ(FirstNonXmlChar(text), offset) << text;
  // Wherever it stands within a word of eight bytes.
  for (size_t at = 0; at < 40; ++at) {
    std::string text(40, '~');
    text[at] = '\x02';
    EXPECT_EQ(FirstNonXmlChar(text), Offset(at));
    text[at] = '\t';
    EXPECT_EQ(FirstNonXmlChar(text), std::nullopt);
  }
}

TEST(Utf8Test, EscapesWhatSteersATerminal) {
  EXPECT_EQ(EscapeForTerminal("a\xC3\xB1o\n\tb"), "a\xC3\xB1o\n\tb");
  EXPECT_EQ(EscapeForTerminal("\x1B[31m\x07\r\x7F"), "\\u{1b}[31m\\u{7}\\u{d}\\u{7f}");
  EXPECT_EQ(EscapeForTerminal(std::string("\0", 1)), "\\u{0}");
  EXPECT_EQ(EscapeForTerminal("\xC2\x9B"
                              "2J"),
            "\\u{9b}2J");
  EXPECT_EQ(EscapeForTerminal("a\xE2\x80\xAE"
                              "b\xE2\x81\xA6"),
            "a\\u{202e}b\\u{2066}");
  EXPECT_EQ(EscapeForTerminal("\xE2\x80\x8F\xD8\x9C"), "\\u{200f}\\u{61c}");
  EXPECT_EQ(EscapeForTerminal("\xE2\x80\xA8"), "\\u{2028}");
  EXPECT_EQ(EscapeForTerminal("x\xFF\xC3"), "x\\x{ff}\\x{c3}");
  EXPECT_EQ(EscapeForTerminal("\xE2\x82\xAC \xE2\x80\x94 \xF0\x9F\x8C\x8D"),
            "\xE2\x82\xAC \xE2\x80\x94 \xF0\x9F\x8C\x8D");
  EXPECT_EQ(EscapeForTerminalLine("a\nb\tc\x1B"), "a\\nb\\tc\\u{1b}");
}

TEST(Utf8Test, NothingThatSteersATerminalIsLeft) {
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (size_t k = random() % 12; k > 0; --k) text.push_back(static_cast<char>(random() % 256));
    const std::string line = EscapeForTerminalLine(text);
    ASSERT_EQ(FirstInvalidUtf8(line), std::nullopt);
    for (const char c : line) ASSERT_FALSE(static_cast<uint8_t>(c) < 0x20 || c == 0x7F);
  }
}

TEST(Utf8Test, CutsBetweenCharacters) {
  const std::string text = "a\xC3\xB1\xE2\x82\xAC\xF0\x9F\x8C\x8Dz";
  const std::vector<size_t> sizes = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
  for (size_t max = 0; max < sizes.size(); ++max) {
    EXPECT_EQ(ClipText(text, max), text.substr(0, sizes[max])) << max;
  }
  EXPECT_EQ(ClipText("\x80\x80\x80\x80\x80\x80", 5), "\x80\x80\x80\x80\x80");
  EXPECT_EQ(ClipText("", 0), "");
}

TEST(Utf8Test, CutsWithAnEllipsis) {
  EXPECT_EQ(ClipTextWithEllipsis("abcdef", 6), "abcdef");
  EXPECT_EQ(ClipTextWithEllipsis("abcdefg", 6), "abc\xE2\x80\xA6");
  EXPECT_EQ(ClipTextWithEllipsis("a\xC3\xB1"
                                 "bcdef",
                                 5),
            "a\xE2\x80\xA6");
  EXPECT_EQ(ClipTextWithEllipsis("abcd", 3), "\xE2\x80\xA6");
  EXPECT_EQ(ClipTextWithEllipsis("abcd", 2), "ab");
}

TEST(StringsTest, ConvertsViews) {
  const std::string text("a\0b", 3);
  EXPECT_EQ(ToStd(ToAbsl(text)), text);
  EXPECT_EQ(ToAbsl(std::string_view()).size(), 0);
}

TEST(StringsTest, FindsTheNearestName) {
  const std::vector<std::string> names = {"iati", "fts", "r4v-5w", "jsonl", "csv", "xml_depth"};
  EXPECT_EQ(NearestName("iaty", names), "iati");
  EXPECT_EQ(NearestName("IATI", names), "iati");
  EXPECT_EQ(NearestName("itai", names), "iati");
  EXPECT_EQ(NearestName("fst", names), "fts");
  EXPECT_EQ(NearestName("json", names), "jsonl");
  EXPECT_EQ(NearestName("xmldepth", names), "xml_depth");
  EXPECT_EQ(NearestName("xml-deph", names), "xml_depth");
  EXPECT_EQ(NearestName("csv", names), "csv");
  EXPECT_EQ(NearestName("banana", names), "");
  EXPECT_EQ(NearestName("", names), "");
  EXPECT_EQ(NearestName("x", names), "");
  EXPECT_EQ(NearestName(std::string(100000, 'x'), names), "");
  EXPECT_EQ(NearestName("x", std::vector<std::string>()), "");
}

}  // namespace
}  // namespace puente
