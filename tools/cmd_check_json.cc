// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a check found as JSON Lines: findings, then the summary.
#include <utility>

#include "core/findings/finding_text.h"
#include "core/findings/json_text.h"
#include "tools/cmd_check_report.h"

namespace puente::tools {
namespace {

void AppendCounts(const check::Summary::Counts& counts, std::string* out) {
  AppendJsonMember("rows", counts.rows, out);
  AppendJsonMember("rows_with_findings", counts.rows_with_findings, out);
  AppendJsonMember("findings", counts.findings, out);
}

/// Writes `"key":[` and the items by `add`, each an object.
template <typename Items, typename Add>
void AppendObjects(std::string_view key, const Items& items, std::string* out, Add&& add) {
  AppendJsonKey(key, out);
  *out += '[';
  for (const auto& item : items) {
    if (out->back() != '[') *out += ',';
    *out += '{';
    add(item);
    *out += '}';
  }
  *out += ']';
}

void AppendTexts(std::string_view key, const std::vector<std::string>& texts, std::string* out) {
  AppendJsonKey(key, out);
  *out += '[';
  for (const std::string& text : texts) {
    if (out->back() != '[') *out += ',';
    AppendJsonString(text, out);
  }
  *out += ']';
}

class JsonReport : public CheckReport {
 public:
  explicit JsonReport(plugin::Target* target) : target_(target) {}

  absl::Status Take(const check::RuleFinding& finding) override {
    std::string out = "{";
    AppendJsonMember("type", "finding", &out);
    AppendJsonMember("severity", SeverityName(finding.severity), &out);
    AppendJsonMember("rule", finding.rule, &out);
    AppendJsonMember("pack", finding.pack, &out);
    AppendJsonMember("group", finding.group, &out);
    AppendJsonMember("message", finding.message, &out);
    AppendJsonMember("hint", finding.hint, &out);
    AppendJsonKey("repair", &out);
    if (finding.repair.has_value()) {
      AppendJsonString(*finding.repair, &out);
    } else {
      out += "null";
    }
    AppendJsonMember("source", finding.source, &out);
    AppendJsonMember("sheet", finding.sheet, &out);
    AppendJsonMember("row", finding.row, &out);
    AppendJsonMember("cell", CellOf(finding), &out);
    AppendObjects("cells", finding.cells, &out, [&](const check::RuleCell& cell) {
      AppendJsonMember("cell", cell.name, &out);
      AppendJsonMember("field", cell.concept_name, &out);
      AppendJsonMember("header", cell.header, &out);
      AppendJsonMember("value", cell.value, &out);
    });
    AppendJsonMember("record", finding.record_id, &out);
    AppendJsonMember("ordinal", uint64_t{finding.record_ordinal}, &out);
    out += "}\n";
    return target_->Write(out);
  }

  absl::Status Finish(const CheckSummary& summary) override {
    std::string out = "{";
    AppendJsonMember("type", "summary", &out);
    AppendTexts("sources", summary.sources, &out);
    AppendTexts("packs", summary.packs, &out);
    AppendJsonMember("rows", summary.all.rows, &out);
    AppendJsonMember("rows_with_findings", summary.all.rows_with_findings, &out);
    AppendJsonMember("findings", summary.findings(), &out);
    AppendJsonKey("by_severity", &out);
    out += '{';
    for (size_t i = summary.by_severity.size(); i-- > 0;) {
      AppendJsonMember(SeverityName(static_cast<Severity>(i)), summary.by_severity[i], &out);
    }
    out += '}';
    AppendObjects("by_rule", summary.rules, &out, [&](const CheckSummary::OfRule& rule) {
      AppendJsonMember("rule", rule.rule, &out);
      AppendJsonMember("pack", rule.pack, &out);
      AppendJsonMember("severity", SeverityName(rule.severity), &out);
      AppendJsonMember("findings", rule.findings, &out);
      AppendJsonMember("shown", rule.shown, &out);
    });
    AppendObjects("by_organisation", summary.organisations, &out,
                  [&](const CheckSummary::OfOrganisation& organisation) {
                    AppendJsonMember("organisation", organisation.name, &out);
                    AppendCounts(organisation.counts, &out);
                  });
    AppendObjects("by_month", summary.by_month, &out, [&](const CheckSummary::OfMonth& month) {
      AppendJsonMember("month", month.month == 0 ? "" : MonthText(month.month), &out);
      AppendCounts(month.counts, &out);
    });
    AppendReports(summary, &out);
    AppendJsonKey("organisations_cut", &out);
    out += summary.is_cut ? "true" : "false";
    out += "}\n";
    return target_->Write(out);
  }

 private:
  /// Who reported when: rows by organisation and month, and the months without any.
  static void AppendReports(const CheckSummary& summary, std::string* out) {
    std::vector<std::string> months;
    for (const int32_t month : summary.months) months.push_back(MonthText(month));
    AppendTexts("months", months, out);
    AppendObjects("reports", summary.organisations, out,
                  [&](const CheckSummary::OfOrganisation& organisation) {
                    AppendJsonMember("organisation", organisation.name, out);
                    AppendJsonKey("rows", out);
                    *out += '[';
                    std::vector<std::string> missing;
                    for (size_t i = 0; i < months.size(); ++i) {
                      if (i > 0) *out += ',';
                      *out += std::to_string(organisation.rows[i]);
                      if (organisation.rows[i] == 0) missing.push_back(months[i]);
                    }
                    *out += ']';
                    AppendTexts("missing", missing, out);
                  });
  }

  plugin::Target* const target_;
};

}  // namespace

std::unique_ptr<CheckReport> MakeJsonReport(plugin::Target* target,
                                            const CheckReportOptions& /*options*/) {
  return std::make_unique<JsonReport>(target);
}

}  // namespace puente::tools
