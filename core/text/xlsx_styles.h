// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The styles of a workbook's cells, as far as they say what a number is.

#ifndef PUENTE_CORE_TEXT_XLSX_STYLES_H_
#define PUENTE_CORE_TEXT_XLSX_STYLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "core/text/xml_reader.h"
#include "puente/v1/text.pb.h"

namespace puente::text {

/// What a number with a style is.
enum class XlsxNumber : uint8_t { kPlain, kDate, kDateTime, kTime };

/// What the number format (such as `dd/mm/yyyy`) makes of a number.
XlsxNumber NumberOfFormat(std::string_view format);

/// The styles of one workbook.
class XlsxStyles {
 public:
  /// Reads the part of styles. The errors of the reader.
  absl::Status Read(XmlReader* xml);

  /// What a number with the style of this number is; plain when there is no such style.
  XlsxNumber NumberOf(uint32_t style) const {
    return style < numbers_.size() ? numbers_[style] : XlsxNumber::kPlain;
  }
  /// How many there are.
  size_t size() const { return numbers_.size(); }

 private:
  absl::flat_hash_map<uint32_t, XlsxNumber> formats_;
  std::vector<XlsxNumber> numbers_;
};

/// The day and time of a serial number such as `44562.75`: days since the end of 1899, or since
/// 1904. Nothing when the text is no number of 0 to 9999-12-31, or the day that never was: serial
/// 60 is 29 February 1900. The time is rounded to milliseconds.
std::optional<v1::DateTime> DateOfSerial(std::string_view serial, bool is_1904);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_STYLES_H_
