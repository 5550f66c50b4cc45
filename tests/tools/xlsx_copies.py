#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Judges copies of workbooks by means that are not Puente's: cells, rows, and every other part.
"""Copies every workbook of the test data with xlsx_copy, and compares both files.

Cells go by xlsx_cells.py, what rows have beside them and the formulas' forms by ElementTree; every
part but the sheets must be the same bytes, those excepted that the writer says it changes.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import samples  # noqa: E402
import xlsx_cells  # noqa: E402

MAIN = xlsx_cells.MAIN
# Attributes of rows that say how a program drew them last, or which columns they have.
ROWS_OWN = ("spans", "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac}dyDescent")


def is_yes(value):
    return value in ("1", "true")


def row_look(row):
    look = {name: value for name, value in row.attrib.items() if name not in ROWS_OWN}
    # Without these two, height and style are what a program came to by itself.
    if not is_yes(look.get("customHeight")):
        look.pop("ht", None)
    if not is_yes(look.get("customFormat")):
        look.pop("s", None)
    for name in ("thickBot", "thickTop", "ph"):
        look.pop(name, None)
    return {name: value for name, value in look.items() if value not in ("0", "false")}


def formula_form(cell):
    formula = cell.find(MAIN + "f")
    return None if formula is None else sorted(
        (name, value) for name, value in formula.attrib.items() if value != "0" or name == "si")


def rows_of(data):
    """What xlsx_cells does not look at: rows, forms of formulas, styles of cells far right."""
    for row in data:
        yield (row_look(row), [(cell.get("r"), cell.get("s", "0"), cell.get("cm"), cell.get("vm"),
                                formula_form(cell)) for cell in row])


def sheet_parts(book):
    types = ElementTree.parse(book.open("[Content_Types].xml")).getroot()
    return {entry.get("PartName", "").lstrip("/").lower() for entry in types
            if entry.get("ContentType", "").endswith("worksheet+xml")}


def without_rows(tree):
    data = tree.getroot().find(MAIN + "sheetData")
    for child in list(data):
        data.remove(child)
    data.text = None
    return ElementTree.tostring(tree.getroot())


def leads_to_chain(entry):
    return "calcchain" in ElementTree.tostring(entry).decode().lower()


def elements(book, name, goes=None):
    return [sorted(entry.attrib.items()) for entry in ElementTree.parse(book.open(name)).getroot()
            if goes is None or not goes(entry)]


def problems_of(before, after):
    """Yields what differs."""
    if list(xlsx_cells.cells_of(before)) != list(xlsx_cells.cells_of(after)):
        yield "cells differ"
    one, other = zipfile.ZipFile(before), zipfile.ZipFile(after)
    if other.testzip() is not None:
        yield "the archive is damaged"
    sheets = sheet_parts(one)
    ours = set(other.namelist())
    has_chain = any(name.lower().endswith("calcchain.xml") for name in one.namelist())
    for name in one.namelist():
        if name.lower().endswith("calcchain.xml"):
            if name in ours:
                yield "calcChain is left"
            continue
        if name not in ours:
            yield "%s is gone" % name
            continue
        ours.discard(name)
        if name.lower() in sheets:
            trees = [ElementTree.parse(book.open(name)) for book in (one, other)]
            rows = [list(rows_of(tree.getroot().find(MAIN + "sheetData"))) for tree in trees]
            if rows[0] != rows[1]:
                for old, new in zip(*rows):
                    if old != new:
                        yield "%s: %.200s became %.200s" % (name, old, new)
                        break
                else:
                    yield "%s: %d rows became %d" % (name, len(rows[0]), len(rows[1]))
            if without_rows(trees[0]) != without_rows(trees[1]):
                yield "%s: what stands around the rows differs" % name
        elif name.lower().endswith("sharedstrings.xml"):
            if len(ElementTree.parse(other.open(name)).getroot()) != 0:
                yield "shared texts are left"
        elif has_chain and name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
            if elements(one, name, leads_to_chain) != elements(other, name):
                yield "%s differs in more than calcChain" % name
        elif one.read(name) != other.read(name):
            yield "%s differs" % name
    if ours:
        yield "new parts: %s" % ", ".join(sorted(ours))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copy", required=True, help="the program xlsx_copy")
    options = parser.parse_args()
    books = sorted(samples.data_root().rglob("*.xlsx"))
    if not books:
        return samples.say_data_absent("The judging of copied workbooks")
    tally = samples.Tally()
    with tempfile.TemporaryDirectory() as folder:
        for path in books:
            copies = [pathlib.Path(folder) / name for name in ("one.xlsx", "two.xlsx")]
            done = [subprocess.run([options.copy, source, copy], stderr=subprocess.PIPE)
                    for source, copy in ((path, copies[0]), (path, copies[1]))]
            if not tally.check(done[0].returncode == 0, path.name, done[0].stderr.decode()[:300]):
                continue
            found = list(problems_of(path, copies[0]))
            tally.check(not found, path.name, "; ".join(found))
            tally.check(copies[0].read_bytes() == copies[1].read_bytes(), path.name,
                        "two copies differ")
            again = subprocess.run([options.copy, copies[0], copies[1]], stderr=subprocess.PIPE)
            tally.check(again.returncode == 0 and copies[0].read_bytes() == copies[1].read_bytes(),
                        path.name, "the copy of the copy differs")
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
