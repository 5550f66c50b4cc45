// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The work of the commands that use gRPC: their names.
#include "tools/exchange/commands.h"

namespace puente::tools {
namespace {

constexpr ExchangeCommand kCommands[] = {
    {"serve", Serve}, {"push", Push}, {"pull", Pull}, {"watch", Watch}, {"call", Call},
};

}  // namespace

std::span<const ExchangeCommand> ExchangeCommands() { return kCommands; }

}  // namespace puente::tools
