// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Totals as a table for people and as JSON for programs.
#include "tools/totals_text.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "core/findings/json_text.h"
#include "fmt/format.h"

namespace puente::tools {
namespace {

using totals::GroupKey;
using totals::Measure;
using totals::Scope;
using totals::Sum;
using totals::Totals;

/// One line of the table.
struct Line {
  std::string amount;
  std::string unit;
  std::string count;
  std::string measure;
  std::string rest;
};

/// The sums of all groups.
std::map<Measure, Sum> TotalsOf(const Scope& scope) {
  if (!scope.sums.empty()) return scope.sums;
  std::map<Measure, Sum> totals;
  for (const auto& [key, sums] : scope.groups) {
    for (const auto& [measure, sum] : sums) {
      Sum& total = totals[measure];
      total.count += sum.count;
      // Beyond 38 digits the groups still have their sums.
      if (const auto added = Decimal::Add(total.amount, sum.amount); added.ok()) {
        total.amount = *added;
      }
    }
  }
  return totals;
}

Line LineOf(const Measure& measure, const Sum& sum, std::string rest) {
  return {WithThousands(sum.amount.ToString()),
          measure.unit.empty() ? "?" : EscapeForTerminalLine(measure.unit), FormatCount(sum.count),
          EscapeForTerminalLine(measure.name), std::move(rest)};
}

void AppendLines(const std::vector<Line>& lines, std::string* out) {
  size_t amount = 0;
  size_t unit = 0;
  size_t count = 0;
  size_t measure = 0;
  for (const Line& line : lines) {
    amount = std::max(amount, line.amount.size());
    unit = std::max(unit, line.unit.size());
    count = std::max(count, line.count.size());
    measure = std::max(measure, line.measure.size());
  }
  for (const Line& line : lines) {
    std::string text = fmt::format("  {:>{}} {:<{}} {:>{}}  {:<{}}", line.amount, amount, line.unit,
                                   unit, line.count, count, line.measure, measure);
    if (!line.rest.empty()) text += "  " + line.rest;
    text.erase(text.find_last_not_of(' ') + 1);
    *out += text + "\n";
  }
}

/// The groups of a measure, the largest first.
std::vector<std::pair<const GroupKey*, const Sum*>> Ranked(const Scope& scope,
                                                           const Measure& measure) {
  std::vector<std::pair<const GroupKey*, const Sum*>> ranked;
  for (const auto& [key, sums] : scope.groups) {
    const auto sum = sums.find(measure);
    if (sum != sums.end()) ranked.emplace_back(&key, &sum->second);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return Decimal::Compare(a.second->amount, b.second->amount) > 0;
  });
  return ranked;
}

bool HasReport(const Totals& totals, const Scope& scope, bool is_filtered) {
  return !is_filtered && totals.method.name == "fts-boundary" && scope.reported_funding.has_value();
}

void AppendReport(const Scope& scope, const std::map<Measure, Sum>& sums, std::string* out) {
  const auto compare = [&](std::string_view measure, const std::optional<Decimal>& reported) {
    if (!reported.has_value()) return;
    const auto sum = sums.find({std::string(measure), "USD"});
    const Decimal ours = sum == sums.end() ? Decimal() : sum->second.amount;
    const bool same = Decimal::Compare(ours, *reported) == 0;
    *out += fmt::format("  the answer itself says {} USD of {}: {}\n",
                        WithThousands(reported->ToString()), measure, same ? "equal" : "NOT equal");
  };
  compare("funding", scope.reported_funding);
  compare("pledges", scope.reported_pledges);
}

/// What an amount is and its unit.
void AppendMeasure(const Measure& measure, std::string* out) {
  AppendJsonMember("measure", measure.name, out);
  AppendJsonMember(measure.unit == totals::kPeopleUnit ? "unit" : "currency", measure.unit, out);
}

void AppendSum(const Measure& measure, const Sum& sum, std::string* out) {
  AppendMeasure(measure, out);
  AppendJsonMember("amount", sum.amount.ToString(), out);
  AppendJsonKey("count", out);
  *out += std::to_string(sum.count) + "}";
}

}  // namespace

