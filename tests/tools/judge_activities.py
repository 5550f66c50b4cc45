# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Judge of IATI written as FTS: makes the flows of activities once more and compares.
"""Makes the FTS flows of IATI activities once more, and compares them with those that were written.

It gives, for each path of the input, how many of its values went into a flow at the place where
docs/formats/fts.md says that they belong.
"""
import collections
import decimal
import re

from crosswalk_words import (CLUSTER_ID, CLUSTER_NAME, HPC, STATUS_OF_TYPE, VOCABULARY,
                             WORD_OF_CATEGORY, WORD_OF_LETTER, WORDS_OF_CODE, instant)

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TRUE, FALSE = ("1", "true"), ("0", "false")


def number(text):
    """The exact number of a text; None when it is none."""
    if text is None or not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", text):
        return None
    return decimal.Decimal(text.strip())


class ActivityJudge:
    """One activity and the flows that its transactions are."""

    def __init__(self, activity, countries):
        self.activity, self.countries = activity, countries
        self.kept = collections.Counter()
        self.seen = set()
        self.language = activity.get(LANG) or ""
        self.transactions = [t for t in activity.findall("transaction") if self.is_flow(t)]

    def keep(self, path, element, attribute="text()"):
        """Counts a value as kept, once."""
        if (id(element), attribute) in self.seen:
            return
        self.seen.add((id(element), attribute))
        name = attribute if attribute == "text()" else \
            "@" + ("xml:lang" if attribute == LANG else attribute)
        path = "iati-activities/iati-activity/" + (path + "/" if path else "") + name
        self.kept[path] += 1

    def pick(self, element, path):
        """The text in English, else in the activity's language, and what it is in."""
        best, best_rank = None, 0
        for narrative in element.findall(path + "narrative") if element is not None else []:
            if not narrative.text:
                continue
            own = narrative.get(LANG)
            rank = 3 if (own if own is not None else self.language).lower() == "en" else \
                1 if own is not None else 2
            if rank > best_rank:
                best, best_rank = narrative, rank
        return best

    def currency(self, transaction):
        return transaction.find("value").get("currency") or self.activity.get("default-currency")

    def is_flow(self, t):
        own = t.get("humanitarian")
        whole = self.activity.get("humanitarian")
        if (own if own in TRUE + FALSE else whole) not in TRUE:
            return False
        kind = t.find("transaction-type")
        value = t.find("value")
        if kind is None or kind.get("code") not in STATUS_OF_TYPE or value is None:
            return False
        amount = number(value.text)
        return amount is not None and amount >= 0 and bool(self.currency(t))

    def flow(self, t):
        """The flow that a transaction has to be; what is kept of it is counted."""
        a = self.activity
        kind = t.find("transaction-type")
        status, is_incoming = STATUS_OF_TYPE[kind.get("code")]
        self.keep("transaction/transaction-type", kind, "code")
        flow = {"status": status, "budgetYear": None, "childFlowIds": None, "decisionDate": None,
                "exchangeRate": None, "keywords": None, "parentFlowId": None}
        if t.get("humanitarian") in TRUE + FALSE:
            self.keep("transaction", t, "humanitarian")
        else:
            self.keep("", a, "humanitarian")
        date = t.find("transaction-date")
        if date is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", date.get("iso-date") or ""):
            flow["date"] = date.get("iso-date") + "T00:00:00Z"
            self.keep("transaction/transaction-date", date, "iso-date")
        if a.get("last-updated-datetime"):
            flow["updatedAt"] = a.get("last-updated-datetime")
            self.keep("", a, "last-updated-datetime")
        self.add_ids(t, flow)
        value = t.find("value")
        self.keep("transaction/value", value)
        if value.get("currency"):
            self.keep("transaction/value", value, "currency")
        else:
            self.keep("", a, "default-currency")
        if self.currency(t) == "USD":
            flow["amountUSD"] = number(value.text)
        else:
            flow["originalAmount"], flow["originalCurrency"] = number(value.text), self.currency(t)
        text, path = self.pick(t, "description/"), "transaction/description/narrative"
        if text is None:
            text, path = self.pick(a, "title/"), "title/narrative"
        if text is not None:
            flow["description"] = text.text
            self.keep(path, text)
        self.add_organisations(t, flow, is_incoming)
        ends = flow["destinationObjects"]
        ends += self.scopes("Plan", "2") + self.clusters(t) + self.places(t)
        ends += self.scopes("Emergency", "1")
        self.add_aid_types(t, flow)
        report = {"reportChannel": "IATI"}
        reporter = self.name_of(a.find("reporting-org"), "reporting-org")
        if reporter[0] is not None:
            report = {"organization": reporter[0].text, **report}
            self.keep(reporter[1], reporter[0])
        flow["reportDetails"] = [report]
        return flow

    def add_ids(self, t, flow):
        identifier = self.activity.find("iati-identifier")
        parts = []
        if identifier is not None and identifier.text:
            parts.append(identifier.text)
            self.keep("iati-identifier", identifier)
        if t.get("ref"):
            parts.append(t.get("ref"))
            self.keep("transaction", t, "ref")
        if parts:
            flow["refCode"] = ";".join(parts)
        own = [o for o in self.activity.findall("other-identifier")
               if o.get("type") == "A4" and o.get("ref")]
        if len(own) == 1 and len(self.transactions) == 1:
            flow["id"] = own[0].get("ref")
            self.keep("other-identifier", own[0], "ref")
            self.keep("other-identifier", own[0], "type")

    def name_of(self, element, path):
        """The narrative that names an organisation, with its path; also from another mention."""
        found = self.pick(element, "")
        if found is not None or element is None or not element.get("ref"):
            return found, path + "/narrative"
        for other in ["reporting-org", "participating-org"]:
            for mention in self.activity.findall(other):
                if mention.get("ref") == element.get("ref"):
                    found = self.pick(mention, "")
                    if found is not None:
                        return found, other + "/narrative"
        return None, path

    def add_organisations(self, t, flow, is_incoming):
        for key, tag, is_ours in (("sourceObjects", "provider-org", not is_incoming),
                                  ("destinationObjects", "receiver-org", is_incoming)):
            flow[key] = []
            element, path = t.find(tag), "transaction/" + tag
            if element is None or not (element.get("ref") or element.findall("narrative")):
                if not is_ours:
                    continue
                element, path = self.activity.find("reporting-org"), "reporting-org"
            if element is None:
                continue
            name, name_path = self.name_of(element, path)
            ref = element.get("ref") or ""
            is_fts = re.fullmatch(HPC + "[0-9]+", ref)
            if name is None and not is_fts:
                continue
            end = {"type": "Organization", "behavior": "single"}
            if is_fts:
                end["id"] = ref[len(HPC):]
                self.keep(path, element, "ref")
            if name is not None:
                end["name"] = name.text
                self.keep(name_path, name)
            if element.get("type") in WORDS_OF_CODE:
                kind, subtype = WORDS_OF_CODE[element.get("type")]
                end["organizationTypes"] = [kind]
                if subtype:
                    end["organizationSubTypes"] = [subtype]
                self.keep(path, element, "type")
            flow[key].append(end)

    def scopes(self, kind, code):
        scopes = [s for s in self.activity.findall("humanitarian-scope") if s.get("type") == code]
        ends = []
        for scope in scopes:
            end = {"type": kind, "behavior": behavior(scopes)}
            is_fts = scope.get("vocabulary") == "99" and scope.get("code") and \
                scope.get("vocabulary-uri") == VOCABULARY[kind]
            name = self.pick(scope, "")
            if name is None and not is_fts:
                continue
            self.keep("humanitarian-scope", scope, "type")
            if is_fts:
                end["id"] = scope.get("code")
                for attribute in ("code", "vocabulary", "vocabulary-uri"):
                    self.keep("humanitarian-scope", scope, attribute)
            if name is not None:
                end["name"] = name.text
                self.keep("humanitarian-scope/narrative", name)
            ends.append(end)
        return ends

    def clusters(self, t):
        own = t.findall("sector")
        path = ("transaction/" if own else "") + "sector"
        clusters = [s for s in own or self.activity.findall("sector")
                    if s.get("vocabulary") == "10" or (
                        s.get("vocabulary") == "99" and
                        s.get("vocabulary-uri") == VOCABULARY["GlobalCluster"])]
        ends = []
        for cluster in clusters:
            end = {"type": "GlobalCluster", "behavior": behavior(clusters)}
            is_fts = cluster.get("vocabulary") == "99"
            end["id"] = cluster.get("code") if is_fts else CLUSTER_ID.get(cluster.get("code"))
            if not end["id"]:
                continue
            self.keep(path, cluster, "code")
            self.keep(path, cluster, "vocabulary")
            if is_fts:
                self.keep(path, cluster, "vocabulary-uri")
            name = self.pick(cluster, "")
            end["name"] = CLUSTER_NAME.get(end["id"]) if not is_fts else \
                name.text if name is not None else None
            if name is not None and name.text == end["name"]:
                self.keep(path + "/narrative", name)
            if len(clusters) == 1:
                self.keep_whole(path, cluster)
            ends.append({key: value for key, value in end.items() if value is not None})
        return ends

    def keep_whole(self, path, element):
        """All of the money goes to the only one: that share is said. Transactions have no shares."""
        if not path.startswith("transaction/") and number(element.get("percentage")) == 100:
            self.keep(path, element, "percentage")

    def places(self, t):
        own = t.findall("recipient-country") + t.findall("recipient-region")
        where = t if own else self.activity
        path = ("transaction/" if own else "") + "recipient-country"
        countries = where.findall("recipient-country")
        is_only = len(countries) == 1 and not where.findall("recipient-region")
        ends = []
        for country in countries:
            name = self.pick(country, "")
            if country.get("code") in self.countries:
                known = self.countries[country.get("code")]
                self.keep(path, country, "code")
                if name is not None and name.text == known:
                    self.keep(path + "/narrative", name)
            elif name is not None:
                known = name.text
                self.keep(path + "/narrative", name)
            else:
                continue
            ends.append({"type": "Location", "name": known,
                         "behavior": "single" if is_only else "shared"})
            if is_only:
                self.keep_whole(path, country)
        return ends

    def add_aid_types(self, t, flow):
        own = t.findall("aid-type")
        path = "transaction/aid-type" if own else "default-aid-type"
        words = []
        for kind in own or self.activity.findall("default-aid-type"):
            code = kind.get("code")
            if kind.get("vocabulary") == "2" and code in WORD_OF_CATEGORY:
                if WORD_OF_CATEGORY[code] not in words:
                    words.append(WORD_OF_CATEGORY[code])
                    self.keep(path, kind, "code")
                    self.keep(path, kind, "vocabulary")
            elif kind.get("vocabulary") == "3" and code in WORD_OF_LETTER:
                if WORD_OF_LETTER[code] not in words:
                    words.append(WORD_OF_LETTER[code])
            elif kind.get("vocabulary") == "4" and code in ("1", "2"):
                flow["method"] = "Cash transfer programming (CTP)"
        flow["grandBargainEarmarkingType"] = words or None


