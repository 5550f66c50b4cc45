// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The option --store of the commands that open a store by themselves.
#ifndef PUENTE_TOOLS_STORE_OPTION_H_
#define PUENTE_TOOLS_STORE_OPTION_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/store/store.h"

namespace puente::tools {

/// Adds `--store sqlite:FILE`, required.
void AddStoreOption(CLI::App* command, std::string* address);

/// Opens a store beside a server that may be running. `create`: make it when it is not there.
/// Errors are those of StoreError.
absl::StatusOr<std::unique_ptr<store::Store>> OpenSharedStore(const std::string& address,
                                                              bool create);

/// The error of a store as the commands tell it: with a code and, where there is one, a hint.
absl::Status StoreError(const absl::Status& status);

/// `30d`, `12h`, `90m`, `45s`: seconds. A usage error says what is taken.
absl::StatusOr<int64_t> ParseDuration(const std::string& text);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_STORE_OPTION_H_
