// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads CSV files, and tells whether a file may be one.
#include "plugins/table/table_reader.h"

#include <algorithm>
#include <utility>

#include "core/base/lexical.h"
#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/text/text_encoding.h"
#include "core/text/zip_archive.h"
#include "fmt/format.h"

namespace puente::table {
namespace {

constexpr std::string_view kNotInEncoding = "PUE-0206";
constexpr std::string_view kOtherCellCount = "PUE-0331";
constexpr std::string_view kStrayQuote = "TABLE-0001";
constexpr std::string_view kGuessedEncoding = "TABLE-0006";
constexpr std::string_view kTwoEncodings = "TABLE-0007";

constexpr uint32_t kByName = 35;
constexpr uint32_t kByLook = 30;
constexpr uint32_t kByBoth = 40;

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

bool EndsWith(std::string_view name, std::string_view end) {
  if (name.size() < end.size()) return false;
  return std::equal(end.begin(), end.end(), name.end() - static_cast<std::ptrdiff_t>(end.size()),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

/// True for the beginning of XML, JSON and configuration files, which have commas too.
bool IsOtherFormat(std::string_view text) {
  text = TrimXmlSpace(text);
  return !text.empty() && (text.front() == '<' || text.front() == '{' || text.front() == '[');
}

/// True when all lines have the same number of cells, at least two. The last line may be cut.
bool LooksLikeTable(std::string_view head) {
  std::string_view text = head;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (TrimXmlSpace(text).empty() || IsOtherFormat(text)) return false;
  if (text.find('\0') != std::string_view::npos &&
      !text::DetectEncoding(head, /*is_whole=*/false).name.starts_with("UTF-16")) {
    return false;
  }
  text::StringInput input(head);
  text::CsvReaderOptions options;
  options.encoding = "auto";
  options.input_bytes = head.size();
  text::CsvReader csv(&input, options);
  size_t columns = 0;
  size_t lines = 0;
  for (auto more = csv.Next(); more.ok() && *more; more = csv.Next()) {
    if (csv.end_offset() == head.size() && lines > 1) break;
    if (lines == 0) columns = csv.cells().size();
    if (csv.cells().size() != columns || (lines == 0 && IsOtherFormat(csv.cells()[0].text))) {
      return false;
    }
    ++lines;
  }
  return columns > 1 && lines > 1;
}

}  // namespace

uint32_t TableConfidence(std::string_view name, std::string_view head) {
  const bool is_workbook = EndsWith(name, ".xlsx") || EndsWith(name, ".xlsm");
  if (text::IsZipArchive(head)) {
    if (is_workbook) return kByBoth;
    // What a program of spreadsheets puts first.
    return head.find("[Content_Types].xml") != std::string_view::npos ? kByLook : 0;
  }
  if (text::IsCompoundFile(head)) return is_workbook || EndsWith(name, ".xls") ? kByName : 0;
  if (is_workbook) return kByName;
  const bool named = EndsWith(name, ".csv") || EndsWith(name, ".tsv");
  const bool looks = LooksLikeTable(head);
  if (named) return looks ? kByBoth : kByName;
  return looks ? kByLook : 0;
}

std::optional<char> DelimiterOption(const sdk::Options& options) {
  const std::string_view name = options.GetOr("delimiter", "auto");
  if (name == "comma") return ',';
  if (name == "semicolon") return ';';
  if (name == "tab") return '\t';
  if (name == "pipe") return '|';
  return std::nullopt;
}

absl::StatusOr<std::unique_ptr<sdk::Reader>> TableReader::Open(const sdk::Run& run,
                                                               sdk::Source* source,
                                                               const sdk::Options& options) {
  text::CsvReaderOptions csv;
  const auto take = [&run](std::string_view name, uint64_t* value) {
    if (const uint64_t limit = run.Limit(name); limit != 0) *value = limit;
  };
  take("csv_columns", &csv.limits.csv_columns);
  take("csv_cell_bytes", &csv.limits.csv_cell_bytes);
  take("line_bytes", &csv.limits.line_bytes);
  csv.delimiter = DelimiterOption(options);
  csv.encoding = std::string(options.GetOr("encoding", "auto"));
  csv.input_bytes = source->size();
  csv.guard_formulas = options.GetOr("formulas", "auto") == "guard";
  sdk::TableEncoding encoding(run, kGuessedEncoding, kTwoEncodings);
  if (absl::Status status = encoding.Choose(*source, &csv); !status.ok()) return status;
  return std::unique_ptr<sdk::Reader>(new TableReader(
      run, source, std::move(csv), std::move(encoding), options.GetOr("header", "yes") != "no"));
}

TableReader::TableReader(const sdk::Run& run, sdk::Source* source, text::CsvReaderOptions options,
                         sdk::TableEncoding encoding, bool has_header)
    : run_(run),
      csv_(source, std::move(options)),
      encoding_(std::move(encoding)),
      has_header_(has_header),
      cells_field_(run.Intern("row.cells")) {}

PuentePosition TableReader::Position() const {
  PuentePosition position{};
  position.offset = csv_.offset();
  position.line = csv_.line();
  position.column = 1;
  return position;
}

absl::StatusOr<bool> TableReader::Read(sdk::BatchBuilder& batch) {
  return header_done_ ? ReadRow(batch) : ReadHeader(batch);
}

absl::StatusOr<bool> TableReader::NextLine() {
  while (!at_end_) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    absl::StatusOr<bool> more = csv_.Next();
    encoding_.Tell(csv_);
    if (more.ok()) {
      at_end_ = !*more;
      run_.Progress(csv_.end_offset());
      return more;
    }
    if (GetErrorDetail(more.status()).code != kNotInEncoding) return more.status();
    const bool is_header = has_header_ && !header_done_;
    Reject(more.status(), is_header);
    if (is_header) return false;
  }
  return false;
}

void TableReader::Reject(const absl::Status& reason, bool is_header) {
  if (!is_header) {
    const uint32_t path = run_.Intern(kRowPath);
    run_.CountRead(path, 1);
    run_.CountRejected(path, 1);
  }
  const ErrorDetail detail = GetErrorDetail(reason);
  const std::string message = fmt::format(
      "{}: {}", is_header ? "the names of the columns are left out" : "the row is left out",
      MessageOf(reason));
  const std::string cell = text::CellName(0, csv_.record_number());
  sdk::Finding finding;
  finding.severity = PUENTE_ERROR;
  finding.code = kNotInEncoding;
  finding.message = message;
  finding.hint = detail.hint;
  if (!is_header) finding.path = kRowPath;
  finding.offset = csv_.offset();
  finding.line = detail.line != 0 ? detail.line : csv_.line();
  finding.cell = cell;
  run_.Report(finding);
}

absl::Status TableReader::CheckNames() const {
  const uint64_t set = run_.Limit("name_bytes");
  const uint64_t limit = set == 0 ? DefaultLimits().name_bytes : set;
  const std::span<const text::CsvCell> cells = csv_.cells();
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].text.size() <= limit) continue;
    ErrorDetail detail;
    detail.code = "PUE-0203";
    detail.message = fmt::format("the name of column {} is longer than the limit of {}", i + 1,
                                 FormatLimit(limit, LimitUnit::kBytes));
    detail.line = csv_.line();
    detail.hint =
        "is it a name? A table without a header is read with --in-opt header=no; if the file is to "
        "be trusted, raise the limit name_bytes";
    return MakeError(absl::StatusCode::kResourceExhausted, detail);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> TableReader::ReadHeader(sdk::BatchBuilder& batch) {
  PuentePosition position{};
  uint64_t length = 0;
  bool any = false;
  if (has_header_) {
    absl::StatusOr<bool> more = NextLine();
    if (!more.ok()) return more.status();
    any = *more;
    if (any) {
      position = Position();
      length = csv_.end_offset() - csv_.offset();
      if (absl::Status status = CheckNames(); !status.ok()) return status;
      for (const text::CsvCell& cell : csv_.cells()) columns_.emplace_back(cell.text);
    }
  } else {
    // The delimiter is known once the first line was read; the line itself is the first row.
    absl::StatusOr<bool> more = NextLine();
    if (!more.ok()) return more.status();
    row_is_read_ = *more;
  }
  paths_ = std::make_unique<ColumnPaths>(run_, columns_);
  v1::Record* record = batch.Add();
  v1::DatasetHeader* header = record->mutable_dataset_header();
  header->set_format("table");
  v1::TableLayout* table = header->mutable_table();
  for (const std::string& name : columns_) table->add_columns(name);
  table->set_delimiter(std::string(1, csv_.delimiter()));
  table->set_has_header(any);
  encoding_.FillLayout(csv_, table);
  // The names of columns say how the table is laid out; they are no leaves.
  batch.Describe("", position, length, {});
  header_done_ = true;
  return true;
}

absl::StatusOr<bool> TableReader::ReadRow(sdk::BatchBuilder& batch) {
  if (!row_is_read_) {
    absl::StatusOr<bool> more = NextLine();
    if (!more.ok() || !*more) return more;
  }
  row_is_read_ = false;
  CheckRow();
  v1::Record* record = batch.Add();
  v1::Row* row = record->mutable_row();
  leaves_.clear();
  const std::span<const text::CsvCell> cells = csv_.cells();
  row->mutable_cells()->Reserve(static_cast<int>(cells.size()));
  for (size_t i = 0; i < cells.size(); ++i) {
    v1::Cell* cell = row->add_cells();
    if (!cells[i].text.empty() || cells[i].quoted) cell->set_text(std::string(cells[i].text));
    leaves_.push_back({paths_->Id(i), cells_field_, 1});
  }
  batch.Describe("", Position(), csv_.end_offset() - csv_.offset(), leaves_);
  return true;
}

void TableReader::CheckRow() {
  const std::span<const text::CsvCell> cells = csv_.cells();
  if (!columns_.empty() && cells.size() != columns_.size()) {
    const bool blank = cells.size() == 1 && cells[0].text.empty();
    const std::string message =
        blank ? fmt::format("the line is empty, but the header has {} columns", columns_.size())
              : fmt::format("the row has {} cell{}, but the header has {}", cells.size(),
                            cells.size() == 1 ? "" : "s", columns_.size());
    Report(
        PUENTE_WARNING, kOtherCellCount, message,
        cells.size() > columns_.size() ? "is a text with the delimiter in it not in quotes?" : "",
        std::min(cells.size(), columns_.size()));
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].stray) continue;
    Report(PUENTE_WARNING, kStrayQuote, "the cell goes on after its closing quote",
           "it is kept as it stands, quotes included", i);
    return;
  }
}

void TableReader::Report(int32_t severity, std::string_view code, std::string_view message,
                         std::string_view hint, size_t column) {
  const std::string cell = text::CellName(column, csv_.record_number());
  sdk::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  finding.path = paths_->Name(column);
  if (column < csv_.cells().size()) finding.text = csv_.cells()[column].text;
  finding.offset = csv_.offset();
  finding.line = csv_.line();
  finding.cell = cell;
  run_.Report(finding);
}

}  // namespace puente::table
