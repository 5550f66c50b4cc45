// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the rows of a sheet as XML.
#include "core/text/xlsx_row_writer.h"

#include <algorithm>
#include <cstddef>

#include "core/base/utf8.h"
#include "core/text/column_names.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr uint32_t kDeepestOutline = 7;

/// True for what could be taken for a formula where it is typed or pasted.
bool IsDangerous(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

/// True for attributes as the reader makes them: ` name="value"`, any number, no markup in them.
bool IsAttributeList(std::string_view text) {
  while (!text.empty()) {
    const size_t equals = text.find("=\"");
    if (text.front() != ' ' || equals == std::string_view::npos || equals < 2) return false;
    const auto is_name = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(equals),
                     is_name)) {
      return false;
    }
    const size_t end = text.find('"', equals + 2);
    if (end == std::string_view::npos) return false;
    const std::string_view value = text.substr(equals + 2, end - equals - 2);
    if (value.find_first_of("<&") != std::string_view::npos || FirstNonXmlChar(value)) return false;
    text.remove_prefix(end + 1);
  }
  return true;
}

void AppendNumber(uint64_t number, std::string* out) {
  const fmt::format_int digits(number);
  out->append(digits.data(), digits.size());
}

void AppendAttribute(std::string_view begin, uint64_t number, std::string* out) {
  out->append(begin);
  AppendNumber(number, out);
  out->push_back('"');
}

}  // namespace

void XlsxRowWriter::Begin(std::string_view name, std::string_view prefix) {
  name_ = name;
  row_ = 0;
  if (prefix == prefix_) return;
  prefix_ = prefix;
  const auto tags = [prefix](std::string_view element, std::string* begin, std::string* end) {
    *begin = fmt::format("<{}{}>", prefix, element);
    *end = fmt::format("</{}{}>", prefix, element);
  };
  tags("f", &tags_.formula, &tags_.formula_end);
  tags_.formula.pop_back();  // attributes may follow
  tags("v", &tags_.value, &tags_.value_end);
  tags("row", &tags_.row, &tags_.row_end);
  tags_.row = fmt::format("<{}row r=\"", prefix);
  tags("c", &tags_.cell, &tags_.cell_end);
  tags_.cell = fmt::format("<{}c r=\"", prefix);
  tags_.text = fmt::format("<{0}is><{0}t>", prefix);
  tags_.text_with_space = fmt::format("<{0}is><{0}t xml:space=\"preserve\">", prefix);
  tags_.text_end = fmt::format("</{0}t></{0}is>", prefix);
}

absl::Status XlsxRowWriter::Refuse(std::string_view what, std::string_view hint) const {
  return CannotPut(
      fmt::format("sheet `{}`, cell {}: {}", name_, CellName(at_column_, at_row_), what),
      std::string(hint));
}

const std::string& XlsxRowWriter::Letters(uint32_t column) {
  while (letters_.size() <= column) {
    std::string name = CellName(letters_.size(), 1);
    name.pop_back();
    letters_.push_back(std::move(name));
  }
  return letters_[column];
}

absl::Status XlsxRowWriter::Append(const XlsxRow& row, std::span<const XlsxCell> cells,
                                   std::string* out) {
  const size_t before = out->size();
  absl::Status status = AppendRow(row, cells, out);
  if (status.ok()) {
    row_ = row.number;
  } else {
    out->resize(before);
  }
  return status;
}

absl::Status XlsxRowWriter::AppendRow(const XlsxRow& row, std::span<const XlsxCell> cells,
                                      std::string* out) {
  at_row_ = row.number;
  at_column_ = 0;
  if (row.number > kXlsxRows) {
    return Refuse(fmt::format("a sheet has no more than {} rows", kXlsxRows),
                  "write fewer rows, or to CSV");
  }
  if (row.number <= row_) return Refuse(fmt::format("the row follows row {}", row_));
  row_digits_.assign(fmt::format_int(row.number).c_str());
  out->append(tags_.row).append(row_digits_).push_back('"');
  if (row.style.has_value()) {
    if (styles_ != nullptr && *row.style >= styles_->size())
      return Refuse("there is no such style");
    AppendAttribute(" s=\"", *row.style, out);
    out->append(" customFormat=\"1\"");
  }
  if (!row.height.empty()) {
    if (!IsXlsxNumber(row.height)) return Refuse("the height of the row is no number");
    out->append(" ht=\"").append(row.height).push_back('"');
  }
  if (row.is_hidden) out->append(" hidden=\"1\"");
  if (!row.height.empty()) out->append(" customHeight=\"1\"");
  if (row.outline_level > kDeepestOutline) return Refuse("the row is in more than 7 groups");
  if (row.outline_level > 0) AppendAttribute(" outlineLevel=\"", row.outline_level, out);
  if (row.is_collapsed) out->append(" collapsed=\"1\"");
  if (cells.empty()) {
    out->append("/>");
    return absl::OkStatus();
  }
  out->push_back('>');
  uint32_t next = 0;
  for (const XlsxCell& cell : cells) {
    at_column_ = std::min(cell.column, kXlsxColumns - 1);
    if (cell.column >= kXlsxColumns) {
      return Refuse(fmt::format("a sheet has no more than {} columns", kXlsxColumns),
                    "write fewer columns, or to CSV");
    }
    if (cell.column < next) return Refuse("the cell is there twice, or behind one to its right");
    next = cell.column + 1;
    if (absl::Status status = AppendCell(cell, out); !status.ok()) return status;
  }
  out->append(tags_.row_end);
  return absl::OkStatus();
}

