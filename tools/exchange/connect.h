// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the commands share that call an exchange: connection, patience, what a cut is told as.
#ifndef PUENTE_TOOLS_EXCHANGE_CONNECT_H_
#define PUENTE_TOOLS_EXCHANGE_CONNECT_H_

#include <atomic>
#include <memory>

#include "absl/status/statusor.h"
#include "services/client/connection.h"
#include "services/client/retry.h"
#include "tools/exchange_jobs.h"

namespace puente::tools {

/// Reads the token and makes a connection; nothing is sent yet.
absl::StatusOr<std::unique_ptr<client::Connection>> Connect(const ConnectArguments& arguments,
                                                            const std::atomic<bool>* interrupted);

/// Cuts are told to the user. The session must outlive it.
client::RetryPolicy Patience(Session& session);

/// The name of a dataset as people write it: `agency/dataset`, `*` for all.
std::string DatasetForPeople(const std::string& agency, const std::string& dataset);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_EXCHANGE_CONNECT_H_
