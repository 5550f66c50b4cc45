// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of archives and workbooks: every kind of cell, and files that are damaged or hostile.

#include "core/text/xlsx_reader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/calendar.h"
#include "core/base/status.h"
#include "core/text/zip_archive.h"
#include "tests/core/workbook_maker.h"

namespace puente::text {
namespace {

using testing::Part;
using testing::Parts;
using testing::Zip;

std::string Sheet(const std::string& rows) {
  return "<worksheet><sheetData>" + rows +
         "</sheetData><mergeCells><mergeCell ref=\"A1:B1\"/>"
         "</mergeCells></worksheet>";
}

/// The rows of the first sheet, such as `2: B=n:5 C=s:text`, or the error.
std::string Read(const std::string& bytes, const Limits& limits = DefaultLimits()) {
  StringAccess input(bytes);
  auto workbook = XlsxWorkbook::Open(&input, limits, "w.xlsx");
  if (!workbook.ok()) return FormatError(workbook.status());
  auto sheet = (*workbook)->OpenSheet(0);
  if (!sheet.ok()) return FormatError(sheet.status());
  std::string text;
  while (true) {
    const absl::StatusOr<bool> more = (*sheet)->Next();
    if (!more.ok()) return text + FormatError(more.status());
    if (!*more) break;
    text += std::to_string((*sheet)->row()) + ((*sheet)->is_hidden() ? "h:" : ":");
    for (const XlsxCell& cell : (*sheet)->cells()) {
      text += " ";
      text += static_cast<char>('A' + cell.column);
      text += "=";
      text += "-nsbed"[static_cast<size_t>(cell.kind)];
      text += ":" + std::string(cell.text);
      if (cell.has_formula) text += " {" + std::string(cell.formula) + "}";
      if (cell.style != 0) text += " style " + std::to_string(cell.style);
    }
    text += "\n";
  }
  return text;
}

std::string ReadRows(const std::string& rows, const std::string& shared = "") {
  return Read(Zip(Parts(Sheet(rows), shared)));
}

std::string CodeOf(const std::string& error) {
  const size_t at = error.find("[PUE-");
  return at == std::string::npos ? error : error.substr(at + 1, 8);
}

TEST(XlsxReaderTest, ReadsEveryKindOfCell) {
  EXPECT_EQ(
      ReadRows(
          "<row r=\"2\"><c r=\"A2\"><v>1.50</v></c><c r=\"B2\" t=\"s\"><v>1</v></c>"
          "<c r=\"D2\" t=\"inlineStr\"><is><t>a</t><r><t xml:space=\"preserve\"> b</t></r></is></c>"
          "<c r=\"E2\" t=\"b\"><v>1</v></c><c r=\"F2\" t=\"e\"><v>#N/A</v></c>"
          "<c r=\"G2\" t=\"str\"><f>A1&amp;\"x\"</f><v>x_x000D_y</v></c>"
          "<c r=\"H2\" t=\"d\"><v>2020-01-02</v></c><c r=\"I2\" s=\"2\"/>"
          "<c r=\"J2\" s=\"1\"><f t=\"shared\" si=\"0\"/><v>44562</v></c></row>"
          "<row r=\"5\" hidden=\"1\"/><row><c><v>7</v></c><c><v>8</v></c></row>",
          "<si><t>zero</t></si><si><t>uno</t><rPh><t>no</t></rPh><r><t> &amp; dos</t></r></si>"),
      "2: A=n:1.50 B=s:uno & dos D=s:a b E=b:1 F=e:#N/A G=s:x\ry {A1&\"x\"} H=d:2020-01-02 "
      "I=-: style 2 J=n:44562 {} style 1\n5h:\n6: A=n:7 B=n:8\n");
}

TEST(XlsxReaderTest, ReadsWhatStandsAround) {
  const std::string bytes =
      Zip(Parts(Sheet("<row><c><v>1</v></c></row>"), "", "<workbookPr date1904=\"1\"/>"));
  StringAccess input(bytes);
  auto workbook = XlsxWorkbook::Open(&input, DefaultLimits(), "w.xlsx");
  ASSERT_TRUE(workbook.ok()) << FormatError(workbook.status());
  ASSERT_EQ((*workbook)->sheets().size(), 2u) << "charts have no cells";
  EXPECT_EQ((*workbook)->sheets()[0].name, "Año 1");
  EXPECT_TRUE((*workbook)->sheets()[1].is_hidden);
  EXPECT_TRUE((*workbook)->is_1904());
  const XlsxStyles& styles = (*workbook)->styles();
  ASSERT_EQ(styles.size(), 5u);
  EXPECT_EQ(styles.NumberOf(1), XlsxNumber::kDate);
  EXPECT_EQ(styles.NumberOf(2), XlsxNumber::kDateTime);
  EXPECT_EQ(styles.NumberOf(3), XlsxNumber::kPlain);
  EXPECT_EQ(styles.NumberOf(4), XlsxNumber::kTime);
  EXPECT_EQ(styles.NumberOf(99), XlsxNumber::kPlain);
  auto sheet = (*workbook)->OpenSheet(0);
  ASSERT_TRUE(sheet.ok());
  while (*(*sheet)->Next()) continue;
  EXPECT_EQ((*sheet)->merged(), std::vector<std::string>{"A1:B1"});
}

TEST(XlsxReaderTest, KeepsPrefixesOutOfTheWay) {
  EXPECT_EQ(Read(Zip(Parts("<x:worksheet xmlns:x=\"x\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\">"
                           "<x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>"))),
            "1: A=n:5\n");
  // An attribute with a prefix is one of another kind.
  EXPECT_EQ(ReadRows("<row x:r=\"7\" r=\"2\"><c x:r=\"B2\" x:t=\"s\" x:s=\"1\"><v>5</v></c></row>"),
            "2: A=n:5\n");
}

TEST(XlsxReaderTest, NeverPutsAValueIntoAWrongCell) {
  for (const char* const rows :
       {"<row r=\"2\"/><row r=\"2\"/>", "<row r=\"3\"/><row r=\"1\"/>", "<row r=\"x\"/>",
        "<row r=\"0\"/>", "<row r=\"1048577\"/>", "<row r=\"1\"><c r=\"A2\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>",
        "<row r=\"1\"><c r=\"A1\"/><c r=\"A1\"/></row>", "<row r=\"1\"><c r=\"XFE1\"/></row>",
        "<row r=\"1\"><c r=\"1A\"/></row>", "<row r=\"1\"><c r=\"A\"/></row>",
        "<row><c t=\"s\"><v>0</v></c></row>", "<row><c t=\"s\"><v>-1</v></c></row>",
        "<row><c t=\"s\"><v></v></c></row>", "<row><c t=\"what\"><v>1</v></c></row>",
        "<row/><sheetData><row/></sheetData>", "<row/></sheetData><sheetData><row/>",
        "<row r=\"1\"><row r=\"2\"/></row>"}) {
    const std::string text = ReadRows(rows);
    EXPECT_EQ(CodeOf(text), "PUE-0343") << rows << "\n" << text;
    EXPECT_NE(text.find("sheet `Año 1`, cell "), std::string::npos) << text;
  }
}

TEST(XlsxReaderTest, HoldsToLimits) {
  Limits limits;
  limits.csv_columns = 2;
  const auto read = [&](const std::string& rows) { return Read(Zip(Parts(Sheet(rows))), limits); };
  EXPECT_EQ(read("<row><c r=\"B1\"><v>1</v></c><c r=\"C1\" s=\"1\"/></row>"), "1: B=n:1\n")
      << "styled cells beyond the limit are nothing";
  EXPECT_EQ(CodeOf(read("<row><c r=\"C1\"><v>1</v></c></row>")), "PUE-0203");
  limits.csv_cell_bytes = 3;
  EXPECT_EQ(read("<row><c t=\"inlineStr\"><is><t>abc</t></is></c></row>"), "1: A=s:abc\n");
  EXPECT_EQ(CodeOf(read("<row><c t=\"inlineStr\"><is><t>abcd</t></is></c></row>")), "PUE-0203");
  // A bomb: much that is all the same.
  limits = Limits();
  limits.unpacked_ratio = 100;
  EXPECT_EQ(CodeOf(read("<row><c><v>" + std::string(size_t{12} << 20, '1') + "</v></c></row>")),
            "PUE-0203");
}

TEST(XlsxReaderTest, MissingAndOtherPartsAreTold) {
  for (size_t gone = 0; gone < 6; ++gone) {
    std::vector<Part> parts = Parts(Sheet(""));
    const std::string name = parts[gone].name;
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(gone));
    const std::string text = Read(Zip(parts));
    // Without relations the usual place is looked at; shared texts and styles may be absent.
    const bool may_be_absent = gone == 0 || gone == 3 || gone == 4;
    EXPECT_EQ(CodeOf(text), may_be_absent ? "" : "PUE-0343") << name << text;
  }
  std::vector<Part> parts = Parts(Sheet(""));
  parts[1].bytes = "<html/>";
  EXPECT_EQ(CodeOf(Read(Zip(parts))), "PUE-0343");
  parts[1].bytes =
      "<!DOCTYPE w [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><workbook>&e;</workbook>";
  EXPECT_EQ(CodeOf(Read(Zip(parts))), "PUE-0202");
}

TEST(XlsxReaderTest, WhatCouldBeEitherOfTwoIsRefused) {
  // Each with a relation more in the part that leads to the workbook, or to its sheets.
  const auto read_with = [](size_t part, const std::string& id, const std::string& kind,
                            const std::string& target) {
    std::vector<Part> parts =
        Parts(Sheet("<row><c t=\"s\"><v>0</v></c></row>"), "<si><t>a</t></si>");
    std::string& relations = parts[part].bytes;
    relations.insert(relations.rfind("</"), "<Relationship Id=\"" + id + "\" Type=\"x/" + kind +
                                                "\" Target=\"" + target + "\"/>");
    parts.push_back({"xl/other.xml", "<sst><si><t>b</t></si></sst>"});
    return Read(Zip(parts));
  };
  const std::string good = "1: A=s:a\n";
  EXPECT_EQ(read_with(2, "new", "image", "other.xml"), good);
  EXPECT_EQ(read_with(2, "new", "sharedStrings", "SharedStrings.xml"), good) << "the same, again";
  EXPECT_EQ(CodeOf(read_with(2, "new", "sharedStrings", "other.xml")), "PUE-0343");
  EXPECT_EQ(CodeOf(read_with(2, "new", "styles", "other.xml")), "PUE-0343");
  EXPECT_EQ(CodeOf(read_with(0, "new", "officeDocument", "xl/other.xml")), "PUE-0343");
  EXPECT_EQ(CodeOf(read_with(2, "a", "worksheet", "worksheets/sheet2.xml")), "PUE-0343");
  EXPECT_EQ(read_with(2, "a", "worksheet", "worksheets/sheet1.xml"), good);
  std::vector<Part> parts = Parts(Sheet(""));
  parts[1].bytes.replace(parts[1].bytes.find("r:id=\"b\""), 8, "r:id=\"a\"");
  EXPECT_EQ(CodeOf(Read(Zip(parts))), "PUE-0343") << "one part as two sheets";
}

TEST(XlsxReaderTest, FaultsOfXmlNameTheirPart) {
  for (const size_t part : {0u, 1u, 2u, 3u, 4u, 5u}) {
    std::vector<Part> parts = Parts(Sheet("<row/>"));
    parts[part].bytes = "<a>\n<b></a>";
    const std::string text = Read(Zip(parts));
    EXPECT_EQ(CodeOf(text), part == 5 ? "PUE-0343" : "PUE-0201") << text;
    if (part != 5) {
      EXPECT_NE(text.find("part `" + parts[part].name + "`, line 2, "), std::string::npos) << text;
    }
    // A line of a part is none of the file's, which would be shown.
    EXPECT_EQ(text.find("w.xlsx:2"), std::string::npos) << text;
  }
}

TEST(XlsxReaderTest, FilesOfOtherKindsAreTold) {
  EXPECT_NE(Read(Zip({{"mimetype", "x"}, {"content.xml", "<a/>"}})).find(".ods"),
            std::string::npos);
  std::vector<Part> parts = Parts(Sheet(""));
  parts[0].bytes.replace(parts[0].bytes.find("book.xml") + 5, 3, "bin");
  EXPECT_NE(Read(Zip(parts)).find(".xlsb"), std::string::npos);
  for (const size_t part : {1u, 5u}) {
    parts = Parts(Sheet(""));
    parts[part].bytes = "<html/>";
    EXPECT_EQ(CodeOf(Read(Zip(parts))), "PUE-0343") << "not an empty sheet";
  }
  parts = Parts(Sheet(""));
  parts[1].bytes.replace(parts[1].bytes.find("Listas"), 6, "");
  EXPECT_EQ(CodeOf(Read(Zip(parts))), "PUE-0343") << "a sheet without a name";
}

TEST(ZipArchiveTest, DamageIsTold) {
  const std::string good = Zip(Parts(Sheet("<row><c><v>1</v></c></row>")));
  EXPECT_EQ(Read(good), "1: A=n:1\n");
  std::vector<Part> parts = Parts(Sheet("<row><c><v>1</v></c></row>"));
  parts[5].crc_change = 1;
  EXPECT_EQ(CodeOf(Read(Zip(parts))), "PUE-0340") << "wrong sum";
  parts = Parts(Sheet(""));
  parts[5].flags = 1;
  EXPECT_EQ(CodeOf(Read(Zip(parts))), "PUE-0342") << "encrypted";
  parts = Parts(Sheet(""));
  parts[5].method = 12;
  EXPECT_EQ(CodeOf(Read(Zip(parts))), "PUE-0342") << "packed in another way";
  parts = Parts(Sheet(""));
  parts.push_back({"XL/Worksheets/Sheet1.xml", "<worksheet/>"});
  EXPECT_EQ(CodeOf(Read(Zip(parts))), "PUE-0341") << "two of one name";
  for (const std::string& bytes : {std::string(), std::string("id,name\n1,a\n"), std::string("PK"),
                                   std::string("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old")}) {
    EXPECT_EQ(CodeOf(Read(bytes)), "PUE-0340");
  }
  EXPECT_NE(Read("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old").find(".xls"), std::string::npos);
  // Cut anywhere it is no archive, or one that is damaged; never a workbook with less in it.
  for (size_t size = 0; size < good.size(); ++size) {
    const std::string text = Read(good.substr(0, size));
    // The last bytes say where the table of contents is, which is found without them, and that
    // there is no comment.
    const bool is_told = CodeOf(text) == "PUE-0340" || CodeOf(text) == "PUE-0343";
    ASSERT_TRUE(is_told || (text == "1: A=n:1\n" && size + 6 >= good.size())) << size << text;
  }
}

TEST(ZipArchiveTest, EveryChangedByteIsToldOrChangesNothing) {
  // No byte of the parts of cells can change a value in silence: the sums see it.
  const std::string good = Zip(Parts(Sheet("<row><c><v>123</v></c></row>")));
  const std::string value = Read(good);
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x11);
    const std::string text = Read(bad);
    if (text == value || text.find("[PUE-") != std::string::npos) continue;
    // What is left: names of parts that may be absent, in one of the two tables.
    EXPECT_EQ(text, "") << "byte " << at;
  }
}

