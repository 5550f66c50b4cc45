#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of `puente diff`: known edits of real files, and files that differ in order only.
"""Edits real IATI files in known ways, and compares what `puente diff --json` tells with the edit.

Each kind of edit is made in every file where it can be, in the middle-most activity that it fits:
exactly that difference must be told, with its path and both values, and no other. Then all edits at
once, each in an activity of its own. Then files in another order (activities, the elements of
activities, attributes), in another layout and in other formats: no difference.
"""
import html
import json
import pathlib
import random
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402

OWN = samples.REPO_ROOT / "examples" / "lac_migration" / "lac_migration.xml"
REAL = ("original/worldbank-sv.xml", "original/usaid-cu.xml", "original/UNHCR-Activities-2023.xml",
        "original/CAF-ActivityFile-2025-10-10.xml", "original/MAEC_IATI_INDONESIA.xml",
        "original/wri-521257057-strategic-plan-2023-2027.xml")
SAME, DIFFER, USAGE = 0, 3, 2
ACTIVITY = re.compile(r"<iati-activity[\s>].*?</iati-activity>", re.S)
TRANSACTION = r"<transaction(?:\s[^>]*)?>.*?</transaction>"
NOTHING = object()
# What is in these is not looked at for edits of the activity itself.
NESTED = re.compile(r"<(transaction|result|location|document-link|contact-info|conditions|crs-add|fss|"
                    r"country-budget-items)(?:\s[^>]*)?(?<!/)>(.*?)</\1>", re.S)


def masked(activity):
    """The activity, as long as it is, with blanks in what is nested."""
    return NESTED.sub(lambda m: m.group()[:m.start(2) - m.start()] + " " * len(m.group(2)) +
                      m.group()[m.end(2) - m.start():], activity)


