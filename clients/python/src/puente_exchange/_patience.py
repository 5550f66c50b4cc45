# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Trying again with growing pauses, and streams of a server that may fall silent.
from __future__ import annotations

import random
import threading
import time
from typing import Any, Optional

import grpc

from puente_exchange.errors import ExchangeError, error_of_call, make_error

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_FIRST_PATIENCE = 5.0


class Reach:
    """Whether a client ever reached its server: until then its address may be wrong, and it is not
    patient for long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.reached = False

    def patience(self) -> float:
        return self._seconds if self.reached else min(self._seconds, _FIRST_PATIENCE)


class Patience:
    """How long a call that was cut is tried again, since something last worked."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._since: Optional[float] = None
        self._pause = _FIRST_PAUSE

    def answered(self) -> None:
        """The server is there, but nothing was achieved yet."""
        self._reach.reached = True

    def worked(self) -> None:
        """Something was achieved: the clock stands at zero again."""
        self._reach.reached = True
        self._since = None
        self._pause = _FIRST_PAUSE

    def wait(self, error: ExchangeError, stop: Optional[threading.Event] = None) -> None:
        """Pauses before the next try; raises the error when there is no patience left."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
        pause = max(self._pause * random.uniform(0.5, 1.0), error.retry_delay or 0.0)
        if error.reason:
            self._reach.reached = True
        if now + pause > self._since + self._reach.patience():
            raise error
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        if stop is None:
            time.sleep(pause)
        else:
            stop.wait(pause)


class _Watchdog:
    """Cancels a call when an answer that is waited for does not come."""

    def __init__(self, call: Any, silence: float) -> None:
        self._call = call
        self._silence = silence
        self._until: Optional[float] = None
        self._ended = threading.Event()
        self.barked = False
        threading.Thread(target=self._run, name="puente-watchdog", daemon=True).start()

    def arm(self) -> None:
        self._until = time.monotonic() + self._silence

    def rest(self) -> None:
        self._until = None

    def end(self) -> None:
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(min(self._silence / 8, 1.0)):
            until = self._until
            if until is not None and time.monotonic() > until:
                self.barked = True
                self._call.cancel()
                return


class Answers:
    """The answers of a stream, one by one; errors as ExchangeError."""

    def __init__(self, call: Any, silence: float) -> None:
        self._call = call
        self._silence = silence
        self._watchdog = _Watchdog(call, silence)

    def next(self) -> Any:
        """The next answer; None at the end of the stream."""
        self._watchdog.arm()
        try:
            return next(self._call)
        except StopIteration:
            return None
        except grpc.RpcError as error:
            if self._watchdog.barked:
                raise make_error(grpc.StatusCode.UNAVAILABLE,
                                 "no answer for %g seconds" % self._silence) from error
            raise error_of_call(error) from error
        finally:
            self._watchdog.rest()

    def close(self) -> None:
        self._watchdog.end()
        self._call.cancel()

    def __enter__(self) -> "Answers":
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()
