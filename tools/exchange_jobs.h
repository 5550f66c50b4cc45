// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Commands whose work is done in libpuente_exchange.so, so that no other command loads gRPC.
#ifndef PUENTE_TOOLS_EXCHANGE_JOBS_H_
#define PUENTE_TOOLS_EXCHANGE_JOBS_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/convert.h"
#include "tools/session.h"

namespace puente::tools {

/// `puente serve`.
struct ServeOptions {
  std::string store;
  std::string listen;
  std::string tls_cert;
  std::string tls_key;
  std::string metrics;
  std::vector<std::string> allow_plugins;
  int64_t keep_history_seconds = 0;
  int64_t grace_seconds = 10;
  std::string log;
  bool plain_bodies = false;
  /// NAME=VALUE of tools/server_limits.h.
  std::vector<std::string> limits;
};

/// Where an exchange is, and as whom it is called.
struct ConnectArguments {
  std::string address;
  std::string token_file;
  std::string tls_ca;
};

/// `puente push`. Of `convert` only what is about reading counts.
struct PushArguments {
  ConnectArguments connect;
  std::string agency;
  std::string dataset;
  bool snapshot = false;
  bool validate = false;
  bool allow_mass_removal = false;
  std::string request_id;
  bool json = false;
  ConvertOptions convert;
};

/// `puente pull`. Of `convert` only what is about the output counts.
struct PullArguments {
  ConnectArguments connect;
  std::string agency;
  std::string dataset;
  ConvertOptions convert;
};

/// `puente watch`.
struct WatchArguments {
  ConnectArguments connect;
  std::string agency;
  std::string dataset;
  std::optional<std::string> where;
  std::string since;
  bool from_beginning = false;
  bool until_now = false;
  uint64_t limit = 0;
  bool json = false;
};

/// `puente call`.
struct CallArguments {
  ConnectArguments connect;
  std::string method;
  std::string json = "{}";
  bool list = false;
};

/// A command with its options, which are of the type that belongs to the name. The library has the
/// core linked into it once more, so it makes a session of its own from the global options.
struct ExchangeJob {
  const char* command = nullptr;
  const void* options = nullptr;
  const GlobalOptions* globals = nullptr;
  /// Set by Ctrl-C and SIGTERM.
  const std::atomic<bool>* interrupted = nullptr;
};

/// What the library exports: `puente_exchange_build` tells what it was built with, which must be
/// what the command was built with; `puente_exchange_run` runs a job and gives its exit code.
using ExchangeBuild = const char*();
using ExchangeRun = int(const ExchangeJob&);

/// Version and schema that a build has.
const char* ExchangeBuildId();

/// Loads the library beside the command and runs a job in it. The result is the exit code.
int RunExchangeJob(Session& session, const char* command, const void* options);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_EXCHANGE_JOBS_H_
