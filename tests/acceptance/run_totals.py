#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of `puente totals`: exact sums, what is left out and why, and what is refused.
"""Runs acceptance of totals.

For each answer of flows, own and real ones, whose pages are all there:

1. `fts-boundary` equals what the answer itself says, to the dollar, and what this script adds up;
   what is left out is listed, one line for each flow, with its reason;
2. `sum` shows the over-count;
3. by each field, the groups are those that this script makes;
4. one page of several, a page given twice, and a method that does not fit are refused.

Sums of IATI files are those that this script adds up, by currency and transaction type.
"""
import collections
import decimal
import json
import pathlib
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import same_json  # noqa: E402
import samples  # noqa: E402

OWN = samples.REPO_ROOT / "tests" / "data" / "fts" / "pages"
ENDS = {"donor": ("sourceObjects", "Organization"),
        "organisation": ("destinationObjects", "Organization"),
        "location": ("destinationObjects", "Location"), "plan": ("destinationObjects", "Plan"),
        "cluster": ("destinationObjects", "Cluster"),
        "global-cluster": ("destinationObjects", "GlobalCluster"),
        "emergency": ("destinationObjects", "Emergency"),
        "year": ("destinationObjects", "UsageYear")}


def page_sets():
    """Name and pages of each answer."""
    sets = [("own", sorted(OWN.glob("*.json")))]
    api = samples.data_root() / "fts" / "api"
    for first in sorted(api.glob("custom-search-locationid-*-year-????.json")):
        sets.append((first.name, [first, *sorted(api.glob(first.stem + "-page-*.json"))]))
    if len(sets) == 1:
        print("TEST DATA ABSENT: real answers of FTS are not looked at")
    return sets


def group_of(flow, field):
    """The value of a field, as documented: all names together, or `Not specified`."""
    side, kind = ENDS[field]
    names = sorted({end["name"] for end in flow[side] if end["type"] == kind},
                   key=lambda name: name.encode())
    return "; ".join(names) or "Not specified"


def counts_in(flow):
    """Whether fts-boundary counts a flow."""
    return flow["boundary"] == "incoming" and flow["onBoundary"] != "shared"


def measure_of(flow):
    return "pledges" if flow["status"] == "pledge" else "funding"


def totals(puente, tally, name, *arguments):
    """The totals as JSON; none when the command fails."""
    done = samples.run([puente, "totals", "--json", *arguments])
    tally.check(done.code == 0, "%s: totals are made" % name, done.brief())
    return json.loads(done.out) if done.code == 0 else None


def check_answer(tally, puente, name, pages, folder):
    documents = [same_json.load(page) for page in pages]
    flows = [flow for document in documents for flow in document["data"]["flows"]]
    says = documents[0]["data"]["incoming"]
    left_out = folder / "left_out.jsonl"
    told = totals(puente, tally, name, *pages, "--left-out", left_out, "--force")
    if told is None:
        return
    scope = told["scopes"][0]
    found = {line["measure"]: line["amount"] for line in scope["totals"]}
    tally.check(told["method"] == "fts-boundary" and len(told["scopes"]) == 1 and
                scope["records"] == len(flows), "%s: one answer of all flows" % name, str(told))
    tally.check(found.get("funding", "0") == says["fundingTotal"] and
                found.get("pledges", "0") == says["pledgeTotal"],
                "%s: the totals are those of the answer" % name, "%s and %s" % (found, says))
    expected = collections.Counter()
    for flow in flows:
        if counts_in(flow):
            expected[measure_of(flow)] += int(flow["amountUSD"])
    tally.check({k: str(v) for k, v in expected.items()} == found,
                "%s: the totals are what is added up here" % name, "%s and %s" % (found, expected))
    lines = [json.loads(line) for line in left_out.read_text(encoding="utf-8").splitlines()]
    expected = sorted((flow["id"], flow["amountUSD"]) for flow in flows if not counts_in(flow))
    tally.check(sorted((line["record"], line["amount"]) for line in lines) == expected and
                all(line["reason"] for line in lines),
                "%s: each flow that is left out is listed with its reason" % name)
    tally.check(sum(line["count"] for line in scope["left_out"]) == len(expected),
                "%s: what is left out is summed up" % name, str(scope["left_out"]))

    told = totals(puente, tally, name, *pages, "--method", "sum")
    found = sum(int(line["amount"]) for line in told["scopes"][0]["totals"])
    tally.check(found == sum(int(flow["amountUSD"]) for flow in flows) and
                found > int(says["fundingTotal"]) + int(says["pledgeTotal"]),
                "%s: the sum of all flows counts too much" % name, str(found))

    for fields in [[field] for field in ENDS] + [["donor", "year"]]:
        told = totals(puente, tally, name, *pages, "--by", ",".join(fields))
        found = {(*group["key"].values(), group["measure"]): (group["amount"], group["count"])
                 for group in told["scopes"][0]["groups"]}
        sums, counts = collections.Counter(), collections.Counter()
        for flow in filter(counts_in, flows):
            key = (*(group_of(flow, field) for field in fields), measure_of(flow))
            sums[key] += int(flow["amountUSD"])
            counts[key] += 1
        expected = {key: (str(sums[key]), counts[key]) for key in counts}
        tally.check(found == expected, "%s: by %s" % (name, " and ".join(fields)),
                    str(sorted(found.items() ^ expected.items())[:4]))

    for arguments, why in (([pages[1]], "one page of several"), (pages[:2], "two pages of three"),
                           ([*pages, pages[0]], "a page given twice")):
        for method in ("fts-boundary", "sum"):
            done = samples.run([puente, "totals", *arguments, "--method", method])
            tally.check(done.code == 1 and b"PUE-0602" in done.err and not done.out,
                        "%s: %s is refused by %s" % (name, why, method), done.brief())


