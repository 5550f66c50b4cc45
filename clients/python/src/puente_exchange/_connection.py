# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Where a client connects to and who it is: addresses, TLS, tokens.
from __future__ import annotations

import ipaddress
import os
import pathlib
from typing import Any, List, Optional, Tuple, Union

import grpc

TOKEN_VARIABLE = "PUENTE_TOKEN"
Metadata = Tuple[Tuple[str, str], ...]

_OPTIONS: List[Tuple[str, Any]] = [
    # A server that restarts is back within a second: gRPC's own pace is up to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2000),
    # Clients of one process do not share connections: in gRPC 1.51 one of two that do may wait for
    # ever after a restart of the server.
    ("grpc.use_local_subchannel_pool", 1),
    # A connection that leads nowhere is found out while a call is open. Servers take a ping each 20
    # seconds.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.ping_timeout_ms", 20_000),  # What newer versions look at.
    ("grpc.http2.max_pings_without_data", 0),
    # Servers send at most 4 MiB; some room for later ones.
    ("grpc.max_receive_message_length", 16 << 20),
]


def split_address(address: str) -> Tuple[str, bool]:
    """(target for gRPC, true when it cannot leave this machine) of HOST:PORT or unix:PATH."""
    if address.startswith("unix:") and len(address) > len("unix:"):
        return address, True
    host, colon, port = address.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()) or "/" in host:
        raise ValueError("an address is HOST:PORT or unix:PATH, not %r" % address)
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError("write the address as [%s]:%s" % (host, port))
    if host.lower() == "localhost":
        return address, True
    try:
        return address, ipaddress.ip_address(host).is_loopback
    except ValueError:
        return address, False


def open_channel(address: str, ca: Union[None, str, bytes, "os.PathLike[str]"],
                 tls: Optional[bool]) -> grpc.Channel:
    """A channel: TLS unless the address is loopback or a unix socket and nobody asks for it."""
    target, local = split_address(address)
    if tls is None:
        tls = ca is not None or not local
    if not tls:
        if not local:
            # Every call carries the token.
            raise ValueError("%s is not on this machine: without TLS the token could be read on "
                             "the way" % address)
        # A proxy of the environment would be a way out of this machine.
        return grpc.insecure_channel(target, options=_OPTIONS + [("grpc.enable_http_proxy", 0)])
    roots = ca if ca is None or isinstance(ca, bytes) else pathlib.Path(ca).read_bytes()
    return grpc.secure_channel(target, grpc.ssl_channel_credentials(roots), options=_OPTIONS)


class Token:
    """The secret of a client; never shown. A file is read anew for each call, so that a token can
    be changed without a restart."""

    def __init__(self, token: Optional[str], file: Union[None, str, "os.PathLike[str]"]) -> None:
        if token is not None and file is not None:
            raise ValueError("give a token or a file that holds it, not both")
        self._file = None if file is None else pathlib.Path(file)
        self._token = token if token is not None else os.environ.get(TOKEN_VARIABLE)
        if self._file is None and not self._token:
            raise ValueError("no token: give token=, token_file= or set %s" % TOKEN_VARIABLE)
        self.metadata()  # Says now what is wrong with it.

    def metadata(self) -> Metadata:
        """What proves to the server who calls."""
        if self._file is None:
            token, place = self._token or "", "the token"
        else:
            token, place = self._file.read_text(encoding="utf-8").strip(), str(self._file)
        if not token or not all("!" <= c <= "~" for c in token):
            raise ValueError("%s is empty or has characters that no token has" % place)
        return (("authorization", "Bearer " + token),)
