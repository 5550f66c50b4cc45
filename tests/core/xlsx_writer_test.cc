// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of writing workbooks: cells read back the same, shells, and what is refused.

#include "core/text/xlsx_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_reader.h"
#include "core/text/xlsx_text.h"
#include "tests/core/workbook_maker.h"

namespace puente::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kMany = uint64_t{1} << 30;

/// A cell that owns its texts.
struct Cell {
  XlsxCell cell;
  std::string text;
  std::string formula;
  std::string range;
  std::string more;

  XlsxCell View() const {
    XlsxCell view = cell;
    view.text = text;
    view.formula = formula;
    view.formula_form.range = range;
    view.formula_form.more = more;
    return view;
  }
  std::string Show() const {
    const XlsxFormula& form = cell.formula_form;
    std::string line = std::to_string(cell.column) + "-nsbed"[static_cast<size_t>(cell.kind)] +
                       EscapeForTerminalLine(text) + " s" + std::to_string(cell.style) + " m" +
                       std::to_string(cell.cell_metadata) + "," +
                       std::to_string(cell.value_metadata);
    if (cell.has_formula) {
      line += " {" + EscapeForTerminalLine(formula) + "} " +
              std::to_string(static_cast<int>(form.kind)) + range + more +
              (form.is_volatile ? "v" : "") + (form.group ? std::to_string(*form.group) : "");
    }
    return line;
  }
};

Cell Of(uint32_t column, XlsxKind kind, std::string text, uint32_t style = 0) {
  Cell cell;
  cell.cell.column = column;
  cell.cell.kind = kind;
  cell.cell.style = style;
  cell.text = std::move(text);
  return cell;
}

Cell Formula(Cell cell, std::string formula) {
  cell.cell.has_formula = true;
  cell.formula = std::move(formula);
  return cell;
}

XlsxRow Row(uint32_t number) {
  XlsxRow row;
  row.number = number;
  return row;
}

using Rows = std::vector<std::vector<Cell>>;

absl::Status WriteRow(XlsxWriter* writer, const XlsxRow& row, const std::vector<Cell>& cells) {
  std::vector<XlsxCell> views;
  for (const Cell& cell : cells) views.push_back(cell.View());
  return writer->WriteRow(row, views);
}

/// A workbook while it is written.
struct Book {
  explicit Book(const XlsxWriterOptions& options = {}) : output(&bytes) {
    auto opened = XlsxWriter::Open(&output, options);
    EXPECT_TRUE(opened.ok());
    writer = *std::move(opened);
  }
  absl::Status Begin(std::string name) {
    XlsxSheetOptions options;
    options.name = std::move(name);
    return writer->BeginSheet(options);
  }
  std::string bytes;
  StringOutput output;
  std::unique_ptr<XlsxWriter> writer;
};

std::string CodeOf(const absl::Status& status) {
  const std::string code = GetErrorDetail(status).code;
  return code.empty() ? std::string(absl::StatusCodeToString(status.code())) : code;
}

std::vector<std::string> Lines(const std::vector<Cell>& cells) {
  std::vector<std::string> lines;
  for (const Cell& cell : cells) lines.push_back(cell.Show());
  return lines;
}

std::vector<std::string> Lines(std::span<const XlsxCell> cells) {
  std::vector<std::string> lines;
  for (const XlsxCell& cell : cells) {
    lines.push_back(Cell{cell, std::string(cell.text), std::string(cell.formula),
                         std::string(cell.formula_form.range), std::string(cell.formula_form.more)}
                        .Show());
  }
  return lines;
}

/// The bytes of a part.
std::string PartOf(const std::string& bytes, std::string_view name) {
  StringAccess input(bytes);
  auto archive = ZipArchive::Open(&input, DefaultLimits(), "");
  if (!archive.ok() || (*archive)->Find(name) == nullptr) return "none";
  return (*archive)->ReadPart(*(*archive)->Find(name), kMany).value();
}

uint32_t Below(std::mt19937* random, size_t end) {
  return static_cast<uint32_t>((*random)() % end);
}

