// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Gives bytes that were read ahead back to a stream.

#ifndef PUENTE_CORE_TEXT_HEAD_INPUT_H_
#define PUENTE_CORE_TEXT_HEAD_INPUT_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"

namespace puente::text {

/// A stream that begins with bytes that were taken from it before.
class HeadInput : public InputStream {
 public:
  /// Gives `head`, then what `input`, which must outlive it, still has.
  HeadInput(std::string head, InputStream* input) : head_(std::move(head)), input_(input) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (at_ == head_.size()) return input_->Read(buffer, size);
    const size_t n = std::min(size, head_.size() - at_);
    std::memcpy(buffer, head_.data() + at_, n);
    at_ += n;
    if (at_ == head_.size()) {
      head_ = std::string();
      at_ = 0;
    }
    return n;
  }

 private:
  std::string head_;
  size_t at_ = 0;
  InputStream* input_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_HEAD_INPUT_H_
