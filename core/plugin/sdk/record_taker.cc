// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes the values of records for a writer, and keeps their account.
#include "core/plugin/sdk/record_taker.h"

#include <algorithm>

#include "core/base/schema.h"
#include "core/text/json_value.h"

namespace puente::sdk {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::vector<uint32_t> NumbersOf(const v1::FieldPath& path) {
  return {path.steps().begin(), path.steps().end()};
}

/// True when a text is another way to write the value of a field.
bool Says(const Message& holder, const FieldDescriptor& field, std::string_view text,
          std::string_view value) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING || field.is_repeated()) return false;
  const std::unique_ptr<Message> trial(holder.New());
  std::string again;
  return SetFieldText(trial.get(), field, 0, text) != TextForm::kInvalid &&
         AppendFieldText(*trial, field, 0, &again) && again == value;
}

}  // namespace

RecordTaker::RecordTaker(const Run& run)
    : run_(run), ids_(run), residue_field_(run.Intern("residue.json")) {}

void RecordTaker::Begin(const v1::Record& record, const RecordInfo& info) {
  record_ = &record;
  left_.clear();
  kept_.clear();
  taken_.clear();
  keyed_.clear();
  written_.clear();
  kept_beside_.clear();
  texts_.clear();
  for (const v1::LexicalForm& form : record.lexical()) {
    if (form.state() == v1::LEXICAL_STATE_VARIANT) written_[NumbersOf(form.path())] = form.text();
  }
  for (const v1::JsonResidue& residue : record.residue().json()) {
    if (is_foreign_ || residue.within_size() > 0 || !residue.has_member()) continue;
    std::vector<const v1::JsonMember*>& kept = kept_beside_[NumbersOf(residue.parent())];
    const size_t before = kept.size();
    if (!residue.member().name().empty()) {
      kept.push_back(&residue.member());
    } else {
      // Members without a name come in an object, see RecordFiller::KeepJson.
      for (const v1::JsonMember& inner : residue.member().value().object().members()) {
        kept.push_back(&inner);
      }
    }
    if (residue.parent().steps_size() > 0) continue;
    for (size_t i = before; i < kept.size(); ++i) texts_.try_emplace(kept[i]->name(), kept[i]);
  }
  for (const PuenteLeaves& leaves : info.leaves) {
    const auto known = std::find_if(left_.begin(), left_.end(), [&](const auto& field) {
      return field.first == leaves.field_path;
    });
    if (known == left_.end()) {
      left_.emplace_back(leaves.field_path, leaves.count);
    } else {
      known->second += leaves.count;
    }
  }
}

bool RecordTaker::Claim(uint32_t field) {
  for (auto& [known, count] : left_) {
    if (known != field || count == 0) continue;
    --count;
    return true;
  }
  return false;
}

void RecordTaker::Keep(uint32_t field, uint32_t out) {
  if (Claim(field)) {
    kept_.push_back({out, field, 1});
  } else if (out != 0) {
    // The record does not account for it: nothing is written in silence all the same.
    run_.CountDerived(out, 1);
  }
}

const Message* RecordTaker::Holder(const FieldPlace& place, Indices indices,
                                   std::vector<uint32_t>* numbers) const {
  if (place.kind() == nullptr || place.kind()->number() != record_->content_case()) return nullptr;
  return place.Find(*RecordContent(*record_), indices, numbers);
}

uint32_t RecordTaker::Size(const FieldPlace& place, Indices indices) const {
  std::vector<uint32_t> numbers;
  const Message* const holder = Holder(place, indices, &numbers);
  if (holder == nullptr || numbers.empty()) return 0;
  const FieldDescriptor* const field = place.steps().back().field;
  if (!field->is_repeated()) return 0;
  return static_cast<uint32_t>(holder->GetReflection()->FieldSize(*holder, field));
}

std::optional<FieldText> RecordTaker::Look(const FieldPlace& place, Indices indices,
                                           std::vector<uint32_t>* numbers) const {
  const Message* const holder = Holder(place, indices, numbers);
  if (holder == nullptr || numbers->empty()) return std::nullopt;
  const FieldDescriptor& field = *place.steps().back().field;
  const google::protobuf::Reflection& reflection = *holder->GetReflection();
  const bool is_there =
      field.is_repeated()
          ? numbers->back() < static_cast<uint32_t>(reflection.FieldSize(*holder, &field))
          : reflection.HasField(*holder, &field);
  FieldText text;
  if (!is_there || !AppendFieldText(*holder, field, numbers->back(), &text.value)) {
    return std::nullopt;
  }
  if (const auto written = written_.find(*numbers); written != written_.end()) {
    text.written = written->second;
  }
  text.is_written = !text.written.empty() && Says(*holder, field, text.written, text.value);
  return text;
}

