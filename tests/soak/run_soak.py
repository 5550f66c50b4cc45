#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Runs the long campaigns that are too slow for the tests; `./dev soak` runs it.
"""Runs named campaigns of long checks, one after the other, each closed by a line:

    PASS <campaign>: <checks> checks, <seconds> s
    FAIL <campaign>: <why>; <checks> checks, <seconds> s

A campaign that checked nothing has failed. The output of each is kept in build/soak.
"""
import argparse
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time
import typing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402
import fuzz_targets  # noqa: E402

TESTS = samples.REPO_ROOT / "tests"
CLOSING = re.compile(rb"^(\d+) passed, (\d+) failed", re.MULTILINE)
CUTS = re.compile(rb"^(\d+) cuts$", re.MULTILINE)


@dataclasses.dataclass
class Result:
    """What a campaign found: how many checks passed, and why it failed (empty: it did not)."""

    passed: int
    why: str = ""


@dataclasses.dataclass
class Context:
    """What campaigns are given."""

    builds: pathlib.Path
    logs: pathlib.Path
    fuzz_runs: int

    @property
    def puente(self):
        return self.builds / "release" / "bin" / "puente"

    @property
    def generator(self):
        return self.builds / "release" / "bin" / "gen_iati"


def run_script(context, name, script, *arguments):
    """Runs a script that closes with `N passed, N failed`, its output kept; tells what it said."""
    if not script.is_file():
        return Result(0, "%s is not there" % script.relative_to(samples.REPO_ROOT))
    log = context.logs / (name + ".log")
    with open(log, "wb") as out:
        code = subprocess.run([sys.executable, str(script), *map(str, arguments)],
                              cwd=samples.REPO_ROOT, stdin=subprocess.DEVNULL, stdout=out,
                              stderr=subprocess.STDOUT, check=False).returncode
    closing = CLOSING.findall(log.read_bytes())
    if not closing:
        return Result(0, "exit %d without a closing line, see %s" % (code, log))
    passed, failed = map(int, closing[-1])
    if code == 0 and failed == 0:
        return Result(passed)
    return Result(passed, "%d failed, exit %d, see %s" % (failed, code, log))


# --- the campaigns ----------------------------------------------------------------------------------