std::string TotalsText(const Totals& totals, bool is_filtered) {
  std::string out = fmt::format("method {} {}: {}\n", totals.method.name, totals.method.version,
                                totals.method.summary);
  if (!totals.shares.empty()) {
    out += fmt::format("shares of {}\n", EscapeForTerminalLine(totals.shares));
  }
  std::string titles;
  for (const totals::GroupField& field : totals.fields) {
    titles += fmt::format("{}{}", titles.empty() ? "" : " | ", field.name);
  }
  for (const Scope& scope : totals.scopes) {
    out += fmt::format("\n{}: {} record{} of {} file{}\n",
                       scope.query.empty() ? EscapeForTerminalLine(scope.sources.front()) +
                                                 (scope.sources.size() > 1 ? " and others" : "")
                                           : EscapeForTerminalLine(scope.query),
                       FormatCount(scope.records), scope.records == 1 ? "" : "s",
                       FormatCount(scope.sources.size()), scope.sources.size() == 1 ? "" : "s");
    const std::map<Measure, Sum> sums = TotalsOf(scope);
    std::vector<Line> lines;
    if (!totals.fields.empty()) lines.push_back({"amount", "", "count", "of", titles});
    for (const auto& [measure, total] : sums) {
      if (!totals.fields.empty()) {
        for (const auto& [key, sum] : Ranked(scope, measure)) {
          std::string values;
          for (const std::string& value : *key) {
            values += (values.empty() ? "" : " | ") + EscapeForTerminalLine(value);
          }
          lines.push_back(LineOf(measure, *sum, values));
        }
      }
      if (totals.adds_up) {
        lines.push_back(LineOf(measure, total, totals.fields.empty() ? "" : "(total)"));
      }
    }
    AppendLines(lines, &out);
    if (HasReport(totals, scope, is_filtered)) AppendReport(scope, sums, &out);
    if (scope.left_out.empty()) continue;
    out += "  left out\n";
    std::vector<Line> left_out;
    for (const auto& [reason, by_measure] : scope.left_out) {
      for (const auto& [measure, sum] : by_measure) {
        left_out.push_back(LineOf(measure, sum, EscapeForTerminalLine(reason)));
      }
    }
    AppendLines(left_out, &out);
  }
  return out;
}

std::string TotalsJson(const Totals& totals, bool is_filtered) {
  std::string out = "{";
  AppendJsonMember("method", totals.method.name, &out);
  AppendJsonKey("version", &out);
  out += std::to_string(totals.method.version);
  AppendJsonMember("summary", totals.method.summary, &out);
  if (!totals.shares.empty()) AppendJsonMember("shares", totals.shares, &out);
  AppendJsonKey("by", &out);
  out += '[';
  for (const totals::GroupField& field : totals.fields) {
    if (out.back() != '[') out += ',';
    AppendJsonString(field.name, &out);
  }
  out += ']';
  AppendJsonKey("scopes", &out);
  out += '[';
  for (const Scope& scope : totals.scopes) {
    if (out.back() != '[') out += ',';
    out += '{';
    AppendJsonMember("query", scope.query, &out);
    AppendJsonKey("records", &out);
    out += std::to_string(scope.records);
    AppendJsonKey("sources", &out);
    out += '[';
    for (const std::string& source : scope.sources) {
      if (out.back() != '[') out += ',';
      AppendJsonString(source, &out);
    }
    out += ']';
    AppendJsonKey("totals", &out);
    out += '[';
    for (const auto& [measure, sum] : TotalsOf(scope)) {
      if (!totals.adds_up) break;
      out += out.back() == '[' ? "{" : ",{";
      AppendSum(measure, sum, &out);
    }
    out += ']';
    AppendJsonKey("groups", &out);
    out += '[';
    for (const auto& [key, sums] : scope.groups) {
      if (totals.fields.empty()) break;
      for (const auto& [measure, sum] : sums) {
        out += out.back() == '[' ? "{" : ",{";
        AppendJsonKey("key", &out);
        out += '{';
        for (size_t i = 0; i < key.size(); ++i) {
          AppendJsonMember(totals.fields[i].name, key[i], &out);
        }
        out += '}';
        AppendSum(measure, sum, &out);
      }
    }
    out += ']';
    AppendJsonKey("left_out", &out);
    out += '[';
    for (const auto& [reason, sums] : scope.left_out) {
      for (const auto& [measure, sum] : sums) {
        out += out.back() == '[' ? "{" : ",{";
        AppendJsonMember("reason", reason, &out);
        AppendSum(measure, sum, &out);
      }
    }
    out += ']';
    if (HasReport(totals, scope, is_filtered)) {
      AppendJsonKey("reported", &out);
      out += '{';
      AppendJsonMember("funding", scope.reported_funding->ToString(), &out);
      if (scope.reported_pledges.has_value()) {
        AppendJsonMember("pledges", scope.reported_pledges->ToString(), &out);
      }
      out += '}';
    }
    out += '}';
  }
  return out + "]}\n";
}

std::string LeftOutJson(const totals::LeftOut& left_out, const std::string& source) {
  std::string out = "{";
  if (left_out.record != nullptr) {
    const v1::Provenance& provenance = left_out.record->provenance();
    AppendJsonMember("source", source, &out);
    if (!provenance.sheet().empty()) AppendJsonMember("sheet", provenance.sheet(), &out);
    AppendJsonKey("line", &out);
    out += std::to_string(provenance.line());
    AppendJsonMember("record", left_out.record->identity().id(), &out);
  } else {
    AppendJsonKey("place", &out);
    out += '{';
    for (const auto& [name, value] : left_out.place) AppendJsonMember(name, value, &out);
    out += '}';
  }
  AppendJsonMember("reason", left_out.reason, &out);
  AppendMeasure(left_out.measure, &out);
  AppendJsonMember("amount", left_out.amount == nullptr ? "" : left_out.amount->ToString(), &out);
  return out + "}\n";
}

}  // namespace puente::tools
