// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What is wrong with a text that is not JSON, in words. Internal to the readers of JSON.

#ifndef PUENTE_CORE_TEXT_JSON_FAULT_H_
#define PUENTE_CORE_TEXT_JSON_FAULT_H_

#include <string_view>

#include "absl/status/status.h"
#include "core/base/limits.h"
#include "simdjson.h"

namespace puente::text {

/// The error for what simdjson refuses. `what` is the text that was parsed, such as `line`;
/// `prefix` stands before what names a limit; `hint` is for a text that is no JSON at all.
absl::Status JsonFault(simdjson::error_code error, const Limits& limits, std::string_view what,
                       std::string_view prefix, std::string_view hint);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_JSON_FAULT_H_
