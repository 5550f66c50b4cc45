// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The places of R4V: first and second level below the country.
#include "plugins/r4v5w/place_book.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/tsv_table.h"
#include "plugins/r4v5w/header_book.h"

namespace puente::r4v5w {

// Put in by the build.
std::string_view Admin1Tsv();
std::string_view Admin2Tsv();

namespace {

/// A place above, and a plain name.
using Key = std::pair<std::string_view, std::string>;

std::string_view Given(std::string_view cell) { return cell == "-" ? std::string_view() : cell; }

}  // namespace

const Admin1* FindAdmin1(std::string_view country, std::string_view name, std::string_view year) {
  using Map = absl::flat_hash_map<Key, std::vector<Admin1>>;
  static const Map& places = *new Map([] {
    const TsvTable& table = EmbeddedTable<Admin1Tsv>();
    Map made;
    for (const TsvTable::Row& row : table.rows()) {
      const Key key(row[table.Column("country")],
                    PlainText(UnescapedCell(row[table.Column("name")])));
      made[key].push_back({row[table.Column("from")], row[table.Column("to")],
                           Given(row[table.Column("iso")]), Given(row[table.Column("pcode")])});
    }
    return made;
  }());
  const auto found = places.find(Key(country, PlainText(name)));
  if (found == places.end()) return nullptr;
  for (const Admin1& place : found->second) {
    if (place.from <= year && year <= place.to) return &place;
  }
  return nullptr;
}

std::string_view FindAdmin2(std::string_view admin1, std::string_view name) {
  using Map = absl::flat_hash_map<Key, std::string_view>;
  static const Map& places = *new Map([] {
    const TsvTable& table = EmbeddedTable<Admin2Tsv>();
    Map made;
    for (const TsvTable::Row& row : table.rows()) {
      made.try_emplace(
          Key(row[table.Column("iso")], PlainText(UnescapedCell(row[table.Column("name")]))),
          row[table.Column("pcode")]);
    }
    return made;
  }());
  const auto found = places.find(Key(admin1, PlainText(name)));
  return found == places.end() ? std::string_view() : found->second;
}

}  // namespace puente::r4v5w
