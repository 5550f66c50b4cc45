// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fast looks for the next byte that matters in markup, text and values. Internal to the XML reader.

#ifndef PUENTE_CORE_TEXT_XML_SCAN_H_
#define PUENTE_CORE_TEXT_XML_SCAN_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace puente::text {

/// Bytes that may be read beyond the place where a scan stops.
inline constexpr size_t kXmlScanSlack = 16;

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

  /// The first byte that is not IsNameByte.
  static const char* NameEnd(const char* p) {
    while (IsNameByte(*p)) ++p;
    return p;
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

  /// The first byte of `quote`, `<`, `&` and the control characters; `*high` as above.
  static const char* ValueStop(const char* p, char quote, bool* high) {
    for (;; ++p) {
      const auto c = static_cast<unsigned char>(*p);
      if (c >= 0x80) *high = true;
      if (*p == quote || c == '<' || c == '&' || c < 0x20) return p;
    }
  }

  /// Line ends in [begin, end): LF, CR LF, and CR alone; `end` is not between the two of CR LF.
  static size_t CountLineEnds(const char* begin, const char* end) {
    size_t count = 0;
    for (const char* p = begin; p < end; ++p) {
      if (*p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'))) ++count;
    }
    return count;
  }

  /// Characters of UTF-8 that begin in [begin, end).
  static size_t CountCharacters(const char* begin, const char* end) {
    size_t count = 0;
    for (const char* p = begin; p < end; ++p) {
      if ((static_cast<unsigned char>(*p) & 0xC0) != 0x80) ++count;
    }
    return count;
  }
};

#ifdef __SSE2__

/// Sixteen bytes at a time; the same results as XmlScalarScan.
struct XmlSse2Scan {
  static const char* NameEnd(const char* p) {
    // A range of n bytes is moved to the lowest signed values, which one comparison then finds.
    const auto in_range = [](__m128i v, char first, int size) {
      return _mm_cmplt_epi8(_mm_add_epi8(v, _mm_set1_epi8(static_cast<char>(-128 - first))),
                            _mm_set1_epi8(static_cast<char>(-128 + size)));
    };
    for (;; p += 16) {
      const __m128i v = Load(p);
      const __m128i letters = in_range(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 26);
      const __m128i digits = in_range(v, '0', 11);  // and the colon
      const __m128i dashes = in_range(v, '-', 2);   // and the point
      const __m128i lines = _mm_cmpeq_epi8(v, _mm_set1_epi8('_'));
      const uint32_t rest =
          Mask(_mm_or_si128(_mm_or_si128(letters, digits), _mm_or_si128(dashes, lines))) ^ 0xFFFF;
      if (rest != 0) return p + std::countr_zero(rest);
    }
  }

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

  static size_t CountLineEnds(const char* begin, const char* end) {
    const __m128i feed = _mm_set1_epi8('\n');
    const __m128i carriage = _mm_set1_epi8('\r');
    size_t count = 0;
    const char* p = begin;
    while (end - p > 16) {
      // A byte of a sum holds up to 255.
      const size_t blocks = Blocks(p, end - 1);
      __m128i sum = _mm_setzero_si128();
      for (size_t i = 0; i < blocks; ++i, p += 16) {
        const __m128i v = Load(p);
        const __m128i pair = _mm_cmpeq_epi8(Load(p + 1), feed);
        const __m128i alone = _mm_andnot_si128(pair, _mm_cmpeq_epi8(v, carriage));
        sum = _mm_sub_epi8(sum, _mm_or_si128(_mm_cmpeq_epi8(v, feed), alone));
      }
      count += Sum(sum);
    }
    return count + XmlScalarScan::CountLineEnds(p, end);
  }

  static size_t CountCharacters(const char* begin, const char* end) {
    size_t count = 0;
    const char* p = begin;
    while (end - p >= 16) {
      const size_t blocks = Blocks(p, end);
      __m128i sum = _mm_setzero_si128();
      for (size_t i = 0; i < blocks; ++i, p += 16) {
        sum = _mm_sub_epi8(sum, _mm_cmpgt_epi8(Load(p), _mm_set1_epi8(static_cast<char>(0xBF))));
      }
      count += Sum(sum);
    }
    return count + XmlScalarScan::CountCharacters(p, end);
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
  static size_t Blocks(const char* p, const char* end) {
    const size_t blocks = static_cast<size_t>(end - p) / 16;
    return blocks < 255 ? blocks : 255;
  }
  static size_t Sum(__m128i bytes) {
    const __m128i halves = _mm_sad_epu8(bytes, _mm_setzero_si128());
    return static_cast<size_t>(_mm_cvtsi128_si32(halves)) +
           static_cast<size_t>(_mm_cvtsi128_si32(_mm_srli_si128(halves, 8)));
  }
};

using XmlScan = XmlSse2Scan;
#else
using XmlScan = XmlScalarScan;
#endif

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_SCAN_H_
