// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Buffers of the messages of a stream, used again when gRPC has sent them.

#ifndef PUENTE_SERVICES_EXCHANGE_MESSAGE_POOL_H_
#define PUENTE_SERVICES_EXCHANGE_MESSAGE_POOL_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <memory>
#include <string>

namespace puente::exchange {

/// A few buffers, so that a long stream asks for no new memory. Any thread; messages may outlive
/// it.
class MessagePool {
 public:
  /// Keeps at most `most` buffers of at most `most_bytes` each.
  MessagePool(size_t most, size_t most_bytes);

  /// An empty buffer, with room when one came back.
  std::string Take();
  /// The bytes as one message of gRPC, without copying them; their buffer comes back when the last
  /// copy of the message is gone.
  grpc::ByteBuffer Lend(std::string bytes);

 private:
  struct Shelf;
  struct Loan;
  static void GiveBack(void* loan);
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_MESSAGE_POOL_H_
