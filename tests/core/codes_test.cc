// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the catalogue of messages, and that the codes of the core are complete.

#include "core/findings/codes.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace puente {
namespace {

constexpr std::string_view kLanguages[] = {"en", "es", "pt"};

std::string Entry(std::string_view code, std::string_view rest = "") {
  return "{\"" + std::string(code) +
         "\":{\"severity\":\"warning\",\"title\":{\"en\":\"t\"},\"explain\":{\"en\":\"e\"},"
         "\"fix\":{\"en\":\"f\"}" +
         std::string(rest) + "}}";
}

TEST(CoreCodesTest, EveryCodeHasEveryLanguage) {
  const auto catalogue = CodeCatalogue::WithCoreCodes();
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  ASSERT_GT(catalogue->List().size(), 40u);
  std::set<std::pair<std::string_view, std::string>> titles;
  for (const CodeEntry* entry : catalogue->List()) {
    SCOPED_TRACE(entry->code);
    EXPECT_EQ(entry->code.substr(0, 4), "PUE-");
    EXPECT_EQ(entry->origin, "core");
    EXPECT_FALSE(entry->example.empty());
    for (const CodeText* text : {&entry->title, &entry->explain, &entry->fix}) {
      for (const std::string* language : {&text->en, &text->es, &text->pt}) {
        ASSERT_FALSE(language->empty());
        EXPECT_NE(language->front(), ' ');
        EXPECT_NE(language->back(), ' ');
        EXPECT_EQ(language->find('\n'), std::string::npos);
        EXPECT_EQ(language->back() == '.', text != &entry->title);
      }
      EXPECT_NE(text->en, text->es);
      EXPECT_NE(text->en, text->pt);
    }
    for (const std::string_view language : kLanguages) {
      EXPECT_LE(entry->title.In(language).size(), 80u);
      EXPECT_TRUE(titles.emplace(language, entry->title.In(language)).second) << language;
    }
  }
}

TEST(CodeCatalogueTest, FindsInEitherCase) {
  const auto catalogue = CodeCatalogue::WithCoreCodes();
  ASSERT_TRUE(catalogue.ok());
  const CodeEntry* entry = catalogue->Find("pue-0201");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->code, "PUE-0201");
  EXPECT_EQ(entry->severity, Severity::kError);
  EXPECT_EQ(catalogue->Find("PUE-9999"), nullptr);
  EXPECT_EQ(catalogue->Find(""), nullptr);
}

TEST(CodeCatalogueTest, OffersTheNearestCode) {
  auto catalogue = CodeCatalogue::WithCoreCodes();
  ASSERT_TRUE(catalogue.ok());
  ASSERT_TRUE(catalogue->Add(Entry("R4V-0012"), "r4v").ok());
  EXPECT_EQ(catalogue->Nearest("pue0201"), "PUE-0201");
  EXPECT_EQ(catalogue->Nearest("PUE-201"), "PUE-0201");
  EXPECT_EQ(catalogue->Nearest("PUE_0201"), "PUE-0201");
  EXPECT_EQ(catalogue->Nearest("r4v-12"), "R4V-0012");
  EXPECT_EQ(catalogue->Nearest("PEU-0201"), "PUE-0201");
  EXPECT_EQ(catalogue->Nearest("something"), "");
  EXPECT_EQ(catalogue->Nearest(""), "");
}

TEST(CodeCatalogueTest, AddsCatalogues) {
  CodeCatalogue catalogue;
  ASSERT_TRUE(catalogue.Add(Entry("IATI-0012", ",\"example\":\"<value/>\""), "iati").ok());
  ASSERT_TRUE(catalogue.Add("{}", "empty").ok());
  const CodeEntry* entry = catalogue.Find("IATI-0012");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->origin, "iati");
  EXPECT_EQ(entry->severity, Severity::kWarning);
  EXPECT_EQ(entry->example, "<value/>");
  EXPECT_EQ(entry->title.In("es"), "t");
  ASSERT_TRUE(catalogue.Add(Entry("A-0001"), "other").ok());
  EXPECT_EQ(catalogue.Find("IATI-0012"), entry);
  const std::vector<const CodeEntry*> list = catalogue.List();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]->code, "A-0001");
}

TEST(CodeCatalogueTest, RefusesWhatIsWrongAndAddsNothing) {
  CodeCatalogue catalogue;
  ASSERT_TRUE(catalogue.Add(Entry("A-0001"), "first").ok());
  const std::string two = Entry("B-0001").substr(0, Entry("B-0001").size() - 1);
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", ""},
      {"[]", "not a JSON object"},
      {"{", ""},
      {Entry("A-1"), "is no code"},
      {Entry("a-0001"), "is no code"},
      {Entry("1A-0001"), "is no code"},
      {Entry("A0001"), "is no code"},
      {R"({"A-0002":7})", "is not an object"},
      {R"({"A-0002":{}})", "has no \"severity\""},
      {R"({"A-0002":{"severity":"bad"}})", "none of info"},
      {R"({"A-0002":{"severity":"info","title":{"es":"t"}}})", "has no text in \"en\""},
      {R"({"A-0002":{"severity":"info","title":{"en":""}}})", "has no text in \"en\""},
      {R"({"A-0002":{"severity":"info","title":{"en":"t"}}})", "has no \"explain\""},
      {R"({"A-0002":{"title":{"en":"t","en":"u"}}})", "twice"},
      {R"({"A-0002":{"title":{"fr":"t"}}})", "unknown language"},
      {R"({"A-0002":{"title":"t"}})", "is not an object of languages"},
      {Entry("A-0002", ",\"colour\":1"), "unknown key \"colour\""},
      {Entry("A-0002", ",\"example\":1"), "\"example\" is not a text"},
      {two + "," + Entry("B-0001").substr(1), "twice"},
      {two + "," + Entry("B-2").substr(1), "is no code"},
  };
  for (const auto& [json, message] : bad) {
    const absl::Status status = catalogue.Add(json, "shady");
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << json;
    EXPECT_NE(std::string(status.message()).find(message), std::string::npos) << status;
    EXPECT_NE(std::string(status.message()).find("shady"), std::string::npos) << status;
  }
  const absl::Status again = catalogue.Add(Entry("A-0001"), "second");
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_NE(std::string(again.message()).find("known from first"), std::string::npos);
  EXPECT_EQ(catalogue.List().size(), 1u);
}

TEST(CodeTextTest, TakesRegionsAndFallsBack) {
  const CodeText text{"english", "español", ""};
  EXPECT_EQ(text.In("es"), "español");
  EXPECT_EQ(text.In("es_CO.UTF-8"), "español");
  EXPECT_EQ(text.In("es-419"), "español");
  EXPECT_EQ(text.In("pt-BR"), "english");
  EXPECT_EQ(text.In("fr"), "english");
  EXPECT_EQ(text.In("est"), "english");
  EXPECT_EQ(text.In(""), "english");
}

}  // namespace
}  // namespace puente