def campaign_fuzz(context):
    build = context.builds / "fuzz"
    known = fuzz_targets.targets(build)
    if not known:
        return Result(0, "%s has no fuzz targets" % build)
    failed = []
    for name in sorted(known):
        runs = max(1, context.fuzz_runs // fuzz_targets.COSTS.get(name, 1))
        outcome = fuzz_targets.fuzz(name, known[name], build, runs=runs)
        good = outcome.ok and outcome.executed >= runs
        print("  %s %s: %s" % ("ok  " if good else "FAIL", name, outcome.brief()), flush=True)
        if not good:
            failed.append(name)
    return Result(len(known) - len(failed), "failed: " + " ".join(failed) if failed else "")


def campaign_growth(context):
    return run_script(context, "growth", TESTS / "bad" / "growth.py", "--puente", context.puente)


def campaign_cuts(context):
    log = context.logs / "cuts.log"
    with open(log, "wb") as out:
        code = subprocess.run([context.builds / "release" / "bin" / "cuts_test"],
                              env=dict(os.environ, PUENTE_CUT_STEP="1024"), cwd=samples.REPO_ROOT,
                              stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                              check=False).returncode
    cuts = sum(map(int, CUTS.findall(log.read_bytes())))
    return Result(cuts, "" if code == 0 else "exit %d, see %s" % (code, log))


def campaign_memory(context):
    script = TESTS / "acceptance" / "run_memory.py"
    arguments = ["--puente", context.puente, "--sizes", "10,1000"]
    if samples.samples_root().is_dir():
        return run_script(context, "memory", script, *arguments)
    # Without the real files the activities to repeat are generated ones.
    folder = context.logs / "generated"
    folder.mkdir(exist_ok=True)
    done = samples.run([context.generator, "--mb", 10, "-o", folder / "generated.xml"])
    if done.code != 0:
        return Result(0, done.brief())
    return run_script(context, "memory", script, *arguments, "--from", folder)


def campaign_memory_fts(context):
    return run_script(context, "memory_fts", TESTS / "acceptance" / "run_memory.py", "--puente",
                      context.puente, "--kind", "fts", "--sizes", "10,1000")


def memory_of_rows(kind, sizes):
    """The campaign that measures 5W sheets of a kind of run_memory.py."""
    def run(context):
        return run_script(context, "memory_" + kind, TESTS / "acceptance" / "run_memory.py", "--puente",
                          context.puente, "--kind", kind, "--sizes", sizes)
    return run


def campaign_big_record(context):
    return run_script(context, "big_record", TESTS / "acceptance" / "run_big_record.py", "--puente",
                      context.puente, "--generator", context.generator)


def campaign_office(context):
    return run_script(context, "office", TESTS / "soak" / "run_office.py", "--puente", context.puente)


def campaign_workbooks(context):
    return run_script(context, "workbooks", TESTS / "tools" / "xlsx_marks.py", "--mark",
                      context.builds / "release" / "bin" / "xlsx_mark")


def exchange_script(context, name, *arguments):
    return run_script(context, name, TESTS / "services" / (name + ".py"), "--puente", context.puente, *arguments)


def campaign_kills(context):
    return exchange_script(context, "server_kills", "--load", context.puente.with_name("push_load"), "--kills", 300)


def campaign_watchers(context):
    return exchange_script(context, "many_watchers", "--load", context.puente.with_name("watch_load"),
                           "--watchers", 1000, "--changes", 100, "--mute", 50)


def campaign_power_cuts(context):
    return run_script(context, "power_cuts", TESTS / "soak" / "store_power_cuts.py", "--writer",
                      context.puente.with_name("store_writer"))


def campaign_flips(context):
    done = samples.run([context.puente.with_name("store_flips"), 2000], timeout=1800)
    return Result(2000 if done.code == 0 else 0, "" if done.code == 0 else done.out.decode()[-300:])


def campaign_histories(context):
    log = context.logs / "histories.log"
    histories = 300
    with open(log, "wb") as out:
        code = subprocess.run([context.puente.with_name("exchange_test"), "--gtest_filter=WatchTest.Random*"],
                              env=dict(os.environ, PUENTE_HISTORIES=str(histories)), cwd=samples.REPO_ROOT,
                              stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                              check=False).returncode
    return Result(histories if code == 0 else 0, "" if code == 0 else "exit %d, see %s" % (code, log))


@dataclasses.dataclass(frozen=True)
class Campaign:
    """`builds`: the presets that must have been built."""

    name: str
    meaning: str
    builds: typing.Tuple[str, ...]
    run: typing.Callable[[Context], Result]


CAMPAIGNS = (
    Campaign("fuzz", "each fuzz target, a million executions without a finding", ("fuzz",),
             campaign_fuzz),
    Campaign("growth", "when hostile input doubles, the time grows at most 2.3 times", ("release",),
             campaign_growth),
    Campaign("cuts", "files of 5 MB cut at every kilobyte: none is taken for complete",
             ("release",), campaign_cuts),
    Campaign("memory", "peak memory of conversions of 10 MB and 1 GB", ("release",),
             campaign_memory),
    Campaign("memory_fts", "peak memory of conversions of FTS answers of 10 MB and 1 GB",
             ("release",), campaign_memory_fts),
    Campaign("memory_5w", "peak memory of conversions and checks of workbooks of 200,000 and 1,000,000 rows",
             ("release",), memory_of_rows("5w", "200000,1000000")),
    Campaign("memory_5w_csv", "the same of CSV", ("release",), memory_of_rows("5w_csv", "200000,1000000")),
    Campaign("memory_5w_texts", "the same of a workbook with 2,000,000 different texts", ("release",),
             memory_of_rows("5w_texts", "1000000")),
    Campaign("big_record", "peak memory of conversions of one activity of 80 MB", ("release",),
             campaign_big_record),
    Campaign("office", "LibreOffice opens written workbooks, and shows texts as texts (libreoffice-calc)",
             ("release",), campaign_office),
    Campaign("workbooks", "all workbooks of the test data marked, and judged", ("release",),
             campaign_workbooks),
    Campaign("kills", "300 kills of a server during pushes: nothing acknowledged is lost", ("release",),
             campaign_kills),
    Campaign("watchers", "1,000 watchers, 100,000 changes told, 50 that never read", ("release",),
             campaign_watchers),
    Campaign("power_cuts", "60 power cuts of a writing store: nothing acknowledged is lost", ("release",),
             campaign_power_cuts),
    Campaign("flips", "2,000 flipped bytes in a store: an error or the right data", ("release",), campaign_flips),
    Campaign("histories", "300 random histories of the exchange, told whole to each watcher", ("release",),
             campaign_histories),
)


def parse_args():
    table = "\n".join("  %-15s %s" % (c.name, c.meaning) for c in CAMPAIGNS)
    parser = argparse.ArgumentParser(prog="./dev soak", description=__doc__,
                                     epilog="campaigns:\n" + table,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="campaigns to run (default: all)")
    parser.add_argument("--fuzz-runs", type=int, default=1_000_000, metavar="N",
                        help="executions of each fuzz target (default: a million)")
    parser.add_argument("--needs", action="store_true",
                        help="only print the presets that the campaigns need")
    parser.add_argument("--builds", type=pathlib.Path, default=samples.REPO_ROOT / "build",
                        metavar="DIR", help="where the builds lie")
    args = parser.parse_args()
    known = [c.name for c in CAMPAIGNS]
    for name in args.names:
        if name not in known:
            parser.error("unknown campaign \"%s\"; there is: %s" % (name, " ".join(known)))
    return args


def main():
    args = parse_args()
    chosen = [c for c in CAMPAIGNS if not args.names or c.name in args.names]
    if args.needs:
        print(" ".join(sorted({preset for c in chosen for preset in c.builds})))
        return 0
    logs = args.builds / "soak"
    logs.mkdir(parents=True, exist_ok=True)
    context = Context(args.builds, logs, args.fuzz_runs)
    failed = 0
    for campaign in chosen:
        print("---- %s: %s" % (campaign.name, campaign.meaning), flush=True)
        begin = time.monotonic()
        try:
            result = campaign.run(context)
        except (OSError, RuntimeError, ValueError) as e:
            result = Result(0, str(e))
        if not result.why and result.passed == 0:
            result.why = "nothing was checked"
        failed += bool(result.why)
        print("%s %s: %s%d checks, %.0f s" % (
            "FAIL" if result.why else "PASS", campaign.name,
            result.why + "; " if result.why else "", result.passed, time.monotonic() - begin),
            flush=True)
    print("%d passed, %d failed" % (len(chosen) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
