# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Judge of FTS written as IATI: finds the values of flows in activities.
"""Finds the values of FTS flows in the IATI activities that they were written as.

It gives, for each path of the input, how many of its values it found in the output at the place
where docs/formats/iati.md says that they belong.
"""
import collections
import decimal
import re

from crosswalk_words import (BROADER, CATEGORY, CLUSTER_CODE, EXACT_TYPES, HPC, PUBLISHER,
                             TYPE_OF_STATUS, VOCABULARY, instant, texts)


class FlowJudge:
    """One flow and its activity. Facts of the activity are taken away as they are found."""

    def __init__(self, flow, activity):
        self.flow, self.activity = flow, activity
        self.kept = collections.Counter()
        self.wrong = []
        self.facts = collections.Counter(self.list_facts())

    def list_facts(self):
        """What the activity says, as tuples."""
        a = self.activity
        for tag in ("other-identifier", "related-activity", "default-aid-type"):
            for e in a.findall(tag):
                yield (tag, e.get("type") or e.get("vocabulary"), e.get("ref") or e.get("code"))
        for tag in ("sector", "tag", "humanitarian-scope"):
            for e in a.findall(tag):
                where = (tag, e.get("vocabulary"), e.get("vocabulary-uri"), e.get("type"))
                yield where + ("code", e.get("code"))
                for text in texts(e, "."):
                    yield where + ("name", text)
        for e in a.findall("participating-org"):
            side = "source" if e.get("role") == "1" else "destination"
            yield ("org", side, "ref", e.get("ref"))
            yield ("org", side, "type", e.get("type"))
            for text in texts(e, "."):
                yield ("org", side, "name", text)
        for e in a.findall("location"):
            yield ("location", "ref", e.get("ref"))
            for text in texts(e, "name"):
                yield ("location", "name", text)
        for e in a.findall("recipient-country"):
            yield ("country", "code")
            for text in texts(e, "."):
                yield ("country", "name", text)
        for e in a.findall("activity-date"):
            yield ("date", e.get("type"), e.get("iso-date"))
        for text in texts(a, "description"):
            yield ("description", text)

    def find(self, path, *fact):
        """Takes a fact away and counts the value at a path as kept."""
        if self.facts[fact] <= 0:
            self.wrong.append("%s: %s is not there" % (path, fact))
            return False
        self.facts[fact] -= 1
        self.kept["data.flows." + path] += 1
        return True

    def keep(self, path):
        self.kept["data.flows." + path] += 1

    def expect(self, what, found, wanted):
        if found != wanted:
            self.wrong.append("%s: %r, and the flow says %r" % (what, found, wanted))

    def run(self):
        flow, a = self.flow, self.activity
        self.expect("iati-identifier", a.findtext("iati-identifier"),
                    "%s-%s" % (PUBLISHER, flow["id"]))
        reporter = a.find("reporting-org")
        self.expect("reporting-org", (reporter.get("ref"), reporter.get("type"),
                                      reporter.get("secondary-reporter")), (PUBLISHER, "40", "1"))
        self.expect("@humanitarian", a.get("humanitarian"), "1")
        self.find("id", "other-identifier", "A4", flow["id"])
        if flow.get("updatedAt"):
            self.expect("@last-updated-datetime", instant(a.get("last-updated-datetime")),
                        instant(flow["updatedAt"]))
            self.keep("updatedAt")
        if flow.get("description"):
            self.find("description", "description", flow["description"])
        if flow.get("refCode"):
            self.find("refCode", "other-identifier", "A9", flow["refCode"])
        if flow.get("parentFlowId") is not None:
            self.find("parentFlowId", "related-activity", "1",
                      "%s-%s" % (PUBLISHER, flow["parentFlowId"]))
        for child in flow.get("childFlowIds") or []:
            self.find("childFlowIds", "related-activity", "2", "%s-%s" % (PUBLISHER, child))
        for word in flow.get("grandBargainEarmarkingType") or []:
            if word in CATEGORY:
                self.find("grandBargainEarmarkingType", "default-aid-type", "2", CATEGORY[word])
        for key in ("flowType", "contributionType", "method"):
            if flow.get(key):
                self.find(key, "tag", "99", VOCABULARY["word"], None, "code", flow[key])
        for word in flow.get("keywords") or []:
            if word:
                self.find("keywords", "tag", "99", VOCABULARY["keyword"], None, "code", word)
        self.judge_transaction()
        for side in ("source", "destination"):
            self.judge_ends(side)
        return self

    def judge_transaction(self):
        """The money: type, date, amount, currency, and who gives and gets it."""
        flow = self.flow
        amount = flow.get("originalAmount"), flow.get("originalCurrency")
        keys = ("originalAmount", "originalCurrency")
        if amount[0] is None or not amount[1]:
            amount, keys = (flow.get("amountUSD"), "USD"), ("amountUSD",)
        date = next((key for key in ("date", "decisionDate", "firstReportedDate")
                     if flow.get(key)), None)
        transactions = self.activity.findall("transaction")
        if amount[0] is None or date is None or not flow.get("status"):
            self.expect("transactions", len(transactions), 0)
            return
        self.expect("transactions", len(transactions), 1)
        t = transactions[0]
        value = t.find("value")
        self.expect("transaction-type", t.find("transaction-type").get("code"),
                    TYPE_OF_STATUS.get(flow["status"], flow["status"]))
        self.expect("transaction-date", t.find("transaction-date").get("iso-date"),
                    flow[date][:10])
        self.expect("value", (decimal.Decimal(value.text), value.get("currency")), amount)
        for key in keys + (date, "status"):
            self.keep(key)
        for side, tag in (("source", "provider-org"), ("destination", "receiver-org")):
            named = [o for o in flow.get(side + "Objects") or [] if o["type"] == "Organization"]
            found = [(e.get("ref"), texts(e, ".")) for e in t.findall(tag)]
            self.expect(tag, found, [(HPC + o["id"], [o["name"]]) for o in named]
                        if is_alone(named) else [])

    def judge_ends(self, side):
        ends = self.flow.get(side + "Objects") or []
        by_type = collections.defaultdict(list)
        for end in ends:
            by_type[end["type"]].append(end)
        for end in by_type["Organization"]:
            self.judge_organisation(side, end, by_type["Organization"])
        if side == "source":
            return
        for kind, kind_code in (("Plan", "2"), ("Emergency", "1")):
            for end in by_type[kind]:
                where = ("humanitarian-scope", "99", VOCABULARY[kind], kind_code)
                self.judge_end(side, end, by_type[kind], where)
        clusters = by_type["GlobalCluster"]
        for end in clusters:
            code = CLUSTER_CODE.get(end["id"]) if is_alone(clusters) else None
            if not is_alone(clusters):
                where = ("tag", "99", VOCABULARY["GlobalCluster"], None)
            elif code is None:
                where = ("sector", "99", VOCABULARY["GlobalCluster"], None)
            else:
                where = ("sector", "10", None, None)
            self.judge_end(side, end, clusters, where, code)
        for end in by_type["Cluster"]:
            where = (("sector", "98") if is_alone(by_type["Cluster"]) else ("tag", "99")) + \
                (VOCABULARY["Cluster"], None)
            self.judge_end(side, end, by_type["Cluster"], where)
        for end in by_type["Project"]:
            if end.get("code") and self.find(side + "Objects.code", "other-identifier", "A9",
                                             end["code"]):
                self.keep_end(side, end, by_type["Project"])
        self.judge_places(side, by_type["Location"])
        self.judge_years(side, by_type["UsageYear"])

    def keep_end(self, side, end, siblings):
        """The kind of an end that is written, and its share where it is the only one."""
        self.keep(side + "Objects.type")
        if end.get("behavior") == "single" and len(siblings) == 1:
            self.keep(side + "Objects.behavior")

    def judge_end(self, side, end, siblings, where, code=None):
        self.find(side + "Objects.id", *where, "code", code or end["id"])
        self.find(side + "Objects.name", *where, "name", end["name"])
        self.keep_end(side, end, siblings)

    def judge_organisation(self, side, end, siblings):
        path = side + "Objects."
        self.find(path + "id", "org", side, "ref", HPC + end["id"])
        self.find(path + "name", "org", side, "name", end["name"])
        self.keep_end(side, end, siblings)
        subtypes = end.get("organizationSubTypes") or []
        for kind in (end.get("organizationTypes") or [])[:1]:
            subtype = next((s for s in subtypes if (kind, s) in EXACT_TYPES), None)
            if any((kind, s) in BROADER for s in subtypes) or (kind, subtype) not in EXACT_TYPES:
                continue
            self.find(path + "organizationTypes", "org", side, "type",
                      EXACT_TYPES[kind, subtype])
            if subtype is not None:
                self.keep(path + "organizationSubTypes")

    def judge_places(self, side, places):
        """One country is the recipient; several are locations, with one region around them."""
        regions = self.activity.findall("recipient-region")
        is_known = bool(self.activity.findall("recipient-country"))
        if is_alone(places) and is_known:
            self.find(side + "Objects.id", "country", "code")
            self.find(side + "Objects.name", "country", "name", places[0]["name"])
            self.keep_end(side, places[0], places)
            self.expect("regions beside the country", len(regions), 0)
            return
        self.expect("regions", len(regions), 1)
        for end in places:
            self.find(side + "Objects.id", "location", "ref", end["id"])
            self.find(side + "Objects.name", "location", "name", end["name"])
            self.keep_end(side, end, places)

    def judge_years(self, side, ends):
        years = [end for end in ends if re.fullmatch("[1-9][0-9]{3}", end["name"])]
        if not years:
            return
        first = min(years, key=lambda end: end["name"])
        last = max(years, key=lambda end: end["name"])
        for end in {id(first): first, id(last): last}.values():
            fact = ("1", end["name"] + "-01-01") if end is first else ("3", end["name"] + "-12-31")
            self.find(side + "Objects.name", "date", *fact)
            self.keep_end(side, end, ends)


