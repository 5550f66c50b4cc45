// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Files of any format for the services, through the pipeline and its plugins.

#ifndef PUENTE_SERVICES_FILES_PIPELINE_FORMATS_H_
#define PUENTE_SERVICES_FILES_PIPELINE_FORMATS_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/pipeline/pipeline.h"
#include "core/plugin/catalog.h"
#include "core/plugin/loader.h"
#include "services/exchange/formats.h"

namespace puente::exchange {

/// Which plugins may run, and what holds for files.
struct PipelineFormatsOptions {
  /// Names of plugins from elsewhere than the built-in folder that may run here.
  std::vector<std::string> allowed;
  /// Folders where these are looked for first, as after `--plugin-dir`.
  std::vector<std::string> plugin_dirs;
  /// The built-in folder; empty: that of the executable.
  std::filesystem::path built_in;
  Limits limits;
};

/// Reads and writes files with the plugins of the built-in folder and those that are allowed. Each
/// file is worked on by the calling thread alone, in bounded memory. Any thread.
class PipelineFormats : public FileFormats {
 public:
  /// Looks for plugins; none is loaded before it is needed. PUE-0401 for an allowed plugin that is
  /// not there, or the reason why it is not used.
  static absl::StatusOr<std::unique_ptr<PipelineFormats>> Open(
      const PipelineFormatsOptions& options);

  std::vector<FormatEntry> List() override;
  std::vector<FormatGuess> Identify(std::string_view file_name, std::string_view head) override;
  absl::StatusOr<std::string> Import(const FormatSpec& input, const std::string& file_name,
                                     const std::string& dataset, const ReadBytes& read,
                                     const TakeRecord& take,
                                     const std::atomic<bool>* cancel) override;
  absl::StatusOr<std::string> Export(const FormatSpec& output, const std::string& dataset,
                                     const std::string& filter, const GiveRecord& give,
                                     const WriteBytes& write,
                                     const std::atomic<bool>* cancel) override;
  absl::StatusOr<std::string> Convert(const FormatSpec& input, const FormatSpec& output,
                                      const std::string& file_name, const std::string& filter,
                                      const ReadBytes& read, const WriteBytes& write,
                                      const std::atomic<bool>* cancel) override;

 private:
  PipelineFormats(plugin::Catalog catalog, const Limits& limits)
      : catalog_(std::move(catalog)), limits_(limits) {}

  // The binding and checked options of a format that was chosen by its id.
  absl::StatusOr<plugin::FormatRef> Find(const std::string& format,
                                         plugin::Direction direction) const;
  absl::Status Bind(const plugin::FormatRef& format, pipeline::FormatBinding* binding);
  absl::StatusOr<pipeline::Input> OpenInput(const FormatSpec& spec, const std::string& file_name,
                                            std::unique_ptr<plugin::ByteInput> bytes,
                                            const std::atomic<bool>* cancel);
  absl::StatusOr<pipeline::Output> OpenOutput(const FormatSpec& spec, const std::string& name,
                                              plugin::ByteSink sink);
  // A conversion; the receipt.
  absl::StatusOr<std::string> Run(pipeline::Input input, pipeline::Output output,
                                  const std::string& filter, const std::atomic<bool>* cancel);

  const plugin::Catalog catalog_;
  const Limits limits_;
  plugin::Loader loader_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_FILES_PIPELINE_FORMATS_H_
