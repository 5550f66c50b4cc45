#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of the crosswalk between FTS and IATI, judged from the input, the output and the receipt.
"""Judges FTS written as IATI, and IATI written as FTS.

For each answer of tests/data and of the real ones where the test data is there: the activities are
valid by the schema of IATI 2.03 and by the rules of its validator on shares, each flow is there
once with its amount, currency, date, status and organisations, no percentage is made up, and the
sums agree; written as FTS again they are the same money. For each IATI file: each transaction of
humanitarian money that FTS knows is one flow.

Each value of the input is looked for in the output at the place that docs/formats names, by this
script alone: the receipt has to keep just those, path by path, and to name all others as lost. It
must be verified, and its law must hold. The tables of plugins/crosswalks are looked over too.
"""
import collections
import decimal
import json
import pathlib
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import judge_activities  # noqa: E402
import judge_flows  # noqa: E402
import leaf_count  # noqa: E402
import same_json  # noqa: E402
import samples  # noqa: E402

OWN = samples.REPO_ROOT / "tests" / "data"
TABLES = samples.REPO_ROOT / "plugins" / "crosswalks"
# Publishers with humanitarian money of different shapes: a pooled fund, an agency with earmarked
# contributions, donors with transactions that are humanitarian each for itself, others with a
# default currency.
REAL_IATI = ("dportal-extract/XM-OCHA-CBPF.xml", "original/UNHCR-Activities-2023.xml",
             "dportal-extract/US-GOV-1.xml", "dportal-extract/XM-DAC-7.xml",
             "dportal-extract/NL-KVK-27108436.xml", "original/acfspain-es.xml",
             "dportal-extract/XM-DAC-41121.xml")


def load_json(path):
    """A JSON document with exact numbers."""
    return json.loads(path.read_text(encoding="utf-8"), parse_float=decimal.Decimal,
                      parse_int=decimal.Decimal)


def rows_of(path):
    """The cells of a table, the names of its columns first."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def check_tables(tally):
    """Each table of the crosswalk is whole, and no line stands twice."""
    for path in sorted(TABLES.glob("*.tsv")):
        rows = rows_of(path)
        tally.check(all(len(row) == len(rows[0]) and all(row) for row in rows),
                    "%s: a cell for each column" % path.name)
        tally.check(len({tuple(row) for row in rows}) == len(rows),
                    "%s: no line twice" % path.name)
        if "match" in rows[0]:
            found = {row[rows[0].index("match")] for row in rows[1:]}
            tally.check(found <= {"exact", "broader", "narrower", "none"},
                        "%s: known matches" % path.name, str(found))
    names = [name.lower() for row in rows_of(TABLES / "countries.tsv")[1:]
             for name in [row[3]] + (row[4].split("|") if row[4] != "-" else [])]
    tally.check(len(set(names)) == len(names), "countries.tsv: a name is of one country")


def country_names():
    """The names that FTS gives to countries, by code: they can only be looked up."""
    return {row[0]: row[3] for row in rows_of(TABLES / "countries.tsv")[1:]}


def country_codes():
    """IATI's codelist of countries, where the test data is there."""
    path = samples.data_root() / "iati" / "codelists" / "non-embedded" / "Country.xml"
    return {code.text for code in ET.parse(path).iter("code")} if path.is_file() else set()


def convert(tally, puente, source, target, form, folder):
    """One conversion; gives the receipt, or None."""
    receipt = folder / "receipt.json"
    done = samples.run([puente, "convert", source, target, "--to", form, "--force", "--verify",
                        "--receipt", receipt])
    name = source.name
    if not tally.check(done.code == 0, "%s: exit 0 to %s" % (name, form), done.brief()):
        return None
    told = json.loads(receipt.read_text(encoding="utf-8"))
    tally.check(told["law"] == "holds" and told["basis"] == "verified",
                "%s: the law holds, verified" % name, str(told["verify_differences"]))
    return told


def check_receipt(tally, name, receipt, counts, kept):
    """Holds a receipt to what the judge counts and finds."""
    told = {path["path"]: path for path in receipt["paths"]}
    losses = collections.Counter()
    for loss in receipt["losses"]:
        losses[loss["path"]] += loss["count"]
        tally.check(loss["reason"] != "unreported", "%s: %s has a reason" % (name, loss["path"]))
    wrong = []
    for path in sorted(told.keys() | counts.keys()):
        said = told.get(path, {"read": 0, "kept": 0, "lost": 0})
        expected = (counts.get(path, 0), kept.get(path, 0), counts.get(path, 0) - kept.get(path, 0))
        if (said["read"], said["kept"], said["lost"]) != expected or \
                losses[path] != said["lost"]:
            wrong.append("%s: read, kept, lost %s, losses %d, and the judge says %s" % (
                path, (said["read"], said["kept"], said["lost"]), losses[path], expected))
    tally.check(not wrong, "%s: what is found is kept, all else a loss" % name,
                "; ".join(wrong[:6]))


