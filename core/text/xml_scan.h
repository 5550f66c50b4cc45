// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fast looks for the next byte that matters in markup, text and values. Internal to the XML reader.

#ifndef PUENTE_CORE_TEXT_XML_SCAN_H_
#define PUENTE_CORE_TEXT_XML_SCAN_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace puente::text {

/// Bytes that may be read from the place where a scan stops on.
inline constexpr size_t kXmlScanSlack = 32;

// All scans begin within bytes that end with a null: each stops there at the latest.

/// For each byte, whether it is of ASCII and may stand in a name.
inline constexpr std::array<bool, 256> kXmlNameBytes = [] {
  std::array<bool, 256> bytes{};
  for (size_t c = 0; c < 0x80; ++c) {
    bytes[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= ':') ||
               c == '-' || c == '.' || c == '_';
  }
  return bytes;
}();

/// One byte after the other, for every machine.
struct XmlScalarScan {
  /// True for a byte of ASCII that may stand in a name.
  static bool IsNameByte(char c) { return kXmlNameBytes[static_cast<unsigned char>(c)]; }

  /// The first byte that is not IsNameByte. The steps are branches, which processors foresee: names
  /// come again and again, so that what follows a name need not wait for its end to be found. With
  /// vectors it takes a tenth more of the time of the whole reader.
  static const char* NameEnd(const char* p) {
    for (;; p += 4) {
      if (!IsNameByte(p[0])) return p;
      if (!IsNameByte(p[1])) return p + 1;
      if (!IsNameByte(p[2])) return p + 2;
      if (!IsNameByte(p[3])) return p + 3;
    }
  }

  /// The first byte of `<`, `&`, `]` and the control characters but tab and line feed. `*high`
  /// becomes true when a byte before it is not ASCII.
  static const char* TextStop(const char* p, bool* high) {
    for (;; ++p) {
      const auto c = static_cast<unsigned char>(*p);
      if (c >= 0x80) *high = true;
      if (c == '<' || c == '&' || c == ']' || (c < 0x20 && c != '\t' && c != '\n')) return p;
    }
  }

  /// The first byte that is not a space, tab or line feed.
  static const char* BlankEnd(const char* p) {
    while (*p == ' ' || *p == '\n' || *p == '\t') ++p;
    return p;
  }

  /// The first byte of `quote`, `<`, `&` and the control characters; `*high` as above.
  static const char* ValueStop(const char* p, char quote, bool* high) {
    for (;; ++p) {
      const auto c = static_cast<unsigned char>(*p);
      if (c >= 0x80) *high = true;
      if (*p == quote || c == '<' || c == '&' || c < 0x20) return p;
    }
  }

  /// True when two stretches of up to 16 bytes are the same; 16 bytes can be read of each.
  static bool IsSameBeginning(const char* a, const char* b, size_t size) {
    return std::memcmp(a, b, size) == 0;
  }

  /// The first `<` in [begin, end) that begins a comment, section, declaration or instruction, or a
  /// tag whose name begins with `name`; `end` when there is none. Up to kXmlScanSlack bytes after
  /// `end` may be read, and two of them decide about a `<` before it.
  static const char* SpecialOrNamed(const char* begin, const char* end, char name) {
    for (const char* p = begin; p < end; ++p) {
      if (*p != '<') continue;
      if (p[1] == '!' || p[1] == '?' || p[1] == name || (p[1] == '/' && p[2] == name)) return p;
    }
    return end;
  }

