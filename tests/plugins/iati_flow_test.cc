// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of flows that are written as activities of IATI.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/text_format.h"
#include "plugins/iati/flow_activity.h"
#include "plugins/iati/flow_codes.h"
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

v1::Record Parsed(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

/// A flow with these fields of its activity, and these of its transaction.
v1::Record Flow(const std::string& flow, const std::string& transaction) {
  return Parsed("activity { flow { flow_identifier: '7' " + flow + " } transactions { " +
                transaction + " } }");
}

constexpr const char* kPaid = "status: 'paid'";
constexpr const char* kMoney =
    "transaction_date { date { year: 2024 month: 3 day: 1 } } "
    "reported_conversion { amount { value { unscaled: 10 } } }";

FakeWriting Write(const std::vector<v1::Record>& records) {
  return WriteByTheLaw(FakePlugin(puente_plugin_v1, "iati"), records);
}

TEST(FlowCodesTest, CountriesHaveCodesAndRegions) {
  ASSERT_NE(FindFlowCountry("Korea, Republic of"), nullptr);
  EXPECT_EQ(FindFlowCountry("Korea, Republic of")->code, "KR");
  EXPECT_EQ(FindFlowCountry("Occupied Palestinian Territory")->code, "PS");
  EXPECT_EQ(FindFlowCountry("Türkiye")->code, "TR");
  EXPECT_EQ(FindFlowCountry("Atlantis"), nullptr);
  EXPECT_EQ(FindFlowCountry(""), nullptr);
  const auto region = [](std::vector<const char*> names) {
    std::vector<const FlowCountry*> countries;
    for (const char* name : names) countries.push_back(FindFlowCountry(name));
    return CommonRegion(countries);
  };
  EXPECT_EQ(region({"Jordan", "Lebanon"}), "145");
  EXPECT_EQ(region({"Colombia", "Mexico"}), "419");
  EXPECT_EQ(region({"Colombia", "Canada"}), "019");
  EXPECT_EQ(region({"Colombia", "Jordan"}), "001");
}

TEST(FlowCodesTest, OrganisationTypesOfBothGenerations) {
  const auto find = [](std::string_view type, std::vector<std::string> subtypes) {
    return FindFlowOrganisationType(type, subtypes);
  };
  EXPECT_EQ(find("Government", {"National government"}).code, "10");
  EXPECT_TRUE(find("Government", {"National government"}).has_subtype);
  EXPECT_TRUE(find("Governments", {}).is_exact);
  EXPECT_EQ(find("NGO", {"x", "International"}).code, "21");
  EXPECT_EQ(find("NGO", {"x", "International"}).subtype, 1u);
  EXPECT_EQ(find("NGOs", {"International NGOs"}).code, "21");
  EXPECT_EQ(find("UN agency", {}).code, "40");
  EXPECT_FALSE(find("UN agency", {}).is_exact);
  EXPECT_EQ(find("NGO", {"Affiliated"}).code, "");
  EXPECT_EQ(find("Pooled Funds", {"Global UN Pooled Funds"}).role, "3");
  EXPECT_EQ(find("Galaxy", {}).code, "");
}

TEST(FlowCodesTest, Words) {
  EXPECT_EQ(FindFlowStatus("pledge").type, "12");
  EXPECT_EQ(FindFlowStatus("commitment").type, "2");
  EXPECT_EQ(FindFlowStatus("paid").type, "3");
  EXPECT_EQ(FindFlowStatus("Paid").type, "");
  EXPECT_EQ(FindEarmarkingCategory("tightly earmarked"), "4");
  EXPECT_EQ(FindEarmarkingCategory("very"), "");
  EXPECT_EQ(FindGlobalCluster("7"), "7");
  EXPECT_EQ(FindGlobalCluster("12"), "5403");
  EXPECT_EQ(FindGlobalCluster("26513"), "");
  EXPECT_EQ(FindGlobalCluster("1000"), "");
}

TEST(FlowCodesTest, IdentifiersOfIati) {
  EXPECT_TRUE(LooksLikeIatiIdentifier("XM-OCHA-CBPF-CHF/1"));
  EXPECT_TRUE(LooksLikeIatiIdentifier("GB-COH-213890-1"));
  EXPECT_FALSE(LooksLikeIatiIdentifier("AFG-20/3481"));
  EXPECT_FALSE(LooksLikeIatiIdentifier("QQ-COH-1"));
  EXPECT_FALSE(LooksLikeIatiIdentifier("GB-C-1"));
  EXPECT_FALSE(LooksLikeIatiIdentifier("GB-COH-"));
  EXPECT_FALSE(LooksLikeIatiIdentifier("GB-COH-a b"));
  EXPECT_FALSE(LooksLikeIatiIdentifier(""));
}

TEST(FlowActivityTest, OnlyFlowsAreFlows) {
  const v1::Record flow = Flow("", "");
  EXPECT_TRUE(FlowActivity::MayBeFlow(flow.activity().SerializeAsString()));
  EXPECT_TRUE(FlowActivity::IsFlow(flow.activity()));
  v1::Activity activity = flow.activity();
  activity.set_iati_identifier("X");
  EXPECT_FALSE(FlowActivity::MayBeFlow(activity.SerializeAsString()));
  EXPECT_FALSE(FlowActivity::IsFlow(activity));
  activity.clear_iati_identifier();
  activity.clear_flow();
  EXPECT_FALSE(FlowActivity::IsFlow(activity));
  activity.mutable_transactions(0)->add_sources()->mutable_place();
  EXPECT_TRUE(FlowActivity::IsFlow(activity));
}

TEST(FlowActivityTest, OriginalMoneyComesBeforeDollars) {
  const FakeWriting writing = Write({Flow(
      kPaid, std::string(kMoney) + " value { value { unscaled: 150 scale: 1 } currency: 'EUR' }")});
  EXPECT_TRUE(Has(writing, "<iati-identifier>XM-OCHA-FTS-7</iati-identifier>")) << writing.bytes;
  EXPECT_TRUE(Has(writing, "<value currency=\"EUR\" value-date=\"2024-03-01\">15.0</value>"));
  EXPECT_TRUE(Has(writing, "<transaction-type code=\"3\"/>"));
  EXPECT_EQ(writing.run.lost.at(
                {"activity.transactions.reported_conversion.amount.value", PUENTE_LOSS_NO_PLACE}),
            1u);
}

TEST(FlowActivityTest, DollarsStandWhereNothingElseIsKnown) {
  EXPECT_TRUE(Has(Write({Flow(kPaid, kMoney)}), "currency=\"USD\" value-date=\"2024-03-01\">10<"));
  // A currency without an amount says nothing.
  EXPECT_TRUE(Has(Write({Flow(kPaid, std::string(kMoney) + " value { currency: 'EUR' }")}),
                  "currency=\"USD\""));
  // Nor does an amount without a currency.
  EXPECT_TRUE(
      Has(Write({Flow(kPaid, std::string(kMoney) + " value { value { unscaled: 9 } }")}), ">10<"));
}

TEST(FlowActivityTest, WithoutMoneyDateOrStatusThereIsNoTransaction) {
  for (const v1::Record& record :
       {Flow(kPaid, "transaction_date { date { year: 2024 month: 3 day: 1 } }"),
        Flow(kPaid, "reported_conversion { amount { value { unscaled: 10 } } }"),
        Flow(kPaid,
             "transaction_date { date { year: 2024 } } "
             "reported_conversion { amount { value { unscaled: 10 } } }"),
        Flow("", kMoney), Flow(kPaid, "")}) {
    const FakeWriting writing = Write({record});
    EXPECT_FALSE(Has(writing, "<transaction")) << writing.bytes;
    EXPECT_TRUE(HasFinding(writing, "IATI-0017"));
  }
}

TEST(FlowActivityTest, AnUnknownStatusStandsAsItIs) {
  const FakeWriting writing = Write({Flow("status: 'cancelled'", kMoney)});
  EXPECT_TRUE(Has(writing, "<transaction-type code=\"cancelled\"/>"));
  EXPECT_TRUE(HasFinding(writing, "IATI-0018"));
}

TEST(FlowActivityTest, NoOrganisationIsMadeUp) {
  const FakeWriting writing = Write(
      {Flow(kPaid, std::string(kMoney) +
                       " sources { party_type: 'Location' place { ref: '1' } } "
                       "destinations { party_type: 'Organization' organisation { ref: 'x' } }")});
  EXPECT_TRUE(Has(writing, "<narrative>Not specified</narrative>"));
  EXPECT_FALSE(Has(writing, "provider-org"));
  EXPECT_FALSE(Has(writing, "receiver-org"));
}

TEST(FlowActivityTest, SeveralShareWithoutPercentages) {
  const FakeWriting writing = Write({Flow(
      kPaid,
      std::string(kMoney) +
          " destinations { place { ref: '114' narratives { text: 'Jordan' } } "
          "split { kind: SPLIT_KIND_SHARED } } "
          "destinations { place { ref: '124' narratives { text: 'Lebanon' } } "
          "split { kind: SPLIT_KIND_SHARED } } "
          "destinations { global_cluster { code: '7' } split { kind: SPLIT_KIND_OVERLAP } } "
          "destinations { global_cluster { code: '6' } split { kind: SPLIT_KIND_OVERLAP } }")});
  EXPECT_FALSE(Has(writing, "percentage"));
  EXPECT_FALSE(Has(writing, "recipient-country"));
  EXPECT_TRUE(Has(writing, "<recipient-region code=\"145\" vocabulary=\"2\"/>"));
  EXPECT_TRUE(Has(writing, "<location-id code=\"LB\" vocabulary=\"A4\"/>"));
  EXPECT_TRUE(Has(writing, "<sector vocabulary=\"1\" code=\"99810\"/>")) << writing.bytes;
  EXPECT_TRUE(HasFinding(writing, "IATI-0015"));
  EXPECT_EQ(
      writing.run.lost.at({"activity.transactions.destinations.split.kind", PUENTE_LOSS_NO_PLACE}),
      4u);
}

TEST(FlowActivityTest, OneThatSharesIsNotTheOnlyOne) {
  const FakeWriting writing =
      Write({Flow(kPaid, std::string(kMoney) +
                             " destinations { place { ref: '114' narratives { text: 'Jordan' } } "
                             "split { kind: SPLIT_KIND_SHARED } } "
                             "destinations { organisation { ref: '5' narratives { text: 'O' } } "
                             "split { kind: SPLIT_KIND_SHARED } }")});
  EXPECT_FALSE(Has(writing, "recipient-country"));
  EXPECT_FALSE(Has(writing, "receiver-org"));
  EXPECT_TRUE(Has(writing, "<recipient-region code=\"145\" vocabulary=\"2\"/>"));
}

TEST(FlowActivityTest, WithoutAnIdThereIsNoActivity) {
  const FakeWriting writing = Write({Parsed("activity { flow { status: 'paid' } }")});
  EXPECT_FALSE(Has(writing, "<iati-activity "));
  EXPECT_TRUE(HasFinding(writing, "IATI-0014"));
}

TEST(FlowActivityTest, WhatXmlCannotSayIsLost) {
  const FakeWriting writing =
      Write({Flow("status: 'paid' ref_code: '\\001' keywords: 'a\\002' keywords: 'b'",
                  std::string(kMoney) + " description { narratives { text: '\\003' } }")});
  EXPECT_TRUE(HasFinding(writing, "IATI-0010"));
  EXPECT_TRUE(Has(writing, "FTS flow 7"));
}

TEST(FlowActivityTest, NullsAndTextsOfOtherKindsAreLost) {
  v1::Record record = Flow(kPaid, kMoney);
  v1::LexicalForm* const null = record.add_lexical();
  null->mutable_path()->add_steps(v1::Activity::kFlowFieldNumber);
  null->mutable_path()->add_steps(0);
  null->mutable_path()->add_steps(v1::Flow::kBudgetYearFieldNumber);
  null->mutable_path()->add_steps(0);
  null->set_state(v1::LEXICAL_STATE_NULL);
  const FakeWriting writing = Write({record});
  EXPECT_EQ(writing.run.lost.at({"activity.flow.budget_year", PUENTE_LOSS_NO_PLACE}), 1u);
}

TEST(FlowActivityTest, ADateWithATimeIsLessPrecise) {
  v1::Record record = Flow(kPaid, kMoney);
  v1::LexicalForm* const form = record.add_lexical();
  constexpr uint32_t kSteps[] = {v1::Activity::kTransactionsFieldNumber,
                                 v1::Transaction::kTransactionDateFieldNumber,
                                 v1::DateValue::kDateFieldNumber};
  for (const uint32_t step : kSteps) {
    form->mutable_path()->add_steps(step);
    form->mutable_path()->add_steps(0);
  }
  form->set_state(v1::LEXICAL_STATE_VARIANT);
  form->set_text("\"2024-03-01T12:30:00Z\"");
  EXPECT_EQ(Write({record}).run.lost.at(
                {"activity.transactions.transaction_date.date", PUENTE_LOSS_PRECISION}),
            1u);
  record.mutable_lexical(0)->set_text("\"2024-03-01\"");
  EXPECT_FALSE(Write({record}).run.lost.contains(
      {"activity.transactions.transaction_date.date", PUENTE_LOSS_PRECISION}));
}

TEST(IatiWriterTest, EndsThatAreNoOrganisationsHaveNoElement) {
  const FakeWriting writing =
      Write({Parsed("activity { iati_identifier: 'X-1' transactions { "
                    "sources { party_type: 'Location' place { ref: '1' } } "
                    "sources { organisation { ref: 'A' } party_type: 'Organization' } "
                    "destinations { usage_year { code: '41' } } } }")});
  EXPECT_TRUE(Has(writing, "<provider-org ref=\"A\"/>"));
  EXPECT_FALSE(Has(writing, "<provider-org/>"));
  EXPECT_FALSE(Has(writing, "receiver-org"));
}

TEST(FlowActivityTest, TheLawHoldsForAnyFlow) {
  RandomRecords random(7);
  for (int round = 0; round < 2000; ++round) {
    v1::Record record = random.Next();
    if (!record.has_activity()) continue;
    record.mutable_activity()->clear_iati_identifier();
    v1::Flow* const flow = record.mutable_activity()->mutable_flow();
    flow->set_flow_identifier("1");
    if (round % 2 == 0) flow->set_status("paid");
    record.clear_lexical();
    record.clear_residue();
    Write({record});
  }
}

}  // namespace
}  // namespace puente::iati
