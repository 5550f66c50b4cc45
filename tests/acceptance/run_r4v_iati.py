#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of the 5W as IATI and of IATI as the 5W, judged from the input, the output and the receipt.
"""Judges rows of the 5W written as IATI, and activities of IATI written as rows.

For each matrix: one activity for each row, valid by the schema of IATI 2.03 where each row has a
month, identifiers that are all different and the same in a second run, no transaction, budget or
other money, the numbers of people and quantities of each column with their dimensions, codes of
sectors and kinds of organisations that tables of exact or broader matches have. Empty cells are the only losses beside those
named here. Written as rows again, each cell of a month's matrix is what it was.

For files of IATI that others published: a row for each activity, and no number in any of them:
no money and no result of others becomes people. Receipts are verified, and their law holds.

No text of a row is printed: rows may name people.
"""
import collections
import csv
import decimal
import json
import pathlib
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402

OWN = samples.REPO_ROOT / "tests" / "data"
TABLES = samples.REPO_ROOT / "plugins"
# Matrices, the year in which they are written back, and how many rows have no month.
OWN_MATRICES = (("r4v5w/monitoring_2025.csv", "2025", 1), ("r4v5w/monitoring_2022_es.csv", "2022", 0),
                ("r4v5w/5w_monitoring_2022_es.xlsx", "2022", 0))
MATRICES = (("2021/RMRP_2021_AI_activities_jan.csv", "2021", 0),
            ("2022/RMRP2022Activities.xlsx", "2022", 0),
            ("2022/RMRP2022ActivitiesSP.xlsx", "2022", 0),
            ("2023/Activities_5W_2023.xlsx", "2023", 0), ("2023/5WErrorReport.xlsx", "2023", 0))
PLANS = (("planning/RMRP2324_submission_EN_example.xlsx", "2023"),)
# Columns whose words are no value of the 5W, by file: R4V's own report adds them.
OTHER_COLUMNS = {"5WErrorReport.xlsx": {"Review", "NoOutput", "wrongsectindicator"},
                 "monitoring_2025.csv": {"comment"}}
# Cells of ours that do not arrive, on purpose: `maybe`, `January`, `1.234`, `n/a`, and three numbers of
# the row without a month, which has no period for them.
ODD_CELLS = {"monitoring_2025.csv": 7}
# A cell of ours that could be thousands or decimals, and is no number.
AMBIGUOUS = "1.234"
REAL_IATI = ("dportal-extract/XM-OCHA-CBPF.xml", "original/UNHCR-Activities-2023.xml",
             "dportal-extract/US-GOV-1.xml", "dportal-extract/XM-DAC-41121.xml",
             "original/acfspain-es.xml")
MONEY = ("transaction", "budget", "planned-disbursement", "total-disbursement", "capital-spend")
ADDRESS = "https://www.r4v.info#"


def rows_of(path):
    """The cells of a table of this project, the names of its columns first."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def sector_codes():
    """The codes of DAC and clusters that say the same as a sector, or less."""
    names, *rows = rows_of(TABLES / "crosswalks" / "r4v_sectors.tsv")
    codes = collections.defaultdict(set)
    for row in (dict(zip(names, row)) for row in rows):
        if row["match"] in ("exact", "broader"):
            codes[row["sector"], {"dac": "1", "hrinfo": "10"}.get(row["scheme"])].add(row["code"])
    return codes


def organisation_types():
    """By R4V's id of an appealing organisation, the codes that say the same as its kind, or less."""
    names, *rows = rows_of(TABLES / "crosswalks" / "r4v_organisation_types.tsv")
    codes = {row["type"]: row["code"] for row in (dict(zip(names, row)) for row in rows)
             if row["match"] in ("exact", "broader")}
    names, *rows = rows_of(TABLES / "r4v5w" / "data" / "organisations.tsv")
    types = collections.defaultdict(set)
    for row in (dict(zip(names, row)) for row in rows):
        if row["list"] == "appealing":
            types[row["id"]].add(codes.get(row["type"], "90"))
    return types