std::string RandomText(std::mt19937* random) {
  static const std::vector<std::string> kPieces = {
      "a",       " ",       "  ",      "\t",     "\n",     "\r",         "\r\n",
      "_",       "_x",      "x",       "00",     "41",     "_x0041_",    "_x0041",
      "_x005F_", "_xD800_", "_x00E9_", "\"",     "'",      "&",          "<",
      ">",       "]]>",     "&amp;",   "=1+1",   "-",      "@",          std::string(1, '\0'),
      "\x01",    "\x1F",    "\x7F",    "ñ",      "\u20AC", "\U0001F600", "\uFFFD",
      "\uFFFE",  "\uFFFF",  "\u0085",  "\u2028", "0D_",    "D"};
  std::string text;
  for (size_t n = Below(random, 9); n > 0; --n) text += kPieces[Below(random, kPieces.size())];
  return text;
}

Cell RandomCell(std::mt19937* random, uint32_t column) {
  static const std::vector<std::string> kNumbers = {
      "0", "-1", "1.50", "0.1000", "12345678901234567890", "1E+300", "-.5", "5.", "2e-7", "007"};
  const auto kind = static_cast<XlsxKind>(Below(random, 6));
  Cell cell = Of(column, kind, "", Below(random, 5));
  switch (kind) {
    case XlsxKind::kEmpty:
      break;
    case XlsxKind::kNumber:
      cell.text = kNumbers[Below(random, kNumbers.size())];
      break;
    case XlsxKind::kText:
      cell.text = RandomText(random);
      break;
    case XlsxKind::kBool:
      cell.text = Below(random, 2) == 0 ? "0" : "1";
      break;
    case XlsxKind::kError:
      cell.text = "#DIV/0!";
      break;
    case XlsxKind::kDate:
      cell.text = "2026-01-31T00:00:00";
      break;
  }
  if (Below(random, 4) == 0) {
    cell = Formula(cell, "IF(A1<\"&\",\"\r\n\",B2)");
    XlsxFormula& form = cell.cell.formula_form;
    form.kind = static_cast<XlsxFormulaKind>(Below(random, 4));
    form.is_volatile = Below(random, 2) == 0;
    if (form.kind == XlsxFormulaKind::kShared) form.group = Below(random, 9);
    if (form.kind != XlsxFormulaKind::kNormal) cell.range = "A1:C9";
    if (form.kind == XlsxFormulaKind::kDataTable) cell.more = " dt2D=\"1\" r1=\"B2\"";
    if (form.kind == XlsxFormulaKind::kShared && Below(random, 2) == 0) cell.formula.clear();
    cell.cell.cell_metadata = Below(random, 3);
  }
  return cell;
}

