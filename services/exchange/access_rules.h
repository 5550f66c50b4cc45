// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Which scope each method asks for. The table is made by the build from the protos, and the build
// fails when a method has no rule.

#ifndef PUENTE_SERVICES_EXCHANGE_ACCESS_RULES_H_
#define PUENTE_SERVICES_EXCHANGE_ACCESS_RULES_H_

#include <span>
#include <string_view>

#include "puente/exchange/v1/access.pb.h"

namespace puente::exchange {

/// The rule of one method.
struct AccessRule {
  /// Full name as in `/puente.exchange.v1.RecordService/GetRecord`.
  std::string_view method;
  v1::Scope scope;
};

/// Rules by method name, ascending.
std::span<const AccessRule> AccessRules();

/// Services that are not Puente's and need no token: they tell nothing of the data. Health is for
/// those who watch over the server; reflection answers on loopback addresses and unix sockets only.
std::span<const std::string_view> OpenServices();

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_ACCESS_RULES_H_
