// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of filters: fields found, values checked, records chosen.

#include "core/filter/filter.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/filter/field_names.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace puente::filter {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

constexpr char kActivity[] = R"pb(
  identity { dataset: "co" id: "A-1" }
  activity {
    lang: "es"
    humanitarian: false
    hierarchy: 2
    iati_identifier: "A-1"
    linked_data_uri: ""
    last_updated_datetime { year: 2024 month: 5 day: 1 hour: 23 utc_offset_minutes: -300 }
    reporting_org {
      ref: "GB-GOV-1"
      narratives { text: "FCDO" }
    }
    title {
      narratives { text: "Agua \"limpia\"" }
      narratives { text: "Water" lang: "en" }
    }
    activity_dates {
      type: "1"
      iso_date { year: 2020 }
    }
    activity_dates {
      type: "2"
      iso_date { year: 2021 month: 2 }
    }
    activity_dates {
      type: "3"
      iso_date { year: 2022 month: 3 day: 4 }
    }
    activity_dates {
      type: "4"
      iso_date { year: 2022 month: 13 day: 4 }
    }
    recipient_countries {
      code: "CO"
      percentage { unscaled: 605 scale: 1 }
    }
    recipient_countries { code: "VE" }
    activity_status {}
    transactions {
      ref: "t*1"
      transaction_type { code: "3" }
      value {
        value { unscaled: 100000000 scale: 2 }
        currency: "USD"
      }
      sources { organisation { ref: "XM-DAC-7" } }
    }
    transactions {
      value {
        value { digits: "12345678901234567890123456789" scale: 9 }
        currency: "EUR"
      }
    }
    links { kind: LINK_KIND_PARENT target: "A" }
    activity_websites: "https://example.org/a"
  }
  provenance { source: "co.xml" line: 7 offset: 10000000000 }
)pb";

v1::Record Read(const char* text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record));
  return record;
}

// "yes", "no", or the error in one line.
std::string Asked(std::string_view text, const v1::Record& record) {
  const auto filter = Filter::Compile(text);
  if (!filter.ok()) return FormatError(filter.status());
  return filter->Matches(record) ? "yes" : "no";
}

void ExpectAll(const v1::Record& record, std::string_view answer,
               const std::vector<std::string_view>& expressions) {
  for (const std::string_view expression : expressions) {
    EXPECT_EQ(Asked(expression, record), answer) << expression;
  }
}

TEST(FilterTest, FindsFieldsFromRecordContentAndSecondNames) {
  const v1::Record record = Read(kActivity);
  ExpectAll(
      record, "yes",
      {"reporting_org.ref = \"GB-GOV-1\"", "activity.reporting_org.ref = GB-GOV-1",
       "recipient_countries.code = CO", "recipient_country.code = CO",
       "activity.recipient_country.code = CO", "transaction.value.amount > 1000",
       "transactions.value.value > 1000", "transaction.provider_org.ref = XM-DAC-7",
       "transactions.sources.organisation.ref = XM-DAC-7", "identity.id = A-1",
       "provenance.line = 7", "activity_date.iso_date = 2020", "title.narrative.text = Water"});
  ExpectAll(record, "no",
            {"organisation.reporting_org.ref = GB-GOV-1", "plan.code = x", "cells = x",
             "transaction.receiver_org.ref = XM-DAC-7"});
}

TEST(FilterTest, AsksEachKindOfRecord) {
  const v1::Record organisation = Read(R"pb(organisation {
                                              reporting_org { ref: "X" }
                                              name { narratives { text: "X" } }
                                            })pb");
  ExpectAll(
      organisation, "yes",
      {"reporting_org.ref = X", "organisation.reporting_org.ref = X", "name.narrative.text = X",
       "organisation:*", "NOT activity:*", "NOT humanitarian = true"});
  ExpectAll(organisation, "no", {"activity.reporting_org.ref = X", "iati_identifier:*"});
  const v1::Record plan = Read(R"pb(plan {
                                      code: "RREG23"
                                      name { narratives { text: "X" } }
                                    })pb");
  ExpectAll(plan, "yes", {"code = RREG23", "name.narrative.text = X"});
  const v1::Record row = Read(R"pb(row {
                                     cells { text: "a" }
                                     cells {}
                                     cells { text: "9" }
                                   })pb");
  ExpectAll(row, "yes", {"cells = a", "row.cell = a", "cells > \"8\"", "cells != a", "cells:*"});
  ExpectAll(row, "no", {"cells = \"\"", "cells = b"});
  ExpectAll(Read(""), "no", {"identity.ordinal = 0", "code = x", "identity:*"});
}

