#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Measures Puente against ceilings in interleaved rounds; `./dev bench` runs it.
"""Measures the speed of Puente as ratios to ceilings of the same run.

Inputs: a generated file, the activities of the dportal-extract samples under one root, repeated
(left out where the test data is absent), flows of FTS, and a workbook of 5W rows. In each round every
work is run once, in turn, forwards and backwards by round; a figure is the ratio of the medians, with
the smallest and largest ratio of a round beside it. Times are CPU seconds (user and system) but for
`jobs`, which is wall time. Each work is a process of its own; in-process stages leave their
preparation out of the time.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402
import figures  # noqa: E402

FULL_MB, SMALL_MB = 200, 20
# Of a sheet for each megabyte of the others: 200,000 rows beside 200 MB.
ROWS_PER_MB = 1000
SEED = 1


class Failed(Exception):
    """A work did not do what it was to do."""


class Input:
    """A file that works are run on: a large one, and a small one for the slow stages."""

    def __init__(self, name, large, small, kind="iati"):
        self.name, self.large, self.small, self.kind = name, large, small, kind


def make(path, inputs, command):
    """Makes a file unless it is there and newer than what makes it."""
    if path.is_file() and all(path.stat().st_mtime >= i.stat().st_mtime for i in inputs):
        return path
    print("making %s" % path.name, file=sys.stderr, flush=True)
    aside = path.with_name("part-" + path.name)  # what makes it may go by the ending
    done = samples.run([str(aside) if word == "{out}" else word for word in command])
    if done.code != 0:
        raise Failed("%s: %s" % (path.name, done.brief()))
    aside.rename(path)
    return path


def make_inputs(folder, binaries, megabytes):
    """The inputs that can be made here."""
    generator = binaries / "gen_iati"
    repeat = pathlib.Path(samples.__file__).with_name("repeat_activities.py")
    made = []

    def pair(name, command, sources):
        files = [make(folder / ("%s-%d.xml" % (name, size)), sources, command(size))
                 for size in (megabytes, min(megabytes, SMALL_MB))]
        made.append(Input(name, *files))

    pair("generated", lambda mb: [generator, "--mb", mb, "--seed", SEED, "-o", "{out}"], [generator])
    extract = samples.samples_root() / "dportal-extract"
    if extract.is_dir():
        pair("real", lambda mb: [sys.executable, repeat, "{out}", "--mb", mb], [repeat])
    else:
        print("TEST DATA ABSENT: only generated activities are measured", file=sys.stderr)
    repeat_flows = pathlib.Path(samples.__file__).with_name("repeat_flows.py")
    size = min(megabytes, SMALL_MB)
    flows = make(folder / ("flows-%d.json" % size), [repeat_flows],
                 [sys.executable, repeat_flows, "{out}", "--mb", size])
    made.append(Input("flows", flows, flows, "fts"))
    generated = made[0].large
    records = make(folder / ("records-%d.puente" % megabytes), [generated, binaries / "puente"],
                   [binaries / "puente", "--quiet", "convert", generated, "{out}", "--from", "iati", "--to",
                    "binary", "--force"])
    made.append(Input("records", records, records, "exchange"))
    repeat_5w = pathlib.Path(samples.__file__).with_name("repeat_5w.py")
    made.append(Input("sheet", *[
        make(folder / ("sheet-%d.xlsx" % (size * ROWS_PER_MB)), [repeat_5w],
             [sys.executable, repeat_5w, "{out}", "--rows", size * ROWS_PER_MB])
        for size in (megabytes, min(megabytes, SMALL_MB))], "sheet"))
    return made


def python_with_openpyxl():
    """The interpreter that has openpyxl: ours or the system's; None when neither has."""
    for python in (sys.executable, "/usr/bin/python3"):
        if os.access(python, os.X_OK) and samples.run([python, "-c", "import openpyxl"]).code == 0:
            return python
    return None


