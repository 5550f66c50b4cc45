// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The table of limits, and setting one by name.

#include "core/base/limits.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <system_error>
#include <vector>

#include "core/base/decimal.h"
#include "core/base/schema.h"
#include "core/base/strings.h"
#include "fmt/format.h"

namespace puente {
namespace {

constexpr uint64_t kKibi = uint64_t{1} << 10;
constexpr uint64_t kMebi = uint64_t{1} << 20;
constexpr uint64_t kGibi = uint64_t{1} << 30;

// A protobuf message cannot be larger.
constexpr uint64_t kLargestMessage = 2 * kGibi - 1;

constexpr Limits kDefaults;

static_assert(kDefaults.xml_depth == kMaxXmlDepth);
static_assert(kDefaults.decimal_digits == kMaxDecimalDigits);
static_assert(kDefaults.decimal_scale == kMaxDecimalScale);

constexpr Limit kTable[] = {
    {"xml_depth", &Limits::xml_depth, LimitUnit::kCount, 1, kMaxXmlDepth,
     "Levels of elements of an XML document, the root included.",
     "Deep nesting exhausts stacks; real files have fewer than 20 levels, and records carry no "
     "more "
     "than 256."},
    {"attributes_per_element", &Limits::attributes_per_element, LimitUnit::kCount, 1, 100'000,
     "Attributes and namespace declarations of one element.",
     "Attributes are checked against each other."},
    {"attribute_bytes", &Limits::attribute_bytes, LimitUnit::kBytes, 1, kGibi,
     "Size of the value of one attribute.", "An attribute is held in memory as a whole."},
    {"name_bytes", &Limits::name_bytes, LimitUnit::kBytes, 1, kMebi,
     "Size of the name of an element, attribute, key or column.",
     "Names are kept and compared; no honest one is long."},
    {"text_bytes", &Limits::text_bytes, LimitUnit::kBytes, 1, kGibi,
     "Size of one text: character data, a comment, an instruction, a JSON string.",
     "A text is held in memory as a whole."},
    {"json_depth", &Limits::json_depth, LimitUnit::kCount, 1, 1024,
     "Levels of objects and arrays of a JSON document.",
     "Deep nesting exhausts stacks; an element of XML, of which 256 may nest, is up to three "
     "levels "
     "of JSON."},
    {"decimal_digits", &Limits::decimal_digits, LimitUnit::kCount, kMaxDecimalDigits,
     kMaxDecimalDigits, "Significant digits of a decimal.",
     "Fixed: exact arithmetic is done in 128 bits."},
    {"decimal_scale", &Limits::decimal_scale, LimitUnit::kCount, kMaxDecimalScale, kMaxDecimalScale,
     "Digits of a decimal after the point.", "Fixed: exact arithmetic is done in 128 bits."},
    {"findings_per_file", &Limits::findings_per_file, LimitUnit::kCount, 0, 1'000'000'000,
     "Findings of one file that are told one by one; the rest is counted.",
     "A file that is wrong throughout must not flood the log."},
    {"record_bytes", &Limits::record_bytes, LimitUnit::kBytes, kKibi, kLargestMessage,
     "Size of the largest record that is held in memory.",
     "Memory grows with the largest record, and with nothing else."},
    {"csv_columns", &Limits::csv_columns, LimitUnit::kCount, 1, 1'000'000, "Columns of a CSV file.",
     "A wide line multiplies into every record."},
    {"csv_cell_bytes", &Limits::csv_cell_bytes, LimitUnit::kBytes, 1, kGibi,
     "Size of one CSV cell.",
     "One quote that is never closed would make the rest of a file one cell."},
    {"line_bytes", &Limits::line_bytes, LimitUnit::kBytes, kKibi, kLargestMessage,
     "Size of one line of JSON Lines, or of one CSV row.", "A line is held in memory as a whole."},
    {"unpacked_bytes", &Limits::unpacked_bytes, LimitUnit::kBytes, kKibi, kGibi* kKibi,
     "Size that a packed input (gzip, zstd) may have unpacked.",
     "A small file that unpacks without end would use up time and disk."},
    {"unpacked_ratio", &Limits::unpacked_ratio, LimitUnit::kCount, 1, 1'000'000,
     "How many times its size a packed input may have unpacked; holds above 10 MiB.",
     "Real files are packed 10 to 30 times smaller; a bomb is told long before it is unpacked."},
    {"zstd_window_log", &Limits::zstd_window_log, LimitUnit::kCount, 10, 31,
     "Window of a zstd input, as a power of two: 23 stands for 8 MiB.",
     "The window is held in memory; levels up to 19 need no larger one."},
    {"zip_parts", &Limits::zip_parts, LimitUnit::kCount, 1, 1'000'000,
     "Parts of a ZIP archive, such as a workbook.",
     "Names of parts are held in memory; real workbooks have fewer than a few hundred."},
    {"shared_text_bytes", &Limits::shared_text_bytes, LimitUnit::kBytes, 1, 4 * kGibi,
     "Size of the shared texts of a workbook, with their XML.",
     "They are read before the first row, and a few bytes of each stay in memory."},
    {"piece_bytes", &Limits::piece_bytes, LimitUnit::kBytes, kKibi, kGibi,
     "Size that a reader cuts its input into, where the format can be cut.",
     "Pieces are read on all cores at once: larger ones cost memory, smaller ones time."},
    {"where_bytes", &Limits::where_bytes, LimitUnit::kBytes, 1, kMebi,
     "Size of the expression after --where.", "It is held against every record."},
    {"where_depth", &Limits::where_depth, LimitUnit::kCount, 1, 256,
     "Levels of parentheses of an expression after --where, and steps of one of its field paths.",
     "Deep nesting exhausts stacks."},
};

const Limit* FindLimit(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTable), std::end(kTable),
                                   [name](const Limit& limit) { return limit.name == name; });
  return found == std::end(kTable) ? nullptr : found;
}

