#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Checks R4V's lists of columns, codes, places and organisations, alone and against R4V's own files.
"""Checks plugins/r4v5w/data and plugins/crosswalks/r4v_*.tsv.

Without test data: their form, that a text means one code in a year, that codes of other lists exist. With
it: that every header and every listed value of R4V's files is known, or is one of the exceptions below with
its count. Free text of the files is never printed.
"""
import collections
import csv
import functools
import itertools
import pathlib
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import make_r4v_lists as lists  # noqa: E402
import samples  # noqa: E402

plain, repaired = lists.plain, lists.repaired
DATA = lists.LISTS
CROSSWALKS = lists.ROOT / "plugins" / "crosswalks"
CODE_LISTS = ("sectors", "delivery_mechanisms", "indicator_types", "organisation_types", "yes_no",
              "platforms", "countries", "months")
MATCHES = {"exact", "broader", "narrower", "none"}
YEARS = range(2021, 2027)

# How many columns are written in each edition.
WIDTHS = {("monitoring", "2021", "en"): 28, ("monitoring", "2022", "en"): 30, ("monitoring", "2022", "es"): 30,
          ("monitoring", "2023", "en"): 29, ("monitoring", "2023", "es"): 29, ("monitoring", "2024", "en"): 30,
          ("monitoring", "2024", "es"): 29, ("monitoring", "2025", "en"): 29, ("monitoring", "2025", "es"): 29,
          ("monitoring", "2026", "en"): 28, ("planning", "2023", "en"): 26, ("planning", "2025", "en"): 27}

# The files in the shape of a 5W, and the planning workbooks: edition, rows, columns that we do not know.
FILES = {
    "2021/RMRP_2021_AI_activities_jan.csv": ("monitoring", "2021", "en", 3371, 0),
    "2021/RMRP_2021_AI_activities_jan_mar.xlsx": ("monitoring", "2021", "en", 13302, 0),
    "2021/ErrorReport_precleaning_jan.xlsx": ("monitoring", "2021", "en", 1747, 19),
    "2022/RMRP2022Activities.xlsx": ("monitoring", "2022", "en", 19, 0),
    "2022/RMRP2022ActivitiesSP.xlsx": ("monitoring", "2022", "es", 114, 0),
    "2022/Translated5W.xlsx": ("monitoring", "2022", "en", 114, 0),
    "2023/Activities_5W_2023.xlsx": ("monitoring", "2023", "en", 50, 0),
    "2023/5WErrorReport.xlsx": ("monitoring", "2023", "en", 17, 3),
    "2025/template_5w_2025.xlsx": ("monitoring", "2025", "en", 0, 0),
    "planning/RMRP2324_submission_EN_example.xlsx": ("planning", "2023", "en", 15, 0),
    "planning/RMRP2526_org_submissions_template.xlsx": ("planning", "2025", "en", 0, 0),
}
PLANNING_SHEETS = {"planning/RMRP2324_submission_EN_example.xlsx": [" Activity Sheet"],
                   "planning/RMRP2526_org_submissions_template.xlsx":
                   ["Sheet1", "2025_direct_assistance", "2026_direct_assistance"]}
# Cells that match no list, and should not: end of the file's name, kind of value, text -> how many.
EXCEPTIONS = {
    # Two rows of filling, `a` in every cell.
    **{("RMRP2022Activities.xlsx", kind, "a"): 2
       for kind in ("country", "admin1", "month", "sector", "indicator", "organisation", "partner")},
    ("RMRP2022Activities.xlsx", "yes_no", "a"): 8,
    ("RMRP2022Activities.xlsx", "delivery_mechanism", "a"): 2,
    # An indicator of 2022 in 2023: R4V's own checker reports it.
    ("5WErrorReport.xlsx", "indicator",
     "# of refugees and migrants and/or host communities provided with appropriate hygiene supplies and services "
     "(messages, items, facilities) including women and girls provided with menstrual hygiene management services"): 1,
    # A partner who came after the list of 2021.
    ("Activities_5W_2023.xlsx", "partner", "Incubadora de Trabajo para Refugiados y Retornados A.C"): 1,
    # The example of a plan: a new organisation, and an indicator under another sector.
    ("RMRP2324_submission_EN_example.xlsx", "organisation", "New organization"): 15,
    ("RMRP2324_submission_EN_example.xlsx", "indicator",
     "# of multilateral coordination forum meetings relevant to the R4V response held on a regular and/or "
     "ad hoc basis"): 1,
}
# Rows of R4V's dictionary of 2021 whose two sides are different things.
MISALIGNED = {"sector": 4, "mechanism_cbi": 8, "month": 0, "yes_no": 0, "indicador": 0}


