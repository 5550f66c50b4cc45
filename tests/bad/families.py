#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Families of hostile inputs for growth.py: each is a shape that can be made of any size.
"""FAMILIES: the shapes of inputs, and by which ways the command reads them. A size is a count: of
the parts that the family is named after, or of bytes."""
import collections
import zlib

import make_bad

# The limits under which the families are read: as large as they may be set, or large enough.
LIMITS = ("attributes_per_element=100000", "attribute_bytes=256M", "name_bytes=1M",
          "text_bytes=256M", "csv_columns=1000000", "csv_cell_bytes=256M", "unpacked_ratio=1000000",
          "findings_per_file=1000000000")

# The command reads IN and may write out.FORMAT.
Family = collections.namedtuple("Family", "name ending ways size most make")

TO_JSONL = ("convert", "IN", "out.jsonl", "--force", "--receipt", "out.receipt", "--jobs", "1")
TO_IATI = ("convert", "IN", "out.xml", "--to", "iati", "--force", "--jobs", "1")
TO_IATI_2 = TO_IATI[:-1] + ("2",)
TO_BINARY = ("convert", "IN", "out.puente", "--force", "--jobs", "1")
TO_TABLE = ("convert", "IN", "out.csv", "--force", "--jobs", "1")
INFO = ("info", "IN", "--jobs", "1")
IDENTIFY = ("identify", "IN")
DIFF = ("diff", "IN", "IN")

XML_WAYS = (TO_JSONL, TO_IATI_2)
LINE_WAYS = (TO_BINARY, TO_IATI_2)
BINARY_WAYS = (TO_JSONL, TO_IATI_2)
TABLE_WAYS = (TO_JSONL,)
TO_WORKBOOK = ("convert", "IN", "out.xlsx", "--to", "table", "--force", "--jobs", "1")
FROM_5W = ("convert", "IN", "out.jsonl", "--from", "r4v5w", "--force", "--jobs", "1")
TO_5W = ("convert", "IN", "out.r4v5w", "--from", "r4v5w", "--to", "r4v5w", "--force", "--jobs", "1")
WORKBOOK_WAYS = (TO_JSONL, FROM_5W)

FAMILIES = []


def family(name, ending, ways, size, most, make):
    FAMILIES.append(Family(name, ending, ways, size, most, make))


def numbered(form, count):
    """Texts by number, some at a time."""
    for begin in range(0, count, 10_000):
        yield b"".join(form % i for i in range(begin, min(count, begin + 10_000)))


def xml(name, before, part, after=b"", size=10_000, most=4_000_000, ways=XML_WAYS):
    """An activity with so many parts in it; `%d` in a part stands for its number."""
    def make(count):
        yield make_bad.HEAD + before
        if b"%d" in part:
            yield from numbered(part, count)
        else:
            yield from make_bad.chunks([(part, count)])
        yield after + make_bad.TAIL
    family("XML " + name, ".xml", ways, size, most, make)


NARRATIVE = b"<title><narrative>"
END_NARRATIVE = b"</narrative></title>"

xml("attributes", b"<sector", b" a%d='1'", b"/>", size=2_000, most=25_000)
xml("attributes of many elements", b"", b"<sector a%d='1'/>")
xml("namespaces", b"<sector", b" xmlns:a%d='urn:a'", b"/>", size=2_000, most=25_000)
xml("namespaces of many elements", b"", b"<a:b xmlns:a='urn:a'/>")
xml("namespaces around each other", b"", b"<x xmlns:a='urn:a'>" * 200 + b"</x>" * 200, size=100)
xml("namespaces above many elements",
    b"<x" + b"".join(b" xmlns:a%d='u'" % i for i in range(900)) + b">", b"<a899:b/>", b"</x>")
xml("undeclared prefixes", b"", b"<p%d:u/>")
xml("unknown elements", b"", b"<u/>")
xml("unknown elements of many names", b"", b"<u%d/>")
xml("unknown elements that nest", b"", b"<u>" * 250 + b"</u>" * 250, size=100)
xml("unknown text", b"<u>", b"text", b"</u>")
xml("elements that repeat", b"", b"<iati-identifier>a</iati-identifier>")
xml("elements in odd order", b"", b"<sector code='1'/><title/>")
xml("comments", b"", b"<!-- c -->")
xml("comments in text", NARRATIVE, b"a<!-- c -->", END_NARRATIVE)
xml("comments in mixed text", b"<description>", b"a<!-- c --><narrative>b</narrative>",
    b"</description>")
