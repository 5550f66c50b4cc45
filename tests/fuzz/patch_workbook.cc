// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes workbooks with all that marks and repairs look at, and with a fuzzer's bytes in one place.
#include "tests/fuzz/patch_workbook.h"

#include <iterator>
#include <utility>
#include <vector>

#include "core/text/xlsx_marker_sheet.h"
#include "fmt/format.h"
#include "tests/core/workbook_maker.h"
#include "tests/fuzz/fuzz_check.h"

namespace puente::fuzz {
namespace {

constexpr std::string_view kRelationTypes =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
constexpr std::string_view kTexts =
    "<si><t>zero</t></si><si><t xml:space=\"preserve\"> one_x000D_ </t></si><si><r><rPr><b/></rPr>"
    "<t>t</t></r><r><t>wo </t></r></si><si><t>a</t><rPh sb=\"0\" eb=\"1\"><t>b</t></rPh></si>"
    "<si/><si><t> =1</t></si>";
constexpr size_t kTextCount = 6;
constexpr std::string_view kRows =
    "<row r=\"2\" spans=\"1:4\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\" s=\"1\"><v>44562</v>"
    "</c><c r=\"D2\" t=\"inlineStr\"><is><t>d </t></is></c></row><row r=\"3\" s=\"1\" "
    "customFormat=\"1\"/><row r=\"4\"><c r=\"C4\" t=\"str\"><f>A2&amp;\" \"</f><v>x </v></c><c "
    "r=\"E4\" t=\"str\"><v>y </v></c></row>";
constexpr std::string_view kDrawing =
    "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" "
    "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\"><o:idmap "
    "v:ext=\"edit\" data=\"1\"/></o:shapelayout><v:shape id=\"_x0000_s1025\" "
    "type=\"#_x0000_t202\"><x:ClientData ObjectType=\"Note\"><x:Anchor>1, 15, 0, 2, 3, 1, 4, 1"
    "</x:Anchor><x:Row>1</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>";
constexpr std::string_view kComment =
    "<comment ref=\"A2\" authorId=\"0\"><text><t>old</t></text></comment>";
constexpr std::string_view kStyles =
    "<styleSheet><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/>"
    "</numFmts><fonts count=\"1\"><font/></fonts><fills count=\"2\"><fill/><fill/></fills>"
    "<cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" fillId=\"1\"><alignment "
    "wrapText=\"1\"/></xf><xf numFmtId=\"164\"/></cellXfs></styleSheet>";

std::string Relation(std::string_view id, std::string_view kind, std::string_view target) {
  return fmt::format("<Relationship Id=\"{}\" Type=\"{}{}\" Target=\"{}\"/>", id, kRelationTypes,
                     kind, target);
}

std::string Relations(std::string_view relations) {
  return fmt::format("<Relationships>{}</Relationships>", relations);
}

/// What a cell has within, with its type: all kinds that programs write, and some that they do not.
constexpr std::pair<std::string_view, std::string_view> kCells[] = {
    {"", ""},
    {"", "<{0}v>1.5</{0}v>"},
    {" t=\"n\"", "<{0}f>1+1</{0}f><{0}v>2</{0}v>"},
    {" t=\"s\"", "<{0}v>{1}</{0}v>"},
    {" t=\"inlineStr\"", "<{0}is><{0}t>in </{0}t></{0}is>"},
    {" t='inlineStr' ", "<{0}is><{0}t xml:space='preserve'> _x0041_&amp;</{0}t></{0}is>"},
    {" t=\"inlineStr\"", "<{0}is><{0}r><{0}t>a</{0}t></{0}r><{0}r><{0}t> </{0}t></{0}r></{0}is>"},
    {" t=\"str\"", "<{0}v>s &#233;<![CDATA[<&]]></{0}v>"},
    {" t=\"str\"", "<{0}f t=\"shared\" si=\"0\"/><{0}v>f </{0}v>"},
    {" t=\"b\"", "<{0}v>1</{0}v>"},
    {" t=\"e\"", "<{0}v>#N/A</{0}v>"},
    {" t=\"d\"", "<{0}v>2025-01-01</{0}v>"},
    {" t=\"str\" cm=\"1\"", "<{0}v>m </{0}v><{0}extLst><{0}ext uri=\"u\"/></{0}extLst>"},
    {" t=\"inlineStr\"", "<!-- c --><{0}is><{0}t/></{0}is>"},
    {" t=\"s\" vm=\"2\"", "\n<{0}v>{1}</{0}v>\n"},
    {" t=\"str\"", "<?p i?><{0}v> =1</{0}v>"},
};

constexpr size_t kMuch = size_t{64} << 10;

/// Rows and cells that the bytes choose, in order.
std::string ChosenRows(std::string_view prefix, bool is_large, Decisions* decisions) {
  std::string rows;
  uint32_t row = 0;
  for (int i = 0; i < 5 && !decisions->empty(); ++i) {
    const uint8_t way = decisions->Byte();
    const uint32_t step = way % 4;
    row += step == 0 ? 1 : step;
    std::string name = step == 0 ? "" : fmt::format(" r=\"{}\"", row);
    if (way / 4 % 4 == 1) name += " spans='1:3'";
    if (way / 4 % 4 == 2) name += " ht=\"9\" customHeight=\"1\" s=\"2\" customFormat=\"1\"";
    if (way / 4 % 4 == 3) name += " hidden=\"1\"\n";
    const size_t count = way / 16 % 8;
    if (count == 0) {
      rows += fmt::format("<{0}row{1}/>", prefix, name);
      continue;
    }
    rows += fmt::format("<{0}row{1}>", prefix, name);
    if (is_large) rows += fmt::format("<!--{}-->", std::string(kMuch + 37 * way, ' '));
    uint32_t column = 0;
    for (size_t cell = 1; cell < count; ++cell) {
      const uint8_t kind = decisions->Byte();
      const uint8_t look = decisions->Byte();
      const uint32_t gap = look % 4;
      column += gap == 0 ? 0 : gap - 1;
      std::string begin = fmt::format("<{}c", prefix);
      if (gap != 0) begin += fmt::format(" r=\"{}\"", text::XlsxCellName(column, row));
      if (look / 4 % 4 != 0) begin += fmt::format(" s=\"{}\"", look / 4 % 4 - 1);
      const auto& [type, content] = kCells[kind % std::size(kCells)];
      begin += type;
      if (content.empty() && look >= 128) {
        rows += begin + "/>";
      } else {
        rows += begin + '>' + fmt::format(fmt::runtime(content), prefix, look / 16 % kTextCount) +
                fmt::format("</{}c>", prefix);
      }
      ++column;
    }
    rows += fmt::format("</{}row>", prefix);
  }
  return rows;
}

std::string SheetXml(PatchPlace place, const PatchLook& look, std::string_view bytes) {
  const std::string prefix = look.has_prefix ? "x:" : "";
  std::string rows(place == PatchPlace::kRows ? bytes : kRows);
  if (place == PatchPlace::kCells) {
    Decisions decisions(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    rows = ChosenRows(prefix, look.is_large, &decisions);
  }
  std::string xml = look.has_mark ? "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" : "";
  xml += fmt::format("<{}worksheet>", prefix);
  if (place == PatchPlace::kBeforeRows) {
    xml += bytes;
  } else {
    xml += fmt::format(
        "<{0}dimension ref=\"A2:D4\"/><{0}sheetViews><{0}sheetView tabSelected=\"1\"/>"
        "</{0}sheetViews><{0}cols><{0}col min=\"2\" max=\"3\" width=\"9\" style=\"1\"/></{0}cols>",
        prefix);
  }
  if (rows.empty()) {
    xml += fmt::format("<{}sheetData/>", prefix);
  } else {
    xml += fmt::format("<{0}sheetData>{1}</{0}sheetData>", prefix, rows);
  }
  if (place == PatchPlace::kBehindRows) xml += bytes;
  if (look.has_merged) {
    xml += fmt::format("<{0}mergeCells><{0}mergeCell ref=\"A2:B4\"/></{0}mergeCells>", prefix);
  }
  xml += fmt::format("<{}pageMargins/>", prefix);
  if (look.has_comments) xml += fmt::format("<{}legacyDrawing r:id=\"d\"/>", prefix);
  return xml + fmt::format("<{0}tableParts/></{0}worksheet>", prefix);
}

}  // namespace

std::string PatchWorkbook(PatchPlace place, const PatchLook& look, std::string_view bytes) {
  if (place == PatchPlace::kFile) return std::string(bytes);
  const auto own = [&](PatchPlace which, std::string otherwise) {
    return which == place ? std::string(bytes) : std::move(otherwise);
  };
  std::string relations = Relation("a", "worksheet", "worksheets/sheet1.xml") +
                          Relation("b", "worksheet", "/xl/worksheets/sheet2.xml") +
                          Relation("g", "chartsheet", "chart.xml") +
                          Relation("s", "sharedStrings", "sharedStrings.xml");
  if (look.has_styles) relations += Relation("t", "styles", "styles.xml");
  std::vector<testing::Part> parts = {
      {"[Content_Types].xml",
       own(PatchPlace::kTypes,
           "<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>")},
      {"_rels/.rels", Relations(Relation("r1", "officeDocument", "xl/workbook.xml"))},
      {"xl/workbook.xml",
       own(PatchPlace::kBook,
           "<workbook><bookViews><workbookView activeTab=\"1\"/></bookViews><sheets><sheet "
           "name=\"One\" sheetId=\"1\" r:id=\"a\"/><sheet name=\"Dos ñ\" sheetId=\"2\" r:id=\"b\"/>"
           "<sheet name=\"Chart\" sheetId=\"3\" r:id=\"g\"/></sheets><definedNames><definedName "
           "name=\"n\" localSheetId=\"1\">One!$A$1</definedName></definedNames><calcPr/>"
           "</workbook>")},
      {"xl/_rels/workbook.xml.rels", own(PatchPlace::kBookRelations, Relations(relations))},
      {"xl/sharedStrings.xml",
       fmt::format("<sst>{}</sst>", own(PatchPlace::kTexts, std::string(kTexts)))},
      {"xl/worksheets/sheet1.xml", SheetXml(place, look, bytes)},
      {"xl/worksheets/sheet2.xml",
       "<worksheet><sheetData><row><c t=\"s\"><v>1</v></c></row></sheetData></worksheet>"},
      {"xl/chart.xml", "<chartsheet/>"},
      {"xl/media/a.png", std::string("\x89PNG\0\xFF", 6)},
      {"docProps/app.xml", "<Properties/>"},
  };
  if (look.has_styles) {
    parts.push_back({"xl/styles.xml", own(PatchPlace::kStyles, std::string(kStyles))});
  }
  if (look.has_comments) {
    parts.push_back({"xl/worksheets/_rels/sheet1.xml.rels",
                     own(PatchPlace::kSheetRelations,
                         Relations(Relation("c", "comments", "../comments1.xml") +
                                   Relation("d", "vmlDrawing", "../drawings/vmlDrawing1.vml")))});
    const std::string comment = own(PatchPlace::kComment, std::string(kComment));
    parts.push_back({"xl/comments1.xml",
                     own(PatchPlace::kComments,
                         "<comments><authors><author>A</author><author>tc={1}</author></authors>"
                         "<commentList>" +
                             comment + "</commentList></comments>")});
    parts.push_back(
        {"xl/drawings/vmlDrawing1.vml", own(PatchPlace::kDrawing, std::string(kDrawing))});
  }
  for (testing::Part& part : parts) part.deflated = false;
  return testing::Zip(parts);
}

}  // namespace puente::fuzz
