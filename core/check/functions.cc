// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The functions of the language of rules.
#include "core/check/functions.h"

#include <algorithm>

namespace puente::check {
namespace {

constexpr ValueType kBoolean = ValueType::kBoolean;
constexpr ValueType kNumber = ValueType::kNumber;
constexpr ValueType kText = ValueType::kText;

constexpr Function kFunctions[] = {
    {"as_read", FunctionId::kAsRead, kText, "t",
     "as_read(text): the text with the white space at its ends, its encoding repaired"},
    {"contains", FunctionId::kContains, kBoolean, "tT*",
     "contains(text, 'part', ...): one of the parts is in the text, letter for letter"},
    {"contains_plain", FunctionId::kContainsPlain, kBoolean, "tT*",
     "contains_plain(text, 'part', ...): the same without regard to case and accents"},
    {"double_encoded", FunctionId::kDoubleEncoded, kBoolean, "t",
     "double_encoded(text): UTF-8 that was read as windows-1252"},
    {"edge_blanks", FunctionId::kEdgeBlanks, kBoolean, "t",
     "edge_blanks(text): white space at an end of the text"},
    {"empty", FunctionId::kEmpty, kBoolean, "a", "empty(value): there is no value"},
    {"given", FunctionId::kGiven, kBoolean, "a", "given(value): not empty"},
    {"has_email", FunctionId::kHasEmail, kBoolean, "t",
     "has_email(text): an e-mail address is in the text"},
    {"has_pattern", FunctionId::kHasPattern, kBoolean, "tT*",
     "has_pattern(text, '000-AA', ...): a part looks so; 0 any digit, A any letter"},
    {"has_phone", FunctionId::kHasPhone, kBoolean, "t",
     "has_phone(text): a telephone number with + and the code of a country"},
    {"listed", FunctionId::kListed, kBoolean, "La",
     "listed('list', code): the code is given; unknown when there is no such list"},
    {"number", FunctionId::kNumber, kNumber, "t", "number(text): the number that the text is"},
    {"number_after", FunctionId::kNumberAfter, kBoolean, "tNT*",
     "number_after(text, digits, 'word', ...): a number near behind one of the words"},
    {"one_of", FunctionId::kOneOf, kBoolean, "a=*",
     "one_of(value, 'a', 'b', ...): the value is one of these"},
    {"sum", FunctionId::kSum, kNumber, "n*",
     "sum(a, b, ...): what is given of these; unknown when one is no number"},
    {"trimmed", FunctionId::kTrimmed, kText, "t",
     "trimmed(text): the text without white space at its ends"},
    {"unread", FunctionId::kUnread, kBoolean, "a",
     "unread(value): a text stands where it is no value"},
    {"whole", FunctionId::kWhole, kBoolean, "n",
     "whole(number): it has no part behind the point but zeros"},
    {"year", FunctionId::kYear, kNumber, "d", "year(date): the year of a date"},
};

}  // namespace

std::string_view TypeWords(ValueType type) {
  switch (type) {
    case ValueType::kNumber:
      return "a number";
    case ValueType::kText:
      return "a text";
    case ValueType::kBoolean:
      return "yes or no";
    case ValueType::kDate:
      return "a date";
    case ValueType::kAny:
      break;
  }
  return "any value";
}

std::span<const Function> Functions() { return kFunctions; }

const Function* FindFunction(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                         [&](const Function& f) { return f.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

}  // namespace puente::check
