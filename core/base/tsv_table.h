// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tables of our own data files: lines of cells with tabs between them.

#ifndef PUENTE_CORE_BASE_TSV_TABLE_H_
#define PUENTE_CORE_BASE_TSV_TABLE_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace puente {

/// The parts of a text between separators; one empty part for an empty text.
std::vector<std::string_view> SplitText(std::string_view text, char separator);

/// A data file that the build has put into the program: comments begin with `#`, the first other
/// line names the columns. The files are our own, and tests read all of them: a column that is not
/// there ends the process.
class TsvTable {
 public:
  /// One line by its cells; all lines have a cell for each column.
  using Row = std::vector<std::string_view>;

  /// The text must outlive the table.
  explicit TsvTable(std::string_view text);

  const std::vector<Row>& rows() const { return rows_; }
  /// The number of a column.
  size_t Column(std::string_view name) const;
  /// The first row with a value in a column; null when there is none.
  const Row* Find(size_t column, std::string_view value) const;

 private:
  Row names_;
  std::vector<Row> rows_;
};

/// The table of a text that the build has put into the program, such as `CountriesTsv`. Made once;
/// lives as long as the process.
template <std::string_view (*kText)()>
const TsvTable& EmbeddedTable() {
  static const TsvTable& table = *new TsvTable(kText());
  return table;
}

}  // namespace puente

#endif  // PUENTE_CORE_BASE_TSV_TABLE_H_
