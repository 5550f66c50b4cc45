#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Writes plugins/iati/data/elements.tsv: which field of puente.v1 each IATI element and attribute goes to.
"""usage: make_iati_elements.py SCHEMAS DESCRIPTOR_SET > plugins/iati/data/elements.tsv

SCHEMAS holds flat-2.03-*.tsv and flat-1.05-*.tsv (facts derived from the XSDs of the IATI standard);
DESCRIPTOR_SET is the output of `protoc --include_imports --descriptor_set_out`. Needs the Python
protobuf package. The output is reviewed and committed; the build does not run this script.
"""
import csv
import sys

from google.protobuf import descriptor_pb2, descriptor_pool

# Element name -> field name where it is not the name with underscores, alone or with an `s`.
FIELDS = {
    "aid-type": "aid_types", "default-aid-type": "default_aid_types", "budget-item": "items",
    "category": "categories", "mailing-address": "mailing_addresses",
    "related-activity": "related_activities", "recipient-country": "recipient_countries",
    "total-expenditure": "total_expenditures", "aidtype-flag": "other_flags",
    "gazetteer-entry": "gazetteer_entries", "activity-website": "activity_websites",
    "provider-org": "sources", "receiver-org": "destinations", "legacy-data": "legacy_data",
    "location-id": "location_ids", "tag": "tags", "humanitarian-scope": "humanitarian_scopes",
    "recipient-region": "recipient_regions",
}
ATTRIBUTES = {"xml:lang": "lang", "srsName": "srs_name"}
# Words of IATI 1.0x that became codes: path of the attribute -> list of codes_1x.tsv.
WORDS = {
    "participating-org/@role": "organisation-role", "activity-date/@type": "activity-date-type",
    "transaction-type/@code": "transaction-type", "sector/@vocabulary": "sector-vocabulary",
    "policy-marker/@vocabulary": "policy-marker-vocabulary", "budget/@type": "budget-type",
}
LEAVES = {".puente.v1.Decimal", ".puente.v1.Date", ".puente.v1.DateTime"}


