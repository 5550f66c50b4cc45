// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente serve`.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <utility>

#include "core/base/status.h"
#include "core/pipeline/exit_code.h"
#include "services/exchange/server.h"
#include "services/files/pipeline_formats.h"
#include "services/store/store.h"
#include "tools/exchange/commands.h"
#include "tools/server_limits.h"
#include "tools/store_option.h"

namespace puente::tools {
namespace {

using FilePointer = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

absl::Status Coded(const char* code, const absl::Status& status, std::string hint) {
  ErrorDetail detail;
  detail.code = code;
  detail.message = GetErrorDetail(status).message;
  detail.hint = std::move(hint);
  return MakeError(status.code(), detail);
}

absl::Status StartError(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kPermissionDenied) {
    return Coded("PUE-0724", status, "give --tls-cert and --tls-key, or listen on 127.0.0.1");
  }
  if (status.code() == absl::StatusCode::kInvalidArgument) {
    return Coded("PUE-0001", status, "`puente serve --help` shows the forms of addresses");
  }
  return Coded("PUE-0723", status, "look whether another server runs, or take another port");
}

}  // namespace

int Serve(Session& session, const void* options, const std::atomic<bool>* interrupted) {
  const auto& serve = *static_cast<const ServeOptions*>(options);
  store::StoreOptions store_options;
  store_options.create = true;
  store_options.compress = !serve.plain_bodies;
  auto store = store::OpenStore(serve.store, store_options);
  if (!store.ok()) return session.Fail(StoreError(store.status()));

  exchange::PipelineFormatsOptions format_options;
  format_options.allowed = serve.allow_plugins;
  format_options.plugin_dirs = session.options().plugin_dirs;
  format_options.limits = session.limits();
  auto formats = exchange::PipelineFormats::Open(format_options);
  if (!formats.ok()) return session.Fail(formats.status());

  FilePointer log_file(nullptr, std::fclose);
  if (!serve.log.empty()) {
    log_file.reset(std::fopen(serve.log.c_str(), "ae"));
    if (log_file == nullptr) {
      ErrorDetail detail;
      detail.code = "PUE-0103";
      detail.message = "the log cannot be written";
      detail.source = serve.log;
      detail.hint = "give --log another file";
      return session.Fail(MakeError(absl::StatusCode::kPermissionDenied, detail));
    }
  }
  std::FILE* const log = log_file == nullptr ? stderr : log_file.get();
  exchange::ServerOptions server_options;
  server_options.listen = serve.listen;
  server_options.tls_cert = serve.tls_cert;
  server_options.tls_key = serve.tls_key;
  server_options.metrics = serve.metrics;
  server_options.keep_history = std::chrono::seconds(serve.keep_history_seconds);
  server_options.formats = formats->get();
  if (absl::Status status = SetServerLimits(serve.limits, &server_options.limits); !status.ok()) {
    return session.Fail(status);
  }
  server_options.log = [log](std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), log);
    std::fputc('\n', log);
    std::fflush(log);
  };
  auto server = exchange::Server::Start(store->get(), server_options);
  if (!server.ok()) return session.Fail(StartError(server.status()));
  fmt::print(stderr, "serving {} at {}{}\n", serve.store, (*server)->address(),
             (*server)->metrics_address().empty()
                 ? std::string()
                 : fmt::format(", /metrics at {}", (*server)->metrics_address()));
  std::fflush(stderr);
  while (!interrupted->load(std::memory_order_relaxed)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  (*server)->Shutdown(std::chrono::seconds(serve.grace_seconds));
  return pipeline::kExitDone;
}

}  // namespace puente::tools
