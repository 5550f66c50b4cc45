#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Checks the three-line header, the include guard, the line ends and the size of each source file.

import argparse
import os
import re
import sys

from source_files import ROOT, source_files

MOST_LINES = 600
# Comment mark by ending or full name.
MARKS = {".h": "//", ".cc": "//", ".c": "//", ".proto": "//", ".py": "#", ".sh": "#", ".cmake": "#",
         "CMakeLists.txt": "#", "dev": "#", ".ci/run": "#"}
# Test inputs are bytes as they came; vendored schemas keep their own header.
NOT_OURS = ("tests/data/", "proto/google/")

COPYRIGHT = re.compile(r"Copyright 20\d\d The Puente Authors")
LICENSE = "SPDX-License-Identifier: Apache-2.0"


def mark_of(path):
    if path.startswith(NOT_OURS):
        return None
    base = os.path.basename(path)
    return MARKS.get(path) or MARKS.get(base) or MARKS.get(os.path.splitext(base)[1])


def problems_of(path, text):
    """Yields (line number, message)."""
    lines = text.split("\n")
    mark = mark_of(path)
    first = 1 if lines[0].startswith("#!") else 0
    head = (lines[first:first + 3] + ["", "", ""])[:3]
    if path.endswith((".h", ".c")):
        # What C compilers read as well may use the comments of old C.
        head = [re.sub(r"^/\*( .*) \*/$", r"//\1", line) for line in head]
    if not (head[0].startswith(mark + " ") and COPYRIGHT.fullmatch(head[0][len(mark) + 1:])):
        yield first + 1, f"the header begins: {mark} Copyright <year> The Puente Authors"
    elif head[1] != f"{mark} {LICENSE}":
        yield first + 2, f"the header goes on: {mark} {LICENSE}"
    elif not re.match(re.escape(mark) + r" \S.*\S", head[2]):
        yield first + 3, f"the header ends with one sentence of purpose: {mark} ..."
    if path.endswith(".h"):
        guard = "PUENTE_" + re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"
        if f"#ifndef {guard}\n#define {guard}\n" not in text:
            yield first + 1, f"the include guard is {guard}"
    if "\r" in text:
        yield text[:text.index("\r")].count("\n") + 1, "a carriage return: lines end with LF"
    if text and not text.endswith("\n"):
        yield len(lines), "the last line has no end"


def main():
    parser = argparse.ArgumentParser(description="Checks headers, guards and sizes of source files.")
    parser.add_argument("--root", default=ROOT, help="the repository (default: this one)")
    root = parser.parse_args().root
    files = [path for path in source_files(root) if mark_of(path)]
    count = 0
    for path in files:
        with open(os.path.join(root, path), encoding="utf-8", errors="replace", newline="") as file:
            text = file.read()
        for number, message in problems_of(path, text):
            print(f"{path}:{number}: {message}")
            count += 1
        lines = text.count("\n")
        if lines > MOST_LINES:
            print(f"{path}:{lines}: warning: over {MOST_LINES} lines; one room, one purpose")
    print(f"{len(files)} files, {count} problems")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
