#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of the FTS plugin: answers come back value for value, and receipts count every value.
"""Runs acceptance of FTS answers.

For each answer of tests/data/fts, and of the real ones where the test data is there:

1. to binary and back, to JSON Lines and back, and to FTS at once: the same values (same_json.py
   tells absent, null, "", 1, 1.0 and "1" apart), with --verify;
2. the receipt has 0 lost and 0 rejected, its law holds, and it counts for each path what the judge
   counts.

Small answers of our own, cut at every byte, are refused, and nothing is written.
"""
import csv
import fractions
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import same_json  # noqa: E402
import samples  # noqa: E402

OWN = samples.REPO_ROOT / "tests" / "data" / "fts"


def answers():
    """The answers, own ones first."""
    own = sorted(OWN.glob("*.json"))
    real = sorted((samples.data_root() / "fts" / "api").glob("*.json"))
    if not real:
        print("TEST DATA ABSENT: real answers of FTS are not looked at")
    return own + real


def check_receipt(tally, name, receipt, counts, derived):
    """Holds a receipt to what the judge counts."""
    totals = receipt["leaves"]
    tally.check(receipt["law"] == "holds" and receipt["basis"] == "verified",
                "%s: the law holds, verified" % name, str(receipt["verify_differences"]))
    tally.check(totals["lost"] == 0 and totals["rejected"] == 0 and
                totals["derived"] == derived,
                "%s: nothing is lost" % name, str(totals))
    told = {path["path"]: path["read"] for path in receipt["paths"]}
    wrong = ["%s: %s, and the judge says %s" % (path, told.get(path, 0), counts.get(path, 0))
             for path in sorted(told.keys() | counts.keys())
             if told.get(path, 0) != counts.get(path, 0)]
    tally.check(not wrong, "%s: every value is counted" % name, "; ".join(wrong[:5]))


def contradictions(document):
    """How many flows have an original amount, a rate and US dollars that contradict each other."""
    found = 0
    data = document.get("data") if isinstance(document, dict) else None
    for flow in (data.get("flows") or () if isinstance(data, dict) else ()):
        values = [flow.get(name) if isinstance(flow, dict) else None
                  for name in ("originalAmount", "exchangeRate", "amountUSD")]
        # A number with more decimals than a decimal of the schema has is kept as its text.
        if not all(isinstance(value, same_json.Number) and len(value.partition(".")[2]) <= 18
                   for value in values):
            continue
        original, rate, dollars = map(fractions.Fraction, values)
        allowed = max(1, abs(dollars) / 100)
        found += rate <= 0 or abs(original / rate - dollars) > allowed
    return found


def check_answer(tally, puente, path, folder):
    """Checks one answer on all its ways."""
    document = same_json.load(path)
    counts = same_json.leaves(document)
    receipt = folder / "receipt.json"
    for way in ("binary", "jsonl", None):
        name = "%s by %s" % (path.name, way or "nothing")
        back = folder / "back.json"
        between = folder / ("between." + {"binary": "puente", "jsonl": "jsonl"}.get(way, "json"))
        steps = ([(path, back, "fts")] if way is None else
                 [(path, between, way), (between, back, "fts")])
        done = None
        for source, target, to in steps:
            done = samples.run([puente, "convert", source, target, "--to", to, "--force", "--verify",
                                "--receipt", receipt] +
                               (["--from", "fts"] if source == path else []))
            tally.check(done.code == 0, "%s: exit 0 to %s" % (name, to), done.brief())
            if done.code != 0:
                break
            told = json.loads(receipt.read_text(encoding="utf-8"))
            if source == path:
                # Whether the link to a next page is written is only known after the last input.
                links = "nextLink" in (document.get("meta") or ()) if way is None else 0
                check_receipt(tally, name, told, counts, int(links))
                found = told["findings"]["by_code"].get("FTS-0006", 0)
                tally.check(found == contradictions(document),
                            "%s: each contradiction of rate and amounts is found" % name,
                            "%d, and the judge says %d" % (found, contradictions(document)))
            else:
                tally.check(told["leaves"]["lost"] == 0 and told["basis"] == "verified",
                            "%s: nothing is lost on the way back" % name, str(told["losses"]))
        if done.code == 0:
            differ = list(same_json.differences(document, same_json.load(back)))
            tally.check(not differ, "%s: the same values" % name, "; ".join(differ[:5]))