  /// Line ends in [begin, end): LF, CR LF, and CR alone; `end` is not between the two of CR LF.
  static size_t CountLineEnds(const char* begin, const char* end) {
    size_t count = 0;
    for (const char* p = begin; p < end; ++p) {
      if (*p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'))) ++count;
    }
    return count;
  }

  /// Moves a line and a column from the place of `begin` to that of `end`, as above. Up to
  /// kXmlScanSlack bytes after `end` may be read.
  static void CountNear(const char* begin, const char* end, uint64_t* line, uint64_t* column) {
    for (const char* p = begin; p < end; ++p) {
      if (*p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'))) {
        ++*line;
        *column = 1;
      } else if ((static_cast<unsigned char>(*p) & 0xC0) != 0x80) {
        ++*column;
      }
    }
  }
};

#ifdef __SSE2__

/// Sixteen bytes at a time; the same results as XmlScalarScan.
struct XmlSse2Scan : XmlScalarScan {
  static const char* TextStop(const char* p, bool* high) {
    const __m128i open = _mm_set1_epi8('<');
    const __m128i reference = _mm_set1_epi8('&');
    const __m128i bracket = _mm_set1_epi8(']');
    for (;; p += 16) {
      const __m128i v = Load(p);
      const __m128i blank = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')),
                                         _mm_cmpeq_epi8(v, _mm_set1_epi8('\t')));
      const __m128i markup =
          _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, open), _mm_cmpeq_epi8(v, reference)),
                       _mm_cmpeq_epi8(v, bracket));
      if (Stops(v, _mm_or_si128(markup, _mm_andnot_si128(blank, Controls(v))), &p, high)) return p;
    }
  }

  static const char* BlankEnd(const char* p) {
    for (;; p += 16) {
      const __m128i v = Load(p);
      const __m128i blank = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(' ')),
                                                      _mm_cmpeq_epi8(v, _mm_set1_epi8('\n'))),
                                         _mm_cmpeq_epi8(v, _mm_set1_epi8('\t')));
      const uint32_t others = Mask(blank) ^ 0xFFFF;
      if (others != 0) return p + std::countr_zero(others);
    }
  }

  static const char* ValueStop(const char* p, char quote, bool* high) {
    const __m128i end = _mm_set1_epi8(quote);
    for (;; p += 16) {
      const __m128i v = Load(p);
      const __m128i markup = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('<')),
                                          _mm_cmpeq_epi8(v, _mm_set1_epi8('&')));
      const __m128i stop = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, end), markup), Controls(v));
      if (Stops(v, stop, &p, high)) return p;
    }
  }

  static bool IsSameBeginning(const char* a, const char* b, size_t size) {
    const uint32_t differ = Mask(_mm_cmpeq_epi8(Load(a), Load(b))) ^ 0xFFFF;
    return (differ & ((uint32_t{1} << size) - 1)) == 0;
  }

  static const char* SpecialOrNamed(const char* begin, const char* end, char name) {
    const __m128i open = _mm_set1_epi8('<');
    const __m128i letter = _mm_set1_epi8(name);
    for (const char* p = begin; p < end; p += 16) {
      const __m128i opens = _mm_cmpeq_epi8(Load(p), open);
      if (Mask(opens) == 0) continue;
      const __m128i next = Load(p + 1);
      const __m128i special = _mm_or_si128(_mm_cmpeq_epi8(next, _mm_set1_epi8('!')),
                                           _mm_cmpeq_epi8(next, _mm_set1_epi8('?')));
      const __m128i closes = _mm_and_si128(_mm_cmpeq_epi8(next, _mm_set1_epi8('/')),
                                           _mm_cmpeq_epi8(Load(p + 2), letter));
      const __m128i named = _mm_or_si128(_mm_cmpeq_epi8(next, letter), closes);
      const uint32_t found = Mask(_mm_and_si128(opens, _mm_or_si128(special, named)));
      if (found != 0) return std::min(p + std::countr_zero(found), end);
    }
    return end;
  }

  static size_t CountLineEnds(const char* begin, const char* end) {
    const __m128i feed = _mm_set1_epi8('\n');
    const __m128i carriage = _mm_set1_epi8('\r');
    size_t count = 0;
    const char* p = begin;
    while (end - p > 16) {
      const char* const part = p;
      // A byte of a sum holds up to 255.
      const size_t blocks = std::min<size_t>(static_cast<size_t>(end - 1 - p) / 16, 255);
      __m128i sum = _mm_setzero_si128();
      __m128i returns = _mm_setzero_si128();
      for (size_t i = 0; i < blocks; ++i, p += 16) {
        const __m128i v = Load(p);
        sum = _mm_sub_epi8(sum, _mm_cmpeq_epi8(v, feed));
        returns = _mm_or_si128(returns, _mm_cmpeq_epi8(v, carriage));
      }
      if (Mask(returns) != 0) {
        // Few files have these: the next byte tells whether they count.
        for (const char* q = part; q < p; q += 16) {
          const __m128i pair = _mm_cmpeq_epi8(Load(q + 1), feed);
          sum = _mm_sub_epi8(sum, _mm_andnot_si128(pair, _mm_cmpeq_epi8(Load(q), carriage)));
        }
      }
      const __m128i halves = _mm_sad_epu8(sum, _mm_setzero_si128());
      count += static_cast<size_t>(_mm_cvtsi128_si32(halves)) +
               static_cast<size_t>(_mm_cvtsi128_si32(_mm_srli_si128(halves, 8)));
    }
    return count + XmlScalarScan::CountLineEnds(p, end);
  }

  static void CountNear(const char* begin, const char* end, uint64_t* line, uint64_t* column) {
    const __m128i feed = _mm_set1_epi8('\n');
    for (const char* p = begin; p < end; p += 16) {
      const size_t size = std::min<size_t>(static_cast<size_t>(end - p), 16);
      const uint32_t all = (uint32_t{1} << size) - 1;
      const __m128i v = Load(p);
      uint32_t ends = Mask(_mm_cmpeq_epi8(v, feed)) & all;
      const uint32_t returns = Mask(_mm_cmpeq_epi8(v, _mm_set1_epi8('\r'))) & all;
      if (returns != 0) {
        // The byte at `end` does not count: no line feed that belongs to a return is there.
        const uint32_t pairs = Mask(_mm_cmpeq_epi8(Load(p + 1), feed)) & (all >> (p + 16 >= end));
        ends |= returns & ~pairs;
      }
      size_t after = 0;  // bytes up to the last line end
      if (ends != 0) {
        after = 32 - static_cast<size_t>(std::countl_zero(ends));
        for (; ends != 0; ends &= ends - 1) ++*line;
        *column = 1;
      }
      if ((Mask(v) & all) == 0) {
        *column += size - after;
      } else {
        const __m128i first = _mm_cmpgt_epi8(v, _mm_set1_epi8(static_cast<char>(0xBF)));
        *column += static_cast<size_t>(std::popcount((Mask(first) & all) >> after));
      }
    }
  }

 private:
  static __m128i Load(const char* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  }
  static uint32_t Mask(__m128i v) { return static_cast<uint32_t>(_mm_movemask_epi8(v)); }
  static __m128i Controls(__m128i v) {
    return _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v);
  }
  /// True when one of 16 bytes stops a scan: `*p` then goes to the first one.
  static bool Stops(__m128i v, __m128i stop, const char** p, bool* high) {
    const uint32_t stops = Mask(stop);
    const uint32_t highs = Mask(v);
    if (stops == 0) {
      *high |= highs != 0;
      return false;
    }
    *high |= (highs & (stops ^ (stops - 1))) != 0;
    *p += std::countr_zero(stops);
    return true;
  }
};

using XmlScan = XmlSse2Scan;
#else
using XmlScan = XmlScalarScan;
#endif

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_SCAN_H_
