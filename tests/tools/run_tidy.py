#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy over our own compiled files, in parallel; a file without news since it was clean is left out.

import argparse
import concurrent.futures
import json
import os
import shlex
import subprocess
import sys
import time

from source_files import ROOT

# The build speaks GCC; Clang's own warnings are not what is asked for here.
EXTRA = ("--extra-arg=-Wno-everything", "--extra-arg=-Wno-error", "--quiet")


def own_sources(build):
    """{source path relative to the root: object path relative to the build} of our own files."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    sources = {}
    for command in commands:
        path = os.path.realpath(os.path.join(command["directory"], command["file"]))
        relative = os.path.relpath(path, ROOT)
        if relative.split(os.sep)[0] not in ("..", "build"):
            sources.setdefault(relative, object_of(command))
    return sources


def object_of(command):
    """What a compile command writes, relative to the build."""
    words = command.get("arguments") or shlex.split(command["command"])
    return words[words.index("-o") + 1] if "-o" in words else ""


def dependencies(build):
    """{object: every file its compilation read}, from ninja's own record; empty when it has none."""
    try:
        listing = subprocess.run(["ninja", "-C", build, "-t", "deps"], check=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return {}
    found, current = {}, None
    for line in listing.splitlines():
        if line.startswith("    "):
            if current is not None:
                current.append(os.path.join(build, line.strip()))
        elif ": #deps" in line:
            current = found.setdefault(line.split(": #deps")[0], []) if "(VALID)" in line else None
    return found


def newest(paths):
    try:
        return max(os.stat(path).st_mtime_ns for path in paths)
    except OSError:
        return sys.maxsize


def run(build, source):
    """(source, time of the start, exit status, what clang-tidy said)."""
    started = time.time_ns()
    done = subprocess.run(["clang-tidy", "-p", build, *EXTRA, source], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = done.stdout.decode(errors="replace").strip()
    if done.returncode and not said:
        said = done.stderr.decode(errors="replace").strip()
    return source, started, done.returncode, said.replace(ROOT + os.sep, "")


def main():
    parser = argparse.ArgumentParser(description="Runs clang-tidy over the files of a build.")
    parser.add_argument("--build", required=True, help="the folder with compile_commands.json")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    build = os.path.realpath(arguments.build)
    stamps = os.path.join(build, "tidy")

    sources = own_sources(build)
    read_by = dependencies(build)
    config = os.path.join(ROOT, ".clang-tidy")
    todo = []
    for source, built in sorted(sources.items()):
        stamp = os.path.join(stamps, source + ".clean")
        # System headers change with their package; only what lies here is compared.
        inputs = [path for path in read_by.get(built, []) if path.startswith(ROOT + os.sep)]
        if inputs and os.path.exists(stamp) and newest(inputs + [config]) < os.stat(stamp).st_mtime_ns:
            continue
        todo.append(source)
    print(f"{len(sources)} files, {len(sources) - len(todo)} unchanged since they were clean", flush=True)

    bad = 0
    seen = set()
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, arguments.jobs)) as pool:
        for source, started, status, said in pool.map(lambda source: run(build, source), todo):
            stamp = os.path.join(stamps, source + ".clean")
            if status == 0:
                os.makedirs(os.path.dirname(stamp), exist_ok=True)
                with open(stamp, "w", encoding="utf-8"):
                    pass
                os.utime(stamp, ns=(started, started))
                continue
            bad += 1
            # A header's defect shows in each file that includes it; once is enough.
            if said not in seen:
                seen.add(said)
                print(said, flush=True)
    print(f"{bad} files with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
