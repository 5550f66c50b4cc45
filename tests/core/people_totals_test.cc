// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests what the methods for people count, leave out and refuse.

#include "core/totals/people_totals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/decimal.h"
#include "core/base/status.h"
#include "core/totals/totals.h"

namespace puente::totals {
namespace {

using testing::HasSubstr;
using Parts = std::vector<std::pair<std::string_view, std::string_view>>;

const Measure kNew = {"new of the month", "people"};

void AddCount(std::string_view count, std::string_view measure, v1::Delivery* delivery,
              const Parts& dimensions = {}) {
  v1::PeopleCount* people = delivery->add_people();
  Decimal::Parse(count)->ToProto(people->mutable_count());
  people->set_measure(std::string(measure));
  for (const auto& [name, value] : dimensions) {
    v1::PeopleDimension* dimension = people->add_dimensions();
    dimension->set_name(std::string(name));
    dimension->set_value(std::string(value));
  }
}

/// A row of direct assistance in Chile. `population`: type and number.
v1::Record Row(std::string_view admin1, int month, std::string_view sector, std::string_view all,
               const Parts& population = {}, std::string_view type = "direct_assistance") {
  v1::Record record;
  v1::Activity* activity = record.mutable_activity();
  activity->add_recipient_countries()->set_code("CL");
  activity->mutable_recipient_countries(0)->add_narratives()->set_text("Chile");
  activity->add_locations()->add_administratives()->add_narratives()->set_text(std::string(admin1));
  activity->add_sectors()->set_code(std::string(sector));
  v1::Delivery* delivery = activity->add_deliveries();
  delivery->mutable_period()->set_year(2023);
  delivery->mutable_period()->set_month(month);
  delivery->mutable_indicator_type()->set_code(std::string(type));
  if (!all.empty()) AddCount(all, "new of the month", delivery);
  for (const auto& [name, count] : population) {
    AddCount(count, "new of the month", delivery, {{"population-type", name}});
  }
  return record;
}

absl::StatusOr<Totals> TotalsOf(std::string_view method, const std::vector<std::string>& by,
                                const std::vector<v1::Record>& records,
                                const PeopleSettings& settings = {},
                                std::vector<std::string>* left_out = nullptr) {
  std::vector<GroupField> fields;
  for (const std::string& field : by) fields.push_back(*FindGroupField(field));
  auto adder = Adder::Make(method, std::move(fields), settings);
  if (!adder.ok()) return adder.status();
  if (left_out != nullptr) {
    (*adder)->OnLeftOut([left_out](const LeftOut& amount) {
      left_out->push_back(std::string(amount.amount == nullptr ? "-" : amount.amount->ToString()) +
                          (amount.record == nullptr ? " place " : " row ") +
                          std::string(amount.reason));
      return absl::OkStatus();
    });
  }
  for (const v1::Record& record : records) {
    if (absl::Status status = (*adder)->Add(record, "a.csv", true); !status.ok()) return status;
  }
  return (*adder)->Finish();
}

std::string Amount(const Totals& totals, const GroupKey& key = {}, const Measure& measure = kNew) {
  const auto group = totals.scopes[0].groups.find(key);
  if (group == totals.scopes[0].groups.end()) return "no group";
  const auto sum = group->second.find(measure);
  return sum == group->second.end() ? "nothing" : sum->second.amount.ToString();
}

std::vector<v1::Record> Sample() {
  return {Row("Tarapacá", 1, "shelter", "100",
              {{"in destination", "60"}, {"in transit", "30"}, {"host community", "10"}}),
          Row("Tarapacá", 1, "food_security", "80",
              {{"in destination", "70"}, {"host community", "10"}}),
          Row("Tarapacá", 1, "food_security", "20.5", {{"in transit", "20.5"}}),
          Row("Tarapacá", 1, "wash", "50"),
          Row("Tarapacá", 1, "education", "15", {{"in destination", "15"}}),
          Row("Tarapacá", 1, "nutrition", "8", {{"in destination", "8"}}),
          Row("Tarapacá", 2, "shelter", "10", {{"in destination", "12"}}),
          Row("Tarapacá", 2, "health", "25", {}, "capacity_building"),
          Row("Tarapacá", 2, "health", "5", {}, "")};
}

TEST(PeopleTotalsTest, SumIsTheDefaultAndCountsDirectAssistanceAlone) {
  std::vector<std::string> left_out;
  const auto totals = TotalsOf("", {}, Sample(), {}, &left_out);
  ASSERT_TRUE(totals.ok()) << totals.status();
  EXPECT_EQ(totals->method.name, "r4v-sum");
  EXPECT_TRUE(totals->is_default_method);
  EXPECT_TRUE(totals->adds_up);
  EXPECT_EQ(Amount(*totals), "283.5");
  EXPECT_EQ(totals->scopes[0].sums.at(kNew).count, 7u);
  EXPECT_THAT(left_out,
              testing::ElementsAre(
                  "25 row no direct assistance: its indicator is of type `capacity building`",
                  "5 row what its indicator counts is not known"));
  PeopleSettings unknown;
  unknown.counts_unknown = true;
  EXPECT_EQ(Amount(*TotalsOf("r4v-sum", {}, Sample(), unknown)), "288.5");
}

TEST(PeopleTotalsTest, GroupsOfABreakdownMakeTheTotal) {
  const auto totals = TotalsOf("r4v-sum", {"population"}, Sample());
  ASSERT_TRUE(totals.ok()) << totals.status();
  EXPECT_EQ(Amount(*totals, {"in destination"}), "165");
  EXPECT_EQ(Amount(*totals, {"in transit"}), "50.5");
  EXPECT_EQ(Amount(*totals, {"Not specified"}), "50");
  EXPECT_EQ(Amount(*totals, {"Over the total"}), "-2");
  EXPECT_EQ(totals->scopes[0].sums.at(kNew).amount.ToString(), "283.5");
  EXPECT_EQ(Amount(*TotalsOf("r4v-sum", {"country", "admin1", "month"}, Sample()),
                   {"Chile", "Tarapacá", "2023-02"}),
            "10");
  EXPECT_EQ(Amount(*TotalsOf("r4v-sum", {"admin1", "year"}, Sample()), {"Chile: Tarapacá", "2023"}),
            "283.5");
}

TEST(PeopleTotalsTest, MaxSectorTakesTheLargestOfEachPopulationTypeByMonth) {
  std::vector<std::string> left_out;
  const auto totals = TotalsOf("r4v-maxsector", {"population"}, Sample(), {}, &left_out);
  ASSERT_TRUE(totals.ok()) << totals.status();
  EXPECT_EQ(Amount(*totals, {"in destination"}), "82");
  EXPECT_EQ(Amount(*totals, {"in transit"}), "30");
  EXPECT_EQ(Amount(*totals, {"host community"}), "10");
  EXPECT_EQ(totals->scopes[0].sums.at(kNew).amount.ToString(), "122");
  // 60, 15 and 8 in destination, 20.5 in transit, 10 of the host community are of other sectors.
  Decimal places;
  for (const std::string& line : left_out) {
    if (line.find(" place another sector") == std::string::npos) continue;
    ASSERT_TRUE(AddTo(*Decimal::Parse(line.substr(0, line.find(' '))), &places).ok());
  }
  EXPECT_EQ(places.ToString(), "113.5");
  EXPECT_THAT(left_out, testing::Contains(HasSubstr("50 row its population types are not given")));
  EXPECT_THAT(left_out, testing::Contains(HasSubstr("-2 row its population types add up to more")));
}

TEST(PeopleTotalsTest, SouthernConeAddsFiveSectorsToTheLargestOfFour) {
  std::vector<std::string> left_out;
  const auto totals = TotalsOf("r4v-southernconemodel", {"month"}, Sample(), {}, &left_out);
  ASSERT_TRUE(totals.ok()) << totals.status();
  EXPECT_EQ(Amount(*totals, {"2023-01"}), "125");
  EXPECT_EQ(Amount(*totals, {"2023-02"}), "12");
  EXPECT_THAT(left_out, testing::Contains("8 row its sector is none of the nine of this method"));
}

TEST(PeopleTotalsTest, SharesSplitIntoWholePeople) {
  v1::Record header;
  v1::TableLayout* table = header.mutable_dataset_header()->mutable_table();
  for (const std::string_view name : {"Country", "Admin1", "Subsector"}) {
    table->add_columns(std::string(name));
  }
  for (const std::string_view start : {"Dest", "Transit", "HC", "Pendular", "Returnees"}) {
    for (const std::string_view end : {"GIrls", "Boys", "Women", "Men"}) {
      table->add_columns(std::string(start) + "_" + std::string(end));
    }
  }
  const auto line = [](std::string_view sector, const std::vector<std::string>& cells) {
    v1::Record record;
    for (const std::string_view text :
         {std::string_view("Chile"), std::string_view("Tarapacá"), sector}) {
      record.mutable_row()->add_cells()->set_text(std::string(text));
    }
    for (const std::string& cell : cells) record.mutable_row()->add_cells()->set_text(cell);
    return record;
  };
  PeopleShares shares("");
  ASSERT_TRUE(shares.Add(header).ok());
  ASSERT_TRUE(shares.Add(line("Shelter", {"0.25", "0.25", "0.25", "2.5E-1", "0.5", "0.5"})).ok());
  ASSERT_TRUE(
      shares.Add(line("Food Security", {"0.07", "7.0000000000000007E-2", "0.4", "0.46"})).ok());
  EXPECT_THAT(GetErrorDetail(shares.Add(line("Shelter", {}))).message, HasSubstr("twice"));
  EXPECT_THAT(GetErrorDetail(shares.Add(line("WASH", {"1.5"}))).message, HasSubstr("1.5"));
  ASSERT_TRUE(shares.Finish().ok());
  PeopleSettings settings;
  settings.shares = &shares;
  std::vector<std::string> left_out;
  const auto totals =
      TotalsOf("r4v-maxsector", {"population", "sex_age"},
               {Row("Tarapacá", 1, "shelter", "62", {{"in destination", "62"}}),
                Row("Tarapacá", 1, "food_security", "50", {{"in destination", "50"}}),
                Row("Tarapacá", 1, "wash", "9", {{"in destination", "9"}})},
               settings, &left_out);
  ASSERT_TRUE(totals.ok()) << totals.status();
  // 15.5 is 16, 3.5 is 4, of halves the even number; 0.46 * 50 is 23.
  EXPECT_EQ(Amount(*totals, {"in destination", "female 0-17"}), "16");
  EXPECT_EQ(Amount(*totals, {"in destination", "male 18+"}), "23");
  EXPECT_EQ(totals->scopes[0].sums.at(kNew).amount.ToString(), "75");
  EXPECT_THAT(left_out, testing::Contains(HasSubstr("9 place no shares are given")));
  EXPECT_THAT(left_out, testing::Contains(HasSubstr("-2 place shares do not make 1")));
  EXPECT_FALSE(PeopleShares("pin").Finish().ok());
}

TEST(PeopleTotalsTest, HalvesAreRoundedToTheEvenNumber) {
  const auto share = [](std::string_view people, std::string_view part) {
    return ShareOf(*Decimal::Parse(people), *Decimal::Parse(part))->ToString();
  };
  EXPECT_EQ(share("10", "0.25"), "2");
  EXPECT_EQ(share("30", "0.25"), "8");
  EXPECT_EQ(share("-10", "0.25"), "-2");
  EXPECT_EQ(share("0.02", "0.5"), "0");
  EXPECT_FALSE(
      ShareOf(*Decimal::Parse(std::string(kMaxDecimalDigits, '9')), *Decimal::Parse("0.25"))
          .has_value());
}

TEST(PeopleTotalsTest, TotalsOfMonthsAndTargetsOfYearsAreNotAddedUp) {
  std::vector<v1::Record> rows = Sample();
  for (v1::Record& row : rows) {
    AddCount("7", "total of the month", row.mutable_activity()->mutable_deliveries(0));
  }
  PeopleSettings total;
  total.measure = "total";
  const absl::Status refused = TotalsOf("r4v-sum", {"sector"}, rows, total).status();
  EXPECT_EQ(GetErrorDetail(refused).code, "PUE-0601");
  EXPECT_THAT(GetErrorDetail(refused).hint, HasSubstr("--by month"));
  EXPECT_EQ(Amount(*TotalsOf("r4v-sum", {"month"}, rows, total), {"2023-01"},
                   {"total of the month", "people"}),
            "42");
  EXPECT_FALSE(TotalsOf("r4v-sum", {"month"}, rows, total)->adds_up);
  EXPECT_EQ(GetErrorDetail(TotalsOf("r4v-maxsector", {}, rows, total).status()).code, "PUE-0601");

  std::vector<v1::Record> plan;
  for (const int year : {2023, 2024}) {
    v1::Record row = Row("Tarapacá", 0, "shelter", "");
    v1::Delivery* delivery = row.mutable_activity()->mutable_deliveries(0);
    delivery->mutable_period()->set_year(year);
    delivery->set_planned(true);
    AddCount("30", "target", delivery);
    plan.push_back(row);
  }
  EXPECT_EQ(GetErrorDetail(TotalsOf("", {}, plan).status()).code, "PUE-0601");
  EXPECT_EQ(Amount(*TotalsOf("", {"year"}, plan), {"2024"}, {"target", "people"}), "30");
  // A plan is no report.
  EXPECT_EQ(Amount(*TotalsOf("r4v-maxsector", {}, plan)), "no group");
}

TEST(PeopleTotalsTest, NewPeopleAreThoseOfBreakdownsThatAgree) {
  v1::Record agrees = Row("Tarapacá", 1, "health", "", {{"in transit", "6"}});
  AddCount("6", "new of the month", agrees.mutable_activity()->mutable_deliveries(0),
           {{"sex", "female"}, {"age", "18+"}});
  v1::Record differs = agrees;
  AddCount("1", "new of the month", differs.mutable_activity()->mutable_deliveries(0),
           {{"sex", "male"}, {"age", "18+"}});
  std::vector<std::string> left_out;
  const auto totals =
      TotalsOf("", {}, {agrees, differs, Row("Tarapacá", 1, "health", "")}, {}, &left_out);
  EXPECT_EQ(Amount(*totals), "6");
  EXPECT_THAT(left_out,
              testing::ElementsAre("- row it gives no number of people, and its breakdowns differ",
                                   "- row it gives no number of people"));
}

TEST(PeopleTotalsTest, WhatDoesNotFitIsRefused) {
  const auto code = [](std::string_view method, const std::vector<std::string>& by,
                       const PeopleSettings& settings = {}) {
    return GetErrorDetail(TotalsOf(method, by, Sample(), settings).status()).code;
  };
  EXPECT_EQ(code("sum", {}), "PUE-0601");
  EXPECT_EQ(code("r4v-sum", {"donor"}), "PUE-0601");
  EXPECT_EQ(code("sum", {"admin1"}), "PUE-0601");
  EXPECT_EQ(code("r4v-sum", {"population", "sex-age"}), "PUE-0601");
  EXPECT_EQ(code("r4v-maxsector", {"sector"}), "PUE-0601");
  EXPECT_EQ(code("r4v-southernconemodel", {"organisation"}), "PUE-0601");
  EXPECT_EQ(code("r4v-maxsector", {"sex-age"}), "PUE-0601");
  PeopleSettings settings;
  settings.measure = "newest";
  EXPECT_EQ(code("r4v-sum", {}, settings), "PUE-0001");
  settings.measure = "new";
  EXPECT_EQ(code("sum", {}, settings), "PUE-0601");
  v1::Record money;
  money.mutable_activity()->add_transactions();
  EXPECT_EQ(GetErrorDetail(TotalsOf("r4v-sum", {}, {money}).status()).code, "PUE-0601");
}

TEST(PeopleTotalsTest, PlacesOfOneCodeAreOneGroupByTheFirstName) {
  v1::Record spanish = Row("Tarapacá", 1, "health", "5");
  spanish.mutable_activity()->mutable_recipient_countries(0)->mutable_narratives(0)->set_text(
      "República de Chile");
  const auto totals = TotalsOf("", {"country"}, {Row("Tarapacá", 1, "health", "2"), spanish});
  EXPECT_EQ(Amount(*totals, {"Chile"}), "7");
}

TEST(PeopleTotalsTest, PlacesAreBounded) {
  std::vector<v1::Record> rows;
  for (int i = 0; i < 30000; ++i) {
    rows.push_back(
        Row(std::string(500, 'x') + std::to_string(i), 1, "shelter", "1", {{"in transit", "1"}}));
  }
  EXPECT_EQ(GetErrorDetail(TotalsOf("r4v-maxsector", {}, rows).status()).code, "PUE-0203");
}

}  // namespace
}  // namespace puente::totals
