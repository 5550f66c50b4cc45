// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Streams of bytes that readers read from and writers write to.

#ifndef PUENTE_CORE_TEXT_BYTE_STREAM_H_
#define PUENTE_CORE_TEXT_BYTE_STREAM_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace puente::text {

/// Where bytes come from.
class InputStream {
 public:
  virtual ~InputStream() = default;

  /// Reads up to `size` bytes, `size` > 0, into `buffer`. The result is how many were read; 0 is
  /// the end of the stream. Fewer than `size` does not mean that the end is near.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;
};

/// Where bytes go to.
class OutputStream {
 public:
  virtual ~OutputStream() = default;

  /// Takes all of the bytes, or fails.
  virtual absl::Status Write(std::string_view bytes) = 0;
};

/// Reads from memory, which must outlive the stream.
class StringInput : public InputStream {
 public:
  /// Gives the bytes in portions of at most `portion` bytes.
  explicit StringInput(std::string_view bytes, size_t portion = static_cast<size_t>(-1))
      : bytes_(bytes), portion_(std::max<size_t>(portion, 1)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    const size_t n = std::min({size, portion_, bytes_.size()});
    if (n > 0) std::memcpy(buffer, bytes_.data(), n);
    bytes_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view bytes_;
  size_t portion_;
};

/// Appends to a string, which must outlive the stream.
class StringOutput : public OutputStream {
 public:
  /// Appends to `*out`.
  explicit StringOutput(std::string* out) : out_(out) {}

  absl::Status Write(std::string_view bytes) override {
    out_->append(bytes);
    return absl::OkStatus();
  }

 private:
  std::string* out_;
};

/// Reads until `size` bytes are in `buffer` or the stream ends. The result is how many were read.
absl::StatusOr<size_t> ReadFully(InputStream* input, char* buffer, size_t size);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_BYTE_STREAM_H_
