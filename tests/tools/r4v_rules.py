#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Counts what R4V's quality rules find in the 5W data, independently of Puente.
"""Applies the quality rules of R4V's 5W matrix, year by year, and counts the rows that fire.

  r4v_rules.py                    counts of every data set against the figures known (exit 1: amiss)
  r4v_rules.py --json             the same as JSON
  r4v_rules.py --rules [PACK]     the rules of a pack: id, class, severity, columns, condition
  r4v_rules.py --rows RULE        the sheet rows that fire, one per line, counted from 1 with the
      [--of SET] [--pack PACK]    header as row 1. SET as in SETS below, "2021" by default
      [--numbers KIND] [--raw]
Nothing of a row but its number is ever printed.

The rules are those of R4V's public scripts (GitHub organisation response4venezuelans), told in our
own words in PACKS below. Where the text of a rule and its script differ, the script is the rule.
What all the scripts have in common:
  empty     a cell that is absent, or holds white space only. Edge blanks never count: R4V reads
            workbooks with trimming, and its lists have blanks at their edges too
  text      texts compare exactly (case, accents) after trimming. The one exception: the type of
            an indicator, of which R4V's list has two spellings ("Capacity building")
  unknown   a comparison with an empty cell is neither true nor false, and a rule fires only when
            its condition is true. So "new <> sum" is silent when new is empty, and a type rule is
            silent when the pair (sector, indicator) is in no list: it has no type. The exceptions
            are said in the conditions
  sum       adds what is given; nothing given is 0
  pair      a pair with an empty half is in no list, so it fires the list rule beside the rule for
            the empty cell
  number    a text that is no number counts as empty in a number column (planning: after removing
            "$" and ",")
Numbers are decimals. An XLSX number is a binary64 that some writers spell with 16 or 17 digits
("0.07000000000000001" for 0.07, by R's writexl); its decimal is the shortest that reads back as the
same binary64. --numbers text takes the digits as they stand, --numbers double adds binary64 values
from left to right; both miscount PopTypeBreakdown in 2021 (4679 and 4678 for 4677).

R4V grades nothing: a row is to be reviewed or not. Its three classes are those of error.csv; the
severities here are a proposal (error: a mandatory or contradicting cell; warning: a figure to
check).
"""
import argparse
import collections
import decimal
import json
import pathlib
import posixpath
import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import samples  # noqa: E402
import xlsx_cells  # noqa: E402

Decimal = decimal.Decimal

# Columns: our name, and the headers it has had (folded: lower case, letters and digits only).
COLUMNS = {
    "country": "country countrycountry paiscountry",
    "admin1": "admin1 countryadmin1 paisadmin1",
    "admin2": "admin2 admin2admin2",
    "appealing_org": "appealingorganizationname appealingorganization appealingorganisationname "
                     "socioprincipalnombre appealingorg",
    "setup": "implementationsetup implementation metododeimplementacion",
    "partner": "implementingpartnername implementingpartner socioimplementadornombre",
    "month": "reportingmonth month",
    "sector": "sectorsubsectorwg subsector indicatorsector indicadorsector",
    "indicator": "indicator indicatorindicator indicador",
    "activity": "activityname nombredelaactividad",
    "description": "activitydescription descripciondelaactividad",
    "covid": "covid19situation covid19",
    "rmrp": "rmrpactivity actividadrmrp",
    "support_space": "supportspaceactivity",
    "cva": "cva",
    "value": "valueoftransferinusd valueinusd value valordetransferenciaenusd",
    "mechanism": "deliverymechanism modalidaddeentrega",
    "output": "quantityofunitmeasured quantityofoutput quantityoutput "
              "cantidaddeproductosgenerados totaloutput",
    "total": "totalmonthlybeneficiaries totalmonthly totalbeneficiariosmensuales "
             "totaltargetbeneficiaries",
    "new": "newbeneficiariesofthemonth newbeneficiaries nuevosbeneficiariosdelmes",
    "in_destination": "refugeesandmigrantsindestination indestination "
                      "refugiadosymigrantesendestino "
                      "targetrefugeesandmigrantsfromvenezuelaindestination",
    "in_transit": "refugeesandmigrantsintransit intransit refugiadosymigrantesentransito "
                  "targetrefugeesandmigrantsfromvenezuelaintransit "
                  "targetrefugeesandmigrantsintransit",
    "host": "hostcommunitiesbeneficiaries hostcommunities comunidadesdeacogida "
            "targethostcommunities targetaffectedhostcommunities",
    "pendular": "refugeesandmigrantspendulars pendulars refugiadosymigrantespendulares "
                "targetpendular",
    "returnees": "colombianreturnees returnees colombianosretornados targetreturnees",
    "girls": "womenunder18 girls girls18 ninasyadolescentesmenoresde18",
    "boys": "menunder18 boys boys18 ninosyadolescentesmenoresde18",
    "women": "womenabove18 women women18 mujeresadultas",
    "men": "menabove18 men men18 hombresadultos",
    "other_under": "otherunder18 otherunder otromenoresde18",
    "other_above": "otherabove18 otherabove otroadultos",
    # planning only
    "year": "year",
    "organisation": "organizationname",
    "type": "indicatortype",
    "in_kind": "inkindallprogrammingcostsusd modalityinkindusd",
    "cva_budget": "modalitycvavalueoftransfersinusd",
    "budget": "totalbudgetrequirementinkindcva",
}
HEADERS = {header: name for name, headers in COLUMNS.items() for header in headers.split()}
POPULATION = ("in_destination", "in_transit", "host", "pendular", "returnees")
AGE_GENDER = ("girls", "boys", "women", "men", "other_under", "other_above")
UNDER_18 = ("girls", "boys", "other_under")
BUDGETS = ("in_kind", "cva_budget", "budget")
PEOPLE = ("total", "new") + POPULATION + AGE_GENDER
WHAT = ("sector", "indicator", "activity", "rmrp", "cva")
NUMBERS = frozenset(("value", "output") + PEOPLE + BUDGETS)

MPC = "Multipurpose Cash Assistance (MPC)"
MPC_2021 = "Multipurpose CBI"
MECHANISMS_2025 = frozenset((
    "Beneficiary Bank Account", "Mobile Money", "Prepaid Card",
    "Cash Collection Over the Counter (OTC)", "Direct Cash (Cash in Hand)",
    "Cardless ATM Withdrawal", "Voucher", "Other"))

