// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Bytes of files between the callbacks of gRPC and work that blocks.

#ifndef PUENTE_SERVICES_EXCHANGE_BYTE_PIPE_H_
#define PUENTE_SERVICES_EXCHANGE_BYTE_PIPE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace puente::exchange {

/// Bytes that come from a caller: callbacks put them in, work takes them out.
class ByteInbox {
 public:
  /// `on_room` is called on the thread that takes bytes out, when Put had said that there is no
  /// room.
  ByteInbox(int64_t max_bytes, std::function<void()> on_room)
      : max_bytes_(max_bytes), on_room_(std::move(on_room)) {}

  /// Takes bytes; false when no more should be read before `on_room`.
  bool Put(std::string data);
  /// No more comes: the end when the status is OK. The first call counts.
  void End(absl::Status status);
  /// Gives bytes, waiting for them; 0 is the end. FILE_TOO_LARGE once more than `max_bytes` came.
  absl::StatusOr<size_t> Read(char* buffer, size_t capacity);

 private:
  const int64_t max_bytes_;
  std::function<void()> on_room_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::string> parts_;
  size_t taken_of_first_ = 0;
  int64_t waiting_ = 0;
  int64_t total_ = 0;
  bool full_ = false;
  bool ended_ = false;
  absl::Status status_;
};

/// Bytes that go to a caller: work puts them in and waits while the caller is slow.
class ByteOutbox {
 public:
  /// `on_bytes` is called when bytes came and none were there.
  explicit ByteOutbox(std::function<void()> on_bytes) : on_bytes_(std::move(on_bytes)) {}

  /// Takes bytes, waiting for room. The error that Stop was given.
  absl::Status Write(std::string_view bytes);
  /// Takes what is held back to make larger messages.
  void Flush();
  /// The next message's bytes; empty when there are none now.
  std::string Take();
  /// Writing fails from now on.
  void Stop(absl::Status status);

 private:
  std::function<void()> on_bytes_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::deque<std::string> parts_;
  std::string open_;
  absl::Status stopped_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_BYTE_PIPE_H_
