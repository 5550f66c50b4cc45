// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Comments of a sheet: their texts, and the boxes that show them. Internal to
// the marker.

#ifndef PUENTE_CORE_TEXT_XLSX_MARKER_COMMENTS_H_
#define PUENTE_CORE_TEXT_XLSX_MARKER_COMMENTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"
#include "core/text/xlsx_marker.h"
#include "core/text/xlsx_marker_sheet.h"
#include "core/text/xml_reader.h"

namespace puente::text {

/// A cell, by number, whose comment was there and is longer now, and its whole text.
struct LongerComment {
  size_t cell = 0;
  std::string text;
};

/// What became of the comments of a sheet.
struct PatchedComments {
  /// Those of its cells that need a box: they had no comment before. By number.
  std::vector<size_t> is_new;
  std::vector<LongerComment> longer;
  uint64_t conversations = 0;
};

/// Writes the part of comments: a new one when `part` is null, else all that it has, and ours. A
/// cell's own comment gets our text below a line. PUE-0345 when it is something else.
absl::StatusOr<PatchedComments> PatchComments(InputStream* part, const XmlReaderOptions& options,
                                              const MarkedSheet& sheet,
                                              std::span<const XlsxMark* const> marks,
                                              bool is_strict, OutputStream* output);

/// The text of a cell's comment: a line for each mark.
std::string CommentText(const MarkedCell& cell, std::span<const XlsxMark* const> marks);

/// The largest block of numbers of shapes that a drawing has, by what it says and by its shapes; 0
/// when there is none.
uint64_t LargestBlock(std::string_view drawing);

/// Writes the part of shapes: a new one when `old` is empty, else what it has, with boxes that are
/// large enough for what they show now, and a hidden box for each cell with a new comment. Two
/// drawings of one workbook must not share a block of numbers, or Excel calls it damaged: these
/// boxes get blocks after `last_block`, which moves on. PUE-0345 when `old` is no drawing.
absl::Status PatchDrawing(std::string_view old, const MarkedSheet& sheet,
                          const PatchedComments& comments, std::span<const XlsxMark* const> marks,
                          const SheetLook& look, uint64_t* last_block, OutputStream* output);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_MARKER_COMMENTS_H_