def check_iati(tally, puente, path):
    """Sums by currency and transaction type, and by year."""
    expected = collections.defaultdict(lambda: [decimal.Decimal(0), 0])
    years = collections.Counter()
    for activity in xml.etree.ElementTree.parse(path).getroot().iter("iati-activity"):
        for transaction in activity.iter("transaction"):
            value = transaction.find("value")
            currency = value.get("currency", activity.get("default-currency", ""))
            line = expected[transaction.find("transaction-type").get("code"), currency]
            line[0] += decimal.Decimal(value.text.strip())
            line[1] += 1
            years[transaction.find("transaction-date").get("iso-date")[:4]] += 1
    told = totals(puente, tally, path.name, path, "--by", "year")
    if told is None:
        return
    found = sorted((line["currency"], decimal.Decimal(line["amount"]), line["count"])
                   for line in told["scopes"][0]["totals"])
    tally.check(found == sorted((key[1], *line) for key, line in expected.items()) and
                told["method"] == "sum", "%s: the sums of its transactions" % path.name, str(found))
    found = collections.Counter()
    for group in told["scopes"][0]["groups"]:
        found[group["key"]["year"]] += group["count"]
    tally.check(found == years, "%s: by year" % path.name, "%s and %s" % (found, years))
    done = samples.run([puente, "totals", path, "--method", "fts-boundary"])
    tally.check(done.code == 1 and b"PUE-0601" in done.err,
                "%s: the boundary method does not fit" % path.name, done.brief())


def check_refused(tally, puente):
    """What is wrong is said, with what was probably meant."""
    page = OWN / "locationid-9-year-2024.json"
    for arguments, code, wanted in (
            (["--method", "fts-boundry"], 2, b"did you mean `fts-boundary`"),
            (["--by", "organization"], 2, b"did you mean `organisation`"),
            (["--where", "amount > 5"], 2, b"PUE-0"), ([OWN / "no-such-folder"], 6, b"PUE-0101")):
        done = samples.run([puente, "totals", page, *arguments])
        tally.check(done.code == code and wanted in done.err and not done.out,
                    "%s is refused" % arguments, done.brief())
    done = samples.run([puente, "totals", OWN])
    tally.check(done.code == 0 and b"9,007,199,254,741,993 USD" in done.out and
                b"equal" in done.out and b"NOT" not in done.out, "a folder is its files",
                done.brief())


def main():
    parser = samples.acceptance_parser(__doc__)
    arguments = parser.parse_args()
    puente = samples.require_puente(arguments.puente)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory() as scratch:
        for name, pages in page_sets():
            check_answer(tally, puente, name, pages, pathlib.Path(scratch))
    check_iati(tally, puente, samples.REPO_ROOT / "examples" / "lac_migration" / "lac_migration.xml")
    check_refused(tally, puente)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
