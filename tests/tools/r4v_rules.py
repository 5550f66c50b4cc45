#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Counts what R4V's quality rules find in the 5W data, independently of Puente.
"""Applies the quality rules of R4V's 5W matrix, year by year, and counts the rows that fire.

  r4v_rules.py                    counts of every data set against the figures known (exit 1: amiss)
  r4v_rules.py --json             the same as JSON
  r4v_rules.py --rules [PACK]     the rules of a pack: id, class, severity, columns, condition
  r4v_rules.py --rows RULE        the sheet rows that fire, one per line, counted from 1 with the
      [--of SET] [--pack PACK]    header as row 1. SET as in SETS below, "2021" by default
      [--numbers KIND] [--raw]
Nothing of a row but its number is ever printed.

The rules are those of R4V's public scripts (GitHub organisation response4venezuelans), told in our
own words in r4v_packs.py. Where the text of a rule and its script differ, the script is the rule.
What all the scripts have in common:
  empty     a cell that is absent, or holds white space only. Edge blanks never count: R4V reads
            workbooks with trimming, and its lists have blanks at their edges too
  text      texts compare exactly (case, accents) after trimming. The one exception: the type of
            an indicator, of which R4V's list has two spellings ("Capacity building")
  unknown   a comparison with an empty cell is neither true nor false, and a rule fires only when
            its condition is true. So "new <> sum" is silent when new is empty, and a type rule is
            silent when the pair (sector, indicator) is in no list: it has no type. The exceptions
            are said in the conditions
  sum       adds what is given; nothing given is 0
  pair      a pair with an empty half is in no list, so it fires the list rule beside the rule for
            the empty cell
  number    a text that is no number counts as empty in a number column (planning: after removing
            "$" and ",")
Numbers are decimals. An XLSX number is a binary64 that some writers spell with 16 or 17 digits
("0.07000000000000001" for 0.07, by R's writexl); its decimal is the shortest that reads back as the
same binary64. --numbers text takes the digits as they stand, --numbers double adds binary64 values
from left to right; both miscount PopTypeBreakdown in 2021 (4679 and 4678 for 4677).

R4V grades nothing: a row is to be reviewed or not. Its three classes are those of error.csv; the
severities here are a proposal (error: a mandatory or contradicting cell; warning: a figure to
check).
"""
import argparse
import collections
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import r4v_many_rows  # noqa: E402
import samples  # noqa: E402
from r4v_packs import DIRECT, PACKS, TYPES, direct  # noqa: E402
from r4v_table import (  # noqa: E402
    HEADERS, PEOPLE, POPULATION, Row, folded, listed, repaired, table)

# The figures that the 13,302 rows of January to March 2021 must give.
ACCEPTANCE = {
    "missingcountry": 0, "countryadmincheck": 0, "miss_appeal_org": 0, "miss_setup": 0,
    "miss_implementing_org": 612, "miss_month": 0, "missing_what": 0, "wrongsectindicator": 0,
    "zeroCVA": 409, "missingmechanism": 0, "CVANotoYes": 3, "MultipurposeSector": 6,
    "PiNNoBenef": 805, "NewBenefvstotal": 35, "PopTypeBreakdown": 4677, "AGDBreakdown": 2710,
    "CBuildingNoBenef": 385, "NoOutput": 1116, "duplicate": 314, "fractional_people": 19,
}
ROWS_2021 = 13302
# What the error reports must give: flags of R4V equal ours, but for what the text after says.
REPORT_2023 = {"wrongsectindicator": 1, "NoOutput": 2}


# ---------------------------------------------------------------- the data sets

class Lists:
    """The reference lists; None means that there is none, and its rule is silent."""

    def __init__(self, types=None, places=None, coded_places=None, admin2=None, appealing=None,
                 partners=None):
        self.types, self.places, self.coded_places = types, places, coded_places
        self.admin2, self.appealing, self.partners = admin2, appealing, partners


def type_of(word):
    word = word.strip().lower()
    return TYPES.get(word, word)


def types_from(triples):
    return {(sector, indicator): type_of(kind) for sector, indicator, kind in triples
            if sector and indicator}