def main():
    schemas, descriptor_set = sys.argv[1:3]
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet()
    with open(descriptor_set, "rb") as f:
        files.ParseFromString(f.read())
    for file in files.file:
        pool.Add(file)

    def field_of(message, name, table):
        snake = name.replace("-", "_")
        for candidate in (snake, snake + "s", table.get(name)):
            if candidate and candidate in message.fields_by_name:
                return message.fields_by_name[candidate]
        return None

    def is_message(field):
        return field.message_type is not None and "." + field.message_type.full_name not in LEAVES

    print("# Copyright 2026 The Puente Authors")
    print("# SPDX-License-Identifier: Apache-2.0")
    print("# Elements of IATI and the fields of puente.v1 that they go to, in the standard's order.")
    print("# Facts from the XSDs of IATI 2.03 and 1.05 (IATI/IATI-Schemas); written by")
    print("# tools/make_iati_elements.py, then reviewed. Columns: generation of the standard (1 or 2);")
    print("# path from the record's element; field from the parent's message, `-` for the record itself;")
    print("# leaves: `@attribute=field` or `text()=field` from the element's message, `text()=.` when the")
    print("# field is itself the value. `{list}` names a list of codes_1x.tsv.")
    print("model\tpath\tfield\tleaves")
    for model, version in (("2", "2.03"), ("1", "1.05")):
        print("%s\tDatasetHeader\t-\t@version=version @generated-datetime=generated_datetime "
              "@linked-data-default=linked_data_default" % model)
        for kind, root, record in (("activities", "iati-activities/iati-activity", "Activity"),
                                   ("organisations", "iati-organisations/iati-organisation",
                                    "Organisation")):
            with open("%s/flat-%s-%s.tsv" % (schemas, version, kind), newline="") as f:
                rows = [r for r in csv.DictReader(f, delimiter="\t") if r["path"].startswith(root)]
            # path -> (message, prefix): fields of the element are looked up in message, below prefix
            scope = {}
            for row in rows:
                path = row["path"][len(root):].lstrip("/")
                name = path.rsplit("/", 1)[-1]
                text = row["text"] != ""
                attributes = [a.strip().split(":string")[0] for a in
                              row["attributes(!=required)"].split(";") if a.strip()]
                names = []
                for a in attributes:
                    a = a.lstrip("@").replace("!", "")
                    names.append("xml:lang" if a.startswith("xml:lang") else a.split(":")[0])
                leaves = []
                if path == "":
                    message = pool.FindMessageTypeByName("puente.v1." + record)
                    scope[path] = (message, "")
                    target, prefix = "-", ""
                else:
                    parent = path.rsplit("/", 1)[0] if "/" in path else ""
                    holder, below = scope[parent]
                    wanted = name
                    if model == "1" and name == "iati-identifier" and record == "Organisation":
                        wanted = "organisation-identifier"
                    if below and name == "narrative":
                        inner = holder.fields_by_name[below.rstrip(".")].message_type
                        field = field_of(inner, wanted, FIELDS)
                        target = below + field.name
                    else:
                        if wanted == "recipient-country" or wanted == "recipient-region":
                            plural = FIELDS[wanted]
                            single = wanted.replace("-", "_")
                            field = holder.fields_by_name.get(plural) or holder.fields_by_name.get(single)
                        else:
                            field = field_of(holder, wanted, FIELDS)
                        if field is None:
                            print("no field for", model, path, file=sys.stderr)
                            continue
                        target = field.name
                    if not is_message(field):
                        print("%s\t%s\t%s\ttext()=." % (model, record + "/" + path, target))
                        scope[path] = None
                        continue
                    message = field.message_type
                    prefix = ""
                    if message.name == "MoneyEndpoint":
                        prefix = "organisation."
                    if model == "1" and message.name == "Text" and field.label != field.LABEL_REPEATED:
                        target += ".narratives"
                        message = message.fields_by_name["narratives"].message_type
                    scope[path] = (message, prefix)
                inner = message
                if prefix:
                    inner = message.fields_by_name["organisation"].message_type
                own_narrative = message.name == "Narrative"
                has_narratives = "narratives" in inner.fields_by_name
                for a in names:
                    word = ""
                    if model == "1":
                        for suffix, table in WORDS.items():
                            if (path + "/@" + a).endswith(suffix) and (
                                    suffix != "budget/@type" or path == "budget"):
                                word = "{%s}" % table
                    if model == "1" and a == "xml:lang" and not own_narrative and path:
                        if has_narratives:
                            leaves.append("@xml:lang=%snarratives[].lang" % prefix)
                        continue
                    if name == "other-identifier" and a == "owner-ref":
                        leaves.append("@owner-ref=owner_org.ref")
                        continue
                    if name == "other-identifier" and a == "owner-name":
                        leaves.append("@owner-name=owner_org.narratives[].text")
                        continue
                    field = field_of(inner, a, ATTRIBUTES)
                    where = prefix
                    if field is None or (prefix and a.endswith("activity-id")):
                        where = ""
                        field = (message.fields_by_name.get("activity_id")
                                 if a in ("provider-activity-id", "receiver-activity-id")
                                 else field_of(message, a, ATTRIBUTES))
                    if field is None and a == "iso-date":
                        field = message.fields_by_name.get("date")
                    if field is None:
                        print("no field for", model, path, "@" + a, file=sys.stderr)
                        continue
                    leaves.append("@%s=%s%s%s" % (a, where, field.name, word))
                if text:
                    if own_narrative:
                        leaves.append("text()=text")
                    elif message.name in ("Money", "SpendingForecast"):
                        leaves.append("text()=value")
                    elif name == "other-identifier":
                        leaves.append("text()=ref")
                    elif name == "gazetteer-entry":
                        leaves.append("text()=entry")
                    elif has_narratives:
                        leaves.append("text()=%snarratives[].text" % prefix)
                    else:
                        print("no text for", model, path, file=sys.stderr)
                print("%s\t%s\t%s\t%s" % (model, (record + "/" + path).rstrip("/"), target,
                                          " ".join(leaves)))


if __name__ == "__main__":
    main()
