// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Findings as texts for people and as JSON for programs.

#ifndef PUENTE_CORE_FINDINGS_FINDING_TEXT_H_
#define PUENTE_CORE_FINDINGS_FINDING_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/findings/finding.h"

namespace puente {

/// The severity as it is shown and as it stands in JSON: `info`, `warning`, `error`, `critical`.
std::string_view SeverityName(Severity severity);

/// The severity of a name, exactly as SeverityName gives it.
std::optional<Severity> SeverityFromName(std::string_view name);

/// A number with a comma between its thousands: `4,211`.
std::string FormatCount(uint64_t count);

/// The text of a decimal number with a comma between its thousands: `-1,234.50`.
std::string WithThousands(std::string number);

/// A place, safe to show: `file.xml:18:56`, `book.xlsx!'5W 2025'!Q14`, `file.puente, byte 1,024`;
/// standard input is `<stdin>`. Empty when nothing is known.
std::string LocationText(const Location& location);

/// How findings are shown.
struct FindingTextOptions {
  /// Colours a terminal with ANSI sequences.
  bool colour = false;
  /// Most columns of a source line that are shown; what is beyond is cut around the place.
  size_t source_columns = 100;
  /// Gives the whole source line of a place, or nothing when it is not at hand. May be empty. It is
  /// called for places with a line only.
  std::function<std::optional<std::string>(const Location&)> source_line;
};

/// A finding as people read it, over several lines, with a line end:
///
///     error[IATI-0012]: the value is no decimal: "1.234,50"
///       --> ayuda.xml:18:29  iati-activities/iati-activity/transaction/value
///        |
///     18 |     <value currency="USD">1.234,50</value>
///        |                           ^^^^^^^^
///        = record: XM-DAC-99999-A1
///       help: write 1234.50
///
/// Everything that comes from the input is made safe for a terminal.
std::string FindingText(const Finding& finding, const FindingTextOptions& options);

/// A finding as one line of JSON with a line end. Every key is there, in this order: severity,
/// code, message, hint, source, line, column, offset, sheet, cell, record, path, text; what is not
/// known is an empty string or 0.
std::string FindingJson(const Finding& finding);

}  // namespace puente

#endif  // PUENTE_CORE_FINDINGS_FINDING_TEXT_H_
