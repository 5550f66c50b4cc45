// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Finds the encoding of a text from its bytes, and says how sure that is.

#ifndef PUENTE_CORE_TEXT_TEXT_ENCODING_H_
#define PUENTE_CORE_TEXT_TEXT_ENCODING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/text/random_access.h"

namespace puente::text {

/// Why a text is taken to be in an encoding.
enum class EncodingEvidence {
  /// All bytes are ASCII (or there are none): UTF-8, as any other name would give the same text.
  kAscii,
  /// It begins with a byte order mark.
  kMark,
  /// Every second byte is zero wherever the character is ASCII: UTF-16.
  kZeroBytes,
  /// All of it is UTF-8, and not only ASCII.
  kUtf8,
  /// It is not UTF-8, and fits windows-1252, which is what such tables mostly are.
  kNotUtf8,
  /// Some characters are UTF-8, but not all; or some are what bad writers of UTF-8 make.
  kMixed,
  /// It is not UTF-8, nor does it fit windows-1252.
  kOther,
  /// It is not a text.
  kNoText,
};

/// What was found.
struct DetectedEncoding {
  /// `UTF-8`, `UTF-16LE`, `UTF-16BE` or `windows-1252`; empty for kOther and kNoText. Of kMixed,
  /// the one that makes no wrong text in silence: UTF-8, unless what looks like UTF-8 is rare and
  /// such as capitals and punctuation of windows-1252 give by chance.
  std::string name = "UTF-8";
  EncodingEvidence evidence = EncodingEvidence::kAscii;
  /// True when no other encoding is to be considered. Never for windows-1252.
  bool is_certain = false;
  /// Characters of UTF-8 that are not ASCII.
  uint64_t utf8_chars = 0;
  /// Bytes that belong to no character of UTF-8, and where the first one is.
  uint64_t other_bytes = 0;
  uint64_t first_other = 0;
  /// The first byte that has no character in windows-1252, if it stands outside of UTF-8.
  std::optional<uint64_t> first_undefined;
};

/// Collects what the bytes of a text say of its encoding.
class EncodingDetector {
 public:
  /// Takes the next bytes, in portions of any size.
  void Add(std::string_view bytes);

  /// What was found, once. `is_whole` says that the text ends here; if not, a character that is cut
  /// at the end counts for nothing.
  DetectedEncoding Finish(bool is_whole);

 private:
  void AddHead(std::string_view bytes);
  /// Looks at bytes in which no character is cut, as far as they are UTF-8.
  void Scan(std::string_view bytes);
  void CountUtf8(std::string_view bytes);
  void CountOther(std::string_view bytes, size_t at);
  /// The name of UTF-16 when the zero bytes show it; else empty.
  std::string_view Utf16Name() const;

  std::string head_;            // the first bytes, in which a mark would be
  std::string pending_;         // the beginning of a character
  uint64_t scanned_ = 0;        // those looked at
  uint64_t head_size_ = 0;      // those whose zeros were counted
  unsigned char previous_ = 0;  // the last one of these
  uint64_t zeros_ = 0;
  uint64_t little_units_ = 0;  // pairs of a byte of ASCII and a zero
  uint64_t big_units_ = 0;     // the other way round
  uint64_t null_units_ = 0;    // pairs of zeros
  uint64_t byte_pairs_ = 0;    // pairs of two bytes of ASCII
  bool only_ascii_ = true;
  bool has_bad_utf8_ = false;
  uint64_t latin_chars_ = 0;     // characters of UTF-8 that texts in Latin letters have
  uint64_t letters_ = 0;         // other bytes that are letters in windows-1252
  uint64_t signs_in_words_ = 0;  // those that are none, between two letters
  bool sign_waits_ = false;      // one stood last, behind a letter
  unsigned char last_ = 0;       // the last byte that was looked at
  DetectedEncoding found_;
};

/// Finds the encoding of a text that begins with `head`, or, when `is_whole`, is no more than that.
DetectedEncoding DetectEncoding(std::string_view head, bool is_whole);

/// Looks at the whole of an input, whose errors are given as they are. `most_bytes` bounds how much
/// is looked at.
absl::StatusOr<DetectedEncoding> DetectEncoding(RandomInput* input,
                                                uint64_t most_bytes = UINT64_MAX);

/// What a file is when its first bytes are those of something that is no text but may bear the name
/// of a table: `an old Excel workbook (.xls)`, `a ZIP archive, as workbooks (.xlsx) are`; or when
/// it is `UTF-32`, which nothing here reads. Else empty.
std::string_view NoTextName(std::string_view head);

/// True for a text that is UTF-8 and has characters such as texts in Latin letters have: bytes of
/// windows-1252 hardly ever are such.
bool LooksLikeLatinUtf8(std::string_view text);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_TEXT_ENCODING_H_
