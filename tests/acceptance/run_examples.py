#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# The plugins of examples/, built from the installed tree alone, with files of their formats.
"""Installs the build, copies each example out of the source tree, and builds it there.

Each runs its own tests (the conformance kit, the golden file). Then every file of its format - our
own with the known traps, and the real ones where the test data is there - goes there and back,
value for value, with nothing lost; through records and back; and to IATI that the schema of 2.03
accepts, with a receipt that names every loss.
"""
import argparse
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402

OWN = samples.REPO_ROOT / "tests" / "data"
EXAMPLES = {
    "foreign_assistance": {
        "format": "foreign-assistance", "suffix": ".csv", "compiler": "g++",
        "files": ["own/sample.csv", "test/traps.csv", "test/older_header.csv", "test/ragged.csv",
                  "data/usaid/us_foreign_aid_ukr_300.csv"],
        "options": []},
    "threesixtygiving": {
        "format": "threesixtygiving", "suffix": ".json", "compiler": "clang++",
        "files": ["own/sample.json", "test/traps.json",
                  "data/threesixtygiving/fundingproviders-grants_fixed_2_grants.json",
                  "data/threesixtygiving/decimal_amounts.json"],
        # What IATI asks for, and some grants do not tell.
        "options": ["--in-opt", "missing_id=360G-example", "--in-opt", "missing_date=2016-01-01"]},
}
SCHEMA = samples.data_root() / "iati" / "schemas" / "2.03" / "iati-activities-schema.xsd"


class Tally(samples.Tally):
    """The tally that all runners share, with commands that must succeed."""

    def run(self, name, command, env, code=0, folder=None):
        done = subprocess.run([str(part) for part in command], env=env, text=True, cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)
        self.check(done.returncode == code, name,
                   "exit %d\n%s" % (done.returncode, "\n".join(done.stdout.splitlines()[-15:])))
        return done.stdout


def values(path):
    """What the file says: cells, or JSON with the texts of its numbers."""
    if path.suffix == ".csv":
        # An empty line is no row.
        with open(path, newline="", encoding="utf-8-sig") as file:
            return [row for row in csv.reader(file) if row]
    return json.loads(path.read_text(encoding="utf-8"), parse_float=lambda text: ("float", text),
                      parse_int=lambda text: ("int", text))


def receipt_of(path):
    receipt = json.loads(path.read_text(encoding="utf-8"))
    leaves = receipt["leaves"]
    sound = (receipt["law"] == "holds" and not receipt["verify_differences"] and
             leaves["read"] == leaves["kept"] + leaves["lost"] + leaves["rejected"])
    return receipt, leaves, sound


def check_file(tally, puente, example, path, folder, env):
    name = path.name
    back, receipt = folder / ("back" + path.suffix), folder / "receipt.json"
    to = ["--to", example["format"], "--force", "--receipt", receipt]
    tally.run(name + ": there and back", [*puente, "convert", path, back, *to, "--verify"], env)
    tally.check(values(back) == values(path), name + ": the same values")
    _, leaves, sound = receipt_of(receipt)
    tally.check(sound and leaves["lost"] == 0 and leaves["derived"] == 0 and leaves["read"] > 0,
                name + ": nothing lost", str(leaves))
    facts = "%d values, %d lost" % (leaves["read"], leaves["lost"])
    for between in ("records.jsonl", "records.puente"):
        again = folder / ("again" + path.suffix)
        tally.run(name + ": to " + between, [*puente, "convert", path, folder / between, "--force"], env)
        tally.run(name + ": from " + between, [*puente, "convert", folder / between, again, *to], env)
        tally.check(again.read_bytes() == back.read_bytes(), name + ": the same by way of " + between)
        _, leaves, sound = receipt_of(receipt)
        tally.check(sound and leaves["lost"] == 0, name + ": nothing lost from " + between, str(leaves))
    xml = folder / "out.xml"
    tally.run(name + ": to IATI", [*puente, "convert", path, xml, "--force", "--receipt", receipt,
                                   "--verify", *example["options"]], env)
    losses, leaves, sound = receipt_of(receipt)
    named = sum(loss["count"] for loss in losses["losses"] if loss["reason"] != "unreported")
    tally.check(sound and named == leaves["lost"], name + ": every loss is named", str(leaves))
    print("%s: %s; to IATI %d kept, %d lost at %d paths, %d derived" % (
        name, facts, leaves["kept"], leaves["lost"], len(losses["losses"]), leaves["derived"]))
    if "ragged" in name:
        return  # a row that was cut has no date, which IATI asks for
    if not SCHEMA.is_file() or not shutil.which("xmllint"):
        tally.skip(name + ": XSD 2.03", "the schema or xmllint is absent")
        return
    tally.run(name + ": XSD 2.03", ["xmllint", "--nonet", "--noout", "--schema", SCHEMA, xml], env)


