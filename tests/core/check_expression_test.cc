// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the language of rules.
#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/check/expression.h"
#include "core/check/program.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace puente::check {
namespace {

using ::testing::HasSubstr;

/// Fields by name in a fixed order.
class Row : public RowValues {
 public:
  Row() : values_(kFields.size()) {}
  const Value& At(size_t field) override { return values_[field]; }
  Value& operator[](std::string_view name) {
    return values_[static_cast<size_t>(std::find(kFields.begin(), kFields.end(), name) -
                                       kFields.begin())];
  }

  inline static const std::vector<std::string> kFields = {"new",    "total", "girls", "boys",
                                                          "sector", "code",  "cva",   "month"};

 private:
  std::vector<Value> values_;
};

Names TestNames() {
  Names names;
  for (size_t i = 0; i < Row::kFields.size(); ++i) {
    const ValueType type = i < 4   ? ValueType::kNumber
                           : i < 6 ? ValueType::kText
                           : i < 7 ? ValueType::kBoolean
                                   : ValueType::kDate;
    names.fields[Row::kFields[i]] = {i, type};
  }
  names.terms["children"] = "sum(girls, boys)";
  names.terms["direct"] = "code = 'direct'";
  names.terms["round"] = "round and true";
  names.lists = {{"places", true}, {"indicators", false}};
  return names;
}

Value Num(std::string_view text) { return Value::OfNumber(*Decimal::Parse(text)); }

char Holds(std::string_view text, Row& row) {
  const absl::StatusOr<Program> program = Program::Compile(text, TestNames(), ValueType::kBoolean);
  EXPECT_TRUE(program.ok()) << text << ": " << FormatError(program.status());
  if (!program.ok()) return '!';
  switch (program->Test(row)) {
    case Truth::kTrue:
      return 't';
    case Truth::kFalse:
      return 'f';
    case Truth::kUnknown:
      break;
  }
  return '?';
}

ErrorDetail ErrorOf(std::string_view text) {
  const absl::StatusOr<Program> program = Program::Compile(text, TestNames(), ValueType::kBoolean);
  EXPECT_FALSE(program.ok()) << text;
  EXPECT_EQ(program.status().code(), absl::StatusCode::kInvalidArgument) << text;
  const ErrorDetail detail = GetErrorDetail(program.status());
  EXPECT_EQ(detail.code, "PUE-0801") << text;
  return detail;
}

TEST(ExpressionTest, ComparesOnlyWhatIsThere) {
  Row row;
  row["new"] = Num("5");
  for (const auto& [text, expected] : std::vector<std::pair<std::string, char>>{
           {"new = 5.0", 't'},
           {"new != 5", 'f'},
           {"new < 6 and new <= 5 and new > 4 and new >= 5", 't'},
           {"total = 0", '?'},
           {"not total = 0", '?'},
           {"total = 0 or new = 5", 't'},
           {"total = 0 and new = 5", '?'},
           {"total = 0 and new = 6", 'f'},
           {"empty(total) and given(new)", 't'},
           {"sector = 'Health'", '?'},
           {"cva", '?'},
           {"not cva", '?'},
           {"new + total = 5", '?'},
           {"new - 6 = -1", 't'},
           {"true and not false", 't'},
           {"'a' = 'a'", 't'},
       }) {
    EXPECT_EQ(Holds(text, row), expected) << text;
  }
}

TEST(ExpressionTest, SumsAreExactAndTakeWhatIsGiven) {
  Row row;
  EXPECT_EQ(Holds("sum(girls, boys) = 0", row), 't');
  row["girls"] = Num("0.1");
  EXPECT_EQ(Holds("sum(girls, boys) = 0.1", row), 't');
  row["boys"] = Num("0.2");
  EXPECT_EQ(Holds("children = 0.3", row), 't');
  EXPECT_EQ(Holds("sum(girls, boys, 1) = 1.30", row), 't');
  // What is a text could be any number.
  row["boys"] = Value::OfUnread("many");
  EXPECT_EQ(Holds("children = 0.1", row), '?');
  row["girls"] = Num("99999999999999999999999999999999999999");
  row["boys"] = Num("1");
  EXPECT_EQ(Holds("children > 0", row), '?');
}

TEST(ExpressionTest, TextThatIsNoValueIsThereAndUnknown) {
  Row row;
  row["new"] = Value::OfUnread(" n/a ");
  EXPECT_EQ(Holds("empty(new)", row), 'f');
  EXPECT_EQ(Holds("unread(new)", row), 't');
  EXPECT_EQ(Holds("new > 0", row), '?');
  EXPECT_EQ(Holds("new = new", row), '?');
  row["new"] = Value::OfUnread(" \u00a0 ");
  EXPECT_EQ(Holds("empty(new)", row), 't');
}

TEST(ExpressionTest, TextsAreComparedWithoutTheirEnds) {
  Row row;
  row["sector"] = Value::OfText("\u00a0Protección (General) ");
  EXPECT_EQ(Holds("sector = 'Protección (General)'", row), 't');
  EXPECT_EQ(Holds("sector = 'protección (general)'", row), 'f');
  EXPECT_EQ(Holds("contains(sector, 'Health', 'General')", row), 't');
  EXPECT_EQ(Holds("contains(sector, 'general')", row), 'f');
  EXPECT_EQ(Holds("contains_plain(sector, 'proteccion')", row), 't');
  EXPECT_EQ(Holds("edge_blanks(sector)", row), 't');
  EXPECT_EQ(Holds("one_of(sector, 'Health', 'Protección (General)')", row), 't');
  EXPECT_EQ(Holds("one_of(sector, 'Health')", row), 'f');
  EXPECT_EQ(Holds("one_of(code, 'Health')", row), '?');
  row["sector"] = Value::OfText("12.50");
  EXPECT_EQ(Holds("number(sector) = 12.5", row), 't');
  row["sector"] = Value::OfText("dozen");
  EXPECT_EQ(Holds("number(sector) = 12", row), '?');
  EXPECT_EQ(Holds("unread(number(sector))", row), 't');
}

TEST(ExpressionTest, ListsThatAreNotThereAreSilent) {
  Row row;
  EXPECT_EQ(Holds("not listed('places', code)", row), 't');
  EXPECT_EQ(Holds("not listed('indicators', code)", row), '?');
  EXPECT_EQ(Holds("empty(code) or not listed('indicators', code)", row), 't');
  row["code"] = Value::OfText("PE-LMA");
  EXPECT_EQ(Holds("not listed('places', code)", row), 'f');
  EXPECT_EQ(Holds("empty(code) or not listed('indicators', code)", row), '?');
}

TEST(ExpressionTest, NumbersAndDates) {
  Row row;
  row["new"] = Num("2.50");
  row["girls"] = Num("2.00");
  EXPECT_EQ(Holds("whole(new)", row), 'f');
  EXPECT_EQ(Holds("whole(girls)", row), 't');
  EXPECT_EQ(Holds("whole(boys)", row), '?');
  row["month"].kind = ValueKind::kDate;
  row["month"].year = 2025;
  EXPECT_EQ(Holds("one_of(year(month), 2025, 2026)", row), 't');
  EXPECT_EQ(Holds("year(month) < 2025", row), 'f');
}

TEST(ExpressionTest, PersonalData) {
  const std::vector<std::pair<std::string, std::string>> found = {
      {"has_email(sector)", "a: Ana.Perez+x@correo.ejemplo.org,"},
      {"has_phone(sector)", "tel +57 (301) 234-5678"},
      {"has_pattern(sector, '000.000.000-00')", "CPF 123.456.789-09."},
      {"number_after(sector, 7, 'cedula')", "Cédula de identidad No. V-12.345.678"},
  };
  const std::vector<std::pair<std::string, std::string>> not_found = {
      {"has_email(sector)", "3 @ 5.00 USD, @R4V, a@b, a@b."},
      {"has_phone(sector)", "+30 talleres, 2021+2022 3000000, C++ 123456789"},
      {"has_pattern(sector, '000-0000')", "2021-2022, 123-45678"},
      {"number_after(sector, 7, 'cedula')", "cédulas 12345678, cédula 2021, cedula"},
  };
  Row row;
  for (const auto& [expression, text] : found) {
    row["sector"] = Value::OfText(text);
    EXPECT_EQ(Holds(expression, row), 't') << expression << " in " << text;
  }
  for (const auto& [expression, text] : not_found) {
    row["sector"] = Value::OfText(text);
    EXPECT_EQ(Holds(expression, row), 'f') << expression << " in " << text;
  }
}

TEST(ExpressionTest, ErrorsSayWhereAndWhatWasMeant) {
  struct Case {
    std::string text;
    uint64_t column;
    std::string message;
    std::string hint;
  };
  const std::vector<Case> cases = {
      {"new > totl", 7, "no field or term `totl`", "did you mean `total`?"},
      {"emty(new)", 1, "no function `emty`", "did you mean `empty`?"},
      {"listed('place', code)", 8, "no list `place`", "did you mean `places`?"},
      {"new = 'five'", 7, "a number cannot be compared with a text", ""},
      {"month = 5", 9, "a date cannot be compared with a number", ""},
      {"sector < 'b'", 10, "only numbers are less or greater", "= or !="},
      {"new", 1, "yes or no is needed here, and this is a number", ""},
      {"sum(new, sector) > 1", 10, "a number is needed here, and this is a text", ""},
      {"year(new) = 1", 6, "a date is needed here", ""},
      {"one_of(code, sector)", 14, "must be written out", "one_of(value"},
      {"one_of(code, 5)", 14, "a text is needed here", ""},
      {"empty(new, total)", 1, "does not take 2 values", "empty(value)"},
      {"sum() = 1", 1, "does not take 0 values", "sum(a"},
      {"new = ", 7, "ends too early", ""},
      {"new = 5 girls", 9, "`girls` cannot stand here", ""},
      {"(new = 5", 9, "ends too early", "`)`"},
      {"new = \"x\"", 7, "the sign is not known", "single quotes"},
      {"sector = 'x", 10, "the text has no end", ""},
      {"new = 5x", 7, "`5x` is not a number", ""},
      {"round", 1, "the term `round` uses itself", ""},
      {"'ñ' = 'ñ' and emty(new)", 15, "no function", ""},
      {"cell = 'x'", 1, "no field or term `cell`", ""},
      {"new = 1 and = 2", 13, "`=` cannot stand here", ""},
      {"sum(new +) = 1", 10, "`)` cannot stand here", ""},
      {"new = 1 and or", 13, "`or` cannot stand here", ""},
  };
  for (const Case& one : cases) {
    const ErrorDetail detail = ErrorOf(one.text);
    EXPECT_THAT(detail.message, HasSubstr(one.message)) << one.text;
    EXPECT_THAT(detail.hint, HasSubstr(one.hint)) << one.text;
    EXPECT_EQ(detail.line, 1u) << one.text;
    EXPECT_EQ(detail.column, one.column) << one.text;
  }
  EXPECT_EQ(ErrorOf("new = 1\n  and emty(new)").line, 2u);
  EXPECT_EQ(ErrorOf("new = 1\n  and emty(new)").column, 7u);
}

TEST(ExpressionTest, NestingAndLengthAreBounded) {
  const std::string deep(kMaxExpressionDepth, '(');
  const std::string closed(kMaxExpressionDepth, ')');
  EXPECT_TRUE(ParseExpression(deep + "a" + closed).ok());
  EXPECT_FALSE(ParseExpression("(" + deep + "a" + closed + ")").ok());
  EXPECT_FALSE(ParseExpression(std::string(100000, '(')).ok());
  std::string nots;
  std::string sums = "a";
  for (int i = 0; i < 200; ++i) {
    nots += "not ";
    sums += " + a";
  }
  EXPECT_FALSE(ParseExpression(nots + "a").ok());
  EXPECT_FALSE(ParseExpression(sums).ok());
  EXPECT_FALSE(ParseExpression("'\xff'").ok());
}

// ---------------------------------------------------------------- random expressions

class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}

  Expression Make() {
    Expression expression;
    expression.root = Condition(&expression, 4);
    return expression;
  }

 private:
  uint32_t Below(uint32_t end) { return static_cast<uint32_t>(random_() % end); }

  uint32_t Add(Expression* e, Syntax kind, std::vector<uint32_t> children, std::string text = "",
               Decimal number = Decimal()) {
    ExpressionNode node;
    node.kind = kind;
    node.children = std::move(children);
    node.text = std::move(text);
    node.number = number;
    e->nodes.push_back(std::move(node));
    return static_cast<uint32_t>(e->nodes.size() - 1);
  }

  uint32_t Condition(Expression* e, int depth) {
    const uint32_t choice = depth == 0 ? Below(2) + 4 : Below(7);
    if (choice < 2) {
      std::vector<uint32_t> children;
      for (uint32_t i = 0; i < 2 + Below(3); ++i) children.push_back(Condition(e, depth - 1));
      if (children.size() < 2) children.push_back(Condition(e, depth - 1));
      return Add(e, choice == 0 ? Syntax::kOr : Syntax::kAnd, children);
    }
    if (choice == 2) return Add(e, Syntax::kNot, {Condition(e, depth - 1)});
    if (choice == 3) {
      const auto kind = static_cast<Syntax>(static_cast<uint32_t>(Syntax::kEqual) + Below(6));
      const uint32_t left = Single(e, depth - 1);
      return Add(e, kind, {left, Single(e, depth - 1)});
    }
    if (choice == 4) return Add(e, Below(2) == 0 ? Syntax::kTrue : Syntax::kFalse, {});
    return Single(e, depth);
  }

  uint32_t Single(Expression* e, int depth) {
    const uint32_t choice = depth <= 0 ? Below(3) : Below(6);
    if (choice == 0) return Add(e, Syntax::kName, {}, Below(2) == 0 ? "new" : "or_else");
    if (choice == 1) {
      const Decimal number =
          *Decimal::Make(static_cast<int>(Below(2000)) - 1000, static_cast<int>(Below(4)));
      return Add(e, Syntax::kNumber, {}, "", number);
    }
    if (choice == 2) {
      const std::vector<std::string> texts = {"", "it's", "'", "a \"b\"", "ñandú", "x\ny"};
      return Add(e, Syntax::kText, {}, texts[Below(static_cast<uint32_t>(texts.size()))]);
    }
    if (choice == 3) {
      std::vector<uint32_t> children;
      for (uint32_t i = 0; i < Below(4); ++i) children.push_back(Condition(e, depth - 1));
      return Add(e, Syntax::kCall, children, "sum");
    }
    if (choice == 4) return Condition(e, depth - 1);
    const uint32_t left = Single(e, depth - 1);
    return Add(e, Below(2) == 0 ? Syntax::kPlus : Syntax::kMinus, {left, Single(e, depth - 1)});
  }

  std::mt19937 random_;
};