TEST(FilterTest, Texts) {
  const v1::Record record = Read(kActivity);
  ExpectAll(record, "yes",
            {"lang = es",
             "lang != en",
             "lang > en",
             "lang >= es",
             "lang < et",
             "lang <= \"es\"",
             "lang:es",
             "lang = *",
             "lang = e*",
             "lang = *s",
             "lang = *e*s*",
             "lang:*s",
             "lang != *x*",
             "title.narrative.text = \"Agua \\\"limpia\\\"\"",
             "title.narrative.text = '*\"limpia\"'",
             "transaction.ref = \"t\\*1\"",
             "transaction.ref = t*",
             "linked_data_uri = \"\"",
             "linked_data_uri:*",
             "activity_website = \"https://*\"",
             "linked_data_uri = *"});
  ExpectAll(record, "no",
            {"lang = ES", "lang = e", "lang = es*s", "lang = *es*es*", "lang > es", "lang < es",
             "lang != es", "lang != e*", "transaction.ref = \"\\*1\"", "default_currency = *",
             "default_currency != USD", "default_currency < Z", "lang = \"es \""});
}

TEST(FilterTest, RepeatedFieldsHoldWhenAnyValueDoes) {
  const v1::Record record = Read(kActivity);
  ExpectAll(record, "yes",
            {"recipient_country.code = CO AND recipient_country.code = VE",
             "recipient_country.code != CO", "NOT recipient_country.code = PE",
             "transaction.value.currency = USD AND transaction.value.amount > 10000000000"});
  ExpectAll(record, "no",
            {"NOT recipient_country.code = CO", "recipient_country.code = PE",
             "-recipient_country.code != CO", "budget.type != 1", "recipient_region.code != 1"});
}

TEST(FilterTest, NumbersAreExact) {
  const v1::Record record = Read(kActivity);
  ExpectAll(record, "yes",
            {"transaction.value.amount = 1000000", "transaction.value.amount = 1000000.00",
             "transaction.value.amount = 1e6", "transaction.value.amount:\"1000000\"",
             "transaction.value.amount = 12345678901234567890.123456789",
             "transaction.value.amount > 12345678901234567890.123456788",
             "NOT transaction.value.amount > 12345678901234567890.123456789",
             "transaction.value.amount >= 12345678901234567890.123456789",
             "recipient_country.percentage = 60.5", "recipient_country.percentage > -1",
             "hierarchy = 2", "hierarchy = 2.0", "hierarchy < 3", "hierarchy != 1",
             "hierarchy <= 2", "provenance.offset = 10000000000", "provenance.offset > 9999999999",
             "provenance.offset < 99999999999999999999999999", "identity.ordinal = 0"});
  ExpectAll(record, "no",
            {"transaction.value.amount = 1000000.001", "hierarchy > 2", "hierarchy = -2",
             "provenance.length:*", "identity.ordinal:*", "recipient_country.percentage = 60",
             "recipient_country.percentage > 60.5"});
  v1::Record broken = record;
  broken.mutable_activity()->mutable_transactions(0)->mutable_value()->mutable_value()->set_scale(
      99);
  ExpectAll(broken, "no",
            {"transaction.value.amount = 1000000",
             "transaction.value.amount != 12345678901234567890.123456789"});
}

TEST(FilterTest, TrueFalseAndNames) {
  const v1::Record record = Read(kActivity);
  ExpectAll(record, "yes",
            {"humanitarian = false", "humanitarian != true", "humanitarian:*", "humanitarian:false",
             "link.kind = LINK_KIND_PARENT", "link.kind != LINK_KIND_CHILD"});
  ExpectAll(
      record, "no",
      {"humanitarian = true", "humanitarian != false", "link.kind = LINK_KIND_CHILD",
       "reporting_org.secondary_reporter = false", "reporting_org.secondary_reporter != true"});
}

