// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Which scope each method asks for.

#include "services/exchange/access_rules.h"

namespace puente::exchange {
namespace {

constexpr std::string_view kOpenServices[] = {
    "grpc.health.v1.Health",
    "grpc.reflection.v1alpha.ServerReflection",
};

// Written by make_access_rules.
#include "puente/exchange/access_rules.inc"

}  // namespace

std::span<const AccessRule> AccessRules() { return kAccessRules; }

std::span<const std::string_view> OpenServices() { return kOpenServices; }

}  // namespace puente::exchange
