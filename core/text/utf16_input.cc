// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Transcodes UTF-16 to UTF-8.

#include "core/text/utf16_input.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/utf8.h"
#include "core/text/byte_words.h"

namespace puente::text {
namespace {

constexpr size_t kPortionBytes = size_t{64} << 10;

constexpr bool IsHigh(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool IsLow(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

}  // namespace

absl::StatusOr<size_t> Utf16Input::Read(char* buffer, size_t size) {
  if (out_at_ == out_.size()) {
    if (absl::Status status = Refill(); !status.ok()) return status;
  }
  const size_t n = std::min(size, out_.size() - out_at_);
  if (n > 0) std::memcpy(buffer, out_.data() + out_at_, n);
  out_at_ += n;
  return n;
}

absl::Status Utf16Input::Refill() {
  out_.clear();
  out_at_ = 0;
  if (in_.empty()) in_.resize(kPortionBytes);
  while (out_.empty() && !at_end_) {
    const absl::StatusOr<size_t> read = input_->Read(in_.data() + in_left_, in_.size() - in_left_);
    if (!read.ok()) return read.status();
    const size_t filled = in_left_ + *read;
    if (*read == 0) {
      at_end_ = true;
      PutHalf();
      if (filled % 2 != 0) out_.push_back(kHalfUtf16Unit);
      break;
    }
    Transcode(in_.data(), filled / 2);
    in_left_ = filled % 2;
    if (in_left_ != 0) in_[0] = in_[filled - 1];
  }
  return absl::OkStatus();
}

void Utf16Input::Transcode(const char* units, size_t count) {
  // The bytes of four ASCII characters that must be zero.
  const bool is_big = order_ == Utf16Order::kBig;
  const uint64_t zeros =
      is_big == (std::endian::native == std::endian::big) ? 0xFF80FF80FF80FF80 : 0x80FF80FF80FF80FF;
  const size_t low = is_big ? 1 : 0;
  const char* const end = units + 2 * count;
  while (units != end) {
    if (high_ == 0 && end - units >= 8 && (LoadBytes(units) & zeros) == 0) {
      const char four[4] = {units[low], units[low + 2], units[low + 4], units[low + 6]};
      out_.append(four, sizeof(four));
      units += 8;
      continue;
    }
    const auto byte = [units](size_t at) { return static_cast<unsigned char>(units[at]); };
    PutUnit(static_cast<char32_t>(byte(1 - low) << 8 | byte(low)));
    units += 2;
  }
}

void Utf16Input::PutUnit(char32_t unit) {
  if (IsLow(unit) && high_ != 0) {
    AppendUtf8(0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00), &out_);
    high_ = 0;
    return;
  }
  PutHalf();
  if (IsHigh(unit)) {
    high_ = unit;
  } else {
    AppendUtf8(unit, &out_);
  }
}

void Utf16Input::PutHalf() {
  if (high_ != 0) AppendUtf8(high_, &out_);
  high_ = 0;
}

uint64_t Utf16Bytes(std::string_view text) {
  // One unit for each byte that begins a character, two for those beyond U+FFFF.
  uint64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += static_cast<uint64_t>((byte & 0xC0) != 0x80) + static_cast<uint64_t>(byte >= 0xF0);
  }
  // That byte is only ever the last one: counted as four bytes, it is one.
  return units * 2 - (!text.empty() && text.back() == kHalfUtf16Unit ? 3 : 0);
}

}  // namespace puente::text
