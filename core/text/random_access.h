// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Bytes that can be read at any place, for formats with a table of contents.

#ifndef PUENTE_CORE_TEXT_RANDOM_ACCESS_H_
#define PUENTE_CORE_TEXT_RANDOM_ACCESS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "absl/status/statusor.h"

namespace puente::text {

/// Bytes with a size. Reading changes nothing.
class RandomInput {
 public:
  virtual ~RandomInput() = default;

  /// Size in bytes.
  virtual uint64_t size() const = 0;
  /// Reads up to `size` bytes from an offset on. The result is how many were read: fewer only at
  /// the end.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) = 0;
};

/// Reads from memory, which must outlive it.
class StringAccess : public RandomInput {
 public:
  explicit StringAccess(std::string_view bytes) : bytes_(bytes) {}

  uint64_t size() const override { return bytes_.size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    if (offset >= bytes_.size()) return size_t{0};
    const size_t n = std::min(size, bytes_.size() - static_cast<size_t>(offset));
    if (n > 0) std::memcpy(buffer, bytes_.data() + offset, n);
    return n;
  }

 private:
  std::string_view bytes_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_RANDOM_ACCESS_H_