xml("comments in an amount", b"<budget><value>", b"1<!---->", b"</value></budget>",
    size=100)
xml("instructions", b"", b"<?p q?>")
xml("instructions in text", NARRATIVE, b"a<?p q?>", END_NARRATIVE)
xml("sections", NARRATIVE, b"<![CDATA[a]]>", END_NARRATIVE)
xml("text", NARRATIVE, b"long text ", END_NARRATIVE)
xml("texts", b"<title>", b"<narrative>a</narrative>", b"</title>")
xml("references in text", NARRATIVE, b"&#65;", END_NARRATIVE)
xml("references in a value", b"<sector code='", b"&#65;", b"'/>")
xml("a value", b"<sector code='", b"x" * 10, b"'/>")
xml("a value of line ends", b"<sector code='", b"\r\n\t", b"'/>")
xml("brackets", NARRATIVE, b"]", END_NARRATIVE)
xml("returns", NARRATIVE, b"\r", END_NARRATIVE)
xml("line ends", b"", b"\n")
xml("quotes in text", NARRATIVE, b"\"'&quot;", END_NARRATIVE)
xml("a tag that does not end", b"<sector ", b"a%d='1' ", b"", size=2_000, most=25_000)
xml("a comment that does not end", b"<!--", b"x" * 10)
xml("a section that does not end", NARRATIVE + b"<![CDATA[", b"]]" * 5)
xml("elements that do not end", b"", b"<a>")
xml("odd amounts in one line", b"", b"<budget><value value-date='x'>NaN</value></budget>")
xml("odd amounts in many lines", b"", b"<budget><value value-date='x'>NaN</value></budget>\n")
xml("odd dates in attributes", b"<activity-date", b" a%d='x'", b" iso-date='x'/>", size=2_000,
    most=25_000)
xml("digits of an amount", b"<budget><value>", b"9999999999", b"</value></budget>")
xml("sectors", b"", b"<sector code='1' percentage='0.1'/>", ways=XML_WAYS + (TO_TABLE,))
xml("transactions", b"",
    b"<transaction><value currency='USD' value-date='2024-01-01'>1.5</value></transaction>",
    ways=XML_WAYS + (TO_TABLE, INFO))


def records(name, part, ways=XML_WAYS, before=b"", after=b"", size=1_000):
    """A file of so many parts beside each other."""
    def make(count):
        yield b'<iati-activities version="2.03">' + before
        if b"%d" in part:
            yield from numbered(part, count)
        else:
            yield from make_bad.chunks([(part, count)])
        yield after + b"</iati-activities>\n"
    family("XML " + name, ".xml", ways, size, 4_000_000, make)


RECORD = b"<iati-activity><iati-identifier>XX-%s</iati-identifier></iati-activity>"
ID = RECORD.replace(b"%s", b"1")
records("records of one id", ID + b"\n", XML_WAYS + (INFO, TO_TABLE, IDENTIFY, DIFF))
records("records of many ids", RECORD.replace(b"%s", b"%d"), XML_WAYS + (INFO,))
records("records of one long id", RECORD.replace(b"%s", b"x" * 5_000), size=100)
records("comments beside records", b"<!-- c -->", before=ID, after=ID)
records("text beside records", b"a<!-- c -->", before=ID, after=ID)
records("unknown elements beside records", b"<u/>", before=ID, after=ID)
records("records in comments", b"<!--" + ID + b"-->", before=ID, after=ID)
records("records in sections", b"<u><![CDATA[" + ID + b"]]></u>", before=ID, after=ID)
records("records in records", b"<iati-activity><x>" + ID + b"</x></iati-activity>", size=300)
records("records of other namespaces", b"<iati-activity xmlns='urn:other'/>", before=ID, after=ID)
records("records that speak of namespaces", b"<iati-activity><title a='xmlns='/></iati-activity>")
records("records with languages",
        b"<iati-activity xml:lang='es'><title><narrative xml:lang='es'>a</narrative></title>"
        b"</iati-activity>")


def before_root(count):
    yield from make_bad.chunks([(b"<!-- c -->\n", count)])
    yield make_bad.GOOD_XML[len(make_bad.DECLARATION):]


def after_root(count):
    yield make_bad.GOOD_XML
    yield from make_bad.chunks([(b"<!-- c -->\n", count)])