DIRECT, BUILDING = "direct assistance", "capacity building"
# What the years called the types. 2021 knew no type by the later names: Pin stands for Direct
# Assistance, and People (teachers, health workers trained) for Capacity Building.
TYPES = {"pin": DIRECT, "people": BUILDING, "asistencia directa": DIRECT,
         "capacitaciones": BUILDING, "infraestructura": "infrastructure", "campaña": "campaign",
         "mecanismo/abogacía": "mechanism/advocacy", "otro": "other"}
OUTPUT_TYPES = ("infrastructure", "campaign", "mechanism/advocacy", "other")

# The figures that the 13,302 rows of January to March 2021 must give.
ACCEPTANCE = {
    "missingcountry": 0, "countryadmincheck": 0, "miss_appeal_org": 0, "miss_setup": 0,
    "miss_implementing_org": 612, "miss_month": 0, "missing_what": 0, "wrongsectindicator": 0,
    "zeroCVA": 409, "missingmechanism": 0, "CVANotoYes": 3, "MultipurposeSector": 6,
    "PiNNoBenef": 805, "NewBenefvstotal": 35, "PopTypeBreakdown": 4677, "AGDBreakdown": 2710,
    "CBuildingNoBenef": 385, "NoOutput": 1116, "duplicate": 314, "fractional_people": 19,
}
ROWS_2021 = 13302
# What the error reports must give: flags of R4V equal ours, but for what the text after says.
REPORT_2023 = {"wrongsectindicator": 1, "NoOutput": 2}


# ---------------------------------------------------------------- reading

def folded(header):
    plain = header.lower()
    for accented, letter in zip("áéíóúñ", "aeioun"):
        plain = plain.replace(accented, letter)
    return re.sub("[^a-z0-9]", "", plain)


def sheet_rows(path, sheet_name=None):
    """The rows of a sheet (the first by default) as number and {column: (kind, text)}."""
    book = zipfile.ZipFile(path)
    main = xlsx_cells.MAIN
    shared = []
    if "xl/sharedStrings.xml" in book.namelist():
        root = ElementTree.parse(book.open("xl/sharedStrings.xml")).getroot()
        shared = [xlsx_cells.string_item(item) for item in root.findall(main + "si")]
    targets = {relation.get("Id"): relation.get("Target") for relation in
               ElementTree.parse(book.open("xl/_rels/workbook.xml.rels")).getroot()}
    sheets = ElementTree.parse(book.open("xl/workbook.xml")).getroot().find(main + "sheets")
    sheet = next(s for s in sheets if sheet_name in (None, s.get("name")))
    target = targets[sheet.get(xlsx_cells.RELATION_ID)]
    part = target[1:] if target.startswith("/") else posixpath.normpath("xl/" + target)
    number = 0
    for row in ElementTree.parse(book.open(part)).getroot().find(main + "sheetData"):
        number = int(row.get("r") or number + 1)
        cells, column = {}, -1
        for cell in row:
            column = xlsx_cells.column_of(cell.get("r")) if cell.get("r") else column + 1
            kind, text = xlsx_cells.value_of(cell, shared)
            if kind != "-":
                cells[column] = (kind, text)
        yield number, cells


def table(path, sheet_name=None):
    """The header (texts by column) and the rows below it that are not empty."""
    rows = sheet_rows(path, sheet_name)
    header = {column: text for column, (_, text) in next(rows)[1].items()}
    return header, [(number, cells) for number, cells in rows if cells]


def listed(path, *headers, sheet=None):
    """The tuples of a list: the columns with these headers (the first of that name), trimmed."""
    header, rows = table(path, sheet)
    places = [next(c for c in sorted(header) if header[c].strip() == name) for name in headers]
    return [tuple(cells.get(c, ("-", ""))[1].strip() for c in places) for _, cells in rows]


def number_of(kind, text, numbers, loose):
    """The number of a cell, or None."""
    text = text.strip()
    if loose:
        text = text.replace("$", "").replace(",", "")
    try:
        value = Decimal(text)
    except decimal.InvalidOperation:
        return None
    if not value.is_finite():
        return None
    if numbers == "double":
        return float(text)
    if numbers == "shortest" and kind == "n":
        return Decimal(repr(float(text)))
    return value


# windows-1252 as everyone decodes it: the five bytes without a character are themselves.
TO_1252 = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(256)}


def repaired(text):
    """The text whose UTF-8 was read as windows-1252 to give this one, or the text itself."""
    if all(c < "\x80" for c in text) or any(c not in TO_1252 for c in text):
        return text
    try:
        return bytes(TO_1252[c] for c in text).decode("utf-8")
    except UnicodeDecodeError:
        return text


class Row:
    """One row by our column names: texts trimmed ("" is empty), numbers (None is empty)."""

    def __init__(self, number, cells, names, numbers="shortest", loose=False, repair=False):
        self.number, self.columns = number, set(names.values())
        self.cells = cells
        self.at = {}
        for column, name in names.items():
            kind, text = cells.get(column, ("-", ""))
            if name in NUMBERS:
                self.at[name] = number_of(kind, text, numbers, loose)
            else:
                self.at[name] = (repaired(text) if repair else text).strip()
        self.kind = ""

    def __getitem__(self, name):
        return self.at.get(name, None if name in NUMBERS else "")

    def sum(self, names):
        return sum(self[n] for n in names if self[n] is not None)

    def none(self, name):
        """Empty or zero."""
        return not self[name]

    def over(self, name, bound):
        return self[name] is not None and self[name] > bound

    def differs(self, name, names):
        """Given, and not the sum of the others."""
        return self[name] is not None and self[name] != self.sum(names)


# ---------------------------------------------------------------- the rules

class Rule:
    """One rule: what R4V calls it, its class, our severity, the columns it reads, when it fires."""

    def __init__(self, name, group, severity, columns, condition, fires):
        self.name, self.group, self.severity = name, group, severity
        self.columns, self.condition, self.fires = columns, condition, fires

    def applies(self, columns):
        """Whether a file has what the rule reads. Breakdowns may lack columns (2021: other)."""
        return self.name != "admin1and2check" or "admin2" in columns


def in_list(found, key):
    return found is None or key in found


def direct(row):
    return row.kind == DIRECT


