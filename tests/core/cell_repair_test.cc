// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of repaired copies of workbooks and CSV: what changes, what stays, what is not done.

#include "core/text/cell_repair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/text/csv_repairer.h"
#include "core/text/xlsx_reader.h"
#include "core/text/xlsx_repairer.h"
#include "core/text/zip_archive.h"
#include "tests/core/copies.h"
#include "tests/core/workbook_maker.h"

namespace puente::text {
namespace {

using puente::testing::Part;
using puente::testing::PartOf;
using puente::testing::Parts;
using puente::testing::RepairList;
using puente::testing::Zip;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A repaired copy, or the error.
struct Repaired {
  std::string bytes;
  std::string error;
  std::vector<CellRepaired> results;
};

Repaired Csv(std::string_view bytes, std::vector<CellRepair> repairs,
             std::string_view encoding = "UTF-8", bool guard_formulas = false) {
  Repaired made;
  StringAccess input(bytes);
  RepairList list(std::move(repairs));
  StringOutput output(&made.bytes);
  CsvReaderOptions options;
  options.encoding = std::string(encoding);
  options.guard_formulas = guard_formulas;
  const absl::Status status = RepairCsv(
      &input, options, &list,
      [&made](const CellRepair&, CellRepaired result) {
        made.results.push_back(result);
        return absl::OkStatus();
      },
      &output);
  if (!status.ok()) made.error = FormatError(status);
  return made;
}

TEST(CsvRepairTest, OnlyTheCellsChange) {
  const Repaired made =
      Csv("\xEF\xBB\xBF"
          "a;b;c\r\n1;\"x  \"; y\n2;\"p\"\"q \nr \";\r\"last \"",
          {{"", 2, 1, "x  ", "x"},
           {"", 2, 2, " y", "y"},
           {"", 3, 1, "p\"q \nr ", "p\"q \nr"},
           {"", 5, 0, "last ", "last"}});
  EXPECT_EQ(made.error, "");
  EXPECT_EQ(made.bytes,
            "\xEF\xBB\xBF"
            "a;b;c\r\n1;\"x\";y\n2;\"p\"\"q \nr\";\r\"last\"");
  EXPECT_THAT(made.results, ElementsAre(CellRepaired::kDone, CellRepaired::kDone,
                                        CellRepaired::kDone, CellRepaired::kDone));
}

TEST(CsvRepairTest, QuotesComeWhereTheyAreNeeded) {
  EXPECT_EQ(Csv("a,b\n1,2\n", {{"", 2, 1, "2", "x,y"}}).bytes, "a,b\n1,\"x,y\"\n");
  EXPECT_EQ(Csv("a,b\n1,2\n", {{"", 2, 0, "1", "say \"a\""}}).bytes, "a,b\n\"say \"\"a\"\"\",2\n");
  // A quote that stands astray is text.
  EXPECT_EQ(Csv("a,b\n\"x\" y ,2\n", {{"", 2, 0, "\"x\" y ", "\"x\" y"}}).bytes,
            "a,b\n\"\"\"x\"\" y\",2\n");
}

TEST(CsvRepairTest, ALineDoesNotVanish) {
  EXPECT_EQ(Csv("a\n \nb\n ", {{"", 2, 0, " ", ""}, {"", 4, 0, " ", ""}}).bytes,
            "a\n\"\"\nb\n\"\"");
  EXPECT_EQ(Csv("a,b\n , ", {{"", 2, 0, " ", ""}, {"", 2, 1, " ", ""}}).bytes, "a,b\n,");
}

TEST(CsvRepairTest, TheFirstCellBecomesNoMark) {
  EXPECT_EQ(Csv("a ,b\n", {{"", 1, 0, "a ",
                            "\xEF\xBB\xBF"
                            "a"}})
                .bytes,
            "\"\xEF\xBB\xBF"
            "a\",b\n");
  EXPECT_EQ(Csv(" PK\x03\x04,b\n", {{"", 1, 0, " PK\x03\x04", "PK\x03\x04"}}).bytes,
            "\"PK\x03\x04\",b\n");
  EXPECT_EQ(
      Csv(" \xFF\xFE,b\n", {{"", 1, 0, " \u00ff\u00fe", "\u00ff\u00fe"}}, "windows-1252").bytes,
      "\"\xFF\xFE\",b\n");
}

TEST(CsvRepairTest, AGuardStays) {
  const std::vector<CellRepair> repairs = {{"", 1, 0, "=1 ", "=1"}, {"", 1, 1, "b ", "b"}};
  EXPECT_EQ(Csv("'=1 ,b \n", repairs, "UTF-8", true).bytes, "'=1,b\n");
}

TEST(CsvRepairTest, EncodingsStay) {
  const std::vector<CellRepair> repairs = {{"", 2, 1, "ni\u00f1o ", "ni\u00f1o"}};
  EXPECT_EQ(Csv("a,b\n1,ni\xF1o \n", repairs, "windows-1252").bytes, "a,b\n1,ni\xF1o\n");
  const auto utf16 = [](std::string_view ascii) {
    std::string out = "\xFF\xFE";
    for (const char c : ascii) {
      out.push_back(c == '~' ? '\xF1' : c);
      out.push_back('\0');
    }
    return out;
  };
  EXPECT_EQ(Csv(utf16("a,b\n1,ni~o \n2,\"x\"\n"), repairs, "UTF-16").bytes,
            utf16("a,b\n1,ni~o\n2,\"x\"\n"));
  const Repaired none = Csv("a,b\n1,x\xF1\n", {{"", 2, 1, "x\u00f1", "\u65e5"}}, "windows-1252");
  EXPECT_EQ(none.bytes, "a,b\n1,x\xF1\n");
  EXPECT_THAT(none.results, ElementsAre(CellRepaired::kNoCharacter));
}

TEST(CsvRepairTest, WhatIsNotDone) {
  constexpr std::string_view kBytes = "a,b\n1, =1+1\n\xFF,9\n3,-x \n";
  const Repaired made = Csv(kBytes, {{"", 2, 1, " =1+1", "=1+1"},
                                     {"", 2, 5, "", "x"},
                                     {"", 3, 0, "x ", "x"},
                                     {"", 4, 0, "4", "5"},
                                     {"", 4, 1, "-x ", "-x"},
                                     {"", 9, 0, "y ", "y"}});
  EXPECT_EQ(made.bytes, "a,b\n1, =1+1\n\xFF,9\n3,-x\n");
  EXPECT_THAT(made.results,
              ElementsAre(CellRepaired::kNewFormula, CellRepaired::kNoCell, CellRepaired::kNoCell,
                          CellRepaired::kOtherText, CellRepaired::kDone, CellRepaired::kNoCell));
}

Repaired Workbook(const std::vector<Part>& parts, std::vector<CellRepair> repairs) {
  Repaired made;
  const std::string bytes = Zip(parts);
  StringAccess input(bytes);
  RepairList list(std::move(repairs));
  StringOutput output(&made.bytes);
  const absl::Status status = RepairWorkbook(
      &input, DefaultLimits(), "b.xlsx", &list,
      [&made](const CellRepair&, CellRepaired result) {
        made.results.push_back(result);
        return absl::OkStatus();
      },
      &output);
  if (!status.ok()) made.error = FormatError(status);
  return made;
}

constexpr const char* kName = "A\u00f1o 1";
constexpr std::string_view kSheet = "xl/worksheets/sheet1.xml";

/// A workbook whose first sheet is `A\u00f1o 1`.
std::vector<Part> Book(const std::string& sheet, const std::string& shared = "") {
  std::vector<Part> parts = Parts(sheet, shared);
  parts.push_back({"[Content_Types].xml", "<Types/>"});
  return parts;
}

TEST(WorkbookRepairTest, ACellGetsATextOfItsOwn) {
  const std::string begin = "<worksheet><sheetData>";
  const std::string end = "</sheetData><pageMargins left=\"1\"/></worksheet>";
  const std::vector<Part> parts = Book(
      begin +
          "<row r=\"2\" ht=\"9\"><c r=\"A2\" s=\"1\" t=\"s\"><v>1</v></c>"
          "<c r=\"B2\" t=\"s\" cm=\"1\"><v>1</v><extLst><ext uri=\"u\"/></extLst></c><c "
          "t='str'><v>c </v></c><c r=\"D2\" t=\"inlineStr\"><is><t>d_x0001_ </t></is></c></row>" +
          end,
      "<si><t>zero</t></si><si><t xml:space=\"preserve\">one </t></si>");
  const Repaired made = Workbook(parts, {{kName, 2, 1, "one ", "one"},
                                         {kName, 2, 2, "c ", "c & <\u00e1>"},
                                         {kName, 2, 3, "d\x01 ", " d\x01"}});
  EXPECT_EQ(made.error, "");
  EXPECT_THAT(made.results,
              ElementsAre(CellRepaired::kDone, CellRepaired::kDone, CellRepaired::kDone));
  EXPECT_EQ(
      PartOf(made.bytes, kSheet),
      begin +
          "<row r=\"2\" ht=\"9\"><c r=\"A2\" s=\"1\" t=\"s\"><v>1</v></c>"
          "<c r=\"B2\" t=\"inlineStr\" cm=\"1\"><is><t>one</t></is><extLst><ext "
          "uri=\"u\"/></extLst></c><c t=\"inlineStr\"><is><t>c &amp; &lt;\u00e1&gt;</t></is>"
          "</c><c r=\"D2\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> d_x0001_</t></is></c>"
          "</row>" +
          end);
  for (const Part& part : parts) {
    if (part.name == kSheet) continue;
    EXPECT_EQ(PartOf(made.bytes, part.name), part.bytes) << part.name;
  }
}

TEST(WorkbookRepairTest, RowsThatDoNotSayTheirNumberFollow) {
  const std::string begin = "<worksheet><sheetData><row r=\"4\"><c><v>1</v></c></row><row><c ";
  const std::string end = "</c></row></sheetData></worksheet>";
  const Repaired made = Workbook(Book(begin + "t=\"str\"><v>a </v>" + end),
                                 {{kName, 1, 0, "a ", "b"}, {kName, 5, 0, "a ", "a"}});
  EXPECT_THAT(made.results, ElementsAre(CellRepaired::kNoCell, CellRepaired::kDone));
  EXPECT_EQ(PartOf(made.bytes, kSheet), begin + "t=\"inlineStr\"><is><t>a</t></is>" + end);
}

TEST(WorkbookRepairTest, RowsAndCellsElsewhereAreRefused) {
  for (const char* const rows :
       {"<a><row r=\"1\"><c r=\"A1\"/></row></a>", "<row r=\"1\"><a><c r=\"A1\"/></a></row>"}) {
    const Repaired made =
        Workbook(Book("<worksheet><sheetData>" + std::string(rows) + "</sheetData></worksheet>"),
                 {{kName, 1, 0, "a ", "a"}});
    EXPECT_THAT(made.error, HasSubstr("is out of order")) << rows;
    EXPECT_EQ(made.bytes, "");
  }
}

TEST(WorkbookRepairTest, WhatIsNotDone) {
  const std::vector<Part> parts = Book(
      "<worksheet><sheetData><row r=\"3\"><c r=\"A3\" t=\"str\"><f>B3&amp;\" \"</f><v>a </v></c><c "
      "r=\"B3\" t=\"s\"><v>0</v></c><c r=\"C3\" t=\"s\"><v>1</v></c><c r=\"D3\"><v>4</v></c><c "
      "r=\"E3\" t=\"s\"><v>2</v></c><c r=\"F3\" t=\"s\"><v>3</v></c></row></sheetData></worksheet>",
      "<si><t>b</t></si><si><r><rPr><b/></rPr><t>c</t></r><r><t> </t></r></si><si><t> "
      "=1</t></si><si><t>f </t><phoneticPr fontId=\"1\"/></si>");
  const Repaired made = Workbook(parts, {{kName, 2, 0, "x ", "x"},
                                         {kName, 3, 0, "a ", "a"},
                                         {kName, 3, 1, "b ", "b"},
                                         {kName, 3, 2, "c ", "c"},
                                         {kName, 3, 3, "4", "5"},
                                         {kName, 3, 4, " =1", "=1"},
                                         {kName, 3, 5, "f ", "f"},
                                         {kName, 3, 6, "g ", "g"},
                                         {"No such sheet", 1, 1, "x ", "x"}});
  EXPECT_EQ(made.error, "");
  EXPECT_THAT(
      made.results,
      ElementsAre(CellRepaired::kNoCell, CellRepaired::kFormula, CellRepaired::kOtherText,
                  CellRepaired::kFormatted, CellRepaired::kOtherText, CellRepaired::kNewFormula,
                  CellRepaired::kFormatted, CellRepaired::kNoCell, CellRepaired::kNoCell));
  EXPECT_EQ(PartOf(made.bytes, kSheet), PartOf(Zip(parts), kSheet));
}

TEST(WorkbookRepairTest, TextsAtTheirLongest) {
  const std::string longest(32767, 'x');
  const std::vector<Part> parts =
      Book("<worksheet><sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>" + longest +
           "</t></is></c><c t=\"inlineStr\"><is><t>" + longest +
           "</t></is></c></row></sheetData></worksheet>");
  const std::string other(32767, 'y');
  const Repaired made =
      Workbook(parts, {{kName, 1, 0, longest, other}, {kName, 1, 1, longest, other + "y"}});
  EXPECT_THAT(made.results, ElementsAre(CellRepaired::kDone, CellRepaired::kTooLong));
  EXPECT_THAT(PartOf(made.bytes, kSheet), HasSubstr("<is><t>" + other + "</t></is>"));
}

TEST(WorkbookRepairTest, DamagedWorkbooksGiveErrorsAndNoHarm) {
  const std::string bytes =
      Zip(Book("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" "
               "t=\"inlineStr\"><is><t>b </t></is></c></row></sheetData></worksheet>",
               "<si><t>a </t></si>"));
  std::mt19937 random(5);
  int repaired = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = bytes;
    for (uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    if (random() % 8 == 0) damaged.resize(random() % damaged.size());
    StringAccess input(damaged);
    RepairList list({{kName, 1, 0, "a ", "a"}, {kName, 1, 1, "b ", "b"}});
    std::string out;
    StringOutput output(&out);
    int settled = 0;
    const absl::Status status = RepairWorkbook(
        &input, DefaultLimits(), "", &list,
        [&settled](const CellRepair&, CellRepaired) {
          ++settled;
          return absl::OkStatus();
        },
        &output);
    EXPECT_TRUE(!status.ok() || settled == 2);
    EXPECT_EQ(status.ok(), !out.empty());
    repaired += status.ok() ? 1 : 0;
  }
  EXPECT_GT(repaired, 0);
}

TEST(WorkbookRepairTest, SignedWorkbooksAreRefused) {
  std::vector<Part> parts = Book("<worksheet><sheetData/></worksheet>");
  for (Part& part : parts) {
    if (part.name != "_rels/.rels") continue;
    const size_t end = part.bytes.rfind("</");
    part.bytes.insert(
        end,
        "<Relationship Id=\"sig\" Type=\"http://schemas.openxmlformats.org/package/2006/"
        "relationships/digital-signature/origin\" Target=\"_xmlsignatures/origin.sigs\"/>");
  }
  const Repaired made = Workbook(parts, {{"x", 1, 0, "a ", "a"}});
  EXPECT_THAT(made.error, HasSubstr("PUE-0345"));
  EXPECT_EQ(made.bytes, "");
}

}  // namespace
}  // namespace puente::text
