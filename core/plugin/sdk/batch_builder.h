// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Batches of records on their way from a reader to the host, and their memory. Part of the SDK.
#ifndef PUENTE_CORE_PLUGIN_SDK_BATCH_BUILDER_H_
#define PUENTE_CORE_PLUGIN_SDK_BATCH_BUILDER_H_

#include <google/protobuf/arena.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/plugin/puente_plugin.h"
#include "puente/v1/record.pb.h"

namespace puente::sdk {

/// Records on their way to the host. Batches that the host has released are used again, for another
/// reader too: their memory is there already, and warm.
class BatchBuilder {
 public:
  /// An empty batch. With `as_bytes` records are handed over serialized.
  static std::unique_ptr<BatchBuilder> Make(bool as_bytes) {
    std::unique_ptr<BatchBuilder> batch = Released().Take();
    if (batch == nullptr) batch.reset(new BatchBuilder);
    batch->as_bytes_ = as_bytes;
    return batch;
  }

  /// A new record; it lives until the batch is released. Fill it, then call `Describe`.
  v1::Record* Add() {
    if (size_ == entries_.size()) entries_.emplace_back();
    Entry& entry = entries_[size_++];
    if (!arena_.has_value()) {
      block_ = std::make_unique_for_overwrite<char[]>(kBlock);
      arena_.emplace(Blocks());
    }
    entry.record = google::protobuf::Arena::CreateMessage<v1::Record>(&*arena_);
    return entry.record;
  }
  /// A new record of a kind, one of PUENTE_KIND_*, that the caller serializes itself: write it into
  /// `RoomForBytes`, say where it is with `SetBytes`, then call `Describe`. For readers that need
  /// no message.
  void AddBytes(uint32_t kind) {
    if (size_ == entries_.size()) entries_.emplace_back();
    Entry& entry = entries_[size_++];
    entry.record = nullptr;
    entry.kind = kind;
    entry.bytes = {};
  }
  /// Memory of at least that size for the bytes of the newest record; it holds anything.
  char* RoomForBytes(size_t size) { return entries_[size_ - 1].Room(size); }
  /// Where in that memory the newest record stands.
  void SetBytes(std::string_view bytes) { entries_[size_ - 1].bytes = bytes; }

  /// Says where the newest record comes from and which leaves were read for it.
  void Describe(std::string_view id, const PuentePosition& origin, uint64_t length,
                std::span<const PuenteLeaves> leaves) {
    Entry& entry = entries_[size_ - 1];
    entry.id = id;
    entry.origin = {origin.offset, origin.line, origin.column, {}, {}};
    entry.length = length;
    entry.leaves.assign(leaves.begin(), leaves.end());
    bytes_ += length;
  }
  /// The newest record, which was added by Add.
  v1::Record* last() { return entries_[size_ - 1].record; }
  /// Takes the newest record back.
  void Drop() { --size_; }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// True when the batch should be handed over.
  bool full() const { return size_ >= kMaxRecords || bytes_ >= kMaxBytes; }

  /// Makes the C batch, which owns `self` from then on. Resource-exhausted error when a record is
  /// larger than what can be serialized.
  static absl::StatusOr<PuenteBatch*> Finish(std::unique_ptr<BatchBuilder> self) {
    BatchBuilder& b = *self;
    b.records_.resize(b.size_);
    for (size_t i = 0; i < b.size_; ++i) {
      Entry& entry = b.entries_[i];
      PuenteRecord& record = b.records_[i];
      record = PuenteRecord{};
      record.struct_size = sizeof(PuenteRecord);
      record.kind = entry.kind;
      if (entry.record != nullptr) {
        record.kind = static_cast<uint32_t>(entry.record->content_case());
        if (!b.as_bytes_) {
          record.message = entry.record;
        } else if (!entry.Serialize()) {
          return absl::ResourceExhaustedError("a record is larger than 2 GiB");
        }
      }
      if (record.message == nullptr) {
        record.data = entry.bytes.data();
        record.size = entry.bytes.size();
      }
      record.id = {entry.id.data(), entry.id.size()};
      record.origin = entry.origin;
      record.length = entry.length;
      record.leaves = entry.leaves.data();
      record.leaves_size = entry.leaves.size();
    }
    b.batch_.struct_size = sizeof(PuenteBatch);
    b.batch_.records = b.records_.data();
    b.batch_.size = b.records_.size();
    b.batch_.owner = &b;
    b.batch_.release = [](PuenteBatch* batch) {
      Released().Give(std::unique_ptr<BatchBuilder>(static_cast<BatchBuilder*>(batch->owner)));
    };
    return &self.release()->batch_;
  }

