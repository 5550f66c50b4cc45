// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads rule packs from JSON, strictly: known keys only, each of its type.
#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/numbers.h"
#include "core/base/strings.h"
#include "core/check/rule_pack.h"
#include "core/text/json_tree.h"
#include "fmt/format.h"

namespace puente::check {
namespace {

using text::JsonKind;
using text::JsonNode;
using text::JsonTree;

template <typename Choice>
struct Word {
  std::string_view word;
  Choice choice;
};

constexpr Word<FieldType> kFieldTypes[] = {{"text", FieldType::kText},
                                           {"number", FieldType::kNumber},
                                           {"boolean", FieldType::kBoolean},
                                           {"date", FieldType::kDate},
                                           {"people", FieldType::kPeople}};
constexpr Word<Scope> kScopes[] = {
    {"row", Scope::kRow}, {"cell", Scope::kCell}, {"dataset", Scope::kDataset}};
constexpr Word<Severity> kSeverities[] = {{"info", Severity::kInfo},
                                          {"warning", Severity::kWarning},
                                          {"error", Severity::kError},
                                          {"critical", Severity::kCritical}};

/// Reads one pack; notes the first fault.
class PackReader {
 public:
  explicit PackReader(const JsonTree& tree) : tree_(tree) {}

  absl::StatusOr<RulePack> Read() {
    const JsonNode& root = tree_.root();
    RulePack pack;
    if (!Object(root, "the pack",
                {"id", "version", "title", "source", "base", "without", "replaces", "applies",
                 "years", "summary", "fields", "terms", "lists", "rules"})) {
      return fault_;
    }
    pack.id = Needed(root, "id");
    pack.version = Needed(root, "version");
    pack.source = Text(root, "source");
    pack.base = Text(root, "base");
    pack.without = Texts(root, "without");
    pack.replaces = Texts(root, "replaces");
    pack.years = Texts(root, "years");
    pack.title = Languages(root, "title", "the pack");
    if (const JsonNode* applies = tree_.Find(root, "applies")) {
      Object(*applies, "applies", {"format", "models", "only_when_asked"});
      pack.format = Needed(*applies, "format");
      pack.models = Texts(*applies, "models");
      pack.only_when_asked = Bool(*applies, "only_when_asked");
    }
    if (const JsonNode* summary = tree_.Find(root, "summary")) {
      Object(*summary, "summary", {"organisation", "month"});
      pack.organisation = Text(*summary, "organisation");
      pack.month = Text(*summary, "month");
    }
    ForEach(root, "fields", JsonKind::kObject,
            [&](const JsonNode& node) { pack.fields.emplace(node.name, Field(node)); });
    ForEach(root, "terms", JsonKind::kObject,
            [&](const JsonNode& node) { pack.terms.emplace(node.name, TextOf(node, node.name)); });
    ForEach(root, "lists", JsonKind::kObject,
            [&](const JsonNode& node) { pack.lists.emplace(node.name, BoolOf(node, node.name)); });
    ForEach(root, "rules", JsonKind::kArray, [&](const JsonNode& node) {
      Rule rule = ReadRule(node);
      rule.pack = pack.id;
      for (const Rule& before : pack.rules) {
        if (before.id == rule.id) Fault(rule.id, "is there twice");
      }
      pack.rules.push_back(std::move(rule));
    });
    if (!fault_.ok()) return fault_;
    return pack;
  }

 private:
  void Fault(std::string_view place, std::string_view what, std::string hint = "") {
    if (fault_.ok()) fault_ = PackError(fmt::format("rule pack: {} {}", place, what), hint);
  }

  bool Object(const JsonNode& node, std::string_view place,
              std::initializer_list<std::string_view> known) {
    if (node.kind != JsonKind::kObject) {
      Fault(place, "must be an object");
      return false;
    }
    tree_.ForEach(node, [&](const JsonNode& member) {
      if (std::find(known.begin(), known.end(), member.name) != known.end()) return;
      const std::vector<std::string> names(known.begin(), known.end());
      const std::string near = NearestName(member.name, names);
      Fault(place, fmt::format("has no key `{}`", member.name),
            near.empty() ? "" : fmt::format("did you mean `{}`?", near));
    });
    return true;
  }

