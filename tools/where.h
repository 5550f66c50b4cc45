// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The option --where of the commands that choose records.
#ifndef PUENTE_TOOLS_WHERE_H_
#define PUENTE_TOOLS_WHERE_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "puente/v1/record.pb.h"
#include "tools/session.h"

namespace puente::tools {

/// What chooses records; empty chooses all.
using RecordFilter = std::function<bool(const v1::Record&)>;

/// Adds --where EXPR. `where` stays empty when it is not given.
void AddWhereOption(CLI::App* command, std::optional<std::string>* where);

/// The filter that an expression is. Of an expression that is wrong, says why and gives the exit
/// code.
int MakeRecordFilter(Session& session, const std::optional<std::string>& where,
                     RecordFilter* filter);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_WHERE_H_
