// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Encodings of texts: what is found, how sure it is, and UTF-16 unit for unit.

#include "core/text/text_encoding.h"

#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/utf8.h"
#include "core/text/byte_stream.h"
#include "core/text/head_input.h"
#include "core/text/utf16_input.h"
#include "gtest/gtest.h"

namespace puente::text {
namespace {

using std::string_view_literals::operator""sv;

std::string Utf16(std::u32string_view text, bool big) {
  std::string out;
  const auto put = [&](char32_t unit) {
    const char high = static_cast<char>(static_cast<unsigned char>(unit >> 8));
    const char low = static_cast<char>(static_cast<unsigned char>(unit & 0xFF));
    out += big ? high : low;
    out += big ? low : high;
  };
  for (const char32_t c : text) {
    if (c < 0x10000) {
      put(c);
    } else {
      put(0xD800 + ((c - 0x10000) >> 10));
      put(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string Utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) AppendUtf8(c, &out);
  return out;
}

std::string AllOf(InputStream* input, size_t at_once) {
  std::string all;
  std::string buffer(at_once, '\0');
  while (true) {
    const absl::StatusOr<size_t> n = input->Read(buffer.data(), buffer.size());
    EXPECT_TRUE(n.ok()) << n.status();
    if (!n.ok() || *n == 0) return all;
    all += buffer.substr(0, *n);
  }
}

std::string FromUtf16(std::string_view bytes, bool big, size_t portion = 1000,
                      size_t at_once = 1000) {
  StringInput input(bytes, portion);
  Utf16Input utf16(&input, big ? Utf16Order::kBig : Utf16Order::kLittle);
  return AllOf(&utf16, at_once);
}

struct Case {
  std::string_view text;
  std::string_view name;
  EncodingEvidence evidence;
  bool is_certain;
};

TEST(TextEncodingTest, FindsWhatTheBytesShow) {
  const Case cases[] = {
      {"", "UTF-8", EncodingEvidence::kAscii, true},
      {"a,b\n1,2\n", "UTF-8", EncodingEvidence::kAscii, true},
      {"a,caf\xC3\xA9\n", "UTF-8", EncodingEvidence::kUtf8, true},
      {"\xEF\xBB\xBF"
       "a\n",
       "UTF-8", EncodingEvidence::kMark, true},
      {"\xEF\xBB\xBF\xE9", "UTF-8", EncodingEvidence::kMark, true},
      {"\xFF\xFE"
       "a\0"sv,
       "UTF-16LE", EncodingEvidence::kMark, true},
      {"\xFE\xFF\0a"sv, "UTF-16BE", EncodingEvidence::kMark, true},
      {"a\0,\0b\0\n\0"sv, "UTF-16LE", EncodingEvidence::kZeroBytes, true},
      {"\0a\0,\0b\0\n"sv, "UTF-16BE", EncodingEvidence::kZeroBytes, true},
      // Zeros in a text of single bytes are no UTF-16.
      {"id,title\n1,Wa\0ter\n"sv, "UTF-8", EncodingEvidence::kAscii, true},
      {"\0\0\0\0\0\0"sv, "", EncodingEvidence::kNoText, false},
      {"caf\xE9,\x80\n", "windows-1252", EncodingEvidence::kNotUtf8, false},
      {"don\x92t", "windows-1252", EncodingEvidence::kNotUtf8, false},
      // Bytes that windows-1252 does not have: `ú` and `Ú` of old Macintoshes and DOS.
      {"caf\xE9 \x81", "", EncodingEvidence::kOther, false},
      // `educación` of DOS, which windows-1252 would show as `educaci¢n`.
      {"educaci\xA2n, poblaci\xA2n", "", EncodingEvidence::kOther, false},
      {"Bogot\xC3\xA1,caf\xE9", "UTF-8", EncodingEvidence::kMixed, false},
      // Capitals before a closing quote look like UTF-8 by chance: not one Latin letter.
      {"PER\xDA\x94,caf\xE9,ni\xF1o", "windows-1252", EncodingEvidence::kMixed, false},
      // Surrogates and long forms: of UTF-8, but wrong.
      {"a \xED\xA0\xBD\xED\xB8\x80", "UTF-8", EncodingEvidence::kMixed, false},
      {"..\xC0\xAF", "UTF-8", EncodingEvidence::kMixed, false},
      {"VOIL\xC0\xBB", "windows-1252", EncodingEvidence::kNotUtf8, false},
      // A text cut inside a character.
      {"\xD0\xBC\xD0\xB8\xD1", "UTF-8", EncodingEvidence::kMixed, false},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0"sv, "", EncodingEvidence::kNoText, true},
      {"PK\x03\x04", "", EncodingEvidence::kNoText, true},
      {"\xFF\xFE\0\0a\0\0\0"sv, "", EncodingEvidence::kNoText, true},
  };
  for (const Case& expected : cases) {
    const DetectedEncoding found = DetectEncoding(expected.text, true);
    const std::string shown = EscapeForTerminal(expected.text);
    EXPECT_EQ(found.name, expected.name) << shown;
    EXPECT_EQ(found.evidence, expected.evidence) << shown;
    EXPECT_EQ(found.is_certain, expected.is_certain) << shown;
  }
}

TEST(TextEncodingTest, ACutCharacterAtTheEndOfAHeadCountsForNothing) {
  EXPECT_EQ(DetectEncoding("caf\xC3", false).evidence, EncodingEvidence::kAscii);
  EXPECT_EQ(DetectEncoding("\xC3\xA9\xE2\x80", false).evidence, EncodingEvidence::kUtf8);
  EXPECT_EQ(DetectEncoding("caf\xC3", true).evidence, EncodingEvidence::kNotUtf8);
  EXPECT_FALSE(DetectEncoding("abc", false).is_certain);
}

TEST(TextEncodingTest, SaysWhere) {
  const DetectedEncoding found = DetectEncoding("\xC3\xA9 caf\xE9 \x9D\x9D", true);
  EXPECT_EQ(found.utf8_chars, 1u);
  EXPECT_EQ(found.other_bytes, 3u);
  EXPECT_EQ(found.first_other, 6u);
  EXPECT_EQ(found.first_undefined, 8u);
}

TEST(TextEncodingTest, FindsWindows1252BehindMuchAscii) {
  std::string text(3'000'000, 'a');
  StringAccess ascii(text);
  EXPECT_EQ(DetectEncoding(&ascii)->evidence, EncodingEvidence::kAscii);
  text += "\xE9";
  StringAccess input(text);
  EXPECT_EQ(DetectEncoding(&input)->name, "windows-1252");
  EXPECT_EQ(DetectEncoding(&input)->first_other, 3'000'000u);
  const absl::StatusOr<DetectedEncoding> head = DetectEncoding(&input, 1000);
  EXPECT_EQ(head->evidence, EncodingEvidence::kAscii);
  EXPECT_FALSE(head->is_certain);
}

// Portions of any size show the same.
TEST(TextEncodingTest, PortionsDoNotMatter) {
  const std::string_view parts[] = {"\xC0",
                                    "\xAF",
                                    "\xED",
                                    "\xA0",
                                    "a",
                                    "b",
                                    "\xC3\xA9",
                                    "\xE2\x80\x93",
                                    "\xD0\xBC",
                                    "\xA2",
                                    "\xE9",
                                    "\x81",
                                    "\xF0\x9F\x98\x80",
                                    "\0"sv,
                                    "\xC3",
                                    "\xF0\x9F",
                                    "n"};
  std::mt19937_64 random(5);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (size_t n = random() % 12; n > 0; --n) text += parts[random() % std::size(parts)];
    const bool is_whole = random() % 2 == 0;
    const DetectedEncoding whole = DetectEncoding(text, is_whole);
    EncodingDetector detector;
    for (size_t at = 0; at < text.size();) {
      const size_t n = 1 + random() % 4;
      detector.Add(std::string_view(text).substr(at, n));
      at += n;
    }
    const DetectedEncoding found = detector.Finish(is_whole);
    const std::string shown = EscapeForTerminal(text);
    ASSERT_EQ(found.name, whole.name) << shown;
    ASSERT_EQ(found.evidence, whole.evidence) << shown;
    ASSERT_EQ(found.is_certain, whole.is_certain) << shown;
    ASSERT_EQ(found.utf8_chars, whole.utf8_chars) << shown;
    ASSERT_EQ(found.other_bytes, whole.other_bytes) << shown;
    ASSERT_EQ(found.first_other, whole.first_other) << shown;
    ASSERT_EQ(found.first_undefined, whole.first_undefined) << shown;
  }
}

TEST(TextEncodingTest, FindsUtf16OfTablesInManyScripts) {
  const std::u32string_view tables[] = {
      U"id;name;amount\r\n1;caf\u00E9;12,5\r\n2;\u20AC;3\r\n",
      U"id,\u0438\u043C\u044F\n1,\u041C\u043E\u0441\u043A\u0432\u0430\n2,\u0423\u0444\u0430\n",
      U"id,\u0627\u0633\u0645\n1,\u062F\u0645\u0634\u0642\n2,\u062D\u0644\u0628\n",
  };
  for (const std::u32string_view table : tables) {
    EXPECT_EQ(DetectEncoding(Utf16(table, false), true).name, "UTF-16LE");
    EXPECT_EQ(DetectEncoding(Utf16(table, true), true).name, "UTF-16BE");
    EXPECT_EQ(DetectEncoding(Utf8(table), true).name, "UTF-8");
  }
}

TEST(TextEncodingTest, KnowsLatinUtf8) {
  EXPECT_TRUE(LooksLikeLatinUtf8("Bogot\xC3\xA1"));
  EXPECT_TRUE(LooksLikeLatinUtf8("\xE2\x80\x9Cx"));
  EXPECT_FALSE(LooksLikeLatinUtf8("PER\xDA\x94"));
  EXPECT_FALSE(LooksLikeLatinUtf8("\xC3\xA1\xE9"));
  EXPECT_FALSE(LooksLikeLatinUtf8("abc"));
  EXPECT_FALSE(LooksLikeLatinUtf8(""));
}

TEST(HeadInputTest, GivesTheHeadThenTheRest) {
  for (const size_t at_once : {1, 2, 3, 100}) {
    StringInput rest("cdef", 2);
    HeadInput input("ab", &rest);
    EXPECT_EQ(AllOf(&input, at_once), "abcdef");
  }
  StringInput rest("x");
  HeadInput none("", &rest);
  EXPECT_EQ(AllOf(&none, 5), "x");
}

TEST(Utf16InputTest, MakesWhatIsWrongFindable) {
  EXPECT_EQ(FromUtf16("", false), "");
  EXPECT_EQ(FromUtf16("a\0"sv, false, 1), "a");
  EXPECT_EQ(FromUtf16("a\0\0\xD8"sv, false), "a\xED\xA0\x80");
  EXPECT_EQ(FromUtf16("\xD8\0\0a"sv, true),
            "\xED\xA0\x80"
            "a");
  EXPECT_EQ(FromUtf16("\xDC\x01\0a"sv, true),
            "\xED\xB0\x81"
            "a");
  // Twins in the wrong order, and a pair behind a single one.
  EXPECT_EQ(FromUtf16("\xDC\0\xD8\0"sv, true), "\xED\xB0\x80\xED\xA0\x80");
  EXPECT_EQ(FromUtf16("\xD8\0\xD8\0\xDC\0"sv, true), "\xED\xA0\x80\xF0\x90\x80\x80");
  EXPECT_EQ(FromUtf16("\0a\0"sv, true), "a\xFF");
  EXPECT_EQ(FromUtf16("\xD8\0\xD8"sv, true), "\xED\xA0\x80\xFF");
  EXPECT_EQ(FromUtf16("\xFF\xFE"sv, false), "\xEF\xBB\xBF");
}

TEST(Utf16InputTest, GivesErrorsOfTheStream) {
  class Broken : public InputStream {
   public:
    absl::StatusOr<size_t> Read(char* /*buffer*/, size_t /*size*/) override {
      return absl::DataLossError("broken");
    }
  };
  Broken broken;
  Utf16Input input(&broken, Utf16Order::kLittle);
  char c = 0;
  EXPECT_TRUE(absl::IsDataLoss(input.Read(&c, 1).status()));
}

// Any units in either order and in portions of any size: the same text, and the same size back.
TEST(Utf16InputTest, KeepsEveryUnit) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 5000; ++round) {
    std::u32string text;
    for (size_t n = random() % 40; n > 0; --n) {
      switch (random() % 8) {
        case 0:
          text += static_cast<char32_t>(0x10000 + random() % 0x100000);
          break;
        case 1:
          text += static_cast<char32_t>(0xE000 + random() % 0x2000);
          break;
        case 2:
          text += static_cast<char32_t>(random() % 0xD800);
          break;
        default:
          text += static_cast<char32_t>(random() % 0x90);
      }
    }
    const bool big = random() % 2 == 0;
    const std::string utf16 = Utf16(text, big);
    const std::string utf8 = FromUtf16(utf16, big, 1 + random() % 9, 1 + random() % 9);
    ASSERT_EQ(utf8, Utf8(text));
    ASSERT_FALSE(FirstInvalidUtf8(utf8).has_value());
    ASSERT_EQ(Utf16Bytes(utf8), utf16.size());
  }
  // And any bytes: the size is that of the input, whatever they are.
  for (int round = 0; round < 20000; ++round) {
    std::string bytes;
    for (size_t n = random() % 12; n > 0; --n) {
      bytes += "\xD8\xDC\xDF\0a\xFF"[random() % 6];
    }
    ASSERT_EQ(Utf16Bytes(FromUtf16(bytes, random() % 2 == 0, 1 + random() % 3)), bytes.size());
  }
}

}  // namespace
}  // namespace puente::text
