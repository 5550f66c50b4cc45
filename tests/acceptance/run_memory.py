#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of bounded memory: peak memory of conversions of small and large files.
"""Runs acceptance line E of the foundation: memory does not grow with the file.

Makes files of the given sizes from repeated real activities (or, with --kind fts, flows), converts
each to binary, to JSON Lines and to its own format with --jobs 1 and 2 (receipts on), and measures
peak resident memory (ru_maxrss of wait4). Each peak must be under the limit, and the peaks of one
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

# By kind of input: its ending, what makes it, and what it is converted to.
KINDS = {
    "iati": ("xml", "repeat_activities.py",
             (("binary", "puente"), ("jsonl", "jsonl"), ("iati", "xml"))),
    "fts": ("json", "repeat_flows.py", (("binary", "puente"), ("jsonl", "jsonl"), ("fts", "json"))),
}
SPREAD = 1.10
LEAST_READ_MB = 200
MOST_RUNS = 20
LOOKS = 3


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


def make_files(folder, kind, sizes, source):
    """The input files by size; made in another process, because a child's peak begins at ours."""
    files = {}
    for size in sizes:
        files[size] = folder / ("in-%g.%s" % (size, kind[0]))
        command = [sys.executable, pathlib.Path(samples.__file__).with_name(kind[1]), files[size],
                   "--mb", size]
        done = samples.run(command + (["--from", source] if source else []))
        if done.code != 0:
            raise RuntimeError("cannot make %g MB: %s" % (size, done.brief()))
    return files


def largest_peak(command, size, errors):
    """As `measured`, of as many runs as a file of `size` MB gets; the largest peak counts."""
    code, peak, seconds, cpu = measured(command, errors)
    for _ in range(min(round(LEAST_READ_MB / size), MOST_RUNS) - 1):
        if code == 0:
            code, again, _, _ = measured(command, errors)
            peak = max(peak, again)
    return code, peak, seconds, cpu


def equal_peaks(peaks, errors):
    """Whether the peaks by size are within SPREAD, in one of LOOKS looks at all that were had."""
    found = {size: peak for size, (peak, _) in peaks.items()}
    for look in range(LOOKS):
        ratio = max(found.values()) / min(found.values())
        if ratio <= SPREAD:
            return True
        print("look %d: largest / smallest %.3f of %s MiB" % (
            look + 1, ratio, ", ".join("%.1f" % (peak / 1024) for peak in found.values())))
        if look + 1 < LOOKS:
            for size, (_, command) in peaks.items():
                found[size] = max(found[size], largest_peak(command, size, errors)[1])
    return False


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--sizes", default="10,200", metavar="MB,..",
                        type=lambda text: [float(s) for s in text.split(",")],
                        help="sizes in megabytes (default 10,200)")
    parser.add_argument("--limit-mb", type=float, default=64, help="of each peak, MiB (default 64)")
    parser.add_argument("--kind", choices=sorted(KINDS), default="iati",
                        help="what the files hold (default iati)")
    parser.add_argument("--from", dest="source", type=pathlib.Path, metavar="DIR",
                        help="folder of files to repeat (default: real ones, see "
                             "repeat_activities.py and repeat_flows.py)")
    args = parser.parse_args()
    if not args.source and args.kind == "iati" and not samples.samples_root().is_dir():
        return samples.say_data_absent("The measure of peak memory")
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-memory-") as name:
        folder = pathlib.Path(name)
        files = make_files(folder, KINDS[args.kind], args.sizes, args.source)
        floor = measured(["/bin/true"], folder / "err")[1]
        print("floor of the measure (/bin/true under this script): %.1f MiB" % (floor / 1024))
        print("%-8s %4s %10s %10s %9s %9s %9s" % ("to", "jobs", "input MB", "peak MiB", "seconds",
                                                  "CPU s", "MB/s"))
        for form, suffix in KINDS[args.kind][2]:
            for jobs in (1, 2):
                peaks = {}
                for size, path in files.items():
                    way = "%s, %d jobs, %g MB" % (form, jobs, size)
                    out = folder / ("out." + suffix)
                    command = [puente, "convert", path, out, "--to", form, "--jobs", jobs,
                               "--receipt", folder / "receipt.json", "--force"]
                    code, peak, seconds, cpu = largest_peak(command, size, folder / "err")
                    megabytes = path.stat().st_size / 1e6
                    print("%-8s %4d %10.1f %10.1f %9.2f %9.2f %9.1f" % (
                        form, jobs, megabytes, peak / 1024, seconds, cpu, megabytes / seconds),
                        flush=True)
                    said = (folder / "err").read_text("utf-8", "replace").strip()
                    if tally.check(code == 0 and out.is_file(), way,
                                   "exit %d: %.300s" % (code, said.replace("\n", " | "))):
                        tally.check(peak < args.limit_mb * 1024, "peak, " + way,
                                    "%.1f MiB" % (peak / 1024))
                        peaks[size] = (peak, command)
                    out.unlink(missing_ok=True)
                    (folder / "receipt.json").unlink(missing_ok=True)
                if len(peaks) > 1:
                    tally.check(equal_peaks(peaks, folder / "err"),
                                "equal peaks, %s, %d jobs" % (form, jobs),
                                "largest / smallest over %.2f in %d looks" % (SPREAD, LOOKS))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
