#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# What clients can do to a server that break the protocol or mean harm.
"""Hostile clients against a real server.

Each does one bad thing over plain sockets: streams opened and cancelled at once, metadata over the limit, pings
without end, headers that never end, bytes that are no HTTP/2, connections that go quiet, readers that never read.
After each the server must answer a good client, and its memory must not have grown by more than 64 MiB.
"""
import pathlib
import socket
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import exchange_server  # noqa: E402
import h2  # noqa: E402
import samples  # noqa: E402

GET_HEAD = "/puente.exchange.v1.ChangeService/GetHead"
STREAM = "/puente.exchange.v1.RecordService/StreamRecords"
WATCH = "/puente.exchange.v1.ChangeService/WatchChanges"
PUSH = "/puente.exchange.v1.RecordService/PushRecords"
GROWTH_KIB = 64 << 10
ALL = b"\x0a\x15agencies/-/datasets/-"


def rapid_reset(server, token, count=10_000):
    """Opens streams and cancels each at once. The server may close the connection: that is a defence, too."""
    opened = 0
    while opened < count:
        connection = h2.Connection(server.address)
        stream = 1
        while opened < count and not connection.closed:
            batch = b""
            for _ in range(100):
                batch += h2.frame(h2.HEADERS, h2.END_HEADERS, stream, h2.call_headers(WATCH, token))
                batch += h2.frame(h2.DATA, h2.END_STREAM, stream, h2.message(ALL))
                batch += h2.frame(h2.RST_STREAM, 0, stream, b"\0\0\0\x08")
                stream += 2
            opened += 100
            if not connection.send(batch):
                break
            for _ in connection.frames(0):
                pass
        connection.close()
    return "%d streams" % opened


def huge_metadata(server, token):
    """64 KiB of metadata: the stream must be refused, without the call being served."""
    connection = h2.Connection(server.address)
    block = h2.call_headers(GET_HEAD, token, [("x-much", "x" * (64 << 10))])
    first, rest = block[:16_000], block[16_000:]
    data = h2.frame(h2.HEADERS, 0, 1, first)
    while len(rest) > 16_000:
        data += h2.frame(h2.CONTINUATION, 0, 1, rest[:16_000])
        rest = rest[16_000:]
    data += h2.frame(h2.CONTINUATION, h2.END_HEADERS, 1, rest)
    connection.send(data + h2.frame(h2.DATA, h2.END_STREAM, 1, h2.message()))
    got, said = b"", b""
    for kind, flags, stream, payload in connection.frames(10):
        if kind == h2.DATA and stream == 1:
            got += payload
        if kind == h2.HEADERS and stream == 1:
            said += payload
        if kind in (h2.RST_STREAM, h2.GOAWAY) or (kind == h2.HEADERS and flags & h2.END_STREAM):
            break
    connection.close()
    if got or b"metadata" not in said:
        raise AssertionError("the call was served, or nothing was said")
    return "refused"


def ping_flood(server, _token):
    """Pings every millisecond: GOAWAY with ENHANCE_YOUR_CALM."""
    connection = h2.Connection(server.address)
    code = None
    for i in range(3000):
        if not connection.send(h2.frame(h2.PING, 0, 0, i.to_bytes(8, "big"))):
            break
        for kind, _, _, payload in connection.frames(0.001):
            if kind == h2.GOAWAY:
                code = int.from_bytes(payload[4:8], "big")
        if code is not None:
            break
    connection.close()
    if code != h2.ENHANCE_YOUR_CALM:
        raise AssertionError("no GOAWAY with ENHANCE_YOUR_CALM, but %s" % code)
    return "GOAWAY after %d pings" % (i + 1)


def slow_headers(server, token):
    """200 connections with headers that do not end."""
    block = h2.call_headers(GET_HEAD, token)
    held = []
    for _ in range(200):
        connection = h2.Connection(server.address)
        connection.send(h2.frame(h2.HEADERS, 0, 1, block[:10]))
        held.append(connection)
    if not h2.unary(server.address, GET_HEAD, token):
        raise AssertionError("a good client is not served beside them")
    for connection in held:
        connection.close()
    return "200 connections"


def no_http2(server, _token):
    """Bytes that are no HTTP/2, and connections that say nothing."""
    held = []
    for i in range(300):
        host, port = server.address.rsplit(":", 1)
        sock = socket.create_connection((host, int(port)), timeout=10)
        if i % 3:
            try:
                sock.sendall(bytes((i * 7 + j) % 256 for j in range(1000)))
            except OSError:
                pass
        held.append(sock)
    for sock in held:
        sock.close()
    return "300 connections"


