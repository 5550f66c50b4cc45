// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Changes the part of a sheet: styles of cells, and where its comments are. Internal to the marker.

#ifndef PUENTE_CORE_TEXT_XLSX_MARKER_SHEET_H_
#define PUENTE_CORE_TEXT_XLSX_MARKER_SHEET_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"
#include "core/text/xlsx_marker.h"
#include "core/text/xlsx_marker_styles.h"
#include "core/text/xlsx_text.h"
#include "core/text/xml_reader.h"

namespace puente::text {

/// A marked cell: its colour, and its marks, which follow each other in a list of all.
struct MarkedCell {
  uint32_t row = 0;
  uint32_t column = 0;
  XlsxSeverity severity = XlsxSeverity::kInfo;
  size_t first_mark = 0;
  size_t end_mark = 0;
  bool has_text = false;
};

/// A row whose cells are coloured.
struct MarkedRow {
  uint32_t row = 0;
  XlsxSeverity severity = XlsxSeverity::kInfo;
};

/// The marks of one sheet, in the order of its cells.
struct MarkedSheet {
  std::vector<MarkedCell> cells;
  std::vector<MarkedRow> rows;
};

/// Rows or columns that follow each other and have one size.
struct SheetSizes {
  uint32_t first = 0;
  uint32_t last = 0;
  uint32_t pixels = 0;
};

/// How large rows and columns are on the screen; from 0.
struct SheetLook {
  uint32_t column_pixels = 64;
  uint32_t row_pixels = 20;
  std::vector<SheetSizes> columns;
  std::vector<SheetSizes> rows;
};

/// What to do with a sheet.
struct SheetPatch {
  /// Its marks; may be null.
  const MarkedSheet* marks = nullptr;
  /// Id of the relation to the shapes of its comments, which the sheet is to have; empty when it
  /// gets none, or has one already.
  std::string drawing_id;
  bool is_strict = false;
};

/// What was found and done.
struct SheetPatched {
  SheetLook look;
  uint64_t cells = 0;
  uint64_t new_cells = 0;
};

/// Ranges that are shown as one cell, that of their upper left corner.
class MergedRanges {
 public:
  void Add(const XlsxRange& range) { ranges_.push_back(range); }
  bool empty() const { return ranges_.empty(); }

  /// Puts them in order; call it before Find.
  void Sort();
  /// The range that a cell is in, null when it is in none. Cells must come in the order of rows;
  /// Sort begins anew. Ranges that overlap are none that a program writes: one of them is given.
  const XlsxRange* Find(uint32_t row, uint32_t column);

 private:
  std::vector<XlsxRange> ranges_;
  size_t next_ = 0;
  /// Those of the rows that were reached, by first column.
  std::map<uint32_t, const XlsxRange*> open_;
};

/// What stands at the head or the tail of a sheet.
struct SheetFacts {
  /// True when it is among the sheets that are selected.
  bool is_selected = false;
  /// Id of the relation to the shapes of its comments; empty when it has none.
  std::string drawing_id;
  MergedRanges merged;
};

/// Reads the facts. The head alone when `whole` is false: then no more than the first of them.
absl::StatusOr<SheetFacts> ReadSheetFacts(InputStream* part, const XmlReaderOptions& options,
                                          bool whole);

/// Writes a sheet with its marks, and not selected. PUE-0345 when its rows or cells are out of
/// order, or it is something else.
absl::StatusOr<SheetPatched> PatchSheet(InputStream* part, const XmlReaderOptions& options,
                                        const SheetPatch& patch, MarkedStyles* styles,
                                        OutputStream* output);

/// Name of a cell, `B7`; column from 0, row from 1.
std::string XlsxCellName(uint32_t column, uint32_t row);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_MARKER_SHEET_H_
