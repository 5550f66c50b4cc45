#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# The Debian packages: what is in them, what they need, and that what they install works.
"""Makes the packages of a build with CPack and looks into them.

They are unpacked side by side, not installed: the tree works from any place. Where lintian is
installed, it must find nothing.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PACKAGES = {
    "puente": ("usr/bin/puente", "usr/lib/puente/exchange/libpuente_exchange.so",
               "usr/lib/puente/plugins/c1/puente_iati.so", "usr/share/man/man1/puente.1.gz",
               "usr/share/bash-completion/completions/puente"),
    "libpuente": ("usr/lib/libpuente_schema.so.0",),
    "libpuente-dev": ("usr/include/puente/core/plugin/puente_plugin.h",
                      "usr/lib/cmake/Puente/PuenteConfig.cmake", "usr/lib/libpuente_schema.so",
                      "usr/lib/pkgconfig/puente.pc",
                      "usr/share/puente/proto/puente/v1/record.proto"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    build = parser.parse_args().build
    counts = [0, 0]

    def check(name, ok, why=""):
        counts[0 if ok else 1] += 1
        if not ok:
            print("FAIL %s: %s" % (name, why))

    def run(command, **options):
        done = subprocess.run([str(part) for part in command], text=True, timeout=600, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        return done.returncode, done.stdout

    if shutil.which("dpkg-deb") is None:
        print("NOT RUN: there is no dpkg-deb on this machine")
        return 0
    with tempfile.TemporaryDirectory(prefix="puente-packages-") as temporary:
        root = pathlib.Path(temporary)
        code, out = run(["cpack", "--config", (build / "CPackConfig.cmake").resolve(), "-B", root / "made"],
                        cwd=root)
        check("cpack", code == 0 and "Warning" not in out, out)
        files = {path.name.split("_")[0]: path for path in (root / "made").glob("*.deb")}
        check("the packages", set(files) == set(PACKAGES), str(sorted(files)))
        owners = {}
        for name, path in sorted(files.items()):
            code, listing = run(["dpkg-deb", "--contents", path])
            inside = {line.split()[5].removeprefix("./").split(" -> ")[0]: line.split()
                      for line in listing.splitlines()}
            for wanted in PACKAGES[name]:
                check("%s has %s" % (name, wanted), wanted in inside)
            for entry, words in inside.items():
                if entry.endswith("/"):
                    continue
                check("one package has %s" % entry, entry not in owners, owners.get(entry))
                owners[entry] = name
                check("nobody else may write %s" % entry, words[0][5] != "w" and words[0][8] != "w"
                      or words[0].startswith("l"), words[0])
                check("%s is root's" % entry, words[1] == "root/root", words[1])
            run(["dpkg-deb", "--extract", path, root / "tree"])
            _, needs = run(["dpkg-deb", "--field", path, "Depends"])
            check("%s says what it needs" % name, "libpuente" in needs or "libprotobuf32" in needs, needs)
            check("%s has a description" % name,
                  "carried between agencies" in run(["dpkg-deb", "--field", path, "Description"])[1])
        env = {key: value for key, value in os.environ.items() if not key.startswith("PUENTE")}
        env.update(HOME=str(root), XDG_DATA_HOME=str(root / "data"))
        puente = root / "tree/usr/bin/puente"
        code, out = run([puente, "formats"], env=env)
        check("puente formats", code == 0 and all(word in out for word in ("iati", "fts", "table")), out)
        code, out = run([puente, "agency", "add", "x", "--store", "sqlite:%s" % (root / "store.db")], env=env)
        check("puente agency", code == 0, out)
        code, out = run([puente, "watch", "--from", "127.0.0.1:1"], env=env)
        check("the exchange's library is found", "cannot be loaded" not in out, out)
        if shutil.which("lintian"):
            code, out = run(["lintian", "--allow-root", "--fail-on", "error,warning", *files.values()])
            check("lintian", code == 0, out)
        else:
            print("lintian: NOT RUN, it is not installed")
    print("%d passed, %d failed" % tuple(counts))
    return 1 if counts[1] else 0


if __name__ == "__main__":
    sys.exit(main())
