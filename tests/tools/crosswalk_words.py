# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# The crosswalk between FTS and IATI as the judges of it know it, from docs/formats.
"""What the judges of the crosswalk between FTS and IATI know.

The tables of docs/formats/iati.md and docs/formats/fts.md written a second time, from those pages:
they share nothing with those of the plugins.
"""
import datetime

TYPE_OF_STATUS = {"pledge": "12", "commitment": "2", "paid": "3"}
STATUS_OF_TYPE = {"12": ("pledge", False), "13": ("pledge", True), "2": ("commitment", False),
                  "11": ("commitment", True), "3": ("paid", False), "1": ("paid", True)}
CATEGORY = {"unearmarked": "1", "softly earmarked": "2", "earmarked": "3", "tightly earmarked": "4"}
WORD_OF_LETTER = dict(zip("ABCDEFGHIJKL", ["unearmarked"] * 3 + ["softly earmarked"] * 3 +
                          ["earmarked"] * 2 + ["tightly earmarked"] * 4))
# Types that have a code which says the same, by type and subtype; None for any subtype.
EXACT_TYPES = {("Government", None): "10", ("Government", "National government"): "10",
               ("NGO", "International"): "21", ("NGO", "National"): "22", ("Other", None): "90",
               ("Governments", None): "10", ("Multilateral Organizations", None): "40",
               ("NGOs", "International NGOs"): "21", ("NGOs", "National NGOs/CSOs"): "22"}
# Types with a narrower line that is not exact.
BROADER = {("Multilateral Organizations", "UN Agencies"), ("NGO", "Local"),
           ("NGOs", "Local NGOs/CSOs")}
WORDS_OF_CODE = {"10": ("Governments", None), "21": ("NGOs", "International NGOs"),
                 "22": ("NGOs", "National NGOs/CSOs"), "40": ("Multilateral Organizations", None),
                 "90": ("Other", None)}
CLUSTER_CODE = {**{str(n): str(n) for n in range(1, 12)}, "12": "5403", "13": "5404"}
CLUSTER_ID = {code: number for number, code in CLUSTER_CODE.items()}
CLUSTER_NAME = {"1": "Camp Coordination / Management", "2": "Early Recovery", "3": "Education",
                "4": "Emergency Shelter and NFI", "5": "Emergency Telecommunications",
                "6": "Food Security", "7": "Health", "8": "Logistics", "9": "Nutrition",
                "10": "Protection", "11": "Water Sanitation Hygiene", "12": "Child Protection",
                "13": "Gender Based Violence"}
WORD_OF_CATEGORY = {code: word for word, code in CATEGORY.items()}
HPC = "XM-OCHA-HPC"
PUBLISHER = "XM-OCHA-FTS"
API = "https://api.hpc.tools/v1/public/"
VOCABULARY = {"Plan": API + "plan", "Emergency": API + "emergency",
              "GlobalCluster": API + "global-cluster", "Cluster": API + "governingEntity",
              "word": "https://fts.unocha.org/glossary", "keyword": "https://fts.unocha.org"}


def texts(element, path):
    """The texts of the narratives below an element."""
    return [n.text or "" for n in element.findall(path + "/narrative")]


def instant(text):
    """A date with a time and its zone, however its fraction is written."""
    return datetime.datetime.fromisoformat(text)