absl::Status UnknownLimit(std::string_view name) {
  std::vector<std::string> names;
  names.reserve(std::size(kTable));
  for (const Limit& limit : kTable) names.emplace_back(limit.name);
  const std::string near = NearestName(name, names);
  return absl::NotFoundError(
      near.empty() ? fmt::format("there is no limit named '{}'", name)
                   : fmt::format("there is no limit named '{}'; did you mean '{}'?", name, near));
}

// The factor that the end of a text stands for; 0 when it is none.
uint64_t UnitFactor(std::string_view unit, LimitUnit kind) {
  if (unit.empty()) return 1;
  if (kind != LimitUnit::kBytes) return 0;
  if (unit == "K" || unit == "KiB") return kKibi;
  if (unit == "M" || unit == "MiB") return kMebi;
  if (unit == "G" || unit == "GiB") return kGibi;
  return unit == "B" ? 1 : 0;
}

// Reads a whole number with its unit; values too large for 64 bits become the largest one.
bool ParseAmount(std::string_view text, LimitUnit kind, uint64_t* out) {
  constexpr uint64_t kLargest = std::numeric_limits<uint64_t>::max();
  uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, number);
  if (result.ec == std::errc::invalid_argument) return false;
  std::string_view unit(result.ptr, static_cast<size_t>(end - result.ptr));
  if (unit.size() > 1 && unit.front() == ' ') unit.remove_prefix(1);
  const uint64_t factor = UnitFactor(unit, kind);
  if (factor == 0) return false;
  const bool too_large = result.ec == std::errc::result_out_of_range || number > kLargest / factor;
  *out = too_large ? kLargest : number * factor;
  return true;
}

}  // namespace

std::span<const Limit> LimitTable() { return kTable; }

const Limits& DefaultLimits() { return kDefaults; }

std::string FormatLimit(uint64_t value, LimitUnit unit) {
  if (unit == LimitUnit::kCount) return fmt::format("{}", value);
  if (value != 0 && value % kGibi == 0) return fmt::format("{} GiB", value / kGibi);
  if (value != 0 && value % kMebi == 0) return fmt::format("{} MiB", value / kMebi);
  if (value != 0 && value % kKibi == 0) return fmt::format("{} KiB", value / kKibi);
  return fmt::format("{} B", value);
}

absl::Status SetLimit(Limits* limits, std::string_view name, std::string_view text) {
  const Limit* limit = FindLimit(name);
  if (limit == nullptr) return UnknownLimit(name);
  uint64_t value = 0;
  if (!ParseAmount(text, limit->unit, &value)) {
    return absl::InvalidArgumentError(
        fmt::format("'{}' is no value for the limit {}: a whole number is expected{}", text, name,
                    limit->unit == LimitUnit::kBytes ? ", which may end in K, M or G" : ""));
  }
  if (limit->min == limit->max && value != limit->min) {
    return absl::OutOfRangeError(
        fmt::format("the limit {} is fixed at {}", name, FormatLimit(limit->min, limit->unit)));
  }
  if (value < limit->min || value > limit->max) {
    return absl::OutOfRangeError(fmt::format("the limit {} must be from {} to {}", name,
                                             FormatLimit(limit->min, limit->unit),
                                             FormatLimit(limit->max, limit->unit)));
  }
  limits->*(limit->member) = value;
  return absl::OkStatus();
}

}  // namespace puente
