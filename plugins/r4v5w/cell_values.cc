// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the cells of the 5W say: numbers, months, yes and no.
#include "plugins/r4v5w/cell_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "core/base/decimal.h"
#include "core/base/lexical.h"
#include "core/base/tsv_table.h"
#include "core/text/decimal_sign.h"
#include "fmt/format.h"
#include "plugins/r4v5w/code_book.h"
#include "plugins/r4v5w/header_book.h"

namespace puente::r4v5w {
namespace {

constexpr int kFirstYear = 2000;
constexpr int kLastYear = 2099;
constexpr int kMonths = 12;

std::optional<int> ReadInt(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A year of four digits, or of two behind a month.
std::optional<int> ReadYear(std::string_view text, bool short_too) {
  const std::optional<int> year = ReadInt(text);
  if (!year.has_value()) return std::nullopt;
  if (short_too && text.size() == 2) return kFirstYear + *year;
  if (text.size() != 4 || *year < kFirstYear || *year > kLastYear) return std::nullopt;
  return year;
}

std::optional<int> ReadMonthWord(std::string_view text) {
  const std::string_view code = Months().CodeOf(text, "");
  if (!code.empty()) return ReadInt(code);
  const std::optional<int> number = ReadInt(text);
  if (!number.has_value() || *number < 1 || *number > kMonths || text.size() > 2) {
    return std::nullopt;
  }
  return number;
}

std::string Month(int year, int month) { return fmt::format("{:04}-{:02}", year, month); }

/// A month of the words that a text is made of: year and month in either order, or a whole date.
std::optional<std::string> MonthOfWords(const std::vector<std::string_view>& words) {
  if (words.size() == 1) {
    if (const auto year = ReadYear(words[0], false)) return std::to_string(*year);
    return std::nullopt;
  }
  if (words.size() == 2) {
    const auto last = ReadMonthWord(words[1]);
    if (const auto year = ReadYear(words[0], false); year.has_value() && last.has_value()) {
      return Month(*year, *last);
    }
    const auto first = ReadMonthWord(words[0]);
    if (const auto year = ReadYear(words[1], true); year.has_value() && first.has_value()) {
      return Month(*year, *first);
    }
    return std::nullopt;
  }
  // `2021 01 15`, with or without a time; `15 01 2021` and `01 15 2021` cannot be told apart.
  if (const auto year = ReadYear(words[0], false)) {
    const auto month = ReadMonthWord(words[1]);
    if (month.has_value() && ReadInt(words[2].substr(0, 2)).has_value()) {
      return Month(*year, *month);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> DecimalOfSheetNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  // The shortest that is read back as the same number.
  std::array<char, 400> digits;
  const std::to_chars_result written =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  if (written.ec != std::errc()) return std::nullopt;
  std::string shortest(digits.data(), written.ptr);
  if (shortest == "-0") shortest = "0";
  return shortest;
}

CellValue ReadNumberCell(const text::XlsxCell& cell) {
  CellValue read;
  if (cell.kind == text::XlsxKind::kNumber) {
    read.value = DecimalOfSheetNumber(cell.text);
  } else if (cell.kind == text::XlsxKind::kText) {
    Decimal number;
    const text::LocalNumber kind =
        text::ParseLocalNumber(cell.text, text::DecimalSign::kUnknown, &number);
    read.is_ambiguous = kind == text::LocalNumber::kAmbiguous;
    if (kind == text::LocalNumber::kExact) read.value = number.ToString();
  }
  return read;
}

CellValue ReadYesNoCell(const text::XlsxCell& cell) {
  CellValue read;
  if (cell.kind == text::XlsxKind::kError || cell.kind == text::XlsxKind::kEmpty) return read;
  const std::string_view code = YesNo().CodeOf(cell.text, "");
  if (code == "yes" || cell.text == "1") read.value = "1";
  if (code == "no" || cell.text == "0") read.value = "0";
  return read;
}

CellValue ReadMonthCell(const text::XlsxCell& cell, text::XlsxNumber number, bool is_1904) {
  CellValue read;
  if (cell.kind == text::XlsxKind::kNumber) {
    if (number == text::XlsxNumber::kDate || number == text::XlsxNumber::kDateTime) {
      const std::optional<v1::DateTime> day = text::DateOfSerial(cell.text, is_1904);
      if (day.has_value()) read.value = Month(day->year(), day->month());
    } else if (const auto year = ReadYear(cell.text, false)) {
      read.value = std::to_string(*year);
    }
    return read;
  }
  if (cell.kind != text::XlsxKind::kText && cell.kind != text::XlsxKind::kDate) return read;
  const std::string plain = PlainText(cell.text);
  std::vector<std::string_view> words = SplitText(plain, ' ');
  // `enero de 2021`
  words.erase(std::remove(words.begin(), words.end(), std::string_view("de")), words.end());
  read.value = MonthOfWords(words);
  return read;
}

}  // namespace puente::r4v5w
