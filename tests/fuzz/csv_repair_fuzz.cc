// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes repaired copies of CSV: the repaired cells have their new texts, all other bytes stay.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/text/csv.h"
#include "core/text/csv_repairer.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/repair_list.h"

namespace puente::fuzz {
namespace {

using text::CellRepaired;

constexpr std::string_view kEncodings[] = {"UTF-8",    "UTF-8",      "windows-1252", "UTF-16",
                                           "UTF-16LE", "ISO-8859-1", "UTF-8",        "UTF-16BE"};
constexpr char kDelimiters[] = {'\0', ',', ';', '\t', '|'};

/// A cell as it was read, and where it stands.
struct Cell {
  std::string text;
  text::CsvPlace place;
};

/// What was read.
struct Reading {
  struct Record {
    uint64_t line = 0;
    bool is_good = false;
    std::vector<Cell> cells;
  };
  std::vector<Record> records;
  absl::Status status;
  char delimiter = ',';
  std::string encoding;
};

Reading ReadAll(std::string_view bytes, const text::CsvReaderOptions& options) {
  Reading reading;
  text::StringInput input(bytes);
  text::CsvReaderOptions sized = options;
  sized.input_bytes = bytes.size();
  text::CsvReader reader(&input, sized);
  while (true) {
    const absl::StatusOr<bool> more = reader.Next();
    if (!more.ok() && GetErrorDetail(more.status()).code != "PUE-0206") {
      reading.status = more.status();
      break;
    }
    if (more.ok() && !*more) break;
    Reading::Record& record = reading.records.emplace_back();
    record.line = reader.line();
    record.is_good = more.ok();
    for (size_t i = 0; record.is_good && i < reader.cells().size(); ++i) {
      record.cells.push_back({std::string(reader.cells()[i].text), reader.Place(i)});
    }
  }
  reading.delimiter = reader.delimiter();
  reading.encoding = reader.encoding();
  return reading;
}

/// Repairs of cells of the reading, in order, by their record and column.
using Repairs = std::map<std::pair<size_t, size_t>, text::CellRepair>;

Repairs ChooseRepairs(const Reading& reading, const std::vector<RepairChoice>& choices) {
  Repairs repairs;
  if (reading.records.empty()) return repairs;
  for (const RepairChoice& choice : choices) {
    const size_t record = choice.row % reading.records.size();
    const Reading::Record& at = reading.records[record];
    // One column more than there are, at times.
    const size_t column = choice.column % (at.cells.size() + 1);
    const std::string before = column < at.cells.size() ? at.cells[column].text : "";
    text::CellRepair repair;
    repair.row = at.line;
    repair.column = static_cast<uint32_t>(column);
    repair.before = choice.is_wrong ? before + "?" : before;
    repair.after = NewText(before, choice);
    repairs.emplace(std::pair(record, column), std::move(repair));
  }
  return repairs;
}

void CheckResult(const Reading& reading, std::pair<size_t, size_t> place,
                 const text::CellRepair& repair, CellRepaired result) {
  const std::vector<Cell>& cells = reading.records[place.first].cells;
  if (place.second >= cells.size()) return Check(result == CellRepaired::kNoCell, "no cell");
  if (cells[place.second].text != repair.before) {
    return Check(result == CellRepaired::kOtherText, "another text");
  }
  if (text::NeedsFormulaGuard(repair.after) && !text::NeedsFormulaGuard(repair.before)) {
    return Check(result == CellRepaired::kNewFormula, "a new formula");
  }
  const bool is_unicode = reading.encoding.starts_with("UTF-");
  Check(result == CellRepaired::kDone || (!is_unicode && result == CellRepaired::kNoCharacter),
        "what can be done is done", std::to_string(static_cast<int>(result)));
}

void Fuzz(const uint8_t* data, size_t size) {
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const uint8_t look = decisions.Byte();
  const std::vector<RepairChoice> choices = ChooseSome(&decisions);
  const std::string bytes(decisions.Rest());
  text::CsvReaderOptions options;
  options.encoding = kEncodings[way % std::size(kEncodings)];
  if (const char delimiter = kDelimiters[way / 8 % std::size(kDelimiters)]; delimiter != '\0') {
    options.delimiter = delimiter;
  }
  options.input_bytes = bytes.size();
  options.guard_formulas = look % 4 == 1;
  if (look % 8 == 2) {
    options.limits.csv_columns = 4;
    options.limits.csv_cell_bytes = 20;
    options.limits.line_bytes = 60;
  }

  const Reading reading = ReadAll(bytes, options);
  const Repairs repairs = ChooseRepairs(reading, choices);
  std::vector<text::CellRepair> asked;
  for (const auto& [place, repair] : repairs) asked.push_back(repair);
  text::StringAccess input(bytes);
  RepairList list(asked);
  std::vector<CellRepaired> results;
  std::string out;
  text::StringOutput output(&out);
  const absl::Status status = text::RepairCsv(
      &input, options, &list,
      [&](const text::CellRepair&, CellRepaired result) {
        results.push_back(result);
        return absl::OkStatus();
      },
      &output);
  if (!status.ok()) return Check(!reading.status.ok(), "what can be read can be repaired");
  Check(results.size() == asked.size(), "each is settled");

  // What was found by the first records need not be found again, so it is named.
  text::CsvReaderOptions again_options;
  again_options.delimiter = reading.delimiter;
  again_options.encoding = reading.encoding;
  again_options.guard_formulas = options.guard_formulas;
  again_options.limits.csv_columns = options.limits.csv_columns;
  const Reading again = ReadAll(out, again_options);
  if (reading.status.ok()) {
    Check(again.status.ok(), "the copy can be read", ErrorOf(again.status));
    Check(again.records.size() == reading.records.size(), "no record comes or goes", out);
  }
  size_t settled = 0;
  uint64_t copied = 0;
  uint64_t written = 0;
  for (const auto& [place, repair] : repairs) {
    const CellRepaired result = results[settled++];
    CheckResult(reading, place, repair, result);
    if (result != CellRepaired::kDone) continue;
    Check(place.first < again.records.size() && again.records[place.first].is_good &&
              place.second < again.records[place.first].cells.size(),
          "the cell is there", out);
    const text::CsvPlace& old = reading.records[place.first].cells[place.second].place;
    const Cell& cell = again.records[place.first].cells[place.second];
    const std::string_view same = std::string_view(bytes).substr(copied, old.begin - copied);
    Check(cell.place.begin == written + same.size() && out.substr(written, same.size()) == same,
          "bytes before a cell", out);
    Check(cell.text == repair.after, "the new text", out);
    copied = old.end;
    written = cell.place.end;
  }
  Check(std::string_view(out).substr(written) == std::string_view(bytes).substr(copied),
        "bytes behind the cells", out);
  for (size_t i = 0; i < reading.records.size() && i < again.records.size(); ++i) {
    const Reading::Record& old = reading.records[i];
    const Reading::Record& record = again.records[i];
    Check(old.is_good == record.is_good && old.cells.size() == record.cells.size(), "cells", out);
    for (size_t column = 0; column < old.cells.size(); ++column) {
      const auto repair = repairs.find({i, column});
      if (repair != repairs.end() && old.cells[column].text == repair->second.before) continue;
      Check(old.cells[column].text == record.cells[column].text, "other cells", out);
    }
  }
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
