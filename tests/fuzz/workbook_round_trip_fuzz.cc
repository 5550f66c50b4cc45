// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes workbooks as tables: read, written and read again, cell for cell.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/fuzzed_workbook.h"
#include "tests/fuzz/plugin_checks.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::fuzz {
namespace {

constexpr std::string_view kHeader =
    "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c>"
    "<c r=\"C1\" t=\"inlineStr\"><is><t>b</t></is></c></row>";

/// The layout as far as rows need it to be the same.
std::string LayoutOf(const v1::Record& record) {
  v1::TableLayout layout = record.dataset_header().table();
  layout.clear_parts();
  for (v1::SheetLayout& sheet : *layout.mutable_sheets()) {
    sheet.clear_before();
    sheet.clear_after();
    sheet.clear_part();
  }
  return layout.ShortDebugString();
}

void Fuzz(const uint8_t* data, size_t size) {
  static const testing::FakePlugin& made = *new testing::FakePlugin(puente_plugin_v1, "table");
  const PathsOfOneInput paths;
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const uint8_t length = decisions.Byte();
  const std::string bytes =
      FuzzedWorkbook(way % kWorkbookPlaces, way / 8 % 2 == 0 ? kHeader : "", decisions.Rest());
  testing::FakePlugin plugin = made;
  plugin.limits = {{"unpacked_bytes", uint64_t{16} << 20}};
  const testing::OptionMap options = {{"carrier", "xlsx"}};

  testing::FakeHostTable(false);
  const testing::FakeReading reading = plugin.Read(bytes);
  CheckReading(reading, bytes);
  testing::FakeHostTable(length % 2 == 1);
  // A workbook is not read front to back: a few of them are enough.
  if (length / 4 % 4 == 0) {
    CheckSameReading("in portions", reading, plugin.Read(bytes, {}, size_t{1} + length));
  }
  // Whole files may be CSV.
  if (reading.status != PUENTE_END || !bytes.starts_with("PK\3\4")) return;

  const std::vector<v1::Record> records = RecordsOf(reading);
  const testing::FakeWriting writing = made.Write(records, options, way / 16 % 2 == 1);
  // A row with what no workbook may have, such as a number that is none, has no place; it is told.
  if (CheckWriting(records, writing) != 0) {
    Check(!writing.run.findings.empty(), "nothing is lost", writing.bytes);
    return;
  }
  const testing::FakeReading again = made.Read(writing.bytes);
  CheckReading(again, writing.bytes);
  Check(again.status == PUENTE_END, "what is written can be read", again.run.error.message);
  CheckDeclaredIsVerified(writing, again);
  // Without the parts around the rows their styles mean nothing, and go; without sheets one is
  // made.
  const v1::TableLayout& layout = records.at(0).dataset_header().table();
  if (layout.parts_size() == 0 || layout.sheets_size() == 0) return;
  const std::vector<v1::Record> read_again = RecordsOf(again);
  Check(LayoutOf(records.at(0)) == LayoutOf(read_again.at(0)), "the layout",
        LayoutOf(records.at(0)) + "\n" + LayoutOf(read_again.at(0)));
  CheckSameContent("cell for cell", {records.begin() + 1, records.end()},
                   {read_again.begin() + 1, read_again.end()});
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
