#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Counts and sums IATI files independently of Puente: what `puente info --json` must say.
"""Totals of IATI files, one object a file, in the shape of `puente info --json`.

Elements count in no namespace and at their own path only: iati-activities/iati-activity/... (or a
bare iati-activity root), iati-organisations/iati-organisation/... (or a bare root likewise).
  records       activities and organisations
  transactions  transaction elements of activities
  publishers    reporting-org/@ref with the number of distinct activities (0: organisations only)
  totals        exact sums of transaction/value per currency and transaction type. Currency:
                value/@currency, else the activity's @default-currency, else "". Type:
                transaction-type/@code, 1.x letters as 2.x numbers, other codes as written, ""
                when there is none.
  not_a_number  values that are no decimal number, or have more than 38 digits or 18 decimals; they
                are left out of the sums
  countries     recipient-country/@code of activities, with the number of distinct activities
  sectors       sector/@vocabulary (absent: 1; 1.x names as 2.x codes) and @code, likewise
  languages     xml:lang values as written, anywhere in the records, with their number
An attribute that is there but empty counts as absent; only an empty xml:lang is a value of its own.
Several transaction types in one transaction (1.x allows it): the first with a code counts. Several
values: each is added.
Exit code: 0 counted, 2 a file is not well-formed.
"""
import argparse
import collections
import decimal
import json
import re
import sys
import xml.parsers.expat

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
WHITE = " \t\r\n"
MAX_DIGITS, MAX_SCALE = 38, 18
RECORDS = {
    ("iati-activities", "iati-activity"): "activities",
    ("iati-activity",): "activities",
    ("iati-organisations", "iati-organisation"): "organisations",
    ("iati-organisation",): "organisations",
}
TRANSACTION_TYPES = {"C": "2", "D": "3", "E": "4", "IF": "1", "IR": "5", "LR": "6", "R": "7",
                     "QP": "8", "QS": "9", "CG": "10"}
SECTOR_VOCABULARIES = {"DAC": "1", "DAC-3": "2", "COFOG": "3", "NACE": "4", "NTEE": "5",
                       "ADT": "6", "RO2": "98", "RO": "99"}
EXACT = decimal.Context(prec=4000, traps=[decimal.Inexact, decimal.InvalidOperation])


def transaction_type(code):
    return TRANSACTION_TYPES.get(code) or TRANSACTION_TYPES.get(code.upper(), code)


