// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cells of a mapping table for flows of humanitarian money.
#include "plugins/table/flow_cells.h"

#include <string>

namespace puente::table {
namespace {

void FillDestination(CellFiller& filler, const FlowColumns& columns, const v1::MoneyEndpoint& end) {
  const std::string base = "activity.transactions.destinations.";
  if (end.has_place()) {
    filler.TextOf(columns.country_names, base + "place", end.place().narratives());
    filler.Value(columns.countries, base + "place", "iso3", &end.place(), end.place().iso3());
  } else if (end.has_global_cluster()) {
    filler.TextOf(columns.sector_names, base + "global_cluster", end.global_cluster().narratives());
  } else if (end.has_cluster()) {
    filler.TextOf(columns.sector_names, base + "cluster", end.cluster().narratives());
  }
}

}  // namespace

void FillFlow(CellFiller& filler, const FlowColumns& columns) {
  const v1::Activity& activity = filler.activity();
  if (!activity.has_flow()) return;
  const v1::Flow& flow = activity.flow();
  filler.Value(columns.status, "activity.flow", "status", &flow, flow.status());
  for (const v1::Transaction& transaction : activity.transactions()) {
    filler.TextOf(columns.title, "activity.transactions.description",
                  transaction.description().narratives());
    filler.Endpoints(columns.implementers, "activity.transactions.destinations",
                     transaction.destinations());
    for (const v1::MoneyEndpoint& end : transaction.destinations()) {
      FillDestination(filler, columns, end);
    }
    const v1::DateValue& date = transaction.transaction_date();
    if (filler.DateOf(columns.date, "activity.transactions.transaction_date", "date", &date,
                      date.date())) {
      filler.table().Add(columns.date_is, "date of the flow");
    }
    const v1::Money& dollars = transaction.reported_conversion().amount();
    if (!dollars.has_value() || (flow.status() != "paid" && flow.status() != "commitment")) {
      continue;
    }
    filler.DecimalOf(flow.status() == "paid" ? columns.paid : columns.committed,
                     "activity.transactions.reported_conversion.amount", "value", &dollars,
                     dollars.value());
    filler.table().Add(columns.currency, "USD");
  }
}

}  // namespace puente::table
