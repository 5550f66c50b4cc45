#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of --where: what it keeps is what an evaluator written apart from it keeps.
"""Runs acceptance of --where.

1. The examples of docs/where.md over examples/lac_migration: as many records as the document says,
   and what it says is refused is refused there, with exit code 2.
2. Over the samples of v1 and original: for some expressions written by hand and some made from the
   values of the data (--seed), `convert --where` to JSON Lines gives exactly those lines of the
   conversion without it that the evaluator below chooses; the receipts account for the others as
   filtered; `info --where` counts the same records.
"""
import datetime
import decimal
import fractions
import json
import pathlib
import random
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import samples  # noqa: E402

DOCUMENT = samples.REPO_ROOT / "docs" / "where.md"
EXAMPLE = samples.REPO_ROOT / "examples" / "lac_migration" / "lac_migration.xml"

# --- the evaluator: expressions over the JSON of a record --------------------------------------------

# Second names that the expressions below use.
SECOND_NAMES = {
    "transaction": "transactions", "recipient_country": "recipient_countries", "sector": "sectors",
    "activity_date": "activity_dates", "budget": "budgets", "title.narrative": "title.narratives",
    "participating_org": "participating_orgs", "location": "locations", "amount": "value",
    "provider_org": "sources.organisation",
}
DECIMALS = re.compile(r"(^|\.)(percentage|value\.value|latitude|longitude)$")
DATES = re.compile(r"(^|\.)(iso_date|value_date|(period_start|period_end|\w+_date)\.date)$")
MOMENTS = re.compile(r"(^|\.)\w+_datetime$")
# Fields that know no absence, with what JSON leaves out.
DEFAULTS = {"identity.ordinal": 0, "identity.agency": ""}
RECORD_FIELDS = ("identity", "activity", "organisation", "residue", "lexical", "provenance")

