// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What is checked of a flow beyond the types of its values.
#ifndef PUENTE_PLUGINS_FTS_FLOW_CHECKS_H_
#define PUENTE_PLUGINS_FTS_FLOW_CHECKS_H_

#include <optional>
#include <string>

#include "puente/v1/transaction.pb.h"

namespace puente::fts {

/// Says how the original amount, the rate and the amount in US dollars of a flow contradict each
/// other; nothing when they do not by more than one dollar and one percent, or when one is missing.
/// The rate is units of the original currency for one US dollar.
std::optional<std::string> RateContradiction(const v1::Transaction& transaction);

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_FLOW_CHECKS_H_
