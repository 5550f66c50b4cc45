// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Puts coloured styles behind those that a workbook has. Internal to the
// marker.

#ifndef PUENTE_CORE_TEXT_XLSX_MARKER_STYLES_H_
#define PUENTE_CORE_TEXT_XLSX_MARKER_STYLES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/xlsx_marker.h"
#include "core/text/xml_reader.h"

namespace puente::text {

/// The looks of the first sheet's cells.
enum class XlsxMarkerLook : uint8_t {
  kTitle,
  kSummary,
  kHeading,
  kText,
  kQuoted,  ///< A text that would become a formula when it is edited.
  kLink,
  kInfo,  ///< A word for how bad it is, and the two after it.
  kWarning,
  kError,
};
inline constexpr size_t kXlsxMarkerLooks = 9;

/// The styles of a workbook; those that it has keep their numbers.
class MarkedStyles {
 public:
  /// Reads the part of styles; `xml` is what a workbook without one would have. The errors of
  /// XmlReader, and PUE-0345.
  absl::Status Read(std::string xml, const XmlReaderOptions& options);

  /// The number of the style that is like this one on a coloured ground.
  uint32_t Marked(uint32_t style, XlsxSeverity severity);
  /// The number of the style of a cell of the first sheet.
  uint32_t Number(XlsxMarkerLook look) const {
    return static_cast<uint32_t>(first_look_ + static_cast<size_t>(look));
  }
  /// The part with all that was added. PUE-0345 when there are more styles than spreadsheets take.
  absl::StatusOr<std::string> Xml() const;

 private:
  // A section that elements are put into: fonts, fills, styles.
  struct Section {
    std::string_view name;
    bool is_there = false;
    size_t own = 0;    // elements that were there
    size_t first = 0;  // number of the first one of ours
    size_t count = 0;
    std::string more{};
  };

  std::string Look(XlsxMarkerLook look) const;
  std::array<Section, 3> Sections() const;

  std::string xml_;
  XmlReaderOptions options_;
  std::string prefix_;
  std::vector<std::string> styles_;  // `xf` elements as they stand
  Section fonts_{.name = "fonts"};
  Section fills_{.name = "fills"};
  bool has_styles_ = false;
  size_t first_look_ = 0;
  std::vector<std::string> added_;
  absl::flat_hash_map<uint64_t, uint32_t> marked_;  // by style and severity
};

/// The part of styles for a workbook that has none.
std::string NoXlsxStyles(bool is_strict);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_MARKER_STYLES_H_
