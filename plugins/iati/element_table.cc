// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the element table and resolves it against the schema.
#include "plugins/iati/element_table.h"

#include <array>
#include <map>
#include <mutex>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "core/base/schema.h"
#include "core/base/strings.h"

namespace puente::iati {
namespace {

using google::protobuf::Descriptor;

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// Calls `row` with the cells of each line that is neither a comment nor the header line.
template <typename Row>
absl::Status ForEachRow(std::string_view tsv, size_t cells, Row&& row) {
  bool header = true;
  for (std::string_view line : Split(tsv, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    if (header) {
      header = false;
      continue;
    }
    const std::vector<std::string_view> parts = Split(line, '\t');
    if (parts.size() != cells) {
      return absl::InternalError("element table: wrong number of cells: " + std::string(line));
    }
    if (absl::Status status = row(parts); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Step>> Resolve(const Descriptor* message, std::string_view path) {
  std::vector<Step> steps;
  for (std::string_view step : Split(path, '.')) {
    if (step.ends_with("[]")) step.remove_suffix(2);
    const FieldDescriptor* field =
        message == nullptr ? nullptr : message->FindFieldByName(std::string(step));
    if (field == nullptr) {
      return absl::InternalError("element table: no such field: " + std::string(path));
    }
    const FieldAccess* access = AccessOf(field);
    if (access == nullptr) {
      return absl::InternalError("element table: no access to: " + std::string(path));
    }
    const DraftField* draft = DraftType::Of(*message).Field(field->number());
    if (draft->kind == DraftKind::kUnsupported) {
      return absl::InternalError("element table: drafts cannot hold: " + std::string(path));
    }
    steps.push_back(
        {field, access, draft, static_cast<uint32_t>(field->number()), field->is_repeated()});
    message = field->message_type();
  }
  return steps;
}

absl::StatusOr<LeafType> TypeOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return LeafType::kString;
    case FieldDescriptor::CPPTYPE_BOOL:
      return LeafType::kBool;
    case FieldDescriptor::CPPTYPE_INT32:
      return LeafType::kInt32;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field.message_type()->name() == "Decimal") return LeafType::kDecimal;
      if (field.message_type()->name() == "Date") return LeafType::kDate;
      if (field.message_type()->name() == "DateTime") return LeafType::kDateTime;
      break;
    default:
      break;
  }
  return absl::InternalError("element table: not a value: " + field.full_name());
}

std::string FieldPathText(std::string_view prefix, const std::vector<Step>& steps) {
  std::string path(prefix);
  for (const Step& step : steps) {
    path += '.';
    path += step.field->name();
  }
  return path;
}

const std::map<std::string, WordList, std::less<>>& WordLists() {
  static const auto* lists = [] {
    auto* made = new std::map<std::string, WordList, std::less<>>;
    ForEachRow(Codes1xTsv(), 3, [&](const std::vector<std::string_view>& cells) {
      (*made)[std::string(cells[0])].pairs.emplace_back(cells[1], cells[2]);
      return absl::OkStatus();
    }).IgnoreError();
    return made;
  }();
  return *lists;
}

}  // namespace

std::string_view RootName(Root root) {
  switch (root) {
    case Root::kActivities:
      return "iati-activities";
    case Root::kOrganisations:
      return "iati-organisations";
    case Root::kBareActivity:
      return "iati-activity";
    case Root::kBareOrganisation:
      return "iati-organisation";
  }
  return "";
}

std::string_view WordList::CodeOf(std::string_view word) const {
  for (const auto& [text, code] : pairs) {
    if (absl::EqualsIgnoreCase(text, ToAbsl(word))) return code;
  }
  return {};
}

std::string_view WordList::WordOf(std::string_view code) const {
  for (const auto& [text, value] : pairs) {
    if (value == code) return text;
  }
  return {};
}

LeafIds ElementTable::MakeLeaf(const sdk::Run& run, std::string_view source,
                               std::string_view field) {
  LeafIds ids{run.Intern(source), run.Intern(field), leaf_count_++};
  leaves_.push_back(ids);
  return ids;
}

absl::Status ElementTable::Load(const sdk::Run& run) {
  residue_field_ = run.Intern("residue");
  const std::string record_kind = IsActivities(root_) ? "Activity" : "Organisation";
  const std::string record_field = IsActivities(root_) ? "activity" : "organisation";
  const std::string record_name = IsActivities(root_) ? "iati-activity" : "iati-organisation";
  const std::string root_name(RootName(root_));
  const std::string record_source = IsBare(root_) ? record_name : root_name + "/" + record_name;

  struct Scope {
    ElementRule* rule;
    const Descriptor* message;
    std::string field_path;
  };
  std::map<std::string, Scope, std::less<>> scopes;
  const std::string model = model_ == Model::kOne ? "1" : "2";

  return ForEachRow(ElementsTsv(), 4, [&](const std::vector<std::string_view>& cells) {
    if (cells[0] != model) return absl::OkStatus();
    const std::string_view path = cells[1];
    const size_t slash = path.find('/');
    const std::string_view kind = path.substr(0, slash);
    if (kind != record_kind && kind != "DatasetHeader") return absl::OkStatus();

    auto rule = std::make_unique<ElementRule>();
    ElementRule* element = rule.get();
    const Descriptor* message = nullptr;
    std::string field_path;
    if (slash == std::string_view::npos) {
      const bool is_header = kind == "DatasetHeader";
      const Descriptor* record = v1::Record::descriptor();
      const std::string field = is_header ? "dataset_header" : record_field;
      message = record->FindFieldByName(field)->message_type();
      (is_header ? header_type_ : record_type_) = &DraftType::Of(*message);
      if (!is_header) {
        const std::string id = IsActivities(root_) ? "iati_identifier" : "organisation_identifier";
        record_id_ = record_type_->Field(message->FindFieldByName(id)->number());
      }
      field_path = field;
      element->name = is_header ? root_name : record_name;
      element->source_path = is_header ? (IsBare(root_) ? "" : root_name) : record_source;
      (is_header ? header_ : record_) = std::move(rule);
    } else {
      const std::string_view parent_path = path.substr(0, path.rfind('/'));
      const auto parent = scopes.find(parent_path);
      if (parent == scopes.end()) {
        return absl::InternalError("element table: no parent for " + std::string(path));
      }
      element->name = path.substr(path.rfind('/') + 1);
      element->source_path = parent->second.rule->source_path + "/" + element->name;
      auto steps = Resolve(parent->second.message, cells[2]);
      if (!steps.ok()) return steps.status();
      element->steps = *std::move(steps);
      element->field = *element->steps.back().draft;
      element->is_nested = element->steps.size() > 1;
      const FieldDescriptor* last = element->steps.back().field;
      element->is_repeated = last->is_repeated();
      element->is_value = last->message_type() == nullptr || IsLeafMessage(*last->message_type());
      message = element->is_value ? nullptr : last->message_type();
      field_path = FieldPathText(parent->second.field_path, element->steps);
      ElementRule* holder = parent->second.rule;
      element->order = static_cast<uint32_t>(holder->children.size());
      holder->children.push_back(std::move(rule));
    }
    element->empty = MakeLeaf(run, element->source_path,
                              kind == "DatasetHeader" ? field_path + ".no_content" : field_path);

    for (std::string_view leaf : Split(cells[3], ' ')) {
      if (leaf.empty()) continue;
      const size_t equals = leaf.find('=');
      LeafRule made;
      made.name = leaf.substr(0, equals);
      std::string_view target = leaf.substr(equals + 1);
      if (const size_t brace = target.find('{'); brace != std::string_view::npos) {
        const auto list = WordLists().find(target.substr(brace + 1, target.size() - brace - 2));
        if (list == WordLists().end()) {
          return absl::InternalError("element table: no such list: " + std::string(leaf));
        }
        made.words = &list->second;
        target = target.substr(0, brace);
      }
      const FieldDescriptor* value = element->steps.empty() ? nullptr : element->steps.back().field;
      if (target != ".") {
        auto steps = Resolve(message, target);
        if (!steps.ok()) return steps.status();
        made.steps = *std::move(steps);
        made.field = *made.steps.back().draft;
        made.is_nested = made.steps.size() > 1;
        value = made.steps.back().field;
      } else {
        made.field = element->field;
      }
      auto type = TypeOf(*value);
      if (!type.ok()) return type.status();
      made.type = *type;
      const bool is_text = made.name == "text()";
      made.ids = MakeLeaf(run, element->source_path + "/" + made.name,
                          FieldPathText(field_path, made.steps));
      if (is_text) {
        element->has_text = true;
        element->text = std::move(made);
      } else {
        made.name.erase(0, 1);
        element->attributes.push_back(std::move(made));
      }
    }
    scopes[std::string(path)] = {element, message, field_path};
    return absl::OkStatus();
  });
}

namespace {

void IndexNames(ElementRule* element) {
  std::vector<NameMap<LeafRule>::Entry> attributes;
  for (const LeafRule& leaf : element->attributes) attributes.push_back({leaf.name, &leaf});
  element->attribute_by_name = NameMap<LeafRule>(attributes);
  std::vector<NameMap<ElementRule>::Entry> children;
  for (const auto& child : element->children) children.push_back({child->name, child.get()});
  element->child_by_name = NameMap<ElementRule>(children);
  for (const auto& child : element->children) IndexNames(child.get());
}

}  // namespace

absl::StatusOr<std::unique_ptr<ElementTable>> ElementTable::Build(Model model, Root root,
                                                                  const sdk::Run& run) {
  std::unique_ptr<ElementTable> table(new ElementTable);
  table->model_ = model;
  table->root_ = root;
  if (absl::Status status = table->Load(run); !status.ok()) return status;
  if (table->record_ == nullptr || table->header_ == nullptr) {
    return absl::InternalError("element table: a record is missing");
  }
  IndexNames(table->record_.get());
  IndexNames(table->header_.get());
  return table;
}

absl::StatusOr<const ElementTable*> ElementTable::Get(Model model, Root root, const sdk::Run& run) {
  static std::mutex mutex;
  static auto* tables = new std::array<std::unique_ptr<ElementTable>, 8>;
  const size_t index = (model == Model::kOne ? 0 : 4) + static_cast<size_t>(root);
  const std::lock_guard<std::mutex> lock(mutex);
  if ((*tables)[index] == nullptr) {
    auto made = Build(model, root, run);
    if (!made.ok()) return made.status();
    (*tables)[index] = *std::move(made);
  }
  return (*tables)[index].get();
}

}  // namespace puente::iati