def doctype(count):
    yield b"<!DOCTYPE iati-activities SYSTEM '"
    yield from make_bad.chunks([(b"x" * 10, count)])
    yield b"'>" + make_bad.GOOD_XML[len(make_bad.DECLARATION):]


def wide(count):
    yield "\ufeff".encode("utf-16-le")
    for chunk in make_bad.chunks([make_bad.HEAD.replace(b"UTF-8", b"UTF-16"), NARRATIVE,
                                  (b"text ", count), END_NARRATIVE, make_bad.TAIL]):
        yield chunk.decode().encode("utf-16-le")


family("XML comments before the root", ".xml", XML_WAYS, 10_000, 4_000_000, before_root)
family("XML comments after the root", ".xml", XML_WAYS, 10_000, 4_000_000, after_root)
family("XML document type", ".xml", XML_WAYS, 10_000, 4_000_000, doctype)
family("XML in UTF-16", ".xml", XML_WAYS, 10_000, 4_000_000, wide)

# --- JSON Lines ---------------------------------------------------------------------------------


def line(name, before, part, after, size=10_000, most=4_000_000, ways=LINE_WAYS, between=b","):
    """One line with so many parts in it."""
    def make(count):
        yield before
        if b"%d" in part:
            yield from numbered(part + between, count - 1)
            yield part % count
        else:
            yield from make_bad.chunks([(part + between, count - 1)])
            yield part
        yield after + b"\n" + make_bad.LINE
    family("JSON " + name, ".jsonl", ways, size, most, make)


def lines(name, part, size=1_000, ways=LINE_WAYS):
    def make(count):
        yield make_bad.LINE
        if b"%d" in part:
            yield from numbered(part, count)
        else:
            yield from make_bad.chunks([(part, count)])
    family("JSON " + name, ".jsonl", ways, size, 8_000_000, make)


IDENTIFIER = b'{"activity":{"iati_identifier":"'
line("string", IDENTIFIER, b"x" * 10, b'"}}', between=b"")
line("string of escapes", IDENTIFIER, b"\\u00e9\\n", b'"}}', between=b"")
line("string of characters", IDENTIFIER, "é水".encode(), b'"}}', between=b"")
line("keys", b'{"activity":{', b'"k%d":1', b"}}")
line("equal keys", b'{"activity":{', b'"iati_identifier":"a"', b"}}")
line("a key", b'{"activity":{"', b"k" * 10, b'":1}}', between=b"")
line("digits", b'{"identity":{"ordinal":', b"1" * 10, b"}}", between=b"")
line("transactions", b'{"activity":{"transactions":[',
     b'{"value":{"value":"1.50","currency":"USD"}}', b"]}}")
line("odd amounts", b'{"activity":{"transactions":[', b'{"value":{"value":"x"}}', b"]}}")
line("texts", b'{"activity":{"title":{"narratives":[', b'{"text":"a"}', b"]}}}")
line("residue", b'{"activity":{"title":{"narratives":[{"text":"a"}]}},"residue":{"nodes":[',
     b'{"parent":"title","position":1,"xml":{"comment":"c"}}', b"]}}")
line("residue by number",
     b'{"activity":{"title":{"narratives":[{"text":"a"}]}},"residue":{"nodes":[',
     b'{"parent":"title","position":%d,"xml":{"comment":"c"}}', b"]}}")
line("residue of nothing", b'{"activity":{},"residue":{"nodes":[',
     b'{"parent":"transactions[%d].value","position":1,"xml":{"comment":"c"}}', b"]}}")
line("residue in text", b'{"activity":{"title":{"narratives":[{"text":"a"}]}},"residue":{"nodes":[',
     b'{"parent":"title.narratives[0].text","text_offset":1,"xml":{"comment":"c"}}', b"]}}")
line("lexical forms", b'{"activity":{"hierarchy":1},"lexical":[',
     b'{"path":"hierarchy","text":"01"}', b"]}")
line("extensions", b'{"activity":{},"extensions":[', b'{"@type":"t/x.Y","@bytes":"AAAA"}', b"]}")
line("elements that nest", b'{"activity":{},"residue":{"nodes":[',
     b'{"xml":' + b'{"element":{"name":"e","children":[' * 100 + b"]}}" * 100 + b"}", b"]}}",
     size=100)
