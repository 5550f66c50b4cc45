# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# The client of an exchange: push, pull, stream, watch, and the reads of single things.
"""The client of an exchange."""
from __future__ import annotations

import os
import uuid
from typing import Any, Callable, Iterable, Iterator, List, Optional, Tuple, Union

import grpc

from puente_exchange import exchange_v1, names, v1
from puente_exchange._connection import Token, open_channel
from puente_exchange._patience import Patience, Reach
from puente_exchange._push import MODES, Push
from puente_exchange._push_items import Pushable
from puente_exchange.errors import error_of_call, is_cut, make_error
from puente_exchange.model import PushSummary, StoredRecord, Verdict
from puente_exchange.streams import RecordStream, Since, Watch

_VIEWS = {"full": exchange_v1.RECORD_VIEW_FULL, "digest": exchange_v1.RECORD_VIEW_DIGEST,
          "name": exchange_v1.RECORD_VIEW_NAME}
_PROGRESS_SECONDS = 30
# A server may look through many records before one passes a filter.
_STREAM_SILENCE = 300.0


class Client:
    """A connection to an exchange, for one agency's token.

    Args:
      address: `HOST:PORT`, `[::1]:PORT` or `unix:PATH`.
      token: the secret that `puente agency token` printed; else that of `token_file`, which is read
        anew for each call; else of the environment variable PUENTE_TOKEN.
      ca: certificates to trust, PEM: a path or the bytes. The system's by default.
      tls: TLS is used unless the address is loopback or a unix socket; True asks for it there too.
        Without TLS the token goes nowhere else: ValueError.
      timeout: seconds that one call may take, or that a push waits for an answer.
      patience: seconds that reads, pushes and watches are tried again while the server is away,
        once it was reached; before that, 5 seconds at most.

    Methods raise ExchangeError. Reads, pushes and watches go on by themselves after a cut; a
    deletion is never sent twice. Any thread may call; each iterator belongs to one thread.
    """

    def __init__(self, address: str, *, token: Optional[str] = None,
                 token_file: Union[None, str, "os.PathLike[str]"] = None,
                 ca: Union[None, str, bytes, "os.PathLike[str]"] = None,
                 tls: Optional[bool] = None, timeout: float = 60.0,
                 patience: float = 120.0) -> None:
        self._address = address
        self._token = Token(token, token_file)
        self._timeout = timeout
        self._reach = Reach(patience)
        self._channel = open_channel(address, ca, tls)
        # Typed as they are used: the generated stubs have no types.
        self._records: Any = exchange_v1.RecordServiceStub(self._channel)
        self._changes: Any = exchange_v1.ChangeServiceStub(self._channel)
        self._datasets: Any = exchange_v1.DatasetServiceStub(self._channel)
        self._agencies: Any = exchange_v1.AgencyServiceStub(self._channel)

    def __repr__(self) -> str:
        return "puente_exchange.Client(%r)" % self._address

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all that is under way."""
        self._channel.close()

    @property
    def channel(self) -> grpc.Channel:
        """For stubs of `exchange_v1`, to call what has no method here, with `metadata=`."""
        return self._channel

    def metadata(self) -> Tuple[Tuple[str, str], ...]:
        """What proves who calls; it holds the token."""
        return self._token.metadata()

    # --- writing

    def push(self, agency: str, dataset: str, records: Iterable[Pushable], *, mode: str = "upsert",
             request_id: Optional[str] = None, allow_mass_removal: bool = False,
             offers: bool = True, on_verdict: Optional[Callable[[Verdict], None]] = None,
             max_refused: int = 1000) -> PushSummary:
        """Writes records of one dataset of the client's own agency.

        Digests are offered first, and only records that the exchange has not are sent. A push goes
        on after a cut; when patience ends, ExchangeError.request_id is the one to call again with,
        and the same records.

        Args:
          records: v1.Record or its bytes; Put to write only at a generation; Remove to delete.
            Taken one by one, so any number will do. Records with equal ids need ordinals of theirs.
          mode: `upsert` adds and changes; `snapshot` makes the records the whole dataset, at once;
            `validate` writes nothing and says what would happen.
          request_id: up to 64 characters that belong to this push alone; random by default.
          allow_mass_removal: let a snapshot delete more than the exchange's share of a dataset.
          offers: False sends all records at once: one round trip less when all of them are new.
          on_verdict: is told what became of each record, once it is durable.
          max_refused: so many verdicts of refused records the summary keeps.
        """
        if mode not in MODES:
            raise ValueError("mode is one of %s, not %r" % (", ".join(sorted(MODES)), mode))
        opening = exchange_v1.PushRecordsRequest.Open(
            parent=names.dataset_name(agency, dataset), request_id=request_id or str(uuid.uuid4()),
            mode=MODES[mode], allow_mass_removal=allow_mass_removal)

        def open_stream(requests: Iterator[exchange_v1.PushRecordsRequest]) -> Any:
            return self._records.PushRecords(requests, metadata=self.metadata())

        return Push(open_stream, opening, agency, dataset, records, offers, Patience(self._reach),
                    self._timeout, on_verdict, max_refused).run()

    def delete(self, agency: str, dataset: str, id: str, ordinal: int = 0, *,
               if_generation: Optional[int] = None, reason: str = "") -> StoredRecord:
        """Deletes a record; the tombstone. Not tried again: who was cut off looks with get()."""
        request = exchange_v1.DeleteRecordRequest(
            name=names.record_name(agency, dataset, id, ordinal), if_generation=if_generation,
            reason=reason)
        return StoredRecord.of(self._call(self._records.DeleteRecord, request, safe=False).record)

    # --- reading

    def pull(self, agency: str, dataset: str, *, where: str = "") -> Iterator[v1.Record]:
        """All records of a dataset as they were at one moment, in order, its header first.

        `where` is an expression of docs/where.md. `-` stands for all agencies or datasets; stream()
        tells which one a record is of.
        """
        for stored in self.stream(agency, dataset, where=where):
            yield stored.record()

    def stream(self, agency: str = names.ALL, dataset: str = names.ALL, *, where: str = "",
               view: str = "full") -> RecordStream:
        """The same with name, generation, revision and digest, the bytes as they were pushed.

        The stream's `watch_token`, once it has ended, is where to watch from.
        """
        request = exchange_v1.StreamRecordsRequest(parent=names.selector(agency, dataset),
                                                   filter=where, view=_view(view))
        return RecordStream(self._opener(self._records.StreamRecords), request,
                            Patience(self._reach), _STREAM_SILENCE)

    def watch(self, agency: str = names.ALL, dataset: str = names.ALL, *,
              since: Union[str, Since, None] = Since.NOW, where: str = "", view: str = "full",
              follow: bool = True,
              on_progress: Optional[Callable[[str], None]] = None) -> Watch:
        """Changes of records as they become durable, each once, over restarts of the server.

        Args:
          since: a token of an earlier watch with the same agency, dataset and `where`, or of a
            stream; NOW: what comes after this call; BEGINNING (or an empty token): all that is
            kept. REVISION_COMPACTED: stream the records, and watch from the stream's token.
          where: changes of records that it holds for, and all deletions.
          view: `full` brings the records, those over 1 MiB without content; else `digest`, `name`.
          follow: False ends the watch when all that there is was told.
          on_progress: is told a token to keep now and then while nothing changes.
        """
        request = exchange_v1.WatchChangesRequest(parent=names.selector(agency, dataset),
                                                  filter=where, view=_view(view))
        request.progress_interval.FromSeconds(_PROGRESS_SECONDS)
        if isinstance(since, str) and since:
            request.resume_token = since
        elif since is Since.BEGINNING or since == "":
            request.start = exchange_v1.WatchChangesRequest.START_BEGINNING
        elif where:
            request.start = exchange_v1.WatchChangesRequest.START_NOW
        else:
            # So that the watch begins with this call, though it connects only when it is read.
            request.resume_token = self.head().watch_token
        return Watch(self._opener(self._changes.WatchChanges), request, Patience(self._reach),
                     3.0 * _PROGRESS_SECONDS, follow, on_progress)

    def get(self, agency: str, dataset: str, id: str = "", ordinal: int = 0, *,
            generation: int = 0, header: bool = False, view: str = "full") -> StoredRecord:
        """One record, or an earlier generation of it. NotFound with RECORD_NOT_FOUND or
        RECORD_DELETED. A record over 2 MiB is RECORD_TOO_LARGE: stream() brings it."""
        request = exchange_v1.GetRecordRequest(
            name=names.record_name(agency, dataset, id, ordinal, header), generation=generation,
            view=_view(view))
        return StoredRecord.of(self._call(self._records.GetRecord, request).record)

    def list(self, agency: str = names.ALL, dataset: str = names.ALL, *, where: str = "",
             view: str = "digest", page_size: int = 1000) -> Iterator[StoredRecord]:
        """Records in pages that all show one moment; stream() is faster for many."""
        request = exchange_v1.ListRecordsRequest(
            parent=names.selector(agency, dataset), filter=where, view=_view(view),
            page_size=page_size)
        for page in self._pages(self._records.ListRecords, request):
            for stored in page.records:
                yield StoredRecord.of(stored)

    def generations(self, agency: str, dataset: str, id: str = "", ordinal: int = 0, *,
                    header: bool = False) -> Iterator[StoredRecord]:
        """The generations of one record, newest first, deletions too."""
        request = exchange_v1.ListGenerationsRequest(
            name=names.record_name(agency, dataset, id, ordinal, header))
        for page in self._pages(self._records.ListGenerations, request):
            for stored in page.generations:
                yield StoredRecord.of(stored)

    def datasets(self, agency: str = names.ALL) -> Iterator[exchange_v1.Dataset]:
        """Datasets by name."""
        request = exchange_v1.ListDatasetsRequest(parent=names.agency_name(agency))
        for page in self._pages(self._datasets.ListDatasets, request):
            yield from page.datasets

    def agencies(self) -> List[exchange_v1.Agency]:
        """Agencies by name."""
        request = exchange_v1.ListAgenciesRequest()
        answer = self._call(self._agencies.ListAgencies, request)
        return [agency for agency in answer.agencies]

    def head(self) -> exchange_v1.GetHeadResponse:
        """The token of now, and what the server can do."""
        answer: exchange_v1.GetHeadResponse = self._call(self._changes.GetHead,
                                                         exchange_v1.GetHeadRequest())
        return answer

    # --- calls

    def _opener(self, method: Any) -> Callable[[Any], Any]:
        return lambda request: method(request, metadata=self.metadata())

    def _call(self, method: Any, request: Any, *, safe: bool = True) -> Any:
        """A unary call; a safe one is tried again after a cut."""
        patience = Patience(self._reach)
        while True:
            try:
                answer = method(request, timeout=self._timeout, metadata=self.metadata())
                patience.worked()
                return answer
            except grpc.RpcError as raised:
                error = error_of_call(raised)
                if not safe or not is_cut(error):
                    raise error from raised
                patience.wait(error)

    def _pages(self, method: Any, request: Any) -> Iterator[Any]:
        while True:
            page = self._call(method, request)
            yield page
            if not page.next_page_token:
                return
            if page.next_page_token == request.page_token:
                raise make_error(grpc.StatusCode.DATA_LOSS, "the pages do not end")
            request.page_token = page.next_page_token


def _view(name: str) -> exchange_v1.RecordView:
    if name not in _VIEWS:
        raise ValueError("view is one of %s, not %r" % (", ".join(sorted(_VIEWS)), name))
    return _VIEWS[name]