def outputs(row):
    """Of a known type that is neither Direct Assistance nor Capacity Building."""
    return row.kind not in ("", DIRECT, BUILDING)


def named_rules(mpc=MPC, direct_name="DirectAssistanceNoBenef", both=True):
    """The 19 named rules of 2022 to 2024 (on the columns of 2021 too).

    both: new AND total must be empty or zero. The English script of 2022 had OR.
    """
    people = "new, total"
    return [
        Rule("missingcountry", "Completeness", "error", "country, admin1",
             "country empty or admin1 empty",
             lambda r, k: not r["country"] or not r["admin1"]),
        Rule("countryadmincheck", "Completeness", "error", "country, admin1",
             "(country, admin1) not in the admin1 list",
             lambda r, k: not in_list(k.places, (r["country"], r["admin1"]))),
        Rule("admin1and2check", "Completeness", "error", "admin1, admin2",
             "admin2 given and (admin1, admin2) not in the admin2 list, whatever the country",
             lambda r, k: r["admin2"] != "" and not in_list(k.admin2, (r["admin1"], r["admin2"]))),
        Rule("miss_appeal_org", "Completeness", "error", "appealing_org",
             "appealing_org empty or not in the list of appealing organisations",
             lambda r, k: not r["appealing_org"] or not in_list(k.appealing, r["appealing_org"])),
        Rule("miss_setup", "Completeness", "error", "setup", "setup empty",
             lambda r, k: not r["setup"]),
        Rule("miss_implementing_org", "Completeness", "error", "setup, partner",
             "(setup = Yes and (partner empty or not in the partner list)) or "
             "(setup = No and partner given)",
             lambda r, k: (r["setup"] == "Yes" and
                           (not r["partner"] or not in_list(k.partners, r["partner"]))) or
                          (r["setup"] == "No" and r["partner"] != "")),
        Rule("miss_month", "Completeness", "error", "month", "month empty",
             lambda r, k: not r["month"]),
        Rule("missing_what", "Completeness", "error", ", ".join(WHAT),
             "sector, indicator, activity, rmrp or cva empty",
             lambda r, k: not all(r[n] for n in WHAT)),
        Rule("wrongsectindicator", "Consistency", "error", "sector, indicator",
             "(sector, indicator) not in the indicator list",
             lambda r, k: k.types is not None and (r["sector"], r["indicator"]) not in k.types),
        Rule("zeroCVA", "Consistency", "error", "cva, value",
             "cva = Yes and value empty or 0",
             lambda r, k: r["cva"] == "Yes" and r.none("value")),
        Rule("missingmechanism", "Consistency", "error", "cva, mechanism",
             "cva = Yes and mechanism empty",
             lambda r, k: r["cva"] == "Yes" and not r["mechanism"]),
        Rule("CVANotoYes", "Consistency", "error", "cva, value, mechanism",
             "cva = No and (mechanism given or value > 0)",
             lambda r, k: r["cva"] == "No" and (r["mechanism"] != "" or r.over("value", 0))),
        Rule("MultipurposeSector", "Consistency", "error", "sector, cva",
             'sector = "%s" and cva = No' % mpc,
             lambda r, k: r["sector"] == mpc and r["cva"] == "No"),
        Rule(direct_name, "Consistency", "warning", people,
             "type Direct Assistance and (new empty or 0) %s (total empty or 0)" %
             ("and" if both else "or"),
             lambda r, k: direct(r) and (all if both else any)((r.none("new"), r.none("total")))),
        Rule("NewBenefvstotal", "Consistency", "error", people,
             "type Direct Assistance and new > total (both given)",
             lambda r, k: direct(r) and r["total"] is not None and r.over("new", r["total"])),
        Rule("PopTypeBreakdown", "Accuracy", "warning", "new, " + ", ".join(POPULATION),
             "type Direct Assistance and new given and new <> sum of the five population types",
             lambda r, k: direct(r) and r.differs("new", POPULATION)),
        Rule("AGDBreakdown", "Accuracy", "warning", "new, " + ", ".join(AGE_GENDER),
             "type Direct Assistance and new given and new <> sum of age and gender "
             "(2021: four columns, later six)",
             lambda r, k: direct(r) and r.differs("new", AGE_GENDER)),
        Rule("CBuildingNoBenef", "Accuracy", "warning", "total",
             "type Capacity Building and total empty or 0",
             lambda r, k: r.kind == BUILDING and r.none("total")),
        Rule("NoOutput", "Accuracy", "warning", "output",
             "type known, neither Direct Assistance nor Capacity Building, and output empty or 0",
             lambda r, k: outputs(r) and r.none("output")),
    ]


# Five more that the script of 2024 has and neither error.csv nor the manual names.
RULES_2024_MORE = [
    Rule("DirectAssistanceWithQuantityOfOutput", "unnamed", "warning", "output",
         "type Direct Assistance and output > 0", lambda r, k: direct(r) and r.over("output", 0)),
    Rule("CampaignWithPopulationType", "unnamed", "warning", ", ".join(POPULATION),
         "type Campaign and sum of the population types <> 0",
         lambda r, k: r.kind == "campaign" and r.sum(POPULATION) != 0),
    Rule("CampaignWithAgeAndGender", "unnamed", "warning", ", ".join(AGE_GENDER),
         "type Campaign and sum of age and gender <> 0",
         lambda r, k: r.kind == "campaign" and r.sum(AGE_GENDER) != 0),
    Rule("CapacityBuildingWithPopulationType", "unnamed", "warning", ", ".join(POPULATION),
         "type Capacity Building and sum of the population types <> 0",
         lambda r, k: r.kind == BUILDING and r.sum(POPULATION) != 0),
    Rule("ActivityWithBeneficiariesRegistered", "unnamed", "warning",
         "total, " + ", ".join(POPULATION + AGE_GENDER),
         "type known, none of Direct Assistance, Capacity Building, Campaign, and (total empty or "
         "total <> 0 or a sum <> 0). Fires on an EMPTY total: only a written 0 passes (a slip of "
         "the script)",
         lambda r, k: outputs(r) and r.kind != "campaign" and
         (r["total"] is None or r["total"] != 0 or r.sum(POPULATION) != 0 or
          r.sum(AGE_GENDER) != 0)),
]


