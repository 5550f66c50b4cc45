// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The indicators of R4V by year.
#include "plugins/r4v5w/indicator_book.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/tsv_table.h"
#include "plugins/r4v5w/header_book.h"

namespace puente::r4v5w {

// Put in by the build.
std::string_view IndicatorsTsv();

namespace {

/// A cell of the table; `-` is empty.
std::string_view Given(std::string_view cell) { return cell == "-" ? std::string_view() : cell; }

/// The list, and its entries by sector and plain text in either language.
struct Book {
  std::vector<Indicator> indicators;
  absl::flat_hash_map<std::pair<std::string, std::string>, std::vector<size_t>> by_text;
};

const Book& Indicators() {
  static const Book& book = *new Book([] {
    const TsvTable& table = EmbeddedTable<IndicatorsTsv>();
    Book made;
    for (const TsvTable::Row& row : table.rows()) {
      Indicator indicator;
      indicator.from = row[table.Column("from")];
      indicator.to = row[table.Column("to")];
      indicator.code = Given(row[table.Column("code")]);
      indicator.sector = row[table.Column("sector")];
      indicator.type = Given(row[table.Column("type")]);
      indicator.is_label = row[table.Column("kind")] == "label";
      indicator.english = UnescapedCell(Given(row[table.Column("en")]));
      indicator.spanish = UnescapedCell(Given(row[table.Column("es")]));
      for (const std::string& text : {indicator.english, indicator.spanish}) {
        if (text.empty()) continue;
        std::vector<size_t>& found = made.by_text[{std::string(indicator.sector), PlainText(text)}];
        if (found.empty() || found.back() != made.indicators.size()) {
          found.push_back(made.indicators.size());
        }
      }
      made.indicators.push_back(std::move(indicator));
    }
    return made;
  }());
  return book;
}

const std::vector<size_t>* Find(std::string_view sector, std::string_view text) {
  const Book& book = Indicators();
  const auto found = book.by_text.find(std::pair(std::string(sector), PlainText(text)));
  return found == book.by_text.end() ? nullptr : &found->second;
}

}  // namespace

const Indicator* FindIndicator(std::string_view sector, std::string_view text,
                               std::string_view year) {
  const std::vector<size_t>* const found = Find(sector, text);
  if (found == nullptr) return nullptr;
  for (const size_t i : *found) {
    const Indicator& indicator = Indicators().indicators[i];
    if (indicator.from <= year && year <= indicator.to) return &indicator;
  }
  return nullptr;
}

std::vector<std::string> IndicatorTexts(std::string_view year, std::string_view language) {
  std::vector<std::string> texts;
  for (const Indicator& indicator : Indicators().indicators) {
    const std::string& text = language == "es" ? indicator.spanish : indicator.english;
    if (!indicator.is_label || text.empty()) continue;
    if (indicator.from <= year && year <= indicator.to) texts.push_back(text);
  }
  return texts;
}

std::string_view IndicatorText(std::string_view sector, std::string_view text,
                               std::string_view year, std::string_view language) {
  const std::vector<size_t>* const found = Find(sector, text);
  if (found == nullptr) return {};
  std::string_view any;
  for (const size_t i : *found) {
    const Indicator& indicator = Indicators().indicators[i];
    const std::string& translated = language == "es" ? indicator.spanish : indicator.english;
    if (translated.empty()) continue;
    if (indicator.from <= year && year <= indicator.to) return translated;
    if (any.empty()) any = translated;
  }
  return any;
}

}  // namespace puente::r4v5w
