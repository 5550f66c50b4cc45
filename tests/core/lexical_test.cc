// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of booleans, whole numbers and XML white space.

#include "core/base/lexical.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace puente {
namespace {

TEST(LexicalTest, TrimsXmlSpaceOnly) {
  EXPECT_EQ(TrimXmlSpace(""), "");
  EXPECT_EQ(TrimXmlSpace(" \t\r\n"), "");
  EXPECT_EQ(TrimXmlSpace("\n a b\t"), "a b");
  EXPECT_EQ(TrimXmlSpace("\xC2\xA0"), "\xC2\xA0");
  EXPECT_EQ(TrimXmlSpace("\va\f"), "\va\f");
}

TEST(LexicalTest, ReadsBooleans) {
  struct Case {
    std::string text;
    TextForm form;
    bool value = false;
  };
  for (const Case& expected : std::vector<Case>{{"1", TextForm::kCanonical, true},
                                                {"0", TextForm::kCanonical, false},
                                                {"true", TextForm::kVariant, true},
                                                {"false", TextForm::kVariant, false},
                                                {" 1 ", TextForm::kVariant, true},
                                                {"\n0", TextForm::kVariant, false},
                                                {"true\t", TextForm::kVariant, true},
                                                {" false", TextForm::kVariant, false}}) {
    bool value = !expected.value;
    EXPECT_EQ(ParseBool(expected.text, &value), expected.form) << expected.text;
    EXPECT_EQ(value, expected.value) << expected.text;
    std::string text;
    AppendBool(value, &text);
    EXPECT_EQ(text == expected.text, expected.form == TextForm::kCanonical);
  }
  for (const std::string text :
       {"", " ", "TRUE", "True", "FALSE", "yes", "01", "2", "-1", "1.0", "1 1",
        "\xC2\xA0"
        "1",
        "t"}) {
    for (bool value : {true, false}) {
      const bool before = value;
      EXPECT_EQ(ParseBool(text, &value), TextForm::kInvalid) << text;
      EXPECT_EQ(value, before);
    }
  }
}

TEST(LexicalTest, ReadsWholeNumbers) {
  struct Case {
    std::string text;
    TextForm form;
    int32_t value = 0;
  };
  for (const Case& expected :
       std::vector<Case>{{"0", TextForm::kCanonical, 0},
                         {"1", TextForm::kCanonical, 1},
                         {"-17", TextForm::kCanonical, -17},
                         {"2147483647", TextForm::kCanonical, INT32_MAX},
                         {"-2147483648", TextForm::kCanonical, INT32_MIN},
                         {"+1", TextForm::kVariant, 1},
                         {"01", TextForm::kVariant, 1},
                         {" 1 ", TextForm::kVariant, 1},
                         {"-01", TextForm::kVariant, -1},
                         {"-0", TextForm::kVariant, 0},
                         {"+0", TextForm::kVariant, 0},
                         {"00", TextForm::kVariant, 0},
                         {std::string(100000, '0') + "5", TextForm::kVariant, 5}}) {
    int32_t value = 99;
    EXPECT_EQ(ParseInt32(expected.text, &value), expected.form) << expected.text;
    EXPECT_EQ(value, expected.value) << expected.text;
    std::string text;
    AppendInt32(value, &text);
    EXPECT_EQ(text == expected.text, expected.form == TextForm::kCanonical) << expected.text;
  }
  for (const std::string& text :
       std::vector<std::string>{"", " ", "-", "+", "1.0", "1e3", "2147483648", "-2147483649",
                                "99999999999999999999", "--1", "+-1", "1 2", "1,000", "0x1", "a",
                                "\xC2\xA0"
                                "1",
                                std::string(100000, '9')}) {
    int32_t value = 99;
    EXPECT_EQ(ParseInt32(text, &value), TextForm::kInvalid) << text;
    EXPECT_EQ(value, 99);
  }
}

}  // namespace
}  // namespace puente