def cva_2025(row):
    return row["cva"] == "Yes" and ((row["value"] is not None and row["value"] <= 0) or
                                    row["mechanism"] not in MECHANISMS_2025)


def cva_2026(row):
    return row["cva"] == "Yes" and (row["value"] is None or row["value"] <= 0 or
                                    row["mechanism"] not in MECHANISMS_2025)


def new_given_wrongly(row, least_open):
    """New people of 2025: needed for two types (Direct: above 0, or from 0), else must be empty."""
    new = row["new"]
    if row.kind == DIRECT:
        return new is None or (new <= 0 if least_open else new < 0)
    return (new is None or new < 0) if row.kind == BUILDING else new is not None


def derived_new(row):
    """New people of 2026: the two sums when they agree (Direct Assistance only), else unknown."""
    one, other = row.sum(POPULATION), row.sum(AGE_GENDER)
    return one if direct(row) and one == other else None


def rules_from_2025(revised, year):
    optional = ("infrastructure", "mechanism/advocacy", "other") + (
        ("campaign",) if revised or year == 2026 else ())
    adults = ", ".join(UNDER_18)
    breakdowns = ", ".join(POPULATION + AGE_GENDER)
    rules = [
        Rule("QA_output", "QA", "warning", "output",
             "type known, not Direct Assistance, and output given and 0 (an empty one passes)",
             lambda r, k: r.kind not in ("", DIRECT) and r["output"] is not None and
             r["output"] == 0),
        Rule("QA_TotalMonthlyBeneficiaries", "QA", "warning", "total",
             "type none of %s (an unknown type too), and total empty or 0" % ", ".join(optional),
             lambda r, k: r.kind not in optional and r.none("total")),
    ]
    if year == 2025:
        rules += [
            Rule("QA_NewBeneficiariesMonth", "QA", "error", "new",
                 "Direct Assistance: new empty or %s 0; Capacity Building: new empty or < 0; any "
                 "other or unknown type: new given, be it 0" % ("<" if revised else "<="),
                 lambda r, k: new_given_wrongly(r, not revised)),
            Rule("QA_check_population_disaggregation", "QA", "warning",
                 "new, " + ", ".join(POPULATION),
                 "type Direct Assistance and new given and new <> sum of the population types",
                 lambda r, k: direct(r) and r.differs("new", POPULATION)),
            Rule("QA_check_AGD", "QA", "warning", "new, " + ", ".join(AGE_GENDER),
                 "type Direct Assistance%s and new given and new <> sum of age and gender" %
                 ("" if revised else " or Capacity Building"),
                 lambda r, k: (direct(r) or (not revised and r.kind == BUILDING)) and
                 r.differs("new", AGE_GENDER)),
        ]
    else:
        differ = "type Direct Assistance and sum of the population types <> sum of age and gender"
        rules += [
            Rule("QA_NewBeneficiariesMonth", "QA", "error", breakdowns,
                 "new is derived: the sum of the population types when it equals that of age and "
                 "gender (Direct Assistance only), else unknown. Direct Assistance: new unknown or "
                 "< 0. Never for other types",
                 lambda r, k: direct(r) and (derived_new(r) is None or derived_new(r) < 0)),
            Rule("QA_NewBeneficiariesExceedsTotal", "QA", "error", "total, " + breakdowns,
                 "type Direct Assistance and derived new known and total given and new > total",
                 lambda r, k: derived_new(r) is not None and r["total"] is not None and
                 derived_new(r) > r["total"]),
            Rule("QA_check_population_disaggregation", "QA", "warning", breakdowns, differ,
                 lambda r, k: direct(r) and derived_new(r) is None),
            Rule("QA_check_AGD", "QA", "warning", breakdowns,
                 differ + " (the same condition under a second name)",
                 lambda r, k: direct(r) and derived_new(r) is None),
        ]
    for name, word in (("QA_Education", "Education"), ("QA_ChildProtection", "Child Protection")):
        if year == 2026:
            rules.append(Rule(
                name, "QA", "warning", "sector, " + breakdowns,
                'type Direct Assistance and sector contains "%s" and derived new > 0 and sum of '
                "under-18s (%s) = 0" % (word, adults),
                lambda r, k, word=word: word in r["sector"] and (derived_new(r) or 0) > 0 and
                r.sum(UNDER_18) == 0))
        elif revised:
            rules.append(Rule(
                name, "QA", "warning", "sector, " + adults,
                'type Direct Assistance and sector contains "%s" and sum of under-18s (%s) = 0' %
                (word, adults),
                lambda r, k, word=word: direct(r) and word in r["sector"] and
                r.sum(UNDER_18) == 0))
        else:
            rules.append(Rule(
                name, "QA", "warning", "sector, " + adults,
                'type Direct Assistance and sector = "%s" and sum of under-18s (%s) > 0. A slip of '
                "the script, turned round later%s" %
                (word, adults, "; no sector has this name, so it never fires"
                 if word != "Education" else ""),
                lambda r, k, word=word: direct(r) and r["sector"] == word and
                r.sum(UNDER_18) > 0))
    eight = "mechanism (empty too) not one of the eight of 2025"
    return rules + [
        Rule("QA_valid_cva", "QA", "error", "cva, value, mechanism",
             "cva = Yes and (value given and <= 0, or %s). An empty value with a known mechanism "
             "passes" % eight if year == 2025 else
             "cva = Yes and (value empty or <= 0, or %s)" % eight,
             lambda r, k: cva_2025(r) if year == 2025 else cva_2026(r)),
        Rule("QA_admin", "QA", "error", "country, admin1",
             "(country, admin1) not in the admin1 list, or there without a country or admin1 code",
             lambda r, k: not in_list(k.coded_places, (r["country"], r["admin1"]))),
        Rule("QA_indicator", "QA", "error", "sector, indicator",
             "(sector, indicator) not in the indicator list, or there without a code",
             lambda r, k: k.types is not None and (r["sector"], r["indicator"]) not in k.types),
    ]


