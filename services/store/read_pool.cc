// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Lends connections and takes them back.

#include "services/store/read_pool.h"

namespace puente::store {
namespace {

constexpr const char* kBegin = "BEGIN";
constexpr const char* kCommit = "COMMIT";

}  // namespace

ReadPool::Reader::~Reader() {
  if (connection_ == nullptr) return;
  if (connection_->InTransaction()) (void)Query(connection_.get(), kCommit).Run();
  pool_->GiveBack(std::move(connection_));
}

absl::StatusOr<ReadPool::Reader> ReadPool::Begin() {
  std::unique_ptr<Connection> connection;
  {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return lent_ < most_; });
    ++lent_;
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  absl::Status status;
  if (connection == nullptr) {
    absl::StatusOr<std::unique_ptr<Connection>> opened =
        Connection::Open(path_, ConnectionOptions());
    status = opened.status();
    if (opened.ok()) connection = *std::move(opened);
  }
  if (status.ok()) status = Query(connection.get(), kBegin).Run();
  if (!status.ok()) {
    GiveBack(nullptr);
    return status;
  }
  return Reader(this, std::move(connection));
}

void ReadPool::GiveBack(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    // One that could not end its transaction is of no use.
    if (connection != nullptr && !connection->InTransaction()) {
      idle_.push_back(std::move(connection));
    }
  }
  wake_.notify_one();
}

}  // namespace puente::store
