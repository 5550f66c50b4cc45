// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Prints every cell of a workbook, a line each, for comparison with an independent reader.

#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "core/base/status.h"
#include "core/text/xlsx_reader.h"

namespace {

/// A text on one line.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    constexpr std::string_view special = "\n\r\t\\";
    constexpr std::string_view letters = "nrt\\";
    const size_t found = special.find(c);
    if (found != special.npos) line += '\\';
    line += found == special.npos ? c : letters[found];
  }
  return line;
}

absl::Status Dump(puente::text::XlsxWorkbook* workbook) {
  for (size_t i = 0; i < workbook->sheets().size(); ++i) {
    auto sheet = workbook->OpenSheet(i);
    if (!sheet.ok()) return sheet.status();
    while (true) {
      const absl::StatusOr<bool> more = (*sheet)->Next();
      if (!more.ok()) return more.status();
      if (!*more) break;
      for (const puente::text::XlsxCell& cell : (*sheet)->cells()) {
        std::printf("%s\t%u\t%u\t%c\t%s\t%d\t%s\t%u\n", workbook->sheets()[i].name.c_str(),
                    (*sheet)->row(), cell.column, "-nsbed"[static_cast<size_t>(cell.kind)],
                    OneLine(cell.text).c_str(), cell.has_formula ? 1 : 0,
                    OneLine(cell.formula).c_str(), cell.style);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: xlsx_dump FILE.xlsx\n");
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  puente::text::StringAccess input(bytes);
  auto workbook = puente::text::XlsxWorkbook::Open(&input, puente::Limits(), argv[1]);
  absl::Status status = workbook.ok() ? Dump(workbook->get()) : workbook.status();
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", puente::FormatError(status).c_str());
  return 1;
}
