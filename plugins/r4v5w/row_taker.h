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
#include "plugins/r4v5w/concept_fields.h"
#include "plugins/r4v5w/derived_facts.h"
#include "plugins/r4v5w/foreign_cells.h"
#include "plugins/r4v5w/header_book.h"
#include "plugins/r4v5w/input_sheet.h"

namespace puente::r4v5w {

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
  /// Texts stay as they were read all the same: they are in the words of that year already.
  bool keep_texts = false;
  /// Columns that say where a row is from are filled in for records that do not say it.
  bool fill_sources = false;
};

/// A cell of an input that the output has no place for.
struct LeftCell {
  uint32_t column = 0;
  std::string text;
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
  /// The cells of a record's row, by column of `out`; nothing where there is none. All of the
  /// record that no cell says is told as lost. `width`: up to which column the row of a leading
  /// input is known to have cells; behind that they are looked for until there is none.
  std::vector<std::optional<OutText>> Take(const v1::Record& record, const sdk::RecordInfo& info,
                                           OutSheet& out, InputSheet& in, size_t width,
                                           const Wording& wording);
  /// The cells with a value that are not among those of the last record, though the input has them.
  const std::vector<LeftCell>& left() const { return left_; }

 private:
  /// `kept`: what the column is called in the input; null when it has none.
  std::optional<OutText> Cell(const OutColumn& column, const std::string* kept,
                              const Wording& wording);
  /// Where the row is from.
  std::optional<OutText> SourceCell(const OutColumn& column, std::optional<std::string> kept,
                                    const Wording& wording);
  /// Looks for what no column took.
  void FindLeft(InputSheet& in);
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
  /// The present record says where it is from.
  bool has_source_ = false;
  std::vector<LeftCell> left_;
  /// Values that no list has words for, which are told once.
  absl::flat_hash_set<std::string> told_;
  std::vector<DerivedFact> facts_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_ROW_TAKER_H_