TEST(XlsxWriterTest, CellsAreReadBackTheSame) {
  std::mt19937 random(20260131);
  Book book;
  ASSERT_TRUE(book.Begin("Data").ok());
  std::vector<std::pair<XlsxRow, std::vector<Cell>>> rows;
  uint32_t number = 0;
  for (int i = 0; i < 2000; ++i) {
    number += 1 + Below(&random, 3);
    XlsxRow row = Row(number);
    row.is_hidden = Below(&random, 5) == 0;
    if (Below(&random, 5) == 0) row.height = "20.25";
    if (Below(&random, 5) == 0) row.style = Below(&random, 5);
    row.outline_level = Below(&random, 8);
    row.is_collapsed = Below(&random, 5) == 0;
    std::vector<Cell> cells;
    for (uint32_t column = Below(&random, 3); column < 30; column += 1 + Below(&random, 5)) {
      cells.push_back(RandomCell(&random, column));
    }
    const absl::Status status = WriteRow(book.writer.get(), row, cells);
    ASSERT_TRUE(status.ok()) << FormatError(status);
    rows.emplace_back(row, std::move(cells));
  }
  ASSERT_TRUE(book.writer->EndSheet().ok());
  ASSERT_TRUE(book.writer->Finish().ok());

  StringAccess input(book.bytes);
  auto workbook = XlsxWorkbook::Open(&input, DefaultLimits(), "w.xlsx");
  ASSERT_TRUE(workbook.ok()) << FormatError(workbook.status());
  auto sheet = (*workbook)->OpenSheet(0);
  ASSERT_TRUE(sheet.ok());
  for (auto& [row, cells] : rows) {
    const absl::StatusOr<bool> more = (*sheet)->Next();
    ASSERT_TRUE(more.ok() && *more) << FormatError(more.status());
    const XlsxRow& look = (*sheet)->look();
    EXPECT_EQ(look.number, row.number);
    EXPECT_EQ((*sheet)->row(), row.number);
    EXPECT_EQ(look.is_hidden, row.is_hidden);
    EXPECT_EQ(look.is_collapsed, row.is_collapsed);
    EXPECT_EQ(look.outline_level, row.outline_level);
    EXPECT_EQ(look.height, row.height);
    EXPECT_EQ(look.style, row.style);
    // A text that looks like a formula has a style of its own.
    std::vector<Cell> expected = cells;
    ASSERT_EQ((*sheet)->cells().size(), cells.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      const XlsxCell& read = (*sheet)->cells()[i];
      const std::string& text = cells[i].text;
      const bool is_dangerous = read.kind == XlsxKind::kText && !read.has_formula &&
                                !text.empty() &&
                                std::string("=+-@\t\r").find(text[0]) != std::string::npos;
      if (is_dangerous && expected[i].cell.style != kXlsxText) {
        EXPECT_NE(read.style, expected[i].cell.style) << text;
        expected[i].cell.style = read.style;
      }
    }
    ASSERT_EQ(Lines((*sheet)->cells()), Lines(expected)) << "row " << row.number;
  }
  EXPECT_FALSE(*(*sheet)->Next());
}

TEST(XlsxWriterTest, EveryTextSurvivesItsEscapes) {
  std::mt19937 random(1);
  for (int i = 0; i < 100000; ++i) {
    const std::string text = RandomText(&random);
    std::string xml;
    ASSERT_TRUE(AppendXlsxText(text, &xml));
    // What XML does to it is tested above; here only the escapes of workbooks.
    for (const auto& [code, c] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}) {
      for (size_t at = xml.find(code); at != std::string::npos; at = xml.find(code, at + 1)) {
        xml.replace(at, std::string_view(code).size(), c);
      }
    }
    ASSERT_EQ(FirstNonXmlChar(xml), std::nullopt);
    std::string back;
    AppendUnescapedXlsxText(xml, &back);
    ASSERT_EQ(EscapeForTerminalLine(back), EscapeForTerminalLine(text)) << xml;
  }
  std::string xml;
  EXPECT_FALSE(AppendXlsxText("\xFF", &xml));
  EXPECT_EQ(xml, "");
}

TEST(XlsxWriterTest, TheSameRowsMakeTheSameBytes) {
  const auto write = [] {
    Book book;
    EXPECT_TRUE(book.Begin("A").ok());
    EXPECT_TRUE(WriteRow(book.writer.get(), Row(1), {Of(0, XlsxKind::kText, "=1+1")}).ok());
    EXPECT_TRUE(book.writer->EndSheet().ok());
    EXPECT_TRUE(book.writer->Finish().ok());
    return book.bytes;
  };
  EXPECT_TRUE(write() == write());
  EXPECT_THAT(PartOf(write(), "xl/worksheets/sheet1.xml"),
              HasSubstr("<c r=\"A1\" s=\"2\" t=\"inlineStr\"><is><t>=1+1</t></is></c>"));
  EXPECT_THAT(PartOf(write(), "xl/styles.xml"), HasSubstr("numFmtId=\"49\""));
  EXPECT_THAT(PartOf(write(), "xl/styles.xml"), HasSubstr("quotePrefix=\"1\""));
}