def is_alone(ends):
    """One that does not share the money with others which the flow does not name."""
    return len(ends) == 1 and ends[0].get("behavior") != "shared"


def rules_broken(activity):
    """The rules of the IATI validator on shares, places and sectors that an activity breaks."""
    countries, regions = activity.findall("recipient-country"), activity.findall("recipient-region")
    if len(countries) + len(regions) != 1:
        yield "not just one recipient country or region"
    vocabularies = [s.get("vocabulary") for s in activity.findall("sector")]
    if not vocabularies or len(set(vocabularies)) != len(vocabularies):
        yield "no sector, or several of one vocabulary"
    if not any(d.get("type") in "12" for d in activity.findall("activity-date")):
        yield "no start"
    for element in activity.iter():
        if "percentage" in element.attrib:
            yield "a percentage, which FTS has not"
        if element.tag in ("provider-org", "receiver-org", "participating-org") and \
                not element.get("ref") and not any(texts(element, ".")):
            yield "an organisation without a name"


def judge_flows(tally, name, flows, root, country_codes):
    """Holds activities to the flows that they come from; what was kept, by path.

    `country_codes`: those of IATI's codelist; none when it is not there.
    """
    activities = collections.defaultdict(list)
    for activity in root.findall("iati-activity"):
        activities[activity.findtext("iati-identifier")].append(activity)
    tally.check(root.get("version") == "2.03", "%s: IATI 2.03" % name)
    tally.check(sum(map(len, activities.values())) == len(flows),
                "%s: as many activities as flows" % name, "%d and %d" % (
                    sum(map(len, activities.values())), len(flows)))
    kept, sums, told_sums = (collections.Counter() for _ in range(3))
    codes = {}
    for flow in flows:
        label = "%s: flow %s" % (name, flow["id"])
        found = activities["%s-%s" % (PUBLISHER, flow["id"])]
        if not tally.check(len(found) == 1, label + " is there once", str(len(found))):
            continue
        judge = FlowJudge(flow, found[0]).run()
        tally.check(not judge.wrong, label + " says the same", "; ".join(judge.wrong[:4]))
        broken = list(rules_broken(found[0]))
        tally.check(not broken, label + " breaks no rule on shares", "; ".join(broken[:3]))
        kept.update(judge.kept)
        for country in found[0].findall("recipient-country"):
            codes.setdefault(country.get("code"), set()).update(texts(country, "."))
        if flow.get("originalAmount") is not None and flow.get("originalCurrency"):
            sums[flow["originalCurrency"]] += flow["originalAmount"]
        elif flow.get("amountUSD") is not None:
            sums["USD"] += flow["amountUSD"]
        for value in found[0].findall("transaction/value"):
            told_sums[value.get("currency")] += decimal.Decimal(value.text)
    tally.check(sums == told_sums, "%s: the sums by currency agree" % name,
                "%s and %s" % (dict(sums), dict(told_sums)))
    tally.check(all(len(names) == 1 for names in codes.values()),
                "%s: one name a country" % name, str(codes))
    tally.check(not country_codes or codes.keys() <= country_codes,
                "%s: codes of countries are of IATI's list" % name, str(codes))
    return kept
