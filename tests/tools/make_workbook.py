# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Makes small workbooks (.xlsx) for tests, with nothing but the standard library.
"""A workbook of sheets; a sheet is a list of rows, a row a list of cells, a cell one of these:

  None                 no cell
  a text               a text, inline
  Number("1.5")        a number, as it is to be written
  Day("45352")         a number with the style of a date; Moment("45352.5"): of a date with a time
  Formula("A1+1", "2") a formula with the number that it gave
"""
import collections
import zipfile
from xml.sax.saxutils import escape

Number = collections.namedtuple("Number", "text")
Day = collections.namedtuple("Day", "text")
Moment = collections.namedtuple("Moment", "text")
Formula = collections.namedtuple("Formula", "text value")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

STYLES = HEAD + (
    '<styleSheet xmlns="%s"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/></numFmts>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>' % MAIN)

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>')


def column_name(index):
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def cell_xml(place, cell):
    if isinstance(cell, str):
        return '<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (place, escape(cell))
    if isinstance(cell, Formula):
        return '<c r="%s"><f>%s</f><v>%s</v></c>' % (place, escape(cell.text), cell.value)
    style = {Number: 0, Day: 1, Moment: 2}[type(cell)]
    return '<c r="%s" s="%d"><v>%s</v></c>' % (place, style, cell.text)


def sheet_xml(rows):
    lines = []
    for number, row in enumerate(rows, 1):
        cells = [cell_xml("%s%d" % (column_name(i), number), cell)
                 for i, cell in enumerate(row) if cell is not None]
        if cells:
            lines.append('<row r="%d">%s</row>' % (number, "".join(cells)))
    return HEAD + '<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN, "".join(lines))


def write(path, sheets):
    """Writes a workbook; `sheets` is a list of names with their rows."""
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", HEAD + TYPES)
        book.writestr("_rels/.rels", HEAD + (
            '<Relationships xmlns="%s"><Relationship Id="r1" Type="%s/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>' % (PACKAGE, OFFICE)))
        book.writestr("xl/workbook.xml", HEAD + '<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets></workbook>' % (
            MAIN, OFFICE, "".join('<sheet name="%s" sheetId="%d" r:id="r%d"/>' % (escape(name), i, i)
                                  for i, (name, _) in zip(numbers, sheets))))
        book.writestr("xl/_rels/workbook.xml.rels", HEAD + '<Relationships xmlns="%s">%s%s</Relationships>' % (
            PACKAGE, "".join('<Relationship Id="r%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>' % (i, OFFICE, i)
                             for i in numbers),
            '<Relationship Id="s" Type="%s/styles" Target="styles.xml"/>' % OFFICE))
        book.writestr("xl/styles.xml", STYLES)
        for i, (_, rows) in zip(numbers, sheets):
            book.writestr("xl/worksheets/sheet%d.xml" % i, sheet_xml(rows))
