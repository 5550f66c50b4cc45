#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Completions and the manual: they know what the help knows, and shells take them.
"""Asks bash to complete, and compares completions and manual with the help of each command."""
import argparse
import re
import shutil
import subprocess
import sys

# Words before the cursor, the word at it, and what must be offered and not offered.
CASES = (
    ("", "con", {"convert"}, {"--from"}),
    ("", "--", {"--plugin-dir", "--version"}, {"convert"}),
    ("plugin", "", {"list", "why", "test", "pin", "new"}, {"convert"}),
    ("plugin new", "--", {"--kind", "--lang", "--plugin-dir"}, {"--from"}),
    ("plugin new --lang", "", {"cpp", "c"}, {"--kind"}),
    ("convert --on-error", "", {"skip", "stop"}, set()),
    ("--quiet convert", "--on", {"--on-error", "--on-loss"}, {"--from"}),
    ("completion", "", set(), {"convert"}),
    ("store", "", {"check", "backup"}, set()),
)


def run(command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--puente", required=True)
    puente = parser.parse_args().puente
    passed, failed = 0, 0

    def check(name, ok, why=""):
        nonlocal passed, failed
        passed, failed = passed + ok, failed + (not ok)
        if not ok:
            print("FAIL %s: %s" % (name, why))

    scripts = {}
    for shell in ("bash", "zsh", "fish"):
        code, scripts[shell], err = run([puente, "completion", shell])
        check(shell + ": printed", code == 0 and not err, err)
        if shutil.which(shell) is None:
            print("%s: NOT PARSED, it is not installed" % shell)
            continue
        code, _, err = run([shell, "-n"], scripts[shell])
        check(shell + ": parsed", code == 0 and not err, err)

    for before, word, wanted, unwanted in CASES:
        words = ["puente", *before.split(), word]
        script = scripts["bash"] + "COMP_WORDS=(%s); COMP_CWORD=%d; _puente; printf '%%s\\n' " \
            "\"${COMPREPLY[@]}\"" % (" ".join("'%s'" % part for part in words), len(words) - 1)
        code, out, err = run(["bash", "-c", script])
        offered = set(out.split())
        check("complete %r" % words, code == 0 and wanted <= offered and not offered & unwanted,
              "%s %s" % (sorted(offered), err))

    # What cannot be written is told.
    for arguments in (["--version"], ["--help"], ["manual"], ["completion", "bash"]):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([puente, *arguments], stdout=full, stderr=subprocess.PIPE, text=True,
                                  timeout=60, check=False)
        check("%s on a full disk" % arguments, done.returncode == 6 and "PUE-0103" in done.stderr and
              "help:" in done.stderr, "exit %d: %s" % (done.returncode, done.stderr))

    # Every option of the help is in each of them.
    code, manual, err = run([puente, "manual"])
    check("manual", code == 0 and manual.startswith(".TH PUENTE 1"), err)
    plain = manual.replace("\\-", "-")
    paths, seen = [[]], 0
    while paths:
        path = paths.pop()
        _, text, _ = run([puente, *path, "--help"])
        for name in re.findall(r"^\s+(?:-\w,)?(--[a-z][a-z-]*)", text, re.MULTILINE):
            seen += 1
            check("manual has %s of %s" % (name, path), name in plain)
            check("bash has it", name in scripts["bash"], name)
            check("zsh has it", "'%s:" % name in scripts["zsh"], name)
            check("fish has it", " -l %s " % name[2:] in scripts["fish"], name)
        if "Subcommands:" in text:
            for name in re.findall(r"^  ([a-z]+) ", text.split("Subcommands:")[1], re.MULTILINE):
                if name != "puente":
                    paths.append([*path, name])
        if path:
            check("manual has the command %s" % path, ".SS puente %s\n" % " ".join(path) in plain)
    check("options were found", seen > 100, str(seen))
    if shutil.which("groff"):
        code, out, err = run(["groff", "-man", "-ww", "-Tutf8", "-z"], manual)
        check("groff takes the manual", code == 0 and not err, err[:500])
    else:
        print("groff: NOT RUN, it is not installed")
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
