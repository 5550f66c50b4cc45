// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of marked workbooks: styles, new cells, comments, the first sheet, and what is refused.

#include "core/text/xlsx_marker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/text/xlsx_reader.h"
#include "core/text/zip_archive.h"
#include "tests/core/copies.h"
#include "tests/core/workbook_maker.h"

namespace puente::text {
namespace {

using puente::testing::MarkAt;
using puente::testing::Part;
using puente::testing::Zip;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view kTypes =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
constexpr std::string_view kStylesXml =
    "<styleSheet xmlns=\"m\"><fonts count=\"1\"><font/></fonts><fills count=\"2\"><fill/><fill/>"
    "</fills><borders count=\"1\"><border/></borders><cellXfs count=\"3\"><xf numFmtId=\"0\"/>"
    "<xf numFmtId=\"14\" fillId=\"1\" borderId=\"0\"><protection locked=\"0\"/></xf>"
    "<xf numFmtId=\"2\"/></cellXfs><dxfs count=\"0\"/></styleSheet>";

std::string Relation(std::string_view id, std::string_view kind, std::string_view target) {
  return "<Relationship Id=\"" + std::string(id) + "\" Type=\"" + std::string(kTypes) +
         std::string(kind) + "\" Target=\"" + std::string(target) + "\"/>";
}

std::string Relations(const std::string& relations) {
  return "<Relationships>" + relations + "</Relationships>";
}

std::string Sheet(const std::string& rows, const std::string& before = "",
                  const std::string& after = "") {
  return "<worksheet xmlns=\"" + std::string(kMain) + "\">" + before + "<sheetData>" + rows +
         "</sheetData>" + after + "</worksheet>";
}

/// The parts of a workbook with the sheets `Año 1`, `Listas` and a chart.
std::vector<Part> Book(const std::string& sheet) {
  return {
      {"[Content_Types].xml",
       "<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"},
      {"_rels/.rels", Relations(Relation("r1", "officeDocument", "xl/workbook.xml"))},
      {"xl/workbook.xml",
       "<workbook><bookViews><workbookView activeTab=\"1\" firstSheet=\"1\"/></bookViews><sheets>"
       "<sheet name=\"Año 1\" sheetId=\"7\" r:id=\"rId1\"/><sheet name=\"Listas\" sheetId=\"2\" "
       "r:id=\"b\"/><sheet name=\"Gráfico\" sheetId=\"3\" r:id=\"g\"/></sheets><definedNames>"
       "<definedName name=\"n\" localSheetId=\"1\">Listas!$A$1</definedName><definedName "
       "name=\"o\">Listas!$A$2</definedName></definedNames><calcPr/></workbook>"},
      {"xl/_rels/workbook.xml.rels",
       Relations(Relation("rId1", "worksheet", "worksheets/sheet1.xml") +
                 Relation("b", "worksheet", "/xl/worksheets/sheet2.xml") +
                 Relation("g", "chartsheet", "chartsheets/sheet1.xml") +
                 Relation("t", "styles", "styles.xml"))},
      {"xl/styles.xml", std::string(kStylesXml), true},
      {"xl/worksheets/sheet1.xml", sheet, true},
      {"xl/worksheets/sheet2.xml",
       "<worksheet><sheetViews><sheetView tabSelected=\"1\" workbookViewId=\"0\"/></sheetViews>"
       "<sheetData/></worksheet>"},
      {"xl/chartsheets/sheet1.xml", "<chartsheet/>"},
      {"xl/media/picture.png", std::string("\x89PNG\0\1", 6), true},
  };
}

Part& Find(std::vector<Part>* parts, std::string_view name) {
  return *std::find_if(parts->begin(), parts->end(),
                       [name](const Part& part) { return part.name == name; });
}

/// A marked workbook, or the error.
struct Marked {
  std::string error;
  XlsxMarkerReport report;
  std::string bytes;