absl::Status XlsxRowWriter::AppendCell(const XlsxCell& cell, std::string* out) {
  out->append(tags_.cell).append(Letters(cell.column)).append(row_digits_).push_back('"');
  uint32_t style = cell.style;
  if (styles_ != nullptr) {
    if (style >= styles_->size()) return Refuse("there is no such style");
    if (cell.kind == XlsxKind::kText && !cell.has_formula && IsDangerous(cell.text)) {
      style = styles_->Quoted(style);
    }
  }
  if (style != 0) AppendAttribute(" s=\"", style, out);
  switch (cell.kind) {
    case XlsxKind::kEmpty:
    case XlsxKind::kNumber:
      break;
    case XlsxKind::kText:
      out->append(cell.has_formula ? " t=\"str\"" : " t=\"inlineStr\"");
      break;
    case XlsxKind::kBool:
      out->append(" t=\"b\"");
      break;
    case XlsxKind::kError:
      out->append(" t=\"e\"");
      break;
    case XlsxKind::kDate:
      out->append(" t=\"d\"");
      break;
  }
  if (cell.cell_metadata != 0) AppendAttribute(" cm=\"", cell.cell_metadata, out);
  if (cell.value_metadata != 0) AppendAttribute(" vm=\"", cell.value_metadata, out);
  if (cell.kind == XlsxKind::kEmpty && !cell.has_formula) {
    if (!cell.text.empty()) return Refuse("the cell is empty, and has a text");
    out->append("/>");
    return absl::OkStatus();
  }
  out->push_back('>');
  if (cell.has_formula) {
    if (absl::Status status = AppendFormula(cell, out); !status.ok()) return status;
  }
  if (absl::Status status = AppendValue(cell, out); !status.ok()) return status;
  out->append(tags_.cell_end);
  return absl::OkStatus();
}

absl::Status XlsxRowWriter::AppendFormula(const XlsxCell& cell, std::string* out) {
  const XlsxFormula& form = cell.formula_form;
  if (!allow_long_texts_ && cell.formula.size() > kXlsxLongestFormula &&
      Utf16Units(cell.formula) > kXlsxLongestFormula) {
    return Refuse(fmt::format("a formula has no more than {} characters", kXlsxLongestFormula));
  }
  out->append(tags_.formula);
  switch (form.kind) {
    case XlsxFormulaKind::kNormal:
      break;
    case XlsxFormulaKind::kShared:
      if (!form.group.has_value()) return Refuse("the formula is shared, and in no group");
      out->append(" t=\"shared\"");
      break;
    case XlsxFormulaKind::kArray:
      out->append(" t=\"array\"");
      break;
    case XlsxFormulaKind::kDataTable:
      out->append(" t=\"dataTable\"");
      break;
  }
  if (!form.range.empty()) {
    XlsxRange range;
    if (!ReadXlsxRange(form.range, &range)) return Refuse("the range of the formula is none");
    out->append(" ref=\"").append(form.range).push_back('"');
  }
  if (!IsAttributeList(form.more)) return Refuse("the attributes of the formula are none");
  out->append(form.more);
  if (form.is_volatile) out->append(" ca=\"1\"");
  if (form.group.has_value()) AppendAttribute(" si=\"", *form.group, out);
  if (cell.formula.empty()) {
    out->append("/>");
    return absl::OkStatus();
  }
  out->push_back('>');
  if (!AppendXmlText(cell.formula, out)) {
    return Refuse("the formula has characters that a workbook cannot have");
  }
  out->append(tags_.formula_end);
  return absl::OkStatus();
}

absl::Status XlsxRowWriter::AppendValue(const XlsxCell& cell, std::string* out) {
  const std::string_view text = cell.text;
  if (cell.kind == XlsxKind::kEmpty) {
    return text.empty() ? absl::OkStatus() : Refuse("the cell is empty, and has a text");
  }
  if (cell.kind == XlsxKind::kText) {
    if (!allow_long_texts_ && text.size() > kXlsxLongestText &&
        Utf16Units(text) > kXlsxLongestText) {
      return Refuse(
          fmt::format("its text has more than the {} characters of a cell", kXlsxLongestText),
          "shorten the text, or write to another format");
    }
    const std::string& begin = cell.has_formula      ? tags_.value
                               : NeedsXmlSpace(text) ? tags_.text_with_space
                                                     : tags_.text;
    out->append(begin);
    if (!AppendXlsxText(text, out)) return Refuse("its text is not UTF-8");
    out->append(cell.has_formula ? tags_.value_end : tags_.text_end);
    return absl::OkStatus();
  }
  if (cell.kind == XlsxKind::kNumber && !IsXlsxNumber(text)) {
    return Refuse(fmt::format("`{}` is no number", ClipText(text, 40)));
  }
  if (cell.kind == XlsxKind::kBool && text != "0" && text != "1" && text != "true" &&
      text != "false") {
    return Refuse(fmt::format("`{}` is not 0 or 1", ClipText(text, 40)));
  }
  out->append(tags_.value);
  if (text.empty() || !AppendXmlText(text, out)) return Refuse("its value is none");
  out->append(tags_.value_end);
  return absl::OkStatus();
}

}  // namespace puente::text
