// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Opens a CSV file or a workbook, whichever an input is.
#include "plugins/r4v5w/row_source.h"

#include "core/text/zip_archive.h"
#include "plugins/r4v5w/csv_rows.h"
#include "plugins/r4v5w/workbook_rows.h"

namespace puente::r4v5w {

absl::StatusOr<std::unique_ptr<RowSource>> OpenRowSource(const sdk::Run& run, sdk::Source* source,
                                                         const sdk::Options& options) {
  if (text::IsZipArchive(source->head()) || text::IsCompoundFile(source->head())) {
    return WorkbookRows::Make(run, source);
  }
  if (absl::Status status = sdk::CheckNoMarkup(source->head()); !status.ok()) return status;
  return CsvRows::Make(run, source, options);
}

}  // namespace puente::r4v5w
