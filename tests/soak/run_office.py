#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Opens workbooks that Puente wrote with LibreOffice, and looks at what it shows.
"""Checks written workbooks with LibreOffice (`soffice`), headless.

1. Random nasty texts go from CSV to a workbook and back unchanged, and LibreOffice shows each of them
   as the text that it is: no formula, no number made of what is none.
2. Workbooks that were given back, translated, marked and made of mappings open, and show as many rows
   as they have.
"""
import csv
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402
import xlsx_cells  # noqa: E402

ROWS, COLUMNS = 400, 5
ALPHABET = ("=+-@\t'\"&<>;,|%$#!()[]{}\\/^~`:_ abcXYZ019.áéñüßçÑ€日本語😀\u00a0\u200b\u202e"
            "_x000D_ _x0041_")
BEGINNINGS = ("", "=", "+", "-", "@", "'", "''=", "\"", "=1+1", "=HYPERLINK(\"http://x\")", "@SUM(1)",
              "-2+3", "+1", "007", "1e5", "1/2", "TRUE", "#N/A", "2024-01-02", " ", "  a", "a  ")
TIMEOUT = 300


def nasty(chance):
    text = chance.choice(BEGINNINGS) + "".join(chance.choice(ALPHABET)
                                               for _ in range(chance.randrange(12)))
    # What spreadsheets hold as a number is one, see below; here all are texts.
    return text if not is_number(text) else "x" + text


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def office(folder, path, form, options=""):
    """What LibreOffice makes of a file; None when it does not open it."""
    out = folder / "office"
    profile = "-env:UserInstallation=file://%s" % (folder / "profile")
    subprocess.run(["soffice", profile, "--headless", "--convert-to", form + options, "--outdir", out, path],
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   timeout=TIMEOUT, check=False)
    made = out / (path.stem + "." + form)
    return made if made.is_file() and made.stat().st_size > 0 else None


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.reader(f))


def check_texts(tally, puente, folder):
    chance = random.Random(7)
    table = [["column %d" % i for i in range(COLUMNS)]]
    table += [[nasty(chance) for _ in range(COLUMNS)] for _ in range(ROWS)]
    source, book, back = (folder / name for name in ("texts.csv", "texts.xlsx", "back.csv"))
    with open(source, "w", newline="", encoding="utf-8") as f:
        csv.writer(f, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    for given, output in ((source, book), (book, back)):
        done = samples.run([puente, "convert", given, output, "--from", "table", "--to", "table", "--force",
                            "--out-opt", "formulas=raw"])
        if not tally.check(done.code == 0, "texts, %s" % output.name, done.brief()):
            return
    tally.check(read_csv(back) == table, "texts come back from a workbook")
    # UTF-8, commas, all texts quoted, cells as shown.
    made = office(folder, book, "csv", ":Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false")
    if tally.check(made is not None, "LibreOffice opens the texts"):
        shown = read_csv(made)
        wrong = [(row, column) for row, texts in enumerate(table) for column, text in enumerate(texts)
                 if shown[row][column] != text]
        tally.check(not wrong, "LibreOffice shows the texts", "%d differ, first at %s" % (
            len(wrong), [(repr(table[r][c]), repr(shown[r][c])) for r, c in wrong[:3]]))


def rows_of(path):
    """The number of the last row with a value in the first sheet."""
    last, sheet = 0, None
    for line in xlsx_cells.cells_of(path):
        name, row, _, _, value = line.split("\t")[:5]
        sheet = sheet or name
        if name == sheet and value:
            last = max(last, int(row))
    return last


def check_opens(tally, folder, path, what):
    made = office(folder, path, "csv", ":Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false")
    if tally.check(made is not None, "LibreOffice opens " + what):
        shown = len(read_csv(made))
        # Rows without values at the end are shown or not, as styles have it.
        tally.check(shown >= rows_of(path), "LibreOffice shows " + what, "%d rows of %d" % (shown,
                                                                                         rows_of(path)))


def check_books(tally, puente, folder):
    own = samples.REPO_ROOT / "tests" / "data" / "r4v5w"
    books = [("the own 5W", own / "5w_monitoring_2022_es.xlsx")]
    data = samples.data_root() / "r4v5w"
    if data.is_dir():
        books += [(path.name, path) for path in sorted(data.glob("planning/*.xlsx"))]
        books += [(name, data / name) for name in ("2022/RMRP2022ActivitiesSP.xlsx",
                                                   "2023/Activities_5W_2023.xlsx")]
    for name, path in books:
        for what, arguments in (("given back", ["convert", path, "{out}", "--from", "r4v5w", "--to", "r4v5w"]),
                                ("in English of 2025", ["convert", path, "{out}", "--from", "r4v5w", "--to",
                                                        "r4v5w", "--out-opt", "year=2025", "--out-opt",
                                                        "language=en"]),
                                ("marked", ["check", path, "--from", "r4v5w", "--marked", "{out}"])):
            out = folder / "book.xlsx"
            out.unlink(missing_ok=True)
            done = samples.run([puente, *[str(out) if word == "{out}" else word for word in arguments],
                                *(["--force"] if arguments[0] == "convert" else [])])
            # A check that finds errors says so by its exit code.
            if tally.check(out.is_file(), "%s, %s" % (name, what), done.brief()):
                check_opens(tally, folder, out, "%s, %s" % (name, what))
    mapping = folder / "mapping.xlsx"
    done = samples.run([puente, "map", samples.REPO_ROOT / "examples/lac_migration/lac_migration.xml", "-o",
                        mapping])
    if tally.check(done.code == 0, "a mapping as a workbook", done.brief()):
        check_opens(tally, folder, mapping, "a mapping")


def main():
    args = samples.acceptance_parser(__doc__).parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    try:
        subprocess.run(["soffice", "--version"], stdout=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.CalledProcessError):
        tally.check(False, "LibreOffice", "soffice is not there: apt-get install libreoffice-calc")
        return tally.close()
    with tempfile.TemporaryDirectory(prefix="puente-office-") as name:
        folder = pathlib.Path(name)
        check_texts(tally, puente, folder)
        check_books(tally, puente, folder)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
