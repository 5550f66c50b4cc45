#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of `puente check --repair`: only the cells change, the receipt lists them, nothing else is found.
"""Repairs our own sheets, hostile ones made here, and R4V's files, and judges the copies.

1. All bytes but those of the repaired cells are the same (tests/tools/repaired_copies.py).
2. The receipt has every repair with cell, rule, before and after; what was not repaired is a finding.
3. A second check finds nothing of these rules, and else the same.

No text of a row of real data is printed: rows may name people.
"""
import collections
import hashlib
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import make_workbook  # noqa: E402
import repaired_copies  # noqa: E402
import samples  # noqa: E402

OWN = samples.REPO_ROOT / "tests" / "data" / "r4v5w"
BOTH = ("double_encoded", "edge_blanks")
HEADER = ["Country Country", "Country Admin1", "Appealing organisation Name", "Month",
          "Indicator Sector", "Indicator Indicator", "Activity Name", "Activity Description",
          "RMRP Activity", "CVA", "Quantity of output", "Total monthly beneficiaries",
          "New beneficiaries of the month", "Implementation Set up", "Notas"]


def findings(puente, path, *more):
    done = samples.run([puente, "check", path, "--format", "json", "-q", "--from", "r4v5w", *more])
    lines = [json.loads(line) for line in done.out.splitlines()]
    return done, [one for one in lines if one["type"] == "finding"]


def rest(found, rules):
    """What is not of these rules, without what a new name or a repaired text changes."""
    kept = []
    for one in found:
        if one["rule"] in rules or one["rule"] == "PUE-0804":
            continue
        kept.append((one["rule"], one["severity"], one["sheet"], one["row"], one["cell"],
                     one["message"].split(': "')[0]))
    return kept


def repair(tally, puente, path, rules, folder, judge, expect=None):
    """Repairs one file; `expect` is what is not repaired, as cell and result."""
    name = "%s, %s" % (path.name, "+".join(rules))
    copy, receipt_path = folder / ("repaired" + path.suffix), folder / "receipt.json"
    given = hashlib.sha256(path.read_bytes()).hexdigest()
    done, found = findings(puente, path, "--repair", ",".join(rules), "--repaired", copy,
                           "--receipt", receipt_path, "--force")
    if not tally.check(done.code in (0, 1) and copy.exists() and receipt_path.exists(), name,
                       done.brief()):
        return
    receipt = json.loads(receipt_path.read_bytes())
    tally.check(hashlib.sha256(path.read_bytes()).hexdigest() == given
                and receipt["inputs"][0]["sha256"] == given
                and receipt["output"]["sha256"] == hashlib.sha256(copy.read_bytes()).hexdigest()
                and receipt["output"]["bytes"] == copy.stat().st_size
                and receipt["rules"] == list(rules), name + ", files of the receipt")
    # The receipt has every finding of these rules, and says what became of it.
    wanted = collections.Counter((one["sheet"], one["row"], one["cell"], one["rule"],
                                  one["repair"]) for one in found if one["rule"] in rules)
    listed = collections.Counter((one["sheet"], one["row"], one["cell"], one["rule"],
                                  one["after"]) for one in receipt["repairs"])
    tally.check(wanted == listed, name + ", the receipt has all", "%d for %d" % (
        sum(listed.values()), sum(wanted.values())))
    missed = [(one["cell"], one["result"]) for one in receipt["repairs"]
              if one["result"] != "repaired"]
    told = [one["cell"] for one in found if one["rule"] == "PUE-0804"]
    tally.check(sorted(set(told)) == sorted({cell for cell, _ in missed}),
                name + ", what is not repaired is a finding", str(told[:5]))
    tally.check(sorted(set(missed)) == sorted(set(expect or [])), name + ", what is not repaired",
                str(missed[:5]))
    done_cells = repaired_copies.texts_by_cell(receipt)
    counts = receipt["counts"]
    tally.check(counts["cells"] == len(done_cells)
                and sum(counts["repaired"].values()) + sum(counts["not_repaired"].values())
                == len(receipt["repairs"]), name + ", counts", str(counts))
    amiss = judge(path, copy, receipt)
    tally.check(not amiss, name + ", the copy", "%d amiss, e.g. %s" % (len(amiss), amiss[:2]))
    _, again = findings(puente, copy)
    left = sorted({(one["cell"], one["rule"]) for one in again if one["rule"] in rules})
    kept = {cell for cell, _ in missed}
    tally.check({cell for cell, _ in left} == kept, name + ", a second check finds none of these",
                str(left[:5]))
    tally.check(rest(again, rules) == rest(found, rules), name + ", and else the same",
                "%d and %d" % (len(rest(again, rules)), len(rest(found, rules))))
    twice = folder / ("twice" + path.suffix)
    samples.run([puente, "check", path, "-q", "--from", "r4v5w", "--repair", ",".join(rules),
                 "--repaired", twice, "--force", "--summary"])
    tally.check(twice.read_bytes() == copy.read_bytes(), name + ", two runs, the same bytes")
    print("%s: %d cells repaired, %d not" % (name, counts["cells"],
                                             sum(counts["not_repaired"].values())))


