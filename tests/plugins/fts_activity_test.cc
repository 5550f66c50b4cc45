// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of activities that are written as flows of FTS.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/text_format.h"
#include "plugins/fts/flow_words.h"
#include "tests/core/random_record.h"
#include "tests/plugins/lawful_writing.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::fts {
namespace {

using ::puente::testing::FakePlugin;
using ::puente::testing::FakeWriting;
using ::puente::testing::Has;
using ::puente::testing::HasFinding;
using ::puente::testing::WriteByTheLaw;

constexpr const char* kUsd = "value { value { unscaled: 10 } currency: 'USD' } ";

v1::Record Activity(const std::string& fields) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "activity { iati_identifier: 'X-1' humanitarian: true " + fields + " }", &record))
      << fields;
  return record;
}

FakeWriting Write(const std::vector<v1::Record>& records) {
  return WriteByTheLaw(FakePlugin(puente_plugin_v1, "fts"), records);
}

size_t Flows(const FakeWriting& writing) {
  size_t count = 0;
  for (size_t at = 0; (at = writing.bytes.find("\"status\":\"", at)) != std::string::npos; ++at) {
    ++count;
  }
  return count - 1;  // the answer has a status too
}

std::string Transaction(const std::string& type, const std::string& more) {
  return "transactions { transaction_type { code: '" + type + "' } " + more + " } ";
}

TEST(FlowWordsTest, CodesHaveWords) {
  EXPECT_EQ(LocationOfCountry("PS").name, "occupied Palestinian territory");
  EXPECT_EQ(LocationOfCountry("PS").id, "171");
  EXPECT_EQ(LocationOfCountry("EC").id, "");
  EXPECT_EQ(LocationOfCountry("QQ").name, "");
  EXPECT_EQ(GlobalClusterOfCode("5404").name, "Gender Based Violence");
  EXPECT_EQ(GlobalClusterOfCode("5404").id, "13");
  EXPECT_EQ(GlobalClusterOfCode("-").id, "");
  EXPECT_EQ(WordsOfOrganisationType("10").type, "Governments");
  EXPECT_EQ(WordsOfOrganisationType("21").subtype, "International NGOs");
  EXPECT_EQ(WordsOfOrganisationType("24").type, "");
  EXPECT_EQ(KindOfTransaction("13").status, "pledge");
  EXPECT_TRUE(KindOfTransaction("13").is_incoming);
  EXPECT_EQ(KindOfTransaction("4").status, "");
  EXPECT_TRUE(WordOfAidType("2", "1").is_exact);
  EXPECT_EQ(WordOfAidType("3", "G").word, "earmarked");
  EXPECT_FALSE(WordOfAidType("3", "G").is_exact);
  EXPECT_EQ(WordOfAidType("4", "2").key, "method");
  EXPECT_EQ(WordOfAidType("1", "C01").key, "");
}

TEST(ActivityFlowTest, OneFlowForEachTransaction) {
  const FakeWriting writing =
      Write({Activity("title { narratives { text: 'T' } } " + Transaction("2", kUsd) +
                      Transaction("3", std::string(kUsd) + "ref: 'R'"))});
  EXPECT_EQ(Flows(writing), 2u);
  EXPECT_TRUE(Has(writing, "\"status\":\"commitment\""));
  EXPECT_TRUE(Has(writing, "\"status\":\"paid\""));
  EXPECT_TRUE(Has(writing, "\"refCode\":\"X-1;R\"")) << writing.bytes;
  EXPECT_FALSE(Has(writing, "nextLink"));
  EXPECT_FALSE(Has(writing, "\"id\""));
  EXPECT_TRUE(HasFinding(writing, "FTS-0013"));
  // What stands in both flows is kept once.
  uint64_t titles = 0;
  for (const auto& [paths, count] : writing.run.kept) {
    if (paths.first == "activity.title.narratives.text") titles += count;
  }
  EXPECT_EQ(titles, 1u);
}

TEST(ActivityFlowTest, WhatIsNoFlowIsLost) {
  const FakeWriting writing = Write({Activity(
      Transaction("3", "value { value { unscaled: -10 } currency: 'USD' }") +
      Transaction("4", kUsd) + Transaction("3", std::string(kUsd) + "humanitarian: false") +
      Transaction("3", "") + Transaction("3", "value { value { unscaled: 10 } }"))});
  EXPECT_EQ(Flows(writing), 0u);
  ASSERT_EQ(writing.run.findings.size(), 1u);
  EXPECT_EQ(writing.run.findings[0].code, "FTS-0012");
  EXPECT_EQ(writing.run.findings[0].message,
            "of 5 transactions, these make no flow: 1 not humanitarian, 1 of a kind that FTS does "
            "not know, 2 without an amount or its currency, 1 negative");
}

