// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the tables of HDX: columns, lists, order of rows, percentages, and what is refused.

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/csv.h"
#include "fmt/format.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "plugins/fts_hdx/amounts.h"
#include "plugins/fts_hdx/column_table.h"
#include "plugins/fts_hdx/countries.h"
#include "plugins/fts_hdx/layout.h"
#include "plugins/fts_hdx/place_names.h"
#include "plugins/fts_hdx/row_store.h"
#include "plugins/fts_hdx/workbook_input.h"
#include "tests/plugins/fake_host.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::fts_hdx {
namespace {

using ::puente::testing::FakePlugin;
using ::puente::testing::FakeReading;
using ::puente::testing::FakeWriting;
using ::puente::testing::OptionMap;
using Texts = std::vector<std::string_view>;

FakePlugin Plugin() { return FakePlugin(puente_plugin_v1, "fts-hdx"); }

v1::Record Record(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

std::vector<v1::Record> RecordsOf(const FakeReading& reading) {
  std::vector<v1::Record> records;
  for (const testing::FakeRecord& record : reading.records) records.push_back(record.record);
  return records;
}

std::string HeaderOf(TableKind kind) {
  std::string line;
  for (const Column& column : TableOf(kind).columns)
    line += (line.empty() ? "" : ",") + column.name;
  return line + "\n";
}

/// A row of the table of flows with a few cells.
std::string FlowRow(const std::map<std::string, std::string>& cells) {
  std::string line;
  bool is_first = true;
  for (const Column& column : TableOf(TableKind::kFlows).columns) {
    if (!is_first) line += ',';
    is_first = false;
    const auto cell = cells.find(column.name);
    if (cell != cells.end()) line += cell->second;
  }
  return line + "\n";
}

/// What is declared as written, by path.
testing::PathCounts Declared(const FakeWriting& writing) {
  testing::PathCounts declared = writing.run.derived;
  for (const auto& [paths, count] : writing.run.kept) {
    if (paths.second[0] != '\xFF') declared[paths.second] += count;
  }
  return declared;
}

bool HasCode(const testing::FakeRun& run, std::string_view code) {
  return std::any_of(run.findings.begin(), run.findings.end(),
                     [&](const testing::FakeFinding& finding) { return finding.code == code; });
}

TEST(ColumnTableTest, HasTheTablesOfHdx) {
  EXPECT_EQ(TableOf(TableKind::kFlows).columns.size(), 37u);
  EXPECT_EQ(HeaderOf(TableKind::kRequirements),
            "countryCode,id,name,code,typeId,typeName,startDate,endDate,year,requirements,funding,"
            "percentFunded\n");
  EXPECT_EQ(HeaderOf(TableKind::kCluster),
            "countryCode,id,name,code,startDate,endDate,year,clusterCode,cluster,requirements,"
            "funding,percentFunded\n");
  EXPECT_EQ(HeaderOf(TableKind::kGlobalCluster), HeaderOf(TableKind::kCluster));
  EXPECT_EQ(HeaderOf(TableKind::kCovid),
            "countryCode,id,name,code,typeId,typeName,startDate,endDate,year,requirements,funding,"
            "covidFunding,covidPercentageOfFunding\n");
  const Column* const source = TableOf(TableKind::kFlows).Find("srcOrganization");
  ASSERT_NE(source, nullptr);
  const FieldPlace* const place = source->PlaceIn(v1::Record::kActivity);
  ASSERT_NE(place, nullptr);
  EXPECT_EQ(place->path, "activity.transactions.sources.organisation.narratives.text");
  EXPECT_EQ(place->type_path, "activity.transactions.sources.party_type");
}

TEST(ColumnTableTest, HeadersTellTheirTable) {
  const auto of = [](std::string_view header, std::string_view name) {
    std::vector<std::string> names;
    while (!header.empty()) {
      const size_t end = std::min(header.find(','), header.size());
      names.emplace_back(header.substr(0, end));
      header.remove_prefix(std::min(end + 1, header.size()));
    }
    return TableOfHeader(names, name);
  };
  EXPECT_EQ(of("date,amount,id,description", "x.csv"), std::nullopt);
  EXPECT_EQ(of("", "x.csv"), std::nullopt);
  // As they were some years ago.
  EXPECT_EQ(of("countryCode,id,name,code,startDate,endDate,year,requirements,funding,percentFunded",
               "x.csv"),
            TableKind::kRequirements);
  const std::string cluster = "countryCode,id,name,code,startDate,year,clusterCode,cluster,funding";
  EXPECT_EQ(of(cluster, "fts_requirements_funding_cluster_afg.csv"), TableKind::kCluster);
  EXPECT_EQ(of(cluster, "fts_requirements_funding_globalcluster_afg.csv"),
            TableKind::kGlobalCluster);
}

TEST(ColumnTableTest, HasTheDownloadOfTheSite) {
  const Table& site = TableOf(TableKind::kSite);
  EXPECT_EQ(site.columns.size(), 36u);
  EXPECT_EQ(site.columns.front().name, "Flow ID");
  EXPECT_EQ(site.columns.back().name, "Destination Sector");
  std::vector<std::string> names;
  for (const Column& column : site.columns) names.push_back(column.name);
  EXPECT_EQ(TableOfHeader(names, ""), TableKind::kSite);
  for (const Column& column : site.columns) {
    EXPECT_NE(column.PlaceIn(v1::Record::kActivity), nullptr) << column.name;
  }
}

TEST(WorkbookInputTest, CellsAreThoseOfCsv) {
  using text::XlsxKind;
  using text::XlsxNumber;
  const auto text = [](XlsxKind kind, std::string_view value, XlsxNumber style = XlsxNumber::kPlain,
                       bool is_number = false) {
    text::XlsxCell cell;
    cell.kind = kind;
    cell.text = value;
    return TextOfCell(cell, style, is_number, /*is_1904=*/false);
  };
  EXPECT_EQ(text(XlsxKind::kText, " =a "), " =a ");
  EXPECT_EQ(text(XlsxKind::kNumber, "2024"), "2024");
  EXPECT_EQ(text(XlsxKind::kNumber, "0.07000000000000001"), "0.07");
  EXPECT_EQ(text(XlsxKind::kNumber, "-0"), "0");
  EXPECT_EQ(text(XlsxKind::kNumber, "250000.5"), "250000.5");
  // More digits than a spreadsheet writes are no rest of its arithmetic.
  EXPECT_EQ(text(XlsxKind::kNumber, "12345678901234567890"), "12345678901234567890");
  EXPECT_EQ(text(XlsxKind::kNumber, "1E+300"), "1E+300");
  EXPECT_EQ(text(XlsxKind::kNumber, "about 5"), "about 5");
  EXPECT_EQ(text(XlsxKind::kNumber, "1.1E6"), "1100000");
  EXPECT_EQ(text(XlsxKind::kNumber, "1.1E6", XlsxNumber::kPlain, true), "1.1E6");
  EXPECT_EQ(text(XlsxKind::kNumber, "0.07000000000000001", XlsxNumber::kPlain, true), "0.07");
  EXPECT_EQ(text(XlsxKind::kNumber, "45352", XlsxNumber::kDate), "2024-03-01");
  EXPECT_EQ(text(XlsxKind::kNumber, "45352.5", XlsxNumber::kDateTime), "2024-03-01T12:00:00");
  EXPECT_EQ(text(XlsxKind::kNumber, "45352", XlsxNumber::kDate, true), "45352");
  EXPECT_EQ(text(XlsxKind::kNumber, "60", XlsxNumber::kDate), "60");
  EXPECT_EQ(text(XlsxKind::kDate, "2024-03-01T00:00:00"), "2024-03-01");
  EXPECT_EQ(text(XlsxKind::kBool, "1"), "TRUE");
  EXPECT_EQ(text(XlsxKind::kError, "#N/A"), "#N/A");
}

TEST(LayoutTest, ListsAreTakenApartWhereTheyAreSure) {
  EXPECT_EQ(SplitList("Health", Shape::kList), Texts({"Health"}));
  EXPECT_EQ(SplitList("", Shape::kList), Texts({""}));
  EXPECT_EQ(SplitList("Education,Health", Shape::kList), Texts({"Education", "Health"}));
  EXPECT_EQ(SplitList("NGO,NGO", Shape::kList), Texts({"NGO", "NGO"}));
  EXPECT_EQ(SplitList("Housing, Land and Property,Protection", Shape::kList),
            Texts({"Housing, Land and Property", "Protection"}));
  EXPECT_EQ(SplitList("Health,Education", Shape::kList), Texts({"Health,Education"}));
  EXPECT_EQ(SplitList("Health,Education", Shape::kJoined), Texts({"Health", "Education"}));
  EXPECT_EQ(SplitList("Health,", Shape::kJoined), Texts({"Health,"}));
  EXPECT_EQ(FirstCharacters("2020-01-02T00:00:00Z", 10), "2020-01-02");
  EXPECT_EQ(FirstCharacters("ñandú", 2), "ña");
  EXPECT_EQ(FirstCharacters("", 3), "");
}

TEST(CountriesTest, NamesOfFtsAreKnown) {
  EXPECT_EQ(CountryCode("Venezuela, Bolivarian Republic of"), "VEN");
  EXPECT_EQ(CountryCode("occupied Palestinian territory"), "PSE");
  EXPECT_EQ(CountryCode("Turkey"), "TUR");
  EXPECT_EQ(CountryCode("Global"), "");
  EXPECT_TRUE(IsCountryCode("COL"));
  EXPECT_FALSE(IsCountryCode("COO"));
  const std::set<std::string> codes(CountryCodes().begin(), CountryCodes().end());
  EXPECT_EQ(codes.size(), CountryCodes().size());
  EXPECT_EQ(codes.size(), 250u);
}

TEST(AmountsTest, PercentagesAreExact) {
  const auto percent = [](std::string_view part, std::string_view whole) {
    return PercentOf(*Decimal::Parse(part), *Decimal::Parse(whole));
  };
  EXPECT_EQ(percent("125", "1000"), "13");
  EXPECT_EQ(percent("124.99", "1000"), "12");
  EXPECT_EQ(percent("0", "1000"), "0");
  EXPECT_EQ(percent("0.5", "0.1"), "500");
  EXPECT_EQ(percent("5", "0"), "");
  EXPECT_EQ(percent("5", "0.000"), "");
  EXPECT_EQ(percent("-7", "1000"), "0");
  EXPECT_EQ(percent("99999999999999999999999999999999999999", "3"), "");
  // A double would say 58 for both.
  EXPECT_EQ(percent("574999999999999999999", "1000000000000000000000"), "57");
  EXPECT_EQ(percent("575000000000000000000", "1000000000000000000000"), "58");
  EXPECT_EQ(WholePercent(*Decimal::Parse("49.91")), "50");
  EXPECT_EQ(WholePercent(*Decimal::Parse("49.4999999")), "49");
  EXPECT_EQ(WholePercent(*Decimal::Parse("0.4")), "0");
  EXPECT_EQ(WholePercent(*Decimal::Parse("0.0")), "0.0");
}

TEST(PlaceNamesTest, TheListIsAuthoritative) {
  HeldBytes held;
  PlaceNames names(&held);
  EXPECT_EQ(names.CodeOfName("Colombia"), "COL");
  ASSERT_TRUE(names
                  .AddPlace(Record(R"(place { place_identifier: "1" iso3: "AAA"
                                      name { narratives { text: "Example" } } })")
                                .place())
                  .ok());
  EXPECT_EQ(names.CodeOfName("Example"), "AAA");
  EXPECT_EQ(names.CodeOfName("Colombia"), "");
  EXPECT_EQ(names.CodeOfId("1"), "AAA");
  EXPECT_EQ(QueryValue("planid=929&groupby=cluster", "groupby"), "cluster");
  EXPECT_EQ(QueryValue("planid=929&groupby=cluster", "plan"), "");
  absl::Status status;
  for (int i = 0; status.ok() && i < 1'000'000; ++i) {
    status = names.AddId(std::to_string(i + 5), "COL");
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
}

std::vector<CellDraft> Cells(const std::string& date, const std::string& text) {
  std::vector<CellDraft> cells(3);
  cells[0].text = date;
  cells[1].kind = CellDraft::Kind::kPlaces;
  cells[1].places = {{true, "COL"}, {false, text}};
  cells[2].text = text;
  return cells;
}

/// Rows come back by date, the newest first and equal ones as they came, whatever memory holds.
TEST(RowStoreTest, SortsMoreThanMemoryHolds) {
  for (const RowStoreBounds& bounds :
       {RowStoreBounds(), RowStoreBounds{.row_bytes = 500, .sorted_rows = 16}}) {
    for (const bool by_date : {true, false}) {
      RowStore store(bounds);
      std::vector<std::pair<std::string, int>> expected;
      for (int i = 0; i < 20'000; ++i) {
        std::string date = fmt::format("20{:02}-01-{:02}", i * 7 % 25, i % 28 + 1);
        if (i % 100 == 3) date = i % 200 == 3 ? "" : "año 2020, mayo";
        ASSERT_TRUE(store.Add(date, Cells(date, std::to_string(i))).ok());
        expected.emplace_back(FirstCharacters(date, 10), i);
      }
      if (by_date) {
        std::stable_sort(expected.begin(), expected.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
      }
      ASSERT_TRUE(store.Finish(by_date).ok());
      std::vector<CellDraft> cells;
      for (const auto& [date, number] : expected) {
        const auto more = store.Next(&cells);
        ASSERT_TRUE(more.ok() && *more);
        ASSERT_EQ(cells.size(), 3u);
        ASSERT_EQ(cells[2].text, std::to_string(number));
        ASSERT_EQ(FirstCharacters(cells[0].text, 10), date);
        ASSERT_EQ(cells[1].places.size(), 2u);
        ASSERT_EQ(cells[1].places[1].text, std::to_string(number));
      }
      EXPECT_FALSE(*store.Next(&cells));
    }
  }
}

TEST(HdxReaderTest, ValuesStandInTheirFields) {
  const FakeReading reading = Plugin().Read(
      HeaderOf(TableKind::kFlows) + FlowRow({{"date", "2024-03-01"},
                                             {"amountUSD", "1.50"},
                                             {"srcOrganization", "\"Example, Government of\""},
                                             {"srcOrganizationTypes", "Government"},
                                             {"destPlan", "A plan"},
                                             {"destPlanCode", "HCOL24"},
                                             {"destPlanId", "900"},
                                             {"destGlobalClusters", "\"Education,Health\""},
                                             {"destLocations", "\"COL,ECU\""},
                                             {"destUsageYearStart", "2023"},
                                             {"destUsageYearEnd", "2024"},
                                             {"boundary", "incoming"},
                                             {"keywords", "\"b,a\""},
                                             {"id", "7"},
                                             {"createdAt", "2024-03-02"}}));
  ASSERT_EQ(reading.status, PUENTE_END) << reading.run.error.message;
  ASSERT_EQ(reading.records.size(), 2u);
  EXPECT_EQ(reading.records[0].record.dataset_header().model(), "flows");
  const testing::FakeRecord& read = reading.records[1];
  EXPECT_EQ(read.id, "7");
  EXPECT_EQ(read.record.import_context().boundary(), "incoming");
  const v1::Activity& activity = read.record.activity();
  EXPECT_EQ(activity.flow().keywords_size(), 2);
  EXPECT_EQ(activity.flow().created_at().day(), 2);
  const v1::Transaction& transaction = activity.transactions(0);
  EXPECT_EQ(transaction.reported_conversion().amount().value().unscaled(), 150);
  ASSERT_EQ(transaction.sources_size(), 1);
  EXPECT_EQ(transaction.sources(0).organisation().type_names(0), "Government");
  ASSERT_EQ(transaction.destinations_size(), 7);
  EXPECT_EQ(transaction.destinations(0).plan().code(), "900");
  EXPECT_EQ(transaction.destinations(0).plan().narratives(0).text(), "A plan");
  EXPECT_EQ(transaction.destinations(2).global_cluster().narratives(0).text(), "Health");
  EXPECT_EQ(transaction.destinations(4).place().iso3(), "ECU");
  EXPECT_EQ(transaction.destinations(6).usage_year().narratives(0).text(), "2024");
  // Each cell is a leaf, and further values of a list are some beside them.
  for (const Column& column : TableOf(TableKind::kFlows).columns) {
    EXPECT_EQ(read.leaves.at(column.name), 1u) << column.name;
  }
  EXPECT_EQ(read.leaves.at("destLocations (further)"), 1u);
  EXPECT_EQ(read.leaves.at("keywords (further)"), 1u);
}

TEST(HdxReaderTest, RequirementsArePlansAndTotals) {
  const std::string csv = HeaderOf(TableKind::kRequirements) +
                          "COL,900,A plan,HCOL24,4,Plan,2024-01-01,2024-12-31,2024,10,5,50\n"
                          "COL,,Not specified,,,,,,2024,,7,\n";
  const FakeReading reading = Plugin().Read(csv);
  ASSERT_EQ(reading.records.size(), 3u);
  const v1::Plan& plan = reading.records[1].record.plan();
  EXPECT_EQ(plan.places(0).iso3(), "COL");
  EXPECT_EQ(plan.years(0).narratives(0).text(), "2024");
  EXPECT_EQ(plan.revised_requirement().unscaled(), 10);
  EXPECT_EQ(plan.funding().progress().unscaled(), 50);
  const v1::Aggregate& rest = reading.records[2].record.aggregate();
  EXPECT_EQ(rest.groups(0).place().iso3(), "COL");
  EXPECT_EQ(rest.value().value().unscaled(), 7);
  EXPECT_EQ(rest.year(), "2024");
  const FakeWriting writing = Plugin().Write(RecordsOf(reading));
  EXPECT_EQ(writing.bytes, csv);
}

/// Odd cells, short and long rows, unknown columns and hashtags: all comes back.
TEST(HdxReaderTest, OddTablesComeBack) {
  const std::string header = HeaderOf(TableKind::kRequirements);
  const std::string names = header.substr(0, header.size() - 1);
  for (const std::string& csv :
       {names + ",note,note\n#country,,,,,,,,,,,,,\nCOL,1,a,,,,,,2024,about 5,,,x,\"y, z\"\n",
        header + "COL,1,a,,,,,,2024,,,,,x,,y,\n",
        header + "COL,1,a,,x,,2024,2024-13-01,2024,+5,1e3,\"\"\"q\"\"\"\n",
        HeaderOf(TableKind::kFlows) + FlowRow({{"srcUsageYearStart", "2024"}}) +
            FlowRow({{"srcUsageYearStart", "2024"}, {"srcUsageYearEnd", "2023"}}) +
            FlowRow({{"date", "2024-01-02T03:00:00Z"}, {"createdAt", "2024-01"}}) +
            FlowRow({{"destLocations", "\"PER,COL\""}, {"destGlobalClusters", "\"b,a\""}}) +
            FlowRow({{"destOrganization", "Multiple"}, {"destPlanId", "Multiple"}}) +
            FlowRow({{"keywords", "\",\""}, {"amountUSD", "\"\"\"5\"\"\""}}) + FlowRow({}),
        HeaderOf(TableKind::kCluster) + "COL,1,a,A,2024-01-01,,2024,3,Health,,0,\n" +
            "COL,,,,,,,,,,,\n"}) {
    const FakeReading reading = Plugin().Read(csv);
    ASSERT_EQ(reading.status, PUENTE_END) << csv;
    const FakeWriting writing = Plugin().Write(RecordsOf(reading));
    ASSERT_EQ(writing.status, PUENTE_OK) << writing.run.error.message;
    EXPECT_EQ(writing.bytes, csv);
    EXPECT_TRUE(writing.run.lost.empty()) << csv;
    EXPECT_EQ(Declared(writing), reading.leaves) << csv;
  }
}

TEST(HdxReaderTest, FaultsAreSaid) {
  const FakeReading nothing = Plugin().Read("");
  EXPECT_EQ(nothing.run.error.code, "HDX-0001");
  EXPECT_EQ(Plugin().Read("a,b\n1,2\n").run.error.code, "HDX-0001");
  const std::string header = HeaderOf(TableKind::kRequirements);
  const FakeReading odd = Plugin().Read(header + "COL,1\n\nCOL,2,a,,,,,,,many,,\n");
  EXPECT_EQ(odd.records.size(), 3u);
  EXPECT_TRUE(HasCode(odd.run, "PUE-0331"));
  EXPECT_TRUE(HasCode(odd.run, "HDX-0002"));
  EXPECT_EQ(odd.run.rejected.at("(row)"), 1u);
  // A header that a fault follows is no record that is only half told.
  const FakeReading cut = Plugin().Read(header + "COL,\"1\n");
  EXPECT_EQ(cut.run.error.code, "PUE-0330");
  EXPECT_TRUE(cut.records.empty());
  const FakeReading older =
      Plugin().Read("countryCode,id,name,code,startDate,endDate,year,mine\nCOL,1,a,A,,,2024,x\n");
  EXPECT_TRUE(HasCode(older.run, "HDX-0003"));
  EXPECT_TRUE(HasCode(older.run, "HDX-0004"));
}

v1::Record Flow(const std::string& id, const std::string& date, const std::string& ends,
                const std::string& boundary = "incoming", const std::string& query = "") {
  return Record(fmt::format(
      R"(activity {{ flow {{ flow_identifier: "{}" }}
                    transactions {{ transaction_date {{ date {{ {} }} }} {} }} }}
         import_context {{ boundary: "{}" query: "{}" }} provenance {{ format: "fts" }})",
      id, date, ends, boundary, query));
}

