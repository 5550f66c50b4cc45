// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes workbooks with all that marks and repairs look at, and with a fuzzer's bytes in one place.
#ifndef PUENTE_TESTS_FUZZ_PATCH_WORKBOOK_H_
#define PUENTE_TESTS_FUZZ_PATCH_WORKBOOK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace puente::fuzz {

/// Where the bytes come to stand.
enum class PatchPlace : uint8_t {
  kCells,  ///< They choose rows and cells, which are good.
  kRows,
  kBeforeRows,
  kBehindRows,
  kTexts,
  kStyles,
  kComment,
  kDrawing,
  kBook,
  kBookRelations,
  kTypes,
  kSheetRelations,
  kComments,
  kFile,
};
inline constexpr size_t kPatchPlaces = 14;

/// What else differs.
struct PatchLook {
  bool has_prefix = false;
  bool has_comments = false;
  bool has_styles = true;
  bool has_merged = false;
  /// The first sheet begins with a byte order mark and a declaration.
  bool has_mark = false;
  /// Much stands between chosen cells, more than is read or written at a time.
  bool is_large = false;
};

/// A workbook of two sheets, a chart and a picture.
std::string PatchWorkbook(PatchPlace place, const PatchLook& look, std::string_view bytes);

}  // namespace puente::fuzz

#endif  // PUENTE_TESTS_FUZZ_PATCH_WORKBOOK_H_
