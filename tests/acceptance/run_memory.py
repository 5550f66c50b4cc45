#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of bounded memory: peak memory of conversions of small and large files.
"""Runs acceptance line E of the foundation: memory does not grow with the file.

Makes files of the given sizes from repeated real activities (or, with --kind fts, flows, with 5w and
the like rows of a 5W sheet), converts each to binary, to JSON Lines and to its own format with --jobs
1 and 2 (receipts on), and measures peak resident memory (ru_maxrss of wait4). 5W sheets are read as
tables, too, and checked. Each peak must be under the limit, and, but for 5W sheets, the peaks of one
way of conversion over the sizes equal within 10 % (largest / smallest at most 1.10). A peak is the
largest of many moments, and a short run has few of them: a small file is converted as often as it
takes to read 200 MB, and the largest peak counts. Peaks that differ by more are looked at again, up
to LOOKS times, with more runs of each size, as the peak of a short run of two threads is chance:
memory that grows with the file grows in every look. The table also gives times and rates.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402

SPREAD = 1.10


class Kind:
    """A kind of input: its ending, what makes it, what sizes are in, and what it is converted to:
    the format it is read as (None: guessed), that it is written as, and its ending. `check` is the
    command of that name. With `spread` the peaks of all sizes must be about equal."""

    def __init__(self, suffix, maker, ways, sizes="mb", options=(), spread=SPREAD):
        self.suffix, self.maker, self.ways = suffix, maker, ways
        self.sizes, self.options, self.spread = sizes, options, spread


def sheet_kind(suffix, options=()):
    """A 5W sheet as what it is and as a table. Some bytes are kept for each text that many cells
    share, so a large workbook takes a little more memory than a small one."""
    ways = (("r4v5w", "binary", "puente"), ("r4v5w", "jsonl", "jsonl"), ("r4v5w", "r4v5w", suffix),
            ("table", "binary", "puente"), ("table", "table", suffix), ("r4v5w", "check", "json"))
    return Kind(suffix, "repeat_5w.py", ways, sizes="rows", options=options, spread=None)


KINDS = {
    "iati": Kind("xml", "repeat_activities.py",
                 ((None, "binary", "puente"), (None, "jsonl", "jsonl"), (None, "iati", "xml"))),
    "fts": Kind("json", "repeat_flows.py",
                ((None, "binary", "puente"), (None, "jsonl", "jsonl"), (None, "fts", "json"))),
    "5w": sheet_kind("xlsx"),
    "5w_csv": sheet_kind("csv"),
    "5w_texts": sheet_kind("xlsx", ("--distinct",)),
}
LEAST_READ_MB = 200
MOST_RUNS = 20
LOOKS = 3
# What `puente check` ends with when it is done: nothing wrong, or something.
CHECK_CODES = (0, 1, 3)


def measured(args, errors):
    """(exit code, peak KiB, seconds, CPU seconds) of a command; stderr goes to a file."""
    begin = time.monotonic()
    with open(errors, "wb") as err:
        child = subprocess.Popen([str(a) for a in args], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=err)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return (child.returncode, usage.ru_maxrss, time.monotonic() - begin,
            usage.ru_utime + usage.ru_stime)


def plain(size):
    return "%d" % size if size == int(size) else "%g" % size


def make_files(folder, kind, sizes, source):
    """The input files by size; made in another process, because a child's peak begins at ours."""
    files = {}
    for size in sizes:
        files[size] = folder / ("in-%s.%s" % (plain(size), kind.suffix))
        command = [sys.executable, pathlib.Path(samples.__file__).with_name(kind.maker), files[size],
                   "--" + kind.sizes, plain(size), *kind.options]
        done = samples.run(command + (["--from", source] if source else []))
        if done.code != 0:
            raise RuntimeError("cannot make %s %s: %s" % (plain(size), kind.sizes, done.brief()))
    return files


def largest_peak(command, kind, size, errors):
    """As `measured`, of as many runs as a file of `size` MB gets where the peaks of sizes are
    compared, else of one; the largest peak counts."""
    code, peak, seconds, cpu = measured(command, errors)
    for _ in range(min(round(LEAST_READ_MB / size), MOST_RUNS) - 1 if kind.spread else 0):
        if code == 0:
            code, again, _, _ = measured(command, errors)
            peak = max(peak, again)
    return code, peak, seconds, cpu


