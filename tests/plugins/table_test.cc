// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the table plugin: cells come back as they were, and every leaf is accounted for.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/leaves.h"
#include "google/protobuf/text_format.h"
#include "plugins/table/code_names.h"
#include "plugins/table/column_paths.h"
#include "plugins/table/table_reader.h"
#include "tests/core/random_record.h"
#include "tests/plugins/fake_host.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::table {
namespace {

using ::puente::testing::FakeFinding;
using ::puente::testing::FakePlugin;
using ::puente::testing::FakeReading;
using ::puente::testing::FakeWriting;
using ::puente::testing::OptionMap;
using ::puente::testing::PathCounts;

FakePlugin Plugin(bool force_bytes = false) {
  return FakePlugin(puente_plugin_v1, "table", force_bytes);
}

std::vector<v1::Record> RecordsOf(const FakeReading& reading) {
  std::vector<v1::Record> records;
  for (const testing::FakeRecord& record : reading.records) records.push_back(record.record);
  return records;
}

v1::Record Record(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record));
  return record;
}

/// The cells of the rows, `|` between them; `~` is a cell without content, `\n` a line feed.
std::vector<std::string> RowTexts(const FakeReading& reading) {
  std::vector<std::string> texts;
  for (const testing::FakeRecord& record : reading.records) {
    if (!record.record.has_row()) continue;
    std::string& text = texts.emplace_back();
    for (const v1::Cell& cell : record.record.row().cells()) {
      if (!text.empty()) text += '|';
      text += cell.has_text() ? cell.text() : "~";
    }
  }
  return texts;
}

PathCounts LeavesOf(const std::vector<v1::Record>& records) {
  PathCounts counts;
  std::vector<LeafCount> leaves;
  for (const v1::Record& record : records) {
    CountLeaves(record, &leaves);
    for (const LeafCount& leaf : leaves) {
      counts[std::string(LeafPathName(leaf.path_id))] += leaf.count;
    }
  }
  return counts;
}

/// The law: each leaf is kept or lost, none is unreported, and what is declared as written is what
/// is read again.
void ExpectLaw(const std::vector<v1::Record>& records, const FakeWriting& writing,
               const OptionMap& read_options = {}) {
  ASSERT_EQ(writing.status, PUENTE_OK) << writing.run.error.message;
  PathCounts accounted;
  PathCounts written = writing.run.derived;
  for (const auto& [paths, count] : writing.run.kept) {
    accounted[paths.first] += count;
    if (paths.second != testing::internal::PathName(0)) written[paths.second] += count;
  }
  for (const auto& [key, count] : writing.run.lost) {
    EXPECT_NE(key.second, PUENTE_LOSS_UNREPORTED) << key.first;
    accounted[key.first] += count;
  }
  EXPECT_EQ(accounted, LeavesOf(records));
  const FakeReading again = Plugin().Read(writing.bytes, read_options);
  ASSERT_EQ(again.status, PUENTE_END) << again.run.error.message;
  EXPECT_EQ(written, again.leaves) << writing.bytes.substr(0, 4000);
}

