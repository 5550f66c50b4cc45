// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes records as the JSON of FTS answers.
#include "plugins/fts/answer_writer.h"

#include <algorithm>
#include <compare>

#include "core/text/json_value.h"
#include "plugins/fts/json_values.h"

namespace puente::fts {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kMaxSourcePath = 1024;
// Values of residue that are nested deeper are not written; no reader makes them.
constexpr std::string_view kType = "type";

std::span<const uint32_t> StepsOf(const v1::FieldPath& path) {
  return {path.steps().data(), static_cast<size_t>(path.steps_size())};
}

/// The message that holds a rule's field; null when it is not there.
const Message* Holder(const KeyRule& rule, const Message& message) {
  const Message* holder = &message;
  for (size_t i = 0; i + 1 < rule.steps.size(); ++i) {
    const FieldDescriptor* field = rule.steps[i].field;
    const Reflection& reflection = *holder->GetReflection();
    if (field->is_repeated()) {
      if (reflection.FieldSize(*holder, field) == 0) return nullptr;
      holder = &reflection.GetRepeatedMessage(*holder, field, 0);
    } else {
      if (!reflection.HasField(*holder, field)) return nullptr;
      holder = &reflection.GetMessage(*holder, field);
    }
  }
  return holder;
}

/// What FTS calls an end of money; empty for those that it does not have.
std::string_view TypeOf(v1::MoneyEndpoint::PartyCase party) {
  switch (party) {
    case v1::MoneyEndpoint::kOrganisation:
      return "Organization";
    case v1::MoneyEndpoint::kPlace:
      return "Location";
    case v1::MoneyEndpoint::kPlan:
      return "Plan";
    case v1::MoneyEndpoint::kEmergency:
      return "Emergency";
    case v1::MoneyEndpoint::kCluster:
      return "Cluster";
    case v1::MoneyEndpoint::kGlobalCluster:
      return "GlobalCluster";
    case v1::MoneyEndpoint::kProject:
      return "Project";
    case v1::MoneyEndpoint::kUsageYear:
      return "UsageYear";
    default:
      return {};
  }
}

void AppendName(std::string_view name, bool* is_first, std::string* out) {
  if (!*is_first) *out += ',';
  *is_first = false;
  text::AppendJsonText(name, out);
  *out += ':';
}

std::string Below(const std::string& path, std::string_view name) {
  if (name.empty() || path.size() > kMaxSourcePath) return path;
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

}  // namespace

ObjectWriter::ObjectWriter(const sdk::Run& run) : run_(run), leaves_(run) {}

void ObjectWriter::Take(const v1::Record& record) {
  record_ = &record;
  parts_.clear();
  path_.clear();
  within_.clear();
  for (const v1::LexicalForm& form : record.lexical()) {
    parts_.push_back({StepsOf(form.path()), &form, nullptr});
  }
  for (const v1::JsonResidue& residue : record.residue().json()) {
    parts_.push_back({StepsOf(residue.parent()), nullptr, &residue});
  }
  std::stable_sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
    return std::lexicographical_compare(a.path.begin(), a.path.end(), b.path.begin(), b.path.end());
  });
}

std::span<const ObjectWriter::Part> ObjectWriter::PartsAt(std::span<const uint32_t> path) const {
  const auto compare = [path](const Part& part) {
    return std::lexicographical_compare_three_way(part.path.begin(), part.path.end(), path.begin(),
                                                  path.end());
  };
  const auto begin = std::partition_point(parts_.begin(), parts_.end(),
                                          [&](const Part& part) { return compare(part) < 0; });
  const auto end = std::partition_point(begin, parts_.end(),
                                        [&](const Part& part) { return compare(part) == 0; });
  return {begin, end};
}

const v1::LexicalForm* ObjectWriter::FormAt(std::span<const uint32_t> path) const {
  if (parts_.empty()) return nullptr;
  for (const Part& part : PartsAt(path)) {
    if (part.form != nullptr) return part.form;
  }
  return nullptr;
}

void ObjectWriter::Write(const v1::Record& record, RecordKind kind, std::string* out) {
  Take(record);
  const ObjectRules& rules = RulesOf(kind);
  switch (kind) {
    case RecordKind::kFlow:
      return WriteObject(record.activity(), rules, out);
    case RecordKind::kPlan:
      return WriteObject(record.plan(), rules, out);
    case RecordKind::kPlace:
      return WriteObject(record.place(), rules, out);
    case RecordKind::kTotal:
      return WriteObject(record.aggregate(), rules, out);
  }
}

void ObjectWriter::WriteObject(const Message& message, const ObjectRules& rules, std::string* out) {
  // An element that is no object in the source.
  if (!parts_.empty()) {
    for (const Part& part : PartsAt(path_)) {
      if (part.residue == nullptr || !part.residue->member().name().empty() ||
          part.residue->member().value().has_object() || part.residue->within_size() != 0 ||
          path_.empty()) {
        continue;
      }
      AppendJson(part.residue->member().value(), rules.source_path, out);
      return;
    }
  }
  *out += '{';
  bool is_first = true;
  WriteMembers(message, rules, &is_first, out);
  *out += '}';
  if (is_first) leaves_.Count(rules.number);
}

