// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where the columns of an input go: to the columns of the output that mean the same.
#ifndef PUENTE_PLUGINS_R4V5W_INPUT_SHEET_H_
#define PUENTE_PLUGINS_R4V5W_INPUT_SHEET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/column_names.h"
#include "plugins/r4v5w/concept_fields.h"
#include "puente/v1/tabular.pb.h"

namespace puente::r4v5w {

/// More columns than any table has; a row or header that names others was not read from one.
inline constexpr uint32_t kMostColumns = 1U << 20;

/// True when all cells of a row are in columns that a table can have.
bool HasPlaces(const v1::Row& row);

/// The names of a header, and what they are: empty for columns that are not known.
struct HeaderNames {
  std::vector<std::string> names;
  std::vector<std::string> concepts;

  HeaderNames() = default;
  /// Those of a sheet that was read.
  explicit HeaderNames(const v1::SheetLayout& sheet);
};

/// A column of the output.
struct OutColumn {
  std::string name;
  std::string concept_name;
  /// The host's id of the name.
  uint32_t id = 0;
  /// The field of its concept; null when the schema has none.
  const ConceptField* field = nullptr;
};

/// A sheet of the output.
class OutSheet {
 public:
  OutSheet(const sdk::Run& run, HeaderNames header);

  /// What stands in the header: unlike names of columns, equal or empty ones are there.
  const HeaderNames& header() const { return header_; }
  const std::vector<OutColumn>& columns() const { return columns_; }
  /// True when one of its columns has a field.
  bool is_matrix() const { return is_matrix_; }
  /// The host's id of the name of any column, those behind the header among them.
  uint32_t Id(size_t column);

 private:
  sdk::Run run_;
  HeaderNames header_;
  std::vector<OutColumn> columns_;
  text::ColumnNames names_;
  std::vector<uint32_t> ids_;
  bool is_matrix_ = false;
};

/// A sheet of an input: its columns are found in the output by what they mean, those that are not
/// known by their names made plain.
class InputSheet {
 public:
  /// An input without columns of its own: records of other formats.
  InputSheet() = default;
  /// `is_leading`: the output has the shape of this input. Its cells behind the header, which have
  /// no name, go behind the columns of the output; those of others have no place.
  InputSheet(const HeaderNames& header, const OutSheet& out, bool is_leading);

  /// The column that a column of the output is from, if there is one.
  std::optional<uint32_t> From(size_t out_column) const {
    return out_column < from_.size() ? from_[out_column] : std::nullopt;
  }
  /// How many columns the header names.
  size_t width() const { return width_; }
  bool is_leading() const { return is_leading_; }
  const std::string& Name(size_t column) { return names_.Name(column); }
  /// The columns that the output has no place for.
  const std::vector<uint32_t>& left() const { return left_; }
  /// The field of a column; null when it has none.
  const ConceptField* Field(uint32_t column) const {
    return column < fields_.size() ? fields_[column] : nullptr;
  }

 private:
  text::ColumnNames names_;
  size_t width_ = 0;
  bool is_leading_ = false;
  std::vector<std::optional<uint32_t>> from_;
  std::vector<uint32_t> left_;
  std::vector<const ConceptField*> fields_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_INPUT_SHEET_H_
