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
  /// Bytes of keys (with 8 bytes each) that are held in memory; more are in an unlinked temporary
  /// file.
  size_t max_key_bytes = size_t{64} << 10;
  /// Hash of a key; empty means a seeded one. Ordinals do not depend on it.
  std::function<uint64_t(std::string_view)> hash;
};

/// Tells equal keys apart: the first gets 0, the second 1, and so on. An open-addressing table of
/// 4-byte hashes points to the keys, which are compared in full when the hashes are equal. Slots
/// are small, so that the tables of most datasets fit in the cache of a core. Not thread safe.
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
    /// The upper half of the hash.
    uint32_t hash = 0;
    /// Where the entry of the key begins, in units of kEntryAlignment bytes, plus 1; 0 marks a free
    /// slot.
    uint32_t entry = 0;
  };
  // What an entry begins with; the key follows, then zeros up to the next unit.
  struct EntryHead {
    /// The ordinal that comes next.
    uint32_t next = 0;
    uint32_t key_size = 0;
  };
  static constexpr uint64_t kEntryAlignment = 16;
  static constexpr size_t kBlockSlots = 256;

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
    uint64_t Home(uint32_t hash) const { return hash >> (32 - bits); }
    uint64_t After(uint64_t index) const { return (index + 1) & (size() - 1); }
    absl::Status Allocate(int new_bits, size_t max_bytes);
    /// Makes `block` the one with this number, and writes the one before it when it was changed.
    absl::Status TakeBlock(uint64_t wanted);
    absl::StatusOr<Slot> Load(uint64_t index);
    absl::Status Store(uint64_t index, const Slot& slot);
  };

  /// Reads the head of an entry; false when its key is another one.
  absl::StatusOr<bool> SameKey(uint64_t offset, std::string_view key, EntryHead* head);
  absl::Status StoreHead(uint64_t offset, const EntryHead& head);
  /// Appends an entry; gives what a slot has of it.
  absl::StatusOr<uint32_t> AppendEntry(std::string_view key, uint32_t next);
  absl::Status FlushEntries();
  absl::Status Grow();

  const OrdinalOptions options_;
  const uint64_t seed_;
  uint64_t used_ = 0;
  Slots slots_;
  std::unique_ptr<TempFile> entry_file_;
  // The entries from `flushed_` on are here, those before in the file.
  std::string entries_;
  uint64_t flushed_ = 0;
  std::string compare_buffer_;
};

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_ORDINALS_H_
