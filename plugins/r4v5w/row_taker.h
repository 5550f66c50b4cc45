// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes the cells of a row of an activity.
#ifndef PUENTE_PLUGINS_R4V5W_ROW_TAKER_H_
#define PUENTE_PLUGINS_R4V5W_ROW_TAKER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/plugin/sdk/record_taker.h"
#include "core/text/column_names.h"
#include "plugins/r4v5w/concept_fields.h"
#include "plugins/r4v5w/derived_facts.h"
#include "plugins/r4v5w/foreign_cells.h"
#include "plugins/r4v5w/header_book.h"

namespace puente::r4v5w {

/// A column of the output.
struct OutColumn {
  std::string name;
  /// The host's id of the name.
  uint32_t id = 0;
  /// The field of its concept; null when the schema has none.
  const ConceptField* field = nullptr;
};

/// The text of a cell that is written.
struct OutText {
  std::string text;
  bool is_number = false;
};

/// In which words values are written.
struct Wording {
  /// Empty: those that were read, which a record keeps.
  std::string language;
  /// The matrix that the record is of; the year whose words are used, and the record's own.
  Matrix matrix = Matrix::kMonitoring;
  std::string year;
  std::string source_year;
};

/// Takes the cells of one record after the other. One for each writer.
class RowTaker {
 public:
  explicit RowTaker(const sdk::Run& run) : run_(run), taker_(run) {}

  /// Says whether the residue of records from now on is that of another format.
  void SetForeign(bool is_foreign) {
    is_foreign_ = is_foreign;
    taker_.SetForeign(is_foreign);
  }
  /// The cells of a record's row, by column; nothing where there is none. All of the record that no
  /// cell says is told as lost. Cells behind the last of `columns`, which `names` has the names of,
  /// are looked for up to `width` columns, and then until there is none.
  std::vector<std::optional<OutText>> Take(const v1::Record& record, const sdk::RecordInfo& info,
                                           const std::vector<OutColumn>& columns,
                                           text::ColumnNames& names, size_t width,
                                           const Wording& wording);

 private:
  std::optional<OutText> Cell(const OutColumn& column, const Wording& wording);
  /// The same of an activity of another format.
  std::optional<OutText> TakeForeign(const OutColumn& column);
  /// What of the record its place or another value says.
  void TakeDerived(const Wording& wording);
  std::string Worded(const ConceptField& field, const std::string& value, const Wording& wording);

  const sdk::Run run_;
  sdk::RecordTaker taker_;
  bool is_foreign_ = false;
  const v1::Record* record_ = nullptr;
  /// The present record is an activity of another format; what it has for a row.
  bool is_activity_ = false;
  ForeignCells foreign_;
  /// Values that no list has words for, which are told once.
  absl::flat_hash_set<std::string> told_;
  std::vector<DerivedFact> facts_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_ROW_TAKER_H_
