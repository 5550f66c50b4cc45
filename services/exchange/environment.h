// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What all services of one server share.

#ifndef PUENTE_SERVICES_EXCHANGE_ENVIRONMENT_H_
#define PUENTE_SERVICES_EXCHANGE_ENVIRONMENT_H_

#include <atomic>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "services/exchange/audit.h"
#include "services/exchange/authorizer.h"
#include "services/exchange/formats.h"
#include "services/exchange/metrics.h"
#include "services/exchange/seal.h"
#include "services/exchange/server.h"
#include "services/exchange/workers.h"
#include "services/store/store.h"

namespace puente::exchange {

class ChangeHub;

/// Writes lines of the log: one JSON object each, with time and event. Any thread.
class EventLog {
 public:
  explicit EventLog(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {}
  /// A line; values are texts. Empty values are left out.
  void Write(std::string_view event,
             std::initializer_list<std::pair<std::string_view, std::string_view>> facts);

 private:
  std::function<void(std::string_view)> sink_;
  std::mutex mutex_;
};

/// What all services of one server share. All but `hub` lives as long as the server.
struct Environment {
  Environment(store::Store* store_in, const ServerOptions& options)
      : store(store_in),
        limits(options.limits),
        formats(options.formats),
        sealer(store_in->seal_key()),
        log(options.log),
        audit(store_in),
        authorizer(store_in, &audit, &metrics),
        workers(4),
        file_workers(static_cast<size_t>(options.limits.conversions)) {}

  store::Store* store;
  ServerLimits limits;
  FileFormats* formats;
  Sealer sealer;
  EventLog log;
  Metrics metrics;
  AuditLog audit;
  Authorizer authorizer;
  /// Set before the first call.
  ChangeHub* hub = nullptr;
  /// New calls are refused.
  std::atomic<bool> draining = false;
  /// Streams that are open, for the limits.
  std::atomic<int> watches = 0;
  std::atomic<int> streams = 0;
  std::atomic<int> pushes = 0;
  std::atomic<int> conversions = 0;
  /// Short work: reads of the store, checks of records.
  Workers workers;
  /// Files: each piece of work holds its thread until the file has passed.
  Workers file_workers;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_ENVIRONMENT_H_
