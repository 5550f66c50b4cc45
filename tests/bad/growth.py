#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# When a hostile input doubles, the time that the command takes at most doubles, and a little.
"""Doubles hostile inputs and measures the CPU time (user and system) of the command.

Each family of inputs begins at the size where a run takes 50 ms more than one over nothing, and is
doubled twice. Of each size the minimum of five runs counts; from one to the next it may grow 2.3
times, nothing subtracted. Others work on the machine too, which only ever adds to a time: so the
sizes take turns, and where the bound is exceeded, five more runs of each are made, up to three
times. A family that still exceeds it is measured anew at the end, by three times as many runs, and
has failed when it does so again. A family that never takes 50 ms, up to its largest size, is one
that is refused early: that is as good.

The inputs are made by the shapes of families.py and workbook_families.py; the command is run with
limits raised so far that what is measured is not only the refusal.
"""
import fnmatch
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "tools"))
import families  # noqa: E402
import workbook_families  # noqa: E402,F401
import samples  # noqa: E402

MOST_GROWTH = 2.3
RUNS = 5
ABOVE_START = 0.05
REPEATS = 3
RUNS_AGAIN = 3 * RUNS
DOUBLINGS = 2
TIMEOUT = 300


class Bench:
    """Measures one command over files in a folder."""

    def __init__(self, puente, folder):
        self.puente, self.folder = puente, folder
        self.limits = [option for limit in families.LIMITS for option in ("--limit-set", limit)]

    def once(self, arguments):
        """(CPU seconds, exit code) of one run."""
        with open(self.folder / "err", "wb") as err:
            child = subprocess.Popen([str(a) for a in [self.puente, *self.limits, *arguments]],
                                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=err)
        deadline = time.monotonic() + TIMEOUT
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid != 0:
                break
            if time.monotonic() > deadline:
                child.kill()
            time.sleep(0.002)
        child.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime, child.returncode

    def least(self, commands, runs):
        """[(minimum of CPU seconds, exit code)] of commands that take turns."""
        seen = [[self.once(arguments) for arguments in commands] for _ in range(runs)]
        return [(min(seconds for seconds, _ in of_one), of_one[-1][1]) for of_one in zip(*seen)]


def brief(way):
    """A way of the command in a few words: convert jsonl 2."""
    words = [way[0]] + [a[len("out."):] for a in way if a.startswith("out.") and a != "out.receipt"]
    return " ".join(words + ([way[-1]] if way[-2] == "--jobs" else []))


def make(family, size, folder):
    """Makes the family's input of a size; tells its path."""
    path = folder / ("%s-%d%s" % (family.name.replace(" ", "-"), size, family.ending))
    with open(path, "wb") as out:
        for chunk in family.make(size):
            out.write(chunk)
    return path


def first_size(family, arguments, bench, start):
    """The size from which on a run takes long enough to be measured."""
    size = family.size
    while bench.least([arguments(size)], 1)[0][0] < start + ABOVE_START and size < family.most:
        size *= 2
    return size


def check(family, way, bench, start, tally, doubtful=None):
    """One family by one way of the command. Where it grows too much nothing is told to the tally:
    its size is. With that as `doubtful` it is measured for the last time, by more runs."""
    name = "%s: %s" % (family.name, brief(way))
    files = []

    def arguments(size):
        files.append(make(family, size, bench.folder))
        places = {"IN": files[-1]}
        return [places.get(a, bench.folder / a if a.startswith("out.") else a) for a in way]

    def growth(least):
        return [after[0] / before[0] for before, after in zip(least, least[1:])]

    try:
        size = doubtful or first_size(family, arguments, bench, start)
        runs = RUNS_AGAIN if doubtful else RUNS
        commands = [arguments(size << i) for i in range(DOUBLINGS + 1)]
        least = bench.least(commands, runs)
        for _ in range(REPEATS):
            if max(growth(least)) <= MOST_GROWTH:
                break
            least = [(min(before[0], again[0]), again[1])
                     for before, again in zip(least, bench.least(commands, runs))]
        print("%-58s %9d %4s  %s s  x %s" % (
            name, size, least[-1][1], " ".join("%6.3f" % s for s, _ in least),
            " ".join("%.2f" % g for g in growth(least))), flush=True)
        grows = max(growth(least))
        if grows > MOST_GROWTH and not doubtful:
            return size
        tally.check(grows <= MOST_GROWTH, name, "grows %.2f times" % grows)
        tally.check(all(code in (0, 1, 7) for _, code in least), name,
                    "exit codes %s" % [code for _, code in least])
        return None
    finally:
        for path in files:
            path.unlink(missing_ok=True)
        for path in bench.folder.glob("out.*"):
            path.unlink()


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--only", metavar="GLOB", default="*", help="families of this name")
    args = parser.parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-growth-") as name:
        bench = Bench(puente, pathlib.Path(name))
        nothing = bench.folder / "nothing.jsonl"
        nothing.write_bytes(b"")
        start = bench.least([["convert", nothing, bench.folder / "out.iati", "--to", "iati",
                              "--force"]], RUNS)[0][0]
        print("a run over nothing: %.3f s" % start)
        print("%-58s %9s %4s  %s" % ("family", "size", "exit", "CPU seconds, doubling"))
        doubtful = []
        for family in families.FAMILIES:
            if fnmatch.fnmatch(family.name, args.only):
                for way in family.ways:
                    size = check(family, way, bench, start, tally)
                    if size is not None:
                        doubtful.append((family, way, size))
        if doubtful:
            print("once more, by %d runs: %d" % (RUNS_AGAIN, len(doubtful)))
        for family, way, size in doubtful:
            check(family, way, bench, start, tally, size)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
