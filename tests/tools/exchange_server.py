# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Runs `puente serve` over a store of its own, for tests.
"""A server of the exchange on a loopback port or a unix socket, with agencies and tokens."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import samples

READY = re.compile(r"(127\.0\.0\.1:\d+|\[::1\]:\d+|unix:[^\s\"]+)")


class ServerFailed(Exception):
    """The server did not start, or a command about it failed."""


class Server:
    """One server. Use it with `with`."""

    def __init__(self, puente, folder, listen="127.0.0.1:0", options=()):
        self.puente, self.folder = pathlib.Path(puente), pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = "sqlite:%s" % (self.folder / "store.db")
        self.listen, self.options = listen, [str(option) for option in options]
        self.log = self.folder / "serve.log"
        self.process, self.address, self.tokens = None, None, {}

    def command(self, *args, **more):
        """Runs a command of `puente`; the Run."""
        return samples.run([self.puente, *args], **more)

    def must(self, *args):
        done = self.command(*args)
        if done.code != 0:
            raise ServerFailed("%s: %s" % (" ".join(map(str, args)), done.brief()))
        return done.out.decode()

    def add_agency(self, name):
        """Adds an agency and gives its token."""
        self.must("agency", "add", name, "--store", self.store)
        self.tokens[name] = self.token(name)
        return self.tokens[name]

    def token(self, name, *options):
        return self.must("agency", "token", name, "--store", self.store, *options).strip()

    def start(self):
        """Starts it on the address that it had, or on a free one; waits until it says that it is ready."""
        command = [str(self.puente), "serve", "--store", self.store, "--listen", self.address or self.listen,
                   *self.options]
        if shutil.which("setpriv"):
            # It ends with the test that started it, however that ends.
            command = ["setpriv", "--pdeathsig", "KILL", *command]
        environment = {key: value for key, value in os.environ.items() if key != "PUENTE_TOKEN"}
        with open(self.log, "ab") as log:
            begin = log.tell()
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                                            env=environment)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            text = self.log.read_bytes()[begin:].decode("utf-8", "replace")
            found = READY.search(text)
            if found:
                self.address = found.group(1)
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        raise ServerFailed("the server is not ready: " + self.log.read_text()[-500:])

    def stop(self, timeout=30):
        """Stops it as an operator would; its exit code."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailed("the server does not stop")

    def kill(self):
        """Ends it at once, with all that it had in memory."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def restart(self, kill=False):
        """Ends it and starts it again on the same address."""
        if kill:
            self.kill()
        else:
            self.stop()
        self.start()

    def rss_kib(self):
        """Resident memory of the server now."""
        for line in pathlib.Path("/proc/%d/status" % self.process.pid).read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def environment(self, agency):
        """The environment of a client with the token of an agency."""
        return {**os.environ, "PUENTE_TOKEN": self.tokens[agency]}

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()
