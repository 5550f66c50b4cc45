# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# What tests against a real server share: the server of a class, clients, small records.
"""A real server for the tests of a class. PUENTE_COMMAND names the `puente` to run."""
import os
import pathlib
import sys
import tempfile
import unittest

import puente_exchange as px

REPO = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPO / "tests" / "tools"))
from exchange_server import Server  # noqa: E402

AGENCY = "norte"
OTHER = "sur"


def activity(id, title="", ordinal=0, padding=0):
    """A small activity; `padding` bytes make it a large one."""
    record = px.v1.Record()
    record.identity.id = id
    record.identity.ordinal = ordinal
    record.activity.iati_identifier = id
    record.activity.title.narratives.add(text=title or "Acceso a agua " + id, lang="es")
    if padding:
        # No two pieces alike, so that nothing compresses a large record to a small message.
        filler = "".join("%08x" % (i * 2654435761 % 2**32) for i in range(padding // 8 + 1))
        record.activity.title.narratives.add(text=filler[:padding])
    return record


def sized(id, size):
    """An activity of so many bytes."""
    record = activity(id, padding=size)
    return activity(id, padding=2 * size - len(data_of(record)))


def header(version="2.03"):
    record = px.v1.Record()
    record.dataset_header.version = version
    record.dataset_header.format = "iati"
    return record


def data_of(record):
    return record.SerializeToString(deterministic=True)


class ExchangeCase(unittest.TestCase):
    """A fresh store with two agencies and a server over it, for all tests of the class."""

    @classmethod
    def setUpClass(cls):
        puente = os.environ.get("PUENTE_COMMAND")
        if not puente:
            raise unittest.SkipTest("PUENTE_COMMAND names no puente to run")
        folder = tempfile.TemporaryDirectory(prefix="puente-python-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.server = Server(puente, cls.folder)
        cls.token = cls.server.add_agency(AGENCY)
        cls.other_token = cls.server.add_agency(OTHER)
        cls.addClassCleanup(cls.server.kill)
        cls.server.start()

    def setUp(self):
        # Each test has datasets of its own.
        self.dataset = self.id().rpartition(".")[2]
        self.client = self.connect()

    def connect(self, **options):
        options.setdefault("token", self.token)
        options.setdefault("patience", 60)
        client = px.Client(options.pop("address", self.server.address), **options)
        self.addCleanup(client.close)
        return client

    def push(self, records, **options):
        return self.client.push(AGENCY, self.dataset, records, **options)

    def pulled(self, client=None):
        """Bytes of the dataset, in order."""
        return [stored.data for stored in (client or self.client).stream(AGENCY, self.dataset)]

    def refusal(self, reason, call, *args, **options):
        """The error of a call that must be refused for a reason."""
        with self.assertRaises(px.ExchangeError) as raised:
            call(*args, **options)
        self.assertEqual(raised.exception.reason, reason, raised.exception)
        return raised.exception
