#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Runs the scenarios of tests/interop/node against a real server that is restarted in between.
"""Runs the Node scenarios against a real server.

npm brings @grpc/grpc-js, @grpc/proto-loader and protobufjs at the versions of package-lock.json
into the build folder. Where no package registry can be reached, nothing is tested, and the last
lines say so.
"""
import argparse
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import exchange_server  # noqa: E402
import registry  # noqa: E402

REPO = pathlib.Path(__file__).resolve().parents[2]
SOURCES = pathlib.Path(__file__).resolve().with_name("node")
MANIFESTS = ("package.json", "package-lock.json")
SECONDS = 480


def make_folder(folder):
    """A copy of the sources with its packages: node finds packages above a script only."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in os.listdir(SOURCES):
        shutil.copy(SOURCES / name, folder)
    wanted = hashlib.sha256(b"".join((SOURCES / name).read_bytes() for name in MANIFESTS))
    stamp = folder / "node_modules" / ".puente-lock"
    if stamp.is_file() and stamp.read_text() == wanted.hexdigest():
        return
    registry.install("npm ci", ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
                                "--fetch-retries=2"], cwd=folder)
    stamp.write_text(wanted.hexdigest())


def run_scenarios(folder, server, env):
    """Runs them and serves what they ask for; the counts of the closing line."""
    process = subprocess.Popen(["node", "scenario.js"], cwd=folder, env=env, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    watchdog = threading.Timer(SECONDS, process.kill)
    watchdog.start()
    closing = None
    try:
        for line in process.stdout:
            if line.strip() in ("restart", "kill"):
                server.restart(kill=line.strip() == "kill")
                process.stdin.write("done\n")
                process.stdin.flush()
                continue
            print(line, end="", flush=True)
            closing = re.fullmatch(r"(\d+) passed, (\d+) failed\n", line) or closing
        code = process.wait(30)
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
    if closing is None or bool(code) != bool(int(closing[2])) or not int(closing[1]):
        print("node ended with exit %d\n0 passed, 1 failed" % code)
        return 1
    return code


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--puente", type=pathlib.Path, required=True, help="the command to serve")
    parser.add_argument("--folder", type=pathlib.Path, default=REPO / "build" / "interop" / "node")
    args = parser.parse_args()
    folder = args.folder.resolve()
    try:
        make_folder(folder)
        print(registry.run("node", ["node", "--version"]).strip())
    except registry.OutOfReach as error:
        return registry.say_skipped("The exchange with Node", error)
    except registry.Failed as error:
        print("%s\n0 passed, 1 failed" % error)
        return 1
    with tempfile.TemporaryDirectory(prefix="puente-node-") as store:
        server = exchange_server.Server(args.puente.resolve(), store)
        tokens = [server.add_agency(name) for name in ("norte", "sur")]
        with server:
            env = dict(os.environ, PROTOS=str(REPO / "proto"), ADDRESS=server.address,
                       TOKEN=tokens[0], OTHER_TOKEN=tokens[1])
            return run_scenarios(folder, server, env)


if __name__ == "__main__":
    sys.exit(main())
