// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The columns of one file in their order, and how cells hold lists.
#ifndef PUENTE_PLUGINS_FTS_HDX_LAYOUT_H_
#define PUENTE_PLUGINS_FTS_HDX_LAYOUT_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/column_names.h"
#include "plugins/fts_hdx/column_table.h"

namespace puente::fts_hdx {

/// The columns of a file. Each has a path of its own: its name, see text::ColumnNames. Cells of
/// unknown columns are residue of that name.
class Layout {
 public:
  /// The columns as HDX has them.
  explicit Layout(TableKind kind);
  /// Those of a header.
  Layout(TableKind kind, std::vector<std::string> names);

  TableKind kind() const { return kind_; }
  size_t size() const { return names_.size(); }
  /// The names as the header has them.
  const std::vector<std::string>& names() const { return names_; }
  /// The path of a column; those behind the header's have one, too.
  const std::string& PathOf(size_t column) const { return paths_.Name(column); }
  /// What is known of a column; null when nothing is.
  const Column* ColumnAt(size_t column) const {
    return column < columns_.size() ? columns_[column] : nullptr;
  }
  /// Known columns that the header does not have.
  std::vector<std::string> Missing() const;
  /// Paths of columns that are not known.
  std::vector<std::string> Unknown() const;

 private:
  TableKind kind_;
  std::vector<std::string> names_;
  // Names behind the header's are made when they are asked for.
  mutable text::ColumnNames paths_;
  std::vector<const Column*> columns_;
};

/// True when a cell of this shape may hold several values.
bool IsListShape(Shape shape);

/// The values of a list in one cell. A comma with a blank behind it belongs to a value. What HDX
/// does not write that way (empty values; values that are not in order, where they have one) is one
/// value. An empty text is one, too.
std::vector<std::string_view> SplitList(std::string_view text, Shape shape);

/// The first characters of a text.
std::string_view FirstCharacters(std::string_view text, size_t count);

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_LAYOUT_H_
