# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Pushes, streams and watches of a real server go on over broken connections and restarts.
import threading
import time
import unittest

import puente_exchange as px
from cutting_proxy import CuttingProxy
from exchange_case import AGENCY, OTHER, ExchangeCase, activity, data_of, header

KINDS = px.ChangeKind


class Collector(threading.Thread):
    """Watches until it has seen so many changes."""

    def __init__(self, watch, most):
        super().__init__(daemon=True)
        self.watch = watch
        self.most = most
        self.changes = []
        self.error = None
        self.start()

    def run(self):
        try:
            for change in self.watch:
                self.changes.append(change)
                if len(self.changes) == self.most:
                    return
        except Exception as error:  # Told by result(), on the thread of the test.
            self.error = error

    def wait_for(self, count, seconds=60):
        end = time.monotonic() + seconds
        while len(self.changes) < count and self.is_alive() and time.monotonic() < end:
            time.sleep(0.01)
        return len(self.changes) >= count

    def result(self, seconds=60):
        self.join(seconds)
        self.watch.close()
        if self.error:
            raise self.error
        if self.is_alive():
            raise AssertionError("%d changes of %d came" % (len(self.changes), self.most))
        return self.changes


class PushCutTest(ExchangeCase):
    def check_all_there(self, records, summary):
        self.assertEqual(self.pulled(), [data_of(r) for r in records])
        self.assertEqual((summary.updated, summary.deleted, summary.rejected, summary.conflicts),
                         (0, 0, 0, 0))
        self.assertEqual(summary.created + summary.unchanged, len(records))
        self.assertEqual([s.generation for s in self.client.list(AGENCY, self.dataset)],
                         [1] * len(records))

    def test_a_push_goes_on_over_broken_connections(self):
        records = [activity("a%04d" % i, padding=2000) for i in range(6000)]
        for offers in (True, False):
            self.dataset = "cuts-%s" % offers
            with CuttingProxy(self.server.address, [150_000, 1_500_000, 3_000_000, 700_000],
                              upward=True) as proxy:
                summary = self.connect(address=proxy.address).push(
                    AGENCY, self.dataset, records, offers=offers)
                self.assertEqual(proxy.cuts_left, 0)
            self.check_all_there(records, summary)

    def test_answers_that_were_cut_off_are_not_missed(self):
        # Here the server has done more than the client knows of.
        records = [activity("a%04d" % i) for i in range(3000)]
        with CuttingProxy(self.server.address, [300, 2000, 9000, 20_000]) as proxy:
            client = self.connect(address=proxy.address)
            for attempt in range(3):
                summary = client.push(AGENCY, self.dataset, records, request_id="one")
                self.assertEqual(summary.replayed, attempt > 0)
            self.assertEqual(proxy.cuts_left, 0)
        self.check_all_there(records, summary)

    def test_a_push_goes_on_over_kills_of_the_server(self):
        self.assertEqual(self.client.head().max_message_bytes, 4 << 20)
        for mode in ("upsert", "snapshot"):
            self.dataset = "kills-" + mode
            records = [header()] + [activity("a%05d" % i, padding=500) for i in range(12_000)]

            def with_kills():
                for i, record in enumerate(records):
                    if i in (2000, 5000, 9000):
                        self.server.restart(kill=True)
                    yield record

            summary = self.push(with_kills(), mode=mode)
            self.check_all_there(records, summary)

    def test_another_process_goes_on_with_a_push(self):
        records = [activity("a%d" % i, padding=900) for i in range(1500)]

        def cut_off():
            yield from records[:1200]
            raise OSError("the process dies here")

        with self.assertRaises(OSError):
            self.push(cut_off(), request_id="again", offers=False)
        summary = self.push(records, request_id="again")
        self.assertFalse(summary.replayed)
        self.check_all_there(records, summary)

    def test_nobody_listens(self):
        with CuttingProxy(self.server.address) as proxy:
            nowhere = proxy.address
        client = self.connect(address=nowhere, patience=0.5)
        for call in (client.head, lambda: next(client.stream(AGENCY, "x")),
                     lambda: client.push(AGENCY, "x", [])):
            began = time.monotonic()
            error = self.refusal("", call)
            self.assertIsInstance(error, px.Unavailable)
            self.assertLess(time.monotonic() - began, 5)
        self.assertTrue(error.request_id)


