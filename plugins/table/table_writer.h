// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes CSV and workbooks: rows of a table cell for cell, or a mapping table of activities.
#ifndef PUENTE_PLUGINS_TABLE_TABLE_WRITER_H_
#define PUENTE_PLUGINS_TABLE_TABLE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/csv.h"
#include "plugins/table/cell_filler.h"
#include "plugins/table/column_paths.h"
#include "plugins/table/mapping_rows.h"
#include "plugins/table/mapping_table.h"
#include "plugins/table/sheet_writer.h"
#include "plugins/table/table_sink.h"

namespace puente::table {

/// What comes first decides: after the header of a table, or a Row, the output holds rows and
/// nothing else; after an activity it is a mapping table. Records that do not fit are lost, with a
/// finding. A workbook that was read is given back with all its sheets, or one of them to CSV.
class TableWriter : public sdk::Writer {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> Open(const sdk::Run& run, sdk::Target* target,
                                                           const sdk::Options& options);

  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  enum class Mode { kUndecided, kRows, kSheets, kMapping };
  enum class Formulas { kAuto, kGuard, kRaw };

  TableWriter(const sdk::Run& run, sdk::Target* target, const sdk::Options& options);

  /// Opens the output for rows without sheets.
  absl::StatusOr<std::unique_ptr<TableSink>> OpenSink(const v1::TableLayout& source,
                                                      bool is_mapping);
  absl::Status StartSheets(const v1::TableLayout& layout);
  absl::Status PutSheetRow(const v1::Row& row, const sdk::RecordInfo& info);
  bool ToWorkbook(bool from_workbook) const;
  absl::Status PutHeader(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status PutRow(const v1::Row& row, const sdk::RecordInfo& info);
  absl::Status PutActivity(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status StartRows(const v1::TableLayout& layout, size_t cells);
  absl::Status StartMapping();
  /// Finds the columns of a further table among those of the output.
  void MatchColumns(const v1::TableLayout& layout, const sdk::RecordInfo& info);
  /// All leaves of a record have no place.
  void LoseAll(const sdk::RecordInfo& info);
  void Refuse(const sdk::RecordInfo& info, std::string_view why);

  static constexpr size_t kNowhere = static_cast<size_t>(-1);

  sdk::Run run_;
  sdk::Target* const target_;
  const MappingRows& rows_;
  const std::string lang_;
  const bool header_line_;
  const std::optional<char> delimiter_;
  const bool byte_order_mark_;
  const std::string carrier_;
  const std::string sheet_;
  Formulas formulas_ = Formulas::kAuto;

  Mode mode_ = Mode::kUndecided;
  std::unique_ptr<TableSink> sink_;
  std::unique_ptr<SheetWriter> sheets_;
  bool is_further_ = false;

  // Rows of tables.
  std::vector<std::string> columns_;
  std::unique_ptr<ColumnPaths> paths_;
  /// Where the cells of the present input go; empty when they stay where they are.
  std::vector<size_t> targets_;
  bool remapped_ = false;
  std::optional<v1::TableLayout> foreign_layout_;
  std::vector<text::CsvCell> cells_;
  uint32_t row_field_ = 0;
  uint32_t cells_field_ = 0;

  // A mapping table.
  std::unique_ptr<MappingTable> table_;
  std::unique_ptr<CellFiller> filler_;
};

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_TABLE_WRITER_H_
