// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes workbooks (.xlsx) row after row: new ones, and rows into what an old one has around them.
#include "core/text/xlsx_writer.h"

#include <algorithm>
#include <utility>

#include "core/base/utf8.h"
#include "core/text/column_names.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
constexpr size_t kLongestName = 31;
// The longest list that can stand in its sheet.
constexpr size_t kLongestChoices = 255;
constexpr double kWidest = 255;
constexpr std::string_view kListsName = "lists";

constexpr std::string_view kDeclaration =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view kRelations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view kPackage = "http://schemas.openxmlformats.org/package/2006/";
constexpr std::string_view kTypes = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

absl::Status WrongOrder(std::string_view call) {
  return absl::FailedPreconditionError(fmt::format("XlsxWriter: {} in the wrong order", call));
}

/// A value of an attribute. What XML cannot have was refused before.
std::string Escaped(std::string_view text) {
  std::string escaped;
  AppendXmlText(text, &escaped);
  return escaped;
}

/// `'It''s'!$A$1:$C$9`
std::string RangeInBook(std::string_view sheet, uint32_t first_column, uint32_t first_row,
                        uint32_t last_column, uint32_t last_row) {
  const auto fixed = [](uint32_t column, uint32_t row) {
    const std::string name = CellName(column, row);
    const size_t letters = name.find_first_of("0123456789");
    return fmt::format("${}${}", name.substr(0, letters), name.substr(letters));
  };
  std::string quoted;
  for (const char c : sheet) quoted.append(c == '\'' ? 2 : 1, c);
  return fmt::format("'{}'!{}:{}", quoted, fixed(first_column, first_row),
                     fixed(last_column, last_row));
}

/// True when a list can stand in its sheet: `"a,b"`.
bool IsShortList(const std::vector<std::string>& choices) {
  size_t units = choices.size() - 1;
  for (const std::string& choice : choices) {
    units += Utf16Units(choice);
    if (choice.empty() || choice.front() == ' ' || choice.back() == ' ' ||
        choice.find_first_of(",\"\t\r\n") != std::string::npos || FirstNonXmlChar(choice)) {
      return false;
    }
  }
  return units <= kLongestChoices;
}

/// The first row below the headings.
uint32_t FirstRow(const XlsxSheetOptions& sheet) {
  return std::max(sheet.frozen_rows, sheet.filter_row) + 1;
}

bool NeedsListsSheet(const XlsxSheetOptions& options) {
  return std::any_of(options.columns.begin(), options.columns.end(), [](const XlsxColumn& column) {
    return !column.choices.empty() && !IsShortList(column.choices);
  });
}

}  // namespace

XlsxWriter::XlsxWriter(std::unique_ptr<ZipWriter> zip, const XlsxWriterOptions& options,
                       bool is_shell)
    : zip_(std::move(zip)),
      is_shell_(is_shell),
      rows_(is_shell ? nullptr : &styles_, options.allow_long_texts) {}

XlsxWriter::~XlsxWriter() = default;

absl::StatusOr<std::unique_ptr<XlsxWriter>> XlsxWriter::Open(OutputStream* output,
                                                             const XlsxWriterOptions& options) {
  absl::StatusOr<std::unique_ptr<ZipWriter>> zip = ZipWriter::Open(output, options.zip_level);
  if (!zip.ok()) return zip.status();
  std::unique_ptr<XlsxWriter> writer(new XlsxWriter(*std::move(zip), options, false));
  const std::string relations = fmt::format(
      "{}<Relationships xmlns=\"{}relationships\"><Relationship Id=\"rId1\" "
      "Type=\"{}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
      kDeclaration, kPackage, kRelations);
  if (absl::Status status = writer->WritePart("_rels/.rels", relations); !status.ok()) {
    return status;
  }
  return writer;
}

