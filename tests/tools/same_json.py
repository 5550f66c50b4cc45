#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Says whether JSON files hold the same values, and counts the leaves of one.
"""Compares two JSON files value for value.

What is absent, null, an empty text, 1, 1.0, 1e0 and "1" are all different; the order of members is
free, that of arrays is not. Exit code 0 when they are the same, 1 when not.
"""
import argparse
import collections
import json
import sys


class Number(str):
    """A number by its text."""


def members(pairs):
    """The members of an object; two of one name are kept apart."""
    found = {}
    for name, value in pairs:
        if name in found:
            raise ValueError("the member %r occurs twice" % name)
        found[name] = value
    return found


def load(path):
    """The document of a file, with numbers by their text."""
    with open(path, "rb") as file:
        text = file.read().decode("utf-8-sig")
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse,
                      object_pairs_hook=members)


def refuse(word):
    raise ValueError("%s is not JSON" % word)


def differences(a, b, path=""):
    """Lines that say where two values differ."""
    if type(a) is not type(b):
        yield "%s: %.80r and %.80r" % (path or "/", a, b)
    elif isinstance(a, dict):
        for name in sorted(a.keys() | b.keys()):
            below = "%s/%s" % (path, name)
            if name not in b:
                yield "%s: %.80r and nothing" % (below, a[name])
            elif name not in a:
                yield "%s: nothing and %.80r" % (below, b[name])
            else:
                yield from differences(a[name], b[name], below)
    elif isinstance(a, list):
        if len(a) != len(b):
            yield "%s: %d and %d values" % (path or "/", len(a), len(b))
        for index, (one, other) in enumerate(zip(a, b)):
            yield from differences(one, other, "%s/%d" % (path, index))
    elif a != b:
        yield "%s: %.80r and %.80r" % (path or "/", a, b)


def leaves(value, path=(), counts=None):
    """How many values that hold no other there are, by the names that lead to them."""
    if counts is None:
        counts = collections.Counter()
    if isinstance(value, dict) and value:
        for name, below in value.items():
            leaves(below, path + ((name,) if name else ()), counts)
    elif isinstance(value, list) and value:
        for below in value:
            leaves(below, path, counts)
    else:
        counts[".".join(path)] += 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("a")
    parser.add_argument("b")
    arguments = parser.parse_args()
    found = list(differences(load(arguments.a), load(arguments.b)))
    for line in found[:20]:
        print(line)
    if len(found) > 20:
        print("and %d more" % (len(found) - 20))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
