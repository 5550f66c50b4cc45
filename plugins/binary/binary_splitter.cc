// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts a binary file into pieces of whole records without reading them.
#include "plugins/binary/binary_splitter.h"

#include <algorithm>

#include "plugins/binary/frame.h"

namespace puente::binary {
namespace {

// How much is read for one header: as much as one read costs anyway. Larger records are jumped
// over.
constexpr size_t kBlock = size_t{16} << 10;

}  // namespace

BinarySplitter::BinarySplitter(const sdk::Run& run, sdk::Source* source)
    : run_(run), source_(source), piece_bytes_(std::max<uint64_t>(run.Limit("piece_bytes"), 1)) {}

absl::StatusOr<std::unique_ptr<sdk::Splitter>> BinarySplitter::Open(const sdk::Run& run,
                                                                    sdk::Source* source) {
  return std::unique_ptr<sdk::Splitter>(new BinarySplitter(run, source));
}

absl::StatusOr<std::string_view> BinarySplitter::Peek(uint64_t at, size_t size) {
  if (at < block_at_ || at + size > block_at_ + block_.size()) {
    block_.resize(kBlock);
    block_at_ = at;
    size_t have = 0;
    while (have < block_.size()) {
      const absl::StatusOr<size_t> got =
          source_->ReadAt(at + have, block_.data() + have, block_.size() - have);
      if (!got.ok()) return got.status();
      if (*got == 0) break;
      have += *got;
    }
    block_.resize(have);
  }
  const size_t begin = std::min<uint64_t>(at - block_at_, block_.size());
  return std::string_view(block_).substr(begin, size);
}

absl::StatusOr<bool> BinarySplitter::Step() {
  if (at_ == 0) {
    const absl::StatusOr<std::string_view> bytes = Peek(0, kFileHeaderSize);
    if (!bytes.ok()) return bytes.status();
    if (!CheckFileHeader(*bytes).ok()) return false;
    at_ = kFileHeaderSize;
    return true;
  }
  const absl::StatusOr<std::string_view> bytes = Peek(at_, kFrameHeaderSize);
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() < kFrameHeaderSize) return false;
  const absl::StatusOr<FrameHeader> header = DecodeFrameHeader(*bytes, at_);
  if (!header.ok()) return false;
  if (header->type == FrameType::kEnd) {
    const absl::StatusOr<Digest> digest = digest_.Finish();
    if (!digest.ok()) return digest.status();
    context_ = EncodeTotals({records_, *digest});
    return false;
  }
  const uint64_t next = at_ + kFrameHeaderSize + header->length;
  if (next > source_->size()) return false;
  at_ = next;
  ++records_;
  digest_.Add(header->digest);
  return true;
}

absl::StatusOr<bool> BinarySplitter::Next(PuentePiece* piece) {
  if (done_) return false;
  const uint64_t begin = at_;
  piece->offset = begin;
  while (source_->can_seek() && at_ < source_->size()) {
    if (at_ - begin >= piece_bytes_) {
      piece->length = at_ - begin;
      piece->is_last = 0;
      return true;
    }
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    const absl::StatusOr<bool> more = Step();
    if (!more.ok()) return more.status();
    if (!*more) break;
  }
  // The last piece: all that is left, as far as it can be followed or not.
  done_ = true;
  piece->length = source_->size() - begin;
  piece->is_last = 1;
  piece->context = sdk::ToC(context_);
  return true;
}

}  // namespace puente::binary
