// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The list of sheets of a workbook, relations and types of parts. Internal to
// the marker.

#ifndef PUENTE_CORE_TEXT_XLSX_MARKER_PACKAGE_H_
#define PUENTE_CORE_TEXT_XLSX_MARKER_PACKAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/text/byte_stream.h"
#include "core/text/xlsx_parts.h"
#include "core/text/xml_reader.h"
#include "core/text/zip_archive.h"

namespace puente::text {

/// What the parts of a workbook are called where there is no other name.
inline constexpr std::string_view kXlsxContentTypes = "[Content_Types].xml";

/// A relation to add.
struct NewRelation {
  std::string id;
  /// The last word of its type.
  std::string kind;
  /// The part that it leads to.
  std::string part;
};

/// A part to add to the content types.
struct NewPart {
  std::string name;
  std::string type;
};

/// A workbook that is read to be marked.
class MarkedPackage {
 public:
  /// A sheet; charts and the like are sheets without cells.
  struct Sheet {
    std::string name;
    std::string part;
    bool has_cells = false;
  };

  /// Reads the list of sheets. `archive` must outlive the package. PUE-0345 when the workbook
  /// cannot be changed; the errors of ZipArchive and XmlReader.
  static absl::StatusOr<std::unique_ptr<MarkedPackage>> Open(ZipArchive* archive,
                                                             const Limits& limits,
                                                             std::string source);

  const std::string& workbook() const { return workbook_; }
  /// The part of the styles, which may not be there; empty when none is named.
  const std::string& styles() const { return styles_; }
  /// The part of the shared texts; empty when there is none.
  const std::string& texts() const { return texts_; }
  const std::vector<Sheet>& sheets() const { return sheets_; }
  bool is_strict() const { return is_strict_; }

  /// Options to read a part as XML.
  XmlReaderOptions OptionsFor(std::string_view part) const;
  absl::StatusOr<std::unique_ptr<InputStream>> OpenPart(std::string_view name) const;
  /// The bytes of a part that is not a sheet.
  absl::StatusOr<std::string> ReadPart(std::string_view name) const;
  /// The relations of a part; none when it has none.
  absl::StatusOr<std::vector<XlsxRelation>> Relations(std::string_view part) const;

  /// A name for a new part that no other has: `xl/comments`, 1, 2 and so on, `.xml`.
  std::string NewName(std::string_view begin, std::string_view end);
  /// The name of the new sheet: the title, with a number behind it where another sheet has it.
  /// PUE-0344 when no sheet can have it.
  absl::StatusOr<std::string> NewTitle(std::string_view title) const;

  /// The list of sheets with a new one before all, by the id of its relation. `filter` is the range
  /// of its filter, as a formula has it.
  absl::StatusOr<std::string> WorkbookWith(std::string_view title, std::string_view id,
                                           std::string_view filter) const;
  /// So many ids that no relation of a part has.
  absl::StatusOr<std::vector<std::string>> NewIds(std::string_view part, size_t count) const;
  /// The part of a part's relations with more of them; a new one when there was none.
  absl::StatusOr<std::string> RelationsWith(std::string_view from,
                                            const std::vector<NewRelation>& more) const;
  /// The content types with those of new parts.
  absl::StatusOr<std::string> ContentTypesWith(const std::vector<NewPart>& more) const;

 private:
  MarkedPackage(ZipArchive* archive, const Limits& limits, std::string source);
  absl::Status ReadWorkbook();
  absl::Status Refuse() const;

  ZipArchive& archive_;
  const Limits limits_;
  const std::string source_;
  std::string workbook_;
  std::string styles_;
  std::string texts_;
  std::vector<Sheet> sheets_;
  std::vector<std::string> new_names_;  // keys of them
  uint64_t last_sheet_id_ = 0;
  bool has_names_ = false;  // of ranges
  bool is_strict_ = false;
};

/// The name of a sheet between `'`, as formulas have it.
std::string QuotedSheetName(std::string_view name);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_MARKER_PACKAGE_H_
