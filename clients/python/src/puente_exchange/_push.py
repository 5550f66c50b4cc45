# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# One push, over as many streams as it takes: offers, needs, records, verdicts, credit, resumption.
from __future__ import annotations

import queue
from collections import deque
from typing import Any, Callable, Deque, Dict, Iterable, Iterator, List, Optional, Set

import grpc

from puente_exchange import exchange_v1
from puente_exchange._patience import Answers, Patience
from puente_exchange._push_items import Item, Key, Pushable, numbered
from puente_exchange.errors import ExchangeError, error_of_status, is_cut, make_error
from puente_exchange.model import Outcome, PushSummary, Verdict

_Request = exchange_v1.PushRecordsRequest

MODES = {
    "upsert": exchange_v1.PUSH_MODE_UPSERT,
    "snapshot": exchange_v1.PUSH_MODE_SNAPSHOT,
    "validate": exchange_v1.PUSH_MODE_VALIDATE_ONLY,
}
# What may be introduced and not decided at once: it is kept to be sent again after a cut.
_WINDOW_ITEMS = 4000
_WINDOW_BYTES = 16 << 20
_ITEMS_OF_MESSAGE = 1000
_BYTES_OF_MESSAGE = 512 << 10

_OUTCOMES = {
    exchange_v1.PushRecordsResponse.OUTCOME_CREATED: Outcome.CREATED,
    exchange_v1.PushRecordsResponse.OUTCOME_UPDATED: Outcome.UPDATED,
    exchange_v1.PushRecordsResponse.OUTCOME_UNCHANGED: Outcome.UNCHANGED,
    exchange_v1.PushRecordsResponse.OUTCOME_DELETED: Outcome.DELETED,
    exchange_v1.PushRecordsResponse.OUTCOME_REJECTED: Outcome.REJECTED,
    exchange_v1.PushRecordsResponse.OUTCOME_CONFLICT: Outcome.CONFLICT,
    exchange_v1.PushRecordsResponse.OUTCOME_STAGED: Outcome.STAGED,
}


class _Credit:
    """How many bytes may be under way. Every message counts, and comes back with its verdicts."""

    def __init__(self, allowed: int) -> None:
        self._allowed = allowed
        self._under_way = 0

    def has(self, size: int) -> bool:
        # What is larger than all credit goes when nothing else is under way.
        return self._under_way == 0 or self._under_way + size <= self._allowed

    def take(self, size: int) -> None:
        self._under_way += size

    def give(self, size: int) -> None:
        self._under_way = max(0, self._under_way - size)

    def give_all(self) -> None:
        self._under_way = 0


