#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# The installed tree: plugins are begun, built, tested and used with nothing of this source tree.
"""Installs the build into a folder, moves that, and does there what an author does.

`puente plugin new` for each kind and language, a build with each compiler that the machine has, the
conformance kit, the golden test, and a conversion with the new plugin; the SDK by pkg-config; the
size of the headers that an author reads.
"""
import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

REPO_ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILERS = (("gcc", "gcc", "g++"), ("clang", "clang", "clang++"))
# What is begun: name, arguments of `plugin new`, compilers to build it with.
PLUGINS = (
    ("censo", (), ("gcc", "clang")),
    ("censo", ("--lang", "c"), ("gcc", "clang")),
    ("solo_c", ("--lang", "c", "--kind", "reader"), ("gcc",)),
    ("salida_c", ("--lang", "c", "--kind", "writer"), ("gcc",)),
    ("solo_lectura", ("--kind", "reader"), ("gcc",)),
    ("solo_escritura", ("--kind", "writer"), ("gcc",)),
)
CONTRACT = "core/plugin/puente_plugin.h"
# Optional beside the SDK.
HELPERS = tuple("core/plugin/sdk/%s.h" % name for name in (
    "crosswalk_account", "field_place", "path_ids", "puente_wire", "record_filler", "record_taker",
    "source_access", "table_encoding", "workbook_source"))
CONTRACT_LINES, SDK_LINES, HELPER_LINES = 400, 1000, 300
PKG_CONFIG_PROGRAM = r"""
#include <cstdio>
#include "core/base/decimal.h"
#include "core/plugin/sdk/accounts.h"
#include "core/text/csv.h"
#include "core/text/xml_reader.h"
int main() {
  puente::v1::Record record;
  record.mutable_activity()->set_iati_identifier("XX-1");
  std::vector<puente::LeafCount> counts;
  puente::CountLeaves(record, &counts);
  std::printf("%zu\n", counts.size());
}
"""


