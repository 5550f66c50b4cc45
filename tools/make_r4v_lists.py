#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Writes the long lists of R4V's 5W (indicators, places, organisations) from R4V's own workbooks.
"""usage: make_r4v_lists.py DATA [OUT]

DATA is a folder with R4V's files (2021, 2022, 2023, planning, reference); OUT is where indicators.tsv,
admin1.tsv, admin2.tsv and organisations.tsv go, by default plugins/r4v5w/data. The short lists there
are made by hand, and are read for their codes. The output is reviewed and committed; the build does not
run this script. Facts alone are taken: codes, labels, names of places and of organisations.
"""
import argparse
import collections
import pathlib
import re
import sys
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tools"))
import xlsx_cells  # noqa: E402

LISTS = ROOT / "plugins" / "r4v5w" / "data"
HEAD = "# Copyright 2026 The Puente Authors\n# SPDX-License-Identifier: Apache-2.0\n"

# Places of 2021 that are those of the list of 2022 under another name: country, name, ISO 3166-2.
SAME_PLACE = [
    ("AR", "Ciudad de Buenos Aires", "AR-C"), ("CO", "Archipielago De San Andrés", "CO-SAP"),
    ("CL", "Aysen Del Gen.D.C. (Xi)", "CL-AI"), ("CL", "Libertador (Vi)", "CL-LI"),
    ("CL", "Araucania (Ix)", "CL-AR"),
]
# States of Mexico by ISO 3166-2, in the order of R4V's numbers: it writes `ME-1` to `ME-32`.
MEXICO = ("AGU BCN BCS CAM CHP CHH CMX COA COL DUR MEX GUA GRO HID JAL MIC MOR NAY NLE OAX PUE QUE ROO SLP SIN SON "
          "TAB TAM TLA VER YUC ZAC").split()
# Names of regions in R4V's proportions of 2022.
LONG_NAMES = [
    ("CL", "Aysén del Gral. Carlos Ibáñez del Campo", "CL-AI"),
    ("CL", "Libertador Gral. Bernardo O'Higgins", "CL-LI"),
    ("CL", "Magallanes y de la Antártica Chilena", "CL-MA"),
    ("CL", "Metropolitana de Santiago", "CL-RM"),
]
# First names that would make a row of a list of organisations suspect, when nothing else is there.
FIRST_NAMES = set("ana carlos carmen diana fernando francisco isabel javier jorge jose juan laura luis manuel "
                  "maria martin miguel pablo paula pedro rafael ricardo roberto sandra sofia".split())


def plain(text):
    """The text as it is compared: no accents, lower case, one blank between runs of letters and digits."""
    letters = unicodedata.normalize("NFD", text.lower())
    return re.sub("[^a-z0-9]+", " ", "".join(c for c in letters if not unicodedata.combining(c))).strip()


