// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What must hold for every reading and writing of a plugin, whatever the input.
#include "tests/fuzz/plugin_checks.h"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <iterator>

#include "core/base/digest.h"
#include "core/base/leaves.h"
#include "core/base/lexical.h"
#include "core/base/utf8.h"
#include "fmt/format.h"
#include "tests/fuzz/fuzz_check.h"

namespace puente::fuzz {
namespace {

using testing::FakeError;
using testing::FakeFinding;
using testing::FakeReading;
using testing::FakeRecord;
using testing::FakeWriting;
using testing::PathCounts;

bool IsUtf8(std::string_view text) { return !FirstInvalidUtf8(text).has_value(); }

/// `IATI-0012`: capital letters and digits, a hyphen, four digits.
bool IsCode(std::string_view code) {
  const size_t hyphen = code.find('-');
  if (hyphen == std::string_view::npos || hyphen == 0 || code.size() != hyphen + 5) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::all_of(code.begin() + static_cast<std::ptrdiff_t>(hyphen) + 1, code.end(), is_digit);
}

void CheckError(PuenteStatus status, const FakeError& error) {
  const std::string text = fmt::format("status {}, {} {} at {}:{}", status, error.code,
                                       error.message, error.line, error.column);
  Check(status == PUENTE_INVALID_ARGUMENT || status == PUENTE_RESOURCE_EXHAUSTED,
        "the kind of an error", text);
  Check(IsCode(error.code), "an error has a code", text);
  Check(!error.message.empty() && IsUtf8(error.message), "an error has a message", text);
  // Formats without lines name the byte; what does not even begin right needs no place.
  constexpr std::string_view kPlaces[] = {"byte",   "is empty", "begin",    "changed on its way",
                                          "part `", "sheet `",  "workbook", "no sheet"};
  const bool names_place = std::any_of(
      std::begin(kPlaces), std::end(kPlaces),
      [&](std::string_view word) { return error.message.find(word) != std::string::npos; });
  Check(error.line > 0 || names_place, "an error has a place", text);
}

void CheckFinding(const FakeFinding& finding, uint64_t size) {
  const std::string text = fmt::format("{} {} at byte {}, {}:{}", finding.code, finding.message,
                                       finding.offset, finding.line, finding.column);
  Check(IsCode(finding.code) && !finding.message.empty(), "a finding has code and message", text);
  Check(finding.severity >= PUENTE_INFO && finding.severity <= PUENTE_CRITICAL, "its severity",
        text);
  Check(IsUtf8(finding.message) && IsUtf8(finding.path) && IsUtf8(finding.record_id),
        "the texts of a finding are UTF-8", text);
  Check(finding.offset <= size, "a finding lies in the input", text);
}

PathCounts LeavesOf(const v1::Record& record) {
  std::vector<LeafCount> leaves;
  CountLeaves(record, &leaves);
  PathCounts counts;
  for (const LeafCount& leaf : leaves) counts[std::string(LeafPathName(leaf.path_id))] = leaf.count;
  return counts;
}

std::string TextOf(const FakeFinding& finding) {
  return fmt::format("{} {} '{}' '{}' '{}' '{}' '{}' at {} {}:{}", finding.code, finding.severity,
                     finding.message, finding.hint, finding.path, finding.text, finding.record_id,
                     finding.offset, finding.line, finding.column);
}

}  // namespace

std::string CountDifference(const PathCounts& expected, const PathCounts& actual) {
  std::string text;
  PathCounts all = expected;
  all.insert(actual.begin(), actual.end());
  for (const auto& [path, _] : all) {
    const auto of = [&path = path](const PathCounts& counts) {
      const auto it = counts.find(path);
      return it == counts.end() ? 0 : it->second;
    };
    if (of(expected) != of(actual)) {
      text += fmt::format("\n  {}: {} and {}", path, of(expected), of(actual));
    }
  }
  return text;
}

void SilenceProtobuf() { google::protobuf::SetLogHandler(nullptr); }

void CheckReading(const FakeReading& reading, std::string_view bytes) {
  if (reading.status != PUENTE_END) CheckError(reading.status, reading.run.error);
  for (const FakeFinding& finding : reading.run.findings) CheckFinding(finding, bytes.size());
  uint64_t next = 0;
  for (const FakeRecord& record : reading.records) {
    Check(record.kind != 0 && record.kind == static_cast<uint32_t>(record.record.content_case()),
          "the kind of a record", std::to_string(record.kind));
    Check(IsUtf8(record.id) && TrimXmlSpace(record.id) == record.id, "the id of a record",
          record.id);
    Check(record.offset >= next && record.offset <= bytes.size() &&
              record.length <= bytes.size() - record.offset,
          "the place of a record",
          fmt::format("{} bytes at {}, after {}", record.length, record.offset, next));
    next = record.offset;
    const PathCounts leaves = LeavesOf(record.record);
    if (record.fields != leaves) {
      Fail("the leaves of a record, of CountLeaves and as told",
           CountDifference(leaves, record.fields) + "\n" + record.record.ShortDebugString());
    }
  }
  if (reading.run.read != reading.run.rejected) {
    Fail("leaves beside records, read and rejected",
         CountDifference(reading.run.read, reading.run.rejected));
  }
}

void CheckSameReading(std::string_view what, const FakeReading& expected,
                      const FakeReading& actual) {
  const auto differ = [what](std::string_view part, const std::string& a, const std::string& b) {
    Fail(fmt::format("{}: {}", what, part), fmt::format("\n  {}\n  {}", a, b));
  };
  const auto error_of = [](const FakeReading& reading) {
    const FakeError& error = reading.run.error;
    return fmt::format("{} {} '{}' '{}' at {}:{}", reading.status, error.code, error.message,
                       error.hint, error.line, error.column);
  };
  if (error_of(expected) != error_of(actual)) differ("error", error_of(expected), error_of(actual));
  const bool failed = expected.status != PUENTE_END;
  const size_t records = std::min(expected.records.size(), actual.records.size());
  if (!failed && expected.records.size() != actual.records.size()) {
    differ("number of records", std::to_string(expected.records.size()),
           std::to_string(actual.records.size()));
  }
  for (size_t i = 0; i < records; ++i) {
    const FakeRecord& a = expected.records[i];
    const FakeRecord& b = actual.records[i];
    if (a.record.SerializeAsString() != b.record.SerializeAsString()) {
      differ(fmt::format("record {}", i), a.record.ShortDebugString(), b.record.ShortDebugString());
    }
    const auto place = [](const FakeRecord& r) {
      return fmt::format("'{}' {} bytes at {}, {}:{}", r.id, r.length, r.offset, r.line, r.column);
    };
    if (place(a) != place(b)) differ(fmt::format("place of record {}", i), place(a), place(b));
    if (a.leaves != b.leaves) differ("leaves", CountDifference(a.leaves, b.leaves), "");
  }
  const size_t findings = std::min(expected.run.findings.size(), actual.run.findings.size());
  for (size_t i = 0; i < findings; ++i) {
    const FakeFinding& a = expected.run.findings[i];
    const FakeFinding& b = actual.run.findings[i];
    if (!(a == b)) differ(fmt::format("finding {}", i), TextOf(a), TextOf(b));
  }
  if (failed) return;
  if (expected.run.findings.size() != actual.run.findings.size()) {
    differ("number of findings", std::to_string(expected.run.findings.size()),
           std::to_string(actual.run.findings.size()));
  }
  if (expected.run.read != actual.run.read) {
    differ("loose leaves", CountDifference(expected.run.read, actual.run.read), "");
  }
}

uint64_t CheckWriting(const std::vector<v1::Record>& records, const FakeWriting& writing) {
  if (writing.status != PUENTE_OK) {
    Fail("writing failed", fmt::format("status {}, {} {}", writing.status, writing.run.error.code,
                                       writing.run.error.message));
  }
  PathCounts given;
  for (const v1::Record& record : records) {
    for (const auto& [path, count] : LeavesOf(record)) given[path] += count;
  }
  PathCounts told;
  uint64_t lost = 0;
  for (const auto& [paths, count] : writing.run.kept) told[paths.first] += count;
  for (const auto& [path, count] : writing.run.lost) {
    Check(path.second > PUENTE_LOSS_UNREPORTED && path.second <= PUENTE_LOSS_MERGED,
          "the reason of a loss", path.first);
    told[path.first] += count;
    lost += count;
  }
  std::erase_if(told, [](const auto& entry) { return entry.second == 0; });
  if (given != told) {
    std::string text = CountDifference(given, told) + "\n" + writing.bytes;
    for (const v1::Record& record : records) text += "\n" + record.ShortDebugString();
    Fail("leaves given to the writer, and what it says of them", text);
  }
  for (const FakeFinding& finding : writing.run.findings) CheckFinding(finding, UINT64_MAX);
  return lost;
}

void CheckDeclaredIsVerified(const FakeWriting& writing, const FakeReading& read_again) {
  PathCounts declared = writing.run.derived;
  for (const auto& [paths, count] : writing.run.kept) {
    if (paths.second != testing::internal::PathName(0)) declared[paths.second] += count;
  }
  std::erase_if(declared, [](const auto& entry) { return entry.second == 0; });
  PathCounts read = read_again.leaves;
  for (const auto& [path, count] : read_again.run.read) read[path] += count;
  // What a reader derives stands nowhere.
  read.erase(testing::internal::PathName(0));
  if (declared != read) {
    Fail("leaves declared as written, and read again",
         CountDifference(declared, read) + "\n" + writing.bytes);
  }
}

std::vector<v1::Record> RecordsOf(const FakeReading& reading) {
  std::vector<v1::Record> records;
  records.reserve(reading.records.size());
  for (const FakeRecord& record : reading.records) records.push_back(record.record);
  return records;
}

std::string Canonical(const v1::Record& record) {
  std::string bytes;
  const absl::Status status = CanonicalBytes(record, &bytes);
  Check(status.ok(), "canonical bytes", status.ToString());
  return bytes;
}

void CheckSameContent(std::string_view what, const std::vector<v1::Record>& expected,
                      const std::vector<v1::Record>& actual) {
  if (expected.size() != actual.size()) {
    Fail(what, fmt::format("{} and {} records", expected.size(), actual.size()));
  }
  for (size_t i = 0; i < expected.size(); ++i) {
    if (Canonical(expected[i]) != Canonical(actual[i])) {
      Fail(what, fmt::format("record {}:\n  {}\n  {}", i, expected[i].ShortDebugString(),
                             actual[i].ShortDebugString()));
    }
  }
}

}  // namespace puente::fuzz
