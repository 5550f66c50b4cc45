// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of what a row of the 5W can say of activities of other formats.
#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/text_format.h"
#include "plugins/r4v5w/foreign_cells.h"

namespace puente::r4v5w {
namespace {

/// The cells of an activity.
class Cells {
 public:
  explicit Cells(const std::string& text, std::string_view language = "en") {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &activity_)) << text;
    cells_.Read(activity_, "2025", language);
  }
  /// The text of a cell; `-` for none.
  std::string Text(std::string_view concept_name) const {
    const ForeignCell* const cell = cells_.Find(concept_name);
    return cell == nullptr ? "-" : cell->text;
  }
  const ForeignCell* Find(std::string_view concept_name) const { return cells_.Find(concept_name); }

 private:
  v1::Activity activity_;
  ForeignCells cells_;
};

std::string Dates(const std::string& start, const std::string& end) {
  return "activity_dates { type: '2' iso_date { year: 2025 month: 2 day: " + start +
         " } } activity_dates { type: '4' iso_date { year: 2025 " + end + " } } ";
}

/// An activity that was made of a row of February 2025, with a number.
std::string Row(const std::string& measure, const std::string& value,
                const std::string& identifier = "R4V-ORG208-5W-2025-02-0123456789ab") {
  return "iati_identifier: '" + identifier + "' " + Dates("1", "month: 2 day: 28") +
         "results { title { narratives { text: '# of people' } } indicators { "
         "title { narratives { text: '# of people' } } description { narratives { text: '" +
         measure + "' } } periods { period_start { date { year: 2025 month: 2 day: 1 } } " +
         "period_end { date { year: 2025 month: 2 day: 28 } } actuals { " + value + " } } } }";
}

TEST(ForeignCellsTest, MonthWhenBothEndsLieInIt) {
  const Cells whole(Dates("1", "month: 2 day: 28"));
  EXPECT_EQ(whole.Text("month"), "2025-02");
  EXPECT_TRUE(whole.Find("month")->rounded.empty());
  const Cells part(Dates("3", "month: 2 day: 28"));
  EXPECT_EQ(part.Text("month"), "2025-02");
  EXPECT_EQ(part.Find("month")->rounded.size(), 2u);
  EXPECT_EQ(part.Find("month")->value.place, nullptr);
  EXPECT_EQ(Cells(Dates("1", "month: 3 day: 31")).Text("month"), "-");
  EXPECT_EQ(
      Cells("activity_dates { type: '2' iso_date { year: 2025 month: 2 day: 1 } }").Text("month"),
      "-");
}

TEST(ForeignCellsTest, PlacesByTheListAlone) {
  const std::string colombia = "recipient_countries { code: 'CO' narratives { text: 'Colombie' } }";
  EXPECT_EQ(Cells(colombia).Text("country"), "Colombia");
  EXPECT_EQ(
      Cells("recipient_countries { code: 'KE' narratives { text: 'Kenya' } }").Text("country"),
      "Kenya");
  EXPECT_EQ(Cells(colombia + "recipient_countries { code: 'PE' }").Text("country"), "-");
  const auto place = [&](const std::string& name) {
    return Cells(colombia + "locations { name { narratives { text: '" + name + "' } } }")
        .Text("admin1");
  };
  EXPECT_EQ(place("Antioquia"), "Antioquia");
  EXPECT_EQ(place("Hospital San Juan"), "-");
}

TEST(ForeignCellsTest, SectorsThatMeanTheSame) {
  EXPECT_EQ(Cells("sectors { vocabulary: '10' code: '3' }").Text("sector"), "Education");
  EXPECT_EQ(Cells("sectors { code: '72012' }", "es").Text("sector"), "Educación");
  // Several sectors of R4V are within protection; multi-sector aid is wider than any.
  EXPECT_EQ(Cells("sectors { code: '72010' }").Text("sector"), "-");
  EXPECT_EQ(Cells("sectors { vocabulary: '10' code: '3' } sectors { vocabulary: '10' code: '7' }")
                .Text("sector"),
            "-");
  EXPECT_EQ(Cells("sectors { vocabulary: '99' code: '3' narratives { text: 'Education' } }")
                .Text("sector"),
            "-");
}

TEST(ForeignCellsTest, OrganisationsAndTexts) {
  const Cells cells(
      "reporting_org { ref: 'XX-1' narratives { text: 'Agency' } } "
      "title { narratives { text: 'Titre' lang: 'fr' } narratives { text: 'Title' lang: 'en' } } "
      "descriptions { narratives { text: 'Long' } } "
      "participating_orgs { role: '1' narratives { text: 'Donor' } } "
      "participating_orgs { role: '4' narratives { text: 'Agency' } } "
      "participating_orgs { role: '4' narratives { text: 'Partner' } }");
  EXPECT_EQ(cells.Text("appealing_org"), "Agency");
  EXPECT_EQ(cells.Text("implementing_org"), "Partner");
  EXPECT_EQ(cells.Text("activity_name"), "Title");
  EXPECT_EQ(cells.Text("activity_description"), "Long");
  EXPECT_EQ(Cells("participating_orgs { role: '4' narratives { text: 'A' } } "
                  "participating_orgs { role: '4' narratives { text: 'B' } }")
                .Text("implementing_org"),
            "-");
}

