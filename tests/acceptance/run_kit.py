#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of the conformance kit: a sound plugin passes, and each planted defect fails its check.
"""Runs `puente plugin test` over the diary plugin of tests/plugins/defective.

Without a defect every check passes. With one, named by the variable PUENTE_DEFECT, exactly the check
of the same name fails, and nothing else. Quirks excuse a failure, unless they are wrong. A plugin
that ends or hangs its process does not end the kit.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "plugins" / "defective"
# Each is the check that must fail, and the defect of defects.h where that has another name.
DEFECTS = (
    "load", "struct-growth", "identify-own", "identify-foreign", "identify-pure", "records",
    "chunks", "empty", "truncated", "error-position", "noise", "source-error", "limits", "memory",
    "cancel", "batch-release", "early-close", "leaks", "concurrent", "carriers", "threads",
    "deterministic", "round-trip", "accounting", "declared-losses", "target-error",
    "options-declared", "texts", "codes", "no-files", "silent",
)
# Not applicable by its nature, in any plugin of the first contract; and without quirks.
NEVER = {"checkpoint", "quirks"}
# A sanitizer has memory, time and files of its own.
NOT_SANITIZED = {"memory", "leaks", "no-files"}


class Kit:
    """The command and a folder with the plugin."""

    def __init__(self, puente, libraries, folder):
        self.puente, self.libraries, self.root = puente, libraries, folder
        self.tally = []

    def plugin(self, name, library="puente_diary.so", manifest=None, messages=None):
        """A folder with the plugin in it; the path of its library."""
        folder = self.root / name
        folder.mkdir(mode=0o755)
        target = folder / "puente_diary.so"
        shutil.copy(self.libraries / library, target)
        source = (SOURCE / "diary.puente.json").read_text(encoding="utf-8")
        (folder / "diary.puente.json").write_text(manifest or source, encoding="utf-8")
        catalogue = (SOURCE / "diary.messages.json").read_text(encoding="utf-8")
        (folder / "diary.messages.json").write_text(messages or catalogue, encoding="utf-8")
        for path in folder.iterdir():
            path.chmod(0o755)
        return target

    def run(self, library, *args, defect="", manifest=None):
        """(exit code, results, standard error) of the kit."""
        env = dict(os.environ, PUENTE_DEFECT=defect)
        if manifest is not None:
            env["PUENTE_TEST_MANIFEST"] = manifest
        done = subprocess.run([self.puente, "plugin", "test", str(library), *args, "--json"],
                              env=env, capture_output=True, text=True, timeout=600, check=False)
        results = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, results, done.stderr

    def expect(self, what, holds, why=""):
        self.tally.append(holds)
        if not holds:
            print(f"FAIL {what}: {why}"[:2000])


def checks_with(results, outcome):
    return {result["check"] for result in results if result["outcome"] == outcome}


def reasons_of(results):
    return "; ".join(f"{r['check']} {r['format']} {r['sample']}: {r['reason']}"
                     for r in results if r["outcome"] == "FAIL")


def check_sound(kit, sample):
    """Every check there is passes for the plugin without a defect."""
    library = kit.plugin("sound")
    junit = kit.root / "sound.xml"
    code, results, errors = kit.run(library, str(sample), "--junit", str(junit))
    kit.expect("sound: exit code", code == 0, f"{code} {errors} {reasons_of(results)}")
    listed = subprocess.run([kit.puente, "plugin", "test", "--list", "--json"], check=True,
                            capture_output=True, text=True).stdout
    every = {json.loads(line)["check"] for line in listed.splitlines()}
    page = (SOURCE.parents[2] / "docs" / "plugin_kit.md").read_text(encoding="utf-8")
    kit.expect("every check is documented", all(f"| `{check}` |" in page for check in every),
               str([check for check in every if f"| `{check}` |" not in page]))
    skipped = checks_with(results, "n/a")
    kit.expect("sound: every check is run", checks_with(results, "pass") | skipped == every,
               f"{every - checks_with(results, 'pass') - skipped} are not")
    sanitized = skipped & NOT_SANITIZED
    kit.expect("sound: all is applicable", skipped == NEVER or sanitized == NOT_SANITIZED,
               f"{sorted(skipped)}")
    suite = ElementTree.parse(junit).getroot().find("testsuite")
    kit.expect("sound: JUnit", suite.get("tests") == str(len(results)) and
               suite.get("failures") == "0" and len(suite.findall("testcase")) == len(results),
               ElementTree.tostring(suite)[:300])
    return sanitized


def check_defect(kit, sample, defect):
    """Exactly the check of the defect's name fails."""
    library = kit.plugin(defect)
    code, results, errors = kit.run(library, str(sample), defect=defect)
    failed = checks_with(results, "FAIL")
    kit.expect(defect, code == 1 and failed == {defect},
               f"exit {code}, failed {sorted(failed)}: {reasons_of(results)} {errors}")


