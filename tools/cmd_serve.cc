// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente serve`: runs the server of an exchange.
#include <memory>

#include "tools/commands.h"
#include "tools/exchange_jobs.h"
#include "tools/server_limits.h"
#include "tools/store_option.h"

namespace puente::tools {
namespace {

struct ServeArguments {
  ServeOptions serve;
  std::string keep_history;
};

int RunServe(Session& session, ServeArguments& arguments) {
  if (arguments.serve.tls_cert.empty() != arguments.serve.tls_key.empty()) {
    return session.Fail(UsageError("a certificate needs its key, and a key its certificate",
                                   "give both --tls-cert and --tls-key"));
  }
  if (!arguments.keep_history.empty()) {
    auto seconds = ParseDuration(arguments.keep_history);
    if (!seconds.ok()) return session.Fail(seconds.status());
    arguments.serve.keep_history_seconds = *seconds;
  }
  exchange::ServerLimits unused;
  if (absl::Status status = SetServerLimits(arguments.serve.limits, &unused); !status.ok()) {
    return session.Fail(status);
  }
  return RunExchangeJob(session, "serve", &arguments.serve);
}

}  // namespace

void AddServe(CLI::App& app, CommandTable* table) {
  auto arguments = std::make_shared<ServeArguments>();
  ServeOptions& serve = arguments->serve;
  CLI::App* command =
      app.add_subcommand("serve", "Run an exchange: agencies push, watch and pull over gRPC");
  command->footer(
      "The address is told on standard error when the server is ready; then the log follows, one\n"
      "JSON object a line. SIGTERM and Ctrl-C drain the server.\n\n"
      "Limits for --set:\n" +
      ServerLimitsHelp() +
      "\n  puente serve --store sqlite:exchange.db --listen 127.0.0.1:7443\n"
      "  puente serve --store sqlite:exchange.db --listen 0.0.0.0:7443 --tls-cert cert.pem "
      "--tls-key key.pem");
  AddStoreOption(command, &serve.store);
  command
      ->add_option(
          "--listen", serve.listen,
          "HOST:PORT, [IPV6]:PORT or unix:PATH; port 0 takes any that is free. Without TLS "
          "only addresses of this machine")
      ->required()
      ->type_name("ADDR");
  command->add_option("--tls-cert", serve.tls_cert, "Certificate chain, PEM")->type_name("FILE");
  command->add_option("--tls-key", serve.tls_key, "Its key, PEM")->type_name("FILE");
  command->add_option("--metrics", serve.metrics, "Serve /metrics for Prometheus, on loopback")
      ->type_name("HOST:PORT");
  command
      ->add_option("--allow-plugins", serve.allow_plugins,
                   "Plugins from elsewhere that may run, separated by commas")
      ->delimiter(',')
      ->type_name("NAME");
  command->add_option("--keep-history", arguments->keep_history,
                      "Forget changes that are older, such as 90d; all are kept by default");
  command
      ->add_option("--grace", serve.grace_seconds,
                   "Seconds that calls have to end when the server stops; 10 by default")
      ->check(CLI::Range(0, 600));
  command->add_option("--log", serve.log, "Append the log to this file")->type_name("FILE");
  command->add_option("--set", serve.limits, "Set a limit of the server (may be given again)")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command->add_flag("--plain-bodies", serve.plain_bodies,
                    "A store that is made here keeps records as they are, not packed with zstd");
  (*table)[command] = [arguments](Session& session) { return RunServe(session, *arguments); };
}

}  // namespace puente::tools
