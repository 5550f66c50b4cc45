#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Judges marked workbooks by means that are not Puente's: bytes, cells, styles, comments, relations.
"""Marks every workbook of the test data with xlsx_mark, and compares what it was and what it is.

Goes by Python's zipfile and ElementTree. Beside the cells that were there, cells and rows that are
not there, whole rows, cells with comments and cells with two marks are marked.
"""
import argparse
import pathlib
import posixpath
import re
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import samples  # noqa: E402
import xlsx_cells  # noqa: E402

MAIN = xlsx_cells.MAIN
RELATION_ID = xlsx_cells.RELATION_ID
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
VML = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:excel}"
FILLS = {"info": "FFDDEBF7", "warning": "FFFFEB9C", "error": "FFFFC7CE"}
ORDER = ["info", "warning", "error"]
TITLE = "Errores"
LINE = "\n----------\n"
LONGEST = 32767
TEXTS = ["Falta el país; escríbalo como en la lista.", "]]> <b>&amp; \"x\" 'y'",
         "control \x01 y \x1f, _x000D_ y \u202eñ 😀", "=HYPERLINK(\"http://x\")", "x" * 40000,
         "dos\r\nlíneas\ry\ttabulador"]


def cell_name(row, column):
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters + str(row)


def place_of(name):
    return int(re.search("[0-9]+", name)[0]), xlsx_cells.column_of(name)


def units(text):
    return len(text.encode("utf-16-le")) // 2


def packed_bytes(path, info):
    """The bytes of a part as they lie in the archive."""
    with open(path, "rb") as file:
        file.seek(info.header_offset)
        header = file.read(30)
        file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
        return file.read(info.compress_size)


class Book:
    """A workbook taken apart."""

    def __init__(self, path):
        self.path, self.zip = path, zipfile.ZipFile(path)
        self.by_key = {name.lower(): name for name in self.zip.namelist()}
        self.tree = ElementTree.fromstring(self.read("xl/workbook.xml"))
        relations = self.relations("xl/workbook.xml")
        self.merged = {}  # ranges by part
        self.sheets = []  # name, part, whether it has cells
        for sheet in self.tree.find(MAIN + "sheets"):
            kind, part = relations[sheet.get(RELATION_ID)]
            self.sheets.append((sheet.get("name"), part, kind == "worksheet"))
        self.styles_part = [part for kind, part in relations.values() if kind == "styles"][0]
        self.styles = ElementTree.fromstring(self.read(self.styles_part))

    def read(self, name):
        return self.zip.read(self.by_key[name.lower()])

    def relations_part(self, part):
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", name + ".rels")

    def relations(self, part):
        """Kind and part by id, but for what leads out."""
        own = self.relations_part(part)
        if own.lower() not in self.by_key:
            return {}
        found = {}
        for entry in ElementTree.fromstring(self.read(own)):
            if entry.get("TargetMode") == "External":
                continue
            target = entry.get("Target")
            to = target[1:] if target.startswith("/") else posixpath.normpath(
                posixpath.join(posixpath.dirname(part), target))
            found[entry.get("Id")] = (entry.get("Type").rsplit("/", 1)[1], to)
        return found

    def related(self, part, kind):
        return [to for own, to in self.relations(part).values() if own == kind]

    def shown_at(self, part, row, column):
        """The cell that shows a cell: the upper left one of a merged range that covers it."""
        if part not in self.merged:
            ranges = [merge.get("ref") for merge in ElementTree.fromstring(self.read(part)).iter(
                MAIN + "mergeCell")]
            self.merged[part] = [[place_of(corner) for corner in (ref + ":" + ref).split(":")[:2]]
                                 for ref in ranges]
        for first, last in self.merged[part]:
            if first[0] <= row <= last[0] and first[1] <= column <= last[1]:
                return first
        return row, column

    def comments(self, part):
        """Author and text of each comment by cell, and all authors."""
        parts = self.related(part, "comments")
        if not parts:
            return {}, []
        root = ElementTree.fromstring(self.read(parts[0]))
        authors = [author.text or "" for author in root.find(MAIN + "authors")]
        comments = {}
        for comment in root.find(MAIN + "commentList"):
            assert comment.get("ref") not in comments, "two comments of one cell"
            text = xlsx_cells.string_item(comment.find(MAIN + "text"))
            comments[comment.get("ref")] = (authors[int(comment.get("authorId"))], text)
        return comments, authors


