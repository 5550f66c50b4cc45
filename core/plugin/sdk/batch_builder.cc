// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Memory of records, used again from batch to batch.
#include "core/plugin/sdk/batch_builder.h"

#include <limits>
#include <mutex>
#include <utility>

namespace puente::sdk {
namespace {

// Memory that a batch keeps for its records. Larger ones get more, which is given back.
constexpr size_t kBlock = 64 << 10;
constexpr size_t kMaxReleased = 4;
// Memory that each record of a batch keeps for the next one: many batches wait at once.
constexpr size_t kMaxKept = 16 << 10;

}  // namespace

// Batches that wait to be used again; safe to use from several threads.
class BatchBuilder::Pool {
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

BatchBuilder::Pool& BatchBuilder::Released() {
  static Pool& pool = *new Pool;
  return pool;
}

std::unique_ptr<BatchBuilder> BatchBuilder::Make(bool as_bytes) {
  std::unique_ptr<BatchBuilder> batch = Released().Take();
  if (batch == nullptr) batch.reset(new BatchBuilder);
  batch->as_bytes_ = as_bytes;
  return batch;
}

v1::Record* BatchBuilder::Add() {
  if (size_ == entries_.size()) entries_.emplace_back();
  Entry& entry = entries_[size_++];
  if (!arena_.has_value()) {
    block_ = std::make_unique_for_overwrite<char[]>(kBlock);
    arena_.emplace(Blocks());
  }
  entry.record = google::protobuf::Arena::CreateMessage<v1::Record>(&*arena_);
  return entry.record;
}

void BatchBuilder::AddBytes(uint32_t kind) {
  if (size_ == entries_.size()) entries_.emplace_back();
  Entry& entry = entries_[size_++];
  entry.record = nullptr;
  entry.kind = kind;
  entry.bytes = {};
}

void BatchBuilder::Describe(std::string_view id, const PuentePosition& origin, uint64_t length,
                            std::span<const PuenteLeaves> leaves) {
  Entry& entry = entries_[size_ - 1];
  entry.id = id;
  entry.origin = {origin.offset, origin.line, origin.column, {}, {}};
  entry.sheet.assign(origin.sheet.data, origin.sheet.size);
  entry.cell.assign(origin.cell.data, origin.cell.size);
  entry.length = length;
  entry.leaves.assign(leaves.begin(), leaves.end());
  bytes_ += length;
}

absl::StatusOr<PuenteBatch*> BatchBuilder::Finish(std::unique_ptr<BatchBuilder> self) {
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
    record.origin.sheet = {entry.sheet.data(), entry.sheet.size()};
    record.origin.cell = {entry.cell.data(), entry.cell.size()};
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

char* BatchBuilder::Entry::Room(size_t size) {
  if (size > capacity) {
    memory.reset();  // before more is taken
    memory = std::make_unique_for_overwrite<char[]>(size);
    capacity = size;
  }
  return memory.get();
}

bool BatchBuilder::Entry::Serialize() {
  const size_t size = record->ByteSizeLong();
  if (size > static_cast<size_t>(std::numeric_limits<int32_t>::max())) return false;
  char* const begin = Room(size);
  record->SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(begin));
  bytes = {begin, size};
  return true;
}

void BatchBuilder::Entry::Trim() {
  if (capacity <= kMaxKept) return;
  memory.reset();
  capacity = 0;
}

void BatchBuilder::Clear() {
  if (arena_.has_value()) arena_->Reset();
  for (size_t i = 0; i < size_; ++i) entries_[i].Trim();
  size_ = 0;
  bytes_ = 0;
}

google::protobuf::ArenaOptions BatchBuilder::Blocks() {
  google::protobuf::ArenaOptions options;
  options.initial_block = block_.get();
  options.initial_block_size = kBlock;
  options.start_block_size = kBlock;
  options.max_block_size = kBlock;
  return options;
}

}  // namespace puente::sdk
