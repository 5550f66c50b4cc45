// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Hands out UTF-16 as UTF-8, portion by portion, with nothing that is wrong
// made right.

#ifndef PUENTE_CORE_TEXT_UTF16_INPUT_H_
#define PUENTE_CORE_TEXT_UTF16_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"

namespace puente::text {

/// Which byte of a unit comes first.
enum class Utf16Order { kLittle, kBig };

/// The byte that stands for a last byte that is no whole unit.
inline constexpr char kHalfUtf16Unit = '\xFF';

/// Reads UTF-16 and gives UTF-8. What is not UTF-16 becomes bytes that are not UTF-8, so that who
/// checks the text finds the place: a surrogate without its twin becomes the three bytes that its
/// number would have (0xED 0xA0 0x80 to 0xED 0xBF 0xBF), a single byte at the end kHalfUtf16Unit. A
/// byte order mark is a character like others. The errors of the stream are given as they are.
class Utf16Input : public InputStream {
 public:
  /// Reads from `input`, which must outlive it.
  Utf16Input(InputStream* input, Utf16Order order) : input_(input), order_(order) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override;

 private:
  /// Transcodes one more portion into out_, which stays empty only at the end.
  absl::Status Refill();
  void Transcode(const char* units, size_t count);
  void PutUnit(char32_t unit);
  void PutHalf();

  InputStream* input_;
  Utf16Order order_;
  std::string in_;
  size_t in_left_ = 0;  // bytes at the front of in_ that wait for more: 0 or 1
  std::string out_;
  size_t out_at_ = 0;
  char32_t high_ = 0;  // a high surrogate that waits for its twin; else 0
  bool at_end_ = false;
};

/// How many bytes of UTF-16 gave this text, which Utf16Input made. No character may be cut.
uint64_t Utf16Bytes(std::string_view text);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_UTF16_INPUT_H_
