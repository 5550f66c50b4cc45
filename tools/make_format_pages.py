#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Writes what docs/formats says of each format: manifests, and receipts of the test data.
"""Fills in the generated part of each page of docs/formats, and the table of all of them.

    tools/make_format_pages.py --puente build/release/bin/puente --plugin-dir DIR

A page is written by hand down to the mark; what stands behind it is made here: what the manifest says,
and what became of the values of the test data, converted file by file to every format. With --check
nothing is written: the exit code is 1 when a page is not what would be written. Without the test data
only the manifests are compared.
"""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tools"))
import samples  # noqa: E402

PAGES = ROOT / "docs" / "formats"
MARK = "<!-- Made by tools/make_format_pages.py from here on. -->"
MEASURED = "<!-- Measured from here on. -->"
HOW = {"full": "holds every record whole", "declared": "the receipt names what has no place",
       "none": "a view that is not made to be read back"}
# Whose files each format has among the test data.
DATA = {
    "iati": ["iati/samples/%s/**/*.xml" % folder for folder in samples.ACCEPTANCE_FOLDERS],
    "fts": ["fts/api/*.json"],
    "fts-hdx": ["fts/expected_csv/*.csv"],
    "foreign-assistance": ["usaid/*.csv"],
    "threesixtygiving": ["threesixtygiving/*_grants.json", "threesixtygiving/decimal_amounts.json"],
    "r4v5w": ["r4v5w/2022/RMRP2022Activities*.xlsx", "r4v5w/2023/Activities_5W_2023.xlsx",
              "r4v5w/2021/RMRP_2021_AI_activities_jan.csv", "r4v5w/planning/*.xlsx"],
    "table": ["cbpf/*.csv", "worldbank/**/*.csv"],
}
# Paths that are shown of what is lost.
SHOWN = 8


def page_of(format_id):
    return PAGES / (format_id.replace("-", "_") + ".md")