def repaired(text):
    """The text without its double encoding; as it is where that is not one."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def escaped(text):
    """The text as it stands in a TSV: no-break spaces and blanks at its ends by number."""
    text = text.replace("\\", "\\u005c").replace("\u00a0", "\\u00a0")
    text = text.replace("\n", "\\u000a").replace("\r", "\\u000d").replace("\t", "\\u0009")
    body = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    return "\\u0020" * before + body + "\\u0020" * (len(text) - len(body) - before)


def unescaped(text):
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def rows_of(path):
    """The lines of one of our tables as dictionaries."""
    lines = [line.rstrip("\n") for line in open(path, encoding="utf-8") if not line.startswith("#")]
    names = lines[0].split("\t")
    return [dict(zip(names, map(unescaped, line.split("\t")))) for line in lines[1:]]


def book(path):
    """The cells of a workbook: sheet -> row -> column -> text."""
    letters = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
    sheets = {}
    for line in xlsx_cells.cells_of(path):
        sheet, row, column, kind, value = line.split("\t")[:5]
        if kind != "-":
            value = re.sub(r"\\(.)", lambda match: letters[match[1]], value)
            sheets.setdefault(sheet, {}).setdefault(int(row), {})[int(column)] = value
    return sheets


def table(path, sheet=None):
    """The rows below the first row of a sheet, by the names in that row."""
    sheets = book(path)
    rows = sheets[sheet] if sheet else next(iter(sheets.values()))
    numbers = sorted(rows)
    names = rows[numbers[0]]
    return [{names[c]: text for c, text in rows[n].items() if c in names} for n in numbers[1:]]


def natural(text):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]


def write(out, name, head, columns, rows):
    with open(out / name, "w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD + head + "\t".join(columns) + "\n")
        for row in rows:
            file.write("\t".join(escaped(cell) or "-" for cell in row) + "\n")
    print("%s: %d lines" % (name, len(rows)))


def words_of(name):
    """plain text -> code of one of the lists made by hand; None where years disagree."""
    found = {}
    for row in rows_of(LISTS / name):
        if row["kind"] in ("label", "variant"):
            key = plain(row["text"])
            found[key] = row["code"] if found.get(key, row["code"]) == row["code"] else None
    return found


def pairs_of_2022(data):
    """(sector, English, Spanish) of 2022: texts of the same row of the Spanish file and its translation."""
    same = [("Country", "País Country"), ("Country Admin1", "País Admin1"), ("Month", "Month"),
            ("Value (in USD)", "Valor de transferencia (en USD)"),
            ("Total monthly beneficiaries", "Total beneficiarios mensuales"),
            ("Activity Name", "Nombre de la actividad"),
            ("Activity Description", "Descripcion de la actividad"),
            ("Quantity of output", "Cantidad de productos generados"),
            ("Women under 18", "Ninas y Adolescentes menores de 18"),
            ("Men under 18", "Ninos y Adolescentes menores de 18"),
            ("Women above 18", "Mujeres adultas"), ("Men above 18", "Hombres adultos")]

    def key(row, names):
        cells = [row.get(name, "") for name in names]
        return tuple(str(float(c)) if re.fullmatch(r"[0-9.]+", c) else plain(repaired(c)) for c in cells)

    english, spanish = collections.defaultdict(set), collections.defaultdict(set)
    for row in table(data / "2022/Translated5W.xlsx"):
        english[key(row, [e for e, _ in same])].add((row["Subsector"], row["Indicator"]))
    for row in table(data / "2022/RMRP2022ActivitiesSP.xlsx"):
        spanish[key(row, [s for _, s in same])].add((row["Indicador Sector"], row["Indicador"]))
    found = collections.defaultdict(set)
    for where in english:
        if len(english[where]) == 1 and len(spanish[where]) == 1:
            found[next(iter(english[where]))].add(next(iter(spanish[where])))
    return {pair: next(iter(texts)) for pair, texts in found.items() if len(texts) == 1}


def indicators(data, out):
    sectors, types = words_of("sectors.tsv"), words_of("indicator_types.tsv")
    order = list(dict.fromkeys(row["code"] for row in rows_of(LISTS / "sectors.tsv")))
    rows = []  # from, to, code, sector, type, cva, kind, en, es

    words = [r for r in table(data / "2021/translate_esp_eng.xlsx") if r["variable"] == "indicador"]
    spanish = {plain(r["english"]): r["spanish"] for r in words}
    listed = table(data / "2021/RMRP_2021_AI_indicators.xlsx")
    for row in listed:
        text, code = row["Indicator"], row["CODE"].strip()
        # The texts of single countries stand in the language of the country.
        native = code.endswith(("_PER", "_COL"))
        rows.append(["2021", "2021", code, sectors[plain(row["Sector...Subsector...WG"])],
                     types[plain(row["Indicator_Type"])], row["CBI"].lower(), "label",
                     "" if native else text, text if native else spanish.get(plain(text), "")])
        if not native and plain(text) not in spanish:
            # The dictionary has the beginning of a text alone: both are read, none is written.
            for word in words:
                if plain(text).startswith(plain(word["english"]) + " "):
                    rows.append(rows[-1][:6] + ["variant", word["english"], word["spanish"]])

    # A file of 2022 has two rows of filling, `a` in each cell.
    single = {(r["Subsector"], r["Indicator"]): ("", "") for name in ("Translated5W", "RMRP2022Activities")
              for r in table(data / ("2022/%s.xlsx" % name)) if r["Indicator"] != "a"}
    for (sector, text), (_, other) in sorted({**single, **pairs_of_2022(data)}.items()):
        rows.append(["2022", "2022", "", sectors[plain(sector)], "", "", "label", text, other])

    planned = table(data / "planning/RMRP2324_submission_EN_example.xlsx", "Indicators2324")
    for row in planned:
        rows.append(["2023", "2024", row["CODE"].strip(), sectors[plain(row["Sector/Subsector/WG"])],
                     types[plain(row["Indicator Type"])], "", "label", row["Indicator"], row["Indicador (SP)"]])
    # The 5W of 2023 leaves `from Venezuela` out of some texts: read where one indicator alone fits.
    def short(text):
        return plain(text).replace(" from venezuela", "")
    known = {(r[3], plain(r[7])) for r in rows if r[0] == "2023"}
    for sector, text in sorted({(sectors[plain(r["Subsector"])], r["Indicator"])
                                for r in table(data / "2023/Activities_5W_2023.xlsx")}):
        fits = [r for r in rows if r[0] == "2023" and r[3] == sector and short(r[7]) == short(text)]
        if (sector, plain(text)) not in known and len(fits) == 1:
            rows.append(fits[0][:6] + ["variant", text, ""])

    def same(row):
        others = [r for r in rows if r[0] != row[0] and r[2] and r[3] == row[3] and row[6] == r[6] == "label"
                  and any(row[n] and plain(row[n]) == plain(r[n]) for n in (7, 8))]
        return " ".join(sorted(r[0] + ":" + r[2] for r in others))
    rows.sort(key=lambda r: (r[0], order.index(r[3]), natural(r[2]), r[6], r[7]))
    write(out, "indicators.tsv", """\
