#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# The figures of the bench: what is measured against what, and the target of each.
"""Names the figures of `./dev bench`. run_bench.py measures them; docs/performance.md explains them.

A work is something that is run and timed: a stage of puente_bench, or a whole command. A figure
compares a work with its base, which is run in the same rounds.
"""
import dataclasses
import typing

# Stages of puente_bench; the JSON ones and those of workbooks on the small file.
STAGE_WORKS = ("expat", "xml_reader", "records", "canonical", "digest", "rules")
SMALL_STAGE_WORKS = ("jsonl_out", "jsonl_in", "protobuf_json_out", "protobuf_json_in", "sheet_read",
                     "sheet_write")

# Works of openpyxl_works.py, on the small file; only where there is openpyxl.
OPENPYXL_WORKS = ("openpyxl_read", "openpyxl_write")
OPENPYXL_ABSENT = "openpyxl is not installed: apt-get install python3-openpyxl"
CHECK_ABSENT = "this build has no command check"

# Stages of exchange_bench, on records in the binary format.
EXCHANGE_WORKS = ("stream_bare", "stream_records", "store_insert", "push", "push_again")

# Whole commands: {in} is the file, {out} where the output goes, {puente} the command.
COMMAND_WORKS = {
    "xmllint": ("xmllint", "--noout", "--stream", "{in}"),
    "to_binary": ("{puente}", "--quiet", "convert", "{in}", "{out}", "--from", "iati", "--to", "binary",
                  "--jobs", "1", "--force"),
    "to_binary_2": ("{puente}", "--quiet", "convert", "{in}", "{out}", "--from", "iati", "--to", "binary",
                    "--jobs", "2", "--force"),
    "to_iati": ("{puente}", "--quiet", "convert", "{in}", "{out}", "--from", "iati", "--to", "iati",
                "--jobs", "1", "--force"),
    "check": ("{puente}", "--quiet", "check", "{in}", "--from", "r4v5w", "--format", "json", "--output",
              "{out}", "--force"),
}
# The exit codes of commands that are done, where 0 is not the only one: a check that found errors.
EXIT_CODES = {"check": (0, 1)}


@dataclasses.dataclass(frozen=True)
class Figure:
    """`speed`: base / work is at least the target; `time`: work / base is at most the target."""

    name: str
    meaning: str
    work: str
    base: str
    target: typing.Optional[float]
    kind: str = "speed"
    clock: str = "cpu"
    # With SHA instructions of the processor this is aimed at.
    goal_with_sha: typing.Optional[float] = None
    # The inputs that it is measured on: activities of IATI, flows of FTS, binary records, or a
    # workbook of 5W rows.
    inputs: str = "iati"

    def ratio(self, work, base):
        return work / base if self.kind == "time" else base / work

    def met(self, ratio):
        return ratio <= self.target if self.kind == "time" else ratio >= self.target

    def target_text(self, has_sha):
        if self.target is None:
            return ""
        text = "%s %.1f" % ("<=" if self.kind == "time" else ">=", self.target)
        if self.goal_with_sha and has_sha:
            text += " (goal %.1f)" % self.goal_with_sha
        return text


FIGURES = (
    Figure("reader", "XML reader alone / expat", "xml_reader", "expat", 6.0),
    Figure("records", "IATI to records, counted / expat", "records", "expat", 2.5),
    Figure("canonical", "with canonical bytes / expat", "canonical", "expat", None),
    Figure("digest", "with canonical bytes and digest / expat", "digest", "expat", 1.6,
           goal_with_sha=2.0),
    Figure("binary", "convert to binary / xmllint --stream", "to_binary", "xmllint", 1.0),
    Figure("iati", "convert IATI to IATI, time of expat's", "to_iati", "expat", 0.8, kind="time"),
    Figure("jsonl_out", "JSON Lines out / MessageToJsonString", "jsonl_out", "protobuf_json_out", 5.0),
    Figure("jsonl_in", "JSON Lines in / JsonStringToMessage", "jsonl_in", "protobuf_json_in", 8.0),
    Figure("jobs", "wall of --jobs 1 / --jobs 2, to binary", "to_binary_2", "to_binary", 1.7,
           clock="wall"),
    Figure("fts", "FTS to records, counted / JsonStringToMessage", "records", "protobuf_json_in", 8.0,
           inputs="fts"),
    Figure("stream", "StreamRecords, plain bodies / bare gRPC stream", "stream_records", "stream_bare",
           0.6, inputs="exchange"),
    Figure("push", "push over gRPC / insert into the store", "push", "store_insert", 0.6,
           inputs="exchange"),
    Figure("push_again", "push of unchanged records / first push", "push_again", "push", 5.0,
           inputs="exchange"),
    Figure("sheet_read", "XLSX reader alone / openpyxl, read-only", "sheet_read", "openpyxl_read", 8.0,
           inputs="sheet"),
    Figure("sheet_write", "XLSX writer alone / openpyxl, write-only", "sheet_write", "openpyxl_write",
           5.0, inputs="sheet"),
    Figure("rules", "5W read and held against rules / read", "rules", "records", 3.0, kind="time",
           inputs="sheet"),
    Figure("check", "the command check, whole / reading", "check", "records", 3.0, kind="time",
           inputs="sheet"),
)

# Counts that two works of the same file must share: each set is one kind of work.
SAME_COUNTS = (
    (("expat", "xml_reader"), ("elements", "attributes", "text_bytes")),
    (("records", "canonical", "digest", "rules"), ("records", "leaves")),
    (("sheet_read", "sheet_write", *OPENPYXL_WORKS), ("rows", "cells", "numbers", "text_bytes")),
    (("jsonl_out", "jsonl_in"), ("records", "leaves")),
    (EXCHANGE_WORKS, ("records", "record_bytes")),
    (("jsonl_out", "jsonl_in", "protobuf_json_out", "protobuf_json_in"), ("records",)),
)