def people_keys():
    """The measure and dimensions of each column with people."""
    names, *rows = rows_of(TABLES / "r4v5w" / "data" / "fields.tsv")
    return {(field["measure"], frozenset(
        (name, field[column]) for name, column in
        (("population-type", "population"), ("sex", "sex"), ("age", "age"))
        if field[column] != "-")) for field in (dict(zip(names, row)) for row in rows)
            if field["shape"] == "people" and field["measure"] != "target"}


def convert(tally, puente, source, target, *more):
    """One conversion; gives the receipt, or None."""
    receipt = target.parent / "receipt.json"
    done = samples.run([puente, "convert", source, target, "--force", "--verify", "--receipt", receipt,
                        *more])
    name = "%s to %s" % (source.name, target.name)
    if not tally.check(done.code == 0, "%s: exit 0" % name, done.brief()):
        return None
    told = json.loads(receipt.read_text(encoding="utf-8"))
    tally.check(told["law"] == "holds" and told["basis"] == "verified"
                and not told["verify_differences"], "%s: the law holds, verified" % name,
                str(told["verify_differences"]))
    return told


def table_of(path):
    """The rows of a CSV file by the names of its columns."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    """A number of a cell; None for none."""
    try:
        return decimal.Decimal(text)
    except decimal.InvalidOperation:
        return None


def text_of(element, path):
    found = element.find(path)
    return "" if found is None else found.text or ""


def numbers_of(activity):
    """The numbers of an activity's results, by measure and dimensions."""
    found = {}
    for indicator in activity.iter("indicator"):
        measure = text_of(indicator, "description/narrative")
        for kind in ("actual", "target"):
            for value in indicator.iter(kind):
                dimensions = frozenset((dimension.get("name"), dimension.get("value"))
                                       for dimension in value.iter("dimension"))
                found[measure, dimensions] = decimal.Decimal(value.get("value"))
    return found


def check_losses(tally, path, receipt):
    """Empty cells are lost, and what is named above."""
    name = path.name
    odd = 0
    if path.suffix == ".csv":
        # A CSV file has a value for each empty cell: these are lost, one by one.
        rows = table_of(path)
        empty = {column: count for column in rows[0]
                 if (count := sum(not row[column] for row in rows))}
        lost = collections.Counter()
        for loss in receipt["losses"]:
            if loss["path"] not in OTHER_COLUMNS.get(name, set()):
                lost[loss["path"]] += loss["count"]
        more = sum(lost.values()) - sum(count for column, count in empty.items()
                                        if column not in OTHER_COLUMNS.get(name, set()))
        tally.check(more == ODD_CELLS.get(name, 0), "%s: each other loss is known" % name,
                    "%d, %s" % (more, {c: n for c, n in lost.items() if n != empty.get(c, 0)}))
    others = OTHER_COLUMNS.get(name, set())
    for loss in receipt["losses"]:
        tally.check(loss["reason"] != "unreported", "%s: %s has a reason" % (name, loss["path"]))
        empty = sum(not example["value"] for example in loss["examples"])
        if loss["path"] not in others and empty < len(loss["examples"]):
            odd += len(loss["examples"]) - empty
    tally.check(odd <= ODD_CELLS.get(name, 0), "%s: only empty cells are lost" % name, str(odd))


def check_schema(tally, name, path):
    schema = samples.data_root() / "iati" / "schemas" / "2.03" / "iati-activities-schema.xsd"
    if schema.is_file() and shutil.which("xmllint"):
        done = samples.run(["xmllint", "--nonet", "--noout", "--schema", schema, path])
        tally.check(done.code == 0, "%s: valid by the schema of IATI 2.03" % name, done.brief())