def check_files(kit, sample):
    """Defects that lie in the files and not in the code."""
    manifest = (SOURCE / "diary.puente.json").read_text(encoding="utf-8")
    cases = (
        ("exports", {"library": "puente_diary_exports.so"}, "it exports"),
        ("embedded-manifest", {"manifest": manifest.replace('"splits": true', '"splits": false')},
         "PUE-0407"),
        ("manifest", {"messages": '{"DIARY-0001": 1}'}, "diary.messages.json"),
    )
    for check, files, reason in cases:
        library = kit.plugin(f"files-{check}", **files)
        code, results, errors = kit.run(library, str(sample))
        failed = checks_with(results, "FAIL")
        kit.expect(f"files: {check}", code == 1 and failed == {check} and
                   reason in reasons_of(results),
                   f"exit {code}, failed {sorted(failed)}: {reasons_of(results)} {errors}")


def check_death(kit):
    """A process that ends or hangs is a failure, and the kit goes on."""
    library = kit.plugin("death")
    code, results, _ = kit.run(library, defect="crash")
    kit.expect("death: abort in the entry", code == 1 and checks_with(results, "FAIL") == {"load"} and
               "SIGABRT" in reasons_of(results), reasons_of(results))
    code, results, _ = kit.run(library, "--time-limit", "15", defect="hang")
    kit.expect("death: hang", code == 1 and checks_with(results, "FAIL") == {"noise"} and
               "did not end within 15 s while noise" in reasons_of(results), reasons_of(results))
    kit.expect("death: the kit goes on", "silent" in checks_with(results, "pass"))
    done = subprocess.run([kit.puente, "--plugin-dir", str(library.parent), "plugin", "why", "diary"],
                          env=dict(os.environ, PUENTE_DEFECT="crash"), capture_output=True,
                          text=True, check=False)
    kit.expect("death: plugin why", done.returncode == 0 and "SIGABRT" in done.stdout, done.stdout)


def check_quirks(kit, sample):
    """Quirks excuse what they name, and nothing else."""
    manifest = json.loads((SOURCE / "diary.puente.json").read_text(encoding="utf-8"))

    def run(name, defect, **quirk):
        text = json.dumps(dict(manifest, quirks=[dict({"reason": "It is so."}, **quirk)]))
        return kit.run(kit.plugin(f"quirk-{name}", manifest=text), str(sample), defect=defect,
                       manifest=text)

    code, results, _ = run("declared", "empty", check="empty", format="diary")
    kit.expect("quirk: declared", code == 0 and checks_with(results, "QUIRK") == {"empty"} and
               any("It is so." in result["reason"] for result in results), reasons_of(results))
    code, results, _ = run("stale", "", check="empty")
    kit.expect("quirk: stale", code == 1 and checks_with(results, "FAIL") == {"quirks"} and
               "does not fail" in reasons_of(results), reasons_of(results))
    code, results, _ = run("unknown", "", check="emty")
    kit.expect("quirk: unknown", code == 1 and "did you mean `empty`?" in reasons_of(results),
               reasons_of(results))
    code, results, _ = run("crash", "noise", check="noise")
    kit.expect("quirk: no crash is one", code == 1 and
               checks_with(results, "FAIL") == {"noise", "quirks"}, reasons_of(results))


def main():
    parser = argparse.ArgumentParser(description="Checks the conformance kit.")
    parser.add_argument("--puente", required=True)
    parser.add_argument("--libraries", required=True, type=pathlib.Path)
    parser.add_argument("--only", help="one defect")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="puente-kit-test-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        sample = SOURCE / "sample.diary"
        kit = Kit(args.puente, args.libraries, folder)
        if args.only:
            check_defect(kit, sample, args.only)
        else:
            sanitized = check_sound(kit, sample)
            check_files(kit, sample)
            check_death(kit)
            check_quirks(kit, sample)
            defects = [defect for defect in DEFECTS if defect not in sanitized]
            with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
                list(pool.map(lambda defect: check_defect(kit, sample, defect), defects))
            print(f"{len(defects) + 3} planted defects")
    failed = kit.tally.count(False)
    print(f"{len(kit.tally) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
