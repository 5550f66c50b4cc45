#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of bounded memory: peak memory of conversions of one very large activity.
"""Converts a generated file of a single activity to binary, to JSON Lines and to IATI with --jobs 1
and 2, and measures peak resident memory: under 64 MiB plus four times the record. The way back from
binary is measured as well, and the IATI must be the same bytes as the direct one.
"""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402
from run_memory import FORMS, measured  # noqa: E402

BASE_MIB = 64
TIMES_RECORD = 4


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--generator", type=pathlib.Path, metavar="BIN",
                        default=samples.REPO_ROOT / "build" / "release" / "bin" / "gen_iati",
                        help="the generator (default: build/release/bin/gen_iati)")
    parser.add_argument("--mb", type=float, default=80, help="size of the activity (default: 80)")
    args = parser.parse_args()
    puente = samples.require_puente(args.puente)
    generator = samples.require_puente(args.generator)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-big-") as folder:
        folder = pathlib.Path(folder)
        path = folder / "big.xml"
        done = samples.run([generator, "--mb", args.mb, "--one-activity", "-o", path])
        if not tally.check(done.code == 0, "generates", done.brief()):
            return tally.close()
        record = path.stat().st_size
        limit = BASE_MIB * 1024 + TIMES_RECORD * record / 1024
        print("one activity of %.1f MB, limit %.1f MiB" % (record / 1e6, limit / 1024))
        print("%-18s %4s %10s %9s" % ("way", "jobs", "peak MiB", "CPU s"))

        def convert(way, source, out, form, jobs):
            code, peak, _, cpu = measured(
                [puente, "convert", source, out, "--to", form, "--jobs", jobs, "--receipt",
                 folder / "receipt.json", "--force"], folder / "err")
            print("%-18s %4d %10.1f %9.2f" % (way, jobs, peak / 1024, cpu), flush=True)
            name = "%s, %d jobs" % (way, jobs)
            said = (folder / "err").read_text("utf-8", "replace").strip().replace("\n", " | ")
            if tally.check(code == 0 and out.is_file(), name, "exit %d: %.300s" % (code, said)):
                tally.check(peak < limit, name + ": peak", "%.1f MiB, limit %.1f MiB" % (
                    peak / 1024, limit / 1024))

        for form, suffix in FORMS:
            for jobs in (1, 2):
                convert("iati to " + form, path, folder / ("out." + suffix), form, jobs)
        convert("binary to iati", folder / "out.puente", folder / "back.xml", "iati", 1)
        direct, back = folder / "out.xml", folder / "back.xml"
        if direct.is_file() and back.is_file():
            tally.check(direct.read_bytes() == back.read_bytes(), "the same IATI over binary")
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
