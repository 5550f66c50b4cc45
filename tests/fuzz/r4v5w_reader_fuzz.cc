// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes R4V's matrices, as CSV and as workbooks: read in portions as at once, and what is taken
// comes back.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/column_names.h"
#include "core/text/xlsx_reader.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"
#include "plugins/r4v5w/header_book.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/fuzzed_workbook.h"
#include "tests/fuzz/plugin_checks.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::fuzz {
namespace {

/// A header as a line of CSV and as a row of a workbook.
struct Header {
  std::string csv;
  std::string row;
};

/// Columns of each kind, and those by which others are understood: a row of all columns takes twice
/// as long.
bool IsOfFew(std::string_view concept_name) {
  constexpr std::string_view kFew =
      " year month country admin1 admin2 organisation appealing_org implementing_org sector "
      "indicator indicator_type activity_name cva cva_value delivery_mechanism total_budget "
      "quantity new_beneficiaries women target_women poptype_check ";
  return kFew.find(fmt::format(" {} ", concept_name)) != std::string_view::npos;
}

Header MakeHeader(r4v5w::Matrix matrix, std::string_view year, std::string_view language,
                  bool is_whole) {
  Header header;
  size_t column = 0;
  header.row = "<row r=\"1\">";
  for (const r4v5w::HeaderColumn& one : r4v5w::HeaderOf(matrix, year, language)) {
    if (!is_whole && !IsOfFew(one.concept_name)) continue;
    header.csv += (column == 0 ? "\"" : ",\"") + one.header + "\"";
    header.row += fmt::format("<c r=\"{}\" t=\"inlineStr\"><is><t>", text::CellName(column, 1));
    text::AppendXmlText(one.header, &header.row);
    header.row += "</t></is></c>";
    ++column;
  }
  header.csv += "\n";
  header.row += "</row>";
  return header;
}

const std::array<Header, 4>& Headers() {
  static const auto& headers = *new std::array<Header, 4>{
      Header(), MakeHeader(r4v5w::Matrix::kMonitoring, "2025", "en", false),
      MakeHeader(r4v5w::Matrix::kMonitoring, "2022", "es", true),
      MakeHeader(r4v5w::Matrix::kPlanning, "2023", "en", false)};
  return headers;
}

/// All but the header. A line of CSV that was left out changes the numbers of those behind it.
std::vector<v1::Record> RowsOf(std::vector<v1::Record> records, bool is_workbook) {
  records.erase(records.begin());
  for (v1::Record& record : records) {
    if (!is_workbook && record.has_row()) record.mutable_row()->clear_number();
  }
  return records;
}

/// True when a cell of a workbook is called a number, and is none.
bool HasOddNumber(const std::string& bytes) {
  text::StringAccess input(bytes);
  const auto workbook = text::XlsxWorkbook::Open(&input, Limits(), "");
  if (!workbook.ok()) return false;
  for (size_t i = 0; i < (*workbook)->sheets().size(); ++i) {
    const auto sheet = (*workbook)->OpenSheet(i);
    if (!sheet.ok()) return false;
    for (auto more = (*sheet)->Next(); more.ok() && *more; more = (*sheet)->Next()) {
      for (const text::XlsxCell& cell : (*sheet)->cells()) {
        if (cell.kind == text::XlsxKind::kNumber && !text::IsXlsxNumber(cell.text)) return true;
      }
    }
  }
  return false;
}

std::string KindsOf(const v1::Record& record) {
  std::string kinds;
  const v1::Row& row = record.has_row() ? record.row() : record.residue().row();
  for (const int kind : row.kinds()) kinds += static_cast<char>('0' + kind);
  return kinds;
}

void ForgetKinds(std::vector<v1::Record>* records) {
  for (v1::Record& record : *records) {
    if (record.has_row()) record.mutable_row()->clear_kinds();
    if (record.residue().has_row()) record.mutable_residue()->mutable_row()->clear_kinds();
  }
}

void Fuzz(const uint8_t* data, size_t size) {
  static const testing::FakePlugin& made = *new testing::FakePlugin(puente_plugin_v1, "r4v5w");
  const PathsOfOneInput paths;
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const uint8_t length = decisions.Byte();
  const Header& header = Headers()[way / 2 % 4];
  const bool is_workbook = way % 2 == 1;
  const std::string_view rest = decisions.Rest();
  const std::string bytes = is_workbook
                                ? FuzzedWorkbook(way / 8 % kWorkbookPlaces, header.row, rest)
                                : header.csv + std::string(rest);
  testing::FakePlugin plugin = made;
  plugin.limits = {{"unpacked_bytes", uint64_t{16} << 20}};
  if (way / 64 == 3) {
    plugin.limits.insert({{"csv_columns", 40}, {"csv_cell_bytes", 80}, {"line_bytes", 3000}});
  }
  plugin.Identify(is_workbook ? "5w.xlsx" : "input.csv", bytes);

  testing::FakeHostTable(false);
  const testing::FakeReading reading = plugin.Read(bytes);
  CheckReading(reading, bytes);
  testing::FakeHostTable(length % 2 == 1);
  // A workbook is not read front to back: a few of them are enough.
  if (!is_workbook || length / 4 % 4 == 0) {
    CheckSameReading("in portions", reading, plugin.Read(bytes, {}, size_t{1} + length));
  }
  if (reading.status != PUENTE_END) return;

  const std::vector<v1::Record> records = RecordsOf(reading);
  const testing::FakeWriting writing = made.Write(records, {}, length / 2 % 2 == 1);
  // The writer refuses what no workbook may have, such as a height that is no number.
  if (is_workbook && writing.run.error.code == "PUE-0344") return;
  // A row with what no workbook may have, such as a number that is none, has no place; it is told.
  if (CheckWriting(records, writing) != 0) {
    Check(is_workbook && !writing.run.findings.empty(), "nothing is lost", writing.bytes);
    return;
  }
  const testing::FakeReading again = made.Read(writing.bytes);
  CheckReading(again, writing.bytes);
  // Which delimiter a file has is found by its lines, and some may have been left out.
  if (!is_workbook && again.run.error.code == "R4V-0001") return;
  Check(again.status == PUENTE_END, "what is written can be read", again.run.error.message);
  CheckDeclaredIsVerified(writing, again);
  // The order of computing and the encoding are made anew; the rows are the same.
  std::vector<v1::Record> expected = RowsOf(records, is_workbook);
  std::vector<v1::Record> actual = RowsOf(RecordsOf(again), is_workbook);
  const bool same_kinds =
      std::equal(expected.begin(), expected.end(), actual.begin(), actual.end(),
                 [](const auto& a, const auto& b) { return KindsOf(a) == KindsOf(b); });
  // What is called a number and is none has become the text that it is.
  if (!same_kinds && HasOddNumber(bytes)) {
    ForgetKinds(&expected);
    ForgetKinds(&actual);
  }
  CheckSameContent("cell for cell", expected, actual);
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
