// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The workbook that was checked, with its cells marked and a first sheet of what is wrong.
#ifndef PUENTE_TOOLS_CMD_CHECK_MARKS_H_
#define PUENTE_TOOLS_CMD_CHECK_MARKS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/check/rule_finding.h"
#include "core/plugin/target.h"
#include "core/text/xlsx_marker.h"
#include "tools/cmd_check_spool.h"
#include "tools/cmd_check_summary.h"
#include "tools/cmd_check_words.h"

namespace puente::tools {

/// Collects findings for --marked. Marks are in memory, up to a number; the lines of the first
/// sheet are in a temporary file.
class CheckMarks {
 public:
  static absl::StatusOr<std::unique_ptr<CheckMarks>> Make(const CheckWords& words);

  absl::Status Add(const check::RuleFinding& finding);
  /// Writes the workbook at `path`, marked, to the target.
  absl::StatusOr<text::XlsxMarkerReport> Write(const std::string& path, const Limits& limits,
                                               const CheckSummary& summary, plugin::Target* target);

 private:
  class Lines;

  CheckMarks(const CheckWords& words, std::unique_ptr<Spool> spool)
      : words_(words), spool_(std::move(spool)) {}
  absl::Status AddLine(const check::RuleFinding& finding);

  const CheckWords& words_;
  const std::unique_ptr<Spool> spool_;
  std::vector<text::XlsxMark> marks_;
  bool comments_cut_ = false;
  bool marks_cut_ = false;
  uint64_t lines_ = 0;
  bool lines_cut_ = false;
};

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CMD_CHECK_MARKS_H_
