// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente call`: any method of the exchange, with JSON.
#include <iostream>
#include <iterator>

#include "core/pipeline/exit_code.h"
#include "fmt/format.h"
#include "services/client/method_call.h"
#include "tools/exchange/commands.h"
#include "tools/exchange/connect.h"

namespace puente::tools {

int Call(Session& session, const void* options, const std::atomic<bool>* interrupted) {
  const auto& call = *static_cast<const CallArguments*>(options);
  if (call.list) {
    std::string text;
    for (const client::MethodInfo& method : client::ListMethods()) {
      text += fmt::format("{}{}\n    {}\n", method.name, method.is_stream ? "  (stream)" : "",
                          method.takes.empty() ? "no fields" : method.takes);
    }
    const absl::Status written = WriteStdout(text);
    return written.ok() ? pipeline::kExitDone : session.Fail(written);
  }
  if (call.method.empty() || call.connect.address.empty()) {
    return session.Fail(UsageError(
        call.method.empty() ? "the method is missing" : "the address is missing: --to ADDR",
        "`puente call --list` shows the methods, `puente call --help` an example"));
  }
  auto connection = Connect(call.connect, interrupted);
  if (!connection.ok()) return session.Fail(connection.status());
  std::string json = call.json;
  if (json == "-") {
    json.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  const absl::Status status = client::CallMethod(
      **connection, call.method, json,
      [](std::string_view answer) { return WriteStdout(std::string(answer) + "\n"); });
  return status.ok() ? pipeline::kExitDone : session.Fail(status);
}

}  // namespace puente::tools
