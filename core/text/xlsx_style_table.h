// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The styles of the cells of a new workbook.

#ifndef PUENTE_CORE_TEXT_XLSX_STYLE_TABLE_H_
#define PUENTE_CORE_TEXT_XLSX_STYLE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace puente::text {

/// The styles that every new workbook has, by number.
inline constexpr uint32_t kXlsxPlain = 0;
inline constexpr uint32_t kXlsxHeader = 1;    ///< Bold, on a coloured ground.
inline constexpr uint32_t kXlsxText = 2;      ///< Text, whatever it looks like.
inline constexpr uint32_t kXlsxDate = 3;      ///< `2026-01-31`
inline constexpr uint32_t kXlsxDateTime = 4;  ///< `2026-01-31 18:00:00`

/// Styles, which grow while cells are written.
class XlsxStyleTable {
 public:
  XlsxStyleTable();

  size_t size() const { return styles_.size(); }
  /// The number of the style for numbers of a format such as `0.00`; the same for the same format.
  /// Invalid-argument error PUE-0344 when it can be none, or there are too many.
  absl::StatusOr<uint32_t> AddFormat(std::string_view format);
  /// The number of a style like this one that says of a text that it is one, also when it is edited
  /// (`quotePrefix`).
  uint32_t Quoted(uint32_t style);
  /// The part of styles.
  std::string Xml() const;

 private:
  struct Style {
    uint32_t format = 0;
    bool is_header = false;
    bool is_quoted = false;
    uint32_t quoted = 0;  // the number of the one that is; 0 when there is none yet
  };

  std::vector<std::string> formats_;
  std::vector<Style> styles_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_STYLE_TABLE_H_
