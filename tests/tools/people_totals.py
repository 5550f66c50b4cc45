#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Adds up the people of R4V's 5W by its three models; shares no code with Puente.
"""Sums of people by R4V's models, as a judge of `puente totals`.

A row here is a dict: country, admin1, month, sector, organisation, kind ("direct assistance", another
type, or "" when no list knows the indicator), total, new (Decimal or None), population and sex_age
(by name). Conditions, from R4V's scripts of consolidation of 2021 to 2024:

- only rows whose indicator is of the type Direct Assistance (2021, 2022: Pin) count;
- by country, admin1, month and sector, the new people and each of their parts are added up;
- `r4v-sum` adds all of these;
- `r4v-maxsector` takes, by country, admin1 and month, the largest sector of each population type (or,
  with shares, of each population type and each of girls, boys, women, men, in whole people);
- `r4v-southernconemodel` does so over four sectors, and adds five others as they are;
- what admin1 and months have is added up.

  people_totals.py [--method M] [--by FIELD,..] [--measure total]   of the workbook of 2021
"""
import argparse
import collections
import csv
import decimal
import json
import sys

import r4v_packs
import r4v_rules
import r4v_table
import samples

D = decimal.Decimal
decimal.getcontext().prec = 60
DIRECT = r4v_packs.DIRECT
LARGEST = {"Shelter", "Food Security", "Humanitarian Transportation", "WASH"}
ADDED = {"Protection (General)", "Integration", "Multipurpose Cash Assistance (MPC)",
         "Multipurpose CBI", "Health", "Education"}
POPULATION = {"in_destination": "in destination", "in_transit": "in transit",
              "host": "host community", "pendular": "pendular", "returnees": "returnee"}
SEX_AGE = {"girls": "female 0-17", "boys": "male 0-17", "women": "female 18+", "men": "male 18+",
           "other_under": "other 0-17", "other_above": "other 18+"}
SHARE_ENDS = {"Girls": "female 0-17", "Boys": "male 0-17", "Women": "female 18+", "Men": "male 18+"}
SHARE_STARTS = {"Dest": "in destination", "Transit": "in transit", "HC": "host community",
                "Pendular": "pendular", "Returnees": "returnee"}
ZERO = D(0)


def plain_row(row):
    """A row of r4v_rules as a dict."""
    return {"country": row["country"], "admin1": row["admin1"], "month": row["month"],
            "sector": row["sector"], "organisation": row["appealing_org"], "kind": row.kind,
            "number": row.number, "total": row["total"], "new": row["new"],
            "population": {name: row[at] or ZERO for at, name in POPULATION.items()},
            "sex_age": {name: row[at] or ZERO for at, name in SEX_AGE.items()}}


def rows_of_2021(root):
    return [plain_row(row) for row in r4v_rules.Data(root, "2021").rows]


def rows_of_csv(path, kinds):
    """Of a CSV with R4V's short names. kinds: the type of an indicator's text."""
    rows = []
    with open(path, encoding="utf-8", newline="") as file:
        names = {i: r4v_table.HEADERS.get(r4v_table.folded(h))
                 for i, h in enumerate(next(csv.reader(file)))}
        for number, cells in enumerate(csv.reader(file), 2):
            row = r4v_table.Row(number, {i: ("s", c) for i, c in enumerate(cells)}, names, "text")
            row.kind = kinds(row["indicator"])
            rows.append(plain_row(row))
    return rows


# Names of 2021 in the tables of shares of the years after.
LATER_NAMES = {"multipurpose cbi": "multipurpose cash assistance (mpc)",
               "protection (human trafficking & smuggling)":
                   "protection (human trafficking and smuggling)"}


def share_key(country, admin1, sector):
    """Without regard to case, and by the later name."""
    sector = sector.strip().lower()
    return country.strip().lower(), admin1.strip().lower(), LATER_NAMES.get(sector, sector)


def shares_from(lines):
    """Shares by (country, admin1, sector) from a header and rows of texts."""
    header, *rows = lines
    columns = {}
    for i, name in enumerate(header):
        start, _, end = (name or "").partition("_")
        if start in SHARE_STARTS and end.capitalize() in SHARE_ENDS:
            columns[i] = (SHARE_STARTS[start], SHARE_ENDS[end.capitalize()])
    return {share_key(*row[:3]): {part: D(repr(float(row[i]))) for i, part in columns.items()
                             if i < len(row) and row[i] not in (None, "")} for row in rows}


def whole(number):
    return number.quantize(D(1), decimal.ROUND_HALF_EVEN)


def totals(rows, method="r4v-sum", by=(), measure="new", shares=None, unknown=False):
    """Groups by key, as {key: Decimal}, without those of 0; the total under None."""
    groups, total = collections.Counter(), ZERO
    blocks = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))

    def key(row, part=("", "")):
        values = {"population": part[0], "sex-age": part[1],
                  "admin1": row["admin1"] if "country" in by
                  else "%s: %s" % (row["country"], row["admin1"])}
        return tuple(values.get(f) if f in values else row[f] for f in by)

    for row in rows:
        if row["kind"] != DIRECT and not (unknown and row["kind"] == ""):
            continue
        sector = row["sector"]
        if method == "r4v-maxsector" or method == "r4v-southernconemodel" and sector in LARGEST:
            block = blocks[row["country"], row["admin1"], row["month"]]
            block[sector].update(row["population"])
            continue
        if method == "r4v-southernconemodel" and sector not in ADDED:
            continue
        amount = row[measure]
        if amount is None:
            continue
        total += amount
        split = "population" if "population" in by else "sex_age" if "sex-age" in by else None
        if split is None:
            groups[key(row)] += amount
            continue
        for name, part in row[split].items():
            groups[key(row, (name, name))] += part
        rest = amount - sum(row[split].values())
        name = "Over the total" if rest < 0 else "Not specified"
        groups[key(row, (name, name))] += rest

    for (country, admin1, month), sectors in blocks.items():
        place = {"country": country, "admin1": admin1, "month": month}
        largest = collections.defaultdict(lambda: ZERO)
        for sector, population in sectors.items():
            for name, amount in population.items():
                if shares is None:
                    largest[name, ""] = max(largest[name, ""], amount)
                    continue
                for (start, end), share in shares.get(share_key(country, admin1, sector), {}).items():
                    if start == name:
                        largest[name, end] = max(largest[name, end], whole(amount * share))
        for part, amount in largest.items():
            total += amount
            groups[key(place, part)] += amount
    found = {k: v for k, v in groups.items() if v}
    found[None] = total
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--method", default="r4v-sum")
    parser.add_argument("--by", default="")
    parser.add_argument("--measure", default="new", choices=["new", "total"])
    options = parser.parse_args()
    root = samples.data_root() / "r4v5w"
    if not root.is_dir():
        print("TEST DATA ABSENT: %s" % root)
        return 0
    by = tuple(f for f in options.by.split(",") if f)
    found = totals(rows_of_2021(root), options.method, by, options.measure)
    print(json.dumps({" | ".join(k) if k else "total" if k is None else "all": str(v)
                      for k, v in sorted(found.items(), key=str)}, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
