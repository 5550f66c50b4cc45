// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The commands of `puente`: each adds itself to the application and is run when it was named.
#ifndef PUENTE_TOOLS_COMMANDS_H_
#define PUENTE_TOOLS_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>

#include "tools/session.h"

namespace puente::tools {

/// What is run for a command; the result is the exit code.
using CommandRun = std::function<int(Session&)>;
/// Commands by their CLI11 application.
using CommandTable = std::map<const CLI::App*, CommandRun>;

void AddConvert(CLI::App& app, CommandTable* table);
void AddMap(CLI::App& app, CommandTable* table);
void AddInfo(CLI::App& app, CommandTable* table);
void AddTotals(CLI::App& app, CommandTable* table);
void AddCheck(CLI::App& app, CommandTable* table);
void AddDiff(CLI::App& app, CommandTable* table);
void AddFormats(CLI::App& app, CommandTable* table);
void AddIdentify(CLI::App& app, CommandTable* table);
void AddPlugin(CLI::App& app, CommandTable* table);
void AddLimits(CLI::App& app, CommandTable* table);
void AddExplain(CLI::App& app, CommandTable* table);
void AddAgency(CLI::App& app, CommandTable* table);
void AddPush(CLI::App& app, CommandTable* table);
void AddPull(CLI::App& app, CommandTable* table);
void AddWatch(CLI::App& app, CommandTable* table);
void AddCall(CLI::App& app, CommandTable* table);
void AddServe(CLI::App& app, CommandTable* table);
void AddStore(CLI::App& app, CommandTable* table);
void AddCompletion(CLI::App& app, CommandTable* table);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_COMMANDS_H_
