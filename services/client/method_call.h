// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Calls any method of the exchange with JSON, for people who try it out.

#ifndef PUENTE_SERVICES_CLIENT_METHOD_CALL_H_
#define PUENTE_SERVICES_CLIENT_METHOD_CALL_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/client/connection.h"

namespace puente::client {

/// A method that can be called.
struct MethodInfo {
  /// Such as `puente.exchange.v1.RecordService/GetRecord`.
  std::string name;
  /// Fields of the request, with their types: `name string, generation int64`.
  std::string takes;
  /// It answers with a stream of messages.
  bool is_stream = false;
};

/// All methods but those that take a stream.
std::vector<MethodInfo> ListMethods();

/// Takes one answer as JSON on one line, without a line end. An error ends the call.
using TakeJson = std::function<absl::Status(std::string_view json)>;

/// Calls a method: its full name, `Service/Method`, or `Method` alone where there is one of that
/// name. The JSON is that of protobuf; fields of answers have the names of the protos. PUE-0714 for
/// a method that there is not and JSON that does not fit; errors of the exchange (PUE-07xx).
absl::Status CallMethod(Connection& connection, std::string_view method, const std::string& json,
                        const TakeJson& take);

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_METHOD_CALL_H_