def check_activities(tally, name, root, sectors):
    """What holds for every activity that was a row."""
    activities = list(root.iter("iati-activity"))
    identifiers = {text_of(activity, "iati-identifier") for activity in activities}
    tally.check(len(identifiers) == len(activities), "%s: identifiers differ" % name,
                "%d of %d" % (len(identifiers), len(activities)))
    tally.check(all(identifier.startswith("R4V-") and "-5W-" in identifier
                    for identifier in identifiers), "%s: identifiers are ours" % name)
    tally.check(not [kind for kind in MONEY for _ in root.iter(kind)],
                "%s: no flow of money" % name)
    wrong = 0
    for activity in activities:
        codes = {sector.get("vocabulary"): sector.get("code") for sector in activity.iter("sector")}
        own = codes.pop("99", None)
        for vocabulary, code in codes.items():
            wrong += own is not None and code not in sectors[own, vocabulary]
    tally.check(wrong == 0, "%s: sectors by the crosswalk" % name, str(wrong))
    check_reporters(tally, name, activities)
    return activities


def check_reporters(tally, name, activities):
    """The kind of who reports is that of R4V's list; 90 where that has none."""
    types = organisation_types()
    wrong = collections.Counter()
    for reporter in (activity.find("reporting-org") for activity in activities):
        known = types.get(reporter.get("ref").removeprefix("R4V-"), {"90"})
        if reporter.get("type") not in known:
            wrong[reporter.get("ref"), reporter.get("type")] += 1
    tally.check(not wrong, "%s: kinds of organisations" % name, str(wrong.most_common(3)))
    found = collections.Counter(a.find("reporting-org").get("type") for a in activities)
    if not name.startswith(("monitoring", "5w_monitoring")) and "submission" not in name:
        tally.check(len(set(found) - {"90"}) > 0, "%s: some kind is known" % name, str(found))


def check_matrix(tally, puente, path, year, without_month, folder, sectors):
    """A matrix of months, there and back."""
    name = path.name
    out, back, plain = folder / "out.xml", folder / "back.csv", folder / "plain.csv"
    receipt = convert(tally, puente, path, out, "--from", "r4v5w")
    same = ("--to", "r4v5w", "--out-opt", "year=" + year, "--out-opt", "language=en")
    if receipt is None or convert(tally, puente, path, plain, "--from", "r4v5w", *same) is None:
        return
    check_losses(tally, path, receipt)
    root = ET.parse(out).getroot()
    activities = check_activities(tally, name, root, sectors)
    rows = table_of(plain)
    tally.check(len(rows) == len(activities), "%s: an activity for each row" % name,
                "%d rows, %d activities" % (len(rows), len(activities)))
    if without_month == 0:
        check_schema(tally, name, out)
    first = out.read_bytes()
    convert(tally, puente, path, out, "--from", "r4v5w")
    tally.check(out.read_bytes() == first, "%s: the same again" % name)
    if convert(tally, puente, out, back, *same) is None:
        return
    again = table_of(back)
    tally.check(len(again) == len(rows), "%s: as many rows come back" % name, str(len(again)))
    differ = collections.Counter()
    for row, other in zip(rows, again):
        for column, text in row.items():
            if column in OTHER_COLUMNS.get(name, set()) or text == other.get(column):
                continue
            mine, theirs = number(text), number(other.get(column) or "")
            differ[column] += mine is None or mine != theirs
    expected = ODD_CELLS.get(name, 0)
    tally.check(sum(differ.values()) == expected, "%s: the same cells come back" % name,
                str(dict(differ)))
    check_numbers(tally, name, activities, rows)


