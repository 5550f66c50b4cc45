// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Errors with a stable code, a place and a hint, carried by absl::Status.

#ifndef PUENTE_CORE_BASE_STATUS_H_
#define PUENTE_CORE_BASE_STATUS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace puente {

/// What an error tells beside its kind.
struct ErrorDetail {
  /// Stable code, such as `PUE-0103`; empty when the error has none.
  std::string code;
  /// What went wrong: the status's message.
  std::string message;
  /// The file or stream; empty when it is not known.
  std::string source;
  /// Line, from 1; 0 when it is not known.
  uint64_t line = 0;
  /// Column, from 1; 0 when it is not known.
  uint64_t column = 0;
  /// What to do about it; may be empty.
  std::string hint;
  /// The text at the place that it is about; may be empty.
  std::string text;
};

/// An error of this kind with these details. `code` must not be kOk: it would become kInternal.
absl::Status MakeError(absl::StatusCode code, const ErrorDetail& detail);

/// The details of an error, whoever made it: at least the message.
ErrorDetail GetErrorDetail(const absl::Status& status);

/// The same error with the source's name, unless it has one already. An OK status stays OK.
absl::Status WithSource(absl::Status status, std::string_view source);

/// The same error with line and column, unless it has a line already. An OK status stays OK.
absl::Status WithPlace(absl::Status status, uint64_t line, uint64_t column);

/// The error in one line for people: `file.xml:12:5: message [PUE-0103]; hint`, without the parts
/// that are not known.
std::string FormatError(const absl::Status& status);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_STATUS_H_
