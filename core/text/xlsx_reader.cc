// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads workbooks (.xlsx) cell for cell, row after row.
#include "core/text/xlsx_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/text/column_names.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// Shared texts beyond this go to a file.
constexpr size_t kTextsInMemory = size_t{4} << 20;
// A part that is read at once is never larger.
constexpr uint64_t kSmallPart = uint64_t{64} << 20;

// So much of a name is in a message.
constexpr size_t kShown = 40;
constexpr std::string_view kRepair =
    "open it with a spreadsheet program, which may repair it, and save it anew";
constexpr std::string_view kDocType = "PUE-0202";
constexpr std::string_view kHostile =
    "no spreadsheet program writes this: the file may be hostile; ask who sent it";

bool ReadNumber(std::string_view text, uint32_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

bool IsTrue(std::string_view text) { return text == "1" || text == "true"; }

}  // namespace

absl::Status ReadStringItem(XmlReader* xml, std::string* out) {
  const size_t depth = xml->depth();
  size_t phonetic = 0;
  size_t text = 0;
  while (true) {
    const XmlEvent event = xml->Step();
    switch (event) {
      case XmlEvent::kError:
        return xml->status();
      case XmlEvent::kEndOfDocument:
        return absl::OkStatus();
      case XmlEvent::kStart:
        if (phonetic == 0 && LocalName(xml->name()) == "rPh") phonetic = xml->depth();
        if (phonetic == 0 && text == 0 && LocalName(xml->name()) == "t") text = xml->depth();
        break;
      case XmlEvent::kText:
        if (text != 0 && xml->depth() == text) AppendUnescapedXlsxText(xml->text(), out);
        break;
      case XmlEvent::kEnd:
        if (xml->depth() == depth) return absl::OkStatus();
        if (xml->depth() == phonetic) phonetic = 0;
        if (xml->depth() == text) text = 0;
        break;
      default:
        break;
    }
  }
}

XlsxWorkbook::XlsxWorkbook(const Limits& limits, std::string source)
    : limits_(limits), source_(std::move(source)), texts_(kTextsInMemory) {}

XlsxWorkbook::~XlsxWorkbook() = default;

absl::StatusOr<std::unique_ptr<XlsxWorkbook>> XlsxWorkbook::Open(RandomInput* input,
                                                                 const Limits& limits,
                                                                 std::string source) {
  absl::StatusOr<std::unique_ptr<ZipArchive>> archive = ZipArchive::Open(input, limits, source);
  if (!archive.ok()) return archive.status();
  std::unique_ptr<XlsxWorkbook> workbook(new XlsxWorkbook(limits, std::move(source)));
  workbook->archive_ = *std::move(archive);
  if (absl::Status status = workbook->ReadParts(); !status.ok()) return status;
  return workbook;
}

