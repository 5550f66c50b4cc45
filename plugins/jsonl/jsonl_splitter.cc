// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts JSON Lines into pieces of whole lines.
#include "plugins/jsonl/jsonl_splitter.h"

#include <algorithm>
#include <cstring>

#include "plugins/jsonl/jsonl_reader.h"
#include "plugins/jsonl/line_text.h"

namespace puente::jsonl {
namespace {

constexpr size_t kBlock = size_t{256} << 10;

uint64_t CountLines(std::string_view text) {
  uint64_t count = 0;
  while (!text.empty()) {
    const void* found = std::memchr(text.data(), '\n', text.size());
    if (found == nullptr) break;
    ++count;
    text.remove_prefix(static_cast<size_t>(static_cast<const char*>(found) - text.data()) + 1);
  }
  return count;
}

}  // namespace

JsonlSplitter::JsonlSplitter(const sdk::Run& run, sdk::Source* source)
    : run_(run), source_(source), piece_bytes_(std::max<uint64_t>(run.Limit("piece_bytes"), 1)) {}

absl::StatusOr<std::unique_ptr<sdk::Splitter>> JsonlSplitter::Open(const sdk::Run& run,
                                                                   sdk::Source* source) {
  return std::unique_ptr<sdk::Splitter>(new JsonlSplitter(run, source));
}

absl::Status JsonlSplitter::Fill() {
  buffer_.resize(std::min<uint64_t>(kBlock, source_->size()));
  const absl::StatusOr<size_t> got = source_->ReadAt(at_, buffer_.data(), buffer_.size());
  if (!got.ok()) return got.status();
  block_ = std::string_view(buffer_).substr(0, *got);
  return absl::OkStatus();
}

absl::StatusOr<bool> JsonlSplitter::Next(PuentePiece* piece) {
  if (done_) return false;
  const uint64_t begin = at_;
  piece->offset = begin;
  piece->line = line_;
  piece->column = 1;
  if (is_first_) piece->context = sdk::ToC(kFirstLineContext);
  bool ended = false;
  while (source_->can_seek() && !ended) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    if (block_.empty()) {
      if (absl::Status status = Fill(); !status.ok()) return status;
      if (block_.empty()) break;
    }
    // All up to the length of a piece, then on to the end of the line.
    const uint64_t wanted = piece_bytes_ - std::min(piece_bytes_, at_ - begin);
    size_t size = std::min<uint64_t>(wanted, block_.size());
    if (wanted <= block_.size()) {
      const size_t from = size == 0 ? 0 : size - 1;
      const size_t found = block_.find('\n', from);
      ended = found != std::string_view::npos;
      size = ended ? found + 1 : block_.size();
    }
    const std::string_view part = block_.substr(0, size);
    is_first_ = is_first_ && IsBlank(at_ == 0 ? WithoutMark(part) : part);
    line_ += CountLines(part);
    at_ += size;
    block_.remove_prefix(size);
  }
  if (ended && at_ < source_->size()) {
    piece->length = at_ - begin;
    piece->is_last = 0;
    return true;
  }
  done_ = true;
  piece->length = source_->size() - begin;
  piece->is_last = 1;
  return true;
}

}  // namespace puente::jsonl
