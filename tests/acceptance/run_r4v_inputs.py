#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of what a file is taken for: 5W workbooks by their columns, odd files with a clear word.
"""What Puente takes a file for whose name says nothing, and what it says of odd ones.

1. Each matrix of R4V, called `x.xlsx` or `x.csv`, is identified as `r4v5w`, every other workbook of the
   test data as before: lists, reports and tables as `table`. Through a pipe a workbook goes by its name.
2. CSV with semicolons, tabs or bars and descriptions full of commas is read by its header.
3. Pages of HTML and XML of 2003 under the name of a workbook are refused in words; parts with names that
   lead out of the archive, and sheets that are not in UTF-8, are told.
"""
import json
import pathlib
import shutil
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import make_workbook  # noqa: E402
import run_r4v  # noqa: E402
import samples  # noqa: E402

HEADER = ["Country", "Country Admin1", "Appealing organisation Name", "Month", "Indicator Sector",
          "Indicator", "Activity Name", "Activity Description", "CVA", "Total monthly beneficiaries"]
ROW = ["Colombia", "Antioquia", "Agency of the example", "2024-03", "Health", "An indicator", "One",
       "First, second, third, fourth, fifth, sixth; seventh", "No", "5"]


def identified(puente, path):
    done = samples.run([puente, "identify", path, "--json"])
    return json.loads(done.out)["format"] if done.code == 0 else done.brief()


def check_real(tally, puente, data, folder):
    matrices = [data / name for name in (*run_r4v.MATRICES, run_r4v.CSV)]
    for path in matrices:
        plain = folder / ("x" + path.suffix)
        shutil.copyfile(path, plain)
        found = identified(puente, plain)
        tally.check(found == "r4v5w", "%s by its columns" % path.name, found)
    for path in sorted(data.rglob("*.xlsx")):
        if path in matrices:
            continue
        plain = folder / "5w_rmrp.xlsx"
        shutil.copyfile(path, plain)
        found = identified(puente, plain)
        tally.check(found == "table", "%s is a table, whatever its name" % path.name, found)


def check_made(tally, puente, folder):
    book = folder / "report.xlsx"
    make_workbook.write(book, [("Read me", [["Instructions"]]),
                               ("Data", [["Title"], ["of the report"], HEADER, ROW])])
    tally.check(identified(puente, book) == "r4v5w", "a header below titles, in the second sheet",
                identified(puente, book))
    few = folder / "few.xlsx"
    make_workbook.write(few, [("Data", [HEADER[:7], ROW[:7]])])
    tally.check(identified(puente, few) == "table", "seven columns are a table",
                identified(puente, few))
    piped = samples.run(["sh", "-c", 'cat "$0" | "$1" identify - --json', book, puente])
    tally.check(json.loads(piped.out)["format"] == "table", "through a pipe nothing is known",
                piped.brief())
    cut = folder / "cut_5w.xlsx"
    cut.write_bytes(book.read_bytes()[:-100])
    tally.check(identified(puente, cut) == "r4v5w", "a damaged one goes by its name",
                identified(puente, cut))


def check_delimiters(tally, puente, folder):
    for mark in ",;\t|":
        path = folder / "rows.csv"
        lines = [[cell if mark not in cell else '"%s"' % cell for cell in line]
                 for line in (HEADER, ROW, ROW)]
        path.write_text("Report, of, March\n" + "\n".join(mark.join(line) for line in lines) + "\n",
                        "utf-8")
        out = folder / "rows.jsonl"
        done = samples.run([puente, "convert", path, out, "--force", "--verify"])
        rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()] if not done.code else []
        found = [row["activity"] for row in rows if "activity" in row]
        tally.check(len(found) == 2 and ROW[7] in json.dumps(found[0]), "CSV with %r" % mark,
                    "%d rows, %s" % (len(found), done.brief()))


