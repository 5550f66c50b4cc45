// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The three mapping tables: a row for each activity, transaction or place.
#ifndef PUENTE_PLUGINS_TABLE_MAPPING_ROWS_H_
#define PUENTE_PLUGINS_TABLE_MAPPING_ROWS_H_

#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/table/cell_filler.h"
#include "plugins/table/table_sink.h"

namespace puente::table {

/// One kind of mapping table.
struct MappingRows {
  /// The columns, in order. Live for ever.
  std::span<const std::string_view> columns;
  /// Writes the rows of the activity that the filler was given: none, one or several.
  absl::Status (*write)(const sdk::Run& run, CellFiller& filler, TableSink* out);
};

/// One row for each activity: totals by currency, all else as lists.
const MappingRows& ActivityRows();
/// One row for each transaction, with its own sectors and countries, else those of the activity.
const MappingRows& TransactionRows();
/// One row for each country, region and location of an activity.
const MappingRows& PlaceRows();

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_MAPPING_ROWS_H_
