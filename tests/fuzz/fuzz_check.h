// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What all fuzz targets share: ending with a reason, and taking decisions from the input.
#ifndef PUENTE_TESTS_FUZZ_FUZZ_CHECK_H_
#define PUENTE_TESTS_FUZZ_FUZZ_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace puente::fuzz {

/// Ends the program, which is how a fuzz target says that something is wrong.
[[noreturn]] inline void Fail(std::string_view what, std::string_view detail = {}) {
  std::fprintf(stderr, "FOUND: %.*s%s%.*s\n", static_cast<int>(what.size()), what.data(),
               detail.empty() ? "" : ": ", static_cast<int>(detail.size()), detail.data());
  std::abort();
}

/// Ends the program unless the condition holds. Where `detail` costs time, use `if` and Fail.
inline void Check(bool holds, std::string_view what, std::string_view detail = {}) {
  if (!holds) Fail(what, detail);
}

/// Decisions taken from the bytes of an input, one after the other. After the end all are 0.
class Decisions {
 public:
  Decisions(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}

  bool empty() const { return at_ == end_; }
  uint8_t Byte() { return empty() ? uint8_t{0} : *at_++; }
  /// A number below `limit`, of one byte.
  size_t Below(size_t limit) { return limit < 2 ? 0 : Byte() % limit; }
  /// True in `percent` of all cases.
  bool Chance(size_t percent) { return Byte() * size_t{100} < percent * 256; }
  /// A number of any size: one byte says how it is made.
  uint64_t Number() {
    const uint8_t kind = Byte();
    if (kind < 96) return kind;
    if (kind < 160) return Bits(2);
    if (kind < 192) return Bits(8);
    // Near the borders of the types.
    constexpr uint64_t kBorders[] = {uint64_t{1} << 31, uint64_t{1} << 32, uint64_t{1} << 63, 0};
    return kBorders[kind % 4] + kind / 4 % 3 - 1;
  }
  /// Up to `size` bytes as they are.
  std::string Bytes(size_t size) {
    std::string bytes;
    for (; size > 0 && !empty(); --size) bytes.push_back(static_cast<char>(Byte()));
    return bytes;
  }
  /// All that is left.
  std::string_view Rest() {
    const std::string_view rest(reinterpret_cast<const char*>(at_),
                                static_cast<size_t>(end_ - at_));
    at_ = end_;
    return rest;
  }

 private:
  uint64_t Bits(int bytes) {
    uint64_t bits = 0;
    for (; bytes > 0; --bytes) bits = bits << 8 | Byte();
    return bits;
  }

  const uint8_t* at_;
  const uint8_t* end_;
};

}  // namespace puente::fuzz

#endif  // PUENTE_TESTS_FUZZ_FUZZ_CHECK_H_
