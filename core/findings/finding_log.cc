// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Keeps the findings of a run, counts all of them, and shows them without flooding the reader.

#include "core/findings/finding_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/utf8.h"

namespace puente {
namespace {

// Texts of a kept finding are cut beyond this: a thousand of them must stay small.
constexpr size_t kMaxTextBytes = 2000;
constexpr size_t kMaxCodes = 1000;
constexpr std::string_view kOtherCodes = "(other codes)";

void Clip(std::string* text) {
  if (text->size() > kMaxTextBytes) *text = ClipTextWithEllipsis(*text, kMaxTextBytes);
}

size_t SeverityIndex(Severity severity) {
  return static_cast<size_t>(std::clamp(static_cast<int32_t>(severity), int32_t{0}, int32_t{3}));
}

// The count of a code. Codes come from plugins: the map is bounded.
uint64_t& CodeCount(std::map<std::string, uint64_t>* counts, const std::string& code) {
  const auto found = counts->find(code);
  if (found != counts->end()) return found->second;
  return (*counts)[counts->size() < kMaxCodes ? code : std::string(kOtherCodes)];
}

std::string MoreLine(uint64_t count, std::string_view code) {
  const std::string shown = EscapeForTerminalLine(code);
  return fmt::format("... and {} more of {}\n", FormatCount(count),
                     shown.empty() ? "those without a code" : shown);
}

}  // namespace

void FindingLog::Report(Finding finding) {
  Clip(&finding.code);
  finding.severity = static_cast<Severity>(SeverityIndex(finding.severity));
  ++total_;
  ++by_severity_[SeverityIndex(finding.severity)];
  ++CodeCount(&by_code_, finding.code);
  if (++by_source_[finding.location.source] > findings_per_file_) return;
  for (std::string* text : {&finding.message, &finding.hint, &finding.path, &finding.text,
                            &finding.record_id, &finding.location.sheet, &finding.location.cell}) {
    Clip(text);
  }
  findings_.push_back(std::move(finding));
}

uint64_t FindingLog::CountOf(Severity severity) const {
  return by_severity_[SeverityIndex(severity)];
}

std::map<std::string, uint64_t> FindingLog::by_severity() const {
  std::map<std::string, uint64_t> counts;
  for (size_t i = 0; i < by_severity_.size(); ++i) {
    if (by_severity_[i] == 0) continue;
    counts.emplace(SeverityName(static_cast<Severity>(i)), by_severity_[i]);
  }
  return counts;
}

std::string FindingLog::Counts() const {
  constexpr std::array<std::string_view, 4> kOne = {"remark", "warning", "error", "critical error"};
  std::string text;
  for (size_t i = kOne.size(); i-- > 0;) {
    const uint64_t count = by_severity_[i];
    if (count == 0) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}{}", FormatCount(count), kOne[i], count == 1 ? "" : "s");
  }
  return text.empty() ? "no findings" : text;
}

std::string FindingLog::Text(const FindingTextOptions& options, uint64_t per_code) const {
  std::string out;
  std::map<std::string, uint64_t> shown;
  for (const Finding& finding : findings_) {
    uint64_t& count = CodeCount(&shown, finding.code);
    if (count >= per_code) continue;
    ++count;
    out += FindingText(finding, options);
  }
  for (const auto& [code, count] : by_code_) {
    const auto found = shown.find(code);
    const uint64_t told = found == shown.end() ? 0 : found->second;
    if (count > told) out += MoreLine(count - told, code);
  }
  return out;
}

std::string FindingLog::JsonLines() const {
  std::string out;
  for (const Finding& finding : findings_) out += FindingJson(finding);
  return out;
}

FindingPrinter::FindingPrinter(FindingTextOptions options,
                               std::function<void(std::string_view)> print, uint64_t per_code)
    : options_(std::move(options)), print_(std::move(print)), per_code_(per_code) {}

void FindingPrinter::Report(Finding finding) {
  Clip(&finding.code);
  if (++CodeCount(&by_code_, finding.code) <= per_code_) print_(FindingText(finding, options_));
}

void FindingPrinter::Finish(const std::map<std::string, uint64_t>& totals) {
  for (const auto& [code, count] : by_code_) {
    const auto total = totals.find(code);
    const uint64_t all = total == totals.end() ? count : std::max(count, total->second);
    const uint64_t shown = std::min(count, per_code_);
    if (all > shown) print_(MoreLine(all - shown, code));
  }
  by_code_.clear();
}

}  // namespace puente
