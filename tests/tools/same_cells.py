#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Tells whether two CSV files have the same cells, with Python's own CSV reader as the judge.
"""usage: same_cells.py A B [--delimiter-a C] [--delimiter-b C] [--encoding-a E]
                         [--header-only-in-b]

Exit code 0 when row by row all cells are equal, 1 when not (the first difference is printed), 2
when a file cannot be read. A line without anything in it is a row with one empty cell. A byte order
mark at the beginning is no part of a cell. Prints the number of rows and cells.
"""
import argparse
import csv
import itertools
import sys


def rows(path, delimiter, encoding):
    csv.field_size_limit(1 << 30)
    if encoding.lower() in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    with open(path, encoding=encoding, newline="") as f:
        for row in csv.reader(f, delimiter=delimiter):
            yield row or [""]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--delimiter-a", default=",")
    parser.add_argument("--delimiter-b", default=",")
    parser.add_argument("--encoding-a", default="utf-8")
    parser.add_argument("--header-only-in-b", action="store_true")
    args = parser.parse_args()
    first = rows(args.a, args.delimiter_a, args.encoding_a)
    second = rows(args.b, args.delimiter_b, "utf-8")
    if args.header_only_in_b:
        next(second, None)
    count = cells = 0
    for a, b in itertools.zip_longest(first, second):
        count += 1
        if a != b:
            print(f"row {count} differs: {a!r:.300} and {b!r:.300}")
            return 1
        cells += len(a)
    print(f"{count} rows, {cells} cells: equal")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, UnicodeError, csv.Error) as error:
        print(f"cannot compare: {error}")
        sys.exit(2)
