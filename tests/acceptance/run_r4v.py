#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of the R4V 5W and of workbooks: every file there and back, cell for cell; translations.
"""Runs acceptance lines A and B of the R4V 5W.

A. Each matrix of R4V (monitoring and planning) by `r4v5w`, and each other workbook of the test data
   by `table`, goes to binary, to JSON Lines and back: all cells with their values, kinds, number
   texts, formulas, cached values and styles are the same by a reader that shares no code with
   Puente, as are rows, what is around them, and all other parts. Receipts are verified and lose
   nothing. The CSV comes back byte for byte.
B. The Spanish workbook of 2022 in English is the multiset of rows of R4V's own translation, numbers
   by value, but for two cells that have a blank at their end there.

No text of a row is printed: rows may name people.
"""
import collections
import decimal
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402
import xlsx_cells  # noqa: E402
import xlsx_copies  # noqa: E402

# The matrices; every other workbook is a table.
MATRICES = ("2021/ErrorReport_precleaning_jan.xlsx", "2021/RMRP_2021_AI_activities_jan_mar.xlsx",
            "2022/RMRP2022Activities.xlsx", "2022/RMRP2022ActivitiesSP.xlsx",
            "2022/Translated5W.xlsx", "2023/5WErrorReport.xlsx", "2023/Activities_5W_2023.xlsx",
            "2025/template_5w_2025.xlsx", "planning/RMRP2324_submission_EN_example.xlsx",
            "planning/RMRP2526_org_submissions_template.xlsx")
CSV = "2021/RMRP_2021_AI_activities_jan.csv"
# What is known of the 13,302 rows of 2021.
SURPLUS_DUPLICATES = 314
FRACTIONAL_ROWS = 19
# `Physical cash` has a blank at its end in two cells of R4V's translation.
OTHER_CELLS = 2
PEOPLE = ("eneficiar", "Refugees", "Host", "eturnees", "omen", "Men")


def convert(puente, given, output, *more):
    """Converts with a verified receipt; returns it, or nothing when that failed."""
    receipt = pathlib.Path(str(output) + ".receipt")
    done = samples.run([puente, "convert", given, output, "--force", "--verify", "--receipt", receipt,
                        *more])
    if done.code != 0:
        return None, done.brief()
    return json.loads(receipt.read_text("utf-8")), ""


def check_receipt(tally, name, receipt, why):
    """Nothing is lost, and the output was counted again."""
    if not tally.check(receipt is not None, name, why):
        return False
    leaves = receipt["leaves"]
    return tally.check(leaves["lost"] == 0 and leaves["read"] == leaves["kept"]
                       and receipt["basis"] == "verified" and not receipt["verify_differences"],
                       name + ", receipt", "%s %s" % (receipt["basis"], leaves))


def check_round_trip(tally, puente, path, form, folder):
    """There and back, by either of the formats that hold records whole."""
    name = "%s by %s" % (path.name, form)
    theirs = list(xlsx_cells.cells_of(path))
    for between in ("puente", "jsonl"):
        record, back = folder / ("between." + between), folder / "back.xlsx"
        way = "%s, %s" % (name, between)
        if not check_receipt(tally, way + ", there", *convert(puente, path, record, "--from", form)):
            continue
        if not check_receipt(tally, way + ", back", *convert(puente, record, back, "--to", form)):
            continue
        ours = list(xlsx_cells.cells_of(back))
        tally.check(ours == theirs, way + ", cells", "%d of %d are the same" % (
            sum(one == other for one, other in zip(ours, theirs)), len(theirs)))
        problems = list(xlsx_copies.problems_of(path, back))
        tally.check(not problems, way + ", forms and parts", "; ".join(problems)[:300])
    return theirs


def number(text):
    """The decimal that a number of a workbook stands for."""
    return decimal.Decimal(repr(float(text))).normalize()


