#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Makes a large 5W workbook or CSV for load tests by repeating the rows of a small one.
"""Writes a 5W sheet of N rows, or of about N megabytes (of 1,000,000 bytes): .csv or .xlsx by its name.

The rows are those of January to March 2021, else the project's own, again and again. In the second
copy all numbers are twice as large, in the third three times, and the activity's description says
which copy it is: sums still fit, empty cells stay empty, and rows that are twice in the source are
twice in each copy and not more often, so rules find the same share of rows in a large file as in the
small one. The same options make the same bytes. Workbooks have shared texts, as spreadsheets write
them; with --inline none, with --distinct the activity's name and description are another in each row.
"""
import argparse
import csv
import decimal
import io
import pathlib
import re
import sys
import zipfile
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import make_workbook
import samples

OWN = samples.REPO_ROOT / "tests" / "data" / "r4v5w" / "monitoring_2025.csv"
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?")
LEVEL = 5
MOST_ROWS = 1048575
BLOCK = 1000


def real_workbook():
    return samples.data_root() / "r4v5w" / "2021" / "RMRP_2021_AI_activities_jan_mar.xlsx"


def column_of(place):
    index = 0
    for letter in place.rstrip("0123456789"):
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def workbook_rows(path):
    """The rows of the only sheet of a workbook with inline texts, as lists of texts."""
    name = "{%s}" % make_workbook.MAIN
    with zipfile.ZipFile(path) as book, book.open("xl/worksheets/sheet1.xml") as part:
        for _, row in ElementTree.iterparse(part):
            if row.tag != name + "row":
                continue
            cells = []
            for cell in row:
                column = column_of(cell.get("r"))
                cells += [""] * (column + 1 - len(cells))
                cells[column] = "".join(cell.itertext())
            yield cells
            row.clear()


def gather(path):
    """(headings, rows) of a workbook or CSV file; the rows as long as the headings."""
    if path.suffix == ".xlsx":
        rows = list(workbook_rows(path))
    else:
        with open(path, encoding="utf-8", newline="") as f:
            rows = list(csv.reader(f))
    width = len(rows[0])
    return rows[0], [row[:width] + [""] * (width - len(row)) for row in rows[1:]]


def times(number, factor):
    """A number as text times a whole number."""
    if factor == 1:
        return number
    if "." not in number:
        return str(int(number) * factor)
    return format(decimal.Decimal(number) * factor, "f")


def named_columns(headings):
    """The columns of the activity's description and of its name, as far as there are."""
    plain = [re.sub("[^a-z]", "", heading.lower()) for heading in headings]
    return [plain.index(name) for name in ("activitydescription", "activityname") if name in plain]


class Rows:
    """The rows, varied copy by copy: each a list of (is number, text)."""

    def __init__(self, headings, rows, distinct):
        self.headings, self.distinct = headings, distinct
        self.rows = [[(bool(NUMBER.fullmatch(cell)), cell) for cell in row] for row in rows]
        self.varied = named_columns(headings)

    def at(self, number):
        """The row of a number from 0."""
        copy, index = divmod(number, len(self.rows))
        row = [(True, times(text, copy + 1)) if is_number else (False, text)
               for is_number, text in self.rows[index]]
        if self.distinct:
            for column in self.varied:
                row[column] = (False, "%s (%d.%d)" % (row[column][1], number, column))
        elif copy and self.varied:
            is_number, text = row[self.varied[0]]
            if text and not is_number:
                row[self.varied[0]] = (False, "%s (%d)" % (text, copy + 1))
        return row


