// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The values of a record, each read when a rule asks for it.
#include "core/check/record_row.h"

#include <optional>
#include <utility>

#include "core/check/cell_text.h"
#include "core/text/double_encoding.h"
#include "core/text/json_value.h"

namespace puente::check {

RecordRow::RecordRow(const FieldTable& fields) : fields_(fields), slots_(fields.size()) {}

void RecordRow::Begin(const v1::Record& record, const SheetColumns* sheet) {
  record_ = &record;
  sheet_ = sheet;
  ++number_;
  kept_.clear();
  if (sheet != nullptr && record.residue().json_size() > 0) ReadKept();
}

void RecordRow::ReadKept() {
  for (const v1::JsonResidue& json : record_->residue().json()) {
    if (json.parent().steps_size() > 0 || json.within_size() > 0) continue;
    const v1::JsonMember& member = json.member();
    const std::optional<uint32_t> column = sheet_->ColumnNamed(member.name());
    if (!column.has_value() || !member.value().has_scalar()) continue;
    std::optional<std::string> text = text::JsonStringText(member.value().scalar());
    if (!text.has_value()) continue;
    KeptText kept;
    kept.column = *column;
    std::optional<std::string> meant = text::RepairDoubleEncoding(*text);
    kept.is_repaired = meant.has_value();
    kept.text = meant.has_value() ? *std::move(meant) : *text;
    if (kept.is_repaired) kept.broken = *std::move(text);
    kept_.push_back(std::move(kept));
  }
}

const Value& RecordRow::At(size_t field) {
  Slot& slot = slots_[field];
  if (slot.record == number_) return slot.value;
  slot.record = number_;
  slot.value = fields_.Read(field, *record_, &slot.repaired, &slot.hint);
  if (slot.value.kind != ValueKind::kAbsent || kept_.empty() || fields_.spec(field).is_derived) {
    return slot.value;
  }
  const std::optional<uint32_t> column = sheet_->ColumnOf(field);
  for (const KeptText& kept : kept_) {
    if (kept.column != column) continue;
    slot.value = Value::OfUnread(kept.text);
    slot.value.written = kept.written();
  }
  return slot.value;
}

}  // namespace puente::check
