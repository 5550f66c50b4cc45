// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The exit codes of the command line, and which error has which.

#ifndef PUENTE_CORE_PIPELINE_EXIT_CODE_H_
#define PUENTE_CORE_PIPELINE_EXIT_CODE_H_

#include "absl/status/status.h"
#include "core/pipeline/pipeline.h"

namespace puente::pipeline {

/// Exit codes. They are documented and stable.
enum ExitCode : int {
  /// Done, losses and warnings included.
  kExitDone = 0,
  /// The data is at fault.
  kExitData = 1,
  /// The command is at fault: an option, a format, an output that exists.
  kExitUsage = 2,
  /// Done, but `--on-loss fail` or `--strict` met what they forbid, or `diff` found differences.
  kExitStrict = 3,
  kExitNotAllowed = 4,
  kExitConflict = 5,
  /// Reading or writing bytes failed.
  kExitIo = 6,
  kExitLimit = 7,
  kExitInterrupted = 130,
};

/// The exit code of an error: by its PUE code where it has one of a known range, else by its kind.
ExitCode ExitCodeFor(const absl::Status& status);

/// The exit code of a conversion.
ExitCode ExitCodeFor(const ConvertResult& result);

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_EXIT_CODE_H_
