// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts a large JSON document into the elements of one of its arrays, and what is around them.

#ifndef PUENTE_CORE_TEXT_JSON_SLICER_H_
#define PUENTE_CORE_TEXT_JSON_SLICER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/text/byte_stream.h"

namespace puente::text {

/// A part of a document. Each is a JSON text of its own, to be parsed and judged by JsonTree: the
/// slicer looks at brackets and quotes only.
struct JsonSlice {
  enum class Kind {
    /// The document up to the array, which is empty here, and all that is open closed behind it;
    /// the whole document when it has none of the arrays.
    kHead,
    /// An element of the array.
    kElement,
    /// What comes behind the array, within objects that have nothing else but that array, empty.
    kTail,
  };
  Kind kind = Kind::kHead;
  /// Valid until the next slice is taken.
  std::string_view text;
  /// Bytes of the document that the text has: without what was closed or opened for it.
  size_t source_bytes = 0;
  /// Where an element begins in the document, and where it is: bytes, lines from 1, characters from
  /// 1. Of head and tail: where the document begins, and where the array ends.
  uint64_t offset = 0;
  uint64_t line = 1;
  uint64_t column = 1;
};

/// Cuts one document. Memory holds one slice at a time.
class JsonSlicer {
 public:
  /// The path to an array: names of members from the root on.
  using Path = std::vector<std::string>;

  /// The document is cut at the first array in it that one of the paths leads to. The input must
  /// outlive the slicer.
  JsonSlicer(InputStream* input, const Limits& limits, std::vector<Path> arrays);

  /// Takes the next slice: a head, then elements and a tail when there is an array. False at the
  /// end. Invalid-argument error PUE-0301, with a place, when brackets, quotes or commas around the
  /// slices are wrong or the document ends early; PUE-0204 for UTF-16; PUE-0203 when a slice is
  /// larger than the limit record_bytes.
  absl::StatusOr<bool> Next(JsonSlice* slice);

  /// The path of the array; null while the head was not taken, and when there is none.
  const Path* array() const { return array_; }

 private:
  enum class State { kStart, kElements, kDone };

  absl::StatusOr<bool> TakeHead(JsonSlice* slice);
  absl::StatusOr<bool> TakeElement(JsonSlice* slice);
  absl::StatusOr<bool> TakeTail(JsonSlice* slice);
  /// Goes through the members of the object at the cursor until the array is found or the object
  /// ends. True when it was found; the cursor is then behind its bracket.
  absl::StatusOr<bool> FindArray();
  /// Steps over the value at the cursor.
  absl::Status SkipValue();
  absl::Status SkipString();
  /// Steps over white space; the next byte, or 0 at the end of the document.
  /// What it steps over is kept for the slice, or not.
  absl::StatusOr<char> NextByte(bool keep = true);
  /// True when there is a byte at the cursor.
  absl::StatusOr<bool> HasByte() {
    if (cursor_ < end_) return true;
    return Fill();
  }
  /// Reads more bytes behind those that are there; false at the end.
  absl::StatusOr<bool> Fill();
  /// The bytes before the cursor are no longer needed.
  void Drop();
  void Count();
  absl::Status Fault(std::string_view what);
  /// The error for a slice beyond the limit, at its beginning.
  absl::Status TooLarge() const;

  InputStream* const input_;
  const Limits limits_;
  const std::vector<Path> arrays_;
  const Path* array_ = nullptr;
  State state_ = State::kStart;
  bool is_first_element_ = true;

  std::string buffer_;
  // What is needed of it, and how far that was looked at.
  size_t begin_ = 0;
  size_t cursor_ = 0;
  size_t end_ = 0;
  bool at_end_ = false;
  Path path_;  // of the object that the cursor is in

  // The place of the byte at `counted_`.
  size_t counted_ = 0;
  uint64_t offset_ = 0;
  uint64_t line_ = 1;
  uint64_t column_ = 1;
  // Where the bytes at `begin_` are.
  uint64_t begin_line_ = 1;
  uint64_t begin_column_ = 1;
  bool after_cr_ = false;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_JSON_SLICER_H_
