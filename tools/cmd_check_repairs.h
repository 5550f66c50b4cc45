// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The file that was checked, with the repairs of some rules done.
#ifndef PUENTE_TOOLS_CMD_CHECK_REPAIRS_H_
#define PUENTE_TOOLS_CMD_CHECK_REPAIRS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/check/checker.h"
#include "core/check/rule_finding.h"
#include "core/check/rule_pack.h"
#include "core/pipeline/pipeline.h"
#include "core/plugin/target.h"
#include "puente/v1/record.pb.h"
#include "tools/cmd_check_spool.h"
#include "tools/cmd_check_words.h"

namespace puente::tools {

/// That rules with these names are there and have a repair. PUE-0001 with the nearest name.
absl::Status CheckRepairRules(std::span<const check::RulePack> packs,
                              const std::vector<std::string>& rules);

/// That a repaired copy of these inputs can be written to a file of this name. PUE-0805.
absl::Status CheckRepairable(const std::vector<pipeline::Input>& inputs, const std::string& output,
                             const std::set<std::string>& formats);

/// Collects findings for --repair. What is to be done waits in a temporary file.
class CheckRepairs {
 public:
  /// A step of one rule from one text to the next.
  struct Step {
    std::string rule;
    std::string after;
  };
  /// What is to be done with one cell.
  struct Cell {
    std::string sheet;
    uint64_t row = 0;
    uint32_t column = 0;
    std::string name;
    std::string header;
    std::optional<std::string> before;
    std::vector<Step> steps;
    /// A rule that must be repaired first, and was not asked for; mostly empty.
    std::string blocked_by;
  };
  /// What was done.
  struct Report {
    uint64_t cells = 0;
    uint64_t not_repaired = 0;
  };

  static absl::StatusOr<std::unique_ptr<CheckRepairs>> Make(const CheckWords& words,
                                                            const std::vector<std::string>& rules);

  /// The dataset whose findings follow.
  void BeginDataset(const v1::DatasetHeader& header) { layout_ = header.table(); }
  /// Takes a finding of any rule, in the order of sheets, rows and columns.
  absl::Status Add(const check::RuleFinding& finding);
  /// Writes the file at `path`, repaired, to the target, and the receipt to `receipt`, which may be
  /// null. What could not be repaired is given to `take` as a finding.
  absl::StatusOr<Report> Write(const std::string& path, const std::string& format,
                               const Limits& limits, uint64_t rows, plugin::Target* target,
                               plugin::Target* receipt, check::TakeFinding take);

 private:
  class Run;

  CheckRepairs(const CheckWords& words, const std::vector<std::string>& rules,
               std::unique_ptr<Spool> spool)
      : words_(words), rules_(rules), spool_(std::move(spool)) {}
  absl::Status PutCell();

  const CheckWords& words_;
  const std::vector<std::string> rules_;
  const std::unique_ptr<Spool> spool_;
  v1::TableLayout layout_;
  /// The cell whose findings come.
  Cell cell_;
  /// The last rule that has a repair of this cell and was not asked for: it blocks those behind it.
  std::string passed_over_;
};

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CMD_CHECK_REPAIRS_H_
