# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# What needs no server: digests, names, addresses, tokens, errors, the package itself.
import importlib.metadata
import json
import os
import pathlib
import random
import re
import sys
import tempfile
import unittest
from unittest import mock

import grpc
import puente_exchange as px
from google.rpc import error_details_pb2, status_pb2
from puente_exchange import names
from puente_exchange._connection import open_channel, split_address
from puente_exchange.errors import error_of_status, is_cut, make_error

REPO = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPO / "tests" / "tools"))
import digest_vectors  # noqa: E402


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def nested(levels, inner):
    """A record whose residue has so many elements in each other."""
    for _ in range(levels - 1):
        inner = field(3, field(1, inner))
    return field(4, b"") + field(17, field(1, field(6, field(1, inner))))


class DigestTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = digest_vectors.load_schema("protoc", REPO / "proto")

    def judged(self, data):
        """Canonical bytes by the judge, which knows nothing of protobuf's runtime."""
        return digest_vectors.canonical_bytes(self.schema, data)

    def test_vectors(self):
        digests = []
        lines = (REPO / "docs/spec/digest_vectors.jsonl").read_text(encoding="utf-8").splitlines()
        for line in map(json.loads, lines):
            with self.subTest(line["name"]):
                if "dataset_digest" in line:
                    self.assertEqual(px.dataset_digest(digests).hex(), line["dataset_digest"])
                    continue
                data = bytes.fromhex(line["record"])
                self.assertEqual(px.canonical_bytes(data).hex(), line["canonical"])
                self.assertEqual(px.record_digest(px.parse_record(data)).hex(), line["digest"])
                digests.append(px.record_digest(data))
        self.assertGreater(len(digests), 15)

    def test_unknown_fields_of_all_depths(self):
        before = field(9, b"later") + varint(2 << 3) + b"\x05" + field(1, b"name")
        for levels in (1, 29, 30, 48, 49, 120, 256):
            data = nested(levels, before)
            limit = sys.getrecursionlimit()
            sys.setrecursionlimit(20_000)  # For the judge.
            try:
                expected = self.judged(data)
            finally:
                sys.setrecursionlimit(limit)
            self.assertNotEqual(expected, data)
            self.assertTrue(px.canonical_bytes(data) == expected, levels)

    def test_random_unknown_fields(self):
        chance = random.Random(20261129)
        different = 0
        for _ in range(400):
            parts = [field(8, b"id")] + [self.random_field(chance) for _ in range(
                chance.randrange(4))]
            chance.shuffle(parts)
            outer = [field(4, b"".join(parts)), field(16, field(2, b"text")),
                     field(24, b""), field(1, b"")]
            outer += [self.random_field(chance) for _ in range(chance.randrange(3))]
            chance.shuffle(outer)
            data = b"".join(outer)
            expected = self.judged(data)
            different += expected != data
            self.assertEqual(px.canonical_bytes(data).hex(), expected.hex(), data.hex())
        self.assertGreater(different, 300)

    @staticmethod
    def random_field(chance):
        number = chance.choice((5, 99, 150, 500, 3000))
        kind = chance.randrange(4)
        if number == 5 or kind == 0:  # 5 takes numbers, and of another wire type is unknown.
            return varint(number << 3 | 1) + bytes(8)
        if kind == 1:
            return varint(number << 3) + varint(chance.randrange(1 << 40))
        if kind == 2:
            return varint(number << 3 | 3) + field(2, b"x") + varint(number << 3 | 4)
        return field(number, bytes(chance.randrange(5)))

    def test_what_is_no_record(self):
        for data in (b"\xff", field(4, b"\xff"), field(4, field(2, b"\xff\xfe")), nested(5000, b""),
                     nested(300, field(1, b"\xff"))):
            with self.assertRaises(ValueError):
                px.record_digest(data)

    def test_deep_records_are_read_and_the_switch_is_set_back(self):
        record = px.parse_record(nested(250, field(1, b"deep")))
        self.assertEqual(record.SerializeToString(), nested(250, field(1, b"deep")))
        with self.assertRaises(Exception):
            px.v1.Record.FromString(nested(250, field(1, b"deep")))


