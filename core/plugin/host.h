// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The one table of functions that this process offers to plugins.
#ifndef PUENTE_CORE_PLUGIN_HOST_H_
#define PUENTE_CORE_PLUGIN_HOST_H_

#include "core/plugin/puente_plugin.h"

namespace puente::plugin {

/// The table that every plugin of this process is given. Never null, lives for ever, may be used
/// from any thread.
const PuenteHost* HostTable();

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_HOST_H_
