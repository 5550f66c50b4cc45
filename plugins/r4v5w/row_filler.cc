// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes an activity of a row of a matrix.
#include "plugins/r4v5w/row_filler.h"

#include <algorithm>

#include "core/text/sheet_row.h"
#include "plugins/r4v5w/cell_values.h"

namespace puente::r4v5w {
RowFiller::RowFiller(const sdk::Run& run) : run_(run), filler_(run) {}

void RowFiller::Fill(const RowSource& source, size_t sheet, const Binding& binding,
                     text::ColumnNames& names, const std::vector<uint32_t>& ids,
                     sdk::BatchBuilder& batch) {
  source_ = &source;
  sheet_ = sheet;
  filler_.Begin(batch.Add());
  v1::Record* const record = filler_.record();
  record->mutable_activity();
  if (!source.SheetName(sheet).empty()) {
    v1::Row* const row = record->mutable_residue()->mutable_row();
    source.Describe(row);
    // It has no cells that would say how many there are.
    if (row->columns().empty()) {
      for (const text::XlsxCell& cell : source.cells()) {
        if (text::HasContent(cell)) row->add_columns(cell.column);
      }
    }
  }
  const auto concept_of = [&](const text::XlsxCell& cell) -> std::string_view {
    return cell.column < binding.concepts.size() ? std::string_view(binding.concepts[cell.column])
                                                 : std::string_view();
  };
  // A second level without a first one has its place behind it all the same.
  for (const text::XlsxCell& cell : source.cells()) {
    if (concept_of(cell) == "admin2" && !cell.text.empty()) {
      record->mutable_activity()->add_locations()->add_administratives();
    }
  }
  for (const text::XlsxCell& cell : source.cells()) {
    if (!text::HasContent(cell)) continue;
    const ConceptField* const field = FieldOf(concept_of(cell));
    if (field != nullptr && !cell.text.empty() &&
        SetCell(cell, *field, ids[cell.column], names.Name(cell.column)))
      continue;
    filler_.KeepText(names.Name(cell.column), cell.text, ids[cell.column]);
  }
  Derive(binding);
  filler_.Describe(batch, "", source.Position(), source.Length());
}

bool RowFiller::SetCell(const text::XlsxCell& cell, const ConceptField& field, uint32_t source,
                        const std::string& name) {
  CellValue read;
  switch (field.shape) {
    case Shape::kText:
      // An error such as #N/A is no name of anything.
      if (cell.kind == text::XlsxKind::kError) {
        Report("R4V-0002", "the cell has an error in place of a text", "", cell, name);
        return false;
      }
      return filler_.Set(field.place, cell.text, source) != TextForm::kInvalid;
    case Shape::kNumber:
    case Shape::kPeople:
      read = ReadNumberCell(cell);
      if (read.is_ambiguous) {
        Report("R4V-0006", "the number could have thousands or decimals",
               "write it without a sign between the thousands; it is kept as it is, in no sum",
               cell, name);
        return false;
      }
      if (!read.value.has_value()) {
        Report("R4V-0002", "the cell is not a number", "it is kept as it is, in no sum", cell,
               name);
        return false;
      }
      if (field.shape == Shape::kPeople) return SetPeople(*read.value, cell.text, field, source);
      break;
    case Shape::kYesNo:
      read = ReadYesNoCell(cell);
      if (!read.value.has_value()) {
        Report("R4V-0004", "the cell is neither yes nor no", "it is kept as it is", cell, name);
        return false;
      }
      break;
    case Shape::kMonth:
      read = ReadMonthCell(cell, source_->NumberOf(cell.style), source_->is_1904());
      if (!read.value.has_value()) {
        Report("R4V-0003", "the cell is not a month with its year",
               "write it as 2025-01; it is kept as it is", cell, name);
        return false;
      }
      break;
  }
  return filler_.SetAs(field.place, *read.value, cell.text, source);
}

bool RowFiller::SetPeople(const std::string& value, std::string_view text,
                          const ConceptField& field, uint32_t source) {
  v1::Activity* const activity = filler_.record()->mutable_activity();
  const uint32_t index = activity->deliveries_size() == 0
                             ? 0
                             : static_cast<uint32_t>(activity->deliveries(0).people_size());
  const uint32_t indices[] = {index};
  if (!filler_.SetAs(field.place, value, text, source, indices)) return false;
  SetDimensions(field, activity->mutable_deliveries(0)->mutable_people(static_cast<int>(index)));
  return true;
}

void RowFiller::Derive(const Binding& binding) {
  FindFacts(filler_.record()->activity(), binding.matrix, binding.year, &facts_);
  for (const DerivedFact& fact : facts_) filler_.Derive(*fact.place, fact.value);
}

void RowFiller::Report(std::string_view code, std::string_view message, std::string_view hint,
                       const text::XlsxCell& cell, std::string_view column) {
  const PuentePosition position = source_->Position();
  const std::string name = text::CellName(cell.column, source_->row());
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  finding.path = column;
  finding.text = cell.text;
  finding.offset = position.offset;
  finding.sheet = source_->SheetName(sheet_);
  // A sheet has no lines of text.
  if (finding.sheet.empty()) finding.line = position.line;
  finding.cell = name;
  run_.Report(finding);
}

}  // namespace puente::r4v5w
