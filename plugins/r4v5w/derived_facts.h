// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What lists and the format itself say of a row, beside its cells.
#ifndef PUENTE_PLUGINS_R4V5W_DERIVED_FACTS_H_
#define PUENTE_PLUGINS_R4V5W_DERIVED_FACTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/field_place.h"
#include "plugins/r4v5w/header_book.h"
#include "puente/v1/activity.pb.h"

namespace puente::r4v5w {

/// A value that no cell says.
struct DerivedFact {
  const sdk::FieldPlace* place = nullptr;
  std::string_view value;
};

/// The facts of an activity that was read from a matrix of a year: codes of country, places,
/// sector, indicator and its type, mechanism, organisations; levels, vocabularies, currencies. A
/// code is there when the list of that year knows the words. The values live for ever. `facts` is
/// emptied first.
///
/// Rules rely on these: `recipient_countries[0].code`; `locations[0].administratives[0]` and `[1]`
/// have a `vocabulary` when the place is known, also where it has no code; `sectors[0].code`;
/// `deliveries[0].indicator.code`, `.indicator_type.code`, `.delivery_mechanism.code`;
/// `reporting_org.ref` and `deliveries[0].implementers[0].foreign_identifiers[0].value` when the
/// organisation is known.
void FindFacts(const v1::Activity& activity, Matrix matrix, std::string_view year,
               std::vector<DerivedFact>* facts);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_DERIVED_FACTS_H_
