# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Canonical bytes and digests of records, as docs/spec/digest.md defines them.
"""Canonical bytes and digests of records: what tells whether two agencies hold the same one."""
from __future__ import annotations

import hashlib
import importlib
import threading
from typing import Any, Dict, Iterable, Iterator, List, Set, Tuple, Union

from google.protobuf.message import DecodeError

from puente_exchange import v1

_IDENTITY = 1
_BESIDE_CONTENT = range(24, 32)  # Fields of Record that no digest covers.
_VARINT, _FIXED64, _DELIMITED, _GROUP, _END_GROUP, _FIXED32 = range(6)
_MOST_LEVELS = 520  # 512 of residue, and what it lies in.
Descriptor = Any  # Of the runtime in use: each has classes of its own.
_deep_reading = threading.Lock()


def parse_record(data: bytes) -> v1.Record:
    """The record of its bytes, however deep it nests. ValueError when they are no record."""
    try:
        return v1.Record.FromString(data)
    except DecodeError as error:
        problem = error
    # Protobuf reads 100 levels of messages; residue may have 512. The switch of its C library knows
    # no number and is one for the whole process: it is set for this record only, after a look.
    if _nests_deeper(data, _MOST_LEVELS):
        raise ValueError("no puente.v1.Record: %s" % problem) from problem
    try:
        allow: Any = importlib.import_module("google._upb._message").SetAllowOversizeProtos
    except (ImportError, AttributeError):
        raise ValueError("no puente.v1.Record: %s" % problem) from problem
    with _deep_reading:
        allow(True)
        try:
            return v1.Record.FromString(data)
        except DecodeError as error:
            raise ValueError("no puente.v1.Record: %s" % error) from error
        finally:
            allow(False)


def canonical_bytes(record: Union[v1.Record, bytes]) -> bytes:
    """The bytes that the digest is of."""
    data = record if isinstance(record, bytes) else record.SerializeToString()
    message = parse_record(data)
    data = message.SerializeToString(deterministic=True)
    message.DiscardUnknownFields()
    if len(message.SerializeToString()) != len(data):
        return _canonical(data, v1.Record.DESCRIPTOR, top=True)
    # All fields are known, so protobuf has them in ascending order. It forgets no unknown fields
    # deeper than 64 levels, so fields that nest without end are looked through.
    parts = []
    for number, wire_type, begin, value, end in _fields(data):
        if not _is_content(number):
            continue
        if number in _ENDLESS and wire_type == _DELIMITED:
            inner = _canonical(data[value:end], _ENDLESS[number], top=False)
            parts.append(data[begin:value] + inner)  # As long as before: only the order differs.
        else:
            parts.append(data[begin:end])
    return b"".join(parts)


def record_digest(record: Union[v1.Record, bytes]) -> bytes:
    """The SHA-256 of the canonical bytes: 32 bytes."""
    return hashlib.sha256(canonical_bytes(record)).digest()


def dataset_digest(digests: Iterable[bytes]) -> bytes:
    """The digest of a dataset from those of its records, in their order."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(digest)
    return whole.digest()


def _nests_deeper(data: bytes, levels: int) -> bool:
    """True when messages lie in each other deeper than so many levels, or bytes are broken."""
    waiting = [(data, v1.Record.DESCRIPTOR, 1)]
    try:
        while waiting:
            part, descriptor, level = waiting.pop()
            if level > levels:
                return True
            for number, wire_type, _, value, end in _fields(part):
                field = descriptor.fields_by_number.get(number)
                if field is not None and field.message_type is not None and wire_type == _DELIMITED:
                    waiting.append((part[value:end], field.message_type, level + 1))
    except IndexError:
        return True
    return False


def _is_content(number: int) -> bool:
    return number != _IDENTITY and number not in _BESIDE_CONTENT


def _canonical(data: bytes, descriptor: Descriptor, top: bool) -> bytes:
    """Sorts the fields of a message that protobuf wrote: unknown ones stand behind the others."""
    parts: List[Tuple[int, bytes]] = []
    for number, wire_type, begin, value, end in _fields(data):
        if top and not _is_content(number):
            continue
        field = descriptor.fields_by_number.get(number)
        if field is not None and field.message_type is not None and wire_type == _DELIMITED:
            inner = _canonical(data[value:end], field.message_type, top=False)
            parts.append((number, data[begin:value] + inner))
        else:
            parts.append((number, data[begin:end]))
    parts.sort(key=lambda part: part[0])  # Stable: the order within a number stays.
    return b"".join(part for _, part in parts)


def _fields(data: bytes) -> Iterator[Tuple[int, int, int, int, int]]:
    """(number, wire type, begin, begin of the value, end) of each field of a message."""
    at = 0
    while at < len(data):
        begin = at
        tag, at = _varint(data, at)
        value, end = _value(data, at, tag)
        yield tag >> 3, tag & 7, begin, value, end
        at = end


def _value(data: bytes, at: int, tag: int) -> Tuple[int, int]:
    """(begin, end) of the value behind a tag."""
    wire_type = tag & 7
    if wire_type == _VARINT:
        return at, _varint(data, at)[1]
    if wire_type == _FIXED64:
        return at, at + 8
    if wire_type == _FIXED32:
        return at, at + 4
    if wire_type == _DELIMITED:
        size, at = _varint(data, at)
        return at, at + size
    begin, open_groups = at, 1
    while open_groups:  # A group ends with the end tag that belongs to it.
        tag, at = _varint(data, at)
        if tag & 7 == _GROUP:
            open_groups += 1
        elif tag & 7 == _END_GROUP:
            open_groups -= 1
        else:
            at = _value(data, at, tag)[1]
    return begin, at


def _varint(data: bytes, at: int) -> Tuple[int, int]:
    byte = data[at]
    at += 1
    value, shift = byte & 127, 7
    while byte & 128:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
    return value, at


def _nests_without_end(descriptor: Descriptor, above: Tuple[str, ...], ends: Set[str]) -> bool:
    name = descriptor.full_name
    if name in above:
        return True
    if name in ends:
        return False
    for field in descriptor.fields:
        if field.message_type is not None and _nests_without_end(
                field.message_type, above + (name,), ends):
            return True
    ends.add(name)
    return False


def _endless_fields() -> Dict[int, Descriptor]:
    """Fields of Record whose messages may hold each other over and over, with their types."""
    ends: Set[str] = set()
    fields: Any = v1.Record.DESCRIPTOR.fields
    return {field.number: field.message_type for field in fields
            if field.message_type is not None and _is_content(field.number) and
            _nests_without_end(field.message_type, (), ends)}


_ENDLESS = _endless_fields()
