// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Errors whose details travel as payloads of absl::Status.

#include "core/base/status.h"

#include <optional>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "core/base/strings.h"
#include "fmt/format.h"

namespace puente {
namespace {

// Names of the payloads. They cross the border of plugins, so they never change.
constexpr std::string_view kCode = "puente/code";
constexpr std::string_view kSource = "puente/source";
constexpr std::string_view kLine = "puente/line";
constexpr std::string_view kColumn = "puente/column";
constexpr std::string_view kHint = "puente/hint";
constexpr std::string_view kText = "puente/text";

std::string GetText(const absl::Status& status, std::string_view name) {
  const absl::optional<absl::Cord> payload = status.GetPayload(ToAbsl(name));
  return payload.has_value() ? std::string(*payload) : std::string();
}

uint64_t GetNumber(const absl::Status& status, std::string_view name) {
  uint64_t number = 0;
  return absl::SimpleAtoi(GetText(status, name), &number) ? number : 0;
}

void SetText(absl::Status* status, std::string_view name, std::string_view text) {
  if (!text.empty()) status->SetPayload(ToAbsl(name), absl::Cord(ToAbsl(text)));
}

void SetNumber(absl::Status* status, std::string_view name, uint64_t number) {
  if (number != 0) SetText(status, name, fmt::format("{}", number));
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, const ErrorDetail& detail) {
  absl::Status status(code == absl::StatusCode::kOk ? absl::StatusCode::kInternal : code,
                      detail.message);
  SetText(&status, kCode, detail.code);
  SetText(&status, kSource, detail.source);
  SetNumber(&status, kLine, detail.line);
  SetNumber(&status, kColumn, detail.column);
  SetText(&status, kHint, detail.hint);
  SetText(&status, kText, detail.text);
  return status;
}

ErrorDetail GetErrorDetail(const absl::Status& status) {
  ErrorDetail detail;
  detail.code = GetText(status, kCode);
  detail.message = std::string(status.message());
  detail.source = GetText(status, kSource);
  detail.line = GetNumber(status, kLine);
  detail.column = GetNumber(status, kColumn);
  detail.hint = GetText(status, kHint);
  detail.text = GetText(status, kText);
  return detail;
}

absl::Status WithSource(absl::Status status, std::string_view source) {
  if (!status.ok() && !status.GetPayload(ToAbsl(kSource)).has_value()) {
    SetText(&status, kSource, source);
  }
  return status;
}

absl::Status WithPlace(absl::Status status, uint64_t line, uint64_t column) {
  if (!status.ok() && !status.GetPayload(ToAbsl(kLine)).has_value()) {
    SetNumber(&status, kLine, line);
    SetNumber(&status, kColumn, column);
  }
  return status;
}

std::string FormatError(const absl::Status& status) {
  if (status.ok()) return "";
  const ErrorDetail detail = GetErrorDetail(status);
  std::string text = detail.source;
  if (detail.line != 0) {
    text += fmt::format("{}{}", text.empty() ? "line " : ":", detail.line);
    if (detail.column != 0) text += fmt::format(":{}", detail.column);
  }
  if (!text.empty()) text += ": ";
  text += detail.message;
  if (!detail.code.empty()) text += fmt::format(" [{}]", detail.code);
  if (!detail.hint.empty()) text += fmt::format("; {}", detail.hint);
  return text;
}

}  // namespace puente