def rows_of(path):
    """The rows of the first sheet below its first one, by the names in that; empty cells are none."""
    rows = collections.defaultdict(dict)
    for line in xlsx_cells.cells_of(path):
        sheet, row, column, kind, value = line.split("\t")[:5]
        if value:
            rows[sheet, int(row)][int(column)] = number(value) if kind == "n" else value
    keys = [key for key in rows if key[0] == next(iter(rows))[0]]
    names = rows[keys[0]]
    return [{names[column]: value for column, value in rows[key].items()} for key in keys[1:]]


def check_2021(tally, path):
    """What is odd in the rows of 2021 is still there."""
    rows = rows_of(path)
    counted = collections.Counter(frozenset(row.items()) for row in rows)
    tally.check(len(rows) - len(counted) == SURPLUS_DUPLICATES, "2021, rows that are there again",
                str(len(rows) - len(counted)))
    names = {name for row in rows for name in row}
    people = [name for name in names if any(word in name for word in PEOPLE)]
    fractional = sum(any(isinstance(row.get(name), decimal.Decimal) and row[name] % 1 != 0
                         for name in people) for row in rows)
    tally.check(fractional == FRACTIONAL_ROWS, "2021, rows with parts of people", str(fractional))


def check_translation(tally, puente, folder, data):
    """Line B."""
    output = folder / "english.xlsx"
    receipt, why = convert(puente, data / "2022/RMRP2022ActivitiesSP.xlsx", output, "--from", "r4v5w",
                           "--to", "r4v5w", "--out-opt", "language=en")
    if not check_receipt(tally, "Spanish to English", receipt, why):
        return
    ours = collections.Counter(frozenset(row.items()) for row in rows_of(output))
    theirs = collections.Counter(frozenset(row.items())
                                 for row in rows_of(data / "2022/Translated5W.xlsx"))
    tally.check(sum(ours.values()) == sum(theirs.values()) == 114, "Spanish to English, 114 rows",
                "%d and %d" % (sum(ours.values()), sum(theirs.values())))
    stripped = collections.Counter()
    other_cells = 0
    for row, count in theirs.items():
        clean = frozenset((name, value.strip() if isinstance(value, str) and
                           value == "Physical cash " else value) for name, value in row)
        other_cells += count * len(row - clean)
        stripped[clean] += count
    tally.check(ours == stripped, "Spanish to English, the same rows",
                "%d differ" % sum((ours - stripped).values()))
    tally.check(other_cells == OTHER_CELLS, "Spanish to English, cells with a blank at the end",
                str(other_cells))


def check_csv(tally, puente, path, folder):
    """The CSV comes back byte for byte."""
    for between in ("puente", "jsonl"):
        record, back = folder / ("between." + between), folder / "back.csv"
        way = "%s, %s" % (path.name, between)
        if check_receipt(tally, way + ", there", *convert(puente, path, record)):
            if check_receipt(tally, way + ", back", *convert(puente, record, back, "--to", "r4v5w")):
                tally.check(back.read_bytes() == path.read_bytes(), way + ", bytes")


def main():
    args = samples.acceptance_parser(__doc__).parse_args()
    puente = samples.require_puente(args.puente)
    data = samples.data_root() / "r4v5w"
    if not data.is_dir():
        return samples.say_data_absent("The acceptance of the R4V 5W")
    tally = samples.Tally()
    cells = 0
    with tempfile.TemporaryDirectory(prefix="puente-r4v-") as name:
        folder = pathlib.Path(name)
        books = sorted(samples.data_root().rglob("*.xlsx"))
        for path in books:
            inside = path.relative_to(data).as_posix() if data in path.parents else ""
            form = "r4v5w" if inside in MATRICES else "table"
            cells += len(check_round_trip(tally, puente, path, form, folder))
            if inside.endswith("activities_jan_mar.xlsx"):
                check_2021(tally, folder / "back.xlsx")
        check_csv(tally, puente, data / CSV, folder)
        check_translation(tally, puente, folder, data)
        print("%d cells of %d workbooks" % (cells, len(books)))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
