// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes R4V's matrices: as they were read, or of another year or language.
#include "plugins/r4v5w/matrix_writer.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "core/base/status.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"
#include "plugins/r4v5w/code_book.h"
#include "plugins/r4v5w/indicator_book.h"
#include "plugins/r4v5w/source_columns.h"

namespace puente::r4v5w {
namespace {

constexpr std::string_view kFormat = "r4v5w";
constexpr std::string_view kLatestYear = "2025";

bool EndsWith(std::string_view name, std::string_view end) {
  if (name.size() < end.size()) return false;
  return PlainText(name.substr(name.size() - end.size())) == PlainText(end);
}

Edition EditionOf(const v1::DatasetHeader& header) {
  Edition edition{Matrix::kMonitoring, std::string(kLatestYear), "en"};
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

/// The first sheet that is a matrix; null when there is none.
const v1::SheetLayout* MatrixOf(const v1::TableLayout& layout) {
  for (const v1::SheetLayout& sheet : layout.sheets()) {
    if (!sheet.role().empty()) return &sheet;
  }
  return nullptr;
}

/// Adds the columns that say where rows are from, but for those that are there.
void AddSourceColumns(std::string_view language, HeaderNames* header) {
  for (const HeaderColumn& column : SourceColumns(language)) {
    const auto& known = header->concepts;
    if (std::find(known.begin(), known.end(), column.concept_name) != known.end()) continue;
    header->names.push_back(column.header);
    header->concepts.emplace_back(column.concept_name);
  }
}

/// Adds a text to the end of a row, with the look of the last cell.
void AddText(std::string_view text, uint32_t column, v1::Row* row) {
  const int last = row->cells_size() - 1;
  const uint32_t style = last < 0 ? 0 : text::StyleOf(*row, last);
  for (int i = row->columns_size(); i <= last; ++i) row->add_columns(static_cast<uint32_t>(i));
  row->add_columns(column);
  for (int i = row->styles_size(); i <= last; ++i) row->add_styles(0);
  row->add_styles(style);
  for (int i = row->kinds_size(); i <= last; ++i) row->add_kinds(v1::CELL_KIND_TEXT);
  row->add_kinds(v1::CELL_KIND_TEXT);
  row->add_cells()->set_text(text.data(), text.size());
}

/// Takes away how large a sheet says it is: programs that trust it would not see what was added.
void DropDimension(std::string* before) {
  const size_t name = before->find("dimension ref=");
  if (name == std::string::npos) return;
  const size_t begin = before->rfind('<', name);
  const size_t end = before->find("/>", name);
  if (begin == std::string::npos || end == std::string::npos) return;
  before->erase(begin, end + 2 - begin);
}

/// The number of a month's first day, `2021-01`; nothing for other texts.
std::optional<std::string> SerialOfMonth(std::string_view month, bool is_1904) {
  constexpr size_t kLength = 7;
  constexpr size_t kDash = 4;
  int year = 0;
  unsigned number = 0;
  if (month.size() != kLength || month[kDash] != '-' ||
      std::from_chars(month.data(), month.data() + kDash, year).ec != std::errc() ||
      std::from_chars(month.data() + kDash + 1, month.data() + kLength, number).ec != std::errc()) {
    return std::nullopt;
  }
  const std::chrono::year_month_day day{std::chrono::year(year), std::chrono::month(number),
                                        std::chrono::day(1)};
  if (!day.ok() || year <= 1904) return std::nullopt;
  constexpr int kFrom1900 = 25569;
  constexpr int kFrom1904 = 24107;
  const auto since_1970 = std::chrono::sys_days(day).time_since_epoch().count();
  return std::to_string(since_1970 + (is_1904 ? kFrom1904 : kFrom1900));
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
      source_columns_(options.GetBool("source_columns")),
      taker_(run),
      left_out_(run) {}

absl::Status MatrixWriter::Put(const v1::Record& record, const sdk::RecordInfo& info) {
  switch (record.content_case()) {
    case v1::Record::kDatasetHeader:
      LoseAll(info);
      return PutHeader(record.dataset_header());
    case v1::Record::kActivity:
      return PutActivity(record, info);
    case v1::Record::kRow:
      return PutRow(record, info);
    default:
      LoseAll(info);
      left_out_.Other(info, "a matrix of R4V has no row for a record of this kind");
      return absl::OkStatus();
  }
}

absl::Status MatrixWriter::PutHeader(const v1::DatasetHeader& header) {
  ++inputs_;
  is_own_ = header.format() == kFormat;
  taker_.SetForeign(!is_own_);
  input_sheets_.clear();
  left_out_.BeginInput(has_begun_);
  const Edition edition = EditionOf(header);
  wording_.source_year = edition.year;
  wording_.matrix = edition.matrix;
  const v1::TableLayout& layout = header.table();
  if (has_begun_) {
    wording_.fill_sources = true;
    if (as_read_) {
      wording_.language = edition_.language;
      wording_.keep_texts =
          is_own_ && edition.language == edition_.language && edition.year == edition_.year;
    }
    if (!is_own_) return absl::OkStatus();
    if (MatrixOf(layout) != nullptr && edition.matrix != edition_.matrix) {
      left_out_.OtherMatrix(layout, MatrixName(edition.matrix), MatrixName(edition_.matrix));
    }
    left_out_.Book(layout);
    BindInput(layout);
    return absl::OkStatus();
  }
  edition_ = edition;
  const bool is_matrix = is_own_ && MatrixOf(layout) != nullptr;
  wording_.fill_sources = source_columns_;
  wording_.year = year_.empty() ? edition.year : year_;
  as_read_ = is_matrix && year_.empty() && language_.empty();
  // Words stay as they are where neither year nor language is another.
  wording_.language = as_read_ ? "" : language_.empty() ? edition.language : language_;
  if (!is_matrix) return absl::OkStatus();
  if (absl::Status status = Begin(&layout); !status.ok()) return status;
  BindInput(layout);
  return absl::OkStatus();
}

void MatrixWriter::BindInput(const v1::TableLayout& layout) {
  for (int i = 0; i < layout.sheets_size(); ++i) {
    const size_t number = as_read_ && IsLeading() ? static_cast<size_t>(i) : main_;
    input_sheets_.emplace_back(HeaderNames(layout.sheets(i)), sheets_[number], IsLeading());
  }
}

absl::Status MatrixWriter::Begin(const v1::TableLayout* layout) {
  if (has_begun_) return absl::OkStatus();
  has_begun_ = true;
  leading_ = inputs_;
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
  absl::Status status = as_read_ ? BeginAsRead(*layout) : BeginAnew(layout);
  if (status.ok()) any_sheet_.emplace(sheets_[main_].header(), sheets_[main_], true);
  return status;
}

absl::Status MatrixWriter::BeginAsRead(const v1::TableLayout& layout) {
  bool found = false;
  v1::TableLayout named = layout;
  for (v1::SheetLayout& sheet : *named.mutable_sheets()) {
    if (sheet.name().empty()) sheet.set_name("5W");
    HeaderNames header(sheet);
    if (source_columns_ && !sheet.role().empty()) {
      const size_t before = header.names.size();
      AddSourceColumns(edition_.language, &header);
      for (size_t i = before; i < header.names.size(); ++i) {
        AddText(header.names[i], static_cast<uint32_t>(i), sheet.mutable_header());
      }
      DropDimension(sheet.mutable_before());
    }
    sheets_.emplace_back(run_, std::move(header));
    if (found || sheet.role().empty()) continue;
    found = true;
    main_ = sheets_.size() - 1;
    names_row_ = sheet.header().number();
  }
  // Titles of a CSV file stand above the names, so that these wait for the first row below.
  if (csv_ != nullptr) return absl::OkStatus();
  styles_ = text::StylesOf(named);
  is_1904_ = named.is_1904();
  absl::StatusOr<std::unique_ptr<text::LayoutWriter>> writer =
      text::LayoutWriter::Open(target_, named);
  if (!writer.ok()) return writer.status();
  workbook_ = *std::move(writer);
  return absl::OkStatus();
}

absl::Status MatrixWriter::BeginAnew(const v1::TableLayout* layout) {
  // The matrix that was read decides of which kind the other is.
  const v1::SheetLayout* const read = layout == nullptr ? nullptr : MatrixOf(*layout);
  const Matrix matrix =
      read != nullptr && read->role() == "planning" ? Matrix::kPlanning : Matrix::kMonitoring;
  edition_.matrix = matrix;
  if (wording_.year.empty()) wording_.year = year_.empty() ? kLatestYear : std::string_view(year_);
  if (wording_.language.empty()) wording_.language = language_.empty() ? "en" : language_;
  const std::vector<HeaderColumn> known = HeaderOf(matrix, wording_.year, wording_.language);
  if (known.empty()) return NoSuchMatrix(matrix, wording_.year, wording_.language);
  HeaderNames header;
  for (const HeaderColumn& column : known) {
    header.names.push_back(column.header);
    header.concepts.emplace_back(column.concept_name);
  }
  if (read != nullptr) {
    const HeaderNames given(*read);
    for (size_t i = 0; i < given.names.size(); ++i) {
      const bool is_known =
          !given.concepts[i].empty() && std::find(header.concepts.begin(), header.concepts.end(),
                                                  given.concepts[i]) != header.concepts.end();
      if (is_known || given.names[i].empty()) continue;
      header.names.push_back(given.names[i]);
      header.concepts.push_back(given.concepts[i]);
    }
  }
  if (source_columns_) AddSourceColumns(wording_.language, &header);
  v1::TableLayout made;
  v1::SheetLayout* const sheet = made.add_sheets();
  sheet->set_name(matrix == Matrix::kPlanning ? "Planning" : "5W");
  sheet->mutable_header()->set_number(1);
  for (const std::string& name : header.names) sheet->mutable_header()->add_cells()->set_text(name);
  std::vector<text::XlsxColumn> columns = ColumnsFor(header.concepts, wording_);
  sheets_.emplace_back(run_, std::move(header));
  if (csv_ != nullptr) return WriteNames();
  absl::StatusOr<std::unique_ptr<text::LayoutWriter>> writer =
      text::LayoutWriter::Open(target_, made, std::move(columns));
  if (!writer.ok()) return writer.status();
  workbook_ = *std::move(writer);
  return absl::OkStatus();
}

absl::Status MatrixWriter::PutActivity(const v1::Record& record, const sdk::RecordInfo& info) {
  if (absl::Status status = Begin(nullptr); !status.ok()) return status;
  static const v1::Row& none = *new v1::Row;
  const v1::Row& kept = record.residue().row();
  const v1::Row& read = HasPlaces(kept) ? kept : none;
  size_t number = main_;
  if (as_read_ && is_own_ && IsLeading() && read.sheet() < sheets_.size() &&
      sheets_[read.sheet()].is_matrix()) {
    number = read.sheet();
  }
  InputSheet& in = read.sheet() < input_sheets_.size() ? input_sheets_[read.sheet()] : *any_sheet_;
  const size_t width =
      is_own_ && read.columns_size() > 0 ? read.columns(read.columns_size() - 1) + size_t{1} : 0;
  const std::vector<std::optional<OutText>> cells =
      taker_.Take(record, info, sheets_[number], in, width, wording_);
  left_out_.Cells(taker_.left(), read.sheet(), in, read, info);
  if (!IsLeading()) left_out_.Formulas(static_cast<uint64_t>(read.formulas_size()));
  if (csv_ != nullptr) return WriteCsv(cells);
  const bool has_look = as_read_ && is_own_ && IsLeading();
  return WriteCells(number, has_look ? read : none, in.width(), cells);
}

absl::Status MatrixWriter::WriteCells(size_t sheet, const v1::Row& read, size_t width,
                                      const std::vector<std::optional<OutText>>& cells) {
  // Cells behind the header are behind the columns that were added to it.
  const size_t behind = sheets_[sheet].columns().size();
  const auto moved = [&](uint32_t column) {
    return column < width || behind < width ? column
                                            : static_cast<uint32_t>(column - width + behind);
  };
  // The cells that were read, with their kinds, styles and formulas, but for those that are gone.
  texts_.clear();
  std::vector<bool> is_there(cells.size(), false);
  for (const uint32_t read_column : read.columns()) {
    const uint32_t column = moved(read_column);
    const bool has_text = column < cells.size() && cells[column].has_value();
    texts_.push_back(has_text ? std::string_view(cells[column]->text) : std::string_view());
    if (column < cells.size()) is_there[column] = true;
  }
  out_.clear();
  for (text::XlsxCell cell : sheet_cells_.Of(read, texts_)) {
    const uint32_t column = moved(cell.column);
    if (column != cell.column) cell.has_formula = false;
    cell.column = column;
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
  if (IsLeading() && sheet == main_) {
    for (const text::XlsxCell& cell : out_) {
      if (cell.column >= looks_.size()) looks_.resize(cell.column + size_t{1});
      const text::XlsxNumber number = styles_.NumberOf(cell.style);
      looks_[cell.column] = {cell.style, cell.kind == text::XlsxKind::kNumber &&
                                             (number == text::XlsxNumber::kDate ||
                                              number == text::XlsxNumber::kDateTime)};
    }
  } else if (!IsLeading()) {
    Dress(&out_);
  }
  text::XlsxRow row = text::ShownRow(read);
  // Rows of further inputs come behind those of the first.
  if (!IsLeading()) row.number = 0;
  return WriteRow(sheet, row, out_);
}

void MatrixWriter::Dress(std::vector<text::XlsxCell>* cells) {
  const std::vector<OutColumn>& columns = sheets_[main_].columns();
  made_.clear();
  made_.reserve(cells->size());
  for (text::XlsxCell& cell : *cells) {
    if (cell.column >= looks_.size()) continue;
    const Look& look = looks_[cell.column];
    cell.style = look.style;
    const ConceptField* const field =
        cell.column < columns.size() ? columns[cell.column].field : nullptr;
    if (!look.is_day || field == nullptr || field->shape != Shape::kMonth) continue;
    std::optional<std::string> serial = SerialOfMonth(cell.text, is_1904_);
    if (!serial.has_value()) continue;
    cell.text = made_.emplace_back(*std::move(serial));
    cell.kind = text::XlsxKind::kNumber;
  }
}

absl::Status MatrixWriter::WriteRow(size_t sheet, const text::XlsxRow& row,
                                    std::span<const text::XlsxCell> cells) {
  if (sheet > main_) {
    v1::Row kept;
    text::FillRow(row, cells, &kept);
    kept.set_sheet(static_cast<uint32_t>(sheet));
    return late_.Add(kept);
  }
  if (sheet == main_) {
    if (!IsLeading()) blank_.Clear();
    if (absl::Status status = blank_.Take([this](const v1::Row& kept) { return WriteKept(kept); });
        !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = workbook_->GoTo(sheet); !status.ok()) return status;
  return workbook_->WriteRow(row, cells);
}

absl::Status MatrixWriter::WriteKept(const v1::Row& row) {
  if (absl::Status status = workbook_->GoTo(row.sheet()); !status.ok()) return status;
  return workbook_->WriteRow(text::ShownRow(row), kept_cells_.Of(row));
}

absl::Status MatrixWriter::WriteNames() {
  if (has_names_) return absl::OkStatus();
  has_names_ = true;
  const std::vector<std::string>& names = sheets_[main_].header().names;
  return csv_->WriteRecord(names.empty() ? std::vector<std::string>(1) : names);
}

absl::Status MatrixWriter::WriteCsv(const std::vector<std::optional<OutText>>& cells) {
  if (absl::Status status = WriteNames(); !status.ok()) return status;
  OutSheet& sheet = sheets_[main_];
  // A row that ended early ends early again.
  size_t size = std::max(cells.size(), size_t{1});
  while (as_read_ && size > 1 && (size > cells.size() || !cells[size - 1].has_value())) --size;
  std::vector<std::string> texts(size);
  for (size_t i = 0; i < size; ++i) {
    if (i < cells.size() && cells[i].has_value()) {
      texts[i] = cells[i]->text;
    } else {
      run_.CountDerived(sheet.Id(i), 1);
    }
  }
  return csv_->WriteRecord(texts);
}

absl::Status MatrixWriter::WriteCsvRow(const v1::Row& row) {
  // Titles stand above the names, instructions mostly below.
  if (row.number() > names_row_) {
    if (absl::Status status = WriteNames(); !status.ok()) return status;
  }
  std::vector<std::string> texts;
  for (int i = 0; i < row.cells_size(); ++i) {
    const size_t column = text::ColumnOf(row, i);
    for (size_t gap = texts.size(); gap < column; ++gap) {
      run_.CountDerived(sheets_[main_].Id(gap), 1);
    }
    texts.resize(std::max(texts.size(), column + 1));
    texts[column] = row.cells(i).text();
  }
  if (texts.empty()) {
    texts.emplace_back();
    run_.CountDerived(sheets_[main_].Id(0), 1);
  }
  return csv_->WriteRecord(texts);
}

absl::Status MatrixWriter::PutRow(const v1::Record& record, const sdk::RecordInfo& info) {
  const v1::Row& row = record.row();
  const bool has_place = as_read_ && is_own_ && IsLeading() && row.sheet() < sheets_.size() &&
                         HasPlaces(row) && (csv_ == nullptr || row.sheet() == main_);
  if (!has_place) {
    LoseAll(info);
    left_out_.Other(info, "the row is none of the matrix, and has no place in the output");
    return absl::OkStatus();
  }
  OutSheet& sheet = sheets_[row.sheet()];
  const uint32_t field = run_.Intern("row.cells");
  for (int i = 0; i < row.cells_size(); ++i) {
    run_.CountKept(field, sheet.Id(text::ColumnOf(row, i)), 1);
  }
  if (csv_ != nullptr) return WriteCsvRow(row);
  if (row.sheet() == main_ && row.cells().empty()) return blank_.Add(row);
  return WriteRow(row.sheet(), text::ShownRow(row), sheet_cells_.Of(row));
}

void MatrixWriter::LoseAll(const sdk::RecordInfo& info) {
  for (const PuenteLeaves& leaves : info.leaves) {
    run_.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_NO_PLACE, "");
  }
}

absl::Status MatrixWriter::Finish() {
  if (absl::Status status = Begin(nullptr); !status.ok()) return status;
  left_out_.Finish();
  if (csv_ != nullptr) {
    if (absl::Status status = WriteNames(); !status.ok()) return status;
    return csv_->Flush();
  }
  for (LateRows* const rows : {&blank_, &late_}) {
    if (absl::Status status = rows->Take([this](const v1::Row& kept) { return WriteKept(kept); });
        !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = workbook_->Finish(); !status.ok()) return status;
  // Whoever reads the workbook finds the lists to choose from, too.
  text::ColumnNames names;
  for (size_t i = 0; i < workbook_->lists().size(); ++i) {
    run_.CountDerived(run_.Intern(names.Name(i)), workbook_->lists()[i].size());
  }
  return absl::OkStatus();
}

}  // namespace puente::r4v5w
