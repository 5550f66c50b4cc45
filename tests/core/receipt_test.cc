// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the receipt: the ledger, its law, the JSON and the summary.

#include "core/findings/receipt.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace puente {
namespace {

uint32_t Id(std::string_view path) { return PathTable::Global().Intern(path); }

Location At(uint64_t line, uint64_t column) {
  Location location;
  location.source = "in.xml";
  location.line = line;
  location.column = column;
  return location;
}

TEST(PathTableTest, EqualPathsHaveEqualIds) {
  PathTable& table = PathTable::Global();
  const uint32_t id = table.Intern("a/b/@c");
  EXPECT_NE(id, 0u);
  EXPECT_EQ(table.Intern(std::string("a/b/") + "@c"), id);
  EXPECT_NE(table.Intern("a/b/text()"), id);
  EXPECT_EQ(table.Name(id), "a/b/@c");
  EXPECT_EQ(table.Name(0), "");
  EXPECT_EQ(table.Name(PathTable::kMaxId - 1), "");
  EXPECT_EQ(table.Name(UINT32_MAX), "");
}

TEST(PathTableTest, AnEmptyPathIsAPath) {
  PathTable table;
  EXPECT_EQ(table.Intern(""), 1u);
  EXPECT_EQ(table.Intern(""), 1u);
}

TEST(PathTableTest, IsBoundedInNumber) {
  PathTable table;
  for (uint32_t i = 1; i < PathTable::kMaxId; ++i) {
    ASSERT_EQ(table.Intern("p" + std::to_string(i)), i);
  }
  EXPECT_EQ(table.Intern("one more"), PathTable::kMaxId);
  EXPECT_EQ(table.Intern("and another"), PathTable::kMaxId);
  EXPECT_EQ(table.Intern("p7"), 7u);
  EXPECT_EQ(table.Name(PathTable::kMaxId), "(other paths)");
  EXPECT_EQ(table.Name(PathTable::kMaxId - 1), "p65534");
}

TEST(PathTableTest, IsBoundedInBytes) {
  PathTable table;
  EXPECT_EQ(table.Intern(std::string(PathTable::kMaxBytes - 1, 'x')), 1u);
  EXPECT_EQ(table.Intern("xy"), PathTable::kMaxId);
  EXPECT_EQ(table.Intern("y"), 2u);
  EXPECT_EQ(table.Intern("z"), PathTable::kMaxId);
}

TEST(PathTableTest, ThreadsAgree) {
  PathTable table;
  constexpr int kThreads = 4;
  constexpr int kPaths = 500;
  std::vector<std::vector<uint32_t>> ids(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&table, &ids, t] {
      for (int i = 0; i < kPaths; ++i) {
        const std::string path = "path/" + std::to_string(i);
        ids[t].push_back(table.Intern(path));
        if (table.Name(ids[t].back()) != path) ids[t].back() = 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int t = 1; t < kThreads; ++t) EXPECT_EQ(ids[t], ids[0]);
}

TEST(ReceiptLedgerTest, NothingHoldsTheLaw) {
  const ReceiptLedger ledger;
  EXPECT_TRUE(ledger.LawHolds());
  EXPECT_TRUE(ledger.accounts().empty());
  EXPECT_TRUE(ledger.losses().empty());
  EXPECT_TRUE(ledger.written().empty());
}

TEST(ReceiptLedgerTest, KeptReachesTheSourcePaths) {
  const uint32_t title = Id("s/title"), name = Id("s/name"), field = Id("f.title"),
                 out = Id("o/title");
  const std::vector<LeafFlow> flows = {{title, field, 2}, {name, field, 3}};
  ReceiptLedger ledger;
  ledger.RecordRead(flows);
  EXPECT_FALSE(ledger.LawHolds());
  ledger.BeginPut(flows, At(1, 1), "r1");
  ledger.Kept(field, out, 4);
  ledger.Kept(field, 0, 1);
  ledger.EndPut();
  EXPECT_TRUE(ledger.LawHolds());
  EXPECT_EQ(ledger.accounts().at(title).kept, 2u);
  EXPECT_EQ(ledger.accounts().at(name).kept, 3u);
  EXPECT_EQ(ledger.written().at(out), 4u);
  EXPECT_EQ(ledger.written().size(), 1u);
  EXPECT_EQ(ledger.totals().read, 5u);
  EXPECT_EQ(ledger.records_read(), 1u);
  EXPECT_EQ(ledger.records_written(), 1u);
}

TEST(ReceiptLedgerTest, WhatTheReaderDerivedIsNeitherReadNorLost) {
  const uint32_t code = Id("s/code"), field = Id("f.code"), other = Id("f.vocabulary"),
                 out = Id("o/code"), out_other = Id("o/vocabulary");
  const std::vector<LeafFlow> flows = {{0, other, 3}, {0, field, 2}, {code, field, 1}};
  ReceiptLedger ledger;
  ledger.RecordRead(flows);
  EXPECT_EQ(ledger.totals().read, 1u);
  ledger.BeginPut(flows, At(1, 1), "r1");
  // Two of the three codes are written: first that of the source. Of the vocabularies one is
  // written, one is said without a value, and one is not written.
  ledger.Kept(field, out, 2);
  ledger.Lost(field, 1, LossReason::kNoPlace, "");
  ledger.Kept(other, out_other, 1);
  ledger.Kept(other, 0, 1);
  ledger.Lost(other, 1, LossReason::kNoPlace, "");
  ledger.EndPut();
  EXPECT_TRUE(ledger.LawHolds());
  EXPECT_EQ(ledger.totals().kept, 1u);
  EXPECT_EQ(ledger.totals().lost, 0u);
  EXPECT_EQ(ledger.derived(), 2u);
  EXPECT_TRUE(ledger.losses().empty());
  EXPECT_EQ(ledger.written().at(out), 2u);
  EXPECT_EQ(ledger.written().at(out_other), 1u);
  const std::vector<LeafFlow> one = {{0, other, 1}};
  // Said without being written is what was derived, lost is what the source said.
  const std::vector<LeafFlow> mixed = {{code, field, 1}, {0, field, 1}};
  ledger.RecordRead(mixed);
  ledger.BeginPut(mixed, At(1, 1), "r1");
  ledger.Kept(field, 0, 1);
  ledger.Lost(field, 1, LossReason::kNoPlace, "x");
  ledger.EndPut();
  EXPECT_TRUE(ledger.LawHolds());
  EXPECT_EQ(ledger.totals().lost, 1u);
  EXPECT_EQ(ledger.derived(), 2u);
  // One that nobody accounts for is none the less no loss; one too many breaks the law.
  ledger.BeginPut(one, At(2, 1), "r2");
  ledger.EndPut();
  EXPECT_TRUE(ledger.LawHolds());
  ledger.BeginPut(one, At(3, 1), "r3");
  ledger.Kept(other, out_other, 2);
  ledger.EndPut();
  EXPECT_FALSE(ledger.LawHolds());
}

TEST(ReceiptLedgerTest, KeptThenDeclaredThenUnreported) {
  const uint32_t a = Id("s/a"), b = Id("s/b"), field = Id("f.x");
  const std::vector<LeafFlow> flows = {{a, field, 3}, {b, field, 4}};
  ReceiptLedger ledger;
  ledger.RecordRead(flows);
  ledger.BeginPut(flows, At(7, 3), "r1");
  ledger.Lost(field, 1, LossReason::kTruncated, "first");
  ledger.Kept(field, 0, 1);
  ledger.Lost(field, 2, LossReason::kNoPlace, "second");
  ledger.Kept(field, 0, 1);
  ledger.EndPut();
  EXPECT_TRUE(ledger.LawHolds());
  EXPECT_EQ(ledger.accounts().at(a).kept, 2u);
  EXPECT_EQ(ledger.accounts().at(a).lost, 1u);
  EXPECT_EQ(ledger.accounts().at(b).kept, 0u);
  EXPECT_EQ(ledger.accounts().at(b).lost, 4u);
  const auto& losses = ledger.losses();
  ASSERT_EQ(losses.size(), 3u);
  const LossAccount& truncated = losses.at({a, LossReason::kTruncated});
  EXPECT_EQ(truncated.count, 1u);
  ASSERT_EQ(truncated.examples.size(), 1u);
  EXPECT_EQ(truncated.examples[0].value, "first");
  EXPECT_EQ(truncated.examples[0].record_id, "r1");
  EXPECT_EQ(truncated.examples[0].location.line, 7u);
  EXPECT_EQ(losses.at({b, LossReason::kNoPlace}).count, 2u);
  EXPECT_EQ(losses.at({b, LossReason::kUnreported}).count, 2u);
}

TEST(ReceiptLedgerTest, WhatNobodyMentionsIsUnreported) {
  const uint32_t a = Id("s/silent");
  const std::vector<LeafFlow> flows = {{a, Id("f.silent"), 2}};
  ReceiptLedger ledger;
  ledger.RecordRead(flows);
  ledger.BeginPut(flows, At(1, 1), "");
  ledger.EndPut();
  EXPECT_TRUE(ledger.LawHolds());
  EXPECT_EQ(ledger.losses().at({a, LossReason::kUnreported}).count, 2u);
}

TEST(ReceiptLedgerTest, OneRecordDoesNotPayForAnother) {
  const uint32_t a = Id("s/pay"), field = Id("f.pay");
  const std::vector<LeafFlow> flows = {{a, field, 1}};
  ReceiptLedger ledger;
  for (int i = 0; i < 2; ++i) {
    ledger.RecordRead(flows);
    ledger.BeginPut(flows, At(1, 1), "");
    if (i == 0) {
      ledger.Kept(field, 0, 2);
      ledger.Lost(field, 1, LossReason::kMerged, "");
    }
    ledger.EndPut();
  }
  EXPECT_FALSE(ledger.LawHolds());
  EXPECT_EQ(ledger.overcounted().at(field), 2u);
  EXPECT_EQ(ledger.accounts().at(a).kept, 1u);
  EXPECT_EQ(ledger.losses().at({a, LossReason::kUnreported}).count, 1u);
}

TEST(ReceiptLedgerTest, AccountingForMoreThanWasGivenBreaksTheLaw) {
  const std::vector<LeafFlow> flows = {{Id("s/q"), Id("f.q"), 1}};
  {
    ReceiptLedger ledger;
    ledger.RecordRead(flows);
    ledger.BeginPut(flows, At(1, 1), "");
    ledger.Kept(Id("f.q"), 0, 1);
    ledger.Kept(Id("f.other"), 0, 1);
    ledger.EndPut();
    EXPECT_FALSE(ledger.LawHolds());
  }
  {
    ReceiptLedger ledger;
    ledger.RecordRead(flows);
    ledger.BeginPut(flows, At(1, 1), "");
    ledger.Lost(Id("f.q"), 2, LossReason::kNoPlace, "");
    ledger.EndPut();
    EXPECT_FALSE(ledger.LawHolds());
    EXPECT_EQ(ledger.overcounted().at(Id("f.q")), 1u);
  }
  {
    ReceiptLedger ledger;
    ledger.Kept(Id("f.q"), 0, 1);  // outside of any record
    EXPECT_FALSE(ledger.LawHolds());
  }
}

TEST(ReceiptLedgerTest, FilteredRejectedLooseAndDerived) {
  const uint32_t a = Id("s/fr"), loose = Id("s/loose"), out = Id("o/derived");
  const std::vector<LeafFlow> flows = {{a, Id("f.fr"), 5}};
  ReceiptLedger ledger;
  ledger.RecordRead(flows);
  ledger.RecordFiltered(flows);
  ledger.RecordRead(flows);
  ledger.RecordRejected(flows);
  ledger.LooseRead(loose, 4);
  EXPECT_FALSE(ledger.LawHolds());
  ledger.LooseRejected(loose, 4);
  ledger.Derived(out, 3);
  ledger.Derived(0, 2);
  EXPECT_TRUE(ledger.LawHolds());
  EXPECT_EQ(ledger.accounts().at(a).filtered, 5u);
  EXPECT_EQ(ledger.accounts().at(a).rejected, 5u);
  EXPECT_EQ(ledger.accounts().at(loose).rejected, 4u);
  EXPECT_EQ(ledger.derived(), 5u);
  EXPECT_EQ(ledger.written().at(out), 3u);
  EXPECT_EQ(ledger.records_filtered(), 1u);
  EXPECT_EQ(ledger.records_rejected(), 1u);
  EXPECT_EQ(ledger.records_written(), 0u);
}

TEST(ReceiptLedgerTest, KeepsFewAndShortExamples) {
  const uint32_t a = Id("s/many"), field = Id("f.many");
  const std::vector<LeafFlow> flows = {{a, field, 10}};
  ReceiptLedger ledger;
  for (int record = 0; record < 2; ++record) {
    ledger.RecordRead(flows);
    ledger.BeginPut(flows, At(1, 1), "");
    for (int i = 0; i < 10; ++i) {
      ledger.Lost(field, 1, LossReason::kTruncated, std::to_string(i) + std::string(5000, 'x'));
    }
    ledger.EndPut();
  }
  EXPECT_TRUE(ledger.LawHolds());
  const LossAccount& loss = ledger.losses().at({a, LossReason::kTruncated});
  EXPECT_EQ(loss.count, 20u);
  ASSERT_EQ(loss.examples.size(), 3u);
  EXPECT_EQ(loss.examples[2].value[0], '2');
  EXPECT_LE(loss.examples[0].value.size(), 200u);
}

TEST(ReceiptLedgerTest, SurvivesNonsenseFromPlugins) {
  const std::vector<LeafFlow> flows = {{0, 0, UINT32_MAX}, {UINT32_MAX, UINT32_MAX, UINT32_MAX}};
  ReceiptLedger ledger;
  ledger.RecordRead(flows);
  ledger.BeginPut(flows, At(0, 0), "");
  ledger.Kept(UINT32_MAX, UINT32_MAX, UINT64_MAX);
  ledger.Kept(UINT32_MAX, UINT32_MAX, UINT64_MAX);
  ledger.Lost(0, UINT64_MAX, static_cast<LossReason>(-5), "x");
  ledger.Lost(0, UINT64_MAX, static_cast<LossReason>(77), "x");
  ledger.EndPut();
  ledger.LooseRead(3'000'000'000u, UINT64_MAX);
  ledger.LooseRead(3'000'000'000u, UINT64_MAX);
  EXPECT_FALSE(ledger.LawHolds());
  EXPECT_FALSE(ReceiptJson(ledger, ReceiptFrame()).empty());
  EXPECT_FALSE(ReceiptSummary(ledger, ReceiptFrame()).empty());
}

TEST(ReceiptLedgerTest, IsACopyableValue) {
  const std::vector<LeafFlow> flows = {{Id("s/copy"), Id("f.copy"), 1}};
  ReceiptLedger ledger;
  ledger.RecordRead(flows);
  ReceiptLedger copy = ledger;
  copy.BeginPut(flows, At(1, 1), "");
  copy.EndPut();
  EXPECT_TRUE(copy.LawHolds());
  EXPECT_FALSE(ledger.LawHolds());
}

// Any honest writer, whatever it keeps and loses, leaves a receipt whose law holds.
TEST(ReceiptLedgerTest, LawHoldsForEveryHonestWriter) {
  std::mt19937 random(7);
  ReceiptLedger ledger;
  uint64_t kept = 0;
  uint64_t declared = 0;
  uint64_t silent = 0;
  for (int record = 0; record < 500; ++record) {
    std::vector<LeafFlow> flows;
    std::vector<uint32_t> of_field(8);
    for (uint32_t source = 0; source < 12; ++source) {
      const uint32_t field = random() % of_field.size();
      const uint32_t count = random() % 5;
      flows.push_back(
          {Id("h/s" + std::to_string(source)), Id("h.f" + std::to_string(field)), count});
      of_field[field] += count;
    }
    ledger.RecordRead(flows);
    ledger.BeginPut(flows, At(record, 1), "r");
    for (uint32_t field = 0; field < of_field.size(); ++field) {
      for (uint32_t left = of_field[field]; left != 0;) {
        const uint32_t part = 1 + random() % left;
        const uint32_t what = random() % 3;
        if (what == 0) ledger.Kept(Id("h.f" + std::to_string(field)), 0, part), kept += part;
        if (what == 1) {
          ledger.Lost(Id("h.f" + std::to_string(field)), part,
                      static_cast<LossReason>(1 + random() % 5), "value");
          declared += part;
        }
        if (what == 2) silent += part;
        left -= part;
      }
    }
    ledger.EndPut();
  }
  EXPECT_TRUE(ledger.LawHolds());
  EXPECT_EQ(ledger.totals().kept, kept);
  EXPECT_EQ(ledger.totals().lost, declared + silent);
  uint64_t unreported = 0;
  for (const auto& [key, loss] : ledger.losses()) {
    if (key.second == LossReason::kUnreported) unreported += loss.count;
  }
  EXPECT_EQ(unreported, silent);
}

ReceiptFrame Frame() {
  ReceiptFrame frame;
  frame.inputs.push_back({"in \"1\".xml", "iati-activity", "2.03", 1234, "ab12", 2});
  frame.output = {"out.csv", "table", "", 99, "", 2};
  frame.findings_by_severity = {{"warning", 3}};
  frame.findings_by_code = {{"IATI-0012", 3}};
  frame.digest = "cafe";
  return frame;
}

ReceiptLedger LossyLedger() {
  const uint32_t kept = Id("j/b/@kept"), lost = Id("j/a/text()");
  const std::vector<LeafFlow> flows = {{kept, Id("j.kept"), 1000}, {lost, Id("j.lost"), 234}};
  ReceiptLedger ledger;
  ledger.RecordRead(flows);
  ledger.BeginPut(flows, At(18, 56), "XM-1");
  ledger.Kept(Id("j.kept"), Id("column b"), 1000);
  ledger.Lost(Id("j.lost"), 234, LossReason::kNoPlace, "quoth \"\x1b[31m\xff\"");
  ledger.EndPut();
  ledger.Derived(Id("column a"), 2);
  return ledger;
}

TEST(ReceiptJsonTest, HasItsShape) {
  EXPECT_EQ(ReceiptJson(LossyLedger(), Frame()),
            "{\n"
            "\"receipt_version\":1,\n"
            "\"puente\":\"" PUENTE_VERSION
            "\",\n"
            "\"inputs\":[\n"
            " {\"name\":\"in \\\"1\\\".xml\",\"format\":\"iati-activity\",\"version\":\"2.03\","
            "\"bytes\":1234,\"sha256\":\"ab12\",\"records\":2}\n"
            "],\n"
            "\"output\":{\"name\":\"out.csv\",\"format\":\"table\",\"version\":\"\",\"bytes\":99,"
            "\"records\":2},\n"
            "\"basis\":\"declared\",\n"
            "\"verify_differences\":[],\n"
            "\"law\":\"holds\",\n"
            "\"leaves\":{\"read\":1234,\"kept\":1000,\"lost\":234,\"filtered\":0,\"rejected\":0,"
            "\"derived\":2},\n"
            "\"paths\":[\n"
            " {\"path\":\"j/a/text()\",\"read\":234,\"kept\":0,\"lost\":234,\"filtered\":0,"
            "\"rejected\":0},\n"
            " {\"path\":\"j/b/@kept\",\"read\":1000,\"kept\":1000,\"lost\":0,\"filtered\":0,"
            "\"rejected\":0}\n"
            "],\n"
            "\"written\":[\n"
            " {\"path\":\"column a\",\"count\":2},\n"
            " {\"path\":\"column b\",\"count\":1000}\n"
            "],\n"
            "\"losses\":[\n"
            " {\"path\":\"j/a/text()\",\"reason\":\"no_place\",\"count\":234,\"examples\":["
            "{\"source\":\"in.xml\",\"line\":18,\"column\":56,\"record\":\"XM-1\","
            "\"value\":\"quoth \\\"\\u001b[31m\xEF\xBF\xBD\\\"\"}]}\n"
            "],\n"
            "\"findings\":{\"by_severity\":{\"warning\":3},\"by_code\":{\"IATI-0012\":3}},\n"
            "\"records\":{\"read\":1,\"written\":1,\"filtered\":0,\"rejected\":0},\n"
            "\"digest\":\"cafe\"\n"
            "}\n");
}

TEST(ReceiptJsonTest, IsJsonAlsoWhenEmpty) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  const std::string empty = ReceiptJson(ReceiptLedger(), ReceiptFrame());
  ASSERT_EQ(parser.parse(empty).get(element), simdjson::SUCCESS) << empty;
  EXPECT_EQ(empty.find("digest"), std::string::npos);
  EXPECT_EQ(empty.find("sha256"), std::string::npos);
  const std::string full = ReceiptJson(LossyLedger(), Frame());
  ASSERT_EQ(parser.parse(full).get(element), simdjson::SUCCESS) << full;
}

TEST(ReceiptSummaryTest, AllKept) {
  const std::vector<LeafFlow> flows = {{Id("k/a"), Id("k.a"), 4211}};
  ReceiptLedger ledger;
  ledger.RecordRead(flows);
  ledger.BeginPut(flows, At(1, 1), "");
  ledger.Kept(Id("k.a"), Id("o/a"), 4211);
  ledger.EndPut();
  ReceiptFrame frame;
  frame.basis = "verified";
  frame.output = {"out.puente", "binary", "", 12345, "", 1};
  EXPECT_EQ(ReceiptSummary(ledger, frame),
            "read 4,211 values in 1 record: all kept (verified)\n"
            "wrote 1 record to out.puente (binary, 12,345 bytes)\n");
}

TEST(ReceiptSummaryTest, Losses) {
  EXPECT_EQ(ReceiptSummary(LossyLedger(), Frame()),
            "read 1,234 values in 1 record: 1,000 kept, 234 lost (declared; --verify checks)\n"
            "  234  no place in table  j/a/text()\n"
            "  for example quoth \"\\u{1b}[31m\\x{ff}\" at in.xml:18:56 (XM-1)\n"
            "wrote 1 record to out.csv (table, 99 bytes); 2 derived values\n");
}

TEST(ReceiptSummaryTest, ManyReasonsAreFoldedAndLongPathsCut) {
  const std::string deep =
      "iati-activities/iati-activity/result/indicator/period/target/comment/narrative/text()";
  std::vector<LeafFlow> flows;
  ReceiptLedger ledger;
  for (uint32_t i = 0; i < 6; ++i) {
    flows.push_back({Id("m/" + std::to_string(i)), Id("m." + std::to_string(i)), 10 - i});
  }
  flows.push_back({Id(deep), Id("m.1"), 2000});
  ledger.RecordRead(flows);
  ledger.RecordRead(flows);
  ledger.RecordFiltered(flows);
  ledger.BeginPut(flows, At(1, 1), "");
  for (uint32_t i = 0; i < 6; ++i) {
    ledger.Lost(Id("m." + std::to_string(i)), i == 1 ? 2009 : 10 - i, static_cast<LossReason>(i),
                "");
  }
  ledger.EndPut();
  EXPECT_EQ(ReceiptSummary(ledger, ReceiptFrame()),
            "read 4,090 values in 2 records: 0 kept, 2,045 lost, 2,045 filtered out"
            " (declared; --verify checks)\n"
            "  2,009  no place in the output           "
            ".../result/indicator/period/target/comment/narrative/text() (2,000) and 1 more path\n"
            "     10  not accounted for by the writer  m/0\n"
            "     26  for 4 other reasons\n"
            "wrote 1 record; 1 record filtered out\n");
}

TEST(ReceiptSummaryTest, SaysWhenTheLawIsBroken) {
  ReceiptLedger ledger;
  ledger.LooseRead(Id("l/a"), 2);
  EXPECT_NE(ReceiptSummary(ledger, ReceiptFrame())
                .find("critical[PUE-0504]: the accounts do not add up: 2 of l/a read, 0 accounted"),
            std::string::npos);
  ReceiptLedger surplus;
  surplus.Kept(Id("l.b"), 0, 3);
  EXPECT_NE(ReceiptSummary(surplus, ReceiptFrame())
                .find("the writer accounts for 3 values of l.b that it was not given"),
            std::string::npos);
  ReceiptFrame frame;
  frame.basis = "verified";
  frame.verify_differences = {"x: 1 declared, 2 read"};
  EXPECT_NE(ReceiptSummary(ReceiptLedger(), frame).find("error[PUE-0503]"), std::string::npos);
}

}  // namespace
}  // namespace puente