def lists_2021(root):
    place = listed(root / "2021/RMRP_2021_AI_GIS.xlsx", "Country", "Admin1", "ISOCODE")
    return Lists(
        types=types_from(listed(root / "2021/RMRP_2021_AI_indicators.xlsx",
                                "Sector...Subsector...WG", "Indicator", "Indicator_Type")),
        places={p[:2] for p in place}, coded_places={p[:2] for p in place if p[2]},
        appealing={n for n, in listed(root / "2021/RMRP_2021_AI_partners.xlsx", "Name")},
        partners={n for n, in listed(root / "2021/RMRP_2021_AI_IP.xlsx", "Name")})


def lists_2023(root):
    """From the planning workbook: it has appealing organisations, and no partners of 2023."""
    book = root / "planning/RMRP2324_submission_EN_example.xlsx"
    place = listed(root / "reference/Admin1.xlsx", "Country", "Admin1", "ISOCode")
    return Lists(
        types=types_from(listed(book, "Sector/Subsector/WG", "Indicator", "Indicator Type",
                                sheet="Indicators2324")),
        places={p[:2] for p in place}, coded_places={p[:2] for p in place if p[2]},
        admin2=set(listed(root / "reference/Admin2SHP.xlsx", "Admin1", "Admin2")),
        appealing={n for n, in listed(book, "Name", sheet="Partners") if n})


# Sets by name: file, sheet, pack, lists.
SETS = {
    "2021": ("2021/RMRP_2021_AI_activities_jan_mar.xlsx", None, "2021", lists_2021),
    "2021-report": ("2021/ErrorReport_precleaning_jan.xlsx", None, "2021-report", lists_2021),
    "2023": ("2023/Activities_5W_2023.xlsx", None, "2023", lists_2023),
    "2023-report": ("2023/5WErrorReport.xlsx", None, "2023", lists_2023),
    "planning": ("planning/RMRP2324_submission_EN_example.xlsx", " Activity Sheet",
                 "planning-2324", lists_2023),
}


class Data:
    """A data set read with its lists. repair: double-encoded texts are read as what was meant."""

    def __init__(self, root, name, numbers="shortest", repair=True, lists=None):
        file, sheet, self.pack, make_lists = SETS[name]
        self.name, self.file = name, file
        self.lists = lists or make_lists(root)
        self.header, rows = table(root / file, sheet)
        names = {}
        for column in sorted(self.header):
            found = HEADERS.get(folded(self.header[column]))
            if found and found not in names.values():
                names[column] = found
        loose = self.pack.startswith("planning")
        self.names = names
        self.rows = [Row(n, cells, names, numbers, loose, repair) for n, cells in rows]
        if loose:  # the row of instructions below the header is no data
            self.rows = [row for row in self.rows if row["year"].isdigit()]
        for row in self.rows:
            row.kind = (type_of(row["type"]) if loose else
                        (self.lists.types or {}).get((row["sector"], row["indicator"]), ""))

    def fired(self, rule):
        """The row numbers where a rule fires, or None when the file lacks its column."""
        if not rule.applies(set(self.names.values())):
            return None
        return [row.number for row in self.rows if rule.fires(row, self.lists)]

    def all_fired(self, pack=None):
        return {rule.name: self.fired(rule) for rule in PACKS[pack or self.pack][3]}

    def duplicates(self):
        """Rows whose every cell (kind and text) equals that of an earlier row."""
        seen, found = set(), []
        for row in self.rows:
            key = tuple(sorted(row.cells.items()))
            if key in seen:
                found.append(row.number)
            seen.add(key)
        return found

    def many_rows(self):
        """Our own rules over many rows: row numbers by rule."""
        return r4v_many_rows.all_of(self.rows)

    def fractional_people(self):
        return [row.number for row in self.rows
                if any(row[n] is not None and row[n] % 1 != 0 for n in PEOPLE)]

    def double_encoded(self):
        """(row, column) of the text cells that one windows-1252 to UTF-8 pass repairs."""
        return [(row.number, column) for row in self.rows
                for column, (kind, text) in sorted(row.cells.items())
                if kind == "s" and repaired(text) != text]

    def flags(self):
        """The flag columns of an error report: name, rows marked."""
        found = {}
        for column, name in self.header.items():
            if column not in self.names:
                found[name] = [row.number for row in self.rows
                               if row.cells.get(column, ("-", ""))[1].strip()]
        return found


def distinct(found):
    return len({number for rows in found.values() for number in rows or ()})


EXTRAS = {"duplicate": Data.duplicates, "fractional_people": Data.fractional_people,
          "double_encoded": lambda data: sorted({n for n, _ in data.double_encoded()})}


# ---------------------------------------------------------------- the report

