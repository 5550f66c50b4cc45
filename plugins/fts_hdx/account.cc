// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Keeps the balance of each field.
#include "plugins/fts_hdx/account.h"

#include <algorithm>

#include "core/base/field_path.h"

namespace puente::fts_hdx {
namespace {

/// The content of a record; null when it has none.
const google::protobuf::FieldDescriptor* ContentOf(const v1::Record& record) {
  return v1::Record::descriptor()->FindFieldByNumber(record.content_case());
}

}  // namespace

void Account::Begin(const v1::Record& record, const sdk::RecordInfo& info) {
  left_.clear();
  nulls_.clear();
  merged_.clear();
  kept_.clear();
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
  const google::protobuf::FieldDescriptor* const content = ContentOf(record);
  if (content == nullptr) return;
  for (const v1::LexicalForm& form : record.lexical()) {
    if (form.state() != v1::LEXICAL_STATE_NULL) continue;
    const uint32_t field = FieldId(form.path(), *content);
    if (field != 0) ++nulls_[field];
  }
}

uint32_t Account::FieldId(const v1::FieldPath& path,
                          const google::protobuf::FieldDescriptor& content) {
  numbers_.assign(1, static_cast<uint32_t>(content.number()));
  for (int i = 0; i < path.steps_size(); i += 2) numbers_.push_back(path.steps(i));
  const auto known = field_ids_.find(numbers_);
  if (known != field_ids_.end()) return known->second;
  const absl::StatusOr<std::string> name = FieldPathName(path, *content.message_type());
  const uint32_t id = name.ok() ? run_.Intern(content.name() + "." + *name) : 0;
  // A path that is none may have any numbers: only those of the schema are kept.
  if (id != 0) field_ids_.emplace(numbers_, id);
  return id;
}

void Account::Show(uint32_t field) {
  if (field >= shown_.size()) shown_.resize(size_t{field} + 1);
  shown_[field] = true;
}

bool Account::Claim(uint32_t field) {
  for (auto& [known, left] : left_) {
    if (known != field) continue;
    if (left == 0) return false;
    --left;
    return true;
  }
  return false;
}

void Account::Lose(uint32_t field, int32_t reason, std::string_view example) {
  if (Claim(field)) run_.ReportLoss(field, 1, reason, example);
}

void Account::End() {
  if (!kept_.empty()) run_.CountKept(kept_);
  for (const auto& [field, left] : left_) {
    if (left == 0) continue;
    const auto known = nulls_.find(field);
    const bool is_shown = field < shown_.size() && shown_[field];
    const uint64_t nulls = known == nulls_.end() || !is_shown ? 0 : std::min(known->second, left);
    if (nulls > 0) run_.ReportLoss(field, nulls, PUENTE_LOSS_PRECISION, "null");
    if (left == nulls) continue;
    const bool is_merged = merged_.count(field) != 0;
    run_.ReportLoss(field, left - nulls, is_merged ? PUENTE_LOSS_MERGED : PUENTE_LOSS_NO_PLACE, "");
  }
}

void Account::LoseAll(const sdk::RecordInfo& info) const {
  for (const PuenteLeaves& leaves : info.leaves) {
    run_.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_NO_PLACE, "");
  }
}

}  // namespace puente::fts_hdx
