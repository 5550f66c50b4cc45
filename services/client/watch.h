// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Watches changes, over cuts and restarts of the server.

#ifndef PUENTE_SERVICES_CLIENT_WATCH_H_
#define PUENTE_SERVICES_CLIENT_WATCH_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "puente/exchange/v1/change_service.pb.h"
#include "services/client/connection.h"
#include "services/client/retry.h"

namespace puente::client {

/// What is watched.
struct WatchOptions {
  /// Empty: all agencies.
  std::string agency;
  /// Empty: all datasets.
  std::string dataset;
  /// An expression of docs/where.md; empty: all changes.
  std::string filter;
  /// Begin behind this token; empty: with what comes after the call.
  std::string since;
  /// Without a token: with the oldest change that is kept.
  bool from_beginning = false;
  /// How it is resumed once it was open.
  RetryPolicy retry;
};

/// Takes changes and progress as they come; an error ends the watch and becomes its status.
using TakeChanges = std::function<absl::Status(const exchange::v1::WatchChangesResponse&)>;

/// Watches until `take` has enough, the user interrupts or the exchange refuses: never OK. No
/// change is given twice, none is left out. Errors: those of the exchange (PUE-07xx), PUE-0709 when
/// a cut could not be mended.
absl::Status Watch(Connection& connection, const WatchOptions& options, const TakeChanges& take);

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_WATCH_H_
