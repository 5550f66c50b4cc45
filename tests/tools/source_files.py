#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Lists the project's own files by ending: what git tracks or would track, or all files without git.

import argparse
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def source_files(root, endings=("",)):
    """Paths relative to root, sorted, of existing files whose names end with one of the endings."""
    command = ["git", "-c", "safe.directory=" + os.path.realpath(root), "-C", root,
               "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL).stdout
        names = {os.fsdecode(name) for name in listing.split(b"\0") if name}
    except (OSError, subprocess.CalledProcessError):
        names = set(_walk(root))
    return sorted(name for name in names
                  if name.endswith(tuple(endings)) and os.path.isfile(os.path.join(root, name)))


def _walk(root):
    for folder, folders, files in os.walk(root):
        relative = os.path.relpath(folder, root)
        if relative == ".":
            folders[:] = [name for name in folders if name not in (".git", "build")]
        for name in files:
            yield os.path.normpath(os.path.join(relative, name))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--null", action="store_true", help="end each name with a NUL, not a newline")
    parser.add_argument("endings", nargs="*", default=[""])
    arguments = parser.parse_args()
    end = "\0" if arguments.null else "\n"
    sys.stdout.write("".join(name + end for name in source_files(ROOT, arguments.endings)))


if __name__ == "__main__":
    main()