def row(**cells):
    plain = {"Country Country": "Peru", "Country Admin1": "Lima", "Month": "2025-02",
             "Appealing organisation Name": "Agencia de Ejemplo", "Indicator Sector": "Health",
             "Indicator Indicator": "# of persons", "RMRP Activity": "Yes", "CVA": "No",
             "Implementation Set up": "No", "Activity Name": "Clinica", "Notas": "x"}
    by_name = {"name": "Activity Name", "text": "Activity Description", "admin1": "Country Admin1",
               "notes": "Notas", "sector": "Indicator Sector"}
    plain.update({by_name[key]: value for key, value in cells.items()})
    return [plain.get(name) for name in HEADER]


HOSTILE = [
    row(name="OrientaciÃ³n ", text=" =HYPERLINK(\"http://x\")"),
    row(name="Clínica\u00a0", text="control \u0085 y\tÃ±  "),
    row(name="x" * 32766 + " ", text="Ã¡" * 16383),
    row(name=" \"citas\", y; comas ", text="dos\nlíneas \n", notes="NiÃ±os "),
    row(name="_x0041_ Ã©", text="-5 \u2003", notes="Â¿QuÃ©? ðŸ˜€ "),
    row(name="LimaÂ\u00a0", text="&amp; <b> "),
]


def csv_bytes(rows, delimiter=",", end="\r\n"):
    lines = []
    for number, cells in enumerate([HEADER] + rows):
        texts = []
        for column, cell in enumerate(cells):
            text = cell or ""
            quoted = any(c in text for c in '"\r\n' + delimiter) or (number + column) % 5 == 0
            texts.append('"%s"' % text.replace('"', '""') if quoted else text)
        lines.append(delimiter.join(texts) + end)
    return "".join(lines)


def check_made(tally, puente, folder):
    """Hostile texts, as a workbook and as CSV in several encodings."""
    book = folder / "5w hostile.xlsx"
    rows = [list(one) for one in HOSTILE]
    rows.append(row())
    rows[-1][7] = make_workbook.Formula('A1&" "', "1")
    make_workbook.write(book, [("5W", [HEADER] + rows), ("Otra", [["x "]])])
    formula = [("H2", "becomes_formula")]
    for rules in (BOTH, BOTH[:1], BOTH[1:]):
        blocked = [] if rules != BOTH[1:] else [(cell, "other_rule_first") for cell in (
            "G2", "O5", "O6", "G7")]
        trims = formula if "edge_blanks" in rules else []
        repair(tally, puente, book, rules, folder, repaired_copies.of_workbook, trims + blocked)
    cases = [("5w utf8.csv", "utf-8", ",", "\r\n"), ("5w mark.csv", "utf-8-sig", ";", "\n"),
             ("5w utf16.csv", "utf-16", "\t", "\r\n")]
    for name, encoding, delimiter, end in cases:
        path = folder / name
        path.write_bytes(csv_bytes(HOSTILE, delimiter, end).encode(encoding))
        repair(tally, puente, path, BOTH, folder,
               lambda *a, e=encoding, d=delimiter: repaired_copies.of_csv(*a, e, d), formula)
    western = folder / "5w western.csv"
    western.write_bytes(csv_bytes([row(name="Clínica ", text=" niño"), row(name="Niños ")],
                                  ";").encode("cp1252"))
    repair(tally, puente, western, BOTH, folder,
           lambda *a: repaired_copies.of_csv(*a, "cp1252", ";"))


