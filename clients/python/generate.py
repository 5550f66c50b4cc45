#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Writes the Python code of puente.v1 and puente.exchange.v1 into a package.
"""Writes puente_exchange/_generated, v1.py and exchange_v1.py.

Needs protoc and grpc_python_plugin (Debian: protobuf-compiler, protobuf-compiler-grpc); PROTOC and
GRPC_PYTHON_PLUGIN name others. The modules lie below puente_exchange._generated and import each
other there, so the package claims no other top-level name. The files keep their names in
protobuf's pool (puente/v1/record.proto), so messages of other code generated from the same schema
are the same types. google/rpc is not generated: it comes with googleapis-common-protos.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PACKAGE = "puente_exchange._generated"
HEADER = "# Written by generate.py from the schema.\n"
# The facades: module name, its text, and the folder of the schema that it shows.
FACADES = (
    ("v1", "The schema of records: every message and enumeration of puente.v1.", "puente/v1"),
    ("exchange_v1", "The exchange itself: messages, enumerations and stubs of puente.exchange.v1.",
     "puente/exchange/v1"),
)


class GenerateError(Exception):
    """What is missing, or what protoc said."""


def tool(variable, name, package):
    found = os.environ.get(variable) or shutil.which(name)
    if not found:
        raise GenerateError("%s is not installed (Debian: %s); %s may name it"
                            % (name, package, variable))
    return found


def run_protoc(protos, out):
    files = sorted(p.relative_to(protos).as_posix() for _, _, folder in FACADES
                   for p in (protos / folder).glob("*.proto"))
    command = [tool("PROTOC", "protoc", "protobuf-compiler"), "--proto_path=%s" % protos,
               "--python_out=%s" % out, "--pyi_out=%s" % out, "--grpc_python_out=%s" % out,
               "--plugin=protoc-gen-grpc_python=%s" % tool(
                   "GRPC_PYTHON_PLUGIN", "grpc_python_plugin", "protobuf-compiler-grpc"), *files]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise GenerateError("protoc failed:\n%s" % done.stdout)


def moved(text):
    """The text with its imports of other generated modules led below PACKAGE."""
    return re.sub(r"^(from|import) puente\.", r"\1 %s.puente." % PACKAGE, text, flags=re.M)


def facade(folder, words):
    """A module that shows what the modules of a folder have, each name once."""
    lines = [HEADER, '"""%s"""\n' % words]
    names = []
    for stub in sorted(folder.glob("*_pb2.pyi")):
        text = stub.read_text(encoding="utf-8")
        found = sorted(re.findall(r"^class (\w+)\(", text, re.M) +
                       re.findall(r"^([A-Z][A-Z0-9_]*): [A-Z]\w*$", text, re.M))
        lines += import_lines(folder, stub.stem, found)
        names += found
    for services in sorted(folder.glob("*_pb2_grpc.py")):
        found = sorted(re.findall(r"^class (\w+(?:Stub|Servicer))\(", services.read_text(
            encoding="utf-8"), re.M))
        found += ["add_%s_to_server" % name for name in found if name.endswith("Servicer")]
        lines += import_lines(folder, services.stem, found)
        names += found
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise GenerateError("in two files of %s: %s" % (folder.name, ", ".join(twice)))
    lines.append("\n__all__ = [\n%s]\n" % "".join('    "%s",\n' % name for name in sorted(names)))
    return "".join(lines)


def import_lines(folder, module, names):
    package = ".".join(folder.parts[folder.parts.index("puente"):])
    if names:
        yield "from %s.%s.%s import (  # noqa: F401\n%s)\n" % (
            PACKAGE, package, module, "".join("    %s,\n" % name for name in names))


def generate(protos, package):
    """Writes the generated code into the folder of puente_exchange, in place of an older one."""
    target = package / "_generated"
    with tempfile.TemporaryDirectory() as temporary:
        out = pathlib.Path(temporary)
        run_protoc(protos, out)
        for path in out.rglob("*_pb2_grpc.py"):
            if "Stub" not in path.read_text(encoding="utf-8"):
                path.unlink()
        for path in [p for p in out.rglob("*") if p.suffix in (".py", ".pyi")]:
            path.write_text(moved(path.read_text(encoding="utf-8")), encoding="utf-8")
        facades = {name: facade(out.joinpath(*folder.split("/")), words)
                   for name, words, folder in FACADES}
        for folder in [out, *[p for p in out.rglob("*") if p.is_dir()]]:
            (folder / "__init__.py").write_text(HEADER, encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(out, target)
    for name, text in facades.items():
        (package / (name + ".py")).write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description="Writes the generated code of the client.")
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--protos", type=pathlib.Path, default=here.parents[1] / "proto")
    parser.add_argument("package", type=pathlib.Path, help="the folder of puente_exchange")
    args = parser.parse_args()
    try:
        generate(args.protos, args.package)
    except (GenerateError, OSError) as error:
        print("generate.py: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
