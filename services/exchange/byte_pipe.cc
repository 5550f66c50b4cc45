// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Bytes of files between the callbacks of gRPC and work that blocks.

#include "services/exchange/byte_pipe.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "services/store/reason_error.h"

namespace puente::exchange {
namespace {

constexpr int64_t kInboxBytes = int64_t{2} << 20;
constexpr size_t kMessageBytes = size_t{64} << 10;
constexpr size_t kOutboxParts = 8;

}  // namespace

bool ByteInbox::Put(std::string data) {
  const std::lock_guard lock(mutex_);
  const auto size = static_cast<int64_t>(data.size());
  total_ += size;
  if (total_ > max_bytes_ && !ended_) {
    ended_ = true;
    status_ = store::ReasonError(puente::exchange::v1::REASON_FILE_TOO_LARGE,
                                 "the file is larger than the limit",
                                 {{"limit", std::to_string(max_bytes_)}});
  }
  if (!ended_ && !data.empty()) {
    waiting_ += size;
    parts_.push_back(std::move(data));
  }
  full_ = waiting_ > kInboxBytes;
  wake_.notify_one();
  return !full_;
}

void ByteInbox::End(absl::Status status) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  ended_ = true;
  status_ = std::move(status);
  wake_.notify_one();
}

absl::StatusOr<size_t> ByteInbox::Read(char* buffer, size_t capacity) {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return ended_ || !parts_.empty(); });
  if (ended_ && !status_.ok()) return status_;
  size_t given = 0;
  while (given < capacity && !parts_.empty()) {
    const std::string& part = parts_.front();
    const size_t more = std::min(capacity - given, part.size() - taken_of_first_);
    std::memcpy(buffer + given, part.data() + taken_of_first_, more);
    given += more;
    taken_of_first_ += more;
    if (taken_of_first_ == part.size()) {
      waiting_ -= static_cast<int64_t>(part.size());
      parts_.pop_front();
      taken_of_first_ = 0;
    }
  }
  const bool has_room = full_ && waiting_ < kInboxBytes / 2;
  if (has_room) full_ = false;
  lock.unlock();
  if (has_room) on_room_();
  return given;
}

absl::Status ByteOutbox::Write(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  if (!stopped_.ok()) return stopped_;
  while (!bytes.empty()) {
    const size_t more = std::min(bytes.size(), kMessageBytes - open_.size());
    open_.append(bytes.substr(0, more));
    bytes.remove_prefix(more);
    if (open_.size() < kMessageBytes) continue;
    room_.wait(lock, [this] { return !stopped_.ok() || parts_.size() < kOutboxParts; });
    if (!stopped_.ok()) return stopped_;
    parts_.push_back(std::exchange(open_, {}));
    lock.unlock();
    on_bytes_();
    lock.lock();
  }
  return absl::OkStatus();
}

void ByteOutbox::Flush() {
  const std::lock_guard lock(mutex_);
  if (!open_.empty()) parts_.push_back(std::exchange(open_, {}));
}

std::string ByteOutbox::Take() {
  const std::lock_guard lock(mutex_);
  if (parts_.empty()) return {};
  std::string part = std::move(parts_.front());
  parts_.pop_front();
  room_.notify_one();
  return part;
}

void ByteOutbox::Stop(absl::Status status) {
  const std::lock_guard lock(mutex_);
  if (stopped_.ok()) stopped_ = std::move(status);
  room_.notify_all();
}

}  // namespace puente::exchange
