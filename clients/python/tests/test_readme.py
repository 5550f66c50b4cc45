# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# The example of the README does what it says, against a real server.
import os
import pathlib
import re
import subprocess
import sys
import unittest

from exchange_case import AGENCY, ExchangeCase

README = pathlib.Path(__file__).resolve().parents[1] / "README.md"
ADDRESS = "localhost:7443"


class ReadmeTest(ExchangeCase):
    def test_example(self):
        text = README.read_text(encoding="utf-8")
        code, output = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", text, re.S).groups()
        self.assertEqual(code.count(ADDRESS), 1)
        self.assertEqual(AGENCY, "norte")
        self.assertLessEqual(len([line for line in code.splitlines() if line.strip()]), 10)
        done = subprocess.run(
            [sys.executable, "-c", code.replace(ADDRESS, self.server.address)],
            env=dict(os.environ, PUENTE_TOKEN=self.token), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual((done.stdout, done.returncode), (output, 0), done.stderr)


if __name__ == "__main__":
    unittest.main()
