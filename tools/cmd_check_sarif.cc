// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a check found as a log of SARIF 2.1.0.
#include <filesystem>
#include <map>
#include <utility>

#include "core/findings/finding_text.h"
#include "core/findings/json_text.h"
#include "fmt/format.h"
#include "tools/cmd_check_report.h"

namespace puente::tools {
namespace {

std::string_view LevelOf(Severity severity) {
  if (severity == Severity::kInfo) return "note";
  return severity == Severity::kWarning ? "warning" : "error";
}

/// A path as a reference of URI.
std::string UriOf(std::string_view path) {
  if (path == "-") return "stdin";
  constexpr std::string_view kPlain = "-._~/!$&'()*+,;=@";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || kPlain.find(c) != std::string_view::npos;
    if (is_plain) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

void AppendText(std::string_view key, std::string_view text, std::string* out) {
  AppendJsonKey(key, out);
  *out += '{';
  AppendJsonMember("text", text, out);
  *out += '}';
}

class SarifReport : public CheckReport {
 public:
  SarifReport(plugin::Target* target, const CheckReportOptions& options)
      : target_(target), words_(*options.words) {}

  absl::Status Take(const check::RuleFinding& finding) override {
    std::string out = Begin();
    out += is_first_ ? "\n{" : ",\n{";
    is_first_ = false;
    const auto number =
        rules_.emplace(IdOf(finding.pack, finding.rule), rules_.size()).first->second;
    AppendJsonMember("ruleId", IdOf(finding.pack, finding.rule), &out);
    AppendJsonMember("ruleIndex", uint64_t{number}, &out);
    AppendJsonMember("level", LevelOf(finding.severity), &out);
    AppendText("message", WhatAndHow(finding), &out);
    AppendLocation(finding, &out);
    AppendJsonKey("properties", &out);
    out += '{';
    AppendJsonMember("severity", SeverityName(finding.severity), &out);
    AppendJsonMember("sheet", finding.sheet, &out);
    AppendJsonMember("cell", CellOf(finding), &out);
    if (!finding.cells.empty()) {
      AppendJsonMember("header", finding.cells.front().header, &out);
      AppendJsonMember("value", finding.cells.front().value, &out);
    }
    if (finding.repair.has_value()) AppendJsonMember("repair", *finding.repair, &out);
    out += "}}";
    return target_->Write(out);
  }

  absl::Status Finish(const CheckSummary& summary) override {
    std::string out = Begin() + "\n],\n\"tool\":{\"driver\":{";
    AppendJsonMember("name", "puente check", &out);
    AppendJsonMember("version", PUENTE_VERSION, &out);
    AppendJsonKey("rules", &out);
    out += '[';
    std::vector<const CheckSummary::OfRule*> rules(rules_.size());
    for (const CheckSummary::OfRule& rule : summary.rules) {
      const auto found = rules_.find(IdOf(rule.pack, rule.rule));
      if (found != rules_.end()) rules[found->second] = &rule;
    }
    for (const CheckSummary::OfRule* const rule : rules) {
      out += out.back() == '[' ? "\n{" : ",\n{";
      AppendJsonMember("id", IdOf(rule->pack, rule->rule), &out);
      AppendJsonMember("name", rule->rule, &out);
      AppendText("shortDescription", rule->message, &out);
      if (!rule->hint.empty()) AppendText("help", rule->hint, &out);
      AppendJsonKey("defaultConfiguration", &out);
      out += '{';
      AppendJsonMember("level", LevelOf(rule->severity), &out);
      out += '}';
      AppendJsonKey("properties", &out);
      out += '{';
      AppendJsonMember("group", rule->group, &out);
      AppendJsonMember("findings", rule->findings, &out);
      out += "}}";
    }
    out += "\n]}},\n";
    out += fmt::format("\"language\":\"{}\",\"columnKind\":\"unicodeCodePoints\"}}]}}\n",
                       words_.language);
    return target_->Write(out);
  }

 private:
  static std::string IdOf(std::string_view pack, std::string_view rule) {
    return pack.empty() ? std::string(rule) : fmt::format("{}/{}", pack, rule);
  }

  /// What comes before the first result; empty later.
  std::string Begin() {
    if (has_begun_) return "";
    has_begun_ = true;
    return "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","
           "\"runs\":[{\"results\":[";
  }

  static void AppendLocation(const check::RuleFinding& finding, std::string* out) {
    AppendJsonKey("locations", out);
    *out += "[{";
    AppendJsonKey("physicalLocation", out);
    *out += '{';
    AppendJsonKey("artifactLocation", out);
    *out += '{';
    AppendJsonMember("uri", UriOf(finding.source), out);
    *out += '}';
    if (finding.row != 0) {
      // Lines are rows; cells have no place in a region.
      AppendJsonKey("region", out);
      *out += '{';
      AppendJsonMember("startLine", finding.row, out);
      *out += '}';
    }
    *out += '}';
    Location location;
    location.sheet = std::string(finding.sheet);
    location.cell = std::string(CellOf(finding));
    std::string place = LocationText(location);
    if (!place.empty()) {
      AppendJsonKey("logicalLocations", out);
      *out += "[{";
      AppendJsonMember("fullyQualifiedName", place.substr(1), out);
      AppendJsonMember("kind", location.cell.empty() ? "sheet" : "cell", out);
      *out += "}]";
    }
    *out += "}]";
  }

  plugin::Target* const target_;
  const CheckWords& words_;
  bool has_begun_ = false;
  bool is_first_ = true;
  /// Numbers of rules by id, in the order of their first findings.
  std::map<std::string, size_t> rules_;
};

}  // namespace

std::unique_ptr<CheckReport> MakeSarifReport(plugin::Target* target,
                                             const CheckReportOptions& options) {
  return std::make_unique<SarifReport>(target, options);
}

}  // namespace puente::tools