TEST(XlsxWriterTest, NewWorkbooksHaveWhatWasAskedFor) {
  Book book;
  XlsxSheetOptions options;
  options.name = "It's <a> & b";
  options.frozen_rows = 1;
  options.filter_row = 1;
  options.columns.resize(3);
  options.columns[0].width = 20.5;
  options.columns[1].choices = {"yes", "no"};
  options.columns[2].choices = {"a,b", "=c"};
  ASSERT_TRUE(book.Begin("Other").ok());
  ASSERT_TRUE(book.writer->EndSheet().ok());
  ASSERT_TRUE(book.writer->BeginSheet(options).ok());
  const uint32_t money = *book.writer->AddNumberFormat("#,##0.00");
  EXPECT_EQ(*book.writer->AddNumberFormat("#,##0.00"), money);
  ASSERT_TRUE(WriteRow(book.writer.get(), Row(1),
                       {Of(0, XlsxKind::kText, "Day", kXlsxHeader),
                        Of(1, XlsxKind::kText, "OK", kXlsxHeader),
                        Of(2, XlsxKind::kText, "C", kXlsxHeader)})
                  .ok());
  ASSERT_TRUE(
      WriteRow(book.writer.get(), Row(2), {Of(0, XlsxKind::kNumber, "46053", kXlsxDate)}).ok());
  ASSERT_TRUE(WriteRow(book.writer.get(), Row(3), {Of(0, XlsxKind::kNumber, "1", money)}).ok());
  EXPECT_EQ(CodeOf(book.writer->EndSheet(std::vector<std::string>{"A1"})), "PUE-0344");
  ASSERT_TRUE(book.writer->EndSheet(std::vector<std::string>{"A2:B3"}).ok());
  EXPECT_EQ(CodeOf(book.Begin("LISTS")), "PUE-0344") << "the lists are there";
  ASSERT_TRUE(book.writer->Finish().ok());

  const std::string xml = PartOf(book.bytes, "xl/worksheets/sheet2.xml");
  EXPECT_THAT(xml, HasSubstr("<pane ySplit=\"1\" topLeftCell=\"A2\""));
  EXPECT_THAT(xml, HasSubstr("<col min=\"1\" max=\"1\" width=\"20.50\" customWidth=\"1\"/>"));
  EXPECT_THAT(xml, HasSubstr("<autoFilter ref=\"A1:C3\"/>"));
  EXPECT_THAT(xml, HasSubstr("sqref=\"B2:B1048576\"><formula1>&quot;yes,no&quot;</formula1>"));
  EXPECT_THAT(xml, HasSubstr("<formula1>'lists'!$A$1:$A$2</formula1>"));
  EXPECT_THAT(xml, Not(HasSubstr("tabSelected")));
  EXPECT_THAT(PartOf(book.bytes, "xl/workbook.xml"),
              HasSubstr(">'It''s &lt;a&gt; &amp; b'!$A$1:$C$3</definedName>"));
  StringAccess input(book.bytes);
  auto workbook = XlsxWorkbook::Open(&input, DefaultLimits(), "w.xlsx");
  ASSERT_TRUE(workbook.ok()) << FormatError(workbook.status());
  ASSERT_EQ((*workbook)->sheets().size(), 3u);
  EXPECT_EQ((*workbook)->sheets()[1].name, options.name);
  EXPECT_EQ((*workbook)->sheets()[2].name, "lists");
  EXPECT_TRUE((*workbook)->sheets()[2].is_hidden);
  EXPECT_EQ((*workbook)->styles().NumberOf(kXlsxDate), XlsxNumber::kDate);
  EXPECT_EQ((*workbook)->styles().NumberOf(kXlsxDateTime), XlsxNumber::kDateTime);
  auto lists = (*workbook)->OpenSheet(2);
  ASSERT_TRUE(lists.ok() && *(*lists)->Next() && *(*lists)->Next());
  EXPECT_EQ((*lists)->cells()[0].text, "=c");
}