def check_example(tally, name, tree, root, env):
    example = EXAMPLES[name]
    folder = root / name
    shutil.copytree(samples.REPO_ROOT / "examples" / name, folder)
    compiler = example["compiler"] if shutil.which(example["compiler"]) else "c++"
    build = folder / "build"
    tally.run(name + ": configure", ["cmake", "-G", "Ninja", "-S", folder, "-B", build,
                                     "-DCMAKE_PREFIX_PATH=%s" % tree,
                                     "-DCMAKE_CXX_COMPILER=%s" % compiler,
                                     # GCC 12 warns of its own strings: its bug 105329.
                                     "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror%s" %
                                     ("" if "clang" in compiler else " -Wno-restrict")], env)
    tally.run(name + ": build with " + compiler, ["cmake", "--build", build], env)
    out = tally.run(name + ": its own tests", ["ctest", "--test-dir", build, "--output-on-failure"], env)
    tally.check("kit" in out and "golden" in out, name + ": kit and golden file were run", out)
    puente = [tree / "bin/puente", "--quiet", "--plugin-dir", build / "plugins"]
    files = []
    for file in example["files"]:
        kind, rest = file.split("/", 1)
        path = {"own": folder, "test": OWN / name, "data": samples.data_root()}[kind] / rest
        if path.is_file():
            files.append(path)
        else:
            tally.skip(rest, "the test data is absent")
    for path in files:
        out = tally.run(path.name + ": identify", [*puente, "identify", path], env)
        tally.check(": %s (" % example["format"] in out, path.name + ": it is known", out)
        check_file(tally, puente, example, path, folder, env)
    out = tally.run(name + ": the kit over all files",
                    [*puente, "plugin", "test", name, *files], env)
    print(name + ": " + (out.strip().splitlines() or [""])[-1])
    check_findings(tally, name, puente, folder, env)


