// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Marks, zero bytes and UTF-8: what bytes say of their encoding.

#include "core/text/text_encoding.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "core/base/utf8.h"
#include "core/text/byte_words.h"
#include "simdjson.h"

namespace puente::text {
namespace {

constexpr size_t kPortionBytes = size_t{1} << 20;
// As far as zero bytes are counted.
constexpr uint64_t kZeroBytesWithin = uint64_t{64} << 10;
// Bytes that the longest mark or other known beginning has.
constexpr size_t kMarkBytes = 8;

constexpr std::string_view kUtf8 = "UTF-8";
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleMark = "\xFF\xFE";
constexpr std::string_view kBigMark = "\xFE\xFF";

unsigned char ByteAt(std::string_view text, size_t at) {
  return static_cast<unsigned char>(text[at]);
}

constexpr bool IsContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// How many bytes the character has that begins with this byte, also as bad UTF-8; else 1.
constexpr size_t LengthFromLead(unsigned char lead) {
  if (lead >= 0xC0 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 1;
}

// U+0080 to U+017F, and the dashes, quotes and signs from U+2000 on.
constexpr bool IsLatinLead(unsigned char lead) {
  return (lead >= 0xC2 && lead <= 0xC5) || lead == 0xE2;
}

// True for what bad writers of UTF-8 make, and no text of windows-1252 has: halves of a pair of
// surrogates, and the null character or the slash in two bytes.
bool IsBadUtf8(std::string_view text) {
  if (text.size() < 2) return false;
  if (ByteAt(text, 0) == 0xC0) return ByteAt(text, 1) == 0x80 || ByteAt(text, 1) == 0xAF;
  return text.size() >= 3 && ByteAt(text, 0) == 0xED && ByteAt(text, 1) >= 0xA0 &&
         IsContinuation(ByteAt(text, 1)) && IsContinuation(ByteAt(text, 2));
}

bool IsUndefined(unsigned char byte) {
  return byte == 0x81 || byte == 0x8D || byte == 0x8F || byte == 0x90 || byte == 0x9D;
}

// Letters of windows-1252.
bool IsLetter(unsigned char byte) {
  if (byte >= 0xC0) return byte != 0xD7 && byte != 0xF7;
  return std::string_view("\x8A\x8C\x8E\x9A\x9C\x9E\x9F\xAA\xBA").find(static_cast<char>(byte)) !=
         std::string_view::npos;
}

// Signs of windows-1252 that are not seen between two letters; in the encodings of DOS and of old
// Macintoshes most of these bytes are letters.
bool IsSignOutsideWords(unsigned char byte) {
  return std::string_view(
             "\x82\x83\x84\x86\x87\x88\x89\x8B\x98\x99\x9B\xA1\xA2"
             "\xA3\xA4\xA5\xA6"
             "\xA7\xA8\xAF\xB1\xB6\xBC\xBD\xBE\xBF")
             .find(static_cast<char>(byte)) != std::string_view::npos;
}

// Where the first byte from `at` on stands that is not ASCII; the size when there is none.
size_t SkipAscii(std::string_view text, size_t at) {
  while (at + 8 <= text.size() && (LoadBytes(text.data() + at) & kByteHighs) == 0) at += 8;
  while (at < text.size() && ByteAt(text, at) < 0x80) ++at;
  return at;
}

// How many bytes at the end may be the beginning of a character that goes on.
size_t CutAtEnd(std::string_view text) {
  for (size_t n = 1; n <= std::min<size_t>(3, text.size()); ++n) {
    const unsigned char byte = ByteAt(text, text.size() - n);
    if (IsContinuation(byte)) continue;
    return LengthFromLead(byte) > n ? n : 0;
  }
  return 0;
}

}  // namespace

void EncodingDetector::Add(std::string_view bytes) {
  AddHead(bytes);
  if (!pending_.empty()) {
    size_t taken = 0;
    while (taken < bytes.size() && IsContinuation(ByteAt(bytes, taken)) &&
           pending_.size() < LengthFromLead(ByteAt(pending_, 0))) {
      pending_.push_back(bytes[taken++]);
    }
    if (taken == bytes.size() && pending_.size() < LengthFromLead(ByteAt(pending_, 0))) return;
    bytes.remove_prefix(taken);
    Scan(pending_);
    pending_.clear();
  }
  const size_t cut = CutAtEnd(bytes);
  Scan(bytes.substr(0, bytes.size() - cut));
  pending_ = bytes.substr(bytes.size() - cut);
}

void EncodingDetector::AddHead(std::string_view bytes) {
  if (head_.size() < kMarkBytes) head_ += bytes.substr(0, kMarkBytes - head_.size());
  bytes = bytes.substr(0, kZeroBytesWithin - head_size_);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    zeros_ += static_cast<uint64_t>(byte == 0);
    if (head_size_ % 2 == 1 && byte < 0x80 && previous_ < 0x80) {
      little_units_ += static_cast<uint64_t>(byte == 0 && previous_ != 0);
      big_units_ += static_cast<uint64_t>(byte != 0 && previous_ == 0);
      null_units_ += static_cast<uint64_t>(byte == 0 && previous_ == 0);
      byte_pairs_ += static_cast<uint64_t>(byte >= 0x20 && previous_ >= 0x20);
    }
    previous_ = byte;
    ++head_size_;
  }
}

void EncodingDetector::Scan(std::string_view bytes) {
  if (bytes.empty()) return;
  if (sign_waits_ && absl::ascii_isalpha(ByteAt(bytes, 0))) ++signs_in_words_;
  sign_waits_ = false;
  size_t at = SkipAscii(bytes, 0);
  if (at < bytes.size()) only_ascii_ = false;
  if (simdjson::validate_utf8(bytes.data() + at, bytes.size() - at)) {
    CountUtf8(bytes.substr(at));
    at = bytes.size();
  }
  for (; at < bytes.size(); at = SkipAscii(bytes, at)) {
    const Utf8Char character = DecodeUtf8(bytes.substr(at));
    if (character.valid) {
      ++found_.utf8_chars;
      latin_chars_ += static_cast<uint64_t>(IsLatinLead(ByteAt(bytes, at)));
    } else {
      CountOther(bytes, at);
    }
    at += character.size;
  }
  scanned_ += bytes.size();
  last_ = ByteAt(bytes, bytes.size() - 1);
}

void EncodingDetector::CountUtf8(std::string_view bytes) {
  // Blocks whose counts fit into bytes, which the compiler makes quick.
  constexpr size_t kBlock = 255;
  for (size_t begin = 0; begin < bytes.size(); begin += kBlock) {
    const std::string_view block = bytes.substr(begin, kBlock);
    uint8_t leads = 0;
    uint8_t latin = 0;
    for (const char c : block) {
      const auto byte = static_cast<unsigned char>(c);
      leads = static_cast<uint8_t>(leads + (byte >= 0xC0 ? 1 : 0));
      latin = static_cast<uint8_t>(latin + (IsLatinLead(byte) ? 1 : 0));
    }
    found_.utf8_chars += leads;
    latin_chars_ += latin;
  }
}

void EncodingDetector::CountOther(std::string_view bytes, size_t at) {
  const unsigned char byte = ByteAt(bytes, at);
  if (found_.other_bytes++ == 0) found_.first_other = scanned_ + at;
  has_bad_utf8_ = has_bad_utf8_ || IsBadUtf8(bytes.substr(at));
  if (IsUndefined(byte) && !found_.first_undefined.has_value()) {
    found_.first_undefined = scanned_ + at;
  }
  if (IsLetter(byte)) ++letters_;
  if (!IsSignOutsideWords(byte) || !absl::ascii_isalpha(at > 0 ? ByteAt(bytes, at - 1) : last_)) {
    return;
  }
  if (at + 1 == bytes.size()) {
    sign_waits_ = true;
  } else if (absl::ascii_isalpha(ByteAt(bytes, at + 1))) {
    ++signs_in_words_;
  }
}

std::string_view EncodingDetector::Utf16Name() const {
  const uint64_t most = std::max(little_units_, big_units_);
  const uint64_t least = std::min(little_units_, big_units_);
  // In a text of single bytes, also with some zeros in it, pairs of two bytes of ASCII are more. A
  // unit of the other order is a rare character such as U+4E00.
  const bool is_utf16 = most > byte_pairs_ && most >= head_size_ / 2 / 8 && most >= 4 * least &&
                        most >= 4 * null_units_;
  if (!is_utf16) return {};
  return little_units_ > big_units_ ? "UTF-16LE" : "UTF-16BE";
}

DetectedEncoding EncodingDetector::Finish(bool is_whole) {
  if (is_whole) Scan(pending_);
  pending_.clear();
  const auto found = [this](std::string_view name, EncodingEvidence evidence, bool is_certain) {
    found_.name = name;
    found_.evidence = evidence;
    found_.is_certain = is_certain;
    return found_;
  };
  const std::string_view head = head_;
  if (!NoTextName(head).empty()) return found("", EncodingEvidence::kNoText, true);
  if (head.substr(0, 3) == kUtf8Mark) return found(kUtf8, EncodingEvidence::kMark, true);
  if (head.substr(0, 2) == kLittleMark) return found("UTF-16LE", EncodingEvidence::kMark, true);
  if (head.substr(0, 2) == kBigMark) return found("UTF-16BE", EncodingEvidence::kMark, true);
  if (const std::string_view name = Utf16Name(); !name.empty()) {
    return found(name, EncodingEvidence::kZeroBytes, true);
  }
  if (zeros_ * 8 > head_size_) return found("", EncodingEvidence::kNoText, false);
  if (found_.other_bytes == 0) {
    const EncodingEvidence evidence =
        only_ascii_ ? EncodingEvidence::kAscii : EncodingEvidence::kUtf8;
    return found(kUtf8, evidence, is_whole || !only_ascii_);
  }
  const bool by_chance = found_.utf8_chars < found_.other_bytes && latin_chars_ == 0;
  if (has_bad_utf8_ || (found_.utf8_chars > 0 && !by_chance))
    return found(kUtf8, EncodingEvidence::kMixed, false);
  if (found_.first_undefined.has_value() || signs_in_words_ > letters_) {
    return found("", EncodingEvidence::kOther, false);
  }
  return found("windows-1252",
               found_.utf8_chars > 0 ? EncodingEvidence::kMixed : EncodingEvidence::kNotUtf8,
               false);
}

DetectedEncoding DetectEncoding(std::string_view head, bool is_whole) {
  EncodingDetector detector;
  detector.Add(head);
  return detector.Finish(is_whole);
}

absl::StatusOr<DetectedEncoding> DetectEncoding(RandomInput* input, uint64_t most_bytes) {
  EncodingDetector detector;
  std::string buffer(
      static_cast<size_t>(std::min<uint64_t>({kPortionBytes, input->size() + 1, most_bytes})),
      '\0');
  uint64_t offset = 0;
  while (offset < most_bytes) {
    const size_t wanted =
        static_cast<size_t>(std::min<uint64_t>(buffer.size(), most_bytes - offset));
    const absl::StatusOr<size_t> read = input->ReadAt(offset, buffer.data(), wanted);
    if (!read.ok()) return read.status();
    if (*read == 0) return detector.Finish(/*is_whole=*/true);
    detector.Add(std::string_view(buffer).substr(0, *read));
    offset += *read;
  }
  return detector.Finish(/*is_whole=*/offset >= input->size());
}

std::string_view NoTextName(std::string_view head) {
  using std::string_view_literals::operator""sv;
  const auto begins = [head](std::string_view with) { return head.substr(0, with.size()) == with; };
  if (begins("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv)) return "an old Excel workbook (.xls)";
  if (begins("PK\x03\x04"sv) || begins("PK\x05\x06"sv)) {
    return "a ZIP archive, as workbooks (.xlsx) are";
  }
  if (begins("\xFF\xFE\0\0"sv) || begins("\0\0\xFE\xFF"sv)) return "UTF-32";
  return {};
}

bool LooksLikeLatinUtf8(std::string_view text) {
  size_t at = SkipAscii(text, 0);
  if (at == text.size() || FirstInvalidUtf8(text).has_value()) return false;
  for (; at < text.size(); at = SkipAscii(text, at)) {
    if (IsLatinLead(ByteAt(text, at))) return true;
    at += LengthFromLead(ByteAt(text, at));
  }
  return false;
}

}  // namespace puente::text
