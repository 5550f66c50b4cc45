#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of the IATI round trip: each sample there and back, receipts, XSD, same bytes.
"""Runs acceptance lines B and D of the foundation over the real IATI samples.

Each sample that expat accepts and that is IATI is converted
  - to binary and back, and to JSON Lines and back: both results G1 by both judges;
  - to IATI directly: G1, no new XSD error (2.x files with a list root), converted again the same
    bytes;
  - with --jobs 1 and --jobs 2: the same bytes (binary and IATI).
Each receipt must be verified, hold the law, lose nothing, and name as many leaves per path as
tests/tools/leaf_count.py counts. An undeclared prefix must be a finding. A file that is not
well-formed must give exit code 1 with file:line:column and leave nothing; a file that is not IATI
exit code 1 saying so.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import xml.parsers.expat

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import leaf_count  # noqa: E402
import same_xml  # noqa: E402
import samples  # noqa: E402

READ_ERRORS = (xml.parsers.expat.ExpatError, OSError, ValueError, LookupError)
MALFORMED, NOT_IATI, IATI = "not well-formed", "not IATI", "IATI"
SCHEMAS = {"iati-activities": "iati-activities-schema.xsd",
           "iati-organisations": "iati-organisations-schema.xsd"}
STEPS = 2  # differences of a receipt that are named



def classify(path):
    """(class, root name, root @version) of a file, by expat without namespaces."""
    root = []

    def on_start(name, attributes):
        if not root:
            root.extend((name, attributes.get("version")))
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = on_start
    try:
        with open(path, "rb") as f:
            parser.ParseFile(f)
    except READ_ERRORS:
        return MALFORMED, None, None
    return (IATI if root[0] in samples.IATI_ROOTS else NOT_IATI), root[0], root[1]


class Sample:
    """All checks of one sample; gathers failures as (check, detail)."""

    def __init__(self, path, puente, folder):
        self.path, self.puente, self.folder = path, puente, pathlib.Path(folder)
        self.name = samples.sample_name(path)
        self.passed, self.failures = 0, []
        self.kind, self.root, self.version = classify(path)
        self.facts = {"name": self.name, "class": self.kind}

    def check(self, ok, check, detail=""):
        if ok:
            self.passed += 1
        else:
            self.failures.append((check, detail))
        return ok

    def convert(self, source, target, *options, timeout=300):
        """Runs one conversion; returns (run, path of the output)."""
        out = self.folder / target
        return samples.run([self.puente, "convert", source, out, *options], timeout=timeout), out

    def run(self):
        if self.kind == MALFORMED:
            self.refused(r"%s:\d+:\d+" % re.escape(self.path.name), "file:line:column")
        elif self.kind == NOT_IATI:
            self.refused(r"(?i)\bnot\b.{0,60}\bIATI\b|\bIATI\b.{0,60}\bnot\b",
                         "that it is not IATI")
        else:
            self.round_trips()
        self.facts["passed"] = self.passed
        self.facts["failures"] = [{"check": c, "detail": d} for c, d in self.failures]
        return self.facts

    def refused(self, pattern, what):
        for target, form in (("out.pb", "binary"), ("out.jsonl", "jsonl"), ("out.xml", "iati")):
            done, _ = self.convert(self.path, target, "--to", form)
            self.check(done.code == 1, "refused with exit 1, to " + form, done.brief())
            self.check(re.search(pattern, done.message), "says %s, to %s" % (what, form),
                       done.brief())
            left = sorted(os.listdir(self.folder))
            self.check(not left, "leaves nothing, to " + form, " ".join(left))
            for name in left:
                (self.folder / name).unlink()

    # --- what is converted -----------------------------------------------------------------------

    def round_trips(self):
        self.expected = leaf_count.count_leaves(str(self.path))
        self.facts["leaves"] = self.expected["total"]
        self.ours = same_xml.load(str(self.path), 1)
        shared = samples.shared_judge()
        self.theirs = shared.events(str(self.path), 1) if shared else None
        self.shared = shared
        self.facts["g1"] = {}
        self.facts["lost"] = 0
        receipts = {}
        for form, suffix in (("binary", "puente"), ("jsonl", "jsonl"), ("iati", "xml")):
            out = self.forward(form, "one." + suffix, receipts)
            if out is None:
                self.facts["g1"][form] = False
                continue
            if form != "iati":
                done, back = self.convert(out, "back-%s.xml" % form, "--to", "iati")
                if not self.check(done.code == 0 and back.is_file(), form + " to IATI",
                                  done.brief()):
                    self.facts["g1"][form] = False
                    continue
            else:
                back = out
            self.facts["g1"][form] = self.is_g1(back, form)
            if form != "jsonl":
                self.jobs_agree(form, out, "two." + suffix)
            if form == "iati":
                self.idempotent(back)
                self.schema_verdict(back)
        self.undeclared_prefix_is_found(receipts)

    def forward(self, form, target, receipts):
        """The sample to one format, with a receipt; returns the output or None."""
        receipt_path = self.folder / (target + ".receipt.json")
        done, out = self.convert(self.path, target, "--to", form, "--receipt", receipt_path,
                                 "--verify", "--jobs", "1")
        if not self.check(done.code == 0 and out.is_file(), "to " + form, done.brief()):
            return None
        try:
            receipt = json.loads(receipt_path.read_text("utf-8"))
            receipts[form] = receipt
            self.check_receipt(receipt, form)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
            self.check(False, "receipt of " + form, "%s: %s" % (type(e).__name__, e))
        return out

    def is_g1(self, back, form):
        """Both judges on a result; a check each."""
        try:
            found = same_xml.difference(self.ours, same_xml.load(str(back), 1))
        except same_xml.NotWellFormed as e:
            found = str(e)
        good = self.check(found is None, "G1 through %s, own judge" % form,
                          (found or "").replace("\n", " "))
        if self.theirs is None:
            return good
        try:
            same = self.shared.events(str(back), 1) == self.theirs
        except READ_ERRORS as e:
            return self.check(False, "G1 through %s, shared judge" % form, str(e))
        return self.check(same, "G1 through %s, shared judge" % form) and good

    def check_receipt(self, receipt, form):
        leaves = receipt["leaves"]
        self.facts["lost"] += leaves["lost"]
        self.check(leaves["lost"] == 0 and not receipt["losses"], "nothing lost, " + form,
                   "lost %s, losses %.300s" % (leaves["lost"], json.dumps(receipt["losses"])))
        self.check(receipt["basis"] == "verified", "verified, " + form, str(receipt["basis"]))
        self.check(receipt["law"] == "holds", "law holds, " + form, str(receipt["law"]))
        parts = ("kept", "lost", "filtered", "rejected")
        wrong = [p["path"] for p in receipt["paths"]
                 if p["read"] != sum(p[k] for k in parts)]
        wrong += [] if leaves["read"] == sum(leaves[k] for k in parts) else ["(all leaves)"]
        wrong += ["(sum of %s)" % k for k in ("read",) + parts
                  if leaves[k] != sum(p[k] for p in receipt["paths"])]
        self.check(not wrong, "figures add up, " + form, " ".join(wrong[:5]))
        self.check(leaves["read"] == self.expected["total"], "leaves counted, " + form,
                   "receipt %s, counter %s" % (leaves["read"], self.expected["total"]))
        counted = {p["path"]: p["read"] for p in receipt["paths"] if p["read"]}
        differs = sorted(path for path in counted.keys() | self.expected["paths"].keys()
                         if counted.get(path, 0) != self.expected["paths"].get(path, 0))
        self.check(not differs, "leaves per path, " + form, "%d paths differ: %s" % (
            len(differs), "; ".join("%s receipt %d counter %d" % (
                path, counted.get(path, 0), self.expected["paths"].get(path, 0))
                for path in differs[:STEPS])))

    def undeclared_prefix_is_found(self, receipts):
        try:
            same_xml.load(str(self.path), 2)
            return
        except same_xml.NotWellFormed as e:
            if "is not declared" not in e.reason:
                return
        self.facts["undeclared_prefix"] = True
        for form, receipt in receipts.items():
            self.check(any(numbers(receipt.get("findings"))),
                       "undeclared prefix is a finding, " + form)

    # --- line D ----------------------------------------------------------------------------------

    def jobs_agree(self, form, out, target):
        receipt_path = self.folder / (target + ".receipt.json")
        done, second = self.convert(self.path, target, "--to", form, "--receipt", receipt_path,
                                    "--verify", "--jobs", "2")
        if self.check(done.code == 0 and second.is_file(), "to %s, 2 jobs" % form, done.brief()):
            self.check(same_bytes(out, second), "same bytes with 1 and 2 jobs, " + form)
            second.unlink()

    def idempotent(self, back):
        done, again = self.convert(back, "again.xml", "--to", "iati")
        if self.check(done.code == 0 and again.is_file(), "rewritten file to IATI", done.brief()):
            self.check(same_bytes(back, again), "rewriting again gives the same bytes")

    def schema_verdict(self, back):
        if self.root not in SCHEMAS or not re.match(r"2\.0[123]\Z", self.version or ""):
            return
        schema = samples.data_root() / "iati" / "schemas" / self.version / SCHEMAS[self.root]
        if not schema.is_file() or not shutil.which("xmllint"):
            return
        before, after = schema_errors(schema, self.path), schema_errors(schema, back)
        self.facts["xsd"] = {"original": before, "rewritten": after}
        self.check(after is not None and (before is None or after <= before),
                   "XSD verdict not worse", "errors before %s, after %s" % (before, after))


def numbers(value):
    """All numbers in a JSON value; a list counts by its length."""
    if isinstance(value, dict):
        for item in value.values():
            yield from numbers(item)
    elif isinstance(value, list):
        yield len(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def same_bytes(a, b):
    with open(a, "rb") as x, open(b, "rb") as y:
        while True:
            p, q = x.read(1 << 20), y.read(1 << 20)
            if p != q:
                return False
            if not p:
                return True


def schema_errors(schema, path):
    """The number of XSD errors of a file; None when xmllint cannot judge it."""
    done = samples.run(["xmllint", "--nonet", "--huge", "--noout", "--schema", schema, path])
    if done.code == 0:
        return 0
    if done.code == 3:
        return max(1, len(re.findall(r"Schemas validity error", done.message)))
    return None


def check_sample(path, puente):
    """Runs in a worker: all checks of one sample in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="puente-iati-") as folder:
        try:
            return Sample(path, puente, folder).run()
        except Exception as e:  # a broken check must be a failure of that sample, by name
            return {"name": samples.sample_name(path), "class": IATI, "passed": 0,
                    "failures": [{"check": "runner", "detail": "%s: %s" % (type(e).__name__, e)}]}


