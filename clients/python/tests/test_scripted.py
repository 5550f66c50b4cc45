# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Answers that a real server gives only with bad luck, from a server that plays a script.
import contextlib
import threading
import time
import unittest
from concurrent import futures
from unittest import mock

import grpc
import puente_exchange as px
from cutting_proxy import CuttingProxy
from exchange_case import activity, data_of
from google.rpc import error_details_pb2, status_pb2
from puente_exchange import _connection
from puente_exchange import exchange_v1 as x

Request = x.PushRecordsRequest
Answer = x.PushRecordsResponse
CODE = grpc.StatusCode


class Cut(Exception):
    """Ends a call of the script as a dying server or a refusal would."""

    def __init__(self, code=CODE.UNAVAILABLE, reason="", delay=None):
        super().__init__(code)
        self.code = code
        self.reason = reason
        self.delay = delay

    def end(self, context):
        if self.reason:
            status = status_pb2.Status(code=self.code.value[0], message="scripted")
            status.details.add().Pack(error_details_pb2.ErrorInfo(
                reason=self.reason, domain="puente.exchange"))
            if self.delay is not None:
                retry = error_details_pb2.RetryInfo()
                retry.retry_delay.FromMilliseconds(int(self.delay * 1000))
                status.details.add().Pack(retry)
            context.set_trailing_metadata((
                ("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(self.code, "scripted")


class Script(x.RecordServiceServicer, x.ChangeServiceServicer):
    """Plays for each call of a method the next of its scripts: functions of the request(s)."""

    def __init__(self):
        self.plays = {}
        self.calls = []

    def _play(self, method, request, context):
        self.calls.append(method)
        try:
            return self.plays[method].pop(0)(request)
        except Cut as cut:
            cut.end(context)

    def _stream(self, method, request, context):
        self.calls.append(method)
        try:
            for answer in self.plays[method].pop(0)(request):
                if not context.is_active():
                    return
                yield answer
        except Cut as cut:
            cut.end(context)

    def GetRecord(self, request, context):
        return self._play("get", request, context)

    def ListRecords(self, request, context):
        return self._play("list", request, context)

    def DeleteRecord(self, request, context):
        return self._play("delete", request, context)

    def GetHead(self, request, context):
        return x.GetHeadResponse(watch_token="now")

    def PushRecords(self, requests, context):
        yield from self._stream("push", requests, context)

    def StreamRecords(self, request, context):
        yield from self._stream("stream", request, context)

    def WatchChanges(self, request, context):
        yield from self._stream("watch", request, context)


def opened(through=0, credit=8 << 20):
    return Answer(opened=Answer.Opened(through_seq=through, credit_bytes=credit))


def verdicts(seqs, credit=0, outcome=Answer.OUTCOME_CREATED):
    return Answer(verdicts=Answer.Verdicts(
        verdicts=[Answer.Verdict(seq=seq, outcome=outcome, generation=1) for seq in seqs],
        credit_bytes=credit))


def need(seqs):
    return Answer(need=Answer.Need(seqs=seqs))


def summary(**counts):
    return Answer(summary=Answer.Summary(**counts))


def stored(id, data=b"", size=None):
    record = x.StoredRecord(name="agencies/a/datasets/d/records/" + id, generation=1,
                            record_bytes=len(data) if size is None else size)
    if size is None:
        record.record = data
    return record


def chunk(data, offset, total):
    return x.StreamRecordsResponse(chunk=x.RecordChunk(offset=offset, data=data,
                                                       total_bytes=total))


def page(*records, token=""):
    return x.StreamRecordsResponse(records=records, resume_token=token)


END = x.StreamRecordsResponse(complete=True, watch_token="behind")


class ScriptedCase(unittest.TestCase):
    def setUp(self):
        self.script = Script()
        server = grpc.server(futures.ThreadPoolExecutor(8), options=[
            ("grpc.http2.min_ping_interval_without_data_ms", 10),
            ("grpc.http2.max_ping_strikes", 0)])
        x.add_RecordServiceServicer_to_server(self.script, server)
        x.add_ChangeServiceServicer_to_server(self.script, server)
        self.address = "127.0.0.1:%d" % server.add_insecure_port("127.0.0.1:0")
        server.start()
        self.addCleanup(lambda: server.stop(0).wait(10))

    def client(self, **options):
        client = px.Client(options.pop("address", self.address), token="t", **options)
        self.addCleanup(client.close)
        return client

    def play(self, method, *scripts):
        self.script.plays[method] = list(scripts)


class PushScriptTest(ScriptedCase):
    def test_what_was_decided_is_not_sent_again(self):
        seen = []

        def first(requests):
            self.assertEqual(next(requests).open.request_id, "mine")
            yield opened()
            offers = next(requests).offers.offers
            seen.append([o.seq for o in offers])
            yield verdicts([2, 5], outcome=Answer.OUTCOME_UNCHANGED)
            yield need([1, 3, 4])
            seen.append([w.seq for w in next(requests).writes.writes])
            yield verdicts([1, 4])
            raise Cut

        def second(requests):
            self.assertEqual(next(requests).open.request_id, "mine")
            yield opened(through=2)
            seen.append([o.seq for o in next(requests).offers.offers])
            yield need([3])
            seen.append([w.seq for w in next(requests).writes.writes])
            yield verdicts([3])
            self.assertTrue(next(requests).HasField("commit"))
            yield summary(created=3, unchanged=2)

        self.play("push", first, second)
        told = []
        done = self.client().push("a", "d", [activity(str(i)) for i in range(5)],
                                  request_id="mine", on_verdict=lambda v: told.append(v.index))
        self.assertEqual(seen, [[1, 2, 3, 4, 5], [1, 3, 4], [3], [3]])
        self.assertEqual(sorted(told), [0, 1, 2, 3, 4])
        self.assertEqual((done.created, done.unchanged), (3, 2))

    def test_numbers_that_were_decided_before_are_passed_over(self):
        def script(requests):
            next(requests)
            yield opened(through=3)
            self.assertEqual([o.seq for o in next(requests).offers.offers], [4, 5])
            yield verdicts([4, 5])
            yield need([])
            self.assertTrue(next(requests).HasField("commit"))
            yield summary(created=5)

        self.play("push", script)
        done = self.client().push("a", "d", [activity(str(i)) for i in range(5)], request_id="m")
        self.assertEqual(done.created, 5)

    def test_credit_is_kept(self):
        for credit in (30_000, 200_000):
            most = self.credit_used(credit)
            self.assertGreater(most, credit // 2)
            self.assertLessEqual(most, credit)
        # A message that is larger than all credit goes alone.
        self.assertLess(self.credit_used(3_000), 2 * 3_000 + 1000)

    def credit_used(self, credit):
        """The most bytes that were under way, of a server that answers late."""
        used, sizes, most = [0], [], [0]
        lock = threading.Lock()
        waiting = []
        ended = threading.Event()

        def read(requests):
            for request in requests:
                with lock:
                    waiting.append(request)
                    sizes.append(request.ByteSize())
                    used[0] += request.ByteSize()
                    most[0] = max(most[0], used[0])
                if request.HasField("commit"):
                    break
            ended.set()

        def script(requests):
            next(requests)
            yield opened(credit=credit)
            reader = threading.Thread(target=read, args=(requests,), daemon=True)
            reader.start()
            while True:
                if not waiting:
                    time.sleep(0.005)
                    continue
                time.sleep(0.02)
                request = waiting.pop(0)
                if request.HasField("commit"):
                    yield summary()
                    return
                with lock:
                    used[0] -= request.ByteSize()
                yield verdicts([w.seq for w in request.writes.writes], request.ByteSize())
                if request.HasField("offers"):
                    yield need([o.seq for o in request.offers.offers])

        self.play("push", script)
        records = [activity(str(i), padding=3000) for i in range(60)]
        with mock.patch("puente_exchange._push._BYTES_OF_MESSAGE", credit // 8), \
                mock.patch("puente_exchange._push._ITEMS_OF_MESSAGE", 10):
            self.client(timeout=20).push("a", "d", records)
        self.assertTrue(ended.wait(10))
        return most[0]

    def test_a_silent_server_is_left(self):
        def silent(requests):
            next(requests)
            yield opened()
            time.sleep(3)

        def script(requests):
            next(requests)
            yield opened()
            next(requests)
            yield verdicts([1])
            yield need([])
            yield summary(created=1)

        self.play("push", silent, script)
        began = time.monotonic()
        self.assertEqual(self.client(timeout=0.5).push("a", "d", [activity("a")]).created, 1)
        self.assertLess(time.monotonic() - began, 3)

    def test_a_server_that_always_fails_ends_patience(self):
        def script(requests):
            next(requests)
            yield opened()
            raise Cut(reason="STORE_UNAVAILABLE")

        self.play("push", *[script] * 100)
        with self.assertRaises(px.Unavailable) as raised:
            self.client(patience=1.0).push("a", "d", [activity("a")], request_id="mine")
        self.assertEqual((raised.exception.reason, raised.exception.request_id),
                         ("STORE_UNAVAILABLE", "mine"))
        self.assertGreater(len(self.script.calls), 2)

    def test_another_stream_took_the_push(self):
        def script(requests):
            next(requests)
            yield opened()
            raise Cut(CODE.ABORTED, "PUSH_IN_PROGRESS")

        self.play("push", script)
        with self.assertRaises(px.Conflict):
            self.client().push("a", "d", [activity("a")])
        self.assertEqual(len(self.script.calls), 1)

    def test_no_room_for_the_moment(self):
        def full(requests):
            raise Cut(CODE.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS", delay=0.3)
            yield

        def script(requests):
            next(requests)
            yield opened()
            yield summary(replayed=True)

        self.play("push", full, script)
        began = time.monotonic()
        self.assertTrue(self.client().push("a", "d", []).replayed)
        self.assertGreaterEqual(time.monotonic() - began, 0.3)

    def test_answers_that_break_the_protocol(self):
        def before_open(requests):
            next(requests)
            yield need([1])

        def no_outcome(requests):
            next(requests)
            yield opened()
            next(requests)
            yield verdicts([1], outcome=Answer.OUTCOME_UNSPECIFIED)

        for script in (before_open, no_outcome):
            self.play("push", script)
            with self.assertRaises(px.ExchangeError) as raised:
                self.client().push("a", "d", [activity("a")])
            self.assertEqual(raised.exception.code, CODE.DATA_LOSS)


class StreamScriptTest(ScriptedCase):
    def records(self, count, **options):
        return [stored("r%d" % i, data_of(activity("r%d" % i)), **options) for i in range(count)]

    def test_each_record_once_however_it_is_cut(self):
        r = self.records(6)
        big = b"0123456789" * 100
        tokens = []

        def first(request):
            tokens.append(request.resume_token)
            yield page(r[0], r[1], token="1")
            yield page(r[2], stored("big", size=1000))
            yield chunk(big[:400], 0, 1000)
            raise Cut

        def second(request):
            # The same order, but other messages.
            tokens.append(request.resume_token)
            yield page(r[2])
            # A token before a record is whole is none to go on from.
            yield page(stored("big", size=1000), token="early")
            yield chunk(big[:600], 0, 1000)
            yield chunk(big[600:], 600, 1000)
            raise Cut(reason="SHUTTING_DOWN")

        def third(request):
            tokens.append(request.resume_token)
            yield page(r[2], stored("big", size=1000))
            yield chunk(big, 0, 1000)
            yield page(r[3], token="5")
            yield page(token="6")
            # Ends, but says not that it is complete.

        def fourth(request):
            tokens.append(request.resume_token)
            yield page(r[4], r[5], token="7")
            yield END

        self.play("stream", first, second, third, fourth)
        stream = self.client().stream("a", "d")
        found = [(s.id, s.data) for s in stream]
        self.assertEqual([id for id, _ in found], ["r0", "r1", "r2", "big", "r3", "r4", "r5"])
        self.assertEqual(found[3][1], big)
        self.assertEqual(tokens, ["", "1", "1", "6"])
        self.assertEqual(stream.watch_token, "behind")

    def test_chunks_that_do_not_fit(self):
        head = page(stored("big", size=10))
        for answers in ([chunk(b"12345", 0, 10)],
                        [head, chunk(b"12345", 1, 10)], [head, chunk(b"12345", 0, 11)],
                        [head, chunk(b"", 0, 10)], [head, chunk(b"12345678901", 0, 10)],
                        [head, page(*self.records(1))],
                        [page(stored("big", size=10), *self.records(1))]):
            self.play("stream", lambda request, answers=answers: answers)
            with self.assertRaises(px.ExchangeError) as raised:
                list(self.client().stream("a", "d"))
            self.assertEqual(raised.exception.code, CODE.DATA_LOSS)

    def test_a_refusal_is_not_tried_again(self):
        def script(request):
            yield page(*self.records(1), token="1")
            raise Cut(CODE.DATA_LOSS, "STORE_DAMAGED")

        self.play("stream", script)
        stream = self.client().stream("a", "d")
        self.assertEqual(next(stream).id, "r0")
        with self.assertRaises(px.ExchangeError) as raised:
            next(stream)
        self.assertEqual(raised.exception.reason, "STORE_DAMAGED")

    def test_a_record_with_another_digest(self):
        record = self.records(1)[0]
        record.digest = px.record_digest(activity("r0"))
        other = self.records(1)[0]
        other.digest = bytes(32)
        self.play("stream", lambda request: [page(record, other), END])
        self.assertEqual([s.is_whole() for s in self.client().stream("a", "d")], [True, False])

    def test_a_connection_that_leads_nowhere_is_found_out(self):
        def slow(request):
            yield page(self.records(1)[0], token="1")
            time.sleep(0.2)
            yield page(stored("big", size=5000))
            yield chunk(bytes(5000), 0, 5000)
            time.sleep(3)

        self.play("stream", slow, lambda request: [page(self.records(2)[1]), END])
        options = [(name, 300 if name.endswith(("_time_ms", "_timeout_ms")) else value)
                   for name, value in _connection._OPTIONS]
        with CuttingProxy(self.address, [600], stall=True) as proxy, \
                mock.patch.object(_connection, "_OPTIONS", options):
            client = self.client(address=proxy.address)
            self.assertEqual([s.id for s in client.stream("a", "d")], ["r0", "r1"])
            self.assertEqual(proxy.connections, 2)


class WatchScriptTest(ScriptedCase):
    @staticmethod
    def changes(*revisions, token, progress=False):
        answer = x.WatchChangesResponse(resume_token=token, progress=progress)
        for revision in revisions:
            change = answer.changes.add(kind=x.WatchChangesResponse.Change.KIND_CREATED)
            change.record.CopyFrom(stored("r%d" % revision, b""))
            change.record.revision = revision
        return answer

    def test_tokens_and_resumption(self):
        asked = []

        def first(request):
            asked.append((request.resume_token, request.start))
            yield self.changes(1, 2, 3, token="3")
            raise Cut

        def second(request):
            asked.append((request.resume_token, request.start))
            yield self.changes(4, token="4")
            yield self.changes(token="5", progress=True)
            # The server drains, and ends well.

        def third(request):
            asked.append((request.resume_token, request.start))
            yield self.changes(6, token="6", progress=True)
            raise AssertionError("never read")

        self.play("watch", first, second, third)
        progress = []
        watch = self.client().watch("a", "d", since=px.BEGINNING, on_progress=progress.append)
        found = []
        with contextlib.closing(watch):
            for change in watch:
                found.append((change.record.revision, change.token))
                if change.record.revision == 6:
                    break
        self.assertEqual(found, [(1, ""), (2, ""), (3, "3"), (4, "4"), (6, "6")])
        start = x.WatchChangesRequest
        self.assertEqual(asked, [("", start.START_BEGINNING), ("3", start.START_UNSPECIFIED),
                                 ("5", start.START_UNSPECIFIED)])
        self.assertEqual(progress, ["5"])

    def test_now_is_the_moment_of_the_call(self):
        asked = []

        def script(request):
            asked.append((request.resume_token, request.start))
            yield self.changes(token="x", progress=True)

        self.play("watch", script, script)
        client = self.client()
        self.assertEqual(list(client.watch("a", "d", follow=False)), [])
        self.assertEqual(list(client.watch("a", "d", follow=False, where="activity:*")), [])
        start = x.WatchChangesRequest
        # A token of the head is none for a filter.
        self.assertEqual(asked, [("now", start.START_UNSPECIFIED), ("", start.START_NOW)])

    def test_compacted(self):
        def script(request):
            raise Cut(CODE.OUT_OF_RANGE, "REVISION_COMPACTED")
            yield

        self.play("watch", script)
        with self.assertRaises(px.ExchangeError) as raised:
            next(self.client().watch("a", "d", since="old"))
        self.assertEqual(raised.exception.reason, "REVISION_COMPACTED")

    def test_a_change_of_no_kind(self):
        answer = self.changes(1, token="1")
        answer.changes[0].kind = 99
        self.play("watch", lambda request: [answer])
        with self.assertRaisesRegex(px.ExchangeError, "of kind 99"):
            next(self.client().watch("a", "d", since="t"))


class UnaryScriptTest(ScriptedCase):
    @staticmethod
    def cut(request):
        raise Cut

    def test_reads_are_tried_again_and_deletions_are_not(self):
        self.play("get", self.cut, self.cut,
                  lambda request: x.GetRecordResponse(record=stored("r", b"")))
        client = self.client()
        self.assertEqual(client.get("a", "d", "r").id, "r")
        self.play("delete", self.cut)
        with self.assertRaises(px.Unavailable):
            client.delete("a", "d", "r")
        self.assertEqual(self.script.calls, ["get"] * 3 + ["delete"])

    def test_deadline(self):
        self.play("get", lambda request: time.sleep(2))
        began = time.monotonic()
        with self.assertRaises(px.Unavailable) as raised:
            self.client(timeout=0.3).get("a", "d", "r")
        self.assertEqual(raised.exception.code, CODE.DEADLINE_EXCEEDED)
        self.assertLess(time.monotonic() - began, 1.5)

    def test_pages_that_do_not_end(self):
        def script(request):
            return x.ListRecordsResponse(next_page_token="again")

        self.play("list", script, script, script)
        with self.assertRaisesRegex(px.ExchangeError, "pages do not end"):
            list(self.client().list("a", "d"))


if __name__ == "__main__":
    unittest.main()
