// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of rows of R4V's 5W that are written as activities of IATI.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/text_format.h"
#include "plugins/iati/delivery_activity.h"
#include "plugins/iati/delivery_codes.h"
#include "tests/core/random_record.h"
#include "tests/plugins/lawful_writing.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::iati {
namespace {

using ::puente::testing::FakePlugin;
using ::puente::testing::FakeWriting;
using ::puente::testing::Has;
using ::puente::testing::HasFinding;
using ::puente::testing::WriteByTheLaw;

constexpr const char* kJanuary = "period { year: 2025 month: 1 } ";

/// A row with these fields of its activity, and these of its delivery.
v1::Record Row(const std::string& activity, const std::string& delivery) {
  v1::Record record;
  const std::string text = "activity { " + activity + " deliveries { " + delivery + " } }";
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

FakeWriting Write(const std::vector<v1::Record>& records) {
  return WriteByTheLaw(FakePlugin(puente_plugin_v1, "iati"), records);
}

TEST(DeliveryCodesTest, NamesSectorsAndSlugs) {
  EXPECT_EQ(FindDeliveryName("tag", "in_plan").name, "rmrp_activity");
  EXPECT_EQ(FindDeliveryName("tag", "nothing").name, "");
  EXPECT_EQ(FindDeliveryName("scheme", "prefix").title, "");
  EXPECT_EQ(DeliveryVocabulary("cva"), "https://www.r4v.info#cva");
  EXPECT_EQ(FindR4vSector("education", "hrinfo"), "3");
  EXPECT_EQ(FindR4vSector("education", "dac"), "72012");
  // A code that says more is none; the next one says less.
  EXPECT_EQ(FindR4vSector("health", "dac"), "72010");
  EXPECT_EQ(FindR4vSector("food_security", "dac"), "");
  EXPECT_EQ(FindR4vSector("mpc", "hrinfo"), "");
  EXPECT_TRUE(IsGeographicVocabulary("A4"));
  EXPECT_FALSE(IsGeographicVocabulary("r4v"));
  EXPECT_EQ(SlugOf("Fundación Ejemplo (FE)"), "fundacion-ejemplo-fe");
  EXPECT_EQ(SlugOf("  \xFF "), "");
  EXPECT_EQ(SlugOf("n\u0303a"), "na");
}

TEST(DeliveryActivityTest, OnlyRowsAreRows) {
  v1::Record row = Row("", kJanuary);
  EXPECT_TRUE(DeliveryActivity::IsDelivery(row.activity()));
  row.mutable_activity()->set_iati_identifier("X");
  EXPECT_FALSE(DeliveryActivity::IsDelivery(row.activity()));
  row.mutable_activity()->clear_iati_identifier();
  row.mutable_activity()->clear_deliveries();
  EXPECT_FALSE(DeliveryActivity::IsDelivery(row.activity()));
}

TEST(DeliveryActivityTest, PeopleAreOneIndicatorForEachMeasure) {
  const FakeWriting writing = Write({Row(
      "reporting_org { ref: 'ORG208' narratives { text: 'Agency' } } "
      "title { narratives { text: 'Cash' } } "
      "recipient_countries { code: 'CO' narratives { text: 'Colombia' } } "
      "locations { administratives { code: 'CO-ANT' vocabulary: 'A4' level: 1 "
      "  narratives { text: 'Antioquia' } } administratives { code: 'CO05001' vocabulary: 'r4v' "
      "  level: 2 narratives { text: 'Medellin' } } } "
      "sectors { code: 'education' vocabulary: '99' narratives { text: 'Education' } }",
      std::string(kJanuary) +
          "indicator { code: 'RE-ED1' narratives { text: '# of children' } } "
          "people { count { unscaled: 40 } measure: 'total of the month' } "
          "people { count { unscaled: 25 scale: 1 } measure: 'new of the month' } "
          "people { count { unscaled: 2 } measure: 'new of the month' "
          "  dimensions { name: 'sex' value: 'female' } dimensions { name: 'age' value: '0-17' } } "
          "quantity { unscaled: 7 } value { value { unscaled: 500 } currency: 'USD' } "
          "implementers { narratives { text: 'Partner' } "
          "  foreign_identifiers { scheme: 'r4v' value: 'IP115' } } "
          "through_partner: true covid19: false cash_or_voucher: true "
          "indicator_type { code: 'pin' }")});
  EXPECT_TRUE(Has(writing, "<iati-identifier>R4V-ORG208-5W-2025-01-"));
  EXPECT_TRUE(Has(writing, "<reporting-org ref=\"R4V-ORG208\" type=\"90\">"));
  EXPECT_TRUE(Has(writing, "<participating-org ref=\"R4V-ORG208\" role=\"2\">"));
  EXPECT_TRUE(Has(writing, "<participating-org ref=\"R4V-IP115\" role=\"4\">"));
  EXPECT_TRUE(Has(writing, "<activity-date type=\"2\" iso-date=\"2025-01-01\"/>") ||
              Has(writing, "<activity-date iso-date=\"2025-01-01\" type=\"2\"/>"));
  EXPECT_TRUE(Has(writing, "iso-date=\"2025-01-31\""));
  EXPECT_TRUE(Has(writing, "CO-ANT"));
  EXPECT_FALSE(Has(writing, "CO05001"));
  EXPECT_TRUE(Has(writing, "Medellin"));
  EXPECT_TRUE(Has(writing, "https://www.r4v.info#sector"));
  EXPECT_TRUE(Has(writing, "72012"));
  EXPECT_TRUE(Has(writing, "new of the month"));
  EXPECT_TRUE(Has(writing, "<actual value=\"2.5\"/>"));
  EXPECT_TRUE(Has(writing, "RE-ED1"));
  EXPECT_TRUE(Has(writing, "value of cash and vouchers"));
  EXPECT_FALSE(Has(writing, "<transaction"));
  EXPECT_FALSE(Has(writing, "<budget"));
  EXPECT_FALSE(Has(writing, "<target"));
  EXPECT_EQ(writing.run.KeptByOutPath().count("transaction"), 0u);
}

TEST(DeliveryActivityTest, PlansHaveTargets) {
  const FakeWriting writing =
      Write({Row("",
                 "period { year: 2024 } planned: true "
                 "people { count { unscaled: 9 } measure: 'target' } "
                 "in_kind_value { value { unscaled: 10 } currency: 'USD' } "
                 "total_value { value { unscaled: 12 } currency: 'USD' }")});
  EXPECT_TRUE(Has(writing, "<target value=\"9\"/>"));
  EXPECT_TRUE(Has(writing, "2024-12-31"));
  EXPECT_TRUE(Has(writing, "<activity-status code=\"1\"/>"));
  EXPECT_FALSE(Has(writing, "<actual"));
  EXPECT_FALSE(Has(writing, "<budget"));
}

TEST(DeliveryActivityTest, EqualRowsAreTwoActivities) {
  const v1::Record row = Row("title { narratives { text: 'A' } }", kJanuary);
  v1::Record known = row;
  known.mutable_activity()->mutable_reporting_org()->set_ref("ORG1");
  v1::Record other = row;
  other.mutable_activity()->mutable_title()->mutable_narratives(0)->set_text("B");
  const FakeWriting writing = Write({row, row, row, other});
  std::vector<std::string> identifiers;
  const std::string_view begin = "<iati-identifier>";
  for (size_t at = writing.bytes.find(begin); at != std::string::npos;
       at = writing.bytes.find(begin, at + 1)) {
    const size_t from = at + begin.size();
    identifiers.push_back(writing.bytes.substr(from, writing.bytes.find('<', from) - from));
  }
  ASSERT_EQ(identifiers.size(), 4u);
  EXPECT_EQ(identifiers[1], identifiers[0] + "-2");
  EXPECT_EQ(identifiers[2], identifiers[0] + "-3");
  EXPECT_NE(identifiers[3], identifiers[0]);
  // What lists say of a row is not in its digest.
  const std::string digest = identifiers[0].substr(identifiers[0].rfind('-') + 1);
  EXPECT_EQ(digest.size(), 12u);
  EXPECT_TRUE(Has(Write({known}), "R4V-ORG1-5W-2025-01-" + digest));
}

TEST(DeliveryActivityTest, NothingIsGuessed) {
  // No month: no period for numbers, no date.
  const FakeWriting bare = Write({Row("recipient_countries { narratives { text: 'Regional' } }",
                                      "people { count { unscaled: 4 } measure: 'target' }")});
  EXPECT_TRUE(HasFinding(bare, "IATI-0019"));
  EXPECT_FALSE(Has(bare, "<result"));
  EXPECT_TRUE(Has(bare, "<recipient-region"));
  EXPECT_FALSE(Has(bare, "<recipient-country"));
  EXPECT_TRUE(Has(bare, "99810"));
  EXPECT_TRUE(Has(bare, "<iati-identifier>R4V-5W-"));
  const FakeWriting named =
      Write({Row("reporting_org { narratives { text: 'Alas de Colibrí' } } "
                 "sectors { narratives { text: 'Odd words' } }",
                 std::string(kJanuary) + "delivery_mechanism { narratives { text: 'By mule' } }")});
  EXPECT_TRUE(Has(named, "<iati-identifier>R4V-alas-de-colibri-5W-2025-01-"));
  EXPECT_TRUE(Has(named, "code=\"Odd words\""));
  EXPECT_TRUE(Has(named, "code=\"By mule\""));
}

TEST(DeliveryActivityTest, TextsThatXmlCannotHoldAreLost) {
  const FakeWriting writing =
      Write({Row("title { narratives { text: 'a\\001b' } } "
                 "reporting_org { ref: '\\002' narratives { text: '\\003' } }",
                 std::string(kJanuary) + "indicator { narratives { text: '\\004' } } "
                                         "people { count { unscaled: 1 } measure: '\\005' "
                                         "  dimensions { name: '\\006' value: '\\007' } }")});
  EXPECT_TRUE(HasFinding(writing, "IATI-0010"));
}

TEST(DeliveryActivityTest, AnyRowKeepsTheLaw) {
  constexpr int kRows = 600;
  std::vector<v1::Record> records;
  RandomRecords random(7);
  for (int i = 0; i < kRows; ++i) {
    const v1::Record record = random.Next();
    if (!record.has_activity()) continue;
    v1::Record row = Row("", kJanuary);
    row.mutable_activity()->MergeFrom(record.activity());
    row.mutable_activity()->clear_iati_identifier();
    row.mutable_activity()->clear_flow();
    row.mutable_activity()->clear_transactions();
    records.push_back(row);
  }
  Write(records);
}

}  // namespace
}  // namespace puente::iati
