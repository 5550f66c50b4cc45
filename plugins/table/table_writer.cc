// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Decides what kind of table the output is, and writes rows.
#include "plugins/table/table_writer.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/schema.h"
#include "fmt/format.h"
#include "plugins/table/csv_out.h"
#include "plugins/table/table_reader.h"

namespace puente::table {
namespace {

constexpr std::string_view kCsvEnding = ".csv";
constexpr std::string_view kTabEnding = ".tsv";
constexpr std::string_view kWorkbookEnding = ".xlsx";

const MappingRows& RowsOption(const sdk::Options& options) {
  const std::string_view rows = options.GetOr("rows", "activity");
  if (rows == "transaction") return TransactionRows();
  if (rows == "place") return PlaceRows();
  return ActivityRows();
}

bool EndsWith(std::string_view name, std::string_view end) {
  if (name.size() < end.size()) return false;
  return std::equal(end.begin(), end.end(), name.end() - static_cast<std::ptrdiff_t>(end.size()),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

/// Lists columns for a message, the first few of many.
std::string Listed(const std::vector<std::string>& names) {
  constexpr size_t kShown = 5;
  std::string list;
  for (size_t i = 0; i < names.size() && i < kShown; ++i) {
    list += (list.empty() ? "`" : ", `") + names[i] + "`";
  }
  if (names.size() > kShown) list += fmt::format(" and {} more", names.size() - kShown);
  return list;
}

}  // namespace

absl::StatusOr<std::unique_ptr<sdk::Writer>> TableWriter::Open(const sdk::Run& run,
                                                               sdk::Target* target,
                                                               const sdk::Options& options) {
  return std::unique_ptr<sdk::Writer>(new TableWriter(run, target, options));
}

TableWriter::TableWriter(const sdk::Run& run, sdk::Target* target, const sdk::Options& options)
    : run_(run),
      target_(target),
      rows_(RowsOption(options)),
      lang_(options.GetOr("lang", "en")),
      header_line_(options.GetOr("header", "yes") != "no"),
      delimiter_(DelimiterOption(options)),
      byte_order_mark_(options.GetBool("byte_order_mark")),
      carrier_(options.GetOr("carrier", "auto")),
      sheet_(options.GetOr("sheet", "")),
      row_field_(run.Intern("row")),
      cells_field_(run.Intern("row.cells")) {
  const std::string_view formulas = options.GetOr("formulas", "auto");
  if (formulas == "guard") formulas_ = Formulas::kGuard;
  if (formulas == "raw") formulas_ = Formulas::kRaw;
}

bool TableWriter::ToWorkbook(bool from_workbook) const {
  if (carrier_ != "auto") return carrier_ == "xlsx";
  if (EndsWith(target_->name(), kWorkbookEnding)) return true;
  const bool is_named =
      EndsWith(target_->name(), kCsvEnding) || EndsWith(target_->name(), kTabEnding);
  return from_workbook && !is_named;
}

absl::StatusOr<std::unique_ptr<TableSink>> TableWriter::OpenSink(const v1::TableLayout& source,
                                                                 bool is_mapping) {
  if (ToWorkbook(false)) {
    const std::string name = sheet_.empty() ? is_mapping ? "Mapping" : "Table" : sheet_;
    absl::StatusOr<std::unique_ptr<WorkbookSink>> sink =
        WorkbookSink::Open(target_, name, is_mapping);
    if (!sink.ok()) return sink.status();
    return std::unique_ptr<TableSink>(*std::move(sink));
  }
  text::CsvWriterOptions options;
  options.line_end = source.line_end() == "CRLF" ? text::CsvLineEnd::kCrLf
                     : source.line_end() == "CR" ? text::CsvLineEnd::kCr
                                                 : text::CsvLineEnd::kLf;
  options.byte_order_mark = byte_order_mark_;
  options.guard_formulas =
      formulas_ == Formulas::kAuto ? is_mapping : formulas_ == Formulas::kGuard;
  if (delimiter_.has_value()) {
    options.delimiter = *delimiter_;
  } else if (EndsWith(target_->name(), kTabEnding)) {
    options.delimiter = '\t';
  } else if (source.delimiter().size() == 1 &&
             kDelimiters.find(source.delimiter()[0]) != std::string_view::npos) {
    options.delimiter = source.delimiter()[0];
  }
  return std::unique_ptr<TableSink>(std::make_unique<CsvSink>(target_, options));
}

absl::Status TableWriter::StartSheets(const v1::TableLayout& layout) {
  mode_ = Mode::kSheets;
  absl::StatusOr<std::unique_ptr<SheetWriter>> writer;
  if (ToWorkbook(true)) {
    writer = MakeWorkbookWriter(run_, target_, layout);
  } else {
    absl::StatusOr<std::unique_ptr<TableSink>> sink = OpenSink({}, true);
    if (!sink.ok()) return sink.status();
    writer = MakeSheetWriter(run_, *std::move(sink), layout, sheet_, header_line_);
  }
  if (!writer.ok()) return writer.status();
  sheets_ = *std::move(writer);
  return absl::OkStatus();
}

absl::Status TableWriter::PutSheetRow(const v1::Row& row, const sdk::RecordInfo& info) {
  absl::StatusOr<std::string> refused = sheets_->Put(row);
  if (!refused.ok()) return refused.status();
  if (!refused->empty()) {
    Refuse(info, *refused);
    return absl::OkStatus();
  }
  // Each cell was counted once; what a record has beside its cells has no place.
  uint64_t cells = static_cast<uint64_t>(row.cells_size());
  for (const PuenteLeaves& leaves : info.leaves) {
    const uint64_t kept =
        leaves.field_path == cells_field_ ? std::min<uint64_t>(cells, leaves.count) : 0;
    cells -= kept;
    if (leaves.count > kept) {
      run_.ReportLoss(leaves.field_path, leaves.count - kept, PUENTE_LOSS_NO_PLACE, "");
    }
  }
  return absl::OkStatus();
}

absl::Status TableWriter::Put(const v1::Record& record, const sdk::RecordInfo& info) {
  switch (record.content_case()) {
    case v1::Record::kDatasetHeader:
      return PutHeader(record, info);
    case v1::Record::kRow:
      return PutRow(record.row(), info);
    case v1::Record::kActivity:
      return PutActivity(record, info);
    default:
      break;
  }
  Refuse(info,
         fmt::format("this table has no row for a record of the kind `{}`", RecordKind(record)));
  return absl::OkStatus();
}

void TableWriter::LoseAll(const sdk::RecordInfo& info) {
  for (const PuenteLeaves& leaves : info.leaves) {
    run_.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_NO_PLACE, "");
  }
}

void TableWriter::Refuse(const sdk::RecordInfo& info, std::string_view why) {
  LoseAll(info);
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "TABLE-0002";
  finding.message = why;
  finding.hint = "jsonl and binary hold records of all kinds";
  finding.record_id = info.id;
  finding.line = info.origin.line;
  run_.Report(finding);
}

absl::Status TableWriter::PutHeader(const v1::Record& record, const sdk::RecordInfo& info) {
  const v1::DatasetHeader& header = record.dataset_header();
  // The layout is no leaf; nothing else of a header has a place in a table.
  LoseAll(info);
  if (header.format() != "table" || mode_ == Mode::kMapping) {
    // Rows may follow all the same; then this names their columns.
    foreign_layout_.reset();
    if (header.has_table()) foreign_layout_ = header.table();
    return absl::OkStatus();
  }
  if (mode_ == Mode::kRows) {
    MatchColumns(header.table(), info);
    return absl::OkStatus();
  }
  if (mode_ == Mode::kSheets) {
    // Rows of a further workbook have no place: its sheets are others.
    is_further_ = true;
    return absl::OkStatus();
  }
  if (header.table().sheets_size() > 0) return StartSheets(header.table());
  mode_ = Mode::kRows;
  absl::StatusOr<std::unique_ptr<TableSink>> sink = OpenSink(header.table(), false);
  if (!sink.ok()) return sink.status();
  sink_ = *std::move(sink);
  // A line of names can be made up only when it is known how many columns there are.
  if (header.table().columns_size() == 0) return absl::OkStatus();
  return StartRows(header.table(), 0);
}

absl::Status TableWriter::StartRows(const v1::TableLayout& layout, size_t cells) {
  columns_.assign(layout.columns().begin(), layout.columns().end());
  if (columns_.empty() && header_line_) {
    for (size_t i = 0; i < cells; ++i) columns_.push_back(fmt::format("column {}", i + 1));
  }
  if (!header_line_) {
    paths_ = std::make_unique<ColumnPaths>(run_, std::vector<std::string>());
    return absl::OkStatus();
  }
  paths_ = std::make_unique<ColumnPaths>(run_, columns_);
  cells_.clear();
  for (const std::string& name : columns_) cells_.push_back(CellFor(name));
  return sink_->WriteNames(cells_);
}

void TableWriter::MatchColumns(const v1::TableLayout& layout, const sdk::RecordInfo& info) {
  targets_.clear();
  remapped_ = false;
  const std::vector<std::string> names(layout.columns().begin(), layout.columns().end());
  if (names.empty() || columns_.empty() || names == columns_) return;
  // By the names that tell equal ones apart.
  ColumnPaths output(run_, columns_);
  ColumnPaths input(run_, names);
  std::unordered_map<std::string, size_t> places;
  for (size_t i = 0; i < columns_.size(); ++i) places.emplace(output.Name(i), i);
  std::vector<std::string> unknown;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto place = places.find(input.Name(i));
    targets_.push_back(place == places.end() ? kNowhere : place->second);
    if (place == places.end()) unknown.push_back(input.Name(i));
  }
  remapped_ = true;
  std::string message = "the columns of this input differ from those of the first input";
  if (!unknown.empty()) message += "; left out: " + Listed(unknown);
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "PUE-0505";
  finding.message = message;
  finding.hint = "cells are put under the columns of the same name";
  finding.line = info.origin.line;
  run_.Report(finding);
}

absl::Status TableWriter::PutRow(const v1::Row& row, const sdk::RecordInfo& info) {
  if (mode_ == Mode::kMapping) {
    Refuse(info, "a mapping table of activities has no place for rows of another table");
    return absl::OkStatus();
  }
  if (mode_ == Mode::kSheets) {
    if (!is_further_) return PutSheetRow(row, info);
    Refuse(info, "the output is one workbook, and the row is of another");
    return absl::OkStatus();
  }
  const size_t size = static_cast<size_t>(row.cells_size());
  if (mode_ == Mode::kUndecided) {
    mode_ = Mode::kRows;
    const v1::TableLayout layout = foreign_layout_.value_or(v1::TableLayout());
    absl::StatusOr<std::unique_ptr<TableSink>> sink = OpenSink(layout, false);
    if (!sink.ok()) return sink.status();
    sink_ = *std::move(sink);
    if (absl::Status status = StartRows(layout, std::max<size_t>(size, 1)); !status.ok()) {
      return status;
    }
  } else if (paths_ == nullptr) {
    const size_t columns = std::max<size_t>(size, 1);
    if (absl::Status status = StartRows({}, columns); !status.ok()) return status;
  }

  const size_t width = remapped_ ? columns_.size() : std::max<size_t>(size, 1);
  cells_.assign(width, {});
  std::vector<bool> filled(width, false);
  for (size_t i = 0; i < size; ++i) {
    const size_t to = !remapped_ ? i : i < targets_.size() ? targets_[i] : kNowhere;
    if (to == kNowhere) continue;
    const v1::Cell& cell = row.cells(static_cast<int>(i));
    cells_[to] = CellFor(cell.text());
    if (cell.has_text() && cell.text().empty()) cells_[to].quoted = true;
    filled[to] = true;
  }
  if (absl::Status status = sink_->WriteRecord(cells_); !status.ok()) return status;

  uint64_t left = 0;
  for (const PuenteLeaves& leaves : info.leaves) {
    if (leaves.field_path == cells_field_) {
      left += leaves.count;
    } else if (leaves.field_path == row_field_ && size == 0 && leaves.count == 1) {
      // A row without cells is a line with one empty cell.
      run_.CountKept(row_field_, sink_->HasEmptyCells() ? paths_->Id(0) : 0, 1);
      filled[0] = true;
      continue;
    } else if (leaves.count > 0) {
      run_.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_NO_PLACE, "");
    }
  }
  for (size_t i = 0; i < width; ++i) {
    const bool is_there = sink_->HasEmptyCells() || !cells_[i].text.empty();
    if (size > 0 && filled[i] && left > 0) {
      run_.CountKept(cells_field_, is_there ? paths_->Id(i) : 0, 1);
      --left;
    } else if (is_there && (size > 0 || !filled[i])) {
      run_.CountDerived(paths_->Id(i), 1);
    }
  }
  if (left > 0) run_.ReportLoss(cells_field_, left, PUENTE_LOSS_NO_PLACE, "");
  return absl::OkStatus();
}