class StreamCutTest(ExchangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = [header()] + [activity("a%04d" % i, padding=1500) for i in range(2000)]
        cls.records[700] = activity("a0699", padding=3 << 20)
        with px.Client(cls.server.address, token=cls.token) as client:
            client.push(AGENCY, "all", cls.records)

    def test_every_record_comes_once_over_cuts(self):
        limits = [100, 70_000, 200_000, 1_500_000, 2_500_000, 500_000]
        with CuttingProxy(self.server.address, limits) as proxy:
            stream = self.connect(address=proxy.address).stream(AGENCY, "all")
            found = [stored.data for stored in stream]
            self.assertEqual(proxy.cuts_left, 0)
        self.assertEqual(found, [data_of(r) for r in self.records])
        self.assertTrue(stream.watch_token)

    def test_a_stream_shows_one_moment_over_a_restart(self):
        stream = self.client.stream(AGENCY, "all")
        found = [next(stream).data for _ in range(300)]
        with px.Client(self.server.address, token=self.token) as client:
            client.push(AGENCY, "all", [activity("a1999", "later"), activity("new")])
        self.server.restart(kill=True)
        found += [stored.data for stored in stream]
        self.assertEqual(found, [data_of(r) for r in self.records])
        changes = list(self.client.watch(AGENCY, "all", since=stream.watch_token, follow=False))
        self.assertEqual([(c.kind, c.record.id) for c in changes],
                         [(KINDS.UPDATED, "a1999"), (KINDS.CREATED, "new")])
        with px.Client(self.server.address, token=self.token) as client:
            client.push(AGENCY, "all", self.records[-1:] + [px.Remove("new")])

    def test_views_and_where(self):
        for view, has_digest in (("digest", True), ("name", False)):
            found = list(self.client.stream(AGENCY, "all", view=view))
            self.assertEqual(len(found), 2001)
            self.assertTrue(all(s.data is None for s in found))
            self.assertEqual(bool(found[5].digest), has_digest)
        found = list(self.client.pull(AGENCY, "all", where='identity.id = "a0042"'))
        # Headers always pass.
        self.assertEqual(found, [self.records[0], self.records[43]])
        self.assertEqual(list(self.client.pull(AGENCY, "all", where='identity.id = "no"')),
                         self.records[:1])

    def test_pages_show_one_moment(self):
        pages = self.client.list(AGENCY, "all", page_size=70)
        found = [next(pages).name for _ in range(100)]
        self.client.push(AGENCY, "all", [activity("zz")])
        found += [stored.name for stored in pages]
        self.client.push(AGENCY, "all", [px.Remove("zz")])
        self.assertEqual(len(set(found)), 2001)
        self.assertEqual(len(found), 2001)
        whole = list(self.client.list(AGENCY, "all", view="full", where='identity.id = "a0001"'))
        self.assertEqual([s.data for s in whole],
                         [data_of(self.records[0]), data_of(self.records[2])])


class WatchTest(ExchangeCase):
    def test_changes_come_as_they_happen(self):
        watch = Collector(self.client.watch(AGENCY, self.dataset), 4)
        pusher = self.connect()
        pusher.push(AGENCY, self.dataset, [activity("a"), activity("b")])
        pusher.push(AGENCY, self.dataset, [activity("a", "otro")])
        pusher.push(AGENCY, self.dataset + "-otro", [activity("x")])
        pusher.delete(AGENCY, self.dataset, "b", reason="doble")
        changes = watch.result()
        self.assertEqual([(c.kind, c.record.id, c.record.generation, c.delete_reason)
                          for c in changes],
                         [(KINDS.CREATED, "a", 1, ""), (KINDS.CREATED, "b", 1, ""),
                          (KINDS.UPDATED, "a", 2, ""), (KINDS.DELETED, "b", 2, "doble")])
        self.assertEqual(changes[2].record.record(), activity("a", "otro"))
        self.assertTrue(changes[3].record.deleted)
        self.assertIsNone(changes[3].record.data)
        self.assertLess(abs(changes[0].commit_time.timestamp() - time.time()), 60)

    def test_each_change_comes_once_over_restarts(self):
        rounds, size = 8, 40
        watch = Collector(self.client.watch(since=px.NOW), rounds * size)
        pusher = self.connect()
        for i in range(rounds):
            records = [activity("r%d-%d" % (i, j), padding=200) for j in range(size)]
            last = pusher.push(AGENCY, self.dataset, records).revision
            if i % 2 == 0:
                self.server.restart(kill=i % 4 == 0)
        changes = watch.result(120)
        found = [c.record.revision for c in changes]
        self.assertEqual(found, list(range(last - rounds * size + 1, last + 1)))
        self.assertEqual([c.record.id for c in changes],
                         ["r%d-%d" % (i, j) for i in range(rounds) for j in range(size)])
        # Nothing came twice behind them either.
        self.assertEqual(list(self.client.watch(since=changes[-1].token, follow=False)), [])

    def test_each_change_comes_once_over_broken_connections(self):
        since = self.client.head().watch_token
        self.push([activity("a%d" % i, padding=700) for i in range(800)])
        with CuttingProxy(self.server.address, [200, 5000, 100_000, 300_000]) as proxy:
            watch = self.connect(address=proxy.address).watch(since=since, follow=False)
            found = [change.record.id for change in watch]
            self.assertEqual(proxy.cuts_left, 0)
        self.assertEqual(found, ["a%d" % i for i in range(800)])

    def test_a_token_of_any_change_misses_nothing(self):
        watch = self.client.watch(AGENCY, self.dataset)
        ids = ["a%d" % i for i in range(300)]
        self.push([activity(id, padding=400) for id in ids])
        for position in (0, 1, 150, 299):
            seen = []
            with self.client.watch(AGENCY, self.dataset, since=watch.token) as part:
                for change in part:
                    seen.append(change.record.id)
                    if len(seen) == position + 1:
                        break
            self.server.restart(kill=True)
            later = [c.record.id for c in self.client.watch(AGENCY, self.dataset,
                                                            since=change.token, follow=False)]
            # Of the message that the change was of, some may come again.
            self.assertEqual(ids[len(ids) - len(later):], later)
            self.assertGreaterEqual(len(later), len(ids) - position - 1)
        self.assertEqual(later, [])

    def test_from_the_beginning_and_what_there_is(self):
        self.push([activity("a"), activity("b")])
        self.push([activity("a", "otro")])
        seen = list(self.client.watch(AGENCY, self.dataset, since=px.BEGINNING, follow=False))
        self.assertEqual([(c.record.id, c.record.generation) for c in seen],
                         [("a", 1), ("b", 1), ("a", 2)])
        self.assertEqual(seen[0].record.record(), activity("a"))
        self.assertEqual(list(self.client.watch(AGENCY, self.dataset, since=seen[-1].token,
                                                follow=False)), [])
        names = list(self.client.watch(AGENCY, self.dataset, since="", follow=False, view="name"))
        self.assertEqual([c.record.data for c in names], [None] * 3)

    def test_of_all_agencies(self):
        since = self.client.head().watch_token
        self.push([activity("a")])
        self.connect(token=self.other_token).push(OTHER, self.dataset, [activity("b")])
        seen = self.client.watch(since=since, follow=False)
        self.assertEqual(sorted((c.record.agency, c.record.id) for c in seen),
                         [(AGENCY, "a"), (OTHER, "b")])
        only = self.client.watch(OTHER, since=since, follow=False)
        self.assertEqual([c.record.id for c in only], ["b"])

    def test_a_large_record_comes_without_its_content(self):
        watch = self.client.watch(AGENCY, self.dataset)
        self.push([activity("klein"), activity("grande", padding=2 << 20)])
        small, large = [c.record for c in self.client.watch(
            AGENCY, self.dataset, since=watch.token, follow=False)]
        self.assertEqual(small.record(), activity("klein"))
        self.assertTrue(large.data is None)
        self.assertGreater(large.record_bytes, 2 << 20)
        with self.assertRaisesRegex(ValueError, "without its content"):
            large.record()

    def test_where(self):
        since = self.client.head().watch_token
        self.push([activity("a"), activity("b")])
        self.client.delete(AGENCY, self.dataset, "a")
        seen = self.client.watch(AGENCY, self.dataset, since=since, where='identity.id = "b"',
                                 follow=False)
        self.assertEqual([(c.kind, c.record.id) for c in seen],
                         [(KINDS.CREATED, "b"), (KINDS.DELETED, "a")])

    def test_it_can_be_closed_from_outside(self):
        watch = self.client.watch(AGENCY, self.dataset)
        collector = Collector(watch, 99)
        self.push([activity("a")])
        self.assertTrue(collector.wait_for(1))
        watch.close()
        collector.join(10)
        self.assertFalse(collector.is_alive())
        self.assertIsNone(collector.error)

    def test_progress_is_told(self):
        tokens = []
        self.push([activity("a")])
        watch = self.client.watch(AGENCY, self.dataset, since=px.BEGINNING, follow=False,
                                  on_progress=tokens.append)
        self.assertEqual(len(list(watch)), 1)
        self.assertEqual(tokens, [watch.token])


if __name__ == "__main__":
    unittest.main()
