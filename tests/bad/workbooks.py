#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Puts workbooks together for hostile inputs: archives that may lie, and a sheet of R4V's 5W.
"""`archive(parts)` makes a ZIP file, `book(..)` the parts of a workbook whose one sheet is a 5W."""
import struct
import zlib

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"

# The columns of the 5W of 2025.
NAMES = (
    "Country Country", "Country Admin1", "Admin2 Admin2", "Appealing organisation Name",
    "Implementation Set up", "Implementing partner Name", "Month", "Indicator Sector",
    "Indicator Indicator", "Activity Name", "Activity Description", "RMRP Activity", "CVA",
    "Value (in USD)", "Delivery mechanism", "Quantity of output", "Total monthly beneficiaries",
    "New beneficiaries of the month", "Refugees and Migrants IN DESTINATION",
    "Refugees and Migrants IN TRANSIT", "Host Communities Beneficiaries",
    "Refugees and Migrants PENDULARS", "Colombian Returnees", "Women under 18", "Men under 18",
    "Women above 18", "Men above 18", "Other under 18", "Other above 18")


class Part:
    """A part of an archive, and what the archive says of it. `data` may be an iterable of chunks,
    so that a bomb needs no memory here."""

    def __init__(self, name, data, packed=True, **says):
        self.name = name.encode() if isinstance(name, str) else name
        self.crc = self.size = 0
        chunks = [data.encode()] if isinstance(data, str) else data
        if isinstance(chunks, bytes):
            chunks = [chunks]
        packer = zlib.compressobj(9, zlib.DEFLATED, -15) if packed else None
        out = []
        for chunk in chunks:
            self.crc = zlib.crc32(chunk, self.crc)
            self.size += len(chunk)
            out.append(packer.compress(chunk) if packer else chunk)
        if packer:
            out.append(packer.flush())
        self.bytes = b"".join(out)
        self.method = 8 if packed else 0
        self.flags = 0
        self.packed_size = len(self.bytes)
        self.local_name = self.name
        self.at = None  # where it is, when not behind the part before it
        self.__dict__.update(says)


def archive(parts, entries=None, comment=b"", before=b"", behind=b"", end=True):
    """A ZIP file. Parts with `at` have no bytes of their own: they point at those of another."""
    out, contents, places = [before], [], {}
    size = len(before)
    for part in parts:
        numbers = struct.pack("<HHHHHIIIHH", 20, part.flags, part.method, 0, 33, part.crc,
                              part.packed_size, part.size, len(part.local_name), 0)
        if part.at is None:
            places[part.name] = at = size
            local = b"PK\3\4" + numbers + part.local_name + part.bytes
            out.append(local)
            size += len(local)
        else:
            at = places[part.at]
        contents.append(b"PK\1\2" + struct.pack("<H", 20) + numbers[:-4] + struct.pack(
            "<HHHHHII", len(part.name), 0, 0, 0, 0, 0, at) + part.name)
    table = b"".join(contents)
    out.append(table)
    if end:
        count = len(parts) if entries is None else entries
        out.append(b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count & 0xffff, count & 0xffff,
                                           len(table), size, len(comment)) + comment)
    return b"".join(out) + behind


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def column(number):
    """The letters of a column, counted from 0."""
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def text_cell(name, text):
    return '<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (
        name, escaped(text))


def header(number=1, names=NAMES):
    return '<row r="%d">%s</row>' % (number, "".join(
        text_cell("%s%d" % (column(i), number), name) for i, name in enumerate(names)))


def line(number, activity="Food", value="<v>12.50</v>", more="", **cells):
    """A row of the 5W. `activity` is the text in J, `value` is what stands in N; other cells by
    their letters, as XML; `more` comes last."""
    row = {"A": "Colombia", "B": "Arauca", "D": "Org", "G": "2025-01", "H": "Food Security",
           "J": activity, "L": "Yes", "M": "No"}
    row = {letter: text_cell(letter + str(number), text) for letter, text in row.items()}
    row["N"] = '<c r="N%d">%s</c>' % (number, value)
    row["R"] = '<c r="R%d"><v>7</v></c>' % number
    row.update(cells)
    order = sorted(row, key=lambda letter: (len(letter), letter))
    return '<row r="%d">%s%s</row>' % (number, "".join(row[letter] for letter in order), more)


