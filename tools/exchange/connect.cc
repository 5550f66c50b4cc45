// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the commands share that call an exchange.
#include "tools/exchange/connect.h"

#include "core/base/utf8.h"
#include "fmt/format.h"

namespace puente::tools {

absl::StatusOr<std::unique_ptr<client::Connection>> Connect(const ConnectArguments& arguments,
                                                            const std::atomic<bool>* interrupted) {
  client::ConnectOptions options;
  options.address = arguments.address;
  options.tls_ca = arguments.tls_ca;
  options.cancel = interrupted;
  auto token = client::ReadToken(arguments.token_file);
  if (!token.ok()) return token.status();
  options.token = *std::move(token);
  return client::Connection::Open(options);
}

client::RetryPolicy Patience(Session& session) {
  client::RetryPolicy policy;
  policy.on_cut = [&session](std::string_view what) {
    session.Say(fmt::format("{}; trying again", EscapeForTerminal(what)));
  };
  return policy;
}

std::string DatasetForPeople(const std::string& agency, const std::string& dataset) {
  return EscapeForTerminalLine(
      fmt::format("{}/{}", agency.empty() ? "*" : agency, dataset.empty() ? "*" : dataset));
}

}  // namespace puente::tools