TEST(FilterTest, PartsOfDatesHoldWhenAllTheirDaysDo) {
  // Of data and value: 2020; 2021-02; 2022-03-04. A month 13 is no date.
  const v1::Record record = Read(kActivity);
  ExpectAll(record, "yes",
            {"activity_date.iso_date = 2020", "activity_date.iso_date = 2021",
             "activity_date.iso_date = 2021-02", "activity_date.iso_date = 2022-03-04",
             "activity_date.iso_date = 2022-03", "activity_date.iso_date = 2022",
             "activity_date.iso_date < 2021-01-01", "activity_date.iso_date < 2021",
             "activity_date.iso_date <= 2020-12-31", "activity_date.iso_date <= 2020",
             "activity_date.iso_date > 2022-03-03", "activity_date.iso_date > 2022-02",
             "activity_date.iso_date >= 2022-03-04", "activity_date.iso_date >= 2022-03",
             "activity_date.iso_date != 2020"});
  ExpectAll(record, "no",
            {"activity_date.iso_date = 2020-01", "activity_date.iso_date = 2021-02-28",
             "activity_date.iso_date < 2020-12-31", "activity_date.iso_date <= 2020-12-30",
             "activity_date.iso_date > 2022", "activity_date.iso_date > 2022-03-04",
             "activity_date.iso_date >= 2022-04", "activity_date.iso_date = 2022-12"});
  const v1::Record month =
      Read(R"pb(activity { activity_dates { iso_date { year: 2024 month: 2 } } })pb");
  ExpectAll(month, "yes",
            {"activity_date.iso_date <= 2024-02-29", "activity_date.iso_date < 2024-03",
             "activity_date.iso_date >= 2024-02-01", "activity_date.iso_date != 2024-03"});
  // It may be that day, or not: neither is known.
  ExpectAll(month, "no",
            {"activity_date.iso_date <= 2024-02-28", "activity_date.iso_date = 2024-02-01",
             "activity_date.iso_date != 2024-02-01", "activity_date.iso_date > 2024-02-01"});
}

TEST(FilterTest, Moments) {
  // 2024-05-01T23:00:00-05:00
  const v1::Record record = Read(kActivity);
  ExpectAll(record, "yes",
            {"last_updated_datetime = 2024-05-01", "last_updated_datetime = 2024",
             "last_updated_datetime < 2024-05-02", "last_updated_datetime >= 2024-05",
             "last_updated_datetime = 2024-05-01T23:00:00-05:00",
             "last_updated_datetime = 2024-05-02T04:00:00Z",
             "last_updated_datetime > \"2024-05-02T03:59:59.999Z\"",
             "last_updated_datetime < 2024-05-02T04:00:00.001Z",
             "last_updated_datetime = 2024-05-01T23:00:00",
             "last_updated_datetime < 2024-05-02T00:00:00"});
  ExpectAll(record, "no",
            {"last_updated_datetime = 2024-05-02", "last_updated_datetime = 2024-05-01T23:00:00Z",
             "last_updated_datetime > 2024-05-02T04:00:00Z", "last_updated_datetime < 2024-05-01"});
  // The number of the day: across months, leap days and years.
  const std::vector<std::string> kAscending = {
      "1900-02-28T23:30:00-01:00", "1900-03-01T00:31:00Z",     "1999-12-31T23:59:59+14:00",
      "1999-12-31T23:59:59Z",      "2000-01-01T00:00:00Z",     "2000-02-29T23:59:59Z",
      "2000-03-01T00:00:00Z",      "2024-02-29T22:00:00-02:01"};
  for (size_t i = 0; i < kAscending.size(); ++i) {
    v1::Record at;
    ASSERT_NE(ParseDateTime(kAscending[i], at.mutable_activity()->mutable_last_updated_datetime()),
              TextForm::kInvalid);
    for (size_t j = 0; j < kAscending.size(); ++j) {
      EXPECT_EQ(Asked("last_updated_datetime < " + kAscending[j], at), i < j ? "yes" : "no")
          << kAscending[i] << " < " << kAscending[j];
      EXPECT_EQ(Asked("last_updated_datetime = " + kAscending[j], at), i == j ? "yes" : "no");
    }
  }
}

TEST(FilterTest, Presence) {
  const v1::Record record = Read(kActivity);
  ExpectAll(record, "yes",
            {"activity:*", "title:*", "activity_status:*", "transactions:*",
             "transactions.value.amount:*", "transaction.provider_org:*", "identity.id:*",
             "NOT budget:*", "-default_currency:*"});
  ExpectAll(record, "no",
            {"organisation:*", "activity_status.code:*", "budgets:*", "budgets.value.amount:*",
             "identity.agency:*", "residue:*", "sectors.code:*"});
}

