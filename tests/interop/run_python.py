#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Builds the wheel of the Python client, checks its types, runs its tests on a real server.
"""Runs the tests of clients/python against a real server.

A virtual environment in the build folder gets the needs of the client at exact versions and the
wheel, built from a copy of the sources. Where no package registry can be reached, nothing is
tested, and the last lines say so.
"""
import argparse
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile

import registry

REPO = pathlib.Path(__file__).resolve().parents[2]
REQUIREMENTS = pathlib.Path(__file__).resolve().with_name("python_requirements.txt")
CLIENT = REPO / "clients" / "python"
WHEEL_NEEDS = ("puente_exchange/py.typed", "puente_exchange/client.py", "puente_exchange/v1.py",
               "puente_exchange/_generated/puente/v1/record_pb2.pyi",
               "puente_exchange/_generated/puente/exchange/v1/record_service_pb2_grpc.py")


def make_environment(folder):
    """The interpreter of a virtual environment with what the requirements name."""
    python = folder / "venv" / "bin" / "python"
    stamp = folder / "venv" / "requirements.sha256"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() +
                            sysconfig.get_python_version().encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    try:
        venv.create(folder / "venv", clear=True, with_pip=True)
    except subprocess.CalledProcessError as error:
        raise registry.Failed("no virtual environment can be made (Debian: python3-venv)"
                              ) from error
    registry.install("pip install", [python, "-m", "pip", "install", "--quiet", "--retries", "2",
                                     "--timeout", "30", "-r", REQUIREMENTS])
    stamp.write_text(wanted)
    return python


def build_wheel(python, folder):
    """Builds from a copy, so that nothing is left in the sources."""
    source, dist = folder / "source", folder / "dist"
    for old in (source, dist):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(CLIENT, source / "clients" / "python",
                    ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    shutil.copytree(REPO / "proto", source / "proto")
    registry.run("pip wheel", [python, "-m", "pip", "wheel", "--quiet", "--no-deps",
                               "--no-build-isolation", "--wheel-dir", dist,
                               source / "clients" / "python"])
    wheel, = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    missing = [name for name in WHEEL_NEEDS if name not in names]
    strange = [name for name in names if not name.startswith("puente_exchange")]
    if missing or strange:
        raise registry.Failed("the wheel lacks %s and has %s" % (missing, strange))
    registry.run("pip install of the wheel", [python, "-m", "pip", "install", "--quiet",
                                              "--no-deps", "--no-index", "--force-reinstall",
                                              wheel])
    return wheel


def run_tests(python, puente, names):
    """Counts of passed, failed and skipped tests."""
    env = dict(os.environ, PUENTE_COMMAND=str(puente), PYTHONDONTWRITEBYTECODE="1")
    env.pop("PUENTE_TOKEN", None)
    command = [str(python), "-m", "unittest", *(names or ["discover", "-s", "."]), "-v"]
    done = subprocess.run(command, cwd=CLIENT / "tests", env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=840)
    print(done.stdout)
    ran = re.search(r"^Ran (\d+) tests?", done.stdout, re.M)
    found = {kind: int(count) for kind, count in re.findall(
        r"(failures|errors|skipped|unexpected successes)=(\d+)", done.stdout.splitlines()[-1])}
    skipped = found.pop("skipped", 0)
    failed = sum(found.values())
    count = int(ran[1]) if ran else 0
    if done.returncode and not failed or not count:
        failed = max(failed, 1)
    return max(count - failed - skipped, 0), failed, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--puente", type=pathlib.Path, required=True, help="the command to serve")
    parser.add_argument("--folder", type=pathlib.Path,
                        default=REPO / "build" / "interop" / "python")
    parser.add_argument("names", nargs="*", help="tests as unittest takes them (default: all)")
    args = parser.parse_args()
    folder = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        python = make_environment(folder)
        wheel = build_wheel(python, folder)
        print("%s, %d kB" % (wheel.name, wheel.stat().st_size // 1000))
        print(registry.run("mypy", [python, "-m", "mypy", "--config-file",
                                    CLIENT / "pyproject.toml"], cwd=folder).strip())
    except registry.OutOfReach as error:
        return registry.say_skipped("the Python client", error)
    except registry.Failed as error:
        print(error)
        print("0 passed, 1 failed")
        return 1
    try:
        passed, failed, skipped = run_tests(python, args.puente.resolve(), args.names)
    except subprocess.TimeoutExpired as error:
        print("%s\nno end after %d seconds" % ((error.stdout or b"").decode("utf-8", "replace"),
                                               error.timeout))
        passed, failed, skipped = 0, 1, 0
    print("%d passed, %d failed%s" % (passed, failed, ", %d skipped" % skipped if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
