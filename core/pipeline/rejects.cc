// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes what was wrong with the data, one line of JSON for each finding.

#include "core/pipeline/rejects.h"

#include <utility>

#include "core/findings/json_text.h"
#include "fmt/format.h"

namespace puente::pipeline {

absl::StatusOr<std::unique_ptr<RejectsFile>> RejectsFile::Open(const std::string& path,
                                                               bool force) {
  plugin::TargetOptions options;
  options.force = force;
  absl::StatusOr<std::unique_ptr<plugin::Target>> target = plugin::Target::Open(path, options);
  if (!target.ok()) return target.status();
  return std::unique_ptr<RejectsFile>(new RejectsFile(*std::move(target)));
}

void RejectsFile::Add(const Finding& finding) {
  if (finding.severity < Severity::kError) return;
  const Location& location = finding.location;
  line_ = "{";
  AppendJsonMember("file", location.source, &line_);
  AppendJsonMember("line", location.line, &line_);
  AppendJsonMember("column", location.column, &line_);
  AppendJsonMember("cell",
                   location.sheet.empty() ? location.cell
                                          : fmt::format("'{}'!{}", location.sheet, location.cell),
                   &line_);
  AppendJsonMember("record", finding.record_id, &line_);
  AppendJsonMember("path", finding.path, &line_);
  AppendJsonMember("code", finding.code, &line_);
  AppendJsonMember("message", finding.message, &line_);
  AppendJsonMember("text", finding.text, &line_);
  line_ += "}\n";
  ++lines_;
  // The target keeps its first error until Commit.
  (void)target_->Write(line_);
}

}  // namespace puente::pipeline