def check_pages(tally, puente, name, pages, folder):
    """All pages of an answer become one, in the order of their links, whatever order they are given."""
    receipt, out = folder / "receipt.json", folder / "whole.json"
    documents = [same_json.load(page) for page in pages]
    for given in (pages, pages[::-1]):
        done = samples.run([puente, "convert", *given, out, "--to", "fts", "--from", "fts", "--force",
                            "--verify", "--receipt", receipt])
        tally.check(done.code == 0 and b"PUE-0507" not in done.err,
                    "%s: the pages become one answer" % name, done.brief())
        if done.code != 0:
            continue
        told = json.loads(receipt.read_text(encoding="utf-8"))
        tally.check(told["law"] == "holds" and told["basis"] == "verified" and
                    told["leaves"]["lost"] == 0, "%s: nothing is lost" % name, str(told["losses"]))
        whole = same_json.load(out)
        flows = [flow for document in documents for flow in document["data"]["flows"]]
        expected = dict(documents[-1], data=dict(documents[-1]["data"], flows=flows))
        differ = list(same_json.differences(expected, whole))
        tally.check(not differ, "%s: one answer with all flows in order" % name,
                    "; ".join(differ[:5]))
    done = samples.run([puente, "convert", pages[1], out, "--to", "fts", "--from", "fts", "--force",
                        "--strict"])
    tally.check(done.code == 3 and b"PUE-0507" in done.err, "%s: missing pages are told" % name,
                done.brief())


def page_sets():
    """Name and pages, in their order, of the real answers that have several and of an own one."""
    sets = [("own pages", [OWN / "pages" / name for name in
                           ("locationid-9-year-2024.json", "locationid-9-year-2024-page-2.json",
                            "locationid-9-year-2024-page-10.json")])]
    api = samples.data_root() / "fts" / "api"
    for first in sorted(api.glob("custom-search-locationid-*-year-????.json")):
        sets.append((first.name, [first, *sorted(api.glob(first.stem + "-page-*.json"))]))
    return sets


def check_map(tally, puente, folder):
    """A mapping of flows says who gives, who gets it, where, what for and how much."""
    table, receipt = folder / "map.csv", folder / "receipt.json"
    done = samples.run([puente, "map", OWN / "pages", "-o", table, "--receipt", receipt, "--force"])
    tally.check(done.code == 0, "own pages: a mapping", done.brief())
    if done.code != 0:
        return
    with open(table, newline="", encoding="utf-8") as file:
        rows = {row["activity_id"]: row for row in csv.DictReader(file)}
    expected = {"title": "Example 700002", "funders": "Donor A", "implementers": "Agency One",
                "country_names": "Exampleland; Otherland", "sector_names": "Health; Nutrition",
                "status": "paid", "start_date": "2024-02-02", "start_is": "date of the flow",
                "currency": "USD", "commitments": "", "disbursements_and_expenditure": "250"}
    found = {name: rows["700002"][name] for name in expected}
    tally.check(found == expected, "own pages: a row of the mapping", str(found))
    tally.check(rows["700001"]["commitments"] == "1000" and
                rows["700004"]["commitments"] + rows["700004"]["currency"] == "",
                "own pages: a commitment counts as one, a pledge as none")
    told = json.loads(receipt.read_text(encoding="utf-8"))
    tally.check(told["law"] == "holds" and
                not [loss for loss in told["losses"] if loss["reason"] == "unreported"],
                "own pages: the mapping accounts for every value", str(told["losses"][:3]))


def check_cuts(tally, puente, path, folder):
    """No beginning of an answer is taken for an answer."""
    whole = path.read_bytes().rstrip()
    cut, out = folder / "cut.json", folder / "cut.jsonl"
    for size in range(1, len(whole)):
        cut.write_bytes(whole[:size])
        done = samples.run([puente, "convert", cut, out, "--from", "fts", "--force"])
        tally.check(done.code == 1 and not out.exists(),
                    "%s: the first %d bytes are refused" % (path.name, size), done.brief())


def main():
    parser = samples.acceptance_parser(__doc__)
    arguments = parser.parse_args()
    puente = samples.require_puente(arguments.puente)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory() as scratch:
        for path in answers():
            check_answer(tally, puente, path, pathlib.Path(scratch))
        for name, pages in page_sets():
            check_pages(tally, puente, name, pages, pathlib.Path(scratch))
        check_map(tally, puente, pathlib.Path(scratch))
        for name in ("no-flows.json", "odd-lists.json"):
            check_cuts(tally, puente, OWN / name, pathlib.Path(scratch))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
