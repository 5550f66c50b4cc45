// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What must hold for every reading and writing of a plugin, whatever the input.
#ifndef PUENTE_TESTS_FUZZ_PLUGIN_CHECKS_H_
#define PUENTE_TESTS_FUZZ_PLUGIN_CHECKS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "puente/v1/record.pb.h"
#include "tests/plugins/fake_host.h"

namespace puente::fuzz {

/// Forgets, at its end, the paths that came up during its life: inputs without end have names
/// without end. Make one for each input, after the plugin has built what it keeps for ever.
class PathsOfOneInput {
 public:
  PathsOfOneInput() : mark_(testing::internal::PathMark()) {}
  ~PathsOfOneInput() { testing::internal::ForgetPaths(mark_); }
  PathsOfOneInput(const PathsOfOneInput&) = delete;
  PathsOfOneInput& operator=(const PathsOfOneInput&) = delete;

 private:
  const size_t mark_;
};

/// Keeps protobuf from writing a line for each text that is not UTF-8, as the command does.
void SilenceProtobuf();

/// Checks what the conformance kit checks of a reading: errors have a code and a place, findings a
/// code and a message, records a kind, an identifier and a place inside the input and exactly the
/// leaves of CountLeaves; what belongs to no record was rejected.
void CheckReading(const testing::FakeReading& reading, std::string_view bytes);

/// Checks that two readings of the same bytes told the same. When they ended with an error, how
/// many records came before it may differ: a piece shows that a record is complete, one reader that
/// sees the error behind it does not.
void CheckSameReading(std::string_view what, const testing::FakeReading& expected,
                      const testing::FakeReading& actual);

/// Checks that a writing went well and accounts for each leaf of the records once, as kept or as
/// lost with a reason; returns how many were lost.
uint64_t CheckWriting(const std::vector<v1::Record>& records, const testing::FakeWriting& writing);

/// Checks that what was written, read again, has the leaves that the writer declared.
void CheckDeclaredIsVerified(const testing::FakeWriting& writing,
                             const testing::FakeReading& read_again);

/// The records of a reading.
std::vector<v1::Record> RecordsOf(const testing::FakeReading& reading);

/// Canonical bytes; ends the program when the record has none.
std::string Canonical(const v1::Record& record);

/// Checks that records have equal canonical bytes.
void CheckSameContent(std::string_view what, const std::vector<v1::Record>& expected,
                      const std::vector<v1::Record>& actual);

/// Counts by path, for messages: one line each where they differ.
std::string CountDifference(const testing::PathCounts& expected, const testing::PathCounts& actual);

}  // namespace puente::fuzz

#endif  // PUENTE_TESTS_FUZZ_PLUGIN_CHECKS_H_
