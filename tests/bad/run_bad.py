#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Runs every hostile file of the corpus through the command and compares with expected.tsv.
"""Runs each file of tests/bad/corpus, and each one that make_bad.py and make_workbooks.py make,
through the command: `identify`, `info`, and `convert` twice: to JSON Lines with one job, and to
another format (a workbook to a workbook) with two jobs and under strace. Each run has a stack of
256 KiB. Of each file is checked:

  what expected.tsv says: the format it is taken for, the exit code, codes and places of what is
  said, how many records are written, and a text that the output must hold;
  when it is refused, that nothing is written, not even aside; when not, that only the output is;
  that one run takes less than 5 s and 256 MiB;
  that no byte that a terminal would obey is printed;
  that no socket is made, no program started, and no file used but libraries, plugins, the input
  and the output.

--print shows what the command says as lines of expected.tsv, to be read before they are kept.
"""
import argparse
import collections
import concurrent.futures
import json
import mmap
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "tools"))
import samples  # noqa: E402
import make_bad  # noqa: E402
import make_workbooks  # noqa: E402,F401

CORPUS = HERE / "corpus"
EXPECTED = HERE / "expected.tsv"
MOST_SECONDS = 5
MOST_KIB = 256 << 10
# The measure must see less than what any file is held to.
LEAST_KIB = 32 << 10
STACK_KIB = 256
# A busy machine may make one run slow; a slow file is slow each time.
ATTEMPTS = 3
MOST_SAID = 4

FORMATS = {"iati": "iati", "fts": "fts", "fts_hdx": "fts-hdx", "jsonl": "jsonl", "binary": "binary",
           "table": "table", "workbooks": "table", "r4v5w": "r4v5w"}
ENDINGS = {".xml": "iati", ".jsonl": "jsonl", ".puente": "binary", ".csv": "table"}
SECOND_TARGET = {"iati": "iati", "fts": "fts", "fts-hdx": "fts-hdx", "jsonl": "binary",
                 "binary": "iati", "table": "binary", "r4v5w": "r4v5w"}
# Workbooks are written as workbooks.
WORKBOOKS = "workbooks/"

# System calls that look at or open a file, and those that change folders.
LOOKS = ("open", "openat", "stat", "lstat", "statx", "newfstatat", "statfs", "access", "faccessat",
         "faccessat2", "readlink", "readlinkat", "getcwd")
CHANGES = ("rename", "renameat", "renameat2", "unlink", "unlinkat", "link", "linkat", "chmod",
           "fchmodat", "mkdir", "truncate")

Case = collections.namedtuple("Case", "file identified exit says records keeps options")

SAID = re.compile(r"^(?:info|warning|error|critical)\[([A-Z][A-Z0-9]*-\d{4})\]: (.*)$")
PLACE = re.compile(r"^ *--> .*?(?::(\d+)(?::(\d+))?)?(?:  \S.*)?$")
CELL_PLACE = re.compile(r"^ *--> .*!([A-Z]+\d+)(?:  \S.*)?$")
CELL = re.compile(r"\bsheet `.*`, cell ([A-Z]+\d+): ")
IN_PART = re.compile(r"\bpart `.*`, line (\d+), column (\d+): ")
BYTE = re.compile(r"\bbyte ([\d,]+)")
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
MORE = re.compile(r"^\.\.\. and ([\d,]+) more of ([A-Z][A-Z0-9]*-\d{4})")


def read_cases():
    cases = []
    for line in EXPECTED.read_bytes().decode("utf-8").split("\n"):
        if line and not line.startswith("#"):
            cases.append(Case(*line.split("\t")))
    return cases


def format_of(name):
    folder, _, base = name.partition("/")
    if folder in FORMATS:
        return FORMATS[folder]
    return next((f for e, f in ENDINGS.items() if e in base), "iati")