class NameTest(unittest.TestCase):
    def test_names_and_back(self):
        for id in ("", "a", "%", "a/b~1", "ñ", "-", "~", "a b.c_d-e", "\n", "%7E"):
            for ordinal in (0, 1, 4294967295):
                for header in (False, True):
                    name = names.record_name("ag", "d/~ñ", "" if header else id, ordinal, header)
                    parts = names.parse_record_name(name)
                    self.assertEqual(parts, ("ag", "d/~ñ", "" if header else id, ordinal, header))
        self.assertEqual(names.record_name("a", "d", "x~ y", 2),
                         "agencies/a/datasets/d/records/x%7E%20y~2")
        self.assertEqual(names.record_name("a", "-"), "agencies/a/datasets/%2D/records/%")
        self.assertEqual(names.record_name("a", "d", ordinal=1, header=True),
                         "agencies/a/datasets/d/header~1")
        self.assertEqual(names.selector("-", "-"), "agencies/-/datasets/-")

    def test_what_is_no_name(self):
        for name in ("", "agencies/a", "agencies/a/datasets/d/records/", "agencies/a/datasets/d",
                     "agencies/a/datasets/d/records/x~y", "agencies/a/datasets/d/records/x/y"):
            with self.assertRaises(ValueError):
                names.parse_record_name(name)


class ConnectionTest(unittest.TestCase):
    def test_what_is_on_this_machine(self):
        for address in ("127.0.0.1:1", "127.9.9.9:65535", "[::1]:1", "localhost:1", "LOCALHOST:1",
                        "unix:/tmp/x", "unix:x"):
            self.assertTrue(split_address(address)[1], address)
        for address in ("192.168.0.1:1", "10.0.0.1:1", "0.0.0.0:1", "[::]:1", "[fe80::1]:1",
                        "example.org:1", "localhost.example.org:1", "127.1:1", "127.0.0.1.nip:1",
                        "[::ffff:10.0.0.1]:1"):
            self.assertFalse(split_address(address)[1], address)

    def test_what_is_no_address(self):
        for address in ("", "localhost", ":1", "host:", "host:http", "::1:5", "unix:",
                        "http://host:1", "host:1/x", "dns:///host:1"):
            with self.assertRaises(ValueError, msg=address):
                split_address(address)

    def test_no_plaintext_to_others(self):
        for address in ("192.168.0.1:8440", "example.org:8440", "[2001:db8::1]:8440"):
            with self.assertRaisesRegex(ValueError, "without TLS the token could be read"):
                px.Client(address, token="secret", tls=False)
        with mock.patch("grpc.insecure_channel") as insecure:
            with mock.patch("grpc.secure_channel") as secure:
                open_channel("example.org:8440", None, None)
                open_channel("127.0.0.1:8440", b"PEM", None)
                open_channel("127.0.0.1:8440", None, True)
                self.assertEqual((secure.call_count, insecure.call_count), (3, 0))
                open_channel("127.0.0.1:8440", None, None)
                self.assertEqual((secure.call_count, insecure.call_count), (3, 1))
                # A proxy of the environment would see the token.
                self.assertIn(("grpc.enable_http_proxy", 0), insecure.call_args[1]["options"])

    def test_tokens(self):
        with mock.patch.dict(os.environ):
            os.environ.pop("PUENTE_TOKEN", None)
            with self.assertRaisesRegex(ValueError, "no token: .*PUENTE_TOKEN"):
                px.Client("localhost:1")
            os.environ["PUENTE_TOKEN"] = "from-environment"
            with tempfile.TemporaryDirectory() as folder:
                file = pathlib.Path(folder) / "token"
                file.write_text("from-file\n")
                for options, token in (({}, "from-environment"), ({"token": "given"}, "given"),
                                       ({"token_file": file}, "from-file")):
                    with px.Client("localhost:1", **options) as client:
                        self.assertEqual(client.metadata(),
                                         (("authorization", "Bearer " + token),))
                        self.assertNotIn(token, repr(client) + str(vars(client)))
                with self.assertRaisesRegex(ValueError, "not both"):
                    px.Client("localhost:1", token="a", token_file=file)
                file.write_text("\n")
                with self.assertRaisesRegex(ValueError, "is empty or has characters"):
                    px.Client("localhost:1", token_file=file)
            with self.assertRaises(ValueError) as raised:
                px.Client("localhost:1", token="secret\r\nx-admin: 1")
            self.assertNotIn("secret", str(raised.exception))