TEST(XlsxWriterTest, WhatAWorkbookCannotHoldIsRefusedAndNothingWritten) {
  Book book;
  ASSERT_TRUE(book.Begin("Data").ok());
  const auto write = [&](uint32_t row, const std::vector<Cell>& cells) {
    return CodeOf(WriteRow(book.writer.get(), Row(row), cells));
  };
  ASSERT_EQ(write(5, {Of(0, XlsxKind::kText, "first")}), "OK");
  EXPECT_EQ(write(5, {}), "PUE-0344");
  EXPECT_EQ(write(0, {}), "PUE-0344");
  EXPECT_EQ(write(kXlsxRows + 1, {}), "PUE-0344");
  const Cell one = Of(0, XlsxKind::kNumber, "1");
  EXPECT_EQ(write(6, {one, one}), "PUE-0344");
  EXPECT_EQ(write(6, {Of(1, XlsxKind::kNumber, "1"), one}), "PUE-0344");
  EXPECT_EQ(write(6, {Of(kXlsxColumns, XlsxKind::kNumber, "1")}), "PUE-0344");
  for (const char* const number :
       {"", "x", "1,5", " 1", "1 ", "1e", "NaN", "INF", ".", "-", "0x1", "1_0", "1.2.3", "+-1"}) {
    EXPECT_EQ(write(6, {Of(0, XlsxKind::kNumber, number)}), "PUE-0344") << number;
  }
  EXPECT_EQ(write(6, {Of(0, XlsxKind::kBool, "yes")}), "PUE-0344");
  EXPECT_EQ(write(6, {Of(0, XlsxKind::kError, "")}), "PUE-0344");
  EXPECT_EQ(write(6, {Of(0, XlsxKind::kText, "\xC3")}), "PUE-0344");
  EXPECT_EQ(write(6, {Of(0, XlsxKind::kEmpty, "x")}), "PUE-0344");
  EXPECT_EQ(write(6, {Of(0, XlsxKind::kText, "x", 99)}), "PUE-0344");
  Cell bad = Formula(one, "1+1");
  bad.range = "A1\" x=\"";
  EXPECT_EQ(write(6, {bad}), "PUE-0344");
  bad.range.clear();
  for (const char* const more : {"x", " a=\"<\"", " a=\"1\"/><x", " a=\"1", " =\"1\""}) {
    bad.more = more;
    EXPECT_EQ(write(6, {bad}), "PUE-0344") << more;
  }
  EXPECT_EQ(write(6, {Formula(one, std::string(1, '\x01'))}), "PUE-0344");
  Cell shared = Formula(one, "1");
  shared.cell.formula_form.kind = XlsxFormulaKind::kShared;
  EXPECT_EQ(write(6, {shared}), "PUE-0344");
  // Units of UTF-16 count, and emoji have two.
  std::string emoji;
  for (size_t i = 0; i < 16384; ++i) emoji += "\U0001F600";
  EXPECT_EQ(write(6, {Of(0, XlsxKind::kText, emoji)}), "PUE-0344");
  std::string accents;
  for (size_t i = 0; i < kXlsxLongestText; ++i) accents += "é";
  EXPECT_EQ(write(6, {Of(0, XlsxKind::kText, accents)}), "OK");
  const absl::Status status = WriteRow(book.writer.get(), Row(9), {Of(2, XlsxKind::kNumber, "x")});
  EXPECT_THAT(FormatError(status), HasSubstr("sheet `Data`, cell C9: `x` is no number"));
  ASSERT_TRUE(book.writer->EndSheet().ok());
  ASSERT_TRUE(book.writer->Finish().ok());
  EXPECT_THAT(PartOf(book.bytes, "xl/worksheets/sheet1.xml"),
              HasSubstr("first</t></is></c></row><row r=\"6\"><c r=\"A6\" t=\"inlineStr\">"));

  XlsxWriterOptions options;
  options.allow_long_texts = true;
  Book other(options);
  ASSERT_TRUE(other.Begin("Data").ok());
  EXPECT_TRUE(WriteRow(other.writer.get(), Row(1), {Of(0, XlsxKind::kText, emoji)}).ok());
}

