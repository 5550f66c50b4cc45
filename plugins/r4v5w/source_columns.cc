// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Columns that say where a row is from, in a table that was put together from several files.
#include "plugins/r4v5w/source_columns.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "core/base/tsv_table.h"

namespace puente::r4v5w {

// Put in by the build.
std::string_view SourceColumnsTsv();

namespace {

constexpr std::string_view kFile = "source_file";
constexpr std::string_view kSheet = "source_sheet";
constexpr std::string_view kRow = "source_row";

/// What a plain name stands for, such as `source_file`; empty for other names.
std::string_view SourceConceptOf(std::string_view plain_name) {
  using Map = absl::flat_hash_map<std::string, std::string_view>;
  static const Map& names = *new Map([] {
    const TsvTable& table = EmbeddedTable<SourceColumnsTsv>();
    Map made;
    for (const TsvTable::Row& row : table.rows()) {
      made.try_emplace(PlainText(UnescapedCell(row[table.Column("header")])),
                       row[table.Column("concept")]);
    }
    return made;
  }());
  const auto found = names.find(std::string(plain_name));
  return found == names.end() ? std::string_view() : found->second;
}

}  // namespace

std::vector<HeaderColumn> SourceColumns(std::string_view language) {
  const TsvTable& table = EmbeddedTable<SourceColumnsTsv>();
  std::vector<HeaderColumn> columns;
  for (const TsvTable::Row& row : table.rows()) {
    const std::string_view name = row[table.Column("concept")];
    const bool is_there =
        std::any_of(columns.begin(), columns.end(),
                    [name](const HeaderColumn& column) { return column.concept_name == name; });
    if (row[table.Column("language")] != language || is_there) continue;
    columns.push_back({name, UnescapedCell(row[table.Column("header")])});
  }
  return columns.empty() && language != "en" ? SourceColumns("en") : columns;
}

void BindSourceColumns(std::span<const std::string> names, Binding* binding) {
  for (size_t i = 0; i < names.size(); ++i) {
    std::string& bound = binding->concepts[i];
    if (!bound.empty()) continue;
    const std::string_view source = SourceConceptOf(PlainText(names[i]));
    const auto& known = binding->concepts;
    if (source.empty() || std::find(known.begin(), known.end(), source) != known.end()) continue;
    bound = source;
    ++binding->known;
  }
}

bool IsSourceConcept(std::string_view concept_name) {
  return concept_name == kFile || concept_name == kSheet || concept_name == kRow;
}

std::string SourceTextOf(std::string_view concept_name, const v1::Provenance& provenance) {
  if (concept_name == kFile) return provenance.source();
  if (concept_name == kSheet) return provenance.sheet();
  return provenance.line() == 0 ? std::string() : std::to_string(provenance.line());
}

}  // namespace puente::r4v5w
