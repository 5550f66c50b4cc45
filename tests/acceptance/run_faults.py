#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of faults and equal ways: full disk, Ctrl-C, existing output, typos, stdin, carriers.
"""Runs acceptance lines F and G of the foundation.

F: a full disk, an interrupt and an existing output leave no half file and a message that says what
happened; an unknown option, format or plugin option is refused, with the nearest name offered.
G: standard input and output, --jobs, and the two record carriers give equal results.

The full disk is a small tmpfs in a mount namespace of its own (needs root and unshare), else a
limit on the size of files. Large inputs are made from the real samples, or from an activity of this
script where they are absent.
"""
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import repeat_activities  # noqa: E402
import samples  # noqa: E402

FORMS = (("binary", "puente"), ("jsonl", "jsonl"), ("iati", "xml"))
OLD = b"an output that was here before\n"
# Mounts a small disk, runs the rest of the arguments, and lists what they left on it.
FULL_DISK = """
disk=$1; listing=$2; shift 2
mount -t tmpfs -o size=1m,mode=700 puente-full "$disk" || exit 99
test -n "$KEEP_OLD" && printf %s "$KEEP_OLD" > "$disk/$KEEP_OLD_NAME"
"$@"; code=$?
( cd "$disk" && ls -A ) > "$listing"
test -n "$KEEP_OLD" && cp "$disk/$KEEP_OLD_NAME" "$listing.old"
exit $code
"""
ACTIVITY = """<iati-activity default-currency="USD" xml:lang="es">
  <iati-identifier>XM-EXAMPLE-%d</iati-identifier>
  <reporting-org ref="XM-EXAMPLE" type="40"><narrative>Organismo</narrative></reporting-org>
  <title><narrative>Proyecto %d</narrative><narrative xml:lang="en">Project %d</narrative></title>
  <activity-status code="2"/>
  <activity-date iso-date="2024-01-%02d" type="2"/>
  <recipient-country code="CO" percentage="60"/><recipient-country code="PE" percentage="40"/>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2024-02-01"/>
    <value value-date="2024-02-01">%d.50</value></transaction>
</iati-activity>"""