def summarize(results):
    """Prints the counts; returns the summary as an object."""
    of = {k: [r for r in results if r["class"] == k] for k in (IATI, MALFORMED, NOT_IATI)}
    iati = of[IATI]
    forms = ("binary", "jsonl", "iati")
    g1 = {form: sum(1 for r in iati if r.get("g1", {}).get(form)) for form in forms}
    whole = sum(1 for r in iati if r.get("g1") and all(r["g1"].values()))
    judged = [r["xsd"] for r in iati if "xsd" in r]
    worse = sum(1 for x in judged if x["rewritten"] is None
                or (x["original"] is not None and x["rewritten"] > x["original"]))
    summary = {
        "files": len(results), "iati": len(iati), "not_well_formed": len(of[MALFORMED]),
        "not_iati": len(of[NOT_IATI]), "g1": whole, "g1_by_format": g1,
        "leaves": sum(r.get("leaves", 0) for r in iati),
        "lost": sum(r.get("lost", 0) for r in iati),
        "undeclared_prefix": sum(1 for r in iati if r.get("undeclared_prefix")),
        "xsd": {"judged": len(judged), "worse": worse,
                "valid_before": sum(1 for x in judged if x["original"] == 0),
                "valid_after": sum(1 for x in judged if x["rewritten"] == 0)},
        "failed_files": [r["name"] for r in results if r["failures"]],
    }
    print("files: %(files)d (IATI %(iati)d, not well-formed %(not_well_formed)d, "
          "not IATI %(not_iati)d)" % summary)
    print("G1: %d of %d (%s)" % (whole, len(iati), ", ".join(
        "%s %d" % (form, g1[form]) for form in forms)))
    print("leaves: %(leaves)d read, %(lost)d lost (over all receipts)" % summary)
    print("XSD: %(judged)d judged, valid before %(valid_before)d, after %(valid_after)d, "
          "worse %(worse)d" % summary["xsd"])
    print("failures by name: %s" % (", ".join(summary["failed_files"]) or "none"))
    return summary


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--jobs", type=int, default=2, metavar="N",
                        help="samples checked at a time (default 2)")
    parser.add_argument("--only", metavar="GLOB", help="only samples of this name")
    parser.add_argument("--report", metavar="FILE.json", type=argparse.FileType("w"),
                        help="write all results here")
    args = parser.parse_args()
    if not samples.samples_root().is_dir():
        return samples.say_data_absent("The IATI round trip")
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    if samples.shared_judge() is None:
        tally.skip("shared judge", "it is absent; the own judge decides alone")
    if not shutil.which("xmllint"):
        tally.skip("XSD verdicts", "xmllint is not installed")
    files = samples.sample_files(samples.ACCEPTANCE_FOLDERS, args.only)
    files.sort(key=lambda p: -p.stat().st_size)
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        results = list(pool.map(check_sample, files, [puente] * len(files)))
    results.sort(key=lambda r: r["name"])
    for result in results:
        tally.passed += result["passed"]
        for failure in result["failures"]:
            tally.check(False, "%s: %s" % (result["name"], failure["check"]),
                        failure["detail"][:600])
    summary = summarize(results)
    if args.report:
        json.dump({"summary": summary, "files": results}, args.report, indent=1)
        args.report.close()
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
