// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Findings of readers among those of rules: which are shown, in which order, in which language.
#ifndef PUENTE_TOOLS_CMD_CHECK_READER_H_
#define PUENTE_TOOLS_CMD_CHECK_READER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "core/check/checker.h"
#include "core/findings/codes.h"
#include "core/findings/finding.h"
#include "core/findings/finding_log.h"

namespace puente::tools {

/// Findings of the reader of one input. They are held until the record that they are about comes,
/// since a reader tells of many rows at once. Those that packs stand for are left out.
class ReaderFindings {
 public:
  ReaderFindings(const CodeCatalogue& codes, std::string language)
      : codes_(codes), language_(std::move(language)) {}

  /// Takes a finding of the reader.
  void Add(Finding finding) { held_.push_back(std::move(finding)); }

  /// Begins a dataset: what an earlier one left is passed on first. Codes that are `replaced` are
  /// left out from now on.
  absl::Status BeginDataset(std::set<std::string> replaced, check::TakeFinding take);
  /// Passes on what is about rows up to this one; 0 for all.
  absl::Status PassUpTo(uint64_t row, check::TakeFinding take);

  /// Codes of `log` that had more findings than were passed on, and how many more.
  std::map<std::string, uint64_t> Untold(const FindingLog& log) const;

 private:
  absl::Status Pass(const Finding& finding, check::TakeFinding take);

  const CodeCatalogue& codes_;
  const std::string language_;
  std::deque<Finding> held_;
  bool has_begun_ = false;
  /// Codes that packs of the present dataset stand for, and of all datasets so far.
  std::set<std::string> replaced_;
  std::set<std::string> ever_replaced_;
  std::map<std::string, uint64_t> passed_;
};

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CMD_CHECK_READER_H_
