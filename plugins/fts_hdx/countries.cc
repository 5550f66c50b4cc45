// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the list of countries.
#include "plugins/fts_hdx/countries.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/ascii.h"
#include "core/base/strings.h"
#include "core/base/tsv_table.h"

namespace puente::fts_hdx {

std::string_view CountriesTsv();

namespace {

std::string Folded(std::string_view name) { return absl::AsciiStrToLower(ToAbsl(name)); }

struct Countries {
  std::unordered_map<std::string, std::string_view> by_name;
  std::vector<std::string> codes;
};

const Countries& All() {
  static const TsvTable& table = EmbeddedTable<CountriesTsv>();
  static const Countries& all = *new Countries([] {
    Countries made;
    const size_t code = table.Column("alpha3");
    const size_t name = table.Column("name");
    const size_t other_names = table.Column("other_names");
    for (const TsvTable::Row& row : table.rows()) {
      made.codes.emplace_back(row[code]);
      made.by_name.emplace(Folded(row[name]), row[code]);
      for (const std::string_view other : SplitText(row[other_names], '|')) {
        made.by_name.emplace(Folded(other), row[code]);
      }
    }
    return made;
  }());
  return all;
}

}  // namespace

std::string_view CountryCode(std::string_view name) {
  const auto found = All().by_name.find(Folded(name));
  return found == All().by_name.end() ? std::string_view() : found->second;
}

bool IsCountryCode(std::string_view code) {
  const std::vector<std::string>& codes = All().codes;
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

const std::vector<std::string>& CountryCodes() { return All().codes; }

}  // namespace puente::fts_hdx
