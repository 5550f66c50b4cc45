// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// How texts, numbers and names stand in the parts of a workbook.

#ifndef PUENTE_CORE_TEXT_XLSX_TEXT_H_
#define PUENTE_CORE_TEXT_XLSX_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace puente::text {

/// Appends a text of a workbook; `_x000D_` in it stands for the character of that number, which XML
/// cannot have.
void AppendUnescapedXlsxText(std::string_view text, std::string* out);

/// Appends a text as XML that AppendUnescapedXlsxText makes the same text of, whatever it is:
/// characters that XML cannot have or would change as `_x000D_`, and `_x000D_` as `_x005F_x000D_`.
/// False when it is not UTF-8; nothing is appended then.
bool AppendXlsxText(std::string_view text, std::string* out);

/// Appends a text as the content of an element or, between `"`, an attribute, such that XML gives
/// it back. False, and nothing is appended, when XML cannot have it.
bool AppendXmlText(std::string_view text, std::string* out);

/// True when blanks of a text are lost unless `xml:space="preserve"` stands by it.
bool NeedsXmlSpace(std::string_view text);

/// Length of a text in UTF-8 as spreadsheets count it: in units of UTF-16.
size_t Utf16Units(std::string_view text);

/// True for a number of a cell: `-1`, `1.50`, `.5`, `2E-7`; no blanks, no infinity.
bool IsXlsxNumber(std::string_view text);

/// A range of cells: columns from 0, rows from 1, first and last.
struct XlsxRange {
  uint32_t first_column = 0;
  uint32_t first_row = 0;
  uint32_t last_column = 0;
  uint32_t last_row = 0;
};

/// Reads a range, `A1:C9` or `A1`. False when it is none, or its corners are not the upper left and
/// the lower right one.
bool ReadXlsxRange(std::string_view text, XlsxRange* range);

/// The text for comparing names of sheets: without regard to case, as far as Latin, Greek and
/// Cyrillic letters go.
std::string FoldCase(std::string_view text);

/// Invalid-argument error PUE-0344: this cannot be put into a workbook.
absl::Status CannotPut(std::string what, std::string hint);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_TEXT_H_
