#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Checks that examples/lac_migration says what the review says, and nothing more.
"""Usage: check_example.py [FILE]

Prints each failed check, then `N passed, N failed`; exits 1 when a check failed, 2 when the file
cannot be read. Standard library only. The schema is checked too when xmllint and the IATI schemas
(under PUENTE_TEST_DATA, default ../shared/data beside the repository) are there; when they are
not, the script says so and does not count it.
"""

import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

REPO = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = REPO / "examples" / "lac_migration" / "lac_migration.xml"
PREFIX = "PUENTE-EXAMPLE-LAC-"
DOI = "https://doi.org/10.19088/K4DD.2024.011"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# 31 rows were read from the review; 21, 23 and 31 are context and no activity.
ROWS = [f"{n:02d}" for n in range(1, 31) if n not in (21, 23)]

# Section of the review, by row.
SECTIONS = dict(zip(ROWS, (
    "2 2 3.1 3.1 3.1 3.2 3.2 3.2 3.2 3.2 3.2 3.2 3.3 3.3 3.4 3.4 3.5 3.6 3.7 3.8 "
    "3.9 4.2 4.2 5.1 5.1 6.1 6.2 6.2").split()))

# (row, related row): type, as the one row names the other. 1 parent, 2 child, 3 sibling.
RELATED = {
    ("01", "02"): "2", ("02", "01"): "1",
    ("03", "04"): "2", ("04", "03"): "1", ("03", "05"): "2", ("05", "03"): "1",
    ("04", "05"): "3", ("05", "04"): "3",
    ("06", "07"): "3", ("07", "06"): "3",
    ("26", "27"): "3", ("27", "26"): "3",
    ("29", "30"): "2", ("30", "29"): "1",
}
INVERSE = {"1": "2", "2": "1", "3": "3"}

# Whole years, stated with both ends or as one year (01 and 17).
YEARS = {"01": (2023, 2023), "04": (2023, 2024), "06": (2020, 2024), "07": (2020, 2024),
         "12": (2019, 2023), "13": (2023, 2030), "17": (2023, 2023), "19": (2022, 2025)}
PRESS_DAY = "2023-11-06"  # rows 26 and 27
REVIEW_DAY = "2024-03-01"  # stands in for "not stated" everywhere else

FUNDERS = {"12": "Swiss Agency for Development and Cooperation",
           "20": "Government of Canada", "26": "USAID", "27": "Inter-American Development Bank"}

# Countries that the review names, by row, as ISO codes.
COUNTRIES = {"09": "AR BO BR CO EC PE PY", "12": "EC JM", "16": "MX", "18": "CR HN PA",
             "30": "CO CR MX PE"}
BORDERS = ["Aguas Blancas-Bermejo", "Desaguadero", "Rumichaca", "Triple Frontier"]

# Identifiers that were seen in use by their owners; every other organisation has a name only.
KNOWN_REFS = {
    "XM-DAC-41121": "UNHCR", "XM-DAC-47066": "IOM", "XM-DAC-41302": "ILO", "XM-DAC-41127": "OCHA",
    "XM-DAC-41114": "UNDP", "XM-DAC-41304": "UNESCO", "XM-DAC-41122": "UNICEF",
    "XM-DAC-41146": "UN Women", "CH-4": "Swiss Agency", "US-GOV-1": "USAID",
    "XI-IATI-IADB": "Inter-American Development Bank",
}
WITHOUT_OWN_LINK = {"10", "15", "18"}  # the review gives no address for these
REGIONS = {"489", "498", "998", "1032"}


