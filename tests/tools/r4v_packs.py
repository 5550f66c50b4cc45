# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# R4V's quality rules of each year, told in our own words.
"""PACKS has the rules by year; r4v_rules.py says what they have in common and applies them."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from r4v_table import AGE_GENDER, BUDGETS, PEOPLE, POPULATION, UNDER_18, WHAT  # noqa: E402

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