def said(text):
    """What messages say, as codes with places: CODE@LINE:COLUMN of the file or of a part of a
    workbook, CODE@CELL, CODE@bBYTE, CODE*HOW-MANY-MORE."""
    found = []
    lines = text.split("\n")
    for i, line in enumerate(lines):
        more = MORE.match(line)
        if more:
            found.append("%s*%s" % (more[2], more[1].replace(",", "")))
        head = SAID.match(line)
        if not head:
            continue
        place = PLACE.match(lines[i + 1]) if i + 1 < len(lines) else None
        cell = CELL_PLACE.match(lines[i + 1]) if i + 1 < len(lines) else None
        cell = cell or CELL.search(head[2])
        part = IN_PART.search(head[2])
        byte = BYTE.findall(head[2])
        if cell or part:
            found.append("%s@%s" % (head[1], cell[1] if cell else ":".join(part.groups())))
        elif place and place[1]:
            found.append("%s@%s%s" % (head[1], place[1], ":" + place[2] if place[2] else ""))
        elif byte:
            found.append("%s@b%s" % (head[1], byte[-1].replace(",", "")))
        else:
            found.append(head[1])
    if len(found) > MOST_SAID:
        found[MOST_SAID - 1:-1] = ["+%d" % (len(found) - MOST_SAID)]
    return " ".join(found) or "-"


def unsafe_for_terminals(data):
    """What a terminal would obey, or could not show, among printed bytes; None for nothing."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as e:
        return "not UTF-8: %r" % data[max(0, e.start - 20):e.start + 20]
    found = UNSAFE.search(text)
    if found is None:
        return None
    at = found.start()
    return "U+%04X in %r" % (ord(found[0]), text[max(0, at - 30):at + 10])


Done = collections.namedtuple("Done", "code out err seconds kib")


class Runner:
    """Runs the command on one file after the other, in a folder of its own."""

    def __init__(self, puente, folder, strace):
        self.puente, self.folder, self.strace = puente, folder, strace
        self.home = folder / "home"
        self.out = folder / "out"
        self.trace = folder / "trace"
        self.stack_kib = STACK_KIB
        self.most_kib = MOST_KIB
        self.spawner = subprocess.Popen([sys.executable, str(HERE / "spawner.py")], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for path in (self.home, self.out):
            path.mkdir(parents=True)
        self.env = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "TMPDIR": str(self.out),
                    "LC_ALL": "C.UTF-8"}
        lib = puente.resolve().parent.parent / "lib"
        # What a run may look at, beside the input and its output.
        self.may_see = tuple(map(str, (
            "/lib/", "/lib64/", "/usr/lib/", "/etc/ld.so.", "/proc/self/",
            "/proc/sys/vm/overcommit_memory", "/sys/devices/system/cpu", "/usr/share/puente",
            "/usr/local/share/puente", "/usr/local/lib/", "/etc/puente", lib, puente.resolve(),
            puente, self.home, self.out)))

    def run(self, *args, traced=False):
        """One run of the command, or several until one is fast enough."""
        command = ["sh", "-c", 'ulimit -s %d; exec "$@"' % self.stack_kib, "sh"]
        if traced and self.strace:
            command += self.tracing()
        command += [str(self.puente), *map(str, args)]
        done = None
        for _ in range(1 if traced else ATTEMPTS):
            self.clear()
            done = self.run_once(command)
            if done.seconds < MOST_SECONDS or done.code == "timeout":
                break
        return done

    def check_the_trace(self, tally):
        """The trace shows what must not be: files, sockets and programs of a shell."""
        for shown, script in (("/etc/passwd", ": </etc/passwd"), ("/bin/true", "/bin/true"),
                              ("socket(", ": >/dev/udp/127.0.0.1/9"),
                              ("O_CREAT", ": >%s/made" % self.home)):
            subprocess.run([*self.tracing(), shutil.which("bash"), "-c", script], env=self.env,
                           stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            tally.check(any(shown in fault for fault in self.traced_faults("no input")),
                        "the trace shows " + shown, "it does not")

    def tracing(self):
        return [self.strace, "-f", "-qq", "-s", "4096", "-o", str(self.trace), "-e",
                "trace=%network,%file,%process", "--seccomp-bpf"]

    def run_once(self, command):
        out, err = self.folder / "stdout", self.folder / "stderr"
        order = {"command": command, "env": self.env, "out": str(out), "err": str(err),
                 "timeout": 12 * MOST_SECONDS}
        self.spawner.stdin.write(json.dumps(order) + "\n")
        self.spawner.stdin.flush()
        told = json.loads(self.spawner.stdout.readline())
        return Done(out=out.read_bytes(), err=err.read_bytes(), **told)

    def close(self):
        self.spawner.stdin.close()
        self.spawner.wait()

    def clear(self):
        for path in self.out.iterdir():
            path.unlink()

    def traced_faults(self, given):
        """What the traced run did that it must not: lines of the trace."""
        faults = []
        for line in self.trace.read_text("utf-8", "replace").splitlines():
            call = re.match(r"\d+ +(\w+)\((.*)", line)
            if not call:
                continue  # exits, signals, ends of calls that were told of before
            name, rest = call.groups()
            if name in ("exit_group", "exit", "wait4", "clone", "clone3"):
                if name.startswith("clone") and "CLONE_THREAD" not in line:
                    faults.append(line[:200])
                continue
            paths = re.findall(r'"((?:[^"\\]|\\.)*)"', rest)
            if name in ("execve", "execveat"):
                allowed = paths and paths[0] == str(self.puente)
            elif name in LOOKS:
                writes = re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", rest)
                allowed = all(self.may_use(p, given, writes) for p in paths)
            elif name in CHANGES:
                allowed = paths and all(p.startswith(str(self.out)) for p in paths)
            else:
                allowed = False
            if not allowed:
                faults.append(line[:200])
        return faults

    def may_use(self, path, given, writes):
        if writes:
            return path.startswith(str(self.out))
        if path in ("", str(given)):
            return True
        # The system's loader looks beside the program: bin/../lib.
        if os.path.isabs(path):
            path = os.path.normpath(path) + ("/" if path.endswith("/") else "")
        if path.startswith(self.may_see):
            return True
        # Folders above are looked at to see who may change the plugins.
        return any(seen.startswith(path.rstrip("/") + "/") for seen in self.may_see)


def check_run(tally, name, what, done, most_kib):
    """What holds for each run, whatever the file."""
    ok = tally.check(done.code in (0, 1, 2, 7), "%s: %s: how it ends" % (name, what),
                     "%s: %.300s" % (done.code, done.err.decode("utf-8", "replace")))
    tally.check(done.seconds < MOST_SECONDS, "%s: %s: seconds" % (name, what),
                "%.1f" % done.seconds)
    tally.check(done.kib < most_kib, "%s: %s: memory" % (name, what), "%d KiB" % done.kib)
    for stream in (done.out, done.err):
        unsafe = unsafe_for_terminals(stream)
        tally.check(unsafe is None, "%s: %s: safe for terminals" % (name, what), unsafe or "")
    return ok


def identified_as(done):
    """The format that `identify` names, or -."""
    found = re.search(rb": ([\w-]+)(?: \S.*)? \(\d+ %", done.out)
    return found[1].decode() if found else "-"


def holds(path, text):
    """True when a file holds a text."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(text) >= 0