TEST(XlsxWriterTest, NamesOfSheetsAreChecked) {
  Book book;
  ASSERT_TRUE(book.Begin("Año 1").ok());
  ASSERT_TRUE(book.writer->EndSheet().ok());
  for (const std::string& name :
       {std::string(), std::string("AÑO 1"), std::string("a/b"), std::string("[a"),
        std::string("a]"), std::string("a:b"), std::string("a*"), std::string("a?"),
        std::string("a\\b"), std::string("'a"), std::string("a'"), std::string(32, 'x'),
        std::string("a\nb"), std::string("\xFF"), std::string("History"),
        std::string(15, 'x') + "\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600"
                               "\U0001F600\U0001F600\U0001F600"}) {
    EXPECT_EQ(CodeOf(book.Begin(name)), "PUE-0344") << name;
  }
  ASSERT_TRUE(book.Begin(std::string(31, 'x')).ok());
  ASSERT_TRUE(book.writer->EndSheet().ok());
  ASSERT_TRUE(book.writer->Finish().ok());
}

TEST(XlsxWriterTest, OrderOfCallsIsChecked) {
  Book book;
  EXPECT_EQ(CodeOf(book.writer->Finish()), "PUE-0344") << "no sheet";
  EXPECT_EQ(CodeOf(book.writer->WriteRow(Row(1), {})), "FAILED_PRECONDITION");
  EXPECT_EQ(CodeOf(book.writer->EndSheet()), "FAILED_PRECONDITION");
  EXPECT_EQ(CodeOf(book.writer->BeginShellSheet(0)), "FAILED_PRECONDITION");
  ASSERT_TRUE(book.Begin("a").ok());
  EXPECT_EQ(CodeOf(book.Begin("b")), "FAILED_PRECONDITION");
  EXPECT_EQ(CodeOf(book.writer->Finish()), "FAILED_PRECONDITION");
  ASSERT_TRUE(book.writer->EndSheet().ok());
  ASSERT_TRUE(book.writer->Finish().ok());
  EXPECT_EQ(CodeOf(book.writer->Finish()), "FAILED_PRECONDITION");
}

/// A sheet's shell, as `before|after`.
std::string ShellOf(const std::string& sheet, uint64_t max_bytes = kMany) {
  StringInput input(sheet, 7);
  XmlReaderOptions options;
  options.chunk_bytes = 64;
  const auto shell = ReadSheetShell(&input, options, max_bytes, nullptr);
  if (!shell.ok()) return CodeOf(shell.status());
  return shell->has_value() ? (*shell)->before + "|" + (*shell)->after : "not kept";
}

