// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tells what of an input has no place in the table that is written.
#include "plugins/r4v5w/left_out.h"

#include <string>

#include "fmt/format.h"

namespace puente::r4v5w {
namespace {

// Columns of one input that are told one by one.
constexpr size_t kMostTold = 200;

/// `3 cells`, or nothing for none.
void Count(uint64_t count, std::string_view one, std::string_view many,
           std::vector<std::string>* parts) {
  if (count > 0) parts->push_back(fmt::format("{} {}", count, count == 1 ? one : many));
}

}  // namespace

void LeftOut::BeginInput(bool is_further) {
  is_further_ = is_further;
  if (is_further) ++inputs_;
  told_other_ = false;
  told_.clear();
}

void LeftOut::Book(const v1::TableLayout& layout) {
  parts_ += static_cast<uint64_t>(layout.parts_size());
}

void LeftOut::OtherMatrix(const v1::TableLayout& layout, std::string_view theirs,
                          std::string_view ours) {
  const std::string message =
      fmt::format("the file is a {} matrix, and goes into a {} matrix", theirs, ours);
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "R4V-0017";
  finding.message = message;
  finding.hint = "put what was done and what is planned into two tables";
  std::string cell;
  for (const v1::SheetLayout& sheet : layout.sheets()) {
    if (sheet.role().empty()) continue;
    finding.sheet = sheet.name();
    if (sheet.name().empty()) finding.line = sheet.header().number();
    cell = text::CellName(0, sheet.header().number());
    finding.cell = cell;
    break;
  }
  run_.Report(finding);
}

void LeftOut::Cells(const std::vector<LeftCell>& cells, size_t sheet, InputSheet& in,
                    const v1::Row& row, const sdk::RecordInfo& info) {
  for (const LeftCell& left : cells) {
    if (is_further_) ++cells_;
    if (told_.size() >= kMostTold || !told_.insert({sheet, left.column}).second) continue;
    if (is_further_) ++columns_;
    sdk::Finding finding;
    finding.severity = PUENTE_WARNING;
    finding.code = "R4V-0015";
    finding.message = "the column has no place in the table, and its cells are left out";
    finding.hint =
        "name the file first that has the column, or a year that has it with --out-opt year; the "
        "receipt counts the cells";
    finding.path = in.Name(left.column);
    finding.offset = info.origin.offset;
    finding.sheet = {info.origin.sheet.data, info.origin.sheet.size};
    const uint64_t number = row.number() > 0 ? row.number() : info.origin.line;
    const std::string cell = text::CellName(left.column, number);
    if (finding.sheet.empty()) finding.line = info.origin.line;
    finding.cell = cell;
    run_.Report(finding);
  }
}

void LeftOut::Other(const sdk::RecordInfo& info, std::string_view why) {
  if (info.leaves.empty()) return;
  if (is_further_) {
    ++others_;
    if (told_other_) return;
    told_other_ = true;
  }
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "R4V-0012";
  finding.message = why;
  finding.hint = is_further_
                     ? "only the activities of a further file are put into the table; this is said "
                       "once for a file"
                     : "without year and language the whole file is given back";
  finding.offset = info.origin.offset;
  finding.sheet = {info.origin.sheet.data, info.origin.sheet.size};
  finding.line = info.origin.line;
  run_.Report(finding);
}

void LeftOut::Finish() {
  std::vector<std::string> parts;
  if (cells_ > 0) {
    parts.push_back(fmt::format("{} {} of {} {}", cells_, cells_ == 1 ? "cell" : "cells", columns_,
                                columns_ == 1 ? "column" : "columns"));
  }
  Count(others_, "row that is no activity", "rows that are no activities", &parts);
  Count(formulas_, "formula (its value is kept)", "formulas (their values are kept)", &parts);
  Count(parts_, "part of a workbook (styles, lists, comments)",
        "parts of workbooks (styles, lists, comments)", &parts);
  if (parts.empty()) return;
  std::string list;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) list += i + 1 == parts.size() ? " and " : ", ";
    list += parts[i];
  }
  const std::string message =
      fmt::format("of {} further {} {} {} left out", inputs_, inputs_ == 1 ? "file" : "files", list,
                  parts.size() == 1 && list.starts_with("1 ") ? "is" : "are");
  sdk::Finding finding;
  finding.severity = cells_ + others_ > 0 ? PUENTE_WARNING : PUENTE_INFO;
  finding.code = "R4V-0016";
  finding.message = message;
  finding.hint = cells_ + others_ > 0
                     ? "the table looks like the first file; the receipt names the values"
                     : "the table looks like the first file, and has all values";
  run_.Report(finding);
}

}  // namespace puente::r4v5w
