// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What tests of patched copies share: repairs in memory, marks, and parts of what was written.

#ifndef PUENTE_TESTS_CORE_COPIES_H_
#define PUENTE_TESTS_CORE_COPIES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/text/cell_repair.h"
#include "core/text/xlsx_marker.h"
#include "core/text/zip_archive.h"

namespace puente::testing {

/// Repairs that are in memory.
class RepairList : public text::CellRepairs {
 public:
  explicit RepairList(std::vector<text::CellRepair> repairs) : repairs_(std::move(repairs)) {}
  absl::StatusOr<bool> Next(text::CellRepair* repair) override {
    if (next_ == repairs_.size()) return false;
    *repair = repairs_[next_++];
    return true;
  }

 private:
  std::vector<text::CellRepair> repairs_;
  size_t next_ = 0;
};

/// A mark in the first sheet of Parts of workbook_maker.h.
inline text::XlsxMark MarkAt(uint32_t row, uint32_t column, text::XlsxSeverity severity,
                             std::string message = "") {
  text::XlsxMark mark;
  mark.sheet = "A\u00f1o 1";
  mark.row = row;
  mark.column = column;
  mark.severity = severity;
  mark.text = std::move(message);
  return mark;
}

/// The bytes of a part of an archive, or what is wrong.
inline std::string PartOf(const std::string& bytes, std::string_view name) {
  text::StringAccess input(bytes);
  const auto archive = text::ZipArchive::Open(&input, DefaultLimits(), "");
  if (!archive.ok()) return FormatError(archive.status());
  const text::ZipPart* const part = (*archive)->Find(name);
  if (part == nullptr) return "not there";
  const auto read = (*archive)->ReadPart(*part, uint64_t{1} << 30);
  return read.ok() ? *read : FormatError(read.status());
}

}  // namespace puente::testing

#endif  // PUENTE_TESTS_CORE_COPIES_H_
