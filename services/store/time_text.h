// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Moments of a store: now, and as people read them.

#ifndef PUENTE_SERVICES_STORE_TIME_TEXT_H_
#define PUENTE_SERVICES_STORE_TIME_TEXT_H_

#include <string>

#include "services/store/store.h"

namespace puente::store {

/// The time now.
TimeMicros NowMicros();

/// A moment to the second, such as `2026-01-31T09:30:00Z`; empty for 0.
std::string UtcText(TimeMicros time);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_TIME_TEXT_H_
