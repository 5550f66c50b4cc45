// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The work of the commands that use gRPC.
#ifndef PUENTE_TOOLS_EXCHANGE_COMMANDS_H_
#define PUENTE_TOOLS_EXCHANGE_COMMANDS_H_

#include <atomic>
#include <span>

#include "tools/exchange_jobs.h"

namespace puente::tools {

/// One command. `options` is of the type of tools/exchange_jobs.h that belongs to the name.
struct ExchangeCommand {
  const char* name;
  int (*run)(Session& session, const void* options, const std::atomic<bool>* interrupted);
};

/// All of them.
std::span<const ExchangeCommand> ExchangeCommands();

/// Each runs to its end and gives the exit code.
int Serve(Session& session, const void* options, const std::atomic<bool>* interrupted);
int Push(Session& session, const void* options, const std::atomic<bool>* interrupted);
int Pull(Session& session, const void* options, const std::atomic<bool>* interrupted);
int Watch(Session& session, const void* options, const std::atomic<bool>* interrupted);
int Call(Session& session, const void* options, const std::atomic<bool>* interrupted);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_EXCHANGE_COMMANDS_H_