class Tester:
    def __init__(self):
        self.passed = 0
        self.failed = []

    def check(self, name, ok, why=""):
        if ok:
            self.passed += 1
        else:
            self.failed.append(name)
            print("FAIL %s: %s" % (name, why))

    def run(self, name, command, folder=None, env=None, code=0):
        done = subprocess.run([str(part) for part in command], cwd=folder, env=env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
        self.check(name, done.returncode == code,
                   "exit %d\n%s" % (done.returncode, "\n".join(done.stdout.splitlines()[-15:])))
        return done.stdout


def lines_of(path):
    return path.read_text(encoding="utf-8").count("\n")


def check_headers(test, include):
    contract = lines_of(include / CONTRACT)
    sdk = sum(lines_of(path) for path in (include / "core/plugin/sdk").glob("*.h")
              if path.relative_to(include).as_posix() not in HELPERS)
    test.check("contract under %d lines" % CONTRACT_LINES, contract < CONTRACT_LINES, str(contract))
    test.check("contract and SDK under %d lines" % SDK_LINES, contract + sdk < SDK_LINES,
               str(contract + sdk))
    for path in sorted((include / "core/text").glob("*.h")) + [include / name for name in HELPERS]:
        test.check("%s under %d lines" % (path.name, HELPER_LINES), lines_of(path) < HELPER_LINES,
                   str(lines_of(path)))
    print("contract %d lines, with the SDK %d" % (contract, contract + sdk))


def check_run_paths(test, tree):
    """No library is looked for in the working folder: an empty entry would mean that."""
    for path in [tree / "bin/puente", *tree.glob("lib/**/*.so*")]:
        out = test.run("readelf %s" % path.name, ["readelf", "-d", path])
        for entries in re.findall(r"R(?:UN)?PATH.*\[(.*)\]", out):
            test.check("%s: where it looks" % path.name,
                       all(entry.startswith(("$ORIGIN", "/")) for entry in entries.split(":")), entries)


def check_plugin(test, name, arguments, compiler, tree, folder, env):
    language = "c" if "c" in arguments else "cpp"
    label = "%s in %s with %s" % (name, language, compiler[0])
    place = folder / ("%s-%s-%s" % (name, language, compiler[0]))
    puente = tree / "bin/puente"
    test.run(label + ": new", [puente, "plugin", "new", name, "--dir", place.name, *arguments],
             folder, env)
    test.run(label + ": configure",
             ["cmake", "-G", "Ninja", "-S", place, "-B", place / "build",
              "-DCMAKE_PREFIX_PATH=%s" % tree,
              *(["-DCMAKE_C_COMPILER=%s" % compiler[1],
                 "-DCMAKE_C_FLAGS=-std=c11 -Wall -Wextra -Wpedantic -Werror"] if language == "c" else
                ["-DCMAKE_CXX_COMPILER=%s" % compiler[2],
                 "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror"])], folder, env)
    test.run(label + ": build", ["cmake", "--build", place / "build"], folder, env)
    out = test.run(label + ": its tests", ["ctest", "--test-dir", place / "build",
                                           "--output-on-failure"], folder, env)
    test.check(label + ": the kit was run", "kit" in out, out)
    if language == "c":
        out = test.run(label + ": what it needs", ["readelf", "-d", place / "build/plugins" /
                                                   ("puente_%s.so" % name)], folder, env)
        needed = re.findall(r"NEEDED.*\[(.*)\]", out)
        test.check(label + ": it needs the C library alone", needed == ["libc.so.6"], str(needed))
    return place


def check_use(test, place, tree, env):
    """From the sample to IATI and back to the sample, with a receipt; and what the catalogue says."""
    puente = [tree / "bin/puente", "--quiet", "--plugin-dir", place / "build/plugins"]
    receipt = place / "receipt.json"
    test.run("convert to IATI", [*puente, "convert", place / "sample.censo", place / "out.xml",
                                 "--receipt", receipt, "--verify"], place, env)
    test.run("convert back", [*puente, "convert", place / "out.xml", place / "back.censo", "--verify"],
             place, env)
    test.check("the sample comes back",
               (place / "back.censo").read_bytes() == (place / "sample.censo").read_bytes(),
               (place / "back.censo").read_text(encoding="utf-8"))
    losses = json.loads(receipt.read_text(encoding="utf-8"))
    test.check("the receipt names the columns", "identifier" in json.dumps(losses))
    out = test.run("formats", [*puente, "formats", "censo"], place, env)
    test.check("formats tells it", "one activity a line" in out, out)
    out = test.run("identify", [*puente, "identify", place / "sample.censo"], place, env)
    test.check("identify knows it", "censo" in out, out)
    out = test.run("explain", [*puente, "explain", "CENSO-0001"], place, env)
    test.check("explain knows its codes", "A line is no activity" in out, out)
    bad = place / "bad.censo"
    bad.write_bytes(b"#censo 1\nXX-1\tno description\nXX-2\tx\t\\N\n#end\n")
    out = test.run("a bad line", [tree / "bin/puente", "--plugin-dir", place / "build/plugins",
                                  "convert", bad, "-", "--to", "jsonl"], place, env)
    test.check("a bad line is told", "CENSO-0001" in out and "bad.censo:2:1" in out, out)


def check_tutorial(test, tree, folder, env):
    """The commands under "Five minutes" of docs/plugins.md, in an empty folder."""
    text = (REPO_ROOT / "docs/plugins.md").read_text(encoding="utf-8")
    block = text.split("## Five minutes", 1)[1].split("```")[1]
    commands = [line.replace("=DIR", "=%s" % tree) for line in block.strip().splitlines()]
    test.check("the tutorial has its commands", len(commands) >= 5, block)
    env = dict(env, PATH="%s:%s" % (tree / "bin", env["PATH"]))
    began = time.monotonic()
    for command in commands:
        test.run("tutorial: " + command.split(str(tree))[0][:60], shlex.split(command), folder, env)
    print("the tutorial: %d commands, %.0f s" % (len(commands), time.monotonic() - began))
    out = (folder / "out.xml").read_text(encoding="utf-8")
    test.check("the tutorial ends with IATI", "<iati-activities" in out and "XX-EXAMPLE-3" in out, out)


def check_pins(test, place, tree, env):
    """Pinned plugins are loaded from the bytes that were compared, and others are not."""
    plugins = place / "pinned"
    shutil.copytree(place / "build/plugins", plugins)
    puente = [tree / "bin/puente", "--plugin-dir", plugins]
    convert = [*puente, "--quiet", "convert", place / "sample.censo", place / "pinned.jsonl", "--force"]
    out = test.run("pin", [*puente, "plugin", "pin", plugins], place, env)
    test.check("pin names its files", "new      puente_censo.so" in out, out)
    out = test.run("sha256sum reads the lock", ["sha256sum", "--check", "plugins.lock"], plugins, env)
    test.check("it knows all files", out.count(": OK") == 3, out)
    test.run("a pinned plugin converts", convert, place, env)
    out = test.run("list tells pins", [*puente, "plugin", "list", "--why"], place, env)
    test.check("it says pinned", "pinned" in out, out)
    out = test.run("why loads it", [*puente, "plugin", "why", "censo"], place, env)
    test.check("it loads", "it loads and keeps the contract" in out, out)
    test.run("the kit passes", [*puente, "plugin", "test", "censo", place / "sample.censo"], place, env)

    library = plugins / "puente_censo.so"
    bytes_ = library.read_bytes()
    library.write_bytes(bytes_ + b"\0")
    out = test.run("a changed library", convert, place, env, code=2)
    test.check("it is refused with the reason", "PUE-0412" in out and "puente_censo.so" in out, out)
    out = test.run("pin tells the change", [*puente, "plugin", "pin", plugins], place, env)
    test.check("changed", "changed  puente_censo.so" in out and "same     censo.puente.json" in out, out)
    test.run("after that it converts", convert, place, env)
    library.write_bytes(bytes_)
    out = test.run("the old one is refused now", convert, place, env, code=2)
    test.check("by its sum", "its SHA-256 is" in out, out)
    (plugins / "plugins.lock").write_text("", encoding="utf-8")
    out = test.run("a lock that pins nothing", [*puente, "plugin", "why", "censo"], place, env)
    test.check("it lets nothing in", "PUE-0412" in out and "not in the plugins.lock" in out, out)
    (plugins / "plugins.lock").chmod(0o666)
    out = test.run("a lock that others may write", [*puente, "plugin", "why", "censo"], place, env)
    test.check("it is refused", "PUE-0405" in out, out)


def check_refusals(test, tree, folder, env):
    puente = tree / "bin/puente"
    for name, arguments, words in (
            ("Censo", (), "no name for a plugin"), ("../censo", (), "no name for a plugin"),
            ("", (), "no name for a plugin"), ("x" * 41, (), "no name for a plugin"),
            ("otro", ("--kind", "painter"), "painter"), ("otro", ("--lang", "cobol"), "cobol")):
        out = test.run("refuse %r %s" % (name[:10], arguments),
                       [puente, "plugin", "new", name, *arguments], folder, env, code=2)
        test.check("refusal of %r is told" % name[:10], words in out, out)
    (folder / "there").mkdir()
    out = test.run("refuse a folder that is there", [puente, "plugin", "new", "there"], folder, env,
                   code=2)
    test.check("it names the code", "PUE-0102" in out, out)
    test.check("nothing is left", not (folder / "otro").exists())


def check_pkg_config(test, tree, folder, env):
    (folder / "program.cc").write_text(PKG_CONFIG_PROGRAM, encoding="utf-8")
    flags = test.run("pkg-config", ["pkg-config", "--cflags", "--libs", "puente"], folder,
                     dict(env, PKG_CONFIG_PATH=str(tree / "lib/pkgconfig")))
    test.run("build by pkg-config", ["g++", "-std=c++20", "program.cc", "-o", "program",
                                     *flags.split(), "-Wl,-rpath,%s" % (tree / "lib")], folder, env)
    out = test.run("run it", [folder / "program"], folder, env)
    test.check("it counts", out.strip() == "1", out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    options = parser.parse_args()
    test = Tester()
    with tempfile.TemporaryDirectory(prefix="puente-installed-") as temporary:
        root = pathlib.Path(temporary)
        # No plugin of this machine's user may help.
        env = dict(os.environ, HOME=str(root), XDG_DATA_HOME=str(root / "data"))
        env.pop("PUENTE_PLUGIN_PATH", None)
        test.run("install", ["cmake", "--install", options.build, "--prefix", root / "first"])
        tree, folder = root / "moved" / "puente", root / "author"
        tree.parent.mkdir()
        shutil.move(str(root / "first"), str(tree))
        folder.mkdir()
        check_headers(test, tree / "include/puente")
        check_run_paths(test, tree)
        check_run_paths(test, options.build)
        out = test.run("formats of the moved tree", [tree / "bin/puente", "formats"], folder, env)
        test.check("it has them", "iati" in out and "fts" in out, out)
        for name, arguments, wanted in PLUGINS:
            for compiler in COMPILERS:
                if compiler[0] not in wanted:
                    continue
                if shutil.which(compiler[2]) is None:
                    print("%s with %s: NOT RUN, the compiler is not installed" % (name, compiler[0]))
                    continue
                place = check_plugin(test, name, arguments, compiler, tree, folder, env)
                if name == "censo":
                    check_use(test, place, tree, env)
                    if compiler[0] == "gcc":
                        check_pins(test, place, tree, env)
        (root / "tutorial").mkdir()
        check_tutorial(test, tree, root / "tutorial", env)
        check_refusals(test, tree, folder, env)
        check_pkg_config(test, tree, folder, env)
    print("%d passed, %d failed" % (test.passed, len(test.failed)))
    return 1 if test.failed else 0


if __name__ == "__main__":
    sys.exit(main())