TEST(ZipArchiveTest, PartsThatLeadOutAreIgnored) {
  std::vector<Part> parts = Parts(Sheet(""));
  for (const char* const name :
       {"../evil", "/etc/passwd", "a\\b", "a/../../b", "C:x", "", "a\xFF"}) {
    parts.push_back({name, "x"});
  }
  const std::string bytes = Zip(parts);
  StringAccess input(bytes);
  auto archive = ZipArchive::Open(&input, DefaultLimits(), "");
  ASSERT_TRUE(archive.ok());
  EXPECT_EQ((*archive)->ignored().size(), 7u);
  EXPECT_EQ((*archive)->Find("../evil"), nullptr);
  EXPECT_NE((*archive)->Find("XL/WORKBOOK.xml"), nullptr);
}

TEST(ZipArchiveTest, PartsCannotHaveTheSameBytes) {
  // Each entry of the table of contents leads to the first part.
  std::string bytes = Zip({{"a", std::string(1000, 'x')}, {"b", std::string(1000, 'x')}});
  const auto open = [&] {
    StringAccess input(bytes);
    return GetErrorDetail(ZipArchive::Open(&input, DefaultLimits(), "").status()).code;
  };
  EXPECT_EQ(open(), "");
  const size_t second = bytes.find("PK\x03\x04", 1);
  const size_t contents = bytes.find("PK\x01\x02");
  bytes.erase(second, contents - second);
  // Where the table of contents begins now.
  const size_t place = bytes.size() - 6;
  for (size_t i = 0; i < 4; ++i) bytes[place + i] = static_cast<char>(second >> (8 * i));
  EXPECT_EQ(open(), "PUE-0340");
}

