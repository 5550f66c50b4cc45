#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of the tables of HDX: made of answers of FTS byte for byte, and back as they were.
"""Runs acceptance of the CSV tables that HDX publishes of FTS.

For each table of tests/data/fts_hdx/expected, and of the real ones where the test data is there:

1. the answers beside it become the same bytes, in the order of their names and in the other one,
   with --verify; the law of the receipt holds;
2. the table is known for what it is, and comes back as the same bytes: at once, by binary and by
   JSON Lines, with nothing lost; the receipt counts each cell of a column that is no list.

3. the same table in a workbook, with numbers and days as spreadsheets store them, gives the same
   records, and the same bytes.

Then the download of the site of FTS in a workbook, what is refused, what the findings say, and that
50,000 flows are sorted within 64 MB.
"""
import csv
import datetime
import json
import os
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import make_workbook  # noqa: E402
import samples  # noqa: E402

OWN = samples.REPO_ROOT / "tests" / "data" / "fts_hdx"
TABLES = {"": "requirements", "_cluster": "cluster", "_globalcluster": "globalcluster",
          "_covid": "covid"}


def choice(name):
    """The options that a table's name stands for."""
    flows = re.fullmatch(r"fts_(incoming|internal|outgoing)_funding_([a-z]{3})\.csv", name)
    if flows:
        return {"table": "flows", "boundary": flows[1], "country": flows[2].upper()}
    table = re.fullmatch(r"fts_requirements_funding(_[a-z]+)?_([a-z]{3})\.csv", name)
    return {"table": TABLES[table[1] or ""], "country": table[2].upper()}


def options(values):
    """The same for the command line."""
    given = []
    for key, value in values.items():
        given += ["--out-opt", "%s=%s" % (key, value)]
    return given


def convert(puente, inputs, output, *more):
    return samples.run([puente, "convert", *inputs, output, "--force", *more])


def check_made(tally, puente, expected, answers, folder):
    """The answers become the table."""
    name = expected.name
    output, receipt = folder / name, folder / "receipt.json"
    for order, inputs in (("in order", answers), ("the other way round", answers[::-1])):
        if choice(name)["table"] == "flows":
            # Pages stay in their order: flows of one day keep it.
            flows = [path for path in answers if path.name.startswith("custom-search-")]
            flows.sort(key=lambda path: (len(path.name), path.name))
            rest = [path for path in inputs if path not in flows]
            inputs = rest + flows if inputs is answers else flows + rest
        done = convert(puente, inputs, output, "--to", "fts-hdx", "--verify", "--receipt", receipt,
                       *options(choice(name)))
        label = "%s, inputs %s" % (name, order)
        if not tally.check(done.code == 0, "%s: exit 0" % label, done.brief(1000)):
            continue
        tally.check(output.read_bytes() == expected.read_bytes(), "%s: the same bytes" % label,
                    first_difference(output, expected))
        told = json.loads(receipt.read_text(encoding="utf-8"))
        tally.check(told["law"] == "holds" and told["basis"] == "verified",
                    "%s: the law holds, verified" % label, str(told["verify_differences"]))
        tally.check(not [loss for loss in told["losses"] if loss["reason"] == "unreported"],
                    "%s: every loss has a reason" % label)


def first_difference(made, expected):
    """The first line that differs."""
    left = made.read_text(encoding="utf-8").splitlines()
    right = expected.read_text(encoding="utf-8").splitlines()
    for number, (a, b) in enumerate(zip(left, right), 1):
        if a != b:
            return "line %d: %r, and not %r" % (number, a[:300], b[:300])
    return "%d lines, and not %d" % (len(left), len(right))


