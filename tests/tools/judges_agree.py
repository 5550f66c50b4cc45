#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Proves that Puente's judge and the shared judge give equal verdicts, on samples and mutations.
"""Compares the two judges of round trips, tests/tools/same_xml.py and the shared iati_same.py.

Every sample is judged against itself and against mutated versions of itself (mutate_xml.py), by
both judges at both grades; the verdicts must be equal, and equal to what the mutation owes where
that is known. A large file is mutated in a shorter version of itself: its first records. The leaf
counter must find as many leaves as the shared judge keeps nodes.
"""
import argparse
import ast
import concurrent.futures
import contextlib
import io
import pathlib
import random
import re
import sys
import tempfile
import xml.parsers.expat

import leaf_count
import mutate_xml
import same_xml
import samples

ERRORS = (xml.parsers.expat.ExpatError, OSError, ValueError, LookupError)
SHORT = 12_000  # characters of a document to mutate
LARGE = 6_000  # a document of more characters gets SOME mutations, unless --all
SOME = 12


class Pair:
    """Both judges' readings of one document, at both grades; None where it is not well-formed."""

    def __init__(self, path, shared):
        self.ours, self.theirs = {}, {}
        for grade in (1, 2):
            try:
                self.ours[grade] = same_xml.load(str(path), grade)
            except same_xml.NotWellFormed:
                self.ours[grade] = None
            try:
                self.theirs[grade] = shared.events(str(path), grade)
            except ERRORS:
                self.theirs[grade] = None


def our_verdict(a, b, grade):
    if a.ours[grade] is None or b.ours[grade] is None:
        return 2
    return 1 if same_xml.difference(a.ours[grade], b.ours[grade]) else 0


def their_verdict(a, b, grade):
    if a.theirs[grade] is None or b.theirs[grade] is None:
        return 2
    return 0 if a.theirs[grade] == b.theirs[grade] else 1


def kept_nodes(events):
    """The number of leaves in what the shared judge keeps."""
    leaves = 0
    for i, event in enumerate(events):
        if event.startswith("<") and event != "</":
            attributes = len(ast.literal_eval(event[event.index(" ") + 1:]))
            leaves += attributes
            if not attributes and events[i + 1] == "</":
                leaves += 1
        elif event != "</":
            leaves += 1
    return leaves


