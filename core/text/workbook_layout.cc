// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What is around the rows of a workbook, as the schema has it (puente.v1.TableLayout), and back.
#include "core/text/workbook_layout.h"

#include <algorithm>
#include <utility>

#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"

namespace puente::text {
namespace {

constexpr std::string_view kStylesPart = "xl/styles.xml";

constexpr double kNarrow = 12;
constexpr double kWide = 40;

/// Columns as wide as their names, within reason.
std::vector<XlsxColumn> ColumnsFor(const v1::Row& header) {
  std::vector<XlsxColumn> columns;
  for (int i = 0; i < header.cells_size(); ++i) {
    const size_t column = ColumnOf(header, i);
    // Who writes the row refuses it.
    if (column >= kXlsxColumns) break;
    columns.resize(std::max(columns.size(), column + 1));
    const auto width = static_cast<double>(Utf16Units(header.cells(i).text()));
    columns[column].width = std::clamp(width + 2, kNarrow, kWide);
  }
  return columns;
}

/// Keeps the parts that hold no rows; false when they are too large together.
absl::StatusOr<bool> KeepParts(XlsxWorkbook& workbook, size_t room, v1::TableLayout* layout) {
  for (const ZipPart* part : workbook.OtherParts()) {
    if (part->size > room) return false;
    absl::StatusOr<std::unique_ptr<InputStream>> stream =
        workbook.archive().OpenPart(*part, part->size);
    if (!stream.ok()) return stream.status();
    v1::WorkbookPart* const kept = layout->add_parts();
    kept->set_name(part->name);
    kept->mutable_content()->resize(part->size);
    absl::StatusOr<size_t> got =
        ReadFully(stream->get(), kept->mutable_content()->data(), part->size);
    if (!got.ok()) return got.status();
    // The end tells whether the sum is right.
    char more = 0;
    absl::StatusOr<size_t> end = (*stream)->Read(&more, 1);
    if (!end.ok()) return end.status();
    room -= part->size;
  }
  return true;
}

}  // namespace

absl::StatusOr<ShellFault> FillLayout(XlsxWorkbook& workbook, size_t max_bytes,
                                      v1::TableLayout* layout) {
  layout->set_is_1904(workbook.is_1904());
  bool whole = true;
  ShellFault fault = ShellFault::kNone;
  size_t room = max_bytes;
  for (size_t i = 0; i < workbook.sheets().size(); ++i) {
    v1::SheetLayout* const sheet = layout->add_sheets();
    sheet->set_name(workbook.sheets()[i].name);
    sheet->set_part(workbook.sheets()[i].part);
    sheet->set_is_hidden(workbook.sheets()[i].is_hidden);
    if (!whole) continue;
    absl::StatusOr<std::optional<XlsxSheetShell>> shell = workbook.ReadShell(i, room, &fault);
    if (!shell.ok()) return shell.status();
    whole = shell->has_value();
    if (!whole) continue;
    room -= (*shell)->before.size() + (*shell)->after.size();
    sheet->set_before((*shell)->before);
    sheet->set_after((*shell)->after);
  }
  if (whole) {
    absl::StatusOr<bool> kept = KeepParts(workbook, room, layout);
    if (!kept.ok()) return kept.status();
    whole = *kept;
    if (!whole) fault = ShellFault::kTooLarge;
  }
  if (!whole) {
    layout->clear_parts();
    for (v1::SheetLayout& sheet : *layout->mutable_sheets()) {
      sheet.clear_before();
      sheet.clear_after();
    }
  }
  return fault;
}

absl::StatusOr<std::unique_ptr<LayoutWriter>> LayoutWriter::Open(OutputStream* output,
                                                                 const v1::TableLayout& layout,
                                                                 std::vector<XlsxColumn> columns) {
  std::unique_ptr<LayoutWriter> made(new LayoutWriter(layout));
  made->columns_ = std::move(columns);
  XlsxWriterOptions options;
  // What was read is given back, whatever its length.
  options.allow_long_texts = true;
  absl::StatusOr<std::unique_ptr<XlsxWriter>> writer;
  if (made->has_parts_) {
    // The shell takes the bytes; they need not be there twice.
    XlsxShell shell;
    for (v1::WorkbookPart& part : *made->layout_.mutable_parts()) {
      shell.parts.push_back({part.name(), std::move(*part.mutable_content())});
    }
    for (v1::SheetLayout& sheet : *made->layout_.mutable_sheets()) {
      shell.sheets.push_back(
          {sheet.part(), std::move(*sheet.mutable_before()), std::move(*sheet.mutable_after())});
    }
    made->layout_.clear_parts();
    writer = XlsxWriter::OpenShell(output, std::move(shell), options);
  } else {
    writer = XlsxWriter::Open(output, options);
  }
  if (!writer.ok()) return writer.status();
  made->writer_ = *std::move(writer);
  return made;
}

absl::Status LayoutWriter::GoTo(size_t sheet) {
  if (sheet_ == sheet) return absl::OkStatus();
  if (sheet < next_ || sheet >= static_cast<size_t>(layout_.sheets_size())) {
    return CannotPut("the row is of a sheet that is not there, or is written already",
                     "rows must come in the order of the sheets");
  }
  while (next_ <= sheet) {
    if (absl::Status status = End(); !status.ok()) return status;
    if (absl::Status status = Begin(next_); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status LayoutWriter::Begin(size_t sheet) {
  const v1::SheetLayout& layout = layout_.sheets(static_cast<int>(sheet));
  absl::Status status;
  if (has_parts_) {
    status = writer_->BeginShellSheet(sheet);
  } else {
    XlsxSheetOptions options;
    options.name = layout.name();
    options.is_hidden = layout.is_hidden();
    if (layout.has_header()) {
      // The names stay in sight, and filter what is below them.
      options.frozen_rows = options.filter_row = layout.header().number();
      if (sheet == 0) options.columns = columns_;
      if (options.columns.empty()) options.columns = ColumnsFor(layout.header());
    }
    status = writer_->BeginSheet(options);
  }
  if (!status.ok()) return status;
  sheet_ = sheet;
  next_ = sheet + 1;
  row_ = 0;
  has_header_ = layout.has_header();
  return absl::OkStatus();
}

absl::Status LayoutWriter::End() {
  if (!sheet_.has_value()) return absl::OkStatus();
  if (absl::Status status = WriteHeader(); !status.ok()) return status;
  sheet_.reset();
  return writer_->EndSheet();
}

absl::Status LayoutWriter::WriteHeader() {
  if (!has_header_) return absl::OkStatus();
  has_header_ = false;
  const v1::Row& header = layout_.sheets(static_cast<int>(*sheet_)).header();
  return Write(ShownRow(header), header_cells_.Of(header), kXlsxHeader);
}

absl::Status LayoutWriter::WriteRow(XlsxRow row, std::span<const XlsxCell> cells) {
  if (has_header_) {
    const uint32_t header = layout_.sheets(static_cast<int>(*sheet_)).header().number();
    if (row.number == 0 || row.number > header) {
      if (absl::Status status = WriteHeader(); !status.ok()) return status;
    }
  }
  return Write(row, cells, kXlsxPlain);
}

absl::Status LayoutWriter::Write(XlsxRow row, std::span<const XlsxCell> cells, uint32_t plain) {
  if (row.number == 0) row.number = row_ + 1;
  if (!has_parts_) {
    // The numbers are those of another workbook's styles.
    row.style.reset();
    cells_.assign(cells.begin(), cells.end());
    for (XlsxCell& cell : cells_) {
      cell.style = plain;
      cell.cell_metadata = cell.value_metadata = 0;
    }
    cells = cells_;
  }
  if (absl::Status status = writer_->WriteRow(row, cells); !status.ok()) return status;
  row_ = row.number;
  return absl::OkStatus();
}

absl::Status LayoutWriter::Finish() {
  while (next_ < static_cast<size_t>(layout_.sheets_size())) {
    if (absl::Status status = GoTo(next_); !status.ok()) return status;
  }
  if (absl::Status status = End(); !status.ok()) return status;
  return writer_->Finish();
}

XlsxStyles StylesOf(const v1::TableLayout& layout) {
  XlsxStyles styles;
  for (const v1::WorkbookPart& part : layout.parts()) {
    if (part.name() != kStylesPart) continue;
    StringInput input(part.content());
    auto xml = XmlReader::Create(&input, XmlReaderOptions());
    XlsxStyles read;
    if (xml.ok() && read.Read(xml->get()).ok()) styles = std::move(read);
  }
  return styles;
}

}  // namespace puente::text
