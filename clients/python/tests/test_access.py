# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Refusals and their reasons, tokens, and the reads of single things, against a real server.
import os
import pickle
import subprocess
import time
import unittest
from unittest import mock

import grpc
import puente_exchange as px
from exchange_case import AGENCY, OTHER, ExchangeCase, Server, activity, data_of, header

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
DENIED = grpc.StatusCode.PERMISSION_DENIED
INVALID = grpc.StatusCode.INVALID_ARGUMENT


class ReasonTest(ExchangeCase):
    def setUp(self):
        super().setUp()
        self.push([activity("a")])

    def test_no_token(self):
        stub = px.exchange_v1.ChangeServiceStub(self.client.channel)
        with self.assertRaises(grpc.RpcError) as raised:
            stub.GetHead(px.exchange_v1.GetHeadRequest(), timeout=30)
        self.assertEqual(raised.exception.code(), UNAUTHENTICATED)
        answer = stub.GetHead(px.exchange_v1.GetHeadRequest(), timeout=30,
                              metadata=self.client.metadata())
        self.assertTrue(answer.watch_token)

    def test_tokens_that_are_not_valid(self):
        unknown = self.connect(token=self.token[:-1] + ("A" if self.token[-1] != "A" else "B"))
        for call in (unknown.head, lambda: next(unknown.stream(AGENCY, "x")),
                     lambda: unknown.push(AGENCY, "x", []),
                     lambda: next(unknown.watch(AGENCY, "x", where="activity:*"))):
            error = self.refusal("TOKEN_UNKNOWN", call)
            self.assertIsInstance(error, px.NotAllowed)
            self.assertEqual(error.code, UNAUTHENTICATED)
        short = self.server.token(AGENCY, "--expires", "1s")
        client = self.connect(token=short)
        time.sleep(1.2)
        error = self.refusal("TOKEN_EXPIRED", client.head)
        self.assertTrue(error.metadata["expired"])

    def test_scopes_and_agencies(self):
        reader = self.connect(token=self.server.token(AGENCY, "--scope", "read"))
        self.assertEqual(reader.get(AGENCY, self.dataset, "a").data, data_of(activity("a")))
        error = self.refusal("SCOPE_MISSING", reader.push, AGENCY, self.dataset, [])
        self.assertEqual((error.code, error.metadata["scope"]), (DENIED, "PUSH"))
        self.refusal("SCOPE_MISSING", reader.delete, AGENCY, self.dataset, "a")
        other = self.connect(token=self.other_token)
        error = self.refusal("AGENCY_MISMATCH", other.push, AGENCY, self.dataset, [activity("b")])
        self.assertEqual((error.code, error.metadata["agency"]), (DENIED, OTHER))
        self.assertTrue(error.request_id)
        self.refusal("AGENCY_MISMATCH", other.delete, AGENCY, self.dataset, "a")
        self.assertEqual(len(self.pulled(other)), 1)

    def test_what_is_not_there(self):
        get = self.client.get
        error = self.refusal("RECORD_NOT_FOUND", get, AGENCY, self.dataset, "b")
        self.assertIsInstance(error, px.NotFound)
        self.assertEqual(error.metadata["name"],
                         "agencies/%s/datasets/%s/records/b" % (AGENCY, self.dataset))
        self.assertIn("RECORD_NOT_FOUND", str(error))
        self.refusal("GENERATION_NOT_FOUND", get, AGENCY, self.dataset, "a", generation=7)
        self.refusal("RECORD_NOT_FOUND", get, AGENCY, self.dataset, "a", 1)
        self.refusal("RECORD_NOT_FOUND", get, AGENCY, self.dataset, header=True)
        self.refusal("RECORD_NOT_FOUND", self.client.delete, AGENCY, self.dataset, "b")
        for call in (lambda: next(self.client.stream("este", "x")),
                     lambda: next(self.client.list("este", "x")),
                     lambda: next(self.client.watch("este", "x"))):
            self.refusal("AGENCY_NOT_FOUND", call)

    def test_what_cannot_be_read(self):
        for agency, dataset in (("No!", "x"), (AGENCY, ""), (AGENCY, "x" * 201)):
            error = self.refusal("NAME_INVALID", self.client.get, agency, dataset, "a")
            self.assertEqual(error.code, INVALID)
        self.refusal("NAME_INVALID", self.client.push, AGENCY, "", [])
        where = 'nada.de.esto = "x"'
        for call in (lambda: next(self.client.stream(AGENCY, self.dataset, where=where)),
                     lambda: next(self.client.list(AGENCY, self.dataset, where=where)),
                     lambda: next(self.client.watch(AGENCY, self.dataset, where=where))):
            error = self.refusal("FILTER_INVALID", call)
            self.assertTrue(error.metadata["column"].isdigit(), error.metadata)
        self.refusal("RESUME_TOKEN_INVALID", lambda: next(self.client.watch(since="no token")))
        error = self.refusal("ARGUMENT_INVALID", self.client.push, AGENCY, self.dataset, [],
                             request_id="x" * 65)
        self.assertTrue(error.violations, error)
        self.assertEqual(error.request_id, "x" * 65)

    def test_a_request_id_belongs_to_one_push(self):
        self.push([activity("a")], request_id="mine")
        error = self.refusal("REQUEST_ID_REUSED", self.client.push, AGENCY, "elsewhere", [],
                             request_id="mine")
        self.assertEqual(error.metadata["request_id"], "mine")
        self.refusal("REQUEST_ID_REUSED", self.push, [], request_id="mine", mode="validate")

    def test_errors_survive_pickling(self):
        error = self.refusal("RECORD_NOT_FOUND", self.client.get, AGENCY, self.dataset, "b")
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(copy), str(copy), copy.metadata, copy.code, copy.reason),
                         (type(error), str(error), error.metadata, error.code, error.reason))

    def test_wrong_words_are_found_before_a_call(self):
        with self.assertRaisesRegex(ValueError, "mode is one of snapshot, upsert, validate"):
            self.push([], mode="replace")
        with self.assertRaisesRegex(ValueError, "view is one of"):
            self.client.stream(AGENCY, "x", view="all")


