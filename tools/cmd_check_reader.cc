// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Findings of readers among those of rules: which are shown, in which order, in which language.
#include "tools/cmd_check_reader.h"

#include <algorithm>
#include <vector>

#include "core/base/utf8.h"
#include "fmt/format.h"

namespace puente::tools {
namespace {

constexpr size_t kMostText = 200;

/// Column, from 0, and row of a cell such as `K12`; the row is 0 when it is none.
std::pair<uint32_t, uint64_t> PlaceOf(std::string_view cell) {
  constexpr uint32_t kLetters = 26;
  constexpr size_t kMostLetters = 4;
  constexpr size_t kMostDigits = 18;
  uint32_t column = 0;
  size_t at = 0;
  for (; at < cell.size() && cell[at] >= 'A' && cell[at] <= 'Z'; ++at) {
    if (at == kMostLetters) return {0, 0};
    column = column * kLetters + static_cast<uint32_t>(cell[at] - 'A' + 1);
  }
  if (at == 0 || cell.size() - at > kMostDigits) return {0, 0};
  uint64_t row = 0;
  for (; at < cell.size(); ++at) {
    if (cell[at] < '0' || cell[at] > '9') return {0, 0};
    row = row * 10 + static_cast<uint64_t>(cell[at] - '0');
  }
  return {column - 1, row};
}

uint64_t RowOf(const Finding& finding) {
  const uint64_t row = PlaceOf(finding.location.cell).second;
  return row != 0 ? row : finding.location.line;
}

}  // namespace

absl::Status ReaderFindings::BeginDataset(std::set<std::string> replaced, check::TakeFinding take) {
  // What was told before the first header waits for its rows.
  if (has_begun_) {
    if (absl::Status status = PassUpTo(0, take); !status.ok()) return status;
  }
  has_begun_ = true;
  ever_replaced_.insert(replaced.begin(), replaced.end());
  replaced_ = std::move(replaced);
  return absl::OkStatus();
}

absl::Status ReaderFindings::PassUpTo(uint64_t row, check::TakeFinding take) {
  while (!held_.empty() && (row == 0 || RowOf(held_.front()) <= row)) {
    if (absl::Status status = Pass(held_.front(), take); !status.ok()) return status;
    held_.pop_front();
  }
  return absl::OkStatus();
}

absl::Status ReaderFindings::Pass(const Finding& finding, check::TakeFinding take) {
  ++passed_[finding.code];
  if (replaced_.contains(finding.code)) return absl::OkStatus();
  check::RuleFinding told;
  told.rule = finding.code;
  told.severity = finding.severity;
  told.message = finding.message;
  told.hint = finding.hint;
  // Readers speak English; the catalogue has what their codes mean in other languages.
  const CodeEntry* const entry = language_ == "en" ? nullptr : codes_.Find(finding.code);
  if (entry != nullptr) {
    told.message = std::string(entry->title.In(language_));
    told.hint = std::string(entry->fix.In(language_));
  }
  if (!finding.text.empty() && told.message.find(finding.text) == std::string::npos) {
    told.message += fmt::format(": \"{}\"", ClipTextWithEllipsis(finding.text, kMostText));
  }
  told.source = finding.location.source;
  told.sheet = finding.location.sheet;
  told.row = RowOf(finding);
  const auto [column, row] = PlaceOf(finding.location.cell);
  if (row != 0) {
    told.cells.push_back({{}, column, finding.location.cell, finding.path, finding.text});
  }
  told.record_id = finding.record_id;
  return take(told);
}

std::map<std::string, uint64_t> ReaderFindings::Untold(const FindingLog& log) const {
  std::map<std::string, uint64_t> untold;
  for (const auto& [code, count] : log.by_code()) {
    const auto found = passed_.find(code);
    const uint64_t passed = found == passed_.end() ? 0 : found->second;
    if (count > passed && !ever_replaced_.contains(code)) untold[code] = count - passed;
  }
  return untold;
}

}  // namespace puente::tools