TOKEN = re.compile(r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
                           |(?P<sign>!=|<=|>=|[=<>:()])
                           |(?P<word>(?:[^\s()<>=!:"',]|(?<=\d):(?=\d))+))""", re.X | re.S)


def tokens_of(text):
    found = []
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError("no token at %d of %s" % (at, text))
        kind = match.lastgroup
        word = match.group(kind)
        negated = (kind == "word" and word[0] == "-" and
                   (not found or found[-1][1] in ("AND", "OR", "(")))
        if negated:
            found.append(("word", "NOT"))
            word = word[1:]
        if word:
            found.append((kind, word))
        at = match.end()
    return found


class Parser:
    """A predicate of a record from an expression, as AIP-160 reads it: OR before AND."""

    def __init__(self, text):
        self.tokens = tokens_of(text)
        self.at = 0

    def next(self, *wanted):
        token = self.tokens[self.at][1] if self.at < len(self.tokens) else None
        if wanted and token not in wanted:
            return None
        self.at += 1
        return token

    def parse(self):
        predicate = self.joined("AND", all)
        if self.at != len(self.tokens):
            raise ValueError("left over: %s" % self.tokens[self.at:])
        return predicate

    def joined(self, word, quantor):
        below = (lambda: self.joined("OR", any)) if word == "AND" else self.term
        parts = [below()]
        while self.next(word):
            parts.append(below())
        return lambda record: quantor(part(record) for part in parts)

    def term(self):
        if self.next("NOT"):
            inner = self.simple()
            return lambda record: not inner(record)
        return self.simple()

    def simple(self):
        if self.next("("):
            inner = self.joined("AND", all)
            if not self.next(")"):
                raise ValueError("no )")
            return inner
        path, sign = self.next(), self.next()
        kind, value = self.tokens[self.at]
        self.at += 1
        return comparison(path, sign, value, kind == "text")


def comparison(path, sign, value, quoted):
    for second, name in SECOND_NAMES.items():
        path = re.sub(r"(^|\.)%s(?=\.|$)" % second, r"\g<1>" + name, path)
    if path.split(".")[0] not in RECORD_FIELDS:
        path = "activity." + path
    names = path.split(".")
    if sign == ":" and value == "*" and not quoted:
        return lambda record: any(True for _ in values_at(record, names))
    test = test_of(path, "=" if sign == ":" else sign, value, quoted)

    def holds(record):
        found = list(values_at(record, names))
        if not found and path in DEFAULTS:
            found = [DEFAULTS[path]]
        return any(test(v) for v in found)
    return holds


def values_at(node, names):
    """Every value that a path leads to, through lists."""
    if isinstance(node, list):
        for element in node:
            yield from values_at(element, names)
    elif not names:
        yield node
    elif isinstance(node, dict) and names[0] in node:
        yield from values_at(node[names[0]], names[1:])


ORDERS = {"=": lambda c: c == 0, "!=": lambda c: c != 0, "<": lambda c: c < 0,
          "<=": lambda c: c <= 0, ">": lambda c: c > 0, ">=": lambda c: c >= 0}


def compared(a, b):
    return (a > b) - (a < b)


def test_of(path, sign, value, quoted):
    order = ORDERS[sign]
    if DATES.search(path) or (MOMENTS.search(path) and "T" not in value):
        span = span_of(unquoted(value, quoted))
        moments = bool(MOMENTS.search(path))
        return lambda v: spans_compare(span_of(v[:10] if moments else v), sign, span)
    if MOMENTS.search(path):
        return lambda v: order(compare_moments(v, unquoted(value, quoted)))
    if DECIMALS.search(path):
        number = decimal.Decimal(unquoted(value, quoted))
        return lambda v: order(compared(decimal.Decimal(v), number))
    if sign in ("=", "!="):
        pattern = pattern_of(value, quoted)

        def equals(v):
            text = v if isinstance(v, str) else json.dumps(v)
            return (pattern.fullmatch(text) is not None) == (sign == "=")
        return equals
    text = unquoted(value, quoted)
    return lambda v: order(compared(v, text if isinstance(v, str) else int(text)))


def pieces_of(value, quoted):
    """The characters of a value; None for a wildcard."""
    escapes = {"n": "\n", "r": "\r", "t": "\t"}
    text = value[1:-1] if quoted else value
    at = 0
    while at < len(text):
        if quoted and text[at] == "\\":
            if text[at + 1] == "u":
                yield chr(int(text[at + 2:at + 6], 16))
                at += 4
            else:
                yield escapes.get(text[at + 1], text[at + 1])
            at += 2
            continue
        yield None if text[at] == "*" else text[at]
        at += 1


def unquoted(value, quoted):
    return "".join(pieces_of(value, quoted))


def pattern_of(value, quoted):
    return re.compile("".join(".*" if p is None else re.escape(p)
                              for p in pieces_of(value, quoted)), re.S)


def span_of(text):
    """First and last day of a date, a month or a year."""
    parts = [int(p) for p in text.split("-")]
    first = datetime.date(parts[0], parts[1] if len(parts) > 1 else 1,
                          parts[2] if len(parts) > 2 else 1)
    if len(parts) == 3:
        return first, first
    if len(parts) == 1 or parts[1] == 12:
        return first, datetime.date(parts[0], 12, 31)
    return first, datetime.date(parts[0], parts[1] + 1, 1) - datetime.timedelta(days=1)


def spans_compare(a, sign, b):
    """True when every day of the first one compares so with the second one."""
    return {"=": a[0] >= b[0] and a[1] <= b[1], "!=": a[1] < b[0] or a[0] > b[1],
            "<": a[1] < b[0], "<=": a[1] <= b[1], ">": a[0] > b[1], ">=": a[0] >= b[0]}[sign]


def compare_moments(a, b):
    moments = []
    for text in (a, b):
        match = re.fullmatch(r"(.{19})(\.\d+)?(Z|[+-]\d\d:\d\d)?", text)
        clock = datetime.datetime.fromisoformat(match[1])
        since = fractions.Fraction((clock - datetime.datetime(1, 1, 1)) // datetime.timedelta(
            seconds=1)) + fractions.Fraction("0" + match[2] if match[2] else 0)
        zone = match[3]
        offset = 0 if zone == "Z" else zone and int(zone[0] + "1") * (
            int(zone[1:3]) * 3600 + int(zone[4:6]) * 60)
        moments.append((since, offset))
    if None not in (moments[0][1], moments[1][1]):
        moments = [(since - offset, 0) for since, offset in moments]
    return compared(moments[0][0], moments[1][0])


# --- the expressions ---------------------------------------------------------------------------------

EXPRESSIONS = (
    "reporting_org.ref = \"GB-1\"",
    "activity.reporting_org.ref = GB-1",
    "-reporting_org.ref = GB-1",
    "reporting_org.ref != GB-1",
    "recipient_country.code = CO OR recipient_country.code = TZ",
    "recipient_country.code = CO AND transaction.value.amount > 1000000",
    "recipient_countries.code = SV AND transactions.value.value > 1000000",
    "NOT recipient_country.code:*",
    "recipient_country.percentage < 100",
    "transaction.value.amount = 0",
    "transaction.value.amount < 0 OR budget.value.amount < 0",
    "transaction.value.amount >= 1e6 AND NOT transaction.value.currency = USD",
    "transaction.value.currency = EUR",
    "transactions.provider_org.ref = *GOV*",
    "transactions:* AND NOT budgets:*",
    "activity_date.iso_date < 2010",
    "activity_date.iso_date >= 2023-06 AND activity_date.iso_date <= 2024-02-29",
    "activity_date.iso_date = 2012-10-01",
    "activity_date.iso_date != 2023",
    "last_updated_datetime = 2023",
    "last_updated_datetime > 2023-11-09T16:20:13Z",
    "last_updated_datetime <= 2023-11-09T16:20:13Z",
    "last_updated_datetime < 2014-01-22T04:27:31",
    "humanitarian = true",
    "humanitarian = false OR transactions.humanitarian = true",
    "hierarchy > 1",
    "hierarchy != 1",
    "NOT hierarchy = 1",
    "title.narrative.text = \"*agua*\" OR title.narrative.text = \"*Agua*\"",
    "title.narrative.text = \"*\\\"*\" OR title.narrative.text = \"*\\n*\"",
    "title.narrative.lang = es AND (title.narrative.text = A* OR title.narrative.text = *s)",
    "sector.code >= \"720\" AND sector.code < \"73\"",
    "sector.code = \"\"",
    "(sector.vocabulary = 99 AND -sector.percentage:*) OR NOT sectors:*",
    "participating_org.role = 4 AND -(participating_org.type = 22 OR participating_org.ref:*)",
    "identity.ordinal = 0",
    "identity.ordinal > 0",
    "identity.dataset = usaid-* AND provenance.line > 1000",
    "location.coordinates.latitude < -9.5",
    "linked_data_uri:*",
    "activity_status:* AND NOT activity_status.narratives:*",
    "budget.value.value_date > 2023-10 AND budget.period_end.date = 2024",
    "conditions.attached = true AND -conditions.conditions.type:1",
    "organisation:*",
    "residue:*",
)
# Nothing or everything is right here; anywhere else it says that an expression tests nothing.
ONE_SIDED = ("organisation:*", "residue:*", "recipient_country.code = CO AND "
             "transaction.value.amount > 1000000", "location.coordinates.latitude < -9.5")


def quoted(text):
    return '"%s"' % re.sub(r'[\x00-\x1f"\\*]', lambda m: {
        "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(m[0], "\\" + m[0]), text)


def flat(node, path=""):
    """(path, value) of every scalar of a JSON tree."""
    if isinstance(node, dict):
        for key, below in node.items():
            yield from flat(below, path + "." + key if path else key)
    elif isinstance(node, list):
        for below in node:
            yield from flat(below, path)
    else:
        yield path, node


def random_comparison(chance, values):
    path = chance.choice(sorted(values))
    value = chance.choice(values[path])
    if chance.random() < 0.5:
        path = path[len("activity."):]
    if chance.random() < 0.1:
        return path + ":*"
    if isinstance(value, bool):
        return "%s %s %s" % (path, chance.choice(("=", "!=", ":")), json.dumps(value))
    sign = chance.choice(("=", "=", ":", "!=", "<", "<=", ">", ">="))
    if isinstance(value, int):
        return "%s %s %d" % (path, sign, value + chance.choice((0, 0, 1, -1)))
    if DATES.search(path) or MOMENTS.search(path):
        return "%s %s %s" % (path, sign, value[:chance.choice((4, 7, 10, 99))].rstrip("-T"))
    if DECIMALS.search(path):
        return "%s %s %s" % (path, sign, value + chance.choice(("", "", "0", "01")
                                                                if "." in value else ("", ".5")))
    if sign in ("=", ":", "!=") and len(value) > 3 and chance.random() < 0.5:
        begin = chance.randrange(len(value) - 2)
        part = quoted(value[begin:begin + chance.randrange(1, 12)])[1:-1]
        return '%s %s "%s%s*"' % (path, sign, "" if begin == 0 else "*", part)
    return "%s %s %s" % (path, sign, quoted(value))


def random_expression(chance, values, depth=2):
    if depth == 0 or chance.random() < 0.3:
        return random_comparison(chance, values)
    parts = [random_expression(chance, values, depth - 1) for _ in range(chance.randrange(2, 4))]
    joined = chance.choice((" AND ", " OR ")).join(
        "(%s)" % part if " AND " in part or " OR " in part else part for part in parts)
    return chance.choice(("NOT (%s)", "-(%s)", "(%s)", "%s")) % joined


# --- the checks --------------------------------------------------------------------------------------


def marked_lines(language):
    """(expression, remark) of the lines of the document's blocks of a language."""
    blocks = re.findall(r"^```%s\n(.*?)^```" % language, DOCUMENT.read_text(encoding="utf-8"),
                        re.M | re.S)
    for block in blocks:
        for line in block.splitlines():
            expression, _, remark = line.rpartition("  # ")
            yield expression.rstrip(), remark.strip()


def check_document(puente, tally):
    counts = list(marked_lines("where"))
    tally.check(len(counts) > 10, "docs/where.md: examples", "%d found" % len(counts))
    for expression, remark in counts:
        done = samples.run([puente, "info", EXAMPLE, "--json", "--where", expression])
        found = "exit %s" % done.code
        if done.code == 0:
            records = json.loads(done.out)["records"]
            found = str(records if isinstance(records, int) else sum(records.values()))
        tally.check(remark.split()[0] == found, "docs/where.md: %s" % expression,
                    "the document says %s, info %s" % (remark, found))
    refused = list(marked_lines("refused"))
    tally.check(len(refused) > 5, "docs/where.md: what is refused", "%d found" % len(refused))
    for expression, remark in refused:
        done = samples.run([puente, "info", EXAMPLE, "--where", expression])
        said = done.message.replace("`", "")
        tally.check(done.code == 2 and "error[PUE-0112]" in said and remark in said and not done.out,
                    "docs/where.md: refused: %s" % expression, done.brief())


def convert(puente, files, more, tally, name):
    """The lines of the conversion to JSON Lines as (record, line); None when it failed."""
    done = samples.run([puente, "convert", *files, "-", "--to", "jsonl", "-q", *more])
    if not tally.check(done.code == 0, name, done.brief()):
        return None
    return [(json.loads(line), line) for line in done.out.splitlines()]


def check_expression(puente, files, everything, expression, tally):
    """Returns the number of records that the expression keeps."""
    predicate = Parser(expression).parse()
    wanted = [line for record, line in everything
              if "dataset_header" in record or predicate(record)]
    with tempfile.TemporaryDirectory() as folder:
        receipt = pathlib.Path(folder, "receipt.json")
        got = convert(puente, files, ["--where=" + expression, "--receipt", receipt], tally,
                      "where %s" % expression)
        if got is None:
            return 0
        said = json.loads(receipt.read_text(encoding="utf-8"))
    ours = [line for _, line in got]
    differs = set(ours) ^ set(wanted)
    tally.check(ours == wanted, "where %s: records" % expression,
                "%d, not %d; the first that differs: %s" % (
                    len(ours), len(wanted), min(differs, default=b"(order)")[:200]))
    left_out = len(everything) - len(wanted)
    paths = said["paths"]
    tally.check(said["records"]["filtered"] == left_out and
                (said["leaves"]["filtered"] > 0) == (left_out > 0) and
                all(p["read"] == p["kept"] + p["lost"] + p["filtered"] + p["rejected"]
                    for p in paths),
                "where %s: receipt" % expression, "%s, %d left out" % (said["records"], left_out))
    return sum("dataset_header" not in record for record, _ in got)


def check_data(puente, args, tally):
    files = samples.sample_files(["v1", "original"])
    everything = convert(puente, files, [], tally, "the conversion of all records")
    if everything is None:
        return
    records = [record for record, _ in everything if "dataset_header" not in record]
    for expression in EXPRESSIONS:
        kept = check_expression(puente, files, everything, expression, tally)
        tally.check(0 < kept < len(records) or expression in ONE_SIDED,
                    "where %s: chooses" % expression, "%d of %d" % (kept, len(records)))
    values = {}
    for record in records:
        for path, value in flat({"activity": record.get("activity", {})}):
            values.setdefault(path, []).append(value)
    chance = random.Random(args.seed)
    choosing = 0
    for _ in range(args.random):
        expression = random_expression(chance, values)
        kept = check_expression(puente, files, everything, expression, tally)
        choosing += 0 < kept < len(records)
    tally.check(choosing * 3 >= args.random, "random expressions that choose",
                "%d of %d" % (choosing, args.random))
    expression = EXPRESSIONS[0]
    predicate = Parser(expression).parse()
    done = samples.run([puente, "info", *files, "--json", "--where", expression])
    if tally.check(done.code == 0, "info --where", done.brief()):
        told = [json.loads(line)["records"] for line in done.out.splitlines()]
        total = sum(r if isinstance(r, int) else sum(r.values()) for r in told)
        tally.check(total == sum(map(predicate, records)), "info --where: records", str(total))
    print("files: %d, records: %d, expressions: %d by hand, %d random (seed %d)" % (
        len(files), len(records), len(EXPRESSIONS), args.random, args.seed))


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--random", type=int, default=60, metavar="N",
                        help="how many expressions are made from the data (default 60)")
    parser.add_argument("--seed", type=int, default=160, help="seed of these (default 160)")
    args = parser.parse_args()
    puente = samples.require_puente(args.puente)
    tally = samples.Tally()
    check_document(puente, tally)
    if samples.samples_root().is_dir():
        check_data(puente, args, tally)
    else:
        samples.say_data_absent("The comparison of --where with another evaluator")
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
