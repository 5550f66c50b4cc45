// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes any records to JSON Lines and back: all of them come back whole.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/made_record.h"
#include "tests/fuzz/plugin_checks.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::fuzz {
namespace {

void Fuzz(const uint8_t* data, size_t size) {
  static const testing::FakePlugin& plugin = *new testing::FakePlugin(puente_plugin_v1, "jsonl");
  const PathsOfOneInput paths;
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const std::vector<v1::Record> records = {RecordMaker(&decisions).Make()};
  testing::FakeHostTable(way % 2 == 1);

  const testing::FakeWriting writing = plugin.Write(records, {}, way / 2 % 2 == 1);
  Check(CheckWriting(records, writing) == 0, "nothing is lost", writing.bytes);
  Check(writing.bytes.find('\n') == writing.bytes.size() - 1, "one line a record", writing.bytes);

  const testing::FakeReading again = plugin.Read(writing.bytes);
  CheckReading(again, writing.bytes);
  Check(again.status == PUENTE_END && again.run.findings.empty(), "what is written can be read",
        again.run.findings.empty() ? again.run.error.message : again.run.findings[0].message);
  const std::vector<v1::Record> held = RecordsOf(again);
  CheckSameContent("written, and read again", records, held);
  CheckDeclaredIsVerified(writing, again);
  // Identity, provenance and derived values, which the digest leaves out, are in the text as well.
  Check(plugin.Write(held).bytes == writing.bytes, "the same bytes the second time", writing.bytes);
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
