// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes the lines of an input one by one.
#include "core/text/line_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/base/status.h"

namespace puente::text {
namespace {

// How much is read at once, and the buffer that is kept after a long line.
constexpr size_t kBlock = size_t{256} << 10;
constexpr size_t kMaxKept = size_t{4} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

absl::Status LineReader::Fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ < kBlock && buffer_.size() > kMaxKept) {
      buffer_.resize(kBlock);
      buffer_.shrink_to_fit();
    }
  }
  if (buffer_.empty()) {
    // One byte more than the input has, so that its end is seen without growing.
    buffer_.resize(size_ < kBlock ? size_ + 1 : kBlock);
  } else if (end_ == buffer_.size()) {
    buffer_.resize(std::max(kBlock, 2 * buffer_.size()));
  }
  const absl::StatusOr<size_t> got = input_->Read(buffer_.data() + end_, buffer_.size() - end_);
  if (!got.ok()) return got.status();
  end_ += *got;
  at_end_ = *got == 0;
  return absl::OkStatus();
}

absl::Status LineReader::PassMark() {
  started_ = true;
  if (offset_ != 0) return absl::OkStatus();
  while (end_ < kByteOrderMark.size() && !at_end_) {
    if (absl::Status status = Fill(); !status.ok()) return status;
  }
  if (std::string_view(buffer_).substr(0, end_).starts_with(kByteOrderMark)) {
    begin_ = kByteOrderMark.size();
    offset_ = kByteOrderMark.size();
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> LineReader::Next(Line* line) {
  if (!started_) {
    if (absl::Status status = PassMark(); !status.ok()) return status;
  }
  size_t searched = 0;
  const char* end = nullptr;
  while (true) {
    const size_t size = end_ - begin_;
    if (size > searched) {
      end = static_cast<const char*>(
          std::memchr(buffer_.data() + begin_ + searched, '\n', size - searched));
    }
    searched = end == nullptr ? size : static_cast<size_t>(end - (buffer_.data() + begin_));
    if (searched > max_bytes_) {
      ErrorDetail detail;
      detail.code = "PUE-0203";
      detail.message =
          fmt::format("line {} has more bytes than the limit line_bytes ({})", number_, max_bytes_);
      detail.line = number_;
      return MakeError(absl::StatusCode::kResourceExhausted, detail);
    }
    if (end != nullptr || at_end_) break;
    if (absl::Status status = Fill(); !status.ok()) return status;
  }
  if (end == nullptr && searched == 0) return false;
  line->text = std::string_view(buffer_).substr(begin_, searched);
  if (end != nullptr && line->text.ends_with('\r')) line->text.remove_suffix(1);
  line->number = number_++;
  line->offset = offset_;
  line->is_ended = end != nullptr;
  const size_t used = searched + (end == nullptr ? 0 : 1);
  begin_ += used;
  offset_ += used;
  return true;
}

}  // namespace puente::text
