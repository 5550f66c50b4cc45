// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The first sheet of a marked workbook: a line for all that is wrong. Internal to the marker.

#ifndef PUENTE_CORE_TEXT_XLSX_MARKER_LINES_H_
#define PUENTE_CORE_TEXT_XLSX_MARKER_LINES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"
#include "core/text/xlsx_marker.h"
#include "core/text/xlsx_marker_styles.h"
#include "core/text/xlsx_text.h"

namespace puente::text {

/// What was written.
struct WrittenLines {
  uint64_t lines = 0;
  /// The range of the table, `$A$5:$F$19`.
  std::string filter;
};

/// Writes the sheet. `has_sheet` tells which sheets a link may lead to, `marked_at` the cell that
/// is marked in place of a line's own; empty when it is its own. PUE-0344 for a text or a number of
/// lines that a sheet cannot hold.
absl::StatusOr<WrittenLines> WriteErrorSheet(
    const XlsxMarkerOptions& options, bool is_strict, const MarkedStyles& styles,
    const std::function<bool(std::string_view)>& has_sheet,
    const std::function<std::string(std::string_view sheet, const XlsxRange& cell)>& marked_at,
    XlsxErrorLines* lines, OutputStream* output);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_MARKER_LINES_H_
