#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of hostile plugins: each meets a message that says why, and the host lives where it can.
"""Runs the command with the plugins of tests/plugins/hostile and tests/plugins/fixtures.

What can be known before code of a plugin runs is refused before: no static initialiser has run then
(the environment makes it abort, and the command lives). What happens in calls is a message with a
code. What ends a process (an abort while the library is loaded, memory freed twice) ends only the
child in which `plugin why` and `plugin test` try it.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

MANIFEST = {
    "manifest_version": 1, "name": "hostile", "version": "1", "publisher": "The Puente Authors",
    "license": "Apache-2.0", "title": "Hostile", "abi": "c1",
    "formats": [{"id": "hostile", "title": "Hostile", "extensions": [".hostile"], "read": True,
                 "identify": [{"rule": "magic", "text": "HOSTILE", "confidence": 90, "probe": True}]}],
}
# Harm while an input is read: exit code, code of the message, words of it.
CALLS = (
    ("throw-entry", 1, "PUE-0408", "the entry of the plugin fails: thrown in the entry"),
    ("throw-int", 1, "PUE-0408", "fails with an exception"),
    ("garbage-entry", 1, "PUE-0408", "refuses this version of Puente (status 4711)"),
    ("abi-version", 2, "PUE-0403", "has version 7 of the plugin contract"),
    ("bad-manifest", 2, "PUE-0407", "is not the one that the library was built with"),
    ("table-small", 1, "PUE-0408", "has a size of 16 bytes instead of"),
    ("table-large", 1, "PUE-0408", "bytes instead of"),
    ("table-overrun", 1, "PUE-0408", "writes past the end of its table"),
    ("garbage-open", 1, "PUE-0408", "opening the input failed, and the plugin does not say why "
     "(status 12345)"),
    ("no-reader", 1, "PUE-0408", "it opened no reader"),
    ("garbage-next", 1, "PUE-0408", "reading failed, and the plugin does not say why (status -77)"),
    ("silent-error", 1, "", "reading failed, and the plugin does not say why (status 3)"),
    ("false-cancel", 1, "PUE-0408", "reading failed, and the plugin does not say why (status 1)"),
    ("null-batch", 1, "PUE-0408", "it handed over no batch"),
    ("small-batch", 1, "PUE-0408", "a batch cannot be released"),
    ("no-release", 1, "PUE-0408", "a batch cannot be released"),
    ("null-records", 1, "PUE-0408", "a wrong struct_size"),
    ("small-record", 1, "PUE-0408", "a wrong struct_size"),
    ("huge-batch", 1, "PUE-0408", "a batch says that it has 1099511627776 records"),
    ("bad-kind", 1, "PUE-0408", "a record is of kind 77"),
    ("bad-bytes", 1, "PUE-0408", "the bytes are not a record"),
    ("foreign-message", 1, "PUE-0408", "a record came as a message"),
    ("null-leaves", 1, "PUE-0408", "the leaves of a record are missing"),
    ("null-data", 1, "PUE-0408", "neither bytes nor message"),
    ("bad-error", 1, "", "\ufffd"),
    ("small-finding", 0, "PUE-0408", "too small to be one"),
    ("two-million", 0, "HOST-0001", "and 1,999,995 more of"),
    ("bad-utf8", 0, "", "\ufffd"),
    ("null-everything", 0, "PUE-0408", "too small to be one"),
    ("large-record", 0, "", ""),
    ("bad-probe", 0, "", ""),
    ("", 0, "", ""),
)
# Fixtures that are refused, most of them before any code runs: variant, exit, code, words, hint.
FIXTURES = (
    ("later_entry", 2, "PUE-0403", "is made for version 2 of the plugin contract", "belong together"),
    ("no_entry", 2, "PUE-0406", "does not export `puente_plugin_v1`", "not a plugin"),
    ("undefined", 2, "PUE-0406", "undefined symbol: nobody_has_this_symbol", ""),
    ("own_schema", 2, "PUE-0404", "its own copy of the schema", "libpuente_schema.so"),
    ("own_protobuf", 2, "PUE-0404", "its own copy of `google/protobuf/any.proto`",
     "shared libprotobuf"),
)


class Hostile:
    """The command, the libraries and a folder."""

    def __init__(self, puente, libraries, fixtures, folder):
        self.puente, self.libraries, self.fixtures, self.root = puente, libraries, fixtures, folder
        self.passed, self.failed = 0, 0
        self.count = 0
        self.input = folder / "input.hostile"
        self.input.write_bytes(b"HOSTILE\n")

    def expect(self, what, holds, why=""):
        if holds:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAIL {what}: {why}"[:1500])

    def plugin(self, library, manifest=None, name="hostile"):
        """A folder with a plugin in it."""
        self.count += 1
        folder = self.root / f"plugin-{self.count}"
        folder.mkdir(mode=0o755)
        target = folder / f"puente_{name}.so"
        shutil.copy(library, target)
        target.chmod(0o755)
        beside = folder / f"{name}.puente.json"
        beside.write_text(manifest or json.dumps(MANIFEST), encoding="utf-8")
        beside.chmod(0o644)
        return folder

    def run(self, folder, *args, harm="", manifest=None, limit=60):
        env = dict(os.environ, PUENTE_HOSTILE=harm,
                   PUENTE_TEST_MANIFEST=manifest or json.dumps(MANIFEST))
        return subprocess.run([self.puente, "--plugin-dir", str(folder), *args], env=env,
                              capture_output=True, timeout=limit, check=False)

    def check(self, what, done, code, message_code, words):
        """The exit code, the message, and that all of it is clean UTF-8 without escapes."""
        text = done.stderr.decode("utf-8", errors="strict")
        clean = b"\x1b" not in done.stderr + done.stdout
        done.stdout.decode("utf-8", errors="strict")
        holds = done.returncode == code and words in text and message_code in text and clean
        self.expect(what, holds, f"exit {done.returncode}, clean {clean}: {text[:900]}")


def check_calls(test):
    folder = test.plugin(test.libraries / "hostile.so")
    for harm, code, message_code, words in CALLS:
        for jobs in ("1", "2"):
            out = test.root / f"out-{harm}-{jobs}.jsonl"
            receipt = test.root / f"out-{harm}-{jobs}.json"
            done = test.run(folder, "convert", str(test.input), str(out), "--from", "hostile",
                            "--receipt", str(receipt), "--jobs", jobs, harm=harm)
            test.check(f"{harm or 'sound'} with {jobs} jobs", done, code, message_code, words)
            test.expect(f"{harm}: an output only when it is whole", out.exists() == (code == 0))
            if code == 0:
                lines = out.read_text(encoding="utf-8").splitlines()
                test.expect(f"{harm}: records", len(lines) == 2 and
                            all("HOSTILE" in line for line in map(str, map(json.loads, lines))),
                            str(lines)[:300])
                json.loads(receipt.read_text(encoding="utf-8"))


def check_million_findings(test):
    """Two million findings are counted in bounded memory."""
    folder = test.plugin(test.libraries / "hostile.so")
    rejects = test.root / "rejects.jsonl"
    # A sanitizer maps more than any limit allows.
    limit = ["prlimit", f"--as={400 << 20}"]
    if not shutil.which("prlimit") or subprocess.run([*limit, test.puente, "--version"], check=False,
                                                     capture_output=True).returncode != 0:
        limit = []
    env = dict(os.environ, PUENTE_HOSTILE="two-million", PUENTE_TEST_MANIFEST=json.dumps(MANIFEST))
    done = subprocess.run([*limit, test.puente, "--plugin-dir", str(folder), "convert",
                           str(test.input), str(test.root / "many.jsonl"), "--from", "hostile",
                           "--rejects", str(rejects)],
                          env=env, capture_output=True, text=True, timeout=60, check=False)
    test.expect("two million findings", done.returncode == 0 and len(done.stderr) < 20000,
                f"{done.returncode} {done.stderr[:500]}")


def check_before_code_runs(test):
    """Refused before the library is loaded: a static initialiser that aborts has not run."""
    for variant in ("visible", "hidden", "stripped"):
        folder = test.plugin(test.libraries / f"schema_{variant}.so")
        done = test.run(folder, "convert", str(test.input), "-", "--from", "hostile", "--to", "jsonl",
                        harm="static-abort")
        test.check(f"schema {variant}", done, 2, "PUE-0404",
                   "the library has its own copy of the schema (puente/v1/annotations.proto)")
        test.check(f"schema {variant}: hint", done, 2, "", "link it with libpuente_schema.so")
    sound = test.libraries / "hostile.so"
    manifest = json.loads(json.dumps(MANIFEST))

    def refused(what, folder, code, words):
        done = test.run(folder, "convert", str(test.input), "-", "--from", "hostile", "--to", "jsonl",
                        harm="static-abort")
        test.check(what, done, 2, "PUE-0105", words)
        why = test.run(folder, "plugin", "why", "hostile", harm="static-abort")
        test.expect(f"{what}: plugin why", why.returncode == 0 and code.encode() in why.stdout,
                    why.stdout.decode())

    for mode, who in ((0o777, "anybody"), (0o775, "its group")):
        folder = test.plugin(sound)
        folder.chmod(mode)
        refused(f"folder that {who} may write to", folder, "PUE-0405", f"can be changed by {who}")
    for file in ("puente_hostile.so", "hostile.puente.json"):
        folder = test.plugin(sound)
        (folder / file).chmod(0o666)
        refused(f"{file} that anybody may write to", folder, "PUE-0405", "can be changed by anybody")
    if os.geteuid() == 0:
        folder = test.plugin(sound)
        os.chown(folder / "puente_hostile.so", 12345, -1)
        refused("library of another user", folder, "PUE-0405", "belongs to another user")
    for what, change, words in (
            ("unknown key", {"colour": "red"}, "colour"),
            ("another contract", {"abi": "c9"}, "`c9`"),
            ("another name", {"name": "other"}, "that of the plugin `other`"),
            ("library elsewhere", {"library": "../evil.so"}, "the name of a file"),
            ("no library", {"library": "missing.so"}, "is missing")):
        text = json.dumps(dict(manifest, **change))
        folder = test.plugin(sound, text)
        done = test.run(folder, "plugin", "why", "hostile", harm="static-abort")
        test.expect(f"manifest with {what}", done.returncode == 0 and words in done.stdout.decode()
                    and b"refused" in done.stdout, done.stdout.decode())
    folder = test.plugin(sound)
    target = folder / "puente_hostile.so"
    target.write_bytes(target.read_bytes()[:3000])
    done = test.run(folder, "convert", str(test.input), "-", "--from", "hostile", "--to", "jsonl")
    test.check("library that is cut", done, 2, "PUE-0406", "damaged or cut short")


def check_lies(test):
    """The manifest says what the library does not have."""
    sound = test.libraries / "hostile.so"
    convert = ("convert", str(test.input), "-", "--to", "jsonl")
    beside = json.dumps(dict(MANIFEST, title="Harmless"))
    done = test.run(test.plugin(sound, beside), *convert, "--from", "hostile")
    test.check("embedded manifest differs", done, 2, "PUE-0407", "install library and manifest")
    writes = json.loads(json.dumps(MANIFEST))
    writes["formats"][0].update(write=True, lossless="full")
    done = test.run(test.plugin(sound, json.dumps(writes)), *convert, "--from", "hostile",
                    manifest=json.dumps(writes))
    test.check("claims a writer", done, 1, "PUE-0408", "has no writer")
    two = json.loads(json.dumps(MANIFEST))
    two["formats"].append({"id": "second", "title": "A format that it has not", "read": True})
    done = test.run(test.plugin(sound, json.dumps(two)), *convert, "--from", "second",
                    manifest=json.dumps(two))
    test.check("claims a format", done, 2, "", "opening the input failed")


def check_fixtures(test):
    manifest = None
    for variant, code, message_code, words, hint in FIXTURES:
        folder = test.plugin(test.fixtures / f"{variant}.so", manifest)
        done = test.run(folder, "convert", str(test.input), "-", "--from", "hostile", "--to", "jsonl")
        test.check(f"fixture {variant}", done, code, message_code, words)
        test.check(f"fixture {variant}: hint", done, code, "", hint)


def check_rivals(test):
    """Two plugins with a descriptor of the same name: the second one is refused."""
    folder = test.plugin(test.libraries / "hostile.so")
    first = json.dumps(dict(MANIFEST, name="first", formats=[dict(
        MANIFEST["formats"][0], id="first")]))
    for name, text in (("first", first), ("second", first.replace("first", "second"))):
        other = test.plugin(test.fixtures / "own_descriptor.so", text, name)
        for path in other.iterdir():
            shutil.copy(path, folder / path.name)
            (folder / path.name).chmod(0o755)
    # Both are asked what the input is: neither has this manifest, but only one library gets in.
    done = test.run(folder, "identify", "-v", str(test.input))
    text = (done.stdout + done.stderr).decode()
    test.expect("rivals: the second copy of a descriptor is refused",
                "acme/thing.proto" in text and "has registered" in text, text)


def check_deaths(test):
    """What only a process of its own survives."""
    folder = test.plugin(test.libraries / "hostile.so")
    for harm, words in (("static-abort", "SIGABRT"), ("static-exit", "exit code 3")):
        done = test.run(folder, "plugin", "why", "hostile", harm=harm)
        test.expect(f"{harm}: plugin why", done.returncode == 0 and words in done.stdout.decode() and
                    "it does not load" in done.stdout.decode(), done.stdout.decode())
        done = test.run(folder, "plugin", "test", "hostile", harm=harm)
        test.expect(f"{harm}: plugin test", done.returncode == 1 and
                    f"FAIL  load: it ended the process with {words}" in done.stdout.decode(),
                    done.stdout.decode())
        done = test.run(folder, "formats", harm=harm)
        test.expect(f"{harm}: formats", done.returncode == 0 and b"hostile" in done.stdout)
    # Loading cannot be taken back: a conversion with such a plugin ends with it. That is documented.
    done = test.run(folder, "convert", str(test.input), "-", "--from", "hostile", "--to", "jsonl",
                    harm="static-abort")
    test.expect("static-abort: convert", done.returncode == -signal.SIGABRT, str(done.returncode))
    done = test.run(folder, "plugin", "test", "hostile", str(test.input), harm="double-free")
    test.expect("double-free: plugin test", done.returncode == 1 and
                "it ended the process with" in done.stdout.decode() and
                "not applicable" in done.stdout.decode(), done.stdout.decode()[-800:])
    done = test.run(folder, "plugin", "test", "hostile", str(test.input), harm="bad-utf8")
    test.expect("bad-utf8: plugin test", done.returncode == 1 and
                "FAIL  texts" in done.stdout.decode(), done.stdout.decode()[-800:])


def main():
    parser = argparse.ArgumentParser(description="Checks what hostile plugins do to the command.")
    parser.add_argument("--puente", required=True)
    parser.add_argument("--libraries", required=True, type=pathlib.Path)
    parser.add_argument("--fixtures", required=True, type=pathlib.Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="puente-hostile-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        test = Hostile(args.puente, args.libraries, args.fixtures, folder)
        for check in (check_calls, check_million_findings, check_before_code_runs, check_lies,
                      check_fixtures, check_rivals, check_deaths):
            check(test)
    print(f"{test.passed} passed, {test.failed} failed")
    return 1 if test.failed else 0


if __name__ == "__main__":
    sys.exit(main())
