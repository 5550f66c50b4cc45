#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Checks that the runner of long campaigns does not call a failure a success.
"""Runs the frame of `./dev soak` and `./dev fuzz` on made-up scripts and fuzz targets."""
import contextlib
import io
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402
import fuzz_targets  # noqa: E402
import run_soak  # noqa: E402

# (what the script prints, its exit code, whether the campaign passed, its checks)
SCRIPTS = (
    ("3 passed, 0 failed", 0, True, 3),
    ("3 passed, 1 failed", 1, False, 3),
    ("3 passed, 0 failed", 1, False, 3),
    ("3 passed, 1 failed", 0, False, 3),
    ("all is well", 0, False, 0),
)
# (what the target prints, its exit code, whether it passed, its executions)
TARGETS = (
    ("stat::number_of_executed_units: 500", 0, True, 500),
    ("stat::number_of_executed_units: 500", 77, False, 500),
    ("stat::number_of_executed_units: 9\nTest unit written to crash-1", 0, False, 9),
    ("nothing", 1, False, 0),
)


def script_of(text, code):
    return "import sys\nprint(%r)\nsys.exit(%d)\n" % (text, code)


def closing_lines(arguments, campaigns):
    """(exit code, output) of the runner with other campaigns."""
    kept, run_soak.CAMPAIGNS = run_soak.CAMPAIGNS, campaigns
    kept_argv, sys.argv = sys.argv, ["run_soak", *arguments]
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            code = run_soak.main()
    finally:
        run_soak.CAMPAIGNS, sys.argv = kept, kept_argv
    return code, out.getvalue()


def main():
    tally = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-soak-") as folder:
        folder = pathlib.Path(folder)
        context = run_soak.Context(folder, folder, 400)
        for number, (text, code, good, passed) in enumerate(SCRIPTS):
            script = folder / ("script-%d.py" % number)
            script.write_text(script_of(text, code), encoding="utf-8")
            result = run_soak.run_script(context, script.stem, script)
            tally.check((not result.why, result.passed) == (good, passed),
                        "script that ends with %r and %d" % (text, code), str(result))
        absent = run_soak.run_script(context, "absent", run_soak.TESTS / "absent.py")
        tally.check(absent.why, "a script that is not there fails")

        for number, (text, code, good, executed) in enumerate(TARGETS):
            target = folder / ("target-%d" % number)
            target.write_text("#!%s\n%s" % (sys.executable, script_of(text, code)),
                              encoding="utf-8")
            target.chmod(0o755)
            outcome = fuzz_targets.fuzz(target.name, [str(target)], folder, runs=400)
            tally.check((outcome.ok, outcome.executed) == (good, executed),
                        "target that says %r and %d" % (text, code), outcome.brief())

        def campaign(name, result):
            return run_soak.Campaign(name, "for the test", ("release",), lambda _context: result)

        for name, result, line in (
                ("good", run_soak.Result(2), "PASS good: 2 checks"),
                ("bad", run_soak.Result(2, "it rained"), "FAIL bad: it rained; 2 checks"),
                ("empty", run_soak.Result(0), "FAIL empty: nothing was checked; 0 checks")):
            code, said = closing_lines(["--builds", str(folder)], (campaign(name, result),))
            tally.check(line in said and code == (0 if name == "good" else 1), "closing line of " + name,
                        said)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