def counts_of(data, pack=None):
    return {name: None if rows is None else len(rows)
            for name, rows in data.all_fired(pack).items()}


def measure(root):
    """Everything that is printed, as one object; "amiss" lists what is not as expected."""
    amiss, out = [], {}
    loaded = {name: Data(root, name) for name in SETS}
    for name, data in loaded.items():
        found = data.all_fired()
        cells = data.double_encoded()
        out[name] = {
            "file": data.file, "pack": data.pack, "rows": len(data.rows),
            "rules": {n: None if r is None else len(r) for n, r in found.items()},
            "rows_with_a_finding": distinct(found),
            "duplicate": len(data.duplicates()),
            "many_rows": {rule: len(rows) for rule, rows in data.many_rows().items()},
            "fractional_people": len(data.fractional_people()),
            "double_encoded": {"cells": len(cells), "rows": len({n for n, _ in cells})},
            "types": dict(sorted(collections.Counter(row.kind for row in data.rows).items())),
        }
    main = out["2021"]
    got = dict(main["rules"], duplicate=main["duplicate"],
               fractional_people=main["fractional_people"])
    if main["rows"] != ROWS_2021:
        amiss.append("2021: %d rows for %d" % (main["rows"], ROWS_2021))
    for rule, expected in ACCEPTANCE.items():
        if got[rule] != expected:
            amiss.append("2021: %s %s for %d" % (rule, got[rule], expected))
    lists = loaded["2021"].lists
    main["by_number_reading"] = {
        kind: {rule: len(rows) for rule, rows in
               Data(root, "2021", kind, lists=lists).all_fired().items()
               if rule in ("PopTypeBreakdown", "AGDBreakdown")} for kind in ("text", "double")}
    main["parts"] = parts_2021(loaded["2021"])
    main["script"] = counts_of(loaded["2021"], "2021-script")
    out["2021-report"]["named_rules"] = counts_of(loaded["2021-report"], "2021")
    out["2023"]["unrepaired"] = counts_of(Data(root, "2023", repair=False))
    out["2023-report"]["unrepaired"] = counts_of(Data(root, "2023-report", repair=False))
    for name in ("2021-report", "2023-report"):
        amiss += compare_report(loaded[name], out[name])
    return out, amiss


def parts_2021(data):
    """How the compound figures of 2021 come about."""
    def count(test):
        return sum(1 for row in data.rows if test(row))
    lists = data.lists
    yes, no = (lambda r: r["setup"] == "Yes"), (lambda r: r["setup"] == "No")
    return {
        "partner: Yes and empty": count(lambda r: yes(r) and not r["partner"]),
        "partner: Yes and not in the IP list":
            count(lambda r: yes(r) and r["partner"] and r["partner"] not in lists.partners),
        "partner: Yes and not in the appealing list (no rule)":
            count(lambda r: yes(r) and r["partner"] and r["partner"] not in lists.appealing),
        "partner: No and given": count(lambda r: no(r) and r["partner"] != ""),
        "zeroCVA: empty": count(lambda r: r["cva"] == "Yes" and r["value"] is None),
        "zeroCVA: 0": count(lambda r: r["cva"] == "Yes" and r["value"] == 0),
        "no beneficiaries with OR (2022 script)":
            count(lambda r: direct(r) and (r.none("new") or r.none("total"))),
        "population sum: all five 0":
            count(lambda r: direct(r) and r["new"] and not r.sum(POPULATION)),
        "no output were People not exempt":
            count(lambda r: r.kind not in ("", DIRECT) and r.none("output")),
    }


def compare_report(data, out):
    """Compares flag columns with our findings, row by row."""
    amiss, compared = [], {}
    ours, flags = data.all_fired(), data.flags()
    overall = {"ERROR", "Review"} & set(flags)
    for name in overall:
        any_flag = sorted({n for f, rows in flags.items() if f not in overall for n in rows})
        if flags.pop(name) != any_flag:
            amiss.append("%s: column %s is not the union of its flags" % (data.name, name))
    for rule in sorted(set(ours) | set(flags)):
        theirs = set(flags.get(rule, ()))
        mine = set(ours.get(rule) or ())
        if theirs or mine:
            compared[rule] = {"theirs": len(theirs), "ours": len(mine),
                              "only_theirs": sorted(theirs - mine),
                              "only_ours": sorted(mine - theirs)}
        if theirs != mine:
            amiss.append("%s: %s differs from the report" % (data.name, rule))
    if data.name == "2023-report":
        got = {rule: c["theirs"] for rule, c in compared.items()}
        if got != REPORT_2023:
            amiss.append("2023-report: %s for %s" % (got, REPORT_2023))
    out["compared"] = compared
    return amiss


