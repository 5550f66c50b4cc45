# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# A proxy on loopback that cuts connections after so many bytes, to see clients go on.
"""A TCP proxy that breaks connections."""
import contextlib
import socket
import threading


class CuttingProxy:
    """Forwards to a loopback address; each connection breaks once `limits` says so.

    `limits` has for each connection, in their order, how many bytes from the server may pass; those
    after the last one are not cut. With `upward` bytes from the client count. `stall` holds the
    connection open instead, in silence.
    """

    def __init__(self, target, limits=(), upward=False, stall=False):
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._limits = list(limits)
        self._upward = upward
        self._stall = stall
        self._sockets = []
        self._clients = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self.connections = 0
        self.bytes_up = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        # Closing alone would leave the accept under way.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.close()

    @property
    def cuts_left(self):
        return len(self._limits)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target, timeout=10)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            self.connections += 1
            limit = self._limits.pop(0) if self._limits else None
            self._sockets += [client, server]
            self._clients.add(client)
            for source, sink, upward in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pump, daemon=True, args=(
                    source, sink, limit if upward == self._upward else None)).start()

    def _pump(self, source, sink, limit):
        with contextlib.suppress(OSError):
            while True:
                data = source.recv(65536)
                if limit is not None:
                    data, limit = data[:limit], limit - len(data)
                if source in self._clients:
                    self.bytes_up += len(data)
                sink.sendall(data)
                if limit is not None and limit <= 0:
                    if self._stall:
                        return
                    break
                if not data:
                    break
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
