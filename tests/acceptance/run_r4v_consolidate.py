#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of one table made of the 5W files of several partners.
"""Puts the 5W files of several partners into one table, as a national platform does every month.

1. Files of three years, two languages, CSV and workbooks: every row of the table is found again, by a
   reader that shares no code with Puente, at the file, sheet and row that its last columns name, with
   the same place, month, words of its own and numbers of people, under the column that means the same.
   No row is missing, none is there twice, the receipt is verified and accounts for every cell.
2. Made files: columns in another order, titles, totals, columns that nobody knows, a plan among
   monitoring files, months that are days, sheets behind the first matrix. What the table has no place
   for is told once, with its place, and counted.
3. The table is read again: its columns of sources are known, and put together once more they say where
   rows were at first. Duplicates across files are found by `puente check`, in the files and in the table.

No text of a row of real data is printed: rows may name people.
"""
import collections
import csv
import decimal
import json
import pathlib
import re
import sys
import tempfile
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import make_workbook  # noqa: E402
import samples  # noqa: E402
import xlsx_cells  # noqa: E402
from make_workbook import Day, Formula, Number  # noqa: E402

# Real files, and how many rows of each are activities.
FILES = (("2022/RMRP2022Activities.xlsx", 17), ("2022/RMRP2022ActivitiesSP.xlsx", 114),
         ("2023/Activities_5W_2023.xlsx", 50), ("2021/RMRP_2021_AI_activities_jan.csv", 3371))
# Names that mean the same, made plain; ours, beside the lists of the plugin.
COLUMNS = {
    "country": ("country", "pais country", "country country"),
    "month": ("month", "reporting month", "mes"),
    "description": ("activity description", "descripcion de la actividad"),
    "name": ("activity name", "nombre de la actividad"),
    "total": ("total monthly", "total beneficiarios mensuales", "total monthly beneficiaries"),
    "new": ("new beneficiaries", "nuevos beneficiarios del mes", "new beneficiaries of the month"),
    "girls": ("girls", "ninas y adolescentes menores de 18", "women under 18"),
    "transit": ("in transit", "refugiados y migrantes en transito",
                "refugees and migrants in transit"),
    "value": ("value", "valor de transferencia en usd", "value in usd", "value of transfer in usd"),
    "file": ("source file", "archivo de origen"),
    "sheet": ("source sheet", "hoja de origen"),
    "row": ("source row", "fila de origen"),
}
NUMBERS = ("total", "new", "girls", "transit", "value")

# A partner's file: four columns of who and what, and some of the numbers.
ENGLISH = ["Country", "Country Admin1", "Appealing organisation Name", "Month", "Indicator Sector",
           "Indicator", "Activity Name", "CVA", "Total monthly beneficiaries",
           "New beneficiaries of the month", "Women under 18"]
SPANISH = ["Nuevos beneficiarios del mes", "Nota interna", "Total beneficiarios mensuales", "Month",
           "País Country", "País Admin1", "Socio principal Nombre", "Indicador Sector", "Indicador",
           "Nombre de la actividad", "CVA", "Cantidad de productos generados"]
PLAN = ["Year", "Country", "Admin1", "Organization name", "Sector-Subsector-WG", "Indicator",
        "Indicator Type", "Activity name", "Activity description",
        "Total Budget requirement:(In kind + CVA)", "Girls (<18)", "Boys (<18)"]
INDICATOR = "# of individuals who received something"


def english(country, place, month, name, total, new, girls):
    return [country, place, "Agency of the example", month, "Health", INDICATOR, name, "No", total, new,
            girls]


def plain(text):
    """A name without accents, case and signs."""
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return re.sub("[^a-z0-9]+", " ", text.lower()).strip()


def value(kind, text):
    """A cell by what it says: numbers by value."""
    if kind == "n":
        return decimal.Decimal(repr(float(text))).normalize()
    try:
        return decimal.Decimal(text).normalize()
    except decimal.InvalidOperation:
        return text