def equal_peaks(peaks, kind, errors):
    """Whether the peaks by size are within the kind's spread, in one of LOOKS looks at all that were had."""
    found = {size: peak for size, (peak, _) in peaks.items()}
    for look in range(LOOKS):
        ratio = max(found.values()) / min(found.values())
        if ratio <= kind.spread:
            return True
        print("look %d: largest / smallest %.3f of %s MiB" % (
            look + 1, ratio, ", ".join("%.1f" % (peak / 1024) for peak in found.values())))
        if look + 1 < LOOKS:
            for size, (_, command) in peaks.items():
                found[size] = max(found[size], largest_peak(command, kind, size, errors)[1])
    return False


def command_of(puente, way, jobs, path, out, folder):
    """The command of a way of a kind; None when the way has no number of jobs and one was enough."""
    source, target, _ = way
    read_as = ["--from", source] if source else []
    if target == "check":
        if jobs > 1:
            return None
        return [puente, "check", path, *read_as, "--format", "json", "-o", out, "--force"]
    return [puente, "convert", path, out, *read_as, "--to", target, "--jobs", jobs, "--receipt",
            folder / "receipt.json", "--force"]


def has_check(puente):
    return samples.run([puente, "check", "--help"]).code == 0


def measure(kind, puente, files, limit_mb, folder, tally):
    """Measures each way of a kind with each number of jobs over the files."""
    print("%-8s %-8s %4s %10s %10s %10s %9s %9s %9s" % (
        "from", "to", "jobs", kind.sizes, "input MB", "peak MiB", "seconds", "CPU s", "MB/s"))
    out_of = {way: folder / ("out." + way[2]) for way in kind.ways}
    for way, jobs in ((way, jobs) for way in kind.ways for jobs in (1, 2)):
        if way[1] == "check" and not has_check(puente):
            if jobs == 1:
                tally.skip("check", "the command is not there")
            continue
        name = "%s%s, %d jobs" % (way[0] + " to " if way[0] else "", way[1], jobs)
        out, peaks = out_of[way], {}
        for size, path in files.items():
            command = command_of(puente, way, jobs, path, out, folder)
            if command is None:
                continue
            megabytes = path.stat().st_size / 1e6
            code, peak, seconds, cpu = largest_peak(command, kind, megabytes, folder / "err")
            print("%-8s %-8s %4d %10s %10.1f %10.1f %9.2f %9.2f %9.1f" % (
                way[0] or "", way[1], jobs, plain(size), megabytes, peak / 1024, seconds, cpu,
                megabytes / seconds), flush=True)
            said = (folder / "err").read_text("utf-8", "replace").strip()
            # A check that finds errors says so by its exit code.
            good = code == 0 or (way[1] == "check" and code in CHECK_CODES)
            if tally.check(good and out.is_file(), "%s, %s %s" % (name, plain(size), kind.sizes),
                           "exit %d: %.300s" % (code, said.replace("\n", " | "))):
                tally.check(peak < limit_mb * 1024, "peak, %s, %s %s" % (name, plain(size), kind.sizes),
                            "%.1f MiB" % (peak / 1024))
                peaks[size] = (peak, command)
            out.unlink(missing_ok=True)
            (folder / "receipt.json").unlink(missing_ok=True)
        if len(peaks) > 1 and kind.spread:
            tally.check(equal_peaks(peaks, kind, folder / "err"), "equal peaks, %s" % name,
                        "largest / smallest over %.2f in %d looks" % (kind.spread, LOOKS))


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--sizes", default="", metavar="N,..",
                        type=lambda text: [float(s) for s in text.split(",") if s],
                        help="sizes in megabytes (default 10,200), or rows of 5w (default 20000,200000)")
    parser.add_argument("--limit-mb", type=float, default=64, help="of each peak, MiB (default 64)")
    parser.add_argument("--kind", choices=sorted(KINDS), default="iati",
                        help="what the files hold (default iati); 5w is a workbook, 5w_csv the same as "
                             "CSV, 5w_texts a workbook with two texts of its own in each row")
    parser.add_argument("--from", dest="source", type=pathlib.Path, metavar="DIR",
                        help="folder of files to repeat (default: real ones, see "
                             "repeat_activities.py and repeat_flows.py; of 5w a file, see repeat_5w.py)")
    args = parser.parse_args()
    if not args.source and args.kind == "iati" and not samples.samples_root().is_dir():
        return samples.say_data_absent("The measure of peak memory")
    puente = samples.require_puente(args.puente)
    kind = KINDS[args.kind]
    sizes = args.sizes or ([10, 200] if kind.sizes == "mb" else [20000, 200000])
    tally = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-memory-") as name:
        folder = pathlib.Path(name)
        files = make_files(folder, kind, sizes, args.source)
        floor = measured(["/bin/true"], folder / "err")[1]
        print("floor of the measure (/bin/true under this script): %.1f MiB" % (floor / 1024))
        measure(kind, puente, files, args.limit_mb, folder, tally)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
