// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes workbooks (.xlsx) row after row: new ones, and rows into what an old one has around them.

#ifndef PUENTE_CORE_TEXT_XLSX_WRITER_H_
#define PUENTE_CORE_TEXT_XLSX_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"
#include "core/text/xlsx_cell.h"
#include "core/text/xlsx_row_writer.h"
#include "core/text/xlsx_shell.h"
#include "core/text/xlsx_style_table.h"
#include "core/text/zip_writer.h"

namespace puente::text {

/// How to write.
struct XlsxWriterOptions {
  /// How hard parts are packed, 1 (fast) to 9 (small).
  int zip_level = kZipLevel;
  /// Writes texts and formulas that are longer than spreadsheets take: they cut or refuse them.
  bool allow_long_texts = false;
};

/// A column of a new sheet.
struct XlsxColumn {
  /// Width in characters; 0 for the usual one.
  double width = 0;
  /// What the cells below the header may hold, as a drop-down list; none for anything.
  std::vector<std::string> choices;
};

/// A new sheet.
struct XlsxSheetOptions {
  /// At most 31 units of UTF-16, none of `[]:*?/\`, no `'` at either end; unlike those of other
  /// sheets without regard to case.
  std::string name;
  bool is_hidden = false;
  /// How many rows at the top stay in sight.
  uint32_t frozen_rows = 0;
  /// The row of headings that gets a filter over all rows below it; 0 for none. Drop-down lists
  /// begin below it and the rows that stay in sight.
  uint32_t filter_row = 0;
  std::vector<XlsxColumn> columns;
};

/// Writes a workbook. Memory is constant, and the same rows make the same bytes. Texts never become
/// formulas: they are inline strings, and in new workbooks one that begins with `=`, `+`, `-`, `@`,
/// tab or CR gets a style that keeps it a text when it is edited. Numbers are written as they come.
///
/// Errors: invalid-argument error PUE-0344, with sheet and cell, for what a workbook cannot hold:
/// rows or columns out of order or too many, a number that is none, a text that is not UTF-8 or is
/// longer than kXlsxLongestText unless the options allow it, a style that is not there, names and
/// ranges that are none; the call writes nothing then, and writing may go on. Those of ZipWriter
/// are final. A failed-precondition error is a call in the wrong order. The stream gets nothing
/// before Finish.
class XlsxWriter {
 public:
  /// Begins a new workbook in `output`, which must outlive the writer.
  static absl::StatusOr<std::unique_ptr<XlsxWriter>> Open(OutputStream* output,
                                                          const XlsxWriterOptions& options);
  /// Begins a workbook from the shell of another one, whose parts stay as they are but for what
  /// PrepareShellParts does. Error PUE-0344 when they do not make a workbook.
  static absl::StatusOr<std::unique_ptr<XlsxWriter>> OpenShell(OutputStream* output,
                                                               XlsxShell shell,
                                                               const XlsxWriterOptions& options);
  ~XlsxWriter();

  /// The number of a style for numbers of a format such as `0.00`, beside kXlsxPlain and the like.
  /// In a new workbook only.
  absl::StatusOr<uint32_t> AddNumberFormat(std::string_view format);

  /// Begins a sheet of a new workbook. Drop-down lists that are too long to stand in their sheet go
  /// to a hidden one, `lists`: no other can have that name then.
  absl::Status BeginSheet(const XlsxSheetOptions& options);
  /// Begins a sheet of a shell, by its number there. Every one must be written.
  absl::Status BeginShellSheet(size_t number);
  /// Writes a row; `cells` in the order of columns.
  absl::Status WriteRow(const XlsxRow& row, std::span<const XlsxCell> cells);
  /// Ends the sheet. `merged`: ranges such as `A1:C1` that are shown as one cell and do not
  /// overlap, which is not checked; a shell has its own.
  absl::Status EndSheet(std::span<const std::string> merged = {});
  /// Writes what is left, and everything to the stream. The last call.
  absl::Status Finish();
  /// The drop-down lists that stand in the hidden sheet, each in a column of its own.
  const std::vector<std::vector<std::string>>& lists() const { return lists_; }

 private:
  // A sheet that was begun.
  struct Sheet {
    std::string name;
    bool is_hidden = false;
    std::string filter;  // its range, if it has one
  };

  XlsxWriter(std::unique_ptr<ZipWriter> zip, const XlsxWriterOptions& options, bool is_shell);
  absl::Status CheckOptions(const XlsxSheetOptions& options) const;
  absl::Status CheckName(std::string_view name) const;
  std::string SheetHead(const XlsxSheetOptions& options, bool is_first) const;
  absl::StatusOr<std::string> SheetTail(std::span<const std::string> merged);
  void AppendChoices(std::string* xml);
  /// What a list of choices is called in a formula: itself when it is short, or where it stands.
  std::string ChoicesFormula(const std::vector<std::string>& choices);
  absl::Status WriteLists();
  absl::Status WritePart(std::string_view name, std::string_view bytes);
  absl::Status FlushRows();
  std::string WorkbookXml() const;

  const std::unique_ptr<ZipWriter> zip_;
  const bool is_shell_;
  XlsxStyleTable styles_;
  XlsxRowWriter rows_;
  std::string buffer_;
  bool in_sheet_ = false;
  bool is_finished_ = false;

  // Of a new workbook.
  std::vector<Sheet> sheets_;
  absl::flat_hash_set<std::string> names_;  // without case
  XlsxSheetOptions sheet_;
  uint32_t filter_columns_ = 0;
  bool has_lists_ = false;
  std::vector<std::vector<std::string>> lists_;
  absl::flat_hash_map<std::string, size_t> list_numbers_;  // by its formula

  // Of a shell.
  std::vector<XlsxSheetShell> shells_;
  std::vector<std::string> prefixes_;
  std::vector<bool> written_;
  size_t shell_ = 0;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_WRITER_H_
