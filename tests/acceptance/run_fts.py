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


def check_receipt(tally, name, receipt, counts):
    """Holds a receipt to what the judge counts."""
    totals = receipt["leaves"]
    tally.check(receipt["law"] == "holds" and receipt["basis"] == "verified",
                "%s: the law holds, verified" % name, str(receipt["verify_differences"]))
    tally.check(totals["lost"] == 0 and totals["rejected"] == 0 and totals["derived"] == 0,
                "%s: nothing is lost" % name, str(totals))
    told = {path["path"]: path["read"] for path in receipt["paths"]}
    wrong = ["%s: %s, and the judge says %s" % (path, told.get(path, 0), counts.get(path, 0))
             for path in sorted(told.keys() | counts.keys())
             if told.get(path, 0) != counts.get(path, 0)]
    tally.check(not wrong, "%s: every value is counted" % name, "; ".join(wrong[:5]))


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
                check_receipt(tally, name, told, counts)
            else:
                tally.check(told["leaves"]["lost"] == 0 and told["basis"] == "verified",
                            "%s: nothing is lost on the way back" % name, str(told["losses"]))
        if done.code == 0:
            differ = list(same_json.differences(document, same_json.load(back)))
            tally.check(not differ, "%s: the same values" % name, "; ".join(differ[:5]))


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
        for name in ("no-flows.json", "odd-lists.json"):
            check_cuts(tally, puente, OWN / name, pathlib.Path(scratch))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
