// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What there is of a workbook beside its rows, to put rows into it again.

#ifndef PUENTE_CORE_TEXT_XLSX_SHELL_H_
#define PUENTE_CORE_TEXT_XLSX_SHELL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"
#include "core/text/xml_reader.h"

namespace puente::text {

/// A part of a workbook with its bytes.
struct XlsxPart {
  std::string name;
  std::string bytes;
};

/// A sheet without its rows.
struct XlsxSheetShell {
  /// Name of its part in the archive.
  std::string part;
  /// The part's bytes up to its rows, `<sheetData>` included. Of a sheet that has `<sheetData/>` it
  /// is made into a start tag and an end tag.
  std::string before;
  /// The part's bytes after its rows, from `</sheetData>` on.
  std::string after;
};

/// A workbook without its rows.
struct XlsxShell {
  /// All parts but the sheets; the shared texts need not be there, and their bytes do not count.
  std::vector<XlsxPart> parts;
  /// The sheets with cells, in the order in which they are written.
  std::vector<XlsxSheetShell> sheets;
};

/// Why what is around the rows of a workbook cannot be kept.
enum class ShellFault : uint8_t {
  kNone,
  kTooLarge,
  kEncoding,  ///< A sheet is not in UTF-8.
  kRows,      ///< A sheet has no place for rows, or more than one.
};

/// Reads the shell of a sheet from its part, without the part's name. Nothing when it cannot be
/// kept: it is larger than `max_bytes`, not in UTF-8, or has no place for rows or more than one;
/// `fault`, which may be null, says which. The errors of the reader. `prefix` becomes that of the
/// names, `x:` for `x:sheetData`; may be null.
absl::StatusOr<std::optional<XlsxSheetShell>> ReadSheetShell(InputStream* part,
                                                             const XmlReaderOptions& options,
                                                             uint64_t max_bytes,
                                                             std::string* prefix,
                                                             ShellFault* fault = nullptr);

/// The prefix of the names of a sheet, after a look at the shell: rows between its two halves must
/// make a sheet. Invalid-argument error PUE-0344 when they do not.
absl::StatusOr<std::string> CheckSheetShell(const XlsxSheetShell& shell);

/// Makes the parts of a shell ready for other rows with texts of their own: the shared texts become
/// none, the order of computing (`calcChain.xml`) goes with all that leads to it, and every program
/// makes it anew. Invalid-argument error PUE-0344 when the parts are not those of a workbook with
/// these sheets.
absl::Status PrepareShellParts(XlsxShell* shell);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_SHELL_H_
