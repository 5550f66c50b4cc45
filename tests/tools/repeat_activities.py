#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Makes a large IATI file for load tests by repeating the activities of real files.
"""Writes a well-formed IATI file of about N megabytes (of 1,000,000 bytes).

All iati-activity elements of the files in --from (by default the dportal-extract samples) go, byte
for byte, under one <iati-activities version="2.03">, again and again until the size is reached. Their
order is shuffled and always the same, and the largest comes after a quarter of the others: so a
short file is a fair sample of the same activities as a long one, holds the same largest record, and
has it where it meets a reader at work, as the later ones of a long file are met.
"""
import argparse
import pathlib
import random
import sys
import xml.parsers.expat

import samples

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="2.03">\n'
TAIL = b"</iati-activities>\n"


def activities_of(data):
    """The bytes of each iati-activity child of the root (or of a bare iati-activity root).

    Needs UTF-8. Raises expat errors; elements that use a prefix of the root are not repaired.
    """
    parser = xml.parsers.expat.ParserCreate("UTF-8")
    found = []
    depth = 0
    begin = None

    def on_start(name, _attributes):
        nonlocal depth, begin
        depth += 1
        if name == "iati-activity" and begin is None and depth <= 2:
            begin = (depth, parser.CurrentByteIndex)

    def on_end(_name):
        nonlocal depth, begin
        if begin and begin[0] == depth:
            end = parser.CurrentByteIndex  # of the end tag, or after an empty-element tag
            if data.startswith(b"</", end):
                end = data.index(b">", end) + 1
            found.append(data[begin[1]:end])
            begin = None
        depth -= 1

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.Parse(data, True)
    return found


def gather(folder):
    """All activities of the XML files of a folder, shuffled; the largest after a quarter of them."""
    blocks = []
    for path in sorted(pathlib.Path(folder).glob("*.xml")):
        blocks.extend(activities_of(path.read_bytes()))
    if not blocks:
        raise ValueError("no activities in %s" % folder)
    random.Random(2026).shuffle(blocks)
    largest = max(range(len(blocks)), key=lambda i: len(blocks[i]))
    blocks.insert(len(blocks) // 4, blocks.pop(largest))
    return blocks


def write_repeated(out, blocks, size):
    """Writes about `size` bytes; returns (bytes, activities)."""
    written = out.write(HEAD)
    count = 0
    while written < size or not count:
        for block in blocks:
            written += out.write(block) + out.write(b"\n")
            count += 1
            if written >= size:
                break
    return written + out.write(TAIL), count


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", metavar="OUT", help="the file to write, - for standard output")
    parser.add_argument("--mb", metavar="N", type=float, required=True)
    parser.add_argument("--from", metavar="DIR", dest="source", type=pathlib.Path,
                        default=samples.samples_root() / "dportal-extract",
                        help="folder of IATI files (default: the dportal-extract samples)")
    args = parser.parse_args()
    try:
        blocks = gather(args.source)
    except (xml.parsers.expat.ExpatError, OSError, ValueError) as e:
        print(e, file=sys.stderr)
        return 2
    if args.out == "-":
        written, count = write_repeated(sys.stdout.buffer, blocks, args.mb * 1e6)
    else:
        with open(args.out, "wb", buffering=1 << 20) as out:
            written, count = write_repeated(out, blocks, args.mb * 1e6)
    print("%s: %d bytes, %d activities (%d different, the largest of %d bytes)" % (
        args.out, written, count, min(count, len(blocks)), max(map(len, blocks[:count]))), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
