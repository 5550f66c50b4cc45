#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of `puente check`: rules row by row, forms of the report, languages, marked workbooks.
"""Runs acceptance lines C and D of the R4V 5W, as far as no other program is needed.

1. Of our own files the findings are known, cell by cell; the same by way of `binary`. Text, JSON
   Lines, SARIF and workbook say the same, in three languages, twice with the same bytes. What cannot
   be checked is refused with its code.
2. C: on R4V's data each rule fires in the rows that tests/tools/r4v_rules.py, which shares no code
   with Puente, finds; in 2021 as often as the issue says.
3. D: marked workbooks by the judge of tests/tools/xlsx_marks.py: other parts are the same bytes,
   cells, styles, comments and boxes are those of the findings, and the first sheet lists them.

No text of a row of real data is printed: rows may name people.
"""
import collections
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
from xml.etree import ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import r4v_rules  # noqa: E402
import samples  # noqa: E402
import xlsx_cells  # noqa: E402
import xlsx_marks  # noqa: E402

OWN = samples.REPO_ROOT / "tests" / "data" / "r4v5w"
# Rule, cell (or row), severity of each finding in monitoring_2025.csv.
KNOWN = [("R4V-0005", "AD1", "info"), ("not_yes_or_no", "M8", "error"),
         ("fractional_people", "Q8", "warning"), ("not_a_number", "R8", "error"),
         ("not_a_number", "S8", "error"), ("not_a_month", "G9", "error"),
         ("double_encoded", "J9", "warning"), ("fractional_people", "Q9", "warning"),
         ("fractional_people", "R9", "warning"), ("fractional_people", "S9", "warning"),
         ("duplicate_row", 6, "warning")]
CLEAN = ("monitoring_2022_es.csv", "5w_monitoring_2022_es.xlsx")
# What issue 7 says of the rows of January to March 2021.
COUNTS_2021 = {"zeroCVA": 409, "missingmechanism": 0, "CVANotoYes": 3, "MultipurposeSector": 6,
               "miss_implementing_org": 612, "PiNNoBenef": 805, "NewBenefvstotal": 35,
               "PopTypeBreakdown": 4677, "AGDBreakdown": 2710, "NoOutput": 1116,
               "duplicate_row": 314}
# The judge's packs, and ours.
PACKS = {"2021": "r4v-2021", "2021-report": "r4v-2021-report", "2023": "r4v-2023",
         "planning-2324": "r4v-planning-2023"}
WORDS = {"en": ("error", "warning", "Errors", "Findings"),
         "es": ("error", "aviso", "Errores", "Hallazgos"),
         "pt": ("erro", "aviso", "Erros", "Achados")}
LEVELS = {"info": "note", "warning": "warning", "error": "error", "critical": "error"}


def check(puente, *arguments, **environment):
    """Runs the check with a clean environment."""
    known = {key: value for key, value in os.environ.items()
             if key not in ("LC_ALL", "LC_MESSAGES", "LANG")}
    return samples.run([puente, "check", *arguments], env=dict(known, **environment))


def json_of(tally, puente, name, *arguments):
    """Findings and summary; the exit code must fit them."""
    done = check(puente, *arguments, "--format", "json", "-q")
    lines = [json.loads(line) for line in done.out.splitlines()]
    if not tally.check(bool(lines) and lines[-1]["type"] == "summary", name, done.brief()):
        return [], {}
    found, summary = lines[:-1], lines[-1]
    bad = any(one["severity"] in ("error", "critical") for one in found)
    tally.check(done.code == (1 if bad else 0), name + ", exit code", str(done.code))
    counted = collections.Counter(one["severity"] for one in found)
    tally.check(all(summary["by_severity"][key] == counted.get(key, 0)
                    for key in summary["by_severity"])
                and summary["findings"] == len(found)
                and {(one["pack"], one["rule"]): one["findings"] for one in summary["by_rule"]}
                == collections.Counter((one["pack"], one["rule"]) for one in found),
                name + ", summary counts what is there")
    return found, summary


def places(found):
    return [(one["rule"], one["cell"] or one["row"], one["severity"]) for one in found]