TEST(ZipArchiveTest, TooManyPartsAreRefused) {
  std::vector<Part> parts;
  const uint64_t most = DefaultLimits().zip_parts;
  for (size_t i = 0; i <= most; ++i) parts.push_back({std::to_string(i), ""});
  std::string bytes = Zip(parts);
  StringAccess input(bytes);
  EXPECT_EQ(GetErrorDetail(ZipArchive::Open(&input, DefaultLimits(), "").status()).code,
            "PUE-0203");
  parts.pop_back();
  bytes = Zip(parts);
  StringAccess fewer(bytes);
  EXPECT_TRUE(ZipArchive::Open(&fewer, DefaultLimits(), "").ok());
}

std::string Day(std::string_view serial, bool is_1904 = false) {
  const std::optional<v1::DateTime> date = DateOfSerial(serial, is_1904);
  std::string text;
  if (date.has_value()) AppendDateTime(*date, &text);
  return text;
}

TEST(XlsxStylesTest, SerialNumbersAreDays) {
  EXPECT_EQ(Day("1"), "1900-01-01T00:00:00");
  EXPECT_EQ(Day("59"), "1900-02-28T00:00:00");
  EXPECT_EQ(Day("60"), "") << "the day that never was";
  EXPECT_EQ(Day("61"), "1900-03-01T00:00:00");
  EXPECT_EQ(Day("44562.75"), "2022-01-01T18:00:00");
  EXPECT_EQ(Day("44562.999999999"), "2022-01-02T00:00:00");
  EXPECT_EQ(Day("44562.0000578704"), "2022-01-01T00:00:05");
  EXPECT_EQ(Day("36585"), "2000-02-29T00:00:00");
  EXPECT_EQ(Day("2958465.5"), "9999-12-31T12:00:00");
  EXPECT_EQ(Day("2958465.9999999999"), "");
  EXPECT_EQ(Day("2958466"), "");
  EXPECT_EQ(Day("0", true), "1904-01-01T00:00:00");
  EXPECT_EQ(Day("43100", true), "2022-01-01T00:00:00");
  EXPECT_EQ(Day("-1"), "");
  EXPECT_EQ(Day("soon"), "");
}