def planning_rules(years):
    rules = [] if years is None else [
        Rule("YearMissing", "planning", "error", "year", "year empty or none of %s" %
             ", ".join(years), lambda r, k: r["year"] not in years)]
    return rules + [
        Rule("CountryAdmin1", "planning", "error", "country, admin1",
             "(country, admin1) not in the admin1 list, or there without an ISO code",
             lambda r, k: not in_list(k.coded_places, (r["country"], r["admin1"]))),
        Rule("PartnerMissing", "planning", "error", "organisation",
             "organisation empty (its name is checked by no list)",
             lambda r, k: not r["organisation"]),
        Rule("SectorIndicatorError", "planning", "error", "sector, indicator, type",
             "(sector, indicator, type) not in the indicator list",
             lambda r, k: k.types is not None and
             (not r.kind or k.types.get((r["sector"], r["indicator"])) != r.kind)),
        Rule("ActivityMissing", "planning", "error", "activity, description",
             "activity name or description empty",
             lambda r, k: not r["activity"] or not r["description"]),
        Rule("BudgetError", "planning", "error", ", ".join(BUDGETS),
             "in_kind + cva_budget = 0, or budget given and <> in_kind + cva_budget",
             lambda r, k: r.sum(BUDGETS[:2]) == 0 or r.differs("budget", BUDGETS[:2])),
        Rule("MPCSectorBudget", "planning", "error", "sector, cva_budget",
             'sector = "%s" and cva_budget empty or 0' % MPC,
             lambda r, k: r["sector"] == MPC and r.none("cva_budget")),
        Rule("DirectAssistNoBenef", "planning", "warning", "type, total",
             "type Direct Assistance and total empty or 0",
             lambda r, k: direct(r) and r.none("total")),
        Rule("DirectAssistPopType", "planning", "warning", "type, total, " + ", ".join(POPULATION),
             "type Direct Assistance and total given and <> sum of the population types",
             lambda r, k: direct(r) and r.differs("total", POPULATION)),
        Rule("DirectAssistAGD", "planning", "warning",
             "type, total, " + ", ".join(AGE_GENDER[:4]),
             "type Direct Assistance and total given and <> girls + boys + women + men",
             lambda r, k: direct(r) and r.differs("total", AGE_GENDER[:4])),
        Rule("CBuildNoBenef", "planning", "warning", "type, total",
             "type Capacity Building and total empty or 0",
             lambda r, k: r.kind == BUILDING and r.none("total")),
        Rule("NoOutput", "planning", "warning", "type, output",
             "type one of %s, and output empty or 0" % ", ".join(OUTPUT_TYPES),
             lambda r, k: r.kind in OUTPUT_TYPES and r.none("output")),
    ]


def blank(name, column):
    return Rule(name, "2021", "error", column, column + " empty", lambda r, k: not r[column])


def given_2021(row):
    """2021: cva = No with a value, be it 0, AND a mechanism."""
    return row["cva"] == "No" and row["value"] is not None and row["mechanism"] != ""


def lacking_2021(row):
    return row["cva"] == "Yes" and (row["value"] is None or not row["mechanism"])


REPORT_2021 = [
    blank("Missing.Appealing.org.name", "appealing_org"),
    blank("Missing.Implementation.Setup", "setup"),
    Rule("Missing.ImplementingPartner", "2021", "error", "setup, partner",
         "setup = Yes and partner empty", lambda r, k: r["setup"] == "Yes" and not r["partner"]),
    blank("Missing.Sector", "sector"), blank("Missing.Month", "month"),
    blank("Missing.Indicator", "indicator"), blank("Missing.Activity.Name", "activity"),
    blank("Missing.covid19", "covid"), blank("Missing.RMRP.Activity", "rmrp"),
    blank("Missing.CVA", "cva"),
    Rule("Non.CVA.Indicators.with.Value", "2021", "error", "cva, value, mechanism",
         "cva = No and value given (0 too) and mechanism given", lambda r, k: given_2021(r)),
    Rule("CVA.Indicator.with.Missing.Value", "2021", "error", "cva, value, mechanism",
         "cva = Yes and (value or mechanism empty); a value of 0 passes",
         lambda r, k: lacking_2021(r)),
    Rule("Missing.CountryAdmin1", "2021", "error", "country, admin1", "country or admin1 empty",
         lambda r, k: not r["country"] or not r["admin1"]),
    Rule("New.Beneficiaries.vs.breakdown", "2021", "warning", "new, " + ", ".join(AGE_GENDER[:4]),
         "type Pin or People and new <> girls + boys + women + men (empty is 0)",
         lambda r, k: r.kind in (DIRECT, BUILDING) and (r["new"] or 0) != r.sum(AGE_GENDER)),
    Rule("New.Beneficiaries.vs.pop.type", "2021", "warning", "new, " + ", ".join(POPULATION),
         "type Pin and new <> sum of the population types (empty is 0)",
         lambda r, k: direct(r) and (r["new"] or 0) != r.sum(POPULATION)),
    Rule("People.indicators.with.pop.type", "2021", "warning", ", ".join(POPULATION),
         "type People and sum of the population types <> 0",
         lambda r, k: r.kind == BUILDING and r.sum(POPULATION) != 0),
    Rule("No.breakdown.data", "2021", "warning", "new, " + ", ".join(AGE_GENDER[:4]),
         "type Pin or People and new <> 0 and sum of age and gender = 0",
         lambda r, k: r.kind in (DIRECT, BUILDING) and bool(r["new"]) and
         r.sum(AGE_GENDER) == 0),
    Rule("Beneficiaries.data.erroneously.filled", "2021", "warning",
         "total, new, " + ", ".join(POPULATION + AGE_GENDER[:4]),
         "type Other and total, new and both sums all <> 0",
         lambda r, k: outputs(r) and bool(r["total"]) and bool(r["new"]) and
         r.sum(POPULATION) != 0 and r.sum(AGE_GENDER) != 0),
]

