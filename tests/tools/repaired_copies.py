# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Judges repaired copies of workbooks and CSV files by bytes, with no code of Puente's.
"""Compares a file with its repaired copy: which cells may differ is told by the receipt, and all
other bytes must be the same. Each function gives a list of what is amiss.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import xlsx_cells  # noqa: E402
import xlsx_marks  # noqa: E402

CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])[^>]*?(?:/>|>.*?</(?:\w+:)?c>)", re.S)
PLACE = re.compile(rb"""\sr=["']([A-Z]+[0-9]+)["']""")


def texts_by_cell(receipt):
    """First `before` and last `after` of each repaired cell."""
    texts = {}
    for one in receipt["repairs"]:
        if one["result"] != "repaired":
            continue
        key = one["sheet"], one["cell"]
        before = texts[key][0] if key in texts else one["before"]
        texts[key] = before, one["after"]
    return texts


def of_workbook(source, copy, receipt):
    """Other parts as they lie in the archive, other cells as they stand, new texts as the receipt says."""
    amiss = []
    texts = texts_by_cell(receipt)
    one, other = xlsx_marks.Book(source), xlsx_marks.Book(copy)
    if sorted(one.zip.namelist()) != sorted(other.zip.namelist()):
        return ["other parts: %s" % sorted(set(one.zip.namelist()) ^ set(other.zip.namelist()))]
    touched = {part for name, part, _ in one.sheets if any(sheet == name for sheet, _ in texts)}
    for info in one.zip.infolist():
        if info.filename in touched:
            continue
        if xlsx_marks.packed_bytes(source, info) != xlsx_marks.packed_bytes(
                copy, other.zip.getinfo(info.filename)):
            amiss.append("part %s" % info.filename)
    for name, part, _ in one.sheets:
        if part not in touched:
            continue
        before, after = one.read(part), other.read(part)
        if CELL.sub(b"", before) != CELL.sub(b"", after):
            amiss.append("%s: something beside its cells" % name)
        was, now = CELL.findall(before), CELL.findall(after)
        if len(was) != len(now):
            amiss.append("%s: %d cells for %d" % (name, len(now), len(was)))
        for old, new in zip(was, now):
            place = PLACE.search(old)
            if place and (name, place[1].decode()) in texts:
                style = re.search(rb'\ss="\d+"', old)
                if b"<f" in old or b"inlineStr" not in new or (style and style[0] not in new):
                    amiss.append("%s!%s is not what was to come" % (name, place[1].decode()))
            elif old != new:
                amiss.append("%s: a cell that was not to change: %s" % (name, old[:60]))
    for path, number in ((source, 0), (copy, 1)):
        said = {}
        for line in xlsx_cells.cells_of(path):
            sheet, row, column, kind, value = line.split("\t")[:5]
            said[sheet, xlsx_marks.cell_name(int(row), int(column))] = (kind, value)
        for key, pair in texts.items():
            if said.get(key) != ("s", xlsx_cells.one_line(pair[number])):
                amiss.append("%s!%s does not say what the receipt says" % key)
    return amiss


def raw_records(text, delimiter):
    """Records as lists of cells with their quotes, each with its line end."""
    pattern = re.compile(r'("(?:[^"]|"")*"[^%s\r\n]*|[^%s\r\n]*)(%s|\r\n|\r|\n|\Z)' % (
        (re.escape(delimiter),) * 3))
    record, at = [], 0
    while at <= len(text):
        found = pattern.match(text, at)
        record.append(found[1])
        at = found.end()
        if found[2] != delimiter:
            yield record, found[2]
            record = []
            if found[2] == "" or at == len(text):
                return


def unquoted(cell):
    return cell[1:-1].replace('""', '"') if cell.startswith('"') and cell.endswith('"') else cell


def of_csv(source, copy, receipt, encoding, delimiter=","):
    """All cells with their quotes and line ends, but for those of the receipt."""
    amiss = []
    texts = texts_by_cell(receipt)
    files = [pathlib.Path(path).read_bytes().decode(encoding) for path in (source, copy)]
    was, now = (list(raw_records(text, delimiter)) for text in files)
    if len(was) != len(now):
        return ["%d records for %d" % (len(now), len(was))]
    seen = 0
    row = 1
    for (old, old_end), (new, new_end) in zip(was, now):
        if old_end != new_end or len(old) != len(new):
            amiss.append("record %d has another shape" % row)
            continue
        for column, (one, other) in enumerate(zip(old, new)):
            key = "", xlsx_marks.cell_name(row, column)
            if key in texts:
                seen += 1
                ok = (unquoted(one), unquoted(other)) == texts[key] and (
                    other.startswith('"') or not one.startswith('"'))
                if not ok:
                    amiss.append("%s is not what the receipt says" % key[1])
            elif one != other:
                amiss.append("%s changed" % key[1])
        # Lines, in which a record may have several.
        row += len(re.findall("\r\n|\r|\n", "".join(old) + old_end))
    if seen != len(texts):
        amiss.append("%d of %d cells of the receipt are there" % (seen, len(texts)))
    return amiss
