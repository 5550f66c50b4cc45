#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Makes the hostile inputs that are too large, or too binary, to be committed.
"""Makes files for run_bad.py: `make_all(folder)` makes them all, the same bytes each time.

Each maker is a generator of chunks of bytes under the name that expected.tsv has. The command line
makes the files whose names begin as the arguments do: make_bad.py FOLDER [NAME..].
"""
import gzip
import hashlib
import io
import pathlib
import struct
import sys
import zlib

MAKERS = {}

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
HEAD = DECLARATION + b'<iati-activities version="2.03">\n<iati-activity>\n' \
    b'<iati-identifier>XX-BAD-1</iati-identifier>\n'
TAIL = b"</iati-activity>\n</iati-activities>\n"
GOOD_XML = HEAD + TAIL
MEBI = 1 << 20


def made(name):
    def keep(function):
        MAKERS[name] = function
        return function
    return keep


def chunks(parts):
    """The bytes of parts, some at a time. A part is bytes, or (bytes, how often)."""
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        text, times = part
        at_once = max(1, MEBI // max(1, len(text)))
        for _ in range(times // at_once):
            yield text * at_once
        yield text * (times % at_once)


def made_of(name, *parts):
    MAKERS[name] = lambda: chunks(parts)


# --- XML ------------------------------------------------------------------------------------------


def xml(name, *parts):
    """A file whose one activity holds the parts."""
    made_of("iati/" + name + ".xml", HEAD, *parts, b"\n" + TAIL)


def numbered(form, count):
    return b"".join(form % i for i in range(count))


xml("deep-255", (b"<a>", 254), (b"</a>", 254))
xml("deep-257", (b"<a>", 255), (b"</a>", 255))
xml("deep-100k", (b"<a>", 100_000), (b"</a>", 100_000))
xml("deep-known", (b"<description><narrative>", 2_000), (b"</narrative></description>", 2_000))
xml("deep-unclosed", (b"<a>", 5_000_000))
xml("attributes-50k", b"<sector", numbered(b" a%d='1'", 50_000), b"/>")
xml("attributes-50k-equal", b"<sector", (b" a='1'", 50_000), b"/>")
xml("attributes-999", b"<sector", numbered(b" a%d='1'", 999), b"/>")
xml("namespaces-50k", b"<sector", numbered(b" xmlns:a%d='urn:a'", 50_000), b"/>")
xml("attribute-8mb", b"<sector code='", (b"1", 8 * MEBI), b"'/>")
xml("attribute-20mb-unclosed", b"<sector code='", (b"1", 20 * MEBI))
xml("attribute-references-8mb", b"<sector code='", (b"&#49;", 2 * MEBI), b"'/>")
xml("name-5kb", b"<", (b"n", 5_000), b"/>")
xml("name-8mb", b"<", (b"n", 8 * MEBI), b"/>")
xml("attribute-name-8mb", b"<sector ", (b"n", 8 * MEBI), b"='1'/>")
xml("end-name-8mb", b"<sector></sector", (b"n", 8 * MEBI), b">")
xml("text-11mb", b"<title><narrative>", (b"long text ", 1_200_000), b"</narrative></title>")
xml("text-9mb", b"<title><narrative>", (b"long text ", 900_000), b"</narrative></title>")
xml("text-11mb-of-sections", b"<title><narrative>",
    (b"<![CDATA[" + b"long text " * 20 + b"]]>", 60_000),
    b"</narrative></title>")
xml("text-11mb-around-comments", b"<title><narrative>", (b"long text " * 20 + b"<!---->", 60_000),
    b"</narrative></title>")
xml("comment-11mb", b"<!--", (b"long text ", 1_200_000), b"-->")
xml("instruction-11mb", b"<?x ", (b"long text ", 1_200_000), b"?>")
xml("section-20mb-unclosed", b"<title><narrative><![CDATA[", (b"long text ", 2_000_000))
xml("comment-20mb-unclosed", b"<!--", (b"long text ", 2_000_000))
xml("reference-8mb", b"<title><narrative>&", (b"n", 8 * MEBI), b";</narrative></title>")
xml("comments-30k", (b"<!-- c -->", 30_000))
xml("comments-30k-in-text", b"<title><narrative>", (b"a<!-- c -->", 30_000),
    b"</narrative></title>")
xml("instructions-30k", (b"<?p q?>", 30_000))
xml("unknown-elements-50k", (b"<u/>", 50_000))
xml("undeclared-prefixes-20k", numbered(b"<p%d:u/>", 20_000))
xml("values-odd-20k", (b"<budget><value value-date='x'>NaN</value></budget>", 20_000))
xml("values-odd-20k-lines", (b"<budget><value value-date='x'>NaN</value></budget>\n", 20_000))
# To show where something is, no more than its surroundings are read.
xml("line-40mb-odd-date", b"<activity-date type='1' iso-date='never'/>",
    (b"</iati-activity><!-- " + b"x" * 1_000 + b" --><iati-activity>", 40_000))
xml("sectors-100k", (b"<sector code='1'/>", 100_000))
xml("line-ends-4mb", (b"\n", 4 * MEBI))
xml("returns-4mb", b"<title><narrative>", (b"\r", 4 * MEBI), b"</narrative></title>")
xml("brackets-4mb", b"<title><narrative>", (b"]", 4 * MEBI), b"</narrative></title>")
xml("digits-100k", b"<budget><value value-date='2024-01-01'>", (b"9", 100_000),
    b"</value></budget>")
xml("id-1mb", b"<other-identifier ref='", (b"9", MEBI - 1), b"'/>")


def raw_xml(name, *parts):
    made_of("iati/" + name + ".xml", *parts)


raw_xml("records-20k-equal-ids", DECLARATION + b'<iati-activities version="2.03">\n',
        (b"<iati-activity><iati-identifier>XX-BAD-1</iati-identifier></iati-activity>\n", 20_000),
        b"</iati-activities>\n")
raw_xml("root-attributes-50k", b"<iati-activities" + numbered(b" a%d='1'", 50_000) + b"/>\n")
raw_xml("prolog-comments-2mb", (b"<!-- c -->\n", 2 * MEBI // 11), GOOD_XML[len(DECLARATION):])
raw_xml("doctype-8mb", DECLARATION + b"<!DOCTYPE iati-activities SYSTEM '", (b"x", 8 * MEBI),
        b"'>\n" + GOOD_XML[len(DECLARATION):])
raw_xml("nothing-12mb", (b"\0", 12 * MEBI))

# --- JSON Lines ---------------------------------------------------------------------------------

LINE = b'{"activity":{"iati_identifier":"XX-BAD-1"}}\n'


def lines(name, *parts):
    made_of("jsonl/" + name + ".jsonl", *parts)


def nested(depth):
    """A record whose residue nests elements so deep."""
    begin = b'{"activity":{"iati_identifier":"a"},"residue":{"nodes":[{"xml":{"element":{"name":"e"'
    return begin + b',"children":[{"element":{"name":"e"' * depth + b"}}]" * depth + b"}}}]}}\n"


lines("deep-arrays-100k", LINE, (b"[", 100_000), (b"]", 100_000), b"\n", LINE)
lines("deep-objects-100k", LINE, (b'{"activity":', 100_000), (b"}", 100_000), b"\n", LINE)
lines("deep-unclosed", LINE, (b"[", 5_000_000), b"\n", LINE)
lines("deep-elements-200", nested(200), LINE)
lines("deep-elements-300", nested(300), LINE)
lines("deep-elements-30k", nested(30_000), LINE)
lines("string-11mb", b'{"activity":{"iati_identifier":"', (b"x", 11 * MEBI), b'"}}\n', LINE)
lines("string-9mb", b'{"activity":{"iati_identifier":"', (b"x", 9 * MEBI), b'"}}\n', LINE)
lines("string-escapes-8mb", b'{"activity":{"iati_identifier":"', (b"\\u0041", 8 * MEBI // 6),
      b'"}}\n', LINE)
lines("key-8mb", b'{"activity":{"', (b"k", 8 * MEBI), b'":1}}\n', LINE)
lines("keys-50k", b'{"activity":{', b",".join(b'"k%d":1' % i for i in range(50_000)), b"}}\n", LINE)
lines("keys-50k-equal", b'{"activity":{', (b'"iati_identifier":"a",', 50_000),
      b'"iati_identifier":"a"}}\n', LINE)
lines("digits-1mb", b'{"identity":{"ordinal":', (b"1", MEBI), b'},"activity":{}}\n', LINE)
lines("blank-lines-4mb", (b"\n", 4 * MEBI), LINE)
lines("spaces-8mb", (b" ", 8 * MEBI), b"\n", LINE)
lines("bad-lines-50k", LINE, (b"{\n", 50_000))
lines("bad-lines-50k-keys", LINE, (b'{"activity":{"titel":1}}\n', 50_000))
lines("brackets-closing-4mb", LINE, (b"]", 4 * MEBI), b"\n")
lines("null-4mb", (b"\0", 4 * MEBI))


lines("line-9mb", LINE, b'{"activity":{"iati_identifier":"', (b"x", 9 * MEBI), b'"}}\n')

# --- binary ---------------------------------------------------------------------------------------

MAGIC = b"\x89PUENTE\r\n\x1a\n\0"
LIE = 0x7ffffff0


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number, data):
    """A field of protobuf that holds bytes, or a whole number."""
    if isinstance(data, int):
        return varint(number << 3) + varint(data)
    return varint(number << 3 | 2) + varint(len(data)) + data


def activity(content):
    return field(4, content)


def identified(text=b"XX-BAD-1"):
    """The record of an activity with nothing but its identifier."""
    return activity(field(8, text))


def file_header(version=1, flags=0, magic=MAGIC):
    head = magic + bytes([version, flags, 0, 0])
    return head + struct.pack("<I", zlib.crc32(head))


def frame(kind, payload, digest=None, length=None, crc=None):
    head = kind + struct.pack("<I", len(payload) if length is None else length)
    head += hashlib.sha256(payload).digest() if digest is None else digest
    head += struct.pack("<I", zlib.crc32(payload) if crc is None else crc)
    return head + struct.pack("<I", zlib.crc32(head)) + payload


def end(payloads, count=None):
    digests = b"".join(hashlib.sha256(payload).digest() for payload in payloads)
    return frame(b"E", struct.pack("<Q", len(payloads) if count is None else count),
                 hashlib.sha256(digests).digest())


def whole(*payloads):
    """A file that is right in all but what the payloads say."""
    return file_header() + b"".join(frame(b"R", p) for p in payloads) + end(payloads)


def binary(name, data):
    made_of("binary/" + name + ".puente", data)


ONE, TWO = identified(), identified(b"XX-BAD-2")
GOOD = whole(ONE, TWO)

binary("good", GOOD)
binary("no-records", whole())
binary("empty", b"")
binary("only-magic", MAGIC)
binary("only-header", file_header())
binary("magic-cut", MAGIC[:7])
binary("magic-seven-bits", b"\x09" + GOOD[1:])
binary("magic-line-ends", GOOD.replace(b"\r\n", b"\n", 1))
binary("magic-other", b"\x89PNG\r\n\x1a\n" + GOOD[8:])
binary("magic-text", b"PUENTE, as a text\n")
binary("version-0", file_header(version=0) + GOOD[20:])
binary("version-2", file_header(version=2) + GOOD[20:])
binary("flags", file_header(flags=1) + GOOD[20:])
binary("header-checksum", GOOD[:16] + b"\0\0\0\0" + GOOD[20:])
binary("frame-checksum", GOOD[:61] + bytes([GOOD[61] ^ 1]) + GOOD[62:])
binary("frame-unknown", file_header() + frame(b"X", ONE) + end([]))
binary("length-too-small", file_header() + frame(b"R", ONE, length=4) + end([ONE]))
binary("length-too-large", file_header() + frame(b"R", ONE, length=40) + end([ONE]))
binary("length-lies", file_header() + frame(b"R", ONE, length=LIE) + end([ONE]))
binary("length-impossible", file_header() + frame(b"R", ONE, length=0xffffffff) + end([ONE]))
binary("length-at-limit", file_header() + frame(b"R", ONE, length=256 * MEBI) + end([ONE]))
binary("length-over-limit", file_header() + frame(b"R", ONE, length=256 * MEBI + 1) + end([ONE]))
binary("payload-checksum",
       file_header() + frame(b"R", ONE, crc=1) + frame(b"R", TWO) + end([ONE, TWO]))
binary("digest-wrong", file_header() + frame(b"R", ONE, digest=bytes(32)) + frame(b"R", TWO)
       + frame(b"E", struct.pack("<Q", 2),
               hashlib.sha256(bytes(32) + hashlib.sha256(TWO).digest()).digest()))
binary("end-count", file_header() + frame(b"R", ONE) + end([ONE], count=2))
binary("end-count-lies", file_header() + frame(b"R", ONE) + end([ONE], count=(1 << 64) - 1))
binary("end-digest", file_header() + frame(b"R", ONE) + end([TWO]))
binary("end-length", file_header() + frame(b"R", ONE) + frame(b"E", b"\1"))
binary("end-missing", file_header() + frame(b"R", ONE))
binary("end-early", file_header() + end([]) + frame(b"R", ONE))
binary("end-twice", GOOD + end([ONE, TWO]))
binary("trailing-byte", GOOD + b"\0")
binary("trailing-file", GOOD + GOOD)
binary("cut-in-frame", GOOD[:40])
binary("cut-in-payload", GOOD[:70])
binary("cut-in-end", GOOD[:-3])
binary("record-removed", file_header() + frame(b"R", TWO) + end([ONE, TWO]))
binary("record-empty", whole(b"", ONE))
binary("records-empty-100k", whole(*[b""] * 100_000))
binary("record-no-kind", whole(field(1, field(3, b"a")), ONE))
binary("varint-overflow", whole(b"\xff" * 11 + b"\1", ONE))
binary("varint-endless", whole(b"\xff" * 1000, ONE))
binary("varint-length-overflow", whole(b"\x22" + b"\xff" * 9 + b"\1", ONE))
binary("field-number-0", whole(b"\2\1a", ONE))
binary("wire-type-6", whole(b"\x26", ONE))
binary("group-unclosed", whole(varint(1000 << 3 | 3), ONE))
binary("group-end-alone", whole(varint(1000 << 3 | 4), ONE))
binary("message-longer-than-record", whole(b"\x22\x7f\x42\4XX-1", ONE))
binary("utf8-bad", whole(identified(b"XX-\xff"), ONE))
binary("utf8-overlong", whole(identified(b"XX-\xc0\xaf"), ONE))
binary("text-hostile", whole(identified("XX-\x1b[31m\u009b\u202e\0-1".encode()), ONE))
binary("unknown-field", whole(ONE + field(1000, b"x" * 100), TWO))
binary("unknown-fields-100k", whole(ONE + field(1000, 1) * 100_000, TWO))
binary("kinds-two", whole(identified() + field(3, b""), TWO))
binary("zeros", file_header() + bytes(4096))


def groups(depth):
    return varint(1000 << 3 | 3) * depth + varint(1000 << 3 | 4) * depth


def elements(depth):
    """A record with residue of elements that nest so deep."""
    node = b""
    for _ in range(depth):
        node = field(1, field(1, b"e") + (field(3, node) if node else b""))
    return ONE + field(17, field(1, field(6, node)))


binary("nested-groups-90", whole(ONE + groups(90), TWO))
binary("nested-groups-100k", whole(ONE + groups(100_000), TWO))
binary("nested-elements-200", whole(elements(200), TWO))
binary("nested-elements-300", whole(elements(300), TWO))
binary("nested-elements-3000", whole(elements(3_000), TWO))

for megabytes in (9, 11):
    MAKERS["binary/text-%dmb.puente" % megabytes] = \
        lambda size=megabytes: [whole(identified(b"x" * (size * MEBI)), TWO)]

# --- tables ---------------------------------------------------------------------------------------


def table(name, *parts):
    made_of("table/" + name + ".csv", *parts)


table("columns-50k", b",".join(b"c%d" % i for i in range(50_000)), b"\n1,2\n")
table("columns-50k-row", b"a,b\n1,2\n", (b",", 50_000), b"\n")
table("columns-1024", (b",", 1023), b"\n", (b",", 1023), b"\n")
table("columns-1025", (b",", 1024), b"\n", (b",", 1024), b"\n")
table("cell-256kb", b"a,b\n1,", (b"x", 256 << 10), b"\n2,y\n")
table("cell-11mb", b"a,b\n1,", (b"x", 11 * MEBI), b"\n")
table("cell-11mb-quoted", b'a,b\n1,"', (b"x", 11 * MEBI), b'"\n')
table("cell-9mb-quotes", b'a,b\n1,"', (b'""', 9 * MEBI // 2), b'"\n')
table("cell-20mb-unclosed", b'a,b\n1,"', (b"x,\n", 7 * MEBI), b"\n")
table("column-name-8kb", b"a,", (b"n", 8192), b"\n1,2\n")
table("quotes-stray-100k", b"a,b\n", (b'1,"x"y\n', 100_000))
table("rows-100k-short", b"a,b\n", (b"1\n", 100_000))
table("empty-lines-100k", b"a,b\n", (b"\n", 100_000))
table("null-4mb", (b"\0", 4 * MEBI))
table("latin1-behind-1mb", b"a,b\n", (b"1,x\n", MEBI // 4), b"2,caf\xe9\n")
table("utf8-bad-100k", b"a,b\n", (b"1,\xff\n", 100_000))
table("delimiters-8mb", (b",", 8 * MEBI))

# --- packed ---------------------------------------------------------------------------------------


def packed(data, level=9):
    """gzip with no time in it."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=level, mtime=0) as file:
        file.write(data)
    return out.getvalue()


def zstd_raw(data, window=None, size=True):
    """A zstd frame of blocks that are not packed; `window`: the byte that tells the window."""
    single = window is None  # a single segment: as large as the data
    head = bytes([(0xa0 if size or single else 0)])
    out = b"\x28\xb5\x2f\xfd" + head + (b"" if single else bytes([window]))
    if size or single:
        out += struct.pack("<I", len(data))
    blocks = [data[i:i + 65536] for i in range(0, len(data), 65536)] or [b""]
    for i, block in enumerate(blocks):
        last = 1 if i == len(blocks) - 1 else 0
        out += struct.pack("<I", len(block) << 3 | last)[:3] + block
    return out


def zstd_repeat(byte, times, size=128 << 10):
    """A zstd frame of `times` blocks that each say: this byte, so often."""
    block = struct.pack("<I", size << 3 | 2)[:3] + byte
    last = struct.pack("<I", size << 3 | 3)[:3] + byte
    return b"\x28\xb5\x2f\xfd\x00\x58" + block * (times - 1) + last


def pack(name, data):
    made_of("packed/" + name, data)


GZ = packed(GOOD_XML)
ZST = zstd_raw(GOOD_XML)
pack("good.xml.gz", GZ)
pack("good.xml.zst", ZST)
pack("members.xml.gz", packed(GOOD_XML[:100]) + packed(b"") + packed(GOOD_XML[100:]))
pack("cut.xml.gz", GZ[:60])
pack("cut-checksum.xml.gz", GZ[:-4])
pack("cut-header.xml.gz", GZ[:6])
pack("cut.xml.zst", ZST[:60])
pack("checksum.xml.gz", GZ[:-8] + b"\0\0\0\0" + GZ[-4:])
pack("size.xml.gz", GZ[:-4] + b"\0\0\0\1")
pack("trailing-nulls.xml.gz", GZ + bytes(512))
pack("trailing-text.xml.gz", GZ + b"more")
pack("trailing-text.xml.zst", ZST + b"more")
pack("method-unknown.xml.gz", GZ[:2] + b"\7" + GZ[3:])
pack("blocks-bad.xml.gz", GZ[:10] + b"\xff" * 50)
pack("blocks-bad.xml.zst", b"\x28\xb5\x2f\xfd\x00\x58\xff\xff\xff")
pack("gzip-in-gzip.xml.gz", packed(GZ))
pack("zstd-in-gzip.xml.gz", packed(ZST))
pack("window-1gb.xml.zst", zstd_raw(GOOD_XML, window=0xa0, size=False))
pack("window-largest.xml.zst", zstd_raw(GOOD_XML, window=0xff, size=False))
pack("size-lies.xml.zst", b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", 1 << 60) + ZST[9:])
pack("bomb.xml.zst", zstd_repeat(b" ", 200_000))
pack("bomb-inside.xml.zst", zstd_raw(HEAD)[:4] + b"\x00\x58"
     + struct.pack("<I", len(HEAD) << 3)[:3] + HEAD + zstd_repeat(b" ", 200_000)[6:])
pack("not-iati.gz", packed(b"hello\n"))
pack("empty.xml.gz", packed(b""))
pack("good.jsonl.gz", packed(LINE * 2))
pack("cut.jsonl.gz", packed(LINE * 2)[:30])
pack("good.puente.gz", packed(GOOD))
pack("unclosed-quote.csv.gz", packed(b'a,b\n1,"x\n'))
pack("mark-only.gz", b"\x1f\x8b")


@made("packed/bomb.xml.gz")
def gzip_bomb():
    """128 MiB of blanks after the beginning of a good file."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield packer.compress(HEAD)
    blanks = b" " * MEBI
    for _ in range(128):
        yield packer.compress(blanks)
    yield packer.flush()


@made("packed/bomb-of-comments.xml.gz")
def gzip_comments():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield packer.compress(HEAD + b"<!--")
    for _ in range(100):
        yield packer.compress(b"x" * MEBI)
    yield packer.flush()


def make(name, folder):
    """Makes one file; tells its path."""
    path = pathlib.Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as out:
        for chunk in MAKERS[name]():
            out.write(chunk)
    return path


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__)
        return 2
    for name in MAKERS:
        if len(sys.argv) == 2 or name.startswith(tuple(sys.argv[2:])):
            print(make(name, sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
