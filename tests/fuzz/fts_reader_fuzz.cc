// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes the reader of FTS answers: it reads the same in portions, and what it takes comes back.

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
  static const testing::FakePlugin& made = *new testing::FakePlugin(puente_plugin_v1, "fts");
  const PathsOfOneInput paths;
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const uint8_t length = decisions.Byte();
  const std::string_view answer = decisions.Rest();
  testing::FakePlugin plugin = made;
  if (way % 8 == 7) {
    plugin.limits = {
        {"json_depth", 6}, {"name_bytes", 12}, {"text_bytes", 20}, {"record_bytes", 90}};
  }
  plugin.Identify("input", answer);

  testing::FakeHostTable(false);
  const testing::FakeReading whole = plugin.Read(answer);
  CheckReading(whole, answer);
  testing::FakeHostTable(way / 8 % 2 == 1);
  CheckSameReading("in portions", whole, plugin.Read(answer, {}, size_t{1} + length));
  if (whole.records.empty()) return;

  // Also those before an error.
  const std::vector<v1::Record> records = RecordsOf(whole);
  const testing::FakeWriting writing = made.Write(records, {}, way / 16 % 2 == 1);
  Check(CheckWriting(records, writing) == 0, "nothing is lost", writing.bytes);
  const testing::FakeReading again = made.Read(writing.bytes);
  Check(again.status == PUENTE_END, "what is written can be read", again.run.error.message);
  CheckDeclaredIsVerified(writing, again);
  // Where all elements were rejected, what is written is an array without elements: another file.
  if (whole.status != PUENTE_END || !whole.run.rejected.empty()) return;
  CheckSameContent("read, and read again", records, RecordsOf(again));
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