class ErrorTest(unittest.TestCase):
    def status(self, domain="puente.exchange"):
        status = status_pb2.Status(code=9, message="too much")
        status.details.add().Pack(error_details_pb2.ErrorInfo(
            reason="MASS_REMOVAL", domain=domain, metadata={"removed": "5"}))
        status.details.add().Pack(error_details_pb2.BadRequest(field_violations=[
            error_details_pb2.BadRequest.FieldViolation(field="mode", description="no")]))
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromMilliseconds(1500)
        status.details.add().Pack(retry)
        return status

    def test_details(self):
        error = error_of_status(self.status())
        self.assertEqual((error.code, error.reason, error.metadata, error.violations,
                          error.retry_delay),
                         (grpc.StatusCode.FAILED_PRECONDITION, "MASS_REMOVAL", {"removed": "5"},
                          [("mode", "no")], 1.5))
        self.assertEqual(str(error), "MASS_REMOVAL: too much; mode: no")

    def test_reasons_of_others_are_not_ours(self):
        self.assertEqual(error_of_status(self.status("example.org")).reason, "")

    def test_details_that_cannot_be_read(self):
        status = self.status()
        status.details[0].value = b"\xff"
        self.assertEqual(str(error_of_status(status)), "FAILED_PRECONDITION: too much; mode: no")
        self.assertEqual(error_of_status(status_pb2.Status(code=99)).code, grpc.StatusCode.UNKNOWN)

    def test_what_is_tried_again(self):
        code = grpc.StatusCode
        for error, expected in (
                (make_error(code.UNAVAILABLE, ""), True),
                (make_error(code.UNAVAILABLE, "", "SHUTTING_DOWN"), True),
                (make_error(code.UNKNOWN, "Stream removed"), True),
                (make_error(code.INTERNAL, "RST_STREAM"), True),
                (make_error(code.INTERNAL, "", "INTERNAL"), False),
                (make_error(code.RESOURCE_EXHAUSTED, "", "TOO_MANY_STREAMS"), True),
                (make_error(code.RESOURCE_EXHAUSTED, "", "STORE_FULL"), False),
                (make_error(code.ABORTED, "", "PUSH_IN_PROGRESS"), False),
                (make_error(code.UNIMPLEMENTED, ""), False)):
            self.assertEqual(is_cut(error), expected, error)


class PackageTest(unittest.TestCase):
    def test_reasons_are_those_of_the_schema(self):
        self.assertIn("REASON_RECORD_NOT_FOUND", px.exchange_v1.Reason.keys())

    def test_no_other_name_is_taken(self):
        self.assertNotIn("puente", sys.modules)
        self.assertEqual(px.v1.Record.DESCRIPTOR.file.name, "puente/v1/record.proto")
        status = px.exchange_v1.PushRecordsResponse.Verdict.DESCRIPTOR.fields_by_name["status"]
        self.assertIs(status.message_type, status_pb2.Status.DESCRIPTOR)

    def test_its_version_is_that_of_the_project(self):
        text = (REPO / "CMakeLists.txt").read_text(encoding="utf-8")
        project = re.search(r"^project\(Puente VERSION (\S+)", text, re.M)[1]
        self.assertEqual(importlib.metadata.version("puente-exchange"), project)

    def test_all_names_are_there(self):
        for module in (px, px.v1, px.exchange_v1):
            for name in module.__all__:
                self.assertTrue(hasattr(module, name), name)
        self.assertTrue(pathlib.Path(px.__file__).with_name("py.typed").is_file())


if __name__ == "__main__":
    unittest.main()
