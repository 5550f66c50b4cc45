// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a rule found, ready to be shown.
#ifndef PUENTE_CORE_CHECK_RULE_FINDING_H_
#define PUENTE_CORE_CHECK_RULE_FINDING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/findings/finding.h"

namespace puente::check {

/// A cell that a finding is about.
struct RuleCell {
  /// What its column is, such as `admin1`; empty for a column that is no field.
  std::string_view concept_name;
  /// The column from 0, and the cell by its name, such as `C12`.
  uint32_t column = 0;
  std::string name;
  /// What its header says, and what the cell says as it was understood; empty when it is empty.
  std::string_view header;
  std::string value;
};

/// A finding of a rule. Views live until Checker::Check or Finish returns.
struct RuleFinding {
  std::string_view pack;
  std::string_view rule;
  Severity severity = Severity::kWarning;
  std::string_view group;
  /// In the language that was asked for.
  std::string message;
  std::string hint;
  /// What the first cell should say, where the rule knows it; never applied by itself.
  std::optional<std::string> repair;
  /// With a repair: what stands in the first cell now, letter for letter, if that is a text.
  std::optional<std::string> written;
  /// Which of the datasets, from 0, and its source as BeginDataset had it.
  uint32_t dataset = 0;
  std::string_view source;
  /// Name of the sheet; empty in CSV.
  std::string_view sheet;
  /// Row of the sheet, or line of the file, from 1; 0 when it is not known.
  uint64_t row = 0;
  /// The cells that are there, the place of the finding first. None when it is the whole row.
  std::vector<RuleCell> cells;
  /// Identity of the record; empty for findings of Finish.
  std::string_view record_id;
  uint32_t record_ordinal = 0;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_RULE_FINDING_H_
