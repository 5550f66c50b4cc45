// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Joins the values of cells and keeps the account of leaves.
#include "plugins/table/mapping_table.h"

#include <algorithm>

#include "plugins/table/csv_out.h"

namespace puente::table {

MappingTable::MappingTable(const sdk::Run& run, std::span<const std::string_view> columns)
    : run_(run), columns_(columns), derived_(columns.size(), 0), cells_(columns.size()) {
  for (const std::string_view name : columns) column_ids_.push_back(run_.Intern(name));
  texts_.resize(columns.size());
}

uint32_t MappingTable::Field(std::string_view base, std::string_view field) {
  key_.assign(base);
  key_ += '.';
  key_ += field;
  const auto [entry, is_new] = fields_.try_emplace(key_, 0);
  if (is_new) entry->second = run_.Intern(key_);
  return entry->second;
}

void MappingTable::BeginRecord(const sdk::RecordInfo& info) {
  balances_.clear();
  order_.clear();
  claimed_.clear();
  for (const PuenteLeaves& leaves : info.leaves) {
    const auto [entry, is_new] = balances_.try_emplace(leaves.field_path);
    if (is_new) order_.push_back(leaves.field_path);
    entry->second.left += leaves.count;
  }
}

void MappingTable::BeginRow() {
  for (CellDraft& cell : cells_) {
    cell.values.clear();
    cell.seen.clear();
    cell.leaves.clear();
  }
}

void MappingTable::Push(size_t column, std::string_view text) {
  cells_[column].values.emplace_back(text);
}

void MappingTable::Add(size_t column, std::string_view text) {
  if (text.empty() || !cells_[column].seen.emplace(text).second) return;
  Push(column, text);
}

void MappingTable::AddPair(size_t column, std::string_view text, size_t other,
                           std::string_view other_text) {
  if (text.empty() && other_text.empty()) return;
  std::string key(text);
  key += '\0';
  key += other_text;
  if (!cells_[column].seen.insert(std::move(key)).second) return;
  Push(column, text);
  Push(other, other_text);
}

void MappingTable::Take(size_t column, LeafRef leaf) { cells_[column].leaves.push_back(leaf); }

bool MappingTable::Claim(LeafRef leaf) {
  const auto balance = balances_.find(leaf.field_path);
  if (balance == balances_.end() || balance->second.left == 0) return false;
  if (!claimed_.emplace(leaf.owner, leaf.field_path).second) return false;
  --balance->second.left;
  return true;
}

void MappingTable::Merge(LeafRef leaf) {
  if (Claim(leaf)) ++balances_[leaf.field_path].merged;
}

absl::Status MappingTable::WriteRow(TableSink* out) {
  row_.clear();
  for (size_t i = 0; i < cells_.size(); ++i) {
    CellDraft& cell = cells_[i];
    std::string& text = texts_[i];
    text.clear();
    const bool any = std::any_of(cell.values.begin(), cell.values.end(),
                                 [](const std::string& value) { return !value.empty(); });
    for (size_t k = 0; any && k < cell.values.size(); ++k) {
      if (k > 0) text += kSeparator;
      text += cell.values[k];
    }
    row_.push_back(CellFor(text));
  }
  if (absl::Status status = out->WriteRecord(row_); !status.ok()) return status;
  for (size_t i = 0; i < cells_.size(); ++i) {
    // A cell that is not there counts for nothing in the output.
    const bool is_there = out->HasEmptyCells() || !texts_[i].empty();
    bool kept = false;
    for (const LeafRef& leaf : cells_[i].leaves) {
      if (!Claim(leaf)) continue;
      run_.CountKept(leaf.field_path, kept || !is_there ? 0 : column_ids_[i], 1);
      kept = true;
    }
    if (!kept && is_there) ++derived_[i];
  }
  return absl::OkStatus();
}

void MappingTable::EndRecord() {
  for (const uint32_t field : order_) {
    const Balance& balance = balances_[field];
    if (balance.merged > 0) run_.ReportLoss(field, balance.merged, PUENTE_LOSS_MERGED, "");
    if (balance.left > 0) run_.ReportLoss(field, balance.left, PUENTE_LOSS_NO_PLACE, "");
  }
}

void MappingTable::Finish() {
  for (size_t i = 0; i < derived_.size(); ++i) {
    if (derived_[i] > 0) run_.CountDerived(column_ids_[i], derived_[i]);
    derived_[i] = 0;
  }
}

}  // namespace puente::table
