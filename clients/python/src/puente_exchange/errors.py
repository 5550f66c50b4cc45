# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Errors of the exchange as exceptions with the reason that programs act on.
"""Errors of the exchange as exceptions."""
from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence, Tuple, Type

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

DOMAIN = "puente.exchange"
_DETAILS_KEY = "grpc-status-details-bin"
_CODES = {code.value[0]: code for code in grpc.StatusCode}


class ExchangeError(Exception):
    """A call or one record of it was refused, or the exchange could not be reached.

    Attributes:
      code: the gRPC status code.
      reason: name of a value of `exchange_v1.Reason` without `REASON_`, such as
        `RECORD_NOT_FOUND`; empty when gRPC itself raised the error.
      metadata: facts of this case; `puente/exchange/v1/reason.proto` lists them by reason.
      message: a sentence for people.
      violations: (field, description) of each field of the request that is wrong.
      retry_delay: seconds to wait at least before trying again; None when nothing was said.
      request_id: of the push that was cut; pushing again with it goes on where it stood.
    """

    def __init__(self, code: grpc.StatusCode, message: str, reason: str = "",
                 metadata: Optional[Mapping[str, str]] = None,
                 violations: Sequence[Tuple[str, str]] = (),
                 retry_delay: Optional[float] = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.metadata = dict(metadata or {})
        self.message = message
        self.violations = list(violations)
        self.retry_delay = retry_delay
        self.request_id: Optional[str] = None

    def __str__(self) -> str:
        text = "%s: %s" % (self.reason or self.code.name, self.message)
        for field, description in self.violations:
            text += "; %s: %s" % (field, description)
        return text

    def __reduce__(self) -> Tuple[Any, ...]:
        return (_restored, (type(self), self.code, self.message, self.reason, self.metadata,
                            self.violations, self.retry_delay, self.request_id))


class NotFound(ExchangeError):
    """NOT_FOUND: what was named is not there, or not any more."""


class NotAllowed(ExchangeError):
    """UNAUTHENTICATED or PERMISSION_DENIED: the token does not allow it."""


class Conflict(ExchangeError):
    """ABORTED: somebody else was there first."""


class Unavailable(ExchangeError):
    """UNAVAILABLE or DEADLINE_EXCEEDED: no answer came in time."""


_CLASSES = {
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.UNAUTHENTICATED: NotAllowed,
    grpc.StatusCode.PERMISSION_DENIED: NotAllowed,
    grpc.StatusCode.ABORTED: Conflict,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: Unavailable,
}


def _restored(kind: Type[ExchangeError], code: grpc.StatusCode, message: str, reason: str,
              metadata: Mapping[str, str], violations: Sequence[Tuple[str, str]],
              retry_delay: Optional[float], request_id: Optional[str]) -> ExchangeError:
    error = kind(code, message, reason, metadata, violations, retry_delay)
    error.request_id = request_id
    return error


def make_error(code: grpc.StatusCode, message: str, reason: str = "",
               metadata: Optional[Mapping[str, str]] = None) -> ExchangeError:
    """An error of the class that belongs to its code."""
    return _CLASSES.get(code, ExchangeError)(code, message, reason, metadata)


def error_of_status(status: status_pb2.Status) -> ExchangeError:
    """The error that a google.rpc.Status tells."""
    error = make_error(_CODES.get(status.code, grpc.StatusCode.UNKNOWN), status.message)
    for detail in status.details:
        _add_detail(error, detail)
    return error


def _add_detail(error: ExchangeError, detail: Any) -> None:
    info = error_details_pb2.ErrorInfo()
    request = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    try:
        if detail.Unpack(info):
            if info.domain == DOMAIN:
                error.reason = info.reason
                error.metadata = dict(info.metadata)
        elif detail.Unpack(request):
            error.violations += [(v.field, v.description) for v in request.field_violations]
        elif detail.Unpack(retry):
            error.retry_delay = retry.retry_delay.ToTimedelta().total_seconds()
    except DecodeError:
        pass  # What cannot be read tells nothing; code and message stand.


def error_of_call(call: Any) -> ExchangeError:
    """The error that a failed call (grpc.RpcError, which is a grpc.Call) tells."""
    code: grpc.StatusCode = call.code()
    for key, value in call.trailing_metadata() or ():
        if key == _DETAILS_KEY:
            try:
                status = status_pb2.Status.FromString(value)
            except DecodeError:
                break
            if status.code == code.value[0]:
                return error_of_status(status)
    return make_error(code, call.details() or code.name)


def is_cut(error: ExchangeError) -> bool:
    """True when the connection or the server went away, or has no room for the moment: the same
    call may well succeed later."""
    if error.code is grpc.StatusCode.UNAVAILABLE or error.reason == "TOO_MANY_STREAMS":
        return True
    # Every error of the service has a reason. Without one these come from a connection that broke.
    return not error.reason and error.code in (
        grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.CANCELLED)
