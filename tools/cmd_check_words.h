// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What `puente check` says in English, Spanish and Portuguese.
#ifndef PUENTE_TOOLS_CMD_CHECK_WORDS_H_
#define PUENTE_TOOLS_CMD_CHECK_WORDS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/findings/finding.h"

namespace puente::tools {

/// The words of one language. Those with `{}` are for fmt.
struct CheckWords {
  std::string_view language;
  /// By severity: info, warning, error, critical; one of them, and several.
  std::array<std::string_view, 4> severity;
  std::array<std::string_view, 4> severities;
  std::string_view row;
  /// How many more of a rule there are.
  std::string_view more_of;
  /// Rows, files, and rows with findings.
  std::string_view checked;
  std::string_view nothing;
  std::string_view see_also;
  /// Titles of lists.
  std::string_view by_rule;
  std::string_view by_organisation;
  std::string_view by_month;
  std::string_view not_reported;
  std::string_view and_more;
  std::string_view no_organisation;
  std::string_view no_month;
  /// Rows and rows with findings, in a list.
  std::string_view counts;
  std::string_view is_cut;
  /// Sheets of workbooks.
  std::string_view findings_sheet;
  std::string_view summary_sheet;
  std::string_view reports_sheet;
  std::string_view errors_sheet;
  std::string_view errors_title;
  std::string_view rules_used;
  std::string_view comments_cut;
  std::string_view marks_cut;
  std::string_view lines_cut;
  /// The file, how many cells are marked, and the name of the sheet.
  std::string_view marked;
  /// The file, how many cells are repaired in it, and how many could not be.
  std::string_view repaired;
  /// Why a cell was not repaired, as text::CellRepaired goes on behind kDone; of the last one the
  /// rule that must be repaired as well.
  std::array<std::string_view, 8> not_repaired;
  std::string_view repair_by_hand;
  /// Headings: severity, rule, file, sheet, cell, column, value, message, hint, pack.
  std::array<std::string_view, 10> headings;
  std::string_view count;
  std::string_view rows;
  std::string_view rows_with_findings;
  std::string_view organisation;
  std::string_view month;
};

/// The words of `en`, `es` or `pt`; English for others.
const CheckWords& WordsOf(std::string_view language);

/// `es` or `pt` when the environment asks for it (LC_ALL, LC_MESSAGES, LANG), else `en`.
std::string_view LanguageOfEnvironment();

/// The word for a severity.
std::string_view SeverityWord(const CheckWords& words, Severity severity);

/// Counts by severity, the worst first, such as `2 errors, 1 warning`; empty when all are 0.
std::string CountsInWords(const CheckWords& words, const std::array<uint64_t, 4>& counts);

/// A month as `2021-03`, or a year, from year times 100 and month.
std::string MonthText(int32_t month);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CMD_CHECK_WORDS_H_
