// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The stages of work that are timed in this process, and the ceilings beside them.

#ifndef PUENTE_TESTS_BENCH_STAGES_H_
#define PUENTE_TESTS_BENCH_STAGES_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "tests/bench/stopwatch.h"

namespace puente::bench {

/// What a stage did. Stages of the same work count the same things: that is how it is seen that
/// they did it.
struct Outcome {
  Times times;
  /// What was counted, by name: `elements`, `records`, `leaves`, `bytes_out` and the like.
  std::map<std::string, uint64_t> counts;
  /// Digest of the dataset where the stage takes it; else empty.
  std::string digest;
};

/// A stage of work on one file. What it needs but is not meant to be timed is done before the watch
/// starts.
struct Stage {
  std::string_view name;
  std::string_view meaning;
  absl::StatusOr<Outcome> (*run)(const std::string& path);
};

/// All stages.
std::span<const Stage> Stages();

/// Parses with expat in chunks of 1 MiB; the handlers count.
absl::StatusOr<Outcome> RunExpat(const std::string& path);
/// Visits names, attributes and texts with core/text/xml_reader.h.
absl::StatusOr<Outcome> RunXmlReader(const std::string& path);
/// Reads records through the plugin contract and counts their leaves; nothing is serialized.
absl::StatusOr<Outcome> RunRecords(const std::string& path);
/// The same, and the canonical bytes of each record.
absl::StatusOr<Outcome> RunCanonical(const std::string& path);
/// The same, and the digest of each record.
absl::StatusOr<Outcome> RunDigest(const std::string& path);
/// Writes JSON Lines of prepared records through the plugin contract, receipt counted.
absl::StatusOr<Outcome> RunJsonlOut(const std::string& path);
/// Reads those JSON Lines, receipt counted.
absl::StatusOr<Outcome> RunJsonlIn(const std::string& path);
/// Writes the same records with protobuf's MessageToJsonString.
absl::StatusOr<Outcome> RunProtobufJsonOut(const std::string& path);
/// Reads what that wrote with protobuf's JsonStringToMessage.
absl::StatusOr<Outcome> RunProtobufJsonIn(const std::string& path);
/// Reads all cells of a workbook with core/text/xlsx_reader.h.
absl::StatusOr<Outcome> RunSheetRead(const std::string& path);
/// Writes prepared cells, those of a workbook, with core/text/xlsx_writer.h into a new file.
absl::StatusOr<Outcome> RunSheetWrite(const std::string& path);
/// Reads records of a 5W sheet as RunRecords does, and holds them against the rules for it.
absl::StatusOr<Outcome> RunRules(const std::string& path);

}  // namespace puente::bench

#endif  // PUENTE_TESTS_BENCH_STAGES_H_