def check_crossings(tally, root, tree, env):
    """Several inputs, and records of one format written as another: nothing is mixed up."""
    puente = [tree / "bin/puente", "--quiet", "--plugin-dir", root / "foreign_assistance/build/plugins",
              "--plugin-dir", root / "threesixtygiving/build/plugins"]
    folder = root / "crossings"
    folder.mkdir()
    grant = {"id": "360G-x-1", "title": "T", "description": "D", "currency": "USD",
             "amountAwarded": 1, "awardDate": "2020-01-01"}

    def convert(name, inputs, out, to, *more):
        tally.run(name, [*puente, "convert", *inputs, folder / out, "--to", to, "--force", "--verify",
                         "--receipt", folder / "receipt.json", *more], env)
        receipt, leaves, sound = receipt_of(folder / "receipt.json")
        tally.check(sound and all(loss["reason"] != "unreported" for loss in receipt["losses"]),
                    name + ": the law holds, all losses are named", str(leaves))
        return leaves

    (folder / "long.json").write_text(json.dumps({"grants": [grant], "version": "1.4"}).replace(
        '{"grants"', '{"note": "%s", "grants"' % ("x" * 70000)), encoding="utf-8")
    (folder / "two.json").write_text(json.dumps({"version": "1.4", "grants": [dict(grant, id="360G-x-2")]}),
                                     encoding="utf-8")
    leaves = convert("two packages", [folder / "long.json", folder / "two.json"], "both.json",
                     "threesixtygiving", "--from", "threesixtygiving")
    both = json.loads((folder / "both.json").read_text(encoding="utf-8"))
    tally.check(leaves["lost"] == 0 and len(both["grants"]) == 2 and both["version"] == "1.4" and
                len(both["note"]) == 70000, "two packages: all is there", str(leaves))
    own = dict(grant, **{"Activity Name": "own", "Fiscal Year": "1999", "Current Dollar Amount": "77"})
    (folder / "own.json").write_text(json.dumps({"grants": [own]}), encoding="utf-8")
    for between in (None, "own.jsonl"):
        start = folder / "own.json"
        if between:
            convert("own members as records", [start], between, "jsonl")
            start = folder / between
        convert("own members as rows", [start], "own.csv", "foreign-assistance")
        names, row = values(folder / "own.csv")
        cell = dict(zip(names, row))
        tally.check((cell["Activity Name"], cell["Fiscal Year"], cell["Current Dollar Amount"]) ==
                    ("T", "2020", "1"), "members of one format are no cells of another", str(row))
    # The description was none, and somebody gave it a value since.
    (folder / "gap.json").write_text(json.dumps({"grants": [dict(grant, description="")]}), encoding="utf-8")
    convert("a grant as a record", [folder / "gap.json"], "gap.jsonl", "jsonl")
    records = (folder / "gap.jsonl").read_text(encoding="utf-8")
    (folder / "gap.jsonl").write_text(records.replace('"descriptions":[{"type":"1","narratives":[{"text":"T"',
                                                      '"descriptions":[{"type":"1","narratives":[{"text":"New"'),
                                      encoding="utf-8")
    convert("a record that was edited", [folder / "gap.jsonl"], "gap.json", "threesixtygiving")
    text = (folder / "gap.json").read_text(encoding="utf-8")
    tally.check(text.count('"description"') == 1 and '"New"' in text, "one member of a name", text)
    convert("old and new header", [OWN / "foreign_assistance/older_header.csv",
                                   samples.REPO_ROOT / "examples/foreign_assistance/sample.csv"],
            "merged.csv", "foreign-assistance")
    rows = [dict(zip(values(folder / "merged.csv")[0], row)) for row in values(folder / "merged.csv")]
    tally.check(rows[4]["income_group_name"] == "Upper Middle Income Country" and
                rows[6]["activity_start_date"] == "NULL", "cells of both headers are there", str(rows[6]))
    full = json.dumps(dict(grant, disbursementTransaction=[{"transactionDate": "2020-01-01", "value": 2}]))
    (folder / "full.json").write_text('{"grants":[{%s},%s]}' % (
        ",".join('"m%d":0' % i for i in range(70000)), full), encoding="utf-8")
    leaves = convert("more names than the host has paths", [folder / "full.json"], "out.json",
                     "threesixtygiving")
    tally.check(leaves["lost"] == 0 and values(folder / "out.json") == values(folder / "full.json"),
                "more names than the host has paths: the same values", str(leaves))
    example = samples.REPO_ROOT / "examples/lac_migration/lac_migration.xml"
    answers = sorted((samples.data_root() / "fts/api").glob("custom-search-*.json"))[:1]
    for source in [example, *answers]:
        for to in ("foreign-assistance", "threesixtygiving"):
            convert("%s to %s" % (source.name, to), [source], "crossed", to)


def check_findings(tally, name, puente, folder, env):
    """What is odd in a file is told, with its code and its place."""
    wanted = {"foreign_assistance": ("traps.csv", ["FAGOV-0002", "FAGOV-0003", "FAGOV-0004",
                                                  "FAGOV-0005", "FAGOV-0006"]),
              "threesixtygiving": ("traps.json", ["TSG-0002", "TSG-0003", "TSG-0004", "TSG-0005"])}
    file, codes = wanted[name]
    loud = [part for part in puente if part != "--quiet"]
    out = tally.run(name + ": findings", [*loud, "convert", OWN / name / file, folder / "x.jsonl",
                                          "--force"], env)
    for code in codes:
        tally.check("[%s]" % code in out, "%s tells %s" % (file, code), out[-300:])
    for code in codes:
        tally.run("explain " + code, [*puente, "explain", code], env)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    options = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="puente-examples-") as temporary:
        root = pathlib.Path(temporary)
        env = dict(os.environ, HOME=str(root), XDG_DATA_HOME=str(root / "data"))
        env.pop("PUENTE_PLUGIN_PATH", None)
        tree = root / "tree"
        tally.run("install", ["cmake", "--install", options.build, "--prefix", tree], env)
        for name in EXAMPLES:
            check_example(tally, name, tree, root, env)
        check_crossings(tally, root, tree, env)
        # The pages of docs/formats are what the manifests and the test data make of them.
        plugins = [part for name in EXAMPLES
                   for part in ("--plugin-dir", root / name / "build" / "plugins")]
        out = tally.run("the pages of docs/formats", [
            sys.executable, samples.REPO_ROOT / "tools" / "make_format_pages.py", "--check", "--puente",
            tree / "bin/puente", *plugins], env)
        print("docs/formats: " + (out.strip().splitlines() or [""])[-1])
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
