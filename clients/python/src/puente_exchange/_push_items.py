# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# What a push was given, numbered, with the digests, until it is decided.
from __future__ import annotations

from typing import Iterable, Iterator, Optional, Tuple, Union

from puente_exchange import exchange_v1, v1
from puente_exchange.digest import parse_record, record_digest
from puente_exchange.model import Put, Remove

Pushable = Union[v1.Record, bytes, Put, Remove]
Key = Tuple[bool, str, int]

CHUNK_BYTES = 1 << 20  # Records over it travel in pieces of it.


class Item:
    """One record of a push, or one to delete."""

    __slots__ = ("index", "seq", "key", "body", "digest", "if_generation", "reason")

    def __init__(self, index: int, seq: int, given: Pushable) -> None:
        self.index = index
        self.seq = seq
        self.digest = b""
        self.reason = ""
        self.if_generation: Optional[int] = None
        self.body: Optional[bytes] = None  # None for one to delete.
        if isinstance(given, Remove):
            self.key: Key = (False, given.id, given.ordinal)
            self.if_generation = given.if_generation
            self.reason = given.reason
            return
        if isinstance(given, Put):
            self.if_generation = given.if_generation
            given = given.record
        if isinstance(given, bytes):
            self.body = given
            record = parse_record(given)
        elif isinstance(given, v1.Record):
            self.body = given.SerializeToString(deterministic=True)
            record = given
        else:
            raise TypeError("a push takes v1.Record, its bytes, Put or Remove, not %s"
                            % type(given).__name__)
        header = record.HasField("dataset_header")
        # The header of a dataset is named by its place, not by an id.
        self.key = (header, "" if header else record.identity.id, record.identity.ordinal)

    def size(self) -> int:
        return 256 + len(self.body or b"")

    def offer(self) -> exchange_v1.PushRecordsRequest.Offer:
        header, id, ordinal = self.key
        if not self.digest:
            self.digest = record_digest(self.body or b"")
        return exchange_v1.PushRecordsRequest.Offer(
            seq=self.seq, id=id, ordinal=ordinal, header=header, digest=self.digest,
            if_generation=self.if_generation)

    def removal(self) -> exchange_v1.PushRecordsRequest.Removal:
        _, id, ordinal = self.key
        return exchange_v1.PushRecordsRequest.Removal(
            seq=self.seq, id=id, ordinal=ordinal, if_generation=self.if_generation,
            reason=self.reason)

    def writes(self, offered: bool) -> Iterator[exchange_v1.PushRecordsRequest.Write]:
        """Its record in one message, or in chunks when it is large."""
        body = self.body or b""
        if_generation = None if offered else self.if_generation
        if len(body) <= CHUNK_BYTES:
            yield exchange_v1.PushRecordsRequest.Write(seq=self.seq, record=body,
                                                       if_generation=if_generation)
            return
        for offset in range(0, len(body), CHUNK_BYTES):
            yield exchange_v1.PushRecordsRequest.Write(
                seq=self.seq, if_generation=if_generation, chunk=exchange_v1.RecordChunk(
                    offset=offset, data=body[offset:offset + CHUNK_BYTES], total_bytes=len(body)))


def numbered(records: Iterable[Pushable]) -> Iterator[Item]:
    """The items of a push. ValueError names the record that is none."""
    for index, given in enumerate(records):
        try:
            yield Item(index, index + 1, given)
        except (ValueError, TypeError) as error:
            raise type(error)("record %d of the push: %s" % (index, error)) from error
