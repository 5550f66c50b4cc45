// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Local numbers: exact, ambiguous or none, and the sign of a column; random round trips.

#include "core/text/decimal_sign.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace puente::text {
namespace {

constexpr DecimalSign kSigns[] = {DecimalSign::kUnknown, DecimalSign::kPoint, DecimalSign::kComma};

/// The number with each of the signs: unknown, point, comma. `?` is ambiguous, `-` is none.
std::string Parsed(std::string_view text) {
  std::string out;
  for (const DecimalSign sign : kSigns) {
    Decimal number;
    switch (ParseLocalNumber(text, sign, &number)) {
      case LocalNumber::kExact:
        out += number.ToString();
        break;
      case LocalNumber::kAmbiguous:
        out += "?";
        break;
      case LocalNumber::kNotANumber:
        out += "none";
        break;
    }
    if (sign != DecimalSign::kComma) out += ' ';
  }
  return out;
}

TEST(DecimalSignTest, ReadsWhatIsOneNumber) {
  EXPECT_EQ(Parsed("1.234,56"), "1234.56 none 1234.56");
  EXPECT_EQ(Parsed("1,234.56"), "1234.56 1234.56 none");
  EXPECT_EQ(Parsed("12,5"), "12.5 none 12.5");
  EXPECT_EQ(Parsed("12.5"), "12.5 12.5 none");
  EXPECT_EQ(Parsed("1.234"), "? 1.234 1234");
  EXPECT_EQ(Parsed("1,234"), "? 1234 1.234");
  EXPECT_EQ(Parsed("-$ 999,999"), "? -999999 -999.999");
  EXPECT_EQ(Parsed("1.234.567"), "1234567 none 1234567");
  EXPECT_EQ(Parsed("1,234,567"), "1234567 1234567 none");
  EXPECT_EQ(Parsed("0.123"), "0.123 0.123 none");
  EXPECT_EQ(Parsed("0,123"), "0.123 none 0.123");
  EXPECT_EQ(Parsed("1234.567"), "1234.567 1234.567 none");
  EXPECT_EQ(Parsed("1234,567"), "1234.567 none 1234.567");
  EXPECT_EQ(Parsed("123"), "123 123 123");
  EXPECT_EQ(Parsed("0"), "0 0 0");
  EXPECT_EQ(Parsed("007"), "7 7 7");
  EXPECT_EQ(Parsed(".5"), "0.5 0.5 none");
  EXPECT_EQ(Parsed(",500"), "0.500 none 0.500");
  EXPECT_EQ(Parsed("1 234"), "1234 1234 1234");
  EXPECT_EQ(Parsed("1\xC2\xA0"
                   "234,5"),
            "1234.5 none 1234.5");
  EXPECT_EQ(Parsed("12\xE2\x80\xAF"
                   "345\xE2\x80\xAF"
                   "678.901"),
            "12345678.901 12345678.901 none");
  EXPECT_EQ(Parsed("1\xE2\x80\x89"
                   "234"),
            "1234 1234 1234");
}

TEST(DecimalSignTest, ReadsSignsAndDollars) {
  for (const std::string_view text :
       {"-1234.50", "-$1,234.50", "$-1,234.50", "US$ -1,234.50", "-US$1,234.50",
        " \xC2\xA0-1,234.50 \xC2\xA0", "-1,234.50 $", "-1,234.50US$",
        "-$\xC2\xA0"
        "1,234.50"}) {
    EXPECT_EQ(Parsed(text), "-1234.50 -1234.50 none") << text;
  }
  EXPECT_EQ(Parsed("+5"), "5 5 5");
  EXPECT_EQ(Parsed("$5"), "5 5 5");
  EXPECT_EQ(Parsed("-0,0"), "0.0 none 0.0");
}

TEST(DecimalSignTest, TakesNothingElse) {
  for (const std::string_view text : {"",
                                      " ",
                                      "$",
                                      "-",
                                      "US$",
                                      ".",
                                      ",",
                                      "a",
                                      "1a",
                                      "5.",
                                      "5,",
                                      "1.23.4",
                                      "1,23,456",
                                      "1.2345,6",
                                      "1234.567,8",
                                      "1.234,567.8",
                                      "1.234 567",
                                      "1 23",
                                      "0.123.456",
                                      "0 123",
                                      "1..5",
                                      "1,.5",
                                      "1.,5",
                                      "--5",
                                      "-+5",
                                      "- 5",
                                      "$$5",
                                      "$5$",
                                      "-$-5",
                                      "5-",
                                      "(5)",
                                      "5%",
                                      "1e5",
                                      "1.5E+10",
                                      "NaN",
                                      "Inf",
                                      "1'234.5",
                                      "\xEF\xBC\x95",
                                      "USD 5",
                                      "1_000",
                                      "1  234",
                                      "1\t234",
                                      "\n5",
                                      "1 234\xC2\xA0"
                                      "567"}) {
    EXPECT_EQ(Parsed(text), "none none none") << text;
  }
  EXPECT_EQ(Parsed(std::string(38, '9')).substr(0, 4), "9999");
  EXPECT_EQ(Parsed(std::string(39, '9')), "none none none");
  EXPECT_EQ(Parsed("0." + std::string(18, '1')).substr(0, 4), "0.11");
  EXPECT_EQ(Parsed("0." + std::string(19, '1')), "none none none");
  EXPECT_EQ(Parsed(std::string(1 << 20, ' ') + "5"), "none none none");
}

TEST(DecimalSignTest, LeavesTheNumberAlone) {
  Decimal number = *Decimal::Parse("7.7");
  EXPECT_EQ(ParseLocalNumber("1.234", DecimalSign::kUnknown, &number), LocalNumber::kAmbiguous);
  EXPECT_EQ(ParseLocalNumber("x", DecimalSign::kPoint, &number), LocalNumber::kNotANumber);
  EXPECT_EQ(number.ToString(), "7.7");
}

/// A number as it is written with a sign and a mark between groups.
std::string Format(std::string_view plain, std::string_view sign, std::string_view mark) {
  std::string out;
  if (plain.substr(0, 1) == "-") {
    out = "-";
    plain.remove_prefix(1);
  }
  const size_t point = std::min(plain.find('.'), plain.size());
  for (size_t i = 0; i < point; ++i) {
    if (i > 0 && (point - i) % 3 == 0) out += mark;
    out += plain[i];
  }
  if (point < plain.size()) (out += sign) += plain.substr(point + 1);
  return out;
}

// Every decimal in every way of writing is read exactly with its sign, and with no sign either
// exactly or as ambiguous, never as another number.
TEST(DecimalSignTest, ReadsBackEveryDecimal) {
  struct Way {
    DecimalSign sign;
    std::string_view point;
    std::string_view mark;
  };
  const Way ways[] = {
      {DecimalSign::kPoint, ".", ","},        {DecimalSign::kPoint, ".", ""},
      {DecimalSign::kPoint, ".", " "},        {DecimalSign::kPoint, ".", "\xC2\xA0"},
      {DecimalSign::kComma, ",", "."},        {DecimalSign::kComma, ",", ""},
      {DecimalSign::kComma, ",", "\xC2\xA0"}, {DecimalSign::kComma, ",", "\xE2\x80\xAF"},
  };
  std::mt19937_64 random(3);
  size_t ambiguous = 0;
  for (int round = 0; round < 50000; ++round) {
    const int digits = 1 + static_cast<int>(random() % 38);
    Int128 unscaled = 0;
    for (int i = 0; i < digits; ++i) unscaled = unscaled * 10 + static_cast<Int128>(random() % 10);
    if (random() % 2 == 0) unscaled = -unscaled;
    const Decimal number = *Decimal::Make(unscaled, static_cast<int>(random() % 19));
    const Way& way = ways[random() % std::size(ways)];
    std::string text = Format(number.ToString(), way.point, way.mark);
    if (random() % 4 == 0) text = (random() % 2 == 0 ? "$" : "US$\xC2\xA0") + text;
    if (random() % 4 == 0) text += " ";
    Decimal read;
    ASSERT_EQ(ParseLocalNumber(text, way.sign, &read), LocalNumber::kExact) << text;
    ASSERT_TRUE(Decimal::Identical(read, number)) << text;
    Decimal guessed;
    const LocalNumber without = ParseLocalNumber(text, DecimalSign::kUnknown, &guessed);
    if (without == LocalNumber::kExact) {
      ASSERT_TRUE(Decimal::Identical(guessed, number)) << text;
    } else {
      ASSERT_EQ(without, LocalNumber::kAmbiguous) << text;
      ++ambiguous;
    }
    DecimalSignDetector detector;
    detector.Add(text);
    const DecimalSign found = detector.Find().sign;
    ASSERT_TRUE(found == way.sign || found == DecimalSign::kUnknown) << text;
  }
  EXPECT_GT(ambiguous, 10u);
}

// Any text: with no sign, what is exact is so with at least one sign, and with both the same.
TEST(DecimalSignTest, UnknownIsNeverBolderThanEither) {
  const std::string_view alphabet = "0123.,-$ 9";
  std::mt19937_64 random(4);
  for (int round = 0; round < 200000; ++round) {
    std::string text;
    for (size_t n = random() % 10; n > 0; --n) text += alphabet[random() % alphabet.size()];
    Decimal numbers[3];
    LocalNumber kinds[3];
    for (size_t i = 0; i < 3; ++i) kinds[i] = ParseLocalNumber(text, kSigns[i], &numbers[i]);
    ASSERT_NE(kinds[1], LocalNumber::kAmbiguous);
    ASSERT_NE(kinds[2], LocalNumber::kAmbiguous);
    const bool point = kinds[1] == LocalNumber::kExact;
    const bool comma = kinds[2] == LocalNumber::kExact;
    const bool same = point && comma && Decimal::Identical(numbers[1], numbers[2]);
    const LocalNumber expected = !point && !comma          ? LocalNumber::kNotANumber
                                 : point && comma && !same ? LocalNumber::kAmbiguous
                                                           : LocalNumber::kExact;
    ASSERT_EQ(kinds[0], expected) << text;
    if (expected == LocalNumber::kExact) {
      ASSERT_TRUE(Decimal::Identical(numbers[0], point ? numbers[1] : numbers[2])) << text;
    }
  }
}

DecimalSignDetector::Result Found(const std::vector<std::string_view>& texts) {
  DecimalSignDetector detector;
  for (const std::string_view text : texts) detector.Add(text);
  return detector.Find();
}

TEST(DecimalSignTest, FindsTheSignOfAColumn) {
  EXPECT_EQ(Found({}).sign, DecimalSign::kUnknown);
  EXPECT_EQ(Found({"1.234", "12,5", "5"}).sign, DecimalSign::kComma);
  EXPECT_EQ(Found({"1.234", "1,234.5", "x", ""}).sign, DecimalSign::kPoint);
  EXPECT_EQ(Found({"1.234", "1,234", "7"}).sign, DecimalSign::kUnknown);
  EXPECT_EQ(Found({"1.234.567"}).sign, DecimalSign::kComma);

  const DecimalSignDetector::Result result =
      Found({"total", "1.234", "5", "1.5", "2.5", "1,5", "2.345"});
  EXPECT_EQ(result.sign, DecimalSign::kUnknown);
  EXPECT_EQ(result.point, 2u);
  EXPECT_EQ(result.comma, 1u);
  EXPECT_EQ(result.conflicting, 1u);
  EXPECT_EQ(result.ambiguous, 2u);
  EXPECT_EQ(result.neutral, 1u);
  EXPECT_EQ(result.other, 1u);
  EXPECT_EQ(result.first_ambiguous.text, "1.234");
  EXPECT_EQ(result.first_ambiguous.number, 2u);
  EXPECT_EQ(result.first_point.text, "1.5");
  EXPECT_EQ(result.first_point.number, 4u);
  EXPECT_EQ(result.first_comma.text, "1,5");
  EXPECT_EQ(result.first_comma.number, 6u);
}

}  // namespace
}  // namespace puente::text
