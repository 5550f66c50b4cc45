// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The exit codes of the command line, and which error has which.

#include "core/pipeline/exit_code.h"

#include <string>
#include <string_view>

#include "core/base/status.h"

namespace puente::pipeline {
namespace {

struct CodeRow {
  std::string_view code;
  ExitCode exit_code;
};

// Codes whose kind of status says too little. Those that end in `*` stand for a range.
constexpr CodeRow kCodes[] = {
    {"PUE-0001", kExitUsage},      {"PUE-0101", kExitIo},          {"PUE-0102", kExitUsage},
    {"PUE-0103", kExitIo},         {"PUE-0104", kExitInterrupted}, {"PUE-0105", kExitUsage},
    {"PUE-0106", kExitUsage},      {"PUE-0107", kExitData},        {"PUE-0108", kExitUsage},
    {"PUE-0109", kExitUsage},      {"PUE-0112", kExitUsage},       {"PUE-0203", kExitLimit},
    {"PUE-0408", kExitData},       {"PUE-0411", kExitNotAllowed},  {"PUE-04*", kExitUsage},
    {"PUE-0501", kExitStrict},     {"PUE-0502", kExitStrict},      {"PUE-0503", kExitData},
    {"PUE-06*", kExitData},        {"PUE-0701", kExitIo},          {"PUE-0702", kExitNotAllowed},
    {"PUE-0703", kExitNotAllowed}, {"PUE-0704", kExitNotAllowed},  {"PUE-0705", kExitUsage},
    {"PUE-0706", kExitData},       {"PUE-0707", kExitConflict},    {"PUE-0708", kExitConflict},
    {"PUE-0709", kExitIo},         {"PUE-0710", kExitLimit},       {"PUE-0711", kExitIo},
    {"PUE-0712", kExitData},       {"PUE-0713", kExitConflict},    {"PUE-0714", kExitUsage},
    {"PUE-0720", kExitIo},         {"PUE-0721", kExitData},        {"PUE-0722", kExitUsage},
    {"PUE-0723", kExitIo},         {"PUE-0724", kExitNotAllowed},  {"PUE-0725", kExitUsage},
    {"PUE-08*", kExitUsage},
};

bool Matches(std::string_view pattern, std::string_view code) {
  if (pattern.back() != '*') return pattern == code;
  pattern.remove_suffix(1);
  return code.substr(0, pattern.size()) == pattern;
}

}  // namespace

ExitCode ExitCodeFor(const absl::Status& status) {
  if (status.ok()) return kExitDone;
  if (absl::IsCancelled(status)) return kExitInterrupted;
  const std::string code = GetErrorDetail(status).code;
  for (const CodeRow& row : kCodes) {
    if (Matches(row.code, code)) return row.exit_code;
  }
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
      // With a code of its own it is content that is damaged, not a disk.
      return code.empty() ? kExitIo : kExitData;
    case absl::StatusCode::kUnavailable:
      return kExitIo;
    case absl::StatusCode::kResourceExhausted:
      return kExitLimit;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kExitNotAllowed;
    case absl::StatusCode::kAborted:
      return kExitConflict;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnimplemented:
      return kExitUsage;
    default:
      return kExitData;
  }
}

ExitCode ExitCodeFor(const ConvertResult& result) {
  if (!result.status.ok()) return ExitCodeFor(result.status);
  return result.strict_met || result.loss_met ? kExitStrict : kExitDone;
}

}  // namespace puente::pipeline
