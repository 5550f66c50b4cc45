// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What all services of one server share.

#include "services/exchange/environment.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <string>

#include "core/findings/json_text.h"

namespace puente::exchange {

void EventLog::Write(std::string_view event,
                     std::initializer_list<std::pair<std::string_view, std::string_view>> facts) {
  if (!sink_) return;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  std::string line = "{";
  AppendJsonMember("time",
                   fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                               fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                               (now - seconds).count()),
                   &line);
  AppendJsonMember("event", event, &line);
  for (const auto& [key, value] : facts) {
    if (!value.empty()) AppendJsonMember(key, value, &line);
  }
  line.push_back('}');
  const std::lock_guard lock(mutex_);
  sink_(line);
}

}  // namespace puente::exchange
