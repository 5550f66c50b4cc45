// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes the IATI reader: it reads the same in pieces, accounts for every leaf, and never crashes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/iati_target.h"
#include "tests/fuzz/plugin_checks.h"
#include "tests/fuzz/xml_judge.h"

namespace puente::fuzz {
namespace {

// Beyond this the reader counts leaves at an element above (kMaxSourcePath of the plugin).
constexpr size_t kMaxComparedPath = 1000;

/// What expat finds in the document is what the reader says that it read.
void CheckLeaves(const testing::FakeReading& reading, std::string_view xml) {
  const JudgedXml judged = JudgeXml(xml, HasBareRoot(reading));
  // The verdict is for xml_reader_fuzz to compare: names of the fifth edition of XML are ours
  // alone.
  if (!judged.error.empty() || judged.longest_path > kMaxComparedPath) return;
  testing::PathCounts read = reading.leaves;
  for (const auto& [path, count] : reading.run.read) read[path] += count;
  testing::PathCounts expected = judged.leaves;
  if (judged.root_blanks > 0) {
    const auto of = [&judged](testing::PathCounts& counts) -> uint64_t& {
      return counts[judged.root_text_path];
    };
    Check(of(read) >= of(expected) && of(read) <= of(expected) + judged.root_blanks,
          "texts in the root element");
    read.erase(judged.root_text_path);
    expected.erase(judged.root_text_path);
  }
  if (read != expected) {
    Fail("leaves of the document, as expat sees it and as read", CountDifference(expected, read));
  }
}

void Fuzz(const uint8_t* data, size_t size) {
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const uint8_t length = decisions.Byte();
  const std::string_view xml = decisions.Rest();

  testing::FakePlugin plugin = IatiPlugin();
  const PathsOfOneInput paths;
  if (way % 8 == 7) {
    plugin.limits = {{"xml_depth", 5},        {"attributes_per_element", 3},
                     {"attribute_bytes", 24}, {"name_bytes", 20},
                     {"text_bytes", 40},      {"record_bytes", 300}};
  }
  testing::FakeHostTable(false);
  const testing::FakeReading whole = plugin.Read(xml);
  CheckReading(whole, xml);
  if (whole.status == PUENTE_END) CheckLeaves(whole, xml);

  // One other way to read for each input: which one is up to it.
  testing::FakeHostTable(way / 8 % 2 == 1);
  if (way / 16 % 4 == 0) {
    CheckSameReading("in portions", whole, plugin.Read(xml, {}, size_t{1} + length));
  } else {
    plugin.limits["piece_bytes"] = uint64_t{1} + length * size_t{4};
    CheckSameReading("in pieces", whole, plugin.ReadPieces(xml));
  }
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
