// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of exact decimals: forms of text, values, sums, hostile messages, random round trips.

#include "core/base/decimal.h"

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace puente {
namespace {

const std::string k38Nines(38, '9');

v1::Decimal Proto(int64_t unscaled, int32_t scale, std::string digits = "") {
  v1::Decimal decimal;
  decimal.set_unscaled(unscaled);
  decimal.set_scale(scale);
  decimal.set_digits(std::move(digits));
  return decimal;
}

std::string Text(const v1::Decimal& decimal) {
  std::string text;
  return AppendDecimal(decimal, &text) ? text : "(invalid)";
}

struct ParseCase {
  std::string text;
  TextForm form;
  int64_t unscaled = 0;
  int32_t scale = 0;
  std::string digits = "";
};

class ParseDecimalTest : public testing::TestWithParam<ParseCase> {};

TEST_P(ParseDecimalTest, GivesFormAndValue) {
  const ParseCase& expected = GetParam();
  const v1::Decimal before = Proto(77, 7, "1");
  v1::Decimal decimal = before;
  EXPECT_EQ(ParseDecimal(expected.text, &decimal), expected.form) << expected.text;
  if (expected.form == TextForm::kInvalid) {
    EXPECT_EQ(decimal.SerializeAsString(), before.SerializeAsString()) << "touched";
    EXPECT_FALSE(Decimal::Parse(expected.text).ok());
    return;
  }
  EXPECT_EQ(decimal.unscaled(), expected.unscaled) << expected.text;
  EXPECT_EQ(decimal.scale(), expected.scale) << expected.text;
  EXPECT_EQ(decimal.digits(), expected.digits) << expected.text;
  EXPECT_EQ(Text(decimal) == expected.text, expected.form == TextForm::kCanonical);
}

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

INSTANTIATE_TEST_SUITE_P(
    Canonical, ParseDecimalTest,
    testing::Values(
        ParseCase{"0", TextForm::kCanonical, 0, 0}, ParseCase{"5", TextForm::kCanonical, 5, 0},
        ParseCase{"-5", TextForm::kCanonical, -5, 0},
        ParseCase{"1000.00", TextForm::kCanonical, 100000, 2},
        ParseCase{"1000", TextForm::kCanonical, 1000, 0},
        ParseCase{"0.50", TextForm::kCanonical, 50, 2},
        ParseCase{"-0.05", TextForm::kCanonical, -5, 2},
        ParseCase{"0.00", TextForm::kCanonical, 0, 2},
        ParseCase{"0.000000000000000001", TextForm::kCanonical, 1, 18},
        ParseCase{"999999999999999999", TextForm::kCanonical, 999999999999999999, 0},
        ParseCase{"9223372036854775807", TextForm::kCanonical, kMax, 0},
        ParseCase{"-9223372036854775808", TextForm::kCanonical, kMin, 0},
        ParseCase{"9223372036854775808", TextForm::kCanonical, 0, 0, "9223372036854775808"},
        ParseCase{"-92233720368547758.09", TextForm::kCanonical, 0, 2, "-9223372036854775809"},
        ParseCase{"123456789012345678901234567", TextForm::kCanonical, 0, 0,
                  "123456789012345678901234567"},
        ParseCase{k38Nines, TextForm::kCanonical, 0, 0, k38Nines},
        ParseCase{"-99999999999999999999.999999999999999999", TextForm::kCanonical, 0, 18,
                  "-" + k38Nines}));

INSTANTIATE_TEST_SUITE_P(
    Variant, ParseDecimalTest,
    testing::Values(
        ParseCase{"+5", TextForm::kVariant, 5, 0}, ParseCase{" 12.5 ", TextForm::kVariant, 125, 1},
        ParseCase{"\t\r\n7", TextForm::kVariant, 7, 0}, ParseCase{"007", TextForm::kVariant, 7, 0},
        ParseCase{"-007.10", TextForm::kVariant, -710, 2},
        ParseCase{".5", TextForm::kVariant, 5, 1}, ParseCase{"-.5", TextForm::kVariant, -5, 1},
        ParseCase{"5.", TextForm::kVariant, 5, 0}, ParseCase{"-0", TextForm::kVariant, 0, 0},
        ParseCase{"-0.00", TextForm::kVariant, 0, 2}, ParseCase{"00", TextForm::kVariant, 0, 0},
        ParseCase{"1e6", TextForm::kVariant, 1000000, 0},
        ParseCase{"1E+6", TextForm::kVariant, 1000000, 0},
        ParseCase{"1e-10", TextForm::kVariant, 1, 10},
        ParseCase{"1.50e1", TextForm::kVariant, 150, 1},
        ParseCase{"12.5e-2", TextForm::kVariant, 125, 3},
        ParseCase{"0e400", TextForm::kVariant, 0, 0}, ParseCase{"5e00", TextForm::kVariant, 5, 0},
        ParseCase{std::string(100000, '0') + "1", TextForm::kVariant, 1, 0},
        ParseCase{"1e37", TextForm::kVariant, 0, 0, "1" + std::string(37, '0')},
        ParseCase{"0" + k38Nines, TextForm::kVariant, 0, 0, k38Nines}));

INSTANTIATE_TEST_SUITE_P(
    Invalid, ParseDecimalTest,
    testing::Values(ParseCase{"", TextForm::kInvalid}, ParseCase{" ", TextForm::kInvalid},
                    ParseCase{"1,000.00", TextForm::kInvalid},
                    ParseCase{"1 000", TextForm::kInvalid}, ParseCase{"NaN", TextForm::kInvalid},
                    ParseCase{"INF", TextForm::kInvalid}, ParseCase{"-", TextForm::kInvalid},
                    ParseCase{"+", TextForm::kInvalid}, ParseCase{".", TextForm::kInvalid},
                    ParseCase{"--5", TextForm::kInvalid}, ParseCase{"+-5", TextForm::kInvalid},
                    ParseCase{"1.2.3", TextForm::kInvalid}, ParseCase{"5-", TextForm::kInvalid},
                    ParseCase{"0x10", TextForm::kInvalid}, ParseCase{"e5", TextForm::kInvalid},
                    ParseCase{"1e", TextForm::kInvalid}, ParseCase{"1e+", TextForm::kInvalid},
                    ParseCase{"1e5.0", TextForm::kInvalid}, ParseCase{"1e400", TextForm::kInvalid},
                    ParseCase{"1e38", TextForm::kInvalid}, ParseCase{"1e-19", TextForm::kInvalid},
                    ParseCase{"0e-19", TextForm::kInvalid},
                    ParseCase{"1e99999999999999999999", TextForm::kInvalid},
                    ParseCase{"1e-99999999999999999999", TextForm::kInvalid},
                    ParseCase{k38Nines + "9", TextForm::kInvalid},
                    ParseCase{"1." + std::string(19, '0'), TextForm::kInvalid},
                    ParseCase{std::string(1000000, '9'), TextForm::kInvalid},
                    ParseCase{"12\xC2\xA0", TextForm::kInvalid},
                    ParseCase{"\xC2\xA0"
                              "12",
                              TextForm::kInvalid},
                    ParseCase{"\x0B"
                              "1",
                              TextForm::kInvalid},
                    ParseCase{std::string("1\0", 2), TextForm::kInvalid},
                    ParseCase{"\xD9\xA1", TextForm::kInvalid}, ParseCase{"10%", TextForm::kInvalid},
                    ParseCase{"USD 5", TextForm::kInvalid}));

TEST(DecimalTest, RefusesHostileMessages) {
  const std::vector<v1::Decimal> hostile = {
      Proto(1, -1),
      Proto(1, 19),
      Proto(1, 1000),
      Proto(0, 0, "abc"),
      Proto(0, 0, "-"),
      Proto(0, 0, "+9223372036854775808"),
      Proto(0, 0, "09223372036854775808"),
      Proto(0, 0, "9223372036854775808 "),
      Proto(0, 0, "5"),
      Proto(0, 0, "9223372036854775807"),
      Proto(0, 0, "-9223372036854775808"),
      Proto(1, 0, "9223372036854775808"),
      Proto(0, 0, k38Nines + "9"),
      Proto(0, 0, std::string(1000000, '9')),
      Proto(0, 1000, "9223372036854775808"),
  };
  for (const v1::Decimal& decimal : hostile) {
    EXPECT_FALSE(DecimalFromProto(decimal).ok()) << decimal.ShortDebugString().substr(0, 80);
    EXPECT_EQ(Text(decimal), "(invalid)");
  }
  EXPECT_EQ(Text(Proto(0, 0, "9223372036854775808")), "9223372036854775808");
  EXPECT_EQ(Text(Proto(0, 18, "-9223372036854775809")), "-9.223372036854775809");
}

TEST(DecimalTest, MakeHoldsTheLimits) {
  const Int128 largest = Decimal::Parse(k38Nines)->unscaled();
  EXPECT_TRUE(Decimal::Make(largest, 18).ok());
  EXPECT_TRUE(Decimal::Make(-largest, 0).ok());
  EXPECT_FALSE(Decimal::Make(largest + 1, 0).ok());
  EXPECT_FALSE(Decimal::Make(-largest - 1, 0).ok());
  EXPECT_FALSE(Decimal::Make(0, 19).ok());
  EXPECT_FALSE(Decimal::Make(0, -1).ok());
  EXPECT_EQ(Decimal::Make(largest + 1, 0).status().code(), absl::StatusCode::kOutOfRange);
}

Decimal Of(const std::string& text) { return Decimal::Parse(text).value(); }

TEST(DecimalTest, ComparesValuesWhateverTheScale) {
  const std::vector<std::string> ascending = {"-" + k38Nines,
                                              "-99999999999999999999.999999999999999999",
                                              "-10",
                                              "-9.99",
                                              "-0.000000000000000001",
                                              "0",
                                              "0.000000000000000001",
                                              "0.9",
                                              "9.999999999999999999",
                                              "10",
                                              "99999999999999999999.999999999999999998",
                                              "99999999999999999999.999999999999999999",
                                              "100000000000000000000",
                                              k38Nines};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      const int order = Decimal::Compare(Of(ascending[i]), Of(ascending[j]));
      EXPECT_EQ(order < 0, i < j) << ascending[i] << " and " << ascending[j];
      EXPECT_EQ(order > 0, i > j) << ascending[i] << " and " << ascending[j];
    }
  }
  EXPECT_EQ(Decimal::Compare(Of("1000.00"), Of("1000")), 0);
  EXPECT_EQ(Decimal::Compare(Of("-2.50"), Of("-2.5")), 0);
  EXPECT_EQ(Decimal::Compare(Of("0.000"), Of("0")), 0);
  EXPECT_FALSE(Decimal::Identical(Of("1000.00"), Of("1000")));
  EXPECT_TRUE(Decimal::Identical(Of("1000.00"), Of("+01000.00")));
}