def leave_out(chosen, binaries, python):
    """(figures that can be measured here, what is to be said of the others)"""
    absent = {}
    if python is None:
        absent.update(dict.fromkeys(figures.OPENPYXL_WORKS, figures.OPENPYXL_ABSENT))
    if samples.run([binaries / "puente", "check", "--help"]).code != 0:
        absent["check"] = figures.CHECK_ABSENT
    kept, said = [], {}
    for figure in chosen:
        why = absent.get(figure.work) or absent.get(figure.base)
        if why:
            said.setdefault(why, []).append(figure.name)
        else:
            kept.append(figure)
    return kept, ["left out: %s; %s" % (", ".join(names), why) for why, names in said.items()]


class Sample:
    """One run of a work."""

    def __init__(self, cpu, wall, peak_kib, counts=None, digest=""):
        self.cpu, self.wall, self.peak_kib = cpu, wall, peak_kib
        self.counts, self.digest = counts or {}, digest


def path_for(work, given):
    """The file of an input that a work is run on."""
    is_small = work in figures.SMALL_STAGE_WORKS or work in figures.OPENPYXL_WORKS
    return given.small if is_small else given.large


class Works:
    """Runs works and remembers what each run took."""

    def __init__(self, binaries, folder, python):
        self.binaries, self.folder, self.python = binaries, folder, python
        self.samples = {}

    def run(self, work, given):
        """One run of a work on an input."""
        if work in figures.COMMAND_WORKS:
            sample = self.run_command(work, given)
        else:
            sample = self.run_stage(work, given)
        self.samples.setdefault((given.name, work), []).append(sample)

    def run_stage(self, work, given):
        path = path_for(work, given)
        if work in figures.OPENPYXL_WORKS:
            program = [self.python, pathlib.Path(__file__).with_name("openpyxl_works.py")]
        else:
            program = [self.binaries / ("exchange_bench" if work in figures.EXCHANGE_WORKS
                                        else "puente_bench")]
        done = samples.run([*program, work, path], timeout=3600)
        if done.code != 0:
            raise Failed("%s on %s: %s" % (work, path.name, done.brief()))
        told = json.loads(done.out)
        return Sample(told["cpu_s"], told["wall_s"], told["peak_kib"], told["counts"], told["digest"])

    def run_command(self, work, given):
        out = self.folder / ("out-" + work)
        words = {"{in}": str(given.large), "{out}": str(out),
                 "{puente}": str(self.binaries / "puente")}
        args = [words.get(word, word) for word in figures.COMMAND_WORKS[work]]
        errors = self.folder / "command.err"
        with open(errors, "wb") as err:
            begin = time.monotonic()
            child = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=err)
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in figures.EXIT_CODES.get(work, (0,)):
            raise Failed("%s: exit %d: %s" % (" ".join(args), child.returncode,
                                              errors.read_text("utf-8", "replace")[:300]))
        counts = {"bytes_out": out.stat().st_size} if out.is_file() else {}
        out.unlink(missing_ok=True)
        return Sample(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss, counts)

    def median(self, given, work, clock):
        return statistics.median(getattr(s, clock) for s in self.samples[given.name, work])

    def peak_mib(self, given, work):
        return max(s.peak_kib for s in self.samples[given.name, work]) / 1024

    def check_same(self, given):
        """Works of one kind counted the same, each time."""
        for works, counts in figures.SAME_COUNTS:
            seen = {}
            for work in works:
                for sample in self.samples.get((given.name, work), ()):
                    told = tuple(sample.counts.get(c) for c in counts)
                    seen.setdefault(told, work)
            if len(seen) > 1:
                raise Failed("%s: not the same %s: %s" % (given.name, ", ".join(counts), seen))
        digests = {s.digest for (name, work), all_ in self.samples.items()
                   if name == given.name and work == "digest" for s in all_}
        if len(digests) > 1:
            raise Failed("%s: the digests of the runs differ" % given.name)