line("brackets", b"", b"[" * 10, b"", between=b"")
line("blanks", b"", b" " * 10, b"", between=b"")
lines("equal ids", IDENTIFIER + b'a"}}\n', ways=LINE_WAYS + (INFO,))
lines("many ids", IDENTIFIER + b'a%d"}}\n')
lines("blank lines", b"\n", size=100_000)
lines("bad lines", b"{\n")
lines("lines with unknown keys", b'{"activity":{"titel":1}}\n')
lines("rows", b'{"row":{"cells":["a",null,""]}}\n', ways=(TO_BINARY, TO_TABLE))

# --- binary -------------------------------------------------------------------------------------


def binary(name, payloads, size=1_000, most=1_000_000, ways=BINARY_WAYS):
    """A file of the payloads that a size gives."""
    family("binary " + name, ".puente", ways, size, most,
           lambda count: [make_bad.whole(*payloads(count))])


binary("small records", lambda count: [make_bad.ONE] * count)
binary("empty records", lambda count: [b""] * count)
binary("records that are none", lambda count: [b"\xff" * 20] * count)
binary("unknown fields", lambda count: [make_bad.ONE + make_bad.field(1000, 1) * count])
binary("unknown fields of many numbers", lambda count: [
    make_bad.ONE + b"".join(make_bad.field(1000 + i, 1) for i in range(count))])
binary("unknown fields that fall", lambda count: [
    make_bad.ONE + b"".join(make_bad.field(1000 + count - i, 1) for i in range(count))])
binary("groups", lambda count: [make_bad.ONE + make_bad.groups(90) * count], size=100)
binary("activities in one record", lambda count: [make_bad.ONE * count])
binary("a text", lambda count: [make_bad.identified(b"x" * (10 * count))])

# --- tables -------------------------------------------------------------------------------------


def table(name, before, part, after=b"\n", size=10_000, most=8_000_000, ways=TABLE_WAYS):
    def make(count):
        yield before
        if b"%d" in part:
            yield from numbered(part, count)
        else:
            yield from make_bad.chunks([(part, count)])
        yield after
    family("table " + name, ".csv", ways, size, most, make)


table("columns", b"a", b",a%d", b"\n1,2\n", most=160_000)
table("equal columns", b"a", b",a", b"\n1,2\n", most=160_000)
table("cells of a row", b"a,b\n", b"1,", b"\n", most=200_000)
table("quotes in a cell", b'a,b\n1,"', b'""', b'"\n')
table("a cell", b"a,b\n1,", b"x" * 10)
table("a cell that does not end", b'a,b\n1,"', b"x,\n")
table("rows", b"a,b\n", b"1,2\n")
table("rows that are short", b"a,b\n", b"1\n")
table("rows that are not UTF-8", b"a,b\n", b"1,\xff\n")
table("quotes that stray", b"a,b\n", b'1,"x"y\n')
table("empty lines", b"a,b\n", b"\n")
table("returns", b"a,b\r", b"1,2\r", b"")
table("delimiters of all kinds", b"", b"a,b;c\td|e\n")

# --- packed -------------------------------------------------------------------------------------


def pieces(count):
    """gzip of many members of a few bytes."""
    yield make_bad.packed(make_bad.HEAD)
    yield from make_bad.chunks([(make_bad.packed(b"<a/>"), count)])
    yield make_bad.packed(make_bad.TAIL)


def nothing_between(count):
    yield make_bad.packed(make_bad.HEAD)
    yield from make_bad.chunks([(make_bad.packed(b""), count)])
    yield make_bad.packed(make_bad.TAIL)


def skipped(count):
    yield from make_bad.chunks([(b"\x50\x2a\x4d\x18\0\0\0\0", count)])
    yield make_bad.zstd_raw(make_bad.GOOD_XML)


def blanks(count):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield packer.compress(make_bad.HEAD)
    for chunk in make_bad.chunks([(b" " * 100, count)]):
        yield packer.compress(chunk)
    yield packer.compress(make_bad.TAIL) + packer.flush()


family("packed members", ".xml.gz", (TO_JSONL,), 1_000, 1_000_000, pieces)
family("packed members of nothing", ".xml.gz", (TO_JSONL,), 1_000, 4_000_000, nothing_between)
family("packed frames that are skipped", ".xml.zst", (TO_JSONL, IDENTIFY), 1_000, 4_000_000,
       skipped)
family("packed blanks", ".xml.gz", (TO_JSONL,), 10_000, 1_000_000, blanks)
