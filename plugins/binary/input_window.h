// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A stretch of an input that is held in memory, and moves along it.
#ifndef PUENTE_PLUGINS_BINARY_INPUT_WINDOW_H_
#define PUENTE_PLUGINS_BINARY_INPUT_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"

namespace puente::binary {

/// Holds as much of an input as was asked for. Memory follows what the input really has, not what a
/// damaged length promises.
class InputWindow {
 public:
  /// `offset` is where the input begins in its file; `size` is how many bytes it has, or
  /// UINT64_MAX: small inputs and pieces need no large buffer.
  InputWindow(text::InputStream* input, uint64_t offset, uint64_t size)
      : input_(input), size_(size), offset_(offset) {}

  /// The next `size` bytes, or all that are left; valid until the next call of Peek or Skip.
  absl::StatusOr<std::string_view> Peek(size_t size);
  /// Goes on behind the next `size` bytes, which Peek gave before.
  void Skip(size_t size);
  /// Where in the file the next byte is.
  uint64_t offset() const { return offset_; }

 private:
  text::InputStream* const input_;
  const uint64_t size_;
  uint64_t offset_;
  std::string buffer_;
  // The bytes that were read and not skipped.
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_end_ = false;
};

}  // namespace puente::binary

#endif  // PUENTE_PLUGINS_BINARY_INPUT_WINDOW_H_
