#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Checks the generator of IATI files: the same bytes, valid, varied, and back unchanged.
"""Runs gen_iati small, with two seeds, and checks what the load tests rely on.

The same options give the same bytes and another seed others; a longer file begins as a shorter one;
the file is valid by the XSD of IATI 2.03 (where the test data is there); it holds what it promises
(languages, foreign elements, comments, CDATA, references, sizes, many different words); and Puente
brings it back unchanged by grade 1.
"""
import pathlib
import re
import sys
import tempfile
import xml.parsers.expat

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import same_xml  # noqa: E402
import samples  # noqa: E402

SEEDS = (1, 2)
MEGABYTES = 2
XSD = "iati/schemas/2.03/iati-activities-schema.xsd"


class Profile:
    """What is in a file, as far as the checks need it."""

    def __init__(self, data):
        self.names, self.languages, self.words = {}, set(), set()
        self.comments = self.foreign = self.cdata = 0
        self.sector_in_transaction = False
        self.starts, self.path = [], []
        parser = xml.parsers.expat.ParserCreate()
        parser.buffer_text = True
        self.parser = parser
        parser.StartElementHandler = self.on_start
        parser.EndElementHandler = self.on_end
        parser.CharacterDataHandler = lambda text: self.words.update(re.findall(r"\w{3,}", text))
        parser.CommentHandler = lambda _text: setattr(self, "comments", self.comments + 1)
        parser.StartCdataSectionHandler = lambda: setattr(self, "cdata", self.cdata + 1)
        parser.Parse(data, True)
        ends = self.starts[1:] + [len(data)]
        self.sizes = sorted(end - begin for begin, end in zip(self.starts, ends))

    def on_start(self, name, attributes):
        self.path.append(name)
        self.names[name] = self.names.get(name, 0) + 1
        self.languages.add(attributes.get("xml:lang"))
        self.foreign += ":" in name or "xmlns" in attributes
        if name == "iati-activity":
            self.starts.append(self.parser.CurrentByteIndex)
        if self.path[-2:] == ["transaction", "sector"]:
            self.sector_in_transaction = True

    def on_end(self, _name):
        self.path.pop()


def check_content(tally, name, data):
    profile = Profile(data)
    tally.check({"en", "es", "pt", "fr"} <= profile.languages, name + ": four languages",
                str(profile.languages))
    tally.check(len(profile.names) > 90, name + ": kinds of elements", str(len(profile.names)))
    for element in ("budget", "planned-disbursement", "indicator", "period", "location",
                    "document-link", "policy-marker", "contact-info"):
        tally.check(profile.names.get(element, 0) > 10, name + ": has " + element)
    tally.check(profile.sector_in_transaction, name + ": sectors of transactions")
    tally.check(profile.comments > 5, name + ": comments", str(profile.comments))
    tally.check(profile.foreign > 20, name + ": foreign elements", str(profile.foreign))
    tally.check(profile.cdata > 0, name + ": CDATA")
    tally.check(len(profile.words) > 12000, name + ": different words", str(len(profile.words)))
    for pattern in (rb"&#\d", rb"&#x", rb"&amp;", rb"<narrative(?: [^>]*)?/>", rb'value-date="[-\d]+">\d+\.\d'):
        tally.check(re.search(pattern, data), name + ": has " + pattern.decode())
    sizes = profile.sizes
    tally.check(sizes[0] < 4500 and sizes[-1] > 100_000 and sizes[len(sizes) // 2] < 12_000,
                name + ": mixed sizes",
                "%d, %d, %d" % (sizes[0], sizes[len(sizes) // 2], sizes[-1]))


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--generator", type=pathlib.Path, required=True, metavar="BIN",
                        help="gen_iati")
    args = parser.parse_args()
    puente = samples.require_puente(args.puente)
    generator = samples.require_puente(args.generator)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-generator-") as folder:
        folder = pathlib.Path(folder)

        def generate(name, *options):
            path = folder / name
            done = samples.run([generator, "-o", path, *options])
            if not tally.check(done.code == 0, "generates " + name, done.brief()):
                sys.exit(tally.close())
            return path

        files = {}
        for seed in SEEDS:
            options = ("--mb", MEGABYTES, "--seed", seed)
            path = files[seed] = generate("seed-%d.xml" % seed, *options)
            data = path.read_bytes()
            name = "seed %d" % seed
            tally.check(generate("again.xml", *options).read_bytes() == data, name + ": same bytes")
            longer = generate("longer.xml", "--mb", 2 * MEGABYTES, "--seed", seed).read_bytes()
            tally.check(len(longer) > len(data) and longer.startswith(data[:-100]),
                        name + ": a longer file begins the same")
            tally.check(MEGABYTES * 1e6 <= len(data) < MEGABYTES * 1e6 + 600_000, name + ": size",
                        str(len(data)))
            check_content(tally, name, data)
            back = folder / "back.xml"
            done = samples.run([puente, "convert", path, back, "--to", "iati", "--verify",
                                "--force"])
            if tally.check(done.code == 0, name + ": converts", done.brief()):
                verdict = same_xml.same(str(path), str(back), 1)
                tally.check(verdict is None, name + ": comes back unchanged", str(verdict))
        tally.check(files[1].read_bytes() != files[2].read_bytes(), "another seed, another file")

        one = generate("one.xml", "--mb", 1, "--one-activity")
        profile = Profile(one.read_bytes())
        tally.check(profile.names["iati-activity"] == 1 and 0.9e6 < one.stat().st_size < 1.2e6,
                    "one activity of a size", str(one.stat().st_size))

        schema = samples.data_root() / XSD
        if schema.is_file():
            for path in [*files.values(), one]:
                done = samples.run(["xmllint", "--noout", "--nonet", "--schema", schema, path])
                tally.check(done.code == 0, path.name + ": valid by the XSD", done.brief())
        else:
            tally.skip("valid by the XSD", "%s is not there" % schema)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
