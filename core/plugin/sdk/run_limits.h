// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The limits of a run, for the readers of core/text.
#ifndef PUENTE_CORE_PLUGIN_SDK_RUN_LIMITS_H_
#define PUENTE_CORE_PLUGIN_SDK_RUN_LIMITS_H_

#include <cstdint>

#include "core/base/limits.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::sdk {

/// The limits that the host has set; the default of those that it does not know.
inline Limits LimitsOf(const Run& run) {
  Limits limits;
  for (const Limit& limit : LimitTable()) {
    if (const uint64_t value = run.Limit(limit.name); value != 0) limits.*limit.member = value;
  }
  return limits;
}

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_RUN_LIMITS_H_
