// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A stretch of an input that is held in memory, and moves along it.
#include "plugins/binary/input_window.h"

#include <algorithm>
#include <cstring>

namespace puente::binary {
namespace {

// How much is read at once, and the buffer that is kept after a large record.
constexpr size_t kBlock = size_t{256} << 10;
constexpr size_t kMaxKept = size_t{4} << 20;

}  // namespace

absl::StatusOr<std::string_view> InputWindow::Peek(size_t size) {
  if (end_ - begin_ < size && begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (size <= kBlock && end_ <= kBlock && buffer_.size() > kMaxKept) {
      buffer_.resize(kBlock);
      buffer_.shrink_to_fit();
    }
  }
  while (end_ - begin_ < size && !at_end_) {
    if (buffer_.empty()) {
      // One byte more than the input has, so that its end is seen without growing.
      buffer_.resize(size_ < kBlock ? size_ + 1 : kBlock);
    } else if (end_ == buffer_.size()) {
      // Grows with what has come, so that a length that lies costs no memory.
      buffer_.resize(std::max(kBlock, std::min(2 * buffer_.size(), size)));
    }
    const absl::StatusOr<size_t> got = input_->Read(buffer_.data() + end_, buffer_.size() - end_);
    if (!got.ok()) return got.status();
    end_ += *got;
    at_end_ = *got == 0;
  }
  return std::string_view(buffer_).substr(begin_, std::min(size, end_ - begin_));
}

void InputWindow::Skip(size_t size) {
  begin_ += size;
  offset_ += size;
}

}  // namespace puente::binary