absl::Status XlsxWorkbook::Damaged(std::string_view part, std::string what) const {
  ErrorDetail detail;
  detail.code = "PUE-0343";
  detail.message = fmt::format("the workbook is damaged: {}", what);
  detail.source = part.empty() ? source_ : fmt::format("{}!{}", source_, part);
  detail.hint = kRepair;
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::Status XlsxWorkbook::OtherKind(std::string_view what) const {
  ErrorDetail detail;
  detail.code = "PUE-0343";
  detail.message = fmt::format("this is no workbook of the kind .xlsx, but {}", what);
  detail.source = source_;
  detail.hint = "open it with a spreadsheet program, and save it as .xlsx";
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::Status XlsxWorkbook::InPart(const absl::Status& status, std::string_view part) {
  ErrorDetail detail = GetErrorDetail(status);
  if (status.ok() || detail.line == 0) return status;
  detail.message = fmt::format("part `{}`, line {}, column {}: {}", part, detail.line,
                               detail.column, detail.message);
  detail.line = detail.column = 0;
  // The hints of XML are for those who write it by hand.
  if (status.code() == absl::StatusCode::kInvalidArgument) {
    detail.hint = detail.code == kDocType ? kHostile : kRepair;
  }
  return MakeError(status.code(), detail);
}

absl::StatusOr<XlsxWorkbook::PartReader> XlsxWorkbook::OpenXml(std::string_view name,
                                                               uint64_t max_bytes) {
  const ZipPart* const part = archive_->Find(name);
  if (part == nullptr) return Damaged("", fmt::format("the part `{}` is not there", name));
  PartReader reader;
  absl::StatusOr<std::unique_ptr<InputStream>> stream = archive_->OpenPart(*part, max_bytes);
  if (!stream.ok()) return stream.status();
  reader.stream = *std::move(stream);
  XmlReaderOptions options;
  options.limits = limits_;
  options.source = source_;
  auto xml = XmlReader::Create(reader.stream.get(), options);
  if (!xml.ok()) return InPart(xml.status(), part->name);
  reader.xml = *std::move(xml);
  return reader;
}

absl::StatusOr<XlsxWorkbook::Relations> XlsxWorkbook::ReadRelations(std::string_view part) {
  Relations relations;
  const std::string own = XlsxRelationsPart(part);
  if (archive_->Find(own) == nullptr) return relations;
  absl::StatusOr<PartReader> reader = OpenXml(own, kSmallPart);
  if (!reader.ok()) return reader.status();
  absl::StatusOr<std::vector<XlsxRelation>> read = ReadXlsxRelations(reader->xml.get(), part);
  if (!read.ok()) return InPart(read.status(), own);
  for (XlsxRelation& relation : *read) {
    const auto [there, is_new] = relations.try_emplace(relation.id, relation);
    if (!is_new && there->second.part != relation.part) {
      return Damaged(own, fmt::format("two relations are called `{}`",
                                      ClipTextWithEllipsis(relation.id, kShown)));
    }
  }
  return relations;
}

absl::StatusOr<std::string> XlsxWorkbook::PartOfKind(std::string_view from,
                                                     const Relations& relations,
                                                     std::string_view kind) const {
  std::string part;
  for (const auto& [id, relation] : relations) {
    if (relation.kind != kind || relation.part.empty()) continue;
    if (!part.empty() && ZipNameKey(part) != ZipNameKey(relation.part)) {
      // Programs disagree on which one counts.
      return Damaged(XlsxRelationsPart(from),
                     fmt::format("two parts are said to be the one of the kind `{}`", kind));
    }
    part = relation.part;
  }
  return part;
}

absl::Status XlsxWorkbook::ReadParts() {
  absl::StatusOr<Relations> relations = ReadRelations("");
  if (!relations.ok()) return relations.status();
  absl::StatusOr<std::string> found = PartOfKind("", *relations, "officeDocument");
  if (!found.ok()) return found.status();
  const std::string workbook = found->empty() ? std::string(kXlsxUsualWorkbook) : *found;
  if (workbook.ends_with(".bin")) return OtherKind("a binary one (.xlsb)");
  if (archive_->Find(workbook) == nullptr && archive_->Find("content.xml") != nullptr) {
    return OtherKind("a document of OpenDocument, such as .ods");
  }
  relations = ReadRelations(workbook);
  if (!relations.ok()) return relations.status();
  if (absl::Status status = ReadWorkbook(workbook, *relations); !status.ok()) return status;
  found = PartOfKind(workbook, *relations, "sharedStrings");
  if (!found.ok()) return found.status();
  if (const ZipPart* const part = archive_->Find(*found); part != nullptr) {
    texts_part_ = part->name;
    if (absl::Status status = ReadSharedTexts(*part); !status.ok()) return status;
  }
  found = PartOfKind(workbook, *relations, "styles");
  if (!found.ok()) return found.status();
  if (const ZipPart* const part = archive_->Find(*found); part != nullptr) {
    absl::StatusOr<PartReader> reader = OpenXml(part->name, kSmallPart);
    if (!reader.ok()) return reader.status();
    return InPart(styles_.Read(reader->xml.get()), part->name);
  }
  return absl::OkStatus();
}

absl::Status XlsxWorkbook::ReadWorkbook(const std::string& part, const Relations& relations) {
  absl::StatusOr<PartReader> reader = OpenXml(part, kSmallPart);
  if (!reader.ok()) return reader.status();
  XmlReader& xml = *reader->xml;
  // One part as many sheets would be read without end, and each limit sees it once.
  absl::flat_hash_set<std::string> parts;
  bool is_workbook = false;
  while (true) {
    const XmlEvent event = xml.Step();
    if (event == XmlEvent::kError) return InPart(xml.status(), part);
    if (event == XmlEvent::kEndOfDocument) break;
    if (event != XmlEvent::kStart) continue;
    const std::string_view name = LocalName(xml.name());
    if (name == "workbook") is_workbook = true;
    if (name == "workbookPr") is_1904_ = IsTrue(AttributeOf(xml, "date1904"));
    if (name != "sheet") continue;
    XlsxSheet sheet;
    sheet.name = OwnAttribute(xml, "name");
    if (sheet.name.empty()) return Damaged(part, "a sheet has no name");
    const std::string_view state = OwnAttribute(xml, "state");
    sheet.is_hidden = state == "hidden" || state == "veryHidden";
    std::string_view id;
    for (const XmlAttribute& attribute : xml.attributes()) {
      // `r:id`, beside which `sheetId` stands.
      if (attribute.name.ends_with(":id")) id = attribute.value;
    }
    const auto relation = relations.find(ToAbsl(id));
    if (relation == relations.end()) {
      return Damaged(part, fmt::format("nothing says where the sheet `{}` is",
                                       ClipTextWithEllipsis(sheet.name, kShown)));
    }
    // Sheets of charts and macros have no cells.
    if (relation->second.kind != "worksheet") continue;
    sheet.part = relation->second.part;
    if (archive_->Find(sheet.part) == nullptr) {
      return Damaged(part, fmt::format("the sheet `{}` is not there",
                                       ClipTextWithEllipsis(sheet.name, kShown)));
    }
    if (!parts.insert(ZipNameKey(sheet.part)).second) {
      return Damaged(part, fmt::format("the sheet `{}` is the same part as another one",
                                       ClipTextWithEllipsis(sheet.name, kShown)));
    }
    sheets_.push_back(std::move(sheet));
  }
  if (!is_workbook) return OtherKind("a file of another kind");
  return absl::OkStatus();
}

absl::Status XlsxWorkbook::ReadSharedTexts(const ZipPart& part) {
  absl::StatusOr<PartReader> reader = OpenXml(part.name, limits_.shared_text_bytes);
  if (!reader.ok()) return reader.status();
  XmlReader& xml = *reader->xml;
  std::string text;
  while (true) {
    const XmlEvent event = xml.Step();
    if (event == XmlEvent::kError) return InPart(xml.status(), part.name);
    if (event == XmlEvent::kEndOfDocument) return absl::OkStatus();
    if (event != XmlEvent::kStart || LocalName(xml.name()) != "si") continue;
    text.clear();
    if (absl::Status status = ReadStringItem(&xml, &text); !status.ok()) {
      return InPart(status, part.name);
    }
    if (absl::Status status = texts_.Add(text); !status.ok()) return status;
  }
}

absl::StatusOr<std::unique_ptr<XlsxSheetReader>> XlsxWorkbook::OpenSheet(size_t number) {
  const XlsxSheet& sheet = sheets_[number];
  absl::StatusOr<PartReader> reader = OpenXml(sheet.part, limits_.unpacked_bytes);
  if (!reader.ok()) return reader.status();
  return std::unique_ptr<XlsxSheetReader>(new XlsxSheetReader(this, sheet, *std::move(reader)));
}

std::vector<const ZipPart*> XlsxWorkbook::OtherParts() const {
  absl::flat_hash_set<std::string_view> read;
  read.insert(std::string_view(texts_part_));
  for (const XlsxSheet& sheet : sheets_) {
    read.insert(std::string_view(archive_->Find(sheet.part)->name));
  }
  std::vector<const ZipPart*> others;
  for (const ZipPart& part : archive_->parts()) {
    if (!read.contains(part.name)) others.push_back(&part);
  }
  return others;
}

absl::StatusOr<std::optional<XlsxSheetShell>> XlsxWorkbook::ReadShell(size_t number,
                                                                      uint64_t max_bytes,
                                                                      ShellFault* fault) {
  const ZipPart& part = *archive_->Find(sheets_[number].part);
  absl::StatusOr<std::unique_ptr<InputStream>> stream =
      archive_->OpenPart(part, limits_.unpacked_bytes);
  if (!stream.ok()) return stream.status();
  XmlReaderOptions options;
  options.limits = limits_;
  options.source = source_;
  absl::StatusOr<std::optional<XlsxSheetShell>> shell =
      ReadSheetShell(stream->get(), options, max_bytes, nullptr, fault);
  if (!shell.ok()) return InPart(shell.status(), part.name);
  if (shell->has_value()) (*shell)->part = part.name;
  return shell;
}

XlsxSheetReader::XlsxSheetReader(XlsxWorkbook* workbook, const XlsxSheet& sheet,
                                 XlsxWorkbook::PartReader part)
    : workbook_(*workbook),
      name_(ClipTextWithEllipsis(sheet.name, kShown)),
      part_name_(sheet.part),
      part_(std::move(part)),
      xml_(*part_.xml) {}

absl::Status XlsxSheetReader::Damaged(std::string what) const {
  const std::string cell = row_ == 0 ? "" : ", cell " + CellName(column_, row_);
  return workbook_.Damaged("", fmt::format("sheet `{}`{}: {}", name_, cell, what));
}

absl::Status XlsxSheetReader::TooMuch(std::string what, std::string_view limit) const {
  ErrorDetail detail;
  detail.code = "PUE-0203";
  detail.message =
      fmt::format("sheet `{}`, cell {}: {}", name_, CellName(column_, row_), std::move(what));
  detail.source = workbook_.source_;
  detail.hint = fmt::format("if the file is to be trusted, raise the limit {}", limit);
  return MakeError(absl::StatusCode::kResourceExhausted, detail);
}

absl::StatusOr<XmlEvent> XlsxSheetReader::Step() {
  const XmlEvent event = xml_.Step();
  if (event == XmlEvent::kError) return XlsxWorkbook::InPart(xml_.status(), part_name_);
  return event;
}

absl::StatusOr<bool> XlsxSheetReader::Next() {
  while (!at_end_) {
    const absl::StatusOr<XmlEvent> event = Step();
    if (!event.ok()) return event.status();
    if (*event == XmlEvent::kEndOfDocument) {
      at_end_ = true;
    } else if (*event == XmlEvent::kEnd) {
      if (LocalName(xml_.name()) == "sheetData") in_data_ = false;
    } else if (*event == XmlEvent::kStart) {
      const std::string_view name = LocalName(xml_.name());
      // The first one is the root.
      is_worksheet_ = is_worksheet_ || name == "worksheet";
      if (!is_worksheet_) return Damaged("the part of the sheet is a file of another kind");
      if (name == "sheetData") {
        if (had_data_) return Damaged("the rows begin a second time");
        in_data_ = had_data_ = true;
      } else if (name == "mergeCell") {
        constexpr size_t kMostRanges = 100000;
        if (merged_.size() < kMostRanges) merged_.emplace_back(OwnAttribute(xml_, "ref"));
      } else if (name == "row" && in_data_) {
        if (absl::Status status = ReadRow(); !status.ok()) return status;
        return true;
      }
    }
  }
  cells_.clear();
  return false;
}

absl::Status XlsxSheetReader::ReadRow() {
  cells_.clear();
  pending_.clear();
  bytes_.clear();
  column_ = 0;
  const uint32_t before = row_;
  const std::string_view number = OwnAttribute(xml_, "r");
  // A row that says nothing follows the one before it.
  row_ = before + 1;
  uint32_t said = row_;
  if (!number.empty() && !ReadNumber(number, &said)) {
    return Damaged(fmt::format("`{}` is no number of a row", ClipText(number, kShown)));
  }
  if (said <= before) return Damaged(fmt::format("row {} follows row {}", said, before));
  if (said > kXlsxRows) {
    return Damaged(fmt::format("row {} is behind the last one of a sheet, {}", said, kXlsxRows));
  }
  row_ = said;
  ReadLook();
  const size_t depth = xml_.depth();
  while (true) {
    const absl::StatusOr<XmlEvent> event = Step();
    if (!event.ok()) return event.status();
    if (*event == XmlEvent::kEnd && xml_.depth() == depth) break;
    if (*event != XmlEvent::kStart) continue;
    if (LocalName(xml_.name()) == "row") return Damaged("a row begins within this one");
    if (LocalName(xml_.name()) != "c") continue;
    if (absl::Status status = ReadCell(); !status.ok()) return status;
  }
  // Now that the bytes stay where they are.
  for (size_t i = 0; i < cells_.size(); ++i) {
    const std::string_view bytes = bytes_;
    const auto between = [bytes](size_t begin, size_t end) {
      return bytes.substr(begin, end - begin);
    };
    const Pending& pending = pending_[i];
    cells_[i].text = between(pending.text_begin, pending.text_end);
    cells_[i].formula = between(pending.formula_begin, pending.formula_end);
    cells_[i].formula_form.range = between(pending.formula_end, pending.range_end);
    cells_[i].formula_form.more = between(pending.range_end, pending.more_end);
  }
  return absl::OkStatus();
}

void XlsxSheetReader::ReadLook() {
  look_ = XlsxRow();
  look_.number = row_;
  look_.is_hidden = IsTrue(OwnAttribute(xml_, "hidden"));
  look_.is_collapsed = IsTrue(OwnAttribute(xml_, "collapsed"));
  ReadNumber(OwnAttribute(xml_, "outlineLevel"), &look_.outline_level);
  uint32_t style = 0;
  if (IsTrue(OwnAttribute(xml_, "customFormat")) && ReadNumber(OwnAttribute(xml_, "s"), &style)) {
    look_.style = style;
  }
  height_.clear();
  // A height that is no number is none: programs show the row at its usual height.
  if (IsTrue(OwnAttribute(xml_, "customHeight")) && IsXlsxNumber(OwnAttribute(xml_, "ht"))) {
    height_ = OwnAttribute(xml_, "ht");
  }
  look_.height = height_;
}

void XlsxSheetReader::ReadFormulaForm(XlsxFormula* form, FormulaTexts* texts) const {
  const std::string_view kind = OwnAttribute(xml_, "t");
  form->kind = kind == "shared"      ? XlsxFormulaKind::kShared
               : kind == "array"     ? XlsxFormulaKind::kArray
               : kind == "dataTable" ? XlsxFormulaKind::kDataTable
                                     : XlsxFormulaKind::kNormal;
  form->is_volatile = IsTrue(OwnAttribute(xml_, "ca"));
  uint32_t group = 0;
  if (ReadNumber(OwnAttribute(xml_, "si"), &group)) form->group = group;
  texts->range = OwnAttribute(xml_, "ref");
  for (const std::string_view name : {"aca", "bx", "dt2D", "dtr", "del1", "del2", "r1", "r2"}) {
    const std::string_view value = OwnAttribute(xml_, name);
    if (value.empty()) continue;
    texts->more += fmt::format(" {}=\"", name);
    AppendXmlText(value, &texts->more);
    texts->more += '"';
  }
}

absl::Status XlsxSheetReader::ReadCell() {
  XlsxCell cell;
  const uint32_t next = cells_.empty() ? 0 : cells_.back().column + 1;
  cell.column = next;
  column_ = next;
  uint32_t row = row_;
  const std::string_view name = OwnAttribute(xml_, "r");
  if (!name.empty() && !ReadCellName(name, &cell.column, &row)) {
    return Damaged(fmt::format("`{}` is no name of a cell", ClipText(name, kShown)));
  }
  column_ = cell.column;
  if (row != row_) return Damaged(fmt::format("the cell says that it is in row {}", row));
  if (cell.column < next || cell.column >= kXlsxColumns) {
    return Damaged("the cell is there twice, or behind one to its right");
  }
  ReadNumber(OwnAttribute(xml_, "s"), &cell.style);
  ReadNumber(OwnAttribute(xml_, "cm"), &cell.cell_metadata);
  ReadNumber(OwnAttribute(xml_, "vm"), &cell.value_metadata);
  const std::string type(OwnAttribute(xml_, "t"));
  const size_t depth = xml_.depth();
  Pending pending;
  std::string value;
  bool has_value = false;
  bool is_inline = false;
  bool in_value = false;
  bool in_formula = false;
  FormulaTexts formula;
  while (true) {
    const absl::StatusOr<XmlEvent> event = Step();
    if (!event.ok()) return event.status();
    if (*event == XmlEvent::kEnd) {
      if (xml_.depth() == depth) break;
      if (xml_.depth() == depth + 1) in_value = in_formula = false;
    } else if (*event == XmlEvent::kStart && xml_.depth() == depth + 1) {
      const std::string_view part = LocalName(xml_.name());
      in_value = part == "v";
      in_formula = part == "f";
      has_value = has_value || in_value || part == "is";
      if (in_formula && !cell.has_formula) ReadFormulaForm(&cell.formula_form, &formula);
      cell.has_formula = cell.has_formula || in_formula;
      if (part == "is") {
        is_inline = true;
        if (absl::Status status = ReadStringItem(&xml_, &value); !status.ok()) {
          return XlsxWorkbook::InPart(status, part_name_);
        }
      }
    } else if (*event == XmlEvent::kText && xml_.depth() == depth + 1) {
      if (in_value) value += xml_.text();
      if (in_formula) formula.text += xml_.text();
    }
  }
  const uint64_t most = workbook_.limits_.csv_cell_bytes;
  if (absl::Status status = TakeValue(type, value, has_value, is_inline, &cell, &pending);
      !status.ok()) {
    return status;
  }
  if (pending.text_end - pending.text_begin > most || formula.text.size() > most) {
    return TooMuch("its text is longer than the limit of " + FormatLimit(most, LimitUnit::kBytes),
                   "csv_cell_bytes");
  }
  if (bytes_.size() > workbook_.limits_.line_bytes) {
    return TooMuch("the row is larger than the limit of " +
                       FormatLimit(workbook_.limits_.line_bytes, LimitUnit::kBytes),
                   "line_bytes");
  }
  if (cell.column >= workbook_.limits_.csv_columns) {
    // Whole columns may have a style.
    if (cell.kind == XlsxKind::kEmpty && !cell.has_formula) return absl::OkStatus();
    return TooMuch(
        fmt::format("the row has more cells than the limit of {}", workbook_.limits_.csv_columns),
        "csv_columns");
  }
  pending.formula_begin = bytes_.size();
  bytes_ += formula.text;
  pending.formula_end = bytes_.size();
  bytes_ += formula.range;
  pending.range_end = bytes_.size();
  bytes_ += formula.more;
  pending.more_end = bytes_.size();
  cells_.push_back(cell);
  pending_.push_back(pending);
  return absl::OkStatus();
}

absl::Status XlsxSheetReader::TakeValue(std::string_view type, std::string_view value,
                                        bool has_value, bool is_inline, XlsxCell* cell,
                                        Pending* pending) {
  pending->text_begin = bytes_.size();
  if (type == "s" && has_value) {
    uint32_t number = 0;
    if (!ReadNumber(value, &number) || number >= workbook_.texts_.size()) {
      return Damaged(fmt::format("it names the shared text `{}`, and there are {}, from 0 on",
                                 ClipText(value, kShown), workbook_.texts_.size()));
    }
    absl::StatusOr<std::string_view> text = workbook_.texts_.Get(number);
    if (!text.ok()) return text.status();
    bytes_ += *text;
    cell->kind = XlsxKind::kText;
  } else if (type == "inlineStr" || is_inline) {
    bytes_ += value;
    cell->kind = XlsxKind::kText;
  } else if (type == "str" && has_value) {
    AppendUnescapedXlsxText(value, &bytes_);
    cell->kind = XlsxKind::kText;
  } else if (has_value && !value.empty()) {
    bytes_ += value;
    cell->kind = type == "b"   ? XlsxKind::kBool
                 : type == "e" ? XlsxKind::kError
                 : type == "d" ? XlsxKind::kDate
                               : XlsxKind::kNumber;
    if (!type.empty() && type != "n" && cell->kind == XlsxKind::kNumber) {
      return Damaged(fmt::format("its type `{}` is none", ClipText(type, kShown)));
    }
  }
  pending->text_end = bytes_.size();
  return absl::OkStatus();
}

}  // namespace puente::text
