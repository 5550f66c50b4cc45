// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The parts of a workbook: how one leads to the other.

#ifndef PUENTE_CORE_TEXT_XLSX_PARTS_H_
#define PUENTE_CORE_TEXT_XLSX_PARTS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/text/xml_reader.h"

namespace puente::text {

/// A relation to another part.
struct XlsxRelation {
  std::string id;
  /// The last word of its type, such as `worksheet`.
  std::string kind;
  /// True when the type is one of strict workbooks, whose names of XML are others.
  bool is_strict = false;
  /// The name of the part; empty when it leads out of the archive.
  std::string part;
};

/// The part where a workbook's list of sheets is unless a relation says otherwise.
inline constexpr std::string_view kXlsxUsualWorkbook = "xl/workbook.xml";

/// Name of the part that has the relations of a part; of the archive when `part` is empty.
std::string XlsxRelationsPart(std::string_view part);

/// The name of a part that a relation of another part leads to.
std::string ResolveXlsxPart(std::string_view from, std::string_view target);

/// The relations of the part `from`, read from their own part; without those that lead out of the
/// workbook. The errors of the reader.
absl::StatusOr<std::vector<XlsxRelation>> ReadXlsxRelations(XmlReader* xml, std::string_view from);

/// XML without the elements that are to go; every other byte is the same. `goes` is asked when the
/// reader is at the start of an element. The errors of the reader.
absl::StatusOr<std::string> CutXmlElements(std::string_view xml,
                                           const std::function<bool(const XmlReader&)>& goes);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_PARTS_H_
