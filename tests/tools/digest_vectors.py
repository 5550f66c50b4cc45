#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Recomputes docs/spec/digest_vectors.jsonl from docs/spec/digest.md alone, without Puente's code.
"""Usage: digest_vectors.py [--protoc PROTOC] [--proto FOLDER] [FILE]

Reads each record's bytes, writes its canonical bytes, and compares them and their SHA-256 with the
file. The schema comes from protoc as a descriptor set, which this script reads itself: standard
library only. Exit code: 0 all agree, 1 some differ, 2 the schema or the file cannot be read.
"""

import argparse
import collections
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

REPO = pathlib.Path(__file__).resolve().parents[2]

VARINT, FIXED64, DELIMITED, GROUP, GROUP_END, FIXED32 = range(6)

# Numbers of FieldDescriptorProto.Type.
STRING, MESSAGE, BYTES = 9, 11, 12
INT64, UINT64, INT32, BOOL, UINT32, ENUM, SINT32, SINT64 = 3, 4, 5, 8, 13, 14, 17, 18
WIRE_TYPES = {STRING: DELIMITED, MESSAGE: DELIMITED, BYTES: DELIMITED,
              **dict.fromkeys((INT64, UINT64, INT32, BOOL, UINT32, ENUM, SINT32, SINT64), VARINT)}

Field = collections.namedtuple("Field", "number repeated type type_name oneof presence")


class Malformed(Exception):
    """The bytes are not protobuf."""


# --- The wire --------------------------------------------------------------------------------

def read_varint(data, at):
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Malformed
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value & (2**64 - 1), at


def write_varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def write_tag(number, wire_type):
    return write_varint(number << 3 | wire_type)


def read_fields(data, at=0, group=None):
    """The fields of a message, or of a group: (number, wire type, value); then the place behind."""
    fields = []
    while group is not None or at < len(data):
        tag, at = read_varint(data, at)
        number, wire_type = tag >> 3, tag & 7
        if number == 0:
            raise Malformed
        if wire_type == VARINT:
            value, at = read_varint(data, at)
        elif wire_type == GROUP:
            value, at = read_fields(data, at, number)
        elif wire_type == GROUP_END and number == group:
            return fields, at
        elif wire_type in (FIXED64, FIXED32, DELIMITED):
            size = {FIXED64: 8, FIXED32: 4}.get(wire_type)
            if size is None:
                size, at = read_varint(data, at)
            if size > len(data) - at:
                raise Malformed
            value, at = data[at:at + size], at + size
        else:
            raise Malformed
        fields.append((number, wire_type, value))
    return fields, at


def write_field(number, wire_type, value):
    tag = write_tag(number, wire_type)
    if wire_type == VARINT:
        return tag + write_varint(value)
    if wire_type == DELIMITED:
        return tag + write_varint(len(value)) + value
    if wire_type == GROUP:
        return tag + b"".join(write_field(*field) for field in value) + write_tag(number, GROUP_END)
    return tag + value


# --- The schema ------------------------------------------------------------------------------

def first(fields, number, default):
    return next((value for n, _, value in fields if n == number), default)


def every(fields, number):
    return [value for n, _, value in fields if n == number]


def load_messages(messages, prefix, data):
    """Adds a DescriptorProto, and those in it, under their full names."""
    fields, _ = read_fields(data)
    name = f"{prefix}.{first(fields, 1, b'').decode()}"
    table = {}
    for raw in every(fields, 2):
        field, _ = read_fields(raw)
        optional = first(field, 17, 0) == 1
        # The oneof of a proto3 optional field is not a choice between fields.
        oneof = None if optional else first(field, 9, None)
        number, kind = first(field, 3, 0), first(field, 5, 0)
        table[number] = Field(number, first(field, 4, 0) == 3, kind,
                              first(field, 6, b"").decode(), oneof,
                              optional or oneof is not None or kind == MESSAGE)
    messages[name] = table
    for raw in every(fields, 3):
        load_messages(messages, name, raw)


def load_schema(protoc, folder):
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run([protoc, f"--proto_path={folder}", "--include_imports",
                        f"--descriptor_set_out={out.name}",
                        str(folder / "puente" / "v1" / "record.proto")], check=True)
        fields, _ = read_fields(pathlib.Path(out.name).read_bytes())
    messages = {}
    for raw in every(fields, 1):
        file, _ = read_fields(raw)
        for message in every(file, 4):
            load_messages(messages, "." + first(file, 2, b"").decode(), message)
    return messages


