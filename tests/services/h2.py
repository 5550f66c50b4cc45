# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# The least of HTTP/2 that is needed to misbehave: frames by hand over a plain socket.
"""Frames of HTTP/2, and calls of gRPC made of them, for tests that no library would send."""
import select
import socket
import struct
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 0x1, 0x4, 0x1
ENHANCE_YOUR_CALM = 11


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def _number(value, prefix_bits, first):
    limit = (1 << prefix_bits) - 1
    if value < limit:
        return bytes((first | value,))
    out = bytearray((first | limit,))
    value -= limit
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    out.append(value)
    return bytes(out)


def header_block(headers):
    """Headers as literals that are not indexed, without Huffman coding."""
    out = bytearray()
    for name, value in headers:
        name, value = name.encode(), value.encode()
        out += b"\x00" + _number(len(name), 7, 0) + name + _number(len(value), 7, 0) + value
    return bytes(out)


def call_headers(method, token="", more=()):
    headers = [(":method", "POST"), (":scheme", "http"), (":path", method), (":authority", "localhost"),
               ("content-type", "application/grpc"), ("te", "trailers")]
    if token:
        headers.append(("authorization", "Bearer " + token))
    return header_block(headers + list(more))


def message(payload=b""):
    return b"\x00" + struct.pack(">I", len(payload)) + payload


class Connection:
    """One connection; reads frames when asked to."""

    def __init__(self, address, settings=b""):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0, settings))
        self.buffer = b""
        self.closed = False

    def send(self, data):
        """Sends bytes; false when the server has closed the connection."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            self.closed = True
            return False

    def frames(self, seconds):
        """Frames that come within a time, as (kind, flags, stream, payload); ends when the connection does."""
        end = time.monotonic() + seconds
        while not self.closed:
            while len(self.buffer) >= 9:
                size = int.from_bytes(self.buffer[:3], "big")
                if len(self.buffer) < 9 + size:
                    break
                head, payload = self.buffer[:9], self.buffer[9:9 + size]
                self.buffer = self.buffer[9 + size:]
                kind, flags, stream = head[3], head[4], int.from_bytes(head[5:9], "big") & 0x7fffffff
                if kind == SETTINGS and not flags & ACK:
                    self.send(frame(SETTINGS, ACK, 0))
                elif kind == PING and not flags & ACK:
                    self.send(frame(PING, ACK, 0, payload))
                yield kind, flags, stream, payload
            left = end - time.monotonic()
            if left <= 0 or self.closed:
                return
            if not select.select([self.socket], [], [], left)[0]:
                return
            try:
                more = self.socket.recv(1 << 16)
            except OSError:
                more = b""
            if not more:
                self.closed = True
            self.buffer += more

    def close(self):
        self.socket.close()


def unary(address, method, token, payload=b"", seconds=10):
    """Makes one call on a connection of its own; True when an answer came with data."""
    connection = Connection(address)
    try:
        connection.send(frame(HEADERS, END_HEADERS, 1, call_headers(method, token)) +
                        frame(DATA, END_STREAM, 1, message(payload)))
        data = b""
        for kind, flags, stream, body in connection.frames(seconds):
            if stream == 1 and kind == DATA:
                data += body
            if stream == 1 and flags & END_STREAM and kind in (HEADERS, DATA):
                return len(data) > 5
            if kind in (RST_STREAM, GOAWAY):
                return False
        return False
    finally:
        connection.close()