SCRIPT_2021 = [
    Rule("Missing.Appealing.org.name", "2021", "error", "appealing_org",
         "appealing_org empty or not in the list",
         lambda r, k: not r["appealing_org"] or not in_list(k.appealing, r["appealing_org"])),
    blank("Missing.Implementation.Setup", "setup"),
    Rule("Missing.ImplementingPartner", "2021", "error", "setup, partner",
         "setup = Yes and (partner empty or not in the partner list); a partner under No passes",
         lambda r, k: r["setup"] == "Yes" and
         (not r["partner"] or not in_list(k.partners, r["partner"]))),
    Rule("Missing.Sector", "2021", "error", "sector", "sector empty or in no pair of the list",
         lambda r, k: r["sector"] not in {s for s, _ in k.types}),
    blank("Missing.Month", "month"),
    Rule("Missing.Indicator", "2021", "error", "indicator",
         "indicator empty or in no pair of the list (the pair itself is not checked)",
         lambda r, k: r["indicator"] not in {i for _, i in k.types}),
    blank("Missing.Activity.Name", "activity"), blank("Missing.covid19", "covid"),
    blank("Missing.RMRP.Activity", "rmrp"), blank("Missing.CVA", "cva"),
    REPORT_2021[10], REPORT_2021[11],
    Rule("Missing.CountryAdmin1", "2021", "error", "country, admin1",
         "country or admin1 empty or in no pair of the list (the pair itself is not checked)",
         lambda r, k: r["country"] not in {c for c, _ in k.places} or
         r["admin1"] not in {a for _, a in k.places}),
    Rule("Pin.Beneficiaries.vs.AGbreakdown", "2021", "warning",
         "new, " + ", ".join(AGE_GENDER[:4]), "type Pin and new <> sum (empty is 0)",
         lambda r, k: direct(r) and (r["new"] or 0) != r.sum(AGE_GENDER)),
    Rule("Pin.Beneficiaries.vs.pop.type", "2021", "warning", "new, " + ", ".join(POPULATION),
         "type Pin and new <> sum (empty is 0)",
         lambda r, k: direct(r) and (r["new"] or 0) != r.sum(POPULATION)),
    Rule("New.beneficiaries.superior.to.total", "2021", "error", "new, total",
         "type Pin and new > total (empty is 0)",
         lambda r, k: direct(r) and (r["new"] or 0) > (r["total"] or 0)),
    Rule("People.Beneficiaries.vs.AGbreakdown", "2021", "warning",
         "new, " + ", ".join(AGE_GENDER[:4]), "type People and new <> sum (empty is 0)",
         lambda r, k: r.kind == BUILDING and (r["new"] or 0) != r.sum(AGE_GENDER)),
    Rule("PinPeople.Beneficaries.equal.0", "2021", "warning", "new, total",
         "type Pin or People and total = 0 and new = 0 (empty is 0)",
         lambda r, k: r.kind in (DIRECT, BUILDING) and r.none("new") and r.none("total")),
    Rule("Other.quantity.equal.0", "2021", "warning", "output",
         "type Other and output = 0 (empty is 0)", lambda r, k: outputs(r) and r.none("output")),
    Rule("Empty.data", "2021", "warning", "output, total, new, breakdowns",
         "sum of output, total, new and both breakdowns = 0",
         lambda r, k: r.sum(("output",) + PEOPLE) == 0),
]

# Packs by name: the years they hold for, the lists they need, where the script lies, the rules.
PACKS = {
    "2021": ("2021", "admin1 (GIS), appealing, partners (IP list), indicators with Indicator_Type",
             "the named rules as the columns of 2021 allow; Pin = Direct Assistance, "
             "People = Capacity Building", named_rules(MPC_2021, "PiNNoBenef")),
    "2021-script": ("2021", "as 2021", "r4v_app R/2_quality_check_report_generator.R at 54d9f610",
                    SCRIPT_2021),
    "2021-report": ("2021", "indicators", "columns of r4v_app out/ErrorReport.xlsx; its script is "
                    "not stored: conditions from the vignette of r4v_app and the script at "
                    "76d529e5, and proved on the report", REPORT_2021),
    "2022": ("2022", "admin1, admin2, appealing (AO), partners (IP), indicators (PiN, Capacity "
             "Building, others); Yes is Si in Spanish", "R4RMRP2022 R/2_data_quality_check.R at "
             "05b87e6a. The Spanish one (R/2_1) has AND in PiNNoBenef, and compares the sector "
             "with the English name, so its MultipurposeSector never fires",
             named_rules(direct_name="PiNNoBenef", both=False)),
    "2023": ("2023", "admin1, admin2, one partner list for both, indicators",
             "R4VRMRP2023 R/2_data_quality_check.R at 8645c0c2", named_rules()),
    "2024": ("2024", "as 2023", "ActivtityInfoQuality R/fct_error_report.R at 006e8247 (19 named, "
             "5 more)", named_rules() + RULES_2024_MORE),
    "2025": ("2025", "admin1 with codes, indicators", "monitoringQuality2025 functions.R and "
             "R/QAFromAIDB.R at 0e60f505", rules_from_2025(False, 2025)),
    "2025-revised": ("2025", "as 2025", "monitoringQuality2025 R/qa_rules.R and R/qa_pipeline.R at "
                     "88080bc7", rules_from_2025(True, 2025)),
    "2026": ("2026", "as 2025", "monitoringQuality2026 R/fct_qa_check.R at 8d43e929 and "
             "R/fct_qa_validators.R at 79abd941", rules_from_2025(True, 2026)),
    "planning-2324": ("2023, 2024", "admin1 with codes, indicators with types",
                      "Submission2324QualityApp R/Subimission2324QualityCheck.R at 3ca72afd: no "
                      "rule about the year", planning_rules(None)),
    "planning-2526": ("2025, 2026", "as planning-2324", "the same at ee574300: adds the year, "
                      "strips commas from people too", planning_rules(("2025", "2026"))),
}


# ---------------------------------------------------------------- the data sets

class Lists:
    """The reference lists; None means that there is none, and its rule is silent."""

    def __init__(self, types=None, places=None, coded_places=None, admin2=None, appealing=None,
                 partners=None):
        self.types, self.places, self.coded_places = types, places, coded_places
        self.admin2, self.appealing, self.partners = admin2, appealing, partners


def type_of(word):
    word = word.strip().lower()
    return TYPES.get(word, word)


def types_from(triples):
    return {(sector, indicator): type_of(kind) for sector, indicator, kind in triples
            if sector and indicator}


def lists_2021(root):
    place = listed(root / "2021/RMRP_2021_AI_GIS.xlsx", "Country", "Admin1", "ISOCODE")
    return Lists(
        types=types_from(listed(root / "2021/RMRP_2021_AI_indicators.xlsx",
                                "Sector...Subsector...WG", "Indicator", "Indicator_Type")),
        places={p[:2] for p in place}, coded_places={p[:2] for p in place if p[2]},
        appealing={n for n, in listed(root / "2021/RMRP_2021_AI_partners.xlsx", "Name")},
        partners={n for n, in listed(root / "2021/RMRP_2021_AI_IP.xlsx", "Name")})


