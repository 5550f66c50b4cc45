// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Hands a workbook back with cells coloured and commented, and a first sheet of what is wrong.

#ifndef PUENTE_CORE_TEXT_XLSX_MARKER_H_
#define PUENTE_CORE_TEXT_XLSX_MARKER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/text/byte_stream.h"
#include "core/text/random_access.h"

namespace puente::text {

/// How bad something is, and so which colour it gets: soft blue, amber, red.
enum class XlsxSeverity : uint8_t { kInfo, kWarning, kError };
inline constexpr size_t kXlsxSeverities = 3;

/// Something to say about a cell.
struct XlsxMark {
  /// Name of the sheet, letters of either case.
  std::string sheet;
  /// Row, from 1, and column, from 0.
  uint32_t row = 0;
  uint32_t column = 0;
  /// Colours all cells of the row that are there, but for those with marks of their own.
  bool whole_row = false;
  XlsxSeverity severity = XlsxSeverity::kError;
  /// The comment, in UTF-8; empty for a colour alone. All texts of one cell are lines of one
  /// comment, which is cut where it gets longer than spreadsheets take.
  std::string text;
};

/// A line of the first sheet.
struct XlsxErrorLine {
  XlsxSeverity severity = XlsxSeverity::kError;
  std::string severity_word;
  std::string rule;
  std::string sheet;
  /// Such as `B7` or `A7:C7`, which becomes a link; anything else stays a text.
  std::string cell;
  std::string message;
  std::string hint;
};

/// Gives the lines of the first sheet one after the other.
class XlsxErrorLines {
 public:
  virtual ~XlsxErrorLines() = default;
  /// Fills in the next line; false after the last one.
  virtual absl::StatusOr<bool> Next(XlsxErrorLine* line) = 0;
};

/// Lines that are in memory, which must outlive it.
class XlsxErrorLineList : public XlsxErrorLines {
 public:
  explicit XlsxErrorLineList(std::span<const XlsxErrorLine> lines) : lines_(lines) {}
  absl::StatusOr<bool> Next(XlsxErrorLine* line) override {
    if (lines_.empty()) return false;
    *line = lines_.front();
    lines_ = lines_.subspan(1);
    return true;
  }

 private:
  std::span<const XlsxErrorLine> lines_;
};

/// What the first sheet says, in the reader's language.
struct XlsxMarkerOptions {
  Limits limits;
  /// Name of the workbook in errors; may be empty.
  std::string source;
  /// Name of the first sheet; ` 2` and so on is put behind it if another sheet has it.
  std::string title = "Errores";
  /// Headings: severity, rule, sheet, cell, message, hint.
  std::array<std::string, 6> headings;
  /// Lines above the table; the first one is its title.
  std::vector<std::string> summary;
};

/// What was done.
struct XlsxMarkerReport {
  /// The name that the first sheet got.
  std::string title;
  /// Cells that were coloured, and those of them that were not in the file.
  uint64_t cells = 0;
  uint64_t new_cells = 0;
  /// Comments that are new, and that were there and got more text.
  uint64_t comments = 0;
  uint64_t longer_comments = 0;
  /// Marks whose cell has a conversation (a threaded comment): it is left as it is, since
  /// spreadsheet programs would drop what is added to it.
  uint64_t conversations = 0;
  /// Marks of cells that a merged range covers: they went to its upper left cell.
  uint64_t covered = 0;
  /// Lines of the first sheet.
  uint64_t lines = 0;
};

/// Reads a workbook and writes it to `output` with marks, and with a sheet of `lines` before all
/// others. Every part that need not change is copied packed as it is. Of a sheet only the styles of
/// marked cells change, cells that are not there are added, and so is the reference to its
/// comments. A mark of a cell that a merged range covers goes to the upper left cell of the range,
/// whose comment and line name both. The same input makes the same bytes. Memory is that of the
/// marks, the small parts, and a few MiB.
///
/// Errors: those of ZipArchive, XmlReader and ZipWriter; invalid-argument error PUE-0345 when the
/// workbook cannot be marked, such as a signed one, or a mark names a sheet or a cell that is not
/// there; PUE-0344 for a title, a text or a number of lines that a workbook cannot hold.
absl::StatusOr<XlsxMarkerReport> MarkWorkbook(RandomInput* input, const XlsxMarkerOptions& options,
                                              std::span<const XlsxMark> marks,
                                              XlsxErrorLines* lines, OutputStream* output);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_MARKER_H_