def check_own(tally, puente, folder):
    """What is in our own files."""
    for name in CLEAN:
        found, summary = json_of(tally, puente, name, OWN / name)
        tally.check(not found and summary.get("rows") == 2, name, str(places(found)))
    given = OWN / "monitoring_2025.csv"
    found, summary = json_of(tally, puente, given.name, given)
    tally.check(places(found) == KNOWN, given.name, str(places(found)))
    tally.check(summary["packs"] == ["general 1.1.0", "r4v-2025 1.0.0"]
                and summary["months"] == ["2025-02"], given.name + ", packs and months",
                str(summary["packs"]))
    wrong = [one for one in found if one["rule"] == "double_encoded"][0]
    tally.check(wrong["repair"] == "Orientación" and wrong["cells"][0]["header"] == "Activity Name",
                "the repair of a wrong encoding is shown", str(wrong))
    binary = folder / "own.puente"
    done = samples.run([puente, "convert", given, binary, "--force"])
    tally.check(done.code == 0, "to binary", done.brief())
    by_binary, _ = json_of(tally, puente, "by binary", binary)
    tally.check(places(by_binary) == KNOWN[1:], "by binary", str(places(by_binary)))
    both, summary = json_of(tally, puente, "two files", given, OWN / CLEAN[0])
    tally.check(places(both) == KNOWN and summary["rows"] == 8
                and summary["months"][0] == "2022-08" and summary["months"][-1] == "2025-02"
                and len(summary["months"]) == 31, "two files", str(summary.get("months")))
    silent = [one for one in summary["reports"] if one["organisation"] == "Agencia de Ejemplo"]
    tally.check(len(silent) == 1 and silent[0]["rows"][0] == 2 and len(silent[0]["missing"]) == 30,
                "who has not reported", str(silent)[:200])
    return found


def check_text(tally, puente, found):
    """One line a finding; --max; the summary."""
    given = OWN / "monitoring_2025.csv"
    done = check(puente, given, LC_ALL="C")
    lines = done.out.decode("utf-8").split("\n\n")[0].splitlines()
    tally.check(len(lines) == len(found), "text has a line a finding", str(len(lines)))
    for line, one in zip(lines, found):
        place = "!" + one["cell"] + " (" if one["cell"] else ", row %d: " % one["row"]
        ok = (line.startswith(str(given)) and place in line and line.endswith("[%s]" % one["rule"])
              and one["message"] in line and one["hint"] in line)
        tally.check(ok, "the line of %s" % one["rule"], line)
    tally.check(b"R4V-0002" not in done.out and b"R4V-0006" not in done.out,
                "findings of the reader that rules repeat are left out")
    cut = check(puente, given, "--max", "2", LC_ALL="C").out.decode("utf-8")
    tally.check(cut.count("\n" + str(given)) == 1 and cut.startswith(str(given))
                and "... and 4 more of fractional_people" in cut, "--max", cut[:400])
    alone = check(puente, given, "--summary", LC_ALL="C").out.decode("utf-8")
    tally.check(str(given) not in alone and "6 rows checked, 2 with findings: 4 errors, 6 warnings, "
                "1 note\n" in alone and "more of" not in alone, "--summary", alone[:300])
    colours = check(puente, given, "--color", "always").out
    tally.check(b"\x1b[1;31merror\x1b[0m" in colours and b"\x1b" not in done.out, "colours")


def check_languages(tally, puente):
    """The environment, and --lang over it."""
    given = OWN / "monitoring_2025.csv"
    hints = {"en": "write Yes or No", "es": "escriba Sí o No", "pt": "escreva Sim ou Não"}
    cases = [("en", {}, ()), ("es", {"LANG": "es_CO.UTF-8"}, ()), ("pt", {"LANG": "pt_BR"}, ()),
             ("en", {"LANG": "es_CO.UTF-8", "LC_ALL": "C"}, ()),
             ("pt", {"LANG": "es_CO.UTF-8", "LC_MESSAGES": "pt_PT", "LC_ALL": ""}, ()),
             ("es", {"LC_ALL": "en_US.UTF-8"}, ("--lang", "es"))]
    for language, environment, more in cases:
        text = check(puente, given, *more, **environment).out.decode("utf-8")
        tally.check(hints[language] in text and ": %s: " % WORDS[language][1] in text,
                    "%s by %s %s" % (language, environment, more), text[:200])
    text = check(puente, given, "--lang", "es").out.decode("utf-8")
    tally.check("Una columna no se conoce" in text and "the column is none" not in text,
                "findings of the reader in Spanish")