  template <typename Take>
  void ForEach(const JsonNode& node, std::string_view key, JsonKind kind, Take&& take) {
    const JsonNode* const found = tree_.Find(node, key);
    if (found == nullptr) return;
    if (found->kind != kind) {
      Fault(key, kind == JsonKind::kArray ? "must be a list" : "must be an object");
      return;
    }
    tree_.ForEach(*found, take);
  }

  std::string TextOf(const JsonNode& node, std::string_view place) {
    if (node.kind != JsonKind::kString || node.text.empty()) Fault(place, "must be a text");
    return std::string(node.text);
  }
  bool BoolOf(const JsonNode& node, std::string_view place) {
    if (node.kind != JsonKind::kTrue && node.kind != JsonKind::kFalse) {
      Fault(place, "must be true or false");
    }
    return node.kind == JsonKind::kTrue;
  }
  double NumberOf(const JsonNode& node, std::string_view place) {
    double number = 0;
    if (node.kind != JsonKind::kNumber || !absl::SimpleAtod(ToAbsl(node.raw), &number)) {
      Fault(place, "has a limit that is no number");
    }
    return number;
  }
  std::string Text(const JsonNode& node, std::string_view key) {
    const JsonNode* const found = tree_.Find(node, key);
    return found == nullptr ? std::string() : TextOf(*found, key);
  }
  std::string Needed(const JsonNode& node, std::string_view key) {
    if (tree_.Find(node, key) == nullptr) Fault(key, "is missing");
    return Text(node, key);
  }
  bool Bool(const JsonNode& node, std::string_view key) {
    const JsonNode* const found = tree_.Find(node, key);
    return found != nullptr && BoolOf(*found, key);
  }
  std::vector<std::string> Texts(const JsonNode& node, std::string_view key) {
    std::vector<std::string> texts;
    ForEach(node, key, JsonKind::kArray,
            [&](const JsonNode& item) { texts.push_back(TextOf(item, key)); });
    return texts;
  }

  template <typename Choice, size_t kSize>
  Choice OneOf(const Word<Choice> (&words)[kSize], std::string_view word, std::string_view place,
               Choice otherwise) {
    for (const auto& known : words) {
      if (known.word == word) return known.choice;
    }
    std::string hint;
    for (const auto& known : words)
      hint += fmt::format("{}{}", hint.empty() ? "" : ", ", known.word);
    Fault(place, fmt::format("cannot be `{}`", word), "it is one of " + hint);
    return otherwise;
  }

  CodeText Languages(const JsonNode& node, std::string_view key, std::string_view place) {
    CodeText made;
    const JsonNode* const found = tree_.Find(node, key);
    if (found == nullptr || !Object(*found, key, {"en", "es", "pt"})) {
      Fault(place, fmt::format("needs a `{}` in en, es and pt", key));
      return made;
    }
    made.en = Needed(*found, "en");
    made.es = Needed(*found, "es");
    made.pt = Needed(*found, "pt");
    return made;
  }

  FieldSpec Field(const JsonNode& node) {
    FieldSpec field;
    if (!Object(node, node.name,
                {"type", "path", "column", "derived", "measure", "population", "sex", "age"})) {
      return field;
    }
    field.type = OneOf(kFieldTypes, Needed(node, "type"), node.name, FieldType::kText);
    field.path = Needed(node, "path");
    field.column = Text(node, "column");
    if (field.column.empty()) field.column = std::string(node.name);
    field.is_derived = Bool(node, "derived");
    field.measure = Text(node, "measure");
    field.population = Text(node, "population");
    field.sex = Text(node, "sex");
    field.age = Text(node, "age");
    return field;
  }

