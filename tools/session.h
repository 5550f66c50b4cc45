// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What all commands share: plugins, inputs and outputs by format, messages, interruption.
#ifndef PUENTE_TOOLS_SESSION_H_
#define PUENTE_TOOLS_SESSION_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/findings/codes.h"
#include "core/findings/finding_log.h"
#include "core/pipeline/pipeline.h"
#include "core/plugin/catalog.h"
#include "core/plugin/identify.h"
#include "core/plugin/loader.h"

namespace puente::tools {

/// When messages are coloured.
enum class ColourMode { kAuto, kAlways, kNever };

/// Options before or after the command that all commands have.
struct GlobalOptions {
  std::vector<std::string> plugin_dirs;
  std::vector<std::string> limits;  // NAME=VALUE
  bool quiet = false;
  std::string colour = "auto";
};

/// One run of the command.
class Session {
 public:
  GlobalOptions& options() { return options_; }
  /// Takes the global options in; call it once they are parsed. Usage errors.
  absl::Status Start();

  const plugin::Catalog& catalog();
  /// Searches one more folder for plugins, before all others; before the first use of catalog().
  void AddPluginFolder(std::string folder) {
    options_.plugin_dirs.insert(options_.plugin_dirs.begin(), std::move(folder));
  }
  plugin::Loader& loader() { return loader_; }
  const Limits& limits() const { return limits_; }
  /// Messages of the core and of the plugins that are on the search path.
  const CodeCatalogue& codes();

  /// Takes the SHA-256 of the inputs that are opened from now on: a receipt needs it.
  void HashInputs() { hash_inputs_ = true; }
  /// Opens an input, finds its format (`format` empty: by name and content), loads its plugin and
  /// checks the options. Says the format on standard error unless it was given or `say` is false.
  absl::StatusOr<pipeline::Input> OpenInput(const std::string& path, const std::string& format,
                                            const std::vector<std::string>& options, bool say);
  /// The same for an output; `format` empty: by the ending of the name and the format that all
  /// inputs are in, empty when there is none.
  absl::StatusOr<pipeline::Output> OpenOutput(const std::string& path, const std::string& format,
                                              const std::vector<std::string>& options,
                                              std::string_view of_inputs = {});

  /// Settings with limits, interruption, findings printed and the progress line.
  pipeline::ReadSettings Settings(int jobs);
  /// Removes the progress line and prints the findings that were only counted. Call it at the end.
  /// `findings`: the log of what was read, which also counts what was not passed on; may be null.
  void FinishMessages(const FindingLog* findings = nullptr);

  /// Hints name this option for the format of an input or output, in the place of --from and --to:
  /// commands of the exchange have other uses for these.
  void NameFormatOption(std::string_view option) { from_option_ = to_option_ = option; }

  /// A line for people on standard error, unless --quiet.
  void Say(std::string_view line);
  /// A finding on standard error, unless --quiet.
  void Tell(const Finding& finding);
  /// A line that takes the place of the one before, on a terminal, after the first second.
  void ShowProgress(std::string_view line);
  /// An error on standard error, in the shape of a finding; returns its exit code. `argument` is
  /// the text that its line and column count in, when that is a part of the command line.
  int Fail(const absl::Status& status, std::optional<std::string_view> argument = std::nullopt);
  bool colour() const { return colour_; }
  /// Set by Ctrl-C and SIGTERM.
  static const std::atomic<bool>* Interrupted();
  /// Follows another flag: that of the command whose library this is. Before anything else.
  static void FollowInterruption(const std::atomic<bool>* interrupted);
  /// Installs the handlers of signals; once, at the beginning of main.
  static void HandleSignals();

 private:
  void DrawProgress(const pipeline::Progress& progress);
  void ClearProgress();

  GlobalOptions options_;
  std::string from_option_ = "--from";
  std::string to_option_ = "--to";
  bool hash_inputs_ = false;
  bool colour_ = false;
  Limits limits_;
  std::optional<plugin::Catalog> catalog_;
  plugin::Loader loader_;
  std::optional<CodeCatalogue> codes_;
  std::unique_ptr<FindingPrinter> printer_;
  double started_ = 0;
  bool progress_shown_ = false;
};

/// `KEY=VALUE` pairs; a usage error names the one that is not.
absl::StatusOr<plugin::OptionList> ParsePairs(const std::vector<std::string>& pairs,
                                              std::string_view option);
/// A usage error with the code PUE-0001.
absl::Status UsageError(std::string message, std::string hint);
/// Writes to standard output; an io error when it is closed.
absl::Status WriteStdout(std::string_view text);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_SESSION_H_
