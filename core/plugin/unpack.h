// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Unpacks gzip and zstd streams within limits, without trusting what they say of themselves.

#ifndef PUENTE_CORE_PLUGIN_UNPACK_H_
#define PUENTE_CORE_PLUGIN_UNPACK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/base/limits.h"

namespace puente::plugin {

/// How an input is packed.
enum class Packing { kNone, kGzip, kZstd };

/// The name of a packing: `gzip`, `zstd`; empty for none.
std::string_view PackingName(Packing packing);

/// How an input with these first bytes is packed. Four bytes are enough to tell.
Packing PackingOf(std::string_view head);

/// From this size of unpacked data on the limit `unpacked_ratio` holds: what is smaller does no
/// harm, and small honest files may be packed better.
inline constexpr uint64_t kRatioHoldsFrom = uint64_t{10} << 20;

/// Unpacks one stream: all members of a gzip file, all frames of a zstd file, one after the other.
/// Checksums are checked. Memory is bounded by the limit `zstd_window_log`.
class Unpacker {
 public:
  /// Reads on in the packed bytes; 0 is the end.
  using ReadPacked = std::function<absl::StatusOr<size_t>(char* buffer, size_t capacity)>;

  /// Makes one for a packing other than kNone. Resource-exhausted error without memory.
  static absl::StatusOr<std::unique_ptr<Unpacker>> Create(Packing packing, const Limits& limits,
                                                          ReadPacked read);
  virtual ~Unpacker() = default;
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  /// Unpacks the next bytes; 0 is the end, which is reached only when all checksums are right and
  /// nothing follows. Errors name the byte of the packed input: data-loss error PUE-0120 for data
  /// that are damaged, cut, or followed by something else; resource-exhausted error PUE-0203 beyond
  /// a limit; and those of reading.
  absl::StatusOr<size_t> Read(char* buffer, size_t capacity);

 protected:
  /// What one step did.
  struct Step {
    /// Bytes taken and bytes made.
    size_t used = 0;
    size_t made = 0;
    /// The member or frame is complete, and its checksum right.
    bool part_done = false;
  };

  Unpacker(Packing packing, const Limits& limits, ReadPacked read);
  /// True when a member or frame begins with these bytes.
  virtual bool BeginsPart(std::string_view bytes) const = 0;
  /// Gets ready for the next member or frame.
  virtual absl::Status BeginPart() = 0;
  /// Unpacks some bytes.
  virtual absl::StatusOr<Step> Unpack(std::string_view packed, char* buffer, size_t capacity) = 0;

  /// The error for data that are damaged here.
  absl::Status Damaged(std::string_view why) const;
  /// The error for what is beyond a limit, which `what` leads up to.
  absl::Status Beyond(std::string_view what, std::string_view limit) const;
  const Limits& limits() const { return limits_; }

 private:
  std::string_view ahead() const { return {buffer_.get() + begin_, end_ - begin_}; }
  absl::Status Fill();
  absl::StatusOr<bool> NextPart();
  absl::Status CheckSize() const;
  absl::Status Error(std::string what) const;

  const Packing packing_;
  const Limits limits_;
  const ReadPacked read_;
  const std::unique_ptr<char[]> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool in_part_ = false;
  // The last step filled all that it was given: it may have more without new bytes.
  bool more_ready_ = false;
  uint64_t packed_bytes_ = 0;
  uint64_t unpacked_bytes_ = 0;
};

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_UNPACK_H_
