// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The option --store of the commands that open a store by themselves.
#include "tools/store_option.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <ctime>

#include "tools/session.h"

namespace puente::tools {

void AddStoreOption(CLI::App* command, std::string* address) {
  command->add_option("--store", *address, "The store, sqlite:FILE")
      ->required()
      ->type_name("STORE")
      ->allow_extra_args(false);
}

absl::StatusOr<std::unique_ptr<store::Store>> OpenSharedStore(const std::string& address,
                                                              bool create) {
  store::StoreOptions options;
  options.create = create;
  options.shared = true;
  return store::OpenStore(address, options);
}

absl::StatusOr<int64_t> ParseDuration(const std::string& text) {
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const std::string unit(stop, end);
  const int64_t seconds = unit == "d"   ? 86'400
                          : unit == "h" ? 3'600
                          : unit == "m" ? 60
                          : unit == "s" ? 1
                                        : 0;
  if (error != std::errc() || seconds == 0 || number <= 0 || number > 10 * 366 * 86'400 / seconds) {
    return UsageError(fmt::format("`{}` is no duration", text),
                      "a number and d, h, m or s, such as 90d; at most ten years");
  }
  return number * seconds;
}

std::string UtcText(store::TimeMicros time) {
  if (time == 0) return "";
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(static_cast<std::time_t>(time / 1'000'000)));
}

}  // namespace puente::tools