def print_table(out, amiss):
    for name, one in out.items():
        print("%s: %s, %d rows, rule pack %s" % (name, one["file"], one["rows"], one["pack"]))
        for rule, count in one["rules"].items():
            said = ""
            if name == "2021" and rule in ACCEPTANCE:
                said = "expected %d" % ACCEPTANCE[rule]
            print("  %-40s %6s  %s" % (rule, "-" if count is None else count, said))
        print("  %-40s %6d" % ("rows with a finding", one["rows_with_a_finding"]))
        for extra in ("duplicate", "fractional_people"):
            said = "expected %d" % ACCEPTANCE[extra] if name == "2021" else ""
            print("  %-40s %6d  %s" % (extra, one[extra], said))
        for rule, count in one["many_rows"].items():
            print("  %-40s %6d" % (rule, count))
        print("  %-40s %6d  in %d rows" % ("double-encoded cells", one["double_encoded"]["cells"],
                                           one["double_encoded"]["rows"]))
        print("  types: %s" % ", ".join("%s %d" % (k or "(none)", v)
                                        for k, v in one["types"].items()))
        for title in ("parts", "script", "named_rules", "unrepaired"):
            given = {k: v for k, v in one.get(title, {}).items() if v}
            if given:
                print("  %s: %s" % (title, "; ".join("%s %d" % kv for kv in given.items())))
        for kind, counts in one.get("by_number_reading", {}).items():
            print("  numbers as %s: %s" % (kind, ", ".join("%s %d" % kv for kv in counts.items())))
        for rule, c in one.get("compared", {}).items():
            print("  against the report: %s theirs %d, ours %d, only theirs %d, only ours %d" % (
                rule, c["theirs"], c["ours"], len(c["only_theirs"]), len(c["only_ours"])))
        print()
    for line in amiss:
        print("AMISS %s" % line)
    print("all as expected" if not amiss else "%d amiss" % len(amiss))


def print_rules(packs):
    for name in packs:
        years, lists, source, rules = PACKS[name]
        print("%s (years %s; %d rules)\n  lists: %s\n  source: %s" % (
            name, years, len(rules), lists, source))
        for rule in rules:
            print("  %-38s %-12s %-8s [%s]\n      %s" % (rule.name, rule.group, rule.severity,
                                                        rule.columns, rule.condition))
        print()


def print_rows(root, options):
    data = Data(root, options.of, options.numbers, repair=not options.raw)
    if options.rows in EXTRAS:
        found = EXTRAS[options.rows](data)
    else:
        rules = {rule.name: rule for rule in PACKS[options.pack or data.pack][3]}
        if options.rows not in rules:
            print("no rule %s in the pack; there are %s" % (
                options.rows, ", ".join(list(rules) + list(EXTRAS))), file=sys.stderr)
            return 2
        found = data.fired(rules[options.rows])
    print("".join("%d\n" % number for number in found or ()), end="")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rules", nargs="?", const="all", choices=["all"] + list(PACKS))
    parser.add_argument("--rows", metavar="RULE", help="a rule, or one of " + ", ".join(EXTRAS))
    parser.add_argument("--of", choices=list(SETS), default="2021")
    parser.add_argument("--pack", choices=list(PACKS), help="default: that of the data set")
    parser.add_argument("--numbers", choices=["shortest", "text", "double"], default="shortest")
    parser.add_argument("--raw", action="store_true", help="do not repair double encoding")
    options = parser.parse_args()
    if options.rules:
        print_rules(PACKS if options.rules == "all" else [options.rules])
        return 0
    root = samples.data_root() / "r4v5w"
    if not root.is_dir():
        # On the error stream when the output is for a machine, so that nobody takes it for data.
        machine = options.json or options.rows
        print("=" * 72 + "\nTEST DATA ABSENT: %s\nNo rule was applied. Set PUENTE_TEST_DATA to the "
              "folder of test data.\n" % root + "=" * 72, file=sys.stderr if machine else None)
        return 2 if machine else 0
    if options.rows:
        return print_rows(root, options)
    out, amiss = measure(root)
    if options.json:
        print(json.dumps(dict(out, amiss=amiss), indent=1, sort_keys=True))
    else:
        print_table(out, amiss)
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
