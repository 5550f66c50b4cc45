# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Streams that go on where they were cut: records as of one moment, and the feed of changes.
"""Streams that go on where they were cut."""
from __future__ import annotations

import enum
import threading
from typing import Any, Callable, Generator, Iterator, Optional

import grpc

from puente_exchange import exchange_v1
from puente_exchange._patience import Answers, Patience
from puente_exchange.errors import ExchangeError, is_cut, make_error
from puente_exchange.model import Change, ChangeKind, StoredRecord, time_of

_KINDS = {
    exchange_v1.WatchChangesResponse.Change.KIND_CREATED: ChangeKind.CREATED,
    exchange_v1.WatchChangesResponse.Change.KIND_UPDATED: ChangeKind.UPDATED,
    exchange_v1.WatchChangesResponse.Change.KIND_DELETED: ChangeKind.DELETED,
    exchange_v1.WatchChangesResponse.Change.KIND_MOVED: ChangeKind.MOVED,
}


class Since(enum.Enum):
    """Where a watch begins when there is no token yet."""

    NOW = "now"
    BEGINNING = "beginning"


def _ended() -> ExchangeError:
    return make_error(grpc.StatusCode.UNAVAILABLE, "the server closed the stream before its end")


def _broken(message: str) -> ExchangeError:
    """The server does not keep to the protocol."""
    return make_error(grpc.StatusCode.DATA_LOSS, message)


class _Pieces:
    """The bytes of a record that come in chunks."""

    def __init__(self, stored: exchange_v1.StoredRecord) -> None:
        self._stored = stored
        self._data = bytearray()

    def add(self, chunk: exchange_v1.RecordChunk) -> Optional[StoredRecord]:
        """The record when this chunk made it whole."""
        size = self._stored.record_bytes
        if chunk.offset != len(self._data) or chunk.total_bytes != size or not chunk.data:
            raise _broken("a chunk of %s does not continue it" % self._stored.name)
        self._data += chunk.data
        if len(self._data) < size:
            return None
        if len(self._data) > size:
            raise _broken("more bytes of %s than it has" % self._stored.name)
        return StoredRecord.of(self._stored, bytes(self._data))




class RecordStream(Iterator[StoredRecord]):
    """Records as they were at one moment, each once, however often the stream is cut.

    After the last one `watch_token` is set: a watch since it tells all that changed behind what was
    streamed.
    """

    def __init__(self, open_stream: Callable[[exchange_v1.StreamRecordsRequest], Any],
                 request: exchange_v1.StreamRecordsRequest, patience: Patience,
                 silence: float) -> None:
        self.watch_token: Optional[str] = None
        self._open = open_stream
        self._request = request
        self._patience = patience
        self._silence = silence
        self._full = request.view in (exchange_v1.RECORD_VIEW_UNSPECIFIED,
                                      exchange_v1.RECORD_VIEW_FULL)
        self._records = self._run()

    def __iter__(self) -> "RecordStream":
        return self

    def __next__(self) -> StoredRecord:
        return next(self._records)

    def close(self) -> None:
        """Ends it early."""
        self._records.close()

    def _run(self) -> Generator[StoredRecord, None, None]:
        behind_token = 0  # Records handed over since the message that the token is of.
        while True:
            # The moment and so the order stay: what came behind the token comes again first.
            skip, count = behind_token, 0
            pieces: Optional[_Pieces] = None
            with Answers(self._open(self._request), self._silence) as answers:
                try:
                    while True:
                        answer = answers.next()
                        if answer is None:
                            raise _ended()
                        self._patience.worked()
                        if answer.HasField("chunk"):
                            if pieces is None:
                                raise _broken("a chunk of no record")
                            whole = pieces.add(answer.chunk)
                            if whole is not None:
                                pieces = None
                                count += 1
                                if count > skip:
                                    behind_token = count
                                    yield whole
                        elif pieces is not None and answer.records:
                            raise _broken("a record before the last one was whole")
                        for stored in answer.records:
                            if pieces is not None:
                                raise _broken("a record in chunks is not the last one")
                            if self._full and not stored.deleted and not stored.HasField("record"):
                                pieces = _Pieces(stored)
                                continue
                            count += 1
                            if count > skip:
                                behind_token = count
                                yield StoredRecord.of(stored)
                        if answer.resume_token and pieces is None:
                            self._request.resume_token = answer.resume_token
                            behind_token = skip = count = 0
                        if answer.complete:
                            self.watch_token = answer.watch_token
                            return
                except ExchangeError as error:
                    if not is_cut(error):
                        raise
                    self._patience.wait(error)


class Watch(Iterator[Change]):
    """Changes as they become durable, each once, over cuts and restarts of the server."""

    def __init__(self, open_stream: Callable[[exchange_v1.WatchChangesRequest], Any],
                 request: exchange_v1.WatchChangesRequest, patience: Patience, silence: float,
                 follow: bool, on_progress: Optional[Callable[[str], None]]) -> None:
        self._open = open_stream
        self._request = request
        self._patience = patience
        self._silence = silence
        self._follow = follow
        self._on_progress = on_progress
        self._token = request.resume_token
        self._closed = threading.Event()
        self._answers: Optional[Answers] = None
        self._changes = self._run()

    @property
    def token(self) -> str:
        """To watch on from here, when the change that was asked for last is not dealt with yet."""
        return self._token

    def __iter__(self) -> "Watch":
        return self

    def __next__(self) -> Change:
        return next(self._changes)

    def close(self) -> None:
        """Ends it; another thread that waits in it sees its end."""
        self._closed.set()
        answers = self._answers
        if answers is not None:
            answers.close()

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def _run(self) -> Iterator[Change]:
        while not self._closed.is_set():
            try:
                with Answers(self._open(self._request), self._silence) as self._answers:
                    # close() sets the flag first: it finds this stream, or we see the flag.
                    while not self._closed.is_set():
                        answer = self._answers.next()
                        if answer is None:
                            raise _ended()
                        self._patience.worked()
                        last = len(answer.changes) - 1
                        for i, change in enumerate(answer.changes):
                            token = answer.resume_token if i == last else self._request.resume_token
                            # Only now, so that a cut while the caller is at work costs nothing.
                            yield _change_of(change, token)
                            self._token = token
                        if answer.resume_token:
                            self._request.resume_token = answer.resume_token
                            self._request.start = (
                                exchange_v1.WatchChangesRequest.START_UNSPECIFIED)
                            self._token = answer.resume_token
                        if answer.progress:
                            if self._on_progress is not None:
                                self._on_progress(self._token)
                            if not self._follow:
                                return
            except ExchangeError as error:
                if self._closed.is_set():
                    return
                if not is_cut(error):
                    raise
                self._patience.wait(error, self._closed)


def _change_of(change: exchange_v1.WatchChangesResponse.Change, token: str) -> Change:
    kind = _KINDS.get(change.kind)
    if kind is None:
        raise _broken("a change of kind %s" % change.kind)
    return Change(kind, StoredRecord.of(change.record), time_of(change.commit_time),
                  change.delete_reason, token)