def read(name, folder=DATA):
    return lists.rows_of(folder / name)


def years(row):
    return range(int(row["from"]), int(row["to"]) + 1)


def meet(one, other):
    return int(one["from"]) <= int(other["to"]) and int(other["from"]) <= int(one["to"])


def ambiguous(rows, key, meaning):
    """Pairs of lines that are valid in one year, have one key, and mean two things."""
    by_key = collections.defaultdict(list)
    for row in rows:
        by_key[key(row)].append(row)
    return [(one, other) for group in by_key.values() for one, other in itertools.combinations(group, 2)
            if meaning(one) != meaning(other) and meet(one, other)]


def few(things, most=5):
    things = list(things)
    return "; ".join(str(thing) for thing in things[:most]) + (" ..." if len(things) > most else "")


def check_form(tally):
    for path in sorted(DATA.glob("*.tsv")) + sorted(CROSSWALKS.glob("r4v_*.tsv")):
        text = path.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        width = lines[0].count("\t")
        bad = [line for line in lines if line.count("\t") != width or line != line.strip() or "\t\t" in line]
        tally.check(not bad and "\r" not in text and len(set(lines)) == len(lines), "form of " + path.name,
                    few(bad, 2))
        # Beyond these letters, two ways to make a text plain may differ.
        odd = {c for line in lines for c in line if unicodedata.category(c)[0] == "L" and ord(c) > 0xFF}
        tally.check(not odd, "letters of " + path.name, few(sorted(odd)))


def check_code_list(tally, name):
    rows = [row for row in read(name + ".tsv") if row["kind"] in ("label", "variant")]
    labels = [row for row in rows if row["kind"] == "label"]
    clash = ambiguous(labels, lambda r: (r["code"], r["language"]), lambda r: r["text"])
    tally.check(not clash, name + ": one label in a year and language", few(clash))
    clash = ambiguous(rows, lambda r: plain(r["text"]), lambda r: r["code"])
    tally.check(not clash, name + ": a text means one code in a year", few(clash))
    late = [r for r in rows if not 2021 <= int(r["from"]) <= int(r["to"]) <= 2026]
    tally.check(not late, name + ": years", few(late))
    known = {"file", "listed", "carried", "ours"}
    tally.check({r["source"] for r in rows} <= known, name + ": sources")
    codes = {r["code"] for r in rows}
    without = codes - {r["code"] for r in labels}
    tally.check(not without, name + ": each code has a label", few(without))
    return codes


def check_columns(tally):
    rows = read("columns.tsv")
    editions = collections.defaultdict(list)
    for row in rows:
        editions[(row["matrix"], row["year"], row["language"])].append(row)
    tally.check(set(editions) == set(WIDTHS), "columns: editions")
    for edition, width in WIDTHS.items():
        written = [int(row["position"]) for row in editions[edition] if row["position"] != "0"]
        tally.check(sorted(written) == list(range(1, width + 1)), "columns: positions of %s %s %s" % edition)
        concepts = [row["concept"] for row in editions[edition] if row["position"] != "0"]
        tally.check(len(set(concepts)) == width, "columns: concepts of %s %s %s" % edition)
        stray = {row["concept"] for row in editions[edition]} - set(concepts)
        tally.check(not stray, "columns: names without a column in %s %s %s" % edition, few(stray))
    for matrix in ("monitoring", "planning"):
        meanings = collections.defaultdict(set)
        for row in rows:
            if row["matrix"] == matrix:
                meanings[plain(row["header"])].add(row["concept"])
        double = {key: found for key, found in meanings.items() if len(found) > 1 or not key}
        tally.check(not double, "columns: a header of any year means one thing in " + matrix, few(double.items()))
    concepts = {row["concept"] for row in rows if row["matrix"] == "monitoring"}
    tally.check(len(concepts) == 32, "columns: 32 concepts of the 5W", str(len(concepts)))
    people = {row["concept"] for row in read("people.tsv")}
    tally.check(people <= concepts and len(people) == 11, "people: concepts of columns.tsv")
    return rows


