// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The limits that input is held to: one table, shown and set by name.

#ifndef PUENTE_CORE_BASE_LIMITS_H_
#define PUENTE_CORE_BASE_LIMITS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace puente {

/// The limits in force. Sizes are in bytes. A value at its limit is accepted, one more is refused.
struct Limits {
  /// Levels of elements of an XML document, the root included.
  uint64_t xml_depth = 256;
  /// Attributes and namespace declarations of one element.
  uint64_t attributes_per_element = 1000;
  /// Size of the value of one attribute.
  uint64_t attribute_bytes = uint64_t{1} << 20;
  /// Size of the name of an element, attribute, key or column.
  uint64_t name_bytes = uint64_t{4} << 10;
  /// Size of one text: character data, a comment, an instruction, a JSON string.
  uint64_t text_bytes = uint64_t{10} << 20;
  /// Levels of objects and arrays of a JSON document. An element of XML is up to three of them.
  uint64_t json_depth = 1024;
  /// Significant digits of a decimal. Fixed.
  uint64_t decimal_digits = 38;
  /// Digits of a decimal after the point. Fixed.
  uint64_t decimal_scale = 18;
  /// Findings of one file that are told one by one; the rest is counted.
  uint64_t findings_per_file = 1000;
  /// Size of the largest record that is held in memory.
  uint64_t record_bytes = uint64_t{256} << 20;
  /// Columns of a CSV file.
  uint64_t csv_columns = 1024;
  /// Size of one CSV cell.
  uint64_t csv_cell_bytes = uint64_t{10} << 20;
  /// Size of one line of JSON Lines, or of one CSV row.
  uint64_t line_bytes = uint64_t{256} << 20;
  /// Size that a packed input (gzip, zstd) may have unpacked.
  uint64_t unpacked_bytes = uint64_t{4} << 30;
  /// How many times its size a packed input may have unpacked; holds above 10 MiB.
  uint64_t unpacked_ratio = 1000;
  /// Window of a zstd input, as a power of two: 23 stands for 8 MiB.
  uint64_t zstd_window_log = 23;
  /// Parts of a ZIP archive, such as a workbook.
  uint64_t zip_parts = 10'000;
  /// Size of the shared texts of a workbook, with their XML.
  uint64_t shared_text_bytes = uint64_t{256} << 20;
  /// Size that a reader cuts its input into, where the format can be cut.
  uint64_t piece_bytes = uint64_t{256} << 10;
  /// Size of the expression after --where.
  uint64_t where_bytes = uint64_t{64} << 10;
  /// Levels of parentheses of an expression after --where, and steps of one of its field paths.
  uint64_t where_depth = 64;
};

/// What a limit counts.
enum class LimitUnit { kCount, kBytes };

/// One line of the table of limits.
struct Limit {
  /// Name, the same as the member of Limits.
  std::string_view name;
  /// The member.
  uint64_t Limits::*member;
  /// What it counts.
  LimitUnit unit;
  /// Smallest and largest value that it may be set to; equal when it is fixed.
  uint64_t min;
  uint64_t max;
  /// What it limits, in one sentence.
  std::string_view meaning;
  /// Why there is such a limit.
  std::string_view reason;
};

/// All limits, in the order in which they are shown.
std::span<const Limit> LimitTable();

/// The limits that hold when nothing is set.
const Limits& DefaultLimits();

/// A value with its unit as it is shown: `256`, `1 MiB`.
std::string FormatLimit(uint64_t value, LimitUnit unit);

/// Sets a limit by name. The text is a whole number; sizes may end in `K`, `M`, `G`, `KiB`, `MiB`
/// or `GiB`, powers of 1024. Not-found error for an unknown name, with the nearest one;
/// invalid-argument error for a text that is no number; out-of-range error with the range.
absl::Status SetLimit(Limits* limits, std::string_view name, std::string_view text);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_LIMITS_H_