TEST(ForeignCellsTest, NumbersOfRowsAlone) {
  EXPECT_EQ(Cells(Row("new of the month", "value: '4.50'")).Text("new_beneficiaries"), "4.50");
  EXPECT_EQ(Cells(Row("new of the month",
                      "value: '3' dimensions { name: 'age' value: '0-17' } "
                      "dimensions { name: 'sex' value: 'female' }"))
                .Text("girls"),
            "3");
  EXPECT_EQ(Cells(Row("quantity of output", "value: '7'")).Text("quantity"), "7");
  const std::string dollars = "value: '70' dimensions { name: 'currency' value: 'USD' }";
  EXPECT_EQ(Cells(Row("value of cash and vouchers", dollars)).Text("cva_value"), "70");
  EXPECT_EQ(Cells(Row("value of cash and vouchers", "value: '7'")).Text("cva_value"), "-");
  EXPECT_EQ(Cells(Row("new of the month", "value: 'many'")).Text("new_beneficiaries"), "-");
  EXPECT_EQ(Cells(Row("households", "value: '4'")).Text("new_beneficiaries"), "-");
  EXPECT_EQ(Cells(Row("new of the month", "value: '4' dimensions { name: 'x' value: 'y' }"))
                .Text("new_beneficiaries"),
            "-");
  // Another publisher's number may be of anything.
  EXPECT_EQ(Cells(Row("new of the month", "value: '4'", "XX-1")).Text("new_beneficiaries"), "-");
}

TEST(ForeignCellsTest, WordsOfTags) {
  const auto tag = [](const std::string& name, const std::string& code) {
    return Cells(
               "iati_identifier: 'R4V-5W-0123456789ab' tags { vocabulary: '99' vocabulary_uri: "
               "'https://www.r4v.info#" +
               name + "' code: '" + code + "' narratives { text: 'Words' } }")
        .Text(name);
  };
  EXPECT_EQ(tag("cva", "yes"), "Yes");
  EXPECT_EQ(tag("rmrp_activity", "no"), "No");
  EXPECT_EQ(tag("cva", "perhaps"), "-");
  EXPECT_EQ(tag("delivery_mechanism", "prepaid_card"), "Prepaid Card");
  EXPECT_EQ(tag("delivery_mechanism", "by_mule"), "Words");
  EXPECT_EQ(tag("nothing", "yes"), "-");
}

TEST(ForeignCellsTest, WhatWasMadeUpIsNotReadBack) {
  const std::string row = "iati_identifier: 'R4V-5W-0123456789ab' ";
  const std::string result = "results { title { narratives { text: 'I' } } }";
  EXPECT_EQ(Cells(row + "title { narratives { text: '5W: I' } }" + result).Text("activity_name"),
            "-");
  EXPECT_EQ(Cells(row + "title { narratives { text: '5W' } }").Text("activity_name"), "-");
  EXPECT_EQ(Cells(row + "title { narratives { text: 'I' } }" + result).Text("activity_name"), "I");
  EXPECT_EQ(Cells(row + "descriptions { narratives { text: 'D' } }").Text("activity_description"),
            "-");
  EXPECT_EQ(Cells(row + result).Text("indicator"), "I");
  EXPECT_EQ(Cells(row + "results { title { narratives { text: '5W' } } }").Text("indicator"), "-");
}

TEST(ForeignCellsTest, WordsOfIndicatorsAndOrganisationsByTheirLists) {
  const std::string row =
      "iati_identifier: 'R4V-5W-0123456789ab' " + Dates("1", "month: 2 day: 28") +
      "reporting_org { narratives { text: 'Alto Comisionado de las Naciones Unidas para los "
      "Refugiados (ACNUR)' } } sectors { vocabulary: '99' vocabulary_uri: "
      "'https://www.r4v.info#sector' code: 'mpc' } results { title { narratives { text: "
      "'# of individuals benefitting from multipurpose cash transfers (MPC)' } } }";
  const Cells spanish(row, "es");
  EXPECT_NE(spanish.Text("indicator").find("personas"), std::string::npos)
      << spanish.Text("indicator");
  EXPECT_EQ(Cells(row).Text("appealing_org"),
            "United Nations High Commissioner for Refugees (UNHCR)");
}

TEST(ForeignCellsTest, PartnersWithTheReportersName) {
  const auto partner = [](const std::string& ref, const std::string& setup) {
    return Cells(
               "iati_identifier: 'R4V-ORG1-5W-0123456789ab' reporting_org { ref: 'R4V-ORG1' "
               "narratives { text: 'A' } } participating_orgs { role: '4' ref: '" +
               ref +
               "' narratives { text: 'A' } } tags { vocabulary_uri: "
               "'https://www.r4v.info#implementation_setup' code: '" +
               setup + "' }")
        .Text("implementing_org");
  };
  EXPECT_EQ(partner("R4V-ORG1", "no"), "-");
  EXPECT_EQ(partner("R4V-ORG1", "yes"), "A");
  EXPECT_EQ(partner("R4V-IP7", "no"), "A");
}

}  // namespace
}  // namespace puente::r4v5w
