// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// How many findings a check had by rule, organisation and month, and who did not report.
#ifndef PUENTE_TOOLS_CMD_CHECK_SUMMARY_H_
#define PUENTE_TOOLS_CMD_CHECK_SUMMARY_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/check/rule_finding.h"
#include "core/check/rule_pack.h"
#include "core/check/summary.h"
#include "core/findings/codes.h"

namespace puente::tools {

/// What a check found, in numbers.
struct CheckSummary {
  struct OfRule {
    std::string pack;
    std::string rule;
    Severity severity = Severity::kWarning;
    std::string group;
    /// What it finds, and what to do, without values.
    std::string message;
    std::string hint;
    uint64_t findings = 0;
    /// How many of them are in the report.
    uint64_t shown = 0;
  };
  struct OfOrganisation {
    std::string name;
    check::Summary::Counts counts;
    /// Rows in each of `months`.
    std::vector<uint64_t> rows;
    /// How many of `months` are without a row.
    uint64_t missing = 0;
  };
  struct OfMonth {
    /// Year times 100 and month; 0 when it is not known.
    int32_t month = 0;
    check::Summary::Counts counts;
  };

  /// `r4v-2022 1.0.0`, in the order of the first datasets that they held for.
  std::vector<std::string> packs;
  std::vector<std::string> sources;
  check::Summary::Counts all;
  std::array<uint64_t, 4> by_severity{};
  /// Those that found something, the most findings first.
  std::vector<OfRule> rules;
  /// By name.
  std::vector<OfOrganisation> organisations;
  /// All months with rows, in order; the unknown one first.
  std::vector<OfMonth> by_month;
  /// The months of `OfOrganisation::rows`, all between the first and the last one.
  std::vector<int32_t> months;
  /// True when there were too many organisations to tell all of them apart.
  bool is_cut = false;

  uint64_t findings() const {
    return by_severity[0] + by_severity[1] + by_severity[2] + by_severity[3];
  }
};

/// Counts findings while they come.
class CheckCounter {
 public:
  explicit CheckCounter(std::string language) : language_(std::move(language)) {}

  /// A pack that holds for a dataset.
  void AddPack(const check::RulePack& pack);
  void AddSource(std::string_view source) { summary_.sources.emplace_back(source); }
  /// Counts a finding.
  void Add(const check::RuleFinding& finding, bool is_shown);
  /// Counts findings of a reader that were not told one by one.
  void AddUntold(const std::string& code, Severity severity, uint64_t count);

  /// The numbers, with those of the rows. `codes` says what codes of readers mean.
  CheckSummary Finish(const check::Summary& rows, const CodeCatalogue& codes);

 private:
  struct Key {
    std::string pack;
    std::string rule;
    friend bool operator<(const Key& a, const Key& b) {
      return a.pack != b.pack ? a.pack < b.pack : a.rule < b.rule;
    }
  };

  std::string language_;
  CheckSummary summary_;
  std::map<Key, CheckSummary::OfRule> rules_;
  /// The rule of the last finding: most come in groups.
  CheckSummary::OfRule* last_ = nullptr;
};

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CMD_CHECK_SUMMARY_H_
