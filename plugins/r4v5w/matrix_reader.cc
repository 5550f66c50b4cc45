// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads R4V's matrices: the 5W and the plans, of any year, in English or Spanish.
#include "plugins/r4v5w/matrix_reader.h"

#include <algorithm>
#include <utility>

#include "core/base/decimal.h"
#include "core/base/status.h"
#include "core/text/sheet_row.h"
#include "fmt/format.h"
#include "plugins/r4v5w/cell_values.h"
#include "plugins/r4v5w/csv_header.h"

namespace puente::r4v5w {
namespace {

// A row that repeats so many names is the header once more.
constexpr size_t kRepeatedNames = 5;

constexpr std::string_view kMonitoringRole = "5w";
constexpr std::string_view kPlanningRole = "planning";

/// The texts of a row by column.
std::vector<std::string> TextsOf(std::span<const text::XlsxCell> cells) {
  std::vector<std::string> texts;
  for (const text::XlsxCell& cell : cells) {
    if (!text::HasContent(cell)) continue;
    texts.resize(cell.column + size_t{1});
    texts.back().assign(cell.text);
  }
  return texts;
}

/// What tells a row of a matrix: who, what.
bool IsTelling(std::string_view concept_name) {
  return concept_name == "appealing_org" || concept_name == "organisation" ||
         concept_name == "sector" || concept_name == "indicator" || concept_name == "activity_name";
}

/// True when the first words of a row call it a total.
bool SaysTotal(std::span<const text::XlsxCell> cells) {
  std::string first;
  for (const text::XlsxCell& cell : cells) {
    if (text::HasContent(cell)) first = PlainText(cell.text);
    if (!first.empty()) break;
  }
  return first.starts_with("total") || first.starts_with("subtotal") ||
         first.starts_with("sub total") || first.starts_with("gran total") ||
         first.starts_with("grand total");
}

absl::Status NoMatrix(bool is_workbook) {
  ErrorDetail detail;
  if (!is_workbook) detail.line = detail.column = 1;
  detail.code = "R4V-0001";
  detail.message = "no sheet has the columns of a matrix of R4V";
  detail.hint = fmt::format(
      "at least {} of the columns of one year must be there in one row, in English or Spanish; any "
      "other table is read with --from table",
      kLeastColumns);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace

absl::StatusOr<std::unique_ptr<sdk::Reader>> MatrixReader::Open(const sdk::Run& run,
                                                                sdk::Source* source,
                                                                const sdk::Options& options) {
  absl::StatusOr<std::unique_ptr<RowSource>> rows = OpenRowSource(run, source, options);
  if (!rows.ok()) return rows.status();
  return std::unique_ptr<sdk::Reader>(new MatrixReader(run, *std::move(rows)));
}

MatrixReader::MatrixReader(const sdk::Run& run, std::unique_ptr<RowSource> source)
    : run_(run),
      source_(std::move(source)),
      filler_(run),
      sheets_(source_->sheets()),
      cells_field_(run.Intern("row.cells")) {}

absl::StatusOr<bool> MatrixReader::Read(sdk::BatchBuilder& batch) {
  if (!header_done_) {
    header_done_ = true;
    if (absl::Status status = ReadHeader(batch); !status.ok()) {
      // It is not whole, and says nothing of its leaves.
      batch.Drop();
      return status;
    }
    return true;
  }
  if (above_done_ < above_.size()) {
    *batch.Add()->mutable_row() = above_[above_done_++];
    const v1::Row& row = batch.last()->row();
    leaves_.clear();
    for (int i = 0; i < row.cells_size(); ++i) {
      leaves_.push_back({PathOf(static_cast<size_t>(i)), cells_field_, 1});
    }
    PuentePosition position{};
    position.line = row.number();
    batch.Describe("", position, 0, leaves_);
    return true;
  }
  const absl::StatusOr<bool> more = NextRow();
  if (!more.ok() || !*more) return more;
  if (const std::string_view why = WhyNoData(); !why.empty()) {
    ReadOther(batch, why);
    return true;
  }
  Sheet& sheet = sheets_[sheet_];
  for (const text::XlsxCell& cell : source_->cells()) PathOf(cell.column);
  filler_.Fill(*source_, sheet_, sheet.binding, sheet.names, sheet.ids, batch);
  return true;
}

absl::Status MatrixReader::ReadHeader(sdk::BatchBuilder& batch) {
  v1::DatasetHeader* const header = batch.Add()->mutable_dataset_header();
  header->set_format("r4v5w");
  v1::TableLayout* const layout = header->mutable_table();
  if (absl::Status status = source_->FillLayout(layout); !status.ok()) return status;
  std::string model;
  for (size_t i = 0; i < sheets_.size(); ++i) {
    if (absl::Status status = FindHeader(i, layout->mutable_sheets(static_cast<int>(i)));
        !status.ok()) {
      return status;
    }
    const Binding& binding = sheets_[i].binding;
    if (!model.empty() || binding.matrix == Matrix::kNone) continue;
    model = fmt::format("{} {} {}", MatrixName(binding.matrix), binding.year, binding.language);
  }
  // A workbook may have no sheet with cells.
  if (model.empty()) return NoMatrix(sheets_.empty() || !source_->SheetName(0).empty());
  header->set_model(model);
  for (size_t i = 0; i < sheets_.size(); ++i) TellHeader(i);
  batch.Describe("", {}, 0, {});
  return absl::OkStatus();
}

absl::Status MatrixReader::FindHeader(size_t number, v1::SheetLayout* layout) {
  Sheet& sheet = sheets_[number];
  if (absl::Status status = source_->Open(number); !status.ok()) return status;
  const bool is_workbook = !source_->SheetName(number).empty();
  for (size_t i = 0; i < kRowsWithHeader; ++i) {
    const absl::StatusOr<bool> more = source_->Next();
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    const std::vector<std::string> names = TextsOf(source_->cells());
    sheet.binding = BindHeader(names);
    if (sheet.binding.matrix == Matrix::kNone) {
      // The rows of a workbook are read again.
      if (!is_workbook) FillRow(&above_.emplace_back());
      continue;
    }
    sheet.header_row = source_->row();
    sheet.names = text::ColumnNames(names);
    for (const std::string& name : names) sheet.plain.push_back(PlainText(name));
    sheet.role = sheet.binding.matrix == Matrix::kPlanning ? kPlanningRole : kMonitoringRole;
    FillRow(layout->mutable_header());
    layout->set_role(sheet.role);
    for (const std::string& name : sheet.binding.concepts) layout->add_concepts(name);
    return absl::OkStatus();
  }
  return absl::OkStatus();
}

void MatrixReader::TellHeader(size_t number) {
  const Sheet& sheet = sheets_[number];
  const Binding& binding = sheet.binding;
  if (binding.matrix == Matrix::kNone) return;
  const bool is_spanish = binding.language == "es";
  const bool is_experimental = binding.year == "2024" || binding.year == "2026";
  const std::string message = fmt::format(
      "read as the {} matrix of {}, in {}: {} of {} columns are known", MatrixName(binding.matrix),
      binding.year, is_spanish ? "Spanish" : "English", binding.known, sheet.plain.size());
  sdk::Finding finding;
  finding.severity = PUENTE_INFO;
  finding.code = "R4V-0009";
  finding.message = message;
  if (is_experimental) finding.hint = "no file of this year was seen yet: look at the result";
  const std::string first = text::CellName(0, sheet.header_row);
  finding.sheet = source_->SheetName(number);
  finding.cell = first;
  run_.Report(finding);
  text::ColumnNames names = sheet.names;
  for (size_t i = 0; i < sheet.plain.size(); ++i) {
    if (!binding.concepts[i].empty() || sheet.plain[i].empty()) continue;
    const std::string cell = text::CellName(i, sheet.header_row);
    sdk::Finding unknown;
    unknown.severity = PUENTE_INFO;
    unknown.code = "R4V-0005";
    unknown.message = "the column is none that is known, or is there twice";
    unknown.hint = "its cells are kept as they are; only this format can give them back";
    unknown.path = names.Name(i);
    unknown.sheet = source_->SheetName(number);
    unknown.cell = cell;
    run_.Report(unknown);
  }
}

absl::StatusOr<bool> MatrixReader::NextRow() {
  while (sheet_ < sheets_.size()) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    // A CSV file is open already, behind its header.
    const bool is_workbook = !source_->SheetName(sheet_).empty();
    if (!is_open_ && is_workbook) {
      if (absl::Status status = source_->Open(sheet_); !status.ok()) return status;
    }
    is_open_ = true;
    const absl::StatusOr<bool> more = source_->Next();
    if (!more.ok()) return more.status();
    if (!*more) {
      is_open_ = false;
      ++sheet_;
    } else if (source_->row() != sheets_[sheet_].header_row) {
      return true;
    }
  }
  return false;
}

std::string_view MatrixReader::WhyNoData() const {
  const Sheet& sheet = sheets_[sheet_];
  constexpr std::string_view kOther = "-";
  if (sheet.header_row == 0 || source_->row() < sheet.header_row) return kOther;
  // How many are enough.
  constexpr size_t kTelling = 2;
  constexpr size_t kInstructions = 3;
  size_t telling = 0;
  size_t repeated = 0;
  size_t words = 0;
  bool has_number = false;
  bool any = false;
  for (const text::XlsxCell& cell : source_->cells()) {
    if (!text::HasContent(cell) || cell.text.empty()) continue;
    any = true;
    const std::string_view concept_name =
        cell.column < sheet.binding.concepts.size()
            ? std::string_view(sheet.binding.concepts[cell.column])
            : std::string_view();
    if (telling < kTelling && IsTelling(concept_name)) ++telling;
    if (cell.kind == text::XlsxKind::kText && cell.column < sheet.plain.size() &&
        !sheet.plain[cell.column].empty() && IsPlainText(cell.text, sheet.plain[cell.column])) {
      ++repeated;
    }
    // Words count where there is no number at all.
    const ConceptField* const field = has_number ? nullptr : FieldOf(concept_name);
    if (field == nullptr || (field->shape != Shape::kNumber && field->shape != Shape::kPeople)) {
      continue;
    }
    const CellValue value = ReadNumberCell(cell);
    if (value.value.has_value() || value.is_ambiguous) {
      has_number = true;
    } else if (cell.kind == text::XlsxKind::kText) {
      ++words;
    }
  }
  if (!any) return kOther;
  if (repeated >= kRepeatedNames) return "the row repeats the header";
  if (words >= kInstructions && !has_number) return "the row has words where numbers belong";
  if (telling >= kTelling) return {};
  if (SaysTotal(source_->cells())) return "the row is a total";
  if (telling == 0) return "the row names no organisation, sector, indicator or activity";
  return {};
}

void MatrixReader::FillRow(v1::Row* row) const {
  source_->Describe(row);
  for (const text::XlsxCell& cell : source_->cells()) {
    if (!text::HasContent(cell)) continue;
    v1::Cell* const out = row->add_cells();
    if (cell.kind != text::XlsxKind::kEmpty) out->set_text(cell.text.data(), cell.text.size());
  }
}

uint32_t MatrixReader::PathOf(size_t column) {
  Sheet& sheet = sheets_[std::min(sheet_, sheets_.size() - 1)];
  while (column >= sheet.ids.size()) {
    sheet.ids.push_back(run_.Intern(sheet.names.Name(sheet.ids.size())));
  }
  return sheet.ids[column];
}

void MatrixReader::ReadOther(sdk::BatchBuilder& batch, std::string_view why) {
  FillRow(batch.Add()->mutable_row());
  leaves_.clear();
  for (const text::XlsxCell& cell : source_->cells()) {
    if (text::HasContent(cell)) leaves_.push_back({PathOf(cell.column), cells_field_, 1});
  }
  const PuentePosition position = source_->Position();
  batch.Describe("", position, source_->Length(), leaves_);
  if (why == "-") return;
  const std::string cell = text::CellName(0, source_->row());
  sdk::Finding finding;
  finding.severity = PUENTE_INFO;
  finding.code = "R4V-0007";
  finding.message = why;
  finding.hint = "it is kept as it stands, and counts in no sum";
  finding.offset = position.offset;
  finding.sheet = source_->SheetName(sheet_);
  if (finding.sheet.empty()) finding.line = position.line;
  finding.cell = cell;
  run_.Report(finding);
}

}  // namespace puente::r4v5w