def check_long_lists(tally, codes):
    indicators = read("indicators.tsv")
    tally.check({r["sector"] for r in indicators} <= codes["sectors"], "indicators: sectors")
    tally.check({r["type"] for r in indicators} <= codes["indicator_types"] | {"-"}, "indicators: types")
    for language in ("en", "es"):
        given = [r for r in indicators if r[language] != "-"]
        clash = ambiguous(given, lambda r: (r["sector"], plain(r[language])),
                          lambda r: (r["code"], r["type"], r["kind"] == "label"))
        tally.check(not clash, "indicators: sector and %s text mean one" % language, few(clash))
    labels = [r for r in indicators if r["kind"] == "label" and r["code"] != "-"]
    double = [k for k, n in collections.Counter((r["from"], r["code"]) for r in labels).items() if n > 1]
    tally.check(not double, "indicators: one line for a code", few(double))
    counts = collections.Counter(r["from"] for r in indicators if r["kind"] == "label")
    tally.check((counts["2021"], counts["2023"]) == (95, 94), "indicators: 95 and 94", str(counts))
    kinds = {year: collections.Counter(r["type"] for r in labels if r["from"] == year) for year in ("2021", "2023")}
    tally.check(kinds["2021"] == {"pin": 45, "people": 11, "other": 39}, "indicators: types of 2021")
    tally.check(kinds["2023"] == {"direct_assistance": 40, "capacity_building": 16, "infrastructure": 6, "campaign": 7,
                                  "mechanism_advocacy": 7, "other": 18}, "indicators: types of 2023")
    named = {"%s:%s" % (r["from"], r["code"]) for r in labels}
    same = {word for r in indicators if r["same_as"] != "-" for word in r["same_as"].split()}
    tally.check(same <= named, "indicators: those of other years exist", few(same - named))
    for year in ("2021", "2022", "2023"):
        mine = [r for r in indicators if r["from"] == year and r["kind"] == "label"]
        print("  indicators of %s: %d, without English %d, without Spanish %d, without code %d" % (
            year, len(mine), *(sum(r[k] == "-" for r in mine) for k in ("en", "es", "code"))))

    admin1 = read("admin1.tsv")
    tally.check({r["country"] for r in admin1} <= codes["countries"], "admin1: countries")
    clash = ambiguous(admin1, lambda r: (r["country"], plain(r["name"])), lambda r: (r["iso"], r["kind"]))
    tally.check(not clash, "admin1: a name is one place", few(clash))
    placed = [r for r in admin1 if r["kind"] == "label" and r["iso"] != "-"]
    clash = ambiguous(placed, lambda r: r["iso"], lambda r: plain(r["name"]))
    tally.check(not clash, "admin1: a code has one label in a year", few(clash))
    count = sum(r["country"] == "MX" and r["iso"] != "-" for r in admin1)
    tally.check(count == 32, "admin1: Mexico's codes are those of ISO", str(count))
    wrong = [r for r in admin1 if r["iso"] != "-" and r["iso"].split("-")[0] != r["country"]]
    tally.check(not wrong, "admin1: codes begin with the country's", few(wrong))
    for year, count in ((2021, 234), (2022, 235), (2026, 235)):
        found = sum(r["kind"] == "label" and year in years(r) for r in admin1)
        tally.check(found == count, "admin1: %d places in %d" % (count, year), str(found))
    pcodes = collections.Counter(r["pcode"] for r in admin1 if r["pcode"] != "-")
    tally.check(len(pcodes) == 234 and max(pcodes.values()) == 1, "admin1: 234 P-codes", str(len(pcodes)))
    admin2 = read("admin2.tsv")
    tally.check(len(admin2) == 8320 == len({r["pcode"] for r in admin2}), "admin2: 8,320 P-codes")
    tally.check(len({(r["iso"], plain(r["name"])) for r in admin2}) == 8320, "admin2: names in a place differ")
    lost = {r["iso"] for r in admin2} - {r["iso"] for r in admin1}
    tally.check(not lost, "admin2: the places above exist", few(lost))

    organisations = read("organisations.tsv")
    tally.check({r["type"] for r in organisations} <= codes["organisation_types"], "organisations: types")
    for column in ("name", "es", "pt"):
        given = [r for r in organisations if r[column] != "-"]
        clash = ambiguous(given, lambda r: (r["list"], plain(r[column])), lambda r: r["id"])
        tally.check(not clash, "organisations: a %s is one organisation" % column, few(clash))
    double = {k for k, n in collections.Counter((r["from"], r["id"]) for r in organisations).items() if n > 1}
    tally.check(double == {("2021", "ORG266"), ("2021", "IP512")}, "organisations: ids", few(double))
    ids = {r["id"] for r in organisations if r["list"] == "appealing"}
    lost = {r["org"] for r in organisations if r["org"] != "-"} - ids
    tally.check(not lost, "organisations: implementing ones name appealing ones", few(lost))
    persons = [r["id"] for r in organisations if lists.personal(r["name"])]
    tally.check(not persons, "organisations: no persons", few(persons))


