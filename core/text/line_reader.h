// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes the lines of an input one by one.
#ifndef PUENTE_CORE_TEXT_LINE_READER_H_
#define PUENTE_CORE_TEXT_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"

namespace puente::text {

/// One line.
struct Line {
  /// The line without its end, LF or CR LF; valid until the next line is taken.
  std::string_view text;
  /// From 1.
  uint64_t number = 0;
  /// Where in the file the line begins.
  uint64_t offset = 0;
  /// False when the file ends without a line end.
  bool is_ended = true;
};

/// The lines of one input. Holds one line in memory.
class LineReader {
 public:
  /// `size` is how many bytes the input has, or UINT64_MAX: small ones need no large buffer.
  /// `offset` and `number` are those of the first line: an input may be a part of a file. A byte
  /// order mark at the beginning of a file is passed over.
  LineReader(InputStream* input, uint64_t size, uint64_t max_bytes, uint64_t offset,
             uint64_t number)
      : input_(input), size_(size), max_bytes_(max_bytes), offset_(offset), number_(number) {}

  /// Takes the next line; false at the end. PUE-0203 for a line that is longer than `max_bytes`.
  absl::StatusOr<bool> Next(Line* line);

 private:
  /// Reads more bytes behind those that are there.
  absl::Status Fill();
  absl::Status PassMark();

  InputStream* const input_;
  const uint64_t size_;
  const uint64_t max_bytes_;
  uint64_t offset_;  // of the byte at begin_
  uint64_t number_;
  bool started_ = false;
  std::string buffer_;
  // The bytes that were read and not taken.
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_end_ = false;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_LINE_READER_H_