class Edit:
    """A kind of edit: a pattern with one group, what the group becomes, what must be told."""

    def __init__(self, name, pattern, becomes, path, kind="changed", values=True, inside=None):
        self.name, self.pattern, self.becomes = name, re.compile(pattern, re.S), becomes
        self.path, self.kind, self.values = re.compile(path + r"\Z"), kind, values
        self.inside = re.compile(inside, re.S) if inside else None

    def apply(self, activity):
        """(the activity after the edit, [(kind, path, before, after)]) or None."""
        begin, end, where = 0, len(activity), activity
        if self.inside:
            places = list(self.inside.finditer(activity))
            if not places:
                return None
            begin, end = places[len(places) // 2].span()
        else:
            where = masked(activity)
        found = self.pattern.search(where, begin, end)
        if not found:
            return None
        old = found.group(1)
        new = self.becomes(old) if callable(self.becomes) else self.becomes
        if new == old:
            return None
        text = activity[:found.start(1)] + new + activity[found.end(1):]
        told = (html.unescape(old), html.unescape(new)) if self.values else NOTHING
        return text, (self.kind, self.path, told)


def next_day(date):
    return date[:8] + ("01" if date[8:10] != "01" else "02")


def plus_one(number):
    """Another amount, in the canonical text that both have."""
    return re.sub(r"(\d)(?=\D*\Z)", lambda m: str((int(m.group(1)) + 1) % 10), number)


AMOUNT = r"((?:[1-9]\d*|0)(?:\.\d+)?)"
NARRATIVE = r"<narrative(?:\s[^>]*)?>([^<]*\w[^<]*)</narrative>"
TX = {"inside": TRANSACTION}
EDITS = (
    Edit("title", r"<title>\s*" + NARRATIVE, "Another title", r"title\.narratives\[\d+\]\.text"),
    Edit("description", r"<description[^>]*>\s*" + NARRATIVE, lambda t: t + " (revised)",
         r"descriptions\[\d+\]\.narratives\[\d+\]\.text"),
    Edit("value of a transaction", r"<value [^>]*>" + AMOUNT + r"</value>", plus_one,
         r"transactions\[\d+\]\.value\.value", **TX),
    Edit("date of a transaction", r"<transaction-date [^>]*?iso-date=\"(\d{4}-\d\d-\d\d)\"", next_day,
         r"transactions\[\d+\]\.transaction_date\.date", **TX),
    Edit("type of a transaction", r"<transaction-type [^>]*?code=\"(\w+)\"",
         lambda c: "3" if c != "3" else "4", r"transactions\[\d+\]\.transaction_type\.code", **TX),
    Edit("currency of a transaction", r"<value [^>]*?currency=\"(\w+)\"", "XDR",
         r"transactions\[\d+\]\.value\.currency", **TX),
    Edit("provider of a transaction", r"<provider-org [^>]*?\bref=\"([^\"]+)\"", "XM-OTHER-1",
         r"transactions\[\d+\]\.sources\[\d+\]\.organisation\.ref", **TX),
    Edit("transaction removed", "(" + TRANSACTION + ")", "", r"transactions\[\d+\]", "removed",
         False, **TX),
    Edit("transaction twice", "(" + TRANSACTION + ")", lambda t: t + t, r"transactions\[\d+\]",
         "added", False, **TX),
    Edit("transaction added", r"()</iati-activity>",
         '<transaction ref="T-NEW"><transaction-type code="3"/><transaction-date iso-date='
         '"2001-02-03"/><value currency="XOF" value-date="2001-02-03">17.5</value></transaction>',
         r"transactions\[\d+\]", "added", False),
    Edit("code of a sector", r"<sector [^>]*?\bcode=\"([^\"]+)\"", "99810", r"sectors\[\d+\]\.code"),
    Edit("share of a sector", r"<sector [^>]*?percentage=\"(\d+(?:\.\d+)?)\"", plus_one,
         r"sectors\[\d+\]\.percentage"),
    Edit("sector added", r"()<sector[\s>]", '<sector code="99998" vocabulary="98"/>',
         r"sectors\[\d+\]", "added", False),
    Edit("sector removed", r"(<sector(?:\s[^>]*)?(?:/>|(?<!/)>.*?</sector>))", "", r"sectors\[\d+\]",
         "removed", False),
    Edit("share of a country", r"<recipient-country [^>]*?percentage=\"(\d+(?:\.\d+)?)\"", plus_one,
         r"recipient_countries\[\d+\]\.percentage"),
    Edit("country", r"<recipient-country [^>]*?code=\"(\w+)\"", "ZZ",
         r"recipient_countries\[\d+\]\.code"),
    Edit("status", r"<activity-status [^>]*?code=\"(\w+)\"", lambda c: "5" if c != "5" else "4",
         r"activity_status\.code"),
    Edit("status removed", r"(<activity-status [^>]*?/>)", "", r"activity_status", "removed", False),
    Edit("date of the activity", r"<activity-date [^>]*?iso-date=\"(\d{4}-\d\d-\d\d)\"", next_day,
         r"activity_dates\[\d+\]\.iso_date"),
    Edit("role of an organisation", r"<participating-org [^>]*?role=\"(\w+)\"",
         lambda c: "4" if c != "4" else "1", r"participating_orgs\[\d+\]\.role"),
    Edit("narrative in another language", r"<title>\s*<narrative.*?()</title>",
         '<narrative xml:lang="qu">Huk suti</narrative>', r"title\.narratives\[\d+\]", "added",
         False),
    Edit("budget", r"<budget(?:\s[^>]*)?>(?:(?!</budget>).)*?<value [^>]*>" + AMOUNT + r"</value>", plus_one,
         r"budgets\[\d+\]\.value\.value"),
    Edit("planned disbursement", r"<planned-disbursement(?:\s[^>]*)?>"
         r"(?:(?!</planned-disbursement>).)*?<value [^>]*>" + AMOUNT, plus_one,
         r"planned_disbursements\[\d+\]\.value\.value"),
    Edit("default currency", r"<iati-activity[^>]*?default-currency=\"(\w+)\"", "XDR",
         r"default_currency"),
    Edit("address of a document", r"<document-link [^>]*?url=\"([^\"]+)\"",
         "https://example.org/other.pdf", r"document_links\[\d+\]\.url"),
    Edit("related activity", r"<related-activity [^>]*?ref=\"([^\"]+)\"", "XM-OTHER-1-7",
         r"related_activities\[\d+\]\.ref"),
    Edit("amount that cannot be read", r"<value [^>]*>" + AMOUNT + r"</value>", "much",
         r"transactions\[\d+\]\.value\.value", values=False, **TX),
    Edit("amount written otherwise", r"<value [^>]*>()" + AMOUNT + r"</value>", "+",
         r"transactions\[\d+\]\.value\.value", values=False, **TX),
    Edit("comment", r"<title>()", "<!-- looked at -->", r"title\.<!-- -->\[0\]", "added", False),
    Edit("foreign element", r"()</iati-activity>",
         '<x:note xmlns:x="urn:example:x" kind="1">of ours</x:note>', r"<x:note>\[0\]", "added",
         False),
    Edit("foreign attribute", r"<activity-status( )", ' our="1" ', r"activity_status\.@our",
         "added", False),
)


def halves(text):
    """(what is before the activities, the activities, what is between them, what is after)."""
    found = list(ACTIVITY.finditer(text))
    between = [text[a.end():b.start()] for a, b in zip(found, found[1:])]
    return text[:found[0].start()], [m.group() for m in found], between, text[found[-1].end():]


def joined(before, activities, between, after):
    rest = between + [""] * (len(activities) - 1 - len(between))
    return before + "".join(a + b for a, b in zip(activities, rest + [after]))


class Diffs:
    def __init__(self, puente, folder, tally):
        self.puente, self.folder, self.tally = puente, folder, tally

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, "utf-8", newline="")
        return path

    def diff(self, a, b, stdin=None, options=()):
        done = samples.run([self.puente, "diff", "--json", *options, a, b], stdin=stdin)
        told = [json.loads(line) for line in done.out.decode().splitlines()]
        return done, told[:-1], told[-1]["summary"] if told else None

    def same(self, name, a, b, stdin=None):
        done, told, summary = self.diff(a, b, stdin)
        self.tally.check(done.code == SAME and not told and summary["changed"] == 0, name,
                         "%s: %s" % (done.brief(), told[:3]))
        return summary

    @staticmethod
    def fits(line, expected):
        kind, path, told = expected
        if line["change"] != kind or not path.match(line.get("path", "")):
            return False
        return told is NOTHING or (line["before"], line["after"]) == told

    def edits(self, source, counts):
        """Each edit alone, then all that fit in activities of their own."""
        text = source.read_text("utf-8")
        before, activities, between, after = halves(text)
        original = self.write("before.xml", text)
        everything, all_expected, used = list(activities), [], set()
        for edit in EDITS:
            fitting = [(i, done) for i, done in enumerate(map(edit.apply, activities)) if done]
            if not fitting:
                continue
            counts[edit.name] = counts.get(edit.name, 0) + 1
            i, (edited, expected) = fitting[len(fitting) // 2]
            after_path = self.write("after.xml", joined(
                before, activities[:i] + [edited] + activities[i + 1:], between, after))
            done, told, _ = self.diff(original, after_path)
            self.tally.check(
                done.code == DIFFER and len(told) == 1 and self.fits(told[0], expected),
                "%s: %s" % (source.name, edit.name), "%s: %s" % (done.brief(150), told[:3]))
            for i, (edited, expected) in fitting:
                if i not in used:
                    used.add(i)
                    everything[i] = edited
                    all_expected.append(expected)
                    break
        path = self.write("after.xml", joined(before, everything, between, after))
        for jobs in (1, 2):
            done, told, _ = self.diff(original, path, options=("--jobs", jobs))
            missing = [e for e in all_expected if not any(self.fits(line, e) for line in told)]
            self.tally.check(done.code == DIFFER and not missing and
                             len(told) == len(all_expected),
                             "%s: %d edits at once, %d jobs" % (source.name, len(all_expected), jobs),
                             "%d told, missing %s" % (len(told), missing[:3]))

    def records(self, source):
        """Records that are added, removed, renamed; the header; what stands between records."""
        text = source.read_text("utf-8")
        before, activities, between, after = halves(text)
        original = self.write("before.xml", text)
        name = source.name
        if len(activities) < 3:
            return
        ids = [re.search(r"<iati-identifier>\s*(.*?)\s*</iati-identifier>", a, re.S).group(1)
               for a in activities]
        kept = [between[0] + between[1]] + between[2:]
        done, told, _ = self.diff(original, self.write(
            "after.xml", joined(before, activities[:1] + activities[2:], kept, after)))
        self.tally.check(done.code == DIFFER and [(t["change"], t["id"]) for t in told] ==
                         [("removed", html.unescape(ids[1]))], name + ": record removed",
                         str(told[:2]))
        renamed = re.sub(r"(<iati-identifier>).*?(<)", r"\1XM-OTHER-99\2", activities[1], count=1,
                         flags=re.S)
        more = joined(before, activities + [renamed], between, after)
        done, told, _ = self.diff(original, self.write("after.xml", more))
        self.tally.check(done.code == DIFFER and [(t["change"], t["id"]) for t in told] ==
                         [("added", "XM-OTHER-99")], name + ": record added", str(told[:2]))
        twice = joined(before, activities + [activities[1]], between, after)
        done, told, _ = self.diff(original, self.write("after.xml", twice))
        self.tally.check(done.code == DIFFER and [(t["change"], t["id"]) for t in told] ==
                         [("added", html.unescape(ids[1]))], name + ": record twice", str(told[:2]))
        other = activities[:1] + [renamed] + activities[2:]
        done, told, _ = self.diff(original, self.write(
            "after.xml", joined(before, other, between, after)))
        self.tally.check(sorted((t["change"], t["id"]) for t in told) ==
                         [("added", "XM-OTHER-99"), ("removed", html.unescape(ids[1]))],
                         name + ": record renamed", str(told[:3]))
        if 'generated-datetime="' in before:
            dated = re.sub(r'generated-datetime="[^"]*"', 'generated-datetime="2001-01-01T00:00:00"',
                           before)
            done, told, _ = self.diff(original, self.write(
                "after.xml", joined(dated, activities, between, after)))
            self.tally.check([(t["kind"], t["path"]) for t in told] ==
                             [("dataset_header", "generated_datetime")], name + ": header",
                             str(told[:2]))
        noted = between[:1] + ["<!-- between -->" + between[1]] + between[2:]
        path = self.write("after.xml", joined(before, activities, noted, after))
        done, told, _ = self.diff(original, path)
        self.tally.check([(t["change"], t["kind"], t["values"][0]["value"]) for t in told] ==
                         [("added", "", " between ")], name + ": comment between records",
                         str(told[:2]))
        # The comment follows another record then, which is no difference.
        self.same(name + ": comment elsewhere", path, self.write("moved.xml", joined(
            before, activities, noted[1:2] + noted[:1] + noted[2:], after)))

    def orders(self, source):
        """Files that are equal but for order and layout."""
        text = source.read_text("utf-8")
        before, activities, between, after = halves(text)
        original = self.write("before.xml", text)
        chance = random.Random(7)
        shuffled = list(activities)
        chance.shuffle(shuffled)
        self.same(source.name + ": activities in another order", original,
                  self.write("after.xml", joined(before, shuffled, between, after)))
        mixed = [self.mix(a, chance) for a in shuffled]
        self.same(source.name + ": elements in another order", original,
                  self.write("after.xml", joined(before, mixed, between, after)))
        quoted = re.sub(r'=\s*"([^"\'<>]*)"', r" = '\1'", text)
        quoted = re.sub(r"(</[^<>]*>)\s*\n\s*<", r"\1<", quoted)
        quoted = re.sub(r">\s*\n\s*(<(?!/))", r">\n\t\t\1", quoted)
        self.same(source.name + ": another layout", original, self.write("after.xml", quoted))

    @staticmethod
    def mix(activity, chance):
        """The transactions, sectors and narratives of an activity in another order."""
        for pattern in (TRANSACTION, r"<sector(?:\s[^>]*?)?(?:/>|(?<!/)>.*?</sector>)",
                        r"<participating-org(?:\s[^>]*?)?(?:/>|(?<!/)>.*?</participating-org>)"):
            where = activity if pattern == TRANSACTION else masked(activity)
            places = list(re.finditer(pattern, where, re.S))
            texts = [m.group() for m in places]
            chance.shuffle(texts)
            for place, new in sorted(zip(places, texts), key=lambda p: -p[0].start()):
                activity = activity[:place.start()] + new + activity[place.end():]
        return activity

    def formats(self, source):
        forms = {}
        for suffix in ("puente", "jsonl", "xml"):
            forms[suffix] = self.folder / ("form." + suffix)
            done = samples.run([self.puente, "convert", source, forms[suffix], "--force"])
            self.tally.check(done.code == 0, "%s: to %s" % (source.name, suffix), done.brief())
            self.same("%s against its %s" % (source.name, suffix), source, forms[suffix])
        self.same(source.name + ": standard input", "-", source, forms["jsonl"].read_bytes())
        self.same(source.name + ": jsonl against binary", forms["jsonl"], forms["puente"])

    def tables(self):
        rows = ["id,name,amount"] + ["%d,name %d,%d" % (i, i % 7, i * 3) for i in range(500)]
        original = self.write("before.csv", "\n".join(rows) + "\n")
        other = rows[:1] + rows[400:] + rows[1:400]
        self.same("rows in another order", original,
                  self.write("after.csv", "\n".join(other) + "\n"))
        other = list(rows)
        other[200] = other[200].replace("name", "nome")
        other.insert(5, "9999,quite another,77")
        del other[302]
        done, told, _ = self.diff(original, self.write("after.csv", "\n".join(other) + "\n"))
        self.tally.check(sorted(t["change"] for t in told) == ["added", "changed", "removed"] and
                         [t["element"][-1]["value"] for t in told if t["change"] == "changed"] ==
                         ["name"],
                         "edited rows", str(told))

    def flows(self):
        """Two downloads of FTS: what is told is by flow and version, in any order of pages."""
        pages = sorted((samples.REPO_ROOT / "tests" / "data" / "fts" / "pages").glob("*.json"),
                       key=lambda page: (len(page.name), page.name))
        answer = json.loads(pages[0].read_text(encoding="utf-8"))
        answer["data"]["flows"] = [flow for page in pages for flow in
                                   json.loads(page.read_text(encoding="utf-8"))["data"]["flows"]]
        answer["meta"].pop("nextLink")
        original = self.write("before.json", json.dumps(answer))
        flows = answer["data"]["flows"]
        old = dict(flows[0])
        flows[0].update(versionId=2, amountUSD=1200)
        flows.append(dict(flows[1], id="700009"))
        del flows[2]
        flows.reverse()
        done, told, _ = self.diff(original, self.write("after.json", json.dumps(answer)))
        found = sorted((t["change"], t["id"], t.get("path", ""), t.get("before", ""),
                        t.get("after", "")) for t in told)
        self.tally.check(found == sorted([
            ("changed", "700001", "flow.version", "1", "2"),
            ("changed", "700001", "transactions[0].reported_conversion.amount.value", "1000", "1200"),
            ("removed", "700003", "", "", ""), ("added", "700009", "", "", "")]),
            "two downloads of FTS", str(found))
        # Both versions there: each goes with its own.
        flows.append(old)
        both = self.write("both.json", json.dumps(answer))
        flows.reverse()
        flows[0] = dict(old, description="Corrected")
        done, told, _ = self.diff(both, self.write("after.json", json.dumps(answer)))
        self.tally.check([(t["id"], t.get("path")) for t in told] ==
                         [("700001", "transactions[0].description.narratives[0].text")],
                         "two versions of a flow", str(told))

    def document(self):
        """The example of the document says what the command says."""
        text = (samples.REPO_ROOT / "docs" / "diff.md").read_text("utf-8")
        blocks = dict(re.findall(r"`(\w+\.xml)`:\n\n```xml\n(.*?)```", text, re.S))
        paths = [self.write(name, blocks[name]) for name in ("march.xml", "april.xml")]
        for form, options in (("text", ()), ("json", ("--json",))):
            done = samples.run([self.puente, "diff", *options, *paths])
            shown = re.search(r"```%s\n(.*?)```" % form, text, re.S).group(1)
            self.tally.check(done.code == DIFFER and done.out.decode() == shown,
                             "docs/diff.md, " + form, done.out.decode())

    def usage(self):
        for args, code, word in ((("-", "-"), USAGE, "only one"), ((OWN,), USAGE, ""),
                                 ((OWN, self.folder / "none.xml"), 6, "PUE-0101"),
                                 ((OWN, __file__), 1, "PUE-0107")):
            done = samples.run([self.puente, "diff", *args])
            self.tally.check(done.code == code and word in done.message and not done.out,
                             "diff %s" % " ".join(str(a) for a in args), done.brief())
        cut = self.write("cut.xml", OWN.read_text("utf-8")[:-100])
        done = samples.run([self.puente, "diff", OWN, cut])
        self.tally.check(done.code == 1 and "PUE-0201" in done.message and not done.out,
                         "a cut file is no difference but an error", done.brief())


def main():
    args = samples.acceptance_parser(__doc__).parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    sources = [OWN]
    for name in REAL:
        if (samples.samples_root() / name).is_file():
            sources.append(samples.samples_root() / name)
        else:
            tally.skip(name, "test data absent")
    counts = {}
    with tempfile.TemporaryDirectory(prefix="puente-diff-") as folder:
        checks = Diffs(puente, pathlib.Path(folder), tally)
        for source in sources:
            checks.edits(source, counts)
            checks.records(source)
            checks.orders(source)
            checks.formats(source)
        checks.tables()
        checks.flows()
        checks.document()
        checks.usage()
    if len(sources) > 1:
        tally.check(len(counts) >= 20, "kinds of edits", "only %d were possible" % len(counts))
    print("%d kinds of edits, made %d times" % (len(counts), sum(counts.values())))
    never = [edit.name for edit in EDITS if edit.name not in counts]
    if never:
        print("never possible: " + ", ".join(never))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