def check_crosswalks(tally, codes):
    places = collections.Counter(r["text"] for r in read("platforms.tsv") if r["kind"] == "country")
    tally.check(set(places) | {"regional"} == codes["countries"] and max(places.values()) == 1,
                "platforms: each country once")
    rows = read("r4v_sectors.tsv", CROSSWALKS)
    sectors = {r["code"] for r in read("sectors.tsv") if r["kind"] == "label"}
    for scheme in ("cluster", "hrinfo", "fts", "dac"):
        mine = [r for r in rows if r["scheme"] == scheme]
        tally.check({r["sector"] for r in mine} == sectors, "r4v_sectors: every sector has " + scheme)
        exact = [r["code"] for r in mine if r["match"] == "exact"]
        tally.check(len(exact) == len(set(exact)), "r4v_sectors: exact codes of %s are one sector's" % scheme)
        if scheme == "fts":
            back = {r["sector"] for r in mine if r["match"] == "exact"}
            tally.check(len(back) == 9, "r4v_sectors: 11 of 20 sectors cannot be read back from FTS", str(len(back)))
    clusters = {r["id"]: r["code"] for r in read("global_clusters.tsv", CROSSWALKS)}
    for sector in sectors:
        code = {r["scheme"]: r["code"] for r in reversed(rows) if r["sector"] == sector}
        good = code["fts"] in clusters and (code["hrinfo"] == "-" or clusters[code["fts"]] == code["hrinfo"])
        tally.check(good, "r4v_sectors: clusters of " + sector, str(code))
    rows = read("r4v_generations.tsv", CROSSWALKS)
    for name in ("delivery_mechanisms", "indicator_types"):
        labels = [r for r in read(name + ".tsv") if r["kind"] == "label"]
        for row in (r for r in rows if r["list"] == name):
            for year, code in ((row["from"], row["code"]), (row["to"], row["to_code"])):
                there = code == "-" or any(r["code"] == code and int(year) in years(r) for r in labels)
                tally.check(there, "r4v_generations: %s has %s in %s" % (name, code, year))
        for first, last in sorted({(r["from"], r["to"]) for r in rows if r["list"] == name}):
            given = {r["code"] for r in rows if (r["list"], r["from"], r["to"]) == (name, first, last)}
            listed = {r["code"] for r in labels if int(first) in years(r)}
            tally.check(given == listed, "r4v_generations: all %s of %s to %s" % (name, first, last),
                        few(given ^ listed))
    types = read("r4v_organisation_types.tsv", CROSSWALKS)
    tally.check({r["type"] for r in types} == codes["organisation_types"], "r4v_organisation_types: every type")
    for path in sorted(CROSSWALKS.glob("r4v_*.tsv")):
        for row in lists.rows_of(path):
            none = "-" in (row.get("to_code", row["code"]),)
            tally.check(row["match"] in MATCHES and none == (row["match"] == "none"), "%s: match" % path.name, str(row))


