// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// How many findings a check had by rule, organisation and month, and who did not report.
#include "tools/cmd_check_summary.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"

namespace puente::tools {
namespace {

constexpr int32_t kHundred = 100;
constexpr int32_t kMonths = 12;
/// With more months between the first and the last one some date is wrong: then only months with
/// rows count.
constexpr size_t kMostMonths = 36;

/// A message without the values of a row: `{name}` becomes an ellipsis.
std::string WithoutValues(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t begin = text.find('{');
    const size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) break;
    out += text.substr(0, begin);
    out += "…";
    text.remove_prefix(end + 1);
  }
  return out + std::string(text);
}

void AddTo(const check::Summary::Counts& counts, check::Summary::Counts* sum) {
  sum->rows += counts.rows;
  sum->rows_with_findings += counts.rows_with_findings;
  sum->findings += counts.findings;
}

/// All months from the first to the last, when these are months and not too many.
std::vector<int32_t> MonthsBetween(const std::vector<int32_t>& known) {
  if (known.empty()) return known;
  std::vector<int32_t> all;
  for (int32_t month = known.front(); month <= known.back();) {
    if (month % kHundred == 0 || all.size() == kMostMonths) return known;
    all.push_back(month);
    ++month;
    if (month % kHundred > kMonths) month += kHundred - kMonths;
  }
  return all;
}

}  // namespace

void CheckCounter::AddPack(const check::RulePack& pack) {
  const std::string name = fmt::format("{} {}", pack.id, pack.version);
  if (std::find(summary_.packs.begin(), summary_.packs.end(), name) != summary_.packs.end()) return;
  summary_.packs.push_back(name);
  for (const check::Rule& rule : pack.rules) {
    CheckSummary::OfRule& known = rules_[{pack.id, rule.id}];
    known.pack = pack.id;
    known.rule = rule.id;
    known.severity = rule.severity;
    known.group = rule.group;
    known.message = WithoutValues(rule.message.In(language_));
    known.hint = WithoutValues(rule.hint.In(language_));
  }
}

void CheckCounter::Add(const check::RuleFinding& finding, bool is_shown) {
  if (last_ == nullptr || last_->rule != finding.rule || last_->pack != finding.pack) {
    last_ = &rules_[{std::string(finding.pack), std::string(finding.rule)}];
    if (last_->rule.empty()) {
      last_->pack = std::string(finding.pack);
      last_->rule = std::string(finding.rule);
      last_->severity = finding.severity;
    }
  }
  ++last_->findings;
  if (is_shown) ++last_->shown;
  ++summary_.by_severity[static_cast<size_t>(finding.severity)];
}

void CheckCounter::AddUntold(const std::string& code, Severity severity, uint64_t count) {
  CheckSummary::OfRule& rule = rules_[{"", code}];
  if (rule.rule.empty()) {
    rule.rule = code;
    rule.severity = severity;
  }
  rule.findings += count;
  summary_.by_severity[static_cast<size_t>(rule.severity)] += count;
}

CheckSummary CheckCounter::Finish(const check::Summary& rows, const CodeCatalogue& codes) {
  CheckSummary summary = std::move(summary_);
  for (auto& [key, rule] : rules_) {
    if (rule.findings == 0) continue;
    if (const CodeEntry* const entry = rule.pack.empty() ? codes.Find(rule.rule) : nullptr) {
      rule.message = std::string(entry->title.In(language_));
      rule.hint = std::string(entry->fix.In(language_));
    }
    summary.rules.push_back(std::move(rule));
  }
  std::stable_sort(summary.rules.begin(), summary.rules.end(),
                   [](const auto& a, const auto& b) { return a.findings > b.findings; });

  summary.all = rows.all();
  summary.is_cut = rows.is_cut();
  const std::vector<check::Summary::OfPair> pairs = rows.Pairs();
  std::map<int32_t, check::Summary::Counts> months;
  for (const check::Summary::OfPair& pair : pairs) AddTo(pair.counts, &months[pair.month]);
  std::vector<int32_t> known;
  for (const auto& [month, counts] : months) {
    summary.by_month.push_back({month, counts});
    if (month != 0) known.push_back(month);
  }
  summary.months = MonthsBetween(known);
  for (const check::Summary::OfPair& pair : pairs) {
    if (summary.organisations.empty() || summary.organisations.back().name != pair.organisation) {
      summary.organisations.push_back({std::string(pair.organisation), {}, {}, 0});
      summary.organisations.back().rows.resize(summary.months.size());
    }
    CheckSummary::OfOrganisation& organisation = summary.organisations.back();
    AddTo(pair.counts, &organisation.counts);
    const auto at = std::lower_bound(summary.months.begin(), summary.months.end(), pair.month);
    if (at != summary.months.end() && *at == pair.month) {
      organisation.rows[static_cast<size_t>(at - summary.months.begin())] = pair.counts.rows;
    }
  }
  for (CheckSummary::OfOrganisation& organisation : summary.organisations) {
    organisation.missing = static_cast<uint64_t>(
        std::count(organisation.rows.begin(), organisation.rows.end(), uint64_t{0}));
  }
  return summary;
}

}  // namespace puente::tools
