// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes the findings of a conversion in an order that does not depend on the number of threads.

#include "core/pipeline/finding_book.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "fmt/format.h"

namespace puente::pipeline {
namespace {

// Findings of one batch that reach the rejects file.
constexpr size_t kMaxRejectsInBatch = 4'000;

uint64_t FindingsPerFile(const ReadSettings& settings) {
  return (settings.limits == nullptr ? DefaultLimits() : *settings.limits).findings_per_file;
}

}  // namespace

size_t MaxFindings(const ReadSettings& settings, bool rejects) {
  const size_t kept = static_cast<size_t>(FindingsPerFile(settings));
  return rejects ? std::max(kept, kMaxRejectsInBatch) : kept;
}

FindingBook::FindingBook(const ReadSettings& settings, FindingLog* log, RejectsFile* rejects)
    : settings_(settings),
      findings_per_file_(FindingsPerFile(settings)),
      log_(log),
      rejects_(rejects) {}

absl::Status FindingBook::StopAt(const Finding& finding) const {
  if (settings_.on_error != OnError::kStop || finding.severity < Severity::kError) {
    return absl::OkStatus();
  }
  ErrorDetail detail;
  detail.code = finding.code;
  detail.message = finding.message;
  detail.hint = finding.hint;
  detail.source = finding.location.source;
  detail.line = finding.location.line;
  detail.column = finding.location.column;
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

void FindingBook::Pass(Finding finding) {
  if (rejects_ != nullptr) rejects_->Add(finding);
  const size_t kept = log_->findings().size();
  log_->Report(std::move(finding));
  if (settings_.on_finding && log_->findings().size() > kept) {
    settings_.on_finding(log_->findings().back());
  }
}

void FindingBook::PassMore(const plugin::RunNews& news, const std::string& source) {
  for (const auto& [key, count] : news.more_findings) {
    Finding finding;
    finding.severity = key.first;
    finding.code = key.second;
    finding.message = "findings of this code were too many to be told one by one";
    finding.location.source = source;
    for (uint64_t i = 0; i < count; ++i) log_->Report(finding);
  }
}

absl::Status FindingBook::AddRead(Finding finding) {
  absl::Status stop = StopAt(finding);
  Pass(std::move(finding));
  return stop;
}

absl::Status FindingBook::AddMoreRead(const plugin::RunNews& news, const std::string& source) {
  PassMore(news, source);
  for (const auto& [key, count] : news.more_findings) {
    Finding finding;
    finding.severity = key.first;
    finding.code = key.second;
    finding.message = fmt::format(
        "{} findings of this code, of too many findings to be told one "
        "by one",
        count);
    finding.location.source = source;
    if (absl::Status stop = StopAt(finding); !stop.ok()) return stop;
  }
  return absl::OkStatus();
}

absl::Status FindingBook::AddWritten(plugin::RunNews news) {
  absl::Status stop;
  const size_t most = MaxFindings(settings_, rejects_ != nullptr);
  for (Finding& finding : news.findings) {
    if (stop.ok()) stop = StopAt(finding);
    if (written_.findings.size() < most) {
      written_.findings.push_back(std::move(finding));
    } else {
      ++written_.more_findings[{finding.severity, finding.code}];
    }
  }
  for (const auto& [key, count] : news.more_findings) written_.more_findings[key] += count;
  return stop;
}

void FindingBook::Finish(const std::string& target) {
  for (Finding& finding : written_.findings) Pass(std::move(finding));
  PassMore(written_, target);
  written_ = plugin::RunNews();
}

}  // namespace puente::pipeline
