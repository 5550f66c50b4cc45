// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A list of codes with their labels by year and language, such as that of sectors.
#include "plugins/r4v5w/code_book.h"

#include <algorithm>

#include "plugins/r4v5w/header_book.h"

namespace puente::r4v5w {

// Put in by the build.
std::string_view CountriesTsv();
std::string_view DeliveryMechanismsTsv();
std::string_view IndicatorTypesTsv();
std::string_view MonthsTsv();
std::string_view SectorsTsv();
std::string_view YesNoTsv();

namespace {

template <std::string_view (*kText)()>
const CodeBook& Embedded() {
  static const CodeBook& book = *new CodeBook(EmbeddedTable<kText>());
  return book;
}

}  // namespace

CodeBook::CodeBook(const TsvTable& table) {
  for (const TsvTable::Row& row : table.rows()) {
    Entry entry;
    entry.code = row[table.Column("code")];
    entry.from = row[table.Column("from")];
    entry.to = row[table.Column("to")];
    entry.language = row[table.Column("language")];
    const std::string_view kind = row[table.Column("kind")];
    // Words of consolidated tables are none of a row.
    if (kind != "label" && kind != "variant") continue;
    entry.is_label = kind == "label";
    entry.text = row[table.Column("text")];
    by_text_[PlainText(entry.text)].push_back(entries_.size());
    by_code_[entry.code].push_back(entries_.size());
    entries_.push_back(entry);
  }
}

std::string_view CodeBook::CodeOf(std::string_view text, std::string_view year) const {
  const auto found = by_text_.find(PlainText(text));
  if (found == by_text_.end()) return {};
  std::string_view any;
  bool agree = true;
  for (const size_t i : found->second) {
    const Entry& entry = entries_[i];
    if (!year.empty() && entry.from <= year && year <= entry.to) return entry.code;
    agree = agree && (any.empty() || any == entry.code);
    any = entry.code;
  }
  return agree ? any : std::string_view();
}

std::vector<std::string> CodeBook::LabelsOf(std::string_view year,
                                            std::string_view language) const {
  std::vector<std::string> labels;
  for (const Entry& entry : entries_) {
    if (entry.is_label && (entry.language == language || entry.language == "*") &&
        entry.from <= year && year <= entry.to) {
      labels.emplace_back(entry.text);
    }
  }
  return labels;
}

std::string_view CodeBook::LabelOf(std::string_view code, std::string_view year,
                                   std::string_view language) const {
  const auto found = by_code_.find(code);
  if (found == by_code_.end()) return {};
  for (const size_t i : found->second) {
    const Entry& entry = entries_[i];
    if (entry.is_label && (entry.language == language || entry.language == "*") &&
        entry.from <= year && year <= entry.to) {
      return entry.text;
    }
  }
  return {};
}

const CodeBook& Countries() { return Embedded<CountriesTsv>(); }
const CodeBook& DeliveryMechanisms() { return Embedded<DeliveryMechanismsTsv>(); }
const CodeBook& IndicatorTypes() { return Embedded<IndicatorTypesTsv>(); }
const CodeBook& Months() { return Embedded<MonthsTsv>(); }
const CodeBook& Sectors() { return Embedded<SectorsTsv>(); }
const CodeBook& YesNo() { return Embedded<YesNoTsv>(); }

}  // namespace puente::r4v5w
