#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of `puente totals` for people: R4V's three models against an independent judge.
"""Runs acceptance of totals of people.

1. Own rows give the figures that were worked out by hand (HAND), with and without shares.
2. The 13,302 rows of January to March 2021: each method, by each field, gives the groups of
   tests/tools/people_totals.py; what counts and what is left out make up all people of direct
   assistance; each row that is left out is listed with its place.
3. R4V's own consolidated report of 2022: its rows of sectors, by the model of the Southern Cone, give
   its rows of all sectors wherever no sector is among the four of which the largest is taken. (Where
   one is, the report follows neither the script nor the shares that we have.)
4. Totals of several months, and fields that do not go with a method, are refused.
"""
import collections
import csv
import decimal
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import people_totals  # noqa: E402
import r4v_rules  # noqa: E402
import r4v_table  # noqa: E402
import samples  # noqa: E402

D = decimal.Decimal
OWN = samples.REPO_ROOT / "tests" / "data" / "r4v5w" / "people_2023.csv"
SHARES = samples.REPO_ROOT / "tests" / "data" / "r4v5w" / "shares_2023.csv"
METHODS = ("r4v-sum", "r4v-maxsector", "r4v-southernconemodel")
# Worked out by hand from the rows of people_2023.csv.
HAND = (
    ("r4v-sum", "", False, {(): "337.5"}),
    ("r4v-sum", "sector", False,
     {("Shelter",): "110", ("Food Security",): "100.5", ("WASH",): "50", ("Education",): "15",
      ("Protection (General)",): "40", ("Nutrition",): "8", ("Health",): "14"}),
    ("r4v-sum", "organisation,month", False,
     {("Example Agency", "2023-01"): "220", ("Example NGO", "2023-01"): "93.5",
      ("Example Agency", "2023-02"): "24"}),
    ("r4v-sum", "population", False,
     {("in destination",): "214", ("in transit",): "50.5", ("host community",): "25",
      ("Not specified",): "50", ("Over the total",): "-2"}),
    ("r4v-sum", "sex_age", False,
     {("female 0-17",): "63", ("male 0-17",): "64", ("female 18+",): "106",
      ("male 18+",): "104.5"}),
    ("r4v-maxsector", "population", False,
     {("in destination",): "96", ("in transit",): "30", ("host community",): "10"}),
    ("r4v-maxsector", "country,admin1,month", False,
     {("Chile", "Tarapacá", "2023-01"): "110", ("Chile", "Tarapacá", "2023-02"): "12",
      ("Chile", "Antofagasta", "2023-02"): "14"}),
    ("r4v-southernconemodel", "month", False, {("2023-01",): "165", ("2023-02",): "26"}),
    ("r4v-maxsector", "sex_age", True,
     {("female 0-17",): "48", ("male 0-17",): "48", ("female 18+",): "37", ("male 18+",): "37"}),
    ("r4v-southernconemodel", "", True, {(): "225"}),
)
REPORT = "2022/RMRP_2022_AI_consolidated.xlsx"
REPORT_PARTS = {"Consolidated In Destination": "in destination",
                "Consolidated In Transit": "in transit",
                "Consolidated Host Communities": "host community",
                "Consolidated Pendular": "pendular", "Consolidated Returnees": "returnee",
                "Consolidated Girls": "female 0-17", "Consolidated Boys": "male 0-17",
                "Consolidated Women": "female 18+", "Consolidated Men": "male 18+",
                "Consolidated Other under 18": "other 0-17",
                "Consolidated Other above 18": "other 18+"}


def totals(puente, tally, name, *arguments):
    """The totals as JSON; none when the command fails."""
    done = samples.run([puente, "totals", "--json", *arguments])
    tally.check(done.code == 0, "%s: totals are made" % name, done.brief())
    return json.loads(done.out) if done.code == 0 else None


def groups_of(told):
    """Groups that are not 0, and the total under None, as the judge gives them."""
    scope, = told["scopes"]
    lines = [(tuple(g["key"].values()), g) for g in scope["groups"]] or [
        ((), g) for g in scope["totals"]]
    found = {key: D(g["amount"]) for key, g in lines if D(g["amount"])}
    found[None] = sum(D(g["amount"]) for g in scope["totals"])
    assert all(g["unit"] == "people" for _, g in lines)
    return found


