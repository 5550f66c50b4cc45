// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The encoding of CSV: named or found, and records held to it.

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/match.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/text/byte_words.h"
#include "core/text/csv.h"
#include "core/text/text_encoding.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

// What is looked at, at least, to tell the encoding of a file that was ASCII so far.
constexpr size_t kDecidingBytes = size_t{64} << 10;

bool EqualsAnyOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [name](std::string_view other) {
    return absl::EqualsIgnoreCase(ToAbsl(name), ToAbsl(other));
  });
}

/// The usual name of a kind of UTF-16; empty for other encodings.
std::string_view Utf16NameOf(std::string_view name) {
  if (EqualsAnyOf(name, {"UTF-16", "UTF16"})) return "UTF-16";
  if (EqualsAnyOf(name, {"UTF-16LE", "UTF16LE"})) return "UTF-16LE";
  if (EqualsAnyOf(name, {"UTF-16BE", "UTF16BE"})) return "UTF-16BE";
  return {};
}

bool IsUtf16Mark(std::string_view bytes) { return bytes == "\xFF\xFE" || bytes == "\xFE\xFF"; }

bool IsAscii(std::string_view text) {
  uint64_t high = 0;
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) high |= LoadBytes(text.data() + at);
  for (; at < text.size(); ++at) high |= static_cast<unsigned char>(text[at]);
  return (high & kByteHighs) == 0;
}

}  // namespace

absl::Status CsvReader::EncodingError(std::string message, std::string hint) const {
  return Error(absl::StatusCode::kInvalidArgument, "PUE-0204", next_, std::move(message),
               std::move(hint));
}

absl::Status CsvReader::ChooseEncoding() {
  const std::string& named = options_.encoding;
  const bool is_auto = EqualsAnyOf(named, {"auto"});
  const bool is_utf8 = EqualsAnyOf(named, {"UTF-8", "UTF8"});
  const std::string_view utf16 = Utf16NameOf(named);
  encoding_ = is_auto || is_utf8 ? "UTF-8" : named;
  encoding_is_certain_ = !is_auto;
  if (!is_auto && !is_utf8 && utf16.empty()) {
    absl::StatusOr<EncodingTable> table = EightBitTable(named);
    if (!table.ok()) return EncodingError(std::string(table.status().message()), "");
    table_ = *std::move(table);
  }
  if (absl::Status status = Fill(); !status.ok()) return status;
  const std::string_view head = std::string_view(buffer_).substr(0, filled_);
  if (const std::string_view name = NoTextName(head); !name.empty()) {
    return EncodingError(fmt::format("the file is {}, not a text that can be read", name),
                         name.find(".xlsx") == std::string_view::npos
                             ? "open it in a spreadsheet program and save it as \"CSV UTF-8\""
                             : "if it is a workbook, give it the ending .xlsx");
  }
  if (!utf16.empty()) return ChooseUtf16(utf16);
  if ((is_auto || is_utf8) && head.substr(0, kUtf8Mark.size()) == kUtf8Mark) {
    saw_bom_ = true;
    encoding_is_certain_ = true;
    next_ = kUtf8Mark.size();
    end_offset_ = next_;
    return absl::OkStatus();
  }
  if (is_auto) return Decide();
  if (IsUtf16Mark(head.substr(0, 2))) {
    return EncodingError(fmt::format("the file is UTF-16, not {}", encoding_),
                         "name its encoding, UTF-16, or save it as \"CSV UTF-8\"");
  }
  return absl::OkStatus();
}

absl::Status CsvReader::ChooseUtf16(std::string_view name) {
  const DetectedEncoding found =
      DetectEncoding(std::string_view(buffer_).substr(0, filled_), at_end_);
  const bool is_marked = found.evidence == EncodingEvidence::kMark;
  if (is_marked && found.name.substr(0, name.size()) != name) {
    return EncodingError(
        fmt::format("the file begins with the mark of {}, not of {}", found.name, name),
        fmt::format("name its encoding: {}", found.name));
  }
  if (is_marked || name != "UTF-16") {
    return ReadAsUtf16(is_marked ? std::string_view(found.name) : name);
  }
  if (found.evidence == EncodingEvidence::kZeroBytes) return ReadAsUtf16(found.name);
  if (filled_ == 0) return absl::OkStatus();
  return EncodingError("the file does not tell the order of the bytes of UTF-16",
                       "name UTF-16LE or UTF-16BE, if it is UTF-16");
}

absl::Status CsvReader::ReadAsUtf16(std::string_view name) {
  encoding_ = name;
  const std::string_view raw = std::string_view(buffer_).substr(0, filled_);
  saw_bom_ = IsUtf16Mark(raw.substr(0, 2));
  end_offset_ = saw_bom_ ? 2 : 0;
  head_ = std::make_unique<HeadInput>(std::string(raw.substr(end_offset_)), input_);
  utf16_ = std::make_unique<Utf16Input>(
      head_.get(), name == "UTF-16LE" ? Utf16Order::kLittle : Utf16Order::kBig);
  input_ = utf16_.get();
  filled_ = 0;
  return Fill();
}