class Faults:
    """The checks, with a folder for their files and the inputs they share."""

    def __init__(self, puente, folder, tally, large_mb):
        self.puente, self.folder, self.tally = puente, folder, tally
        self.spill = folder / "tmp"  # TMPDIR of the command: must be empty after each fault
        self.spill.mkdir()
        self.environment = dict(os.environ, TMPDIR=str(self.spill))
        self.large_mb = large_mb
        self.blocks = self.gather()
        self.small = self.make("small.xml", 0.3)
        self.medium = self.make("medium.xml", 12)

    @staticmethod
    def gather():
        source = samples.samples_root() / "dportal-extract"
        if source.is_dir():
            return repeat_activities.gather(source)
        print("TEST DATA ABSENT: %s; made-up activities take its place" % source)
        return [(ACTIVITY % (n, n, n, n % 28 + 1, n)).encode("utf-8") for n in range(500)]

    def make(self, name, megabytes):
        path = self.folder / name
        with open(path, "wb", buffering=1 << 20) as out:
            # The small file need not hold the largest activity.
            blocks = self.blocks[1:] if megabytes < 5 else self.blocks
            repeat_activities.write_repeated(out, blocks, megabytes * 1e6)
        return path

    def run(self, *args, **more):
        return samples.run([self.puente, *args], env=self.environment, **more)

    def room(self, name):
        """A new empty folder for outputs."""
        place = self.folder / name
        if place.exists():
            shutil.rmtree(place)
        place.mkdir()
        return place

    def nothing_left(self, place, name, allowed=()):
        """The output folder holds what is allowed only, and the folder of spills nothing."""
        left = sorted(set(os.listdir(place)) - set(allowed))
        self.tally.check(not left, name + ": no half file", " ".join(left))
        spilled = sorted(os.listdir(self.spill))
        self.tally.check(not spilled, name + ": nothing in TMPDIR", " ".join(spilled))
        for file in spilled:
            (self.spill / file).unlink()

    # --- words of others -------------------------------------------------------------------------

    def own_words(self):
        """Of bytes that are no record, our finding alone is said, not protobuf's lines as well."""
        path = self.folder / "no_record.puente"
        # identity {id: FF}, which is no UTF-8, and an empty activity
        path.write_bytes(binary_file([b"\x0a\x03\x1a\x01\xff\x22\x00"] * 50))
        done = self.run("convert", path, self.folder / "no_record.jsonl")
        self.tally.check(done.code == 0 and "PUE-0321" in done.message, "no record: the finding",
                         done.brief())
        self.tally.check("protobuf" not in done.message, "no record: no other words", done.brief())

    # --- full disk -------------------------------------------------------------------------------

    def full_disk(self):
        can_mount = os.geteuid() == 0 and shutil.which("unshare") and samples.run(
            ["unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=1m", "puente-full",
             self.room("probe")]).code == 0
        if can_mount:
            for form, suffix in FORMS:
                self.on_small_disk(form, suffix, "")
                self.on_small_disk(form, suffix, OLD.decode().strip())
        else:
            self.tally.skip("full disk by tmpfs", "needs root and unshare -m; a limit on the size "
                            "of files takes its place")
        for form, suffix in FORMS:
            self.under_size_limit(form, suffix)
        self.to_full_device()

    def on_small_disk(self, form, suffix, old):
        name = "full disk, %s%s" % (form, " over an old output" if old else "")
        disk, listing = self.room("disk"), self.folder / "listing"
        output = "out." + suffix
        environment = dict(self.environment, KEEP_OLD=old, KEEP_OLD_NAME=output)
        done = samples.run(
            ["unshare", "-m", "sh", "-c", FULL_DISK, "sh", disk, listing, self.puente, "convert",
             self.medium, disk / output, "--to", form] + (["--force"] if old else []),
            env=environment)
        self.tally.check(done.code == 6, name + ": exit 6", done.brief())
        self.tally.check(re.search(r"(?i)no space left|disk (is )?full", done.message)
                         and output in done.message, name + ": message", done.brief())
        left = set(listing.read_text().split()) - ({output} if old else set())
        self.tally.check(not left, name + ": no half file", " ".join(sorted(left)))
        if old:
            kept = pathlib.Path(str(listing) + ".old")
            self.tally.check(kept.is_file() and kept.read_text() == old,
                             name + ": the old output is whole")
            kept.unlink(missing_ok=True)

    def under_size_limit(self, form, suffix):
        name = "limit on the size of files, " + form
        place = self.room("limited")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        done = self.run("convert", self.medium, place / ("out." + suffix), "--to", form,
                        preexec_fn=limit)
        self.tally.check(done.code in (6, 7), name + ": exit 6", done.brief())
        self.tally.check(re.search(r"(?i)too large|limit", done.message), name + ": message",
                         done.brief())
        self.nothing_left(place, name)

    def to_full_device(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([self.puente, "convert", self.medium, "-", "--to", "jsonl"],
                                  stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                                  env=self.environment, check=False, timeout=300)
        done = samples.Run([], done.returncode, b"", done.stderr)
        self.tally.check(done.code == 6, "standard output on a full disk: exit 6", done.brief())
        self.tally.check(re.search(r"(?i)no space left|disk (is )?full", done.message),
                         "standard output on a full disk: message", done.brief())

    # --- interrupt -------------------------------------------------------------------------------

    def interrupt(self):
        large = self.make("large.xml", self.large_mb)
        for form, suffix in FORMS:
            for jobs in ("1", "2"):
                self.interrupted(large, form, suffix, jobs, old=False)
        self.interrupted(large, "binary", "puente", "2", old=True)
        large.unlink()

    def interrupted(self, large, form, suffix, jobs, old):
        name = "Ctrl-C, %s, %s jobs%s" % (form, jobs, ", over an old output" if old else "")
        # A conversion that ended before the signal shows nothing: try again, sooner.
        for wait in (0.4, 0.2, 0.1, 0.05, 0.02):
            place = self.room("interrupted")
            out = place / ("out." + suffix)
            if old:
                out.write_bytes(OLD)
            child = subprocess.Popen(
                [self.puente, "convert", large, out, "--to", form, "--jobs", jobs]
                + (["--force"] if old else []), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
            time.sleep(wait)
            began = time.monotonic()
            if child.poll() is None:
                child.send_signal(signal.SIGINT)
            try:
                err = child.communicate(timeout=60)[1]
            except subprocess.TimeoutExpired:
                child.kill()
                err = child.communicate()[1]
            took = time.monotonic() - began
            done = samples.Run([], child.returncode, b"", err)
            if done.code != 0:
                break
        self.tally.check(done.code == 130, name + ": exit 130", done.brief())
        self.tally.check(took < 5, name + ": stops at once", "%.1f s" % took)
        self.tally.check(
            re.search(r"(?i)interrupt|cancel|stopped", done.message)
            and re.search(r"(?i)kept|written|nothing|no output|left|removed", done.message),
            name + ": says what was kept", done.brief())
        self.nothing_left(place, name, [out.name] if old else ())
        if old:
            self.tally.check(out.is_file() and out.read_bytes() == OLD,
                             name + ": the old output is whole")

    # --- existing output -------------------------------------------------------------------------

    def existing_output(self):
        place = self.room("existing")
        for form, suffix in FORMS:
            name = "existing output, " + form
            out = place / ("out." + suffix)
            out.write_bytes(OLD)
            done = self.run("convert", self.small, out, "--to", form)
            self.tally.check(isinstance(done.code, int) and done.code > 0, name + ": refused",
                             done.brief())
            self.tally.check("--force" in done.message, name + ": names --force", done.brief())
            self.tally.check(out.read_bytes() == OLD, name + ": the old output is whole")
            done = self.run("convert", self.small, out, "--to", form, "--force")
            self.tally.check(done.code == 0 and out.read_bytes() != OLD,
                             name + ": replaced with --force", done.brief())
            self.nothing_left(place, name, [out.name])
            out.unlink()
        # A broken input must not cost the old output, not even with --force.
        broken = self.folder / "broken.xml"
        broken.write_bytes(self.small.read_bytes()[:-30])
        out = place / "out.puente"
        out.write_bytes(OLD)
        done = self.run("convert", broken, out, "--to", "binary", "--force")
        self.tally.check(done.code == 1, "broken input over an old output: exit 1", done.brief())
        self.tally.check(out.read_bytes() == OLD,
                         "broken input over an old output: the old output is whole")
        self.nothing_left(place, "broken input over an old output", [out.name])
        # An input is not an output.
        same = place / "same.xml"
        shutil.copyfile(self.small, same)
        done = self.run("convert", same, same, "--to", "iati")
        self.tally.check(done.code != 0 and same.read_bytes() == self.small.read_bytes(),
                         "output on the input: refused", done.brief())

    # --- typos -----------------------------------------------------------------------------------

    def typos(self):
        place = self.room("typos")
        out = place / "out.jsonl"
        cases = [
            ("unknown option", ["--recipt", place / "r.json"], "--receipt"),
            ("unknown output format", ["--to", "jsnl"], "jsonl"),
            ("unknown input format", ["--from", "iait"], "iati"),
            ("unknown input option", ["--in-opt", "no-such-key=1"], "no-such-key"),
            ("unknown output option", ["--out-opt", "no-such-key=1"], "no-such-key"),
        ]
        for name, extra, named in cases:
            done = self.run("convert", self.small, out, *extra)
            self.tally.check(done.code == 2, name + ": exit 2", done.brief())
            said = done.message.replace(str(extra[0]), "") if named.startswith("--") else \
                done.message
            self.tally.check(named in said, "%s: names %s" % (name, named), done.brief())
            self.nothing_left(place, name)
        done = self.run("convrt", self.small, out)
        self.tally.check(done.code == 2 and "convert" in done.message.replace("convrt", ""),
                         "unknown command: names convert", done.brief())

    # --- the example (line G) --------------------------------------------------------------------

    def example(self):
        """The example is valid IATI 2.03."""
        schema = samples.data_root() / "iati" / "schemas" / "2.03" / "iati-activities-schema.xsd"
        files = sorted((samples.REPO_ROOT / "examples" / "lac_migration").glob("*.xml"))
        if not schema.is_file() or not shutil.which("xmllint") or not files:
            self.tally.skip("example", "the XSD, xmllint or the example is absent")
            return
        for path in files:
            done = samples.run(["xmllint", "--nonet", "--noout", "--schema", schema, path])
            self.tally.check(done.code == 0, "XSD 2.03, " + path.name, done.brief())

    # --- equal ways (line G) ---------------------------------------------------------------------

    def equal_ways(self):
        inputs = [self.small]
        for pattern in ("tricky/t06*", "tricky/t07*", "tricky/t09*", "tricky/t24*",
                        "original/UNHCR*", "v1/worldbank-ao.xml"):
            inputs += samples.sample_files(only=pattern) if samples.samples_root().is_dir() else []
        for path in inputs:
            for form, suffix in FORMS:
                self.equal_for(path, form, suffix)

    def equal_for(self, path, form, suffix):
        name = "%s to %s" % (samples.sample_name(path), form)
        place = self.room("equal")
        first = place / ("first." + suffix)
        done = self.run("convert", path, first, "--to", form, "--jobs", "1")
        if not self.tally.check(done.code == 0, name, done.brief()):
            return
        expected = first.read_bytes()
        for carrier in ("bytes", "message"):
            for jobs in ("1", "2"):
                out = place / ("%s-%s.%s" % (carrier, jobs, suffix))
                done = self.run("convert", path, out, "--to", form, "--record-carrier", carrier,
                                "--jobs", jobs)
                self.tally.check(done.code == 0 and out.read_bytes() == expected,
                                 "%s: carrier %s, %s jobs" % (name, carrier, jobs), done.brief())
        done = self.run("convert", path, "-", "--to", form)
        self.tally.check(done.code == 0 and done.out == expected, name + ": standard output",
                         done.brief())
        for jobs in ("1", "2"):
            with open(path, "rb") as stdin:
                done = self.run("convert", "-", "-", "--from", "iati", "--to", form, "--jobs",
                                jobs, stdin=stdin)
            self.tally.check(done.code == 0 and self.equal_but_source(done.out, expected, form,
                                                                     path),
                             "%s: standard input and output, %s jobs" % (name, jobs),
                             done.brief())
        data = path.read_bytes()  # by a pipe, which gives short reads and no position
        done = self.run("convert", "-", "-", "--from", "iati", "--to", form, stdin=data)
        self.tally.check(done.code == 0 and self.equal_but_source(done.out, expected, form, path),
                         name + ": a pipe", done.brief())

    def equal_but_source(self, got, expected, form, path):
        """Equal bytes; records may name their source file, which standard input has not."""
        if got == expected:
            return True
        if form == "iati":
            return False
        if form == "binary":
            got, expected = self.as_lines(got), self.as_lines(expected)
        mine, theirs = got.splitlines(), expected.splitlines()
        try:
            return bool(mine) and len(mine) == len(theirs) and all(
                a == b or same_but_names(json.loads(a), json.loads(b), path)
                for a, b in zip(mine, theirs))
        except ValueError:
            return False

    def as_lines(self, binary):
        return self.run("convert", "-", "-", "--from", "binary", "--to", "jsonl",
                        stdin=binary).out


def binary_file(payloads):
    """A binary file (docs/spec/binary.md) of these payloads, with digests that are none."""
    def frame(kind, payload, digest):
        head = kind + struct.pack("<I", len(payload)) + digest + struct.pack("<I", zlib.crc32(payload))
        return head + struct.pack("<I", zlib.crc32(head)) + payload

    head = b"\x89PUENTE\r\n\x1a\n\0" + b"\x01\0\0\0"
    digests = [bytes(32)] * len(payloads)
    return b"".join([
        head, struct.pack("<I", zlib.crc32(head)),
        *(frame(b"R", payload, digest) for payload, digest in zip(payloads, digests)),
        frame(b"E", struct.pack("<Q", len(payloads)), hashlib.sha256(b"".join(digests)).digest())])


def same_but_names(a, b, path):
    """Equal JSON values, where b may name the source file and a another name."""
    if isinstance(a, dict) and isinstance(b, dict):
        # The name may be absent for standard input.
        return all(same_but_names(a.get(k), b.get(k), path) for k in a.keys() | b.keys())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same_but_names(x, y, path) for x, y in zip(a, b))
    names = (str(path), path.name, path.stem)
    return a == b or (b in names and (a is None or isinstance(a, str)))


GROUPS = ("full_disk", "interrupt", "existing_output", "typos", "equal_ways", "example",
          "own_words")


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--only", choices=GROUPS, action="append",
                        help="only this group of checks (may be given again)")
    parser.add_argument("--large-mb", type=float, default=150,
                        help="size of the input of the interrupted conversions (default 150)")
    args = parser.parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-faults-") as name:
        faults = Faults(puente, pathlib.Path(name), tally, args.large_mb)
        for group in args.only or GROUPS:
            before = tally.passed, len(tally.failures)
            getattr(faults, group)()
            print("%-16s %d passed, %d failed" % (group, tally.passed - before[0],
                                                  len(tally.failures) - before[1]), flush=True)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
