#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Runs fuzz targets of the fuzz build for a time or a number of executions; `./dev fuzz` runs it.
"""Runs fuzz targets for some seconds each.

The targets are the tests labelled `fuzz` of the build, and run with the options that they have
there. What a target finds is left in its folder of the build, and named.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402

DEFAULT_BUILD = samples.REPO_ROOT / "build" / "fuzz"
# A small quarantine stays in the processor's cache, and short stacks of allocations are enough to find
# the place: a third more executions a second.
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:"
                    "quarantine_size_mb=1:malloc_context_size=4",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}
# Targets each execution of which takes as long as so many of others: it writes whole workbooks.
COSTS = {"xlsx_patch_fuzz": 10}
EXECUTED = re.compile(rb"^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)
FOUND = re.compile(rb"Test unit written to (\S+)")


def targets(build):
    """{name: command} of the fuzz targets of a build; empty when it has none."""
    done = samples.run(["ctest", "--test-dir", build, "--show-only=json-v1"])
    if done.code != 0:
        raise RuntimeError("ctest cannot list the tests of %s: %s" % (build, done.brief()))
    found = {}
    for test in json.loads(done.out)["tests"]:
        labels = [value for prop in test.get("properties", ()) if prop["name"] == "LABELS"
                  for value in prop["value"]]
        command = test.get("command")
        if "fuzz" in labels and command and not test["name"].startswith("replay_"):
            found[test["name"]] = command
    return found


@dataclasses.dataclass
class Outcome:
    """What became of one target."""

    code: int
    executed: int
    seconds: float
    found: list
    log: pathlib.Path

    @property
    def ok(self):
        return self.code == 0 and not self.found

    def brief(self):
        text = "%d executions, %.0f s" % (self.executed, self.seconds)
        if self.ok:
            return text
        return "%s, exit %d, found: %s; see %s" % (
            text, self.code, " ".join(self.found) or "nothing", self.log)


def fuzz(name, command, build, runs=None, seconds=None):
    """Runs one target until its first finding, or for `runs` executions or `seconds`."""
    own = ("-max_total_time=", "-runs=", "-print_final_stats=")
    command = [word for word in command if not word.startswith(own)]
    options = ["-print_final_stats=1"]
    if runs is not None:
        options.append("-runs=%d" % runs)
    if seconds is not None:
        options.append("-max_total_time=%d" % seconds)
    command[1:1] = options
    logs = build / "soak"
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / (name + ".log")
    begin = time.monotonic()
    with open(log, "wb") as out:
        code = subprocess.run(command, cwd=samples.REPO_ROOT, stdin=subprocess.DEVNULL, stdout=out,
                              stderr=subprocess.STDOUT, check=False,
                              env={**SANITIZERS, **os.environ}).returncode
    said = log.read_bytes()
    executed = EXECUTED.search(said)
    return Outcome(code, int(executed[1]) if executed else 0, time.monotonic() - begin,
                   [path.decode() for path in FOUND.findall(said)], log)


def main():
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="?", metavar="TARGET", help="one target (default: all)")
    parser.add_argument("seconds", nargs="?", type=int, default=60, metavar="SECONDS",
                        help="how long each target runs (default: 60)")
    parser.add_argument("--build", type=pathlib.Path, default=DEFAULT_BUILD, metavar="DIR",
                        help="the fuzz build")
    args = parser.parse_args()
    if args.target and args.target.isdigit():
        # Only a time was given.
        args.target, args.seconds = None, int(args.target)
    known = targets(args.build)
    if not known:
        print("fuzz: %s has no fuzz targets" % args.build, file=sys.stderr)
        return 2
    chosen = [args.target] if args.target else sorted(known)
    if args.target and args.target + "_fuzz" in known:
        chosen = [args.target + "_fuzz"]
    elif args.target and args.target not in known:
        print("fuzz: no target \"%s\"; there is: %s" % (args.target, " ".join(sorted(known))),
              file=sys.stderr)
        return 2
    tally = samples.Tally()
    for name in chosen:
        outcome = fuzz(name, known[name], args.build, seconds=args.seconds)
        if tally.check(outcome.ok, name, outcome.brief()):
            print("ok   %s: %s" % (name, outcome.brief()), flush=True)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
