// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads workbooks (.xlsx) cell for cell, row after row.

#ifndef PUENTE_CORE_TEXT_XLSX_READER_H_
#define PUENTE_CORE_TEXT_XLSX_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/text/byte_stream.h"
#include "core/text/random_access.h"
#include "core/text/spilled_texts.h"
#include "core/text/xlsx_cell.h"
#include "core/text/xlsx_parts.h"
#include "core/text/xlsx_shell.h"
#include "core/text/xlsx_styles.h"
#include "core/text/xml_reader.h"
#include "core/text/zip_archive.h"

namespace puente::text {

/// A sheet.
struct XlsxSheet {
  std::string name;
  /// Name of its part in the archive.
  std::string part;
  bool is_hidden = false;
};

class XlsxSheetReader;

/// A workbook that is open for reading. Macros, links, pictures and the like are never looked at.
class XlsxWorkbook {
 public:
  /// Reads what stands around the sheets: their list, styles, shared texts. `input` must outlive
  /// the workbook. `source` is the name of the input in errors; may be empty.
  ///
  /// The errors of ZipArchive and of XmlReader, whose message then has the part and the place in
  /// it; invalid-argument error PUE-0343 when a part that must be there is not, is not what it must
  /// be, or could be either of two.
  static absl::StatusOr<std::unique_ptr<XlsxWorkbook>> Open(RandomInput* input,
                                                            const Limits& limits,
                                                            std::string source);
  ~XlsxWorkbook();

  /// The sheets with cells, in the order of the workbook.
  const std::vector<XlsxSheet>& sheets() const { return sheets_; }
  /// True when days count from 1904.
  bool is_1904() const { return is_1904_; }
  const XlsxStyles& styles() const { return styles_; }
  const ZipArchive& archive() const { return *archive_; }
  ZipArchive& archive() { return *archive_; }

  /// The parts whose content neither rows nor the shells of sheets have: all but the sheets with
  /// cells and the shared texts. In the order of the archive.
  std::vector<const ZipPart*> OtherParts() const;
  /// Reads a sheet without its rows. Nothing when it cannot be kept, as ReadSheetShell says. The
  /// errors of ZipArchive and XmlReader.
  absl::StatusOr<std::optional<XlsxSheetShell>> ReadShell(size_t number, uint64_t max_bytes,
                                                          ShellFault* fault = nullptr);
  /// Reads a sheet, which must not outlive the workbook. One at a time.
  absl::StatusOr<std::unique_ptr<XlsxSheetReader>> OpenSheet(size_t number);

 private:
  friend class XlsxSheetReader;
  /// A part while it is read.
  struct PartReader {
    std::unique_ptr<InputStream> stream;
    std::unique_ptr<XmlReader> xml;
  };
  using Relations = absl::flat_hash_map<std::string, XlsxRelation>;

  XlsxWorkbook(const Limits& limits, std::string source);
  absl::Status ReadParts();
  absl::Status ReadWorkbook(const std::string& part, const Relations& relations);
  absl::Status ReadSharedTexts(const ZipPart& part);
  /// The relations of a part, by id; none when it has none.
  absl::StatusOr<Relations> ReadRelations(std::string_view part);
  /// The one part that relations of `from` of this kind lead to; empty when there is none.
  absl::StatusOr<std::string> PartOfKind(std::string_view from, const Relations& relations,
                                         std::string_view kind) const;
  /// Opens a part as XML. Damaged when it is not there.
  absl::StatusOr<PartReader> OpenXml(std::string_view name, uint64_t max_bytes);
  /// The error of a reader of a part, with the place in its message: a line of the part is none of
  /// the file's.
  static absl::Status InPart(const absl::Status& status, std::string_view part);
  absl::Status Damaged(std::string_view part, std::string what) const;
  /// The error of a file that is no workbook.
  absl::Status OtherKind(std::string_view what) const;

  const Limits limits_;
  const std::string source_;
  std::unique_ptr<ZipArchive> archive_;
  std::vector<XlsxSheet> sheets_;
  XlsxStyles styles_;
  SpilledTexts texts_;
  std::string texts_part_;
  bool is_1904_ = false;
};

/// Reads the rows of one sheet.
///
/// Errors, with sheet and cell in the message: those of ZipArchive and XmlReader; invalid-argument
/// error PUE-0343 when rows or cells are out of order, twice there or within each other, a cell
/// names another row, or a text that is not there; resource-exhausted error PUE-0203 beyond the
/// limits `csv_columns` (cells with content) and `csv_cell_bytes`.
class XlsxSheetReader {
 public:
  /// Goes to the next row that is in the file; false at the end. What cells() gave before is no
  /// longer valid.
  absl::StatusOr<bool> Next();

  /// Number of the row, from 1.
  uint32_t row() const { return row_; }
  bool is_hidden() const { return look_.is_hidden; }
  /// The row without its cells.
  const XlsxRow& look() const { return look_; }
  /// The cells that are in the file, by column.
  std::span<const XlsxCell> cells() const { return cells_; }
  /// Ranges whose cells are shown as one, such as `A1:C1`; complete once Next was false.
  const std::vector<std::string>& merged() const { return merged_; }

 private:
  friend class XlsxWorkbook;

  // Where the texts of a cell lie in `bytes_`, or which shared text it has.
  struct Pending {
    size_t text_begin = 0;
    size_t text_end = 0;
    size_t formula_begin = 0;
    size_t formula_end = 0;
    // Behind the formula, one after the other.
    size_t range_end = 0;
    size_t more_end = 0;
  };
  // The formula of a cell while it is read.
  struct FormulaTexts {
    std::string text;
    std::string range;
    std::string more;
  };

  XlsxSheetReader(XlsxWorkbook* workbook, const XlsxSheet& sheet, XlsxWorkbook::PartReader part);
  absl::Status ReadRow();
  void ReadLook();
  absl::Status ReadCell();
  /// Reads the attributes of the formula that begins.
  void ReadFormulaForm(XlsxFormula* form, FormulaTexts* texts) const;
  absl::Status TakeValue(std::string_view type, std::string_view value, bool has_value,
                         bool is_inline, XlsxCell* cell, Pending* pending);
  /// Appends the texts of the element that was begun: of `t` within, without those of `rPh`.
  absl::Status AppendTexts(std::string* out);
  absl::StatusOr<XmlEvent> Step();
  absl::Status Damaged(std::string what) const;
  absl::Status TooMuch(std::string what, std::string_view limit) const;

  XlsxWorkbook& workbook_;
  const std::string name_;
  const std::string part_name_;
  const XlsxWorkbook::PartReader part_;
  XmlReader& xml_;
  bool is_worksheet_ = false;
  bool had_data_ = false;
  bool in_data_ = false;
  bool at_end_ = false;
  uint32_t row_ = 0;
  uint32_t column_ = 0;  // of the cell that is read, for messages
  XlsxRow look_;
  std::string height_;
  std::vector<XlsxCell> cells_;
  std::vector<Pending> pending_;
  std::string bytes_;
  std::vector<std::string> merged_;
};

/// The texts of a string item (`si` or `is`): what its `t` elements say, without phonetic ones.
/// The reader is at the item's start, and comes to its end.
absl::Status ReadStringItem(XmlReader* xml, std::string* out);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_READER_H_