def lists_2023(root):
    """From the planning workbook: it has appealing organisations, and no partners of 2023."""
    book = root / "planning/RMRP2324_submission_EN_example.xlsx"
    place = listed(root / "reference/Admin1.xlsx", "Country", "Admin1", "ISOCode")
    return Lists(
        types=types_from(listed(book, "Sector/Subsector/WG", "Indicator", "Indicator Type",
                                sheet="Indicators2324")),
        places={p[:2] for p in place}, coded_places={p[:2] for p in place if p[2]},
        admin2=set(listed(root / "reference/Admin2SHP.xlsx", "Admin1", "Admin2")),
        appealing={n for n, in listed(book, "Name", sheet="Partners") if n})


# Sets by name: file, sheet, pack, lists.
SETS = {
    "2021": ("2021/RMRP_2021_AI_activities_jan_mar.xlsx", None, "2021", lists_2021),
    "2021-report": ("2021/ErrorReport_precleaning_jan.xlsx", None, "2021-report", lists_2021),
    "2023": ("2023/Activities_5W_2023.xlsx", None, "2023", lists_2023),
    "2023-report": ("2023/5WErrorReport.xlsx", None, "2023", lists_2023),
    "planning": ("planning/RMRP2324_submission_EN_example.xlsx", " Activity Sheet",
                 "planning-2324", lists_2023),
}


class Data:
    """A data set read with its lists. repair: double-encoded texts are read as what was meant."""

    def __init__(self, root, name, numbers="shortest", repair=True, lists=None):
        file, sheet, self.pack, make_lists = SETS[name]
        self.name, self.file = name, file
        self.lists = lists or make_lists(root)
        self.header, rows = table(root / file, sheet)
        names = {}
        for column in sorted(self.header):
            found = HEADERS.get(folded(self.header[column]))
            if found and found not in names.values():
                names[column] = found
        loose = self.pack.startswith("planning")
        self.names = names
        self.rows = [Row(n, cells, names, numbers, loose, repair) for n, cells in rows]
        if loose:  # the row of instructions below the header is no data
            self.rows = [row for row in self.rows if row["year"].isdigit()]
        for row in self.rows:
            row.kind = (type_of(row["type"]) if loose else
                        (self.lists.types or {}).get((row["sector"], row["indicator"]), ""))

    def fired(self, rule):
        """The row numbers where a rule fires, or None when the file lacks its column."""
        if not rule.applies(set(self.names.values())):
            return None
        return [row.number for row in self.rows if rule.fires(row, self.lists)]

    def all_fired(self, pack=None):
        return {rule.name: self.fired(rule) for rule in PACKS[pack or self.pack][3]}

    def duplicates(self):
        """Rows whose every cell (kind and text) equals that of an earlier row."""
        seen, found = set(), []
        for row in self.rows:
            key = tuple(sorted(row.cells.items()))
            if key in seen:
                found.append(row.number)
            seen.add(key)
        return found

    def fractional_people(self):
        return [row.number for row in self.rows
                if any(row[n] is not None and row[n] % 1 != 0 for n in PEOPLE)]

    def double_encoded(self):
        """(row, column) of the text cells that one windows-1252 to UTF-8 pass repairs."""
        return [(row.number, column) for row in self.rows
                for column, (kind, text) in sorted(row.cells.items())
                if kind == "s" and repaired(text) != text]

    def flags(self):
        """The flag columns of an error report: name, rows marked."""
        found = {}
        for column, name in self.header.items():
            if column not in self.names:
                found[name] = [row.number for row in self.rows
                               if row.cells.get(column, ("-", ""))[1].strip()]
        return found


def distinct(found):
    return len({number for rows in found.values() for number in rows or ()})


EXTRAS = {"duplicate": Data.duplicates, "fractional_people": Data.fractional_people,
          "double_encoded": lambda data: sorted({n for n, _ in data.double_encoded()})}


# ---------------------------------------------------------------- the report

def counts_of(data, pack=None):
    return {name: None if rows is None else len(rows)
            for name, rows in data.all_fired(pack).items()}


def measure(root):
    """Everything that is printed, as one object; "amiss" lists what is not as expected."""
    amiss, out = [], {}
    loaded = {name: Data(root, name) for name in SETS}
    for name, data in loaded.items():
        found = data.all_fired()
        cells = data.double_encoded()
        out[name] = {
            "file": data.file, "pack": data.pack, "rows": len(data.rows),
            "rules": {n: None if r is None else len(r) for n, r in found.items()},
            "rows_with_a_finding": distinct(found),
            "duplicate": len(data.duplicates()),
            "fractional_people": len(data.fractional_people()),
            "double_encoded": {"cells": len(cells), "rows": len({n for n, _ in cells})},
            "types": dict(sorted(collections.Counter(row.kind for row in data.rows).items())),
        }
    main = out["2021"]
    got = dict(main["rules"], duplicate=main["duplicate"],
               fractional_people=main["fractional_people"])
    if main["rows"] != ROWS_2021:
        amiss.append("2021: %d rows for %d" % (main["rows"], ROWS_2021))
    for rule, expected in ACCEPTANCE.items():
        if got[rule] != expected:
            amiss.append("2021: %s %s for %d" % (rule, got[rule], expected))
    lists = loaded["2021"].lists
    main["by_number_reading"] = {
        kind: {rule: len(rows) for rule, rows in
               Data(root, "2021", kind, lists=lists).all_fired().items()
               if rule in ("PopTypeBreakdown", "AGDBreakdown")} for kind in ("text", "double")}
    main["parts"] = parts_2021(loaded["2021"])
    main["script"] = counts_of(loaded["2021"], "2021-script")
    out["2021-report"]["named_rules"] = counts_of(loaded["2021-report"], "2021")
    out["2023"]["unrepaired"] = counts_of(Data(root, "2023", repair=False))
    out["2023-report"]["unrepaired"] = counts_of(Data(root, "2023-report", repair=False))
    for name in ("2021-report", "2023-report"):
        amiss += compare_report(loaded[name], out[name])
    return out, amiss