def record_lines(path):
    with open(path, "rb") as file:
        return sum(1 for line in file if b'"dataset_header":' not in line[:2000])


class Tally(samples.Tally):
    """One for each file: failures are printed when all runs are done."""

    def check(self, ok, name, detail=""):
        if ok:
            self.passed += 1
        else:
            self.failures.append((name, detail))
        return ok


def look_at(case, runner, tally):
    """Runs all commands on one file. Returns the case as seen, and checks what always holds."""
    name = case.file
    given = CORPUS / name
    made = name in make_bad.MAKERS
    if made:
        given = make_bad.make(name, runner.folder / "in")
    options = [] if case.options == "-" else case.options.split(" ")
    named = dict(option.split("=", 1) for option in options
                 if re.match("(stack|memory|second)=", option))
    options = [option for option in options if option.split("=")[0] not in named]
    runner.stack_kib = int(named.get("stack", STACK_KIB))
    runner.most_kib = int(named.get("memory", MOST_KIB >> 10)) << 10
    source = format_of(name)

    identify = runner.run(*options, "identify", given)
    check_run(tally, name, "identify", identify, runner.most_kib)

    info = runner.run(*options, "info", given, "--from", source, "--findings", "--jobs", 2)
    check_run(tally, name, "info", info, runner.most_kib)

    first = runner.out / "out.jsonl"
    one = runner.run(*options, "convert", given, first, "--from", source, "--jobs", 1)
    check_run(tally, name, "convert", one, runner.most_kib)
    said_by_one = said(one.err.decode("utf-8", "replace"))
    left = sorted(p.name for p in runner.out.iterdir())
    records, keeps = "-", False
    if one.code == 0:
        tally.check(left == [first.name], name + ": only the output is written", str(left))
        records = str(record_lines(first))
        keeps = case.keeps == "-" or holds(first, case.keeps.encode())
        tally.check(keeps, name + ": what is kept", "there is no %s" % case.keeps)
    else:
        tally.check(left == [], name + ": nothing is written", str(left))
    tally.check(info.code == one.code, name + ": info and convert end alike",
                "%s and %s" % (info.code, one.code))

    target = "table" if name.startswith(WORKBOOKS) else SECOND_TARGET[source]
    second = runner.out / ("out.xlsx" if name.startswith(WORKBOOKS) else "out." + target)
    two = runner.run(*options, "convert", given, second, "--from", source, "--to", target, "--jobs",
                     2, traced=True)
    left = sorted(p.name for p in runner.out.iterdir())
    said_by_two = said(two.err.decode("utf-8", "replace"))
    second_code = int(named.get("second", one.code))
    tally.check(two.code == second_code, name + ": how the second conversion ends",
                "%s and %s: %.300s" % (one.code, two.code, two.err.decode("utf-8", "replace")))
    if one.code != 0:
        tally.check(said_by_one.split()[-1] == said_by_two.split()[-1],
                    name + ": one and two jobs say the same",
                    "%s and %s" % (said_by_one, said_by_two))
    tally.check(left == ([second.name] if two.code == 0 else []),
                name + ": what the second conversion leaves", str(left))
    if runner.strace:
        faults = runner.traced_faults(given)
        tally.check(not faults, name + ": sockets, programs and files", " | ".join(faults[:5]))
    if made:
        given.unlink()
    return Case(name, identified_as(identify), str(one.code), said_by_one, records, case.keeps,
                case.options)