def same(tally, name, told, expected):
    if told is None:
        return
    found = groups_of(told)
    tally.check(found == expected, name, str(sorted(found.items() ^ expected.items(), key=str)[:4]))


def check_identity(tally, name, told, direct):
    """What counts and what is left out of direct assistance make up all of it."""
    left = sum(D(line["amount"]) for line in told["scopes"][0]["left_out"]
               if not line["reason"].startswith(("no direct", "what its")))
    tally.check(groups_of(told)[None] + left == direct, "%s: nothing goes unsaid" % name,
                "%s and %s of %s" % (groups_of(told)[None], left, direct))


def check_own(tally, puente):
    for method, by, has_shares, expected in HAND:
        name = "own rows, %s%s by %s" % (method, " with shares" if has_shares else "", by or "none")
        more = (["--by", by] if by else []) + (["--shares", SHARES] if has_shares else [])
        told = totals(puente, tally, name, OWN, "--method", method, *more)
        if told is None:
            continue
        expected = {key: D(value) for key, value in expected.items()}
        same(tally, name, told, expected | {None: sum(expected.values())})
        check_identity(tally, name, told, D("337.5"))
    for arguments, word in (
            (["--measure", "total"], b"--by month"),
            (["--measure", "total", "--method", "r4v-maxsector"], b"r4v-sum"),
            (["--method", "sum"], b"r4v-sum"), (["--by", "donor"], b"country"),
            (["--by", "population,sex-age"], b"sex and age"),
            (["--method", "r4v-maxsector", "--by", "sector"], b"r4v-sum"),
            (["--method", "r4v-maxsector", "--by", "sex-age"], b"--shares"),
            (["--shares", OWN], b"PUE-0601"), (["--shares-sheet", "x"], b"--shares"),
            (["--measure", "news"], b"`new`")):
        done = samples.run([puente, "totals", OWN, *arguments])
        tally.check(done.code in (1, 2) and word in done.err and not done.out,
                    "own rows: %s is refused" % " ".join(map(str, arguments)), done.brief())
    told = totals(puente, tally, "totals of the month", OWN, "--measure", "total", "--by", "month")
    same(tally, "own rows: totals of the month by month", told,
         {("2023-01",): D("348.5"), ("2023-02",): D(131), None: D(0)})
    done = samples.run([puente, "totals", OWN])
    tally.check(done.code == 0 and b"method r4v-sum" in done.out and b"r4v-sum" in done.err and
                b"337.5 people" in done.out, "own rows: the default is said", done.brief())


def check_2021(tally, puente, root, folder):
    path = root / r4v_rules.SETS["2021"][0]
    rows = people_totals.rows_of_2021(root)
    direct = people_totals.totals(rows)[None]
    for method in METHODS:
        sets = ["", "country", "admin1", "month", "country,admin1,month", "population",
                "country,population"]
        if method == "r4v-sum":
            sets += ["sector", "organisation", "sex-age", "country,admin1,month,sector",
                     "sector,sex-age"]
        for by in sets:
            name = "2021, %s by %s" % (method, by or "none")
            told = totals(puente, tally, name, path, "--method", method,
                          *(["--by", by] if by else []))
            if told is None:
                continue
            fields = tuple(f for f in by.split(",") if f)
            same(tally, name, told, people_totals.totals(rows, method, fields))
            check_identity(tally, name, told, direct)
    told = totals(puente, tally, "2021, totals", path, "--measure", "total", "--by", "month,sector")
    same(tally, "2021, totals of the month", told,
         people_totals.totals(rows, "r4v-sum", ("month", "sector"), "total") | {None: D(0)})
    done = samples.run([puente, "totals", path, "--measure", "total"])
    tally.check(done.code == 1 and b"3 months" in done.err, "2021, totals of three months are refused",
                done.brief())
    left_out = folder / "left_out.jsonl"
    totals(puente, tally, "2021, left out", path, "--left-out", left_out, "--force")
    found = [json.loads(line) for line in left_out.read_text(encoding="utf-8").splitlines()]
    expected = [row["number"] for row in rows if row["kind"] != people_totals.DIRECT]
    tally.check([line["line"] for line in found] == expected and
                all(line["reason"] and line["sheet"] for line in found),
                "2021, each row that is left out is listed with its sheet, line and reason")
    # The shares are those of 2022; that they are of another year does not matter to the sums.
    book = root / "reference/Proportions.xlsx"
    header, lines = r4v_table.table(book, "pinproportions")
    columns = sorted(header)
    shares = people_totals.shares_from(
        [[header[c] for c in columns]] +
        [[cells.get(c, ("-", ""))[1] for c in columns] for _, cells in lines])
    for method in METHODS[1:]:
        for by in ("", "country,sex-age", "country,admin1,month"):
            name = "2021, %s with R4V's shares by %s" % (method, by or "none")
            told = totals(puente, tally, name, path, "--method", method, "--shares", book,
                          "--shares-sheet", "pinproportions", *(["--by", by] if by else []))
            if told is None:
                continue
            fields = tuple(f for f in by.split(",") if f)
            same(tally, name, told, people_totals.totals(rows, method, fields, shares=shares))
            check_identity(tally, name, told, direct)


