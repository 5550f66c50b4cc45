// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes an error with a stable code in one expression.
#ifndef PUENTE_CORE_PLUGIN_CODED_ERROR_H_
#define PUENTE_CORE_PLUGIN_CODED_ERROR_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "core/base/status.h"

namespace puente::plugin {

/// An error with a stable code such as `PUE-0105`, a message, and a hint that may be empty.
inline absl::Status CodedError(absl::StatusCode kind, std::string_view code, std::string message,
                               std::string hint = "") {
  ErrorDetail detail;
  detail.code = std::string(code);
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(kind, detail);
}

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_CODED_ERROR_H_
