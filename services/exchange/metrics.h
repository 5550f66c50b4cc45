// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the server counts about itself, for Prometheus.

#ifndef PUENTE_SERVICES_EXCHANGE_METRICS_H_
#define PUENTE_SERVICES_EXCHANGE_METRICS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace puente::exchange {

/// Counters of one server. Any thread. docs/exchange/operations.md lists them.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  /// One call ended.
  void CallEnded(std::string_view method, absl::StatusCode code, double seconds);
  /// Records that were decided in pushes, by outcome such as `created`.
  void RecordsPushed(std::string_view outcome, int64_t count, int64_t bytes);
  /// Records and bytes that were sent to readers, by method.
  void RecordsSent(std::string_view method, int64_t count, int64_t bytes);
  /// Refusals by reason.
  void Refused(std::string_view reason);
  /// Streams that are open now, by kind: `watch`, `push`, `stream`, `convert`.
  void StreamsOpen(std::string_view kind, int change);
  /// How many changes the slowest watcher has before it (0 when all have seen everything).
  void WatchLag(int64_t changes);

  /// Serves /metrics over HTTP; the address with the port that was taken.
  absl::StatusOr<std::string> Serve(const std::string& address);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_METRICS_H_