TEST(XlsxShellTest, FindsTheRows) {
  const std::string head =
      "\xEF\xBB\xBF<?xml version=\"1.0\"?><!-- <sheetData> --><worksheet xmlns=\"m\"><?p "
      "<sheetData>?><x a=\"&lt;sheetData>\"><![CDATA[<sheetData/>]]></x>";
  const std::string tail =
      "<!-- </sheetData> --><y><![CDATA[</sheetData>]]></y></worksheet>\n<!-- end -->\n";
  std::string rows;
  for (int i = 0; i < 100000; ++i) rows += "<row><c><v>1</v></c></row><!-- </sheetData> -->";
  EXPECT_EQ(ShellOf(head + "<sheetData a=\"/\">" + rows + "</sheetData >" + tail),
            head + "<sheetData a=\"/\">|</sheetData >" + tail);
  EXPECT_EQ(ShellOf(head + "<sheetData />" + tail), head + "<sheetData >|</sheetData>" + tail);
  EXPECT_EQ(ShellOf("<x:w xmlns:x=\"m\"><x:sheetData/></x:w>"),
            "<x:w xmlns:x=\"m\"><x:sheetData>|</x:sheetData></x:w>");
  for (const char* const sheet :
       {"<w/>", "<w><sheetData/><sheetData/></w>", "<w><a><sheetData/></a></w>", "<sheetData/>",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><w><sheetData/></w>"}) {
    EXPECT_EQ(ShellOf(sheet), "not kept") << sheet;
  }
  EXPECT_EQ(ShellOf("<w><sheetData></w>"), "PUE-0201");
  const std::string small = "<w><sheetData></sheetData></w>";
  EXPECT_EQ(ShellOf(small, small.size()), "<w><sheetData>|</sheetData></w>");
  EXPECT_EQ(ShellOf(small, small.size() - 1), "not kept");
}

std::vector<testing::Part> ComputedParts(const std::string& sheet) {
  std::vector<testing::Part> parts = testing::Parts(sheet, "<si><t>old</t></si>");
  std::string& relations = parts[2].bytes;
  relations.replace(relations.find("</Relationships>"), 0,
                    "<Relationship Id=\"q\" Type=\"t/calcChain\" "
                    "Target=\"calcChain.xml\"></Relationship>");
  parts.push_back({"[Content_Types].xml",
                   "<Types><!-- a --><Override PartName=\"/xl/calcChain.xml\" "
                   "ContentType=\"c\"/>\n<Override PartName=\"/xl/workbook.xml\" "
                   "ContentType=\"w\"/></Types>"});
  parts.push_back({"xl/calcChain.xml", "<calcChain/>"});
  parts.push_back({"xl/media/image1.png", std::string("\x89PNG\0\r\n", 7)});
  return parts;
}

/// The shell of a workbook.
XlsxShell ShellOfBook(const std::string& bytes) {
  XlsxShell shell;
  StringAccess input(bytes);
  auto workbook = XlsxWorkbook::Open(&input, DefaultLimits(), "w.xlsx");
  EXPECT_TRUE(workbook.ok());
  for (const ZipPart* const part : (*workbook)->OtherParts()) {
    shell.parts.push_back({part->name, (*workbook)->archive().ReadPart(*part, kMany).value()});
  }
  for (size_t i = 0; i < (*workbook)->sheets().size(); ++i) {
    auto sheet = (*workbook)->ReadShell(i, kMany);
    EXPECT_TRUE(sheet.ok() && sheet->has_value());
    shell.sheets.push_back(**sheet);
  }
  return shell;
}

TEST(XlsxShellTest, RowsGoIntoAnOldWorkbook) {
  const std::string sheet =
      "<x:worksheet xmlns:x=\"m\"><x:cols/><x:sheetData><x:row r=\"1\"><x:c r=\"A1\" t=\"s\">"
      "<x:v>0</x:v></x:c></x:row></x:sheetData><x:mergeCells/></x:worksheet>";
  const std::vector<testing::Part> parts = ComputedParts(sheet);
  XlsxShell shell = ShellOfBook(testing::Zip(parts));
  std::vector<std::string> names;
  for (const XlsxPart& part : shell.parts) names.push_back(part.name);
  EXPECT_THAT(names, ElementsAre("_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
                                 "xl/styles.xml", "[Content_Types].xml", "xl/calcChain.xml",
                                 "xl/media/image1.png"));
  std::string bytes;
  StringOutput output(&bytes);
  auto writer = XlsxWriter::OpenShell(&output, shell, {});
  ASSERT_TRUE(writer.ok()) << FormatError(writer.status());
  EXPECT_EQ(CodeOf((*writer)->AddNumberFormat("0").status()), "FAILED_PRECONDITION");
  EXPECT_EQ(CodeOf((*writer)->Finish()), "FAILED_PRECONDITION") << "no sheet is written";
  ASSERT_TRUE((*writer)->BeginShellSheet(1).ok());
  ASSERT_TRUE((*writer)->EndSheet().ok());
  ASSERT_TRUE((*writer)->BeginShellSheet(0).ok());
  ASSERT_TRUE(
      WriteRow(writer->get(), Row(3),
               {Of(1, XlsxKind::kText, "=1 ", 77), Formula(Of(2, XlsxKind::kText, "r"), "B3")})
          .ok());
  ASSERT_TRUE((*writer)->EndSheet().ok());
  EXPECT_EQ(CodeOf((*writer)->BeginShellSheet(0)), "FAILED_PRECONDITION") << "twice";
  ASSERT_TRUE((*writer)->Finish().ok());

  EXPECT_EQ(PartOf(bytes, "xl/worksheets/sheet1.xml"),
            "<x:worksheet xmlns:x=\"m\"><x:cols/><x:sheetData><x:row r=\"3\"><x:c r=\"B3\" "
            "s=\"77\" t=\"inlineStr\"><x:is><x:t xml:space=\"preserve\">=1 </x:t></x:is></x:c>"
            "<x:c r=\"C3\" t=\"str\"><x:f>B3</x:f><x:v>r</x:v></x:c></x:row></x:sheetData>"
            "<x:mergeCells/></x:worksheet>");
  EXPECT_EQ(PartOf(bytes, "xl/worksheets/sheet2.xml"),
            "<worksheet><sheetData></sheetData></worksheet>");
  EXPECT_EQ(PartOf(bytes, "xl/calcChain.xml"), "none");
  EXPECT_EQ(PartOf(bytes, "[Content_Types].xml"),
            "<Types><!-- a -->\n<Override PartName=\"/xl/workbook.xml\" ContentType=\"w\"/>"
            "</Types>");
  EXPECT_EQ(PartOf(bytes, "xl/_rels/workbook.xml.rels"), testing::Parts(sheet)[2].bytes);
  EXPECT_THAT(PartOf(bytes, "xl/sharedStrings.xml"), HasSubstr("uniqueCount=\"0\"/>"));
  for (const testing::Part& part : parts) {
    if (part.name.find("heet") != std::string::npos ||
        part.name.find("alcChain") != part.name.npos ||
        part.name.find("haredStr") != part.name.npos || part.name.find("rels") != part.name.npos ||
        part.name.front() == '[') {
      continue;
    }
    EXPECT_EQ(PartOf(bytes, part.name), part.bytes) << part.name;
  }
  StringAccess input(bytes);
  auto workbook = XlsxWorkbook::Open(&input, DefaultLimits(), "w.xlsx");
  ASSERT_TRUE(workbook.ok()) << FormatError(workbook.status());
}

TEST(XlsxShellTest, PartsThatMakeNoWorkbookAreRefused) {
  const XlsxShell good = ShellOfBook(testing::Zip(ComputedParts("<w><sheetData/></w>")));
  std::string bytes;
  StringOutput output(&bytes);
  const auto open = [&output](const XlsxShell& shell) {
    return CodeOf(XlsxWriter::OpenShell(&output, shell, {}).status());
  };
  ASSERT_EQ(open(good), "OK");
  XlsxShell shell = good;
  shell.sheets.pop_back();
  EXPECT_EQ(open(shell), "PUE-0344") << "a sheet is missing";
  shell = good;
  shell.sheets[0].part = "xl/other.xml";
  EXPECT_EQ(open(shell), "PUE-0344");
  shell = good;
  shell.sheets[0].part = shell.sheets[1].part;
  EXPECT_EQ(open(shell), "PUE-0344");
  for (const char* const before :
       {"", "<w>", "<w><sheetData", "<w><sheetData><row>", "<w><!-- <sheetData>", "<w><sheetData/>",
        "<w><sheetData><row/>", "<w><sheetData> "}) {
    shell = good;
    shell.sheets[0].before = before;
    EXPECT_EQ(open(shell), "PUE-0344") << before;
  }
  for (const char* const after :
       {"", "<row/></sheetData></w>", "</sheetData>", " </sheetData></w>"}) {
    shell = good;
    shell.sheets[0].after = after;
    EXPECT_EQ(open(shell), "PUE-0344") << after;
  }
  for (size_t i = 0; i < good.parts.size(); ++i) {
    shell = good;
    const std::string name = shell.parts[i].name;
    shell.parts.erase(shell.parts.begin() + static_cast<std::ptrdiff_t>(i));
    const bool is_needed = name == "[Content_Types].xml" || name == "xl/workbook.xml" ||
                           name == "xl/_rels/workbook.xml.rels";
    EXPECT_EQ(open(shell), is_needed ? "PUE-0344" : "OK") << name;
  }
  shell = good;
  shell.parts.push_back(shell.parts[0]);
  EXPECT_EQ(open(shell), "PUE-0344") << "twice";
  shell = good;
  shell.parts[0].name = "../x";
  EXPECT_EQ(open(shell), "PUE-0344");
}

}  // namespace
}  // namespace puente::text
