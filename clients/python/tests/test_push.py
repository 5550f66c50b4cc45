# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Pushes against a real server: offers, bodies, verdicts, modes, repetition, large and odd records.
import unittest

import grpc
import puente_exchange as px
from cutting_proxy import CuttingProxy
from exchange_case import AGENCY, ExchangeCase, activity, data_of, header, sized

MIB = 1 << 20


class PushTest(ExchangeCase):
    def counts(self, summary):
        return (summary.created, summary.updated, summary.unchanged, summary.deleted,
                summary.rejected, summary.conflicts)

    def test_offered_records_come_back_byte_for_byte_in_order(self):
        records = [header()] + [activity("XM-DAC-%d" % i) for i in range(2500, 0, -1)]
        outcomes = []
        summary = self.push(records, on_verdict=lambda v: outcomes.append(v.outcome))
        self.assertEqual(self.counts(summary), (2501, 0, 0, 0, 0, 0))
        self.assertTrue(summary.ok)
        self.assertFalse(summary.replayed)
        self.assertEqual(outcomes, [px.Outcome.CREATED] * 2501)
        self.assertEqual(self.pulled(), [data_of(r) for r in records])
        self.assertEqual(list(self.client.pull(AGENCY, self.dataset)), records)

    def test_unchanged_records_are_not_sent_again(self):
        records = [activity("a%d" % i, padding=2000) for i in range(300)]
        first = self.push(records)
        self.assertEqual(first.created, 300)
        with CuttingProxy(self.server.address) as proxy:
            seen = []
            again = self.connect(address=proxy.address).push(
                AGENCY, self.dataset, iter(records),
                on_verdict=lambda v: seen.append((v.outcome, v.generation)))
            self.assertGreater(proxy.bytes_up, 300 * 32)
            self.assertLess(proxy.bytes_up, 300 * 150)
        self.assertEqual(self.counts(again), (0, 0, 300, 0, 0, 0))
        self.assertEqual(again.revision, first.revision)
        self.assertEqual(seen, [(px.Outcome.UNCHANGED, 1)] * 300)

    def test_a_push_that_ended_tells_its_summary_again(self):
        records = [activity("a%d" % i) for i in range(50)]
        first = self.push(records, request_id="monthly-2026-11")
        self.assertEqual(first.request_id, "monthly-2026-11")
        again = self.push(records, request_id="monthly-2026-11")
        self.assertTrue(again.replayed)
        self.assertEqual(self.counts(again), self.counts(first))
        self.assertEqual(again.revision, first.revision)
        self.assertEqual([s.generation for s in self.client.list(AGENCY, self.dataset)], [1] * 50)

    def test_without_offers(self):
        records = [header()] + [activity("a%d" % i, padding=1000) for i in range(2300)]
        self.assertEqual(self.push(records, offers=False).created, 2301)
        self.assertEqual(self.pulled(), [data_of(r) for r in records])
        records[7] = activity("a6", "otro")
        changes = records[:10] + [px.Remove("a2299", reason="doble")] + records[10:20]
        summary = self.push(changes, offers=False)
        self.assertEqual(self.counts(summary), (0, 1, 19, 1, 0, 0))

    def test_a_changed_record_has_a_new_generation(self):
        self.push([activity("a", "uno"), activity("b")])
        summary = self.push([activity("a", "dos"), activity("b"), activity("c")])
        self.assertEqual(self.counts(summary), (1, 1, 1, 0, 0, 0))
        now = self.client.get(AGENCY, self.dataset, "a")
        self.assertEqual((now.generation, now.record()), (2, activity("a", "dos")))
        self.assertTrue(now.is_whole())
        before = self.client.get(AGENCY, self.dataset, "a", generation=1)
        self.assertEqual(before.record(), activity("a", "uno"))
        self.assertEqual([g.generation for g in self.client.generations(
            AGENCY, self.dataset, "a")], [2, 1])

    def test_conflict(self):
        self.push([activity("a", "uno")])
        self.push([activity("a", "dos")])
        for offers in (True, False):
            summary = self.push([px.Put(activity("a", "tres"), if_generation=1),
                                 px.Put(activity("neu%d" % offers), if_generation=0)],
                                offers=offers)
            self.assertEqual((summary.created, summary.conflicts), (1, 1))
            self.assertFalse(summary.ok)
            refused, = summary.refused
            self.assertEqual((refused.index, refused.outcome), (0, px.Outcome.CONFLICT))
            self.assertIsInstance(refused.error, px.Conflict)
            self.assertEqual(refused.error.reason, "GENERATION_CONFLICT")
            self.assertEqual(refused.error.code, grpc.StatusCode.ABORTED)
            self.assertEqual(refused.error.metadata["generation"], "2")
            self.assertEqual(refused.error.metadata["name"], refused.name)
        self.assertEqual(self.push([px.Put(activity("a", "tres"), if_generation=2)]).updated, 1)
        exists = self.push([px.Put(activity("a", "cuatro"), if_generation=0)])
        self.assertEqual(exists.conflicts, 1)
        self.refusal("GENERATION_CONFLICT", self.client.delete, AGENCY, self.dataset, "a",
                     if_generation=1)

    def test_delete_and_remove(self):
        self.push([activity(id) for id in "abcd"])
        tombstone = self.client.delete(AGENCY, self.dataset, "a", reason="doble")
        self.assertTrue(tombstone.deleted)
        self.assertEqual(tombstone.generation, 2)
        error = self.refusal("RECORD_DELETED", self.client.get, AGENCY, self.dataset, "a")
        self.assertIsInstance(error, px.NotFound)
        self.assertEqual(error.metadata["generation"], "2")
        self.refusal("RECORD_DELETED", self.client.delete, AGENCY, self.dataset, "a")
        summary = self.push([px.Remove("b", reason="doble"), activity("c", "nuevo"),
                             px.Remove("d", if_generation=1), px.Remove("nada"), px.Remove("a")])
        self.assertEqual(self.counts(summary), (0, 1, 0, 2, 2, 0))
        self.assertEqual([(v.index, v.error.reason) for v in summary.refused],
                         [(3, "RECORD_NOT_FOUND"), (4, "RECORD_DELETED")])
        self.assertEqual([s.id for s in self.client.list(AGENCY, self.dataset)], ["c"])
        back = self.push([activity("a")])
        self.assertEqual((back.created, self.client.get(AGENCY, self.dataset, "a").generation),
                         (1, 3))

    def test_a_record_that_comes_twice_ends_as_the_last_one(self):
        self.push([activity("a", "uno"), activity("b")])
        # The last one is what the exchange has: offered together it would look unchanged.
        summary = self.push([activity("a", "dos"), activity("b"), activity("a", "uno")])
        self.assertEqual((summary.updated, summary.unchanged), (2, 1))
        self.assertEqual(self.client.get(AGENCY, self.dataset, "a").record(), activity("a", "uno"))
        self.push([px.Remove("a"), activity("a", "tres"), px.Remove("b")])
        self.assertEqual([s.id for s in self.client.list(AGENCY, self.dataset)], ["a"])

    def test_equal_ids_with_ordinals_live_side_by_side(self):
        records = [activity("x", "uno"), activity("x", "dos", 1), activity("", "tres"),
                   activity("", "cuatro", 7)]
        self.assertEqual(self.push(records).created, 4)
        self.assertEqual(self.pulled(), [data_of(r) for r in records])
        self.assertEqual(self.client.get(AGENCY, self.dataset, "x", 1).data, data_of(records[1]))
        self.assertEqual(self.client.get(AGENCY, self.dataset, "", 7).data, data_of(records[3]))

    def test_ids_and_datasets_may_hold_anything(self):
        ids = ["a/b", "~1", "50 %", "%41", "ñandú", "-", ".", "línea\nnueva", "x" * 500, "😀"]
        for dataset in ("año 2024/5W (ñ)", "-", "~x"):
            summary = self.client.push(AGENCY, dataset, [activity(id) for id in ids])
            self.assertEqual(summary.created, len(ids))
            found = list(self.client.list(AGENCY, dataset)) if dataset != "-" else [
                s for s in self.client.list(AGENCY) if s.dataset == "-"]
            self.assertEqual([s.id for s in found], ids)
            for id in ids:
                stored = self.client.get(AGENCY, dataset, id)
                self.assertEqual((stored.agency, stored.dataset, stored.id, stored.data),
                                 (AGENCY, dataset, id, data_of(activity(id))))

    def test_snapshot(self):
        records = [activity("a%d" % i) for i in range(10)]
        self.assertEqual(self.push(records, mode="snapshot").created, 10)
        # Another order, one changed, one left out, one new.
        now = [activity("nuevo"), *reversed(records[2:]), activity("a0", "otro")]
        seen = []
        summary = self.push(now, mode="snapshot", on_verdict=lambda v: seen.append(v.outcome))
        self.assertEqual((summary.created, summary.updated, summary.deleted), (1, 1, 1))
        self.assertIn(px.Outcome.STAGED, seen)
        self.assertEqual(self.pulled(), [data_of(r) for r in now])

    def test_a_snapshot_does_not_remove_much_unless_it_is_allowed(self):
        self.push([activity("a%d" % i) for i in range(10)])
        few = [activity("a%d" % i) for i in range(5)]
        with self.assertRaises(px.ExchangeError) as raised:
            self.push(few, mode="snapshot")
        error = raised.exception
        self.assertEqual(error.reason, "MASS_REMOVAL")
        self.assertEqual(error.code, grpc.StatusCode.FAILED_PRECONDITION)
        self.assertEqual((error.metadata["removed"], error.metadata["present"]), ("5", "10"))
        self.assertEqual(len(self.pulled()), 10)
        # The push is still open under its request id.
        summary = self.push(few, mode="snapshot", request_id=error.request_id,
                            allow_mass_removal=True)
        self.assertEqual(summary.deleted, 5)
        self.assertEqual(len(self.pulled()), 5)

    def test_a_name_twice_in_a_snapshot(self):
        summary = self.push([activity("a", "uno"), activity("b"), activity("a", "dos")],
                            mode="snapshot")
        self.assertEqual([(v.index, v.error.reason) for v in summary.refused],
                         [(2, "NAME_REPEATED")])
        self.assertEqual(self.pulled(), [data_of(activity("a", "uno")), data_of(activity("b"))])

    def test_validate_writes_nothing(self):
        self.push([activity("a"), activity("b")])
        seen = []
        summary = self.push([activity("a"), activity("b", "otro"), activity("c"), px.Remove("a"),
                             px.v1.Record()], mode="validate",
                            on_verdict=lambda v: seen.append((v.index, v.outcome)))
        self.assertEqual(sorted(seen), [
            (0, px.Outcome.UNCHANGED), (1, px.Outcome.UPDATED), (2, px.Outcome.CREATED),
            (3, px.Outcome.DELETED), (4, px.Outcome.REJECTED)])
        self.assertEqual(summary.refused[0].error.reason, "RECORD_MALFORMED")
        self.assertEqual([s.generation for s in self.client.list(AGENCY, self.dataset)], [1, 1])

    def test_one_bad_record_costs_only_itself(self):
        stranger = activity("d")
        stranger.identity.dataset = "otro"
        for offers in (True, False):
            summary = self.push([activity("a%d" % offers), px.v1.Record(),
                                 activity("b%d" % offers), stranger], offers=offers)
            self.assertEqual((summary.created, summary.rejected), (2, 2))
            self.assertEqual([(v.index, v.outcome, v.error.reason) for v in summary.refused], [
                (1, px.Outcome.REJECTED, "RECORD_MALFORMED"),
                (3, px.Outcome.REJECTED, "IDENTITY_MISMATCH")])
        self.assertEqual(len(self.pulled()), 4)

    def test_bytes_that_are_no_record_are_an_error_before_anything_is_sent(self):
        with self.assertRaisesRegex(ValueError, "record 1 of the push"):
            self.push([data_of(activity("a")), b"\xff\xff"], mode="snapshot")
        with self.assertRaisesRegex(TypeError, "record 0 of the push.*not str"):
            self.push(["a"])
        self.assertFalse([d.name for d in self.client.datasets(AGENCY)
                          if d.name.endswith(self.dataset) and d.record_count])

    def test_records_over_a_mebibyte_travel_in_chunks(self):
        sizes = (MIB - 200, MIB + 1, 3 * MIB, 9 * MIB)
        records = [activity("klein")]
        for size in sizes:
            records += [activity("g%d" % size, padding=size), activity("n%d" % size)]
        self.assertEqual(self.push(records).created, len(records))
        self.assertEqual(self.pulled(), [data_of(r) for r in records])
        big = self.client.stream(AGENCY, self.dataset, where='identity.id = "g%d"' % sizes[2])
        self.assertEqual([s.data for s in big], [data_of(records[5])])
        error = self.refusal("RECORD_TOO_LARGE", self.client.get, AGENCY, self.dataset,
                             "g%d" % sizes[2])
        self.assertEqual(error.code, grpc.StatusCode.RESOURCE_EXHAUSTED)
        told = self.client.get(AGENCY, self.dataset, "g%d" % sizes[2], view="digest")
        self.assertEqual(told.record_bytes, len(data_of(records[5])))
        records[3] = activity("g%d" % sizes[1], "otro", padding=2 * MIB)
        self.assertEqual(self.push(records[2:5], offers=False).updated, 1)

    def test_a_record_over_the_limit_is_refused_alone(self):
        most = self.client.head().max_record_bytes
        near, over = sized("justo", most), sized("grande", most + 1)
        self.assertEqual((len(data_of(near)), len(data_of(over))), (most, most + 1))
        for offers in (True, False):
            summary = self.push([activity("a"), over, near, activity("b")], offers=offers)
            self.assertEqual(summary.rejected, 1)
            refused, = summary.refused
            self.assertEqual((refused.index, refused.error.reason), (1, "RECORD_TOO_LARGE"))
            self.assertEqual(refused.error.metadata,
                             {"bytes": str(most + 1), "limit": str(most)})
        self.assertEqual([s.id for s in self.client.list(AGENCY, self.dataset)],
                         ["a", "justo", "b"])

    def test_what_this_schema_does_not_know_travels(self):
        # Field 99 of the record and residue of 200 levels, which protobuf alone does not read.
        inner = b"\x0a\x01x"
        for _ in range(200):
            inner = self.field(3, self.field(1, inner))
        deep = (self.field(1, self.field(3, b"deep")) + self.field(4, b"") +
                self.field(17, self.field(1, self.field(6, self.field(1, inner)))))
        known = activity("unknown")
        odd = data_of(known) + self.field(99, b"later")
        self.assertEqual(self.push([deep, odd]).created, 2)
        self.assertEqual(self.pulled(), [deep, odd])
        for stored in self.client.stream(AGENCY, self.dataset):
            self.assertTrue(stored.is_whole())
        self.assertEqual(self.push([deep, odd]).unchanged, 2)
        pulled = list(self.client.pull(AGENCY, self.dataset))
        self.assertEqual(data_of(pulled[1]), odd)

    @staticmethod
    def field(number, data):
        def varint(value):
            out = bytearray()
            while value > 127:
                out.append(value & 127 | 128)
                value >>= 7
            return bytes(out) + bytes([value])
        return varint(number << 3 | 2) + varint(len(data)) + data

    def test_empty_push(self):
        self.assertEqual(self.counts(self.push([])), (0, 0, 0, 0, 0, 0))

    def test_no_more_refusals_are_kept_than_asked_for(self):
        summary = self.push([px.v1.Record()] * 5, max_refused=2)
        self.assertEqual((summary.rejected, len(summary.refused)), (5, 2))

    def test_an_error_of_the_records_ends_the_push(self):
        def records():
            yield activity("a")
            raise OSError("the disk is gone")
        with self.assertRaisesRegex(OSError, "the disk is gone"):
            self.push(records(), mode="snapshot")
        self.assertEqual(self.push([activity("a")]).created, 1)


if __name__ == "__main__":
    unittest.main()
