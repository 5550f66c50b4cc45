// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes the findings of a conversion in an order that does not depend on the number of threads.

#ifndef PUENTE_CORE_PIPELINE_FINDING_BOOK_H_
#define PUENTE_CORE_PIPELINE_FINDING_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "core/findings/finding.h"
#include "core/findings/finding_log.h"
#include "core/pipeline/pipeline.h"
#include "core/pipeline/rejects.h"
#include "core/plugin/run.h"

namespace puente::pipeline {

/// Findings on their way to the log, the caller and the rejects file. Findings of readers are
/// passed on at once; those of the writer are kept until Finish, since how far a reader is ahead of
/// the writer differs from run to run. Not thread safe.
class FindingBook {
 public:
  /// `rejects` may be null. All must outlive the book.
  FindingBook(const ReadSettings& settings, FindingLog* log, RejectsFile* rejects);

  /// Takes a finding of a reader. With OnError::kStop, one that is an error or worse comes back as
  /// the status that ends the conversion.
  absl::Status AddRead(Finding finding);
  /// Takes the findings that a reader had no room to tell one by one.
  absl::Status AddMoreRead(const plugin::RunNews& news, const std::string& source);
  /// Takes what a writer told; as AddRead, but passed on by Finish.
  absl::Status AddWritten(plugin::RunNews news);
  /// Passes on what was kept.
  void Finish(const std::string& target);

 private:
  void Pass(Finding finding);
  void PassMore(const plugin::RunNews& news, const std::string& source);
  absl::Status StopAt(const Finding& finding) const;

  const ReadSettings& settings_;
  const uint64_t findings_per_file_;
  FindingLog* const log_;
  RejectsFile* const rejects_;
  plugin::RunNews written_;
};

/// How many findings a run keeps until they are taken: all that will be told one by one.
size_t MaxFindings(const ReadSettings& settings, bool rejects);

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_FINDING_BOOK_H_