std::optional<FieldText> RecordTaker::Look(const FieldPlace& place, Indices indices) const {
  std::vector<uint32_t> numbers;
  return Look(place, indices, &numbers);
}

void RecordTaker::TakeKeys(const FieldPlace& place, const std::vector<uint32_t>& numbers) {
  std::string name(place.kind()->name());
  for (size_t i = 0; i < place.steps().size(); ++i) {
    const FieldPlace::Step& step = place.steps()[i];
    name += "." + std::string(step.field->name());
    if (step.key == nullptr) continue;
    std::vector<uint32_t> element(numbers.begin(),
                                  numbers.begin() + static_cast<std::ptrdiff_t>(2 * i + 2));
    if (!keyed_.insert(std::move(element)).second) continue;
    Keep(ids_.Id(name + "." + std::string(step.key->name())), 0);
  }
}

std::optional<FieldText> RecordTaker::Take(const FieldPlace& place, uint32_t out, Indices indices) {
  std::vector<uint32_t> numbers;
  std::optional<FieldText> text = Look(place, indices, &numbers);
  if (!text.has_value() || taken_.contains(numbers)) return std::nullopt;
  taken_.insert(numbers);
  Keep(ids_.Id(place.name()), out);
  TakeKeys(place, numbers);
  return text;
}

bool RecordTaker::TakeDerived(const FieldPlace& place, std::string_view value, Indices indices) {
  std::vector<uint32_t> numbers;
  const std::optional<FieldText> text = Look(place, indices, &numbers);
  if (!text.has_value() || text->value != value || taken_.contains(numbers)) return false;
  taken_.insert(numbers);
  Keep(ids_.Id(place.name()), 0);
  TakeKeys(place, numbers);
  return true;
}

void RecordTaker::Lose(const FieldPlace& place, int32_t reason, std::string_view example,
                       Indices indices) {
  std::vector<uint32_t> numbers;
  if (!Look(place, indices, &numbers).has_value() || !taken_.insert(numbers).second) return;
  const uint32_t field = ids_.Id(place.name());
  if (Claim(field)) run_.ReportLoss(field, 1, reason, example);
}

void RecordTaker::ForEachJson(
    const FieldPlace& parent, Indices indices,
    absl::FunctionRef<void(std::string_view, const v1::JsonValue&)> take) const {
  std::vector<uint32_t> numbers;
  if (Holder(parent, indices, &numbers) == nullptr) return;
  const auto kept = kept_beside_.find(numbers);
  if (kept == kept_beside_.end()) return;
  for (const v1::JsonMember* const member : kept->second) {
    take(member->name(), member->value());
  }
}

std::optional<std::string> RecordTaker::LookText(std::string_view name) const {
  const auto kept = texts_.find(name);
  if (kept == texts_.end() || !kept->second->value().has_scalar()) return std::nullopt;
  return text::JsonStringText(kept->second->value().scalar());
}

std::optional<std::string> RecordTaker::TakeText(std::string_view name, uint32_t out) {
  std::optional<std::string> text = LookText(name);
  if (!text.has_value()) return std::nullopt;
  Keep(residue_field_, out);
  texts_.erase(name);
  return text;
}

void RecordTaker::TakeJson(const v1::JsonValue& value, std::string_view out, std::string* json) {
  std::string unwritten;
  text::AppendJsonValue(
      value, out, '/', json == nullptr ? &unwritten : json,
      [&](const std::string& path) { Keep(residue_field_, json == nullptr ? 0 : ids_.Id(path)); },
      [&](const std::string& path) {
        if (json != nullptr) run_.CountDerived(ids_.Id(path), 1);
      });
}

void RecordTaker::Settle() {
  run_.CountKept(kept_);
  for (const auto& [field, count] : left_) {
    if (count > 0) run_.ReportLoss(field, count, PUENTE_LOSS_NO_PLACE, "");
  }
}

}  // namespace puente::sdk
