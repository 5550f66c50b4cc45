// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the list of countries.
#include "plugins/fts_hdx/countries.h"

#include <algorithm>
#include <unordered_map>

#include "plugins/fts_hdx/tsv.h"

namespace puente::fts_hdx {

std::string_view CountriesTsv();

namespace {

struct Countries {
  std::unordered_map<std::string_view, std::string_view> by_name;
  std::vector<std::string> codes;
};

const Countries& All() {
  static const Countries& all = *new Countries([] {
    Countries made;
    for (const std::vector<std::string_view>& cells : TsvLines(CountriesTsv())) {
      made.codes.emplace_back(cells[0]);
      for (size_t i = 1; i < cells.size(); ++i) made.by_name.emplace(cells[i], cells[0]);
    }
    return made;
  }());
  return all;
}

}  // namespace

std::string_view CountryCode(std::string_view name) {
  const auto found = All().by_name.find(name);
  return found == All().by_name.end() ? std::string_view() : found->second;
}

bool IsCountryCode(std::string_view code) {
  const std::vector<std::string>& codes = All().codes;
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

const std::vector<std::string>& CountryCodes() { return All().codes; }

}  // namespace puente::fts_hdx
