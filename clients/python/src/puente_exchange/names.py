# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Resource names: agencies/{agency}/datasets/{dataset}/records/{id}~{ordinal} and their parts.
"""Resource names of the exchange and their parts."""
from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

ALL = "-"  # Stands for all agencies or all datasets where one is chosen.

_NAME = re.compile(r"agencies/([^/~]+)/datasets/([^/~]+)/(?:records/([^/~]+)|(header))(?:~(\d+))?")


class RecordName(NamedTuple):
    """The parts of a record's name."""

    agency: str
    dataset: str
    id: str
    ordinal: int
    header: bool


def encode_segment(text: str) -> str:
    """Percent-encodes all bytes but A-Z, a-z, 0-9, `-`, `_` and `.`."""
    return quote(text, safe="").replace("~", "%7E")


def agency_name(agency: str) -> str:
    """`agencies/{agency}`."""
    return "agencies/" + encode_segment(agency)


def dataset_name(agency: str, dataset: str) -> str:
    """`agencies/{agency}/datasets/{dataset}`."""
    # A dataset may be called as the sign for all of them.
    segment = "%2D" if dataset == ALL else encode_segment(dataset)
    return "%s/datasets/%s" % (agency_name(agency), segment)


def selector(agency: str, dataset: str) -> str:
    """The same where `-` stands for all agencies or all datasets."""
    return "%s/datasets/%s" % (agency_name(agency), encode_segment(dataset))


def record_name(agency: str, dataset: str, id: str = "", ordinal: int = 0,
                header: bool = False) -> str:
    """The name of a record, or of the header of a dataset."""
    place = "header" if header else "records/" + (encode_segment(id) or "%")
    return "%s/%s%s" % (dataset_name(agency, dataset), place, "~%d" % ordinal if ordinal else "")


def parse_record_name(name: str) -> RecordName:
    """The parts of a record's name; ValueError for what is none."""
    match = _NAME.fullmatch(name)
    if not match:
        raise ValueError("not the name of a record: %r" % name)
    agency, dataset, id, header, ordinal = match.groups()
    return RecordName(_decoded(agency), _decoded(dataset),
                      "" if header or id == "%" else _decoded(id), int(ordinal or 0), bool(header))


def _decoded(segment: str) -> str:
    return unquote_to_bytes(segment).decode("utf-8")
