#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Many watchers of one server: every change to each, in order, in bounded memory.
"""Watchers by the hundred, and some that never read.

Each watcher must be told of each change once, in order; the server's memory stays under 96 MiB.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import exchange_server  # noqa: E402
import samples  # noqa: E402

MEMORY_KIB = 96 << 10


def round_of(t, server, load, watchers, mute, changes):
    name = "%d watchers, %d mute, %d changes" % (watchers, mute, changes)
    child = subprocess.Popen([str(load), server.address, str(watchers), str(mute), str(changes)],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=server.environment("acme"))
    line = child.stdout.readline()
    rss = server.rss_kib()
    child.communicate(b"\n", timeout=120)
    if not t.check(child.returncode == 0 and line, name, line.decode()):
        return
    told = json.loads(line)
    print("  %s: %d deliveries in %.2f s; server %.1f MiB" % (
        name, told["deliveries"], told["seconds"], rss / 1024), flush=True)
    t.check(told["deliveries"] == watchers * changes, "deliveries of " + name, line.decode())
    t.check(rss < MEMORY_KIB, "memory with " + name, "%d KiB" % rss)


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--load", type=pathlib.Path, required=True, metavar="BIN", help="the program watch_load")
    parser.add_argument("--watchers", type=int, default=100)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--mute", type=int, default=50)
    args = parser.parse_args()
    t = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-") as folder:
        server = exchange_server.Server(args.puente, folder)
        server.add_agency("acme")
        with server:
            round_of(t, server, args.load, args.watchers, 0, args.changes)
            round_of(t, server, args.load, args.watchers, args.mute, args.changes)
            t.check(server.stop() == 0, "the server stops")
    return t.close()


if __name__ == "__main__":
    sys.exit(main())
