// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes an activity of a row of a matrix.
#ifndef PUENTE_PLUGINS_R4V5W_ROW_FILLER_H_
#define PUENTE_PLUGINS_R4V5W_ROW_FILLER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/record_filler.h"
#include "core/text/column_names.h"
#include "plugins/r4v5w/concept_fields.h"
#include "plugins/r4v5w/derived_facts.h"
#include "plugins/r4v5w/header_book.h"
#include "plugins/r4v5w/row_source.h"

namespace puente::r4v5w {

/// Puts each cell into its field; what is no value of it, or has none, is kept as it is by the name
/// of its column. One for each reader.
class RowFiller {
 public:
  explicit RowFiller(const sdk::Run& run);

  /// Fills in a record from the present row of `source`. `ids` are the host's ids of the names.
  /// What cannot be read is told as a finding of the cell.
  void Fill(const RowSource& source, size_t sheet, const Binding& binding, text::ColumnNames& names,
            const std::vector<uint32_t>& ids, sdk::BatchBuilder& batch);

 private:
  bool SetCell(const text::XlsxCell& cell, const ConceptField& field, uint32_t source,
               const std::string& name);
  bool SetPeople(const std::string& value, std::string_view text, const ConceptField& field,
                 uint32_t source);
  void Derive(const Binding& binding);
  void Report(std::string_view code, std::string_view message, std::string_view hint,
              const text::XlsxCell& cell, std::string_view column);

  const sdk::Run run_;
  sdk::RecordFiller filler_;
  const RowSource* source_ = nullptr;
  size_t sheet_ = 0;
  std::vector<DerivedFact> facts_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_ROW_FILLER_H_