def check_back(tally, puente, table, folder):
    """A table comes back as it was."""
    name = table.name
    known = samples.run([puente, "identify", table])
    tally.check(known.code == 0 and b"fts-hdx" in known.out, "%s: is known" % name, known.brief())
    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    receipt = folder / "receipt.json"
    if "amountUSD" in rows[0]:
        answer = folder / "answer.json"
        done = convert(puente, [table], answer, "--to", "fts", "--verify")
        tally.check(done.code == 0, "%s: becomes an answer of FTS" % name, done.brief(1000))
        flows = json.loads(answer.read_text(encoding="utf-8"))["data"]["flows"]
        column = rows[0].index("amountUSD")
        tally.check(sum(flow.get("amountUSD") or 0 for flow in flows) ==
                    sum(float(row[column]) for row in rows[1:] if row[column] and row[0][0] != "#"),
                    "%s: all money is in the answer" % name)
        ends = [end for flow in flows for end in flow.get("sourceObjects", []) + flow.get("destinationObjects", [])]
        tally.check(ends and all(end.get("type") for end in ends),
                    "%s: each end has its type" % name)
    for way in (None, "binary", "jsonl"):
        back = folder / "back.csv"
        between = folder / ("between." + {"binary": "puente", "jsonl": "jsonl"}.get(way, "csv"))
        steps = [(table, back, "fts-hdx")]
        if way is not None:
            steps = [(table, between, way), (between, back, "fts-hdx")]
        label = "%s by %s" % (name, way or "nothing")
        for source, target, to in steps:
            done = convert(puente, [source], target, "--to", to, "--verify", "--receipt", receipt)
            if not tally.check(done.code == 0, "%s: exit 0 to %s" % (label, to), done.brief(1000)):
                return
            told = json.loads(receipt.read_text(encoding="utf-8"))
            totals = told["leaves"]
            tally.check(told["law"] == "holds" and told["basis"] == "verified",
                        "%s: the law holds to %s" % (label, to), str(told["verify_differences"]))
            tally.check(totals["lost"] == 0 and totals["rejected"] == 0 and totals["derived"] == 0,
                        "%s: nothing is lost to %s" % (label, to), str(totals) + str(told["losses"]))
            if source == table:
                read = {path["path"]: path["read"] for path in told["paths"]}
                wrong = [column for column in rows[0] if read.get(column) != len(rows) - 1]
                tally.check(not wrong, "%s: each cell is counted" % label, str(wrong))
        tally.check(back.read_bytes() == table.read_bytes(), "%s: the same bytes" % label,
                    first_difference(back, table))