def check_refusals(tally, puente, folder):
    """What cannot be checked."""
    given, iati = OWN / "monitoring_2025.csv", (samples.REPO_ROOT / "examples" / "lac_migration" /
                                                "lac_migration.xml")
    empty = folder / "empty.csv"
    empty.write_bytes(b"")
    kept = folder / "kept.json"
    kept.write_bytes(b"mine")
    cases = [("IATI", 2, "PUE-0802", "no rules apply to iati", [iati]),
             ("an empty file", 2, "PUE-0802", "the file is empty", [empty]),
             ("no file", 6, "PUE-0101", "", [folder / "none.csv"]),
             ("no pack", 2, "PUE-0001", "did you mean `r4v-2022`", [given, "--rules", "r4v-2052"]),
             ("a base is no pack", 2, "PUE-0001", "r4v-fields", [given, "--rules", "r4v-fields"]),
             ("CSV marked", 2, "PUE-0803", "no workbook", [given, "--marked", folder / "m.xlsx"]),
             ("two marked", 2, "PUE-0803", "2 inputs", [given, given, "--marked",
                                                       folder / "m.xlsx"]),
             ("a workbook to standard output", 2, "PUE-0001", "-o", [given, "--format", "xlsx"]),
             ("an output that is there", 2, "PUE-0102", "", [given, "-o", kept]),
             ("a wrong word", 2, "PUE-0001", "--format", [given, "--fromat", "json"]),
             ("a wrong language", 2, "PUE-0001", "", [given, "--lang", "fr"])]
    for name, code, pue, words, arguments in cases:
        done = check(puente, *arguments)
        tally.check(done.code == code and pue in done.message and words in done.message,
                    name, done.brief())
    tally.check(kept.read_bytes() == b"mine" and not (folder / "m.xlsx").exists(),
                "refusals write nothing")
    strict = [check(puente, given, "--rules", "general", "--strict"),
              check(puente, OWN / CLEAN[0], "--strict")]
    tally.check([done.code for done in strict] == [1, 0], "--strict", str(strict[0].code))


