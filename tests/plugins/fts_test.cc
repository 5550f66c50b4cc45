// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests where the values of FTS answers go, and what is taken for their question.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/decimal.h"
#include "gtest/gtest.h"
#include "plugins/fts/answer_query.h"
#include "plugins/fts/flow_checks.h"
#include "plugins/fts/flow_links.h"
#include "tests/plugins/fake_host.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::fts {
namespace {

TEST(AnswerQueryTest, NamesOfFilesTellIt) {
  EXPECT_EQ(QueryOfName("a/custom-search-locationid-1-year-2020-page-2.json"),
            "locationid=1&year=2020&page=2");
  EXPECT_EQ(QueryOfName("1-fts-flow-custom-search-planid-929-groupby-cluster.json.gz"),
            "planid=929&groupby=cluster");
  EXPECT_EQ(
      QueryOfName("1-fts-flow-custom-search-emergencyid-911-planid-1010832929-groupby-plan.json"),
      "emergencyid=911&planid=1010832929&groupby=plan");
  EXPECT_EQ(QueryOfName("flows.json"), "");
  EXPECT_EQ(QueryOfName("locationid-.json"), "");
  EXPECT_EQ(QueryOfName("year-20 20.json"), "");
  EXPECT_EQ(QueryOfName(""), "");
}

TEST(AnswerQueryTest, UrlsTellIt) {
  EXPECT_EQ(QueryOfUrl("https://api.example.org/v1/fts/flow/custom-search?planid=1&year=2020#x"),
            "planid=1&year=2020");
  EXPECT_EQ(QueryOfUrl("planid=1"), "planid=1");
  EXPECT_EQ(QueryOfUrl("https://api.example.org/v1"), "");
}

TEST(FtsTest, ValuesStandInTheirFields) {
  const testing::FakePlugin plugin(puente_plugin_v1, "fts");
  testing::FakeHostTable(false);
  const testing::FakeReading reading = plugin.Read(
      R"({"data":{"flows":[{"id":"7","versionId":3,"amountUSD":1.50,"originalAmount":2,
          "originalCurrency":"EUR","exchangeRate":0.9,"status":"paid","boundary":"incoming",
          "date":"2020-02-03T00:00:00Z","keywords":null,"childFlowIds":[1,2],"new":1,
          "sourceObjects":[{"type":"Organization","id":"5","name":"O","behavior":"shared"},
                           {"type":"GlobalCluster","id":"3","name":"Education"}]}]},"meta":{}})",
      {{"query", "planid=1"}});
  ASSERT_EQ(reading.status, PUENTE_END) << reading.run.error.message;
  ASSERT_EQ(reading.records.size(), 3u);
  const v1::Record& record = reading.records[1].record;
  EXPECT_EQ(reading.records[1].id, "7");
  EXPECT_EQ(record.import_context().boundary(), "incoming");
  EXPECT_EQ(record.import_context().query(), "planid=1");
  const v1::Flow& flow = record.activity().flow();
  EXPECT_EQ(flow.version(), "3");
  EXPECT_EQ(flow.status(), "paid");
  ASSERT_EQ(flow.child_flows_size(), 2);
  EXPECT_EQ(flow.child_flows(1), "2");
  ASSERT_EQ(record.activity().transactions_size(), 1);
  const v1::Transaction& transaction = record.activity().transactions(0);
  EXPECT_EQ(transaction.reported_conversion().amount().value().unscaled(), 150);
  EXPECT_EQ(transaction.reported_conversion().amount().value().scale(), 2);
  EXPECT_EQ(transaction.value().currency(), "EUR");
  EXPECT_EQ(transaction.transaction_date().date().day(), 3);
  ASSERT_EQ(transaction.sources_size(), 2);
  EXPECT_EQ(transaction.sources(0).organisation().ref(), "5");
  EXPECT_EQ(transaction.sources(0).split().kind(), v1::SPLIT_KIND_SHARED);
  EXPECT_EQ(transaction.sources(1).global_cluster().code(), "3");
  ASSERT_EQ(record.lexical_size(), 1);
  EXPECT_EQ(record.lexical(0).state(), v1::LEXICAL_STATE_NULL);
  ASSERT_EQ(record.residue().json_size(), 1);
  EXPECT_EQ(record.residue().json(0).member().name(), "new");
}

