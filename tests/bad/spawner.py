#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Runs commands from a small process, so that their peak of memory is theirs.
"""Each line on standard input is a run, {"command", "env", "out", "err", "timeout"} in JSON; the
answer is a line {"code", "seconds", "kib"}. The peak that the kernel tells of a child begins at the
size of the process that started it: this one stays small."""
import json
import os
import sys
import time


def run(command, env, out, err, timeout):
    streams = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
    streams += [(os.POSIX_SPAWN_OPEN, fd, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
                for fd, path in ((1, out), (2, err))]
    begin = time.monotonic()
    child = os.posix_spawnp(command[0], command, env, file_actions=streams)
    code = None
    while code is None:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid != 0:
            code = os.waitstatus_to_exitcode(status)
        elif time.monotonic() - begin > timeout:
            os.kill(child, 9)
            _, status, usage = os.wait4(child, 0)
            code = "timeout"
        else:
            time.sleep(0.002)
    return {"code": code, "seconds": time.monotonic() - begin, "kib": usage.ru_maxrss}


def main():
    for line in sys.stdin:
        print(json.dumps(run(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
