#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Writes plugins/table/data/code_names.tsv: English names of the codes that mapping tables show.
"""usage: make_table_codes.py CODELISTS > plugins/table/data/code_names.tsv

CODELISTS holds codelist files of the IATI standard in folders at any depth; where there are several
generations of a list, the last one by name is taken. The output is reviewed and committed; the
build does not run this script.
"""
import pathlib
import sys
import xml.etree.ElementTree as tree

LISTS = ["ActivityStatus", "TransactionType", "Country", "Region", "SectorCategory", "Sector"]


def main():
    folder = pathlib.Path(sys.argv[1])
    print("# Copyright 2026 The Puente Authors")
    print("# SPDX-License-Identifier: Apache-2.0")
    print("# English names of codes of the IATI codelists that mapping tables show.")
    print("# Facts from IATI/IATI-Codelists (2.03) and IATI/IATI-Codelists-NonEmbedded; written by")
    print("# tools/make_table_codes.py, then reviewed. Columns: codelist; code; name.")
    print("list\tcode\tname")
    for name in LISTS:
        path = sorted(folder.rglob(name + ".xml"))[-1]
        for item in tree.parse(path).getroot().iter("codelist-item"):
            code = item.findtext("code").strip()
            for narrative in item.find("name").iter("narrative"):
                if "{http://www.w3.org/XML/1998/namespace}lang" in narrative.attrib:
                    continue
                print(name, code, " ".join(narrative.text.split()), sep="\t")
                break


if __name__ == "__main__":
    main()
