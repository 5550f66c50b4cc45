#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance: every path of IATI 2.03 has a typed field, and residue holds only what is foreign.
"""Runs acceptance line C but for `info`.

1. From iati/schemas/flat-2.03-*.tsv one file is made that sets every element path, text and
   attribute of the standard with a value of its own. Converted to jsonl, its record must have no
   residue and no source texts, hold every value, and its receipt must count every leaf.
2. The 2.x samples that are valid against their XSD are converted to jsonl. Their residue may hold
   foreign names, comments, processing instructions and namespace declarations; anything else is
   reported by path.
"""
import collections
import csv
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import leaf_count  # noqa: E402
import samples  # noqa: E402

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Values:
    """Gives each leaf a value of its own, in the canonical form of its type."""

    def __init__(self):
        self.number = 0
        self.unique = []

    def next(self, kind):
        self.number += 1
        n = self.number
        if kind == "boolean":
            return "1"
        if kind in ("int", "nonNegativeInteger", "positiveInteger"):
            return str(1000 + n)
        if kind == "date":
            value = (datetime.date(2001, 1, 1) + datetime.timedelta(days=n)).isoformat()
        elif kind == "dateTime":
            value = (datetime.datetime(2001, 1, 1) + datetime.timedelta(seconds=n)).isoformat() + "Z"
        elif kind == "decimal":
            value = "%d.25" % (5000 + n)
        else:
            value = "leaf-%d" % n
        self.unique.append(value)
        return value


def build(tsv, values):
    """A tree with one instance of every path of the table, and the number of paths."""
    nodes = {}
    root = None
    paths = 0
    with open(tsv, newline="") as f:
        for row in csv.DictReader(f, delimiter="\t"):
            paths += 1
            path = row["path"]
            parent, _, name = path.rpartition("/")
            node = ET.Element(name) if not parent else ET.SubElement(nodes[parent], name)
            if not parent:
                root = node
            nodes[path] = node
            for attribute in filter(None, (a.strip() for a in
                                           row["attributes(!=required)"].split(";"))):
                label, _, kind = attribute.lstrip("@").rpartition(":")
                label = label.rstrip("!")
                if label in ("fss/@year", "year", "phaseout-year"):
                    kind = "positiveInteger"
                if label.startswith("xml"):
                    node.set(XML_LANG, values.next("string"))
                elif path.count("/") == 0 and label == "version":
                    node.set(label, "2.03")
                else:
                    node.set(label, values.next(kind))
            text = row["text"]
            if name == "organisation-identifier":
                text = "string"
            if text:
                node.text = values.next(text.replace("xsd:", ""))
    return root, paths


def residue_kinds(record, path, counts):
    """Adds what the residue of a record holds that is not foreign, by path."""
    def is_foreign(name):
        return ":" in name or name == "xmlns"

    for node in record.get("residue", {}).get("nodes", []):
        xml = node["xml"]
        where = node.get("parent", "")
        if "attribute" in xml:
            if not is_foreign(xml["attribute"]["name"]):
                counts[(path, "attribute %s at %s" % (xml["attribute"]["name"], where))] += 1
        elif "element" in xml:
            element = xml["element"]
            own_namespace = any(a["name"] == "xmlns" for a in element.get("attributes", []))
            if not is_foreign(element["name"]) and not own_namespace:
                counts[(path, "element %s at %s" % (element["name"], where))] += 1
        elif "text" in xml:
            counts[(path, "text %r at %s" % (xml["text"][:40], where))] += 1


def convert(puente, source, out, receipt=None):
    command = [puente, "convert", str(source), str(out), "--to", "jsonl", "--force"]
    if receipt:
        command += ["--receipt", str(receipt), "--verify"]
    return samples.run(command)


def check_paths(puente, folder, tally):
    for kind, expected in (("activities", 201), ("organisations", 58)):
        values = Values()
        tsv = samples.data_root() / "iati" / "schemas" / ("flat-2.03-%s.tsv" % kind)
        root, paths = build(tsv, values)
        tally.check(paths == expected, "%s: %d paths" % (kind, expected), "%d" % paths)
        source = folder / (kind + ".xml")
        ET.ElementTree(root).write(source, encoding="utf-8", xml_declaration=True)
        out, receipt = folder / (kind + ".jsonl"), folder / (kind + ".receipt")
        done = convert(puente, source, out, receipt)
        if not tally.check(done.code == 0, kind + ": converts", done.brief()):
            continue
        text = out.read_text(encoding="utf-8")
        for line in text.splitlines():
            record = json.loads(line)
            for key in ("residue", "lexical", "extensions"):
                tally.check(key not in record, "%s: no %s" % (kind, key),
                            json.dumps(record.get(key))[:300])
        for value in values.unique:
            tally.check('"%s"' % value in text, "%s: %s is there" % (kind, value))
        said = json.loads(receipt.read_text())
        total = leaf_count.count_leaves(source)["total"]
        tally.check(said["leaves"]["read"] == total and said["leaves"]["lost"] == 0,
                    kind + ": every leaf is counted and kept",
                    "%s, counted %d" % (said["leaves"], total))
        again = folder / (kind + ".again.xml")
        samples.run([puente, "convert", str(out), str(again), "--to", "iati", "--force"])
        judge = samples.shared_judge()
        if judge:
            tally.check(judge.events(str(source), 1) == judge.events(str(again), 1),
                        kind + ": G1 after jsonl")


def is_valid(path):
    """True when a 2.x sample is valid against its XSD."""
    try:
        root = ET.parse(path).getroot()
    except (ET.ParseError, LookupError, ValueError):
        return False
    version = root.get("version", "")
    kind = {"iati-activities": "activities", "iati-organisations": "organisations"}.get(root.tag)
    if kind is None or version not in ("2.01", "2.02", "2.03"):
        return False
    xsd = samples.data_root() / "iati" / "schemas" / version / ("iati-%s-schema.xsd" % kind)
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", str(xsd), str(path)],
                          capture_output=True, check=False)
    return done.returncode == 0


def check_residue(puente, folder, tally, only):
    counts = collections.Counter()
    files = 0
    for path in samples.sample_files(samples.ACCEPTANCE_FOLDERS, only):
        if not is_valid(path):
            continue
        files += 1
        name = samples.sample_name(path)
        out = folder / "sample.jsonl"
        done = convert(puente, path, out)
        if not tally.check(done.code == 0, name + ": converts", done.brief()):
            continue
        with open(out, encoding="utf-8") as f:
            for line in f:
                residue_kinds(json.loads(line), name, counts)
    print("residue of %d valid 2.x samples: %d pieces that are not foreign" %
          (files, sum(counts.values())))
    for (name, what), count in sorted(counts.items(), key=lambda e: -e[1])[:40]:
        print("  %6d  %s  %s" % (count, name, what))
    tally.check(not counts, "residue of valid samples holds only what is foreign")


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--only", metavar="GLOB", help="only samples of this name")
    args = parser.parse_args()
    if not samples.samples_root().is_dir():
        return samples.say_data_absent("Acceptance line C")
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        check_paths(puente, folder, tally)
        check_residue(puente, folder, tally, args.only)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
