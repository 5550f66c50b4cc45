// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The options of a conversion and its run, for `convert` and `map`.
#ifndef PUENTE_TOOLS_CONVERT_H_
#define PUENTE_TOOLS_CONVERT_H_

#include <CLI/CLI.hpp>
#include <cstdint>
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
};

/// Adds all options but the files and formats.
void AddConvertOptions(CLI::App* command, ConvertOptions* options);

/// Converts, prints the summary, writes the receipt; the result is the exit code.
int RunConvert(Session& session, const ConvertOptions& options);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CONVERT_H_
