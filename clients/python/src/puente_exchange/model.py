# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# What the client hands over: stored records, changes, verdicts, summaries.
"""What the client takes and hands over."""
from __future__ import annotations

import datetime
import enum
import functools
from dataclasses import dataclass, field
from typing import List, Optional, Union

from google.protobuf.timestamp_pb2 import Timestamp

from puente_exchange import exchange_v1, v1
from puente_exchange.digest import parse_record, record_digest
from puente_exchange.errors import ExchangeError
from puente_exchange.names import RecordName, parse_record_name, record_name


def time_of(timestamp: Timestamp) -> datetime.datetime:
    """A time of the exchange; it is UTC."""
    return timestamp.ToDatetime().replace(tzinfo=datetime.timezone.utc)


@dataclass(frozen=True)
class StoredRecord:
    """One generation of a record as the exchange holds it.

    `data` are the bytes that were pushed; None for deleted records and where no content was asked
    for. `generation` is the number to give as `if_generation`.
    """

    name: str
    generation: int
    revision: int
    digest: bytes
    update_time: datetime.datetime
    deleted: bool
    record_bytes: int
    data: Optional[bytes] = None

    @classmethod
    def of(cls, stored: exchange_v1.StoredRecord, data: Optional[bytes] = None) -> "StoredRecord":
        """From its message; `data` when the bytes came in pieces."""
        if data is None and stored.HasField("record"):
            data = stored.record
        return cls(stored.name, stored.generation, stored.revision, stored.digest,
                   time_of(stored.update_time), stored.deleted, stored.record_bytes, data)

    @functools.cached_property
    def _parts(self) -> RecordName:
        return parse_record_name(self.name)

    @property
    def agency(self) -> str:
        return self._parts.agency

    @property
    def dataset(self) -> str:
        return self._parts.dataset

    @property
    def id(self) -> str:
        return self._parts.id

    @property
    def ordinal(self) -> int:
        return self._parts.ordinal

    @property
    def header(self) -> bool:
        """True for the header of a dataset."""
        return self._parts.header

    def record(self) -> v1.Record:
        """The record itself. ValueError when its bytes did not come along."""
        if self.data is None:
            raise ValueError("%s came without its content" % self.name)
        return parse_record(self.data)

    def is_whole(self) -> bool:
        """True when the bytes have the digest that the exchange says."""
        return self.data is not None and record_digest(self.data) == self.digest


class ChangeKind(str, enum.Enum):
    """What happened to a record."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    MOVED = "moved"  # It has another place in its dataset; its content is as it was.


@dataclass(frozen=True)
class Change:
    """A change of one record.

    `token` is what to keep once the change has been dealt with: a watch since it begins behind what
    was received up to here. Changes of one message share its token, so until the last of them it is
    that of the message before: after a crash some changes may come again, and none is missed.
    """

    kind: ChangeKind
    record: StoredRecord
    commit_time: datetime.datetime
    delete_reason: str
    token: str


@dataclass(frozen=True)
class Put:
    """A record to push, only when its generation is `if_generation` (0: when there is none)."""

    record: Union[v1.Record, bytes]
    if_generation: Optional[int] = None


@dataclass(frozen=True)
class Remove:
    """A record to delete; `reason` is kept with the tombstone."""

    id: str
    ordinal: int = 0
    if_generation: Optional[int] = None
    reason: str = ""


class Outcome(str, enum.Enum):
    """What became of a record that was pushed."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    STAGED = "staged"  # Mode snapshot: held until the end of the push.


@dataclass(frozen=True)
class Verdict:
    """What became of one record of a push; it is durable.

    `index` counts what was given to push, from 0. `error` says why, for REJECTED and CONFLICT.
    """

    index: int
    agency: str
    dataset: str
    id: str
    ordinal: int
    header: bool
    outcome: Outcome
    generation: int
    error: Optional[ExchangeError] = None

    @property
    def name(self) -> str:
        """The resource name of the record."""
        return record_name(self.agency, self.dataset, self.id, self.ordinal, self.header)


@dataclass(frozen=True)
class PushSummary:
    """What a push did, over all its streams.

    `refused` has the verdicts of records that were rejected or in conflict, as many as were asked
    for. Fewer than `rejected + conflicts` when a connection was cut before they came.
    """

    request_id: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    conflicts: int = 0
    revision: int = 0
    replayed: bool = False
    refused: List[Verdict] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """True when nothing was refused."""
        return self.rejected == 0 and self.conflicts == 0
