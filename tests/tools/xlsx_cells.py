#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Reads the cells of workbooks by other means than Puente, and compares both.
"""Compares every cell of every workbook of the test data with what xlsx_dump prints.

This reader goes by Python's zipfile and ElementTree, and shares no code with Puente.
"""
import argparse
import pathlib
import posixpath
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import samples  # noqa: E402

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Styled cells without content behind this column are nothing.
COLUMNS = 1024


def one_line(text):
    return (text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"))


def unescaped(text):
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def string_item(item):
    parts = []
    for child in item:
        if child.tag == MAIN + "t":
            parts.append(child.text or "")
        elif child.tag == MAIN + "r":
            parts += [text.text or "" for text in child.findall(MAIN + "t")]
    return unescaped("".join(parts))


def column_of(name):
    column = 0
    for letter in re.match("[A-Z]+", name)[0]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def value_of(cell, shared):
    kind, value, inline = cell.get("t", "n"), cell.find(MAIN + "v"), cell.find(MAIN + "is")
    if inline is not None:
        return "s", string_item(inline)
    if value is None:
        return "-", ""
    if kind == "s":
        return "s", shared[int(value.text)]
    if kind == "str":
        return "s", unescaped(value.text or "")
    return ({"n": "n", "b": "b", "e": "e", "d": "d"}[kind], value.text) if value.text else ("-", "")


def cells_of(path):
    book = zipfile.ZipFile(path)
    names = {name.lower(): name for name in book.namelist()}
    shared = []
    if "xl/sharedstrings.xml" in names:
        root = ElementTree.parse(book.open(names["xl/sharedstrings.xml"])).getroot()
        shared = [string_item(item) for item in root.findall(MAIN + "si")]
    relations = {relation.get("Id"): relation for relation in
                 ElementTree.parse(book.open("xl/_rels/workbook.xml.rels")).getroot()}
    sheets = ElementTree.parse(book.open("xl/workbook.xml")).getroot().find(MAIN + "sheets")
    for sheet in sheets:
        relation = relations[sheet.get(RELATION_ID)]
        if not relation.get("Type").endswith("/worksheet"):
            continue
        target = relation.get("Target")
        part = target[1:] if target.startswith("/") else posixpath.normpath("xl/" + target)
        number = 0
        for row in ElementTree.parse(book.open(part)).getroot().find(MAIN + "sheetData"):
            number = int(row.get("r") or number + 1)
            column = -1
            for cell in row:
                column = column_of(cell.get("r")) if cell.get("r") else column + 1
                formula = cell.find(MAIN + "f")
                kind, value = value_of(cell, shared)
                if column >= COLUMNS and kind == "-" and formula is None:
                    continue
                yield "\t".join([sheet.get("name"), str(number), str(column), kind, one_line(value),
                                 str(int(formula is not None)),
                                 one_line(formula.text or "") if formula is not None else "",
                                 cell.get("s", "0")])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dump", required=True, help="the program xlsx_dump")
    options = parser.parse_args()
    books = sorted(samples.data_root().rglob("*.xlsx"))
    if not books:
        return samples.say_data_absent("The comparison of workbooks")
    failed, total = 0, 0
    for path in books:
        done = subprocess.run([options.dump, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        ours = done.stdout.decode().split("\n")[:-1]
        theirs = list(cells_of(path))
        total += len(theirs)
        if done.returncode == 0 and ours == theirs:
            continue
        failed += 1
        print("FAIL %s: exit %d, %d cells, and %d by the other reader %s" % (
            path.name, done.returncode, len(ours), len(theirs), done.stderr.decode()[:300]))
        for one, other in zip(ours, theirs):
            if one != other:
                print("  %s\n  %s" % (one[:200], other[:200]))
                break
    print("%d cells of %d workbooks" % (total, len(books)))
    print("%d passed, %d failed" % (len(books) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
