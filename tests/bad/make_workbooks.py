#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Makes hostile workbooks, and hostile files that only say they are some.
"""Makes workbooks for run_bad.py, as make_bad.py makes the others, of which it is a second room.
What is made as workbooks/NAME is read as a table, and the same bytes as r4v5w/NAME by that plugin.
"""
import sys

import make_bad
from make_bad import MEBI, chunks
from workbooks import (DECLARATION, MAIN, NAMES, SHEET, TYPES, USUAL_RELATIONS, Part, archive, book,
                       column, compound, header, line, relations, shared, sheet, styles, text_cell,
                       workbook)


def made(name, make, ending=".xlsx"):
    """`make` gives the bytes."""
    for folder in ("workbooks/", "r4v5w/"):
        make_bad.MAKERS[folder + name + ending] = lambda: [make()]


def parts(name, make, ending=".xlsx"):
    """`make` gives the parts."""
    made(name, lambda: archive(make()), ending)


def rows(name, *lines, **around):
    """A workbook of a header and these rows, as XML."""
    parts(name, lambda: book({SHEET: sheet(header() + "".join(lines), **around)}))


def cell(name, xml, **around):
    """A workbook with a cell of our own in N2, among others that are good."""
    rows(name, line(2, N=xml), line(3, "Water"), **around)


def stream(text, times, before="", after=""):
    """The bytes of a text so often, some at a time."""
    return chunks([before.encode(), (text.encode(), times), after.encode()])


GOOD = archive(book())
HEAD = sheet(rows="").split("</sheetData>", maxsplit=1)[0]
TAIL = "</sheetData></worksheet>"
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n'
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>%s]>\n" % "".join(
    "<!ENTITY a%d '%s'>" % (i + 1, "&a%d;" % i * 10) for i in range(9))

made("good", lambda: GOOD)

# --- the archive ----------------------------------------------------------------------------------


def garbage(size):
    """Bytes that do not pack, the same each time."""
    state, out = 1, bytearray()
    for _ in range(size):
        state = state * 1103515245 + 12345 & 0x7fffffff
        out.append(state >> 16 & 0xff)
    return bytes(out)


def overlapping(count, mebibytes):
    """Sheets that all have the same bytes in the archive, each of them allowed."""
    names = ["xl/worksheets/s%05d.xml" % i for i in range(count)]
    first = Part(names[0], stream("<row/>", mebibytes * MEBI // 6, HEAD.replace(
        "<sheetData>", "<sheetData>" + header() + line(2)), TAIL))
    same = [Part(name, b"") for name in names[1:]]
    for part in same:
        part.__dict__.update(bytes=b"", crc=first.crc, size=first.size, method=8,
                             packed_size=first.packed_size, at=first.name)
    targets = [("s%d" % i, "worksheet", "/" + name) for i, name in enumerate(names)]
    return book({"xl/workbook.xml": workbook(*[("S%d" % i, "s%d" % i) for i in range(count)]),
                 "xl/_rels/workbook.xml.rels": relations(*targets)}, [first] + same, [SHEET])


def texts_of_300mb():
    """Shared texts beyond their limit, each part of them packed less well than a bomb."""
    salt = garbage(4096)
    yield ('<sst xmlns="%s">' % MAIN).encode()
    for i in range(33_000):
        yield b"<si><t>" + b"a" * 9_000 + salt[i % 4000:i % 4000 + 12].hex().encode() + b"</t></si>"
    yield b"</sst>"


def extra(count, name="xl/media/image%d.png"):
    return [Part(name % i, b"x", packed=False) for i in range(count)]


parts("bomb-ratio", lambda: book({SHEET: stream("<a/>" + " " * MEBI, 100, sheet()[:-12],
                                                "</worksheet>")}))
