// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes IATI read, written and read again: the same nodes in the file, the same content of
// records.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/iati_target.h"
#include "tests/fuzz/plugin_checks.h"
#include "tests/fuzz/xml_judge.h"

namespace puente::fuzz {
namespace {

/// Expat takes three characters of ISO 8859-1 for letters that XML has not among its letters; they
/// cannot be written in names of UTF-8, and that is a loss.
bool MayHaveOddNames(std::string_view xml) {
  return xml.find_first_of("\xAA\xB5\xBA") != std::string_view::npos &&
         xml.substr(0, 200).find("encoding") != std::string_view::npos;
}

void Fuzz(const uint8_t* data, size_t size) {
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const std::string_view xml = decisions.Rest();
  const testing::FakePlugin plugin = IatiPlugin();
  const PathsOfOneInput paths;
  testing::FakeHostTable(way % 2 == 1);

  const testing::FakeReading reading = plugin.Read(xml);
  CheckReading(reading, xml);
  if (reading.status != PUENTE_END) return;
  const std::vector<v1::Record> records = RecordsOf(reading);

  const testing::FakeWriting writing = plugin.Write(records, {}, way / 2 % 2 == 1);
  if (MayHaveOddNames(xml)) return;
  Check(CheckWriting(records, writing) == 0, "nothing is lost", writing.bytes);
  const bool bare = HasBareRoot(reading);
  const JudgedXml source = JudgeXml(xml, bare);
  // Names of the fifth edition of XML are for our reader alone.
  if (source.error.empty()) {
    const JudgedXml written = JudgeXml(writing.bytes, bare);
    Check(written.error.empty(), "what is written is well-formed",
          written.error + "\n" + writing.bytes);
    const std::string difference = NodeDifference(source, written);
    Check(difference.empty(), "the nodes read and written", difference);
  }

  const testing::FakeReading again = plugin.Read(writing.bytes);
  CheckReading(again, writing.bytes);
  Check(again.status == PUENTE_END, "what is written can be read", again.run.error.message);
  CheckSameContent("read, and read again", records, RecordsOf(again));
  CheckDeclaredIsVerified(writing, again);
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
