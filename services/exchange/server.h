// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The exchange as a server: listeners, services, drain.

#ifndef PUENTE_SERVICES_EXCHANGE_SERVER_H_
#define PUENTE_SERVICES_EXCHANGE_SERVER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/exchange/formats.h"
#include "services/store/store.h"

namespace puente::exchange {

/// What holds for a server. Sizes are in bytes.
struct ServerLimits {
  /// Largest message that is taken or sent.
  int message_bytes = 4 << 20;
  /// Largest record. Records over 1 MiB travel in chunks.
  int64_t record_bytes = int64_t{16} << 20;
  /// Metadata of one call.
  int metadata_bytes = 8 << 10;
  /// Streams of one connection at once.
  int streams_per_connection = 100;
  /// Watches, streams of records, pushes, and imports and conversions, of all callers at once.
  int watches = 2000;
  int streams = 500;
  int pushes = 64;
  int conversions = 8;
  /// Bytes of `writes` that one push may have on the way.
  int64_t push_credit_bytes = int64_t{8} << 20;
  /// Largest file of an import or conversion.
  int64_t file_bytes = int64_t{4} << 30;
  /// Changes that are kept in memory for watchers that keep up.
  int64_t recent_change_bytes = int64_t{8} << 20;
  /// A connection without calls is closed after it.
  std::chrono::seconds idle = std::chrono::minutes(5);
  /// Memory that gRPC may use for its buffers.
  int64_t grpc_memory_bytes = int64_t{256} << 20;
  /// Share of a dataset that a snapshot may delete.
  int mass_removal_percent = 20;
};

/// How a server is started.
struct ServerOptions {
  /// `HOST:PORT` (port 0: any that is free), `[::1]:PORT` or `unix:PATH`. Without `tls_cert` only
  /// loopback addresses and unix sockets.
  std::string listen;
  /// PEM files; read again within seconds when they change. Both or none.
  std::string tls_cert;
  std::string tls_key;
  /// Where /metrics is served over HTTP, `HOST:PORT`, loopback only; empty: nowhere.
  std::string metrics;
  /// Changes older than this are compacted; 0: never.
  std::chrono::seconds keep_history{0};
  ServerLimits limits;
  /// Reads and writes files; borrowed. Null: the services of files answer FORMAT_NOT_FOUND.
  FileFormats* formats = nullptr;
  /// Takes lines of the log, JSON objects without a line end, from any thread, never two at once.
  std::function<void(std::string_view line)> log;
};

/// A server that runs until it is destroyed.
class Server {
 public:
  /// Starts to listen. The store is borrowed; the server sets its commit listener. Invalid-argument
  /// error for an address without TLS that is not local (told in the audit log), and for addresses
  /// and certificates that cannot be used.
  static absl::StatusOr<std::unique_ptr<Server>> Start(store::Store* store,
                                                       const ServerOptions& options);
  ~Server();

  /// The address to call, with the port that was taken.
  const std::string& address() const;
  /// The same of /metrics; empty when it is not served.
  const std::string& metrics_address() const;

  /// Drains: health says NOT_SERVING, new calls are refused with SHUTTING_DOWN, watches end with
  /// it, pushes and streams have until the deadline to end. Returns when all is at rest.
  void Shutdown(std::chrono::milliseconds grace);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_SERVER_H_
