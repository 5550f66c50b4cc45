#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Cuts the power and fills the disk under a store that is written to: nothing acknowledged may be lost.
"""Power cuts and full disks under a writing store (root only).

The store lies in an ext4 file system of its own, whose device is a file in memory. At a cut the writer is stopped
and the device is copied: the copy holds what reached the device, and nothing of what the system still had in
memory. It is mounted and read. Some cuts are of a store that went through cuts before. Then the same is done by a
writer that does not wait for the disk: if that loses nothing, these cuts prove nothing.

Then file systems in memory of many sizes are written full: the writer is told so, and what it has acknowledged is
there, whole, as soon as there is room to read it.
"""
import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402

IMAGE_BYTES = 160 << 20
CHAIN = 4
WRITES_BEFORE_CUT = 20


def must(*command):
    done = samples.run(command)
    if done.code != 0:
        raise RuntimeError("%s: %s" % (" ".join(map(str, command)), done.brief()))


@contextlib.contextmanager
def mounted(kind, source, target, *options):
    must("mount", "-t", kind, *options, source, target)
    try:
        yield target
    finally:
        # What was killed may still be on its way out.
        for _ in range(50):
            if samples.run(["umount", target]).code == 0:
                break
            time.sleep(0.05)
        else:
            must("umount", target)


class Cuts:
    """One series of cuts; adds up what was found."""

    def __init__(self, writer, memory, sync, seed):
        self.writer, self.memory, self.sync = writer, memory, sync
        self.chance = random.Random(seed)
        self.disk = memory / "disk"
        self.disk.mkdir(exist_ok=True)
        self.empty = memory / "empty.img"
        self.acks = memory / "acks"
        self.run = 0
        self.told = {"acknowledged": 0, "lost": 0, "half": 0, "wrong": 0}
        self.losing = 0
        self.errors = []

    def make_empty(self):
        with open(self.empty, "wb") as file:
            file.truncate(IMAGE_BYTES)
        must("mkfs.ext4", "-q", "-F", self.empty)

    def cut(self, image, after):
        """Writes to the store of an image and cuts; `after` is what reached the device."""
        self.run += 1
        before = self.acks.stat().st_size if self.acks.exists() else 0
        command = [str(self.writer), "write", str(self.disk / "store"), str(self.acks), str(self.run)]
        with mounted("ext4", image, self.disk, "-o", "loop"):
            writer = subprocess.Popen(command + ([] if self.sync else ["no-sync"]), stderr=subprocess.PIPE)
            try:
                end = time.monotonic() + 30
                while time.monotonic() < end and writer.poll() is None:
                    if self.acks.exists() and self.acks.stat().st_size > before + WRITES_BEFORE_CUT * 10:
                        break
                    time.sleep(0.002)
                time.sleep(self.chance.uniform(0, 0.25))
                writer.send_signal(signal.SIGSTOP)
                alive = writer.poll() is None
                acknowledged = self.acks.read_bytes()
                shutil.copyfile(image, after)
            finally:
                writer.kill()
                said = writer.communicate()[1].decode()
            if not alive:
                raise RuntimeError("the writer ended by itself: " + said)
        # It may have acknowledged more between the signal and its stop; that is not in the copy for sure.
        self.acks.write_bytes(acknowledged[:acknowledged.rfind(b"\n") + 1])

    def verify(self, image):
        with mounted("ext4", image, self.disk, "-o", "loop"):
            done = samples.run([self.writer, "verify", self.disk / "store", self.acks])
        if done.code != 0:
            raise RuntimeError("verify: " + done.brief())
        told = json.loads(done.out)
        for key in self.told:
            self.told[key] += told[key]
        self.losing += told["lost"] > 0 or not told["opened"]
        if told["error"]:
            self.errors.append(told["error"])
        return told

    def go(self, cuts):
        self.make_empty()
        image, after = self.memory / "a.img", self.memory / "b.img"
        for number in range(cuts):
            if number % CHAIN == 0 or not self.sync:
                shutil.copyfile(self.empty, image)
                self.acks.unlink(missing_ok=True)
            self.cut(image, after)
            told = self.verify(after)
            print("cut %d: %s" % (number + 1, json.dumps(told)), flush=True)
            image, after = after, image


def fill(t, writer, folder, kibibytes):
    """Writes to a store until its disk is full."""
    disk, acks = folder / "small", folder / "small.acks"
    disk.mkdir(exist_ok=True)
    acks.write_bytes(b"")
    with mounted("tmpfs", "tmpfs", disk, "-o", "size=%dk" % kibibytes):
        done = samples.run([writer, "write", disk / "store", acks, "1"], timeout=60)
        name = "disk of %d KiB" % kibibytes
        t.check(done.code == 2 and b"RESOURCE_EXHAUSTED" in done.err, name + ": the writer is told", done.brief())
        if not (disk / "store").exists():
            return t.check(acks.stat().st_size == 0, name + ": no store, no acknowledgement")
        must("mount", "-o", "remount,size=%dk" % (kibibytes + 65536), disk)
        done = samples.run([writer, "verify", disk / "store", acks])
        told = json.loads(done.out) if done.code == 0 else {}
        good = told.get("opened") and not told["error"] and told["lost"] + told["half"] + told["wrong"] == 0
        return t.check(good, name + ": all is there", str(told) or done.brief())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writer", type=pathlib.Path, metavar="BIN", help="the program store_writer",
                        default=samples.REPO_ROOT / "build" / "release" / "bin" / "store_writer")
    parser.add_argument("--cuts", type=int, default=60)
    parser.add_argument("--unsafe-cuts", type=int, default=10, help="cuts of the writer that does not wait")
    parser.add_argument("--disks", type=int, default=60, help="full disks, of sizes between 256 KiB and 16 MiB")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    t = samples.Tally()
    if os.geteuid() != 0:
        t.skip("power cuts", "only root mounts file systems")
        return t.close()
    with tempfile.TemporaryDirectory(prefix="puente-cuts-") as folder:
        with mounted("tmpfs", "tmpfs", folder, "-o", "size=%d" % (4 * IMAGE_BYTES)):
            safe = Cuts(args.writer, pathlib.Path(folder), True, args.seed)
            safe.go(args.cuts)
            print("with waiting: %s in %d cuts" % (json.dumps(safe.told), args.cuts))
            t.check(safe.told["acknowledged"] > args.cuts * WRITES_BEFORE_CUT, "enough was acknowledged",
                    str(safe.told))
            for key in ("lost", "half", "wrong"):
                t.check(safe.told[key] == 0, "%s: none" % key, "%d" % safe.told[key])
            t.check(not safe.errors, "every store is whole", "; ".join(safe.errors[:3]))
            bold = Cuts(args.writer, pathlib.Path(folder), False, args.seed)
            bold.go(args.unsafe_cuts)
            print("without waiting: %s, %d of %d cuts lose" % (json.dumps(bold.told), bold.losing,
                                                               args.unsafe_cuts))
            t.check(bold.losing > args.unsafe_cuts // 2, "without waiting for the disk, cuts lose writes",
                    "%d of %d" % (bold.losing, args.unsafe_cuts))
            for number in range(args.disks):
                fill(t, args.writer, pathlib.Path(folder), 256 + number * 16128 // max(args.disks, 1))
    return t.close()


if __name__ == "__main__":
    sys.exit(main())
