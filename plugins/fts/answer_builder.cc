// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes records of the parts of an FTS answer, with nothing lost.
#include "plugins/fts/answer_builder.h"

#include <algorithm>

#include "core/base/lexical.h"
#include "core/text/json_value.h"
#include "fmt/format.h"
#include "plugins/fts/flow_checks.h"
#include "plugins/fts/flow_links.h"
#include "plugins/fts/json_values.h"

namespace puente::fts {
namespace {

using google::protobuf::Message;
using google::protobuf::Reflection;
using text::JsonKind;
using text::JsonNode;
using text::JsonTree;

bool HoldsOthers(const JsonNode& node) {
  return node.kind == JsonKind::kArray || node.kind == JsonKind::kObject;
}

/// The path of the object that a key stands in.
std::string_view Around(const KeyRule& rule) {
  const size_t own = rule.key.size() + 1;
  const std::string_view path = rule.source_path;
  return path.size() < own ? std::string_view() : path.substr(0, path.size() - own);
}

std::string_view WantedText(Shape shape) {
  switch (shape) {
    case Shape::kDigits:
    case Shape::kDigitList:
      return "a whole number";
    case Shape::kNumber:
      return "a number";
    case Shape::kFlag:
      return "true or false";
    case Shape::kDate:
    case Shape::kDay:
      return "a date";
    case Shape::kInstant:
      return "a date with a time";
    default:
      return "a text";
  }
}

/// The rule of a key; looks first at `*next`, which becomes the one after it.
const KeyRule* FindRule(const std::vector<KeyRule>& keys, std::string_view name, size_t* next) {
  for (size_t i = *next; i < keys.size(); ++i) {
    if (keys[i].key != name) continue;
    *next = i + 1;
    return &keys[i];
  }
  for (size_t i = 0; i < *next; ++i) {
    if (keys[i].key != name) continue;
    *next = i + 1;
    return &keys[i];
  }
  return nullptr;
}

}  // namespace

AnswerBuilder::AnswerBuilder(const sdk::Run& run) : run_(run), leaves_(run) {}

void AnswerBuilder::Begin(v1::Record* record, const PartPlace& place) {
  record_ = record;
  place_ = place;
  id_.clear();
  path_.clear();
  within_.clear();
}

void AnswerBuilder::BuildElement(const JsonTree& tree, RecordKind kind, const PartPlace& place,
                                 v1::Record* record) {
  Begin(record, place);
  Message* content = nullptr;
  switch (kind) {
    case RecordKind::kFlow:
      content = record->mutable_activity();
      break;
    case RecordKind::kPlan:
      content = record->mutable_plan();
      break;
    case RecordKind::kPlace:
      content = record->mutable_place();
      break;
    case RecordKind::kTotal:
      content = record->mutable_aggregate();
      break;
  }
  const ObjectRules& rules = RulesOf(kind);
  if (tree.IsLeaf(tree.root())) {
    leaves_.Count(rules.number);
  } else {
    BuildObject(tree, tree.root(), rules, content);
  }
  const JsonNode* const id = tree.Find(tree.root(), "id");
  if (id != nullptr && !HoldsOthers(*id) && id->kind != JsonKind::kNull) {
    id_ = TrimXmlSpace(id->kind == JsonKind::kString ? id->text : id->raw);
  }
  if (kind == RecordKind::kFlow) {
    AddFlowLinks(record);
    CheckFlow(record->activity());
  }
  SortParts();
}

void AnswerBuilder::SortParts() {
  const auto is_before = [](const auto& a, const auto& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
  };
  auto* const forms = record_->mutable_lexical();
  std::stable_sort(forms->pointer_begin(), forms->pointer_end(),
                   [&](const v1::LexicalForm* a, const v1::LexicalForm* b) {
                     return is_before(a->path().steps(), b->path().steps());
                   });
  if (!record_->has_residue()) return;
  // By object, so that the order of members of different objects makes no other record.
  auto* const json = record_->mutable_residue()->mutable_json();
  std::stable_sort(json->pointer_begin(), json->pointer_end(),
                   [&](const v1::JsonResidue* a, const v1::JsonResidue* b) {
                     if (is_before(a->parent().steps(), b->parent().steps())) return true;
                     if (is_before(b->parent().steps(), a->parent().steps())) return false;
                     return is_before(a->within(), b->within());
                   });
}

void AnswerBuilder::BuildEnvelope(const JsonTree& tree, const std::vector<std::string>& skip,
                                  v1::Record* record) {
  Begin(record, {});
  v1::DatasetHeader* const header = record->mutable_dataset_header();
  const JsonNode* object = &tree.root();
  const ObjectRules* rules = &AnswerRules();
  std::string source_path;
  for (size_t level = 0;; ++level) {
    const JsonNode* next = nullptr;
    size_t next_rule = 0;
    tree.ForEach(*object, [&](const JsonNode& member) {
      const KeyRule* const rule =
          rules == nullptr ? nullptr : FindRule(rules->keys, member.name, &next_rule);
      if (level < skip.size() && member.name == skip[level]) {
        next = &member;
      } else if (rule != nullptr) {
        BuildMember(tree, member, *rule, header);
      } else {
        AddResidue(tree, member, source_path, true);
      }
    });
    if (next == nullptr || level + 1 >= skip.size()) break;
    object = next;
    if (rules != nullptr) rules = rules->Within(next->name);
    within_.emplace_back(next->name);
    source_path += (source_path.empty() ? "" : ".") + std::string(next->name);
  }
  SortParts();
}

void AnswerBuilder::BuildObject(const JsonTree& tree, const JsonNode& object,
                                const ObjectRules& rules, Message* message) {
  const std::vector<KeyRule>* more = nullptr;
  if (!rules.by_type.empty()) {
    const JsonNode* const type = tree.Find(object, "type");
    more = rules.KeysOfType(type == nullptr ? std::string_view() : type->text);
  }
  // Keys mostly come in the order of the table.
  size_t next = 0;
  size_t next_more = 0;
  tree.ForEach(object, [&](const JsonNode& member) {
    const KeyRule* rule = FindRule(rules.keys, member.name, &next);
    if (rule == nullptr && more != nullptr) rule = FindRule(*more, member.name, &next_more);
    if (rule != nullptr) {
      BuildMember(tree, member, *rule, message);
    } else {
      AddResidue(tree, member, rules.source_path, true);
    }
  });
}

Message* AnswerBuilder::Holder(const KeyRule& rule, Message* message) {
  for (size_t i = 0; i + 1 < rule.steps.size(); ++i) {
    const google::protobuf::FieldDescriptor* field = rule.steps[i].field;
    const Reflection& reflection = *message->GetReflection();
    if (!field->is_repeated()) {
      message = reflection.MutableMessage(message, field);
    } else if (reflection.FieldSize(*message, field) > 0) {
      message = reflection.MutableRepeatedMessage(message, field, 0);
    } else {
      message = reflection.AddMessage(message, field);
    }
  }
  return message;
}

void AnswerBuilder::BuildMember(const JsonTree& tree, const JsonNode& node, const KeyRule& rule,
                                Message* message) {
  const bool is_list = rule.shape == Shape::kTexts || rule.shape == Shape::kDigitList;
  const bool is_scalar = !is_list && rule.shape != Shape::kObject && rule.shape != Shape::kObjects;
  const auto residue = [&] { AddResidue(tree, node, Around(rule), true); };
  // What the import context and objects without a field of their own cannot say.
  if (node.kind == JsonKind::kNull && !rule.is_context && !rule.steps.empty()) {
    AddForm(rule, 0, "", v1::LEXICAL_STATE_NULL);
    leaves_.Count(rule.number);
    return;
  }
  if (is_scalar) {
    if (HoldsOthers(node)) return residue();
    if (rule.is_context) {
      if (node.kind != JsonKind::kString) return residue();
      SetValue(node, rule.shape, *rule.steps.back().field, record_->mutable_import_context());
      leaves_.Count(rule.number);
      return;
    }
    return rule.shape == Shape::kBehavior ? BuildBehavior(node, rule, message)
                                          : BuildScalar(node, rule, message);
  }
  const bool is_empty = tree.IsLeaf(node);
  if (rule.shape == Shape::kObject) {
    if (node.kind != JsonKind::kObject || (is_empty && rule.steps.empty())) return residue();
    if (rule.steps.empty()) {
      within_.push_back(rule.key);
      BuildObject(tree, node, *rule.below, message);
      within_.pop_back();
      return;
    }
    Message* const holder = Holder(rule, message);
    Message* const value = holder->GetReflection()->MutableMessage(holder, rule.steps.back().field);
    if (is_empty) return leaves_.Count(rule.below->number);
    const size_t depth = path_.size();
    Enter(rule);
    std::vector<std::string> within;
    within.swap(within_);
    BuildObject(tree, node, *rule.below, value);
    within.swap(within_);
    path_.resize(depth);
    return;
  }
  if (node.kind != JsonKind::kArray) return residue();
  if (is_empty) {
    AddForm(rule, 0, "[]", v1::LEXICAL_STATE_EMPTY);
    leaves_.Count(rule.number);
  } else if (is_list) {
    BuildList(tree, node, rule, message);
  } else {
    BuildObjects(tree, node, rule, message);
  }
}

void AnswerBuilder::BuildScalar(const JsonNode& node, const KeyRule& rule, Message* message) {
  Message* holder = nullptr;
  TextForm form = TextForm::kInvalid;
  // Nothing is made for a value that is none.
  if (rule.steps.size() == 1) {
    form = SetValue(node, rule.shape, *rule.steps.back().field, message);
  } else {
    holder = Holder(rule, message);
    form = SetValue(node, rule.shape, *rule.steps.back().field, holder);
  }
  leaves_.Count(rule.number);
  if (form == TextForm::kCanonical) return;
  AddForm(rule, 0, node.raw,
          form == TextForm::kVariant ? v1::LEXICAL_STATE_VARIANT : v1::LEXICAL_STATE_UNPARSED);
  if (form == TextForm::kInvalid) Report(node, rule);
}

void AnswerBuilder::BuildBehavior(const JsonNode& node, const KeyRule& rule, Message* message) {
  auto* const split = static_cast<v1::Split*>(
      message->GetReflection()->MutableMessage(message, rule.steps[0].field));
  const std::string_view word = node.kind == JsonKind::kString ? node.text : std::string_view();
  if (word == "single") {
    split->set_kind(v1::SPLIT_KIND_SINGLE);
  } else if (word == "shared") {
    split->set_kind(v1::SPLIT_KIND_SHARED);
  } else if (word == "overlap") {
    split->set_kind(v1::SPLIT_KIND_OVERLAP);
  } else {
    // The JSON text, quotes included: it may be any value.
    split->mutable_kind_raw()->assign(node.raw);
    leaves_.Count(rule.number + 1);
    return;
  }
  leaves_.Count(rule.number);
}

void AnswerBuilder::BuildList(const JsonTree& tree, const JsonNode& node, const KeyRule& rule,
                              Message* message) {
  bool fits = true;
  tree.ForEach(node, [&](const JsonNode& item) { fits = fits && !HoldsOthers(item); });
  if (!fits) {
    AddResidue(tree, node, Around(rule), true);
    return;
  }
  Message* const holder = Holder(rule, message);
  const google::protobuf::FieldDescriptor& field = *rule.steps.back().field;
  uint32_t index = 0;
  tree.ForEach(node, [&](const JsonNode& item) {
    TextForm form = AddElement(item, rule.shape, field, holder);
    if (form == TextForm::kInvalid) {
      // Its text, so that the elements after it keep their places.
      holder->GetReflection()->AddString(holder, &field, std::string(item.raw));
      Report(item, rule);
      form = TextForm::kVariant;
    }
    if (form == TextForm::kVariant) AddForm(rule, index, item.raw, v1::LEXICAL_STATE_VARIANT);
    leaves_.Count(rule.number);
    ++index;
  });
}

void AnswerBuilder::BuildObjects(const JsonTree& tree, const JsonNode& node, const KeyRule& rule,
                                 Message* message) {
  Message* const holder = Holder(rule, message);
  const google::protobuf::FieldDescriptor* field = rule.steps.back().field;
  const size_t depth = path_.size();
  Enter(rule);
  std::vector<std::string> within;
  within.swap(within_);
  uint32_t index = 0;
  tree.ForEach(node, [&](const JsonNode& item) {
    Message* const value = holder->GetReflection()->AddMessage(holder, field);
    path_.back() = index++;
    if (item.kind != JsonKind::kObject) {
      AddResidue(tree, item, rule.source_path, false);
    } else if (tree.IsLeaf(item)) {
      leaves_.Count(rule.below->number);
    } else {
      BuildObject(tree, item, *rule.below, value);
    }
  });
  within.swap(within_);
  path_.resize(depth);
}

void AnswerBuilder::Enter(const KeyRule& rule) {
  for (const FieldStep& step : rule.steps) {
    path_.push_back(static_cast<uint32_t>(step.field->number()));
    path_.push_back(0);
  }
}

void AnswerBuilder::AddForm(const KeyRule& rule, uint32_t index, std::string_view text,
                            v1::LexicalState state) {
  v1::LexicalForm* form = record_->add_lexical();
  auto* steps = form->mutable_path()->mutable_steps();
  steps->Add(path_.begin(), path_.end());
  for (const FieldStep& step : rule.steps) {
    steps->Add(static_cast<uint32_t>(step.field->number()));
    steps->Add(0);
  }
  if (rule.shape == Shape::kBehavior) {
    steps->Add(v1::Split::kKindFieldNumber);
    steps->Add(0);
  }
  *steps->rbegin() = index;
  form->mutable_text()->assign(text);
  form->set_state(state);
}

void AnswerBuilder::AddResidue(const JsonTree& tree, const JsonNode& node,
                               std::string_view source_path, bool is_named) {
  v1::JsonResidue* residue = record_->mutable_residue()->add_json();
  residue->mutable_parent()->mutable_steps()->Add(path_.begin(), path_.end());
  for (const std::string& name : within_) residue->add_within(name);
  v1::JsonMember* member = residue->mutable_member();
  std::string path(source_path);
  if (is_named) {
    member->mutable_name()->assign(node.name);
    // A name that is empty is no step of a path.
    if (!node.name.empty()) path += (path.empty() ? "" : ".") + std::string(node.name);
  }
  v1::JsonValue* value = member->mutable_value();
  if (is_named && node.name.empty()) {
    // Without a name a value stands for the whole object, which is none. A member whose name is
    // empty stands in an object of its own, so that the two are told apart.
    value = value->mutable_object()->add_members()->mutable_value();
  }
  text::CopyJsonValue(tree, node, value);
  text::ForEachJsonLeaf(tree, node, path, '.',
                        [this](const std::string& leaf) { leaves_.CountResidue(leaf); });
}

void AnswerBuilder::CheckFlow(const v1::Activity& activity) {
  if (activity.transactions().empty()) return;
  const std::optional<std::string> contradiction = RateContradiction(activity.transactions(0));
  if (!contradiction.has_value()) return;
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "FTS-0006";
  finding.message = *contradiction;
  finding.hint = "Puente keeps all three as they are, and adds up the US dollars";
  finding.path = "data.flows.exchangeRate";
  finding.record_id = id_;
  finding.offset = place_.offset;
  finding.line = place_.line;
  finding.column = place_.column;
  run_.Report(finding);
}

void AnswerBuilder::Report(const JsonNode& node, const KeyRule& rule) {
  const std::string message =
      fmt::format("`{}` is not {}", node.raw.substr(0, 60), WantedText(rule.shape));
  const std::string hint = fmt::format("`{}` is {}; Puente keeps what stands there as it is",
                                       rule.key, WantedText(rule.shape));
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "FTS-0003";
  finding.message = message;
  finding.hint = hint;
  finding.path = rule.source_path;
  finding.text = node.raw.substr(0, 200);
  finding.offset = place_.offset;
  finding.line = place_.line;
  finding.column = place_.column;
  run_.Report(finding);
}

}  // namespace puente::fts
