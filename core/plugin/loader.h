// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Loads plugins, once each and for ever.
#ifndef PUENTE_CORE_PLUGIN_LOADER_H_
#define PUENTE_CORE_PLUGIN_LOADER_H_

#include "absl/status/statusor.h"
#include "core/plugin/catalog.h"
#include "core/plugin/puente_plugin.h"

namespace puente::plugin {

/// A plugin in this process. Lives for ever.
struct LoadedPlugin {
  /// The plugin as it was found; a copy that lives for ever, too.
  const CatalogEntry* entry = nullptr;
  /// Its functions. What the library does not have is null.
  PuentePlugin functions = {};

  const PuentePlugin& table() const { return functions; }
};

/// Loads plugins. All loaders share one registry: a library is loaded once in a process and never
/// unloaded, since descriptors, exceptions and thread-local values of it may outlive any use. Safe
/// to use from several threads.
///
/// A library is looked through before it is loaded (see scan.h), but loading runs its static
/// initialisers: nothing can be done here when one of them throws, aborts or does harm. Folders
/// that others can write to are refused for this reason.
class Loader {
 public:
  /// The plugin, loaded now or before. Errors: PUE-0401 no library, PUE-0403 another contract,
  /// PUE-0404 a second schema, PUE-0405 others could have changed it, PUE-0406 not a library,
  /// without entry, or refused by the system's loader (its words are in the message), PUE-0407 the
  /// manifest beside it is not the one that it was built with, PUE-0408 its entry fails or gives
  /// tables that break the contract.
  absl::StatusOr<const LoadedPlugin*> Load(const CatalogEntry& entry);
};

/// Checks the table that an entry filled in against the contract and the manifest. PUE-0403,
/// PUE-0407 or PUE-0408. `Load` has done it.
absl::Status CheckTable(const PuentePlugin& table, const CatalogEntry& entry);

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_LOADER_H_
