// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a check found, one line a finding, for people.
#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "fmt/format.h"
#include "tools/cmd_check_report.h"

namespace puente::tools {
namespace {

constexpr size_t kMostText = 400;
constexpr size_t kMostHeader = 40;
constexpr size_t kMostListed = 10;

std::string Safe(std::string_view text, size_t most = kMostText) {
  return EscapeForTerminalLine(ClipTextWithEllipsis(text, most));
}

std::string_view ColourOf(Severity severity) {
  if (severity == Severity::kInfo) return "\033[1;36m";
  return severity == Severity::kWarning ? "\033[1;33m" : "\033[1;31m";
}

class TextReport : public CheckReport {
 public:
  TextReport(plugin::Target* target, const CheckReportOptions& options)
      : target_(target), words_(*options.words), colour_(options.colour) {}

  absl::Status Take(const check::RuleFinding& finding) override {
    std::string severity(SeverityWord(words_, finding.severity));
    if (colour_) severity = fmt::format("{}{}\033[0m", ColourOf(finding.severity), severity);
    return target_->Write(fmt::format("{}: {}: {} [{}]\n", Place(finding), severity,
                                      Safe(WhatAndHow(finding)), Safe(finding.rule)));
  }

  absl::Status Finish(const CheckSummary& summary) override {
    std::string text;
    for (const CheckSummary::OfRule& rule : summary.rules) {
      if (rule.findings == rule.shown) continue;
      // None was asked for: the list below says as much.
      if (summary.findings() == Hidden(summary)) continue;
      text += fmt::format(fmt::runtime(words_.more_of), FormatCount(rule.findings - rule.shown),
                          Safe(rule.rule)) +
              "\n";
    }
    const bool is_first = summary.findings() == 0 || summary.findings() == Hidden(summary);
    if (!is_first) text += "\n";
    const std::string counts = CountsInWords(words_, summary.by_severity);
    text += fmt::format(fmt::runtime(words_.checked), FormatCount(summary.all.rows),
                        FormatCount(summary.all.rows_with_findings),
                        counts.empty() ? std::string(words_.nothing) : counts) +
            "\n";
    if (!summary.rules.empty()) AddRules(summary, &text);
    if (summary.findings() > 0) AddOrganisations(summary, &text);
    if (summary.by_month.size() > 1) AddMonths(summary, &text);
    AddMissing(summary, &text);
    if (summary.is_cut) text += fmt::format("\n{}\n", words_.is_cut);
    return target_->Write(text);
  }

 private:
  static uint64_t Hidden(const CheckSummary& summary) {
    uint64_t hidden = 0;
    for (const CheckSummary::OfRule& rule : summary.rules) hidden += rule.findings - rule.shown;
    return hidden;
  }

  std::string Place(const check::RuleFinding& finding) const {
    Location location;
    location.source = std::string(finding.source);
    location.sheet = std::string(finding.sheet);
    location.cell = std::string(CellOf(finding));
    std::string place = LocationText(location);
    if (!location.cell.empty()) {
      const std::string_view header = finding.cells.front().header;
      if (!header.empty()) place += fmt::format(" ({})", Safe(header, kMostHeader));
    } else if (finding.row != 0) {
      place += fmt::format(", {} {}", words_.row, finding.row);
    }
    return place;
  }

  void AddRules(const CheckSummary& summary, std::string* text) const {
    *text += fmt::format("\n{}\n", words_.by_rule);
    size_t count = 0;
    size_t name = 0;
    for (const CheckSummary::OfRule& rule : summary.rules) {
      count = std::max(count, FormatCount(rule.findings).size());
      name = std::max(name, rule.rule.size());
    }
    for (const CheckSummary::OfRule& rule : summary.rules) {
      *text += fmt::format("  {:>{}} {:<8} {:<{}}  {}\n", FormatCount(rule.findings), count,
                           SeverityWord(words_, rule.severity), Safe(rule.rule), name,
                           Safe(rule.message));
    }
  }

  void AddCounts(std::string_view name, const check::Summary::Counts& counts, size_t width,
                 std::string* text) const {
    *text += fmt::format("  {:>{}} {}: ", FormatCount(counts.findings), width, name);
    *text += fmt::format(fmt::runtime(words_.counts), FormatCount(counts.rows),
                         FormatCount(counts.rows_with_findings)) +
             "\n";
  }

  std::string NameOf(const CheckSummary::OfOrganisation& organisation) const {
    return organisation.name.empty() ? std::string(words_.no_organisation)
                                     : Safe(organisation.name);
  }

  void AddOrganisations(const CheckSummary& summary, std::string* text) const {
    std::vector<const CheckSummary::OfOrganisation*> ranked;
    for (const auto& organisation : summary.organisations) {
      if (organisation.counts.findings > 0) ranked.push_back(&organisation);
    }
    if (ranked.empty()) return;
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto* a, const auto* b) {
      return a->counts.findings > b->counts.findings;
    });
    *text += fmt::format("\n{}\n", words_.by_organisation);
    const size_t width = FormatCount(ranked.front()->counts.findings).size();
    for (size_t i = 0; i < std::min(ranked.size(), kMostListed); ++i) {
      AddCounts(NameOf(*ranked[i]), ranked[i]->counts, width, text);
    }
    AddMore(ranked.size(), text);
  }

  void AddMore(size_t all, std::string* text) const {
    if (all <= kMostListed) return;
    *text += "  " + fmt::format(fmt::runtime(words_.and_more), FormatCount(all - kMostListed));
    *text += "\n";
  }

  void AddMonths(const CheckSummary& summary, std::string* text) const {
    *text += fmt::format("\n{}\n", words_.by_month);
    size_t width = 0;
    for (const CheckSummary::OfMonth& month : summary.by_month) {
      width = std::max(width, FormatCount(month.counts.findings).size());
    }
    for (const CheckSummary::OfMonth& month : summary.by_month) {
      AddCounts(month.month == 0 ? std::string(words_.no_month) : MonthText(month.month),
                month.counts, width, text);
    }
  }

  void AddMissing(const CheckSummary& summary, std::string* text) const {
    size_t all = 0;
    for (const CheckSummary::OfOrganisation& organisation : summary.organisations) {
      if (organisation.missing == 0 || organisation.name.empty()) continue;
      if (all++ == 0) *text += fmt::format("\n{}\n", words_.not_reported);
      if (all > kMostListed) continue;
      *text += fmt::format("  {}:", NameOf(organisation));
      for (size_t i = 0; i < summary.months.size(); ++i) {
        if (organisation.rows[i] == 0) *text += " " + MonthText(summary.months[i]);
      }
      *text += "\n";
    }
    AddMore(all, text);
  }

  plugin::Target* const target_;
  const CheckWords& words_;
  const bool colour_;
};

}  // namespace

std::unique_ptr<CheckReport> MakeTextReport(plugin::Target* target,
                                            const CheckReportOptions& options) {
  return std::make_unique<TextReport>(target, options);
}

std::string_view CellOf(const check::RuleFinding& finding) {
  return finding.cells.empty() ? std::string_view() : std::string_view(finding.cells.front().name);
}

std::string WhatAndHow(const check::RuleFinding& finding) {
  if (finding.hint.empty()) return finding.message;
  // Hints of rules go on, those of codes are sentences.
  const bool is_sentence = finding.hint.front() >= 'A' && finding.hint.front() <= 'Z';
  return fmt::format("{}{} {}", finding.message, is_sentence ? "." : ";", finding.hint);
}

}  // namespace puente::tools