void ObjectWriter::WriteMembers(const Message& message, const ObjectRules& rules, bool* is_first,
                                std::string* out) {
  for (const KeyRule& rule : rules.keys) WriteMember(message, rule, is_first, out);
  if (!rules.by_type.empty()) {
    const auto& end = static_cast<const v1::MoneyEndpoint&>(message);
    std::string_view type = end.party_type();
    if (!end.has_party_type()) {
      // Of records from elsewhere the field that is set tells what the end is.
      type = TypeOf(end.party_case());
      if (!type.empty()) {
        AppendName(kType, is_first, out);
        text::AppendJsonText(type, out);
        run_.CountDerived(leaves_.Intern(Below(rules.source_path, kType)), 1);
      }
    }
    if (const std::vector<KeyRule>* more = rules.KeysOfType(type)) {
      for (const KeyRule& rule : *more) WriteMember(message, rule, is_first, out);
    }
  }
  WriteResidue(rules.source_path, nullptr, is_first, out);
}

void ObjectWriter::WriteMember(const Message& message, const KeyRule& rule, bool* is_first,
                               std::string* out) {
  const size_t before = out->size();
  bool first = *is_first;
  AppendName(rule.key, &first, out);
  if (rule.is_context) {
    const v1::ImportContext& context = record_->import_context();
    const FieldDescriptor& field = *rule.steps.back().field;
    if (context.GetReflection()->HasField(context, &field) &&
        AppendValue(context, field, rule.shape, out)) {
      leaves_.Count(rule.number);
      *is_first = first;
      return;
    }
  } else if (rule.shape == Shape::kObject && rule.steps.empty()) {
    *out += '{';
    bool inner_first = true;
    within_.push_back(rule.key);
    WriteMembers(message, *rule.below, &inner_first, out);
    within_.pop_back();
    if (!inner_first) {
      *out += '}';
      *is_first = first;
      return;
    }
  } else {
    const size_t depth = path_.size();
    for (const FieldStep& step : rule.steps) {
      path_.push_back(static_cast<uint32_t>(step.field->number()));
      path_.push_back(0);
    }
    const bool written = WriteValue(message, rule, out);
    path_.resize(depth);
    if (written) {
      *is_first = first;
      return;
    }
  }
  out->resize(before);
}

bool ObjectWriter::WriteValue(const Message& message, const KeyRule& rule, std::string* out) {
  const FieldDescriptor& field = *rule.steps.back().field;
  const Message* const holder = Holder(rule, message);
  if (rule.shape == Shape::kBehavior) {
    path_.push_back(v1::Split::kKindFieldNumber);
    path_.push_back(0);
  }
  const v1::LexicalForm* const form = FormAt(path_);
  const Reflection* const reflection = holder == nullptr ? nullptr : holder->GetReflection();
  const bool is_there =
      holder != nullptr && (field.is_repeated() ? reflection->FieldSize(*holder, &field) > 0
                                                : reflection->HasField(*holder, &field));
  if (!is_there) {
    if (form == nullptr) return false;
    if (form->state() == v1::LEXICAL_STATE_NULL) {
      *out += "null";
    } else if (form->state() == v1::LEXICAL_STATE_EMPTY && field.is_repeated()) {
      *out += "[]";
    } else if (form->state() == v1::LEXICAL_STATE_UNPARSED && text::IsJsonScalar(form->text())) {
      *out += form->text();
    } else {
      return false;
    }
    leaves_.Count(rule.number);
    return true;
  }
  switch (rule.shape) {
    case Shape::kBehavior:
      return WriteBehavior(static_cast<const v1::Split&>(reflection->GetMessage(*holder, &field)),
                           rule, out);
    case Shape::kTexts:
    case Shape::kDigitList:
      return WriteList(*holder, rule, out);
    case Shape::kObject: {
      std::vector<std::string> within;
      within.swap(within_);
      WriteObject(reflection->GetMessage(*holder, &field), *rule.below, out);
      within.swap(within_);
      return true;
    }
    case Shape::kObjects: {
      std::vector<std::string> within;
      within.swap(within_);
      *out += '[';
      const int size = reflection->FieldSize(*holder, &field);
      for (int i = 0; i < size; ++i) {
        if (i > 0) *out += ',';
        path_.back() = static_cast<uint32_t>(i);
        WriteObject(reflection->GetRepeatedMessage(*holder, &field, i), *rule.below, out);
      }
      *out += ']';
      within.swap(within_);
      return true;
    }
    default:
      break;
  }
  if (form != nullptr && form->state() == v1::LEXICAL_STATE_VARIANT &&
      text::IsJsonScalar(form->text())) {
    *out += form->text();
  } else if (!AppendValue(*holder, field, rule.shape, out)) {
    return false;
  }
  leaves_.Count(rule.number);
  return true;
}

