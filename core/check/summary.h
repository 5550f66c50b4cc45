// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// How many findings there are by rule, organisation and month, and who reported when.
#ifndef PUENTE_CORE_CHECK_SUMMARY_H_
#define PUENTE_CORE_CHECK_SUMMARY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace puente::check {

/// Counts in bounded memory.
class Summary {
 public:
  /// Names that are kept; the rows of all further organisations count as those of one.
  static constexpr size_t kMaxOrganisations = 10000;
  /// Pairs of organisation and month that are kept; the rest is not told apart.
  static constexpr size_t kMaxPairs = 100000;

  struct Counts {
    uint64_t rows = 0;
    uint64_t rows_with_findings = 0;
    uint64_t findings = 0;
  };
  struct OfRule {
    std::string pack;
    std::string rule;
    uint64_t findings = 0;
  };
  /// Of one organisation in one month.
  struct OfPair {
    /// As the rows write it; empty when they do not, or for those beyond the limit.
    std::string_view organisation;
    /// Year times 100 and month, such as 202103; 0 when it is not known.
    int32_t month = 0;
    Counts counts;
  };

  /// A rule that may find something; its number is how many there were before.
  void AddRule(std::string_view pack, std::string_view rule) {
    rules_.push_back({std::string(pack), std::string(rule), 0});
  }
  /// Findings of a rule by its number; of one row or of the whole dataset.
  void AddFindings(size_t rule, uint64_t findings) { rules_[rule].findings += findings; }
  /// A row with as many findings.
  void AddRow(std::string_view organisation, int32_t month, uint64_t findings);

  /// All rules, in the order in which they were added.
  const std::vector<OfRule>& rules() const { return rules_; }
  /// All rows.
  const Counts& all() const { return all_; }
  /// By organisation, then month: a pair that is not there did not report. Valid until the next
  /// row.
  std::vector<OfPair> Pairs() const;
  /// True when a limit was reached.
  bool is_cut() const { return is_cut_; }

 private:
  uint32_t NumberOf(std::string_view organisation);

  std::vector<OfRule> rules_;
  Counts all_;
  std::vector<std::string> organisations_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  absl::flat_hash_map<uint64_t, Counts> pairs_;
  bool is_cut_ = false;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_SUMMARY_H_
