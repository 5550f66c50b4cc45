// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Pushes the records of one dataset: offers, what is needed, verdicts, resumed after cuts.

#ifndef PUENTE_SERVICES_CLIENT_PUSH_H_
#define PUENTE_SERVICES_CLIENT_PUSH_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "puente/exchange/v1/record_service.pb.h"
#include "services/client/connection.h"
#include "services/client/push_source.h"
#include "services/client/retry.h"

namespace puente::client {

/// How far a push is.
struct PushProgress {
  /// Records of the push, and those that are decided and durable.
  int64_t records = 0;
  int64_t decided = 0;
  /// Records and bytes that were sent.
  int64_t sent = 0;
  int64_t sent_bytes = 0;
};

/// A record that was not taken.
struct PushRefusal {
  /// Its number.
  int64_t number = 0;
  /// Its generation was another one than was given; else it was refused.
  bool is_conflict = false;
  /// Why, with a code and a reason.
  absl::Status why;
};

/// What is pushed, and how. The functions are called on the calling thread; they may be empty.
struct PushOptions {
  std::string agency;
  std::string dataset;
  exchange::v1::PushMode mode = exchange::v1::PUSH_MODE_UPSERT;
  bool allow_mass_removal = false;
  /// Up to 64 characters; empty for a random one. A push of the same records that is opened with
  /// the one of an earlier push goes on behind what that one has done.
  std::string request_id;
  RetryPolicy retry;
  std::function<void(const PushProgress&)> on_progress;
  /// Told of each record that was not taken, up to `max_refusals`.
  std::function<void(const PushRefusal&)> on_refusal;
  int64_t max_refusals = 1000;
};

/// What became of a push.
struct PushResult {
  /// OK when it was committed, refused records or not. Errors of the exchange (PUE-07xx), of the
  /// source, and PUE-0709 when a cut could not be mended.
  absl::Status status;
  std::string request_id;
  /// The server's count over all of it; only when `status` is OK.
  exchange::v1::PushRecordsResponse::Summary summary;
  PushProgress progress;
  /// Cuts that were mended, and what an earlier run had done (records).
  int cuts = 0;
  int64_t resumed_behind = 0;
};

/// Pushes all records of the source. Memory does not depend on how many there are.
PushResult Push(Connection& connection, PushSource& source, const PushOptions& options);

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_PUSH_H_
