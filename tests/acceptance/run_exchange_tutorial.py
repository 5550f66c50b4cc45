#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Runs the commands of docs/exchange/tutorial.md as they stand there.
"""Runs the tutorial of the exchange.

Its blocks are run in order, in a folder of their own. A block marked `fails` must fail; one marked `watch` runs beside
those that follow and must tell of changes.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402

TUTORIAL = samples.REPO_ROOT / "docs" / "exchange" / "tutorial.md"
BLOCK = re.compile(r"^```sh ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main():
    args = samples.acceptance_parser(__doc__).parse_args()
    puente = samples.require_puente(args.puente)
    t = samples.Tally()
    blocks = BLOCK.findall(TUTORIAL.read_text())
    t.check(len(blocks) >= 7, "the tutorial has its blocks", str(len(blocks)))
    with tempfile.TemporaryDirectory(prefix="puente-") as name:
        folder = pathlib.Path(name)
        (folder / "examples").symlink_to(samples.REPO_ROOT / "examples")
        environment = {**os.environ, "PATH": "%s:%s" % (puente.resolve().parent, os.environ["PATH"])}
        environment.pop("PUENTE_TOKEN", None)
        bash = ["bash", "-e", "-u", "-o", "pipefail", "-c"]
        server, watch = None, None
        told = folder / "watch.out"
        try:
            for number, (mark, text) in enumerate(blocks, 1):
                title = "block %d" % number
                if mark == "watch":
                    with open(told, "wb") as out, open(folder / "watch.err", "wb") as err:
                        watch = subprocess.Popen(bash + ["exec " + text.strip()], cwd=folder, env=environment,
                                                 stdin=subprocess.DEVNULL, stdout=out, stderr=err)
                    time.sleep(1)
                    t.check(watch.poll() is None, title + " goes on", (folder / "watch.err").read_text())
                    continue
                # To a file: the server that a block leaves behind would hold a pipe open.
                said = folder / ("block-%d.out" % number)
                with open(said, "wb") as out:
                    code = subprocess.run(bash + [text + "\njobs -p > jobs"], cwd=folder, env=environment, timeout=60,
                                          stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                          check=False).returncode
                detail = "%s\nexit %d: %s" % (text, code, said.read_text()[-600:])
                t.check(code == (4 if mark == "fails" else 0), title, detail)
                jobs = (folder / "jobs").read_text().split() if (folder / "jobs").is_file() else []
                server = server or (int(jobs[0]) if jobs else None)
            end = time.monotonic() + 10
            while b"\n" not in told.read_bytes() and time.monotonic() < end:
                time.sleep(0.05)
            lines = [json.loads(line) for line in told.read_bytes().splitlines()]
            t.check(lines, "the watch tells changes", (folder / "watch.err").read_text())
            judged = samples.run([sys.executable, samples.REPO_ROOT / "tests" / "tools" / "same_xml.py",
                                  samples.REPO_ROOT / "examples" / "lac_migration" / "lac_migration.xml",
                                  folder / "copy.xml"])
            t.check(judged.code == 0, "the copy is the same by the judge", judged.brief())
        finally:
            if watch is not None:
                watch.terminate()
                watch.wait(10)
            if server is not None:
                subprocess.run(["kill", str(server)], check=False)
                time.sleep(0.5)
    return t.close()


if __name__ == "__main__":
    sys.exit(main())
