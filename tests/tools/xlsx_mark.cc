// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Marks a workbook by a list of marks; for xlsx_marks.py.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/text/xlsx_marker.h"
#include "core/text/xlsx_marker_sheet.h"

namespace {

using puente::text::XlsxErrorLine;
using puente::text::XlsxMark;
using puente::text::XlsxSeverity;

std::string Bytes(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

/// What `\n`, `\t`, `\r` and `\\` stand for.
std::string Unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
  }
  return out;
}

XlsxSeverity SeverityOf(std::string_view word) {
  if (word == "info") return XlsxSeverity::kInfo;
  return word == "warning" ? XlsxSeverity::kWarning : XlsxSeverity::kError;
}

/// Reads lines of sheet, row, column (from 0), `row` or `cell`, severity, text.
bool ReadMarks(const std::string& tsv, std::vector<XlsxMark>* marks) {
  constexpr size_t kFields = 6;
  for (size_t begin = 0; begin < tsv.size();) {
    size_t end = tsv.find('\n', begin);
    if (end == std::string::npos) end = tsv.size();
    std::array<std::string, kFields> fields;
    size_t at = begin;
    for (size_t i = 0; i < kFields; ++i) {
      const size_t tab = i + 1 < kFields ? tsv.find('\t', at) : end;
      if (tab == std::string::npos || tab > end) return false;
      fields[i] = Unescaped(std::string_view(tsv).substr(at, tab - at));
      at = tab + 1;
    }
    XlsxMark mark;
    mark.sheet = fields[0];
    mark.row = static_cast<uint32_t>(std::strtoul(fields[1].c_str(), nullptr, 10));
    mark.column = static_cast<uint32_t>(std::strtoul(fields[2].c_str(), nullptr, 10));
    mark.whole_row = fields[3] == "row";
    mark.severity = SeverityOf(fields[4]);
    mark.text = fields[5];
    marks->push_back(mark);
    begin = end + 1;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "usage: xlsx_mark FROM.xlsx MARKS.tsv TO.xlsx [TITLE]\n");
    return 2;
  }
  const std::string bytes = Bytes(argv[1]);
  std::vector<XlsxMark> marks;
  if (!ReadMarks(Bytes(argv[2]), &marks)) {
    std::fprintf(stderr, "%s: not lines of six fields\n", argv[2]);
    return 2;
  }
  puente::text::XlsxMarkerOptions options;
  options.source = argv[1];
  if (argc == 5) options.title = argv[4];
  options.headings = {"Gravedad", "Regla", "Hoja", "Celda", "Mensaje", "Qué hacer"};
  options.summary = {"Lo que hay que corregir", std::to_string(marks.size()) + " avisos"};
  std::vector<XlsxErrorLine> lines;
  constexpr std::array<std::string_view, 3> kWords = {"nota", "aviso", "error"};
  for (const XlsxMark& mark : marks) {
    XlsxErrorLine line;
    line.severity = mark.severity;
    line.severity_word = kWords[static_cast<size_t>(mark.severity)];
    line.rule = mark.whole_row ? "duplicate_row" : "missing_value";
    line.sheet = mark.sheet;
    line.cell = puente::text::XlsxCellName(mark.column, mark.row);
    line.message = mark.text;
    line.hint = "=Corrija la celda y envíe el libro otra vez.";
    lines.push_back(line);
  }
  puente::text::StringAccess input(bytes);
  puente::text::XlsxErrorLineList list(lines);
  std::string marked;
  puente::text::StringOutput output(&marked);
  const auto report = puente::text::MarkWorkbook(&input, options, marks, &list, &output);
  absl::Status status = report.status();
  if (status.ok()) {
    std::ofstream to(argv[3], std::ios::binary);
    to << marked;
    if (!to.flush()) status = absl::DataLossError("the workbook cannot be written");
  }
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", puente::FormatError(status).c_str());
    return 1;
  }
  std::printf("%s\t%ju\t%ju\t%ju\t%ju\t%ju\t%ju\n", report->title.c_str(),
              static_cast<uintmax_t>(report->cells), static_cast<uintmax_t>(report->new_cells),
              static_cast<uintmax_t>(report->comments),
              static_cast<uintmax_t>(report->longer_comments),
              static_cast<uintmax_t>(report->conversations), static_cast<uintmax_t>(report->lines));
  return 0;
}