class TokenTest(ExchangeCase):
    def test_token_of_the_environment(self):
        with mock.patch.dict(os.environ, {"PUENTE_TOKEN": self.token}):
            with px.Client(self.server.address) as client:
                self.assertTrue(client.head().version)

    def test_a_token_file_may_change_while_the_client_runs(self):
        file = self.folder / "token"
        file.write_text(self.token + "\n")
        client = self.connect(token=None, token_file=file)
        self.assertTrue(client.head().version)
        file.write_text("changed-by-mistake")
        self.refusal("TOKEN_UNKNOWN", client.head)
        file.write_text(self.server.token(AGENCY))
        self.assertTrue(client.head().version)

    def test_unix_socket(self):
        # A folder of its own: a store has one server.
        server = Server(self.server.puente, self.folder / "unix",
                              "unix:%s" % (self.folder / "socket"))
        token = server.add_agency(AGENCY)
        with server, px.Client(server.address, token=token) as client:
            client.push(AGENCY, "d", [activity("a")])
            self.assertEqual(list(client.pull(AGENCY, "d")), [activity("a")])


class TlsTest(ExchangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("server", "stranger"):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-days", "2", "-subj", "/CN=" + name, "-addext",
                 "subjectAltName=DNS:localhost,IP:127.0.0.1",
                 "-keyout", cls.folder / (name + ".key"), "-out", cls.folder / (name + ".pem")], check=True, capture_output=True)
        cls.tls = Server(cls.server.puente, cls.folder / "tls", options=(
            "--tls-cert", cls.folder / "server.pem", "--tls-key", cls.folder / "server.key"))
        cls.tls_token = cls.tls.add_agency(AGENCY)
        cls.addClassCleanup(cls.tls.kill)
        cls.tls.start()

    def test_with_its_certificate(self):
        ca = self.folder / "server.pem"
        for trusted in (ca, str(ca), ca.read_bytes()):
            client = self.connect(address=self.tls.address, token=self.tls_token, ca=trusted)
            self.assertEqual(client.push(AGENCY, "d", [activity("a")]).rejected, 0)
            self.assertEqual(list(client.pull(AGENCY, "d")), [activity("a")])

    def test_nobody_else_gets_the_token(self):
        # Another certificate, the system's, and no TLS at all.
        for options in ({"ca": self.folder / "stranger.pem"}, {"tls": True}, {}):
            client = self.connect(address=self.tls.address, token=self.tls_token, patience=0.3,
                                  **options)
            self.assertIsInstance(self.refusal("", client.head), px.Unavailable)
        # A server without TLS is not spoken to in plaintext.
        client = self.connect(tls=True, patience=0.3)
        self.assertIsInstance(self.refusal("", client.head), px.Unavailable)


class ReadTest(ExchangeCase):
    def test_single_things(self):
        self.push([header(), activity("a")])
        stored = self.client.get(AGENCY, self.dataset, header=True)
        self.assertTrue(stored.header)
        self.assertEqual(stored.record(), header())
        self.assertEqual((stored.id, stored.ordinal), ("", 0))
        self.assertEqual([a.name for a in self.client.agencies()],
                         ["agencies/" + AGENCY, "agencies/" + OTHER])
        counts = {d.name: d.record_count for d in self.client.datasets(AGENCY)}
        self.assertEqual(counts["agencies/%s/datasets/%s" % (AGENCY, self.dataset)], 1)
        self.assertEqual(list(self.client.datasets(OTHER)), [])
        head = self.client.head()
        self.assertEqual((head.max_record_bytes, head.max_message_bytes), (16 << 20, 4 << 20))
        named = self.client.get(AGENCY, self.dataset, "a", view="name")
        self.assertTrue(named.data is None)
        self.assertFalse(named.is_whole())
        self.assertLess(abs(self.client.get(AGENCY, self.dataset, "a").update_time.timestamp() -
                            time.time()), 60)

    def test_many_datasets_come_in_pages(self):
        names = ["d%03d" % i for i in range(120)]
        for name in names:
            self.client.push(AGENCY, name, [activity("a")], offers=False)
        found = [d.name.rpartition("/")[2] for d in self.client.datasets(AGENCY)]
        self.assertEqual([n for n in found if n.startswith("d")], names)


if __name__ == "__main__":
    unittest.main()
