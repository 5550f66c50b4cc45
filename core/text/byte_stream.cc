// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads streams of bytes to the full.

#include "core/text/byte_stream.h"

namespace puente::text {

absl::StatusOr<size_t> ReadFully(InputStream* input, char* buffer, size_t size) {
  size_t filled = 0;
  while (filled < size) {
    absl::StatusOr<size_t> n = input->Read(buffer + filled, size - filled);
    if (!n.ok()) return n.status();
    if (*n == 0) break;
    filled += *n;
  }
  return filled;
}

}  // namespace puente::text
