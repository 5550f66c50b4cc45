// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rule packs that plugins ship.
#ifndef PUENTE_TOOLS_CMD_CHECK_PACKS_H_
#define PUENTE_TOOLS_CMD_CHECK_PACKS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "core/check/rule_pack.h"
#include "core/plugin/catalog.h"

namespace puente::tools {

/// Reads the packs of all plugins, in the order of the search path and of the manifests. Errors are
/// those of check::ParseRulePack with the file, and PUE-0801 for a file that cannot be read.
absl::StatusOr<std::vector<check::RulePack>> ReadRulePacks(const plugin::Catalog& catalog);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CMD_CHECK_PACKS_H_
