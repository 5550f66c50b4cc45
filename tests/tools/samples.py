#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Helpers shared by the judges and acceptance runners: where the test data lies, runs, tallies.
"""Shared helpers of tests/tools and tests/acceptance.

The real data lies outside the repository: PUENTE_TEST_DATA names its folder, by default
../shared/data beside the repository root. When it is absent the callers say so loudly, check what
they can, and end well: a bare clone has nothing to fail.
"""
import argparse
import fnmatch
import importlib.util
import os
import pathlib
import subprocess
import sys

REPO_ROOT = pathlib.Path(__file__).resolve().parents[2]

# The folders of iati/samples that acceptance line B names.
ACCEPTANCE_FOLDERS = ("original", "dportal-extract", "organisation", "v1", "tricky",
                      "tool-fixtures")
IATI_ROOTS = ("iati-activities", "iati-organisations", "iati-activity", "iati-organisation")


def data_root():
    """The folder of test data, whether it exists or not."""
    given = os.environ.get("PUENTE_TEST_DATA")
    return pathlib.Path(given) if given else REPO_ROOT.parent / "shared" / "data"


def samples_root():
    return data_root() / "iati" / "samples"


def sample_files(folders=None, only=None):
    """All sample XML files of the folders (None: of every folder), sorted by name.

    `only` is a glob that the name relative to iati/samples, or the bare name, must match.
    """
    root = samples_root()
    places = [root / f for f in folders] if folders else [root]
    found = sorted(p for place in places for p in place.rglob("*.xml") if p.is_file())
    if only:
        found = [p for p in found
                 if fnmatch.fnmatch(sample_name(p), only) or fnmatch.fnmatch(p.name, only)]
    return found


def sample_name(path):
    """The name of a sample in reports: its path relative to iati/samples."""
    try:
        return pathlib.Path(path).relative_to(samples_root()).as_posix()
    except ValueError:
        return pathlib.Path(path).name


def say_data_absent(what):
    """Says loudly that the data is absent, with the closing line. The caller returns 0."""
    print("=" * 72)
    print("TEST DATA ABSENT: %s" % samples_root())
    print("%s was not run. Set PUENTE_TEST_DATA to the folder of test data." % what)
    print("=" * 72)
    print("0 passed, 0 failed, all skipped (test data absent)")
    return 0


def shared_judge():
    """The judge that lies beside the test data as a module, or None when it is absent."""
    path = data_root().parent / "tools" / "iati_same.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("shared_iati_same", path)
    module = importlib.util.module_from_spec(spec)
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # the folder is not ours to write in
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module


class Tally:
    """Counts checks and prints each failure when it happens."""

    def __init__(self):
        self.passed = 0
        self.failures = []
        self.skipped = []

    def check(self, ok, name, detail=""):
        """One check. Returns ok."""
        if ok:
            self.passed += 1
        else:
            self.failures.append((name, detail))
            print("FAIL %s%s" % (name, ": " + detail if detail else ""), flush=True)
        return ok

    def skip(self, name, why):
        self.skipped.append((name, why))
        print("SKIP %s: %s" % (name, why), flush=True)

    def close(self):
        """Prints the closing line; returns the exit code."""
        line = "%d passed, %d failed" % (self.passed, len(self.failures))
        if self.skipped:
            line += ", %d skipped" % len(self.skipped)
        print(line)
        return 1 if self.failures else 0


class Run:
    """What a finished command left: exit code, standard output and error as bytes."""

    def __init__(self, args, code, out, err):
        self.args, self.code, self.out, self.err = args, code, out, err

    @property
    def message(self):
        return self.err.decode("utf-8", "replace")

    def brief(self, limit=300):
        """One line about the run, for a failure report."""
        text = " | ".join(line for line in self.message.splitlines() if line.strip())
        return "exit %s: %s" % (self.code, text[:limit] or "(nothing on stderr)")


def run(args, stdin=None, timeout=300, **more):
    """Runs a command with stdin from a file or bytes; a timeout is exit code "timeout"."""
    args = [str(a) for a in args]
    feed = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin or subprocess.DEVNULL}
    try:
        done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=timeout, check=False, **feed, **more)
    except subprocess.TimeoutExpired as e:
        return Run(args, "timeout", e.stdout or b"", e.stderr or b"")
    return Run(args, done.returncode, done.stdout, done.stderr)


def acceptance_parser(doc):
    """The argument parser that the acceptance runners share: purpose from the doc, --puente."""
    parser = argparse.ArgumentParser(description=doc,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--puente", metavar="BIN", type=pathlib.Path,
                        default=REPO_ROOT / "build" / "release" / "bin" / "puente",
                        help="the command under test (default: build/release/bin/puente)")
    return parser


def require_puente(path):
    """The command as an absolute path; ends the run with exit code 2 when there is none."""
    path = pathlib.Path(path).absolute()
    if not os.access(path, os.X_OK):
        print("no such command: %s (build it, or give --puente BIN)" % path, file=sys.stderr)
        sys.exit(2)
    return path


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__,
                            formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    print("test data: %s (%s)" % (data_root(), "there" if samples_root().is_dir() else "ABSENT"))
    print("samples: %d" % (len(sample_files()) if samples_root().is_dir() else 0))
