// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the services need of formats: files to records, records to files, files to files.

#ifndef PUENTE_SERVICES_EXCHANGE_FORMATS_H_
#define PUENTE_SERVICES_EXCHANGE_FORMATS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"

namespace puente::exchange {

/// A format with options, as a caller chose it.
struct FormatSpec {
  /// Id; empty to have it recognised.
  std::string format;
  std::vector<std::pair<std::string, std::string>> options;
};

/// A format that there is.
struct FormatEntry {
  std::string id;
  std::string title;
  std::string plugin;
  bool can_read = false;
  bool can_write = false;
};

/// A format that a file may have.
struct FormatGuess {
  std::string format;
  int confidence = 0;
  std::string reason;
  std::string version;
};

/// Gives the next bytes of a file: blocks; 0 bytes is the end. An error ends the work.
using ReadBytes = std::function<absl::StatusOr<size_t>(char* buffer, size_t capacity)>;
/// Takes the next bytes of a file; blocks. An error ends the work.
using WriteBytes = std::function<absl::Status(std::string_view bytes)>;
/// Takes one record: its serialized bytes with identity, and its digest.
using TakeRecord = std::function<absl::Status(std::string bytes, const Digest& digest)>;
/// Gives the next record; false is the end.
using GiveRecord = std::function<absl::StatusOr<bool>(std::string* bytes, Digest* digest)>;

/// Formats of the plugins that may run here. All functions may be called from any thread; they
/// block until the work is done. Errors have a reason: FORMAT_NOT_FOUND, OPTION_INVALID,
/// INPUT_INVALID, FILTER_INVALID, PLUGIN_NOT_ALLOWED, and those of the callbacks.
class FileFormats {
 public:
  virtual ~FileFormats() = default;
  /// By id.
  virtual std::vector<FormatEntry> List() = 0;
  /// Surest first.
  virtual std::vector<FormatGuess> Identify(std::string_view file_name, std::string_view head) = 0;
  /// Reads a file into records of `dataset`. The result is the receipt, JSON. `cancel` ends it.
  virtual absl::StatusOr<std::string> Import(const FormatSpec& input, const std::string& file_name,
                                             const std::string& dataset, const ReadBytes& read,
                                             const TakeRecord& take,
                                             const std::atomic<bool>* cancel) = 0;
  /// Writes records as a file. The result is the receipt, JSON.
  virtual absl::StatusOr<std::string> Export(const FormatSpec& output, const std::string& dataset,
                                             const std::string& filter, const GiveRecord& give,
                                             const WriteBytes& write,
                                             const std::atomic<bool>* cancel) = 0;
  /// Converts a file. The result is the receipt, JSON.
  virtual absl::StatusOr<std::string> Convert(const FormatSpec& input, const FormatSpec& output,
                                              const std::string& file_name,
                                              const std::string& filter, const ReadBytes& read,
                                              const WriteBytes& write,
                                              const std::atomic<bool>* cancel) = 0;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_FORMATS_H_