def dead_readers(server, token):
    """50 readers that ask for everything and read nothing."""
    held = []
    for i in range(50):
        connection = h2.Connection(server.address)
        method = STREAM if i % 2 else WATCH
        payload = ALL + (b"\x18\x03" if i % 2 else b"\x18\x01\x28\x03")
        connection.send(h2.frame(h2.HEADERS, h2.END_HEADERS, 1, h2.call_headers(method, token)) +
                        h2.frame(h2.DATA, h2.END_STREAM, 1, h2.message(payload)))
        held.append(connection)
    time.sleep(2)
    return held


def long_message(server, token):
    """Messages that say that they are 1 GiB, as much of them as the server lets through: it must hold little of them.
    (That a whole message of 4 MiB and one byte is refused is tested with a library.)"""
    held = []
    for _ in range(20):
        connection = h2.Connection(server.address)
        connection.send(h2.frame(h2.HEADERS, h2.END_HEADERS, 1, h2.call_headers(PUSH, token)) +
                        h2.frame(h2.DATA, 0, 1, b"\x00" + (1 << 30).to_bytes(4, "big") + b"x" * 1000))
        connection.socket.settimeout(0.5)
        for _ in range(60):
            if not connection.send(h2.frame(h2.DATA, 0, 1, b"x" * 16_000)):
                break
        held.append(connection)
    served = h2.unary(server.address, GET_HEAD, token)
    grown = server.rss_kib()
    for connection in held:
        connection.close()
    if not served:
        raise AssertionError("a good client is not served beside them")
    return "20 of them, server at %.1f MiB" % (grown / 1024)


def settled(server, before):
    """How much more memory the server holds, once it had time to give back what a flood left behind."""
    end = time.monotonic() + 12
    while server.rss_kib() - before >= GROWTH_KIB and time.monotonic() < end:
        time.sleep(0.5)
    return server.rss_kib() - before


def main():
    args = samples.acceptance_parser(__doc__).parse_args()
    t = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-") as folder:
        server = exchange_server.Server(args.puente, folder)
        token = server.add_agency("acme")
        with server:
            # Something to read: 20,000 rows.
            table = pathlib.Path(folder) / "rows.csv"
            table.write_text("id,text\n" + "".join("%d,%s\n" % (i, "x" * 400) for i in range(20_000)))
            done = server.command("push", "--to", server.address, "--agency", "acme", "--format", "table", table,
                                  env=server.environment("acme"))
            t.check(done.code == 0, "push of the rows", done.brief())
            t.check(h2.unary(server.address, GET_HEAD, token), "a good client is served")
            t.check(not h2.unary(server.address, GET_HEAD, "pnt_wrong"), "one without a token is not")
            before = server.rss_kib()
            held = []
            for attack in (long_message, huge_metadata, ping_flood, rapid_reset, slow_headers, no_http2, dead_readers):
                try:
                    said = attack(server, token)
                    if isinstance(said, list):
                        held, said = said, "%d readers" % len(said)
                    t.check(True, attack.__name__)
                except (AssertionError, OSError) as error:
                    said = str(error)
                    t.check(False, attack.__name__, said)
                served = h2.unary(server.address, GET_HEAD, token)
                t.check(served, "served after " + attack.__name__)
                grown = settled(server, before)
                print("  %-14s %s; memory %+.1f MiB" % (attack.__name__, said, grown / 1024), flush=True)
                t.check(grown < GROWTH_KIB, "memory after " + attack.__name__, "%d KiB more" % grown)
            # Others write and read while the dead readers are there.
            done = server.command("push", "--to", server.address, "--agency", "acme", "--dataset", "more", "--format",
                                  "table", table, env=server.environment("acme"))
            t.check(done.code == 0, "push beside dead readers", done.brief())
            out = pathlib.Path(folder) / "out.csv"
            done = server.command("pull", "--from", server.address, "--agency", "acme", "--dataset", "more", "--format",
                                  "table", "-o", out, env=server.environment("acme"))
            t.check(done.code == 0, "pull beside dead readers", done.brief())
            if out.is_file():
                t.check(out.read_bytes() == table.read_bytes(), "what was pulled is what was pushed")
            grown = settled(server, before)
            t.check(grown < GROWTH_KIB, "memory with dead readers", "%d KiB more" % grown)
            for connection in held:
                connection.close()
            code = server.stop()
            t.check(code == 0, "the server stops", "exit %s" % code)
    return t.close()


if __name__ == "__main__":
    sys.exit(main())