def marks_for(book):
    """Marks of a workbook: (sheet, row, column, whole row, severity, text)."""
    marks = []
    for name, part, has_cells in book.sheets:
        if not has_cells:
            continue
        root = ElementTree.fromstring(book.read(part))
        places = [place_of(cell.get("r")) for row in root.find(MAIN + "sheetData") for cell in row
                  if cell.get("r")]
        last = max([row for row, _ in places], default=0)
        wide = max([column for _, column in places if column < 200], default=0)
        chosen = places[::max(1, len(places) // 40)][:40]
        chosen += [(row, column) for row in range(1, last + 1, max(1, last // 5))
                   for column in (0, wide // 2, wide + 2)]
        chosen += [(last + 3, 1), (last + 3, 0), (last + 9, 16383), (1048576, 16383)]
        chosen += [place_of(ref) for ref in book.comments(part)[0]]
        for number, (row, column) in enumerate(chosen):
            marks.append((name, row, column, False, ORDER[number % 3],
                          TEXTS[(number * 7 + len(marks)) % len(TEXTS)]))
        marks.append((name, min(3, last + 1), 0, True, "warning", "Fila repetida."))
        marks.append((name,) + chosen[0] + (False, "error", "Otra vez."))
        marks.append((name,) + chosen[-1] + (False, "info", ""))
    return marks


def expected_cells(marks, sheet, book, part):
    """Severity and texts by place: marks of covered cells go where they are seen, and say so."""
    cells, rows = {}, {}
    own = [mark for mark in marks if mark[0] == sheet]
    for _, row, column, whole_row, severity, text in sorted(own, key=lambda mark: mark[1:3]):
        if whole_row:
            rows[row] = max(rows.get(row, "info"), severity, key=ORDER.index)
        place = book.shown_at(part, row, column)
        if place != (row, column):
            text = text and "%s: %s" % (cell_name(row, column), text)
            row, column = place
        worst, texts = cells.get((row, column), ("info", []))
        cells[row, column] = (max(worst, severity, key=ORDER.index), texts + [text] * bool(text))
    return cells, rows


def comment_text(texts):
    texts = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    return texts[0] if len(texts) == 1 else "\n".join("• " + text for text in texts)


TOKEN = re.compile(rb"<[^>]*>|[^<]+")
ATTRIBUTE = re.compile(rb"""\s([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")


def attributes(tag):
    return dict((name, value[1:-1]) for name, value in ATTRIBUTE.findall(tag))


def sheet_problems(part, before, after, cells, rows):
    """Goes through both byte for byte: what is not one of the allowed changes is a problem."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    i = j = row = 0
    seen_cells = set()

    def differs():
        return "%s: %.150r became %.150r" % (part, old[i] if i < len(old) else None,
                                             new[j] if j < len(new) else None)
    while i < len(old) or j < len(new):
        one = old[i] if i < len(old) else b""
        other = new[j] if j < len(new) else b""
        kind = re.match(rb"<(/?)(?:\w+:)?(\w*)", other)
        kind = kind[1] + kind[2] if kind else b""
        given = attributes(other) if kind in (b"row", b"c") else {}
        if kind == b"row" and attributes(one).get(b"r") != given.get(b"r"):
            row = int(given[b"r"])  # a new row
            if set(given) != {b"r"} or not any(place[0] == row for place in cells):
                return differs()
            j += 1
            while not new[j].startswith(b"</"):
                seen_cells.add(place_of(attributes(new[j])[b"r"].decode()))
                j += 1
            j += 1
            continue
        if kind == b"row":
            row = int(given.get(b"r", row + 1))
        if kind == b"c":
            place = place_of(given[b"r"].decode()) if b"r" in given else None
            if place in cells or row in rows:
                seen_cells.add(place)
                mine = attributes(one) if re.match(rb"<(\w+:)?c[\s/>]", one) else {}
                if mine.get(b"r") != given.get(b"r"):  # a new cell
                    if set(given) != {b"r", b"s"} or not other.endswith(b"/>"):
                        return differs()
                    j += 1
                    continue
                mine.pop(b"s", None)
                given.pop(b"s", None)
                if mine != given:
                    return differs()
                i, j = i + 1, j + 1
                continue
        if one == other:
            i, j = i + 1, j + 1
        elif kind == b"legacyDrawing":
            j += 1
        elif kind in (b"row", b"sheetData") and one.endswith(b"/>") and not other.endswith(b"/>"):
            old[i:i + 1] = [re.sub(rb"\s*/>$", b">", one),
                            b"</%s>" % re.match(rb"<([\w:]+)", one)[1]]
        elif re.sub(rb'spans="[^"]*"', b"", one) == re.sub(rb'spans="[^"]*"', b"", other):
            i, j = i + 1, j + 1
        elif kind == b"dimension" or (kind == b"sheetView" and b'tabSelected="0"' in other):
            i, j = i + 1, j + 1
        else:
            return differs()
    missing = set(cells) - seen_cells
    return "%s: %s was not marked" % (part, sorted(missing)[0]) if missing else None


def styles_problems(before, after, part, cells, rows):
    """Colours, and all else of the styles as it was."""
    old, new = (book.styles.find(MAIN + "cellXfs") for book in (before, after))
    fills = after.styles.find(MAIN + "fills")

    def styles_of(book):
        return {place_of(cell.get("r")): int(cell.get("s", "0"))
                for row in ElementTree.fromstring(book.read(part)).find(MAIN + "sheetData")
                for cell in row if cell.get("r")}
    was, now = styles_of(before), styles_of(after)
    for place, style in now.items():
        severity = cells[place][0] if place in cells else rows.get(place[0])
        if severity is None:
            if was[place] != style:
                yield "%s: the style of %s changed" % (part, cell_name(*place))
            continue
        look = new[style]
        fill = fills[int(look.get("fillId"))].find(".//" + MAIN + "fgColor")
        if fill is None or fill.get("rgb") != FILLS[severity] or look.get("applyFill") != "1":
            yield "%s: %s has not the colour of %s" % (part, cell_name(*place), severity)
        if place in was:
            base = dict(old[was[place]].attrib)
            mine = dict(look.attrib)
            for name in ("fillId", "applyFill"):
                base.pop(name, None)
                mine.pop(name, None)
            inner = [[ElementTree.tostring(child) for child in one]
                     for one in (old[was[place]], look)]
            if base != mine or inner[0] != inner[1]:
                yield "%s: %s lost its own look" % (part, cell_name(*place))


def style_table_problems(before, after):
    for section in before.styles:
        other = after.styles.find(section.tag)
        if section.tag.rsplit("}")[-1] in ("fonts", "fills", "cellXfs"):
            if int(other.get("count")) != len(other):
                yield "%s has the wrong count" % section.tag
            children = list(other)[:len(section)]
        else:
            children = list(other)
        if [ElementTree.tostring(child) for child in section] != [
                ElementTree.tostring(child) for child in children]:
            yield "%s of the styles changed" % section.tag
    counts = {name: len(after.styles.find(MAIN + name)) for name in ("fonts", "fills", "borders")}
    for look in after.styles.find(MAIN + "cellXfs"):
        for name, section in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(look.get(name, "0")) >= counts[section]:
                yield "a style has %s %s" % (name, look.get(name))


def comment_problems(before, after, part, cells):
    was, authors = before.comments(part)
    now, new_authors = after.comments(part)
    if new_authors[:len(authors)] != authors:
        yield "%s: authors changed" % part
    for ref, (author, text) in was.items():
        row, column = place_of(ref)
        texts = cells.get((row, column), ("", []))[1]
        want = text
        if texts and not author.startswith("tc="):
            want = text + LINE + comment_text(texts)
        # Cut where it is too long; controls count as they are written, `_x0001_`.
        cut = units(want) > LONGEST - 100 and want.startswith(now[ref][1].rstrip("…")) and (
            len(now[ref][1]) >= len(text))
        if now[ref][0] != author or (now[ref][1] != want and not cut):
            yield "%s: the comment of %s became %.200r" % (part, ref, now[ref])
    for (row, column), (_, texts) in cells.items():
        ref = cell_name(row, column)
        if not texts or ref in was:
            continue
        want = comment_text(texts)
        author, text = now.get(ref, ("", ""))
        ok = author == "Puente" and (text == want if units(want) <= LONGEST else (
            units(text) == LONGEST and text[-1] == "…" and want.startswith(text[:-1])))
        if not ok:
            yield "%s: %s has the comment %.200r" % (part, ref, (author, text))
    if set(now) != set(was) | {cell_name(*place) for place, mark in cells.items() if mark[1]}:
        yield "%s: other cells have comments" % part
    # Boxes.
    sheet = ElementTree.fromstring(after.read(part))
    drawing = after.relations(part)[sheet.find(MAIN + "legacyDrawing").get(RELATION_ID)]
    if drawing[0] != "vmlDrawing":
        yield "%s: the comments' shapes are a %s" % (part, drawing[0])
    tags = [child.tag for child in sheet]
    behind = {MAIN + name for name in ("legacyDrawingHF", "picture", "oleObjects", "controls",
                                       "webPublishItems", "tableParts", "extLst")}
    if tags.count(MAIN + "legacyDrawing") != 1 or behind & set(
            tags[:tags.index(MAIN + "legacyDrawing")]):
        yield "%s: legacyDrawing is in the wrong place" % part
    shapes = ElementTree.fromstring(after.read(drawing[1]))
    ids = [shape.get("id") for shape in shapes]
    if len([one for one in ids if one]) != len({one for one in ids if one}):
        yield "%s: two shapes have one id" % part
    boxes = set()
    for data in shapes.iter(OFFICE + "ClientData"):
        if data.get("ObjectType") != "Note":
            continue
        place = tuple(int(data.find(OFFICE + name).text) for name in ("Row", "Column"))
        if place in boxes:
            yield "%s: %s has two boxes" % (part, place)
        boxes.add(place)
        left, _, top, _, right, _, bottom, _ = (
            int(number) for number in data.find(OFFICE + "Anchor").text.split(","))
        if not (left <= right <= 16384 and top <= bottom <= 1048576):
            yield "%s: the box of %s lies outside" % (part, place)
    if boxes != {(row - 1, column) for row, column in map(place_of, now)}:
        yield "%s: %d boxes for %d comments" % (part, len(boxes), len(now))
    old_drawing = before.related(part, "vmlDrawing")
    if drawing[1] in old_drawing:
        # Boxes may have grown, and there are more numbers for shapes.
        old, new = (re.sub(rb'(?s)<x:Anchor>.*?</x:Anchor>|(?<=ext="edit") data="[0-9,]*"', b"",
                           book.read(drawing[1])) for book in (before, after))
        if not new.startswith(old[:old.rindex(b"</xml")]):
            yield "%s: old shapes changed" % part


def drawing_problems(book):
    """Shapes have numbers of blocks that their drawing has alone."""
    owners = {}
    for name in book.zip.namelist():
        if not name.endswith(".vml"):
            continue
        drawing = book.zip.read(name).decode()
        blocks = {int(block) for data in re.findall(r'idmap [^>]*data="([0-9,]*)"', drawing)
                  for block in data.split(",")}
        for number in re.findall(r'id="_x0000_s([0-9]+)"', drawing):
            if int(number) // 1024 not in blocks:
                yield "%s: shape %s has a number of another drawing" % (name, number)
                break
        for block in blocks:
            if owners.setdefault(block, name) != name:
                yield "%s and %s share numbers of shapes" % (name, owners[block])


def package_problems(book):
    yield from drawing_problems(book)
    if book.zip.testzip() is not None:
        yield "the archive is damaged"
    names = book.zip.namelist()
    if len({name.lower() for name in names}) != len(names):
        yield "two parts have one name"
    for name in names:
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(book.zip.read(name))
    types = ElementTree.fromstring(book.read("[Content_Types].xml"))
    defaults = [entry.get("Extension").lower() for entry in types.findall(TYPES + "Default")]
    overrides = [entry.get("PartName").lower() for entry in types.findall(TYPES + "Override")]
    for given in (defaults, overrides):
        if len(set(given)) != len(given):
            yield "a content type is there twice"
    for name in names:
        if name != "[Content_Types].xml" and "/" + name.lower() not in overrides and (
                name.lower().rsplit(".", 1)[-1] not in defaults):
            yield "%s has no content type" % name
    for name in names:
        if not name.endswith(".rels"):
            continue
        folder, own = posixpath.split(name)
        part = posixpath.join(posixpath.dirname(folder), own[:-len(".rels")])
        if part and part.lower() not in book.by_key:
            yield "%s is of no part" % name
        ids = [entry.get("Id").lower() for entry in ElementTree.fromstring(book.read(name))]
        if len(set(ids)) != len(ids):
            yield "%s has an id twice" % name
        for _, to in book.relations(part).values():
            if to.lower() not in book.by_key:
                yield "%s leads to %s" % (name, to)


def workbook_problems(before, after, marks):
    if [sheet[0] for sheet in after.sheets[1:]] != [sheet[0] for sheet in before.sheets] or (
            [sheet[1] for sheet in after.sheets[1:]] != [sheet[1] for sheet in before.sheets]):
        yield "the sheets are others"
    ids = [sheet.get("sheetId") for sheet in after.tree.find(MAIN + "sheets")]
    if len(set(ids)) != len(ids):
        yield "two sheets have one id"
    was, now = ([sorted(name.items()) + [name.text]
                 for name in book.tree.iter(MAIN + "definedName")] for book in (before, after))
    mine = [name for name in now if ("localSheetId", "0") in name]
    rest = [[(key, str(int(value) - 1)) if key == "localSheetId" else (key, value)
             for key, value in name[:-1]] + [name[-1]] for name in now if name not in mine]
    if rest != was or len(mine) != 1:
        yield "names became %s" % now
    for view in after.tree.iter(MAIN + "workbookView"):
        if view.get("activeTab", "0") != "0" or view.get("firstSheet", "0") != "0":
            yield "another sheet is active"
    selected = [part for _, part, _ in after.sheets
                for view in ElementTree.fromstring(after.read(part)).iter(MAIN + "sheetView")
                if view.get("tabSelected") in ("1", "true")]
    if selected != [after.sheets[0][1]]:
        yield "selected are %s" % selected
    sheet = ElementTree.fromstring(after.read(after.sheets[0][1]))
    links = {link.get("ref"): link.get("location") for link in sheet.iter(MAIN + "hyperlink")}
    lines = [line.split("\t") for line in xlsx_cells.cells_of(after.path)]
    cells = {(line[1], line[2]): line[4] for line in lines if line[0] == after.sheets[0][0]}
    first, parts = 5, {name: part for name, part, _ in before.sheets}
    if len(links) != len(marks) or ("4", "0") not in cells:
        yield "%d links for %d marks" % (len(links), len(marks))
    for number, (name, row, column, _, _, _) in enumerate(marks):
        here = str(first + number)
        place = before.shown_at(parts[name], row, column)
        want = "'%s'!%s" % (name.replace("'", "''"), cell_name(*place))
        said = cell_name(row, column) + (" (%s)" % cell_name(*place) if place != (row, column)
                                         else "")
        if cells[here, "3"] != said:
            yield "line %s names %s and not %s" % (here, cells[here, "3"], said)
        if links.get("D" + here) != want or cells[here, "2"] != xlsx_cells.one_line(name):
            yield "line %s leads to %s and not to %s" % (here, links.get("D" + here), want)
    if sheet.find(MAIN + "autoFilter").get("ref") != "A4:F%d" % (first + len(marks) - 1):
        yield "the filter is wrong"


def problems_of(before, after, marks):
    yield from package_problems(after)
    yield from workbook_problems(before, after, marks)
    yield from style_table_problems(before, after)
    changed = {"[content_types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
               before.styles_part.lower()}
    for name, part, has_cells in before.sheets:
        cells, rows = expected_cells(marks, name, before, part) if has_cells else ({}, {})
        found = sheet_problems(part, before.read(part), after.read(part), cells, rows)
        if found:
            yield found
        if before.read(part) != after.read(part):
            changed.add(part.lower())
        if not has_cells or not cells:
            continue
        yield from styles_problems(before, after, part, cells, rows)
        yield from comment_problems(before, after, part, cells)
        changed |= {before.relations_part(part).lower()}
        for kind in ("comments", "vmlDrawing"):
            changed |= {to.lower() for to in before.related(part, kind)}
    for info in before.zip.infolist():
        if info.filename.lower() in changed or info.is_dir():
            continue
        other = after.zip.getinfo(info.filename)
        if packed_bytes(before.path, info) != packed_bytes(after.path, other):
            yield "%s is not the same bytes" % info.filename
    # Values and formulas; the styles were looked at.
    parts = {name: part for name, part, _ in before.sheets}
    marked = {(mark[0],) + tuple(map(str, before.shown_at(parts[mark[0]], *mark[1:3])))
              for mark in marks}
    was, now = ([line.split("\t")[:7] for line in xlsx_cells.cells_of(book.path)
                 if book is before or not line.startswith(after.sheets[0][0] + "\t")]
                for book in (before, after))
    there = {tuple(line[:3]) for line in was}
    if was != [line for line in now if tuple(line[:3]) in there]:
        yield "cells differ"
    if any(tuple(line[:3]) not in marked or line[3] != "-" for line in now
           if tuple(line[:3]) not in there):
        yield "new cells where no mark is"


def judge(program, path, folder, tally):
    before = Book(path)
    marks = marks_for(before)
    tsv = folder / "marks.tsv"
    tsv.write_bytes("".join("%s\t%d\t%d\t%s\t%s\t%s\n" % (
        xlsx_cells.one_line(name), row, column, "row" if whole_row else "cell", severity,
        xlsx_cells.one_line(text))
        for name, row, column, whole_row, severity, text in marks).encode())
    outs = [folder / name for name in ("one.xlsx", "two.xlsx")]
    done = [subprocess.run([program, path, tsv, out, TITLE], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE) for out in outs]
    if not tally.check(done[0].returncode == 0, path.name, done[0].stderr.decode()[:300]):
        return len(marks)
    tally.check(outs[0].read_bytes() == outs[1].read_bytes(), path.name, "two runs differ")
    found = list(problems_of(before, Book(outs[0]), marks))
    tally.check(not found, path.name, "; ".join(found[:5]))
    # What was marked can be marked: there is a second list then.
    again = subprocess.run([program, outs[0], tsv, outs[1], TITLE], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
    if tally.check(again.returncode == 0, path.name, again.stderr.decode()[:300]):
        tally.check(again.stdout.decode().split("\t")[0] == TITLE + " 2", path.name, "the title")
        found = list(problems_of(Book(outs[0]), Book(outs[1]), marks))
        tally.check(not found, path.name + " twice", "; ".join(found[:5]))
    return len(marks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mark", required=True, help="the program xlsx_mark")
    parser.add_argument("--only", help="a word that the names of workbooks must have")
    options = parser.parse_args()
    books = [path for path in sorted(samples.data_root().rglob("*.xlsx"))
             if not options.only or options.only in path.name]
    if not books:
        return samples.say_data_absent("The judging of marked workbooks")
    tally = samples.Tally()
    total = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in books:
            total += judge(options.mark, path, pathlib.Path(folder), tally)
    print("%d marks in %d workbooks" % (total, len(books)))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
