// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes workbooks: an archive as it comes, or one part of a good one.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/utf8.h"
#include "core/text/xlsx_reader.h"
#include "tests/core/workbook_maker.h"
#include "tests/fuzz/fuzz_check.h"

namespace puente::fuzz {
namespace {

constexpr std::string_view kSheet =
    "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData>"
    "</worksheet>";

/// Reads all, and looks at what a reader promises: columns and rows that grow, texts in UTF-8.
void ReadAll(const std::string& bytes) {
  text::StringAccess input(bytes);
  Limits limits;
  limits.unpacked_bytes = uint64_t{16} << 20;
  auto workbook = text::XlsxWorkbook::Open(&input, limits, "f.xlsx");
  if (!workbook.ok()) return;
  for (size_t i = 0; i < (*workbook)->sheets().size(); ++i) {
    auto sheet = (*workbook)->OpenSheet(i);
    if (!sheet.ok()) continue;
    uint32_t row = 0;
    for (auto more = (*sheet)->Next(); more.ok() && *more; more = (*sheet)->Next()) {
      Check((*sheet)->row() > row, "rows grow");
      row = (*sheet)->row();
      int64_t column = -1;
      for (const text::XlsxCell& cell : (*sheet)->cells()) {
        Check(cell.column > column, "columns grow");
        column = cell.column;
        Check(!FirstInvalidUtf8(cell.text).has_value(), "a text is UTF-8");
        Check(cell.kind != text::XlsxKind::kEmpty || cell.text.empty(), "an empty cell is empty");
        text::DateOfSerial(cell.text, (*workbook)->is_1904());
      }
    }
  }
}

void Fuzz(const uint8_t* data, size_t size) {
  if (size == 0) return;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<testing::Part> parts = testing::Parts(std::string(kSheet), "<si><t>a</t></si>");
  constexpr size_t kFuzzed[] = {1, 2, 3, 4, 5};
  const size_t which = data[0] % (std::size(kFuzzed) + 1);
  if (which == std::size(kFuzzed)) return ReadAll(bytes);
  for (testing::Part& part : parts) part.deflated = false;
  parts[kFuzzed[which]].bytes = bytes;
  ReadAll(testing::Zip(parts));
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
