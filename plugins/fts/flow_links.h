// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Links that the values of a flow name: its parent, its parts, and grants of other schemes.
#ifndef PUENTE_PLUGINS_FTS_FLOW_LINKS_H_
#define PUENTE_PLUGINS_FTS_FLOW_LINKS_H_

#include <string_view>

#include "puente/v1/record.pb.h"

namespace puente::fts {

/// The scheme of a code of `refCode` by its shape, such as `iati`; empty when no shape fits.
std::string_view SchemeOfRefCode(std::string_view code);

/// Puts the links of a flow into the derived values of its record, each with its evidence: parent
/// and child flows (scheme `fts`), and each part of the reference code whose shape is known, as a
/// candidate for review (kind unspecified, `kind_raw` `refers to`). Adds nothing when there are
/// none.
void AddFlowLinks(v1::Record* record);

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_FLOW_LINKS_H_