def decode(data):
    """(text, encoding) of a document."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16"), "utf-16"
    if data[:3] == b"\xef\xbb\xbf":
        return data.decode("utf-8-sig"), "utf-8-sig"
    declared = re.match(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)", data)
    encoding = declared.group(1).decode() if declared else "utf-8"
    return data.decode(encoding), encoding


def shorten(tokens):
    """The tokens of a document with the same root and the first of its children."""
    if sum(len(t.text) for t in tokens) <= SHORT:
        return tokens
    root = mutate_xml.root_index(tokens)
    end, size = root + 1, 0
    while end < len(tokens) and tokens[end].kind != "end":
        last = mutate_xml.matching_end(tokens, end) if tokens[end].opens else end
        size += sum(len(t.text) for t in tokens[end:last + 1])
        if size > SHORT and end > root + 2:
            break
        end = last + 1
    root_end = mutate_xml.matching_end(tokens, root)
    return tokens[:end] + tokens[root_end:]


def judge_file(path, every):
    """Judges one sample in all versions; returns (passed, failures, mutations made)."""
    tally = samples.Tally()
    shared = samples.shared_judge()
    name = samples.sample_name(path)
    output = io.StringIO()
    made = set()
    with contextlib.redirect_stdout(output):
        itself = Pair(path, shared)
        for grade in (1, 2):
            ours = our_verdict(itself, itself, grade)
            theirs = their_verdict(itself, itself, grade)
            tally.check(ours == theirs and ours != 1, "%s with itself, G%d" % (name, grade),
                        "ours %d, shared %d" % (ours, theirs))
        if itself.theirs[1] is not None:
            counted = leaf_count.count_leaves(str(path))["total"]
            kept = kept_nodes(itself.theirs[1])
            tally.check(counted == kept, "%s leaves" % name, "%d of %d" % (counted, kept))
            judge_mutations(path, shared, tally, made, every)
    return tally.passed, tally.failures, made


def judge_mutations(path, shared, tally, made, every):
    name = samples.sample_name(path)
    text, encoding = decode(path.read_bytes())
    tokens = shorten(mutate_xml.tokenize(text))
    rng = random.Random(name)
    large = sum(len(t.text) for t in tokens) > LARGE and not every
    with tempfile.TemporaryDirectory() as folder:
        def stored(content, file_name):
            file = pathlib.Path(folder) / file_name
            file.write_bytes(content.encode(encoding, "xmlcharrefreplace"))
            return Pair(file, shared)

        bases = [("", tokens, stored(mutate_xml.join(tokens), "base.xml"))]
        for title, mutation in [] if large else mutate_xml.BOTH_SIDES:
            changed = mutation(rng, tokens)
            if changed is not None:
                bases.append((title + ", ", mutate_xml.tokenize(changed),
                              stored(changed, "base.xml")))
        chosen = rng.sample(mutate_xml.MUTATIONS, SOME) if large else mutate_xml.MUTATIONS
        for base_name, base_tokens, base in bases:
            for title, mutation, *owed in chosen:
                changed = mutation(rng, base_tokens)
                if changed is None:
                    continue
                made.add(title)
                # What is owed is known for a sound document without special rules.
                known = not base_name and encoding in ("utf-8", "UTF-8")
                other = stored(changed, "other.xml")
                for grade in (1, 2):
                    ours = our_verdict(base, other, grade)
                    theirs = their_verdict(base, other, grade)
                    expected = None
                    if known and base.theirs[grade] is not None:
                        expected = owed[grade - 1]
                    label = "%s: %s%s, G%d" % (name, base_name, title, grade)
                    if not tally.check(ours == theirs and expected in (None, ours), label,
                                       "ours %d, shared %d, owed %s" % (ours, theirs, expected)):
                        keep_evidence(label, base_tokens, changed)


EVIDENCE = None  # the folder of --keep


def keep_evidence(label, base_tokens, changed):
    """With --keep DIR the two documents of a failed check are kept there."""
    if EVIDENCE:
        pathlib.Path(EVIDENCE).mkdir(parents=True, exist_ok=True)
        stem = pathlib.Path(EVIDENCE) / re.sub(r"[^A-Za-z0-9]+", "_", label)
        stem.with_suffix(".a.xml").write_text(mutate_xml.join(base_tokens), "utf-8")
        stem.with_suffix(".b.xml").write_text(changed, "utf-8")


def set_evidence(folder):
    global EVIDENCE
    EVIDENCE = folder


def command_lines_agree(tally, files):
    """The two scripts themselves, by their exit codes, on a few files."""
    shared = samples.data_root().parent / "tools" / "iati_same.py"
    ours = pathlib.Path(same_xml.__file__)
    for a, b in zip(files, files[1:] + files[:1]):
        for left, right in ((a, a), (a, b)):
            for grade in ("1", "2"):
                codes = [samples.run([sys.executable, tool, left, right, "--grade", grade]).code
                         for tool in (ours, shared)]
                tally.check(codes[0] == codes[1] and codes[0] in (0, 1, 2),
                            "command lines on %s and %s, G%s" % (left.name, right.name, grade),
                            "ours %s, shared %s" % tuple(codes))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="GLOB", help="only samples of this name")
    parser.add_argument("--all", action="store_true", help="all mutations of large samples too")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--keep", metavar="DIR", help="keep the documents of failed checks here")
    args = parser.parse_args()
    if not samples.samples_root().is_dir() or samples.shared_judge() is None:
        return samples.say_data_absent("The agreement of the judges")
    sample_files = samples.sample_files(only=args.only)
    tally = samples.Tally()
    made = set()
    files = sorted(sample_files, key=lambda p: -p.stat().st_size)
    with concurrent.futures.ProcessPoolExecutor(args.jobs, initializer=set_evidence,
                                                initargs=(args.keep,)) as pool:
        for passed, failures, titles in pool.map(judge_file, files, [args.all] * len(files)):
            tally.passed += passed
            for name, detail in failures:
                tally.check(False, name, detail)
            made |= titles
    command_lines_agree(tally, [f for f in sample_files if "/tricky/" in f.as_posix()][::6])
    unmade = [title for title, *_ in mutate_xml.MUTATIONS if title not in made]
    print("%d samples, %d kinds of mutation%s" % (
        len(files), len(made), "; never applied: " + ", ".join(unmade) if unmade else ""))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