def check_broken_pack(tally, puente, folder):
    """A pack that cannot be used ends the check, and is named."""
    plugins = puente.parent.parent / "lib" / "puente" / "plugins" / "c1"
    mine = folder / "plugins"
    mine.mkdir()
    for path in plugins.glob("*r4v5w*"):
        shutil.copy(path, mine / path.name)
    pack = mine / "r4v5w.rules.r4v-2023.json"
    if not tally.check(pack.exists(), "packs lie beside the manifest", str(plugins)):
        return
    good = pack.read_text("utf-8")
    for name, text, words in (
            ("a condition of the wrong type", good.replace("cva = true", "cva = 'Yes'", 1), "zeroCVA"),
            ("a key that is none", good.replace('"severity"', '"severty"', 1), "severty"),
            ("no JSON", good[:len(good) // 2], "r4v5w.rules.r4v-2023.json")):
        pack.write_text(text, "utf-8")
        done = check(puente, OWN / "monitoring_2025.csv", "--plugin-dir", mine)
        tally.check(done.code == 2 and "PUE-0801" in done.message and words in done.message
                    and not done.out, name, done.brief())


def check_sarif(tally, puente, found, given):
    """A log of SARIF 2.1.0 with the same findings."""
    done = check(puente, given, "--format", "sarif", "--lang", "es", "-q")
    log = json.loads(done.out)
    one = log["runs"][0]
    rules = one["tool"]["driver"]["rules"]
    tally.check(log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json")
                and one["language"] == "es" and set(log) == {"$schema", "version", "runs"}
                and len({rule["id"] for rule in rules}) == len(rules), "SARIF")
    tally.check(all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules),
                "SARIF, rules have help")
    tally.check(len(one["results"]) == len(found), "SARIF, results", str(len(one["results"])))
    for result, mine in zip(one["results"], found):
        place = result["locations"][0]["physicalLocation"]
        rule = rules[result["ruleIndex"]]
        ok = (result["ruleId"] == rule["id"] and result["level"] == LEVELS[mine["severity"]]
              and rule["id"].split("/")[-1] == mine["rule"] and result["message"]["text"]
              and re.fullmatch(r"[-A-Za-z0-9._~/%!$&'()*+,;=@:]+", place["artifactLocation"]["uri"])
              and place["region"]["startLine"] == mine["row"]
              and result["properties"]["cell"] == mine["cell"])
        tally.check(bool(ok), "SARIF, result of %s" % mine["rule"], str(result)[:300])


def sheets_of(path):
    """Texts of all cells by sheet, row and column."""
    sheets = collections.defaultdict(dict)
    for line in xlsx_cells.cells_of(path):
        sheet, row, column, _, value = line.split("\t")[:5]
        sheets[sheet][int(row), int(column)] = value
    return sheets


def check_workbook(tally, puente, found, summary, given, folder):
    """The report as a workbook."""
    output = folder / "report.xlsx"
    done = check(puente, given, "-o", output, "--lang", "pt", "--force", "-q")
    if not tally.check(output.exists(), "report as a workbook", done.brief()):
        return
    sheets = sheets_of(output)
    first = sheets.get("Achados", {})
    tally.check(list(sheets) == ["Achados", "Resumo", "Quem relatou quando"], "its sheets",
                str(list(sheets)))
    rows = [(first[row, 1], first[row, 4]) for row, column in sorted(first)
            if column == 0 and row > 1]
    want = [(one["rule"], one["cell"] or "linha %d" % one["row"]) for one in found]
    tally.check(rows == want, "its findings", "%d and %d" % (len(rows), len(want)))
    last = sheets["Quem relatou quando"]
    months = [last[1, column] for column in range(1, len(summary["months"]) + 1)]
    tally.check(months == summary["months"], "its months", str(months))
    for number, one in enumerate(summary["reports"]):
        cells = [int(last.get((number + 2, column + 1), "0")) for column in range(len(months))]
        tally.check(cells == one["rows"], "who reported when, line %d" % number, str(cells))


def check_same_bytes(tally, puente, given, folder):
    for ending in ("txt", "json", "sarif", "xlsx"):
        outs = [folder / ("%d.%s" % (number, ending)) for number in range(2)]
        for out in outs:
            check(puente, given, "-o", out, "-q", "--force")
        tally.check(outs[0].read_bytes() == outs[1].read_bytes(), "two runs, " + ending)


def marks_of(found, see_also):
    """The marks that findings stand for, as xlsx_marks has them."""
    marks = []
    for one in found:
        if not one["row"] or not one["sheet"]:
            continue
        sentence = one["hint"][:1].isascii() and one["hint"][:1].isupper()
        text = "%s%s %s" % (one["message"], "." if sentence else ";", one["hint"])
        if len(one["cells"]) > 1:
            text += " (%s)" % see_also.format(", ".join(c["cell"] for c in one["cells"][1:]))
        severity = "error" if one["severity"] == "critical" else one["severity"]
        if one["cell"]:
            row, column = xlsx_marks.place_of(one["cell"])
            marks.append((one["sheet"], row, column, False, severity, text))
        else:
            marks.append((one["sheet"], one["row"], 0, True, severity, text))
    return marks


def check_marked(tally, puente, given, folder, again=True):
    """A marked workbook, by the judge; its first sheet; and that it can be checked again."""
    name = given.name
    output = folder / "marked.xlsx"
    found, _ = json_of(tally, puente, name, given, "--lang", "es")
    done = check(puente, given, "--marked", output, "--force", "--summary", "--lang", "es")
    if not tally.check(done.code in (0, 1) and output.exists(), name + ", marked", done.brief()):
        return
    # The first sheet is ours to judge: it has a line more above its table.
    theirs = xlsx_marks.workbook_problems
    xlsx_marks.workbook_problems = lambda before, after, marks: ()
    try:
        before, after = xlsx_marks.Book(given), xlsx_marks.Book(output)
        problems = list(xlsx_marks.problems_of(before, after, marks_of(found, "vea también {}")))
    finally:
        xlsx_marks.workbook_problems = theirs
    tally.check(not problems, name + ", marked", "; ".join(problems[:3])[:300])
    title = after.sheets[0][0]
    tally.check(title == "Errores" and [one[0] for one in after.sheets[1:]]
                == [one[0] for one in before.sheets], name + ", sheets", title)
    cells = sheets_of(output)[title]
    tally.check([cells.get((5, column)) for column in range(6)]
                == ["Gravedad", "Regla", "Hoja", "Celda", "Qué está mal", "Qué hacer"],
                name + ", headings")
    links = {link.get("ref"): link.get("location") for link in ElementTree.fromstring(
        after.read(after.sheets[0][1])).iter(xlsx_cells.MAIN + "hyperlink")}
    wrong, parts = 0, {sheet: part for sheet, part, _ in before.sheets}
    for number, one in enumerate(found):
        row = 6 + number
        cell = one["cell"] or ("A%d" % one["row"] if one["row"] else None)
        shown = cell and xlsx_marks.cell_name(*before.shown_at(
            parts[one["sheet"]], *xlsx_marks.place_of(cell)))
        link = cell and "'%s'!%s" % (one["sheet"].replace("'", "''"), shown)
        cell = cell if cell == shown else "%s (%s)" % (cell, shown)
        wrong += (cells.get((row, 1)) != one["rule"] or cells.get((row, 3)) != cell
                  or links.get("D%d" % row) != link
                  or xlsx_cells.one_line(one["message"]) != cells.get((row, 4)))
    tally.check(wrong == 0 and (6 + len(found), 1) not in cells, name + ", list",
                "%d of %d lines are wrong" % (wrong, len(found)))
    if again:
        twice, _ = json_of(tally, puente, name + ", again", output, "--lang", "es")
        for one in found + twice:
            # The sheet in front has rows too, which count.
            del one["source"], one["ordinal"]
        tally.check(twice == found, name + ", the marked one has the same findings",
                    "%d and %d" % (len(twice), len(found)))


def check_rules(tally, puente, data):
    """Line C: rows by rule, as the judge finds them."""
    for name, (file, _, pack, _) in r4v_rules.SETS.items():
        judge = r4v_rules.Data(data, name)
        more = ["--from", "r4v5w", "--rules", "general," + PACKS[pack]]
        found, _ = json_of(tally, puente, name, data / file, *more)
        rows = collections.defaultdict(list)
        for one in found:
            rows[one["rule"]].append(one["row"])
        want = {rule: fired or [] for rule, fired in judge.all_fired().items()}
        want["duplicate_row"] = judge.duplicates()
        want.update(judge.many_rows())
        for rule, numbers in want.items():
            tally.check(rows[rule] == numbers, "%s, %s" % (name, rule), "%d rows for %d, e.g. %s" % (
                len(rows[rule]), len(numbers), sorted(set(rows[rule]) ^ set(numbers))[:5]))
        packs = {one["rule"] for one in found if one["pack"] == PACKS[pack]}
        tally.check(packs <= set(want), name + ", no other rule", str(packs - set(want)))
        broken = sorted({one["row"] for one in found if one["rule"] == "double_encoded"})
        known = sorted({row for row, _ in judge.double_encoded()})
        tally.check(broken == known, name + ", wrong encodings", "%d rows for %d" % (
            len(broken), len(known)))
        if name == "2021":
            counts = {rule: len(rows[rule]) for rule in COUNTS_2021}
            tally.check(counts == COUNTS_2021, "the figures of issue 7", str(counts))
            print("2021: %s" % ", ".join("%s %d" % pair for pair in counts.items()))
        # Without --rules it is the pack of the year that holds.
        if pack != "2021-report" and name != "2023-report":
            again, summary = json_of(tally, puente, name + ", by itself", data / file)
            tally.check(again == found and any(one.startswith(PACKS[pack] + " ")
                                               for one in summary["packs"]),
                        name + ", the pack of the year holds by itself", str(summary["packs"]))


def main():
    parser = samples.acceptance_parser(__doc__)
    options = parser.parse_args()
    puente = samples.require_puente(options.puente)
    tally = samples.Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        found = check_own(tally, puente, folder)
        check_text(tally, puente, found)
        check_languages(tally, puente)
        check_refusals(tally, puente, folder)
        check_broken_pack(tally, puente, folder)
        given = folder / "with blank ñ.csv"
        shutil.copy(OWN / "monitoring_2025.csv", given)
        check_sarif(tally, puente, found, given)
        _, summary = json_of(tally, puente, "summary", given)
        check_workbook(tally, puente, found, summary, given, folder)
        check_same_bytes(tally, puente, given, folder)
        book = folder / "own.xlsx"
        done = samples.run([puente, "convert", OWN / "monitoring_2025.csv", book, "--to", "r4v5w",
                            "--out-opt", "carrier=xlsx"])
        if tally.check(done.code == 0, "own data as a workbook", done.brief()):
            check_marked(tally, puente, book, folder)
        check_marked(tally, puente, OWN / CLEAN[1], folder)
        data = samples.data_root() / "r4v5w"
        if not data.is_dir():
            print("TEST DATA ABSENT: %s; the rules on real rows are not looked at" % data)
            return tally.close()
        check_rules(tally, puente, data)
        for file in ("planning/RMRP2324_submission_EN_example.xlsx",
                     "planning/RMRP2526_org_submissions_template.xlsx", "2023/5WErrorReport.xlsx",
                     "2021/RMRP_2021_AI_activities_jan_mar.xlsx"):
            check_marked(tally, puente, data / file, folder)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