def exact_number(text):
    """The decimal that a text means, or None when it is no number or too long a one."""
    text = text.strip(WHITE)
    if not NUMBER.match(text):
        return None
    mantissa, _, exponent = text.lower().lstrip("+-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return decimal.Decimal(0)
    if len(exponent) > 6:
        return None
    scale = len(fraction) - int(exponent or 0)
    # A positive exponent writes zeros that count as digits.
    if scale > MAX_SCALE or len(digits) + max(0, -scale) > MAX_DIGITS:
        return None
    return EXACT.create_decimal(text)


def plain(number):
    """A decimal without exponent and without trailing zeros: 123.4, 0, -5."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class Activity:
    """What is gathered from one activity before it is counted."""

    def __init__(self, attributes):
        self.default_currency = attributes.get("default-currency", "")
        self.publishers, self.countries, self.sectors = set(), set(), set()


class Totals:
    """Totals of one file; feed it with a parser of no namespace processing."""

    def __init__(self):
        self.version = None
        self.records = {"activities": 0, "organisations": 0}
        self.transactions = 0
        self.not_a_number = 0
        self.publishers = collections.Counter()
        self.countries = collections.Counter()
        self.sectors = collections.Counter()
        self.languages = collections.Counter()
        self.sums = {}  # (currency, type) -> [sum, count]
        self._path = []  # names; None for an element in a namespace
        self._defaults = [""]  # the default namespace at each depth
        self._record_depth = 0
        self._activity = None
        self._type = self._values = self._value = None

    def read(self, path):
        parser = xml.parsers.expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        with open(path, "rb") as f:
            parser.ParseFile(f)
        return self

    def _start(self, name, attributes):
        default = attributes.get("xmlns", self._defaults[-1])
        self._defaults.append(default)
        self._path.append(None if default or ":" in name else name)
        if len(self._path) == 1:
            self.version = attributes.get("version")
        if not self._record_depth:
            kind = RECORDS.get(tuple(self._path))
            if kind:
                self._record_depth = len(self._path)
                self.records[kind] += 1
                self._activity = Activity(attributes) if kind == "activities" else None
        if self._record_depth:
            if "xml:lang" in attributes:
                self.languages[attributes["xml:lang"]] += 1
            self._start_inside(tuple(self._path[self._record_depth:]), attributes)

    def _start_inside(self, path, attributes):
        code = attributes.get("code")
        if path == ("reporting-org",) and attributes.get("ref"):
            if self._activity:
                self._activity.publishers.add(attributes["ref"])
            else:
                self.publishers[attributes["ref"]] += 0
        if not self._activity:
            return
        if path == ("recipient-country",) and code:
            self._activity.countries.add(code)
        elif path == ("sector",) and code:
            vocabulary = attributes.get("vocabulary") or "1"
            self._activity.sectors.add((SECTOR_VOCABULARIES.get(vocabulary, vocabulary), code))
        elif path == ("transaction",):
            self.transactions += 1
            self._type, self._values = None, []
        elif path == ("transaction", "transaction-type") and not self._type:
            self._type = code
        elif path == ("transaction", "value"):
            self._value = []
            self._values.append((attributes.get("currency"), self._value))

    def _end(self, _name):
        depth = len(self._path)
        if self._record_depth:
            path = tuple(self._path[self._record_depth:])
            if self._activity and path == ("transaction",):
                self._count_transaction()
            elif path == ("transaction", "value"):
                self._value = None
            if depth == self._record_depth:
                self._record_depth = 0
                if self._activity:
                    self.publishers.update(self._activity.publishers)
                    self.countries.update(self._activity.countries)
                    self.sectors.update(self._activity.sectors)
        self._path.pop()
        self._defaults.pop()

    def _text(self, data):
        if self._value is not None and self._path[self._record_depth:] == ["transaction", "value"]:
            self._value.append(data)

    def _count_transaction(self):
        kind = transaction_type(self._type or "")
        for currency, pieces in self._values:
            number = exact_number("".join(pieces))
            if number is None:
                self.not_a_number += 1
                continue
            key = (currency or self._activity.default_currency, kind)
            entry = self.sums.setdefault(key, [decimal.Decimal(0), 0])
            entry[0] = EXACT.add(entry[0], number)
            entry[1] += 1

    def as_object(self, path):
        """The totals in the shape of `puente info --json`."""
        return {
            "file": str(path), "format": "iati", "version": self.version,
            "records": self.records, "transactions": self.transactions,
            "publishers": [{"ref": ref, "activities": n}
                           for ref, n in sorted(self.publishers.items())],
            "totals": [{"currency": currency, "transaction_type": kind, "sum": plain(total),
                        "count": n} for (currency, kind), (total, n) in sorted(self.sums.items())],
            "not_a_number": self.not_a_number,
            "countries": [{"code": code, "activities": n}
                          for code, n in sorted(self.countries.items())],
            "sectors": [{"vocabulary": vocabulary, "code": code, "activities": n}
                        for (vocabulary, code), n in sorted(self.sectors.items())],
            "languages": [{"code": code, "count": n}
                          for code, n in sorted(self.languages.items())],
        }


def totals_of(path):
    """The totals of a file as an object; raises expat errors, OSError, ValueError, LookupError."""
    return Totals().read(path).as_object(path)


def show(totals):
    print("%s: %d activities, %d organisations, %d transactions, %d publishers" % (
        totals["file"], totals["records"]["activities"], totals["records"]["organisations"],
        totals["transactions"], len(totals["publishers"])))
    for entry in totals["totals"]:
        print("  %-4s type %-4s %24s  (%d)" % (entry["currency"] or "-",
                                               entry["transaction_type"] or "-", entry["sum"],
                                               entry["count"]))
    if totals["not_a_number"]:
        print("  values that are no number: %d" % totals["not_a_number"])
    print("  countries: %s" % " ".join("%s %d" % (e["code"], e["activities"])
                                       for e in totals["countries"]))
    print("  sectors: %d" % len(totals["sectors"]))
    print("  languages: %s" % " ".join("%s %d" % (e["code"] or '""', e["count"])
                                       for e in totals["languages"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object a file, one a line")
    args = parser.parse_args()
    code = 0
    for path in args.files:
        try:
            totals = totals_of(path)
        except (xml.parsers.expat.ExpatError, OSError, ValueError, LookupError) as e:
            print("%s: %s" % (path, e), file=sys.stderr)
            code = 2
            continue
        if args.json:
            print(json.dumps(totals, ensure_ascii=False))
        else:
            show(totals)
    return code


if __name__ == "__main__":
    sys.exit(main())
