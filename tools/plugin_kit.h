// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The conformance kit: checks that a plugin keeps the contract, the same for every plugin.
#ifndef PUENTE_TOOLS_PLUGIN_KIT_H_
#define PUENTE_TOOLS_PLUGIN_KIT_H_

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/plugin/catalog.h"
#include "tools/kit/check_table.h"
#include "tools/session.h"

namespace puente::tools {

/// How the kit works.
struct KitSettings {
  /// Files in formats of the plugin; further ones are made with its own writers.
  std::vector<std::string> samples;
  /// How long a check may take before its process is ended.
  std::chrono::milliseconds time_limit = std::chrono::seconds(60);
  /// Called after each check.
  std::function<void(const KitResult&)> report;
};

/// Runs all checks over a plugin, each in a process of its own: this one never loads it. Works in a
/// folder of its own that it removes. Ends early when the user interrupts.
std::vector<KitResult> RunPluginKit(Session& session, const plugin::CatalogEntry& entry,
                                    const KitSettings& settings);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_PLUGIN_KIT_H_
