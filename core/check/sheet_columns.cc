// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Which column of a sheet holds what, from the layout of its dataset.
#include "core/check/sheet_columns.h"

#include <algorithm>
#include <array>

#include "core/base/strings.h"
#include "core/text/column_names.h"
#include "core/text/sheet_row.h"

namespace puente::check {
namespace {

// More than a workbook can have; a layout that names others was not read from a sheet.
constexpr uint32_t kMaxColumns = 1U << 15;

// Concepts of columns that a table has from being put together from several files.
constexpr std::array<std::string_view, 3> kSources = {"source_file", "source_sheet", "source_row"};

}  // namespace

SheetColumns::SheetColumns(const v1::SheetLayout& layout, const FieldTable& fields)
    : name_(layout.name()) {
  const v1::Row& header = layout.header();
  for (int i = 0; i < header.cells_size(); ++i) {
    const uint32_t column = text::ColumnOf(header, i);
    if (column >= kMaxColumns) continue;
    if (column >= headers_.size()) headers_.resize(column + size_t{1});
    headers_[column] = header.cells(i).text();
  }
  text::ColumnNames names(headers_);
  for (uint32_t i = 0; i < headers_.size(); ++i) by_name_.emplace(names.Name(i), i);
  columns_.resize(fields.size());
  is_known_.resize(headers_.size());
  // One concept a cell of the header, or one a column where empty ones lie between.
  const bool by_cell = layout.concepts_size() == header.cells_size();
  for (int i = 0; i < layout.concepts_size(); ++i) {
    if (layout.concepts(i).empty()) continue;
    const uint32_t column = by_cell ? text::ColumnOf(header, i) : static_cast<uint32_t>(i);
    if (std::find(kSources.begin(), kSources.end(), layout.concepts(i)) != kSources.end()) {
      sources_.push_back(column);
    }
    for (size_t field = 0; field < fields.size(); ++field) {
      if (fields.spec(field).column != layout.concepts(i) || columns_[field].has_value()) continue;
      columns_[field] = column;
      if (column < is_known_.size()) is_known_[column] = true;
    }
  }
}

std::optional<uint32_t> SheetColumns::ColumnNamed(std::string_view name) const {
  const auto found = by_name_.find(ToAbsl(name));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

bool SheetColumns::IsOther(uint32_t column) const {
  return column >= is_known_.size() || !is_known_[column];
}

bool SheetColumns::IsSource(uint32_t column) const {
  return std::find(sources_.begin(), sources_.end(), column) != sources_.end();
}

std::string_view SheetColumns::Header(uint32_t column) const {
  return column < headers_.size() ? std::string_view(headers_[column]) : std::string_view();
}

}  // namespace puente::check