TEST(FtsTest, AnswersStandInTheirFields) {
  const testing::FakePlugin plugin(puente_plugin_v1, "fts");
  testing::FakeHostTable(false);
  const testing::FakeReading reading = plugin.Read(
      R"({"status":"ok","data":{"requirements":{"totalRevisedReqs":10,"objects":[{"id":5,
          "name":"Health","objectType":"Cluster","revisedRequirements":10,"new":[1]}]},
          "report3":{"fundingTotals":{"total":7,"objects":[{"type":"Cluster",
          "sharedFundingObjects":[{"id":["5","6"],"name":["Health","WASH"],"behavior":"shared",
          "totalFunding":3}],"objectsBreakdown":[{"id":"5","name":"Health","totalFunding":4},
          {"name":"Not specified","totalFunding":0}],"totalBreakdown":{"sharedFunding":3}}]}}},
          "meta":{"language":"en"}})",
      {{"query", "planid=1&groupby=cluster"}});
  ASSERT_EQ(reading.status, PUENTE_END) << reading.run.error.message;
  ASSERT_EQ(reading.records.size(), 1u);
  const v1::Record& record = reading.records[0].record;
  const v1::Answer& answer = record.dataset_header().answer();
  EXPECT_EQ(answer.status(), "ok");
  EXPECT_EQ(answer.language(), "en");
  EXPECT_EQ(answer.requirements().revised().unscaled(), 10);
  ASSERT_EQ(answer.requirements().groups_size(), 1);
  EXPECT_EQ(answer.requirements().groups(0).code(), "5");
  ASSERT_EQ(answer.funding().groupings_size(), 1);
  const v1::FundingGrouping& grouping = answer.funding().groupings(0);
  ASSERT_EQ(grouping.shared_groups_size(), 1);
  EXPECT_EQ(grouping.shared_groups(0).codes_size(), 2);
  EXPECT_EQ(grouping.shared_groups(0).split().kind(), v1::SPLIT_KIND_SHARED);
  ASSERT_EQ(grouping.breakdown_size(), 2);
  EXPECT_FALSE(grouping.breakdown(1).has_code());
  EXPECT_TRUE(grouping.breakdown(1).has_total());
  EXPECT_EQ(grouping.sums().shared().unscaled(), 3);
  ASSERT_EQ(record.residue().json_size(), 1);
  EXPECT_EQ(record.residue().json(0).member().name(), "new");
}

TEST(FtsTest, LinksAreDerivedWithTheirEvidence) {
  const testing::FakePlugin plugin(puente_plugin_v1, "fts");
  testing::FakeHostTable(false);
  const testing::FakeReading reading = plugin.Read(
      R"({"data":{"flows":[{"id":"7","parentFlowId":3,"childFlowIds":[8,9],
          "refCode":"XM-OCHA-CBPF-CHF/1 ; AFG-20/3481/RA2/X;SM200047"},{"id":"8"}]}})",
      {});
  ASSERT_EQ(reading.records.size(), 4u);
  const v1::Derived& derived = reading.records[1].record.derived();
  std::vector<std::string> links;
  for (const v1::Link& link : derived.links()) {
    links.push_back(link.target_scheme() + " " + link.target() + " " + link.evidence(0).text());
  }
  EXPECT_EQ(links,
            (std::vector<std::string>{
                "fts 3 flow.parent_flow", "fts 8 flow.child_flows", "fts 9 flow.child_flows",
                "iati XM-OCHA-CBPF-CHF/1 flow.ref_code", "cbpf AFG-20/3481/RA2/X flow.ref_code"}));
  EXPECT_EQ(derived.links(0).kind(), v1::LINK_KIND_PARENT);
  EXPECT_EQ(derived.links(3).kind_raw(), "refers to");
  EXPECT_FALSE(reading.records[2].record.has_derived());
}

TEST(FlowLinksTest, CodesAreKnownByTheirShape) {
  for (const auto& [code, scheme] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"GB-CHC-1234-X", "iati"},
           {"XM-DAC-7-PPR-1", "iati"},
           {"SE-0-SE-6-1", "iati"},
           {"OPT-20/DDA-3482/RA1/SNFI/INGO/14958", "cbpf"},
           {"CHF/00232/HAF10/1-2020/5647/11", "cbpf"},
           {"20-RR-FPA-022/UOH46", "cerf"},
           {"part of 20-UF-CEF-030", "cerf"},
           {"AA-S09 321.50 AFG 03/30", ""},
           {"QZA-16/0219-6", ""},
           {"7F-08861.05", ""},
           {"", ""},
           {"XM-", ""},
           {"xm-dac-7", ""}}) {
    EXPECT_EQ(SchemeOfRefCode(code), scheme) << code;
  }
}

TEST(FlowChecksTest, RatesAreHeldToTheAmounts) {
  const auto check = [](std::string_view original, std::string_view rate,
                        std::string_view dollars) {
    v1::Transaction transaction;
    const auto set = [](std::string_view text, v1::Decimal* out) {
      EXPECT_NE(ParseDecimal(text, out), TextForm::kInvalid);
    };
    set(original, transaction.mutable_value()->mutable_value());
    set(rate, transaction.mutable_reported_conversion()->mutable_rate());
    set(dollars, transaction.mutable_reported_conversion()->mutable_amount()->mutable_value());
    return RateContradiction(transaction).has_value();
  };
  EXPECT_FALSE(check("1000", "0.5", "2000"));
  EXPECT_FALSE(check("1000", "0.5", "2020"));  // one percent
  EXPECT_TRUE(check("1000", "0.5", "2021"));
  EXPECT_FALSE(check("10", "1", "11"));  // one dollar
  EXPECT_TRUE(check("10", "1", "12"));
  EXPECT_TRUE(check("10", "0", "10"));
  EXPECT_TRUE(check("10", "-1", "10"));
  EXPECT_FALSE(check("0", "3.2", "0"));
  EXPECT_FALSE(RateContradiction(v1::Transaction()).has_value());
}

}  // namespace
}  // namespace puente::fts
