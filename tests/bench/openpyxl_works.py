#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Works of openpyxl on workbooks, which the figures of sheets are measured against.
"""Runs one work once and prints what it took, as puente_bench does.

  openpyxl_read   reads all values of a workbook in read-only mode
  openpyxl_write  writes the same values, prepared in memory, in write-only mode into a new file

Only that is timed; the values are counted in a pass of their own.
"""
import argparse
import json
import pathlib
import resource
import sys
import time
import warnings

import openpyxl


def book_of(path):
    return openpyxl.load_workbook(path, read_only=True)


def rows_of(path):
    for sheet in book_of(path).worksheets:
        yield from sheet.iter_rows(values_only=True)


def count(path):
    """What the stages of puente_bench count, too."""
    counts = dict.fromkeys(("rows", "cells", "numbers", "text_bytes"), 0)
    for row in rows_of(path):
        counts["rows"] += 1
        for value in row:
            if value is None:
                continue
            counts["cells"] += 1
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                counts["numbers"] += 1
            else:
                counts["text_bytes"] += len(str(value).encode("utf-8"))
    return counts


class Watch:
    """CPU and wall seconds of this process."""

    def __init__(self):
        self.cpu, self.wall = time.process_time(), time.monotonic()

    def elapsed(self):
        return time.process_time() - self.cpu, time.monotonic() - self.wall


def read(path):
    watch = Watch()
    for row in rows_of(path):
        for _ in row:
            pass
    times = watch.elapsed()
    return times, count(path)


def write(path):
    rows = [list(row) for row in rows_of(path)]
    out = pathlib.Path(str(path) + ".theirs.xlsx")
    watch = Watch()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for row in rows:
        sheet.append(row)
    book.save(out)
    times = watch.elapsed()
    # What was written, by what is read of it.
    counts = dict(count(out), bytes_out=out.stat().st_size)
    out.unlink()
    return times, counts


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=("openpyxl_read", "openpyxl_write"))
    parser.add_argument("file", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")  # of what a workbook lacks that has no styles of its own
    times, counts = (read if args.work == "openpyxl_read" else write)(args.file)
    print(json.dumps({"stage": args.work, "cpu_s": times[0], "wall_s": times[1],
                      "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, "digest": "",
                      "counts": counts}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
