// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Puts the bytes of a fuzzer into a workbook that is good otherwise.
#include "tests/fuzz/fuzzed_workbook.h"

#include <vector>

#include "tests/core/workbook_maker.h"

namespace puente::fuzz {
namespace {

constexpr std::string_view kTypes =
    "<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
// A row with shared texts, and one with a date.
constexpr std::string_view kRows =
    "<row r=\"40\"><c r=\"A40\" t=\"s\"><v>0</v></c><c r=\"G40\" s=\"1\"><v>44562</v></c>"
    "<c r=\"J40\" t=\"s\"><v>1</v></c><c r=\"N40\" s=\"2\"><f>1+1</f><v>2</v></c></row>";

}  // namespace

std::string FuzzedWorkbook(size_t place, std::string_view header, std::string_view bytes) {
  if (place == kWorkbookPlaces - 1) return std::string(bytes);
  std::string rows(header);
  std::string shared = "<si><t>zero</t></si><si><r><t>o</t></r><r><t>ne</t></r></si>";
  if (place <= 2) {
    rows += bytes;
  } else {
    rows += kRows;
  }
  if (place == 3) shared = bytes;
  std::vector<testing::Part> parts =
      testing::Parts("<worksheet><sheetData>" + rows + "</sheetData></worksheet>", shared);
  constexpr size_t kBook = 1;
  constexpr size_t kRelations = 2;
  constexpr size_t kStyles = 4;
  if (place == 4) parts[kStyles].bytes = bytes;
  if (place == 5) parts[kBook].bytes = bytes;
  if (place == 6) parts[kRelations].bytes = bytes;
  parts.push_back({"[Content_Types].xml", std::string(kTypes)});
  parts.push_back({"xl/media/a.png", std::string("\x89PNG\0\xFF", 6)});
  for (testing::Part& part : parts) part.deflated = false;
  return testing::Zip(parts);
}

}  // namespace puente::fuzz
