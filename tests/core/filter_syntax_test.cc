// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the grammar of expressions: what is read, what is written back, what is refused.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/filter/expression.h"
#include "gtest/gtest.h"

namespace puente::filter {
namespace {

// The expression written back; the error in one line when there is one.
std::string Written(std::string_view text) {
  const auto expression = Parse(text);
  return expression.ok() ? ExpressionText(*expression) : FormatError(expression.status());
}

TEST(FilterSyntaxTest, WritesWhatItReads) {
  const struct {
    std::string_view text;
    std::string_view written;
  } kCases[] = {
      {"a=1", "a = 1"},
      {" \t\na  =\r\n1 ", "a = 1"},
      {"a.b_2.C != x", "a.b_2.C != x"},
      {"a<1 AND b<=2 AND c>3 AND d>=4", "a < 1 AND b <= 2 AND c > 3 AND d >= 4"},
      {"a:* OR b : x", "a:* OR b:x"},
      {"NOT a = 1", "NOT a = 1"},
      {"-a = 1", "NOT a = 1"},
      {"- a = -1", "NOT a = -1"},
      {"NOT(a = 1)", "NOT a = 1"},
      {"NOT (NOT (a = 1))", "NOT (NOT a = 1)"},
      {"NOT (a = 1 AND -b = 2)", "NOT (a = 1 AND NOT b = 2)"},
      {"((a = 1))", "a = 1"},
      {"(a = 1 OR b = 2) AND (c = 3)", "(a = 1 OR b = 2) AND c = 3"},
      {"(a = 1 AND b = 2) OR c = 3", "(a = 1 AND b = 2) OR c = 3"},
      {"(a = 1 AND b = 2) AND c = 3", "(a = 1 AND b = 2) AND c = 3"},
      {"a=(1", "--"},
      {"a = XM-DAC-41114-1.5/2+x@y", "a = XM-DAC-41114-1.5/2+x@y"},
      {"a = 2024-01-31T23:59:00+05:00", "a = 2024-01-31T23:59:00+05:00"},
      {"a = ñandú", "a = ñandú"},
      {"a = *ab**c*", "a = *ab*c*"},
      {"a = \"x y\"", "a = \"x y\""},
      {"a = 'x y'", "a = \"x y\""},
      {R"(a = 'it\'s \"one\" \\ \*')", R"(a = "it's \"one\" \\ \*")"},
      {R"(a = "*\u00f1\n\r\t*")", R"(a = "*ñ\n\r\t*")"},
      {R"(a = "\u0001")", R"(a = "\u0001")"},
      {"a = \"\"", "a = \"\""},
      {"a = \"AND\" AND b = NOTA", "a = \"AND\" AND b = NOTA"},
      {"ANDES = 1 OR NOTE = 2", "ANDES = 1 OR NOTE = 2"},
  };
  for (const auto& [text, written] : kCases) {
    if (written == "--") {
      EXPECT_FALSE(Parse(text).ok()) << text;
      continue;
    }
    EXPECT_EQ(Written(text), written) << text;
    EXPECT_EQ(Written(written), written);
    const auto once = Parse(text);
    const auto again = Parse(written);
    ASSERT_TRUE(once.ok() && again.ok());
    EXPECT_TRUE(SameExpression(*once, *again)) << text;
  }
}

TEST(FilterSyntaxTest, TellsDifferentExpressionsApart) {
  const std::string_view kTexts[] = {"a = 1",
                                     "a = 2",
                                     "b = 1",
                                     "a.b = 1",
                                     "a != 1",
                                     "a = \"1\"",
                                     "a = 1*",
                                     "a = *1",
                                     "a:1",
                                     "NOT a = 1",
                                     "a = 1 AND b = 2",
                                     "a = 1 OR b = 2",
                                     "b = 2 OR a = 1",
                                     "a = 1 OR b = 2 OR c = 3",
                                     "(a = 1 OR b = 2) OR c = 3",
                                     "a = \"1*\"",
                                     "a = \"1\\*\""};
  for (const std::string_view x : kTexts) {
    for (const std::string_view y : kTexts) {
      const auto a = Parse(x);
      const auto b = Parse(y);
      ASSERT_TRUE(a.ok()) << x;
      ASSERT_TRUE(b.ok()) << y;
      EXPECT_EQ(SameExpression(*a, *b), x == y) << x << " / " << y;
    }
  }
}

TEST(FilterSyntaxTest, ReadsValues) {
  const auto expression = Parse(R"(a = "*x\*y*z")");
  ASSERT_TRUE(expression.ok()) << expression.status();
  const Value& value = expression->comparisons[0].value;
  EXPECT_EQ(value.text, "x*yz");
  EXPECT_EQ(value.wildcards, (std::vector<size_t>{0, 3}));
  EXPECT_TRUE(value.quoted);
  EXPECT_FALSE(value.IsStar());
  EXPECT_TRUE(Parse("a:*")->comparisons[0].value.IsStar());
  EXPECT_FALSE(Parse("a:\"*\"")->comparisons[0].value.IsStar());
}

// What is refused: with the line, the column, the text that is marked, and a word of the hint.
TEST(FilterSyntaxTest, RefusesWithPlaceAndHint) {
  const struct {
    std::string_view text;
    uint64_t line;
    uint64_t column;
    std::string_view marked;
    std::string_view message;
    std::string_view hint;
  } kCases[] = {
      {"", 1, 1, "", "the expression is empty", "leave it out"},
      {" \n ", 1, 1, "", "the expression is empty", "leave it out"},
      {"Colombia", 1, 1, "Colombia", "`Colombia` is not compared", "*Colombia*"},
      {"a = 1 b = 2", 1, 7, "b", "AND or OR is missing", "between quotes"},
      {"a = x y", 1, 7, "y", "AND or OR is missing", "between quotes"},
      {"a = 1 and b = 2", 1, 7, "and", "`and` cannot stand here", "AND in capitals"},
      {"a = 1 Or b = 2", 1, 7, "Or", "`Or` cannot stand here", "OR in capitals"},
      {"a = 1 NOT b = 2", 1, 7, "NOT", "`NOT` cannot stand here", "AND NOT"},
      {"not a = 1", 1, 1, "not", "`not` is no field", "NOT in capitals"},
      {"a = 1 AND b = 2 OR c = 3", 1, 17, "OR", "mixed", "(b = 2 OR c = 3)"},
      {"a = 1 OR b = 2 AND c = 3", 1, 7, "OR", "mixed", "(a = 1 OR b = 2)"},
      {"(a = 1 OR b = 2 AND c = 3)", 1, 8, "OR", "mixed", "(a = 1 OR b = 2)"},
      {"NOT NOT a = 1", 1, 5, "NOT", "negated at once", "leave both out"},
      {"--a = 1", 1, 2, "-", "negated at once", "leave both out"},
      {"a = 1 AND", 1, 10, "", "a condition is missing after `AND`", "FIELD = "},
      {"a = 1\nOR\n)", 3, 1, ")", "a condition is missing after `OR`", "FIELD = "},
      {"OR a = 1", 1, 1, "OR", "a condition is missing", "FIELD = "},
      {"()", 1, 2, ")", "a condition is missing after `(`", "FIELD = "},
      {"(a = 1", 1, 1, "(", "not closed", "a ) is missing"},
      {"a = 1)", 1, 6, ")", "closes none", ""},
      {"(a = 1 b)", 1, 8, "b", "AND or OR is missing", ""},
      {"a =", 1, 4, "", "a value is missing after `=`", "FIELD:*"},
      {"a = )", 1, 5, ")", "a value is missing after `=`", ""},
      {"a = AND", 1, 5, "AND", "a value is missing", "\"AND\""},
      {"a = (b OR c)", 1, 5, "(", "parentheses stand where a value", "(FIELD = a OR FIELD = b)"},
      {"a == 1", 1, 3, "==", "`==` is no operator", "write ="},
      {"a => 1", 1, 3, "=>", "`=>` is no operator", "write >="},
      {"a =< 1", 1, 3, "=<", "`=<` is no operator", "write <="},
      {"a <> 1", 1, 3, "<>", "`<>` is no operator", "write !="},
      {"a =~ x", 1, 3, "=~", "`=~` is no operator", "*"},
      {"a ~ x", 1, 3, "~", "`~` is no operator", "*"},
      {"a = 1 && b = 2", 1, 7, "&&", "`&&` is no operator", "write AND"},
      {"a = 1 || b = 2", 1, 7, "||", "`||` is no operator", "write OR"},
      {"!a = 1", 1, 1, "!", "`!` is no operator", "write NOT"},
      {"a > 1 < 3", 1, 7, "<", "a second comparison", "AND"},
      {"a = b = c", 1, 7, "=", "a second comparison", "AND"},
      {"a:b:c", 1, 4, ":", "`:` stands in a value", "quotes"},
      {"a = x,y", 1, 6, ",", "`,` stands in a value", "quotes"},
      {"a, b = 1", 1, 2, ",", "a comma has no meaning", "OR"},
      {"has(a)", 1, 1, "has", "no function `has`", "the comparisons are"},
      {"a IN (b)", 1, 3, "IN", "`IN` is no comparison", "the comparisons are"},
      {"\"x\" = a", 1, 1, "\"x\"", "a text stands where a field", "the field comes first"},
      {"= 1", 1, 1, "=", "a condition is missing", ""},
      {"a..b = 1", 1, 3, ".", "a name is missing", ""},
      {".a = 1", 1, 1, ".", "a name is missing", ""},
      {"a. = 1", 1, 2, ".", "a name is missing", ""},
      {"a[0].b = 1", 1, 2, "[", "`[` stands in the name", "no index"},
      {"a-b = 1", 1, 2, "-", "`-` stands in the name", "_"},
      {"año = 1", 1, 2, "ñ", "`ñ` stands in the name", "letters"},
      {"ñ = ñ AND b[1] = 2", 1, 1, "ñ", "`ñ` stands in the name", "letters"},
      {"a = ñandú AND b[1] = 2", 1, 16, "[", "`[` stands in the name", "no index"},
      {"a = \"x", 1, 5, "\"x", "not closed", "\""},
      {"a = 'x", 1, 5, "'x", "not closed", "'"},
      {"a = \"x\\", 1, 7, "\\", "an escape is not known", ""},
      {"a = \"\\d\"", 1, 6, "\\d", "an escape is not known", "\\\\"},
      {"a = \"\\u12\"", 1, 6, "\\u12", "a character is not understood", "four"},
      {"a = \"\\ud83d\"", 1, 6, "\\ud83d", "a character is not understood", "four"},
      {"a = \"x\"y", 1, 5, "\"x\"y", "followed by something", "\\\""},
      {"a = \xE2\x80\x9Cx\xE2\x80\x9D", 1, 5, "\xE2\x80\x9C", "typographic", "plain quotes"},
      {"a =\xC2\xA0x", 1, 4, "\xC2\xA0", "typographic", "plain"},
      {"a = x\\y", 1, 6, "\\", "a backslash", "quotes"},
      {"a = x\x01", 1, 6, "\x01", "a control character", "quotes"},
      {"a = \"\xFA\"", 1, 6, "\xFA", "not UTF-8", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto expression = Parse(c.text);
    ASSERT_FALSE(expression.ok()) << ExpressionText(*expression);
    EXPECT_EQ(expression.status().code(), absl::StatusCode::kInvalidArgument);
    const ErrorDetail detail = GetErrorDetail(expression.status());
    EXPECT_EQ(detail.code, "PUE-0112");
    EXPECT_EQ(detail.line, c.line);
    EXPECT_EQ(detail.column, c.column);
    EXPECT_EQ(detail.text, c.marked);
    EXPECT_NE(detail.message.find(c.message), std::string::npos) << detail.message;
    EXPECT_NE(detail.hint.find(c.hint), std::string::npos) << detail.hint;
  }
}

TEST(FilterSyntaxTest, HoldsItsLimits) {
  Limits limits;
  limits.where_bytes = 20;
  EXPECT_TRUE(Parse("a = " + std::string(16, 'x'), limits).ok());
  const auto longer = Parse("a = " + std::string(17, 'x'), limits);
  EXPECT_EQ(GetErrorDetail(longer.status()).code, "PUE-0112");
  EXPECT_NE(std::string(longer.status().message()).find("more than 20 B"), std::string::npos);

  const auto nested = [](size_t depth) {
    return std::string(depth, '(') + "a = 1" + std::string(depth, ')');
  };
  const auto deep = [](size_t steps) {
    std::string path = "a";
    for (size_t i = 1; i < steps; ++i) path += ".a";
    return path + " = 1";
  };
  for (const uint64_t depth : {uint64_t{1}, DefaultLimits().where_depth, uint64_t{256}}) {
    limits = Limits();
    limits.where_depth = depth;
    EXPECT_TRUE(Parse(nested(depth), limits).ok());
    EXPECT_FALSE(Parse(nested(depth + 1), limits).ok());
    EXPECT_TRUE(Parse(deep(depth), limits).ok());
    EXPECT_FALSE(Parse(deep(depth + 1), limits).ok());
  }
  // Parentheses one beside the other do not nest.
  std::string many = nested(60);
  for (int i = 0; i < 100; ++i) many += " AND " + nested(60);
  EXPECT_TRUE(Parse(many).ok());
  // Neither do long chains, however long.
  limits = Limits();
  limits.where_bytes = uint64_t{1} << 20;
  std::string chain = "a = 1";
  while (chain.size() + 12 < limits.where_bytes) chain += " OR NOT a=1";
  const auto parsed = Parse(chain, limits);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_GT(parsed->comparisons.size(), 90'000u);
  EXPECT_EQ(ExpressionText(*parsed).substr(0, 20), "a = 1 OR NOT a = 1 O");
}

}  // namespace
}  // namespace puente::filter