class Tally:
    """Counts checks and prints the failed ones."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, good, what):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}")

    def equal(self, found, wanted, what):
        self.check(found == wanted, f"{what}: expected {wanted!r}, found {found!r}")


def narratives(element):
    """The texts of the narratives directly in `element`; none when it is absent."""
    return [n.text or "" for n in element.findall("narrative")] if element is not None else []


def first_text(element):
    texts = narratives(element)
    return texts[0] if texts else ""


def attribute(element, tag, name):
    """The attribute `name` of the first child `tag` of `element`; None when either is absent."""
    child = element.find(tag)
    return None if child is None else child.get(name)


def check_file(t, root):
    t.equal(root.tag, "iati-activities", "root element")
    t.equal(root.get("version"), "2.03", "version")
    ids = [a.findtext("iati-identifier", "") for a in root.findall("iati-activity")]
    t.equal(len(ids), 28, "number of activities")
    t.equal(len(set(ids)), len(ids), "number of unique identifiers")
    t.equal(ids, [PREFIX + r for r in ROWS], "identifiers in the order of the rows")
    # What the review does not state must not appear, whatever the activity.
    for tag in ("budget", "planned-disbursement", "sector", "tag", "recipient-country",
                "humanitarian-scope", "policy-marker", "result", "other-identifier", "point",
                "coordinates", "administrative", "default-aid-type", "default-flow-type",
                "default-finance-type", "activity-scope", "contact-info"):
        t.equal(len(list(root.iter(tag))), 0, f"number of <{tag}>, which the review does not state")
    t.equal([e.tag for e in root.iter() if "percentage" in e.attrib], [], "percentages")
    t.equal([e.tag for e in root.iter() if "budget-not-provided" in e.attrib], [],
            "reasons for a missing budget")
    empty = [e for e in root.iter("narrative") if not (e.text or "").strip()]
    t.equal(len(empty), 0, "number of empty narratives")
    t.check(all(e.text == " ".join((e.text or "").split()) for e in root.iter("narrative")),
            "a narrative has line breaks, double or outer white space")
    t.check(all(e.get(LANG) == "es" for e in root.iter("narrative") if LANG in e.attrib),
            "a narrative has a language other than es (en is the default of each activity)")


def check_money(t, activities):
    found = [(row, x) for row, a in activities.items() for x in a.findall("transaction")]
    t.equal([row for row, _ in found], ["26", "27"], "activities with a transaction")
    types = [attribute(x, "transaction-type", "code") for _, x in found]
    t.equal(types, ["2", "2"], "transaction types (2 is a commitment, 3 a disbursement)")
    for row, x in found:
        value = (x.findtext("value"), attribute(x, "value", "currency"),
                 attribute(x, "value", "value-date"))
        t.equal(value, ("25000000", "USD", PRESS_DAY), f"{row}: amount, currency, value date")
        t.equal(attribute(x, "transaction-date", "iso-date"), PRESS_DAY, f"{row}: day of the money")
    sides = {row: tuple(attribute(x, tag, "ref") for tag in ("provider-org", "receiver-org"))
             for row, x in found}
    t.equal(sides.get("26"), ("US-GOV-1", "XI-IATI-IADB"), "26: provider and receiver")
    t.equal(sides.get("27", (None,))[0], "XI-IATI-IADB", "27: provider")


def check_relations(t, activities):
    found = {}
    for row, a in activities.items():
        for e in a.findall("related-activity"):
            ref = e.get("ref", "")
            other = ref[len(PREFIX):] if ref.startswith(PREFIX) else ref
            t.check(other in activities, f"{row}: related activity {ref} is not in the file")
            t.check((row, other) not in found, f"{row}: {ref} is named twice")
            found[(row, other)] = e.get("type")
    for (row, other), kind in found.items():
        t.equal(found.get((other, row)), INVERSE.get(kind, "?"), f"{other}: its link back to {row}")
    t.equal(found, RELATED, "related activities")
    for (row, other), kind in found.items():
        if kind == "1" and other in activities:
            t.equal((activities[other].get("hierarchy"), activities[row].get("hierarchy")),
                    ("1", "2"), f"{other} and {row}: hierarchy of parent and child")


def check_dates(t, row, activity):
    dates = [(d.get("type"), d.get("iso-date")) for d in activity.findall("activity-date")]
    status = attribute(activity, "activity-status", "code")
    said = " / ".join(first_text(d) for d in activity.findall("activity-date"))
    for _, day in dates:
        try:
            datetime.date.fromisoformat(day)
            t.check(True, "")
        except (TypeError, ValueError):
            t.check(False, f"{row}: {day!r} is not a date")
    if row in YEARS:
        first, last = YEARS[row]
        t.equal(dates, [("1", f"{first}-01-01"), ("3", f"{last}-12-31")], f"{row}: dates")
        t.equal(said.count("year only"), 2, f"{row}: dates that say 'year only'")
    elif row in ("26", "27"):
        t.equal(dates, [("2" if row == "26" else "1", PRESS_DAY)], f"{row}: dates")
        t.check("press release" in said, f"{row}: the date does not name the press release")
    elif row in ("10", "11"):
        t.equal(dates, [("4", REVIEW_DAY)], f"{row}: dates")
        t.check(said.startswith("end not stated"), f"{row}: the date looks like a stated one")
    else:
        t.equal(dates, [("2", REVIEW_DAY)], f"{row}: dates")
        t.check(said.startswith("start not stated"), f"{row}: the date looks like a stated one")
    wanted = {"05": "4", "10": "4", "11": "4", "27": "1"}.get(row, "2")
    t.equal(status, wanted, f"{row}: status")


def check_organisations(t, row, activity):
    reporting = tuple(attribute(activity, "reporting-org", name)
                      for name in ("ref", "secondary-reporter"))
    t.equal(reporting, ("PUENTE-EXAMPLE", "1"), f"{row}: reporting-org and secondary-reporter")
    parties = [e for tag in ("participating-org", "provider-org", "receiver-org")
               for e in activity.iter(tag)]
    for e in parties:
        ref, name = e.get("ref"), first_text(e)
        t.check(bool(name), f"{row}: an organisation without a name")
        if ref is not None:
            t.check(KNOWN_REFS.get(ref, "?") in name, f"{row}: {ref} is not known for {name!r}")
    funders = [first_text(e) for e in activity.findall("participating-org") if e.get("role") == "1"]
    wanted = FUNDERS.get(row)
    t.check(len(funders) == (1 if wanted else 0) and all(wanted in f for f in funders),
            f"{row}: funders: expected {wanted!r}, found {funders!r}")
    t.check({e.get("role") for e in activity.findall("participating-org")} <= {"1", "4"},
            f"{row}: a role other than 1 (funding) and 4 (implementing)")


def check_places(t, row, activity):
    regions = activity.findall("recipient-region")
    t.equal(len(regions), 1, f"{row}: number of recipient regions")
    for r in regions:
        t.check(r.get("code") in REGIONS and r.get("vocabulary") == "1" and bool(first_text(r)),
                f"{row}: region {r.get('code')} is not one of {sorted(REGIONS)} with a name")
    locations = activity.findall("location")
    t.check(all(first_text(x.find("name")) for x in locations), f"{row}: a location without a name")
    codes = sorted(e.get("code") for e in activity.iter("location-id"))
    t.equal(codes, COUNTRIES.get(row, "").split(), f"{row}: countries in locations")
    others = sorted(first_text(x.find("name")) for x in locations if x.find("location-id") is None)
    t.equal(others, BORDERS if row == "09" else [], f"{row}: places below country")


def check_sources(t, row, activity):
    section = SECTIONS[row]
    links = {e.get("url"): e for e in activity.findall("document-link")}
    review = links.get(DOI)
    t.check(review is not None and review.get("format") == "text/html", f"{row}: no link to {DOI}")
    title = first_text(review.find("title")) if review is not None else ""
    t.check(title.endswith(f"section {section}"), f"{row}: the link names no section {section}")
    about = [first_text(d) for d in activity.findall("description")]
    t.check(bool(about) and f"Section {section} of the review" in about[0],
            f"{row}: the description does not name section {section}")
    t.check(len(about) == 2 and about[1].startswith("Not stated in the review: "),
            f"{row}: no description of what the review does not state")
    t.equal(len(links), 1 if row in WITHOUT_OWN_LINK else 2, f"{row}: number of documents")
    t.check(all(re.match(r"https://[^\s]+$", u or "") for u in links), f"{row}: an address is odd")
    t.check(all(re.match(r"[AB]\d\d$", c.get("code", "")) for e in links.values()
                for c in e.findall("category")), f"{row}: a document category is odd")


def check_schema(t, path):
    data = pathlib.Path(os.environ.get("PUENTE_TEST_DATA", REPO.parent / "shared" / "data"))
    schema = data / "iati" / "schemas" / "2.03" / "iati-activities-schema.xsd"
    if not schema.is_file() or shutil.which("xmllint") is None:
        print("skipped: schema check (needs xmllint and the IATI schemas under PUENTE_TEST_DATA)")
        return
    run = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", str(schema), str(path)],
                         capture_output=True, text=True, check=False)
    t.check(run.returncode == 0, f"not valid against the 2.03 schema:\n{run.stderr}")


def main(argv):
    if len(argv) > 2:
        print(__doc__, file=sys.stderr)
        return 2
    path = pathlib.Path(argv[1]) if len(argv) == 2 else EXAMPLE
    try:
        root = ET.parse(path).getroot()
    except (OSError, ET.ParseError) as e:
        print(f"cannot read the example: {e}", file=sys.stderr)
        return 2
    t = Tally()
    check_schema(t, path)
    check_file(t, root)
    activities = {a.findtext("iati-identifier", "")[len(PREFIX):]: a
                  for a in root.findall("iati-activity")}
    check_money(t, activities)
    check_relations(t, activities)
    for row in ROWS:
        activity = activities.get(row)
        if activity is None:
            t.check(False, f"{row}: the activity is missing")
            continue
        t.equal(activity.get(LANG), "en", f"{row}: language")
        check_dates(t, row, activity)
        check_organisations(t, row, activity)
        check_places(t, row, activity)
        check_sources(t, row, activity)
    members = activities["03"].findall("participating-org") if "03" in activities else []
    t.equal(len({first_text(e) for e in members}), 19, "03: members of the network")
    print(f"{t.passed} passed, {t.failed} failed")
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