# The indicators of R4V by year; the pair of sector and text tells which one a row means.
# Facts from the indicator list of 2021, 5W files of 2022 and the planning workbook of 2023-24 (English
# and Spanish); written by tools/make_r4v_lists.py, then reviewed. The list of 2022 was not seen: its
# lines are the texts of its files, without code and type. No list of 2025 or 2026 was seen.
#
# Columns, with tabs between them; `-` where nothing is known, and nothing is guessed:
#   from, to  first and last year
#   code      R4V's code, which means other indicators in other years
#   sector    of sectors.tsv
#   type      of indicator_types.tsv
#   cva       yes, no: whether cash and vouchers fit it (2021)
#   kind      label: written in these years; variant: read only, seen in a file of these years
#   en, es    the text. Those of one country (_PER, _COL) are Spanish in English files as well.
#             \\u00a0 is a no-break space, \\u0020 a blank at an end of the text, which R4V's list has
#   same_as   indicators of other years of the same sector and text, with the first of these years
""", ["from", "to", "code", "sector", "type", "cva", "kind", "en", "es", "same_as"],
          [r + [same(r)] for r in rows])


def places(data, out):
    country = words_of("countries.tsv")
    later = table(data / "reference/Admin1.xlsx")
    early = table(data / "2021/RMRP_2021_AI_GIS.xlsx")
    smaller = table(data / "reference/Admin2SHP.xlsx")

    def iso_of(text):
        if text.startswith("ME-"):
            return "MX-" + MEXICO[int(text[3:]) - 1]
        # R4V makes codes for what has none in ISO: `RE`, `CO-CO`.
        return "" if text == "RE" or text[:2] == text[3:] else text

    known = {(country[plain(r["Country"])], plain(r["Admin1"])): r for r in later}
    linked = {(c, plain(name)): iso for c, name, iso in SAME_PLACE}
    pcodes, rows = {}, []
    for row in early:
        code = country[plain(row["Country"])]
        key = (code, plain(row["Admin1"]))
        if key in known and known[key]["Admin1"] == row["Admin1"]:
            pcodes[key] = row["PCODE"]
            continue
        # Chile's regions have a Roman number behind them in 2021.
        bare = (code, plain(re.sub(r" \([IVXivx]+\)$", "", row["Admin1"])))
        found = known.get(key) or known.get(bare) or {}
        iso = iso_of(row.get("ISOCODE") or linked.get(key) or found.get("ISOCode", ""))
        rows.append([code, "2021", "2021", "label", row["Admin1"], iso, row["PCODE"]])
        if key in known:
            pcodes[key] = ""
    for key, row in known.items():
        first = "2021" if pcodes.get(key) else "2022"
        rows.append([key[0], first, "2026", "label", row["Admin1"], iso_of(row["ISOCode"]), pcodes.get(key, "")])
    isos = {r["ISOCode"]: key for key, r in known.items()}
    variants = {(c, name, iso) for c, name, iso in LONG_NAMES}
    variants |= {(isos[r["Admin1ISOCode"]][0], r["Admin1"], r["Admin1ISOCode"]) for r in smaller
                 if isos[r["Admin1ISOCode"]][1] != plain(r["Admin1"])}
    rows += [[c, "2022", "2026", "variant", name, iso, ""] for c, name, iso in variants]
    rows.sort(key=lambda r: (r[0], plain(r[4]), r[1], r[3]))
    write(out, "admin1.tsv", """\