def check_refusals(tally, puente, folder):
    given = OWN / "monitoring_2025.csv"
    mine = folder / "mine.csv"
    mine.write_bytes(given.read_bytes())
    out = folder / "none.csv"
    ask = ["--repair", "double_encoded"]
    cases = [
        ("no output", 2, "PUE-0001", "--repaired OUT", [given] + ask),
        ("standard output", 2, "PUE-0001", "--repaired OUT", [given] + ask + ["--repaired", "-"]),
        ("no rule", 2, "PUE-0001", "--repair RULE", [given, "--repaired", out]),
        ("a receipt of nothing", 2, "PUE-0001", "--repair RULE", [given, "--receipt", out]),
        ("an unknown rule", 2, "PUE-0001", "did you mean `double_encoded`",
         [given, "--repair", "duble_encoded", "--repaired", out]),
        ("a rule without a repair", 2, "PUE-0001", "has no repair",
         [given, "--repair", "zeroCVA", "--repaired", out]),
        ("the input itself", 2, "PUE-0805", "in its own place",
         [mine] + ask + ["--repaired", mine, "--force"]),
        ("two inputs", 2, "PUE-0805", "2", [given, mine] + ask + ["--repaired", out]),
        ("a file that is there", 2, "PUE-0102", "", [given] + ask + ["--repaired", mine]),
        ("one name twice", 2, "PUE-0001", "two outputs",
         [given] + ask + ["--repaired", out, "--receipt", out]),
    ]
    for name, code, pue, words, arguments in cases:
        done = samples.run([puente, "check", *arguments])
        tally.check(done.code == code and pue in done.message and words in done.message,
                    name, done.brief())
    binary = folder / "own.puente"
    samples.run([puente, "convert", given, binary])
    done = samples.run([puente, "check", binary, *ask, "--repaired", out])
    tally.check(done.code == 2 and "PUE-0805" in done.message, "data that was made of a sheet",
                done.brief())
    tally.check(not out.exists() and mine.read_bytes() == given.read_bytes(),
                "refusals write nothing")


def check_with_marks(tally, puente, folder):
    """--marked beside --repair: both are of the file as it was read."""
    book = folder / "5w own.xlsx"
    done = samples.run([puente, "convert", OWN / "monitoring_2025.csv", book, "--to", "r4v5w",
                        "--out-opt", "carrier=xlsx"])
    alone, marked, copy = folder / "alone.xlsx", folder / "marked.xlsx", folder / "copy.xlsx"
    samples.run([puente, "check", book, "--marked", alone])
    done = samples.run([puente, "check", book, "--marked", marked, "--repair", ",".join(BOTH),
                        "--repaired", copy])
    tally.check(marked.exists() and copy.exists() and marked.read_bytes() == alone.read_bytes(),
                "marked and repaired", done.brief())


def main():
    parser = samples.acceptance_parser(__doc__)
    options = parser.parse_args()
    puente = samples.require_puente(options.puente)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        repair(tally, puente, OWN / "monitoring_2025.csv", BOTH, folder,
               lambda *a: repaired_copies.of_csv(*a, "utf-8"))
        check_made(tally, puente, folder)
        check_refusals(tally, puente, folder)
        check_with_marks(tally, puente, folder)
        data = samples.data_root() / "r4v5w"
        if not data.is_dir():
            print("TEST DATA ABSENT: %s; no real file was repaired" % data)
            return tally.close()
        for file in ("2021/RMRP_2021_AI_activities_jan_mar.xlsx", "2022/RMRP2022ActivitiesSP.xlsx",
                     "2023/Activities_5W_2023.xlsx", "2023/5WErrorReport.xlsx",
                     "planning/RMRP2324_submission_EN_example.xlsx"):
            for rules in (BOTH[:1], BOTH):
                repair(tally, puente, data / file, rules, folder, repaired_copies.of_workbook)
        repair(tally, puente, data / "2021/RMRP_2021_AI_activities_jan.csv", BOTH, folder,
               lambda *a: repaired_copies.of_csv(*a, "utf-8"))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
