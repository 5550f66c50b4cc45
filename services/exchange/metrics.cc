// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the server counts about itself, for Prometheus.

#include "services/exchange/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <exception>
#include <map>
#include <mutex>
#include <utility>

#include "core/base/strings.h"

namespace puente::exchange {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

// From half a millisecond to a minute.
const Histogram::BucketBoundaries& Buckets() {
  static const Histogram::BucketBoundaries buckets = {
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60};
  return buckets;
}

std::string_view AfterLastSlash(std::string_view method) {
  const size_t slash = method.rfind('/');
  return slash == std::string_view::npos ? method : method.substr(slash + 1);
}

}  // namespace

struct Metrics::Families {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  Family<Counter>& calls = prometheus::BuildCounter()
                               .Name("puente_calls_total")
                               .Help("Calls that ended, by method and gRPC status code.")
                               .Register(*registry);
  Family<Histogram>& seconds = prometheus::BuildHistogram()
                                   .Name("puente_call_seconds")
                                   .Help("How long calls took, by method.")
                                   .Register(*registry);
  Family<Counter>& pushed = prometheus::BuildCounter()
                                .Name("puente_records_pushed_total")
                                .Help("Records that pushes decided, by outcome.")
                                .Register(*registry);
  Family<Counter>& pushed_bytes = prometheus::BuildCounter()
                                      .Name("puente_record_bytes_pushed_total")
                                      .Help("Bytes of records that pushes sent.")
                                      .Register(*registry);
  Family<Counter>& sent = prometheus::BuildCounter()
                              .Name("puente_records_sent_total")
                              .Help("Records sent to readers, by method.")
                              .Register(*registry);
  Family<Counter>& sent_bytes = prometheus::BuildCounter()
                                    .Name("puente_record_bytes_sent_total")
                                    .Help("Bytes of records sent to readers, by method.")
                                    .Register(*registry);
  Family<Counter>& refused = prometheus::BuildCounter()
                                 .Name("puente_refused_total")
                                 .Help("Calls that were refused, by reason.")
                                 .Register(*registry);
  Family<Gauge>& streams = prometheus::BuildGauge()
                               .Name("puente_streams_open")
                               .Help("Streams that are open, by kind.")
                               .Register(*registry);
  Family<Gauge>& lag_family = prometheus::BuildGauge()
                                  .Name("puente_watch_lag_changes")
                                  .Help("Changes that the slowest watcher has not been sent.")
                                  .Register(*registry);
  Gauge& lag = lag_family.Add({});
  std::unique_ptr<prometheus::Exposer> exposer;
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::CallEnded(std::string_view method, absl::StatusCode code, double seconds) {
  const std::string name(AfterLastSlash(method));
  families_->calls.Add({{"method", name}, {"code", absl::StatusCodeToString(code)}}).Increment();
  families_->seconds.Add({{"method", name}}, Buckets()).Observe(seconds);
}

void Metrics::RecordsPushed(std::string_view outcome, int64_t count, int64_t bytes) {
  if (count > 0) {
    families_->pushed.Add({{"outcome", std::string(outcome)}})
        .Increment(static_cast<double>(count));
  }
  if (bytes > 0) families_->pushed_bytes.Add({}).Increment(static_cast<double>(bytes));
}

void Metrics::RecordsSent(std::string_view method, int64_t count, int64_t bytes) {
  const std::string name(AfterLastSlash(method));
  families_->sent.Add({{"method", name}}).Increment(static_cast<double>(count));
  families_->sent_bytes.Add({{"method", name}}).Increment(static_cast<double>(bytes));
}

void Metrics::Refused(std::string_view reason) {
  families_->refused.Add({{"reason", std::string(reason)}}).Increment();
}

void Metrics::StreamsOpen(std::string_view kind, int change) {
  families_->streams.Add({{"kind", std::string(kind)}}).Increment(change);
}

void Metrics::WatchLag(int64_t changes) { families_->lag.Set(static_cast<double>(changes)); }

absl::StatusOr<std::string> Metrics::Serve(const std::string& address) {
  try {
    families_->exposer = std::make_unique<prometheus::Exposer>(address, 1);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError("/metrics cannot be served at " + address + ": " +
                                      error.what());
  }
  families_->exposer->RegisterCollectable(families_->registry);
  const auto ports = families_->exposer->GetListeningPorts();
  const size_t colon = address.rfind(':');
  if (ports.empty() || colon == std::string::npos) return address;
  return address.substr(0, colon + 1) + std::to_string(ports.front());
}

}  // namespace puente::exchange
