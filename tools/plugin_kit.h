// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The conformance kit: checks that a plugin keeps the contract, the same for every plugin.
#ifndef PUENTE_TOOLS_PLUGIN_KIT_H_
#define PUENTE_TOOLS_PLUGIN_KIT_H_

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/catalog.h"
#include "tools/session.h"

namespace puente::tools {

/// What came out of one check.
enum class KitOutcome { kPassed, kFailed, kSkipped };

/// One check of one format.
struct KitResult {
  std::string check;
  std::string format;
  KitOutcome outcome = KitOutcome::kPassed;
  /// Why it failed or was skipped.
  std::string reason;
};

/// Runs all checks over a plugin. `samples` are files in formats of the plugin; further ones are
/// made with its own writers. `report` is called after each check. Works in a folder of its own
/// that it removes.
std::vector<KitResult> RunPluginKit(Session& session, const plugin::CatalogEntry& entry,
                                    const std::vector<std::string>& samples,
                                    const std::function<void(const KitResult&)>& report);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_PLUGIN_KIT_H_