TEST(XlsxStylesTest, FormatsTellDates) {
  for (const char* const format : {"dd/mm/yyyy", "mmm-yy", "[$-C0A]d mmm", "yyyy", "mm/yy;@"}) {
    EXPECT_EQ(NumberOfFormat(format), XlsxNumber::kDate) << format;
  }
  for (const char* const format : {"h:mm", "[h]:mm:ss", "mm:ss.0", "[ss]"}) {
    EXPECT_EQ(NumberOfFormat(format), XlsxNumber::kTime) << format;
  }
  EXPECT_EQ(NumberOfFormat("d/m/yy h:mm"), XlsxNumber::kDateTime);
  for (const char* const format : {"General", "0.00", "#,##0", "0.00E+00", "[Red]0", "\"day\" 0",
                                   "\\d0", "0;[>=5]\"y\"", "@", "_d0", "[Yellow]0", ""}) {
    EXPECT_EQ(NumberOfFormat(format), XlsxNumber::kPlain) << format;
  }
}

TEST(SpilledTextsTest, GivesBackWhatItGotFromMemoryAndFile) {
  for (const size_t memory : {size_t{1}, size_t{100}, size_t{1} << 20}) {
    SpilledTexts texts(memory);
    std::vector<std::string> expected;
    for (int i = 0; i < 3000; ++i) {
      expected.push_back(std::string(static_cast<size_t>(i % 97), static_cast<char>('a' + i % 26)));
      ASSERT_TRUE(texts.Add(expected.back()).ok());
    }
    for (const int step : {1, 7, 2999}) {
      for (size_t i = 0; i < expected.size(); ++i) {
        const size_t at = (i * static_cast<size_t>(step)) % expected.size();
        ASSERT_EQ(*texts.Get(at), expected[at]) << memory << " " << at;
      }
    }
    for (size_t i = expected.size(); i-- > 0;) ASSERT_EQ(*texts.Get(i), expected[i]);
  }
}

}  // namespace
}  // namespace puente::text
