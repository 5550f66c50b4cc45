// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the checker: findings with their cells, duplicates, summaries.
#include <memory>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/check/cell_text.h"
#include "core/check/checker.h"
#include "core/check/dataset_method.h"
#include "core/text/double_encoding.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/core/check_row_maker.h"

namespace puente::check {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kNew = "new of the month";

/// A finding in a line: rule, place, cells.
std::string Line(const RuleFinding& finding) {
  std::string line = fmt::format("{} {}", finding.rule, finding.row);
  for (const RuleCell& cell : finding.cells) line += " " + cell.name;
  return line;
}

class CheckerTest : public ::testing::Test {
 protected:
  void Make(std::string_view model, const std::vector<std::string>& concepts,
            CheckerOptions options = {}) {
    const std::vector<RulePack> packs = R4vPacks();
    absl::StatusOr<std::unique_ptr<Checker>> made = Checker::Make(packs, options);
    ASSERT_TRUE(made.ok()) << FormatError(made.status());
    checker_ = *std::move(made);
    checker_->BeginDataset(MakeHeader(model, concepts), "sheet.xlsx");
  }

  std::vector<std::string> Check(const v1::Record& record) {
    std::vector<std::string> lines;
    const absl::Status status = checker_->Check(record, [&](const RuleFinding& finding) {
      lines.push_back(Line(finding));
      last_message_ = finding.message;
      last_hint_ = finding.hint;
      last_repair_ = finding.repair;
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return lines;
  }

  std::vector<std::string> Finish() {
    std::vector<std::string> lines;
    const absl::Status status = checker_->Finish([&](const RuleFinding& finding) {
      lines.push_back(fmt::format("{} {}: {}", finding.source, Line(finding), finding.message));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return lines;
  }

  /// A row of 2023 that no rule finds anything in.
  static RowMaker Good(uint32_t number) {
    RowMaker row(number);
    row.Country("Peru").Admin1("Lima", "PE-LMA").Organisation("IOM").Sector("Health", "health");
    row.Name("Clinic").Month(2023, 1).Cva(false).Type("direct_assistance");
    row.activity().mutable_reporting_org()->set_ref("ORG100");
    row.delivery().set_in_plan(true);
    row.delivery().set_through_partner(false);
    row.delivery().mutable_indicator()->add_narratives()->set_text("# of people");
    row.delivery().mutable_indicator()->set_code("RE-HE1");
    return row;
  }
  static RowMaker People(RowMaker row, int64_t count) {
    row.People("total of the month", "", count);
    row.People(kNew, "", count);
    row.People(kNew, "population-type=in transit", count);
    row.People(kNew, "sex=female,age=0-17", count);
    return row;
  }

  static inline const std::vector<std::string> kColumns = {"country",       "admin1",
                                                           "admin2",        "appealing_org",
                                                           "sector",        "indicator",
                                                           "activity_name", "cva",
                                                           "cva_value",     "new_beneficiaries",
                                                           "total_monthly", "in_transit",
                                                           "girls",         "other Notes",
                                                           "month",         "activity_description",
                                                           "quantity"};

  std::unique_ptr<Checker> checker_;
  std::string last_message_;
  std::string last_hint_;
  std::optional<std::string> last_repair_;
};

TEST_F(CheckerTest, GoodRowsPass) {
  Make("monitoring 2023 en", kColumns);
  EXPECT_THAT(Check(People(Good(2), 5).record()), IsEmpty());
  v1::Record total;
  total.mutable_row()->add_cells()->set_text("Total");
  EXPECT_THAT(Check(total), IsEmpty());
  EXPECT_THAT(Finish(), IsEmpty());
  EXPECT_EQ(checker_->summary().all().rows, 1u);
}

TEST_F(CheckerTest, FindingsNameTheirCells) {
  Make("monitoring 2023 en", kColumns);
  RowMaker row = People(Good(7), 5);
  row.Cva(true);
  row.People(kNew, "population-type=host community", 2);
  EXPECT_THAT(Check(row.record()),
              ElementsAre("zeroCVA 7 I7 H7", "missingmechanism 7 H7", "PopTypeBreakdown 7 J7 L7"));
  EXPECT_EQ(last_message_, "new beneficiaries are 5, and the population types add up to 7");
}

TEST_F(CheckerTest, MessagesAreInTheLanguageThatWasAskedFor) {
  CheckerOptions options;
  options.language = "es_CO.UTF-8";
  Make("monitoring 2023 es", kColumns, options);
  RowMaker row = People(Good(2), 5);
  row.activity().clear_locations();
  row.Admin1("Antioquia", "");
  EXPECT_THAT(Check(row.record()), ElementsAre("countryadmincheck 2 B2 A2"));
  EXPECT_EQ(last_message_, "ningún lugar de R4V se llama \"Antioquia\" en \"Peru\"");
  EXPECT_EQ(last_hint_, "elija país y Admin1 de la lista de lugares, como par");
}

TEST_F(CheckerTest, CsvHasItsLines) {
  Make("monitoring 2023 en", kColumns);
  RowMaker row = People(Good(0), 5);
  row.record().clear_residue();
  row.record().mutable_provenance()->set_line(12);
  row.activity().clear_title();
  EXPECT_THAT(Check(row.record()), ElementsAre("missing_what 12 E12 F12 G12 H12"));
}

TEST_F(CheckerTest, TextThatIsNoNumberIsOneFinding) {
  Make("monitoring 2023 en", kColumns);
  RowMaker row = Good(3);
  row.People("total of the month", "", 5).Kept("new_beneficiaries", "1.234");
  // The breakdowns, and that new people are none, are not known.
  EXPECT_THAT(Check(row.record()), ElementsAre("not_a_number 3 J3"));
  EXPECT_EQ(last_message_, "this is no number, or could be two: \"1.234\"");
  row.record().mutable_residue()->clear_json();
  row.Kept("new_beneficiaries", " \u00a0 ").Kept("month", "soon").Kept("cva", "#N/A");
  row.delivery().clear_period();
  row.delivery().clear_cash_or_voucher();
  EXPECT_THAT(Check(row.record()), ElementsAre("not_a_month 3 O3", "not_yes_or_no 3 H3"));
}

TEST_F(CheckerTest, BrokenLettersAreOneFinding) {
  Make("monitoring 2025 en", kColumns);
  RowMaker row(4);
  row.Country("Peru").Admin1("Lima", "PE-LMA").Type("direct_assistance");
  row.Sector("EducaciÃ³n", "education").Name("Atenci\u00c3\u00b3n ");
  row.People("total of the month", "", 1).People(kNew, "", 1);
  row.People(kNew, "population-type=in transit", 1).People(kNew, "sex=female,age=0-17", 1);
  row.Kept("other Notes", "NiÃ±os");
  EXPECT_THAT(Check(row.record()), ElementsAre("double_encoded 4 G4", "double_encoded 4 E4",
                                               "double_encoded 4 N4", "edge_blanks 4 G4"));
  EXPECT_EQ(last_repair_, "Atención");
}

TEST_F(CheckerTest, RepairsAreProposed) {
  Make("monitoring 2023 en", kColumns);
  RowMaker row = People(Good(2), 5);
  row.Description("Â¡Hola! ");
  std::vector<std::pair<std::string, std::string>> repairs;
  const absl::Status status = checker_->Check(row.record(), [&](const RuleFinding& finding) {
    repairs.emplace_back(finding.rule, finding.repair.value_or("-"));
    EXPECT_EQ(finding.pack, "general");
    EXPECT_EQ(finding.sheet, "5W");
    EXPECT_EQ(finding.source, "sheet.xlsx");
    EXPECT_EQ(finding.cells.at(0).header, "activity_description");
    EXPECT_EQ(finding.cells.at(0).concept_name, "activity_description");
    return absl::OkStatus();
  });
  ASSERT_TRUE(status.ok());
  EXPECT_THAT(repairs, ElementsAre(std::pair("double_encoded", "¡Hola! "),
                                   std::pair("edge_blanks", "¡Hola!")));
}

TEST_F(CheckerTest, PersonalDataIsFoundInFreeTextOnly) {
  Make("monitoring 2023 en", kColumns);
  RowMaker row = People(Good(2), 5);
  row.Description("contactar a ana@ejemplo.org o +57 301 234 5678");
  row.Kept("other Notes", "ana@ejemplo.org");
  EXPECT_THAT(Check(row.record()), ElementsAre("personal_email 2 P2", "personal_phone 2 P2"));
}

TEST_F(CheckerTest, PeopleInFractionsAndBelowZero) {
  Make("monitoring 2023 en", kColumns);
  RowMaker row = Good(2);
  row.People("total of the month", "", 15, 1).People(kNew, "", -1);
  row.People(kNew, "population-type=in transit", -10, 1).People(kNew, "sex=female,age=0-17", -1);
  EXPECT_THAT(Check(row.record()), ElementsAre("negative_people 2 M2", "negative_people 2 L2",
                                               "negative_people 2 J2", "fractional_people 2 K2"));
}

TEST_F(CheckerTest, AnErrorEndsTheCheck) {
  Make("monitoring 2023 en", kColumns);
  int calls = 0;
  const absl::Status status = checker_->Check(RowMaker(2).record(), [&](const RuleFinding&) {
    ++calls;
    return absl::CancelledError("enough");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(calls, 1);
}

TEST_F(CheckerTest, HeadersWithGapsAndDatasetsWithoutLayout) {
  Make("monitoring 2023 en", {});
  v1::DatasetHeader header = MakeHeader("monitoring 2023 en", {"country", "month"});
  v1::SheetLayout* const sheet = header.mutable_table()->mutable_sheets(0);
  sheet->mutable_header()->add_columns(1);
  sheet->mutable_header()->add_columns(3);
  CheckerOptions options;
  options.packs = {"r4v-2021-report"};
  Make("", {}, options);
  checker_->BeginDataset(header, "gaps.xlsx");
  RowMaker row = Good(2);
  row.delivery().clear_period();
  row.activity().clear_recipient_countries();
  row.delivery().set_covid19(false);
  EXPECT_THAT(Check(row.record()), ElementsAre("Missing.Month 2 D2", "Missing.CountryAdmin1 2 B2"));
  // One concept for each column.
  sheet->clear_concepts();
  for (const char* name : {"", "country", "", "month"}) sheet->add_concepts(name);
  checker_->BeginDataset(header, "gaps.xlsx");
  EXPECT_THAT(Check(row.record()), ElementsAre("Missing.Month 2 D2", "Missing.CountryAdmin1 2 B2"));
  // A layout of no sheet that there could be.
  sheet->mutable_header()->set_columns(1, 4000000000U);
  checker_->BeginDataset(header, "far.xlsx");
  EXPECT_THAT(Check(row.record()), ElementsAre("Missing.Month 2 D2", "Missing.CountryAdmin1 2 B2"));
  header.clear_table();
  checker_->BeginDataset(header, "none.xlsx");
  EXPECT_THAT(Check(row.record()), ElementsAre("Missing.Month 2", "Missing.CountryAdmin1 2"));
}

TEST_F(CheckerTest, DuplicatesWithinAndAcrossFiles) {
  Make("monitoring 2023 en", kColumns);
  EXPECT_THAT(Check(People(Good(2), 5).record()), IsEmpty());
  EXPECT_THAT(Check(People(Good(3), 6).record()), IsEmpty());
  EXPECT_THAT(Check(People(Good(4), 5).record()), IsEmpty());
  // What is kept beside the fields counts; how cells are shown does not.
  RowMaker noted = People(Good(5), 5);
  noted.Kept("other Notes", "again");
  noted.record().mutable_residue()->mutable_row()->add_styles(3);
  EXPECT_THAT(Check(noted.record()), IsEmpty());
  checker_->BeginDataset(MakeHeader("monitoring 2023 en", kColumns), "other.xlsx");
  EXPECT_THAT(Check(People(Good(9), 6).record()), IsEmpty());
  EXPECT_THAT(Check(People(Good(10), 5).record()), IsEmpty());
  EXPECT_THAT(
      Finish(),
      ElementsAre("sheet.xlsx duplicate_row 4: the row says the same as row 2",
                  "other.xlsx duplicate_row 9: the row says the same as row 3, 5W, sheet.xlsx",
                  "other.xlsx duplicate_row 10: the row says the same as row 2, 5W, sheet.xlsx"));
}

TEST_F(CheckerTest, DuplicatesSpillToAFile) {
  CheckerOptions options;
  options.packs = {"general"};
  Make("", kColumns, options);
  // More than three times what is held in memory; every 1,000th row is there again at the end.
  constexpr uint32_t kRows = 110000;
  constexpr uint32_t kEvery = 1000;
  RowMaker row = People(Good(2), 5);
  const auto add = [&](uint32_t number, int64_t quantity) {
    row.record().mutable_residue()->mutable_row()->set_number(number);
    row.delivery().mutable_quantity()->set_unscaled(quantity);
    EXPECT_THAT(Check(row.record()), IsEmpty());
  };
  uint32_t number = 2;
  for (uint32_t i = 0; i < kRows; ++i) add(number++, i);
  std::vector<std::string> expected;
  for (uint32_t i = 0; i < kRows; i += kEvery) {
    expected.push_back(
        fmt::format("sheet.xlsx duplicate_row {}: the row says the same as row {}", number, i + 2));
    add(number++, i);
  }
  EXPECT_EQ(Finish(), expected);
}

TEST_F(CheckerTest, SummariesCountByRuleOrganisationAndMonth) {
  Make("monitoring 2023 en", kColumns);
  Check(People(Good(2), 5).record());
  RowMaker bad = People(Good(3), 5);
  bad.Cva(true);
  Check(bad.record());
  RowMaker other = People(Good(4), 5);
  other.activity().mutable_reporting_org()->mutable_narratives(0)->set_text("UNHCR");
  other.Month(2023, 3);
  Check(other.record());
  const Summary& summary = checker_->summary();
  EXPECT_EQ(summary.all().rows, 3u);
  EXPECT_EQ(summary.all().rows_with_findings, 1u);
  EXPECT_EQ(summary.all().findings, 2u);
  std::vector<std::string> lines;
  for (const Summary::OfPair& pair : summary.Pairs()) {
    lines.push_back(fmt::format("{} {} {} {}", pair.organisation, pair.month, pair.counts.rows,
                                pair.counts.findings));
  }
  EXPECT_THAT(lines, ElementsAre("IOM 202301 2 2", "UNHCR 202303 1 0"));
  uint64_t found = 0;
  for (const Summary::OfRule& rule : summary.rules()) {
    found += rule.findings;
    if (rule.rule == "zeroCVA" && rule.pack == "r4v-2023") {
      EXPECT_EQ(rule.findings, 1u);
    }
  }
  EXPECT_EQ(found, 2u);
}

TEST(SummaryTest, IsBounded) {
  Summary summary;
  for (size_t i = 0; i < Summary::kMaxOrganisations + 5; ++i) {
    summary.AddRow(fmt::format("o{}", i), 202301, 0);
  }
  EXPECT_TRUE(summary.is_cut());
  const std::vector<Summary::OfPair> pairs = summary.Pairs();
  EXPECT_EQ(pairs.size(), Summary::kMaxOrganisations + 1);
  EXPECT_EQ(pairs[0].organisation, "");
  EXPECT_EQ(pairs[0].counts.rows, 5u);
}

TEST(CellTextTest, Blanks) {
  EXPECT_EQ(TrimBlanks(" \t\u00a0a b\u2003\u3000\n"), "a b");
  EXPECT_EQ(TrimBlanks("\u00a0"), "");
  EXPECT_EQ(TrimBlanks(""), "");
  EXPECT_EQ(TrimBlanks("\xa0x\xa0"), "\xa0x\xa0");
}

TEST(CellTextTest, DoubleEncodings) {
  EXPECT_EQ(text::RepairDoubleEncoding("PanamÃ¡ â€“ â‚¬ Ã\u00a0"), "Panamá – € à");
  EXPECT_EQ(text::RepairDoubleEncoding("ðŸ˜€"), "😀");
  EXPECT_EQ(text::RepairDoubleEncoding("Ã\u0081"), "Á");
  for (const char* text : {"Panama", "Panamá", "Panamá Ã¡", "", "Ã", "Ã¡ ñ", "€", "ÃŸ日"}) {
    EXPECT_EQ(text::RepairDoubleEncoding(text), std::nullopt) << text;
  }
}

TEST(CellTextTest, PlainLetters) {
  EXPECT_EQ(PlainText("Ñandú ÇA Zürich Łódź ×"), "nandu ca zurich lodz ×");
}

}  // namespace
}  // namespace puente::check