def check_dac(tally, folder):
    """The DAC codes and types of the crosswalks are in IATI's lists."""
    known = {}
    for name in ("Sector", "SectorCategory", "OrganisationType"):
        found = list(folder.rglob(name + ".xml"))
        if not found:
            return tally.skip("codes of IATI", "no %s.xml" % name)
        known[name] = {item.findtext("code") for item in ElementTree.parse(found[0]).getroot().iter("codelist-item")}
    dac = {r["code"] for r in read("r4v_sectors.tsv", CROSSWALKS) if r["scheme"] == "dac"} - {"-"}
    lost = dac - known["Sector"] - known["SectorCategory"]
    tally.check(not lost, "r4v_sectors: codes of the DAC", few(lost))
    types = {r["code"] for r in read("r4v_organisation_types.tsv", CROSSWALKS)} - {"-"}
    tally.check(types <= known["OrganisationType"], "r4v_organisation_types: codes of IATI")
    return None


def sheets_of(root, name):
    """Headers and rows of the sheets of a file that are matrices."""
    path = root / name
    if path.suffix == ".csv":
        with open(path, encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        # R writes NA where nothing is.
        return [(dict(enumerate(header)), [{c: v for c, v in enumerate(r) if v not in ("", "NA")} for r in rows])]
    book = lists.book(path)
    made = []
    for sheet in PLANNING_SHEETS.get(name, list(book)[:1]):
        rows = [book[sheet][number] for number in sorted(book[sheet])]
        # Below the header of a plan come instructions.
        made.append((rows[0], rows[2 if name.startswith("planning") else 1:]))
    return made


class Known:
    """What the lists know, by year."""

    def __init__(self):
        self.words = {name: collections.defaultdict(dict) for name in CODE_LISTS}
        for name in CODE_LISTS:
            for row in read(name + ".tsv"):
                if row["kind"] in ("label", "variant"):
                    for year in years(row):
                        self.words[name][year][plain(row["text"])] = row["code"]
        self.fit = {}
        self.indicators, self.places, self.names = (collections.defaultdict(set) for _ in range(3))
        for row in read("indicators.tsv"):
            for year in years(row):
                self.indicators[year] |= {(row["sector"], plain(row[k])) for k in ("en", "es") if row[k] != "-"}
        for row in read("admin1.tsv"):
            for year in years(row):
                self.places[year].add((row["country"], plain(row["name"])))
        # A list goes on until the next: none of 2022 was seen, and of partners none after 2021.
        for row in read("organisations.tsv"):
            texts = {plain(row[k]) for k in ("name", "es", "pt") if row[k] != "-"}
            for year in YEARS:
                if int(row["from"]) <= year and (year <= 2022 or row["from"] != "2021" or row["list"] != "appealing"):
                    self.names[(row["list"], year)] |= texts

    @functools.lru_cache(maxsize=None)
    def code(self, name, year, text):
        return self.words[name][year].get(plain(text))

    def fits(self, kind, year, text, beside):
        """Whether a text of a kind is known; `beside` is the code that stands beside it."""
        key = (kind, year, text, beside)
        if key not in self.fit:
            self.fit[key] = self.found(*key)
        return self.fit[key]

    def found(self, kind, year, text, beside):
        if kind == "admin1":
            return (beside, plain(text)) in self.places[year]
        if kind == "indicator":
            return (beside, plain(text)) in self.indicators[year]
        if kind == "organisation":
            return plain(text) in self.names[("appealing", year)]
        if kind == "partner":
            return any(plain(text) in self.names[(which, year)] for which in ("appealing", "implementing"))
        if kind == "month" and text[:5] == "%d-" % year and text[5:].isdigit():
            return text[5:] in self.words["months"][year].values()
        name = {"country": "countries", "month": "months", "sector": "sectors", "yes_no": "yes_no",
                "delivery_mechanism": "delivery_mechanisms", "indicator_type": "indicator_types"}[kind]
        return self.code(name, year, text) is not None


KINDS = {"country": "country", "admin1": "admin1", "month": "month", "sector": "sector", "indicator": "indicator",
         "implementation_setup": "yes_no", "rmrp_activity": "yes_no", "covid19": "yes_no", "support_space": "yes_no",
         "cva": "yes_no", "delivery_mechanism": "delivery_mechanism", "appealing_org": "organisation",
         "organisation": "organisation", "implementing_org": "partner", "indicator_type": "indicator_type"}


def check_values(tally, known, name, year, rows, concepts, counts):
    unknown = collections.Counter()
    for row in rows:
        cells = {concepts[c]: text for c, text in row.items() if c in concepts}
        country = known.code("countries", year, cells.get("country", ""))
        sector = known.code("sectors", year, cells.get("sector", ""))
        for concept, text in cells.items():
            kind = KINDS.get(concept)
            if not kind:
                continue
            beside = country if kind == "admin1" else sector if kind == "indicator" else None
            counts["cells"] += 1
            if known.fits(kind, year, text, beside):
                continue
            if known.fits(kind, year, repaired(text), beside):
                counts["repaired " + str(year)] += 1
                continue
            unknown[(kind, text)] += 1
    expected = {(kind, text): n for (end, kind, text), n in EXCEPTIONS.items() if name.endswith("/" + end)}
    for key in sorted(set(unknown) | set(expected)):
        tally.check(unknown[key] == expected.get(key, 0), "%s: %s not in the lists" % (name, key[0]),
                    "%d of %r, expected %d" % (unknown[key], key[1], expected.get(key, 0)))
    per_kind = collections.Counter()
    for (kind, _), n in unknown.items():
        per_kind[kind] += n
    print("  %s: %d rows, exceptions: %s" % (name, len(rows), few(sorted(per_kind.items()), 9) or "none"))
    tally.check(True, name)


def check_files(tally, root, columns):
    meanings = collections.defaultdict(dict)
    for row in columns:
        meanings[(row["matrix"], row["year"], row["language"])][plain(row["header"])] = row["concept"]
    canon = collections.defaultdict(set)
    for row in columns:
        canon[(row["matrix"], row["year"], row["language"])].add(row["header"])
    known, counts = Known(), collections.Counter()
    for name, (matrix, year, language, lines, strangers) in FILES.items():
        edition = (matrix, year, language)
        for header, rows in sheets_of(root, name):
            concepts = {c: meanings[edition].get(plain(text)) for c, text in header.items()}
            unknown = [header[c] for c, concept in concepts.items() if concept is None]
            found = [concept for concept in concepts.values() if concept]
            tally.check(len(unknown) == strangers, "%s: unknown columns" % name, few(unknown))
            if unknown:
                print("  %s: unknown columns %d: %s" % (name, len(unknown), ", ".join(unknown)))
            most = WIDTHS[edition]
            tally.check(len(found) == len(set(found)) == most, "%s: each column once" % name, "%d of %d" % (
                len(set(found)), most))
            # R's dots aside, the headers of the files stand in the list byte for byte.
            exact = sum(header[c] in canon[edition] for c in concepts if concepts[c])
            tally.check(exact == most or "." in "".join(header.values()), "%s: headers byte for byte" % name,
                        "%d of %d" % (exact, most))
            tally.check(len(rows) == lines, "%s: rows" % name, str(len(rows)))
            check_values(tally, known, name, int(year), rows, concepts, counts)
    print("  cells compared: %d; known only after one repair of double encoding: %s" % (
        counts.pop("cells"), dict(counts)))
    tally.check(counts == {"repaired 2023": 21}, "21 cells are known after one repair", str(counts))
    return known


def check_other_tables(tally, root, known):
    """Names of sectors, countries and places in R4V's other workbooks."""
    def words(path, sheet, column, kind, year, allowed=(), beside=None):
        missing = collections.Counter()
        for row in lists.table(root / path, sheet):
            text = row.get(column)
            code = known.code("countries", year, row.get(beside, "")) if beside else None
            if text and not known.fits(kind, year, text, code):
                missing[text] += 1
        tally.check(set(missing) == set(allowed), "%s %s: %s" % (path, sheet or "", kind), few(missing.items(), 9))
        for text, n in sorted(missing.items()):
            print("  %s %s: %s %r is not in the lists: %d rows" % (path, sheet or "", kind, text, n))
    words("2021/RMRP_2021_AI_indicators.xlsx", None, "Sector...Subsector...WG", "sector", 2021)
    words("2021/RMRP_2021_Apportioning.xlsx", None, "Sector", "sector", 2021)
    words("2021/RMRP_2021_Apportioning.xlsx", None, "Country", "country", 2021)
    words("2022/RMRP_2022_AI_consolidated.xlsx", None, "Subsector", "sector", 2022, ["Intersector"])
    words("2022/RMRP_2022_AI_consolidated.xlsx", None, "Admin1", "admin1", 2022, ["Country level"], "Country")
    book = "planning/RMRP2324_submission_EN_example.xlsx"
    for column in ("Sector/Subsector/WG", "Sector (SP)"):
        words(book, "Indicators2324", column, "sector", 2023)
    for column in ("Indicator Type", "Tipo de indicador"):
        words(book, "Indicators2324", column, "indicator_type", 2023)
    words(book, "CountryAdmin1", "Admin1", "admin1", 2023, (), "Country")
    proportions = "reference/Proportions.xlsx"
    for sheet, prefix in (("PiN 2022", "PiN "), ("pinproportions", ""), ("Target", "Target "),
                          ("targetproportions", "")):
        other = ["Country level", "Other"] if "in" in sheet[:3].lower() else ["Country level"]
        words(proportions, sheet, "Subsector", "sector", 2022, ["Intersector"])
        words(proportions, sheet, prefix + "Country", "country", 2022)
        words(proportions, sheet, prefix + "Admin1", "admin1", 2022, other, prefix + "Country")
    mine = {(known.code("platforms", 2022, r["code"]) or r["code"], r["text"])
            for r in read("platforms.tsv") if r["kind"] == "country"}
    theirs = {(known.code("platforms", 2022, r["PiN Platform"]), known.code("countries", 2022, r["PiN Country"]))
              for r in lists.table(root / proportions, "PiN 2022")}
    tally.check(mine == theirs, "platforms: the countries of 2022", few(mine ^ theirs))


def check_dictionary(tally, root, known):
    """R4V's dictionary of 2021 disagrees with our lists just where its sides are shifted."""
    wrong, right, unknown = (collections.Counter() for _ in range(3))
    indicators, organisations = ({k: collections.defaultdict(set) for k in ("spanish", "english")} for _ in range(2))
    for row in read("indicators.tsv"):
        if row["from"] == "2021":
            indicators["spanish"][plain(row["es"])].add(row["code"])
            indicators["english"][plain(row["en"])].add(row["code"])
    for row in read("organisations.tsv"):
        if row["list"] == "appealing":
            for side, key in itertools.product(organisations, ("name", "es", "pt")):
                organisations[side][plain(row[key])].add(row["id"])
    for row in lists.table(root / "2021/translate_esp_eng.xlsx"):
        kind, sides = row["variable"], (row["spanish"], row["english"])
        name = {"sector": "sectors", "mechanism_cbi": "delivery_mechanisms", "month": "months",
                "yes_no": "yes_no"}.get(kind)
        if name:
            codes = [{known.code(name, 2021, text)} for text in sides]
        else:
            found = indicators if kind == "indicador" else organisations
            codes = [found[side][plain(text)] for side, text in zip(("spanish", "english"), sides)]
        if None in codes[0] | codes[1] or not codes[0] or not codes[1]:
            unknown[kind] += 1
        elif codes[0] & codes[1]:
            right[kind] += 1
        else:
            wrong[kind] += 1
    for kind in sorted(set(wrong) | set(right) | set(unknown)):
        print("  dictionary of 2021, %s: %d agree, %d disagree, %d not known" % (
            kind, right[kind], wrong[kind], unknown[kind]))
    for kind, count in MISALIGNED.items():
        tally.check(wrong[kind] == count and not unknown[kind], "the dictionary's %s" % kind,
                    "%d disagree, %d not known" % (wrong[kind], unknown[kind]))
    tally.check(wrong["Partner"] == 0, "the dictionary's Partner", str(wrong["Partner"]))


def check_made_again(tally, root):
    """The long lists are what their script makes of the files."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder)
        lists.indicators(root, out)
        lists.places(root, out)
        lists.organisations(root, out)
        for path in sorted(out.glob("*.tsv")):
            tally.check(path.read_bytes() == (DATA / path.name).read_bytes(), "made again: " + path.name)


def main():
    tally = samples.Tally()
    check_form(tally)
    codes = {name: check_code_list(tally, name) for name in CODE_LISTS}
    columns = check_columns(tally)
    check_long_lists(tally, codes)
    check_crosswalks(tally, codes)
    root = samples.data_root() / "r4v5w"
    if not root.is_dir():
        samples.say_data_absent("The comparison with R4V's files")
        return tally.close()
    check_dac(tally, samples.data_root() / "iati" / "codelists")
    known = check_files(tally, root, columns)
    check_other_tables(tally, root, known)
    check_dictionary(tally, root, known)
    check_made_again(tally, root)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