 private:
  // A few records at a time stay in the processor's cache.
  static constexpr size_t kMaxRecords = 16;
  static constexpr uint64_t kMaxBytes = 64 << 10;
  // Memory that a batch keeps for its records. Larger ones get more, which is given back.
  static constexpr size_t kBlock = 64 << 10;
  static constexpr size_t kMaxReleased = 4;
  // Memory that each record of a batch keeps for the next one: many batches wait at once.
  static constexpr size_t kMaxKept = 16 << 10;

  struct Entry {
    v1::Record* record = nullptr;  // null: `bytes` are the record
    uint32_t kind = 0;
    std::string_view bytes;  // in `memory`
    std::unique_ptr<char[]> memory;
    size_t capacity = 0;
    std::string id;
    PuentePosition origin{};
    uint64_t length = 0;
    std::vector<PuenteLeaves> leaves;

    char* Room(size_t size) {
      if (size > capacity) {
        memory.reset();  // before more is taken
        memory = std::make_unique_for_overwrite<char[]>(size);
        capacity = size;
      }
      return memory.get();
    }
    bool Serialize() {
      const size_t size = record->ByteSizeLong();
      if (size > static_cast<size_t>(std::numeric_limits<int32_t>::max())) return false;
      char* const begin = Room(size);
      record->SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(begin));
      bytes = {begin, size};
      return true;
    }
    void Trim() {
      if (capacity <= kMaxKept) return;
      memory.reset();
      capacity = 0;
    }
  };

  // Batches that wait to be used again; safe to use from several threads.
  class Pool {
   public:
    std::unique_ptr<BatchBuilder> Take() {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (batches_.empty()) return nullptr;
      std::unique_ptr<BatchBuilder> batch = std::move(batches_.back());
      batches_.pop_back();
      return batch;
    }
    void Give(std::unique_ptr<BatchBuilder> batch) {
      batch->Clear();
      const std::lock_guard<std::mutex> lock(mutex_);
      if (batches_.size() < kMaxReleased) batches_.push_back(std::move(batch));
    }

   private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<BatchBuilder>> batches_;
  };

  void Clear() {
    if (arena_.has_value()) arena_->Reset();
    for (size_t i = 0; i < size_; ++i) entries_[i].Trim();
    size_ = 0;
    bytes_ = 0;
  }

  google::protobuf::ArenaOptions Blocks() {
    google::protobuf::ArenaOptions options;
    options.initial_block = block_.get();
    options.initial_block_size = kBlock;
    options.start_block_size = kBlock;
    options.max_block_size = kBlock;
    return options;
  }

  BatchBuilder() = default;
  static Pool& Released() {
    static Pool& pool = *new Pool;
    return pool;
  }

  bool as_bytes_ = false;
  // Made for the first message: a reader that gives bytes needs neither.
  std::unique_ptr<char[]> block_;
  std::optional<google::protobuf::Arena> arena_;
  // Those from `size_` on keep their buffers for records to come.
  std::vector<Entry> entries_;
  size_t size_ = 0;
  uint64_t bytes_ = 0;
  std::vector<PuenteRecord> records_;
  PuenteBatch batch_{};
};

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_BATCH_BUILDER_H_