def rows_of(path):
    """By sheet and row, the cells that are not empty by column. In CSV the row is the line."""
    rows = collections.defaultdict(dict)
    if path.suffix == ".csv":
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            begin = 1
            for cells in reader:
                for column, text in enumerate(cells):
                    if text:
                        rows["", begin][column] = value("s", xlsx_cells.one_line(text))
                begin = reader.line_num + 1
        return rows
    for line in xlsx_cells.cells_of(path):
        sheet, row, column, kind, text = line.split("\t")[:5]
        if text:
            rows[sheet, int(row)][int(column)] = value(kind, text)
    return rows


def columns_of(header):
    """The columns of a header by what they mean to us."""
    found = {}
    for column, name in header.items():
        for word, names in COLUMNS.items():
            if plain(str(name)) in names:
                found.setdefault(word, column)
    return found


def table_of(path):
    """The rows below the first one with at least six names that we know, by our words."""
    rows = rows_of(path)
    for key, header in rows.items():
        columns = columns_of(header)
        if len(columns) >= 6:
            return {(sheet, row): {word: cells.get(column) for word, column in columns.items()}
                    for (sheet, row), cells in rows.items() if sheet == key[0] and row > key[1]}
    return {}


def convert(puente, given, output, *options):
    """Converts into one table; returns the receipt and what was told, by code, as message and place."""
    receipt = pathlib.Path(str(output) + ".receipt")
    done = samples.run([puente, "convert", *given, output, "--from", "r4v5w", "--to", "r4v5w",
                        "--force", "--verify", "--receipt", receipt, *options])
    if done.code != 0:
        return None, {}, done.brief()
    told = collections.defaultdict(list)
    for code, message, place in re.findall(r"^[a-z]+\[([A-Z0-9-]+)\]: (.*)\n --> (.*)$", done.message,
                                           re.MULTILINE):
        told[code].append((message, place))
    return json.loads(receipt.read_text("utf-8")), told, done.brief(2000)


def check_account(tally, name, receipt, why):
    if not tally.check(receipt is not None, name, why):
        return False
    leaves = receipt["leaves"]
    return tally.check(leaves["read"] == leaves["kept"] + leaves["lost"]
                       and receipt["basis"] == "verified" and receipt["law"] == "holds"
                       and not receipt["verify_differences"], name + ", receipt",
                       "%s %s %s" % (receipt["basis"], leaves, receipt["verify_differences"][:3]))


def check_rows(tally, name, table, sources, counts):
    """Every row of the table is at the place that it names, and every activity is in it once."""
    seen = collections.Counter()
    wrong = collections.Counter()
    for cells in table.values():
        place = cells.get("sheet") or "", cells.get("row")
        origin = sources.get(cells.get("file"), {}).get(place)
        seen[cells.get("file")] += 1
        if origin is None:
            wrong["place"] += 1
            continue
        if origin.pop("taken", None):
            wrong["twice"] += 1
        for word in ("country", "month", "name", "description", *NUMBERS):
            if word in cells and origin.get(word) != cells.get(word):
                wrong[word] += 1
        origin["taken"] = True
    tally.check(dict(seen) == counts, name + ", rows by file", str(sorted(seen.values())))
    tally.check(not wrong, name + ", cells", str(dict(wrong)))


