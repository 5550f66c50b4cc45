// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Names in the parts of a workbook: elements, attributes, cells.

#ifndef PUENTE_CORE_TEXT_XLSX_NAMES_H_
#define PUENTE_CORE_TEXT_XLSX_NAMES_H_

#include <cstdint>
#include <string_view>

#include "core/text/xml_reader.h"

namespace puente::text {

/// The most columns and rows that a sheet can have.
inline constexpr uint32_t kXlsxColumns = 16384;
inline constexpr uint32_t kXlsxRows = 1048576;

/// A name without its prefix: some programs write `x:row` for `row`.
inline std::string_view LocalName(std::string_view name) { return name.substr(name.find(':') + 1); }

/// The value of an attribute of the element that begins, whatever its prefix; empty when it has
/// none.
inline std::string_view AttributeOf(const XmlReader& xml, std::string_view name) {
  for (const XmlAttribute& attribute : xml.attributes()) {
    if (LocalName(attribute.name) == name) return attribute.value;
  }
  return {};
}

/// The value of an attribute of exactly this name of the element that begins; empty when it has
/// none.
inline std::string_view OwnAttribute(const XmlReader& xml, std::string_view name) {
  for (const XmlAttribute& attribute : xml.attributes()) {
    if (attribute.name == name) return attribute.value;
  }
  return {};
}

/// Reads the name of a cell, `B7`: column 1 (from 0), row 7. False when it is none.
inline bool ReadCellName(std::string_view name, uint32_t* column, uint32_t* row) {
  uint32_t letters = 0;
  size_t i = 0;
  for (; i < name.size() && name[i] >= 'A' && name[i] <= 'Z'; ++i) {
    letters = letters * 26 + static_cast<uint32_t>(name[i] - 'A' + 1);
    if (letters > kXlsxColumns) return false;
  }
  uint32_t digits = 0;
  const size_t first = i;
  for (; i < name.size() && name[i] >= '0' && name[i] <= '9'; ++i) {
    digits = digits * 10 + static_cast<uint32_t>(name[i] - '0');
    if (digits > kXlsxRows) return false;
  }
  if (first == 0 || i == first || i != name.size() || digits == 0) return false;
  *column = letters - 1;
  *row = digits;
  return true;
}

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_NAMES_H_
