// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes R4V's matrices: as they were read, or of another year or language.
#include "plugins/r4v5w/matrix_writer.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"
#include "plugins/r4v5w/code_book.h"
#include "plugins/r4v5w/indicator_book.h"

namespace puente::r4v5w {
namespace {

constexpr std::string_view kFormat = "r4v5w";
constexpr std::string_view kLatestYear = "2025";

bool EndsWith(std::string_view name, std::string_view end) {
  if (name.size() < end.size()) return false;
  return PlainText(name.substr(name.size() - end.size())) == PlainText(end);
}

/// The year and language of a dataset, which its reader put into `model`: `monitoring 2022 es`.
struct Edition {
  Matrix matrix = Matrix::kMonitoring;
  std::string year{kLatestYear};
  std::string language = "en";
};

Edition EditionOf(const v1::DatasetHeader& header) {
  Edition edition;
  const std::string_view model = header.model();
  const size_t first = model.find(' ');
  const size_t last = model.rfind(' ');
  if (first == std::string_view::npos || last == first) return edition;
  edition.matrix = model.substr(0, first) == MatrixName(Matrix::kPlanning) ? Matrix::kPlanning
                                                                           : Matrix::kMonitoring;
  edition.year = model.substr(first + 1, last - first - 1);
  edition.language = model.substr(last + 1);
  return edition;
}

absl::Status NoSuchMatrix(Matrix matrix, std::string_view year, std::string_view language) {
  ErrorDetail detail;
  detail.code = "R4V-0011";
  detail.message = fmt::format("there is no {} matrix of {} in the language `{}`",
                               MatrixName(matrix), year, language);
  std::string years;
  for (const std::string_view known : YearsOf(matrix)) {
    years += (years.empty() ? "" : ", ") + std::string(known);
  }
  detail.hint = fmt::format("years are {}; languages are en and es", years);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

/// How CSV is written: as it was read, or with commas and line feeds.
text::CsvWriterOptions CsvOptions(const v1::TableLayout* layout) {
  text::CsvWriterOptions options;
  options.line_end = text::CsvLineEnd::kLf;
  if (layout == nullptr) return options;
  if (layout->line_end() == "CRLF") options.line_end = text::CsvLineEnd::kCrLf;
  if (layout->line_end() == "CR") options.line_end = text::CsvLineEnd::kCr;
  if (layout->delimiter().size() == 1 &&
      std::string_view(",;\t|").find(layout->delimiter()[0]) != std::string_view::npos) {
    options.delimiter = layout->delimiter()[0];
  }
  return options;
}

/// How the columns of a new sheet are: wide enough for what stands in them, with the lists of the
/// year to choose from.
std::vector<text::XlsxColumn> ColumnsFor(const std::vector<std::string>& concepts,
                                         const Wording& wording) {
  constexpr double kNumber = 12;
  constexpr double kWord = 22;
  constexpr double kText = 44;
  std::vector<text::XlsxColumn> columns;
  for (const std::string& name : concepts) {
    text::XlsxColumn column;
    const ConceptField* const field = FieldOf(name);
    const bool is_text = field == nullptr || field->shape == Shape::kText;
    column.width = !is_text                                              ? kNumber
                   : name.starts_with("activity") || name == "indicator" ? kText
                                                                         : kWord;
    if (name == "sector") {
      column.choices = Sectors().LabelsOf(wording.year, wording.language);
    } else if (name == "indicator") {
      column.choices = IndicatorTexts(wording.year, wording.language);
    } else if (name == "delivery_mechanism") {
      column.choices = DeliveryMechanisms().LabelsOf(wording.year, wording.language);
    } else if (name == "indicator_type") {
      column.choices = IndicatorTypes().LabelsOf(wording.year, wording.language);
    } else if (field != nullptr && field->shape == Shape::kYesNo) {
      column.choices = YesNo().LabelsOf(wording.year, wording.language);
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

/// The names of a header by column, and what they are.
void ReadLayout(const v1::SheetLayout& sheet, std::vector<std::string>* names,
                std::vector<std::string>* concepts) {
  for (int i = 0; i < sheet.header().cells_size(); ++i) {
    names->resize(text::ColumnOf(sheet.header(), i) + size_t{1});
    names->back() = sheet.header().cells(i).text();
  }
  concepts->assign(sheet.concepts().begin(), sheet.concepts().end());
  concepts->resize(names->size());
}

}  // namespace

absl::StatusOr<std::unique_ptr<sdk::Writer>> MatrixWriter::Open(const sdk::Run& run,
                                                                sdk::Target* target,
                                                                const sdk::Options& options) {
  return std::unique_ptr<sdk::Writer>(new MatrixWriter(run, target, options));
}

MatrixWriter::MatrixWriter(const sdk::Run& run, sdk::Target* target, const sdk::Options& options)
    : run_(run),
      target_(target),
      year_(options.GetOr("year", "")),
      language_(options.GetOr("language", "")),
      carrier_(options.GetOr("carrier", "auto")),
      taker_(run) {}

absl::Status MatrixWriter::Put(const v1::Record& record, const sdk::RecordInfo& info) {
  switch (record.content_case()) {
    case v1::Record::kDatasetHeader:
      LoseAll(info, "");
      return PutHeader(record.dataset_header());
    case v1::Record::kActivity:
      return PutActivity(record, info);
    case v1::Record::kRow:
      return PutRow(record, info);
    default:
      LoseAll(info, "a matrix of R4V has no row for a record of this kind");
      return absl::OkStatus();
  }
}

absl::Status MatrixWriter::PutHeader(const v1::DatasetHeader& header) {
  ++inputs_;
  is_own_ = header.format() == kFormat;
  taker_.SetForeign(!is_own_);
  const Edition edition = EditionOf(header);
  wording_.source_year = edition.year;
  wording_.matrix = edition.matrix;
  if (has_begun_) return absl::OkStatus();
  wording_.year = year_.empty() ? edition.year : year_;
  as_read_ = is_own_ && year_.empty() && language_.empty();
  // Words stay as they are where neither year nor language is another.
  wording_.language = as_read_ ? "" : language_.empty() ? edition.language : language_;
  if (!is_own_) return absl::OkStatus();
  return Begin(&header.table());
}

absl::Status MatrixWriter::Begin(const v1::TableLayout* layout) {
  if (has_begun_) return absl::OkStatus();
  has_begun_ = true;
  const bool is_workbook =
      layout != nullptr && layout->sheets_size() > 0 && !layout->sheets(0).name().empty();
  bool to_csv = carrier_ == "csv";
  if (carrier_ == "auto") {
    to_csv =
        EndsWith(target_->name(), ".csv") || (!EndsWith(target_->name(), ".xlsx") && !is_workbook);
  }
  if (to_csv) {
    const bool is_same = as_read_ && !is_workbook;
    csv_ = std::make_unique<text::CsvWriter>(target_, CsvOptions(is_same ? layout : nullptr));
  }
  return as_read_ ? BeginAsRead(*layout) : BeginAnew(layout);
}

MatrixWriter::Sheet MatrixWriter::MakeSheet(const std::vector<std::string>& names,
                                            const std::vector<std::string>& concepts) {
  Sheet sheet;
  sheet.names = text::ColumnNames(names);
  for (size_t i = 0; i < names.size(); ++i) {
    OutColumn column;
    column.name = sheet.names.Name(i);
    column.id = run_.Intern(column.name);
    column.field = FieldOf(concepts[i]);
    sheet.ids.push_back(column.id);
    sheet.is_matrix = sheet.is_matrix || column.field != nullptr;
    sheet.columns.push_back(std::move(column));
  }
  return sheet;
}

absl::Status MatrixWriter::BeginAsRead(const v1::TableLayout& layout) {
  bool found = false;
  for (const v1::SheetLayout& sheet : layout.sheets()) {
    std::vector<std::string> names;
    std::vector<std::string> concepts;
    ReadLayout(sheet, &names, &concepts);
    sheets_.push_back(MakeSheet(names, concepts));
    if (found || !sheets_.back().is_matrix) continue;
    found = true;
    main_ = sheets_.size() - 1;
  }
  if (csv_ != nullptr) {
    // Titles of a CSV file stand above the names, so that these wait for the first row below.
    return absl::OkStatus();
  }
  v1::TableLayout named = layout;
  for (v1::SheetLayout& sheet : *named.mutable_sheets()) {
    if (sheet.name().empty()) sheet.set_name("5W");
  }
  absl::StatusOr<std::unique_ptr<text::LayoutWriter>> writer =
      text::LayoutWriter::Open(target_, named);
  if (!writer.ok()) return writer.status();
  workbook_ = *std::move(writer);
  return absl::OkStatus();
}

absl::Status MatrixWriter::BeginAnew(const v1::TableLayout* layout) {
  // The matrix that was read decides of which kind the other is.
  const v1::SheetLayout* read = nullptr;
  for (int i = 0; layout != nullptr && i < layout->sheets_size() && read == nullptr; ++i) {
    if (!layout->sheets(i).role().empty()) read = &layout->sheets(i);
  }
  const Matrix matrix =
      read != nullptr && read->role() == "planning" ? Matrix::kPlanning : Matrix::kMonitoring;
  if (wording_.year.empty()) wording_.year = year_.empty() ? kLatestYear : std::string_view(year_);
  if (wording_.language.empty()) wording_.language = language_.empty() ? "en" : language_;
  const std::vector<HeaderColumn> header = HeaderOf(matrix, wording_.year, wording_.language);
  if (header.empty()) return NoSuchMatrix(matrix, wording_.year, wording_.language);
  std::vector<std::string> names;
  std::vector<std::string> concepts;
  for (const HeaderColumn& column : header) {
    names.push_back(column.header);
    concepts.emplace_back(column.concept_name);
  }
  if (read != nullptr) {
    std::vector<std::string> read_names;
    std::vector<std::string> read_concepts;
    ReadLayout(*read, &read_names, &read_concepts);
    for (size_t i = 0; i < read_names.size(); ++i) {
      const bool is_known =
          !read_concepts[i].empty() &&
          std::find(concepts.begin(), concepts.end(), read_concepts[i]) != concepts.end();
      if (is_known || read_names[i].empty()) continue;
      names.push_back(read_names[i]);
      concepts.push_back(read_concepts[i]);
    }
  }
  sheets_.push_back(MakeSheet(names, concepts));
  v1::TableLayout made;
  v1::SheetLayout* const sheet = made.add_sheets();
  sheet->set_name(matrix == Matrix::kPlanning ? "Planning" : "5W");
  sheet->mutable_header()->set_number(1);
  for (const std::string& name : names) sheet->mutable_header()->add_cells()->set_text(name);
  if (csv_ != nullptr) return csv_->WriteRecord(names);
  absl::StatusOr<std::unique_ptr<text::LayoutWriter>> writer =
      text::LayoutWriter::Open(target_, made, ColumnsFor(concepts, wording_));
  if (!writer.ok()) return writer.status();
  workbook_ = *std::move(writer);
  return absl::OkStatus();
}

absl::Status MatrixWriter::PutActivity(const v1::Record& record, const sdk::RecordInfo& info) {
  if (absl::Status status = Begin(nullptr); !status.ok()) return status;
  const v1::Row& read = record.residue().row();
  size_t number = main_;
  if (as_read_ && is_own_ && inputs_ == 1 && read.sheet() < sheets_.size() &&
      sheets_[read.sheet()].is_matrix) {
    number = read.sheet();
  }
  Sheet& sheet = sheets_[number];
  const size_t width =
      is_own_ && read.columns_size() > 0 ? read.columns(read.columns_size() - 1) + size_t{1} : 0;
  const std::vector<std::optional<OutText>> cells =
      taker_.Take(record, info, sheet.columns, sheet.names, width, wording_);
  if (csv_ != nullptr) return WriteCsv(cells);
  static const v1::Row& none = *new v1::Row;
  return WriteCells(number, as_read_ && is_own_ ? read : none, cells);
}

absl::Status MatrixWriter::WriteCells(size_t sheet, const v1::Row& read,
                                      const std::vector<std::optional<OutText>>& cells) {
  // The cells that were read, with their kinds, styles and formulas, but for those that are gone.
  texts_.clear();
  std::vector<bool> is_there(cells.size(), false);
  for (const uint32_t column : read.columns()) {
    const bool has_text = column < cells.size() && cells[column].has_value();
    texts_.push_back(has_text ? std::string_view(cells[column]->text) : std::string_view());
    if (column < cells.size()) is_there[column] = true;
  }
  out_.clear();
  for (text::XlsxCell cell : sheet_cells_.Of(read, texts_)) {
    const bool has_value = cell.column < cells.size() && cells[cell.column].has_value();
    if (!has_value && cell.kind != text::XlsxKind::kEmpty) continue;
    // A value that was changed since may be no number any more.
    if (cell.kind == text::XlsxKind::kNumber && !text::IsXlsxNumber(cell.text)) {
      cell.kind = text::XlsxKind::kText;
    }
    out_.push_back(cell);
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    if (is_there[i] || !cells[i].has_value()) continue;
    text::XlsxCell cell;
    cell.column = static_cast<uint32_t>(i);
    cell.text = cells[i]->text;
    cell.kind = cells[i]->is_number && text::IsXlsxNumber(cell.text) ? text::XlsxKind::kNumber
                                                                     : text::XlsxKind::kText;
    out_.push_back(cell);
  }
  std::stable_sort(out_.begin(), out_.end(), [](const text::XlsxCell& a, const text::XlsxCell& b) {
    return a.column < b.column;
  });
  out_.erase(std::unique(out_.begin(), out_.end(),
                         [](const text::XlsxCell& a, const text::XlsxCell& b) {
                           return a.column == b.column;
                         }),
             out_.end());
  if (absl::Status status = workbook_->GoTo(sheet); !status.ok()) return status;
  text::XlsxRow row = text::ShownRow(read);
  // Rows of further inputs come behind those of the first.
  if (inputs_ > 1) row.number = 0;
  return workbook_->WriteRow(row, out_);
}

absl::Status MatrixWriter::WriteCsv(const std::vector<std::optional<OutText>>& cells) {
  if (as_read_ && row_ == 0) {
    row_ = 1;
    std::vector<std::string> names;
    for (const OutColumn& column : sheets_[main_].columns) names.push_back(column.name);
    if (absl::Status status = csv_->WriteRecord(names); !status.ok()) return status;
  }
  Sheet& sheet = sheets_[main_];
  // A row that ended early ends early again.
  size_t size = std::max(cells.size(), size_t{1});
  while (as_read_ && size > 1 && (size > cells.size() || !cells[size - 1].has_value())) --size;
  std::vector<std::string> texts(size);
  for (size_t i = 0; i < size; ++i) {
    if (i < cells.size() && cells[i].has_value()) {
      texts[i] = cells[i]->text;
    } else {
      run_.CountDerived(PathOf(sheet, i), 1);
    }
  }
  return csv_->WriteRecord(texts);
}

uint32_t MatrixWriter::PathOf(Sheet& sheet, size_t column) {
  while (column >= sheet.ids.size()) {
    sheet.ids.push_back(run_.Intern(sheet.names.Name(sheet.ids.size())));
  }
  return sheet.ids[column];
}

absl::Status MatrixWriter::PutRow(const v1::Record& record, const sdk::RecordInfo& info) {
  const v1::Row& row = record.row();
  const bool has_place = as_read_ && is_own_ && inputs_ == 1 && row.sheet() < sheets_.size() &&
                         (csv_ == nullptr || row.sheet() == main_);
  if (!has_place) {
    LoseAll(info, "the row is none of the matrix, and has no place in the output");
    return absl::OkStatus();
  }
  Sheet& sheet = sheets_[row.sheet()];
  for (int i = 0; i < row.cells_size(); ++i) {
    run_.CountKept(run_.Intern("row.cells"), PathOf(sheet, text::ColumnOf(row, i)), 1);
  }
  if (csv_ != nullptr) {
    std::vector<std::string> texts;
    for (int i = 0; i < row.cells_size(); ++i) {
      texts.resize(text::ColumnOf(row, i) + size_t{1});
      texts.back() = row.cells(i).text();
    }
    if (texts.empty()) texts.emplace_back();
    return csv_->WriteRecord(texts);
  }
  if (absl::Status status = workbook_->GoTo(row.sheet()); !status.ok()) return status;
  return workbook_->WriteRow(text::ShownRow(row), sheet_cells_.Of(row));
}

void MatrixWriter::LoseAll(const sdk::RecordInfo& info, std::string_view why) {
  for (const PuenteLeaves& leaves : info.leaves) {
    run_.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_NO_PLACE, "");
  }
  if (why.empty() || info.leaves.empty()) return;
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "R4V-0012";
  finding.message = why;
  finding.hint = "without year and language the whole file is given back";
  finding.line = info.origin.line;
  run_.Report(finding);
}

absl::Status MatrixWriter::Finish() {
  if (absl::Status status = Begin(nullptr); !status.ok()) return status;
  if (workbook_ != nullptr) {
    if (absl::Status status = workbook_->Finish(); !status.ok()) return status;
    // Whoever reads the workbook finds the lists to choose from, too.
    text::ColumnNames names;
    for (size_t i = 0; i < workbook_->lists().size(); ++i) {
      run_.CountDerived(run_.Intern(names.Name(i)), workbook_->lists()[i].size());
    }
    return absl::OkStatus();
  }
  if (as_read_ && row_ == 0) {
    row_ = 1;
    std::vector<std::string> names;
    for (const OutColumn& column : sheets_[main_].columns) names.push_back(column.name);
    if (absl::Status status = csv_->WriteRecord(names); !status.ok()) return status;
  }
  return csv_->Flush();
}

}  // namespace puente::r4v5w
