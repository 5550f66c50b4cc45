// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The codes of IATI for the words, names and ids of FTS, by the reviewed crosswalks.
#include "plugins/iati/flow_codes.h"

#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "core/base/strings.h"
#include "core/base/tsv_table.h"

namespace puente::iati {

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
constexpr std::string_view kWorld = "001";

std::string Folded(std::string_view name) { return absl::AsciiStrToLower(ToAbsl(name)); }

/// The countries of the table, by folded names and by code.
struct Countries {
  std::vector<FlowCountry> all;
  absl::flat_hash_map<std::string, size_t> by_name;
  std::map<std::string_view, size_t> by_code;

  Countries() {
    const TsvTable table(CountriesTsv());
    const size_t code = table.Column("code");
    const size_t regions = table.Column("regions");
    const size_t name = table.Column("name");
    const size_t other_names = table.Column("other_names");
    for (const TsvTable::Row& row : table.rows()) {
      by_code.emplace(row[code], all.size());
      by_name.emplace(Folded(row[name]), all.size());
      if (row[other_names] != kNone) {
        for (const std::string_view other : SplitText(row[other_names], '|')) {
          by_name.emplace(Folded(other), all.size());
        }
      }
      all.push_back({row[code], SplitText(row[regions], ' ')});
    }
  }
};

const Countries& AllCountries() {
  static const Countries& countries = *new Countries;
  return countries;
}

}  // namespace

const FlowCountry* FindFlowCountry(std::string_view name) {
  const Countries& countries = AllCountries();
  const auto found = countries.by_name.find(Folded(name));
  return found == countries.by_name.end() ? nullptr : &countries.all[found->second];
}

std::string_view CommonRegion(std::span<const FlowCountry* const> countries) {
  if (countries.empty()) return kWorld;
  for (const std::string_view region : countries.front()->regions) {
    const bool is_common =
        std::all_of(countries.begin(), countries.end(), [region](const FlowCountry* country) {
          return std::find(country->regions.begin(), country->regions.end(), region) !=
                 country->regions.end();
        });
    if (is_common) return region;
  }
  return kWorld;
}

FlowOrganisationType FindFlowOrganisationType(std::string_view type,
                                              std::span<const std::string> subtypes) {
  const TsvTable& table = EmbeddedTable<OrganisationTypesTsv>();
  const size_t type_column = table.Column("type");
  const size_t subtype_column = table.Column("subtype");
  const TsvTable::Row* best = nullptr;
  FlowOrganisationType found;
  for (const TsvTable::Row& row : table.rows()) {
    if (row[type_column] != type) continue;
    if (row[subtype_column] == "*") {
      if (best == nullptr) best = &row;
      continue;
    }
    const auto subtype = std::find(subtypes.begin(), subtypes.end(), row[subtype_column]);
    if (subtype == subtypes.end() || found.has_subtype) continue;
    best = &row;
    found.has_subtype = true;
    found.subtype = static_cast<size_t>(subtype - subtypes.begin());
  }
  if (best == nullptr) return found;
  const std::string_view code = (*best)[table.Column("code")];
  if (code != kNone) found.code = code;
  found.role = (*best)[table.Column("role")];
  found.is_exact = (*best)[table.Column("match")] == "exact";
  return found;
}

FlowStatus FindFlowStatus(std::string_view status) {
  const TsvTable& table = EmbeddedTable<FlowStatusTsv>();
  for (const TsvTable::Row& row : table.rows()) {
    if (row[table.Column("status")] == status && row[table.Column("way")] == "both") {
      return {row[table.Column("type")], row[table.Column("activity_status")]};
    }
  }
  return {};
}

std::string_view FindEarmarkingCategory(std::string_view word) {
  const TsvTable& table = EmbeddedTable<AidTypesTsv>();
  for (const TsvTable::Row& row : table.rows()) {
    if (row[table.Column("key")] == "grandBargainEarmarkingType" &&
        row[table.Column("word")] == word && row[table.Column("match")] == "exact") {
      return row[table.Column("code")];
    }
  }
  return {};
}

std::string_view FindGlobalCluster(std::string_view id) {
  const TsvTable& table = EmbeddedTable<GlobalClustersTsv>();
  const TsvTable::Row* const row = table.Find(table.Column("id"), id);
  if (row == nullptr || (*row)[table.Column("match")] != "exact") return {};
  return (*row)[table.Column("code")];
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

bool LooksLikeIatiIdentifier(std::string_view text) {
  const size_t first = text.find('-');
  const size_t second = first == std::string_view::npos ? first : text.find('-', first + 1);
  if (first != 2 || second == std::string_view::npos || second + 1 >= text.size()) return false;
  constexpr size_t kShortest = 2;
  const std::string_view register_name = text.substr(first + 1, second - first - 1);
  const bool is_upper = std::all_of(register_name.begin(), register_name.end(), [](char c) {
    return absl::ascii_isupper(static_cast<unsigned char>(c));
  });
  if (register_name.size() < kShortest || !is_upper) return false;
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); })) {
    return false;
  }
  const std::string_view place = text.substr(0, first);
  return place == "XM" || place == "XI" || place == "XR" || place == "XE" ||
         AllCountries().by_code.contains(place);
}

}  // namespace puente::iati