TEST(DecimalTest, AddsExactly) {
  EXPECT_EQ(Decimal::Add(Of("0.1"), Of("0.20"))->ToString(), "0.30");
  EXPECT_EQ(Decimal::Add(Of("1000"), Of("-0.01"))->ToString(), "999.99");
  EXPECT_EQ(Decimal::Add(Of("-5"), Of("5.00"))->ToString(), "0.00");
  EXPECT_EQ(Decimal::Add(Of("9223372036854775807"), Of("1"))->ToString(), "9223372036854775808");
  EXPECT_EQ(Decimal::Add(Of(k38Nines), Of("-" + k38Nines))->ToString(), "0");
}

TEST(DecimalTest, RefusesSumsBeyond38Digits) {
  for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{
           {k38Nines, "1"},
           {k38Nines, k38Nines},
           {"-" + k38Nines, "-1"},
           {k38Nines, "0.1"},
           {"100000000000000000000", "0.000000000000000001"}}) {
    EXPECT_EQ(Decimal::Add(Of(a), Of(b)).status().code(), absl::StatusCode::kOutOfRange) << a;
    EXPECT_EQ(Decimal::Add(Of(b), Of(a)).status().code(), absl::StatusCode::kOutOfRange) << a;
  }
}

TEST(DecimalTest, NegatesAndTells) {
  EXPECT_EQ(Of("1.50").Negated().ToString(), "-1.50");
  EXPECT_EQ(Of("-" + k38Nines).Negated().ToString(), k38Nines);
  EXPECT_EQ(Of("0.0").Negated().ToString(), "0.0");
  EXPECT_TRUE(Of("0.00").is_zero());
  EXPECT_TRUE(Of("-0.01").is_negative());
  EXPECT_FALSE(Of("-0").is_negative());
  EXPECT_EQ(Decimal().ToString(), "0");
}