/// One cell of a table by its column's name; rows from 0.
std::string At(const FakeReading& reading, size_t row, std::string_view column) {
  const v1::TableLayout& table = reading.records[0].record.dataset_header().table();
  for (int i = 0; i < table.columns_size(); ++i) {
    if (table.columns(i) == column) return reading.records[row + 1].record.row().cells(i).text();
  }
  return "(no such column)";
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Two activities: one with all that the table shows, in one currency, and one in two currencies
// that says most things in its transactions.
std::vector<v1::Record> Activities() {
  return {Record(R"(
    identity { id: "XX-1" ordinal: 2 }
    provenance { source: "a.xml" line: 7 }
    activity {
      lang: "es" default_currency: "USD" humanitarian: true iati_identifier: " XX-1\n"
      reporting_org { ref: "XX" type: "10" narratives { text: "Reporter" } }
      title { narratives { text: "Agua, para \"todos\"" } narratives { text: "=Water" lang: "en" } }
      participating_orgs { ref: "US-1" role: "1" narratives { text: "USAID" } }
      participating_orgs { ref: "US-1" role: "1" narratives { text: "USAID" } }
      participating_orgs { role: "1" narratives { text: "Suiza" } }
      participating_orgs { ref: "GB-2" role: "2" }
      participating_orgs { role: "4" narratives { text: "IOM; field" } }
      participating_orgs { role: "4" }
      activity_status { code: "2" }
      activity_dates { type: "1" iso_date { year: 2020 month: 1 day: 1 } }
      activity_dates { type: "2" iso_date { year: 2020 month: 2 day: 3 } }
      activity_dates { type: "3" iso_date { year: 2024 } }
      recipient_countries { code: "CO" percentage { unscaled: 605 scale: 1 } }
      recipient_countries { code: "QQ" narratives { text: "Somewhere" } }
      recipient_regions { code: "489" vocabulary: "1" }
      recipient_regions { code: "7" vocabulary: "99" narratives { text: "Own region" } }
      locations {
        name { narratives { text: "Cúcuta" } }
        point { srs_name: "x" pos: " 7.89  -72.50 " }
        administratives { code: "CO54" vocabulary: "G1" level: 1 }
        location_ids { code: "3685533" vocabulary: "G1" }
      }
      sectors { code: "15190" percentage { unscaled: 100 } }
      sectors { code: "151" vocabulary: "2" }
      sectors { code: "A" vocabulary: "99" narratives { text: "Migration" } }
      transactions {
        ref: "T1" transaction_type { code: "2" }
        transaction_date { date { year: 2021 month: 5 day: 6 } }
        value { value { unscaled: 10050 scale: 2 } value_date { year: 2021 month: 5 day: 7 } }
        sources { organisation { ref: "US-1" } }
        destinations { organisation { narratives { text: "IOM" } } activity_id: "IOM-5" }
        description { narratives { text: "-5 boats" } }
      }
      transactions {
        transaction_type { code: "2" } value { value { unscaled: 1 } currency: "USD" }
      }
      transactions {
        transaction_type { code: "4" } value { value { digits: "9223372036854775808" } }
      }
      transactions { transaction_type { code: "7" } value { value { unscaled: 3 } } }
      contact_infos { emails: "a@b.example" }
    })"),
          Record(R"(
    identity { id: "XX-2" }
    provenance { source: "b.xml" line: 9 }
    activity {
      iati_identifier: "XX-2"
      title { narratives { text: "Two currencies" } }
      activity_dates { type: "3" iso_date { year: 2022 month: 12 } }
      transactions {
        transaction_type { code: "2" } value { value { unscaled: 100 } currency: "USD" }
        sources { organisation { narratives { text: "Bank" } } }
        recipient_countries { code: "PE" }
        sectors { code: "11110" vocabulary: "1" }
      }
      transactions {
        transaction_type { code: "2" } value { value { unscaled: 5000 scale: 2 } currency: "EUR" }
        sources { organisation { ref: "B-2" } }
        recipient_countries { code: "PE" }
      }
      transactions { transaction_type { code: "3" } value { value { unscaled: 7 } } }
    })")};
}

TEST(TableTest, ColumnsHavePathsOfTheirOwn) {
  testing::FakeRun fake;
  const sdk::Run run(testing::FakeHostTable(), fake.handle());
  ColumnPaths paths(run, {"a", "", "a", "column 2", "column 6", std::string(300, 'x')});
  EXPECT_EQ(paths.Name(0), "a");
  EXPECT_EQ(paths.Name(1), "column 2*");
  EXPECT_EQ(paths.Name(2), "column 3");
  EXPECT_EQ(paths.Name(3), "column 2");
  EXPECT_EQ(paths.Name(4), "column 6");
  EXPECT_EQ(paths.Name(5), "column 6*");
  EXPECT_EQ(paths.Name(7), "column 8");
  EXPECT_EQ(text::CellName(2, 14), "C14");
  EXPECT_EQ(text::CellName(25, 1), "Z1");
  EXPECT_EQ(text::CellName(26, 1), "AA1");
  EXPECT_EQ(text::CellName(701, 2), "ZZ2");
  EXPECT_EQ(text::CellName(702, 2), "AAA2");
}

TEST(TableTest, KnowsNamesOfCodes) {
  testing::FakeRun fake;
  const sdk::Run run(testing::FakeHostTable(), fake.handle());
  EXPECT_EQ(CodeName(run, "Country", "CO", "en"), "Colombia");
  EXPECT_EQ(CodeName(run, "TransactionType", "3", "en"), "Disbursement");
  EXPECT_EQ(CodeName(run, "Country", "QQ", "en"), "");
  EXPECT_EQ(CodeName(run, "NoList", "1", "en"), "");
  EXPECT_EQ(CodeName(run, "list", "code", "en"), "name") << "the line of names does no harm";
}

TEST(TableTest, ReadsRowsAndWritesThemBack) {
  const std::string csv =
      "id,name,,name\r\n"
      "1,\"a,\"\"b\"\"\",\"\",\r\n"
      "2,\" two\nlines \",=1+1,'x\n"
      "\n"
      "3,short\n"
      "4,a,b,c,d,e\n";
  for (const bool as_bytes : {false, true}) {
    const FakeReading reading = Plugin(as_bytes).Read(csv, {}, as_bytes ? 1 : SIZE_MAX);
    ASSERT_EQ(reading.status, PUENTE_END) << reading.run.error.message;
    ASSERT_EQ(reading.records.size(), 6u);
    const v1::DatasetHeader& header = reading.records[0].record.dataset_header();
    EXPECT_EQ(header.format(), "table");
    EXPECT_EQ(header.table().columns_size(), 4);
    EXPECT_EQ(header.table().delimiter(), ",");
    EXPECT_TRUE(header.table().has_header());
    EXPECT_EQ(RowTexts(reading), (std::vector<std::string>{"1|a,\"b\"||~", "2| two\nlines |=1+1|'x",
                                                           "~", "3|short", "4|a|b|c|d|e"}));
    EXPECT_EQ(reading.leaves, (PathCounts{{"id", 5},
                                          {"name", 4},
                                          {"column 3", 3},
                                          {"column 4", 3},
                                          {"column 5", 1},
                                          {"column 6", 1}}));
    EXPECT_EQ(reading.records[2].line, 3u);
    EXPECT_EQ(csv.substr(reading.records[2].offset, reading.records[2].length),
              "2,\" two\nlines \",=1+1,'x\n");
    ASSERT_EQ(reading.run.findings.size(), 3u);
    for (const FakeFinding& finding : reading.run.findings) EXPECT_EQ(finding.code, "PUE-0331");
    EXPECT_EQ(reading.run.findings[1].line, 6u);
    EXPECT_EQ(reading.run.findings[1].path, "column 3");

    const std::vector<v1::Record> records = RecordsOf(reading);
    EXPECT_EQ(LeavesOf(records)["row.cells"], 17u);
    const FakeWriting writing = Plugin().Write(records, {}, as_bytes);
    // Lines end as the first one did.
    EXPECT_EQ(writing.bytes,
              "id,name,,name\r\n"
              "1,\"a,\"\"b\"\"\",\"\",\r\n"
              "2,\" two\nlines \",=1+1,'x\r\n"
              "\r\n"
              "3,short\r\n"
              "4,a,b,c,d,e\r\n");
    EXPECT_TRUE(writing.run.lost.empty());
    EXPECT_EQ(writing.run.derived, PathCounts());
    ExpectLaw(records, writing);
    EXPECT_EQ(RowTexts(Plugin().Read(writing.bytes)), RowTexts(reading));
  }
}

TEST(TableTest, FollowsOptions) {
  const FakeReading plain = Plugin().Read("1;a\n2;b\n", {{"header", "no"}});
  EXPECT_EQ(RowTexts(plain), (std::vector<std::string>{"1|a", "2|b"}));
  EXPECT_EQ(plain.leaves, (PathCounts{{"column 1", 2}, {"column 2", 2}}));
  const FakeWriting without = Plugin().Write(RecordsOf(plain), {{"header", "no"}});
  EXPECT_EQ(without.bytes, "1;a\n2;b\n");
  ExpectLaw(RecordsOf(plain), without, {{"header", "no"}});
  const FakeWriting with = Plugin().Write(RecordsOf(plain), {{"delimiter", "tab"}});
  EXPECT_EQ(with.bytes, "column 1\tcolumn 2\n1\ta\n2\tb\n");
  ExpectLaw(RecordsOf(plain), with);

  const FakeReading latin = Plugin().Read("n\n\xE9\x80\n", {{"encoding", "windows-1252"}});
  EXPECT_EQ(RowTexts(latin), (std::vector<std::string>{"é€"}));
  const FakeReading fixed = Plugin().Read("a;b,c\n1;2,3\n", {{"delimiter", "comma"}});
  EXPECT_EQ(RowTexts(fixed), (std::vector<std::string>{"1;2|3"}));

  const FakeReading formulas = Plugin().Read("a\n=1\n'=1\n-5\n'x\n");
  const FakeWriting guarded = Plugin().Write(RecordsOf(formulas), {{"formulas", "guard"}});
  EXPECT_EQ(guarded.bytes, "a\n'=1\n''=1\n-5\n'x\n");
  EXPECT_EQ(RowTexts(Plugin().Read(guarded.bytes, {{"formulas", "guard"}})), RowTexts(formulas));

  const FakeWriting mark = Plugin().Write(RecordsOf(formulas), {{"byte_order_mark", "true"}});
  EXPECT_EQ(mark.bytes.substr(0, 4),
            "\xEF\xBB\xBF"
            "a");
  EXPECT_EQ(RowTexts(Plugin().Read(mark.bytes)), RowTexts(formulas));
}

TEST(TableTest, ARowThatIsNotInTheEncodingIsRejected) {
  const OptionMap utf8 = {{"encoding", "UTF-8"}};
  const FakeReading reading = Plugin().Read("a,b\n1,2\n\xFF,x\n3,4\n", utf8);
  ASSERT_EQ(reading.status, PUENTE_END);
  EXPECT_EQ(RowTexts(reading), (std::vector<std::string>{"1|2", "3|4"}));
  EXPECT_EQ(reading.run.read, (PathCounts{{"(row)", 1}}));
  EXPECT_EQ(reading.run.rejected, (PathCounts{{"(row)", 1}}));
  ASSERT_EQ(reading.run.findings.size(), 1u);
  EXPECT_EQ(reading.run.findings[0].code, "PUE-0206");
  EXPECT_EQ(reading.run.findings[0].line, 3u);
  EXPECT_EQ(reading.run.findings[0].severity, PUENTE_ERROR);

  const FakeReading header = Plugin().Read("a,\xFF\n1,2\n", utf8);
  ASSERT_EQ(header.status, PUENTE_END);
  EXPECT_EQ(header.leaves, (PathCounts{{"column 1", 1}, {"column 2", 1}}));
  EXPECT_EQ(header.run.findings.size(), 1u);
}

TEST(TableTest, FindsTheEncodingAndSaysWhatItGuessed) {
  const auto layout = [](const FakeReading& reading) {
    return reading.records.at(0).record.dataset_header().table();
  };
  // All of the file is looked at, also where the first bytes are ASCII.
  std::string late = "a,b\r\n";
  for (int i = 0; i < 200'000; ++i) late += "1,x\r\n";
  const FakeReading guessed = Plugin().Read(late + "2,Caf\xE9\r\n");
  ASSERT_EQ(guessed.status, PUENTE_END);
  EXPECT_EQ(RowTexts(guessed).back(), "2|Café");
  EXPECT_EQ(layout(guessed).encoding(), "windows-1252");
  EXPECT_EQ(layout(guessed).line_end(), "CRLF");
  ASSERT_EQ(guessed.run.findings.size(), 1u);
  EXPECT_EQ(guessed.run.findings[0].code, "TABLE-0006");
  EXPECT_EQ(guessed.run.findings[0].line, 200'002u);
  EXPECT_EQ(guessed.run.findings[0].text, "Café");
  const FakeReading named = Plugin().Read("a\nCaf\xE9\n", {{"encoding", "windows-1252"}});
  EXPECT_TRUE(named.run.findings.empty());
  EXPECT_EQ(layout(named).encoding(), "windows-1252");

  const FakeReading utf8 = Plugin().Read("a,b\n1,Café\n");
  EXPECT_TRUE(utf8.run.findings.empty());
  EXPECT_EQ(layout(utf8).encoding(), "");
  EXPECT_EQ(layout(utf8).line_end(), "");

  const std::string wide(
      "a\0\t\0b\0\r\0"
      "1\0\t\0\xE9\0\r\0",
      16);
  const FakeReading utf16 = Plugin().Read("\xFF\xFE" + wide);
  EXPECT_EQ(RowTexts(utf16), (std::vector<std::string>{"1|é"}));
  EXPECT_TRUE(utf16.run.findings.empty());
  EXPECT_EQ(layout(utf16).encoding(), "UTF-16LE");
  EXPECT_EQ(layout(utf16).line_end(), "CR");

  // UTF-8 but for one row: that row is left out, not all others made wrong.
  const FakeReading mixed = Plugin().Read("a,b\n1,Bogotá\n2,Caf\xE9\n3,Ñandú\n");
  EXPECT_EQ(RowTexts(mixed), (std::vector<std::string>{"1|Bogotá", "3|Ñandú"}));
  ASSERT_EQ(mixed.run.findings.size(), 2u);
  EXPECT_EQ(mixed.run.findings[0].code, "TABLE-0007");
  EXPECT_EQ(mixed.run.findings[0].line, 3u);
  EXPECT_EQ(mixed.run.findings[1].code, "PUE-0206");
  EXPECT_EQ(layout(mixed).encoding(), "");

  const FakeReading other = Plugin().Read("a,b\n1,educaci\xA2n\n");
  EXPECT_EQ(other.status, PUENTE_INVALID_ARGUMENT);
  EXPECT_EQ(other.run.error.code, "PUE-0204");
}

TEST(TableTest, ErrorsHaveAPlace) {
  const FakeReading open = Plugin().Read("a,b\n1,\"2\n3,4\n");
  EXPECT_EQ(open.status, PUENTE_INVALID_ARGUMENT);
  EXPECT_EQ(open.run.error.line, 2u);
  EXPECT_FALSE(open.run.error.code.empty());
  FakePlugin narrow = Plugin();
  narrow.limits["csv_columns"] = 2;
  EXPECT_EQ(narrow.Read("a,b\n1,2\n").status, PUENTE_END);
  EXPECT_EQ(narrow.Read("a,b,c\n").status, PUENTE_RESOURCE_EXHAUSTED);
  const FakeReading stray = Plugin().Read("a,b\n\"x\" y,2\n");
  EXPECT_EQ(RowTexts(stray), (std::vector<std::string>{"\"x\" y|2"}));
  ASSERT_EQ(stray.run.findings.size(), 1u);
  EXPECT_EQ(stray.run.findings[0].code, "TABLE-0001");
}

TEST(TableTest, EmptyInputIsAnEmptyTable) {
  for (const std::string bytes : {"", "\xEF\xBB\xBF"}) {
    const FakeReading reading = Plugin().Read(bytes);
    EXPECT_EQ(reading.status, PUENTE_END);
    ASSERT_EQ(reading.records.size(), 1u);
    const FakeWriting writing = Plugin().Write(RecordsOf(reading));
    EXPECT_EQ(writing.bytes, "");
    ExpectLaw(RecordsOf(reading), writing);
  }
}

TEST(TableTest, IsModestAboutItsFiles) {
  EXPECT_EQ(TableConfidence("a.csv", "a,b\n1,2\n"), 40u);
  EXPECT_EQ(TableConfidence("A.TSV", "a\n"), 35u);
  EXPECT_EQ(TableConfidence("-", "a;b\n1;2\n3;4\n"), 30u);
  EXPECT_EQ(TableConfidence("-", "a;b\n1;2;3\n3;4\n"), 0u);
  EXPECT_EQ(TableConfidence("x.xml", "<a b=\"1,2\">\n1,2\n"), 0u);
  EXPECT_EQ(TableConfidence("x.json", "{\"a\":1,\n\"b\":2,\n"), 0u);
  EXPECT_EQ(TableConfidence("x.txt", "One line, with a comma\n"), 0u);
  EXPECT_EQ(TableConfidence("x.bin", std::string("a,b\n1,\0\n", 8)), 0u);
  EXPECT_EQ(TableConfidence("-", std::string("a\0,\0b\0\n\0"
                                             "1\0,\0"
                                             "2\0\n\0",
                                             16)),
            30u);
  EXPECT_EQ(TableConfidence("-", std::string("<\0,\0b\0\n\0"
                                             "1\0,\0"
                                             "2\0\n\0",
                                             16)),
            0u);
  EXPECT_EQ(TableConfidence("-", ""), 0u);
  EXPECT_EQ(Plugin().Identify("a.csv", "a,b\n1,2\n").confidence, 40u);
}

TEST(TableTest, ActivitiesBecomeAMappingTable) {
  const std::vector<v1::Record> records = Activities();
  const FakeWriting writing = Plugin().Write(records);
  ExpectLaw(records, writing);
  const FakeReading table = Plugin().Read(writing.bytes, {{"formulas", "guard"}});
  ASSERT_EQ(table.records.size(), 3u);
  EXPECT_TRUE(table.run.findings.empty());
  const std::vector<std::pair<std::string, std::string>> first = {
      {"activity_id", "XX-1"},
      {"ordinal", "2"},
      {"title", "=Water"},
      {"reporting_org_ref", "XX"},
      {"reporting_org", "Reporter"},
      {"funders", "USAID; Suiza"},
      {"funder_refs", "US-1; "},
      {"funders_from", "participating organisations"},
      {"accountable", "GB-2"},
      {"accountable_refs", "GB-2"},
      {"extending", ""},
      {"implementers", "IOM; field"},
      {"implementer_refs", ""},
      {"countries", "CO; QQ"},
      {"country_names", "Colombia; Somewhere"},
      {"regions", "489; 99:7"},
      {"region_names", "South America, regional; Own region"},
      {"places", "Cúcuta"},
      {"status_code", "2"},
      {"status", "Implementation"},
      {"start_date", "2020-02-03"},
      {"start_is", "actual"},
      {"end_date", "2024"},
      {"end_is", "planned"},
      {"currency", "USD"},
      {"commitments", "101.50"},
      {"disbursements_and_expenditure", "9223372036854775808"},
      {"commitments_by_currency", ""},
      {"sectors", "15190; 151; 99:A"},
      {"humanitarian", "yes"},
      {"language", "es"},
      {"source_file", "a.xml"},
      {"source_line", "7"}};
  for (const auto& [column, text] : first) EXPECT_EQ(At(table, 0, column), text) << column;
  EXPECT_TRUE(At(table, 0, "sector_names").ends_with("; Migration"));
  const std::vector<std::pair<std::string, std::string>> second = {
      {"activity_id", "XX-2"},
      {"funders", "Bank; B-2"},
      {"funder_refs", "; B-2"},
      {"funders_from", "transaction providers"},
      {"countries", "PE"},
      {"start_date", ""},
      {"end_date", "2022-12"},
      {"currency", "mixed"},
      {"commitments", ""},
      {"disbursements_and_expenditure", ""},
      {"commitments_by_currency", "EUR 50.00; USD 100"},
      {"disbursements_and_expenditure_by_currency", "unknown 7"},
      {"sectors", "11110"},
      {"humanitarian", ""}};
  for (const auto& [column, text] : second) EXPECT_EQ(At(table, 1, column), text) << column;
  // The formula is behind an apostrophe in the file.
  EXPECT_NE(writing.bytes.find(",'=Water,"), std::string::npos);
  EXPECT_EQ(writing.run.lost.at({"activity.transactions.value.value", PUENTE_LOSS_MERGED}), 6u);
  EXPECT_EQ(writing.run.lost.at({"activity.transactions.value.value", PUENTE_LOSS_NO_PLACE}), 1u);
  EXPECT_EQ(writing.run.lost.at({"activity.contact_infos.emails", PUENTE_LOSS_NO_PLACE}), 1u);
  EXPECT_EQ((writing.run.kept.at({"activity.title.narratives.text", "title"})), 2u);

  const FakeReading spanish = Plugin().Read(Plugin().Write(records, {{"lang", "es"}}).bytes);
  EXPECT_EQ(At(spanish, 0, "title"), "Agua, para \"todos\"");
}

TEST(TableTest, TransactionsBecomeRows) {
  const std::vector<v1::Record> records = Activities();
  const FakeWriting writing = Plugin().Write(records, {{"rows", "transaction"}});
  ExpectLaw(records, writing);
  const FakeReading table = Plugin().Read(writing.bytes, {{"formulas", "guard"}});
  ASSERT_EQ(table.records.size(), 8u);
  const std::vector<std::pair<std::string, std::string>> first = {{"activity_id", "XX-1"},
                                                                  {"transaction_number", "1"},
                                                                  {"transaction_ref", "T1"},
                                                                  {"type_code", "2"},
                                                                  {"type", "Outgoing Commitment"},
                                                                  {"date", "2021-05-06"},
                                                                  {"value", "100.50"},
                                                                  {"currency", "USD"},
                                                                  {"value_date", "2021-05-07"},
                                                                  {"provider", "US-1"},
                                                                  {"provider_ref", "US-1"},
                                                                  {"receiver", "IOM"},
                                                                  {"receiver_ref", ""},
                                                                  {"sectors", "15190; 151; 99:A"},
                                                                  {"countries", "CO; QQ"},
                                                                  {"description", "-5 boats"},
                                                                  {"source_line", "7"}};
  for (const auto& [column, text] : first) EXPECT_EQ(At(table, 0, column), text) << column;
  EXPECT_EQ(At(table, 4, "currency"), "USD");
  EXPECT_EQ(At(table, 4, "countries"), "PE");
  EXPECT_EQ(At(table, 6, "transaction_number"), "3");
  EXPECT_EQ((writing.run.kept.at({"activity.transactions.value.value", "value"})), 7u);
  // The title is in four rows but is one leaf.
  EXPECT_EQ((writing.run.kept.at({"activity.title.narratives.text", "title"})), 2u);
  EXPECT_EQ(writing.run.derived.at("title"), 5u);
}

TEST(TableTest, PlacesBecomeRows) {
  const std::vector<v1::Record> records = Activities();
  const FakeWriting writing = Plugin().Write(records, {{"rows", "place"}});
  ExpectLaw(records, writing);
  const FakeReading table = Plugin().Read(writing.bytes);
  ASSERT_EQ(table.records.size(), 7u);
  EXPECT_EQ(At(table, 0, "place_kind"), "country");
  EXPECT_EQ(At(table, 0, "place_name"), "Colombia");
  EXPECT_EQ(At(table, 0, "percentage"), "60.5");
  EXPECT_EQ(At(table, 3, "place_code"), "99:7");
  EXPECT_EQ(At(table, 4, "place_kind"), "location");
  EXPECT_EQ(At(table, 4, "place_name"), "Cúcuta");
  EXPECT_EQ(At(table, 4, "place_code"), "3685533");
  EXPECT_EQ(At(table, 4, "latitude"), "7.89");
  EXPECT_EQ(At(table, 4, "longitude"), "-72.50");
  EXPECT_EQ(At(table, 4, "administrative_codes"), "CO54");
  EXPECT_EQ(At(table, 5, "place_code"), "PE") << "from the transactions, once";
  EXPECT_EQ(At(table, 5, "funders"), "Bank; B-2");
}

TEST(TableTest, WhatDoesNotFitIsLostWithAFinding) {
  const FakeReading rows = Plugin().Read("a,b\n1,2\n");
  std::vector<v1::Record> records = Activities();
  records.push_back(RecordsOf(rows)[0]);
  records.push_back(RecordsOf(rows)[1]);
  records.push_back(Record("organisation { lang: 'en' }"));
  const FakeWriting writing = Plugin().Write(records);
  ExpectLaw(records, writing);
  EXPECT_EQ(writing.run.findings.size(), 2u);
  EXPECT_EQ(writing.run.findings[0].code, "TABLE-0002");

  std::vector<v1::Record> other = RecordsOf(rows);
  other.push_back(Activities()[0]);
  const FakeWriting table = Plugin().Write(other);
  EXPECT_EQ(table.bytes, "a,b\n1,2\n");
  ExpectLaw(other, table);
  EXPECT_EQ(table.run.findings.size(), 1u);

  // The header of another format, then nothing: a mapping table without rows.
  const std::vector<v1::Record> header = {
      Record("dataset_header { version: '2.03' format: 'iati' }")};
  const FakeWriting empty = Plugin().Write(header);
  ExpectLaw(header, empty);
  EXPECT_TRUE(empty.bytes.starts_with("activity_id,ordinal,"));
}

TEST(TableTest, CellsOfFurtherTablesGoUnderColumnsOfTheSameName) {
  std::vector<v1::Record> records = RecordsOf(Plugin().Read("a,b,c\n1,2,3\n"));
  for (const std::string_view csv : {"c,x,a\n30,9,10\n31\n", "a,b,c\n4,5,6\n"}) {
    for (const v1::Record& record : RecordsOf(Plugin().Read(csv))) records.push_back(record);
  }
  const FakeWriting writing = Plugin().Write(records);
  EXPECT_EQ(writing.bytes, "a,b,c\n1,2,3\n10,,30\n,,31\n4,5,6\n");
  ExpectLaw(records, writing);
  ASSERT_EQ(writing.run.findings.size(), 1u);
  EXPECT_EQ(writing.run.findings[0].code, "PUE-0505");
  EXPECT_EQ(writing.run.lost.at({"row.cells", PUENTE_LOSS_NO_PLACE}), 1u);
}

TEST(TableTest, ATotalThatIsTooLargeIsNotRounded) {
  const std::vector<v1::Record> records = {Record(R"(activity { transactions {
      transaction_type { code: "2" }
      value { value { digits: "99999999999999999999999999999999999999" } currency: "EUR" } }
    transactions { transaction_type { code: "2" }
      value { value { unscaled: 1 } currency: "EUR" } } })")};
  const FakeWriting writing = Plugin().Write(records);
  ExpectLaw(records, writing);
  ASSERT_EQ(writing.run.findings.size(), 1u);
  EXPECT_EQ(writing.run.findings[0].code, "TABLE-0003");
  EXPECT_EQ(At(Plugin().Read(writing.bytes), 0, "commitments"), "");
}

TEST(TableTest, TheLawHoldsForRandomRecords) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RandomRecords random(seed);
    random.set_unknown_fields(seed % 2 == 0);
    std::vector<v1::Record> records;
    for (size_t i = 0; i < 10; ++i) records.push_back(random.Next());
    for (const std::string rows : {"activity", "transaction", "place"}) {
      SCOPED_TRACE(rows + " " + std::to_string(seed));
      ExpectLaw(records, Plugin().Write(records, {{"rows", rows}}, seed % 3 == 0));
      if (HasFailure()) return;
    }
  }
}

TEST(TableTest, GivesBackRealTablesCellForCell) {
  const char* set = std::getenv("PUENTE_TEST_DATA");
  const std::filesystem::path data = set != nullptr && *set != '\0' ? set : "../shared/data";
  if (!std::filesystem::is_directory(data)) {
    GTEST_SKIP() << "NO TEST DATA: set PUENTE_TEST_DATA to read real tables";
  }
  if (std::system("python3 -c 'import csv'") != 0)
    GTEST_SKIP() << "NO PYTHON to compare cells with";
  const std::filesystem::path judge = PUENTE_SOURCE_DIR "/tests/tools/same_cells.py";
  const std::filesystem::path out =
      std::filesystem::temp_directory_path() / ("puente_table_test_" + std::to_string(getpid()));
  size_t files = 0;
  size_t cells = 0;
  std::vector<std::filesystem::path> paths;
  for (const std::string folder : {"cbpf", "crs", "ocha3w", "hapi", "usaid", "threesixtygiving"}) {
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data / folder, error)) {
      if (entry.is_regular_file() && entry.path().extension() == ".csv")
        paths.push_back(entry.path());
    }
  }
  for (const std::filesystem::path& path : paths) {
    const std::string bytes = ReadFile(path);
    const FakeReading reading = Plugin().Read(bytes);
    if (reading.status != PUENTE_END) {
      std::cout << path.filename() << " is refused: " << reading.run.error.message << "\n";
      continue;
    }
    const std::vector<v1::Record> records = RecordsOf(reading);
    const FakeWriting writing = Plugin().Write(records);
    ExpectLaw(records, writing);
    EXPECT_TRUE(writing.run.lost.empty()) << path;
    std::ofstream(out, std::ios::binary) << writing.bytes;
    const std::string delimiter = records[0].dataset_header().table().delimiter();
    std::string encoding = records[0].dataset_header().table().encoding();
    if (encoding.empty()) encoding = "utf-8";
    const std::string command = "python3 '" + judge.string() + "' --encoding-a " + encoding +
                                " --delimiter-a '" + delimiter + "' --delimiter-b '" + delimiter +
                                "' '" + path.string() + "' '" + out.string() + "' > '" +
                                out.string() + ".log'";
    EXPECT_EQ(std::system(command.c_str()), 0) << path << ": " << ReadFile(out.string() + ".log");
    ++files;
    for (const auto& [column, count] : reading.leaves) cells += count;
  }
  std::filesystem::remove(out);
  std::filesystem::remove(out.string() + ".log");
  std::cout << files << " files, " << cells << " cells\n";
}

}  // namespace
}  // namespace puente::table