std::string Day(int day) { return fmt::format("year: 2024 month: 5 day: {}", day); }

/// The cells of a column, row after row.
std::vector<std::string> ColumnOf(const std::string& csv, std::string_view name) {
  const FakeReading reading = Plugin().Read(csv);
  std::vector<std::string> texts;
  const FakeWriting back = Plugin().Write(RecordsOf(reading));
  EXPECT_EQ(back.bytes, csv);
  text::StringInput input(csv);
  text::CsvReaderOptions options;
  options.delimiter = ',';
  text::CsvReader rows(&input, options);
  size_t at = SIZE_MAX;
  for (auto more = rows.Next(); more.ok() && *more; more = rows.Next()) {
    for (size_t i = 0; at == SIZE_MAX && i < rows.cells().size(); ++i) {
      if (rows.cells()[i].text == name) at = i;
    }
    if (rows.record_number() > 1) texts.emplace_back(rows.cells()[at].text);
  }
  return texts;
}

TEST(HdxWriterTest, RowsAreByDateAndTiesAsTheyCame) {
  const FakeWriting writing =
      Plugin().Write({Flow("1", Day(3), ""), Flow("2", Day(9), ""), Flow("3", Day(3), ""),
                      Flow("4", "", ""), Flow("5", Day(9), "")});
  ASSERT_EQ(writing.status, PUENTE_OK) << writing.run.error.message;
  EXPECT_EQ(ColumnOf(writing.bytes, "id"), (std::vector<std::string>{"2", "5", "1", "3", "4"}));
}

