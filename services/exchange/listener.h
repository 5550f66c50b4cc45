// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Addresses to listen on: their form, and whether they are local to this machine.

#ifndef PUENTE_SERVICES_EXCHANGE_LISTENER_H_
#define PUENTE_SERVICES_EXCHANGE_LISTENER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace grpc {
class ServerCredentials;
}

namespace puente::exchange {

/// An address as it was given, taken apart.
struct ListenAddress {
  /// `unix:PATH`.
  bool is_unix = false;
  /// Host without brackets, or the path.
  std::string host;
  int port = 0;
};

/// Reads `HOST:PORT`, `[IPV6]:PORT` or `unix:PATH`. Invalid-argument error.
absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text);

/// True for unix sockets, 127.0.0.0/8, ::1 and `localhost`.
bool IsLocal(const ListenAddress& address);

/// Credentials from PEM files that are read again when they change. Invalid-argument error when
/// they cannot be read or do not belong together.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsCredentials(const std::string& cert,
                                                                        const std::string& key);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_LISTENER_H_