TEST(FilterTest, LogicalOperators) {
  const v1::Record record = Read(kActivity);
  ExpectAll(record, "yes",
            {"lang = es AND hierarchy = 2", "lang = en OR hierarchy = 2",
             "lang = es AND (hierarchy = 9 OR hierarchy = 2)",
             "(lang = es AND hierarchy = 9) OR hierarchy = 2", "NOT (lang = es AND hierarchy = 9)",
             "NOT lang = en AND -hierarchy = 9"});
  ExpectAll(record, "no",
            {"lang = es AND hierarchy = 9", "lang = en OR hierarchy = 9",
             "lang = en AND (hierarchy = 9 OR hierarchy = 2)", "-(lang = es OR hierarchy = 9)"});
}

TEST(FilterTest, RefusesWhatDoesNotFitTheSchema) {
  const struct {
    std::string_view text;
    uint64_t column;
    std::string_view marked;
    std::string_view message;
    std::string_view hint;
  } kCases[] = {
      {"recipient_contry.code = CO", 1, "recipient_contry", "no field `recipient_contry`",
       "did you mean `recipient_country`?"},
      {"activty.lang = es", 1, "activty", "no field `activty`", "did you mean `activity`?"},
      {"lang = es AND recipient_country.cod = CO", 33, "cod",
       "`recipient_country` has no field `cod`", "did you mean `code`?"},
      {"transaction.value.amonut = 1", 19, "amonut", "`value` has no field", "`amount`"},
      {"zzzzzz = 1", 1, "zzzzzz", "no field `zzzzzz`", "JSON Lines"},
      {"title.zzzzzz = 1", 7, "zzzzzz", "`title` has no field", "it has narratives"},
      {"activity.zzzzzz = 1", 10, "zzzzzz", "`activity` has no field", ", ..."},
      {"lang.x = 1", 6, "x", "`lang` is one value", "the value itself"},
      {"transaction.value.amount.scale = 1", 26, "scale", "`amount` is one value", ""},
      {"dataset_header.version = 1", 1, "dataset_header", "headers of datasets", "identity"},
      {"title = x", 1, "title", "`title` holds fields", "narratives"},
      {"transaction.value > 1", 1, "transaction.value", "holds fields",
       "value, currency, value_date"},
      {"lexical.path = x", 1, "lexical.path", "cannot be compared", "lexical.path:*"},
      {"extensions.value = x", 20, "x", "bytes", "extensions.value:*"},
      {"humanitarian = yes", 16, "yes", "true or false", "write true or false"},
      {"humanitarian = 1", 16, "1", "true or false", ""},
      {"humanitarian = tru*", 16, "tru*", "true or false", ""},
      {"humanitarian = *", 16, "*", "true or false", "humanitarian:*"},
      {"humanitarian < true", 14, "<", "no order", "= or !="},
      {"links.kind = PARENT", 14, "PARENT", "list of names", "`LINK_KIND_PARENT`"},
      {"links.kind = LINK_KIND_PARNT", 14, "LINK_KIND_PARNT", "list of names",
       "`LINK_KIND_PARENT`"},
      {"links.kind = zzz", 14, "zzz", "list of names", "LINK_KIND_SAME_AS, LINK_KIND_PART_OF"},
      {"links.kind > LINK_KIND_PARENT", 12, ">", "no order", ""},
      {"hierarchy = x", 13, "x", "a whole number", "digits"},
      {"hierarchy = 1.5", 13, "1.5", "a whole number", "without decimals"},
      {"hierarchy = \"\"", 13, "\"\"", "a whole number", ""},
      {"budget.value.amount > 1*", 23, "1*", "a number", ""},
      {"budget.value.amount > \"1,000\"", 23, "\"1,000\"", "a number", "1000000.50"},
      {"budget.value.amount = *", 23, "*", "a number", "budget.value.amount:*"},
      {"budget.value.value_date > 31/12/2020", 27, "31/12/2020", "a date", "2024-12-31"},
      {"budget.value.value_date > 2020-02-30", 27, "2020-02-30", "a date", ""},
      {"budget.value.value_date > 2020-01-01Z", 27, "2020-01-01Z", "a date", ""},
      {"last_updated_datetime > yesterday", 25, "yesterday", "a date with a time", "T23:59:59Z"},
      {"sector.code > 100", 15, "100", "letter by letter", "\"100\""},
      {"sector.code > 1*", 15, "1*", "a wildcard has no order", "\\*"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto filter = Filter::Compile(c.text);
    ASSERT_FALSE(filter.ok());
    EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument);
    const ErrorDetail detail = GetErrorDetail(filter.status());
    EXPECT_EQ(detail.code, "PUE-0112");
    EXPECT_EQ(detail.line, 1u);
    EXPECT_EQ(detail.column, c.column);
    EXPECT_EQ(detail.text, c.marked);
    EXPECT_NE(detail.message.find(c.message), std::string::npos) << detail.message;
    EXPECT_NE(detail.hint.find(c.hint), std::string::npos) << detail.hint;
  }
}