TEST(HdxWriterTest, SeveralValuesAreMultipleListsOrSpans) {
  const std::string ends = R"(
      sources { usage_year { narratives { text: "2025" } } }
      sources { usage_year { narratives { text: "2023" } } }
      sources { usage_year { narratives { text: "2024" } } }
      destinations { organisation { narratives { text: "A" } type_names: "NGO" } party_type: "Organization" }
      destinations { organisation { narratives { text: "B" } type_names: "NGO" } party_type: "Organization" }
      destinations { place { ref: "49" narratives { text: "Colombia" } } party_type: "Location" }
      destinations { place { ref: "251" narratives { text: "Global" } } party_type: "Location" }
      destinations { place { ref: "13" narratives { text: "Aruba" } } party_type: "Location" }
      destinations { global_cluster { narratives { text: "b" } } }
      destinations { global_cluster { narratives { text: "B" } } })";
  const FakeWriting writing = Plugin().Write({Flow("1", Day(1), ends)});
  ASSERT_EQ(writing.status, PUENTE_OK);
  EXPECT_EQ(ColumnOf(writing.bytes, "destOrganization")[0], "Multiple");
  EXPECT_EQ(ColumnOf(writing.bytes, "destOrganizationTypes")[0], "NGO,NGO");
  EXPECT_EQ(ColumnOf(writing.bytes, "destLocations")[0], "ABW,COL");
  EXPECT_EQ(ColumnOf(writing.bytes, "destGlobalClusters")[0], "B,b");
  EXPECT_EQ(ColumnOf(writing.bytes, "srcUsageYearStart")[0], "2023");
  EXPECT_EQ(ColumnOf(writing.bytes, "srcUsageYearEnd")[0], "2025");
  const auto lost = [&](const std::string& path, int32_t reason) {
    const auto found = writing.run.lost.find({"activity.transactions." + path, reason});
    return found == writing.run.lost.end() ? uint64_t{0} : found->second;
  };
  EXPECT_EQ(lost("destinations.organisation.narratives.text", PUENTE_LOSS_MERGED), 2u);
  EXPECT_EQ(lost("sources.usage_year.narratives.text", PUENTE_LOSS_MERGED), 1u);
  EXPECT_EQ(lost("destinations.place.narratives.text", PUENTE_LOSS_NO_EQUIVALENT), 1u);
  EXPECT_EQ(lost("destinations.place.ref", PUENTE_LOSS_NO_PLACE), 3u);
  EXPECT_TRUE(HasCode(writing.run, "HDX-0008"));
  EXPECT_EQ(Declared(writing), Plugin().Read(writing.bytes).leaves);
}

