// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A list of texts of which many go to a file without a name.
#include "core/text/spilled_texts.h"

#include <algorithm>
#include <utility>

namespace puente::text {
namespace {

constexpr size_t kWindow = size_t{64} << 10;

}  // namespace

absl::Status SpilledTexts::Add(std::string_view text) {
  tail_ += text;
  ends_.push_back(begin_ + tail_.size());
  return tail_.size() > memory_bytes_ ? Spill() : absl::OkStatus();
}

absl::Status SpilledTexts::Spill() {
  if (file_ == nullptr) {
    absl::StatusOr<std::unique_ptr<TempFile>> file = TempFile::Create();
    if (!file.ok()) return file.status();
    file_ = *std::move(file);
  }
  if (absl::Status status = file_->WriteAt(begin_, tail_); !status.ok()) return status;
  begin_ += tail_.size();
  tail_.clear();
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> SpilledTexts::Get(size_t number) {
  const uint64_t begin = number == 0 ? 0 : ends_[number - 1];
  const auto size = static_cast<size_t>(ends_[number] - begin);
  // A text is never in two places: what is spilled is whole texts.
  if (begin >= begin_) return std::string_view(tail_).substr(begin - begin_, size);
  if (begin < window_begin_ || begin + size > window_begin_ + window_.size()) {
    // Texts that stand together are mostly asked for together.
    const auto most = static_cast<size_t>(std::min<uint64_t>(kWindow, begin_ - begin));
    window_.resize(std::max(size, most));
    window_begin_ = begin;
    if (absl::Status status = file_->ReadAt(begin, window_.data(), window_.size()); !status.ok()) {
      window_.clear();
      return status;
    }
  }
  return std::string_view(window_).substr(begin - window_begin_, size);
}

}  // namespace puente::text
