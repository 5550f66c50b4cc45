# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# What the package offers.
"""Pushes, pulls and watches records of a Puente exchange.

    with Client("localhost:7443") as c:
        c.push("my-agency", "activities", records)
        for record in c.pull("other-agency", "activities"):
            ...

`v1` has the messages of records, `exchange_v1` those of the exchange itself.
"""
from puente_exchange import exchange_v1, v1
from puente_exchange.client import Client
from puente_exchange.digest import (
    canonical_bytes,
    dataset_digest,
    parse_record,
    record_digest,
)
from puente_exchange.errors import (
    Conflict,
    ExchangeError,
    NotAllowed,
    NotFound,
    Unavailable,
)
from puente_exchange.model import (
    Change,
    ChangeKind,
    Outcome,
    PushSummary,
    Put,
    Remove,
    StoredRecord,
    Verdict,
)
from puente_exchange.streams import RecordStream, Since, Watch

NOW = Since.NOW
BEGINNING = Since.BEGINNING

__all__ = [
    "BEGINNING", "Change", "ChangeKind", "Client", "Conflict", "ExchangeError", "NOW", "NotAllowed",
    "NotFound", "Outcome", "PushSummary", "Put", "RecordStream", "Remove", "Since", "StoredRecord",
    "Unavailable", "Verdict", "Watch", "canonical_bytes", "dataset_digest", "exchange_v1",
    "parse_record", "record_digest", "v1",
]
