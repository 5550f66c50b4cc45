#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# What 200 plugins cost: `puente formats` loads none of them, and its processor time against --version.
"""With --check: `puente formats`, `plugin list` and `identify` of 200 plugins load no library.

Each library ends the process while it is loaded, and the command lives; where strace is there, its
list of opened files is looked through as well. Without --check: the medians of interleaved runs, in
milliseconds of processor time (user + system), and their ratio; the ceiling is 3.
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

# A manifest of the usual size: rules, options and texts as the plugins of the tree have them.
LIKE = pathlib.Path(__file__).resolve().parents[2] / "plugins" / "table" / "table.puente.json"
CEILING = 3.0


def lay_plugins(folder, library, count):
    """Plugins with names and formats of their own; the same library for each."""
    like = json.loads(LIKE.read_text(encoding="utf-8"))
    like.pop("catalogues", None)
    folder.mkdir(mode=0o755)
    for number in range(count):
        name = f"many{number:03d}"
        manifest = json.loads(json.dumps(like))
        manifest["name"] = manifest["formats"][0]["id"] = name
        manifest["library"] = f"puente_{name}.so"
        # Known by its content alone: a certain answer needs no code of a plugin.
        manifest["formats"][0]["identify"] = [
            {"rule": "magic", "text": f"{name}\n", "confidence": 95}]
        beside = folder / f"{name}.puente.json"
        beside.write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        beside.chmod(0o644)
        target = folder / f"puente_{name}.so"
        shutil.copy(library, target)
        target.chmod(0o755)


def loads_nothing(puente, folder, sample, count):
    """Why it does, or nothing."""
    env = dict(os.environ, PUENTE_HOSTILE="static-abort")
    for args in (("formats",), ("formats", "--json"), ("plugin", "list"), ("formats", "many007"),
                 ("identify", str(sample)), ("explain", "PUE-0401"), ("--version",)):
        command = [puente, "--plugin-dir", str(folder), *args]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return f"{' '.join(args)}: exit code {done.returncode}: {done.stderr[:300]}"
        if args[0] == "formats" and len(args) == 1 and done.stdout.count("many") < count:
            return f"{' '.join(args)}: not all formats are named"
        if not shutil.which("strace"):
            continue
        trace = subprocess.run(["strace", "-f", "-e", "trace=open,openat,mmap", *command], env=env,
                               capture_output=True, text=True, check=False).stderr
        opened = [line for line in trace.splitlines() if "puente_many" in line and ".so" in line]
        if "openat(" in trace and opened:
            return f"{' '.join(args)}: {opened[0]}"
    # The libraries do what they should: one that is loaded ends its process.
    done = subprocess.run([puente, "--plugin-dir", str(folder), "info", "--from", "many007",
                           str(sample)], env=env, capture_output=True, check=False)
    if done.returncode >= 0:
        return f"a library that was loaded did no harm: exit code {done.returncode}"
    return ""


def processor_ms(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(puente, folder, count, runs):
    version, formats = [], []
    for _ in range(runs):
        version.append(processor_ms([puente, "--version"]))
        formats.append(processor_ms([puente, "--plugin-dir", str(folder), "formats"]))
    one, many = statistics.median(version), statistics.median(formats)
    print(f"puente --version {one:.2f} ms, puente formats with {count} manifests {many:.2f} ms: "
          f"{many / one:.2f} times (ceiling {CEILING:.0f})")
    return many / one <= CEILING


def main():
    parser = argparse.ArgumentParser(description="Measures what many plugins cost.")
    parser.add_argument("--puente", required=True)
    parser.add_argument("--library", required=True, type=pathlib.Path,
                        help="a library that ends the process while it is loaded")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--runs", type=int, default=41)
    parser.add_argument("--check", action="store_true", help="only check that nothing is loaded")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="puente-many-") as name:
        root = pathlib.Path(name)
        root.chmod(0o755)
        folder = root / "plugins"
        lay_plugins(folder, args.library, args.count)
        if args.check:
            sample = root / "sample"
            sample.write_text("many007\n", encoding="utf-8")
            why = loads_nothing(args.puente, folder, sample, args.count)
            print(why or "no library is loaded")
            return 1 if why else 0
        return 0 if measure(args.puente, folder, args.count, args.runs) else 1


if __name__ == "__main__":
    sys.exit(main())
