// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The headers of R4V's matrices: what the columns of a sheet mean, and of which year it is.
#include "plugins/r4v5w/header_book.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/base/tsv_table.h"
#include "core/base/utf8.h"
#include "plugins/r4v5w/source_columns.h"

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

/// What a plain name means in an edition; both by their numbers.
struct Meaning {
  size_t edition = 0;
  size_t concept_number = 0;
};

/// All names, made ready to be looked up.
struct NameIndex {
  std::vector<Edition> editions;  // in their order
  std::vector<size_t> sizes;      // how many concepts each edition has
  std::vector<std::string_view> concepts;
  /// By plain name, in the order of the table: one meaning for each edition.
  absl::flat_hash_map<std::string, std::vector<Meaning>> meanings;
};

NameIndex MakeNameIndex() {
  std::map<Edition, std::set<std::string_view>> editions;
  std::map<std::string_view, size_t> concepts;
  for (const Name& name : Names()) {
    editions[{name.matrix, name.year, name.language}];
    concepts.try_emplace(name.concept_name, concepts.size());
  }
  NameIndex made;
  for (const auto& [edition, _] : editions) made.editions.push_back(edition);
  made.concepts.resize(concepts.size());
  for (const auto& [concept_name, number] : concepts) made.concepts[number] = concept_name;
  for (const Name& name : Names()) {
    const auto place = editions.find({name.matrix, name.year, name.language});
    const auto edition = static_cast<size_t>(std::distance(editions.begin(), place));
    std::vector<Meaning>& meanings = made.meanings[PlainText(name.header)];
    const bool is_known =
        std::any_of(meanings.begin(), meanings.end(),
                    [edition](const Meaning& known) { return known.edition == edition; });
    if (is_known) continue;
    meanings.push_back({edition, concepts.at(name.concept_name)});
    place->second.insert(name.concept_name);
  }
  for (const auto& [_, known] : editions) made.sizes.push_back(known.size());
  return made;
}

const NameIndex& Index() {
  static const NameIndex& index = *new NameIndex(MakeNameIndex());
  return index;
}

/// By column, what its name may mean; null for a name that no edition has.
using Columns = std::vector<const std::vector<Meaning>*>;

/// The edition of which most names are there; of those, the one that misses the fewest of its own,
/// then the latest.
size_t BestEdition(const NameIndex& index, const Columns& columns) {
  std::vector<size_t> found(index.editions.size());
  std::vector<bool> is_found(index.editions.size() * index.concepts.size());
  for (const std::vector<Meaning>* const meanings : columns) {
    if (meanings == nullptr) continue;
    for (const Meaning& meaning : *meanings) {
      const size_t at = meaning.edition * index.concepts.size() + meaning.concept_number;
      if (is_found[at]) continue;
      is_found[at] = true;
      ++found[meaning.edition];
    }
  }
  size_t best = 0;
  for (size_t i = 1; i < found.size(); ++i) {
    const size_t missing = index.sizes[i] - found[i];
    const size_t best_missing = index.sizes[best] - found[best];
    if (found[i] > found[best] || (found[i] == found[best] && missing <= best_missing)) best = i;
  }
  return best;
}

// The letters of Latin-1 and of the languages of the region without their accents, from U+00C0 on.
constexpr std::string_view kPlainLetters =
    "aaaaaaaceeeeiiiidnooooo ouuuuy  aaaaaaaceeeeiiiidnooooo ouuuuy y";
constexpr uint32_t kFirstLetter = 0xC0;

/// A character of ASCII made plain: a letter in lower case or a digit; 0 for all else.
constexpr char PlainAscii(unsigned char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? static_cast<char>(c) : '\0';
}

/// Appends a character made plain: a letter or digit, or nothing for all else.
bool AppendPlain(uint32_t c, std::string* out) {
  if (c < 0x80) {
    const char plain = PlainAscii(static_cast<unsigned char>(c));
    if (plain != '\0') out->push_back(plain);
    return plain != '\0';
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

/// Makes a text plain, letter by letter.
class PlainLetters {
 public:
  explicit PlainLetters(std::string_view text) : rest_(text) {}

  /// Appends the next letter, with a blank before it where others were left out; false at the end.
  bool Next(std::string* plain) {
    bool gap = false;
    while (!rest_.empty()) {
      Utf8Char next{static_cast<unsigned char>(rest_.front()), 1, true};
      if (next.code_point >= 0x80) next = DecodeUtf8(rest_);
      rest_.remove_prefix(next.size);
      const uint32_t c = next.valid ? next.code_point : ' ';
      // An accent of its own belongs to the letter before it.
      if (IsCombining(c)) continue;
      const size_t end = plain->size();
      if (gap && !plain->empty()) plain->push_back(' ');
      if (AppendPlain(c, plain)) return true;
      plain->resize(end);
      gap = true;
    }
    return false;
  }

 private:
  std::string_view rest_;
};

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
  PlainLetters letters(text);
  while (letters.Next(&plain)) {
  }
  return plain;
}

bool IsPlainText(std::string_view text, std::string_view plain) {
  std::string begin;
  PlainLetters letters(text);
  size_t seen = 0;
  while (letters.Next(&begin)) {
    if (begin.size() > plain.size() ||
        begin.compare(seen, begin.size() - seen, plain.substr(seen, begin.size() - seen)) != 0) {
      return false;
    }
    seen = begin.size();
  }
  return seen == plain.size();
}

Binding BindHeader(std::span<const std::string> names) {
  const NameIndex& index = Index();
  Columns columns;
  size_t known = 0;
  for (const std::string& name : names) {
    const auto meanings = index.meanings.find(PlainText(name));
    columns.push_back(meanings == index.meanings.end() ? nullptr : &meanings->second);
    if (columns.back() != nullptr) ++known;
  }
  // No more of them will be bound; most rows that are no header end here.
  if (known < kLeastColumns) return {};

  const size_t edition = BestEdition(index, columns);
  Binding best;
  std::tie(best.matrix, best.year, best.language) = index.editions[edition];
  best.concepts.resize(columns.size());
  std::vector<bool> is_bound(index.concepts.size());
  const auto bind = [&](const auto& fits) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] == nullptr || !best.concepts[i].empty()) continue;
      const auto meaning = std::find_if(columns[i]->begin(), columns[i]->end(), fits);
      if (meaning == columns[i]->end() || is_bound[meaning->concept_number]) continue;
      is_bound[meaning->concept_number] = true;
      best.concepts[i] = index.concepts[meaning->concept_number];
      ++best.known;
    }
  };
  bind([edition](const Meaning& meaning) { return meaning.edition == edition; });
  // Names of other years and languages are known too: sheets are mixed by hand.
  bind([&](const Meaning& meaning) {
    return std::get<Matrix>(index.editions[meaning.edition]) == best.matrix;
  });
  if (best.known < kLeastColumns) return {};
  BindSourceColumns(names, &best);
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
