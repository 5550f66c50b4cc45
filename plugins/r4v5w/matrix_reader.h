// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads R4V's matrices: the 5W and the plans, of any year, in English or Spanish.
#ifndef PUENTE_PLUGINS_R4V5W_MATRIX_READER_H_
#define PUENTE_PLUGINS_R4V5W_MATRIX_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/column_names.h"
#include "plugins/r4v5w/header_book.h"
#include "plugins/r4v5w/row_filler.h"
#include "plugins/r4v5w/row_source.h"

namespace puente::r4v5w {

/// Gives one DatasetHeader with all that is around the rows, then each row of a matrix as an
/// Activity with one Delivery, and each other row of the file as a Row: titles, instructions,
/// totals, sheets that are no matrix.
///
/// Invalid-argument error R4V-0001 when no sheet is a matrix.
class MatrixReader : public sdk::Reader {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> Open(const sdk::Run& run, sdk::Source* source,
                                                           const sdk::Options& options);

  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  /// A sheet, and what its header says.
  struct Sheet {
    uint64_t header_row = 0;
    std::string role;
    Binding binding;
    text::ColumnNames names;
    std::vector<uint32_t> ids;
    std::vector<std::string> plain;
  };

  MatrixReader(const sdk::Run& run, std::unique_ptr<RowSource> source);

  absl::Status ReadHeader(sdk::BatchBuilder& batch);
  /// Looks for the names of the columns among the first rows of a sheet.
  absl::Status FindHeader(size_t number, v1::SheetLayout* layout);
  void TellHeader(size_t number);
  absl::StatusOr<bool> NextRow();
  /// What the present row is: empty for one of the matrix, else why it is none.
  std::string_view WhyNoData() const;
  void ReadOther(sdk::BatchBuilder& batch, std::string_view why);
  /// Fills in a row as it stands.
  void FillRow(v1::Row* row) const;
  uint32_t PathOf(size_t column);

  const sdk::Run run_;
  const std::unique_ptr<RowSource> source_;
  RowFiller filler_;
  std::vector<Sheet> sheets_;
  /// Rows above the header of a CSV file, which cannot be read again.
  std::vector<v1::Row> above_;
  size_t above_done_ = 0;
  bool header_done_ = false;
  bool is_open_ = false;
  size_t sheet_ = 0;
  const uint32_t cells_field_;
  std::vector<PuenteLeaves> leaves_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_MATRIX_READER_H_