def parallel_ceiling(commands, rounds):
    """How many times as fast two processes are at once as one after the other: what the machine gives
    to two threads that share nothing. `commands`: the same work, each with outputs of its own."""
    def wall(count):
        begin = time.monotonic()
        children = [subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
                    for command in commands[:count]]
        if any([child.wait() != 0 for child in children]):
            raise Failed("failed: %s" % " ".join(commands[0]))
        return time.monotonic() - begin

    return statistics.median(2 * wall(1) / wall(2) for _ in range(rounds))


def ceilings_of_jobs(binaries, given, folder, rounds):
    """(of bare expat, of the conversion itself with --jobs 1) on an input."""
    expat = [str(binaries / "puente_bench"), "expat", str(given.large)]
    outs = [folder / ("ceiling-%d.puente" % i) for i in range(2)]
    converts = [[word.format(**{"puente": binaries / "puente", "in": given.large, "out": out})
                 for word in figures.COMMAND_WORKS["to_binary"]] for out in outs]
    try:
        return parallel_ceiling([expat, expat], rounds), parallel_ceiling(converts, rounds)
    finally:
        for out in outs:
            out.unlink(missing_ok=True)


def processor():
    """(model, has SHA instructions) of the processor, from the system."""
    model, flags = "unknown", set()
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as f:
            for line in f:
                key, _, value = line.partition(":")
                if key.strip() in ("model name", "Hardware"):
                    model = value.strip()
                elif key.strip() in ("flags", "Features"):
                    flags.update(value.split())
    except OSError:
        pass
    return model, bool(flags & {"sha_ni", "sha2"})


def works_of(chosen):
    """The works that figures need, each once, bases first."""
    found = []
    for figure in chosen:
        for work in (figure.base, figure.work):
            if work not in found:
                found.append(work)
    return found