def compare(case, seen, tally):
    for column in ("identified", "exit", "says", "records"):
        expected, actual = getattr(case, column), getattr(seen, column)
        tally.check(expected == actual, "%s: %s" % (case.file, column),
                    "expected %s, got %s" % (expected, actual))


def known_files():
    return {p.relative_to(CORPUS).as_posix() for p in CORPUS.rglob("*") if p.is_file()} | \
        set(make_bad.MAKERS)


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--only", metavar="TEXT", default="", help="files with this in their name")
    parser.add_argument("--print", action="store_true", help="print lines of expected.tsv")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    cases = {case.file: case for case in read_cases()} if EXPECTED.exists() else {}
    files = known_files()
    if not args.print:
        tally.check(set(cases) == files, "files and expectations are the same",
                    " ".join(sorted(set(cases) ^ files)[:20]))
        files &= set(cases)
    chosen = sorted(f for f in files if args.only in f)
    strace = shutil.which("strace")
    if strace is None:
        print("=" * 72)
        print("NO STRACE: that no file and no socket is opened was NOT checked (`./dev setup`).")
        print("=" * 72)
        tally.skip("sockets, programs and files", "strace is not here")
    with tempfile.TemporaryDirectory(prefix="puente-bad-") as name:
        runners = [Runner(puente, pathlib.Path(name) / str(i), strace)
                   for i in range(args.workers)]
        if strace is not None:
            runners[0].check_the_trace(tally)

        def do(file):
            runner = runners.pop()
            try:
                own = Tally()
                case = cases.get(file, Case(file, "-", "0", "-", "-", "-", "-"))
                seen = look_at(case, runner, own)
                if not args.print:
                    compare(case, seen, own)
                return own, seen
            finally:
                runners.append(runner)

        with concurrent.futures.ThreadPoolExecutor(args.workers) as pool:
            for own, seen in pool.map(do, chosen):
                tally.passed += own.passed
                for failure in own.failures:
                    tally.check(False, *failure)
                if args.print:
                    print("\t".join(seen), flush=True)
        # The peak of a child begins at that of its parent, which must not hide the limits.
        floor = max(runner.run_once(["true"]).kib for runner in runners)
        for runner in runners:
            runner.close()
    print("%d files; floor of the measure of memory: %d KiB" % (len(chosen), floor))
    tally.check(floor < LEAST_KIB, "floor of the measure of memory", "%d KiB" % floor)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
