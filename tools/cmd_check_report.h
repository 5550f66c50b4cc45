// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What `puente check` found as text, JSON, SARIF or a workbook.
#ifndef PUENTE_TOOLS_CMD_CHECK_REPORT_H_
#define PUENTE_TOOLS_CMD_CHECK_REPORT_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/check/rule_finding.h"
#include "core/plugin/target.h"
#include "core/text/byte_stream.h"
#include "tools/cmd_check_summary.h"
#include "tools/cmd_check_words.h"

namespace puente::tools {

/// Writes findings while they come, and the summary behind them.
class CheckReport {
 public:
  virtual ~CheckReport() = default;
  /// Takes the next finding that is to be shown. Findings of readers have no pack, and their code
  /// as rule.
  virtual absl::Status Take(const check::RuleFinding& finding) = 0;
  /// Writes what is left. The last call.
  virtual absl::Status Finish(const CheckSummary& summary) = 0;
};

/// How a report is made.
struct CheckReportOptions {
  const CheckWords* words = nullptr;
  bool colour = false;
};

/// One line a finding for people, then the summary.
std::unique_ptr<CheckReport> MakeTextReport(plugin::Target* target,
                                            const CheckReportOptions& options);
/// JSON Lines: one object a finding, then one with the summary.
std::unique_ptr<CheckReport> MakeJsonReport(plugin::Target* target,
                                            const CheckReportOptions& options);
/// A log of SARIF 2.1.0.
std::unique_ptr<CheckReport> MakeSarifReport(plugin::Target* target,
                                             const CheckReportOptions& options);
/// A workbook of three sheets: findings, summary, who reported when.
absl::StatusOr<std::unique_ptr<CheckReport>> MakeXlsxReport(plugin::Target* target,
                                                            const CheckReportOptions& options);

/// Writes what a stream gets to a target.
class TargetStream : public text::OutputStream {
 public:
  explicit TargetStream(plugin::Target* target) : target_(target) {}
  absl::Status Write(std::string_view bytes) override { return target_->Write(bytes); }

 private:
  plugin::Target* const target_;
};

/// The cell that a finding is about, such as `K12`; empty when it is a row or a file.
std::string_view CellOf(const check::RuleFinding& finding);
/// Message and hint as one sentence.
std::string WhatAndHow(const check::RuleFinding& finding);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CMD_CHECK_REPORT_H_
