// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of rule packs: those of R4V on their own rows, and packs with faults.
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/base/tsv_table.h"
#include "core/check/checker.h"
#include "core/check/compiled_pack.h"
#include "core/check/rule_pack.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/core/check_row_maker.h"

namespace puente::check {
namespace {

using ::testing::HasSubstr;

TEST(RulesTest, EachRuleOfEachPackDoesWhatItsRowsSay) {
  const std::vector<RulePack> packs = R4vPacks();
  const absl::StatusOr<std::vector<RulePack>> whole = WithBases(packs);
  ASSERT_TRUE(whole.ok()) << FormatError(whole.status());
  for (const RulePack& pack : *whole) {
    const absl::Status status = TryRules(pack);
    EXPECT_TRUE(status.ok()) << FormatError(status);
  }
}

TEST(RulesTest, PacksHaveTheRulesOfR4v) {
  const std::vector<RulePack> packs = R4vPacks();
  const absl::StatusOr<std::vector<RulePack>> whole = WithBases(packs);
  ASSERT_TRUE(whole.ok());
  std::map<std::string, size_t> counts;
  for (const RulePack& pack : *whole) counts[pack.id] = pack.rules.size();
  // As tests/tools/r4v_rules.py --rules has them; `general` and the fields are ours.
  const std::map<std::string, size_t> expected = {
      {"general", 16},   {"r4v-2021", 19},          {"r4v-2021-report", 18},  {"r4v-2022", 19},
      {"r4v-2023", 19},  {"r4v-2024", 24},          {"r4v-2025", 10},         {"r4v-2026", 11},
      {"r4v-fields", 0}, {"r4v-planning-2023", 11}, {"r4v-planning-2025", 12}};
  EXPECT_EQ(counts, expected);
}

// What the plugin says of its cells and what the packs say of them is the same.
TEST(RulesTest, FieldsAreThoseOfThePlugin) {
  const std::string text = SourceText("plugins/r4v5w/data/fields.tsv");
  const TsvTable table(text);
  const absl::StatusOr<RulePack> pack =
      ParseRulePack(SourceText("plugins/r4v5w/rules/r4v-fields.json"));
  ASSERT_TRUE(pack.ok()) << FormatError(pack.status());
  const auto given = [](std::string_view cell) {
    return cell == "-" ? std::string() : std::string(cell);
  };
  size_t own = 0;
  for (const auto& [name, field] : pack->fields) own += field.is_derived ? 0 : 1;
  EXPECT_EQ(own, table.rows().size());
  const std::map<std::string_view, FieldType> types = {{"text", FieldType::kText},
                                                       {"number", FieldType::kNumber},
                                                       {"yes_no", FieldType::kBoolean},
                                                       {"month", FieldType::kDate},
                                                       {"people", FieldType::kPeople}};
  for (const TsvTable::Row& row : table.rows()) {
    const auto found = pack->fields.find(row[table.Column("concept")]);
    ASSERT_NE(found, pack->fields.end()) << row[table.Column("concept")];
    FieldSpec expected;
    expected.type = types.at(row[table.Column("shape")]);
    expected.path = row[table.Column("place")];
    if (expected.type == FieldType::kPeople) {
      expected.path = expected.path.substr(0, expected.path.find("[].count"));
    }
    expected.column = row[table.Column("concept")];
    expected.measure = given(row[table.Column("measure")]);
    expected.population = given(row[table.Column("population")]);
    expected.sex = given(row[table.Column("sex")]);
    expected.age = given(row[table.Column("age")]);
    EXPECT_TRUE(found->second == expected) << expected.column;
  }
}

TEST(RulesTest, TextsAreInThreeLanguagesAndSayNoFullStop) {
  for (const RulePack& pack : R4vPacks()) {
    for (const Rule& rule : pack.rules) {
      for (const CodeText* text : {&rule.message, &rule.hint}) {
        for (const std::string_view language : {"en", "es", "pt"}) {
          EXPECT_FALSE(text->In(language).empty()) << pack.id << " " << rule.id;
          EXPECT_FALSE(text->In(language).ends_with('.')) << pack.id << " " << rule.id;
        }
        EXPECT_NE(text->en, text->es) << pack.id << " " << rule.id;
        EXPECT_NE(text->en, text->pt) << pack.id << " " << rule.id;
      }
      EXPECT_NE(rule.message.en, rule.hint.en) << pack.id << " " << rule.id;
    }
  }
}

constexpr std::string_view kGood = R"({
  "id": "good", "version": "1", "title": {"en": "a", "es": "b", "pt": "c"},
  "applies": {"format": "r4v5w", "models": ["monitoring 2023"]},
  "fields": {
    "sector": {"type": "text", "path": "activity.sectors[0].narratives[0].text"},
    "value": {"type": "number", "path": "activity.deliveries[0].value.value"}
  },
  "terms": {"much": "value > 10"},
  "lists": {"places": true},
  "rules": [{
    "id": "too_much", "severity": "error", "fires": "much", "cells": ["value"],
    "message": {"en": "{value} is much", "es": "{value} es mucho", "pt": "{value} é muito"},
    "hint": {"en": "write less", "es": "escriba menos", "pt": "escreva menos"},
    "tests": [{"fires": true, "row": {"value": 11}}, {"fires": false, "row": {"value": 10}}]
  }]
})";

