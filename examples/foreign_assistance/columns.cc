// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The columns of ForeignAssistance.gov, and the values that its files write in ways of their own.
#include "columns.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "core/base/tsv_table.h"

namespace foreign_assistance {

// Put in by the build.
std::string_view ColumnsTsv();
std::string_view CountriesTsv();

namespace {

using puente::TsvTable;
using puente::sdk::FieldPlace;

Shape ShapeNamed(std::string_view word) {
  if (word == "number") return Shape::kNumber;
  if (word == "date") return Shape::kDate;
  if (word == "id") return Shape::kId;
  if (word == "country") return Shape::kCountry;
  if (word == "type") return Shape::kType;
  if (word == "year") return Shape::kYear;
  return Shape::kText;
}

std::string OlderName(std::string_view name) {
  std::string older(name);
  for (char& c : older) {
    c = c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return older;
}

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view OtherCode(std::string_view from, std::string_view to, std::string_view code) {
  const TsvTable& table = puente::EmbeddedTable<CountriesTsv>();
  const TsvTable::Row* const row = table.Find(table.Column(from), code);
  return row == nullptr ? std::string_view() : (*row)[table.Column(to)];
}

constexpr size_t kYearSize = 4;
constexpr int kLastOfJune = 1976;
constexpr std::string_view kQuarter = "1976tq";

}  // namespace

const std::vector<Column>& Columns() {
  static const std::vector<Column>& columns = *new std::vector<Column>([] {
    const TsvTable& table = puente::EmbeddedTable<ColumnsTsv>();
    std::vector<Column> made;
    for (const TsvTable::Row& row : table.rows()) {
      Column column;
      column.name = row[table.Column("column")];
      const std::string_view older = row[table.Column("older")];
      column.older = older == "-" ? OlderName(column.name) : std::string(older);
      column.shape = ShapeNamed(row[table.Column("shape")]);
      const std::vector<std::string_view> places =
          puente::SplitText(row[table.Column("place")], ' ');
      column.has_place = places.front() != "-";
      if (column.has_place) {
        column.place = FieldPlace::Own(places.front());
        column.other_place = FieldPlace::Own(places.back());
      }
      column.is_of_transaction = places.front().starts_with("activity.transactions[]");
      made.push_back(std::move(column));
    }
    for (size_t i = 0; i < made.size(); ++i) {
      const std::string_view needs = table.rows()[i][table.Column("needs")];
      for (const Column& other : made) {
        if (other.name == needs) made[i].needs = &other;
      }
    }
    return made;
  }());
  return columns;
}

const Column* FindColumn(std::string_view name) {
  const auto found = std::find_if(Columns().begin(), Columns().end(), [name](const Column& column) {
    return column.name == name || column.older == name;
  });
  return found == Columns().end() ? nullptr : &*found;
}

bool IsHeader(std::span<const std::string> names) {
  const auto has = [&](Shape shape) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      const Column* const column = FindColumn(name);
      return column != nullptr && column->shape == shape;
    });
  };
  const size_t known =
      static_cast<size_t>(std::count_if(names.begin(), names.end(), [](const std::string& name) {
        return FindColumn(name) != nullptr;
      }));
  return has(Shape::kId) && has(Shape::kType) && has(Shape::kYear) && 2 * known > Columns().size();
}

const std::vector<DerivedValue>& Constants() {
  static const std::vector<DerivedValue>& constants = *new std::vector<DerivedValue>{
      {FieldPlace::Own("activity.reporting_org.ref"), "US-USAGOV"},
      {FieldPlace::Own("activity.reporting_org.type"), "10"},
      {FieldPlace::Own("activity.reporting_org.narratives[0].text"),
       "The federal government of the United States"},
      {FieldPlace::Own("activity.lang"), "en"},
      {FieldPlace::Own("activity.activity_status.code"), "2"},
  };
  return constants;
}

const Places& OurPlaces() {
  static const Places& places = *new Places();
  return places;
}

bool IsKnownType(std::string_view code) { return code == "2" || code == "3"; }

std::string MadeUpTitle(std::string_view identifier) {
  if (identifier.starts_with(kPrefix)) identifier.remove_prefix(kPrefix.size());
  return "Activity " + std::string(identifier);
}

std::optional<FiscalYear> ReadFiscalYear(std::string_view text) {
  if (text == kQuarter) return FiscalYear{"1976-07-01", "1976-09-30"};
  if (text.size() != kYearSize || !IsDigits(text) || text.front() == '0') return std::nullopt;
  const int year = std::atoi(std::string(text).c_str());
  const std::string before = std::to_string(year - 1);
  if (year <= kLastOfJune) return FiscalYear{before + "-07-01", std::string(text) + "-06-30"};
  return FiscalYear{before + "-10-01", std::string(text) + "-09-30"};
}

std::string FiscalYearOf(std::string_view day) {
  const int year = std::atoi(std::string(day.substr(0, kYearSize)).c_str());
  const std::string_view rest = day.substr(std::min(day.size(), kYearSize));
  if (year == kLastOfJune && rest > "-06-30" && rest <= "-09-30") return std::string(kQuarter);
  const bool is_next = year < kLastOfJune ? rest > "-06-30" : rest > "-09-30";
  return std::to_string(is_next ? year + 1 : year);
}

std::string_view CountryOfThree(std::string_view code) { return OtherCode("alpha3", "code", code); }

std::string_view CountryOfTwo(std::string_view code) { return OtherCode("code", "alpha3", code); }

std::optional<std::string> ReadAmericanDate(std::string_view text) {
  const std::vector<std::string_view> parts = puente::SplitText(text, '/');
  constexpr size_t kParts = 3;
  if (parts.size() != kParts || parts[2].size() != kYearSize) return std::nullopt;
  std::string day(parts[2]);
  for (const std::string_view part : {parts[0], parts[1]}) {
    if (part.empty() || part.size() > 2 || !IsDigits(part)) return std::nullopt;
    day += part.size() == 1 ? "-0" : "-";
    day += part;
  }
  return IsDigits(parts[2]) ? std::optional(day) : std::nullopt;
}

bool IsNone(std::string_view text) { return text.empty() || text == "NULL"; }

bool IsRedacted(std::string_view text) {
  return text == "redacted" || text == "Redacted" ||
         text.starts_with("Information has been Redacted") ||
         text.starts_with("Information has been redacted");
}

}  // namespace foreign_assistance
