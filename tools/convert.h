// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The options of a conversion and its run, for `convert` and `map`.
#ifndef PUENTE_TOOLS_CONVERT_H_
#define PUENTE_TOOLS_CONVERT_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/session.h"

namespace puente::tools {

/// As many threads as there are cores.
int DefaultJobs();

/// What the command line says about a conversion.
struct ConvertOptions {
  std::vector<std::string> inputs;
  std::string output;
  std::string from;
  std::string to;
  std::vector<std::string> in_options;
  std::vector<std::string> out_options;
  std::optional<std::string> where;
  uint64_t limit = 0;
  std::string receipt;
  bool verify = false;
  std::string on_loss = "report";
  std::string on_error = "skip";
  bool strict = false;
  std::string rejects;
  int jobs = DefaultJobs();
  bool force = false;
  std::string carrier = "message";
  /// Say at the end what was read and written.
  bool summary = true;
};

/// Adds all options but the files and formats.
void AddConvertOptions(CLI::App* command, ConvertOptions* options);

/// Adds --receipt, --on-error, --strict, --rejects, --jobs, --force: what every reading of inputs
/// has.
void AddReadingOptions(CLI::App* command, ConvertOptions* options);

/// Adds --verify, --on-loss: what every file that is written has.
void AddWritingOptions(CLI::App* command, ConvertOptions* options);

/// Converts, prints the summary, writes the receipt; the result is the exit code.
int RunConvert(Session& session, const ConvertOptions& options);

/// That a receipt, where one is asked for, can be written: said before the work, not after it.
absl::Status CheckReceiptFile(const ConvertOptions& options);

/// Opens the output of a conversion; that of CheckReceiptFile comes first.
absl::StatusOr<pipeline::Output> OpenConvertOutput(Session& session, const ConvertOptions& options,
                                                   std::string_view of_inputs = {});

/// What becomes of the error of a conversion whose inputs or output are not files.
using ExplainError = std::function<absl::Status(const absl::Status& status)>;

/// The same with inputs and output that are open, and what chooses records: the rest comes from the
/// options. `explain` may be empty.
int RunOpenConvert(Session& session, const ConvertOptions& options,
                   pipeline::ConvertRequest request, const ExplainError& explain = nullptr);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CONVERT_H_