absl::Status TableWriter::StartMapping() {
  mode_ = Mode::kMapping;
  absl::StatusOr<std::unique_ptr<TableSink>> sink = OpenSink({}, true);
  if (!sink.ok()) return sink.status();
  sink_ = *std::move(sink);
  table_ = std::make_unique<MappingTable>(run_, rows_.columns);
  filler_ = std::make_unique<CellFiller>(run_, table_.get(), lang_);
  if (!header_line_) return absl::OkStatus();
  cells_.clear();
  for (const std::string_view name : rows_.columns) cells_.push_back(CellFor(name));
  return sink_->WriteNames(cells_);
}

absl::Status TableWriter::PutActivity(const v1::Record& record, const sdk::RecordInfo& info) {
  if (mode_ == Mode::kRows || mode_ == Mode::kSheets) {
    Refuse(info, "a table of rows has no place for activities");
    return absl::OkStatus();
  }
  if (mode_ == Mode::kUndecided) {
    if (absl::Status status = StartMapping(); !status.ok()) return status;
  }
  table_->BeginRecord(info);
  filler_->Begin(record, info);
  if (absl::Status status = rows_.write(run_, *filler_, sink_.get()); !status.ok()) return status;
  table_->EndRecord();
  return absl::OkStatus();
}

absl::Status TableWriter::Finish() {
  if (mode_ == Mode::kUndecided) {
    if (absl::Status status = StartMapping(); !status.ok()) return status;
  }
  if (table_ != nullptr) table_->Finish();
  return sheets_ != nullptr ? sheets_->Finish() : sink_->Finish();
}

}  // namespace puente::table
