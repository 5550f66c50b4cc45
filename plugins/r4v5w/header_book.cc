// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The headers of R4V's matrices: what the columns of a sheet mean, and of which year it is.
#include "plugins/r4v5w/header_book.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/base/tsv_table.h"
#include "core/base/utf8.h"

namespace puente::r4v5w {

// Put in by the build.
std::string_view ColumnsTsv();

namespace {

/// A name of a column: in one matrix, year and language.
struct Name {
  Matrix matrix = Matrix::kNone;
  std::string_view year;
  std::string_view language;
  std::string_view concept_name;
  size_t position = 0;  // 0: another name, which is never written
  std::string header;
};

Matrix MatrixNamed(std::string_view name) {
  return name == "planning" ? Matrix::kPlanning : Matrix::kMonitoring;
}

/// All names, in the order of the table.
const std::vector<Name>& Names() {
  static const std::vector<Name>& names = *new std::vector<Name>([] {
    const TsvTable& table = EmbeddedTable<ColumnsTsv>();
    std::vector<Name> made;
    for (const TsvTable::Row& row : table.rows()) {
      Name name;
      name.matrix = MatrixNamed(row[table.Column("matrix")]);
      name.year = row[table.Column("year")];
      name.language = row[table.Column("language")];
      name.concept_name = row[table.Column("concept")];
      const std::string_view position = row[table.Column("position")];
      std::from_chars(position.data(), position.data() + position.size(), name.position);
      name.header = UnescapedCell(row[table.Column("header")]);
      made.push_back(std::move(name));
    }
    return made;
  }());
  return names;
}

/// A year and language of a matrix.
using Edition = std::tuple<Matrix, std::string_view, std::string_view>;

/// By edition, what plain names mean.
const std::map<Edition, absl::flat_hash_map<std::string, std::string_view>>& Editions() {
  using Map = std::map<Edition, absl::flat_hash_map<std::string, std::string_view>>;
  static const Map& editions = *new Map([] {
    Map made;
    for (const Name& name : Names()) {
      made[{name.matrix, name.year, name.language}].try_emplace(PlainText(name.header),
                                                                name.concept_name);
    }
    return made;
  }());
  return editions;
}

/// What a plain name means in any edition of a matrix.
const absl::flat_hash_map<std::string, std::string_view>& AnyName(Matrix matrix) {
  using Map = std::map<Matrix, absl::flat_hash_map<std::string, std::string_view>>;
  static const Map& any = *new Map([] {
    Map made;
    for (const Name& name : Names()) {
      made[name.matrix].try_emplace(PlainText(name.header), name.concept_name);
    }
    return made;
  }());
  return any.at(matrix);
}

// The letters of Latin-1 and of the languages of the region without their accents, from U+00C0 on.
constexpr std::string_view kPlainLetters =
    "aaaaaaaceeeeiiiidnooooo ouuuuy  aaaaaaaceeeeiiiidnooooo ouuuuy y";
constexpr uint32_t kFirstLetter = 0xC0;

/// Appends a character made plain: a letter or digit, or nothing for all else.
bool AppendPlain(uint32_t c, std::string* out) {
  if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
    out->push_back(static_cast<char>(c));
    return true;
  }
  if (c >= kFirstLetter && c - kFirstLetter < kPlainLetters.size() &&
      kPlainLetters[c - kFirstLetter] != ' ') {
    out->push_back(kPlainLetters[c - kFirstLetter]);
    return true;
  }
  // Letters of other scripts stay as they are.
  constexpr uint32_t kOthers = 0x370;
  constexpr uint32_t kPunctuation = 0x2000;
  constexpr uint32_t kAfterPunctuation = 0x2E80;
  if (c < kOthers || (c >= kPunctuation && c < kAfterPunctuation) || c == 0xFEFF) return false;
  AppendUtf8(c, out);
  return true;
}

bool IsCombining(uint32_t c) { return c >= 0x300 && c < 0x370; }

}  // namespace

