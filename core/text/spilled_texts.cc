// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A list of texts of which many go to a file without a name.
#include "core/text/spilled_texts.h"

#include <algorithm>
#include <utility>

namespace puente::text {
namespace {

constexpr size_t kWindow = size_t{64} << 10;
// Once there is a file, so much goes to it at a time.
constexpr size_t kPiece = size_t{256} << 10;
// Of so many texts one has its place; the others are found by their sizes.
constexpr size_t kStride = 64;

}  // namespace

absl::Status SpilledTexts::Add(std::string_view text) {
  if (sizes_.size() % kStride == 0) begins_.push_back(begin_ + tail_.size());
  tail_ += text;
  sizes_.push_back(static_cast<uint32_t>(text.size()));
  const size_t most = file_ == nullptr ? memory_bytes_ : std::min(memory_bytes_, kPiece);
  return tail_.size() > most ? Spill() : absl::OkStatus();
}

absl::Status SpilledTexts::Spill() {
  if (file_ == nullptr) {
    absl::StatusOr<std::unique_ptr<TempFile>> file = TempFile::Create();
    if (!file.ok()) return file.status();
    file_ = *std::move(file);
  }
  if (absl::Status status = file_->WriteAt(begin_, tail_); !status.ok()) return status;
  begin_ += tail_.size();
  // Gives back what it had before the first spill.
  tail_ = std::string();
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> SpilledTexts::Get(size_t number) {
  uint64_t begin = begins_[number / kStride];
  for (size_t i = number - number % kStride; i < number; ++i) begin += sizes_[i];
  const size_t size = sizes_[number];
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
