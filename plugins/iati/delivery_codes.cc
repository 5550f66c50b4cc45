// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The codes and names of IATI for what a row of R4V's 5W says, by the reviewed crosswalks.
#include "plugins/iati/delivery_codes.h"

#include <algorithm>
#include <iterator>

#include "core/base/tsv_table.h"
#include "core/base/utf8.h"

namespace puente::iati {

// The data files, embedded by the build.
std::string_view IatiNamesTsv();
std::string_view R4vSectorsTsv();

namespace {

// Of a cell that says "none".
constexpr std::string_view kNone = "-";

// The letters of Latin-1 without their accents, from U+00C0 on.
constexpr std::string_view kPlainLetters =
    "aaaaaaaceeeeiiiidnooooo ouuuuy  aaaaaaaceeeeiiiidnooooo ouuuuy y";
constexpr char32_t kFirstLetter = 0xC0;
// Accents that stand behind their letters.
constexpr char32_t kFirstAccent = 0x300;
constexpr char32_t kLastAccent = 0x36F;

/// A letter or digit of ASCII for a character; a blank when there is none.
char PlainOf(char32_t c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return static_cast<char>(c);
  if (c >= kFirstLetter && c - kFirstLetter < kPlainLetters.size()) {
    return kPlainLetters[c - kFirstLetter];
  }
  return ' ';
}

}  // namespace

DeliveryName FindDeliveryName(std::string_view part, std::string_view field) {
  const TsvTable& table = EmbeddedTable<IatiNamesTsv>();
  for (const TsvTable::Row& row : table.rows()) {
    if (row[table.Column("part")] != part || row[table.Column("field")] != field) continue;
    const std::string_view title = row[table.Column("title")];
    return {row[table.Column("name")], title == kNone ? std::string_view() : title};
  }
  return {};
}

std::string DeliveryVocabulary(std::string_view concept_name) {
  std::string address(FindDeliveryName("scheme", "vocabulary").name);
  address += concept_name;
  return address;
}

std::string_view FindR4vSector(std::string_view sector, std::string_view scheme) {
  const TsvTable& table = EmbeddedTable<R4vSectorsTsv>();
  for (const TsvTable::Row& row : table.rows()) {
    if (row[table.Column("sector")] != sector || row[table.Column("scheme")] != scheme) continue;
    const std::string_view match = row[table.Column("match")];
    if (match == "exact" || match == "broader") return row[table.Column("code")];
  }
  return {};
}

bool IsGeographicVocabulary(std::string_view code) {
  constexpr std::string_view kCodes[] = {"A1", "A2", "A3", "A4", "G1", "G2"};
  return std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

std::string SlugOf(std::string_view name) {
  constexpr size_t kLongest = 60;
  std::string slug;
  bool gap = false;
  while (!name.empty() && slug.size() < kLongest) {
    const Utf8Char next = DecodeUtf8(name);
    name.remove_prefix(next.size);
    if (next.valid && next.code_point >= kFirstAccent && next.code_point <= kLastAccent) continue;
    const char plain = next.valid ? PlainOf(next.code_point) : ' ';
    if (plain == ' ') {
      gap = true;
      continue;
    }
    if (gap && !slug.empty()) slug += '-';
    gap = false;
    slug += plain;
  }
  return slug;
}

}  // namespace puente::iati
