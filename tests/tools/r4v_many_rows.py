# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Our own rules over many rows of a 5W, counted independently of Puente.
"""docs/decisions/0022-rules-over-months.md says what they mean."""
import collections
import decimal
import math
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from r4v_packs import direct  # noqa: E402

ACTIVITY = ("country", "admin1", "admin2", "appealing_org", "setup", "partner", "sector",
            "indicator", "activity")
# Rule of Puente, and the column of its values.
OUTLIERS = {"outlier_beneficiaries": "total", "outlier_quantity": "output",
            "outlier_cva_value": "value"}
LEAST, SPREADS, TIMES = 30, 5, 10


def new_over_total(rows):
    """The last row of each activity and year of several months with more new people than people.

    A cell with a text that is no number makes the sums of its activity unknown.
    """
    groups = collections.defaultdict(list)
    for row in rows:
        month = row["month"]
        if direct(row) and re.fullmatch(r"\d{4}-\d{2}", month):
            groups[tuple(row[name] for name in ACTIVITY) + (month[:4],)].append(row)
    found = []
    for group in groups.values():
        if len({row["month"] for row in group}) < 2:
            continue
        if all(row["total"] is None for row in group) or any(row.unread(name) for row in group
                                                             for name in ("new", "total")):
            continue
        new, total = (sum((row[name] or decimal.Decimal(0) for row in group), decimal.Decimal(0))
                      for name in ("new", "total"))
        if new > total:
            found.append(group[-1].number)
    return sorted(found)


def outliers(rows, column):
    """Rows whose value is far above the median of all above 0 with the same sector and indicator."""
    groups = collections.defaultdict(list)
    for row in rows:
        if row[column] is not None and row[column] > 0:
            groups[row["sector"], row["indicator"]].append((row[column], row.number))
    found = []
    for values in groups.values():
        if len(values) < LEAST:
            continue
        values.sort()
        middle = (len(values) - 1) // 2
        median = float(values[middle][0])
        distances = sorted(abs(math.log(float(value) / median)) for value, _ in values)
        most = max(SPREADS * 1.4826 * distances[middle], math.log(TIMES))
        found += [number for value, number in values if math.log(float(value) / median) > most]
    return sorted(found)


def all_of(rows):
    """Row numbers by rule."""
    fired = {rule: outliers(rows, column) for rule, column in OUTLIERS.items()}
    fired["new_over_total_in_year"] = new_over_total(rows)
    return fired