class CsvFile:
    """Takes rows and writes them as CSV."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8", newline="")
        self.writer = csv.writer(self.file, lineterminator="\r\n")

    def put(self, rows):
        self.writer.writerows([text for _, text in row] for row in rows)

    def size(self):
        return self.file.tell()

    def close(self):
        self.file.close()


class WorkbookFile:
    """Takes rows and writes them as the only sheet of a workbook, row after row."""

    def __init__(self, path, inline):
        self.raw = open(path, "wb")
        self.book = zipfile.ZipFile(self.raw, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self.texts = None if inline else {}
        self.uses = 0
        self.row = 0
        self.names = []
        self.sheet = self.book.open(self.part("xl/worksheets/sheet1.xml"), "w", force_zip64=True)
        self.sheet.write((make_workbook.HEAD + '<worksheet xmlns="%s"><sheetData>' %
                          make_workbook.MAIN).encode("utf-8"))

    @staticmethod
    def part(name):
        info = zipfile.ZipInfo(name, (2021, 4, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        return info

    def cell(self, column, is_number, text):
        place = "%s%d" % (self.names[column], self.row)
        if is_number:
            return '<c r="%s"><v>%s</v></c>' % (place, text)
        if self.texts is None:
            return '<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (
                place, escape(text))
        self.uses += 1
        return '<c r="%s" t="s"><v>%d</v></c>' % (place, self.texts.setdefault(text, len(self.texts)))

    def put(self, rows):
        lines = []
        for row in rows:
            self.row += 1
            while len(self.names) < len(row):
                self.names.append(make_workbook.column_name(len(self.names)))
            cells = [self.cell(i, is_number, text) for i, (is_number, text) in enumerate(row) if text]
            lines.append('<row r="%d">%s</row>' % (self.row, "".join(cells)))
        self.sheet.write("".join(lines).encode("utf-8"))

    def size(self):
        return self.raw.tell()

    def write_part(self, name, text):
        self.book.writestr(self.part(name), text.encode("utf-8"), compresslevel=LEVEL)

    def write_texts(self):
        with self.book.open(self.part("xl/sharedStrings.xml"), "w", force_zip64=True) as part:
            out = io.TextIOWrapper(part, "utf-8", newline="")
            out.write(make_workbook.HEAD + '<sst xmlns="%s" count="%d" uniqueCount="%d">' % (
                make_workbook.MAIN, self.uses, len(self.texts)))
            for text in self.texts:
                out.write('<si><t xml:space="preserve">%s</t></si>' % escape(text))
            out.write("</sst>")
            out.close()

    def close(self):
        self.sheet.write(b"</sheetData></worksheet>")
        self.sheet.close()
        shared = self.texts is not None
        if shared:
            self.write_texts()
        relation = '<Relationship Id="r%d" Type="%s/%s" Target="%s"/>'
        office = make_workbook.OFFICE
        relations = [relation % (1, office, "worksheet", "worksheets/sheet1.xml"),
                     relation % (2, office, "styles", "styles.xml")]
        if shared:
            relations.append(relation % (3, office, "sharedStrings", "sharedStrings.xml"))
        main = "application/vnd.openxmlformats-officedocument.spreadsheetml."
        types = [("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("styles", "styles")]
        if shared:
            types.append(("sharedStrings", "sharedStrings"))
        overrides = "".join('<Override PartName="/xl/%s.xml" ContentType="%s%s+xml"/>' % (name, main, kind)
                            for name, kind in types)
        self.write_part("[Content_Types].xml", make_workbook.HEAD + make_workbook.TYPES.replace(
            "</Types>", overrides + "</Types>"))
        frame = make_workbook.HEAD + '<Relationships xmlns="%s">%%s</Relationships>' % make_workbook.PACKAGE
        self.write_part("_rels/.rels", frame % (relation % (1, office, "officeDocument", "xl/workbook.xml")))
        self.write_part("xl/_rels/workbook.xml.rels", frame % "".join(relations))
        self.write_part("xl/workbook.xml", make_workbook.HEAD + (
            '<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets>'
            '</workbook>' % (make_workbook.MAIN, make_workbook.OFFICE)))
        self.write_part("xl/styles.xml", make_workbook.STYLES)
        self.book.close()
        self.raw.close()


def write(path, rows, count, megabytes, inline):
    """Writes `count` rows, or so many that the file has the size. The number of rows."""
    out = CsvFile(path) if path.suffix == ".csv" else WorkbookFile(path, inline)
    out.put([[(False, heading) for heading in rows.headings]])
    done = 0
    while done < (count or MOST_ROWS) and (count or out.size() < megabytes * 1e6):
        end = min(done + BLOCK, count or MOST_ROWS)
        out.put([rows.at(number) for number in range(done, end)])
        done = end
    out.close()
    return done


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, help="ends in .xlsx or .csv")
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--rows", type=int, metavar="N")
    size.add_argument("--mb", type=float, metavar="N")
    parser.add_argument("--from", dest="source", type=pathlib.Path, metavar="FILE",
                        help="repeat the rows of this .csv, or .xlsx with one sheet and inline texts")
    parser.add_argument("--inline", action="store_true", help="no shared texts")
    parser.add_argument("--distinct", action="store_true", help="two texts of each row are in no other")
    args = parser.parse_args()
    if args.out.suffix not in (".csv", ".xlsx"):
        parser.error("the name must end in .csv or .xlsx")
    if args.rows and args.rows > MOST_ROWS and args.out.suffix == ".xlsx":
        parser.error("a sheet has at most %d rows" % MOST_ROWS)
    real = real_workbook()
    source = args.source or (real if real.is_file() else OWN)
    headings, rows = gather(source)
    if not rows:
        print("no rows in %s" % source, file=sys.stderr)
        return 2
    write(args.out, Rows(headings, rows, args.distinct), args.rows, args.mb, args.inline)
    return 0


if __name__ == "__main__":
    sys.exit(main())
