// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A shelf of buffers that the messages under way hold on to.

#include "services/exchange/message_pool.h"

#include <grpcpp/support/slice.h>

#include <mutex>
#include <utility>
#include <vector>

namespace puente::exchange {

struct MessagePool::Shelf {
  const size_t most;
  const size_t most_bytes;
  std::mutex mutex;
  std::vector<std::string> buffers;
};

struct MessagePool::Loan {
  std::shared_ptr<Shelf> shelf;
  std::string bytes;
};

MessagePool::MessagePool(size_t most, size_t most_bytes)
    : shelf_(new Shelf{most, most_bytes, {}, {}}) {}

std::string MessagePool::Take() {
  const std::lock_guard lock(shelf_->mutex);
  if (shelf_->buffers.empty()) return std::string();
  std::string buffer = std::move(shelf_->buffers.back());
  shelf_->buffers.pop_back();
  return buffer;
}

grpc::ByteBuffer MessagePool::Lend(std::string bytes) {
  auto* const loan = new Loan{shelf_, std::move(bytes)};
  // gRPC never writes to the bytes of a slice that it sends.
  const grpc::Slice slice(loan->bytes.data(), loan->bytes.size(), GiveBack, loan);
  return grpc::ByteBuffer(&slice, 1);
}

void MessagePool::GiveBack(void* loan) {
  const std::unique_ptr<Loan> owned(static_cast<Loan*>(loan));
  Shelf& shelf = *owned->shelf;
  if (owned->bytes.capacity() > shelf.most_bytes) return;
  owned->bytes.clear();
  const std::lock_guard lock(shelf.mutex);
  if (shelf.buffers.size() < shelf.most) shelf.buffers.push_back(std::move(owned->bytes));
}

}  // namespace puente::exchange
