// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Looks at eight bytes of text at a time. Internal to the readers and writers of texts.

#ifndef PUENTE_CORE_TEXT_BYTE_WORDS_H_
#define PUENTE_CORE_TEXT_BYTE_WORDS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace puente::text {

inline constexpr uint64_t kByteOnes = 0x0101010101010101;
inline constexpr uint64_t kByteHighs = 0x8080808080808080;

/// Eight bytes from a place that need not be aligned.
inline uint64_t LoadBytes(const char* from) {
  uint64_t word = 0;
  std::memcpy(&word, from, sizeof(word));
  return word;
}
inline void StoreBytes(uint64_t word, char* to) { std::memcpy(to, &word, sizeof(word)); }

/// Not 0 when one of the bytes is `c`.
constexpr uint64_t HasByte(uint64_t word, char c) {
  const uint64_t differ = word ^ (kByteOnes * static_cast<unsigned char>(c));
  return (differ - kByteOnes) & ~differ & kByteHighs;
}

/// Not 0 when one of the bytes is below `bound`, which is at most 0x80.
constexpr uint64_t HasBelow(uint64_t word, unsigned char bound) {
  return (word - kByteOnes * bound) & ~word & kByteHighs;
}

/// True when two stretches of bytes are the same; for short ones, where a call would cost more.
inline bool SameBytes(const char* a, const char* b, size_t size) {
  if (size >= 8) {
    const char* const last = a + size - 8;
    for (; a < last; a += 8, b += 8) {
      if (LoadBytes(a) != LoadBytes(b)) return false;
    }
    return LoadBytes(last) == LoadBytes(b - (a - last));
  }
  if (size >= 4) {
    uint32_t words[4];
    std::memcpy(&words[0], a, 4);
    std::memcpy(&words[1], b, 4);
    std::memcpy(&words[2], a + size - 4, 4);
    std::memcpy(&words[3], b + size - 4, 4);
    return words[0] == words[1] && words[2] == words[3];
  }
  return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

/// The `size` bytes from a place, 1 to 7 of them, and spaces behind them. `whole` says how many
/// bytes can be read that end where these do, themselves included.
inline uint64_t LoadFew(const char* from, size_t size, size_t whole) {
  constexpr uint64_t kSpaces = kByteOnes * ' ';
  if constexpr (std::endian::native == std::endian::little) {
    uint64_t word = 0;
    if (whole >= 8) {
      word = LoadBytes(from + size - 8) >> (8 * (8 - size));
    } else if (size >= 4) {
      uint32_t first = 0;
      uint32_t last = 0;
      std::memcpy(&first, from, sizeof(first));
      std::memcpy(&last, from + size - 4, sizeof(last));
      word = first | uint64_t{last} << (8 * (size - 4));
    } else {
      const auto byte = [from](size_t at) {
        return uint64_t{static_cast<unsigned char>(from[at])} << (8 * at);
      };
      word = byte(0) | byte(size / 2) | byte(size - 1);
    }
    return word | kSpaces << (8 * size);
  }
  uint64_t word = kSpaces;
  std::memcpy(&word, from, size);
  return word;
}

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_BYTE_WORDS_H_
