// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The words, names and ids of FTS for the codes of IATI, by the reviewed crosswalks.
#include "plugins/fts/flow_words.h"

#include <map>

#include "core/base/tsv_table.h"

namespace puente::fts {

// The data files, embedded by the build.
std::string_view AidTypesTsv();
std::string_view CountriesTsv();
std::string_view FlowStatusTsv();
std::string_view GlobalClustersTsv();
std::string_view OrganisationTypesTsv();
std::string_view SchemesTsv();

namespace {

// Of a cell that says "none".
constexpr std::string_view kNone = "-";

std::string_view OrNone(std::string_view cell) { return cell == kNone ? std::string_view() : cell; }

}  // namespace

NamedThing LocationOfCountry(std::string_view code) {
  static const std::map<std::string_view, NamedThing>& countries = *[] {
    auto* const all = new std::map<std::string_view, NamedThing>;
    const TsvTable& table = EmbeddedTable<CountriesTsv>();
    for (const TsvTable::Row& row : table.rows()) {
      all->emplace(row[table.Column("code")],
                   NamedThing{OrNone(row[table.Column("fts_id")]), row[table.Column("name")]});
    }
    return all;
  }();
  const auto found = countries.find(code);
  return found == countries.end() ? NamedThing() : found->second;
}

NamedThing GlobalClusterOfCode(std::string_view code) {
  const TsvTable& table = EmbeddedTable<GlobalClustersTsv>();
  const TsvTable::Row* const row = code == kNone ? nullptr : table.Find(table.Column("code"), code);
  if (row == nullptr) return {};
  return {(*row)[table.Column("id")], (*row)[table.Column("name")]};
}

OrganisationWords WordsOfOrganisationType(std::string_view code) {
  const TsvTable& table = EmbeddedTable<OrganisationTypesTsv>();
  OrganisationWords words;
  // The last one is of the words that FTS uses now.
  for (const TsvTable::Row& row : table.rows()) {
    if (row[table.Column("code")] != code || row[table.Column("match")] != "exact") continue;
    words.type = row[table.Column("type")];
    words.subtype = row[table.Column("subtype")];
  }
  if (words.subtype == "*") words.subtype = {};
  return words;
}

TransactionKind KindOfTransaction(std::string_view code) {
  const TsvTable& table = EmbeddedTable<FlowStatusTsv>();
  const TsvTable::Row* const row = table.Find(table.Column("type"), code);
  if (row == nullptr) return {};
  return {(*row)[table.Column("status")], (*row)[table.Column("direction")] == "incoming"};
}

AidWord WordOfAidType(std::string_view vocabulary, std::string_view code) {
  const TsvTable& table = EmbeddedTable<AidTypesTsv>();
  for (const TsvTable::Row& row : table.rows()) {
    if (row[table.Column("vocabulary")] == vocabulary && row[table.Column("code")] == code) {
      return {row[table.Column("key")], row[table.Column("word")],
              row[table.Column("match")] == "exact"};
    }
  }
  return {};
}

const std::string& FlowScheme(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>>& schemes = *[] {
    auto* const all = new std::map<std::string, std::string, std::less<>>;
    const TsvTable table(SchemesTsv());
    for (const TsvTable::Row& row : table.rows()) {
      all->emplace(row[table.Column("name")], row[table.Column("value")]);
    }
    return all;
  }();
  return schemes.find(name)->second;
}

}  // namespace puente::fts
