// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes CSV: read as rows, written, and read again, cell for cell.

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

std::string_view NameOf(char delimiter) {
  switch (delimiter) {
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    case '|':
      return "pipe";
    default:
      return "comma";
  }
}

// Lines and cells beyond these show nothing new, but each costs as much: without a bound the
// fuzzer, which takes counts of code for news, keeps ever more inputs of nothing but commas or line
// ends.
constexpr size_t kMostLines = 16;
constexpr size_t kMostCells = 40;

/// The text up to the end of the last line or cell that is read.
std::string_view Bounded(std::string_view text) {
  size_t lines = 0;
  size_t cells = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_line_end = text[i] == '\n' || text[i] == '\r';
    // Any of the delimiters, since the file says which one it is.
    const bool is_cell_end =
        is_line_end || std::string_view(",;\t|").find(text[i]) != std::string_view::npos;
    // A line end may have two bytes.
    lines += is_line_end && text.substr(i, 2) != "\r\n" ? 1 : 0;
    cells += is_cell_end ? 1 : 0;
    if (lines == kMostLines || cells == kMostCells) return text.substr(0, i + 1);
  }
  return text;
}

void Fuzz(const uint8_t* data, size_t size) {
  static const testing::FakePlugin& made = *new testing::FakePlugin(puente_plugin_v1, "table");
  constexpr std::string_view kDelimiters[] = {"auto", "comma", "semicolon", "tab", "pipe"};
  constexpr std::string_view kEncodings[] = {"UTF-8", "UTF-8",  "windows-1252", "ISO-8859-1",
                                             "auto",  "UTF-16", "UTF-16LE",     "UTF-16BE"};
  const PathsOfOneInput paths;
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const uint8_t length = decisions.Byte();
  const std::string_view csv = Bounded(decisions.Rest());
  testing::FakePlugin plugin = made;
  if (way % 16 == 15) {
    plugin.limits = {{"csv_columns", 4}, {"csv_cell_bytes", 20}, {"line_bytes", 60}};
  }
  testing::OptionMap options = {
      {"header", way % 2 == 0 ? "yes" : "no"},
      {"formulas", length % 8 == 0 ? "guard" : "auto"},
      {"delimiter", std::string(kDelimiters[way / 16 % 5])},
      {"encoding", std::string(kEncodings[way / 2 % 4 + (length >= 192 ? 4 : 0)])}};
  plugin.Identify("input.csv", csv);

  testing::FakeHostTable(false);
  const testing::FakeReading reading = plugin.Read(csv, options);
  CheckReading(reading, csv);
  testing::FakeHostTable(way / 8 % 2 == 1);
  CheckSameReading("in portions", reading, plugin.Read(csv, options, size_t{1} + length));
  if (reading.status != PUENTE_END) return;

  const std::vector<v1::Record> records = RecordsOf(reading);
  const testing::FakeWriting writing = made.Write(records, options);
  Check(CheckWriting(records, writing) == 0, "nothing is lost", writing.bytes);
  // The delimiter that was found is that of the output.
  const std::string& found = records.at(0).dataset_header().table().delimiter();
  testing::OptionMap again_options = options;
  again_options["encoding"] = "UTF-8";
  again_options["delimiter"] = NameOf(found.empty() ? ',' : found[0]);
  const testing::FakeReading again = made.Read(writing.bytes, again_options);
  CheckReading(again, writing.bytes);
  Check(again.status == PUENTE_END, "what is written can be read", again.run.error.message);
  std::vector<v1::Record> rows = RecordsOf(again);
  rows.erase(rows.begin());
  CheckSameContent("cell for cell", {records.begin() + 1, records.end()}, rows);
  CheckDeclaredIsVerified(writing, again);
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
