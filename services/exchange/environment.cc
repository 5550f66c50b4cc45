// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What all services of one server share.

#include "services/exchange/environment.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>

#include "core/text/json_string.h"
#include "core/text/text_buffer.h"

namespace puente::exchange {

void EventLog::Write(std::string_view event,
                     std::initializer_list<std::pair<std::string_view, std::string_view>> facts) {
  if (!sink_) return;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  text::TextBuffer line;
  uint64_t bytes_seen = 0;
  line.Append(fmt::format(R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:03}Z","event":)",
                          fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                          (now - seconds).count()));
  text::AppendJsonString(event, &line, &bytes_seen);
  for (const auto& [key, value] : facts) {
    if (value.empty()) continue;
    line.Append(',');
    text::AppendJsonString(key, &line, &bytes_seen);
    line.Append(':');
    text::AppendJsonString(value, &line, &bytes_seen);
  }
  line.Append('}');
  const std::lock_guard lock(mutex_);
  sink_(line.text());
}

}  // namespace puente::exchange
