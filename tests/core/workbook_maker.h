// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes archives and small workbooks for tests, also such as no program writes.

#ifndef PUENTE_TESTS_CORE_WORKBOOK_MAKER_H_
#define PUENTE_TESTS_CORE_WORKBOOK_MAKER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace puente::testing {

/// A part of an archive.
struct Part {
  std::string name;
  std::string bytes;
  bool deflated = false;
  uint32_t crc_change = 0;
  uint16_t flags = 0;
  uint16_t method = 0xFFFF;  // the true one
};

/// An archive of parts, with their true sums and sizes but for what a part says.
std::string Zip(const std::vector<Part>& parts);

/// The parts of a workbook of two sheets (the second one hidden) and a chart: relations, the list
/// of sheets with `properties` before it, relations of that, shared texts, styles, both sheets.
std::vector<Part> Parts(const std::string& sheet, const std::string& shared = "",
                        const std::string& properties = "");

}  // namespace puente::testing

#endif  // PUENTE_TESTS_CORE_WORKBOOK_MAKER_H_
