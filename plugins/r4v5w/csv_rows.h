// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a CSV file.
#ifndef PUENTE_PLUGINS_R4V5W_CSV_ROWS_H_
#define PUENTE_PLUGINS_R4V5W_CSV_ROWS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/plugin/sdk/table_encoding.h"
#include "core/text/csv.h"
#include "plugins/r4v5w/row_source.h"

namespace puente::r4v5w {

/// Reads CSV as one sheet without a name. A row that is not in the encoding is left out, with a
/// finding (PUE-0206).
class CsvRows : public RowSource {
 public:
  /// `source` must outlive it.
  static absl::StatusOr<std::unique_ptr<RowSource>> Make(const sdk::Run& run, sdk::Source* source,
                                                         const sdk::Options& options);

  size_t sheets() const override { return 1; }
  std::string_view SheetName(size_t sheet) const override;
  bool is_1904() const override { return false; }
  text::XlsxNumber NumberOf(uint32_t style) const override;
  absl::Status FillLayout(v1::TableLayout* layout) override;
  absl::Status Open(size_t sheet) override;
  absl::StatusOr<bool> Next() override;
  std::span<const text::XlsxCell> cells() const override { return cells_; }
  uint64_t row() const override { return csv_.record_number(); }
  void Describe(v1::Row* row) const override;
  PuentePosition Position() const override;
  uint64_t Length() const override { return csv_.end_offset() - csv_.offset(); }

 private:
  CsvRows(const sdk::Run& run, sdk::Source* source, text::CsvReaderOptions options,
          sdk::TableEncoding encoding);
  absl::StatusOr<bool> ReadNext();
  void Reject(const absl::Status& reason);

  sdk::Run run_;
  text::CsvReader csv_;
  sdk::TableEncoding encoding_;
  /// What Next is to say of the first row, which the layout wanted read.
  std::optional<absl::StatusOr<bool>> first_;
  uint32_t kept_ = 0;
  std::vector<text::XlsxCell> cells_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_CSV_ROWS_H_