def check_answer(tally, puente, path, folder):
    """An answer of FTS, written as IATI."""
    out = folder / "out.xml"
    receipt = convert(tally, puente, path, out, "iati", folder)
    if receipt is None:
        return
    data = load_json(path).get("data")
    flows = data.get("flows") if isinstance(data, dict) else None
    flows = [flow for flow in flows or [] if isinstance(flow, dict)]
    root = ET.parse(out).getroot()
    kept = judge_flows.judge_flows(tally, path.name, flows, root, country_codes())
    check_receipt(tally, path.name, receipt, same_json.leaves(same_json.load(path)), kept)
    schema = samples.data_root() / "iati" / "schemas" / "2.03" / "iati-activities-schema.xsd"
    # The schema asks for an activity, which plans, places and totals do not make.
    if flows and schema.is_file() and shutil.which("xmllint"):
        done = samples.run(["xmllint", "--nonet", "--noout", "--schema", schema, out])
        tally.check(done.code == 0, "%s: valid by the schema of IATI 2.03" % path.name,
                    done.brief())
    if flows:
        check_back(tally, puente, path, flows, folder)


def check_back(tally, puente, path, flows, folder):
    """Flows that were activities in between are still the same money."""
    back = folder / "back.json"
    if convert(tally, puente, folder / "out.xml", back, "fts", folder) is None:
        return
    found = {flow["id"]: flow for flow in load_json(back)["data"]["flows"]}
    wrong, count = [], 0
    for flow in flows:
        if flow["id"] not in found:
            continue
        count += 1
        again = found[flow["id"]]
        keys = ["status", "date"]
        keys += ["originalAmount", "originalCurrency"] if "originalAmount" in again and \
            flow.get("originalCurrency") else ["amountUSD"]
        if flow.get("originalCurrency") == "USD" and flow.get("originalAmount") is not None:
            keys = ["status", "date"]
        wrong += ["flow %s, %s: %r and %r" % (flow["id"], key, flow.get(key), again.get(key))
                  for key in keys if flow.get(key) is not None and flow[key] != again.get(key)]
    tally.check(not wrong, "%s: the same money after going there and back" % path.name,
                "; ".join(wrong[:4]))
    expected = sum(1 for activity in ET.parse(folder / "out.xml").getroot().iter("iati-activity")
                   if [t for t in activity.iter("transaction-type")
                       if t.get("code") in ("2", "3", "12")])
    tally.check(count == len(found) == expected, "%s: each comes back with its id" % path.name,
                "%d of %d, %d expected" % (count, len(found), expected))


def check_activities(tally, puente, path, folder):
    """A file of IATI, written as FTS; gives the number of flows."""
    out = folder / "out.json"
    receipt = convert(tally, puente, path, out, "fts", folder)
    if receipt is None:
        return 0
    root = ET.parse(path).getroot()
    answer = load_json(out)
    tally.check(answer.keys() == {"status", "data"} and answer["status"] == "ok",
                "%s: one page without a next one" % path.name)
    kept = judge_activities.judge_activities(tally, path.name, root, answer["data"]["flows"],
                                             country_names())
    check_receipt(tally, path.name, receipt, leaf_count.count_leaves(str(path))["paths"], kept)
    return len(answer["data"]["flows"])


def main():
    parser = samples.acceptance_parser(__doc__)
    arguments = parser.parse_args()
    puente = samples.require_puente(arguments.puente)
    tally = samples.Tally()
    answers = [OWN / "crosswalk" / "flows.json"]
    answers += sorted((samples.data_root() / "fts" / "api").glob("*.json"))
    files = [OWN / "crosswalk" / "activities.xml"]
    files += [path for path in (samples.samples_root() / name for name in REAL_IATI)
              if path.is_file()]
    if len(answers) == 1 or len(files) == 1:
        print("TEST DATA ABSENT: only the small files of tests/data are judged")
    if not shutil.which("xmllint"):
        tally.skip("schema of IATI", "xmllint is not installed")
    check_tables(tally)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for path in answers:
            check_answer(tally, puente, path, folder)
        for path in files:
            print("%s: %d flows" % (path.name, check_activities(tally, puente, path, folder)))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