def sheet(rows=None, before="", after="", root="", prolog=""):
    """The XML of a sheet; by default the header and two rows."""
    if rows is None:
        rows = header() + line(2) + line(3, "Water")
    return '%s%s<worksheet xmlns="%s" xmlns:r="%s"%s>%s<sheetData>%s</sheetData>%s</worksheet>' % (
        DECLARATION, prolog, MAIN, TYPES, root, before, rows, after)


def relations(*targets, own=""):
    """The XML of relations: (id, kind, target[, more attributes])."""
    return '%s<Relationships xmlns="%s/relationships">%s%s</Relationships>' % (
        DECLARATION, PACKAGE, "".join(
            '<Relationship Id="%s" Type="%s/%s" Target="%s"%s/>' % (
                target[0], TYPES, target[1], escaped(target[2]), "".join(target[3:]))
            for target in targets), own)


def workbook(*sheets, before="", after="", prolog=""):
    """The XML of the list of sheets: (name, relation[, more attributes])."""
    return '%s%s<workbook xmlns="%s" xmlns:r="%s">%s<sheets>%s</sheets>%s</workbook>' % (
        DECLARATION, prolog, MAIN, TYPES, before, "".join(
            '<sheet name="%s" sheetId="%d" r:id="%s"%s/>' % (
                escaped(one[0]), i + 1, one[1], "".join(one[2:])) for i, one in enumerate(sheets)),
        after)


def shared(*texts, prolog=""):
    return '%s%s<sst xmlns="%s">%s</sst>' % (
        DECLARATION, prolog, MAIN, "".join("<si><t>%s</t></si>" % text for text in texts))


def styles(formats="", cells='<xf numFmtId="0"/>'):
    return '%s<styleSheet xmlns="%s">%s<cellXfs>%s</cellXfs></styleSheet>' % (
        DECLARATION, MAIN, formats, cells)


CONTENT_TYPES = (
    '%s<Types xmlns="%s/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
    '+xml"/></Types>' % (DECLARATION, PACKAGE))

USUAL_RELATIONS = (("s1", "worksheet", "worksheets/sheet1.xml"),
                   ("t", "sharedStrings", "sharedStrings.xml"), ("y", "styles", "styles.xml"))


def book(changes=None, more=(), without=(), **says):
    """The parts of a workbook. `changes`: other data for parts, by name; `more`: parts that come
    last; `says`: what the archive says of the sheet."""
    usual = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": relations(("w", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook(("5W", "s1")),
        "xl/_rels/workbook.xml.rels": relations(*USUAL_RELATIONS),
        "xl/sharedStrings.xml": shared("zero", "one"),
        "xl/styles.xml": styles(),
        SHEET: sheet(),
    }
    usual.update(changes or {})
    return [Part(name, data, **(says if name == SHEET else {}))
            for name, data in usual.items() if name not in without] + list(more)


def compound(*streams):
    """The beginning of a file of the old kind (OLE2), with a directory of these streams."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
        "<HHHHH6xIIIIIII", 0x3e, 3, 0xfffe, 9, 6, 0, 1, 1, 0, 4096, 0xfffffffe, 0)
    head += struct.pack("<II", 0xfffffffe, 0) + struct.pack("<I", 0) + b"\xff" * 432
    entries = b""
    for name in ("Root Entry",) + streams:
        wide = name.encode("utf-16-le")
        entries += wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide) + 2, 5, 1, 0xffffffff,
                                                       0xffffffff, 1) + bytes(36) + \
            struct.pack("<IQ", 0xfffffffe, 0)
    return head[:512].ljust(512, b"\xff") + b"\xfd\xff\xff\xff".ljust(512, b"\xff") + \
        entries.ljust(1024, b"\0") + bytes(1024)