def check_real(tally, puente, data, folder):
    paths = [data / path for path, _ in FILES]
    counts = {path.name: count for path, (_, count) in zip(paths, FILES)}
    for output, order, options in (
            ("all.xlsx", paths, ()), ("all.csv", paths, ()),
            ("spanish.xlsx", paths[1:] + paths[:1], ()),
            ("of_2025.csv", paths, ("--out-opt", "year=2025", "--out-opt", "language=es")),
            ("english.xlsx", paths[::-1], ("--out-opt", "language=en"))):
        made = folder / output
        receipt, told, why = convert(puente, order, made, "--out-opt", "source_columns=true", *options)
        if not check_account(tally, output, receipt, why):
            continue
        sources = {path.name: table_of(path) for path in paths}
        table = table_of(made)
        # The first file's rows that are no activities stand in the table as they did there.
        activities = {key: cells for key, cells in table.items() if cells.get("file")}
        check_rows(tally, output, activities, sources, counts)
        header = next(iter(rows_of(made).values()))
        names = [str(header[column]) for column in sorted(header)][-3:]
        spanish = output.startswith("spanish") or "language=es" in options
        tally.check(names == (["Archivo de origen", "Hoja de origen", "Fila de origen"] if spanish
                              else ["Source file", "Source sheet", "Source row"]),
                    output + ", names of sources", str(names))
        # What is lost is told: columns one by one, the rest in one sum.
        told_columns = len(told["R4V-0015"])
        tally.check((receipt["leaves"]["lost"] == 0) == (told_columns == 0 and not told["R4V-0012"]),
                    output + ", losses are told", "%s lost, %d columns told" % (
                        receipt["leaves"]["lost"], told_columns))
        again, told, why = convert(puente, [made], folder / ("again_" + output))
        if check_account(tally, output + ", again", again, why):
            tally.check(again["leaves"]["lost"] == 0 and not told["R4V-0005"],
                        output + ", again, nothing is lost or unknown",
                        "%s %s" % (again["leaves"], told["R4V-0005"][:3]))


