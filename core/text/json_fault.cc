// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What is wrong with a text that is not JSON, in words.

#include "core/text/json_fault.h"

#include "core/base/status.h"
#include "fmt/format.h"

namespace puente::text {

absl::Status JsonFault(simdjson::error_code error, const Limits& limits, std::string_view what,
                       std::string_view prefix, std::string_view hint) {
  ErrorDetail detail;
  if (error == simdjson::DEPTH_ERROR) {
    detail.code = "PUE-0203";
    detail.message = fmt::format("{}this is nested deeper than the limit json_depth ({})", prefix,
                                 limits.json_depth);
    return MakeError(absl::StatusCode::kResourceExhausted, detail);
  }
  if (error == simdjson::CAPACITY || error == simdjson::MEMALLOC) {
    detail.code = "PUE-0203";
    detail.message = fmt::format("{}there is not enough memory for this record", prefix);
    return MakeError(absl::StatusCode::kResourceExhausted, detail);
  }
  detail.code = "PUE-0301";
  switch (error) {
    case simdjson::EMPTY:
      detail.message = "there is nothing here";
      break;
    case simdjson::UTF8_ERROR:
      detail.message = fmt::format("the {} is not UTF-8", what);
      break;
    case simdjson::UNESCAPED_CHARS:
      detail.message = "a string has a control character that is not escaped";
      break;
    case simdjson::UNCLOSED_STRING:
      detail.message = "a string has no end";
      break;
    case simdjson::STRING_ERROR:
      detail.message = "a string has an escape that JSON does not know, or half a character";
      break;
    case simdjson::NUMBER_ERROR:
      detail.message = "a number is not written as JSON wants it, or is too large";
      break;
    default:
      detail.message = fmt::format("the {} is not JSON", what);
      detail.hint = hint;
  }
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace puente::text
