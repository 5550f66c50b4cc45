#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Installing from package registries for tests, and saying loudly when they cannot be reached.
"""Runs package installers; tells a registry that is out of reach from any other failure."""
import re
import shutil
import subprocess

# What pip and npm say when no answer comes from their registry.
_OUT_OF_REACH = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|"
    r"Temporary failure in name resolution|Network is unreachable|Connection refused|"
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT")


class OutOfReach(Exception):
    """The registry cannot be reached."""


class Failed(Exception):
    """A step failed for another reason."""


def run(title, command, cwd=None, env=None, seconds=600):
    """Runs a step; its output is shown when it fails."""
    command = [str(part) for part in command]
    if not shutil.which(command[0]):
        raise Failed("%s: %s is not installed" % (title, command[0]))
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds)
    if done.returncode:
        raise Failed("%s: exit %d\n%s" % (title, done.returncode, done.stdout[-6000:]))
    return done.stdout


def install(title, command, **options):
    """A step that needs a registry."""
    try:
        return run(title, command, **options)
    except subprocess.TimeoutExpired as error:
        raise OutOfReach("%s: no end after %d seconds" % (title, error.timeout)) from error
    except Failed as error:
        if _OUT_OF_REACH.search(str(error)):
            raise OutOfReach(str(error)) from error
        raise


def say_skipped(what, error):
    """Says loudly that tests were not run. The caller returns 0."""
    print("=" * 72)
    print("PACKAGE REGISTRY OUT OF REACH: %s was not tested." % what)
    print(str(error)[-1500:])
    print("=" * 72)
    print("0 passed, 0 failed, all skipped (no package registry)")
    return 0
