// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts how often each key occurred, in bounded memory whatever the number of keys.

#include "core/pipeline/ordinals.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/hash/hash.h"
#include "core/base/strings.h"

namespace puente::pipeline {
namespace {

constexpr int kFirstBits = 8;
/// The table begins with this many bits where the bound allows it: most datasets then never make it
/// grow, and memory does not depend on how many records there are.
constexpr int kUsualBits = 17;
/// Homes are told apart by the 32 bits of a hash that slots have.
constexpr int kMostBits = 31;

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
  const uint64_t whole = options_.hash ? options_.hash(key) : absl::HashOf(seed_, ToAbsl(key));
  const auto hash = static_cast<uint32_t>(whole >> 32);
  uint64_t index = slots_.Home(hash);
  while (true) {
    absl::StatusOr<Slot> slot = slots_.Load(index);
    if (!slot.ok()) return slot.status();
    if (slot->entry == 0) {
      if (at_least == UINT32_MAX) break;
      absl::StatusOr<uint32_t> entry = AppendEntry(key, at_least + 1);
      if (!entry.ok()) return entry.status();
      ++used_;
      if (absl::Status status = slots_.Store(index, Slot{hash, *entry}); !status.ok())
        return status;
      return at_least;
    }
    if (slot->hash == hash) {
      const uint64_t offset = (slot->entry - uint64_t{1}) * kEntryAlignment;
      EntryHead head;
      absl::StatusOr<bool> same = SameKey(offset, key, &head);
      if (!same.ok()) return same.status();
      if (*same) {
        const uint32_t ordinal = std::max(head.next, at_least);
        if (ordinal == UINT32_MAX) break;
        head.next = ordinal + 1;
        if (absl::Status status = StoreHead(offset, head); !status.ok()) return status;
        return ordinal;
      }
    }
    index = slots_.After(index);
  }
  return absl::ResourceExhaustedError("too many records have the same id");
}

absl::StatusOr<bool> OrdinalTable::SameKey(uint64_t offset, std::string_view key, EntryHead* head) {
  if (offset >= flushed_) {
    const std::string_view entry = std::string_view(entries_).substr(offset - flushed_);
    std::memcpy(head, entry.data(), sizeof(*head));
    return head->key_size == key.size() && entry.substr(sizeof(*head), key.size()) == key;
  }
  // One reading takes both; what is beyond the end of the file is zero.
  compare_buffer_.resize(sizeof(*head) + key.size());
  absl::Status status = entry_file_->ReadAt(offset, compare_buffer_.data(), compare_buffer_.size());
  if (!status.ok()) return status;
  std::memcpy(head, compare_buffer_.data(), sizeof(*head));
  return head->key_size == key.size() &&
         std::string_view(compare_buffer_).substr(sizeof(*head)) == key;
}

absl::Status OrdinalTable::StoreHead(uint64_t offset, const EntryHead& head) {
  if (offset < flushed_) {
    return entry_file_->WriteAt(offset, {reinterpret_cast<const char*>(&head), sizeof(head)});
  }
  std::memcpy(entries_.data() + (offset - flushed_), &head, sizeof(head));
  return absl::OkStatus();
}

absl::Status OrdinalTable::FlushEntries() {
  if (entry_file_ == nullptr) {
    absl::StatusOr<std::unique_ptr<TempFile>> made = TempFile::Create();
    if (!made.ok()) return made.status();
    entry_file_ = *std::move(made);
  }
  if (absl::Status status = entry_file_->WriteAt(flushed_, entries_); !status.ok()) return status;
  flushed_ += entries_.size();
  entries_.clear();
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> OrdinalTable::AppendEntry(std::string_view key, uint32_t next) {
  if (key.size() > UINT32_MAX) return absl::ResourceExhaustedError("an id is larger than 4 GiB");
  const EntryHead head{next, static_cast<uint32_t>(key.size())};
  if (!entries_.empty() && entries_.size() + sizeof(head) + key.size() > options_.max_key_bytes) {
    if (absl::Status status = FlushEntries(); !status.ok()) return status;
  }
  const uint64_t number = (flushed_ + entries_.size()) / kEntryAlignment;
  if (number >= UINT32_MAX) return absl::ResourceExhaustedError("all ids are larger than 64 GiB");
  entries_.append(reinterpret_cast<const char*>(&head), sizeof(head)).append(key);
  entries_.resize((entries_.size() + kEntryAlignment - 1) / kEntryAlignment * kEntryAlignment);
  return static_cast<uint32_t>(number + 1);
}

absl::Status OrdinalTable::Grow() {
  if (slots_.bits == kMostBits) return absl::ResourceExhaustedError("there are too many ids");
  Slots larger;
  absl::Status status = larger.Allocate(
      slots_.bits == 0 ? FirstBits(options_.max_table_bytes, sizeof(Slot)) : slots_.bits + 1,
      options_.max_table_bytes);
  // Slots are in the order of their hashes, so that both tables are gone through from end to end.
  for (uint64_t from = 0; status.ok() && slots_.bits != 0 && from < slots_.size(); ++from) {
    absl::StatusOr<Slot> slot = slots_.Load(from);
    if (!slot.ok()) return slot.status();
    if (slot->entry == 0) continue;
    uint64_t to = larger.Home(slot->hash);
    while (true) {
      absl::StatusOr<Slot> taken = larger.Load(to);
      if (!taken.ok()) return taken.status();
      if (taken->entry == 0) break;
      to = larger.After(to);
    }
    status = larger.Store(to, *slot);
  }
  if (!status.ok()) return status;
  slots_ = std::move(larger);
  return absl::OkStatus();
}

}  // namespace puente::pipeline
