// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes rows and balances their values with what was kept.
#include "plugins/fts_hdx/table_out.h"

#include <utility>

namespace puente::fts_hdx {
namespace {

text::CsvWriterOptions CsvOptions() {
  text::CsvWriterOptions options;
  options.line_end = text::CsvLineEnd::kLf;
  return options;
}

}  // namespace

TableOut::TableOut(const sdk::Run& run, sdk::Target* target)
    : run_(run), csv_(target, CsvOptions()) {}

void TableOut::SetLayout(Layout layout) {
  layout_.emplace(std::move(layout));
  paths_.clear();
  further_.clear();
  for (size_t i = 0; i < layout_->size(); ++i) {
    const std::string path = layout_->PathOf(i);
    paths_.push_back(run_.Intern(path));
    const Column* const column = layout_->ColumnAt(i);
    const bool is_list = column != nullptr && IsListShape(column->shape);
    further_.push_back(is_list ? run_.Intern(FurtherPath(path)) : 0);
  }
}

uint32_t TableOut::PathOf(size_t column) {
  return column < paths_.size() ? paths_[column] : run_.Intern(layout_->PathOf(column));
}

void TableOut::Keep(Account* account, uint32_t field, size_t column) {
  const uint32_t path = PathOf(column);
  account->Keep(field, path);
  --balance_[path];
}

void TableOut::KeepFurther(Account* account, uint32_t field, size_t column) {
  account->Keep(field, further_[column]);
  --balance_[further_[column]];
}

absl::Status TableOut::WriteHeader(std::span<const std::string> hashtags) {
  if (header_done_) return absl::OkStatus();
  header_done_ = true;
  if (absl::Status status = csv_.WriteRecord(layout_->names()); !status.ok()) return status;
  if (hashtags.empty()) return absl::OkStatus();
  for (size_t i = 0; i < hashtags.size(); ++i) ++balance_[PathOf(i)];
  return csv_.WriteRecord(hashtags);
}

absl::Status TableOut::WriteRow(std::span<const std::string> cells) {
  ++rows_;
  for (size_t i = 0; i < cells.size(); ++i) {
    ++balance_[PathOf(i)];
    if (i >= further_.size() || further_[i] == 0) continue;
    const size_t values = SplitList(cells[i], layout_->ColumnAt(i)->shape).size();
    if (values > 1) balance_[further_[i]] += static_cast<int64_t>(values - 1);
  }
  return csv_.WriteRecord(cells);
}

absl::Status TableOut::Finish() {
  for (auto& [path, balance] : balance_) {
    if (balance > 0) run_.CountDerived(path, static_cast<uint64_t>(balance));
    balance = 0;
  }
  return csv_.Flush();
}

}  // namespace puente::fts_hdx
