// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Moments of a store.

#include "services/store/time_text.h"

#include <fmt/chrono.h>

#include <chrono>
#include <ctime>

#include "fmt/format.h"

namespace puente::store {

TimeMicros NowMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string UtcText(TimeMicros time) {
  if (time == 0) return "";
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(static_cast<std::time_t>(time / 1'000'000)));
}

}  // namespace puente::store