TEST(FilterTest, WildcardsTakeLinearTime) {
  // Backtracking would not end on this.
  v1::Record record;
  record.mutable_activity()->set_lang(std::string(200'000, 'a'));
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  EXPECT_EQ(Asked("lang = \"*" + pattern + "b*\"", record), "no");
  EXPECT_EQ(Asked("lang = \"*" + pattern + "\"", record), "yes");
}

// Every message that the content of a record is made of.
std::vector<const Descriptor*> Messages() {
  std::vector<const Descriptor*> found = {v1::Record::descriptor()};
  std::set<const Descriptor*> seen(found.begin(), found.end());
  for (size_t i = 0; i < found.size(); ++i) {
    for (int f = 0; f < found[i]->field_count(); ++f) {
      const Descriptor* below = found[i]->field(f)->message_type();
      if (below != nullptr && seen.insert(below).second) found.push_back(below);
    }
  }
  return found;
}

TEST(FieldNamesTest, EverySecondNameLeadsSomewhereAndHidesNothing) {
  std::set<std::string> seen;
  ASSERT_GT(FieldAliases().size(), 70u);
  for (const FieldAlias& alias : FieldAliases()) {
    SCOPED_TRACE(alias.name);
    EXPECT_TRUE(seen.insert(std::string(alias.message) + "." + std::string(alias.name)).second);
    bool used = false;
    for (const Descriptor* type : Messages()) {
      if (alias.message != "*" && alias.message != type->name()) continue;
      const FieldChain chain = FindField(*type, alias.name);
      if (chain.empty() || type->FindFieldByName(std::string(alias.name)) != nullptr) {
        // A second name given to one message must not be that of a field of it.
        EXPECT_EQ(alias.message, "*") << type->name();
        continue;
      }
      std::string path;
      for (const FieldDescriptor* field : chain) path += (path.empty() ? "" : ".") + field->name();
      EXPECT_EQ(path, alias.path) << type->name();
      used = true;
    }
    EXPECT_TRUE(used);
  }
}

// So that nobody has to know which field is repeated: one is asked for in the singular.
TEST(FieldNamesTest, EveryRepeatedFieldHasASingular) {
  // These are the same in both, or have none.
  const std::set<std::string> kNone = {
      "attributions", "blank_columns", "blank_styles", "breakdown", "children", "columns",
      "concepts",     "evidence",      "formulas",     "json",      "kinds",    "legacy_data",
      "lexical",      "people",        "steps",        "styles",    "within"};
  for (const Descriptor* type : Messages()) {
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (!field->is_repeated() || field->containing_type()->name() == "TableLayout") continue;
      bool found = false;
      for (const FieldAlias& alias : FieldAliases()) {
        found = found || alias.path == field->name();
      }
      EXPECT_TRUE(found || kNone.contains(field->name())) << type->name() << '.' << field->name();
    }
  }
}

// A field of Record is found before one of the content: none may have the name of another.
TEST(FieldNamesTest, FieldsOfRecordsHideNoContent) {
  const Descriptor& record = *v1::Record::descriptor();
  for (int i = 0; i < record.field_count(); ++i) {
    for (int k = 0; k < record.oneof_decl(0)->field_count(); ++k) {
      const Descriptor* content = record.oneof_decl(0)->field(k)->message_type();
      EXPECT_EQ(content->FindFieldByName(record.field(i)->name()), nullptr)
          << content->name() << '.' << record.field(i)->name();
    }
  }
}

}  // namespace
}  // namespace puente::filter
