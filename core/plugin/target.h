// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Outputs of the host: files that appear whole or not at all, standard output, memory and sinks.

#ifndef PUENTE_CORE_PLUGIN_TARGET_H_
#define PUENTE_CORE_PLUGIN_TARGET_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/plugin/puente_plugin.h"

namespace puente::plugin {

/// Takes the next bytes of an output; may block. An error ends the output.
using ByteSink = std::function<absl::Status(std::string_view bytes)>;

/// How an output is opened.
struct TargetOptions {
  /// Replace a file that exists.
  bool force = false;
  /// Take the SHA-256 of the bytes on the way.
  bool hash = false;
  /// A write that waits stops with a cancelled error once this is set and a signal arrives; may be
  /// null. It must outlive the target.
  const std::atomic<bool>* cancel = nullptr;
};

/// One output, owned by the host. A file is written aside, as `.<name>.puente-XXXXXX.part` in the
/// same folder, and takes its name in Commit; without Commit it vanishes. What exists and is no
/// regular file (a device, a pipe) is written directly. Not thread safe.
class Target {
 public:
  /// Opens a file by its path; `-` is standard output. Already-exists error PUE-0102 when the file
  /// exists and `force` is not set; PUE-0103 when it cannot be made.
  static absl::StatusOr<std::unique_ptr<Target>> Open(const std::string& path,
                                                      const TargetOptions& options = {});
  /// Appends to `out`, which must outlive the target.
  static std::unique_ptr<Target> ToMemory(std::string name, std::string* out,
                                          const TargetOptions& options = {});
  /// Hands its bytes on, in pieces of 64 KiB or more but for the last one. They are gone then, as
  /// those of standard output are: there is nothing to discard. Errors of the sink are those of
  /// Write.
  static std::unique_ptr<Target> ToSink(std::string name, ByteSink sink,
                                        const TargetOptions& options = {});
  /// Discards what was not committed.
  ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  /// The output as plugins see it; it lives as long as the target.
  const PuenteTarget* c_target() const { return &c_target_; }
  /// The name as given; `-` is standard output.
  const std::string& name() const { return name_; }

  /// Takes bytes. Data-loss error PUE-0103 with the name, the reason and the bytes that were
  /// written. After an error all calls give the same one.
  absl::Status Write(std::string_view data);
  /// Hands all bytes to the system. Errors are those of Write.
  absl::Status Flush();
  /// Flushes, waits until the bytes are on the disk, gives the file its name. Errors are those of
  /// Write, and already-exists when a file of this name appeared meanwhile and `force` is not set.
  absl::Status Commit();
  /// Removes what is aside. What was written directly stays; it is flushed.
  void Discard();

  /// True when nothing is seen of the output before Commit.
  bool is_aside() const { return !aside_path_.empty() || memory_ != nullptr; }
  /// Where the bytes are before Commit; empty when they are written directly.
  const std::string& aside_path() const { return aside_path_; }
  /// How many bytes were taken.
  uint64_t bytes() const { return bytes_; }
  /// The first error; OK when there was none. Plugins are only told that writing failed.
  const absl::Status& error() const { return error_; }
  /// The SHA-256 of the bytes as hexadecimal digits; empty when `hash` was not asked for. Once.
  absl::StatusOr<std::string> FinishSha256();

 private:
  Target(std::string name, const TargetOptions& options);
  absl::Status OpenAside(const std::string& path, const TargetOptions& options);
  absl::Status WriteOut(std::string_view data);
  /// Lets the system store what was written while the rest is made, so that Commit waits less.
  void StartStoring();
  absl::Status Fail(int error_number, std::string_view doing);
  absl::Status Rename();
  static PuenteStatus CWrite(void* ctx, const char* data, size_t size) noexcept;

  const std::string name_;
  const TargetOptions options_;
  int fd_ = -1;
  bool owns_fd_ = false;
  std::string* memory_ = nullptr;
  size_t memory_start_ = 0;
  ByteSink sink_;
  std::string final_path_;
  std::string aside_path_;
  std::string buffer_;
  uint64_t bytes_ = 0;
  uint64_t written_ = 0;
  uint64_t storing_ = 0;
  std::unique_ptr<Sha256> hash_;
  absl::Status error_;
  PuenteTarget c_target_{};
};

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_TARGET_H_