def lines_of(command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()


class Sum:
    """What became of the values of several files."""

    def __init__(self):
        self.files = 0
        self.leaves = collections.Counter()
        self.losses = collections.Counter()

    def add(self, receipt):
        self.files += 1
        self.leaves.update(receipt["leaves"])
        for loss in receipt["losses"]:
            self.losses[(loss["path"], loss["reason"])] += loss["count"]


def convert(puente, path, source, target, folder):
    """The receipt, or None when the file cannot be read or not be written that way."""
    receipt = pathlib.Path(folder) / "receipt.json"
    done = subprocess.run([*puente, "--quiet", "convert", path, pathlib.Path(folder) / "out", "--force",
                           "--from", source, "--to", target, "--receipt", receipt],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode != 0 or not receipt.is_file():
        return None
    return json.loads(receipt.read_text(encoding="utf-8"))


def measure(puente, formats):
    """By format and target: the sum of its files that have records."""
    sums = {}
    root = samples.data_root()
    with tempfile.TemporaryDirectory(prefix="puente-pages-") as temporary:
        def one(job):
            number, path, source, target = job
            folder = pathlib.Path(temporary) / str(number)
            folder.mkdir()
            return source, target, convert(puente, path, source, target, folder)

        jobs = []
        for source, globs in DATA.items():
            if source not in formats:
                continue
            for path in sorted({path for glob in globs for path in root.glob(glob)}):
                for target in formats:
                    if formats[target]["write"]:
                        jobs.append((len(jobs), path, source, target))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for source, target, receipt in pool.map(one, jobs):
                if receipt is None or receipt["records"]["read"] == 0:
                    continue
                assert receipt["law"] == "holds", (source, target)
                sums.setdefault((source, target), Sum()).add(receipt)
    return sums


def share(leaves):
    if leaves["lost"] == 0:
        return "all"
    if leaves["kept"] == 0:
        return "none"
    percent = leaves["kept"] * 100 // max(leaves["kept"] + leaves["lost"], 1)
    return "%d %%" % percent if percent else "< 1 %"


def manifest_part(format_):
    verbs = " and ".join(verb for verb, has in (("read", format_["read"]), ("written", format_["write"])) if has)
    lines = [MARK, "", "## At a glance", "",
             "| | |", "|---|---|",
             "| name | `%s`, of the plugin `%s` |" % (format_["format"], format_["plugin"]),
             "| it is | %s |" % verbs]
    if format_["write"]:
        lines.append("| written | %s |" % HOW[format_["lossless"]])
    if format_["versions"]:
        lines.append("| versions | %s |" % ", ".join(format_["versions"]))
    if format_["extensions"]:
        lines.append("| names end with | %s |" % ", ".join("`%s`" % end for end in format_["extensions"]))
    lines.append("| memory | %s |" % ("one record at a time" if format_["streaming"] else "the whole file"))
    lines.append("| large files | %s |" % ("in pieces, side by side (`--jobs`)" if format_["splits"] else
                                           "from beginning to end"))
    if format_["options"]:
        lines += ["", "| option | when | |", "|---|---|---|"]
    for option in format_["options"]:
        kinds = {"read": "`--in-opt`", "write": "`--out-opt`", "both": "both"}
        values = "\\|".join(option.get("values", [])) or option["type"]
        default = ""
        if "default" in option:
            default = " By default `%s`." % option["default"]
        lines.append("| `%s=%s` | %s | %s%s |" % (
            option["name"], values, kinds[option.get("applies_to", "both")], option["help"], default))
    return lines


def measured_part(source, formats, sums):
    mine = {target: sums[(source, target)] for target in formats if (source, target) in sums}
    if not mine:
        return []
    largest = max(mine.values(), key=lambda sum_: sum_.files)
    lines = ["", MEASURED, "", "## What arrives", "",
             "Of the values of %d file%s of the test data, converted one by one "
             "(`tools/make_format_pages.py`):" % (largest.files, "" if largest.files == 1 else "s"), "",
             "| to | files | values | kept | lost | derived |", "|---|--:|--:|--:|--:|--:|"]
    for target, sum_ in sorted(mine.items()):
        leaves = sum_.leaves
        lines.append("| `%s` | %d | %s | %s | %s | %s |" % (
            target, sum_.files, *("{:,}".format(leaves[name])
                                  for name in ("read", "kept", "lost", "derived"))))
    for target, sum_ in sorted(mine.items()):
        if not sum_.losses:
            continue
        if sum_.leaves["kept"] == 0:
            lines += ["", "Nothing of it has a place in `%s`." % target]
            continue
        lines += ["", "Most of what is lost to `%s`:" % target, "", "| path | values | reason |",
                  "|---|--:|---|"]
        ranked = sorted(sum_.losses.items(), key=lambda item: (-item[1], item[0]))
        for (path, reason), count in ranked[:SHOWN]:
            lines.append("| `%s` | %s | %s |" % (path.replace("|", "\\|"), "{:,}".format(count),
                                                 reason.replace("_", " ")))
        if len(ranked) > SHOWN:
            rest = sum(count for _, count in ranked[SHOWN:])
            lines.append("| %d more | %s | |" % (len(ranked) - SHOWN, "{:,}".format(rest)))
    return lines


def index_page(formats, sums):
    lines = ["# Formats", "", MARK, "", "| format | | |", "|---|---|---|"]
    for name, format_ in sorted(formats.items()):
        verbs = ", ".join(verb for verb in ("read", "write") if format_[verb])
        lines.append("| [`%s`](%s) | %s | %s |" % (name, page_of(name).name, format_["title"], verbs))
    lines += ["", "`foreign-assistance` and `threesixtygiving` are plugins of `examples/`, which are built by themselves.",
              "More come as plugins: [writing one](../plugins.md)."]
    if sums:
        targets = [name for name in sorted(formats) if formats[name]["write"]]
        lines += ["", MEASURED, "", "## What arrives", "",
                  "How many of the values of the test data are kept, from the format of the row to that of the column. The",
                  "pages say which are lost, and why; `--receipt` says it of your own files. Formats that hold other things",
                  "(totals, rows of any table) have little to say to each other.", "",
                  "| from | %s |" % " | ".join("`%s`" % target for target in targets),
                  "|---|%s" % ("--:|" * len(targets))]
        for source in sorted({source for source, _ in sums}):
            lines.append("| `%s` | %s |" % (source, " | ".join(
                share(sums[(source, target)].leaves) if (source, target) in sums else ""
                for target in targets)))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--puente", required=True)
    parser.add_argument("--plugin-dir", action="append", default=[])
    parser.add_argument("--check", action="store_true", help="write nothing; tell what is out of date")
    options = parser.parse_args()
    puente = [options.puente]
    for folder in options.plugin_dir:
        puente += ["--plugin-dir", folder]
    formats = {}
    for line in lines_of([*puente, "formats", "--json"]):
        format_ = json.loads(line)
        formats[format_["format"]] = format_
    has_data = samples.data_root().is_dir()
    sums = measure(puente, formats) if has_data else {}
    stale = []
    pages = {PAGES / "README.md": ("", index_page(formats, sums))}
    for name, format_ in formats.items():
        page = page_of(name)
        before = page.read_text(encoding="utf-8").split(MARK)[0] if page.is_file() else ""
        if not before.strip():
            stale.append("%s has no text above the mark" % page.name)
        pages[page] = (before.rstrip("\n") + "\n\n",
                       manifest_part(format_) + measured_part(name, formats, sums))
    for page, (before, lines) in pages.items():
        text = before + "\n".join(lines) + "\n"
        old = page.read_text(encoding="utf-8") if page.is_file() else ""
        if not has_data:
            text, old = text.split(MEASURED)[0].rstrip(), old.split(MEASURED)[0].rstrip()
        if text == old:
            continue
        if options.check:
            stale.append("%s is not what tools/make_format_pages.py writes" % page.name)
        elif has_data:
            page.write_text(text, encoding="utf-8")
            print("wrote %s" % page.relative_to(ROOT))
        else:
            stale.append("the test data is absent: %s is not written" % page.name)
    for what in stale:
        print(what)
    print("%d pages, %d to be mended" % (len(pages), len(stale)))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
