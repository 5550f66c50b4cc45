// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts how often each key occurred, in bounded memory whatever the number of keys.

#ifndef PUENTE_CORE_PIPELINE_ORDINALS_H_
#define PUENTE_CORE_PIPELINE_ORDINALS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/temp_file.h"

namespace puente::pipeline {

/// How a table is kept; the defaults are those of a conversion.
struct OrdinalOptions {
  /// Bytes of the table that are held in memory; a larger one is in an unlinked temporary file.
  size_t max_table_bytes = size_t{4} << 20;
  /// Bytes of keys that are held in memory; more are in an unlinked temporary file.
  size_t max_key_bytes = size_t{64} << 10;
  /// Hash of a key; empty means a seeded one. Ordinals do not depend on it.
  std::function<uint64_t(std::string_view)> hash;
};

/// Tells equal keys apart: the first gets 0, the second 1, and so on. An open-addressing table of
/// 8-byte hashes points to the keys, which are compared in full when the hashes are equal. Not
/// thread safe.
class OrdinalTable {
 public:
  explicit OrdinalTable(OrdinalOptions options = {});

  /// The next ordinal of a key that is not below `at_least`. Data-loss error PUE-0103 when the
  /// temporary file cannot be read or written; resource-exhausted error when ordinals run out.
  absl::StatusOr<uint32_t> Next(std::string_view key, uint32_t at_least = 0);

  /// How many different keys there are.
  uint64_t keys() const { return used_; }
  /// True once the table is in a file.
  bool spilled() const { return slots_.file != nullptr; }

 private:
  struct Slot {
    uint64_t hash = 0;
    /// Where the key is among the keys.
    uint64_t key_offset = 0;
    uint32_t key_size = 0;
    /// The ordinal that comes next; 0 marks a free slot.
    uint32_t next = 0;
  };
  static constexpr size_t kBlockSlots = 128;

  // 2^bits slots, in memory or in a file that is read in blocks.
  struct Slots {
    int bits = 0;
    std::vector<Slot> memory;
    std::unique_ptr<TempFile> file;
    std::array<Slot, kBlockSlots> block;
    uint64_t block_number = UINT64_MAX;
    /// True when the block is not in the file as it is here.
    bool is_changed = false;

    uint64_t size() const { return uint64_t{1} << bits; }
    uint64_t Home(uint64_t hash) const { return hash >> (64 - bits); }
    uint64_t After(uint64_t index) const { return (index + 1) & (size() - 1); }
    absl::Status Allocate(int new_bits, size_t max_bytes);
    /// Makes `block` the one with this number, and writes the one before it when it was changed.
    absl::Status TakeBlock(uint64_t wanted);
    absl::StatusOr<Slot> Load(uint64_t index);
    absl::Status Store(uint64_t index, const Slot& slot);
  };

  absl::StatusOr<bool> SameKey(const Slot& slot, std::string_view key);
  absl::StatusOr<uint64_t> AppendKey(std::string_view key);
  absl::Status Grow();

  const OrdinalOptions options_;
  const uint64_t seed_;
  uint64_t used_ = 0;
  Slots slots_;
  std::unique_ptr<TempFile> key_file_;
  // The keys from `flushed_keys_` on are here, those before in the file.
  std::string key_buffer_;
  uint64_t flushed_keys_ = 0;
  std::string compare_buffer_;
};

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_ORDINALS_H_
