#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of gzip and zstd inputs: equal to the plain file, damage and bombs refused.
"""Converts files plain and packed, and compares everything that must be equal.

Of the plain file, its gzip (one member and several) and its zstd, read by name and from standard
input, with one and two jobs: the output, the receipt but for the bytes of the input as given, the
findings. Then files that are cut, damaged or followed by something else, and bombs: each is an
error that says why, with its exit code, and leaves no output.
"""
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402

OWN = samples.REPO_ROOT / "examples" / "lac_migration" / "lac_migration.xml"
REAL = "original/UNHCR-Activities-2023.xml"
EXIT_DATA, EXIT_USAGE, EXIT_LIMIT = 1, 2, 7


def zstd(data, *options):
    """The zstd form of bytes by the command zstd, or None when there is no such command."""
    if shutil.which("zstd") is None:
        return None
    return samples.run(["zstd", "-q", "-c", *options], stdin=data).out


class Packed:
    """The checks, with a folder for their files."""

    def __init__(self, puente, folder, tally):
        self.puente, self.folder, self.tally = puente, folder, tally

    def convert(self, path, jobs, stdin=None, options=()):
        """(the run, the output or None, the receipt or None)."""
        out, receipt = self.folder / "out.jsonl", self.folder / "receipt.json"
        for old in (out, receipt):
            old.unlink(missing_ok=True)
        done = samples.run([self.puente, "convert", path, out, "--jobs", jobs, "--receipt",
                            receipt, *options], stdin=stdin)
        said = json.loads(receipt.read_text()) if receipt.exists() else None
        return done, out.read_bytes() if out.exists() else None, said

    @staticmethod
    def without_input(receipt):
        """A receipt without what tells of files: the records, too, name theirs."""
        rest = json.loads(json.dumps(receipt))
        for given in rest["inputs"] + [rest["output"]]:
            for key in ("name", "bytes", "sha256"):
                given.pop(key)
        return rest

    def equal(self, plain):
        """Packed forms of a file give what the plain file gives."""
        data = plain.read_bytes()
        half = data.find(b">", len(data) // 2) + 1
        forms = {".gz": gzip.compress(data, 6),
                 ".2.gz": gzip.compress(data[:half], 9) + gzip.compress(data[half:], 1)}
        for name, packed in ((".zst", zstd(data)), (".19.zst", zstd(data, "-19", "--check"))):
            if packed is None:
                self.tally.skip(plain.name + name, "the command zstd is not here")
            else:
                forms[name] = packed
        done, expected, receipt = self.convert(plain, 1)
        if not self.tally.check(done.code == 0, plain.name, done.brief()):
            return
        for name, packed in forms.items():
            stem = plain.stem + ".xml"
            path = self.folder / name.strip(".") / (stem + name[name.rfind("."):])
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(packed)
            for jobs in (1, 2):
                way = "%s%s, %d jobs" % (plain.name, name, jobs)
                done, out, said = self.convert(path, jobs)
                if not self.tally.check(done.code == 0, way, done.brief()):
                    continue
                # The name of the file stands in each record: not that of the packed one.
                out = out.replace(path.name.encode(), plain.name.encode())
                self.tally.check(out == expected, way + ": records")
                self.tally.check(self.without_input(said) == self.without_input(receipt),
                                 way + ": receipt")
                given = said["inputs"][0]
                self.tally.check(given["bytes"] == len(packed) and
                                 given["sha256"] == hashlib.sha256(packed).hexdigest(),
                                 way + ": bytes as given", str(given))
                self.tally.check("packed with" in done.message, way + ": is said", done.brief())
            # From standard input neither the name nor the records' place can tell.
            from_pipe, out, _ = self.convert("-", 2, stdin=packed)
            plain_pipe, expected_pipe, _ = self.convert("-", 2, stdin=data)
            self.tally.check(from_pipe.code == plain_pipe.code == 0 and out == expected_pipe,
                             plain.name + name + ": standard input", from_pipe.brief())
            said = samples.run([self.puente, "identify", path])
            self.tally.check(said.code == 0 and b": iati " in said.out, name + ": identify",
                             said.brief())

    def refused(self, name, data, code, exit_code, options=()):
        """An input that is refused with a code, and leaves nothing."""
        path = self.folder / name
        path.write_bytes(data)
        for jobs in (1, 2):
            done, out, _ = self.convert(path, jobs, options=options)
            self.tally.check(
                done.code == exit_code and out is None and "error[%s]" % code in done.message and
                ("byte" in done.message or code == "PUE-0107"),
                "%s, %d jobs: %s" % (name, jobs, code), done.brief())

    def damage(self, plain):
        data = plain.read_bytes()
        packed = gzip.compress(data)
        for size in (2, 9, 18, 500, len(packed) // 2, len(packed) - 9, len(packed) - 8,
                     len(packed) - 1):
            self.refused("cut-%d.xml.gz" % size, packed[:size], "PUE-0120", EXIT_DATA)
        wrong = bytearray(packed)
        wrong[-6] ^= 1
        self.refused("checksum.xml.gz", bytes(wrong), "PUE-0120", EXIT_DATA)
        self.refused("tail.xml.gz", packed + b"more", "PUE-0120", EXIT_DATA)
        self.refused("twice.xml.gz", gzip.compress(packed), "PUE-0107", EXIT_DATA)
        bomb = gzip.compress(b"<!--" + b" " * (60 << 20), 9)
        self.refused("bomb.xml.gz", bomb, "PUE-0203", EXIT_LIMIT,
                     ("--limit-set", "text_bytes=1G", "--from", "iati"))
        many = data[:data.rfind(b"</iati-activities>")] + b"\n" * (30 << 20) + b"</iati-activities>"
        self.refused("white-bomb.xml.gz", gzip.compress(many, 9), "PUE-0203", EXIT_LIMIT,
                     ("--limit-set", "unpacked_ratio=100"))
        self.refused("large.xml.gz", packed, "PUE-0203", EXIT_LIMIT,
                     ("--limit-set", "unpacked_bytes=%d" % (len(data) - 1)))
        packed = zstd(data, "--check")
        if packed is not None:
            self.refused("cut.xml.zst", packed[:-1], "PUE-0120", EXIT_DATA)
            self.refused("tail.xml.zst", packed + b"more", "PUE-0120", EXIT_DATA)
            wide = zstd(data * 40, "--ultra", "-22", "--long=27")
            self.refused("wide.xml.zst", wide, "PUE-0203", EXIT_LIMIT)

    def outputs(self):
        for name in ("out.xml.gz", "out.xml.zst"):
            path = self.folder / name
            done = samples.run([self.puente, "convert", OWN, path, "--to", "iati"])
            self.tally.check(done.code == EXIT_USAGE and not path.exists() and
                             "would not be packed" in done.message, name, done.brief())


def main():
    args = samples.acceptance_parser(__doc__).parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    os.environ.pop("PUENTE_PLUGIN_PATH", None)
    with tempfile.TemporaryDirectory(prefix="puente-packed-") as name:
        checks = Packed(puente, pathlib.Path(name), tally)
        checks.equal(OWN)
        real = samples.samples_root() / REAL
        if real.is_file():
            checks.equal(real)
        else:
            tally.skip(REAL, "test data absent")
        checks.damage(OWN)
        checks.outputs()
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
