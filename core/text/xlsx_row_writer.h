// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the rows of a sheet as XML.

#ifndef PUENTE_CORE_TEXT_XLSX_ROW_WRITER_H_
#define PUENTE_CORE_TEXT_XLSX_ROW_WRITER_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/text/xlsx_cell.h"
#include "core/text/xlsx_style_table.h"

namespace puente::text {

/// Writes rows, sheet after sheet. Errors, invalid-argument PUE-0344, are those of XlsxWriter.
class XlsxRowWriter {
 public:
  /// `styles`, which must outlive the writer, is null when the styles are not ours.
  XlsxRowWriter(XlsxStyleTable* styles, bool allow_long_texts)
      : styles_(styles), allow_long_texts_(allow_long_texts) {}

  /// Begins a sheet. `name` is for errors; `prefix` is that of the names of elements.
  void Begin(std::string_view name, std::string_view prefix);
  /// Appends a row. After an error nothing is appended.
  absl::Status Append(const XlsxRow& row, std::span<const XlsxCell> cells, std::string* out);
  /// Number of the last row; 0 before the first.
  uint32_t row() const { return row_; }

 private:
  // What stands around values.
  struct Tags {
    std::string row;
    std::string row_end;
    std::string cell;
    std::string cell_end;
    std::string formula;
    std::string formula_end;
    std::string value;
    std::string value_end;
    std::string text;
    std::string text_with_space;
    std::string text_end;
  };

  absl::Status AppendRow(const XlsxRow& row, std::span<const XlsxCell> cells, std::string* out);
  absl::Status AppendCell(const XlsxCell& cell, std::string* out);
  absl::Status AppendFormula(const XlsxCell& cell, std::string* out);
  absl::Status AppendValue(const XlsxCell& cell, std::string* out);
  absl::Status Refuse(std::string_view what, std::string_view hint = {}) const;
  const std::string& Letters(uint32_t column);

  XlsxStyleTable* const styles_;
  const bool allow_long_texts_;
  std::string name_;
  std::string prefix_ = "?";
  Tags tags_;
  uint32_t row_ = 0;
  std::string row_digits_;
  // Where an error is.
  uint32_t at_row_ = 0;
  uint32_t at_column_ = 0;
  std::vector<std::string> letters_;  // of columns, as far as they were needed
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_ROW_WRITER_H_