std::string Replaced(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

/// What is wrong with a pack, whatever finds it.
std::string FaultOf(std::string_view json) {
  absl::StatusOr<RulePack> pack = ParseRulePack(json);
  if (!pack.ok()) return FormatError(pack.status());
  const std::vector<RulePack> packs = {*pack};
  const absl::StatusOr<std::vector<RulePack>> whole = WithBases(packs);
  if (!whole.ok()) return FormatError(whole.status());
  const absl::Status status = TryRules((*whole)[0]);
  return status.ok() ? "" : FormatError(status);
}

TEST(RulesTest, FaultsOfPacksAreNamed) {
  EXPECT_EQ(FaultOf(kGood), "");
  const std::vector<std::tuple<std::string, std::string, std::string>> faults = {
      {"\"fires\": \"much\"", "\"fire\": \"much\"", "did you mean `fires`?"},
      {"\"fires\": \"much\"", "\"fires\": \"mucho\"", "rule too_much of pack good, fires"},
      {"\"fires\": \"much\"", "\"fires\": \"mucho\"", "did you mean `much`?"},
      {"value > 10", "value > ten", "term"},
      {"\"cells\": [\"value\"]", "\"cells\": [\"valu\"]", "did you mean `value`?"},
      {"{value} is", "{valu} is", "message"},
      {"{value} es", "{valu} es", "message"},
      {"{value} is", "{value is", "has no `}`"},
      {"\"error\"", "\"fatal\"", "info, warning, error, critical"},
      {"\"es\": \"b\", ", "", "es is missing"},
      {"deliveries[0].value.value", "deliveries[0].value.valu", "the path"},
      {"deliveries[0].value.value", "deliveries[0].value", "does not lead to values of its type"},
      {"\"number\"", "\"text\"", "does not lead to values of its type"},
      {"\"number\"", "\"money\"", "cannot be `money`"},
      {"activity.sectors", "plan.sectors", "does not begin with activity."},
      {"\"value\": 11", "\"value\": 9", "test 1 does not fire"},
      {"\"value\": 10}", "\"value\": 12}", "test 2 fires"},
      {"\"value\": 10}", "\"valu\": 12}", "there is no such field"},
      {"\"value\": 11", "\"value\": true", "no field of yes or no"},
      {", {\"fires\": false, \"row\": {\"value\": 10}}", "", "needs a test row that fires and"},
      {"\"version\"", "\"base\": \"better\", \"version\"", "has the base better"},
      {"\"version\"", "\"base\": \"good\", \"version\"", "lead back to it"},
      {"\"places\": true", "\"places\": 1", "must be true or false"},
      {"\"severity\": \"error\"", "\"severity\": \"error\", \"scope\": \"dataset\"",
       "needs `fires`"},
      {"\"fires\": \"much\"", "\"scope\": \"dataset\", \"method\": \"guess\"", "no method `guess`"},
      {"\"fires\": \"much\"",
       "\"scope\": \"dataset\", \"method\": \"duplicate_rows\", \"by\": "
       "[\"sector\"]",
       "knows no `by`"},
      {"\"fires\": \"much\"", "\"scope\": \"dataset\", \"method\": \"sum_above\"", "needs `by`"},
      {"\"fires\": \"much\"",
       "\"scope\": \"dataset\", \"method\": \"outliers\", \"by\": "
       "[\"sector\"], \"value\": "
       "\"value\"",
       "needs `values`"},
      {"\"fires\": \"much\"",
       "\"scope\": \"dataset\", \"method\": \"outliers\", \"by\": "
       "[\"sectr\"], \"value\": \"value\", "
       "\"limits\": {\"values\": 2, \"spreads\": 5, \"times_median\": 10}",
       "did you mean `sector`?"},
      {"\"fires\": \"much\"", "\"scope\": \"cell\", \"fires\": \"empty(cell)\"",
       "looks at no cell"},
      {"\"rules\": [{", "\"rules\": {", ""},
  };
  for (const auto& [from, to, said] : faults) {
    const std::string fault = FaultOf(Replaced(from, to));
    EXPECT_NE(fault, "") << to;
    EXPECT_THAT(fault, HasSubstr(said)) << to;
  }
}

TEST(RulesTest, PacksApplyByTheWordsOfTheModel) {
  const std::vector<RulePack> packs = R4vPacks();
  const absl::StatusOr<std::unique_ptr<Checker>> checker = Checker::Make(packs, {});
  ASSERT_TRUE(checker.ok()) << FormatError(checker.status());
  const std::vector<std::pair<std::string, std::vector<std::string>>> expected = {
      {"monitoring 2021 en", {"general", "r4v-2021"}},
      {"monitoring 2022 es", {"general", "r4v-2022"}},
      {"monitoring 2023 en", {"general", "r4v-2023"}},
      {"monitoring 2024 en", {"general", "r4v-2024"}},
      {"monitoring 2025 en", {"general", "r4v-2025"}},
      {"monitoring 2026 es", {"general", "r4v-2026"}},
      {"planning 2023 en", {"general", "r4v-planning-2023"}},
      {"planning 2025 es", {"general", "r4v-planning-2025"}},
      {"monitoring 2019 en", {"general"}}};
  for (const auto& [model, ids] : expected) {
    (*checker)->BeginDataset(MakeHeader(model, {}), "a.xlsx");
    std::vector<std::string> active;
    for (const RulePack* pack : (*checker)->ActivePacks()) active.push_back(pack->id);
    EXPECT_EQ(active, ids) << model;
  }
  v1::DatasetHeader other;
  other.set_format("iati");
  (*checker)->BeginDataset(other, "a.xml");
  EXPECT_TRUE((*checker)->ActivePacks().empty());
}

TEST(RulesTest, PacksCanBeAskedFor) {
  const std::vector<RulePack> packs = R4vPacks();
  CheckerOptions options;
  options.packs = {"r4v-2021-report"};
  const absl::StatusOr<std::unique_ptr<Checker>> checker = Checker::Make(packs, options);
  ASSERT_TRUE(checker.ok());
  (*checker)->BeginDataset(MakeHeader("monitoring 2025 en", {}), "a.xlsx");
  ASSERT_EQ((*checker)->ActivePacks().size(), 1u);
  options.packs = {"r4v-2012"};
  const absl::Status status = Checker::Make(packs, options).status();
  EXPECT_EQ(GetErrorDetail(status).code, "PUE-0001");
  EXPECT_THAT(GetErrorDetail(status).hint, HasSubstr("did you mean `r4v-202"));
  // A base is no pack to be asked for.
  options.packs = {"r4v-fields"};
  EXPECT_FALSE(Checker::Make(packs, options).ok());
}

}  // namespace
}  // namespace puente::check
