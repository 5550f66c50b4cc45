// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fills in records from the texts of a source, and keeps their account.
#include "core/plugin/sdk/record_filler.h"

#include <algorithm>
#include <utility>

#include "core/base/schema.h"
#include "core/base/utf8.h"
#include "core/text/json_value.h"

namespace puente::sdk {
namespace {

using google::protobuf::Message;

bool IsBefore(const v1::FieldPath& a, const v1::FieldPath& b) {
  return std::lexicographical_compare(a.steps().begin(), a.steps().end(), b.steps().begin(),
                                      b.steps().end());
}

}  // namespace

RecordFiller::RecordFiller(const Run& run)
    : run_(run), ids_(run), paths_(run), residue_field_(run.Intern("residue.json")) {}

void RecordFiller::Begin(v1::Record* record) {
  record_ = record;
  told_.clear();
  told_at_.clear();
  set_.clear();
}

void RecordFiller::Count(uint32_t source, uint32_t field) {
  const auto [at, is_new] = told_at_.try_emplace({source, field}, told_.size());
  if (is_new) told_.push_back({source, field, 0});
  ++told_[at->second].count;
}

TextForm RecordFiller::SetValue(const FieldPlace& place, std::string_view value, Indices indices) {
  if (place.steps().empty()) return TextForm::kInvalid;
  // Read first, so that nothing is made for what is no value.
  const google::protobuf::FieldDescriptor& field = *place.steps().back().field;
  const TextForm form = ReadFieldText(field, value, &value_);
  if (form == TextForm::kInvalid) return form;
  // A record is of one kind.
  const int kind = place.kind()->number();
  if (record_->content_case() != v1::Record::CONTENT_NOT_SET && record_->content_case() != kind) {
    return TextForm::kInvalid;
  }
  Message* const content = record_->GetReflection()->MutableMessage(record_, place.kind());
  Message* const holder = place.Make(content, indices, false, &numbers_);
  // What was set before is there: for it nothing was made.
  if (holder == nullptr || !set_.insert(numbers_).second) return TextForm::kInvalid;
  SetFieldValue(holder, field, numbers_.back(), value_);
  return form;
}

void RecordFiller::AddForm(std::string_view text) {
  v1::LexicalForm* const form = record_->add_lexical();
  form->mutable_path()->mutable_steps()->Add(numbers_.begin(), numbers_.end());
  form->mutable_text()->assign(text);
  form->set_state(v1::LEXICAL_STATE_VARIANT);
}

TextForm RecordFiller::Set(const FieldPlace& place, std::string_view text, uint32_t source,
                           Indices indices) {
  const TextForm form = SetValue(place, text, indices);
  if (form == TextForm::kInvalid) return form;
  if (form == TextForm::kVariant) AddForm(text);
  Count(source, ids_.Id(place.name()));
  return form;
}

bool RecordFiller::SetAs(const FieldPlace& place, std::string_view value, std::string_view text,
                         uint32_t source, Indices indices) {
  if (FirstInvalidUtf8(text).has_value()) return false;
  if (SetValue(place, value, indices) == TextForm::kInvalid) return false;
  if (text != value) AddForm(text);
  Count(source, ids_.Id(place.name()));
  return true;
}

void RecordFiller::Derive(const FieldPlace& place, std::string_view value, Indices indices) {
  SetValue(place, value, indices);
}

bool RecordFiller::KeepText(std::string_view name, std::string_view text, uint32_t source) {
  if (FirstInvalidUtf8(text).has_value() || FirstInvalidUtf8(name).has_value()) return false;
  v1::JsonMember* const member = record_->mutable_residue()->add_json()->mutable_member();
  member->mutable_name()->assign(name);
  v1::JsonValue* value = member->mutable_value();
  // As in KeepJson.
  if (name.empty()) value = value->mutable_object()->add_members()->mutable_value();
  text::AppendJsonText(text, value->mutable_scalar());
  Count(source, residue_field_);
  return true;
}

void RecordFiller::KeepJson(std::string_view name, const text::JsonTree& tree,
                            const text::JsonNode& value, std::string_view source,
                            const FieldPlace& parent, Indices indices) {
  v1::JsonResidue* const residue = record_->mutable_residue()->add_json();
  Message* const content = record_->GetReflection()->MutableMessage(record_, parent.kind());
  if (parent.Make(content, indices, true, &numbers_) == nullptr) numbers_.clear();
  residue->mutable_parent()->mutable_steps()->Add(numbers_.begin(), numbers_.end());
  residue->mutable_member()->mutable_name()->assign(name);
  v1::JsonValue* out = residue->mutable_member()->mutable_value();
  // A member of residue without a name stands for the whole object: one more object around it.
  if (name.empty()) out = out->mutable_object()->add_members()->mutable_value();
  text::CopyJsonValue(tree, value, out);
  text::ForEachJsonLeaf(tree, value, source, '/',
                        [this](const std::string& path) { Count(ids_.Id(path), residue_field_); });
}

void RecordFiller::SortParts() {
  auto* const forms = record_->mutable_lexical();
  std::stable_sort(forms->pointer_begin(), forms->pointer_end(),
                   [](const v1::LexicalForm* a, const v1::LexicalForm* b) {
                     return IsBefore(a->path(), b->path());
                   });
  if (!record_->has_residue()) return;
  auto* const json = record_->mutable_residue()->mutable_json();
  std::stable_sort(json->pointer_begin(), json->pointer_end(),
                   [](const v1::JsonResidue* a, const v1::JsonResidue* b) {
                     return IsBefore(a->parent(), b->parent());
                   });
}

void RecordFiller::Describe(BatchBuilder& batch, std::string_view id, const PuentePosition& origin,
                            uint64_t length) {
  SortParts();
  CountLeaves(*record_, &counts_);
  // What was told of each field; what it has beyond that was derived.
  absl::flat_hash_map<uint32_t, uint64_t> told;
  for (const PuenteLeaves& leaves : told_) told[leaves.field_path] += leaves.count;
  for (const LeafCount& leaf : counts_) {
    const uint32_t field = paths_.HostId(leaf.path_id);
    uint64_t& left = told[field];
    const auto known = static_cast<uint32_t>(std::min<uint64_t>(left, leaf.count));
    left -= known;
    if (known < leaf.count) told_.push_back({0, field, leaf.count - known});
  }
  batch.Describe(id, origin, length, told_);
}

}  // namespace puente::sdk
