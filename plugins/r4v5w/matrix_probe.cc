// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tells whether an input is a matrix, by a look at its beginning.
#include "plugins/r4v5w/matrix_probe.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/limits.h"
#include "core/plugin/sdk/source_access.h"
#include "core/text/sheet_row.h"
#include "core/text/xlsx_reader.h"
#include "core/text/zip_archive.h"
#include "plugins/r4v5w/csv_header.h"
#include "plugins/r4v5w/header_book.h"

namespace puente::r4v5w {
namespace {

constexpr uint32_t kSure = 90;
constexpr uint32_t kByName = 50;

/// What is read of a workbook to look for names: enough for those of templates with long lists, and
/// done in an instant.
Limits ProbeLimits() {
  constexpr uint64_t kTexts = uint64_t{4} << 20;
  constexpr uint64_t kCell = uint64_t{64} << 10;
  Limits limits;
  limits.shared_text_bytes = kTexts;
  limits.unpacked_bytes = 4 * kTexts;
  limits.csv_cell_bytes = limits.text_bytes = limits.attribute_bytes = kCell;
  return limits;
}

/// True when one of the first rows of a sheet is a header. Damage and limits end the look: nothing.
std::optional<bool> HasHeader(text::XlsxWorkbook& workbook, size_t sheet) {
  const absl::StatusOr<std::unique_ptr<text::XlsxSheetReader>> rows = workbook.OpenSheet(sheet);
  if (!rows.ok()) return std::nullopt;
  std::vector<std::string> names;
  for (size_t i = 0; i < kRowsWithHeader; ++i) {
    const absl::StatusOr<bool> more = (*rows)->Next();
    if (!more.ok()) return std::nullopt;
    if (!*more) return false;
    names.clear();
    for (const text::XlsxCell& cell : (*rows)->cells()) {
      if (cell.kind == text::XlsxKind::kText) names.emplace_back(cell.text);
    }
    if (BindHeader(names).matrix != Matrix::kNone) return true;
  }
  return false;
}

uint32_t WorkbookConfidence(const sdk::Head& head) {
  if (head.source != nullptr) {
    const std::unique_ptr<sdk::SourceAccess> access = sdk::SourceAccess::OfSeekable(head.source);
    const absl::StatusOr<std::unique_ptr<text::XlsxWorkbook>> workbook =
        text::XlsxWorkbook::Open(access.get(), ProbeLimits(), "");
    // One that is damaged, or too large for a look, may be a matrix all the same.
    if (workbook.ok()) {
      constexpr size_t kMostSheets = 32;
      const size_t sheets = std::min((*workbook)->sheets().size(), kMostSheets);
      bool is_known = true;
      for (size_t i = 0; i < sheets; ++i) {
        const std::optional<bool> found = HasHeader(**workbook, i);
        if (found.value_or(false)) return kSure;
        is_known = is_known && found.has_value();
      }
      if (is_known) return 0;
    }
  }
  const std::string name = PlainText(head.name.substr(head.name.rfind('/') + 1));
  for (const std::string_view word : {"5w", "rmrp", "r4v"}) {
    if (name.find(word) != std::string::npos) return kByName;
  }
  return 0;
}

}  // namespace

uint32_t MatrixConfidence(const sdk::Head& head) {
  if (text::IsZipArchive(head.bytes)) return WorkbookConfidence(head);
  // XML and JSON have commas too.
  constexpr std::string_view kOthers = "<{[";
  if (head.bytes.empty() || kOthers.find(head.bytes.front()) != std::string_view::npos) return 0;
  return FindCsvDelimiter(head.bytes, "auto").has_value() ? kSure : 0;
}

}  // namespace puente::r4v5w