def stored(text):
    """A cell as a spreadsheet stores the text of CSV: numbers and days as numbers."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        days = datetime.date.fromisoformat(text) - datetime.date(1899, 12, 30)
        return make_workbook.Day(str(days.days))
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d*[1-9])?", text):
        # 17 digits, as some programs write them.
        return make_workbook.Number("%.17g" % float(text))
    return text or None


def records_of(path):
    """The records of a file of JSON Lines without where they stood."""
    header, records = None, []
    with open(path, encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            for place in ("provenance", "identity"):
                record.pop(place, None)
            if "dataset_header" in record:
                header = record
            else:
                records.append(record)
    return header, records


def check_workbook(tally, puente, table, folder):
    """A table in a workbook gives the records that it gives as CSV."""
    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    titles = [["Financial Tracking Service"], ["As of today", None, make_workbook.Number("7")], []]
    cells = [[stored(text) for text in row] for row in rows[1:]]
    book = folder / (table.stem + ".xlsx")
    make_workbook.write(book, [("Notes", [["Read me"], ["x"]]),
                               ("Data", titles + [rows[0]] + cells)])
    receipt = folder / "receipt.json"
    found = []
    for source in (table, book):
        output = folder / "records.jsonl"
        done = convert(puente, [source], output, "--from", "fts-hdx", "--verify", "--receipt",
                       receipt)
        if not tally.check(done.code == 0, "%s: exit 0" % source.name, done.brief(1000)):
            return
        told = json.loads(receipt.read_text(encoding="utf-8"))
        tally.check(told["law"] == "holds" and told["basis"] == "verified",
                    "%s: the law holds" % source.name, str(told["verify_differences"]))
        read = {path["path"]: path["read"] for path in told["paths"]}
        found.append((records_of(output), told, read))
    (header, records), _, read = found[0]
    (book_header, book_records), told, book_read = found[1]
    wrong = [(a, b) for a, b in zip(records, book_records) if a != b]
    tally.check(len(records) == len(book_records) and not wrong,
                "%s: the same records" % book.name, str(wrong[:1])[:1000])
    tally.check(book_header["dataset_header"]["table"]["columns"] ==
                header["dataset_header"]["table"]["columns"] and "As of today" in str(book_header),
                "%s: columns and titles" % book.name, str(book_header)[:600])
    tally.check(book_read.pop("(title)", 0) == 3 and book_read.pop("(row)", 0) == 2 and
                book_read == read, "%s: each cell is counted" % book.name, str(book_read))
    tally.check(told["leaves"]["rejected"] == 2 and told["leaves"]["lost"] == 0 and
                told["findings"]["by_code"].get("HDX-0018") == 1,
                "%s: the other sheet is rejected, and said" % book.name,
                str(told["leaves"]) + str(told["findings"]))
    back = folder / "back.csv"
    done = convert(puente, [book], back, "--from", "fts-hdx", "--to", "fts-hdx", "--verify",
                   "--receipt", receipt)
    told = json.loads(receipt.read_text(encoding="utf-8"))
    tally.check(done.code == 0 and back.read_bytes() == table.read_bytes(),
                "%s: the same bytes" % book.name, done.brief(400) or first_difference(back, table))
    tally.check(told["law"] == "holds" and told["leaves"]["lost"] == 3,
                "%s: only the titles are lost" % book.name, str(told["losses"]))


SITE_FLOW = {
    "Flow ID": "300001", "Flow status": "commitment", "Flow date": "2024-03-01",
    "Description": "Response for refugees", "Amount (USD)": "1100000", "Original amount": "1000000",
    "Original currency": "EUR", "Exchange rate": "0.07", "Flow type": "Standard",
    "Contribution type": "financial", "Version ID": "2", "Created": "2024-03-05",
    "Last updated": "2024-04-01T09:30:00", "Modality": "Traditional aid",
    "Donor project code": "XX-EXAMPLE-0001", "Reporting organization": "Example Agency",
    "Source Organization": "Example, Government of", "Source Organization type": "Governments",
    "Source Usage year": "2024", "Destination Organization": "Example Agency",
    "Destination Location": "Colombia", "Destination Usage year": "2024",
    "Destination Plan": "Regional 2024", "Destination Sector": "Health",
}


def check_site(tally, puente, folder):
    """The download of the site: its own columns, titles above them, a total below, more sheets."""
    columns = []
    with open(samples.REPO_ROOT / "plugins" / "fts_hdx" / "data" / "columns.tsv",
              encoding="utf-8") as file:
        columns = [line.split("\t")[1] for line in file if line.startswith("site\t")]
    flows = [SITE_FLOW, dict(SITE_FLOW, **{"Flow ID": "300002", "Flow date": "", "Version ID": "1"})]
    table = folder / "site.csv"
    with open(table, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(flows)

    def row(flow):
        cells = [stored(flow.get(column, "")) for column in columns]
        cells[columns.index("Last updated")] = make_workbook.Moment("45383.395833333336")
        if flow["Flow ID"] == "300002":
            amount = columns.index("Amount (USD)")
            cells[amount] = make_workbook.Formula("2*550000", "1.1E6")
        return cells

    total = [None] * len(columns)
    total[columns.index("Description")] = "Total:"
    total[columns.index("Amount (USD)")] = make_workbook.Number("2200000")
    incoming = [["Financial Tracking Service"], ["Results - Incoming"], ["2024"], columns,
                *[row(flow) for flow in flows], total]
    internal = [columns, row(dict(SITE_FLOW, **{"Flow ID": "300003"}))]
    book = folder / "FTS_Results.xlsx"
    make_workbook.write(book, [("Results - Incoming", incoming), ("Results - Internal", internal)])
    receipt, output = folder / "receipt.json", folder / "site.jsonl"
    tables = []
    for source in (table, book):
        done = convert(puente, [source], output, "--from", "fts-hdx", "--verify", "--receipt",
                       receipt)
        if not tally.check(done.code == 0, "%s: exit 0" % source.name, done.brief(1000)):
            return
        tables.append(records_of(output)[1])
    told = json.loads(receipt.read_text(encoding="utf-8"))
    codes = told["findings"]["by_code"]
    # The formula's number was written in another way: that is kept, and all else is the same.
    written = tables[1][1].pop("lexical", [])
    plain = tables[0][1].pop("lexical", [])
    tally.check(tables[0] == tables[1], "site: the same records", str(tables)[:2000])
    tally.check([form for form in written if form not in plain and form["text"] == "1.1E6"] and
                all(form in written for form in plain), "site: as it was written", str(written))
    flow = tables[0][0]["activity"]["flow"]
    tally.check(flow["flow_identifier"] == "300001" and flow["version"] == "2" and
                flow["reports"][0]["organisation"] == "Example Agency", "site: what it says",
                str(flow))
    tally.check(told["law"] == "holds" and codes.get("HDX-0018") == 1 and
                codes.get("HDX-0019") == 1 and codes.get("HDX-0017") == 2 and
                "HDX-0002" not in codes, "site: what is left out is said", str(codes))
    rejected = {path["path"]: path["rejected"] for path in told["paths"]}
    # The total, and the two rows of the other sheet.
    tally.check(rejected.get("(row)") == 3 and rejected.get("(formula)") == 1,
                "site: what is left out is counted", str(rejected))
    back = folder / "back.csv"
    done = convert(puente, [book], back, "--from", "fts-hdx", "--to", "fts-hdx", "--verify")
    wanted = table.read_text(encoding="utf-8").splitlines()
    wanted[2] = wanted[2].replace("1100000", "1.1E6")
    tally.check(done.code == 0 and back.read_text(encoding="utf-8").splitlines() == wanted,
                "site: comes back as CSV", done.brief(400) or first_difference(back, table))
    done = convert(puente, [book], folder / "answer.json", "--from", "fts-hdx", "--to", "fts",
                   "--verify")
    tally.check(done.code == 0, "site: becomes an answer of FTS", done.brief(600))
    done = convert(puente, [book], output, "--from", "fts-hdx", "--in-opt",
                   "sheet=Results - Internal")
    tally.check(done.code == 0 and [record["activity"]["flow"]["flow_identifier"] for record in
                                    records_of(output)[1]] == ["300003"],
                "site: a sheet of choice", done.brief(400))
    output.unlink()
    strange = folder / "strange.xlsx"
    make_workbook.write(strange, [("One", [["name", "amount"], ["A", make_workbook.Number("1")]])])
    for source, more, code, hint in ((book, ["sheet=Results"], "HDX-0020", b"Results - Internal"),
                                     (strange, [], "HDX-0001", b"--from table"),
                                     (strange, ["sheet=One"], "HDX-0001", b"--from table")):
        given = [part for option in more for part in ("--in-opt", option)]
        done = convert(puente, [source], output, "--from", "fts-hdx", *given)
        tally.check(done.code == 1 and code.encode() in done.err and hint in done.err and
                    not output.exists(), "%s %s: %s" % (source.name, more, code), done.brief(400))
    known = samples.run([puente, "identify", book])
    tally.check(known.code == 0 and b": table" in known.out, "a workbook is known as a table",
                known.brief())


def check_refusals(tally, puente, folder):
    """What cannot be made is refused with a code and a hint, and nothing is written."""
    api = OWN / "api"
    overview = api / "2-fts-flow-plan-overview-progress-2024.json"
    flows = api / "custom-search-locationid-49-year-2024.json"
    nameless = folder / "answer.json"
    nameless.write_bytes((api / "planid-900-groupby-cluster.json").read_bytes())
    output = folder / "refused.csv"
    cases = (
        ("an unknown country", [flows], ["country=KOL"], "HDX-0013", b"did you mean"),
        ("the name of a country", [flows], ["country=Colombia"], "HDX-0013", b"COL"),
        ("a mistyped table", [flows], ["table=flow"], "PUE-0109", b"flows"),
        ("a country without flows", [flows], ["country=AFG"], "HDX-0009", b""),
        ("a country without plans", [overview], ["table=requirements", "country=AFG"], "HDX-0009",
         b""),
        ("an answer without a question", [overview, nameless], ["table=cluster", "country=COL"],
         "HDX-0014", b"--in-opt"),
    )
    for name, inputs, given, code, hint in cases:
        more = []
        for option in given:
            more += ["--out-opt", option]
        done = convert(puente, inputs, output, "--to", "fts-hdx", *more)
        tally.check(done.code in (1, 2) and code.encode() in done.err and hint in done.err,
                    "%s: %s" % (name, code), done.brief(600))
        tally.check(not output.exists(), "%s: nothing is written" % name)


def check_findings(tally, puente, folder):
    """What is left out is said."""
    api = OWN / "api"
    flows = api / "custom-search-locationid-49-year-2024.json"
    places = api / "1-public-location.json"
    receipt, output = folder / "receipt.json", folder / "found.csv"
    cases = (
        ("other boundaries", [places, flows], ["boundary=internal"], ["HDX-0006", "HDX-0008"], []),
        ("all boundaries", [flows], [], ["HDX-0007", "HDX-0008"], ["HDX-0006"]),
        ("a missing answer", [api / "2-fts-flow-plan-overview-progress-2024.json"],
         ["table=cluster", "country=COL"], ["HDX-0015"], []),
    )
    for name, inputs, given, present, absent in cases:
        more = []
        for option in given:
            more += ["--out-opt", option]
        done = convert(puente, inputs, output, "--to", "fts-hdx", "--receipt", receipt, *more)
        if not tally.check(done.code == 0, "%s: exit 0" % name, done.brief(600)):
            continue
        codes = json.loads(receipt.read_text(encoding="utf-8"))["findings"]["by_code"]
        wanted = [code for code in present if code == "HDX-0008" or code in codes]
        tally.check(len(wanted) == len(present) and not [c for c in absent if c in codes],
                    "%s: %s" % (name, ", ".join(present)), str(codes))


def check_examples_of_names(tally, puente, folder):
    """A name without a code is lost with its text as an example."""
    api = OWN / "api"
    receipt = folder / "receipt.json"
    done = convert(puente, [api / "1-public-location.json",
                            api / "custom-search-locationid-49-year-2024.json"],
                   folder / "names.csv", "--to", "fts-hdx", "--receipt", receipt)
    told = json.loads(receipt.read_text(encoding="utf-8")) if done.code == 0 else {"losses": []}
    names = [example["value"] for loss in told["losses"] for example in loss["examples"]
             if loss["reason"] == "no_equivalent"]
    tally.check(names == ["Global"], "a name without a code is an example", str(names))


def check_many(tally, puente, folder):
    """More flows than are sorted in memory come by date, equal ones as they came, within 64 MB."""
    answer = folder / "custom-search-locationid-49-year-2024.json"
    sample = json.loads((OWN / "api" / answer.name).read_text(encoding="utf-8"))["data"]["flows"]
    dates = []
    with open(answer, "w", encoding="utf-8") as file:
        file.write('{"status":"ok","data":{"flows":[')
        for number in range(50000):
            dates.append("20%02d-%02d-%02d" % (10 + number * 7 % 14, number % 12 + 1,
                                               number % 28 + 1))
            flow = dict(sample[number % 3], id=str(number), boundary="incoming",
                        date=dates[-1] + "T00:00:00Z")
            file.write(("," if number else "") + json.dumps(flow))
        file.write("]}}")
    output = folder / "many.csv"
    command = [str(puente), "convert", str(answer), str(output), "--force", "--to", "fts-hdx",
               "--out-opt", "country=COL"]
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    if not tally.check(status == 0, "many flows: exit 0", str(status)):
        return
    tally.check(usage.ru_maxrss < 64 << 10, "many flows: within 64 MB",
                "%d KiB" % usage.ru_maxrss)
    with open(output, newline="", encoding="utf-8") as file:
        rows = [(row["date"], int(row["id"])) for row in csv.DictReader(file)]
    expected = sorted(((date, number) for number, date in enumerate(dates)),
                      key=lambda row: row[0], reverse=True)
    tally.check(rows == expected, "many flows: by date, equal ones as they came")


def check_names(tally, puente, folder):
    """A name in `.csv` is a table, as it is everywhere; `.hdx.csv` is a table of HDX."""
    example = samples.REPO_ROOT / "examples" / "lac_migration" / "lac_migration.xml"
    for name, wanted in (("any.csv", b"table"), ("any.hdx.csv", b"fts-hdx")):
        done = samples.run([puente, "convert", example, folder / name])
        tally.check(done.code == 0 and b"(" + wanted + b"," in done.err, "format of " + name,
                    done.brief())


def main():
    parser = samples.acceptance_parser(__doc__)
    arguments = parser.parse_args()
    puente = samples.require_puente(arguments.puente)
    tally = samples.Tally()
    fts = samples.data_root() / "fts"
    sets = [(OWN / "expected", OWN / "api"), (fts / "expected_csv", fts / "api")]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for tables, api in sets:
            expected = sorted(tables.glob("*.csv"))
            if not expected:
                print("TEST DATA ABSENT: the tables of HDX are not looked at")
            answers = sorted(api.glob("*.json"))
            for table in expected:
                check_made(tally, puente, table, answers, folder)
                check_back(tally, puente, table, folder)
                check_workbook(tally, puente, table, folder)
        check_site(tally, puente, folder)
        check_back(tally, puente, OWN / "hashtags.csv", folder)
        check_refusals(tally, puente, folder)
        check_findings(tally, puente, folder)
        check_examples_of_names(tally, puente, folder)
        check_many(tally, puente, folder)
        check_names(tally, puente, folder)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
