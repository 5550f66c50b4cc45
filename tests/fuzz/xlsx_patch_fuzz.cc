// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes marked and repaired copies of workbooks: what was not asked for stays as it was.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/text/csv.h"
#include "core/text/xlsx_marker.h"
#include "core/text/xlsx_reader.h"
#include "core/text/xlsx_repairer.h"
#include "core/text/xlsx_text.h"
#include "core/text/xml_reader.h"
#include "core/text/zip_archive.h"
#include "fmt/format.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/patch_workbook.h"
#include "tests/fuzz/repair_list.h"

namespace puente::fuzz {
namespace {

using text::CellRepaired;

Limits OurLimits() {
  Limits limits;
  limits.unpacked_bytes = uint64_t{16} << 20;
  return limits;
}

/// A cell as the reader sees it.
struct Cell {
  uint32_t column = 0;
  uint32_t style = 0;
  bool is_text = false;
  bool is_nothing = false;
  bool has_formula = false;
  std::string text;
  /// Style and text aside.
  std::string rest;
};

struct Row {
  uint32_t number = 0;
  std::string look;
  std::vector<Cell> cells;
};

struct Sheet {
  std::string name;
  std::string part;
  std::vector<Row> rows;
  std::vector<std::string> merged;
};

struct Book {
  std::vector<Sheet> sheets;
  /// What the number of each style stands for.
  std::vector<text::XlsxNumber> styles;
};

Cell CellOf(const text::XlsxCell& cell) {
  const text::XlsxFormula& form = cell.formula_form;
  return {cell.column,
          cell.style,
          cell.kind == text::XlsxKind::kText,
          cell.kind == text::XlsxKind::kEmpty && !cell.has_formula,
          cell.has_formula,
          std::string(cell.text),
          fmt::format("{} {} {} | {} | {} {} {} | {} | {} {} {}", static_cast<int>(cell.kind),
                      cell.has_formula, static_cast<int>(form.kind), cell.formula, form.is_volatile,
                      form.group.has_value(), form.group.value_or(0), form.range, form.more,
                      cell.cell_metadata, cell.value_metadata)};
}

/// All that a workbook says; the error when it cannot be read.
absl::StatusOr<Book> ReadBook(std::string_view bytes) {
  text::StringAccess input(bytes);
  auto workbook = text::XlsxWorkbook::Open(&input, OurLimits(), "f.xlsx");
  if (!workbook.ok()) return workbook.status();
  Book book;
  for (uint32_t i = 0; i < (*workbook)->styles().size(); ++i) {
    book.styles.push_back((*workbook)->styles().NumberOf(i));
  }
  for (size_t i = 0; i < (*workbook)->sheets().size(); ++i) {
    auto reader = (*workbook)->OpenSheet(i);
    if (!reader.ok()) return reader.status();
    Sheet& sheet = book.sheets.emplace_back();
    sheet.name = (*workbook)->sheets()[i].name;
    sheet.part = text::ZipNameKey((*workbook)->sheets()[i].part);
    while (true) {
      const absl::StatusOr<bool> more = (*reader)->Next();
      if (!more.ok()) return more.status();
      if (!*more) break;
      const text::XlsxRow& look = (*reader)->look();
      Row& row = sheet.rows.emplace_back();
      row.number = (*reader)->row();
      row.look =
          fmt::format("{} {} {} {} {} {}", look.is_hidden, look.is_collapsed, look.outline_level,
                      look.style.has_value(), look.style.value_or(0), look.height);
      for (const text::XlsxCell& cell : (*reader)->cells()) row.cells.push_back(CellOf(cell));
    }
    sheet.merged = (*reader)->merged();
  }
  return book;
}

/// The parts of an archive by the keys of their names.
std::map<std::string, std::string> PartsOf(std::string_view bytes) {
  text::StringAccess input(bytes);
  auto archive = text::ZipArchive::Open(&input, OurLimits(), "");
  Check(archive.ok(), "it is an archive", ErrorOf(archive.status()));
  std::map<std::string, std::string> parts;
  for (const text::ZipPart& part : (*archive)->parts()) {
    absl::StatusOr<std::string> read = (*archive)->ReadPart(part, uint64_t{16} << 20);
    // A part that nobody looks into may be damaged, and is then as it was.
    parts[text::ZipNameKey(part.name)] =
        read.ok() ? *std::move(read) : "error " + GetErrorDetail(read.status()).code;
  }
  return parts;
}

void CheckIsXml(std::string_view name, std::string_view bytes) {
  text::StringInput input(bytes);
  auto xml = text::XmlReader::Create(&input, {});
  Check(xml.ok(), "XML begins");
  text::XmlEvent event = text::XmlEvent::kText;
  while (event != text::XmlEvent::kEndOfDocument) {
    event = (*xml)->Step();
    if (event == text::XmlEvent::kError) {
      Fail(fmt::format("`{}` is no XML", name), FormatError((*xml)->status()));
    }
  }
}

/// What a copy may not be refused for says so by its code.
void CheckRefusal(PatchPlace place, const absl::Status& status, std::string_view out) {
  Check(out.empty(), "nothing is written beside an error");
  Check(place != PatchPlace::kCells, "good workbooks are taken", FormatError(status));
  Check(!GetErrorDetail(status).code.empty(), "an error has a code", status.ToString());
}

// A place in a workbook: sheet, row, column.
using Place = std::tuple<size_t, uint32_t, uint32_t>;

/// What is asked for, by its place; sheets that share a name are left alone.
std::map<Place, text::CellRepair> ChooseRepairs(const Book& book,
                                                const std::vector<RepairChoice>& choices) {
  std::map<Place, text::CellRepair> repairs;
  std::map<std::string, int> names;
  for (const Sheet& sheet : book.sheets) ++names[text::FoldCase(sheet.name)];
  for (const RepairChoice& choice : choices) {
    if (book.sheets.empty()) break;
    const size_t number = choice.row / 128 % book.sheets.size();
    const Sheet& sheet = book.sheets[number];
    if (sheet.rows.empty() || names[text::FoldCase(sheet.name)] > 1) continue;
    const Row& row = sheet.rows[choice.row % 128 % sheet.rows.size()];
    const size_t at = choice.column % (row.cells.size() + 1);
    text::CellRepair repair;
    repair.sheet = sheet.name;
    repair.row = row.number;
    repair.column = at < row.cells.size() ? row.cells[at].column
                    : row.cells.empty()   ? 0
                                          : row.cells.back().column + 1;
    repair.before = at < row.cells.size() ? row.cells[at].text : "";
    repair.after = NewText(repair.before, choice);
    if (choice.is_wrong) repair.before += '?';
    repairs.emplace(Place(number, row.number, repair.column), std::move(repair));
  }
  return repairs;
}

void CheckRepairedCell(PatchPlace place, const Cell& old, const Cell& cell,
                       const text::CellRepair* repair, CellRepaired result) {
  Check(old.column == cell.column && old.style == cell.style, "column and style");
  const bool is_done = repair != nullptr && result == CellRepaired::kDone;
  if (is_done) {
    Check(old.is_text && !old.has_formula && old.text == repair->before, "it was what it had to be",
          old.text);
    Check(cell.text == repair->after, "the new text", cell.text);
  } else {
    Check(old.text == cell.text, "the same text", old.text + " | " + cell.text);
  }
  Check(old.rest == cell.rest, "kind and formula", old.rest + " | " + cell.rest);
  if (repair == nullptr || is_done || place != PatchPlace::kCells) return;
  if (old.has_formula) return Check(result == CellRepaired::kFormula, "a formula is told");
  if (!old.is_text || old.text != repair->before) {
    return Check(result == CellRepaired::kOtherText, "another text is told",
                 fmt::format("{}: `{}`, `{}`", static_cast<int>(result), old.text, repair->before));
  }
  Check(result == CellRepaired::kFormatted ||
            (result == CellRepaired::kNewFormula && text::NeedsFormulaGuard(repair->after)),
        "what can be done is done", std::to_string(static_cast<int>(result)));
}

void Repair(PatchPlace place, const std::string& bytes, const Book& book,
            const std::vector<RepairChoice>& choices) {
  const std::map<Place, text::CellRepair> repairs = ChooseRepairs(book, choices);
  std::vector<text::CellRepair> asked;
  for (const auto& [at, repair] : repairs) asked.push_back(repair);
  RepairList list(asked);
  std::vector<CellRepaired> results;
  std::string out;
  text::StringOutput output(&out);
  text::StringAccess input(bytes);
  const absl::Status status = text::RepairWorkbook(
      &input, OurLimits(), "f.xlsx", &list,
      [&](const text::CellRepair&, CellRepaired result) {
        results.push_back(result);
        return absl::OkStatus();
      },
      &output);
  if (!status.ok()) return CheckRefusal(place, status, out);
  Check(results.size() == asked.size(), "each is settled");
  const absl::StatusOr<Book> again = ReadBook(out);
  Check(again.ok(), "the repaired copy can be read", ErrorOf(again.status()));
  Check(again->sheets.size() == book.sheets.size() && again->styles == book.styles, "the sheets");
  std::map<Place, CellRepaired> result_at;
  size_t settled = 0;
  for (const auto& [at, repair] : repairs) result_at[at] = results[settled++];
  std::set<std::string> changed;
  for (size_t i = 0; i < book.sheets.size(); ++i) {
    const Sheet& old = book.sheets[i];
    const Sheet& sheet = again->sheets[i];
    Check(old.name == sheet.name && old.part == sheet.part && old.merged == sheet.merged &&
              old.rows.size() == sheet.rows.size(),
          "the sheet");
    for (size_t j = 0; j < old.rows.size(); ++j) {
      const Row& row = sheet.rows[j];
      Check(old.rows[j].number == row.number && old.rows[j].look == row.look &&
                old.rows[j].cells.size() == row.cells.size(),
            "the row");
      for (size_t k = 0; k < row.cells.size(); ++k) {
        const auto repair = repairs.find(Place(i, row.number, row.cells[k].column));
        const bool is_asked = repair != repairs.end();
        const CellRepaired result = is_asked ? result_at[repair->first] : CellRepaired::kNoCell;
        if (result == CellRepaired::kDone) changed.insert(old.part);
        CheckRepairedCell(place, old.rows[j].cells[k], row.cells[k],
                          is_asked ? &repair->second : nullptr, result);
        result_at.erase(Place(i, row.number, row.cells[k].column));
      }
    }
  }
  for (const auto& [at, result] : result_at) {
    Check(result != CellRepaired::kDone, "no cell is made");
  }
  std::map<std::string, std::string> parts = PartsOf(bytes);
  for (const auto& [name, part] : PartsOf(out)) {
    const auto old = parts.find(name);
    Check(old != parts.end(), "no part is new", name);
    Check(old->second == part || changed.contains(name), "a part stays", name);
    parts.erase(old);
  }
  Check(parts.empty(), "no part is lost");
}

constexpr std::string_view kMarkTexts[] = {
    "", "a", "uno\r\ndos", "<&>\"' ]]>", "_x0041_\x01\xC3\xB1", "\xF0\x9F\x98\x80\n"};

std::vector<text::XlsxMark> ChooseMarks(const Book& book,
                                        const std::vector<RepairChoice>& choices) {
  std::vector<text::XlsxMark> marks;
  for (const RepairChoice& choice : choices) {
    if (book.sheets.empty()) break;
    const Sheet& sheet = book.sheets[choice.row / 128 % book.sheets.size()];
    text::XlsxMark& mark = marks.emplace_back();
    mark.sheet = sheet.name;
    // The first rows and columns, and now and then the last ones.
    mark.row = static_cast<uint32_t>(choice.row % 128 == 127 ? 1048576 : choice.row % 16 + 1);
    mark.column = static_cast<uint32_t>(choice.column == 63 ? 16383 : choice.column % 16);
    mark.whole_row = choice.is_wrong;
    mark.severity = static_cast<text::XlsxSeverity>(choice.way % text::kXlsxSeverities);
    mark.text = kMarkTexts[choice.text % std::size(kMarkTexts)];
  }
  return marks;
}

/// Marks; the report, or nothing when it is refused.
absl::StatusOr<text::XlsxMarkerReport> MarkInto(const std::string& bytes,
                                                const std::vector<text::XlsxMark>& marks,
                                                std::string* out) {
  text::XlsxMarkerOptions options;
  options.limits = OurLimits();
  options.source = "f.xlsx";
  options.title = "One";
  options.headings = {"a", "b", "c", "d", "e", "f"};
  options.summary = {"=1", "s"};
  std::vector<text::XlsxErrorLine> lines;
  for (const text::XlsxMark& mark : marks) {
    lines.push_back({mark.severity, "w", "r", mark.sheet, "B7", mark.text, mark.text});
  }
  text::XlsxErrorLineList list(lines);
  text::StringOutput output(out);
  text::StringAccess input(bytes);
  return text::MarkWorkbook(&input, options, marks, &list, &output);
}

/// The sheet of a marked copy against what it was.
void CheckMarkedSheet(const Book& book, const Book& again, const Sheet& old, const Sheet& sheet,
                      const std::vector<text::XlsxMark>& marks) {
  Check(old.name == sheet.name && old.merged == sheet.merged, "the sheet");
  std::set<std::pair<uint32_t, uint32_t>> cells;
  std::set<uint32_t> rows;
  for (const text::XlsxMark& mark : marks) {
    if (text::FoldCase(mark.sheet) != text::FoldCase(old.name)) continue;
    cells.emplace(mark.row, mark.column);
    if (mark.whole_row) rows.insert(mark.row);
  }
  const auto is_marked = [&](uint32_t row, uint32_t column) {
    // Where a range is one cell, the mark of another one of it.
    return !old.merged.empty() || rows.contains(row) || cells.contains({row, column});
  };
  size_t next = 0;
  for (const Row& row : sheet.rows) {
    const bool was_there = next < old.rows.size() && old.rows[next].number == row.number;
    static const Row& none = *new Row();
    const Row& before = was_there ? old.rows[next++] : none;
    if (was_there) Check(before.look == row.look, "the look of a row");
    size_t at = 0;
    for (const Cell& cell : row.cells) {
      if (at == before.cells.size() || before.cells[at].column != cell.column) {
        Check(cell.is_nothing && !cells.empty() && is_marked(row.number, cell.column),
              "a new cell is a marked one");
        continue;
      }
      const Cell& same = before.cells[at++];
      Check(same.text == cell.text && same.rest == cell.rest, "text, kind and formula",
            same.rest + " " + same.text + " | " + cell.rest + " " + cell.text);
      Check(same.style == cell.style || is_marked(row.number, cell.column), "another style");
      // A style that is not there may be one of the new ones.
      if (same.style >= book.styles.size()) continue;
      Check(cell.style < again.styles.size() && book.styles[same.style] == again.styles[cell.style],
            "what the number of a style stands for");
    }
    Check(at == before.cells.size(), "no cell is lost");
  }
  Check(next == old.rows.size(), "no row is lost");
}

void Mark(PatchPlace place, const std::string& bytes, const Book& book,
          const std::vector<RepairChoice>& choices, bool twice) {
  const std::vector<text::XlsxMark> marks = ChooseMarks(book, choices);
  std::string out;
  const absl::StatusOr<text::XlsxMarkerReport> report = MarkInto(bytes, marks, &out);
  if (!report.ok()) return CheckRefusal(place, report.status(), out);
  const absl::StatusOr<Book> again = ReadBook(out);
  Check(again.ok(), "the marked copy can be read", ErrorOf(again.status()));
  Check(again->sheets.size() == book.sheets.size() + 1, "one sheet more");
  Check(again->sheets[0].name == report->title, "the first sheet");
  for (size_t i = 0; i < book.sheets.size(); ++i) {
    CheckMarkedSheet(book, *again, book.sheets[i], again->sheets[i + 1], marks);
  }
  const std::map<std::string, std::string> parts = PartsOf(bytes);
  const std::map<std::string, std::string> marked = PartsOf(out);
  // Relations can make a part of comments of any.
  const bool is_known = place != PatchPlace::kBookRelations && place != PatchPlace::kFile &&
                        place != PatchPlace::kSheetRelations;
  for (const auto& [name, part] : parts) {
    const auto found = marked.find(name);
    Check(found != marked.end(), "no part is lost", name);
    if (is_known && (name.ends_with(".png") || name == "docprops/app.xml" ||
                     name == "xl/sharedstrings.xml" || name == "xl/chart.xml")) {
      Check(found->second == part, "a part stays", name);
    }
  }
  for (const auto& [name, part] : marked) {
    const auto old = parts.find(name);
    if (old != parts.end() && old->second == part) continue;
    // The drawings of old programs need be none, nor what was one before.
    if (name.ends_with(".vml") && old != parts.end()) continue;
    CheckIsXml(name, part);
  }
  if (!twice) return;
  // A copy is a workbook like any other.
  std::string more;
  const absl::StatusOr<text::XlsxMarkerReport> second = MarkInto(out, marks, &more);
  // It may have the most sheets that there can be.
  if (!second.ok() && place == PatchPlace::kBook) return;
  if (!second.ok()) Fail("a marked copy can be marked", FormatError(second.status()));
  const absl::StatusOr<Book> last = ReadBook(more);
  Check(last.ok() && last->sheets.size() == again->sheets.size() + 1, "and read again");
  Check(second->new_cells == 0 && second->comments == 0, "all that is marked is there then");
}

void Fuzz(const uint8_t* data, size_t size) {
  Decisions decisions(data, size);
  const auto place = static_cast<PatchPlace>(decisions.Byte() % kPatchPlaces);
  const uint8_t way = decisions.Byte();
  PatchLook look;
  look.has_prefix = way % 2 == 1;
  look.has_comments = way / 2 % 2 == 1 || place == PatchPlace::kComment ||
                      place == PatchPlace::kComments || place == PatchPlace::kDrawing ||
                      place == PatchPlace::kSheetRelations;
  look.has_styles = way / 4 % 4 != 3;
  look.has_merged = way / 16 % 4 == 1;
  look.has_mark = way / 16 % 4 >= 2;
  look.is_large = way / 16 % 4 == 3;
  const std::vector<RepairChoice> repairs = ChooseSome(&decisions);
  const std::vector<RepairChoice> marks = ChooseSome(&decisions);
  const std::string bytes = PatchWorkbook(place, look, decisions.Rest());
  const absl::StatusOr<Book> book = ReadBook(bytes);
  Check(book.ok() || place != PatchPlace::kCells, "the workbook can be read",
        ErrorOf(book.status()));
  // What cannot be read is neither checked nor changed; it must do no harm.
  if (!book.ok()) {
    std::string out;
    text::XlsxMark mark;
    mark.sheet = "One";
    mark.row = 2;
    mark.text = "m";
    (void)MarkInto(bytes, {mark}, &out);
    RepairList list({{"One", 2, 0, " one\r ", "one"}, {"One", 4, 4, "y ", "y"}});
    text::StringOutput output(&out);
    text::StringAccess input(bytes);
    (void)text::RepairWorkbook(
        &input, OurLimits(), "f.xlsx", &list,
        [](const text::CellRepair&, CellRepaired) { return absl::OkStatus(); }, &output);
    return;
  }
  const int what = way / 64;
  if (what <= 1) Repair(place, bytes, *book, repairs);
  if (what != 1) Mark(place, bytes, *book, marks, what == 3);
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
