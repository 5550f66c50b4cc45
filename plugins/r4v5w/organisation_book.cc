// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The organisations of R4V's lists.
#include "plugins/r4v5w/organisation_book.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/tsv_table.h"
#include "plugins/r4v5w/header_book.h"

namespace puente::r4v5w {

// Put in by the build.
std::string_view OrganisationsTsv();
std::string_view R4vOrganisationTypesTsv();

namespace {

struct Entry {
  std::string_view id;
  std::string_view from;
  std::string_view to;
  bool implementing = false;
  std::string english;
  std::string spanish;
  std::string_view type;  // of organisation_types.tsv
};

/// The lists, from the oldest on, by plain name and by id.
struct Book {
  std::vector<Entry> entries;
  absl::flat_hash_map<std::string, std::vector<const Entry*>> by_name;
  absl::flat_hash_map<std::string_view, std::vector<const Entry*>> by_id;
};

const Book& Organisations() {
  static const Book& book = *new Book([] {
    const TsvTable& table = EmbeddedTable<OrganisationsTsv>();
    Book made;
    made.entries.reserve(table.rows().size());
    for (const TsvTable::Row& row : table.rows()) {
      const std::string english = UnescapedCell(row[table.Column("name")]);
      const std::string_view spanish = row[table.Column("es")];
      const Entry& entry = made.entries.emplace_back(
          Entry{row[table.Column("id")], row[table.Column("from")], row[table.Column("to")],
                row[table.Column("list")] == "implementing", english,
                spanish == "-" ? english : UnescapedCell(spanish), row[table.Column("type")]});
      made.by_id[entry.id].push_back(&entry);
      for (const std::string_view column : {"name", "es", "pt"}) {
        const std::string_view name = row[table.Column(column)];
        if (name != "-") made.by_name[PlainText(UnescapedCell(name))].push_back(&entry);
      }
    }
    for (auto& [id, entries] : made.by_id) {
      std::stable_sort(entries.begin(), entries.end(),
                       [](const Entry* a, const Entry* b) { return a->from < b->from; });
    }
    return made;
  }());
  return book;
}

/// The entry that a name means best; null when there is none.
const Entry* Find(std::string_view name, std::string_view year, bool implementing) {
  const auto found = Organisations().by_name.find(PlainText(name));
  if (found == Organisations().by_name.end()) return nullptr;
  const Entry* best = nullptr;
  for (const Entry* entry : found->second) {
    if (entry->from > year || (entry->implementing && !implementing)) continue;
    const bool fits = entry->implementing == implementing;
    if (best != nullptr) {
      const bool best_fits = best->implementing == implementing;
      if (fits < best_fits || (fits == best_fits && entry->from <= best->from)) continue;
    }
    best = entry;
  }
  return best;
}

}  // namespace

std::string_view FindOrganisation(std::string_view name, std::string_view year, bool implementing) {
  const Entry* const entry = Find(name, year, implementing);
  return entry == nullptr ? std::string_view() : entry->id;
}

std::string_view OrganisationName(std::string_view name, std::string_view year, bool implementing,
                                  std::string_view language) {
  const Entry* entry = Find(name, year, implementing);
  if (entry == nullptr) return {};
  // The list of the year, or the next one: names of a year without a list are those to come.
  const std::vector<const Entry*>& same = Organisations().by_id.at(entry->id);
  for (const Entry* other : same) {
    if (other->to >= year && other->implementing == entry->implementing) {
      entry = other;
      break;
    }
  }
  return language == "es" ? entry->spanish : entry->english;
}

std::string_view OrganisationTypeCode(std::string_view name, std::string_view year,
                                      bool implementing) {
  const Entry* const entry = Find(name, year, implementing);
  if (entry == nullptr) return {};
  const TsvTable& table = EmbeddedTable<R4vOrganisationTypesTsv>();
  const TsvTable::Row* const row = table.Find(table.Column("type"), entry->type);
  if (row == nullptr) return {};
  // A code that says more would be a guess.
  const std::string_view match = (*row)[table.Column("match")];
  const bool fits = match == "exact" || match == "broader";
  return fits ? (*row)[table.Column("code")] : std::string_view();
}

}  // namespace puente::r4v5w
