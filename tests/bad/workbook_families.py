#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Families of hostile workbooks for growth.py: a second room of families.py.
"""Adds to FAMILIES of families.py. Each workbook has a sheet that is a 5W, but for those where the
header is what grows."""
from families import (FROM_5W, INFO, TO_5W, TO_JSONL, TO_WORKBOOK, WORKBOOK_WAYS, family, numbered)
from make_bad import chunks
from workbooks import (CONTENT_TYPES, NAMES, SHEET, USUAL_RELATIONS, Part, archive, book, column,
                       header, line, relations, shared, sheet, styles, text_cell, workbook)

BOTH = WORKBOOK_WAYS + (TO_WORKBOOK, TO_5W)


def grown(before, part, count, after):
    """Bytes of XML with so many parts; `%d` in a part stands for its number."""
    part = part.encode()
    yield before.encode()
    if b"%d" in part:
        yield from numbered(part, count)
    else:
        yield from chunks([(part, count)])
    yield after.encode()


def workbooks(name, make, size, most, ways=WORKBOOK_WAYS):
    """A family of workbooks whose parts `make` gives."""
    family("workbook " + name, ".xlsx", ways, size, most, lambda count: [archive(make(count))])


def rows(name, part, before="", after="", size=1_000, most=1_000_000, ways=WORKBOOK_WAYS):
    """A sheet with so many parts behind its header."""
    def make(count):
        begin, end = sheet(header() + before + "\0" + after).split("\0")
        return book({SHEET: grown(begin, part, count, end)})
    workbooks(name, make, size, most, ways)


def around(name, part, before, after, ways=WORKBOOK_WAYS, size=1_000, most=400_000):
    """A sheet with so many parts behind its rows."""
    def make(count):
        begin, end = sheet(header() + line(2), after=before + "\0" + after).split("\0")
        return book({SHEET: grown(begin, part, count, end)})
    workbooks(name, make, size, most, ways)


def in_part(name, part_name, text, part, ways=WORKBOOK_WAYS, size=1_000, most=1_000_000):
    """So many parts in another part of the workbook: where `text` has a NUL."""
    begin, end = text.split("\0")
    workbooks(name, lambda count: book({part_name: grown(begin, part, count, end)}), size, most,
              ways)


def text(words):
    """A cell behind the one before it."""
    return text_cell("", words).replace(' r=""', "")


rows("rows", "<row>" + text("Colombia") + "<c/><c/>" + text("Org") + "</row>", ways=BOTH)
rows("empty rows", "<row/>", size=10_000)
rows("rows that repeat the header", header().replace(' r="1"', "").replace(
    '<c r="', '<c x="'), size=100, most=50_000)
rows("cells of a row", '<c><v>1</v></c>', "<row>", "</row>", size=1_000, most=15_000, ways=BOTH)
rows("empty cells of rows", "<row>" + "<c/>" * 1_000 + "</row>", size=20, most=20_000)
rows("a cell", "long text ", '<row><c t="inlineStr"><is><t>', "</t></is></c></row>", size=10_000,
     most=4_000_000)
rows("runs of a cell", "<r><t>a</t></r>", '<row><c t="inlineStr"><is>', "</is></c></row>",
     size=10_000, most=2_000_000)
rows("escapes of a cell", "_x0041_", '<row><c t="inlineStr"><is><t>', "</t></is></c></row>",
     size=10_000, most=2_000_000)
rows("escapes that are none", "_x_x_x", '<row><c t="inlineStr"><is><t>', "</t></is></c></row>",
     size=10_000, most=2_000_000)
rows("a formula", "1+", "<row><c><f>", "1</f></c></row>", size=10_000, most=4_000_000)
rows("a number", "1234567890", "<row>" + "<c/>" * 13 + "<c><v>", "</v></c></row>", size=10_000,
     most=800_000)
rows("numbers that are none", "<row>" + "<c/>" * 3 + text("Org") + "<c/>" * 9 + text("1.234")
     + "</row>", size=1_000, most=200_000)
rows("comments between rows", "<!-- c -->", size=10_000, most=4_000_000)
rows("elements that are unknown", "<u/>", size=10_000, most=4_000_000)
rows("shared formulas", '<row><c><f t="shared" si="0"/><v>1</v></c></row>', ways=BOTH)
around("merged ranges", '<mergeCell ref="A%d:B9"/>', "<mergeCells>",
       "</mergeCells>", ways=BOTH)
around("links", '<hyperlink ref="A%d" location="x"/>', "<hyperlinks>", "</hyperlinks>", ways=BOTH)
in_part("shared texts", "xl/sharedStrings.xml", shared().replace("</sst>", "\0</sst>"),
        "<si><t>text %d</t></si>", ways=BOTH, size=10_000)
