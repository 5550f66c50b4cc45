// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads bytes in process through the plugins of the build, as the command does.
#ifndef PUENTE_TESTS_BAD_READING_H_
#define PUENTE_TESTS_BAD_READING_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/limits.h"

namespace puente::bad {

/// All that a reading gave, in comparable form.
struct Reading {
  /// Each record: its bytes with identity and provenance, its digest, place and leaves.
  std::vector<std::string> records;
  /// Code, place, path and message of each finding.
  std::vector<std::string> findings;
  /// How many findings there were, those that are only counted included.
  uint64_t all_findings = 0;
  /// Leaves by source path, those outside of records included.
  std::vector<std::string> leaves;
  /// Exit code that the command would have.
  int exit_code = 0;
  /// Code, message and place of the error; empty when there was none.
  std::string error;
  std::string code;
  uint64_t line = 0;
  uint64_t column = 0;

  bool operator==(const Reading&) const = default;
};

/// For messages of tests: what the reading ended with.
std::ostream& operator<<(std::ostream& out, const Reading& reading);

/// Reads bytes of a format. With more than one job, the input is cut in pieces as the limit
/// `piece_bytes` says.
Reading Read(std::string_view format, std::string_view bytes, int jobs = 1,
             const Limits& limits = DefaultLimits());

/// How a reading ended, and how much it gave.
struct Outcome {
  size_t records = 0;
  uint64_t findings = 0;
  int exit_code = 0;
  std::string code;
  std::string message;
  uint64_t line = 0;
  uint64_t column = 0;
};

/// Reads bytes of a format as `Read` does, and keeps nothing of them: for large inputs.
Outcome ReadOutcome(std::string_view format, std::string_view bytes, int jobs = 1,
                    const Limits& limits = DefaultLimits());

/// Into how many pieces of about `piece_bytes` a format's splitter cuts these bytes.
size_t CountPieces(std::string_view format, std::string_view bytes, uint64_t piece_bytes);

/// The first difference between two readings, in words; empty when they are equal.
std::string Difference(const Reading& a, const Reading& b);

/// Converts bytes to another format in memory, with options for writing. The reason,
/// when it fails, is a failure of the test.
std::string Convert(std::string_view from, std::string_view bytes, std::string_view to,
                    const std::vector<std::pair<std::string, std::string>>& options = {});

}  // namespace puente::bad

#endif  // PUENTE_TESTS_BAD_READING_H_