std::string_view MatrixName(Matrix matrix) {
  return matrix == Matrix::kPlanning ? "planning" : "monitoring";
}

std::string UnescapedCell(std::string_view text) {
  std::string out;
  constexpr size_t kEscape = 6;
  constexpr int kHex = 16;
  while (!text.empty()) {
    uint32_t code = 0;
    if (text.starts_with("\\u") && text.size() >= kEscape &&
        std::from_chars(text.data() + 2, text.data() + kEscape, code, kHex).ec == std::errc()) {
      AppendUtf8(code, &out);
      text.remove_prefix(kEscape);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string PlainText(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  bool gap = false;
  while (!text.empty()) {
    const Utf8Char next = DecodeUtf8(text);
    text.remove_prefix(next.size);
    const uint32_t c = next.valid ? next.code_point : ' ';
    // An accent of its own belongs to the letter before it.
    if (IsCombining(c)) continue;
    const size_t end = plain.size();
    if (gap && !plain.empty()) plain += ' ';
    if (AppendPlain(c, &plain)) {
      gap = false;
    } else {
      plain.resize(end);
      gap = true;
    }
  }
  return plain;
}

Binding BindHeader(std::span<const std::string> names) {
  std::vector<std::string> plain;
  plain.reserve(names.size());
  for (const std::string& name : names) plain.push_back(PlainText(name));

  // The edition of which most names are there; of those, the one that misses the fewest of its
  // own, then the latest.
  Binding best;
  size_t best_missing = 0;
  for (const auto& [edition, meanings] : Editions()) {
    std::set<std::string_view> found;
    std::set<std::string_view> all;
    for (const auto& [name, concept_name] : meanings) all.insert(concept_name);
    for (const std::string& name : plain) {
      const auto meaning = meanings.find(name);
      if (meaning != meanings.end()) found.insert(meaning->second);
    }
    const size_t missing = all.size() - found.size();
    if (found.size() < best.known || (found.size() == best.known && missing > best_missing)) {
      continue;
    }
    best.matrix = std::get<0>(edition);
    best.year = std::get<1>(edition);
    best.language = std::get<2>(edition);
    best.known = found.size();
    best_missing = missing;
  }

  // Names of other years and languages are known too: sheets are mixed by hand.
  std::set<std::string_view> found;
  best.concepts.resize(plain.size());
  const auto bind = [&](const absl::flat_hash_map<std::string, std::string_view>& meanings) {
    for (size_t i = 0; i < plain.size(); ++i) {
      if (!best.concepts[i].empty()) continue;
      const auto meaning = meanings.find(plain[i]);
      if (meaning == meanings.end() || !found.insert(meaning->second).second) continue;
      best.concepts[i] = meaning->second;
    }
  };
  if (best.matrix == Matrix::kNone) return Binding();
  bind(Editions().at({best.matrix, best.year, best.language}));
  bind(AnyName(best.matrix));
  best.known = found.size();
  if (best.known < kLeastColumns) return Binding();
  return best;
}

std::vector<HeaderColumn> HeaderOf(Matrix matrix, std::string_view year,
                                   std::string_view language) {
  std::vector<std::pair<size_t, HeaderColumn>> columns;
  for (const Name& name : Names()) {
    if (name.matrix != matrix || name.year != year || name.language != language) continue;
    if (name.position > 0) columns.push_back({name.position, {name.concept_name, name.header}});
  }
  std::stable_sort(columns.begin(), columns.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<HeaderColumn> sorted;
  for (auto& [position, column] : columns) sorted.push_back(std::move(column));
  return sorted;
}

std::vector<std::string_view> YearsOf(Matrix matrix) {
  std::set<std::string_view> years;
  for (const Name& name : Names()) {
    if (name.matrix == matrix) years.insert(name.year);
  }
  return {years.begin(), years.end()};
}

}  // namespace puente::r4v5w
