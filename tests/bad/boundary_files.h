// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes files whose sizes, depths and counts are exact, for the tests of limits.
#ifndef PUENTE_TESTS_BAD_BOUNDARY_FILES_H_
#define PUENTE_TESTS_BAD_BOUNDARY_FILES_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace puente::bad {

/// A text so many times.
std::string Repeat(std::string_view text, uint64_t times);

/// An IATI file whose one activity holds `inside` from line 3 on.
std::string Iati(std::string_view inside);

/// An IATI file of so many bytes.
std::string IatiOfSize(uint64_t bytes);

/// A record with so many levels of JSON, at least six.
std::string NestedJson(uint64_t levels);

/// A file of the binary format with one record of so many bytes, at least a thousand.
std::string BinaryRecord(uint64_t bytes);

/// The size that the first frame of a binary file says.
uint64_t FirstLength(std::string_view binary);

/// The bytes packed with gzip.
std::string Gzip(const std::string& bytes);

/// A zstd frame for a window of two to this power.
std::string ZstdFrame(int window_log, std::string_view blocks);

/// A block of a zstd frame that holds bytes as they are.
std::string RawBlock(std::string_view bytes, bool last);

/// An IATI file, packed with zstd, that unpacks to `more` bytes more than `ratio` times its size.
std::string PackedByRatio(uint64_t ratio, int64_t more);

}  // namespace puente::bad

#endif  // PUENTE_TESTS_BAD_BOUNDARY_FILES_H_
