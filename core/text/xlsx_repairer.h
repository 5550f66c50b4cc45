// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Hands a workbook back with other texts in some of its cells; all else stays.

#ifndef PUENTE_CORE_TEXT_XLSX_REPAIRER_H_
#define PUENTE_CORE_TEXT_XLSX_REPAIRER_H_

#include <string>

#include "absl/status/status.h"
#include "core/base/limits.h"
#include "core/text/byte_stream.h"
#include "core/text/cell_repair.h"
#include "core/text/random_access.h"

namespace puente::text {

/// Reads a workbook and writes it to `output` with the new texts. Of a repaired cell its place and
/// its attributes stay, and its text becomes its own (an inline string), so that cells with the
/// same shared text keep theirs. Parts without repaired cells are copied packed as they are, those
/// with some come last. The same input makes the same bytes. Memory is that of the shared texts'
/// numbers, of the largest cell, and a few MiB. `source` names the workbook in errors.
///
/// Errors: those of ZipArchive, XmlReader, ZipWriter and `take`; invalid-argument error PUE-0345
/// when the workbook cannot be changed, such as a signed one.
absl::Status RepairWorkbook(RandomInput* input, const Limits& limits, const std::string& source,
                            CellRepairs* repairs, TakeCellRepaired take, OutputStream* output);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_REPAIRER_H_