class Push:
    """A push from its first stream to its summary. Used once, by one thread."""

    def __init__(self, open_stream: Callable[[Iterator[_Request]], Any], opening: _Request.Open,
                 agency: str, dataset: str, records: Iterable[Pushable], offers: bool,
                 patience: Patience, silence: float,
                 on_verdict: Optional[Callable[[Verdict], None]], max_refused: int) -> None:
        self._open = open_stream
        self._opening = opening
        self._agency = agency
        self._dataset = dataset
        self._source = numbered(records)
        self._ahead: Optional[Item] = None  # Read from the source, but not introduced yet.
        self._exhausted = False
        self._offers = offers
        self._patience = patience
        self._silence = silence
        self._on_verdict = on_verdict
        self._max_refused = max_refused
        self._refused: List[Verdict] = []
        # Undecided, by number, ascending.
        self._undecided: Dict[int, Item] = {}
        self._undecided_bytes = 0
        self._keys: Set[Key] = set()
        # Of the stream that is open.
        self._again: Deque[Item] = deque()  # Undecided ones to introduce anew.
        self._needed: Deque[Item] = deque()  # Their records are to be sent.
        self._chunks: Iterator[_Request] = iter(())
        self._through = 0
        self._credit: Optional[_Credit] = None  # None until the push is open.

    def run(self) -> PushSummary:
        while True:
            try:
                return self._stream()
            except ExchangeError as error:
                error.request_id = self._opening.request_id
                if not is_cut(error):
                    raise
                self._patience.wait(error)

    def _stream(self) -> PushSummary:
        """One stream. What was decided on earlier ones is durable and is not sent again."""
        self._again = deque(self._undecided.values())
        self._needed.clear()
        self._chunks = iter(())
        self._credit = None
        requests: "queue.SimpleQueue[Optional[_Request]]" = queue.SimpleQueue()
        with Answers(self._open(iter(requests.get, None)), self._silence) as answers:
            try:
                requests.put(_Request(open=self._opening))
                summary = self._take(answers)
                waiting: Optional[_Request] = None
                committed = False
                while summary is None:
                    if waiting is None:
                        waiting = self._next_message()
                    if waiting is not None and self._may_send(waiting):
                        requests.put(waiting)
                        waiting = None
                        continue
                    if waiting is None and not self._undecided and not committed:
                        requests.put(_Request(commit=_Request.Commit()))
                        committed = True
                    summary = self._take(answers)
            finally:
                requests.put(None)
            try:
                answers.next()  # The end, so that the server sees no cut.
            except ExchangeError:
                pass  # The summary says that all is durable.
            return summary

    def _may_send(self, message: _Request) -> bool:
        assert self._credit is not None
        size = message.ByteSize()
        if not self._credit.has(size):
            return False
        self._credit.take(size)
        return True

    # --- What is sent

    def _next_message(self) -> Optional[_Request]:
        """The next message; None when an answer must come first, or when all was said."""
        message = next(self._chunks, None)  # Nothing may come between the chunks of a record.
        if message is None:
            message = self._introduction()
        if message is None and self._needed:
            message = self._writes()
        return message

    def _introduction(self) -> Optional[_Request]:
        """Offers, removals, or records when nothing is offered: new numbers, ascending."""
        items: Deque[Item] = deque()
        size = 0
        while len(items) < _ITEMS_OF_MESSAGE and (self._offers or size < _BYTES_OF_MESSAGE):
            item = self._peek()
            if item is None or (items and (item.body is None) != (items[0].body is None)):
                break
            self._pass(item)
            items.append(item)
            size += item.size()
        if not items:
            return None
        if items[0].body is None:
            return _Request(removals=_Request.Removals(removals=[i.removal() for i in items]))
        if self._offers:
            return _Request(offers=_Request.Offers(offers=[i.offer() for i in items]))
        self._needed.extend(items)
        return self._writes()

    def _peek(self) -> Optional[Item]:
        """The item to introduce next; None when there is none, or no room for it yet."""
        if not self._offers and self._needed:
            return None  # Records that are not offered keep their order.
        if self._again:
            return self._again[0]
        while self._ahead is None or self._ahead.seq <= self._through:
            if self._exhausted:
                return None
            self._ahead = next(self._source, None)
            if self._ahead is None:
                self._exhausted = True
        if (len(self._undecided) >= _WINDOW_ITEMS or self._undecided_bytes >= _WINDOW_BYTES or
                self._ahead.key in self._keys):  # What comes twice is decided one by one.
            return None
        return self._ahead

    def _pass(self, item: Item) -> None:
        if self._again:
            self._again.popleft()
            return
        self._ahead = None
        self._undecided[item.seq] = item
        self._undecided_bytes += item.size()
        self._keys.add(item.key)

    def _writes(self) -> _Request:
        """Records that are needed, as many as make a message, or the first chunk of a large one."""
        items = self._needed
        writes: List[_Request.Write] = []
        size = 0
        while items and size < _BYTES_OF_MESSAGE and len(writes) < _ITEMS_OF_MESSAGE:
            pieces = list(items[0].writes(self._offers))
            if len(pieces) > 1:
                if not writes:
                    items.popleft()
                    self._chunks = iter([_Request(writes=_Request.Writes(writes=[piece]))
                                         for piece in pieces])
                    return next(self._chunks)
                break
            writes += pieces
            size += items.popleft().size()
        return _Request(writes=_Request.Writes(writes=writes))

    # --- What is received

    def _take(self, answers: Answers) -> Optional[PushSummary]:
        """Takes one answer; the summary when it was that."""
        answer = answers.next()
        if answer is None:
            raise make_error(grpc.StatusCode.UNAVAILABLE, "the server ended the push too early")
        event = answer.WhichOneof("event")
        if event == "summary":
            return self._summary(answer.summary)
        if event == "opened":
            self._take_opened(answer.opened)
        elif self._credit is None:
            raise make_error(grpc.StatusCode.DATA_LOSS, "the server did not open the push")
        elif event == "need":
            # Each as it was offered: numbers of another push name nothing here.
            self._needed.extend(self._undecided[seq] for seq in answer.need.seqs
                                if seq in self._undecided)
        elif event == "verdicts":
            for verdict in answer.verdicts.verdicts:
                self._take_verdict(verdict)
            self._credit.give(answer.verdicts.credit_bytes)
            if len(self._undecided) == len(self._again):
                self._credit.give_all()  # Nothing is under way.
        return None

    def _take_opened(self, opened: exchange_v1.PushRecordsResponse.Opened) -> None:
        self._patience.answered()
        self._credit = _Credit(opened.credit_bytes)
        self._through = opened.through_seq
        # Decided before the cut, though the verdicts did not come through.
        while self._again and self._again[0].seq <= self._through:
            self._forget(self._again.popleft())

    def _take_verdict(self, verdict: exchange_v1.PushRecordsResponse.Verdict) -> None:
        item = self._undecided.get(verdict.seq)
        if item is None:
            return
        self._forget(item)
        self._patience.worked()
        outcome = _OUTCOMES.get(verdict.outcome)
        if outcome is None:
            raise make_error(grpc.StatusCode.DATA_LOSS, "a verdict without an outcome")
        refused = outcome in (Outcome.REJECTED, Outcome.CONFLICT)
        if not refused and self._on_verdict is None:
            return
        header, id, ordinal = item.key
        told = Verdict(item.index, self._agency, self._dataset, id, ordinal, header, outcome,
                       verdict.generation, error_of_status(verdict.status) if refused else None)
        if refused and len(self._refused) < self._max_refused:
            self._refused.append(told)
        if self._on_verdict is not None:
            self._on_verdict(told)

    def _forget(self, item: Item) -> None:
        del self._undecided[item.seq]
        self._undecided_bytes -= item.size()
        self._keys.discard(item.key)

    def _summary(self, summary: exchange_v1.PushRecordsResponse.Summary) -> PushSummary:
        return PushSummary(
            self._opening.request_id, summary.created, summary.updated, summary.unchanged,
            summary.deleted, summary.rejected, summary.conflicts, summary.revision,
            summary.replayed, self._refused)