# --- Canonical bytes ---------------------------------------------------------------------------

def number_of(field, value):
    """What a varint stands for in a field of this type, as the varint to write."""
    if field.type == BOOL:
        return int(value != 0)
    if field.type in (UINT32, SINT32):
        return value & 0xFFFFFFFF
    if field.type in (INT32, ENUM):
        value &= 0xFFFFFFFF
        return value | 0xFFFFFFFF00000000 if value >= 0x80000000 else value
    return value


class Message:
    """What a parser takes from the wire: known values by number, unknown fields in their order."""

    def __init__(self, messages, type_name):
        self.messages = messages
        self.table = messages[type_name]
        self.values = {}
        self.unknown = []

    def merge(self, data):
        for number, wire_type, value in read_fields(data)[0]:
            field = self.table.get(number)
            if field is None:
                self.unknown.append((number, wire_type, value))
            elif WIRE_TYPES[field.type] == wire_type:
                self.take(field, value)
            elif field.repeated and wire_type == DELIMITED:  # packed numbers
                at = 0
                while at < len(value):
                    number_read, at = read_varint(value, at)
                    self.take(field, number_read)
            else:
                self.unknown.append((number, wire_type, value))
        return self

    def take(self, field, value):
        if field.oneof is not None:
            for other in self.table.values():
                if other.oneof == field.oneof and other.number != field.number:
                    self.values.pop(other.number, None)
        if field.type == MESSAGE:
            if field.repeated or field.number not in self.values:
                message = Message(self.messages, field.type_name)
                if field.repeated:
                    self.values.setdefault(field.number, []).append(message)
                else:
                    self.values[field.number] = message
            else:
                message = self.values[field.number]
            message.merge(value)
            return
        if WIRE_TYPES[field.type] == VARINT:
            value = number_of(field, value)
        if field.repeated:
            self.values.setdefault(field.number, []).append(value)
        else:
            self.values[field.number] = value

    def canonical(self, leave_out=lambda number: False):
        parts = []
        for number, value in self.values.items():
            field = self.table[number]
            wire_type = WIRE_TYPES[field.type]
            if not field.repeated and not field.presence and value in (0, b""):
                continue
            items = value if field.repeated else [value]
            if field.type == MESSAGE:
                items = [item.canonical() for item in items]
            if field.repeated and wire_type == VARINT:
                items, wire_type = [b"".join(map(write_varint, items))], DELIMITED
            parts += [(number, write_field(number, wire_type, item)) for item in items]
        parts += [(number, write_field(number, *rest)) for number, *rest in self.unknown]
        parts.sort(key=lambda part: part[0])  # stable: order stays within a number
        return b"".join(data for number, data in parts if not leave_out(number))


def canonical_bytes(messages, record):
    message = Message(messages, ".puente.v1.Record").merge(record)
    return message.canonical(lambda number: number == 1 or 24 <= number <= 31)


def main():
    parser = argparse.ArgumentParser(description="Recomputes the test vectors of the digest.")
    parser.add_argument("--protoc", default="protoc")
    parser.add_argument("--proto", type=pathlib.Path, default=REPO / "proto")
    parser.add_argument("file", nargs="?", type=pathlib.Path,
                        default=REPO / "docs" / "spec" / "digest_vectors.jsonl")
    args = parser.parse_args()
    try:
        messages = load_schema(args.protoc, args.proto)
        lines = [json.loads(line) for line in args.file.read_text(encoding="utf-8").splitlines()]
    except (OSError, subprocess.CalledProcessError, ValueError, Malformed) as error:
        print(f"digest_vectors.py: {error}", file=sys.stderr)
        return 2

    dataset = hashlib.sha256()
    checked = wrong = 0
    for line in lines:
        checked += 1
        if "dataset_digest" in line:
            found = {"dataset_digest": dataset.hexdigest()}
        else:
            canonical = canonical_bytes(messages, bytes.fromhex(line["record"]))
            digest = hashlib.sha256(canonical)
            dataset.update(digest.digest())
            found = {"canonical": canonical.hex(), "digest": digest.hexdigest()}
        for key, value in found.items():
            if line.get(key) != value:
                wrong += 1
                print(f"{line['name']}: {key}")
                print(f"  in the file {line.get(key)}\n  computed    {value}")
    print(f"{checked} vectors, {wrong} differ")
    return 1 if wrong or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
