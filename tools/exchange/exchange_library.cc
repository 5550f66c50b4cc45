// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What libpuente_exchange.so exports: the jobs of the commands that use gRPC.
#include <cstring>

#include "core/pipeline/exit_code.h"
#include "services/client/connection.h"
#include "tools/exchange/commands.h"
#include "tools/exchange_jobs.h"

extern "C" {

__attribute__((visibility("default"))) const char* puente_exchange_build() {
  return puente::tools::ExchangeBuildId();
}

__attribute__((visibility("default"))) int puente_exchange_run(
    const puente::tools::ExchangeJob& job) {
  using puente::tools::Session;
  Session session;
  puente::client::QuietGrpc();
  Session::FollowInterruption(job.interrupted);
  session.options() = *job.globals;
  if (const absl::Status status = session.Start(); !status.ok()) return session.Fail(status);
  for (const auto& command : puente::tools::ExchangeCommands()) {
    if (std::strcmp(command.name, job.command) == 0) {
      return command.run(session, job.options, job.interrupted);
    }
  }
  return puente::pipeline::kExitUsage;
}

}  // extern "C"