absl::StatusOr<std::unique_ptr<XlsxWriter>> XlsxWriter::OpenShell(
    OutputStream* output, XlsxShell shell, const XlsxWriterOptions& options) {
  if (absl::Status status = PrepareShellParts(&shell); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<ZipWriter>> zip = ZipWriter::Open(output, options.zip_level);
  if (!zip.ok()) return zip.status();
  std::unique_ptr<XlsxWriter> writer(new XlsxWriter(*std::move(zip), options, true));
  for (const XlsxSheetShell& sheet : shell.sheets) {
    absl::StatusOr<std::string> prefix = CheckSheetShell(sheet);
    if (!prefix.ok()) return prefix.status();
    writer->prefixes_.push_back(*std::move(prefix));
  }
  for (const XlsxPart& part : shell.parts) {
    if (absl::Status status = writer->WritePart(part.name, part.bytes); !status.ok()) return status;
  }
  writer->shells_ = std::move(shell.sheets);
  writer->written_.resize(writer->shells_.size());
  return writer;
}

absl::Status XlsxWriter::WritePart(std::string_view name, std::string_view bytes) {
  if (absl::Status status = zip_->Begin(name); !status.ok()) return status;
  if (absl::Status status = zip_->Write(bytes); !status.ok()) return status;
  return zip_->End();
}

absl::Status XlsxWriter::FlushRows() {
  absl::Status status = zip_->Write(buffer_);
  buffer_.clear();
  return status;
}

absl::StatusOr<uint32_t> XlsxWriter::AddNumberFormat(std::string_view format) {
  if (is_shell_ || is_finished_) return WrongOrder("AddNumberFormat");
  return styles_.AddFormat(format);
}

absl::Status XlsxWriter::CheckName(std::string_view name) const {
  const auto refuse = [name](std::string_view what) {
    return CannotPut(fmt::format("`{}` as the name of a sheet: {}", ClipText(name, 100), what),
                     "give the sheet another name");
  };
  if (name.empty()) return refuse("it is empty");
  if (FirstInvalidUtf8(name).has_value()) return refuse("it is not UTF-8");
  if (Utf16Units(name) > kLongestName) {
    return refuse(fmt::format("it has more than {} characters", kLongestName));
  }
  const bool has_control = std::any_of(name.begin(), name.end(),
                                       [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (has_control || FirstNonXmlChar(name) ||
      name.find_first_of("[]:*?/\\") != std::string_view::npos || name.front() == '\'' ||
      name.back() == '\'') {
    return refuse("no sheet's name has []:*?/\\ or control characters, or ' at an end");
  }
  const std::string folded = FoldCase(name);
  if (folded == "history") return refuse("spreadsheets keep it for themselves");
  if (names_.contains(folded)) return refuse("another sheet has it, letters of either case");
  return absl::OkStatus();
}

absl::Status XlsxWriter::CheckOptions(const XlsxSheetOptions& options) const {
  if (absl::Status status = CheckName(options.name); !status.ok()) return status;
  const auto refuse = [&options](std::string_view what) {
    return CannotPut(fmt::format("sheet `{}`: {}", options.name, what), "");
  };
  if (std::max(options.frozen_rows, options.filter_row) >= kXlsxRows) {
    return refuse("it has no row below its headings");
  }
  if (options.columns.size() > kXlsxColumns) {
    return refuse(fmt::format("a sheet has no more than {} columns", kXlsxColumns));
  }
  for (const XlsxColumn& column : options.columns) {
    if (!(column.width >= 0 && column.width <= kWidest)) {
      return refuse(fmt::format("a column is no wider than {} characters", kWidest));
    }
    if (column.choices.size() > kXlsxRows) return refuse("a list has more choices than rows");
    for (const std::string& choice : column.choices) {
      if (FirstInvalidUtf8(choice).has_value()) return refuse("a choice is not UTF-8");
      if (Utf16Units(choice) > kXlsxLongestText) return refuse("a choice is too long");
    }
  }
  if (NeedsListsSheet(options)) {
    const bool is_taken = !has_lists_ && names_.contains(std::string(kListsName));
    if (is_taken || FoldCase(options.name) == kListsName) {
      return refuse("its lists are to go to a sheet `lists`, and another one has that name");
    }
  }
  return absl::OkStatus();
}

std::string XlsxWriter::SheetHead(const XlsxSheetOptions& options, bool is_first) const {
  std::string xml =
      fmt::format("{}<worksheet xmlns=\"{}\" xmlns:r=\"{}\">", kDeclaration, kMain, kRelations);
  xml += fmt::format("<sheetViews><sheetView{} workbookViewId=\"0\"",
                     is_first ? " tabSelected=\"1\"" : "");
  if (options.frozen_rows > 0) {
    xml += fmt::format(
        "><pane ySplit=\"{}\" topLeftCell=\"A{}\" activePane=\"bottomLeft\" state=\"frozen\"/>"
        "<selection pane=\"bottomLeft\"/></sheetView></sheetViews>",
        options.frozen_rows, options.frozen_rows + 1);
  } else {
    xml += "/></sheetViews>";
  }
  xml += "<sheetFormatPr defaultRowHeight=\"15\"/>";
  std::string columns;
  for (size_t i = 0; i < options.columns.size(); ++i) {
    if (options.columns[i].width == 0) continue;
    columns += fmt::format("<col min=\"{0}\" max=\"{0}\" width=\"{1:.2f}\" customWidth=\"1\"/>",
                           i + 1, options.columns[i].width);
  }
  if (!columns.empty()) xml += fmt::format("<cols>{}</cols>", columns);
  xml += "<sheetData>";
  return xml;
}

absl::Status XlsxWriter::BeginSheet(const XlsxSheetOptions& options) {
  if (is_shell_ || in_sheet_ || is_finished_) return WrongOrder("BeginSheet");
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  if (absl::Status status =
          zip_->Begin(fmt::format("xl/worksheets/sheet{}.xml", sheets_.size() + 1));
      !status.ok()) {
    return status;
  }
  const bool is_first =
      !options.is_hidden && std::all_of(sheets_.begin(), sheets_.end(),
                                        [](const Sheet& sheet) { return sheet.is_hidden; });
  names_.insert(FoldCase(options.name));
  if (NeedsListsSheet(options)) {
    names_.insert(std::string(kListsName));
    has_lists_ = true;
  }
  sheets_.push_back({options.name, options.is_hidden, ""});
  sheet_ = options;
  filter_columns_ = 0;
  in_sheet_ = true;
  rows_.Begin(options.name, "");
  buffer_ = SheetHead(options, is_first);
  return absl::OkStatus();
}

absl::Status XlsxWriter::BeginShellSheet(size_t number) {
  if (!is_shell_ || in_sheet_ || is_finished_ || number >= shells_.size() || written_[number]) {
    return WrongOrder("BeginShellSheet");
  }
  const XlsxSheetShell& shell = shells_[number];
  if (absl::Status status = zip_->Begin(shell.part); !status.ok()) return status;
  in_sheet_ = true;
  shell_ = number;
  written_[number] = true;
  rows_.Begin(shell.part, prefixes_[number]);
  buffer_ = shell.before;
  return absl::OkStatus();
}

absl::Status XlsxWriter::WriteRow(const XlsxRow& row, std::span<const XlsxCell> cells) {
  if (!in_sheet_) return WrongOrder("WriteRow");
  if (absl::Status status = rows_.Append(row, cells, &buffer_); !status.ok()) return status;
  if (row.number == sheet_.filter_row && !cells.empty()) filter_columns_ = cells.back().column + 1;
  return buffer_.size() < kBufferBytes ? absl::OkStatus() : FlushRows();
}

std::string XlsxWriter::ChoicesFormula(const std::vector<std::string>& choices) {
  if (IsShortList(choices)) return fmt::format("\"{}\"", fmt::join(choices, ","));
  std::string key;
  for (const std::string& choice : choices) key += fmt::format("{} {}", choice.size(), choice);
  const auto [number, is_new] = list_numbers_.try_emplace(std::move(key), lists_.size());
  if (is_new) lists_.push_back(choices);
  const auto column = static_cast<uint32_t>(number->second);
  return RangeInBook(kListsName, column, 1, column, static_cast<uint32_t>(choices.size()));
}

void XlsxWriter::AppendChoices(std::string* xml) {
  size_t count = 0;
  std::string lists;
  for (uint32_t i = 0; i < sheet_.columns.size(); ++i) {
    const std::vector<std::string>& choices = sheet_.columns[i].choices;
    if (choices.empty()) continue;
    ++count;
    lists += fmt::format(
        "<dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"1\" sqref=\"{}:{}\">"
        "<formula1>{}</formula1></dataValidation>",
        CellName(i, FirstRow(sheet_)), CellName(i, kXlsxRows), Escaped(ChoicesFormula(choices)));
  }
  if (count == 0) return;
  *xml += fmt::format("<dataValidations count=\"{}\">{}</dataValidations>", count, lists);
}

absl::StatusOr<std::string> XlsxWriter::SheetTail(std::span<const std::string> merged) {
  std::string xml = "</sheetData>";
  if (filter_columns_ > 0) {
    const uint32_t last = std::max(rows_.row(), sheet_.filter_row);
    xml += fmt::format("<autoFilter ref=\"{}:{}\"/>", CellName(0, sheet_.filter_row),
                       CellName(filter_columns_ - 1, last));
    sheets_.back().filter =
        RangeInBook(sheet_.name, 0, sheet_.filter_row, filter_columns_ - 1, last);
  }
  if (!merged.empty()) {
    xml += fmt::format("<mergeCells count=\"{}\">", merged.size());
    for (const std::string& text : merged) {
      XlsxRange range;
      if (!ReadXlsxRange(text, &range) || text.find(':') == std::string::npos) {
        return CannotPut(fmt::format("sheet `{}`: `{}` is no range of cells to merge", sheet_.name,
                                     ClipText(text, 40)),
                         "");
      }
      xml += fmt::format("<mergeCell ref=\"{}\"/>", text);
    }
    xml += "</mergeCells>";
  }
  AppendChoices(&xml);
  xml += "</worksheet>";
  return xml;
}

absl::Status XlsxWriter::EndSheet(std::span<const std::string> merged) {
  if (!in_sheet_ || (is_shell_ && !merged.empty())) return WrongOrder("EndSheet");
  if (is_shell_) {
    buffer_ += shells_[shell_].after;
  } else {
    const absl::StatusOr<std::string> tail = SheetTail(merged);
    if (!tail.ok()) return tail.status();
    buffer_ += *tail;
  }
  in_sheet_ = false;
  if (absl::Status status = FlushRows(); !status.ok()) return status;
  return zip_->End();
}

absl::Status XlsxWriter::WriteLists() {
  XlsxSheetOptions options;
  options.name = kListsName;
  options.is_hidden = true;
  names_.erase(options.name);
  size_t rows = 0;
  for (const auto& list : lists_) rows = std::max(rows, list.size());
  if (lists_.size() > kXlsxColumns) {
    return CannotPut(fmt::format("more than {} drop-down lists", kXlsxColumns), "");
  }
  if (absl::Status status = BeginSheet(options); !status.ok()) return status;
  std::vector<XlsxCell> cells;
  for (size_t i = 0; i < rows; ++i) {
    cells.clear();
    for (uint32_t column = 0; column < lists_.size(); ++column) {
      if (i >= lists_[column].size()) continue;
      XlsxCell cell;
      cell.column = column;
      cell.kind = XlsxKind::kText;
      cell.text = lists_[column][i];
      cells.push_back(cell);
    }
    XlsxRow row;
    row.number = static_cast<uint32_t>(i + 1);
    if (absl::Status status = WriteRow(row, cells); !status.ok()) return status;
  }
  return EndSheet();
}

std::string XlsxWriter::WorkbookXml() const {
  std::string sheets;
  std::string names;
  size_t active = sheets_.size();
  for (size_t i = 0; i < sheets_.size(); ++i) {
    const Sheet& sheet = sheets_[i];
    if (!sheet.is_hidden) active = std::min(active, i);
    sheets += fmt::format("<sheet name=\"{0}\" sheetId=\"{1}\"{2} r:id=\"rId{1}\"/>",
                          Escaped(sheet.name), i + 1, sheet.is_hidden ? " state=\"hidden\"" : "");
    if (sheet.filter.empty()) continue;
    names += fmt::format(
        "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{}\" hidden=\"1\">{}"
        "</definedName>",
        i, Escaped(sheet.filter));
  }
  if (!names.empty()) names = fmt::format("<definedNames>{}</definedNames>", names);
  return fmt::format(
      "{}<workbook xmlns=\"{}\" xmlns:r=\"{}\"><bookViews><workbookView firstSheet=\"{}\" "
      "activeTab=\"{}\"/></bookViews><sheets>{}</sheets>{}</workbook>",
      kDeclaration, kMain, kRelations, active, active, sheets, names);
}

absl::Status XlsxWriter::Finish() {
  if (in_sheet_ || is_finished_) return WrongOrder("Finish");
  if (is_shell_) {
    if (std::find(written_.begin(), written_.end(), false) != written_.end()) {
      return WrongOrder("Finish, before every sheet is written,");
    }
    is_finished_ = true;
    return zip_->Finish();
  }
  const bool has_visible = std::any_of(sheets_.begin(), sheets_.end(),
                                       [](const Sheet& sheet) { return !sheet.is_hidden; });
  if (!has_visible) return CannotPut("no sheet that can be seen", "write at least one");
  if (!lists_.empty()) {
    if (absl::Status status = WriteLists(); !status.ok()) return status;
  }
  is_finished_ = true;
  std::string relations =
      fmt::format("{}<Relationships xmlns=\"{}relationships\">", kDeclaration, kPackage);
  std::string types = fmt::format(
      "{}<Types xmlns=\"{}content-types\"><Default Extension=\"rels\" "
      "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
      "<Override PartName=\"/xl/workbook.xml\" ContentType=\"{}sheet.main+xml\"/>"
      "<Override PartName=\"/xl/styles.xml\" ContentType=\"{}styles+xml\"/>",
      kDeclaration, kPackage, kTypes, kTypes);
  for (size_t i = 1; i <= sheets_.size(); ++i) {
    relations += fmt::format(
        "<Relationship Id=\"rId{0}\" Type=\"{1}/worksheet\" Target=\"worksheets/sheet{0}.xml\"/>",
        i, kRelations);
    types += fmt::format(
        "<Override PartName=\"/xl/worksheets/sheet{}.xml\" ContentType=\"{}worksheet+xml\"/>", i,
        kTypes);
  }
  relations += fmt::format(
      "<Relationship Id=\"rId{}\" Type=\"{}/styles\" Target=\"styles.xml\"/></Relationships>",
      sheets_.size() + 1, kRelations);
  types += "</Types>";
  for (const auto& [name, bytes] :
       {std::pair<std::string_view, std::string>{"xl/workbook.xml", WorkbookXml()},
        {"xl/_rels/workbook.xml.rels", std::move(relations)},
        {"xl/styles.xml", styles_.Xml()},
        {"[Content_Types].xml", std::move(types)}}) {
    if (absl::Status status = WritePart(name, bytes); !status.ok()) return status;
  }
  return zip_->Finish();
}

}  // namespace puente::text