def say_progress(text, last=False):
    """One line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        print("\r\033[K" + ("" if last else text), end="", file=sys.stderr, flush=True)


def measure(works, chosen, inputs, rounds):
    order = [(given, work) for given in inputs
             for work in works_of(f for f in chosen if f.inputs == given.kind)]
    for number in range(rounds):
        if not sys.stderr.isatty():
            print("round %d of %d" % (number + 1, rounds), file=sys.stderr, flush=True)
        for given, work in order if number % 2 == 0 else reversed(order):
            say_progress("round %d of %d: %s, %s" % (number + 1, rounds, given.name, work))
            works.run(work, given)
    say_progress("", last=True)


def row_of(works, figure, given):
    """One figure on one input, as it goes into the JSON."""
    work = works.median(given, figure.work, figure.clock)
    base = works.median(given, figure.base, figure.clock)
    each = [figure.ratio(getattr(w, figure.clock), getattr(b, figure.clock))
            for w, b in zip(works.samples[given.name, figure.work],
                            works.samples[given.name, figure.base])]
    path = path_for(figure.work, given)
    ratio = figure.ratio(work, base)
    return {
        "figure": figure.name, "input": given.name, "meaning": figure.meaning, "clock": figure.clock,
        "input_bytes": path.stat().st_size, "base": figure.base, "work": figure.work,
        "base_s": base, "work_s": work, "ratio": ratio, "ratio_min": min(each),
        "ratio_max": max(each), "kind": figure.kind, "target": figure.target,
        "met": None if figure.target is None else figure.met(ratio),
        "peak_mib": works.peak_mib(given, figure.work),
        "base_peak_mib": works.peak_mib(given, figure.base)}


def print_table(rows, has_sha):
    by_name = {f.name: f for f in figures.FIGURES}
    print("%-11s %-9s %-40s %7s %7s %7s %6s %-13s %-16s %-4s %6s" % (
        "figure", "input", "what / against what", "base s", "ours s", "MB/s", "ratio", "[by round]",
        "target", "met", "MiB"))
    for row in rows:
        met = {None: "", True: "yes", False: "NO"}[row["met"]]
        print("%-11s %-9s %-40s %7.2f %7.2f %7.0f %6.2f %-13s %-16s %-4s %6.1f" % (
            row["figure"], row["input"], row["meaning"], row["base_s"], row["work_s"],
            row["input_bytes"] / 1e6 / row["work_s"], row["ratio"],
            "[%.2f-%.2f]" % (row["ratio_min"], row["ratio_max"]),
            by_name[row["figure"]].target_text(has_sha), met, row["peak_mib"]))


def parse_args():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help="figures to measure: %s (default: all)" % ", ".join(
                            f.name for f in figures.FIGURES))
    parser.add_argument("--quick", action="store_true",
                        help="%d MB and 3 rounds, for %d MB and 5" % (SMALL_MB, FULL_MB))
    parser.add_argument("--mb", type=int, metavar="N", help="size of the large files")
    parser.add_argument("--rounds", type=int, metavar="N", help="runs of each work")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--check", action="store_true",
                        help="exit code 1 when a target is not met (else 0)")
    parser.add_argument("--build", type=pathlib.Path, metavar="DIR",
                        default=samples.REPO_ROOT / "build" / "release", help="the build to measure")
    parser.add_argument("--folder", type=pathlib.Path, metavar="DIR",
                        default=samples.REPO_ROOT / "build" / "bench",
                        help="where the inputs are made (some 0.5 GB)")
    args = parser.parse_args()
    known = {f.name for f in figures.FIGURES}
    for name in args.names:
        if name not in known:
            parser.error("unknown figure \"%s\"; there is: %s" % (name, ", ".join(sorted(known))))
    args.mb = args.mb or (SMALL_MB if args.quick else FULL_MB)
    args.rounds = args.rounds or (3 if args.quick else 5)
    return args


def main():
    args = parse_args()
    chosen = [f for f in figures.FIGURES if not args.names or f.name in args.names]
    binaries = args.build / "bin"
    for binary in ("puente", "puente_bench", "gen_iati"):
        samples.require_puente(binaries / binary)
    args.folder.mkdir(parents=True, exist_ok=True)
    python = python_with_openpyxl()
    chosen, left_out = leave_out(chosen, binaries, python)
    load = [os.getloadavg()[0]]
    begin = time.monotonic()
    try:
        inputs = make_inputs(args.folder, binaries, args.mb)
        works = Works(binaries, args.folder, python)
        measure(works, chosen, inputs, args.rounds)
        for given in inputs:
            works.check_same(given)
        ceilings = None
        if any(figure.clock == "wall" for figure in chosen):
            ceilings = ceilings_of_jobs(binaries, inputs[0], args.folder, args.rounds)
    except Failed as e:
        print("bench: %s" % e, file=sys.stderr)
        return 2
    load.append(os.getloadavg()[0])
    model, has_sha = processor()
    rows = [row_of(works, figure, given) for figure in chosen for given in inputs
            if figure.inputs == given.kind]
    print("processor: %s, %d cores, %s SHA instructions" % (
        model, os.cpu_count() or 1, "with" if has_sha else "without"))
    print("%d rounds, %d MB (JSON: %d MB), %.0f s, load average %.1f before and %.1f after" % (
        args.rounds, args.mb, min(args.mb, SMALL_MB), time.monotonic() - begin, *load))
    print_table(rows, has_sha)
    missed = [row for row in rows if row["met"] is False]
    aimed = [row for row in rows if row["met"] is not None]
    for line in left_out:
        print(line)
    print("%d of %d targets met" % (len(aimed) - len(missed), len(aimed)))
    if ceilings is not None:
        print("ceilings of the figure jobs here and now: two runs of expat at once are %.2f times as "
              "fast as one after the other, two conversions with --jobs 1 %.2f times" % ceilings)
        if max(load) > 1.5:
            print("others used this machine meanwhile: wall times (figure jobs) tell little")
    if args.json:
        args.json.write_text(json.dumps({
            "processor": model, "sha_instructions": has_sha, "cores": os.cpu_count(),
            "rounds": args.rounds, "megabytes": args.mb, "load_average": load,
            "parallel_ceilings": ceilings and {"expat": ceilings[0], "convert": ceilings[1]},
            "left_out": left_out,
            "figures": rows}, indent=1) + "\n", encoding="utf-8")
    return 1 if args.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