def make_files(folder):
    """Files of three partners, one workbook with sheets behind its matrix, a plan."""
    book = make_workbook
    first = [["Report of March"], ENGLISH,
             english("Colombia", "Antioquia", Day("45352"), "One", Number("5"), Number("3"), Number("1")),
             english("Colombia", "Cesar", Day("45352"), "Two", Number("7"), Number("4"), Number("2")),
             ["TOTAL", None, None, None, None, None, None, None, Formula("SUM(I3:I4)", "12")]]
    book.write(folder / "first.xlsx", [("Data", first), ("Lists", [["Health"], ["Education"]])])
    second = [["Reporte de marzo"], SPANISH,
              [Number("4"), "secreto", Formula("4+5", "9"), "mar-24", "Perú", "Lima",
               "Agencia de ejemplo", "Salud", INDICATOR, "Tres", "Sí", Number("11")],
              [Number("2"), None, Number("2"), "2024-03", "Peru", "Lima", "Agencia de ejemplo", "Salud",
               INDICATOR, "Cuatro", "n/a", None]]
    book.write(folder / "second.xlsx", [("Hoja1", second)])
    with open(folder / "third.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(ENGLISH)
        rows.writerow(english("Colombia", "Antioquia", "2024-03", "One", "5", "3", "1"))
        rows.writerow(english("Ecuador", "Guayas", "2024-03", "Five", "8", "8", ""))
        rows.writerow(english("Colombia", "Antioquia", "2024-03", "One", "5", "3", "1"))
    # The same row as in the first file, columns the other way round.
    turned = [line[::-1] for line in (ENGLISH, first[2])]
    book.write(folder / "turned.xlsx", [("Data", turned)])
    plan = [PLAN, ["2024", "Chile", "Tarapacá", "Agency of the example", "Health", INDICATOR,
                   "Direct Assistance", "Six", "A plan", Number("100"), Number("1"), Number("2")]]
    book.write(folder / "plan.xlsx", [("Plan", plan)])
    return [folder / name for name in ("first.xlsx", "second.xlsx", "third.csv")]


def check_made(tally, puente, folder):
    given = make_files(folder)
    for output in ("made.xlsx", "made.csv"):
        made = folder / output
        receipt, told, why = convert(puente, given, made, "--out-opt", "source_columns=true")
        if not check_account(tally, output, receipt, why):
            continue
        rows = rows_of(made)
        table = table_of(made)
        activities = [cells for cells in table.values() if cells.get("file")]
        tally.check([(str(cells["name"]), str(cells["total"]), str(cells["new"]), str(cells["file"]),
                      str(cells["sheet"] or ""), str(cells["row"])) for cells in activities] ==
                    [("One", "5", "3", "first.xlsx", "Data", "3"),
                     ("Two", "7", "4", "first.xlsx", "Data", "4"),
                     ("Tres", "9", "4", "second.xlsx", "Hoja1", "3"),
                     ("Cuatro", "2", "2", "second.xlsx", "Hoja1", "4"),
                     ("One", "5", "3", "third.csv", "", "2"), ("Five", "8", "8", "third.csv", "", "3"),
                     ("One", "5", "3", "third.csv", "", "4")], output + ", rows",
                    str([list(map(str, cells.values())) for cells in activities]))
        months = {str(cells["month"]) for cells in activities}
        tally.check(len(months) == 1 if output.endswith(".xlsx") else months == {"45352", "2024-03"},
                    output + ", months are written as in the first file", str(months))
        if output.endswith(".xlsx"):
            tally.check([cells for (sheet, _), cells in rows.items() if sheet == "Lists"]
                        == [{0: "Health"}, {0: "Education"}], output + ", the sheet behind is there")
        places = sorted(place.split("  ")[0].rsplit("/", 1)[-1] for _, place in told["R4V-0015"])
        tally.check(places == ["second.xlsx!'Hoja1'!B3", "second.xlsx!'Hoja1'!L3"],
                    output + ", columns without a place", str(told["R4V-0015"]))
        others = [place for _, place in told["R4V-0012"] if "second.xlsx" in place]
        tally.check(len(others) == 1, output + ", the title is told once", str(told["R4V-0012"])[:300])
        sums = [message for message, _ in told["R4V-0016"]]
        tally.check(len(sums) == 1 and "2 further files 2 cells of 2 columns, 1 row" in sums[0]
                    and "1 formula" in sums[0], output + ", the sum", str(sums))
        tally.check(not told["R4V-0017"], output + ", no matrix of another kind")
    receipt, told, why = convert(puente, [given[0], folder / "plan.xlsx"], folder / "mixed.xlsx")
    if check_account(tally, "a plan among them", receipt, why):
        tally.check([place.rsplit("/", 1)[-1] for _, place in told["R4V-0017"]]
                    == ["plan.xlsx!'Plan'!A1"], "a plan is told", str(told["R4V-0017"]))
    # Once more with another file behind it: the table is one input, and its rows keep their sources.
    receipt, told, why = convert(puente, [folder / "made.xlsx", given[2]], folder / "more.csv",
                                 "--out-opt", "source_columns=true")
    if check_account(tally, "the table and one more", receipt, why):
        table = table_of(folder / "more.csv")
        places = [(cells["file"], str(cells["row"])) for cells in table.values() if cells.get("file")]
        tally.check(places[:7] == [("first.xlsx", "3"), ("first.xlsx", "4"), ("second.xlsx", "3"),
                                   ("second.xlsx", "4"), ("third.csv", "2"), ("third.csv", "3"),
                                   ("third.csv", "4")] and len(places) == 10,
                    "the table and one more, sources", str(places))
    check_duplicates(tally, puente, given, folder)


def check_duplicates(tally, puente, given, folder):
    """Rows that say the same, in one file, across files, and in the table made of them."""
    for name, paths, known in (
            ("files", given, [("third.csv", 2), ("third.csv", 4)]),
            ("orders of columns", [given[0], folder / "turned.xlsx"], [("turned.xlsx", 2)]),
            ("two formats", given[:1] + given[2:], [("third.csv", 2), ("third.csv", 4)]),
            ("table", [folder / "made.xlsx"], [("made.xlsx", 8), ("made.xlsx", 10)])):
        done = samples.run([puente, "check", *paths, "--format", "json", "--from", "r4v5w"])
        found = []
        for line in done.out.decode("utf-8").splitlines():
            finding = json.loads(line)
            if finding.get("rule") == "duplicate_row":
                found.append((pathlib.Path(finding["source"]).name, finding.get("row")))
        tally.check(found == known, "duplicates across " + name, "%s %s" % (found, done.brief()))


def main():
    args = samples.acceptance_parser(__doc__).parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    data = samples.data_root() / "r4v5w"
    with tempfile.TemporaryDirectory(prefix="puente-r4v-") as name:
        folder = pathlib.Path(name)
        check_made(tally, puente, folder)
        if data.is_dir():
            check_real(tally, puente, data, folder)
        else:
            tally.skip("the files of R4V", "no PUENTE_TEST_DATA")
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
