#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Checks that each C++ file includes only what its floor may see; prints violations as file:line.

import argparse
import os
import re
import sys

from source_files import ROOT, source_files

# The floors of core, lowest first: a floor sees itself and those before it.
CORE_FLOORS = ("base", "text", "filter", "totals", "codelist", "findings", "check", "plugin", "pipeline", "diff")

# The project's folders as they appear in includes; `puente/` is the generated schema.
OWN_FOLDERS = ("core", "plugins", "services", "tools", "tests", "examples", "clients", "puente")

CONTRACT = "core/plugin/puente_plugin.h"
SDK = "core/plugin/sdk/"
# What the author of a plugin sees, in this tree or outside it.
FOR_PLUGINS = (SDK, CONTRACT, "core/text/", "core/base/", "puente/v1/")
# The contract is C and stands alone.
FOR_CONTRACT = ("stddef.h", "stdint.h", "stdbool.h")
# A plugin gets its bytes from the host: it opens no file and no socket.
NOT_IN_PLUGINS = ("fstream", "filesystem", "fcntl.h", "sys/socket.h", "netdb.h", "netinet/in.h",
                  "arpa/inet.h", "curl/curl.h", "boost/asio.hpp", "boost/filesystem.hpp")
# Only services, and tests of them, know gRPC.
MAY_USE_GRPC = ("services/", "tests/", "clients/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def is_grpc(target):
    return target.startswith(("grpc/", "grpcpp/", "grpc++/")) or target.endswith(".grpc.pb.h")


def allowed_prefixes(path):
    """(what of the project's own files this file may include, the rule in words)."""
    parts = path.split("/")
    top = parts[0]
    if path.startswith(SDK):
        return FOR_PLUGINS, "the SDK sees what a plugin sees: the contract, core/text, core/base, puente/v1"
    if top == "core":
        floor = parts[1] if len(parts) > 2 else ""
        if floor not in CORE_FLOORS:
            return None, f"core/{floor} has no floor: name it in CORE_FLOORS of check_floors.py"
        seen = CORE_FLOORS[:CORE_FLOORS.index(floor) + 1]
        return (tuple(f"core/{name}/" for name in seen) + ("puente/",),
                f"core/{floor} sees {', '.join(seen)} and the schema")
    if top in ("plugins", "examples"):
        own = "/".join(parts[:2]) + "/"
        return (FOR_PLUGINS + (own,),
                "a plugin sees the SDK, the contract, core/text, core/base, puente/v1 and its own folder")
    if top == "services":
        return ("core/", "services/", "puente/"), "services see core, services and the schema"
    if top == "tools":
        return (("core/", "services/", "tools/", "puente/"),
                "tools see core, services and the schema; plugins only through the contract")
    if top == "clients":
        return ("clients/", "puente/"), "clients see the schema"
    return tuple(folder + "/" for folder in OWN_FOLDERS), ""


def violations_of(path, lines, root):
    """Yields (line number, message)."""
    own, rule = allowed_prefixes(path)
    if own is None:
        yield 1, rule
        return
    folder = os.path.dirname(path)
    for number, line in enumerate(lines, start=1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, target = match.group(1) == '"', match.group(2)
        if path == CONTRACT:
            if target not in FOR_CONTRACT:
                yield number, f"{target}: the contract includes only {', '.join(FOR_CONTRACT)}"
            continue
        if is_grpc(target) and not path.startswith(MAY_USE_GRPC):
            yield number, f"{target}: only services may use gRPC"
        elif path.startswith("plugins/") and target in NOT_IN_PLUGINS:
            yield number, f"{target}: plugins open no file and no socket"
        elif target.split("/")[0] in OWN_FOLDERS and "/" in target:
            if target.startswith("tests/") and not path.startswith("tests/"):
                yield number, f"{target}: nothing includes tests"
            elif not target.startswith(own):
                yield number, f"{target}: {rule}"
        elif path.startswith("examples/") and "/" not in target:
            continue  # each is a project by itself
        elif target.startswith(".") or (
                quoted and os.path.isfile(os.path.join(root, folder, target))):
            yield number, f"{target}: write the path from the root of the repository"


def main():
    parser = argparse.ArgumentParser(description="Checks the include rules between the floors.")
    parser.add_argument("--root", default=ROOT, help="the repository (default: this one)")
    root = parser.parse_args().root
    files = [path for path in source_files(root, (".h", ".cc", ".c", ".inc"))
             if path.split("/")[0] in OWN_FOLDERS]
    count = 0
    for path in files:
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            for number, message in violations_of(path, file, root):
                print(f"{path}:{number}: {message}")
                count += 1
    print(f"{len(files)} files, {count} includes that reach to the wrong floor")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