def parts_2021(data):
    """How the compound figures of 2021 come about."""
    def count(test):
        return sum(1 for row in data.rows if test(row))
    lists = data.lists
    yes, no = (lambda r: r["setup"] == "Yes"), (lambda r: r["setup"] == "No")
    return {
        "partner: Yes and empty": count(lambda r: yes(r) and not r["partner"]),
        "partner: Yes and not in the IP list":
            count(lambda r: yes(r) and r["partner"] and r["partner"] not in lists.partners),
        "partner: Yes and not in the appealing list (no rule)":
            count(lambda r: yes(r) and r["partner"] and r["partner"] not in lists.appealing),
        "partner: No and given": count(lambda r: no(r) and r["partner"] != ""),
        "zeroCVA: empty": count(lambda r: r["cva"] == "Yes" and r["value"] is None),
        "zeroCVA: 0": count(lambda r: r["cva"] == "Yes" and r["value"] == 0),
        "no beneficiaries with OR (2022 script)":
            count(lambda r: direct(r) and (r.none("new") or r.none("total"))),
        "population sum: all five 0":
            count(lambda r: direct(r) and r["new"] and not r.sum(POPULATION)),
        "no output were People not exempt":
            count(lambda r: r.kind not in ("", DIRECT) and r.none("output")),
    }


def compare_report(data, out):
    """Compares flag columns with our findings, row by row."""
    amiss, compared = [], {}
    ours, flags = data.all_fired(), data.flags()
    overall = {"ERROR", "Review"} & set(flags)
    for name in overall:
        any_flag = sorted({n for f, rows in flags.items() if f not in overall for n in rows})
        if flags.pop(name) != any_flag:
            amiss.append("%s: column %s is not the union of its flags" % (data.name, name))
    for rule in sorted(set(ours) | set(flags)):
        theirs = set(flags.get(rule, ()))
        mine = set(ours.get(rule) or ())
        if theirs or mine:
            compared[rule] = {"theirs": len(theirs), "ours": len(mine),
                              "only_theirs": sorted(theirs - mine),
                              "only_ours": sorted(mine - theirs)}
        if theirs != mine:
            amiss.append("%s: %s differs from the report" % (data.name, rule))
    if data.name == "2023-report":
        got = {rule: c["theirs"] for rule, c in compared.items()}
        if got != REPORT_2023:
            amiss.append("2023-report: %s for %s" % (got, REPORT_2023))
    out["compared"] = compared
    return amiss


def print_table(out, amiss):
    for name, one in out.items():
        print("%s: %s, %d rows, rule pack %s" % (name, one["file"], one["rows"], one["pack"]))
        for rule, count in one["rules"].items():
            said = ""
            if name == "2021" and rule in ACCEPTANCE:
                said = "expected %d" % ACCEPTANCE[rule]
            print("  %-40s %6s  %s" % (rule, "-" if count is None else count, said))
        print("  %-40s %6d" % ("rows with a finding", one["rows_with_a_finding"]))
        for extra in ("duplicate", "fractional_people"):
            said = "expected %d" % ACCEPTANCE[extra] if name == "2021" else ""
            print("  %-40s %6d  %s" % (extra, one[extra], said))
        print("  %-40s %6d  in %d rows" % ("double-encoded cells", one["double_encoded"]["cells"],
                                           one["double_encoded"]["rows"]))
        print("  types: %s" % ", ".join("%s %d" % (k or "(none)", v)
                                        for k, v in one["types"].items()))
        for title in ("parts", "script", "named_rules", "unrepaired"):
            given = {k: v for k, v in one.get(title, {}).items() if v}
            if given:
                print("  %s: %s" % (title, "; ".join("%s %d" % kv for kv in given.items())))
        for kind, counts in one.get("by_number_reading", {}).items():
            print("  numbers as %s: %s" % (kind, ", ".join("%s %d" % kv for kv in counts.items())))
        for rule, c in one.get("compared", {}).items():
            print("  against the report: %s theirs %d, ours %d, only theirs %d, only ours %d" % (
                rule, c["theirs"], c["ours"], len(c["only_theirs"]), len(c["only_ours"])))
        print()
    for line in amiss:
        print("AMISS %s" % line)
    print("all as expected" if not amiss else "%d amiss" % len(amiss))


def print_rules(packs):
    for name in packs:
        years, lists, source, rules = PACKS[name]
        print("%s (years %s; %d rules)\n  lists: %s\n  source: %s" % (
            name, years, len(rules), lists, source))
        for rule in rules:
            print("  %-38s %-12s %-8s [%s]\n      %s" % (rule.name, rule.group, rule.severity,
                                                        rule.columns, rule.condition))
        print()


def print_rows(root, options):
    data = Data(root, options.of, options.numbers, repair=not options.raw)
    if options.rows in EXTRAS:
        found = EXTRAS[options.rows](data)
    else:
        rules = {rule.name: rule for rule in PACKS[options.pack or data.pack][3]}
        if options.rows not in rules:
            print("no rule %s in the pack; there are %s" % (
                options.rows, ", ".join(list(rules) + list(EXTRAS))), file=sys.stderr)
            return 2
        found = data.fired(rules[options.rows])
    print("".join("%d\n" % number for number in found or ()), end="")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rules", nargs="?", const="all", choices=["all"] + list(PACKS))
    parser.add_argument("--rows", metavar="RULE", help="a rule, or one of " + ", ".join(EXTRAS))
    parser.add_argument("--of", choices=list(SETS), default="2021")
    parser.add_argument("--pack", choices=list(PACKS), help="default: that of the data set")
    parser.add_argument("--numbers", choices=["shortest", "text", "double"], default="shortest")
    parser.add_argument("--raw", action="store_true", help="do not repair double encoding")
    options = parser.parse_args()
    if options.rules:
        print_rules(PACKS if options.rules == "all" else [options.rules])
        return 0
    root = samples.data_root() / "r4v5w"
    if not root.is_dir():
        # On the error stream when the output is for a machine, so that nobody takes it for data.
        machine = options.json or options.rows
        print("=" * 72 + "\nTEST DATA ABSENT: %s\nNo rule was applied. Set PUENTE_TEST_DATA to the "
              "folder of test data.\n" % root + "=" * 72, file=sys.stderr if machine else None)
        return 2 if machine else 0
    if options.rows:
        return print_rows(root, options)
    out, amiss = measure(root)
    if options.json:
        print(json.dumps(dict(out, amiss=amiss), indent=1, sort_keys=True))
    else:
        print_table(out, amiss)
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
