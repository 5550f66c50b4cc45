// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Drives a plugin through the bare contract, without the pipeline: each call as the kit wants it.
#ifndef PUENTE_TOOLS_KIT_DRIVER_H_
#define PUENTE_TOOLS_KIT_DRIVER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/plugin/catalog.h"
#include "core/plugin/run.h"
#include "puente/v1/record.pb.h"
#include "tools/kit/watch_host.h"

namespace puente::tools {

/// An input of the kit: bytes in memory or a file, given as a plugin would not expect them.
class KitSource {
 public:
  explicit KitSource(std::string_view bytes);
  /// A file, which must be there.
  static std::unique_ptr<KitSource> OfFile(const std::string& path);
  ~KitSource();
  KitSource(const KitSource&) = delete;
  KitSource& operator=(const KitSource&) = delete;

  /// Bytes that one call gives at most.
  size_t chunk = SIZE_MAX;
  /// Reading fails from this byte on.
  uint64_t fail_at = UINT64_MAX;

  /// Makes it one that cannot seek.
  void ForbidSeeking();
  /// Makes its struct one of a later contract.
  void Grow() { c_.value.struct_size = sizeof(PuenteSource) + sizeof(c_.tail); }
  const PuenteSource* c_source() const { return &c_.value; }
  bool intact() const { return c_.intact(); }
  /// How often bytes were asked for.
  uint64_t calls() const { return calls_.load(); }
  /// How many bytes were read in order, and at offsets.
  uint64_t consumed() const { return at_.load(); }
  uint64_t given() const { return given_.load(); }
  uint64_t size() const { return size_; }
  /// A part of it, in memory.
  std::string Part(uint64_t offset, uint64_t length) const;

 private:
  explicit KitSource(int fd);
  PuenteStatus ReadAt(uint64_t offset, char* buffer, size_t capacity, size_t* got);

  std::string_view bytes_;
  int fd_ = -1;
  uint64_t size_ = 0;
  std::string head_;
  std::atomic<uint64_t> at_{0};
  std::atomic<uint64_t> calls_{0};
  std::atomic<uint64_t> given_{0};
  Grown<PuenteSource> c_{false};
};

/// How a drive is done.
struct DriveSettings {
  /// Options, as plugin::CheckOptions gives them.
  plugin::OptionList options;
  /// Limits in force; null means the default ones.
  const Limits* limits = nullptr;
  const std::atomic<bool>* cancel = nullptr;
  /// Structs are those of a later contract.
  bool grown = false;
};

/// What a reading or writing gave.
struct Drive {
  /// OK, or the plugin's error; PUE-0408 when it broke the contract.
  absl::Status status;
  /// Records, dataset headers not counted; and those.
  uint64_t records = 0;
  uint64_t headers = 0;
  uint64_t findings = 0;
  /// Digest over the content of all records in their order, as hexadecimal digits.
  std::string digest;

  /// Everything that two equal readings have in common.
  std::string Summary() const;
};

/// Records for a writer.
struct KitRecord {
  v1::Record message;
  std::string bytes;
  std::string id;
  std::vector<PuenteLeaves> leaves;
};

/// A plugin in this process, loaded with the table of HostWatch. For children of the kit only: it
/// is loaded beside the loader's registry and never unloaded.
class Driver {
 public:
  /// Takes each batch before it is released; an error ends the reading.
  using BatchCallback = std::function<absl::Status(PuenteBatch* batch)>;

  /// Loads the library and calls its entry, with tables of a later contract when `grown`.
  static absl::StatusOr<std::unique_ptr<Driver>> Load(const plugin::CatalogEntry& entry,
                                                      bool grown);

  const PuentePlugin& table() const { return table_.value; }
  /// Whether the plugin wrote only where it may.
  absl::Status CheckTails() const;

  /// Reads a whole input. `callback` may be empty; batches are released in any case.
  Drive Read(std::string_view format, KitSource& source, const DriveSettings& settings,
             const BatchCallback& callback = {}) const;
  /// Cuts an input into pieces and reads them one after the other.
  Drive ReadPieces(std::string_view format, KitSource& source, const DriveSettings& settings) const;
  /// Writes records; `write` takes the bytes and may fail.
  Drive Write(std::string_view format, const std::vector<KitRecord>& records, uint64_t repeat,
              const DriveSettings& settings,
              const std::function<bool(std::string_view)>& write) const;

  /// Parses a record of a batch, whichever way it came.
  static absl::StatusOr<const v1::Record*> Message(const PuenteRecord& record, v1::Record* parsed);

 private:
  Drive ReadOpen(void* reader, plugin::Run& run, const BatchCallback& callback, Drive drive) const;

  Grown<PuentePlugin> table_{false};
};

/// The kit's own records, ready for a writer.
absl::StatusOr<std::vector<KitRecord>> KitRecordsForWriter();
/// The same with this text as the first title of each activity.
absl::StatusOr<std::vector<KitRecord>> KitRecordsWithTitle(std::string_view title, size_t count);

/// Options of a format in one direction: the defaults, and these.
plugin::OptionList KitOptions(const plugin::Format& format, plugin::Direction direction,
                              const plugin::OptionList& given = {});

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_KIT_DRIVER_H_
