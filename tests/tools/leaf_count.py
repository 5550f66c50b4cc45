#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Counts the leaves of an XML file by source path, independently of Puente's own counting.
"""Counts the leaves of an XML file, by path.

A leaf is one value of the input, named by its path without indices:
  a/b/@name                     an attribute, its name with the prefix as written
  a/b/@xmlns, a/b/@xmlns:p      a namespace declaration
  a/b/text()                    a text: adjacent character data is one text, a comment, an
                                instruction or a child splits it; layout white space (white space
                                alone, in an element with child elements and no other text, unless
                                xml:space="preserve" holds) is none
  a/b/comment()                 a comment; comment() outside the root element
  a/b/processing-instruction()  likewise
  a/b                           an element that has none of these and no child element
The XML declaration and the DOCTYPE are no leaves.
Exit code: 0 counted, 2 not well-formed.
"""
import argparse
import collections
import json
import sys
import xml.parsers.expat


class LeafCounter:
    """Counts while the parser runs; holds one small frame per open element."""

    class Frame:
        __slots__ = ("path", "preserve", "leaves", "has_elements", "real", "blank", "in_text",
                     "text_is_real")

        def __init__(self, path, preserve):
            self.path = path
            self.preserve = preserve
            self.leaves = 0  # attributes, comments and instructions
            self.has_elements = False
            self.real = self.blank = 0  # texts with, and of nothing but, white space
            self.in_text = self.text_is_real = False

        def end_text(self):
            if self.in_text:
                if self.text_is_real:
                    self.real += 1
                else:
                    self.blank += 1
                self.in_text = self.text_is_real = False

    def __init__(self):
        self.paths = collections.Counter()
        self._outside = self.Frame("", False)
        self._frames = [self._outside]
        self._joined = {}  # (path, name) -> path: strings are made once
        self.parser = xml.parsers.expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = lambda _data: self._aside("comment()")
        self.parser.ProcessingInstructionHandler = (
            lambda _target, _data: self._aside("processing-instruction()"))

    def _join(self, path, name):
        key = (path, name)
        joined = self._joined.get(key)
        if joined is None:
            joined = self._joined[key] = path + "/" + name if path else name
        return joined

    def _start(self, name, attributes):
        above = self._frames[-1]
        above.end_text()
        above.has_elements = True
        frame = self.Frame(self._join(above.path, name), above.preserve)
        for i in range(0, len(attributes), 2):
            self.paths[self._join(frame.path, "@" + attributes[i])] += 1
            frame.leaves += 1
            if attributes[i] == "xml:space":
                frame.preserve = attributes[i + 1] == "preserve"
        self._frames.append(frame)

    def _end(self, _name):
        frame = self._frames.pop()
        frame.end_text()
        texts = frame.real
        if frame.real or frame.preserve or not frame.has_elements:
            texts += frame.blank
        if texts:
            self.paths[self._join(frame.path, "text()")] += texts
        elif not frame.leaves and not frame.has_elements:
            self.paths[frame.path] += 1

    def _text(self, data):
        frame = self._frames[-1]
        frame.in_text = True
        if not frame.text_is_real and data.strip(" \t\r\n"):
            frame.text_is_real = True

    def _aside(self, step):
        frame = self._frames[-1]
        frame.end_text()
        frame.leaves += 1
        self.paths[self._join(frame.path, step)] += 1


def count_leaves(path):
    """{"total": n, "paths": {path: n}} of a file; raises expat errors, ValueError, LookupError."""
    counter = LeafCounter()
    with open(path, "rb") as f:
        counter.parser.ParseFile(f)
    return {"total": sum(counter.paths.values()), "paths": dict(sorted(counter.paths.items()))}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")
    args = parser.parse_args()
    try:
        counts = count_leaves(args.file)
    except (xml.parsers.expat.ExpatError, OSError, ValueError, LookupError) as e:
        print("%s: %s" % (args.file, e), file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(counts, ensure_ascii=False))
    else:
        for path, n in counts["paths"].items():
            print("%10d  %s" % (n, path))
        print("%10d  leaves" % counts["total"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
