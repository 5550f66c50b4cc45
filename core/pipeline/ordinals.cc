// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts how often each key occurred, in bounded memory whatever the number of keys.

#include "core/pipeline/ordinals.h"

#include <sys/random.h>

#include <utility>

#include "absl/hash/hash.h"
#include "core/base/strings.h"

namespace puente::pipeline {
namespace {

constexpr int kFirstBits = 8;
/// The table begins with this many bits where the bound allows it: most datasets then never make it
/// grow, and memory does not depend on how many records there are.
constexpr int kUsualBits = 16;

int FirstBits(size_t max_bytes, size_t slot_bytes) {
  return (slot_bytes << kUsualBits) <= max_bytes ? kUsualBits : kFirstBits;
}

uint64_t RandomSeed() {
  uint64_t seed = 0x9E3779B97F4A7C15;
  (void)!getrandom(&seed, sizeof(seed), GRND_NONBLOCK);
  return seed;
}

}  // namespace

OrdinalTable::OrdinalTable(OrdinalOptions options)
    : options_(std::move(options)), seed_(RandomSeed()) {}

absl::Status OrdinalTable::Slots::Allocate(int new_bits, size_t max_bytes) {
  bits = new_bits;
  if (size() * sizeof(Slot) <= max_bytes) {
    memory.resize(size());
    return absl::OkStatus();
  }
  absl::StatusOr<std::unique_ptr<TempFile>> made = TempFile::Create();
  if (!made.ok()) return made.status();
  file = *std::move(made);
  return absl::OkStatus();
}

absl::Status OrdinalTable::Slots::TakeBlock(uint64_t wanted) {
  if (wanted == block_number) return absl::OkStatus();
  if (is_changed) {
    absl::Status status =
        file->WriteAt(block_number * sizeof(block),
                      std::string_view(reinterpret_cast<const char*>(block.data()), sizeof(block)));
    if (!status.ok()) return status;
    is_changed = false;
  }
  block_number = UINT64_MAX;
  absl::Status status =
      file->ReadAt(wanted * sizeof(block), reinterpret_cast<char*>(block.data()), sizeof(block));
  if (status.ok()) block_number = wanted;
  return status;
}

absl::StatusOr<OrdinalTable::Slot> OrdinalTable::Slots::Load(uint64_t index) {
  if (file == nullptr) return memory[index];
  if (absl::Status status = TakeBlock(index / kBlockSlots); !status.ok()) return status;
  return block[index % kBlockSlots];
}

absl::Status OrdinalTable::Slots::Store(uint64_t index, const Slot& slot) {
  if (file == nullptr) {
    memory[index] = slot;
    return absl::OkStatus();
  }
  if (absl::Status status = TakeBlock(index / kBlockSlots); !status.ok()) return status;
  block[index % kBlockSlots] = slot;
  is_changed = true;
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> OrdinalTable::Next(std::string_view key, uint32_t at_least) {
  // At most seven tenths full: longer runs of taken slots make each look-up slow.
  if (slots_.bits == 0 || (used_ + 1) * 10 > slots_.size() * 7) {
    if (absl::Status status = Grow(); !status.ok()) return status;
  }
  const uint64_t hash = options_.hash ? options_.hash(key) : absl::HashOf(seed_, ToAbsl(key));
  uint64_t index = slots_.Home(hash);
  while (true) {
    absl::StatusOr<Slot> slot = slots_.Load(index);
    if (!slot.ok()) return slot.status();
    if (slot->next == 0) {
      if (at_least == UINT32_MAX) break;
      absl::StatusOr<uint64_t> offset = AppendKey(key);
      if (!offset.ok()) return offset.status();
      ++used_;
      const Slot added{hash, *offset, static_cast<uint32_t>(key.size()), at_least + 1};
      if (absl::Status status = slots_.Store(index, added); !status.ok()) return status;
      return at_least;
    }
    if (slot->hash == hash) {
      absl::StatusOr<bool> same = SameKey(*slot, key);
      if (!same.ok()) return same.status();
      if (*same) {
        const uint32_t ordinal = std::max(slot->next, at_least);
        if (ordinal == UINT32_MAX) break;
        slot->next = ordinal + 1;
        if (absl::Status status = slots_.Store(index, *slot); !status.ok()) return status;
        return ordinal;
      }
    }
    index = slots_.After(index);
  }
  return absl::ResourceExhaustedError("too many records have the same id");
}

absl::StatusOr<bool> OrdinalTable::SameKey(const Slot& slot, std::string_view key) {
  if (slot.key_size != key.size()) return false;
  if (slot.key_offset >= flushed_keys_) {
    return key_buffer_.compare(slot.key_offset - flushed_keys_, key.size(), key) == 0;
  }
  compare_buffer_.resize(key.size());
  absl::Status status = key_file_->ReadAt(slot.key_offset, compare_buffer_.data(), key.size());
  if (!status.ok()) return status;
  return compare_buffer_ == key;
}

absl::StatusOr<uint64_t> OrdinalTable::AppendKey(std::string_view key) {
  if (key.size() > UINT32_MAX) return absl::ResourceExhaustedError("an id is larger than 4 GiB");
  if (!key_buffer_.empty() && key_buffer_.size() + key.size() > options_.max_key_bytes) {
    if (key_file_ == nullptr) {
      absl::StatusOr<std::unique_ptr<TempFile>> made = TempFile::Create();
      if (!made.ok()) return made.status();
      key_file_ = *std::move(made);
    }
    absl::Status status = key_file_->WriteAt(flushed_keys_, key_buffer_);
    if (!status.ok()) return status;
    flushed_keys_ += key_buffer_.size();
    key_buffer_.clear();
  }
  const uint64_t offset = flushed_keys_ + key_buffer_.size();
  key_buffer_.append(key);
  return offset;
}

absl::Status OrdinalTable::Grow() {
  Slots larger;
  absl::Status status = larger.Allocate(
      slots_.bits == 0 ? FirstBits(options_.max_table_bytes, sizeof(Slot)) : slots_.bits + 1,
      options_.max_table_bytes);
  // Slots are in the order of their hashes, so that both tables are gone through from end to end.
  for (uint64_t from = 0; status.ok() && slots_.bits != 0 && from < slots_.size(); ++from) {
    absl::StatusOr<Slot> slot = slots_.Load(from);
    if (!slot.ok()) return slot.status();
    if (slot->next == 0) continue;
    uint64_t to = larger.Home(slot->hash);
    while (true) {
      absl::StatusOr<Slot> taken = larger.Load(to);
      if (!taken.ok()) return taken.status();
      if (taken->next == 0) break;
      to = larger.After(to);
    }
    status = larger.Store(to, *slot);
  }
  if (!status.ok()) return status;
  slots_ = std::move(larger);
  return absl::OkStatus();
}

}  // namespace puente::pipeline
