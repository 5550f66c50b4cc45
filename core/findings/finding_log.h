// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Keeps the findings of a run, counts all of them, and shows them without flooding the reader.

#ifndef PUENTE_CORE_FINDINGS_FINDING_LOG_H_
#define PUENTE_CORE_FINDINGS_FINDING_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/limits.h"
#include "core/findings/finding.h"
#include "core/findings/finding_text.h"

namespace puente {

/// Keeps the first findings of each source and counts all. Not thread safe: all calls come from the
/// ordered stage. Memory is bounded: long texts of kept findings are cut, and beyond 1,000
/// different codes the rest is counted as `(other codes)`.
class FindingLog : public FindingSink {
 public:
  /// `findings_per_file`: how many findings of one source are kept.
  explicit FindingLog(uint64_t findings_per_file = Limits{}.findings_per_file)
      : findings_per_file_(findings_per_file) {}

  void Report(Finding finding) override;

  /// The kept findings, in the order of their report.
  const std::vector<Finding>& findings() const { return findings_; }
  /// All findings, also those not kept.
  uint64_t total() const { return total_; }
  uint64_t CountOf(Severity severity) const;
  /// Counts of all findings; severities by name, and only those that occurred.
  std::map<std::string, uint64_t> by_severity() const;
  const std::map<std::string, uint64_t>& by_code() const { return by_code_; }
  const std::map<std::string, uint64_t>& by_source() const { return by_source_; }

  /// The counts in words, the worst first: `2 errors, 1 warning`; `no findings` when there are
  /// none.
  std::string Counts() const;
  /// The kept findings as text, at most `per_code` of each code, and how many more there are.
  std::string Text(const FindingTextOptions& options, uint64_t per_code = 5) const;
  /// The kept findings as JSON, one a line.
  std::string JsonLines() const;

 private:
  uint64_t findings_per_file_;
  std::vector<Finding> findings_;
  uint64_t total_ = 0;
  std::array<uint64_t, 4> by_severity_{};
  std::map<std::string, uint64_t> by_code_;
  std::map<std::string, uint64_t> by_source_;
};

/// Shows findings while they come, at most some of each code; the others are counted and named at
/// the end. Not thread safe.
class FindingPrinter : public FindingSink {
 public:
  /// `print` takes whole lines.
  FindingPrinter(FindingTextOptions options, std::function<void(std::string_view)> print,
                 uint64_t per_code = 5);

  void Report(Finding finding) override;
  /// Prints what was not shown, such as `... and 37 more of IATI-0012`. Call it once, at the end.
  /// `totals` are the counts of a log that knows of more findings than were reported here.
  void Finish(const std::map<std::string, uint64_t>& totals = {});

 private:
  FindingTextOptions options_;
  std::function<void(std::string_view)> print_;
  uint64_t per_code_;
  std::map<std::string, uint64_t> by_code_;
};

}  // namespace puente

#endif  // PUENTE_CORE_FINDINGS_FINDING_LOG_H_