/// Look-ups do not depend on the order of inputs.
TEST(HdxWriterTest, PlansAndPlacesMayComeLater) {
  const v1::Record flow = Flow("1", Day(1), R"(
      destinations { plan { code: "900" narratives { text: "P" } } }
      destinations { place { narratives { text: "Example" } } })");
  const v1::Record plan = Record(R"(plan { plan_identifier: "900" code: "HEX24" })");
  const v1::Record place = Record(
      R"(place { place_identifier: "5" iso3: "COL" name { narratives { text: "Example" } } })");
  for (const auto& records :
       {std::vector<v1::Record>{flow, plan, place}, std::vector<v1::Record>{plan, place, flow}}) {
    const FakeWriting writing = Plugin().Write(records);
    ASSERT_EQ(writing.status, PUENTE_OK);
    EXPECT_EQ(ColumnOf(writing.bytes, "destPlanCode")[0], "HEX24");
    EXPECT_EQ(ColumnOf(writing.bytes, "destLocations")[0], "COL");
    EXPECT_EQ(Declared(writing), Plugin().Read(writing.bytes).leaves);
  }
}

TEST(HdxWriterTest, FlowsOfOtherCountriesAreLeftOut) {
  const std::string here =
      R"(destinations { place { ref: "49" narratives { text: "Colombia" } } })";
  const std::string there =
      R"(destinations { place { ref: "65" narratives { text: "Ecuador" } } })";
  const FakeWriting both =
      Plugin().Write({Flow("1", Day(1), here, "incoming", "locationid=49"),
                      Flow("2", Day(2), there, "incoming", "locationid=65"), Flow("3", Day(3), "")},
                     {{"country", "COL"}});
  ASSERT_EQ(both.status, PUENTE_OK) << both.run.error.message;
  EXPECT_EQ(ColumnOf(both.bytes, "id"), (std::vector<std::string>{"3", "1"}));
  EXPECT_TRUE(HasCode(both.run, "HDX-0010"));
  EXPECT_TRUE(HasCode(both.run, "HDX-0011"));
  const FakeWriting none =
      Plugin().Write({Flow("2", Day(2), there, "incoming", "locationid=65")}, {{"country", "COL"}});
  EXPECT_EQ(none.run.error.code, "HDX-0009");
  // The list says only later that the flows are of another country.
  const v1::Record place =
      Record(R"(place { place_identifier: "65" iso3: "ECU" name { narratives { text: "X" } } })");
  const FakeWriting late = Plugin().Write(
      {Flow("2", Day(2), "", "incoming", "locationid=65"), place}, {{"country", "COL"}});
  EXPECT_EQ(late.run.error.code, "HDX-0009");
}