TEST(ActivityFlowTest, WithoutTransactionsThereIsNoFlow) {
  const FakeWriting writing = Write({Activity("")});
  EXPECT_EQ(Flows(writing), 0u);
  EXPECT_TRUE(HasFinding(writing, "FTS-0011"));
}

TEST(ActivityFlowTest, OnlyHumanitarianTransactionsOfOtherActivities) {
  v1::Record record =
      Activity(Transaction("3", std::string(kUsd) + "humanitarian: true") + Transaction("3", kUsd));
  record.mutable_activity()->clear_humanitarian();
  EXPECT_EQ(Flows(Write({record})), 1u);
}

TEST(ActivityFlowTest, TheCurrencyOfTheActivityHoldsForItsTransactions) {
  const FakeWriting writing = Write({Activity(
      "default_currency: 'EUR' " + Transaction("3", "value { value { unscaled: 105 scale: 1 } }") +
      Transaction("3", kUsd))});
  EXPECT_TRUE(Has(writing, "\"originalCurrency\":\"EUR\""));
  EXPECT_TRUE(Has(writing, "\"originalAmount\":10.5"));
  EXPECT_TRUE(Has(writing, "\"amountUSD\":10"));
  EXPECT_FALSE(Has(writing, "\"amountUSD\":10.5"));
}

TEST(ActivityFlowTest, ThePublisherIsItsOwnSide) {
  const std::string reporter =
      "reporting_org { ref: 'XM-OCHA-HPC5' type: '10' narratives { text: 'Me' } } ";
  const FakeWriting outgoing = Write({Activity(reporter + Transaction("3", kUsd))});
  EXPECT_TRUE(Has(outgoing, "\"sourceObjects\":[{\"type\":\"Organization\"")) << outgoing.bytes;
  EXPECT_TRUE(Has(outgoing, "\"destinationObjects\":[]"));
  EXPECT_TRUE(Has(outgoing, "\"id\":\"5\""));
  const FakeWriting incoming = Write({Activity(reporter + Transaction("11", kUsd))});
  EXPECT_TRUE(Has(incoming, "\"sourceObjects\":[]"));
  EXPECT_TRUE(Has(incoming, "\"destinationObjects\":[{\"type\":\"Organization\""));
}

TEST(ActivityFlowTest, SeveralCountriesShareWithoutPercentages) {
  const FakeWriting writing =
      Write({Activity("recipient_countries { code: 'CO' percentage { unscaled: 60 } } "
                      "recipient_countries { code: 'EC' percentage { unscaled: 40 } } " +
                      Transaction("3", kUsd) + Transaction("3", kUsd))});
  EXPECT_TRUE(Has(writing, "\"behavior\":\"shared\",\"name\":\"Colombia\"")) << writing.bytes;
  EXPECT_FALSE(Has(writing, "60"));
  EXPECT_EQ(writing.run.lost.at({"activity.recipient_countries.percentage", PUENTE_LOSS_NO_PLACE}),
            2u);
}

TEST(ActivityFlowTest, AnIdOfFtsIsThatOfTheOnlyFlow) {
  const std::string id = "other_identifiers { ref: '300001' type: 'A4' } ";
  EXPECT_TRUE(Has(Write({Activity(id + Transaction("3", kUsd))}), "\"id\":\"300001\""));
  EXPECT_FALSE(
      Has(Write({Activity(id + Transaction("3", kUsd) + Transaction("3", kUsd))}), "\"id\""));
  EXPECT_FALSE(Has(Write({Activity(id + id + Transaction("3", kUsd))}), "\"id\""));
}

TEST(ActivityFlowTest, AnAnswerOfPlansHasNoPlaceForActivities) {
  v1::Record plan;
  plan.mutable_plan()->set_code("P");
  const FakeWriting writing = Write({plan, Activity(Transaction("3", kUsd))});
  EXPECT_TRUE(HasFinding(writing, "FTS-0004"));
  EXPECT_FALSE(Has(writing, "paid"));
}

TEST(ActivityFlowTest, TheLawHoldsForAnyActivity) {
  RandomRecords random(11);
  const char* const types[] = {"1", "2", "3", "4", "11", "12", "13", "x"};
  for (int round = 0; round < 2000; ++round) {
    v1::Record record = random.Next();
    if (!record.has_activity()) continue;
    v1::Activity* const activity = record.mutable_activity();
    activity->clear_flow();
    activity->set_humanitarian(true);
    for (v1::Transaction& transaction : *activity->mutable_transactions()) {
      transaction.clear_humanitarian();
      transaction.mutable_transaction_type()->set_code(types[random.Below(std::size(types))]);
      transaction.mutable_value()->set_currency(random.Below(2) == 0 ? "USD" : "EUR");
      transaction.mutable_value()->mutable_value()->set_unscaled(5);
    }
    record.clear_lexical();
    record.clear_residue();
    Write({record});
  }
}

}  // namespace
}  // namespace puente::fts
