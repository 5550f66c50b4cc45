// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes a CSV file anew with other texts in some of its cells; all other bytes
// stay.

#ifndef PUENTE_CORE_TEXT_CSV_REPAIRER_H_
#define PUENTE_CORE_TEXT_CSV_REPAIRER_H_

#include "absl/status/status.h"
#include "core/text/byte_stream.h"
#include "core/text/cell_repair.h"
#include "core/text/csv.h"
#include "core/text/random_access.h"

namespace puente::text {

/// Copies `input` to `output`, but for the cells of `repairs`, which get their new texts in the
/// encoding of the file. A cell keeps its quotes, and gets some where its text needs them.
/// `options` must be those with which the file was read. The errors of CsvReader, but for
/// records that cannot be read: they stay as they are.
absl::Status RepairCsv(RandomInput* input, const CsvReaderOptions& options, CellRepairs* repairs,
                       TakeCellRepaired take, OutputStream* output);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_CSV_REPAIRER_H_