absl::Status CsvReader::Decide() {
  const std::string_view at_hand = std::string_view(buffer_).substr(next_, filled_ - next_);
  const DetectedEncoding found = DetectEncoding(at_hand, at_end_);
  const bool is_first = record_number_ == 0 && next_ == 0;
  is_open_ = found.evidence == EncodingEvidence::kAscii && !at_end_;
  encoding_is_certain_ =
      found.is_certain && (is_first || found.evidence == EncodingEvidence::kAscii ||
                           found.evidence == EncodingEvidence::kUtf8);
  switch (found.evidence) {
    case EncodingEvidence::kAscii:
    case EncodingEvidence::kUtf8:
      return absl::OkStatus();
    case EncodingEvidence::kMark:
    case EncodingEvidence::kZeroBytes:
      // In the midst of a file neither says anything: its bytes are checked as UTF-8.
      return is_first ? ReadAsUtf16(found.name) : absl::OkStatus();
    case EncodingEvidence::kNotUtf8:
    case EncodingEvidence::kMixed:
      if (found.name == encoding_) return absl::OkStatus();
      break;
    case EncodingEvidence::kNoText:
      if (!is_first) return absl::OkStatus();
      return EncodingError("the file is not a text", "name its encoding, if it is one");
    case EncodingEvidence::kOther: {
      const std::string why =
          found.first_undefined.has_value()
              ? fmt::format(
                    "the byte 0x{:02X} (byte {} of the file) has no character in windows-1252",
                    static_cast<unsigned char>(at_hand[*found.first_undefined]),
                    end_offset_ + *found.first_undefined)
              : std::string("words would have signs between their letters in windows-1252");
      const size_t at =
          next_ + static_cast<size_t>(found.first_undefined.value_or(found.first_other));
      return Error(absl::StatusCode::kInvalidArgument, "PUE-0204", at,
                   fmt::format("the encoding cannot be told: the file is not UTF-8, and {}", why),
                   "name its encoding, such as IBM850 or macintosh, or save it as \"CSV UTF-8\"");
    }
  }
  absl::StatusOr<EncodingTable> table = EightBitTable(found.name);
  if (!table.ok()) return EncodingError(std::string(table.status().message()), "");
  table_ = *std::move(table);
  encoding_ = found.name;
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::DecideBy(const Scan& scan) {
  const std::string_view record = std::string_view(buffer_).substr(next_, scan.end - next_);
  if (IsAscii(record)) return true;
  if (!at_end_ && filled_ - next_ < kDecidingBytes) {
    if (absl::Status status = Fill(); !status.ok()) return status;
    return false;
  }
  if (absl::Status status = Decide(); !status.ok()) return status;
  is_open_ = false;
  return true;
}

uint64_t CsvReader::SourceBytes(size_t begin, size_t end) const {
  if (utf16_ == nullptr) return end - begin;
  return Utf16Bytes(std::string_view(buffer_).substr(begin, end - begin));
}

absl::Status CsvReader::CheckUtf8(const Scan& scan) const {
  const std::optional<size_t> bad =
      FirstInvalidUtf8(std::string_view(buffer_).substr(next_, scan.end - next_));
  if (!bad.has_value()) return absl::OkStatus();
  const size_t at = next_ + *bad;
  size_t column = 0;
  while (column < scan.cells.size() && scan.cells[column].begin <= at) ++column;
  const auto byte = [this](size_t place) { return static_cast<unsigned char>(buffer_[place]); };
  const std::string place =
      fmt::format("in column {} (byte {} of the file)", column, offset_ + SourceBytes(next_, at));
  const auto error = [this, at](std::string message, std::string hint) {
    return Error(absl::StatusCode::kInvalidArgument, "PUE-0206", at, std::move(message),
                 std::move(hint));
  };
  if (utf16_ == nullptr) {
    return error(fmt::format("the byte 0x{:02X} {} is not UTF-8", byte(at), place),
                 "save the file as \"CSV UTF-8\", or name its encoding, such as windows-1252");
  }
  if (buffer_[at] == kHalfUtf16Unit) {
    return error(fmt::format("the single byte at the end, {}, is not {}", place, encoding_),
                 "the file was cut, or is in another encoding: name it");
  }
  const unsigned unit = 0xD000U | (byte(at + 1) & 0x3FU) << 6 | (byte(at + 2) & 0x3FU);
  return error(fmt::format("the unit 0x{:04X} {} is half a character, which is not {}", unit, place,
                           encoding_),
               "the text was cut inside a character: enter the cell anew");
}

absl::Status CsvReader::CheckNotUtf8(const Scan& scan) const {
  const std::string_view record = std::string_view(buffer_).substr(next_, scan.end - next_);
  if (!LooksLikeLatinUtf8(record)) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "PUE-0206", next_,
               fmt::format("the line is UTF-8, but those before are {}", encoding_),
               fmt::format("the file has two encodings: save it as \"CSV UTF-8\"; if all of it is "
                           "{} nevertheless, name that encoding",
                           encoding_));
}

}  // namespace puente::text