def check_numbers(tally, name, activities, rows):
    """The numbers in the XML itself, by a reader that shares nothing with Puente."""
    people = people_keys()
    others = {("quantity of output", frozenset()),
              ("value of cash and vouchers", frozenset({("currency", "USD")}))}
    totals, count = collections.Counter(), 0
    for activity in activities:
        for key, value in numbers_of(activity).items():
            totals[key] += value
            count += key in people
    tally.check(set(totals) <= people | others, "%s: known measures and dimensions" % name)
    for column, measure in (("Total monthly beneficiaries", "total of the month"),
                            ("New beneficiaries of the month", "new of the month")):
        # Without a month there is no period for a number.
        expected = sum((number(row[column]) or 0 for row in rows
                        if "-" in row.get("Month", row.get("Reporting Month", ""))
                        and row[column] != AMBIGUOUS), decimal.Decimal(0))
        tally.check(totals[measure, frozenset()] == expected, "%s: the sum of %s" % (name, measure),
                    "%s and %s" % (totals[measure, frozenset()], expected))
    print("%s: %d activities, %d numbers of people" % (name, len(activities), count))


def check_plan(tally, puente, path, year, folder, sectors):
    """A plan: targets, and no actuals."""
    out, plain = folder / "out.xml", folder / "plain.csv"
    if convert(tally, puente, path, out, "--from", "r4v5w") is None or convert(
            tally, puente, path, plain, "--from", "r4v5w", "--to", "r4v5w", "--out-opt",
            "year=" + year) is None:
        return
    root = ET.parse(out).getroot()
    activities = check_activities(tally, path.name, root, sectors)
    tally.check(len(activities) == len(table_of(plain)), "%s: an activity for each row" % path.name)
    tally.check(next(root.iter("target"), None) is not None
                and next(root.iter("actual"), None) is None, "%s: targets alone" % path.name)
    check_schema(tally, path.name, out)


def check_foreign(tally, puente, path, folder):
    """Activities of others: rows without a number."""
    out = folder / "rows.csv"
    if convert(tally, puente, path, out, "--to", "r4v5w") is None:
        return
    rows = table_of(out)
    activities = list(ET.parse(path).getroot().iter("iati-activity"))
    tally.check(len(rows) == len(activities), "%s: a row for each activity" % path.name,
                "%d and %d" % (len(rows), len(activities)))
    filled = {column for row in rows for column, text in row.items() if text}
    numbers = {column for column in filled for row in rows if number(row[column]) is not None}
    known = {"Country Country", "Country Admin1", "Appealing organisation Name",
             "Implementing partner Name", "Month", "Indicator Sector", "Activity Name",
             "Activity Description"}
    tally.check(filled <= known, "%s: no number is made up" % path.name, str(filled - known))
    tally.check(not numbers - {"Activity Name", "Activity Description"},
                "%s: no number at all" % path.name, str(numbers))
    for row, activity in zip(rows, activities):
        countries = activity.findall("recipient-country")
        if len(countries) != 1 and row["Country Country"]:
            tally.check(False, "%s: one of several countries" % path.name)
            break
    print("%s: %d rows" % (path.name, len(rows)))


def main():
    args = samples.acceptance_parser(__doc__).parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    data = samples.data_root() / "r4v5w"
    sectors = sector_codes()
    if not shutil.which("xmllint"):
        tally.skip("schema of IATI", "xmllint is not installed")
    if not data.is_dir():
        print("TEST DATA ABSENT: only the small files of tests/data are judged")
    with tempfile.TemporaryDirectory(prefix="puente-r4v-iati-") as name:
        folder = pathlib.Path(name)
        matrices = [(OWN / file, year, count) for file, year, count in OWN_MATRICES]
        matrices += [(data / file, year, count) for file, year, count in MATRICES]
        for path, year, count in matrices:
            if path.is_file():
                check_matrix(tally, puente, path, year, count, folder, sectors)
        for file, year in PLANS:
            if (data / file).is_file():
                check_plan(tally, puente, data / file, year, folder, sectors)
        files = [OWN / "crosswalk" / "activities.xml"]
        files += [samples.samples_root() / file for file in REAL_IATI]
        for path in files:
            if path.is_file():
                check_foreign(tally, puente, path, folder)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