bool ObjectWriter::WriteBehavior(const v1::Split& split, const KeyRule& rule, std::string* out) {
  switch (split.kind()) {
    case v1::SPLIT_KIND_SINGLE:
      *out += "\"single\"";
      break;
    case v1::SPLIT_KIND_SHARED:
      *out += "\"shared\"";
      break;
    case v1::SPLIT_KIND_OVERLAP:
      *out += "\"overlap\"";
      break;
    default:
      if (!split.has_kind_raw() || !text::IsJsonScalar(split.kind_raw())) return false;
      *out += split.kind_raw();
      leaves_.Count(rule.number + 1);
      return true;
  }
  leaves_.Count(rule.number);
  return true;
}

bool ObjectWriter::WriteList(const Message& holder, const KeyRule& rule, std::string* out) {
  const FieldDescriptor& field = *rule.steps.back().field;
  const int size = holder.GetReflection()->FieldSize(holder, &field);
  bool is_first = true;
  *out += '[';
  for (int i = 0; i < size; ++i) {
    const size_t before = out->size();
    if (!is_first) *out += ',';
    path_.back() = static_cast<uint32_t>(i);
    const v1::LexicalForm* const form = FormAt(path_);
    if (form != nullptr && form->state() == v1::LEXICAL_STATE_VARIANT &&
        text::IsJsonScalar(form->text())) {
      *out += form->text();
    } else if (!AppendElement(holder, field, i, rule.shape, out)) {
      out->resize(before);
      continue;
    }
    is_first = false;
    leaves_.Count(rule.number);
  }
  *out += ']';
  return !is_first;
}

void ObjectWriter::WriteResidue(std::string_view source_path, const std::string* skip,
                                bool* is_first, std::string* out) {
  if (parts_.empty()) return;
  for (const Part& part : PartsAt(path_)) {
    if (part.residue == nullptr) continue;
    const v1::JsonResidue& residue = *part.residue;
    if (!std::equal(residue.within().begin(), residue.within().end(), within_.begin(),
                    within_.end()) ||
        (skip != nullptr && residue.member().name() == *skip) ||
        residue.member().value().value_case() == v1::JsonValue::VALUE_NOT_SET) {
      continue;
    }
    // Members whose name is empty come in an object without a name.
    if (residue.member().name().empty() && residue.member().value().has_object()) {
      for (const v1::JsonMember& member : residue.member().value().object().members()) {
        AppendName(member.name(), is_first, out);
        AppendJson(member.value(), Below(std::string(source_path), member.name()), out);
      }
      continue;
    }
    AppendName(residue.member().name(), is_first, out);
    AppendJson(residue.member().value(), Below(std::string(source_path), residue.member().name()),
               out);
  }
}

void ObjectWriter::AppendJson(const v1::JsonValue& value, const std::string& path,
                              std::string* out) {
  text::AppendJsonValue(
      value, path, '.', out, [this](const std::string& leaf) { leaves_.CountResidue(leaf); },
      // Nothing that a reader makes: its leaves are not counted, and so are lost.
      [this](const std::string& leaf) { run_.CountDerived(leaves_.Intern(leaf), 1); });
}

void ObjectWriter::BeginEnvelope(const v1::Record& header) { Take(header); }

void ObjectWriter::AppendEnvelope(std::span<const std::string> within, const std::string* skip,
                                  bool* is_first, std::string* out) {
  const ObjectRules* rules = &AnswerRules();
  std::string path;
  for (const std::string& name : within) {
    if (rules != nullptr) rules = rules->Within(name);
    path = Below(path, name);
  }
  within_.assign(within.begin(), within.end());
  if (rules != nullptr) {
    for (const KeyRule& rule : rules->keys) {
      if (skip != nullptr && rule.key == *skip) continue;
      WriteMember(record_->dataset_header(), rule, is_first, out);
    }
  }
  WriteResidue(path, skip, is_first, out);
  within_.clear();
}

void ObjectWriter::End(const sdk::RecordInfo& info) {
  const std::span<const PuenteLeaves> kept = TakeCounts();
  run_.CountKept(kept);
  by_field_.clear();
  for (const PuenteLeaves& leaves : info.leaves) by_field_[leaves.field_path] += leaves.count;
  for (const PuenteLeaves& leaves : kept) {
    const auto found = by_field_.find(leaves.field_path);
    if (found != by_field_.end()) found->second -= std::min<uint64_t>(found->second, leaves.count);
  }
  for (const auto& [field, count] : by_field_) {
    if (count > 0) run_.ReportLoss(field, count, PUENTE_LOSS_NO_PLACE, "");
  }
}

}  // namespace puente::fts