parts("bomb-rows", lambda: book({SHEET: stream("<row/>", 100 * MEBI // 6, HEAD, TAIL)}))
parts("bomb-blanks", lambda: book({SHEET: stream(" ", 100 * MEBI, HEAD, TAIL)}))
parts("bomb-below-ratio", lambda: book({SHEET: stream(
    "<row/>" * 150_000 + "<!--%s-->" % garbage(600).hex(), 100, HEAD, TAIL)}))
parts("bomb-texts", lambda: book({"xl/sharedStrings.xml": texts_of_300mb()}))
parts("bomb-styles", lambda: book({"xl/styles.xml": stream("<xf/>" + " " * 95, MEBI, styles().split(
    "<cellXfs>", maxsplit=1)[0] + "<cellXfs>", "</cellXfs></styleSheet>")}))
parts("bomb-picture", lambda: book(more=[Part("xl/media/a.png", chunks([(b"\0", 200 * MEBI)]))]))
parts("bomb-overlapping", lambda: overlapping(300, 9))
parts("bomb-nested", lambda: book(more=[Part("xl/embeddings/a.xlsx", archive(book(
    {SHEET: stream(" ", 50 * MEBI, HEAD, TAIL)})))]))
parts("parts-2000", lambda: book(more=extra(1_993)))
parts("parts-10000", lambda: book(more=extra(9_993)))
parts("parts-10001", lambda: book(more=extra(9_994)))
made("parts-lie-few", lambda: archive(book(), entries=3))
made("parts-lie-many", lambda: archive(book(), entries=60_000))
parts("part-twice", lambda: book() + [Part(SHEET, sheet(header()))])
parts("part-twice-by-case", lambda: book() + [Part(SHEET.upper(), sheet(header()))])
parts("part-twice-a-picture", lambda: book(more=extra(2, "xl/media/a%d.png"[:10] + ".png%.0s")))
parts("names-outside", lambda: book(more=[
    Part(name, "secret") for name in ("../../etc/passwd", "/etc/passwd", "..\\..\\a.txt",
                                      "C:\\a.txt", "xl/../../b.txt", b"xl/a\0.xml")]))
parts("name-outside-sheet", lambda: book(
    {"xl/_rels/workbook.xml.rels": relations(("s1", "worksheet", "../../etc/passwd"))},
    [Part("../../etc/passwd", sheet())]))
parts("name-not-utf8", lambda: book(more=[Part(b"xl/media/a\xff\xfe.png", b"x")]))
parts("name-escape", lambda: book(more=[Part(b"xl/media/\x1b[31m.png", b"x")]))
parts("name-empty", lambda: book(more=[Part("", b"x")]))
parts("name-5kb", lambda: book(more=[Part("xl/" + "n" * 5_000, b"x")]))
parts("name-local-other", lambda: book(local_name=SHEET.replace("1", "2").encode()))
parts("crc", lambda: book(crc=1))
parts("crc-of-a-picture", lambda: book(more=[Part("xl/media/a.png", b"x" * 999, crc=1)]))
parts("size-too-small", lambda: book(size=100))
parts("size-too-large", lambda: book(size=MEBI))
parts("size-lies", lambda: book(size=0xfffffff0))
parts("size-packed-too-small", lambda: book(packed_size=100))
parts("size-packed-lies", lambda: book(packed_size=0x7fffffff))
parts("method-bzip2", lambda: book(method=12))
parts("method-aes", lambda: book(method=99, flags=1))
parts("part-encrypted", lambda: book(flags=1))
parts("deflate-bad", lambda: book(bytes=b"\xff" * 200, packed_size=200))
made("archive-empty", lambda: archive([]))
made("archive-local-only", lambda: archive(book(), end=False)[:200])
made("archive-behind-a-program", lambda: archive(book(), before=b"MZ" + bytes(998)))
made("archive-with-more-behind", lambda: GOOD + b"more")
made("archive-comment-lies", lambda: GOOD[:-2] + b"\xff\xff")
made("archive-table-elsewhere", lambda: GOOD[:-6] + b"\xff\xff\xff\x7f\0\0")
made("archive-twice", lambda: GOOD + GOOD)
made("cut-in-sheet", lambda: GOOD[:GOOD.find(SHEET.encode()) + 300])
made("cut-table", lambda: GOOD[:GOOD.find(b"PK\1\2")])
made("cut-in-table", lambda: GOOD[:GOOD.find(b"PK\1\2") + 70])
made("cut-end", lambda: GOOD[:-10])
made("cut-4", lambda: GOOD[:4])
parts("cut-xml", lambda: book({SHEET: sheet()[:-40]}))
parts("cut-xml-in-row", lambda: book({SHEET: sheet()[:5_000]}))
parts("sheet-empty", lambda: book({SHEET: ""}))
parts("sheet-missing", lambda: book(without=[SHEET]))
parts("workbook-missing", lambda: book(without=["xl/workbook.xml"]))
parts("relations-missing", lambda: book(without=["xl/_rels/workbook.xml.rels"]))
parts("types-missing", lambda: book(without=["[Content_Types].xml"]))
parts("texts-missing", lambda: book({SHEET: sheet(header() + line(
    2, N='<c r="N2" t="s"><v>0</v></c>'))}, without=["xl/sharedStrings.xml"]))

# --- files of another kind ------------------------------------------------------------------------

CSV = ",".join(NAMES) + "\nColombia,Arauca,,Org,,,2025-01,Food Security,,Food,,Yes,No,12.5,,,,7\n"
made("csv-renamed", CSV.encode)
made("workbook-renamed", lambda: GOOD, ".csv")
made("html-renamed", lambda: (
    "<html><body><table><tr><th>%s</th></tr><tr><td>Colombia</td></tr></table></body></html>\n" %
    "</th><th>".join(NAMES)).encode(), ".xls")
made("xml-2003", lambda: (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-'
    'microsoft-com:office:spreadsheet"><Worksheet><Table/></Worksheet></Workbook>\n').encode(),
    ".xls")
made("old-workbook", lambda: compound("Workbook"), ".xls")
made("encrypted", lambda: compound("EncryptionInfo", "EncryptedPackage"))
made("compound-cut", lambda: compound("Workbook")[:8], ".xls")
parts("document", lambda: [
    Part("_rels/.rels", relations(("w", "officeDocument", "word/document.xml"))),
    Part("word/document.xml", "<document><body/></document>")], ".docx")
parts("open-document", lambda: [
    Part("mimetype", "application/vnd.oasis.opendocument.spreadsheet", packed=False),
    Part("content.xml", "<office:document-content xmlns:office='urn:o'/>")], ".ods")
parts("binary-workbook", lambda: [
    Part("_rels/.rels", relations(("w", "officeDocument", "xl/workbook.bin"))),
    Part("xl/workbook.bin", b"\x83\x01\x00\x80\x01\x14" + bytes(20)),
    Part("xl/_rels/workbook.bin.rels", relations())], ".xlsb")
parts("macros", lambda: book(more=[Part("xl/vbaProject.bin", compound("VBA"))]), ".xlsm")
parts("only-a-chart", lambda: book(
    {"xl/_rels/workbook.xml.rels": relations(("s1", "chartsheet", "chartsheets/sheet1.xml"))},
    [Part("xl/chartsheets/sheet1.xml", "<chartsheet/>")], [SHEET]))
parts("no-sheets", lambda: book({"xl/workbook.xml": workbook()}))

# --- XML ------------------------------------------------------------------------------------------

parts("xxe-sheet", lambda: book({SHEET: sheet(prolog=ENTITY, rows=header() + line(2).replace(
    "Food<", "&e;<"))}))
parts("xxe-workbook", lambda: book({"xl/workbook.xml": workbook(("5W", "s1"), prolog=ENTITY)}))
parts("xxe-texts", lambda: book({"xl/sharedStrings.xml": shared("&e;", prolog=ENTITY)}))
parts("xxe-relations", lambda: book({"xl/_rels/workbook.xml.rels": relations(
    *USUAL_RELATIONS).replace("<Relationships", ENTITY + "<Relationships")}))
parts("xxe-outer-dtd", lambda: book({SHEET: sheet(
    prolog='<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">')}))
parts("xxe-parameter", lambda: book({SHEET: sheet(
    prolog='<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>')}))
parts("xxe-styles", lambda: book({"xl/styles.xml": ENTITY + styles()[len(DECLARATION):]}))
parts("laughs-texts", lambda: book({"xl/sharedStrings.xml": shared("&a9;", prolog=LAUGHS)}))
parts("laughs-sheet", lambda: book({SHEET: sheet(prolog=LAUGHS)}))
parts("xinclude", lambda: book({SHEET: sheet(after=(
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'))}))
parts("stylesheet", lambda: book({SHEET: sheet(
    prolog='<?xml-stylesheet href="http://127.0.0.1:9/x.xsl" type="text/xsl"?>')}))
parts("deep-250", lambda: book({SHEET: sheet(after="<a>" * 250 + "</a>" * 250)}))
parts("deep-300", lambda: book({SHEET: sheet(after="<a>" * 300 + "</a>" * 300)}))
parts("deep-300-in-row", lambda: book({SHEET: sheet(
    header() + "<row r='2'>" + "<a>" * 300 + "</a>" * 300 + "</row>")}))
parts("deep-300-in-styles", lambda: book(
    {"xl/styles.xml": styles("<a>" * 300 + "</a>" * 300)}))
parts("deep-100k-in-a-drawing", lambda: book(
    more=[Part("xl/drawings/drawing1.xml", "<a>" * 100_000 + "</a>" * 100_000)]))
parts("attribute-2mb", lambda: book({SHEET: sheet(root=' a="%s"' % ("x" * 2 * MEBI))}))
parts("attribute-2mb-in-a-cell", lambda: book({SHEET: sheet(header() + line(2).replace(
    '<c r="N2"', '<c r="N2" a="%s"' % ("x" * 2 * MEBI)))}))
parts("attributes-50k", lambda: book({SHEET: sheet(root="".join(
    ' a%d="1"' % i for i in range(50_000)))}))
rows("comments-in-rows", "<!-- c -->", line(2, "Fo<!-- c -->od").replace("&lt;", "<"),
     "<?p q?>", line(3, "Water").replace("<v>", "<v><?p q?>"))
rows("comments-100k", "<!-- c -->" * 100_000, line(2))
parts("data-twice", lambda: book({SHEET: sheet(
    after="<sheetData>%s</sheetData>" % line(4, "Shelter"))}))
parts("data-twice-again", lambda: book({SHEET: sheet(
    after="<sheetData>%s</sheetData>" % line(2, "Shelter"))}))
parts("data-within-data", lambda: book({SHEET: sheet(
    header() + "<sheetData>" + line(2) + "</sheetData>" + line(3))}))
parts("data-missing", lambda: book({SHEET: sheet("").replace("<sheetData></sheetData>", "")}))
rows("row-within-row", line(2, more=line(3, "Water")))
parts("prefixes", lambda: book({SHEET: sheet(header().replace("row", "x:row"), root=(
    ' xmlns:x="%s"' % MAIN)) + "\n"}))
parts("other-namespace", lambda: book({SHEET: sheet().replace(MAIN, "urn:other")}))
parts("utf16", lambda: book({SHEET: b"\xff\xfe" + sheet().replace(
    "UTF-8", "UTF-16").encode("utf-16-le")}))
parts("latin1", lambda: book({SHEET: sheet(header() + line(2, "Caf\xe9")).replace(
    "UTF-8", "ISO-8859-1").encode("latin-1")}))
parts("latin1-said-utf8", lambda: book({SHEET: sheet(header() + line(2, "Caf\xe9")).encode(
    "latin-1")}))
parts("encodings-mixed", lambda: book({SHEET: sheet(header() + line(2, "Caf\xe9") + line(
    3, "\xd1and\xfa")).encode().replace("Caf\xe9".encode(), "Caf\xe9".encode("latin-1"))}))
parts("texts-not-utf8", lambda: book({"xl/sharedStrings.xml": shared("Caf\xe9").encode(
    "latin-1")}))
parts("encoding-unknown", lambda: book({SHEET: sheet().replace("UTF-8", "EBCDIC-CP-ES")}))

# --- sheets ---------------------------------------------------------------------------------------

USUAL_TEXT = '<c r="N2" t="s"><v>%s</v></c>'
for number, name in (("-1", "minus-1"), ("2", "2-of-2"), ("99999999999", "huge"), ("x", "word"),
                     ("1.0", "decimal"), (" 1", "blank"), ("", "empty")):
    cell("text-" + name, USUAL_TEXT % number)
rows("dimension-huge", line(2), line(1_048_576, "Water"),
     before='<dimension ref="A1:XFD1048576"/>')
rows("dimension-lies", line(2), before='<dimension ref="A1:A1"/>')
rows("dimension-none", line(2), before='<dimension ref="../../x"/>')
rows("row-1048577", line(2), line(1_048_577, "Water"))
rows("row-0", line(0))
rows("row-minus-1", line(2).replace('row r="2"', 'row r="-1"'))
rows("row-huge", line(2).replace('row r="2"', 'row r="99999999999999999999"'))
rows("rows-1m-empty", line(2), "<row/>" * 1_048_574)
rows("rows-1m-and-one", line(2), "<row/>" * 1_048_575)
for letters, name in (("XFD", "xfd"), ("XFE", "xfe"), ("AMJ", "1024"), ("AMK", "1025")):
    rows("column-" + name, line(2, more='<c r="%s2"><v>1</v></c>' % letters), line(3))
rows("column-xfd-styled", line(2, more='<c r="XFD2" s="0"/>'), line(3))
parts("columns-50k", lambda: book({SHEET: sheet(
    '<row r="1">' + "<c><v>1</v></c>" * 50_000 + "</row>")}))
parts("columns-50k-empty", lambda: book({SHEET: sheet(
    header() + line(2) + '<row r="3">' + "<c/>" * 50_000 + "</row>")}))
parts("columns-16384-names", lambda: book({SHEET: sheet('<row r="1">' + "".join(
    text_cell(column(i) + "1", "c%d" % i) for i in range(16_384)) + "</row>")}))
rows("rows-out-of-order", line(3), line(2))
rows("rows-twice", line(2), line(2, "Water"))
rows("cells-out-of-order", line(2, R='<c r="B2"><v>1</v></c>'))
cell("cells-twice", '<c r="N2"><v>1</v></c><c r="N2"><v>2</v></c>')
cell("cell-of-another-row", '<c r="N3"><v>1</v></c>')
for name, what in (("no-letters", "2"), ("no-number", "N"), ("lower", "n2"), ("dollars", "$N$2"),
                   ("range", "N2:O2"), ("long", "N" * 5_000 + "2"), ("escape", "N\u009b2")):
    cell("cell-name-" + name, '<c r="%s"><v>1</v></c>' % what)
for style in ("-1", "999999", "4294967295", "99999999999", "x", "1.5"):
    cell("style-" + style, '<c r="N2" s="%s"><v>1</v></c>' % style)
cell("type-unknown", '<c r="N2" t="x"><v>1</v></c>')
cell("type-bool-odd", '<c r="N2" t="b"><v>maybe</v></c>')
cell("type-error-odd", '<c r="N2" t="e"><v>=cmd</v></c>')
cell("type-date-odd", '<c r="N2" t="d"><v>yesterday</v></c>')
cell("value-twice", '<c r="N2"><v>1</v><v>2</v></c>')
cell("value-and-text", '<c r="N2"><v>1</v><is><t>2</t></is></c>')
for name, number in (("nan", "NaN"), ("inf", "INF"), ("1e400", "1e400"), ("hex", "0x1F"),
                     ("comma", "1,5"), ("blank", " 12 "), ("100k", "9" * 100_000),
                     ("letters", "abc"), ("minus-0", "-0")):
    cell("number-" + name, '<c r="N2"><v>%s</v></c>' % number)
parts("cell-256kb", lambda: book({SHEET: sheet(header() + line(2, "x" * (256 << 10)))}))
parts("cell-9mb", lambda: book({SHEET: sheet(header() + line(2, "long text " * 900_000))}))
parts("cell-11mb", lambda: book({SHEET: sheet(header() + line(2, "long text " * 1_200_000))}))
parts("cell-11mb-of-runs", lambda: book({SHEET: sheet(header() + line(2).replace(
    "<is>", "<is>" + ("<r><t>%s</t></r>" % ("long text " * 100)) * 12_000, 1))}))
parts("text-11mb-shared", lambda: book({"xl/sharedStrings.xml": shared("long text " * 1_200_000)}))
parts("texts-1m", lambda: book({"xl/sharedStrings.xml": stream(
    "<si><t>a</t></si>", 1_000_000, shared().replace("</sst>", ""), "</sst>"),
    SHEET: sheet(header() + line(2, N=USUAL_TEXT % "999999"))}))
rows("text-null", line(2, "Fo_x0000_od"), line(3, "_x0000_"))
rows("text-controls", line(2, "_x0001__x0007__x0008__x001B_[31m_x007F__x0085_"))
rows("text-lone-surrogates", line(2, "a_xD800_b"), line(3, "_xDC00__xD800_"))
rows("text-surrogates", line(2, "_xD83D__xDE00_"))
rows("text-no-characters", line(2, "_xFFFE__xFFFF_"))
rows("text-escaped-escape", line(2, "_x005F_x0000_"))
rows("text-bidi", line(2, "\u202eabc\u2066\u200f"))
parts("control-raw", lambda: book({SHEET: sheet(header() + line(2, "Fo\x01od"))}))
parts("null-raw", lambda: book({SHEET: sheet(header() + line(2, "Fo\0od"))}))
parts("reference-null", lambda: book({SHEET: sheet(header() + line(2, "Food").replace(
    "Food<", "&#0;<"))}))
parts("reference-surrogate", lambda: book({SHEET: sheet(header() + line(2, "Food").replace(
    "Food<", "&#xD800;<"))}))

# --- formulas -------------------------------------------------------------------------------------


def formula(name, *cells):
    """A workbook with formulas, each a row's N as XML."""
    rows("formula-" + name, *[line(2 + i, N='<c r="N%d">%s</c>' % (2 + i, xml))
                              for i, xml in enumerate(cells)])


rows("formula-as-text", line(2, "=cmd|'/c calc'!A0"), line(3, "@SUM(1+1)"), line(4, "+1-1"),
     line(5, "-2+3"), line(6, "\t=1"), line(7, "\uff1d1+1"), line(8, '=HYPERLINK("http://x","y")'))
formula("dde", "<f>cmd|' /c calc'!A0</f><v>0</v>", "<f>DDE(\"cmd\",\"/c calc\",\"x\")</f>")
formula("web", '<f>WEBSERVICE("http://127.0.0.1:9/?"&amp;A1)</f><v>1</v>')
formula("loop", "<f>N2</f><v>1</v>", "<f>N4</f>", "<f>N3</f>")
formula("shared-loop", '<f t="shared" si="0"/><v>1</v>', '<f t="shared" ref="N3:N3" si="0">N3</f>',
        '<f t="shared" ref="N2:N4" si="0">N2</f><v>2</v>', '<f t="shared" si="99999999"/>')
formula("shared-odd", '<f t="shared" ref="A1:XFD1048576" si="-1">1</f><v>1</v>',
        '<f t="shared" ref="x" si="x"/><v>1</v>', '<f t="x" ref="N4">1</f><v>1</v>')
formula("array-huge", '<f t="array" ref="A1:XFD1048576">1</f><v>1</v>')
formula("table", '<f t="dataTable" ref="N2:N3" dt2D="1" r1="&lt;A1&quot;" r2="B1"/><v>1</v>')
formula("100kb", "<f>%s1</f><v>1</v>" % ("1+" * 50_000))
formula("11mb", "<f>%s1</f><v>1</v>" % ("1+" * 6_000_000))
formula("twice", "<f>1</f><f>2</f><v>1</v>")
formula("empty", "<f/><v>1</v>", "<f></f>")
parts("external-links", lambda: book(
    {SHEET: sheet(header() + line(2, N='<c r="N2"><f>[1]Sheet!A1</f><v>5</v></c>'),
                  after='<hyperlinks><hyperlink ref="A2" r:id="h"/></hyperlinks>'),
     "xl/workbook.xml": workbook(("5W", "s1"), after=(
         '<externalReferences><externalReference r:id="x"/></externalReferences>')),
     "xl/_rels/workbook.xml.rels": relations(
         *USUAL_RELATIONS, ("x", "externalLink", "externalLinks/externalLink1.xml"))},
    [Part("xl/externalLinks/externalLink1.xml",
          '<externalLink xmlns="%s" xmlns:r="%s"><externalBook r:id="e"/></externalLink>' % (
              MAIN, TYPES)),
     Part("xl/externalLinks/_rels/externalLink1.xml.rels", relations(
         ("e", "externalLinkPath", "file:///etc/passwd", ' TargetMode="External"'))),
     Part("xl/worksheets/_rels/sheet1.xml.rels", relations(
         ("h", "hyperlink", "http://127.0.0.1:9/", ' TargetMode="External"'),
         ("i", "image", "\\\\127.0.0.1\\share\\a.png", ' TargetMode="External"')))]))

# --- workbook, relations, styles ------------------------------------------------------------------


def led_to(name, *target, kind="worksheet"):
    """A workbook whose sheet is said to be there."""
    parts("relation-" + name, lambda: book({"xl/_rels/workbook.xml.rels": relations(
        ("s1", kind, *target), *USUAL_RELATIONS[1:])}))


led_to("outside", "file:///etc/passwd", ' TargetMode="External"')
led_to("web", "http://127.0.0.1:9/sheet1.xml", ' TargetMode="External"')
led_to("file", "file:///etc/passwd")
led_to("up", "../../../../etc/passwd")
led_to("absolute", "/etc/passwd")
led_to("itself", "workbook.xml")
led_to("to-styles", "styles.xml")
led_to("empty", "")
led_to("of-no-kind", "worksheets/sheet1.xml", kind="x")
led_to("long", "a/" * 100_000)
parts("relation-twice", lambda: book({"xl/_rels/workbook.xml.rels": relations(
    ("s1", "worksheet", "worksheets/none.xml"), *USUAL_RELATIONS)}))
parts("relations-100k", lambda: book({"xl/_rels/workbook.xml.rels": relations(
    *USUAL_RELATIONS, *[("x%d" % i, "image", "media/%d.png" % i) for i in range(100_000)])}))
parts("relations-to-texts-1000", lambda: book({"xl/_rels/workbook.xml.rels": relations(
    *USUAL_RELATIONS, *[("x%d" % i, "sharedStrings", "sharedStrings.xml") for i in range(1_000)]),
    "xl/sharedStrings.xml": shared("x" * MEBI)}))
parts("relations-workbook-loop", lambda: book({"_rels/.rels": relations(
    ("w", "officeDocument", "_rels/.rels"))}))
parts("relations-two-workbooks", lambda: book({"_rels/.rels": relations(
    ("w", "officeDocument", "xl/workbook.xml"), ("v", "officeDocument", "xl/other.xml"))}))
parts("sheet-name-10k", lambda: book({"xl/workbook.xml": workbook(("n" * 10_000, "s1"))}))
parts("sheet-name-2mb", lambda: book({"xl/workbook.xml": workbook(("n" * 2 * MEBI, "s1"))}))
parts("sheet-name-empty", lambda: book({"xl/workbook.xml": workbook(("", "s1"))}))
parts("sheet-names-empty", lambda: book(
    {"xl/workbook.xml": workbook(("", "s1"), ("", "s2")),
     "xl/_rels/workbook.xml.rels": relations(*USUAL_RELATIONS, (
         "s2", "worksheet", "worksheets/sheet2.xml")),
     "xl/worksheets/sheet2.xml": sheet(header() + line(2, "Shelter"))}))
parts("sheet-name-hostile", lambda: book({"xl/workbook.xml": workbook(
    ("../\u009b31m\u202e'=1[]:*?", "s1"))}))
parts("sheet-names-equal", lambda: book(
    {"xl/workbook.xml": workbook(("5W", "s1"), ("5W", "s2")),
     "xl/_rels/workbook.xml.rels": relations(*USUAL_RELATIONS, (
         "s2", "worksheet", "worksheets/sheet2.xml")),
     "xl/worksheets/sheet2.xml": sheet(header() + line(2, "Shelter"))}))
parts("sheet-without-relation", lambda: book({"xl/workbook.xml": workbook(("5W", "s9"))}))
parts("sheets-hidden", lambda: book({"xl/workbook.xml": workbook(
    ("5W", "s1", ' state="veryHidden"'))}))
parts("sheets-5000-of-one-part", lambda: book({"xl/workbook.xml": workbook(
    *[("S%d" % i, "s1") for i in range(5_000)])}))


def many_sheets(count):
    names = ["worksheets/s%d.xml" % i for i in range(count)]
    return book(
        {"xl/workbook.xml": workbook(("5W", "s1"), *[("S%d" % i, "x%d" % i) for i in range(count)]),
         "xl/_rels/workbook.xml.rels": relations(*USUAL_RELATIONS, *[
             ("x%d" % i, "worksheet", name) for i, name in enumerate(names)])},
        [Part("xl/" + name, sheet(header() + line(2))) for name in names])


parts("sheets-5000", lambda: many_sheets(5_000))
rows("merged-100k", line(2), after="<mergeCells>%s</mergeCells>" % "".join(
    '<mergeCell ref="A%d:B%d"/>' % (i, i) for i in range(3, 100_003)))
rows("merged-150k", line(2), after="<mergeCells>%s</mergeCells>" % (
    '<mergeCell ref="A1:XFD1048576"/>' * 150_000))
rows("merged-odd", line(2), after='<mergeCells><mergeCell ref="x"/><mergeCell/></mergeCells>')
parts("styles-100k", lambda: book({"xl/styles.xml": styles(cells='<xf numFmtId="14"/>' * 100_000),
                                   SHEET: sheet(header() + line(2, N=(
                                       '<c r="N2" s="99999"><v>45658</v></c>')))}))
parts("formats-100k", lambda: book({"xl/styles.xml": styles("<numFmts>%s</numFmts>" % "".join(
    '<numFmt numFmtId="%d" formatCode="yyyy"/>' % (i + 164) for i in range(100_000)))}))
parts("format-1mb", lambda: book({"xl/styles.xml": styles(
    '<numFmts><numFmt numFmtId="164" formatCode="%s"/></numFmts>' % ("[" * (MEBI - 1)),
    '<xf numFmtId="164"/>')}))
parts("styles-not-there", lambda: book(without=["xl/styles.xml"]))


def dates(name, *serials, properties=""):
    """Months that are dates of a workbook."""
    parts("dates-" + name, lambda: book(
        {"xl/workbook.xml": workbook(("5W", "s1"), before=properties),
         "xl/styles.xml": styles(cells='<xf numFmtId="0"/><xf numFmtId="17"/>'),
         SHEET: sheet(header() + "".join(
             line(2 + i, G='<c r="G%d" s="1"><v>%s</v></c>' % (2 + i, serial))
             for i, serial in enumerate(serials)))}))


dates("1900", "45658", "45658.75", "59", "60", "61", "0")
dates("1904", "44196", "0", "60", properties='<workbookPr date1904="1"/>')
dates("beyond", "2958465", "2958466", "-1", "1e300", "99999999999999999999", "0.0000000001", "x")

# --- CSV ------------------------------------------------------------------------------------------


def csv(name, *pieces):
    """A 5W in CSV: the names of columns, and what follows."""
    make_bad.made_of("r4v5w/" + name + ".csv", (",".join(NAMES) + "\n").encode(), *pieces)


def csv_line(activity=b"Food", month=b"2025-01", value=b"12.5"):
    return b"Colombia,Arauca,,Org,,,%s,Food Security,,%s,,Yes,No,%s,,,,7,,,,,,,,,,,\n" % (
        month, activity, value)


csv("good", csv_line())
csv("columns-50k-row", csv_line(), (b",", 50_000), b"\n")
make_bad.made_of("r4v5w/columns-50k.csv", ",".join(NAMES).encode(), (b",x", 50_000), b"\n")
csv("columns-1024", csv_line()[:-1], (b",", 995), b"\n")
csv("cell-256kb", csv_line(b"x" * (256 << 10)))
csv("cell-11mb", csv_line(b"x" * (11 * MEBI)))
csv("null-in-cell", csv_line(b"Fo\0od"), csv_line(b"\0"))
csv("null-4mb", (b"\0", 4 * MEBI))
csv("controls", csv_line(b"\x01\x07\x1b[31m\x7f"))
csv("encodings-mixed", csv_line("Caf\xe9".encode()), csv_line("Caf\xe9".encode("latin-1")))
csv("cp1252", csv_line("\u201cCaf\xe9\u201d".encode("cp1252")))
csv("surrogates", csv_line(b"\xed\xa0\x80"), csv_line())
csv("formulas", csv_line(b"=cmd|'/c calc'!A0"), csv_line(b"@SUM(1+1)"), csv_line(b"'=1"),
    csv_line(b"+1", value=b"=1+1"), csv_line("\uff1d1".encode()))
csv("numbers-odd", *[csv_line(value=value) for value in (
    b"NaN", b"1.234", b"1e400", b"0x1F", b"-0", b"9" * 100_000, b"1;5")])
csv("months-odd", *[csv_line(month=month) for month in (
    b"45658", b"01/02/2021", b"2025-13", b"9" * 10_000, b"ene-25")])
csv("unclosed-quote", csv_line(), csv_line(b'"Food'))
csv("header-repeated-20k", *[(",".join(NAMES) + "\n").encode() + csv_line()] * 20_000)
csv("totals-20k", (b"TOTAL,,,,,,,,,,,,,12.5,,,,7,,,,,,,,,,,\n", 20_000))
csv("rows-short-20k", (b"Colombia\n", 20_000))
make_bad.made_of("r4v5w/no-matrix.csv", b"a,b,c\n1,2,3\n")
make_bad.made_of("r4v5w/empty.csv", b"")
make_bad.made_of("r4v5w/header-in-row-31.csv", b"title\n" * 30, ",".join(NAMES).encode(), b"\n",
                 csv_line())
make_bad.made_of("r4v5w/header-in-row-30.csv", b"title\n" * 29, ",".join(NAMES).encode(), b"\n",
                 csv_line())
make_bad.made_of("r4v5w/header-twice-in-a-row.csv", ",".join(NAMES + NAMES).encode(), b"\n",
                 csv_line()[:-1] + b"," + csv_line())
make_bad.made_of("r4v5w/header-utf16.csv", "\ufeff".encode("utf-16-le"), (
    ",".join(NAMES) + "\n" + csv_line().decode()).encode("utf-16-le"))

if __name__ == "__main__":
    sys.exit(make_bad.main())