  std::string Part(std::string_view name) const { return testing::PartOf(bytes, name); }
  std::string Sheet() const { return Part("xl/worksheets/sheet1.xml"); }
  /// Between `<sheetData>` and its end.
  std::string Rows() const {
    const std::string sheet = Sheet();
    const size_t begin = sheet.find("sheetData>");
    return begin == std::string::npos
               ? sheet
               : sheet.substr(begin + 10,
                              sheet.rfind("</", sheet.rfind("sheetData>")) - begin - 10);
  }
};

Marked MarkBytes(const std::string& bytes, const std::vector<XlsxMark>& marks,
                 const std::vector<XlsxErrorLine>& lines = {}, std::string title = "Errores") {
  XlsxMarkerOptions options;
  options.source = "w.xlsx";
  options.title = std::move(title);
  options.headings = {"Gravedad", "Regla", "Hoja", "Celda", "Mensaje", "Qué hacer"};
  options.summary = {"Resumen", "=2 errores"};
  StringAccess input(bytes);
  XlsxErrorLineList list(lines);
  Marked marked;
  StringOutput output(&marked.bytes);
  const auto report = MarkWorkbook(&input, options, marks, &list, &output);
  if (report.ok()) {
    marked.report = *report;
  } else {
    marked.error = FormatError(report.status());
  }
  return marked;
}

Marked MarkBook(const std::vector<Part>& parts, const std::vector<XlsxMark>& marks,
                const std::vector<XlsxErrorLine>& lines = {}, std::string title = "Errores") {
  return MarkBytes(Zip(parts), marks, lines, std::move(title));
}

constexpr auto kInfo = XlsxSeverity::kInfo;
constexpr auto kWarning = XlsxSeverity::kWarning;
constexpr auto kError = XlsxSeverity::kError;

TEST(XlsxMarkerTest, ColoursKeepTheRestOfAStyle) {
  // The looks of the first sheet are 3 to 11.
  const Marked marked = MarkBook(
      Book(Sheet(
          "<row r=\"1\"><c r=\"A1\" s=\"1\" t=\"b\"><v>1</v></c><c r=\"B1\"/><c  r='C1'  "
          "s='1' ><f>A1&gt;0</f><v>1</v></c><c r=\"D1\" s=\"1\"/><c r=\"E1\" s=\"99\"/></row>")),
      {MarkAt(1, 0, kError), MarkAt(1, 1, kError), MarkAt(1, 2, kError), MarkAt(1, 3, kInfo),
       MarkAt(1, 4, kError)});
  EXPECT_EQ(
      marked.Rows(),
      "<row r=\"1\"><c r=\"A1\" s=\"12\" t=\"b\"><v>1</v></c><c r=\"B1\" s=\"13\"/><c  r='C1'  "
      "s=\"12\" ><f>A1&gt;0</f><v>1</v></c><c r=\"D1\" s=\"14\"/><c r=\"E1\" s=\"13\"/></row>")
      << marked.error;
  const std::string styles = marked.Part("xl/styles.xml");
  EXPECT_THAT(styles, HasSubstr("<cellXfs count=\"15\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" "
                                "fillId=\"1\" borderId=\"0\"><protection locked=\"0\"/></xf>"));
  EXPECT_THAT(styles, HasSubstr("<xf numFmtId=\"14\" fillId=\"4\" borderId=\"0\" applyFill=\"1\">"
                                "<protection locked=\"0\"/></xf><xf numFmtId=\"0\" fillId=\"4\" "
                                "applyFill=\"1\"/><xf numFmtId=\"14\" fillId=\"2\" "
                                "borderId=\"0\" applyFill=\"1\"><protection locked=\"0\"/></xf>"
                                "</cellXfs><dxfs count=\"0\"/>"));
  EXPECT_THAT(styles, HasSubstr("<fills count=\"6\"><fill/><fill/><fill><patternFill "
                                "patternType=\"solid\"><fgColor rgb=\"FFDDEBF7\"/>"));
  EXPECT_THAT(styles, HasSubstr("<fonts count=\"6\"><font/>"));
  EXPECT_EQ(marked.report.cells, 5);
  EXPECT_EQ(marked.report.new_cells, 0);
}

TEST(XlsxMarkerTest, CellsThatAreNotThereAreAddedInTheirPlace) {
  const std::string before =
      "<dimension ref=\"B2:C3\"/><cols><col min=\"2\" max=\"3\" width=\"9\" style=\"1\"/></cols>";
  const Marked marked = MarkBook(
      Book(Sheet("<row r=\"2\" spans=\"2:3\"><c r=\"B2\"/><c><v>1</v></c></row><row r=\"4\"/>"
                 "<row s=\"2\" customFormat=\"1\"></row>",
                 before)),
      {MarkAt(5, 1, kError), MarkAt(2, 0, kError), MarkAt(2, 4, kError), MarkAt(1, 2, kError),
       MarkAt(4, 1, kError), MarkAt(7, 0, kError), MarkAt(7, 26, kError), MarkAt(2, 2, kError)});
  EXPECT_EQ(marked.Rows(),
            "<row r=\"1\"><c r=\"C1\" s=\"12\"/></row><row r=\"2\" spans=\"1:5\"><c r=\"A2\" "
            "s=\"13\"/><c r=\"B2\"/><c s=\"13\"><v>1</v></c><c r=\"E2\" s=\"13\"/></row><row "
            "r=\"4\"><c r=\"B4\" s=\"12\"/></row><row s=\"2\" customFormat=\"1\"><c r=\"B5\" "
            "s=\"14\"/></row><row r=\"7\"><c r=\"A7\" s=\"13\"/><c r=\"AA7\" s=\"13\"/></row>")
      << marked.error;
  EXPECT_THAT(marked.Sheet(), HasSubstr("<dimension ref=\"A1:AA7\"/>"));
  EXPECT_EQ(marked.report.cells, 8);
  EXPECT_EQ(marked.report.new_cells, 7);
}

TEST(XlsxMarkerTest, ASheetWithoutRowsAndWithAPrefix) {
  std::vector<Part> parts = Book("<x:worksheet xmlns:x=\"m\"><x:sheetData /></x:worksheet>");
  const Marked marked = MarkBook(parts, {MarkAt(2, 0, kError, "texto")});
  EXPECT_THAT(marked.Sheet(),
              HasSubstr("<x:sheetData><x:row r=\"2\"><x:c r=\"A2\" s=\"12\"/></x:row></x:sheetData>"
                        "<x:legacyDrawing xmlns:r=\""))
      << marked.error;
}

TEST(XlsxMarkerTest, AWholeRowIsColouredButForCellsWithMarksOfTheirOwn) {
  XlsxMark row = MarkAt(1, 0, kWarning, "Fila repetida.");
  row.whole_row = true;
  const Marked marked =
      MarkBook(Book(Sheet("<row r=\"1\"><c r=\"B1\"/><c r=\"C1\"/></row><row r=\"2\"><c r=\"B2\"/>"
                          "</row>")),
               {MarkAt(1, 2, kInfo), row});
  EXPECT_EQ(marked.Rows(),
            "<row r=\"1\"><c r=\"A1\" s=\"12\"/><c r=\"B1\" s=\"12\"/><c r=\"C1\" s=\"13\"/></row>"
            "<row r=\"2\"><c r=\"B2\"/></row>")
      << marked.error;
}

TEST(XlsxMarkerTest, TheLastCellOfASheet) {
  const Marked marked = MarkBook(Book(Sheet("")), {MarkAt(1048576, 16383, kError, "aquí")});
  EXPECT_EQ(marked.Rows(), "<row r=\"1048576\"><c r=\"XFD1048576\" s=\"12\"/></row>")
      << marked.error;
  EXPECT_THAT(marked.Part("xl/drawings/vmlDrawing1.vml"),
              HasSubstr("<x:Anchor>16380, 62, 1048574, 8, 16383, 0, 1048575, 17</x:Anchor>"));
}

TEST(XlsxMarkerTest, NewCommentsHavePartsRelationsAndTypes) {
  const Marked marked =
      MarkBook(Book(Sheet("<row r=\"1\"><c r=\"A1\"/></row>", "", "<pageMargins/><tableParts/>")),
               {MarkAt(1, 0, kWarning, "a\r\nb ]]> <&\x01 _x0041_"), MarkAt(1, 0, kError, "otra")});
  EXPECT_THAT(marked.Part("xl/comments1.xml"),
              HasSubstr("<authors><author>Puente</author></authors><commentList><comment "
                        "ref=\"A1\" authorId=\"0\">"))
      << marked.error;
  EXPECT_THAT(marked.Part("xl/comments1.xml"),
              HasSubstr(">• a\nb ]]&gt; &lt;&amp;_x0001_ _x005F_x0041_\n• otra</t>"));
  EXPECT_THAT(marked.Sheet(), HasSubstr("<pageMargins/><legacyDrawing xmlns:r=\"" +
                                        std::string(kTypes.substr(0, kTypes.size() - 1)) +
                                        "\" r:id=\"rId2\"/><tableParts/>"));
  EXPECT_EQ(marked.Part("xl/worksheets/_rels/sheet1.xml.rels"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships "
            "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" +
                Relation("rId1", "comments", "../comments1.xml") +
                Relation("rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml") + "</Relationships>");
  const std::string types = marked.Part("[Content_Types].xml");
  EXPECT_THAT(types, HasSubstr("<Default Extension=\"vml\""));
  EXPECT_THAT(types, HasSubstr("<Override PartName=\"/xl/comments1.xml\""));
  EXPECT_THAT(types, HasSubstr("<Override PartName=\"/xl/worksheets/sheet3.xml\""));
  EXPECT_THAT(marked.Part("xl/drawings/vmlDrawing1.vml"), HasSubstr("visibility:hidden"));
  EXPECT_EQ(marked.report.comments, 1);
}

TEST(XlsxMarkerTest, ALongCommentIsCut) {
  std::string text;
  for (int i = 0; i < 40000; ++i) text += "é";
  const Marked marked = MarkBook(Book(Sheet("")), {MarkAt(1, 0, kError, text)});
  std::string want = ">";
  for (int i = 0; i < 32766; ++i) want += "é";
  EXPECT_THAT(marked.Part("xl/comments1.xml"), HasSubstr(want + "…</t>")) << marked.error;
}

/// A workbook whose sheet has comments already.
std::vector<Part> Commented(const std::string& comments, const std::string& drawing) {
  std::vector<Part> parts =
      Book(Sheet("<row r=\"1\"><c r=\"A1\"/></row>", "", "<legacyDrawing q:id=\"d\"/>"));
  parts.push_back({"xl/worksheets/_rels/sheet1.xml.rels",
                   Relations(Relation("c", "comments", "../comments1.xml") +
                             Relation("d", "vmlDrawing", "../old.vml"))});
  parts.push_back({"xl/comments1.xml", comments, true});
  parts.push_back({"xl/old.vml", drawing});
  return parts;
}

constexpr std::string_view kDrawing =
    "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" "
    "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout><o:idmap v:ext=\"edit\" "
    "data=\"1,4\"/></o:shapelayout><v:shapetype id=\"_x0000_t202\"/>"
    "<v:shape id=\"_x0000_s2050\"><br></v:shape></xml>";

TEST(XlsxMarkerTest, CommentsThatAreThereGetMoreText) {
  const Marked marked = MarkBook(
      Commented("<comments><authors><author>Ana</author><author>tc={1}</author></authors>"
                "<commentList><comment ref=\"A1\" authorId=\"0\"><text><t>uno</t></text></comment>"
                "<comment ref=\"B1\" authorId=\"0\"><text><r><rPr/><t>dos</t></r><phoneticPr/>"
                "</text></comment><comment ref=\"C1\" authorId=\"0\"><text/></comment><comment "
                "ref=\"D1\" authorId=\"1\"><text><t>hilo</t></text></comment><comment ref=\"E1\" "
                "authorId=\"0\"><text><t/></text></comment><comment ref=\"Z1\" authorId=\"0\">"
                "<text><t>sin</t></text></comment></commentList></comments>",
                std::string(kDrawing)),
      {MarkAt(1, 0, kError, "m"), MarkAt(1, 1, kError, "m"), MarkAt(1, 2, kError, "m"),
       MarkAt(1, 3, kError, "m"), MarkAt(1, 4, kError, "m"), MarkAt(1, 5, kError, "m")});
  const std::string run =
      "<r><rPr><sz val=\"9\"/><color indexed=\"81\"/><rFont val=\"Tahoma\"/><family val=\"2\"/>"
      "</rPr><t xml:space=\"preserve\">";
  EXPECT_EQ(marked.Part("xl/comments1.xml"),
            "<comments><authors><author>Ana</author><author>tc={1}</author><author>Puente</author>"
            "</authors><commentList><comment ref=\"A1\" authorId=\"0\"><text><t "
            "xml:space=\"preserve\">uno\n----------\nm</t></text></comment>"
            "<comment ref=\"B1\" authorId=\"0\"><text><r><rPr/><t>dos</t></r>" +
                run +
                "\n----------\nm</t></r><phoneticPr/></text></comment><comment ref=\"C1\" "
                "authorId=\"0\"><text>" +
                run +
                "m</t></r></text></comment><comment ref=\"D1\" authorId=\"1\"><text><t>hilo</t>"
                "</text></comment><comment ref=\"E1\" authorId=\"0\"><text><t "
                "xml:space=\"preserve\">m</t></text></comment><comment ref=\"Z1\" authorId=\"0\">"
                "<text><t>sin</t></text></comment><comment ref=\"F1\" authorId=\"2\"><text>" +
                run + "m</t></r></text></comment></commentList></comments>")
      << marked.error;
  EXPECT_EQ(marked.report.longer_comments, 4);
  EXPECT_EQ(marked.report.conversations, 1);
  EXPECT_EQ(marked.report.comments, 1);
  // One box more, after what was there, although that is not well-formed.
  const std::string drawing = marked.Part("xl/old.vml");
  std::string want(kDrawing.substr(0, kDrawing.size() - 6));
  want.replace(want.find("1,4"), 3, "1,4,5");
  EXPECT_TRUE(drawing.starts_with(want)) << drawing;
  EXPECT_THAT(drawing, HasSubstr("</v:shape><v:shape id=\"_x0000_s5121\""));
  EXPECT_THAT(drawing, HasSubstr("<x:Row>0</x:Row><x:Column>5</x:Column>"));
  EXPECT_TRUE(drawing.ends_with("</v:shape></xml>")) << drawing;
  EXPECT_EQ(marked.Part("xl/worksheets/_rels/sheet1.xml.rels"),
            Relations(Relation("c", "comments", "../comments1.xml") +
                      Relation("d", "vmlDrawing", "../old.vml")));
  EXPECT_THAT(marked.Sheet(), HasSubstr("</sheetData><legacyDrawing q:id=\"d\"/></worksheet>"));
}

TEST(XlsxMarkerTest, DrawingsWithOtherPrefixesOrNothingInThem) {
  const std::string comments = "<comments><authors/><commentList/></comments>";
  const std::string odd = "<xml xmlns:w=\"urn:schemas-microsoft-com:vml\" xmlns:v='else'></xml >";
  const Marked marked = MarkBook(Commented(comments, odd), {MarkAt(1, 0, kError, "m")});
  const std::string drawing = marked.Part("xl/old.vml");
  EXPECT_THAT(drawing, HasSubstr("<v:shape xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\""))
      << marked.error;
  EXPECT_TRUE(drawing.ends_with("</v:shape></xml >")) << drawing;
  EXPECT_THAT(marked.Part("xl/comments1.xml"),
              HasSubstr("<authors><author>Puente</author></authors><commentList><comment "));
  const Marked empty = MarkBook(Commented(comments, "<xml/>"), {MarkAt(1, 0, kError, "m")});
  EXPECT_TRUE(empty.Part("xl/old.vml").starts_with("<xml><o:shapelayout xmlns:v=")) << empty.error;
  for (const std::string_view none : {"", "text", "<xml>", "<xml></xmk>"}) {
    const Marked bad =
        MarkBook(Commented(comments, std::string(none)), {MarkAt(1, 0, kError, "m")});
    if (none.empty()) {
      // A part without a byte is like one that is not there.
      EXPECT_EQ(bad.error, "");
    } else {
      EXPECT_THAT(bad.error, HasSubstr("PUE-0345")) << none;
    }
  }
}

TEST(XlsxMarkerTest, PartsOfAnotherKindAreNoComments) {
  for (const std::string_view target :
       {"../workbook.xml", "sheet1.xml", "sheet2.xml", "../styles.xml", "/[Content_Types].xml",
        "../_rels/workbook.xml.rels"}) {
    std::vector<Part> parts = Commented("<comments><authors/><commentList/></comments>", "");
    Find(&parts, "xl/worksheets/_rels/sheet1.xml.rels").bytes = Relations(
        Relation("c", "comments", "../comments1.xml") + Relation("d", "vmlDrawing", target));
    EXPECT_THAT(MarkBook(parts, {MarkAt(1, 0, kError, "m")}).error,
                HasSubstr("cannot have comments"))
        << target;
  }
}

TEST(XlsxMarkerTest, StylesThatAreNamedMustBeThere) {
  std::vector<Part> parts = Book(Sheet(""));
  std::erase_if(parts, [](const Part& part) { return part.name == "xl/styles.xml"; });
  EXPECT_THAT(MarkBook(parts, {MarkAt(1, 0, kError)}).error, HasSubstr("is not there"));
}

TEST(XlsxMarkerTest, BoxesGrowWithTheirTexts) {
  const auto box = [](std::string_view row, std::string_view anchor) {
    return "<v:shape><x:ClientData ObjectType=\"Note\"><x:Anchor>" + std::string(anchor) +
           "</x:Anchor><x:Row>" + std::string(row) +
           "</x:Row><x:Column>0</x:Column></x:ClientData></v:shape>";
  };
  const std::string head = std::string(kDrawing.substr(0, kDrawing.find("<v:shape id")));
  const std::string comments =
      "<comments><authors><author>A</author></authors><commentList><comment ref=\"A1\" "
      "authorId=\"0\"><text><t>x</t></text></comment><comment ref=\"A2\" authorId=\"0\"><text>"
      "<t>x</t></text></comment><comment ref=\"A3\" authorId=\"0\"><text><t>x</t></text></comment>"
      "</commentList></comments>";
  const Marked marked =
      MarkBook(Commented(comments, head + box("0", "1, 15, 0, 2,\n 1, 20, 0, 15") +
                                       box("1", "1, 0, 1, 0, 9, 9, 99, 9") +
                                       box("2", "1, 15, 0, 2, 1, 20, 0, 15") + "</xml>"),
               {MarkAt(1, 0, kError, std::string(100, 'm')), MarkAt(2, 0, kError, "m")});
  EXPECT_THAT(
      marked.Part("xl/old.vml"),
      HasSubstr(head + box("0", "1, 15, 0, 2, 6, 25, 4, 11") + box("1", "1, 0, 1, 0, 9, 9, 99, 9") +
                box("2", "1, 15, 0, 2, 1, 20, 0, 15") + "</xml>"))
      << marked.error;
}

TEST(XlsxMarkerTest, ADrawingWithoutCommentsIsTaken) {
  std::vector<Part> parts = Commented("", std::string(kDrawing));
  std::erase_if(parts, [](const Part& part) { return part.name == "xl/comments1.xml"; });
  std::string& relations = Find(&parts, "xl/worksheets/_rels/sheet1.xml.rels").bytes;
  // A link to elsewhere has an id as well.
  relations = Relations(Relation("d", "vmlDrawing", "../old.vml") +
                        "<Relationship Id=\"rId1\" Type=\"h\" Target=\"http://x\" "
                        "TargetMode=\"External\"/>");
  const Marked marked = MarkBook(parts, {MarkAt(1, 0, kError, "m")});
  EXPECT_THAT(marked.Part("xl/worksheets/_rels/sheet1.xml.rels"),
              HasSubstr("TargetMode=\"External\"/>" +
                        Relation("rId2", "comments", "../comments1.xml") + "</Relationships>"))
      << marked.error;
  EXPECT_THAT(marked.Part("xl/old.vml"), HasSubstr("id=\"_x0000_s5121\""));
  EXPECT_EQ(marked.Part("xl/drawings/vmlDrawing1.vml"), "not there");
}

TEST(XlsxMarkerTest, TheFirstSheet) {
  XlsxErrorLine line;
  line.severity = kWarning;
  line.severity_word = "aviso";
  line.rule = "zeroCVA";
  line.sheet = "Año 1";
  line.cell = "B7";
  line.message = "=falta ]]> \x02";
  line.hint = "ponga un valor";
  XlsxErrorLine other = line;
  other.cell = "fila 8";
  XlsxErrorLine nowhere = line;
  nowhere.sheet = "Gráfico";
  const Marked marked = MarkBook(Book(Sheet("")), {}, {line, other, nowhere});
  ASSERT_EQ(marked.error, "");
  EXPECT_EQ(marked.report.lines, 3);
  const std::string sheet = marked.Part("xl/worksheets/sheet3.xml");
  EXPECT_THAT(sheet, HasSubstr("ySplit=\"4\" topLeftCell=\"A5\""));
  EXPECT_THAT(sheet, HasSubstr("<c r=\"A5\" s=\"10\" t=\"inlineStr\"><is><t>aviso</t>"));
  EXPECT_THAT(sheet, HasSubstr("<c r=\"E5\" s=\"7\" t=\"inlineStr\"><is><t>=falta ]]&gt; "
                               "_x0002_</t>"));
  EXPECT_THAT(sheet, HasSubstr("<autoFilter ref=\"A4:F7\"/><hyperlinks><hyperlink ref=\"D5\" "
                               "location=\"'Año 1'!B7\" display=\"B7\"/></hyperlinks>"));
  EXPECT_THAT(
      marked.Part("xl/workbook.xml"),
      HasSubstr("<workbookView activeTab=\"0\" firstSheet=\"0\"/></bookViews><sheets><sheet "
                "xmlns:r=\"" +
                std::string(kTypes.substr(0, kTypes.size() - 1)) +
                "\" name=\"Errores\" sheetId=\"8\" r:id=\"rId2\"/><sheet name=\"Año 1\""));
  EXPECT_THAT(marked.Part("xl/workbook.xml"),
              HasSubstr("<definedNames><definedName name=\"_xlnm._FilterDatabase\" "
                        "localSheetId=\"0\" hidden=\"1\">'Errores'!$A$4:$F$7</definedName>"
                        "<definedName name=\"n\" localSheetId=\"2\">Listas!$A$1</definedName>"
                        "<definedName name=\"o\">Listas!$A$2</definedName></definedNames>"));
  EXPECT_THAT(marked.Part("xl/worksheets/sheet2.xml"), HasSubstr("tabSelected=\"0\""));
  StringAccess input(marked.bytes);
  const auto workbook = XlsxWorkbook::Open(&input, DefaultLimits(), "");
  ASSERT_TRUE(workbook.ok()) << workbook.status();
  EXPECT_EQ((*workbook)->sheets()[0].name, "Errores");
  EXPECT_EQ((*workbook)->sheets()[1].name, "Año 1");
}

TEST(XlsxMarkerTest, NamesOfRangesWhereThereAreNone) {
  std::vector<Part> parts = Book(Sheet(""));
  std::string& workbook = Find(&parts, "xl/workbook.xml").bytes;
  const size_t begin = workbook.find("<definedNames>");
  const size_t end = workbook.find("<calcPr/>");
  const std::string head = workbook.substr(0, begin);
  const std::string tail = workbook.substr(end);
  const std::string ours = "localSheetId=\"0\" hidden=\"1\">'Errores'!$A$4:$F$4</definedName>";
  workbook = head + tail;
  EXPECT_THAT(MarkBook(parts, {}).Part("xl/workbook.xml"),
              HasSubstr(ours + "</definedNames><calcPr/>"));
  workbook = head + "<definedNames/>" + tail;
  EXPECT_THAT(MarkBook(parts, {}).Part("xl/workbook.xml"),
              HasSubstr(ours + "</definedNames><calcPr/>"));
  workbook = head + "<definedNames>\n</definedNames><externalReferences/>" + tail;
  EXPECT_THAT(MarkBook(parts, {}).Part("xl/workbook.xml"),
              HasSubstr(ours + "</definedNames><externalReferences/>"));
  workbook = head + "</workbook>";
  EXPECT_THAT(MarkBook(parts, {}).Part("xl/workbook.xml"),
              HasSubstr(ours + "</definedNames></workbook>"));
}

TEST(XlsxMarkerTest, TitlesAreMadeUniqueAndChecked) {
  std::vector<Part> parts = Book(Sheet(""));
  EXPECT_EQ(MarkBook(parts, {}, {}, "LISTAS").report.title, "LISTAS 2");
  EXPECT_EQ(MarkBook(parts, {}, {}, "gráfico").report.title, "gráfico 2");
  std::string& workbook = Find(&parts, "xl/workbook.xml").bytes;
  workbook.replace(workbook.find("Listas"), 6, "Español de treinta y un letras ñ");
  EXPECT_EQ(MarkBook(parts, {}, {}, "Español de treinta y un letras").report.title,
            "Español de treinta y un letras");
  for (const std::string_view title :
       {"", "a/b", "'a", "12345678901234567890123456789012", "\x80"}) {
    EXPECT_THAT(MarkBook(parts, {}, {}, std::string(title)).error, HasSubstr("PUE-0344")) << title;
  }
  workbook.replace(workbook.find("Español"), sizeof("Español de treinta y un letras ñ") - 1,
                   "1234567890123456789012345678ñññ");
  EXPECT_EQ(MarkBook(parts, {}, {}, "1234567890123456789012345678ÑÑÑ").report.title,
            "1234567890123456789012345678Ñ 2");
}

TEST(XlsxMarkerTest, OtherPartsAreTheSameBytes) {
  const std::vector<Part> parts = Book(Sheet("<row r=\"1\"><c r=\"A1\"/></row>"));
  const Marked marked = MarkBook(parts, {MarkAt(1, 0, kError, "m")});
  for (const std::string_view name :
       {"xl/media/picture.png", "xl/chartsheets/sheet1.xml", "_rels/.rels"}) {
    std::vector<Part> copy = parts;
    EXPECT_EQ(marked.Part(name), Find(&copy, name).bytes) << marked.error;
  }
  EXPECT_EQ(marked.bytes, MarkBook(parts, {MarkAt(1, 0, kError, "m")}).bytes);
}

TEST(XlsxMarkerTest, StylesThatAreNotThere) {
  std::vector<Part> parts = Book(Sheet(""));
  Find(&parts, "xl/styles.xml").bytes = "<x:styleSheet xmlns:x=\"m\"><x:borders/></x:styleSheet>";
  const std::string styles = MarkBook(parts, {MarkAt(1, 0, kError)}).Part("xl/styles.xml");
  EXPECT_THAT(styles, HasSubstr("<x:styleSheet xmlns:x=\"m\"><x:fonts count=\"6\"><x:font>"));
  EXPECT_THAT(styles, HasSubstr("<x:fills count=\"6\"><x:fill><x:patternFill "
                                "patternType=\"none\"/></x:fill>"));
  EXPECT_THAT(styles, HasSubstr("</x:fills><x:borders/><x:cellXfs count=\"11\"><x:xf numFmtId"));
  Find(&parts, "xl/styles.xml").bytes = "<styleSheet/>";
  EXPECT_THAT(MarkBook(parts, {}).Part("xl/styles.xml"), HasSubstr("</cellXfs></styleSheet>"));
  // No part of styles at all.
  std::string& relations = Find(&parts, "xl/_rels/workbook.xml.rels").bytes;
  const std::string own = Relation("t", "styles", "styles.xml");
  relations.erase(relations.find(own), own.size());
  std::erase_if(parts, [](const Part& part) { return part.name == "xl/styles.xml"; });
  const Marked marked = MarkBook(parts, {MarkAt(1, 0, kError)});
  EXPECT_THAT(marked.Part("xl/styles.xml"), HasSubstr("<cellXfs count=\"11\">")) << marked.error;
  EXPECT_THAT(marked.Part("xl/_rels/workbook.xml.rels"),
              HasSubstr(Relation("rId3", "styles", "styles.xml")));
  EXPECT_THAT(marked.Part("[Content_Types].xml"), HasSubstr("PartName=\"/xl/styles.xml\""));
}

TEST(XlsxMarkerTest, StrictWorkbooksStayStrict) {
  const std::string strict = "http://purl.oclc.org/ooxml/officeDocument/relationships/";
  std::vector<Part> parts = Book(Sheet(""));
  for (Part& part : parts) {
    for (size_t at = part.bytes.find(kTypes); at != std::string::npos;
         at = part.bytes.find(kTypes)) {
      part.bytes.replace(at, kTypes.size(), strict);
    }
  }
  const Marked marked = MarkBook(parts, {MarkAt(1, 0, kError, "m")});
  EXPECT_THAT(marked.Part("xl/worksheets/_rels/sheet1.xml.rels"), HasSubstr(strict + "comments"))
      << marked.error;
  EXPECT_THAT(marked.Part("xl/comments1.xml"),
              HasSubstr("http://purl.oclc.org/ooxml/spreadsheetml/main"));
  for (const std::string_view name : {"xl/comments1.xml", "xl/worksheets/sheet3.xml",
                                      "xl/workbook.xml", "xl/worksheets/sheet1.xml"}) {
    EXPECT_THAT(marked.Part(name), Not(HasSubstr(std::string(kTypes.substr(0, 60))))) << name;
  }
}

TEST(XlsxMarkerTest, WhatCannotBeMarked) {
  const std::vector<Part> parts = Book(Sheet("<row r=\"1\"><c r=\"A1\"/></row>"));
  XlsxMark mark = MarkAt(1, 0, kError, "m");
  mark.sheet = "Otra";
  EXPECT_THAT(MarkBook(parts, {mark}).error, HasSubstr("it has no sheet `Otra` with cells"));
  mark.sheet = "Gráfico";
  EXPECT_THAT(MarkBook(parts, {mark}).error, HasSubstr("PUE-0345"));
  EXPECT_THAT(MarkBook(parts, {MarkAt(0, 0, kError)}).error, HasSubstr("PUE-0345"));
  EXPECT_THAT(MarkBook(parts, {MarkAt(1048577, 0, kError)}).error, HasSubstr("PUE-0345"));
  EXPECT_THAT(MarkBook(parts, {MarkAt(1, 16384, kError)}).error, HasSubstr("PUE-0345"));
  EXPECT_THAT(MarkBook(parts, {MarkAt(1, 0, kError, "\xFF")}).error, HasSubstr("PUE-0344"));
  EXPECT_THAT(MarkBytes("PK\x03\x04", {}).error, HasSubstr("PUE-0340"));
  // What the message says.
  const auto error = [&](std::string_view name, std::string_view bytes) {
    std::vector<Part> changed = Book(Sheet("<row r=\"1\"><c r=\"A1\"/></row>"));
    Find(&changed, name).bytes = bytes;
    return MarkBook(changed, {MarkAt(2, 0, kError, "m")}).error;
  };
  constexpr std::string_view kSheet = "xl/worksheets/sheet1.xml";
  EXPECT_THAT(error("_rels/.rels", Relations(Relation("r", "officeDocument", "xl/workbook.xml") +
                                             Relation("s", "origin", "_xmlsignatures/o.sigs"))),
              HasSubstr("it is signed"));
  EXPECT_THAT(error("xl/_rels/workbook.xml.rels",
                    Relations(Relation("r", "revisionHeaders", "revisions/revisionHeaders.xml"))),
              HasSubstr("history of all changes"));
  EXPECT_THAT(error("xl/workbook.xml", "<workbook><sheets/></workbook>"),
              HasSubstr("no list of sheets"));
  EXPECT_THAT(error("[Content_Types].xml", ""), HasSubstr("PUE-0201"));
  EXPECT_THAT(error("xl/styles.xml", "<svg/>"), HasSubstr("its styles are something else"));
  for (const std::string_view styles : {"<cellXfs/><cellXfs/>", "<cellXfs><a/></cellXfs>",
                                        "<cellXfs><xf><xf/></xf></cellXfs>", "<a><cellXfs/></a>"}) {
    EXPECT_THAT(error("xl/styles.xml", "<styleSheet>" + std::string(styles) + "</styleSheet>"),
                HasSubstr("its styles are out of order"));
  }
  for (const std::string_view rows :
       {"<row r=\"2\"/><row r=\"1\"/>", "<row r=\"x\"/>", "<row r=\"1048577\"/>",
        "<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>", "<row r=\"1\"><c r=\"A2\"/></row>",
        "<row r=\"1\"><c r=\"XFE1\"/></row>", "<a><row r=\"2\"/></a>",
        "<row><a><c r=\"A2\"/></a></row>"}) {
    EXPECT_THAT(error(kSheet, Sheet(std::string(rows))), HasSubstr("is out of order")) << rows;
  }
  EXPECT_THAT(error(kSheet, "<worksheet/>"), HasSubstr("no place for cells"));
  EXPECT_THAT(error(kSheet, "<worksheet><sheetData/><sheetData/></worksheet>"),
              HasSubstr("two places for cells"));
  EXPECT_THAT(error(kSheet, Sheet("", "", "<legacyDrawing r:id=\"x\"/>")),
              HasSubstr("comments are not there"));
  EXPECT_THAT(error(kSheet,
                    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><worksheet><sheetData/>"
                    "</worksheet>"),
              HasSubstr("not in UTF-8"));
  std::string wide;
  for (const char c : std::string_view("<worksheet><sheetData/></worksheet>")) wide += {c, '\0'};
  EXPECT_THAT(error(kSheet, wide), HasSubstr("not in UTF-8"));
  EXPECT_THAT(error(kSheet, "<worksheet><sheetData></worksheet>"), HasSubstr("PUE-0201"));
  EXPECT_THAT(error(kSheet, "<!DOCTYPE w [<!ENTITY a \"b\">]><worksheet/>"), HasSubstr("PUE-0202"));
  const auto comments_error = [&](std::string_view bytes) {
    return MarkBook(Commented(std::string(bytes), std::string(kDrawing)),
                    {MarkAt(1, 0, kError, "m")})
        .error;
  };
  EXPECT_THAT(comments_error("<svg/>"), HasSubstr("something else"));
  EXPECT_THAT(comments_error("<comments/>"), HasSubstr("has none"));
  EXPECT_THAT(comments_error("<comments><commentList/></comments>"), HasSubstr("no authors"));
}

/// Says at the third line that something went wrong.
class BrokenLines final : public XlsxErrorLines {
 public:
  absl::StatusOr<bool> Next(XlsxErrorLine* line) override {
    *line = XlsxErrorLine();
    if (++count_ == 3) return absl::DataLossError("gone");
    return true;
  }

 private:
  int count_ = 0;
};

TEST(XlsxMarkerTest, AnErrorOfTheLinesIsHandedOn) {
  const std::string bytes = Zip(Book(Sheet("")));
  StringAccess input(bytes);
  BrokenLines lines;
  std::string marked;
  StringOutput output(&marked);
  const auto report = MarkWorkbook(&input, XlsxMarkerOptions(), {}, &lines, &output);
  EXPECT_EQ(report.status().message(), "gone");
  EXPECT_EQ(marked, "");
}

TEST(XlsxMarkerTest, MoreLinksThanASheetTakes) {
  XlsxErrorLine line;
  line.sheet = "Año 1";
  line.cell = "A1";
  const std::vector<XlsxErrorLine> lines(65532, line);
  const std::string sheet = MarkBook(Book(Sheet("")), {}, lines).Part("xl/worksheets/sheet3.xml");
  EXPECT_THAT(sheet, HasSubstr("<f>HYPERLINK(\"#'Año 1'!A1\",\"A1\")</f><v>A1</v>"));
  size_t links = 0;
  for (size_t at = sheet.find("<hyperlink "); at != std::string::npos;
       at = sheet.find("<hyperlink ", at + 1)) {
    ++links;
  }
  EXPECT_EQ(links, 65530);
}

TEST(XlsxMarkerTest, AHundredThousandMarks) {
  std::string rows;
  for (int row = 1; row <= 20000; ++row) {
    rows += "<row r=\"" + std::to_string(row) + "\"><c r=\"B" + std::to_string(row) + "\"/></row>";
  }
  std::vector<XlsxMark> marks;
  for (uint32_t i = 0; i < 100000; ++i) {
    marks.push_back(MarkAt(1 + i % 25000, i / 25000, static_cast<XlsxSeverity>(i % 3), "m"));
  }
  const Marked marked = MarkBook(Book(Sheet(rows)), marks);
  EXPECT_EQ(marked.error, "");
  EXPECT_EQ(marked.report.cells, 100000);
  EXPECT_EQ(marked.report.new_cells, 80000);
  EXPECT_EQ(marked.report.comments, 100000);
  // All in one cell.
  for (XlsxMark& mark : marks) mark = MarkAt(1, 1, kError, "otra vez");
  const Marked one = MarkBook(Book(Sheet(rows)), marks);
  EXPECT_EQ(one.report.comments, 1) << one.error;
}

TEST(XlsxMarkerTest, DamagedWorkbooksGiveErrorsAndNoHarm) {
  const std::vector<Part> parts = Commented(
      "<comments><authors><author>A</author></authors><commentList><comment ref=\"A1\" "
      "authorId=\"0\"><text><t>x</t></text></comment></commentList></comments>",
      std::string(kDrawing));
  const std::vector<XlsxMark> marks = {MarkAt(1, 0, kError, "m"), MarkAt(3, 3, kInfo, "n")};
  for (size_t number = 0; number < parts.size(); ++number) {
    for (size_t at = 0; at < parts[number].bytes.size(); at += 3) {
      for (const char c : {'<', '>', '"', '/', ' ', '9', '\0'}) {
        std::vector<Part> changed = parts;
        changed[number].bytes[at] = c;
        const Marked marked = MarkBook(changed, marks);
        EXPECT_TRUE(marked.error.empty() || marked.bytes.empty());
      }
      std::vector<Part> cut = parts;
      cut[number].bytes.resize(at);
      const Marked marked = MarkBook(cut, marks);
      EXPECT_TRUE(marked.error.empty() || marked.bytes.empty());
    }
  }
}

}  // namespace
}  // namespace puente::text
