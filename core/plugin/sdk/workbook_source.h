// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Workbooks as inputs of readers.
#ifndef PUENTE_CORE_PLUGIN_SDK_WORKBOOK_SOURCE_H_
#define PUENTE_CORE_PLUGIN_SDK_WORKBOOK_SOURCE_H_

#include <memory>
#include <string_view>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/plugin/sdk/source_access.h"
#include "core/text/xlsx_reader.h"
#include "puente/v1/record.pb.h"

namespace puente::sdk {

/// A workbook, and the bytes that it is read from.
struct WorkbookSource {
  std::unique_ptr<SourceAccess> access;
  std::unique_ptr<text::XlsxWorkbook> workbook;
};

/// Opens an input as a workbook, within the limits of the run. `source` must outlive it. The errors
/// of SourceAccess and XlsxWorkbook.
absl::StatusOr<WorkbookSource> OpenWorkbook(const Run& run, Source* source);

/// The codes of a format's findings about what is around the rows.
struct WorkbookCodes {
  std::string_view too_large;  ///< It is more than a record may have.
  std::string_view not_kept;   ///< A sheet is not in UTF-8, or has no place for rows.
  std::string_view ignored;    ///< Parts have names that lead out of the archive.
};

/// Fills in a layout with what is around the rows, see text::FillLayout, and tells what is left
/// out.
absl::Status FillWorkbookLayout(const Run& run, text::XlsxWorkbook& workbook,
                                const WorkbookCodes& codes, v1::TableLayout* layout);

/// Invalid-argument error PUE-0340 when an input that would be read as CSV is a page of HTML or a
/// workbook in XML, which programs save under names such as `report.xls`.
absl::Status CheckNoMarkup(std::string_view head);

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_WORKBOOK_SOURCE_H_