def check_markup(tally, puente, folder):
    pages = {"page.xls": "<html><body><table><tr><td>Country</td></tr></table></body></html>",
             "page.csv": "\n <!DOCTYPE HTML><title>Report</title>, a, b\n",
             "page.xlsx": "<table border=1><tr><td>1</td></tr></table>",
             "old.xls": '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:'
                        'spreadsheet"></Workbook>'}
    for name, text in pages.items():
        path = folder / name
        path.write_text(text, "utf-8")
        for form in ("table", "r4v5w"):
            done = samples.run([puente, "info", path, "--from", form])
            tally.check(done.code == 1 and "PUE-0340" in done.message and "save it as .xlsx"
                        in done.message, "%s as %s" % (name, form), done.brief())
    wide = folder / "wide.xls"
    wide.write_bytes(("\ufeff" + pages["page.xls"]).encode("utf-16-le"))
    done = samples.run([puente, "info", wide, "--from", "table"])
    tally.check(done.code == 1 and "PUE-0340" in done.message, "a page in UTF-16", done.brief())
    honest = folder / "honest.csv"
    honest.write_text("tag,meaning\n<html>,the root\n<table>,a table\n", "utf-8")
    done = samples.run([puente, "info", honest])
    tally.check(done.code == 0, "a table about HTML", done.brief())


def check_parts(tally, puente, folder):
    for form, ignored, kept in (("table", "TABLE-0009", "TABLE-0008"), ("r4v5w", "R4V-0019", "R4V-0018")):
        book = folder / "5w.xlsx"
        make_workbook.write(book, [("Data", [HEADER, ROW])])
        with zipfile.ZipFile(book, "a") as archive:
            archive.writestr("../evil.sh", "rm")
            archive.writestr("/etc/evil\x1b[31m", "x")
        done = samples.run([puente, "convert", book, folder / "out.xlsx", "--from", form, "--to", form,
                            "--force", "--verify"])
        tally.check(done.code == 0 and ignored in done.message and "2 parts" in done.message
                    and "\x1b" not in done.message, "names that lead out, " + form, done.brief())
        names = zipfile.ZipFile(folder / "out.xlsx").namelist() if not done.code else ["../"]
        tally.check(not [name for name in names if "evil" in name], "they are gone, " + form)
        wide = folder / "5w_wide.xlsx"
        with zipfile.ZipFile(book) as given, zipfile.ZipFile(wide, "w") as out:
            for name in given.namelist():
                text = given.read(name).decode("utf-8")
                if name.endswith("sheet1.xml"):
                    text = text.replace("UTF-8", "UTF-16")
                    out.writestr(name, text.encode("utf-16"))
                elif "evil" not in name:
                    out.writestr(name, text)
        done = samples.run([puente, "convert", wide, folder / "out.xlsx", "--from", form, "--to", form,
                            "--force", "--verify"])
        tally.check(done.code == 0 and kept in done.message and "not in UTF-8" in done.message,
                    "a sheet in UTF-16, " + form, done.brief())


def check_places(tally, puente, folder):
    """A place in a workbook shows no line of the packed file."""
    book = folder / "odd.xlsx"
    make_workbook.write(book, [("Data", [["a"], [make_workbook.Number("12,5")]])])
    done = samples.run([puente, "convert", book, folder / "odd.csv.xlsx"])
    tally.check("TABLE-0002" in done.message and "`12,5` is no number" in done.message
                and " | " not in done.message, "a place in a workbook", done.message)


def main():
    args = samples.acceptance_parser(__doc__).parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    data = samples.data_root() / "r4v5w"
    with tempfile.TemporaryDirectory(prefix="puente-r4v-") as name:
        folder = pathlib.Path(name)
        check_made(tally, puente, folder)
        check_delimiters(tally, puente, folder)
        check_markup(tally, puente, folder)
        check_parts(tally, puente, folder)
        check_places(tally, puente, folder)
        if data.is_dir():
            check_real(tally, puente, data, folder)
        else:
            tally.skip("the files of R4V", "no PUENTE_TEST_DATA")
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
