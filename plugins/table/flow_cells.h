// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cells of a mapping table for flows of humanitarian money.
#ifndef PUENTE_PLUGINS_TABLE_FLOW_CELLS_H_
#define PUENTE_PLUGINS_TABLE_FLOW_CELLS_H_

#include <cstddef>

#include "plugins/table/cell_filler.h"

namespace puente::table {

/// Where the parts of a flow go.
struct FlowColumns {
  size_t title;
  NameAndCode implementers;
  size_t country_names;
  size_t countries;
  size_t sector_names;
  size_t status;
  size_t date;
  size_t date_is;
  size_t currency;
  size_t committed;
  size_t paid;
};

/// Fills in what a flow says where an activity of IATI says it otherwise: its description as the
/// title, who gets the money, where it goes, its clusters, how firm it is, and the amount in US
/// dollars, which all flows have. A pledge is neither committed nor paid. Nothing for activities
/// that are no flow.
void FillFlow(CellFiller& filler, const FlowColumns& columns);

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_FLOW_CELLS_H_
