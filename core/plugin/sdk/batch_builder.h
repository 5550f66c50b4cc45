// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Batches of records on their way from a reader to the host, and their memory. Part of the SDK.
#ifndef PUENTE_CORE_PLUGIN_SDK_BATCH_BUILDER_H_
#define PUENTE_CORE_PLUGIN_SDK_BATCH_BUILDER_H_

#include <google/protobuf/arena.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
  static std::unique_ptr<BatchBuilder> Make(bool as_bytes);

  /// A new record; it lives until the batch is released. Fill it, then call `Describe`.
  v1::Record* Add();
  /// A new record of a kind, one of PUENTE_KIND_*, that the caller serializes itself: write it into
  /// `RoomForBytes`, say where it is with `SetBytes`, then call `Describe`. For readers that need
  /// no message.
  void AddBytes(uint32_t kind);
  /// Memory of at least that size for the bytes of the newest record; it holds anything.
  char* RoomForBytes(size_t size) { return entries_[size_ - 1].Room(size); }
  /// Where in that memory the newest record stands.
  void SetBytes(std::string_view bytes) { entries_[size_ - 1].bytes = bytes; }

  /// Says where the newest record comes from and which leaves were read for it.
  void Describe(std::string_view id, const PuentePosition& origin, uint64_t length,
                std::span<const PuenteLeaves> leaves);
  /// The newest record, which was added by Add.
  v1::Record* last() { return entries_[size_ - 1].record; }
  /// Takes the newest record back.
  void Drop() { --size_; }

  /// How many records are in it.
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// True when the batch should be handed over.
  bool full() const { return size_ >= kMaxRecords || bytes_ >= kMaxBytes; }

  /// Makes the C batch, which owns `self` from then on. Resource-exhausted error when a record is
  /// larger than what can be serialized.
  static absl::StatusOr<PuenteBatch*> Finish(std::unique_ptr<BatchBuilder> self);

 private:
  // A few records at a time stay in the processor's cache.
  static constexpr size_t kMaxRecords = 16;
  static constexpr uint64_t kMaxBytes = 64 << 10;

  struct Entry {
    v1::Record* record = nullptr;  // null: `bytes` are the record
    uint32_t kind = 0;
    std::string_view bytes;  // in `memory`
    std::unique_ptr<char[]> memory;
    size_t capacity = 0;
    std::string id;
    PuentePosition origin{};  // but for these, which are copied
    std::string sheet;
    std::string cell;
    uint64_t length = 0;
    std::vector<PuenteLeaves> leaves;

    char* Room(size_t size);
    bool Serialize();
    void Trim();
  };
  class Pool;

  void Clear();
  google::protobuf::ArenaOptions Blocks();
  BatchBuilder() = default;
  static Pool& Released();

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
