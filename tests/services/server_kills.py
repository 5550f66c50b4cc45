#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Kills the server again and again while clients push; nothing acknowledged may be lost.
"""`kill -9` of a server while four clients push.

After each kill the server is started on the same store. Every batch that was acknowledged must be there whole, no batch
may be there in part, and every record must hold what its name says.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import exchange_server  # noqa: E402
import samples  # noqa: E402

CLIENTS = 4


def verify(t, server, load, acks, name):
    done = samples.run([load, "verify", server.address, acks], env=server.environment("acme"))
    if t.check(done.code == 0, name, done.out.decode() + done.brief()):
        return json.loads(done.out)
    return {}


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--load", type=pathlib.Path, required=True, metavar="BIN", help="the program push_load")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    t = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-") as folder:
        server = exchange_server.Server(args.puente, folder)
        server.add_agency("acme")
        server.start()
        acks = pathlib.Path(folder) / "acks"
        acks.touch()
        pusher = subprocess.Popen([str(args.load), "push", server.address, str(CLIENTS), str(acks)],
                                  stdin=subprocess.PIPE, env=server.environment("acme"))
        try:
            for kill in range(1, args.kills + 1):
                # Each life of the server sees some acknowledgements, then some time of chance.
                size, end = acks.stat().st_size, time.monotonic() + 20
                while acks.stat().st_size == size and time.monotonic() < end:
                    time.sleep(0.002)
                t.check(acks.stat().st_size > size, "pushes go on before kill %d" % kill)
                time.sleep(chance.uniform(0, 0.15))
                server.kill()
                server.start()
                if kill % 25 == 0:
                    told = verify(t, server, args.load, acks, "after kill %d" % kill)
                    print("  kill %d: %s" % (kill, json.dumps(told)), flush=True)
        finally:
            pusher.stdin.close()
            pusher.wait(60)
        t.check(pusher.returncode == 0, "the clients end", "exit %s" % pusher.returncode)
        told = verify(t, server, args.load, acks, "after all kills")
        print("  %d kills: %s" % (args.kills, json.dumps(told)), flush=True)
        t.check(server.stop() == 0, "the server stops")
        done = server.command("store", "check", "--store", server.store)
        t.check(done.code == 0, "the store is whole", done.brief())
        print("  store %.1f MiB" % (os.path.getsize(server.folder / "store.db") / (1 << 20)))
    return t.close()


if __name__ == "__main__":
    sys.exit(main())
