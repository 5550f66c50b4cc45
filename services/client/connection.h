// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A connection to an exchange: address, TLS, token.

#ifndef PUENTE_SERVICES_CLIENT_CONNECTION_H_
#define PUENTE_SERVICES_CLIENT_CONNECTION_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace puente::client {

/// Where to connect, and as whom.
struct ConnectOptions {
  /// `HOST:PORT`, `[IPV6]:PORT` or `unix:PATH`. TLS is used but for addresses of this machine:
  /// loopback addresses, `localhost` and sockets. `https://` before it asks for TLS there, too;
  /// `http://` asks for none, which other addresses do not get.
  std::string address;
  /// PEM file of the authorities that may vouch for the server; empty: those of this machine. With
  /// it TLS is used for loopback addresses, too.
  std::string tls_ca;
  /// The secret of the token; empty for none.
  std::string token;
  /// Once it is set, calls end with a cancelled error soon. It must outlive the connection.
  const std::atomic<bool>* cancel = nullptr;
};

/// The token of a file, or of the variable PUENTE_TOKEN when `token_file` is empty; empty when
/// there is none. PUE-0101 when the file cannot be read, PUE-0702 when it holds no token.
absl::StatusOr<std::string> ReadToken(const std::string& token_file);

/// Keeps gRPC from writing to standard error, unless GRPC_VERBOSITY is set. For programs.
void QuietGrpc();

struct Channel;

/// A connection; it is made with the first call. Any thread may use it.
class Connection {
 public:
  /// Errors: PUE-0001 for an address that is none, PUE-0704 for one that would be called without
  /// TLS and is not of this machine, PUE-0101 for authorities that cannot be read.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnectOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// What is behind it; for the calls of this library.
  Channel& channel() { return *channel_; }

 private:
  explicit Connection(std::unique_ptr<Channel> channel);
  std::unique_ptr<Channel> channel_;
};

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_CONNECTION_H_