in_part("a shared text", "xl/sharedStrings.xml", shared("\0"), "long text ", size=10_000)
in_part("styles", "xl/styles.xml", styles(cells="\0"), '<xf numFmtId="14"/>', ways=BOTH,
        size=10_000)
in_part("formats of numbers", "xl/styles.xml", styles("<numFmts>\0</numFmts>"),
        '<numFmt numFmtId="1%d" formatCode="yyyy"/>', size=10_000)
in_part("a format of numbers", "xl/styles.xml", styles(
    '<numFmts><numFmt numFmtId="164" formatCode="\0"/></numFmts>'), "[", size=10_000)
in_part("relations", "xl/_rels/workbook.xml.rels", relations(*USUAL_RELATIONS, own="\0"),
        '<Relationship Id="x%d" Type="a/image" Target="a.png"/>',
        ways=BOTH, size=10_000)
in_part("relations that climb", "xl/_rels/workbook.xml.rels", relations(*USUAL_RELATIONS, own=(
    '<Relationship Id="x" Type="a/image" Target="\0"/>')), "../", size=10_000)
in_part("types of parts", "[Content_Types].xml", CONTENT_TYPES.replace("</Types>", "\0</Types>"),
        '<Override PartName="/a%d.xml" ContentType="a/b"/>', ways=BOTH, size=10_000)
in_part("a name of a sheet", "xl/workbook.xml", workbook(("\0", "s1")), "long name ",
        size=10_000)
in_part("names that are defined", "xl/workbook.xml", workbook(("5W", "s1"), after=(
    "<definedNames>\0</definedNames>")), '<definedName name="n%d">A1</definedName>', ways=BOTH)
workbooks("parts", lambda count: book(more=[
    Part("xl/media/%d.png" % i, b"x", packed=False) for i in range(count)]), 200, 2_400, BOTH)


def sheets(count):
    names = ["worksheets/s%d.xml" % i for i in range(count)]
    return book({
        "xl/workbook.xml": workbook(("5W", "s1"), *[("S%d" % i, "x%d" % i) for i in range(count)]),
        "xl/_rels/workbook.xml.rels": relations(*USUAL_RELATIONS, *[
            ("x%d" % i, "worksheet", name) for i, name in enumerate(names)])},
        [Part("xl/" + name, sheet(text_cell("A1", "a").join(("<row>", "</row>"))))
         for name in names])


workbooks("sheets", sheets, 100, 2_400, BOTH)


def candidates(width):
    """Rows that each could be the header, and are none: seven names that are known, and others."""
    names = list(NAMES[:7]) + ["x%d" % i for i in range(width - 7)]
    each = "".join(header(1 + i, names) for i in range(29))
    return book({SHEET: sheet(each + header(30) + line(31))})


workbooks("rows that could be the header", candidates, 100, 1_000, (FROM_5W,))
workbooks("columns that are unknown", lambda count: book({SHEET: sheet(
    header(1, list(NAMES) + ["x%d" % i for i in range(count)]) + line(2))}), 500, 15_000,
    (TO_JSONL, FROM_5W, INFO))
workbooks("columns of one name", lambda count: book({SHEET: sheet(
    header(1, list(NAMES) + ["x"] * count) + line(2))}), 500, 15_000, (TO_JSONL, FROM_5W))
workbooks("columns that are empty", lambda count: book({SHEET: sheet(header() + line(2, more=(
    '<c r="%s2"><v>1</v></c>' % column(count))))}), 500, 15_000, (TO_JSONL, FROM_5W))


def matrix(name, part, size=1_000, most=200_000, before=b"", after=b""):
    """A 5W in CSV with so many parts behind its header."""
    family("5W " + name, ".csv", (FROM_5W, TO_5W), size, most, lambda count: chunks(
        [",".join(NAMES).encode() + b"\n" + before, (part, count), after]))


LINE = b"Colombia,Arauca,,Org,,,2025-01,Food Security,,%s,,Yes,No,%s,,,,7,,,,,,,,,,,\n"
matrix("rows", LINE % (b"Food", b"12.5"))
matrix("rows that repeat the header", ",".join(NAMES).encode() + b"\n")
matrix("totals", b"TOTAL,,,,,,,,,,,,,12.5\n")
matrix("numbers that are none", LINE % (b"Food", b"1.234"))
matrix("a cell", b"long text ", 10_000, 4_000_000, b"Colombia,,,Org,,,,,,", b"\n")
matrix("a number", b"1234567890", 10_000, 800_000, b"Colombia,,,Org,,,,,,,,,,", b"\n")
