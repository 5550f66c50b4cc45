// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests where the values of FTS answers go, and what is taken for their question.

#include <string>

#include "gtest/gtest.h"
#include "plugins/fts/answer_query.h"
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

}  // namespace
}  // namespace puente::fts
