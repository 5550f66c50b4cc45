// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes the reader of JSON Lines: it reads the same in pieces, and lines that it takes come back.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/plugin_checks.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::fuzz {
namespace {

void Fuzz(const uint8_t* data, size_t size) {
  static const testing::FakePlugin& made = *new testing::FakePlugin(puente_plugin_v1, "jsonl");
  const PathsOfOneInput paths;
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const uint8_t length = decisions.Byte();
  const std::string_view lines = decisions.Rest();
  testing::FakePlugin plugin = made;
  if (way % 8 == 7) {
    plugin.limits = {{"json_depth", 6}, {"name_bytes", 12}, {"text_bytes", 20}, {"line_bytes", 90}};
  }
  plugin.Identify("input", lines);

  testing::FakeHostTable(false);
  const testing::FakeReading whole = plugin.Read(lines);
  CheckReading(whole, lines);
  testing::FakeHostTable(way / 8 % 2 == 1);
  if (way / 16 % 2 == 0) {
    CheckSameReading("in portions", whole, plugin.Read(lines, {}, size_t{1} + length));
  } else {
    plugin.limits["piece_bytes"] = uint64_t{1} + length;
    CheckSameReading("in pieces", whole, plugin.ReadPieces(lines));
  }
  if (whole.records.empty()) return;

  // Also those before an error.
  const std::vector<v1::Record> records = RecordsOf(whole);
  const testing::FakeWriting writing = made.Write(records);
  Check(CheckWriting(records, writing) == 0, "nothing is lost", writing.bytes);
  const testing::FakeReading again = made.Read(writing.bytes);
  Check(again.status == PUENTE_END && again.run.findings.empty(), "what is written can be read",
        again.run.findings.empty() ? again.run.error.message : again.run.findings[0].message);
  CheckSameContent("read, and read again", records, RecordsOf(again));
  CheckDeclaredIsVerified(writing, again);
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
