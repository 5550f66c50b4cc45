// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Inputs of the host: files, standard input and memory, as the PuenteSource that plugins read.

#ifndef PUENTE_CORE_PLUGIN_SOURCE_H_
#define PUENTE_CORE_PLUGIN_SOURCE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/base/limits.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/unpack.h"

namespace puente::plugin {

/// How much of an input a plugin sees without reading it.
inline constexpr size_t kSourceHeadBytes = size_t{8} << 10;

/// The size of an input that is not known before its end.
inline constexpr uint64_t kUnknownSize = UINT64_MAX;

/// Checks that an input can be opened, without opening it (a pipe can be opened once). The size of
/// a regular file, else kUnknownSize; `-` is always fine. Errors are those of Source::Open.
absl::StatusOr<uint64_t> CheckInput(const std::string& path);

/// Where the bytes of an input come from, as they were given: packed or not.
class ByteInput {
 public:
  virtual ~ByteInput() = default;
  /// Reads on from the last call; 0 is the end.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t capacity) = 0;
  /// Reads at an offset, from any thread; only when `can_seek`. Less than `capacity` is the end.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t capacity) = 0;
  virtual bool can_seek() const = 0;
  /// Size in bytes, or kUnknownSize.
  virtual uint64_t size() const = 0;
  /// Makes a call of `Read` that waits for bytes return a cancelled error soon. From any thread.
  virtual void Stop() {}
};

/// How an input is opened.
struct SourceOptions {
  /// Take the SHA-256 of the bytes on the way.
  bool hash = false;
  /// Reading stops with a cancelled error once this is set; may be null. It must outlive the
  /// source.
  const std::atomic<bool>* cancel = nullptr;
  /// Name for messages; empty means the path.
  std::string name = {};
  /// Limits in force for unpacking; null means the default ones.
  const Limits* limits = nullptr;
  /// Unpack an input that begins as gzip or zstd does; false to read its bytes as they are.
  bool unpack = true;
};

/// One input, owned by the host. It must outlive what was opened on `c_source()`. An input that is
/// packed with gzip or zstd, by its first bytes, is unpacked on the way: plugins see what is in it,
/// as a stream that cannot seek. Errors of unpacking are those of Unpacker::Read.
class Source {
 public:
  /// Opens a file by its path; `-` is standard input. What is no regular file is read as a stream.
  /// Errors have the code PUE-0101: not found, permission denied, data loss for all others.
  static absl::StatusOr<std::unique_ptr<Source>> Open(const std::string& path,
                                                      const SourceOptions& options = {});
  /// An input that is in memory.
  static absl::StatusOr<std::unique_ptr<Source>> FromMemory(std::string name, std::string bytes,
                                                            const SourceOptions& options = {});
  /// An input of any other kind; its head is read here.
  static absl::StatusOr<std::unique_ptr<Source>> Make(std::string name,
                                                      std::unique_ptr<ByteInput> input,
                                                      const SourceOptions& options = {});
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// The bytes from `offset` on as an input of its own, at most `length` of them; only when this
  /// one can seek. It reads through this source, which must outlive it. Slices may be made and read
  /// by several threads.
  absl::StatusOr<std::unique_ptr<Source>> Slice(uint64_t offset, uint64_t length);

  /// The input as plugins see it; it lives as long as the source.
  const PuenteSource* c_source() const { return &c_source_; }
  /// The name as given; `-` is standard input.
  const std::string& name() const { return name_; }
  /// The first bytes, unpacked, at most kSourceHeadBytes; they are not consumed.
  std::string_view head() const { return head_; }
  /// How the input is packed.
  Packing packing() const { return packing_; }
  bool can_seek() const { return c_source_.read_at != nullptr; }
  /// Size in bytes, or kUnknownSize, as it is for all that are packed.
  uint64_t size() const { return c_source_.size; }
  /// Size in bytes of the input as given, packed or not, or kUnknownSize.
  uint64_t given_size() const { return input_->size(); }
  /// How many bytes of the input as given, packed or not, were read in order so far. From any
  /// thread.
  uint64_t consumed() const { return position_.load(std::memory_order_relaxed); }
  /// The first error of reading, with the source's name; OK when there was none. Plugins are only
  /// told that reading failed. From any thread.
  absl::Status error() const;
  /// Makes the reading of bytes end with a cancelled error soon. From any thread.
  void Stop();

  /// Unpacks what nobody has read of a packed input, so that its last checksum is checked too; does
  /// nothing for others. Call it when nobody reads any more. Errors are those of reading.
  absl::Status CheckRest();

  /// The SHA-256 of the whole input as given, as hexadecimal digits. What nobody has read in order
  /// yet is read now, where the input can seek; empty when it cannot, or when `hash` was not asked
  /// for. Call it once, when nobody reads any more. Errors are those of reading.
  absl::StatusOr<std::string> FinishSha256();

 private:
  class SliceInput;
  Source(std::string name, std::unique_ptr<ByteInput> input, const SourceOptions& options);

  absl::Status ReadHead();
  absl::Status Unpack();
  absl::StatusOr<size_t> ReadGiven(char* buffer, size_t capacity);
  absl::StatusOr<size_t> Read(char* buffer, size_t capacity);
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t capacity);
  bool cancelled() const;
  PuenteStatus Keep(absl::Status status);
  static PuenteStatus CRead(void* ctx, char* buffer, size_t capacity, size_t* got) noexcept;
  static PuenteStatus CReadAt(void* ctx, uint64_t offset, char* buffer, size_t capacity,
                              size_t* got) noexcept;

  const std::string name_;
  const std::unique_ptr<ByteInput> input_;
  const SourceOptions options_;
  // The first bytes as given, of which so many were read by ReadGiven.
  std::string given_head_;
  size_t given_head_used_ = 0;
  Packing packing_ = Packing::kNone;
  std::unique_ptr<Unpacker> unpacker_;
  // The first bytes as plugins see them; those that are unpacked were read from the input already.
  std::string unpacked_head_;
  size_t unpacked_head_used_ = 0;
  std::string_view head_;
  std::atomic<uint64_t> position_{0};
  std::atomic<bool> stopped_{false};
  bool at_end_ = false;
  std::unique_ptr<Sha256> hash_;
  PuenteSource c_source_{};
  mutable std::mutex mutex_;
  absl::Status error_;
};

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_SOURCE_H_
