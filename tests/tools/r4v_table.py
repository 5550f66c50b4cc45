# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Reads 5W and planning matrices of R4V row by row, independently of Puente.
"""Columns by their headers of any year, numbers as decimals, texts as they were meant."""
import decimal
import pathlib
import posixpath
import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
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
        self.number, self.names, self.columns = number, names, set(names.values())
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

    def unread(self, name):
        """A text stands where a number belongs."""
        texts = [self.cells[c][1] for c, own in self.names.items() if own == name and c in self.cells]
        return self[name] is None and any(text.strip() for text in texts)

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