# The places of the first level below the country as R4V names them.
# Facts from R4V's tables of places of 2021 and 2022 (the latter is that of 2023-24 too); written by
# tools/make_r4v_lists.py, then reviewed. Small countries are one place of the country's name; so were
# all countries in 2021, beside their parts. ISO codes of Chile, Buenos Aires and San Andrés in 2021 are
# ours, by their names of 2022, and so are those of Mexico: R4V writes `ME-1` to `ME-32`, which are none.
# Columns: country of countries.tsv; first and last year; kind: label, or variant: read only; name;
# ISO 3166-2 code (of a country that is one place its ISO 3166-1 code), `-` for none; R4V's P-code of
# 2021, `-` for none.
""", ["country", "from", "to", "kind", "name", "iso", "pcode"], rows)
    write(out, "admin2.tsv", """\
# The places of the second level of seven countries of R4V, from 2022 on.
# Facts from R4V's table of places of 2022; written by tools/make_r4v_lists.py. Columns: ISO 3166-2 code of
# the place above, which begins with that of the country; P-code; name. Names are unique in the place above.
""", ["iso", "pcode", "name"],
          sorted([r["Admin1ISOCode"], r["Admin2 PCode"], r["Admin2"]] for r in smaller))


def personal(name):
    """Whether a name may be a person's: then it is no organisation for us."""
    if re.search(r"@|\+?\d[\d -]{6,}\d", name) or re.match(r"(?i)(srta?|sra|dra?|lic|ing|mrs?|ms)\.? ", name):
        return True
    words = plain(name).split()
    return 2 <= len(words) <= 4 and words[0] in FIRST_NAMES


def organisations(data, out):
    types = words_of("organisation_types.tsv")
    rows, left = [], 0
    names = ("Name", "Nombre", "Nome")
    early, late = "Acronym.Short.Name", "Acronym/Short Name"
    sources = [("appealing", "2021", "2021", "2021/RMRP_2021_AI_partners.xlsx", None, "IDORG", "", early),
               ("implementing", "2021", "2021", "2021/RMRP_2021_AI_IP.xlsx", None, "IDIP", "IDORG", early),
               ("appealing", "2023", "2024", "planning/RMRP2324_submission_EN_example.xlsx", "Partners",
                "IDORG", "", late)]
    for kind, first, last, path, sheet, own, other, short in sources:
        for line in table(data / path, sheet):
            if not line.get(own):
                continue
            if any(personal(line.get(name, "")) for name in names):
                left += 1
                continue
            texts = [line.get(name, "").strip() for name in names]
            # A name is written once; the other columns are for other names.
            more = [text if plain(text) != plain(texts[0]) else "" for text in texts[1:]]
            acronym = line.get(short, "").strip()
            rows.append([line[own], kind, first, last, texts[0]] + more +
                        [acronym if plain(acronym) not in map(plain, texts) else "",
                         types[plain(line["Type"])], line.get(other, "") if other else ""])
    rows.sort(key=lambda r: (r[2], r[1], natural(r[0]), plain(r[4])))
    write(out, "organisations.tsv", """\
# The organisations of R4V's lists: those that appeal and report, and those that implement for them.
# Facts from the lists of partners of 2021 and of the planning workbook of 2023-24; written by
# tools/make_r4v_lists.py, then reviewed. Organisations alone. The lists of 2022 and of 2025 on, and lists of
# implementing partners after 2021, were not seen: a name that is missing here may be good in these years. Ids
# are R4V's and stay the same over the years; ORG266 and IP512 each have two organisations in 2021.
# Columns: id; appealing or implementing; first and last year of the list; name; name in Spanish and in
# Portuguese, `-` when it is the same or there is none; acronym or short name, `-` likewise; type of
# organisation_types.tsv; of an implementing organisation its id among the appealing ones.
""", ["id", "list", "from", "to", "name", "es", "pt", "acronym", "type", "org"], rows)
    print("left out, for they may be persons: %d" % left)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[2])
    parser.add_argument("data", type=pathlib.Path, help="the folder with R4V's files")
    parser.add_argument("out", type=pathlib.Path, nargs="?", default=LISTS)
    options = parser.parse_args()
    indicators(options.data, options.out)
    places(options.data, options.out)
    organisations(options.data, options.out)


if __name__ == "__main__":
    main()
