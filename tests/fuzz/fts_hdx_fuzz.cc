// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes the tables of HDX: read in portions as at once, and what is taken comes back.

#include <algorithm>
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
  static const testing::FakePlugin& made = *new testing::FakePlugin(puente_plugin_v1, "fts-hdx");
  constexpr std::string_view kTables[] = {"", "", "flows", "requirements", "cluster", "covid"};
  const PathsOfOneInput paths;
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const uint8_t length = decisions.Byte();
  const std::string_view csv = decisions.Rest();
  testing::FakePlugin plugin = made;
  if (way % 16 == 15) {
    plugin.limits = {{"csv_columns", 40}, {"csv_cell_bytes", 20}, {"line_bytes", 500}};
  }
  testing::OptionMap options;
  const std::string_view table = kTables[way / 16 % 6];
  if (!table.empty()) options["table"] = table;
  plugin.Identify("input.csv", csv);

  testing::FakeHostTable(false);
  const testing::FakeReading reading = plugin.Read(csv, options);
  CheckReading(reading, csv);
  testing::FakeHostTable(way / 8 % 2 == 1);
  CheckSameReading("in portions", reading, plugin.Read(csv, options, size_t{1} + length));
  if (reading.status != PUENTE_END) return;

  const std::vector<v1::Record> records = RecordsOf(reading);
  const testing::FakeWriting writing = made.Write(records, options, way / 2 % 2 == 1);
  Check(CheckWriting(records, writing) == 0, "nothing is lost", writing.bytes);
  const testing::FakeReading again = made.Read(writing.bytes, options);
  CheckReading(again, writing.bytes);
  Check(again.status == PUENTE_END, "what is written can be read", again.run.error.message);
  CheckDeclaredIsVerified(writing, again);
  CheckSameContent("cell for cell", records, RecordsOf(again));
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
