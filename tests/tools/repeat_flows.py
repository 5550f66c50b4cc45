#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Makes a large answer of FTS for load tests by repeating the flows of small ones.
"""Writes an answer of FTS with flows of about N megabytes (of 1,000,000 bytes).

The flows of all answers in --from (by default the real ones, else the project's own) go into one
answer, again and again until the size is reached; their order is shuffled and always the same.
With --distinct each has an id of its own, else those of the source come again and again.
"""
import argparse
import json
import pathlib
import random
import sys

import samples

OWN = samples.REPO_ROOT / "tests" / "data" / "fts" / "pages"


def gather(folder):
    """All flows of the answers of a folder, shuffled."""
    flows = []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8")).get("data")
        if isinstance(data, dict):
            flows += data.get("flows") or []
    random.Random(1).shuffle(flows)
    return flows


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--mb", type=float, required=True, metavar="N")
    parser.add_argument("--from", dest="source", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--distinct", action="store_true", help="give each flow an id of its own")
    args = parser.parse_args()
    real = samples.data_root() / "fts" / "api"
    flows = gather(args.source or (real if real.is_dir() else OWN))
    if not flows:
        print("no flows in %s" % (args.source or real), file=sys.stderr)
        return 2
    # The id is the one value that may change: the texts around it are made once.
    ids = [flow.get("id") for flow in flows]
    parts = [json.dumps(dict(flow, id="#"), ensure_ascii=False, separators=(",", ":"))
             .encode("utf-8").split(b'"#"', 1) for flow in flows]
    size, count = 0, 0
    with open(args.out, "wb") as out:
        size += out.write(b'{"status":"ok","data":{"flows":[')
        while size < args.mb * 1e6 - 100 or count == 0:
            before, after = parts[count % len(parts)]
            own = str(1000000 + count) if args.distinct else ids[count % len(ids)]
            size += out.write(b"%s%s%s%s" % (b",\n" if count else b"\n", before,
                                             json.dumps(own).encode("utf-8"), after))
            count += 1
        out.write(b'\n]},"meta":{"language":"en","count":%d}}\n' % count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
