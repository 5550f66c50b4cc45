// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The option --store of the commands that open a store by themselves.
#include "tools/store_option.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/status.h"
#include "services/store/reason_error.h"
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
  auto opened = store::OpenStore(address, options);
  if (!opened.ok()) return StoreError(opened.status());
  return opened;
}

absl::Status StoreError(const absl::Status& status) {
  ErrorDetail detail = GetErrorDetail(status);
  if (status.ok() || !detail.code.empty()) return status;
  const std::string name = store::ReasonFact(status, "name");
  if (!name.empty() && detail.message.find(name) == std::string::npos) {
    detail.message += ": " + name;
  }
  switch (store::ReasonOf(status)) {
    case exchange::v1::REASON_STORE_DAMAGED:
      detail.code = "PUE-0721";
      detail.hint = "`puente store check` finds the extent; a backup is the way back";
      break;
    case exchange::v1::REASON_AGENCY_NOT_FOUND:
    case exchange::v1::REASON_TOKEN_NOT_FOUND:
    case exchange::v1::REASON_NAME_INVALID:
      detail.code = "PUE-0722";
      detail.hint = "`puente agency list` shows what is there";
      break;
    default:
      detail.code = absl::IsAlreadyExists(status) ? "PUE-0722" : "PUE-0720";
  }
  return MakeError(status.code(), detail);
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

}  // namespace puente::tools