  Rule ReadRule(const JsonNode& node) {
    Rule rule;
    if (!Object(node, "a rule",
                {"id", "severity", "scope", "group", "when", "fires", "method", "by", "value",
                 "bound", "across", "limits", "repair", "over", "cells", "message", "hint",
                 "source", "tests"})) {
      return rule;
    }
    rule.id = Needed(node, "id");
    rule.severity = OneOf(kSeverities, Needed(node, "severity"), rule.id, Severity::kWarning);
    if (const std::string scope = Text(node, "scope"); !scope.empty()) {
      rule.scope = OneOf(kScopes, scope, rule.id, Scope::kRow);
    }
    rule.group = Text(node, "group");
    rule.when = Text(node, "when");
    rule.fires = Text(node, "fires");
    rule.method = Text(node, "method");
    if ((rule.scope == Scope::kDataset) != rule.fires.empty() ||
        (rule.scope == Scope::kDataset) == rule.method.empty()) {
      Fault(rule.id, "needs `fires`, or `method` when its scope is dataset");
    }
    rule.by = Texts(node, "by");
    rule.value = Text(node, "value");
    rule.bound = Text(node, "bound");
    rule.across = Text(node, "across");
    ForEach(node, "limits", JsonKind::kObject, [&](const JsonNode& limit) {
      rule.limits.emplace(limit.name, NumberOf(limit, rule.id));
    });
    rule.repair = Text(node, "repair");
    if (const JsonNode* over = tree_.Find(node, "over")) rule.over = Over(*over, rule.id);
    rule.cells = Texts(node, "cells");
    rule.message = Languages(node, "message", rule.id);
    rule.hint = Languages(node, "hint", rule.id);
    rule.source = Text(node, "source");
    ForEach(node, "tests", JsonKind::kArray,
            [&](const JsonNode& test) { rule.tests.push_back(Test(test, rule.id)); });
    return rule;
  }

  CellChoice Over(const JsonNode& node, std::string_view place) {
    CellChoice over;
    Object(node, place, {"types", "fields", "other_columns"});
    for (const std::string& type : Texts(node, "types")) {
      over.types.push_back(OneOf(kFieldTypes, type, place, FieldType::kText));
    }
    over.fields = Texts(node, "fields");
    over.other_columns = Bool(node, "other_columns");
    return over;
  }

  RuleTest Test(const JsonNode& node, std::string_view place) {
    RuleTest test;
    if (!Object(node, place, {"fires", "row", "rows"})) return test;
    test.fires = Bool(node, "fires");
    test.values = RowOf(node);
    ForEach(node, "rows", JsonKind::kArray, [&](const JsonNode& row) {
      if (!Object(row, place, {"row", "times"})) return;
      constexpr double kMostTimes = 10000;
      RepeatedRow repeated;
      repeated.values = RowOf(row);
      if (const JsonNode* const times = tree_.Find(row, "times")) {
        const double number = NumberOf(*times, place);
        if (!(number >= 1) || number > kMostTimes) Fault(place, "`times` is from 1 to 10000");
        repeated.times = static_cast<uint64_t>(number);
      }
      test.rows.push_back(std::move(repeated));
    });
    return test;
  }

  std::vector<TestValue> RowOf(const JsonNode& node) {
    std::vector<TestValue> values;
    ForEach(node, "row", JsonKind::kObject, [&](const JsonNode& value) {
      const JsonNode* const unread = tree_.Find(value, "unread");
      const JsonNode& said = unread == nullptr ? value : *unread;
      values.push_back({std::string(value.name), std::string(said.raw), unread != nullptr});
    });
    return values;
  }

  const JsonTree& tree_;
  absl::Status fault_;
};

}  // namespace

absl::StatusOr<RulePack> ParseRulePack(std::string_view json) {
  JsonTree tree(DefaultLimits());
  if (absl::Status status = tree.Parse(json); !status.ok()) return status;
  return PackReader(tree).Read();
}

}  // namespace puente::check