// A number of any length and scale, as canonical text.
std::string RandomText(std::mt19937_64* random) {
  const int scale = static_cast<int>((*random)() % 19);
  const int length = 1 + static_cast<int>((*random)() % 38);
  std::string digits;
  for (int i = 0; i < length; ++i) digits.push_back(static_cast<char>('0' + (*random)() % 10));
  digits.erase(0, digits.find_first_not_of('0'));
  const bool negative = !digits.empty() && (*random)() % 2 == 0;
  const size_t least = static_cast<size_t>(scale) + 1;
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  if (scale != 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  return negative ? "-" + digits : digits;
}

TEST(DecimalTest, RandomDecimalsSurviveEveryWay) {
  std::mt19937_64 random(20260801);
  v1::Decimal decimal;
  for (int i = 0; i < 200000; ++i) {
    const std::string text = RandomText(&random);
    ASSERT_EQ(ParseDecimal(text, &decimal), TextForm::kCanonical) << text;
    ASSERT_EQ(Text(decimal), text);
    const absl::StatusOr<Decimal> value = DecimalFromProto(decimal);
    ASSERT_TRUE(value.ok()) << text;
    ASSERT_EQ(value->ToString(), text);
    v1::Decimal again = Proto(9, 9, "9");
    value->ToProto(&again);
    ASSERT_EQ(again.SerializeAsString(), decimal.SerializeAsString()) << text;
    // The same value in other words is a variant of it.
    ASSERT_EQ(ParseDecimal(" " + text, &again), TextForm::kVariant) << text;
    ASSERT_EQ(again.SerializeAsString(), decimal.SerializeAsString()) << text;
  }
}

TEST(DecimalTest, RandomSumsAgreeWithIntegers) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100000; ++i) {
    const int scale = static_cast<int>(random() % 19);
    const int64_t a = static_cast<int64_t>(random()) >> (random() % 60);
    const int64_t b = static_cast<int64_t>(random()) >> (random() % 60);
    const Decimal left = Decimal::Make(a, scale).value();
    const Decimal right = Decimal::Make(b, scale).value();
    const Decimal sum = Decimal::Add(left, right).value();
    ASSERT_TRUE(sum.unscaled() == static_cast<Int128>(a) + b && sum.scale() == scale);
    ASSERT_EQ(Decimal::Compare(left, right), a < b ? -1 : a > b ? 1 : 0);
  }
}

