// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The table of keys: where each value of an FTS answer stands in the schema.
#include "plugins/fts/key_table.h"

#include <array>
#include <map>

#include "core/base/strings.h"
#include "core/base/tsv_table.h"

namespace puente::fts {

std::string_view KeysTsv();

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Line {
  std::string_view key;
  std::string_view shape;
  std::string_view field;
};

Shape ShapeOf(std::string_view name) {
  static constexpr std::pair<std::string_view, Shape> kShapes[] = {
      {"text", Shape::kText},       {"digits", Shape::kDigits},
      {"number", Shape::kNumber},   {"flag", Shape::kFlag},
      {"date", Shape::kDate},       {"day", Shape::kDay},
      {"instant", Shape::kInstant}, {"behavior", Shape::kBehavior},
      {"texts", Shape::kTexts},     {"digit_list", Shape::kDigitList},
      {"object", Shape::kObject},   {"objects", Shape::kObjects}};
  for (const auto& [known, shape] : kShapes) {
    if (known == name) return shape;
  }
  std::abort();  // the table is our own, and a test reads all of it
}

/// Builds the rules of all kinds from the table.
class Builder {
 public:
  Builder() {
    for (std::string_view line : SplitText(KeysTsv(), '\n')) {
      if (line.empty() || line[0] == '#') continue;
      const std::vector<std::string_view> cells = SplitText(line, '\t');
      const std::string_view field = cells.size() > 3 ? cells[3] : std::string_view();
      lines_[cells.at(0)].push_back({cells.at(1), cells.at(2), field});
    }
  }

  void Build(std::string_view name, const Descriptor& type, std::string source, std::string field,
             ObjectRules* rules) {
    rules->source_path = std::move(source);
    rules->field_path = std::move(field);
    rules->number = Number(rules->source_path, rules->field_path);
    AddKeys(name, type, *rules, &rules->keys);
    const std::string prefix = std::string(name) + ":";
    for (const auto& [known, _] : lines_) {
      if (!known.starts_with(prefix)) continue;
      AddKeys(known, type, *rules, &rules->by_type[std::string(known.substr(prefix.size()))]);
    }
  }

  std::vector<PathPair> paths;

 private:
  uint32_t Number(const std::string& source, const std::string& field) {
    paths.push_back({source, field});
    return static_cast<uint32_t>(paths.size() - 1);
  }

  void AddKeys(std::string_view name, const Descriptor& type, const ObjectRules& object,
               std::vector<KeyRule>* keys) {
    for (const Line& line : lines_.at(name)) {
      KeyRule& rule = keys->emplace_back();
      rule.key = line.key;
      const std::vector<std::string_view> shape = SplitText(line.shape, ' ');
      rule.shape = ShapeOf(shape[0]);
      rule.source_path = object.source_path;
      if (!rule.source_path.empty()) rule.source_path += '.';
      rule.source_path += rule.key;
      rule.field_path = object.field_path;
      const Descriptor* message = &type;
      std::string_view path = line.field;
      if (path.starts_with('@')) {
        rule.is_context = true;
        rule.field_path = "import_context";
        message = v1::ImportContext::descriptor();
        path.remove_prefix(1);
      }
      if (!path.empty()) {
        for (std::string_view step : SplitText(path, '.')) {
          if (step.ends_with("[0]")) step.remove_suffix(3);
          const FieldDescriptor* field = message->FindFieldByName(std::string(step));
          if (field == nullptr) std::abort();
          rule.steps.push_back({field});
          rule.field_path += "." + field->name();
          message = field->message_type();
        }
      }
      if (rule.shape == Shape::kBehavior) {
        // The next number is for words that are no kind.
        const std::string raw = rule.field_path + ".kind_raw";
        rule.field_path += ".kind";
        rule.number = Number(rule.source_path, rule.field_path);
        Number(rule.source_path, raw);
      } else {
        rule.number = Number(rule.source_path, rule.field_path);
      }
      if (shape.size() > 1) {
        rule.below = std::make_unique<ObjectRules>();
        Build(shape[1], *message, rule.source_path, rule.field_path, rule.below.get());
      }
    }
  }

  std::map<std::string_view, std::vector<Line>> lines_;
};

struct Table {
  std::array<ObjectRules, 4> kinds;
  ObjectRules answer;
  std::vector<PathPair> paths;

  Table() {
    Builder builder;
    builder.Build("flow", *v1::Activity::descriptor(), "data.flows", "activity", &kinds[0]);
    builder.Build("plan", *v1::Plan::descriptor(), "data.plans", "plan", &kinds[1]);
    builder.Build("place", *v1::Place::descriptor(), "data", "place", &kinds[2]);
    builder.Build("total", *v1::Aggregate::descriptor(), "data", "aggregate", &kinds[3]);
    builder.Build("answer", *v1::DatasetHeader::descriptor(), "", "dataset_header", &answer);
    paths = std::move(builder.paths);
  }
};

const Table& TheTable() {
  static const Table& table = *new Table;
  return table;
}

}  // namespace

const std::vector<KeyRule>* ObjectRules::KeysOfType(std::string_view type) const {
  if (by_type.empty()) return nullptr;
  auto found = by_type.find(ToAbsl(type));
  if (found == by_type.end()) found = by_type.find("*");
  return found == by_type.end() ? nullptr : &found->second;
}

const ObjectRules* ObjectRules::Within(std::string_view key) const {
  for (const KeyRule& rule : keys) {
    if (rule.key == key && rule.shape == Shape::kObject && rule.steps.empty()) {
      return rule.below.get();
    }
  }
  return nullptr;
}

const ObjectRules& RulesOf(RecordKind kind) { return TheTable().kinds[static_cast<size_t>(kind)]; }

const ObjectRules& AnswerRules() { return TheTable().answer; }

uint32_t PathCount() { return static_cast<uint32_t>(TheTable().paths.size()); }

const PathPair& PathsOf(uint32_t number) { return TheTable().paths[number]; }

}  // namespace puente::fts