def report_rows(root):
    """The report's people of each month by (admin1, month, sector): they are added up over months
    in the file."""
    header, lines = r4v_table.table(root / REPORT)
    added = {}
    for _, cells in lines:
        line = {header[c]: cells.get(c, ("-", ""))[1] for c in header}
        added[line["Admin1"], line["Month"], line["Subsector"]] = {
            name: D(line[name]) for name in ["Consolidated Total", *REPORT_PARTS]}
    months = sorted({month for _, month, _ in added})
    rows = {}
    for (admin1, month, sector), values in added.items():
        before = added.get((admin1, months[months.index(month) - 1], sector), {}) \
            if month != months[0] else {}
        rows[admin1, month, sector] = {n: v - before.get(n, 0) for n, v in values.items()}
    return rows


def check_report(tally, puente, root, folder):
    rows = report_rows(root)
    path = folder / "5w_2022.csv"
    names = ["Country", "Admin1", "Month", "Subsector", "Indicator", "Appealing_org",
             "New_beneficiaries", "IN_DESTINATION", "IN_TRANSIT", "Host_Communities", "PENDULARS",
             "Returnees", "Girls", "Boys", "Women", "Men", "Other_under", "Other_above"]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for (admin1, month, sector), values in rows.items():
            if admin1 != "Country level" and sector != "Intersector" and any(values.values()):
                writer.writerow(["Argentina", admin1, month, sector, "a sum", "R4V",
                                 *(str(v) for v in values.values())])
    largest = {key[:2] for key, values in rows.items()
               if key[2] in people_totals.LARGEST and values["Consolidated Total"]}
    places = sorted({key[:2] for key in rows if key[0] != "Country level"} - largest)
    found = collections.defaultdict(lambda: D(0))
    for part in ("population", "sex-age"):
        more = ["--shares", root / "reference/Proportions.xlsx", "--shares-sheet",
                "pinproportions"] if part == "sex-age" else []
        told = totals(puente, tally, "R4V's report of 2022", path, "--from", "r4v5w",
                      "--count-unknown", "--method", "r4v-southernconemodel", "--by",
                      "country,admin1,month," + part, *more)
        if told is not None:
            found.update({key[1:]: v for key, v in groups_of(told).items() if key})
    wrong = [(admin1, month, name) for admin1, month in places
             for name, part in REPORT_PARTS.items()
             if found[admin1, month, part] != rows[admin1, month, "Intersector"][name]]
    people = sum(rows[admin1, month, "Intersector"]["Consolidated Total"]
                 for admin1, month in places)
    tally.check(not wrong and (len(places), people) == (39, 437),
                "R4V's report of 2022: its sums over sectors in %d places and months, %s people" %
                (len(places), people), str(wrong[:4]))


def main():
    options = samples.acceptance_parser(__doc__).parse_args()
    puente = samples.require_puente(options.puente)
    tally = samples.Tally()
    check_own(tally, puente)
    root = samples.data_root() / "r4v5w"
    if root.is_dir():
        with tempfile.TemporaryDirectory(prefix="puente-people-") as name:
            check_2021(tally, puente, root, pathlib.Path(name))
            check_report(tally, puente, root, pathlib.Path(name))
    else:
        print("TEST DATA ABSENT: R4V's rows and report are not looked at")
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
