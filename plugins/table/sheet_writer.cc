// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the rows of a workbook: to a workbook again, or one sheet of it to CSV.
#include "plugins/table/sheet_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/calendar.h"
#include "core/base/status.h"
#include "fmt/format.h"
#include "plugins/table/csv_out.h"

namespace puente::table {
namespace {

constexpr std::string_view kCellsField = "row.cells";
constexpr std::string_view kCannotPut = "PUE-0344";

/// The names of a sheet's header, by column.
std::vector<std::string> NamesOf(const v1::SheetLayout& sheet) {
  std::vector<std::string> names;
  for (int i = 0; i < sheet.header().cells_size(); ++i) {
    names.resize(text::ColumnOf(sheet.header(), i) + size_t{1});
    names.back() = sheet.header().cells(i).text();
  }
  return names;
}

/// Gives a workbook back.
class WorkbookWriter : public SheetWriter {
 public:
  WorkbookWriter(const sdk::Run& run, const v1::TableLayout& layout,
                 std::unique_ptr<text::LayoutWriter> writer)
      : run_(run), writer_(std::move(writer)), cells_field_(run.Intern(kCellsField)) {
    for (const v1::SheetLayout& sheet : layout.sheets()) paths_.emplace_back(run, NamesOf(sheet));
  }

  absl::StatusOr<std::string> Put(const v1::Row& row) override {
    absl::Status status = writer_->GoTo(row.sheet());
    if (status.ok()) status = writer_->WriteRow(text::ShownRow(row), cells_.Of(row));
    if (!status.ok()) {
      // One bad row costs that row.
      const ErrorDetail detail = GetErrorDetail(status);
      if (detail.code != kCannotPut) return status;
      return detail.message;
    }
    ColumnPaths& paths = paths_[row.sheet()];
    for (int i = 0; i < row.cells_size(); ++i) {
      run_.CountKept(cells_field_, paths.Id(text::ColumnOf(row, i)), 1);
    }
    return std::string();
  }

  absl::Status Finish() override { return writer_->Finish(); }

 private:
  const sdk::Run run_;
  const std::unique_ptr<text::LayoutWriter> writer_;
  const uint32_t cells_field_;
  std::vector<ColumnPaths> paths_;
  text::SheetCells cells_;
};

/// Writes one sheet.
class OneSheetWriter : public SheetWriter {
 public:
  OneSheetWriter(const sdk::Run& run, std::unique_ptr<TableSink> sink,
                 const v1::TableLayout& layout, size_t sheet)
      : run_(run),
        sink_(std::move(sink)),
        sheet_(sheet),
        names_(NamesOf(layout.sheets(static_cast<int>(sheet)))),
        is_1904_(layout.is_1904()),
        styles_(text::StylesOf(layout)),
        paths_(run, names_),
        cells_field_(run.Intern(kCellsField)) {}

  absl::Status WriteNames() {
    if (names_.empty()) return absl::OkStatus();
    cells_.clear();
    for (const std::string& name : names_) cells_.push_back(CellFor(name));
    return sink_->WriteNames(cells_);
  }

  absl::StatusOr<std::string> Put(const v1::Row& row) override {
    if (row.sheet() != sheet_) return std::string("the output has one sheet, and this is another");
    if (row.cells().empty()) return std::string();
    texts_.clear();
    for (int i = 0; i < row.cells_size(); ++i) texts_.push_back(TextOf(row, i));
    const uint32_t last = text::ColumnOf(row, row.cells_size() - 1);
    cells_.assign(std::max(names_.size(), size_t{last} + 1), {});
    std::vector<bool> filled(cells_.size(), false);
    for (int i = 0; i < row.cells_size(); ++i) {
      const uint32_t column = text::ColumnOf(row, i);
      if (column >= cells_.size()) return std::string("its cells are not in the order of columns");
      cells_[column] = CellFor(texts_[static_cast<size_t>(i)]);
      filled[column] = true;
    }
    if (absl::Status status = sink_->WriteRecord(cells_); !status.ok()) return status;
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (filled[i]) {
        run_.CountKept(cells_field_, paths_.Id(i), 1);
      } else {
        run_.CountDerived(paths_.Id(i), 1);
      }
    }
    return std::string();
  }

  absl::Status Finish() override { return sink_->Finish(); }

 private:
  std::string TextOf(const v1::Row& row, int cell) const {
    const std::string& text = row.cells(cell).text();
    switch (text::KindOf(row, cell)) {
      case v1::CELL_KIND_BOOLEAN:
        return text == "1" ? "TRUE" : text == "0" ? "FALSE" : text;
      case v1::CELL_KIND_NUMBER:
        break;
      default:
        return text;
    }
    const text::XlsxNumber number = styles_.NumberOf(text::StyleOf(row, cell));
    if (number != text::XlsxNumber::kDate && number != text::XlsxNumber::kDateTime) return text;
    const std::optional<v1::DateTime> time = text::DateOfSerial(text, is_1904_);
    if (!time.has_value()) return text;
    std::string out;
    if (!AppendDateTime(*time, &out)) return text;
    constexpr size_t kDay = 10;
    const bool is_midnight =
        time->hour() == 0 && time->minute() == 0 && time->second() == 0 && time->nanos() == 0;
    return is_midnight ? out.substr(0, kDay) : out;
  }

  const sdk::Run run_;
  const std::unique_ptr<TableSink> sink_;
  const size_t sheet_;
  const std::vector<std::string> names_;
  const bool is_1904_;
  const text::XlsxStyles styles_;
  ColumnPaths paths_;
  const uint32_t cells_field_;
  std::vector<std::string> texts_;
  std::vector<text::CsvCell> cells_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SheetWriter>> MakeWorkbookWriter(const sdk::Run& run,
                                                                sdk::Target* target,
                                                                const v1::TableLayout& layout) {
  absl::StatusOr<std::unique_ptr<text::LayoutWriter>> writer =
      text::LayoutWriter::Open(target, layout);
  if (!writer.ok()) return writer.status();
  return std::unique_ptr<SheetWriter>(new WorkbookWriter(run, layout, *std::move(writer)));
}

absl::StatusOr<std::unique_ptr<SheetWriter>> MakeSheetWriter(const sdk::Run& run,
                                                             std::unique_ptr<TableSink> sink,
                                                             const v1::TableLayout& layout,
                                                             std::string_view sheet, bool names) {
  std::optional<size_t> found;
  std::string known;
  for (int i = 0; i < layout.sheets_size(); ++i) {
    const v1::SheetLayout& one = layout.sheets(i);
    known += fmt::format("{}`{}`", known.empty() ? "" : ", ", one.name());
    if (found.has_value()) continue;
    if (sheet.empty() ? !one.is_hidden() : one.name() == sheet) found = static_cast<size_t>(i);
  }
  if (!found.has_value() && sheet.empty() && layout.sheets_size() > 0) found = 0;
  if (!found.has_value()) {
    ErrorDetail detail;
    detail.code = "TABLE-0005";
    detail.message = fmt::format("the workbook has no sheet `{}`", sheet);
    detail.hint = fmt::format("its sheets are {}", known);
    return MakeError(absl::StatusCode::kInvalidArgument, detail);
  }
  auto writer = std::make_unique<OneSheetWriter>(run, std::move(sink), layout, *found);
  if (names) {
    if (absl::Status status = writer->WriteNames(); !status.ok()) return status;
  }
  return std::unique_ptr<SheetWriter>(std::move(writer));
}

}  // namespace puente::table
