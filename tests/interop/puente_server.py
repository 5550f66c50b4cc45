#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# A server of its own for tests of clients: a fresh store, a loopback port, restarts.
"""`puente serve` for tests of clients in other languages."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

START_SECONDS = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PuenteServer:
    """A store in a folder and the server over it. It dies with the thread that started it."""

    def __init__(self, puente, folder, listen=None, options=()):
        self.puente = str(puente)
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = "sqlite:%s" % (self.folder / "store.db")
        self.address = listen or "127.0.0.1:%d" % free_port()
        self.log = self.folder / "server.log"
        self._options = [str(option) for option in options]
        self._process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.kill()

    def _run(self, *args):
        done = subprocess.run([self.puente, *args, "--store", self.store], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        if done.returncode:
            raise RuntimeError("puente %s: exit %d\n%s" % (" ".join(args), done.returncode,
                                                           done.stderr))
        return done.stdout

    def add_agency(self, name):
        self._run("agency", "add", name)

    def make_token(self, agency, *options):
        """A secret; the options are those of `puente agency token`."""
        return self._run("agency", "token", agency, *options).strip()

    def start(self):
        command = [self.puente, "serve", "--store", self.store, "--listen", self.address,
                   *self._options]
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "KILL", *command]
        environment = {k: v for k, v in os.environ.items() if k != "PUENTE_TOKEN"}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=log, env=environment)
        end = time.monotonic() + START_SECONDS
        while not self._listens():
            code = self._process.poll()
            if code is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError("the server does not listen (exit %s)\n%s"
                                   % (code, self.log.read_text(errors="replace")[-2000:]))
            time.sleep(0.02)

    def _listens(self):
        if self.address.startswith("unix:"):
            family, place = socket.AF_UNIX, self.address[len("unix:"):]
        else:
            host, _, port = self.address.rpartition(":")
            family, place = socket.AF_INET, (host, int(port))
        with socket.socket(family) as probe:
            probe.settimeout(1)
            return probe.connect_ex(place) == 0

    def stop(self):
        """Ends it as an operator would; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError("the server did not end within 30 seconds of SIGTERM") from None

    def kill(self):
        """Ends it at once, with all that it had in memory."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(30)

    def restart(self, kill=False):
        if kill:
            self.kill()
        else:
            self.stop()
        self.start()
