// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tells what of an input has no place in the table that is written.
#ifndef PUENTE_PLUGINS_R4V5W_LEFT_OUT_H_
#define PUENTE_PLUGINS_R4V5W_LEFT_OUT_H_

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/r4v5w/input_sheet.h"
#include "plugins/r4v5w/row_taker.h"
#include "puente/v1/record.pb.h"

namespace puente::r4v5w {

/// Counts what is left out, and tells each kind of it once for each input, at the first place. One
/// for each writer.
class LeftOut {
 public:
  explicit LeftOut(const sdk::Run& run) : run_(run) {}

  /// Begins with an input. A further one is not the one whose shape the output has.
  void BeginInput(bool is_further);
  /// The workbook of a further input, whose look and lists are left out.
  void Book(const v1::TableLayout& layout);
  /// A further input is another kind of matrix than the output, R4V-0017.
  void OtherMatrix(const v1::TableLayout& layout, std::string_view theirs, std::string_view ours);
  /// Cells of a row, R4V-0015 for each column.
  void Cells(const std::vector<LeftCell>& cells, size_t sheet, InputSheet& in, const v1::Row& row,
             const sdk::RecordInfo& info);
  /// Formulas that were written as their values.
  void Formulas(uint64_t count) { formulas_ += count; }
  /// A record that is no activity, R4V-0012.
  void Other(const sdk::RecordInfo& info, std::string_view why);
  /// Tells the sums, R4V-0016.
  void Finish();

 private:
  const sdk::Run run_;
  bool is_further_ = false;
  bool told_other_ = false;
  absl::flat_hash_set<std::pair<size_t, uint32_t>> told_;  // by sheet
  uint64_t inputs_ = 0;
  uint64_t columns_ = 0;
  uint64_t cells_ = 0;
  uint64_t others_ = 0;
  uint64_t parts_ = 0;
  uint64_t formulas_ = 0;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_LEFT_OUT_H_
