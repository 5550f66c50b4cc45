// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes what was wrong with the data, one line of JSON for each finding, for those who repair it.

#ifndef PUENTE_CORE_PIPELINE_REJECTS_H_
#define PUENTE_CORE_PIPELINE_REJECTS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/findings/finding.h"
#include "core/plugin/target.h"

namespace puente::pipeline {

/// The file of `--rejects`: JSON Lines of file, line, column, cell, record, path, code, message and
/// text. Lines and columns are 0, texts are empty where they are not known; a cell of a workbook is
/// `'Sheet'!B2`.
class RejectsFile {
 public:
  /// Opens the file aside. Errors are those of plugin::Target.
  static absl::StatusOr<std::unique_ptr<RejectsFile>> Open(const std::string& path, bool force);

  /// Writes findings of severity error and critical, no others. Errors come with Commit.
  void Add(const Finding& finding);
  /// Gives the file its name. Without it the file vanishes.
  absl::Status Commit() { return target_->Commit(); }
  /// Lines so far.
  uint64_t lines() const { return lines_; }

 private:
  explicit RejectsFile(std::unique_ptr<plugin::Target> target) : target_(std::move(target)) {}
  const std::unique_ptr<plugin::Target> target_;
  uint64_t lines_ = 0;
  std::string line_;
};

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_REJECTS_H_