// Every short text over the characters that matter: what is read agrees with a plain restatement.
TEST(DecimalTest, ShortTextsAgreeWithTheRule) {
  constexpr std::string_view kAlphabet = "01.-+e ";
  const auto is_canonical = [](std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? "0" : text.substr(point + 1);
    if (whole.empty() || fraction.empty()) return false;
    if (whole.find_first_not_of("01") != std::string_view::npos) return false;
    if (fraction.find_first_not_of("01") != std::string_view::npos) return false;
    if (whole.size() > 1 && whole.front() == '0') return false;
    return !negative || text.find('1') != std::string_view::npos;
  };
  std::vector<std::string> texts = {""};
  for (size_t begin = 0, length = 1; length <= 6; ++length) {
    const size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : kAlphabet) texts.push_back(texts[begin] + c);
    }
  }
  v1::Decimal decimal;
  for (const std::string& text : texts) {
    const TextForm form = ParseDecimal(text, &decimal);
    ASSERT_EQ(form == TextForm::kCanonical, is_canonical(text)) << '"' << text << '"';
    if (form != TextForm::kInvalid) {
      ASSERT_EQ(Text(decimal) == text, form == TextForm::kCanonical) << '"' << text << '"';
    }
  }
}

}  // namespace
}  // namespace puente
