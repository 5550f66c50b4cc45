// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of what the r4v5w plugin knows: headers, lists, cells.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plugins/r4v5w/cell_values.h"
#include "plugins/r4v5w/code_book.h"
#include "plugins/r4v5w/concept_fields.h"
#include "plugins/r4v5w/csv_header.h"
#include "plugins/r4v5w/header_book.h"
#include "plugins/r4v5w/indicator_book.h"
#include "plugins/r4v5w/organisation_book.h"
#include "plugins/r4v5w/place_book.h"
#include "plugins/r4v5w/source_columns.h"

namespace puente::r4v5w {
namespace {

using text::XlsxKind;
using text::XlsxNumber;

text::XlsxCell Cell(std::string_view text, XlsxKind kind = XlsxKind::kText) {
  text::XlsxCell cell;
  cell.kind = kind;
  cell.text = text;
  return cell;
}

std::vector<std::string> NamesOf(Matrix matrix, std::string_view year, std::string_view language) {
  std::vector<std::string> names;
  for (const HeaderColumn& column : HeaderOf(matrix, year, language))
    names.push_back(column.header);
  return names;
}

TEST(PlainTextTest, TakesAccentsCaseAndSignsAway) {
  EXPECT_EQ(PlainText("País Country"), "pais country");
  EXPECT_EQ(PlainText("Value..in.USD."), "value in usd");
  EXPECT_EQ(PlainText("  Activity\u00a0name\u00a0"), "activity name");
  EXPECT_EQ(PlainText("COVID-19 situation?*"), "covid 19 situation");
  EXPECT_EQ(PlainText("Nin\u0303as"), "ninas");
  EXPECT_EQ(PlainText("ÑUBLE"), "nuble");
  EXPECT_EQ(PlainText("..."), "");
  EXPECT_EQ(PlainText("\xFF"), "");
}

TEST(PlainTextTest, IsComparedWithoutBeingMade) {
  for (const char* const text : {"País Country", "  Activity\u00a0name\u00a0", "Nin\u0303as", "...",
                                 "", "a b", "ab", "a", "a ", "a-b c", "\u4e2d a"}) {
    for (const char* const other : {"pais country", "activity name", "ninas", "", "a b", "ab", "a",
                                    "a b c", "\u4e2d a", "pais countr", "pais country x"}) {
      EXPECT_EQ(IsPlainText(text, other), PlainText(text) == other) << text << " and " << other;
    }
  }
}

TEST(BindHeaderTest, KnowsEachEditionInAnyOrder) {
  for (const Matrix matrix : {Matrix::kMonitoring, Matrix::kPlanning}) {
    for (const std::string_view year : YearsOf(matrix)) {
      for (const std::string_view language : {"en", "es"}) {
        std::vector<std::string> names = NamesOf(matrix, year, language);
        if (names.empty()) continue;
        SCOPED_TRACE(std::string(year) + " " + std::string(language));
        std::vector<HeaderColumn> columns = HeaderOf(matrix, year, language);
        std::reverse(names.begin(), names.end());
        std::reverse(columns.begin(), columns.end());
        const Binding binding = BindHeader(names);
        EXPECT_EQ(binding.matrix, matrix);
        ASSERT_EQ(binding.concepts.size(), names.size());
        for (size_t i = 0; i < names.size(); ++i) {
          EXPECT_EQ(binding.concepts[i], columns[i].concept_name) << names[i];
        }
      }
    }
  }
}

TEST(BindHeaderTest, TellsYearAndLanguage) {
  const Binding spanish = BindHeader(NamesOf(Matrix::kMonitoring, "2022", "es"));
  EXPECT_EQ(spanish.year, "2022");
  EXPECT_EQ(spanish.language, "es");
  const Binding english = BindHeader(NamesOf(Matrix::kMonitoring, "2021", "en"));
  EXPECT_EQ(english.year, "2021");
  EXPECT_EQ(english.language, "en");
  const Binding plan = BindHeader(NamesOf(Matrix::kPlanning, "2025", "en"));
  EXPECT_EQ(plan.matrix, Matrix::kPlanning);
  EXPECT_EQ(plan.year, "2025");
}

TEST(BindHeaderTest, WantsEightColumns) {
  std::vector<std::string> names = NamesOf(Matrix::kMonitoring, "2025", "en");
  names.resize(kLeastColumns);
  EXPECT_EQ(BindHeader(names).matrix, Matrix::kMonitoring);
  names.resize(kLeastColumns - 1);
  EXPECT_EQ(BindHeader(names).matrix, Matrix::kNone);
  EXPECT_EQ(BindHeader({}).matrix, Matrix::kNone);
}

TEST(BindHeaderTest, ASecondColumnOfOneNameIsNotKnown) {
  std::vector<std::string> names = NamesOf(Matrix::kMonitoring, "2025", "en");
  names.push_back(names.front());
  const Binding binding = BindHeader(names);
  EXPECT_EQ(binding.concepts.front(), "country");
  EXPECT_EQ(binding.concepts.back(), "");
}

TEST(BindHeaderTest, ColumnsOfSourcesAreKnownInAnyMatrix) {
  std::vector<std::string> names = NamesOf(Matrix::kMonitoring, "2022", "es");
  const size_t own = names.size();
  for (const char* name : {"Archivo de origen", "SOURCE SHEET", "Linha de origem", "Source row"}) {
    names.emplace_back(name);
  }
  const Binding binding = BindHeader(names);
  EXPECT_EQ(binding.year, "2022");
  EXPECT_EQ(binding.concepts[own], "source_file");
  EXPECT_EQ(binding.concepts[own + 1], "source_sheet");
  EXPECT_EQ(binding.concepts[own + 2], "source_row");
  EXPECT_EQ(binding.concepts[own + 3], "");
  EXPECT_EQ(binding.known, own + 3);
  // They make no matrix of other names.
  names.erase(names.begin() + 5, names.begin() + static_cast<std::ptrdiff_t>(own));
  EXPECT_EQ(BindHeader(names).matrix, Matrix::kNone);
}

TEST(SourceColumnsTest, AreNamedInTheLanguage) {
  const std::vector<HeaderColumn> spanish = SourceColumns("es");
  ASSERT_EQ(spanish.size(), 3U);
  EXPECT_EQ(spanish[0].header, "Archivo de origen");
  EXPECT_EQ(SourceColumns("en")[2].header, "Source row");
  EXPECT_EQ(SourceColumns("fr")[2].header, "Source row");
  v1::Provenance provenance;
  EXPECT_EQ(SourceTextOf("source_row", provenance), "");
  provenance.set_source("a.xlsx");
  provenance.set_sheet("Hoja 1");
  provenance.set_line(7);
  EXPECT_EQ(SourceTextOf("source_file", provenance), "a.xlsx");
  EXPECT_EQ(SourceTextOf("source_sheet", provenance), "Hoja 1");
  EXPECT_EQ(SourceTextOf("source_row", provenance), "7");
}

TEST(CsvDelimiterTest, IsTheOneWithMostKnownNames) {
  std::vector<std::string> names = NamesOf(Matrix::kMonitoring, "2025", "en");
  for (const char delimiter : {',', ';', '\t', '|'}) {
    std::string header;
    for (const std::string& name : names) {
      if (!header.empty()) header += delimiter;
      header += "\"" + name + "\"";
    }
    EXPECT_EQ(FindCsvDelimiter(header, "auto"), delimiter) << delimiter;
    // Below titles, above descriptions with many commas.
    const std::string table = "Report, of, March\n" + header + "\na;b,c,d,e,f,g,h,i,j,k,l,m,n\n";
    EXPECT_EQ(FindCsvDelimiter(table, "UTF-8"), delimiter) << delimiter;
  }
  // Names with commas in them, between semicolons without quotes: most names are whole so.
  std::string mixed;
  for (const std::string& name : names) mixed += name + ";";
  mixed += "Comments, notes, and, so, on, and, on, and, on\n";
  EXPECT_EQ(FindCsvDelimiter(mixed, "auto"), ';');
  EXPECT_EQ(FindCsvDelimiter("a,b;c\n1,2;3\n", "auto"), std::nullopt);
  EXPECT_EQ(FindCsvDelimiter("", "auto"), std::nullopt);
}

TEST(OrganisationBookTest, KindsHaveACodeWhereOneSaysNoMore) {
  EXPECT_EQ(OrganisationTypeCode("ACAPS", "2021", false), "21");
  EXPECT_EQ(OrganisationTypeCode("100% diversidad y derechos", "2022", false), "22");
  EXPECT_EQ(OrganisationTypeCode("Caritas Bolivia", "2021", false), "");  // faith based
  EXPECT_EQ(OrganisationTypeCode("Nobody of the list", "2021", false), "");
}

TEST(ConceptFieldsTest, EachColumnHasAFieldButForChecks) {
  for (const Matrix matrix : {Matrix::kMonitoring, Matrix::kPlanning}) {
    for (const std::string_view year : YearsOf(matrix)) {
      for (const HeaderColumn& column : HeaderOf(matrix, year, "en")) {
        const bool is_check =
            column.concept_name == "poptype_check" || column.concept_name == "agd_check" ||
            column.concept_name == "organisation_check" || column.concept_name == "budget";
        EXPECT_EQ(FieldOf(column.concept_name) == nullptr, is_check) << column.concept_name;
      }
    }
  }
}

TEST(ConceptFieldsTest, FindsPeopleByAllDimensions) {
  v1::Delivery delivery;
  for (const std::string_view name : {"new_beneficiaries", "girls", "in_transit"}) {
    SetDimensions(*FieldOf(name), delivery.add_people());
  }
  EXPECT_EQ(FindPeople(*FieldOf("new_beneficiaries"), delivery), 0);
  EXPECT_EQ(FindPeople(*FieldOf("girls"), delivery), 1);
  EXPECT_EQ(FindPeople(*FieldOf("in_transit"), delivery), 2);
  EXPECT_EQ(FindPeople(*FieldOf("boys"), delivery), -1);
  EXPECT_EQ(FindPeople(*FieldOf("target_girls"), delivery), -1);
}

TEST(NumberTest, OfASheetIsTheShortestThatIsTheSame) {
  EXPECT_EQ(DecimalOfSheetNumber("0.07000000000000001"), "0.07");
  EXPECT_EQ(DecimalOfSheetNumber("88.34999999999999"), "88.35");
  EXPECT_EQ(DecimalOfSheetNumber("12"), "12");
  EXPECT_EQ(DecimalOfSheetNumber("1E3"), "1000");
  EXPECT_EQ(DecimalOfSheetNumber("-0"), "0");
  EXPECT_EQ(DecimalOfSheetNumber("nan"), std::nullopt);
  EXPECT_EQ(DecimalOfSheetNumber("1e400"), std::nullopt);
  EXPECT_EQ(DecimalOfSheetNumber("1,5"), std::nullopt);
}

TEST(NumberTest, OfATextIsNeverGuessed) {
  EXPECT_EQ(ReadNumberCell(Cell("1,234.50")).value, "1234.50");
  EXPECT_EQ(ReadNumberCell(Cell("1.234,5")).value, "1234.5");
  EXPECT_EQ(ReadNumberCell(Cell("$ 1.234.567")).value, "1234567");
  const CellValue both = ReadNumberCell(Cell("1.234"));
  EXPECT_EQ(both.value, std::nullopt);
  EXPECT_TRUE(both.is_ambiguous);
  EXPECT_EQ(ReadNumberCell(Cell("n/a")).value, std::nullopt);
  EXPECT_EQ(ReadNumberCell(Cell("#N/A", XlsxKind::kError)).value, std::nullopt);
}

TEST(YesNoTest, InThreeLanguages) {
  for (const std::string_view yes : {"Yes", "SI", "Sí", "s", "Sim", "1"}) {
    EXPECT_EQ(ReadYesNoCell(Cell(yes)).value, "1") << yes;
  }
  for (const std::string_view no : {"No", "no ", "Não", "N", "0"}) {
    EXPECT_EQ(ReadYesNoCell(Cell(no)).value, "0") << no;
  }
  EXPECT_EQ(ReadYesNoCell(Cell("maybe")).value, std::nullopt);
}

TEST(MonthTest, IsReadWithItsYearOnly) {
  const auto text = [](std::string_view month) {
    return ReadMonthCell(Cell(month), XlsxNumber::kPlain, false).value;
  };
  for (const std::string_view month : {"2021-01", "01/2021", "ene-21", "Enero 2021", "Jan 2021",
                                       "enero de 2021", "2021-01-15", "2021/1/31"}) {
    EXPECT_EQ(text(month), "2021-01") << month;
  }
  EXPECT_EQ(text("2023"), "2023");
  for (const std::string_view none : {"January", "13-21", "01/02/2021", "21-13", "", "2021-00"}) {
    EXPECT_EQ(text(none), std::nullopt) << none;
  }
  // 2021-01-01, as a spreadsheet has it.
  EXPECT_EQ(ReadMonthCell(Cell("44197", XlsxKind::kNumber), XlsxNumber::kDate, false).value,
            "2021-01");
  EXPECT_EQ(ReadMonthCell(Cell("44197", XlsxKind::kNumber), XlsxNumber::kPlain, false).value,
            std::nullopt);
  EXPECT_EQ(ReadMonthCell(Cell("2023", XlsxKind::kNumber), XlsxNumber::kPlain, false).value,
            "2023");
}

TEST(CodeBookTest, AWordMeansWhatItMeansInItsYear) {
  EXPECT_EQ(Sectors().CodeOf("agua, saneamiento e higiene", "2021"),
            Sectors().CodeOf("WASH", "2023"));
  EXPECT_NE(DeliveryMechanisms().CodeOf("Cupones", "2021"),
            DeliveryMechanisms().CodeOf("Cupones", "2022"));
  // Without a year it could be either.
  EXPECT_EQ(DeliveryMechanisms().CodeOf("Cupones", ""), "");
  EXPECT_EQ(Sectors().LabelOf("mpc", "2021", "en"), "Multipurpose CBI");
  EXPECT_EQ(Sectors().LabelOf("mpc", "2023", "en"), "Multipurpose Cash Assistance (MPC)");
  EXPECT_EQ(Sectors().CodeOf("no such sector", "2023"), "");
}

TEST(IndicatorBookTest, SectorAndTextTellWhichOne) {
  const std::vector<std::string> texts = IndicatorTexts("2023", "en");
  EXPECT_EQ(texts.size(), 94u);
  const Indicator* const found =
      FindIndicator("education",
                    "# of teachers, officials or partners (which may include parents, "
                    "caregivers) trained / empowered to improve access and quality of "
                    "education",
                    "2021");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->code, "RE-ED5");
  EXPECT_EQ(found->type, "people");
  EXPECT_EQ(FindIndicator("health", found->english, "2021"), nullptr);
  EXPECT_EQ(IndicatorText("education", found->english, "2021", "es"), found->spanish);
  EXPECT_EQ(IndicatorText("education", "anything", "2021", "es"), "");
}

TEST(PlaceBookTest, NamesBelongToCountryAndYear) {
  const Admin1* const place = FindAdmin1("CO", "norte de santander", "2023");
  ASSERT_NE(place, nullptr);
  EXPECT_EQ(place->iso, "CO-NSA");
  EXPECT_EQ(FindAdmin1("PE", "Norte de Santander", "2023"), nullptr);
  EXPECT_FALSE(FindAdmin2("AR-B", "Maipu").empty());
  EXPECT_TRUE(FindAdmin2("AR-B", "Nowhere").empty());
}

TEST(OrganisationBookTest, TheLastListGoesOn) {
  EXPECT_EQ(FindOrganisation("ACAPS", "2021", false), "ORG002");
  EXPECT_EQ(FindOrganisation("ACAPS", "2022", false), "ORG002");
  EXPECT_EQ(FindOrganisation("No such organisation", "2022", true), "");
  EXPECT_EQ(OrganisationName("HIAS", "2022", false, "en"), "HIAS");
  EXPECT_EQ(OrganisationName("HIAS", "2021", false, "en"), "Hebrew Immigrant Aid Society (HIAS)");
}

}  // namespace
}  // namespace puente::r4v5w
