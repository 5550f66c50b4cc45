#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of `puente info`: its totals against those of an independent script.
"""Runs the last part of acceptance line C: `puente info FILE --json` over the samples of v1 and
original says what tests/tools/iati_totals.py says: records, transactions, publishers, exact sums
per currency and transaction type, countries, sectors, languages.
"""
import decimal
import json
import pathlib
import re
import sys
import tempfile
import xml.parsers.expat

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import iati_totals  # noqa: E402
import samples  # noqa: E402

# List in the answer: (names of the key, names of the values).
LISTS = {
    "publishers": (("ref",), ("activities",)),
    "totals": (("currency", "transaction_type"), ("sum", "count")),
    "countries": (("code",), ("activities",)),
    "sectors": (("vocabulary", "code"), ("activities",)),
    "languages": (("code",), ("count",)),
}
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z", re.ASCII)


def keyed(entries, keys, values):
    """A list of objects as {key: values}; sums become decimals. Raises on a double key."""
    found = {}
    for entry in entries:
        key = tuple(entry[k] for k in keys)
        if key in found:
            raise ValueError("%s is there twice" % (key,))
        found[key] = tuple(decimal.Decimal(entry[v]) if v == "sum" else entry[v] for v in values)
    return found


def check_file(path, puente, tally):
    name = samples.sample_name(path)
    try:
        expected = iati_totals.totals_of(path)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError) as e:
        tally.skip(name, "not well-formed: %s" % e)
        return
    done = samples.run([puente, "info", path, "--json"])
    if not tally.check(done.code == 0, name + ": info --json", done.brief()):
        return
    try:
        lines = done.out.decode("utf-8").splitlines()
        if len(lines) != 1:
            raise ValueError("%d lines, not one" % len(lines))
        # A sum must be text: a JSON number could have been rounded on the way.
        said = json.loads(lines[0])
        tally.check(all(isinstance(t["sum"], str) for t in said["totals"]),
                    name + ": sums are strings")
        tally.check(said["format"] == "iati", name + ": format", str(said["format"]))
        for key in ("records", "transactions", "not_a_number"):
            tally.check(said[key] == expected[key], "%s: %s" % (name, key),
                        "info %s, script %s" % (said[key], expected[key]))
        for key, (keys, values) in LISTS.items():
            ours, theirs = keyed(expected[key], keys, values), keyed(said[key], keys, values)
            differs = sorted(k for k in ours.keys() | theirs.keys()
                             if ours.get(k) != theirs.get(k))
            tally.check(not differs, "%s: %s" % (name, key), "; ".join(
                "%s info %s, script %s" % (" ".join(k), shown(theirs.get(k)), shown(ours.get(k)))
                for k in differs[:4]))
        dates = said.get("dates") or {}
        ends = [dates.get(k) for k in ("first", "last") if dates.get(k)]
        tally.check(all(DATE.match(d) for d in ends) and ends == sorted(ends), name + ": dates",
                    str(dates))
    except (ValueError, KeyError, TypeError, AttributeError, decimal.InvalidOperation) as e:
        tally.check(False, name + ": answer", "%s: %s" % (type(e).__name__, e))


def check_many_columns(puente, tally):
    """Text names the first 100 columns and counts the rest; JSON has all."""
    names = ["c%d" % i for i in range(250)]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "wide.csv"
        path.write_text(",".join(names) + "\n1\n", encoding="utf-8")
        text = samples.run([puente, "info", path]).out.decode("utf-8")
        said = json.loads(samples.run([puente, "info", path, "--json"]).out)
    tally.check(", c99 and 150 more\n" in text and "c100" not in text, "many columns: text", text)
    tally.check(said["columns"] == names, "many columns: JSON")


def shown(values):
    return "(absent)" if values is None else "/".join(str(v) for v in values)


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--only", metavar="GLOB", help="only samples of this name")
    parser.add_argument("--folders", default="v1,original", metavar="FOLDER,..",
                        help="folders of samples (default v1,original)")
    args = parser.parse_args()
    if not samples.samples_root().is_dir():
        return samples.say_data_absent("The comparison of totals")
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    files = samples.sample_files(args.folders.split(","), args.only)
    for path in files:
        check_file(path, puente, tally)
    check_many_columns(puente, tally)
    print("files: %d" % len(files))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
