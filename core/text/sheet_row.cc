// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rows of a sheet as the schema has them (puente.v1.Row), and back.
#include "core/text/sheet_row.h"

#include <algorithm>
#include <string>

namespace puente::text {
namespace {

v1::CellKind KindIn(XlsxKind kind) {
  switch (kind) {
    case XlsxKind::kEmpty:
      return v1::CELL_KIND_EMPTY;
    case XlsxKind::kNumber:
      return v1::CELL_KIND_NUMBER;
    case XlsxKind::kBool:
      return v1::CELL_KIND_BOOLEAN;
    case XlsxKind::kError:
      return v1::CELL_KIND_ERROR;
    case XlsxKind::kDate:
      return v1::CELL_KIND_DATE;
    case XlsxKind::kText:
      break;
  }
  return v1::CELL_KIND_TEXT;
}

XlsxKind KindOut(v1::CellKind kind) {
  switch (kind) {
    case v1::CELL_KIND_EMPTY:
      return XlsxKind::kEmpty;
    case v1::CELL_KIND_NUMBER:
      return XlsxKind::kNumber;
    case v1::CELL_KIND_BOOLEAN:
      return XlsxKind::kBool;
    case v1::CELL_KIND_ERROR:
      return XlsxKind::kError;
    case v1::CELL_KIND_DATE:
      return XlsxKind::kDate;
    default:
      return XlsxKind::kText;
  }
}

v1::FormulaKind FormulaIn(XlsxFormulaKind kind) {
  switch (kind) {
    case XlsxFormulaKind::kShared:
      return v1::FORMULA_KIND_SHARED;
    case XlsxFormulaKind::kArray:
      return v1::FORMULA_KIND_ARRAY;
    case XlsxFormulaKind::kDataTable:
      return v1::FORMULA_KIND_DATA_TABLE;
    case XlsxFormulaKind::kNormal:
      break;
  }
  return v1::FORMULA_KIND_UNSPECIFIED;
}

XlsxFormulaKind FormulaOut(v1::FormulaKind kind) {
  switch (kind) {
    case v1::FORMULA_KIND_SHARED:
      return XlsxFormulaKind::kShared;
    case v1::FORMULA_KIND_ARRAY:
      return XlsxFormulaKind::kArray;
    case v1::FORMULA_KIND_DATA_TABLE:
      return XlsxFormulaKind::kDataTable;
    default:
      return XlsxFormulaKind::kNormal;
  }
}

void Assign(std::string_view from, std::string* to) { to->assign(from.data(), from.size()); }

void AddFormula(const XlsxCell& cell, uint32_t number, v1::Row* row) {
  v1::CellFormula* const formula = row->add_formulas();
  formula->set_cell(number);
  Assign(cell.formula, formula->mutable_text());
  formula->set_kind(FormulaIn(cell.formula_form.kind));
  Assign(cell.formula_form.range, formula->mutable_range());
  if (cell.formula_form.group.has_value()) formula->set_group(*cell.formula_form.group);
  formula->set_is_volatile(cell.formula_form.is_volatile);
  Assign(cell.formula_form.more, formula->mutable_more());
  formula->set_cell_metadata(cell.cell_metadata);
  formula->set_value_metadata(cell.value_metadata);
}

void SetFormula(const v1::CellFormula& formula, XlsxCell* cell) {
  cell->has_formula = true;
  cell->formula = formula.text();
  cell->formula_form.kind = FormulaOut(formula.kind());
  cell->formula_form.range = formula.range();
  if (formula.has_group()) cell->formula_form.group = formula.group();
  cell->formula_form.is_volatile = formula.is_volatile();
  cell->formula_form.more = formula.more();
  cell->cell_metadata = formula.cell_metadata();
  cell->value_metadata = formula.value_metadata();
}

void DescribeLook(const XlsxRow& shown, v1::Row* row) {
  if (!shown.height.empty()) Assign(shown.height, row->mutable_look()->mutable_height());
  if (shown.style.has_value()) row->mutable_look()->set_style(*shown.style);
  if (shown.is_hidden) row->mutable_look()->set_is_hidden(true);
  if (shown.outline_level > 0) row->mutable_look()->set_outline_level(shown.outline_level);
  if (shown.is_collapsed) row->mutable_look()->set_is_collapsed(true);
}

}  // namespace

void DescribeRow(const XlsxRow& shown, std::span<const XlsxCell> cells, v1::Row* row) {
  row->set_number(shown.number);
  DescribeLook(shown, row);
  uint32_t number = 0;
  bool all_texts = true;
  bool all_plain = true;
  bool all_next = true;
  for (const XlsxCell& cell : cells) {
    if (!HasContent(cell)) {
      row->mutable_look()->add_blank_columns(cell.column);
      row->mutable_look()->add_blank_styles(cell.style);
      continue;
    }
    all_texts = all_texts && cell.kind == XlsxKind::kText;
    all_plain = all_plain && cell.style == 0;
    all_next = all_next && cell.column == number;
    row->add_kinds(KindIn(cell.kind));
    row->add_columns(cell.column);
    row->add_styles(cell.style);
    if (cell.has_formula) AddFormula(cell, number, row);
    ++number;
  }
  if (all_texts) row->clear_kinds();
  if (all_plain) row->clear_styles();
  if (all_next) row->clear_columns();
}

void FillRow(const XlsxRow& shown, std::span<const XlsxCell> cells, v1::Row* row) {
  DescribeRow(shown, cells, row);
  for (const XlsxCell& cell : cells) {
    if (!HasContent(cell)) continue;
    v1::Cell* const out = row->add_cells();
    if (cell.kind != XlsxKind::kEmpty) out->set_text(cell.text.data(), cell.text.size());
  }
}

std::span<const XlsxCell> SheetCells::Of(const v1::Row& row,
                                         std::span<const std::string_view> texts) {
  cells_.clear();
  for (size_t i = 0; i < texts.size(); ++i) {
    XlsxCell cell;
    const int number = static_cast<int>(i);
    cell.column = ColumnOf(row, number);
    cell.kind = KindOut(KindOf(row, number));
    cell.text = texts[i];
    cell.style = StyleOf(row, number);
    cells_.push_back(cell);
  }
  for (const v1::CellFormula& formula : row.formulas()) {
    if (formula.cell() < cells_.size()) SetFormula(formula, &cells_[formula.cell()]);
  }
  const v1::RowLook& look = row.look();
  for (int i = 0; i < look.blank_columns_size() && i < look.blank_styles_size(); ++i) {
    XlsxCell cell;
    cell.column = look.blank_columns(i);
    cell.style = look.blank_styles(i);
    cells_.push_back(cell);
  }
  // A stable order: what has content stands before what has only a style.
  std::stable_sort(cells_.begin(), cells_.end(),
                   [](const XlsxCell& a, const XlsxCell& b) { return a.column < b.column; });
  // A style under a value that was added since counts for nothing.
  const auto is_covered = [](const XlsxCell& a, const XlsxCell& b) {
    return a.column == b.column && !HasContent(b);
  };
  cells_.erase(std::unique(cells_.begin(), cells_.end(), is_covered), cells_.end());
  return cells_;
}

std::span<const XlsxCell> SheetCells::Of(const v1::Row& row) {
  texts_.clear();
  for (const v1::Cell& cell : row.cells()) texts_.push_back(cell.text());
  return Of(row, texts_);
}

XlsxRow ShownRow(const v1::Row& row) {
  XlsxRow shown;
  shown.number = row.number();
  const v1::RowLook& look = row.look();
  shown.height = look.height();
  if (look.has_style()) shown.style = look.style();
  shown.is_hidden = look.is_hidden();
  shown.outline_level = look.outline_level();
  shown.is_collapsed = look.is_collapsed();
  return shown;
}

}  // namespace puente::text