def behavior(siblings):
    return "single" if len(siblings) == 1 else "shared"


def comparable(flow):
    """A flow without the ids of its locations, which only FTS has a list of; times as such."""
    ends = [{k: v for k, v in end.items() if k != "id" or end["type"] != "Location"}
            for end in flow.get("destinationObjects", [])]
    times = {"updatedAt": instant(flow["updatedAt"])} if "updatedAt" in flow else {}
    return {**flow, **times, "destinationObjects": ends}


def judge_activities(tally, name, root, flows, countries):
    """Holds flows to the activities that they come from; what was kept, by path.

    `countries`: names by code as FTS writes them.
    """
    kept, sums, told_sums = (collections.Counter() for _ in range(3))
    at = 0
    for activity in root.findall("iati-activity"):
        judge = ActivityJudge(activity, countries)
        label = "%s: %s" % (name, (activity.findtext("iati-identifier") or "").strip())
        for t in judge.transactions:
            wanted = judge.flow(t)
            found = flows[at] if at < len(flows) else {}
            at += 1
            wrong = ["%s %r, and the activity says %r" % (key, found.get(key), wanted.get(key))
                     for key in sorted(found.keys() | wanted.keys())
                     if comparable(found).get(key, 0) != comparable(wanted).get(key, 0)]
            tally.check(not wrong, label + " makes this flow", "; ".join(wrong[:4])[:600])
            sums[judge.currency(t)] += number(t.find("value").text)
        kept.update(judge.kept)
    tally.check(at == len(flows), "%s: as many flows as transactions of their kind" % name,
                "%d and %d" % (len(flows), at))
    for flow in flows:
        if "amountUSD" in flow:
            told_sums["USD"] += flow["amountUSD"]
        else:
            told_sums[flow["originalCurrency"]] += flow["originalAmount"]
    tally.check(sums == told_sums, "%s: the sums by currency agree" % name,
                "%s and %s" % (dict(sums), dict(told_sums)))
    return kept
