// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What all checks of the kit share: the plugin, its samples, a scratch folder, and the results.
#ifndef PUENTE_TOOLS_KIT_KIT_CONTEXT_H_
#define PUENTE_TOOLS_KIT_KIT_CONTEXT_H_

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/pipeline.h"
#include "core/plugin/catalog.h"
#include "tools/kit/check_table.h"
#include "tools/kit/child.h"
#include "tools/kit/driver.h"
#include "tools/session.h"

namespace puente::tools {

/// A folder that is removed with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  /// Path of a file in it.
  std::string File(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A whole file; empty when it cannot be read.
std::string ReadBytes(const std::string& path);
/// Writes a whole file.
void WriteBytes(const std::string& path, std::string_view bytes);

/// A file in a format.
struct KitSample {
  std::string path;
  /// Its name without folder.
  std::string name;
  std::string bytes;
  /// The format that it is in.
  const plugin::Format* format = nullptr;
};

/// How a conversion or reading through the pipeline is done.
struct PipeSettings {
  int jobs = 1;
  bool bytes = false;
  bool verify = false;
  uint64_t piece_bytes = 0;
};

/// The plugin under test and what is known of it. Checks add their results.
class KitContext {
 public:
  KitContext(Session& session, const plugin::CatalogEntry& entry, std::chrono::milliseconds limit,
             std::function<void(const KitResult&)> report);

  /// Runs `body` in a child and takes its results. `checks` are those that it decides: when it does
  /// not survive, the first of them that it told nothing of has failed, and the others are not
  /// applicable. The child's driver and codes are taken in, too.
  ChildRun Run(const plugin::Format* format, const KitSample* sample,
               const std::vector<std::string_view>& checks,
               const std::function<void(ChildReport&)>& body);
  /// Adds a result of the kit itself. `died` results are never quirks.
  void Add(KitResult result, bool died = false);
  /// Adds one without a sample.
  void Add(std::string_view check, const plugin::Format* format, KitOutcome outcome,
           std::string_view reason);

  /// For children: the plugin with the kit's own host; ends the check when it cannot be had.
  static std::unique_ptr<Driver> LoadDriver(const plugin::CatalogEntry& entry, ChildReport& report,
                                            std::string_view check, bool grown = false);
  /// For children: hands over what the plugin told the host that it must not, and the codes.
  static void TellWatch(ChildReport& report);
  /// For children: converts through the pipeline. `format` as for `--from` and `--to`.
  pipeline::ConvertResult Convert(const std::string& from, const std::string& from_format,
                                  const std::string& to, const std::string& to_format,
                                  const PipeSettings& settings);
  /// For children: reads bytes through the pipeline.
  pipeline::ReadResult Read(const plugin::Format& format, std::string bytes,
                            const PipeSettings& settings = {}, ChildReport* report = nullptr);

  /// `plugin:format`, so that no other plugin of the format is meant.
  std::string QualifiedName(const plugin::Format& format) const;
  /// Usual ending of names of files in a format.
  static std::string Extension(const plugin::Format& format);

  Session& session() { return session_; }
  const plugin::CatalogEntry& entry() const { return entry_; }
  const ScratchFolder& scratch() const { return scratch_; }
  bool interrupted() const { return interrupted_; }
  std::vector<KitSample>& samples() { return samples_; }
  /// Files of formats of other plugins.
  std::vector<KitSample>& foreign() { return foreign_; }
  /// A large file that was made of a format, or empty.
  std::map<const plugin::Format*, std::string>& large_files() { return large_files_; }

  const std::set<std::string>& codes() const { return codes_; }
  const std::vector<std::string>& faults() const { return faults_; }
  const std::string& printed() const { return printed_; }
  const std::vector<KitResult>& results() const { return results_; }
  /// Indices of the manifest's quirks that excused a failure.
  const std::set<size_t>& used_quirks() const { return used_quirks_; }

 private:
  Session& session_;
  const plugin::CatalogEntry& entry_;
  const std::chrono::milliseconds limit_;
  const std::function<void(const KitResult&)> report_;
  ScratchFolder scratch_;
  Limits limits_;
  std::vector<KitSample> samples_;
  std::vector<KitSample> foreign_;
  std::map<const plugin::Format*, std::string> large_files_;
  std::vector<KitResult> results_;
  std::set<std::string> codes_;
  std::vector<std::string> faults_;
  std::string printed_;
  std::set<size_t> used_quirks_;
  bool interrupted_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_KIT_KIT_CONTEXT_H_
