// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where the columns of an input go: to the columns of the output that mean the same.
#include "plugins/r4v5w/input_sheet.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/text/sheet_row.h"
#include "plugins/r4v5w/header_book.h"

namespace puente::r4v5w {
namespace {

/// What a column is found by: no concept is a plain name with a `=` before it.
std::string KeyOf(const HeaderNames& header, size_t column) {
  const std::string& concept_name = header.concepts[column];
  return concept_name.empty() ? "=" + PlainText(header.names[column]) : concept_name;
}

}  // namespace

bool HasPlaces(const v1::Row& row) {
  const auto is_place = [](uint32_t column) { return column < kMostColumns; };
  return std::all_of(row.columns().begin(), row.columns().end(), is_place) &&
         std::all_of(row.look().blank_columns().begin(), row.look().blank_columns().end(),
                     is_place);
}

HeaderNames::HeaderNames(const v1::SheetLayout& sheet) {
  if (!HasPlaces(sheet.header())) return;
  for (int i = 0; i < sheet.header().cells_size(); ++i) {
    const size_t column = text::ColumnOf(sheet.header(), i);
    names.resize(std::max(names.size(), column + 1));
    names[column] = sheet.header().cells(i).text();
  }
  concepts.assign(sheet.concepts().begin(), sheet.concepts().end());
  concepts.resize(names.size());
}

OutSheet::OutSheet(const sdk::Run& run, HeaderNames header)
    : run_(run), header_(std::move(header)), names_(header_.names) {
  for (size_t i = 0; i < header_.names.size(); ++i) {
    OutColumn column;
    column.name = names_.Name(i);
    column.concept_name = header_.concepts[i];
    column.id = Id(i);
    column.field = FieldOf(column.concept_name);
    is_matrix_ = is_matrix_ || column.field != nullptr;
    columns_.push_back(std::move(column));
  }
}

uint32_t OutSheet::Id(size_t column) {
  while (column >= ids_.size()) ids_.push_back(run_.Intern(names_.Name(ids_.size())));
  return ids_[column];
}

InputSheet::InputSheet(const HeaderNames& header, const OutSheet& out, bool is_leading)
    : names_(header.names), width_(header.names.size()), is_leading_(is_leading) {
  absl::flat_hash_map<std::string, std::vector<uint32_t>> columns;
  for (size_t i = 0; i < width_; ++i) {
    columns[KeyOf(header, i)].push_back(static_cast<uint32_t>(i));
    fields_.push_back(FieldOf(header.concepts[i]));
  }
  std::vector<bool> is_taken(width_);
  from_.resize(out.columns().size());
  for (size_t i = 0; i < from_.size(); ++i) {
    const auto found = columns.find(KeyOf(out.header(), i));
    if (found == columns.end()) continue;
    // Of several with one name the first goes with the first.
    for (const uint32_t column : found->second) {
      if (is_taken[column]) continue;
      is_taken[column] = true;
      from_[i] = column;
      break;
    }
  }
  for (uint32_t i = 0; i < width_; ++i) {
    if (!is_taken[i]) left_.push_back(i);
  }
}

}  // namespace puente::r4v5w