TEST(HdxWriterTest, OptionsAndQuestionsAreChecked) {
  EXPECT_EQ(Plugin().Write({}, {{"country", "COO"}}).run.error.code, "HDX-0013");
  EXPECT_EQ(Plugin().Write({}, {{"country", "Colombia"}}).run.error.hint, "did you mean `COL`?");
  EXPECT_EQ(Plugin().Write({}, {{"country", "COL"}}).run.error.code, "HDX-0009");
  EXPECT_EQ(Plugin().Write({}, {{"table", "covid"}, {"country", "COL"}}).run.error.code,
            "HDX-0009");
  const v1::Record answer = Record(
      R"(dataset_header { format: "fts" answer { requirements { groups { party_type: "Cluster"
           code: "1" revised { unscaled: 5 } } } } })");
  EXPECT_EQ(Plugin().Write({answer}, {{"table", "cluster"}}).run.error.code, "HDX-0014");
  EXPECT_EQ(Plugin().Write({answer}, {{"table", "covid"}}).status, PUENTE_OK);
  const v1::Record total = Record(R"(aggregate { year: "2024" value { value { unscaled: 5 } } })");
  EXPECT_EQ(Plugin().Write({total}, {{"table", "requirements"}}).run.error.code, "HDX-0014");
  const v1::Record plan = Record(R"(plan { plan_identifier: "1" places { iso3: "COL" } })");
  EXPECT_EQ(Plugin().Write({plan}, {{"table", "requirements"}}).run.error.code, "HDX-0016");
}

}  // namespace
}  // namespace puente::fts_hdx
