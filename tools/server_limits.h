// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The limits of a server by name, for `puente serve --set`.
#ifndef PUENTE_TOOLS_SERVER_LIMITS_H_
#define PUENTE_TOOLS_SERVER_LIMITS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/exchange/server.h"

namespace puente::tools {

/// Sets limits by `NAME=VALUE`: whole numbers; sizes may end in K, M or G, powers of 1024. Usage
/// errors name the nearest limit or the range.
absl::Status SetServerLimits(const std::vector<std::string>& pairs, exchange::ServerLimits* limits);

/// All limits for --help, a line each: name, default and what it limits.
std::string ServerLimitsHelp();

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_SERVER_LIMITS_H_