TEST(ExpressionTest, WhatIsWrittenIsReadBack) {
  for (uint32_t seed = 0; seed < 20000; ++seed) {
    const Expression made = Maker(seed).Make();
    const std::string text = ExpressionText(made);
    const absl::StatusOr<Expression> read = ParseExpression(text);
    ASSERT_TRUE(read.ok()) << text << ": " << FormatError(read.status());
    ASSERT_TRUE(SameExpression(made, *read)) << text << " became " << ExpressionText(*read);
  }
}

TEST(ExpressionTest, NoParenthesesWithoutNeed) {
  for (const std::string text :
       {"a and b or not c = d + 1 - 2", "(a or b) and c", "not (a and b)", "a - (b - c)",
        "a = 'it''s' and f(x or y, (a = b) = c)", "-1 < a", "a and (b and c)"}) {
    const absl::StatusOr<Expression> read = ParseExpression(text);
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_EQ(ExpressionText(*read), text);
  }
}

TEST(ExpressionTest, RandomBytesNeverEndIt) {
  std::mt19937 random(7);
  const std::string letters = "ab()'=<>+-,!. 10andornot\"\xc3\xb1";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto n = random() % 40; n > 0; --n) text += letters[random() % letters.size()];
    const absl::StatusOr<Expression> read = ParseExpression(text);
    if (read.ok()) {
      EXPECT_TRUE(ParseExpression(ExpressionText(*read)).ok()) << text;
    }
  }
}

}  // namespace
}  // namespace puente::check
