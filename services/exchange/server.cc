// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The exchange as a server.

#include "services/exchange/server.h"

#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <malloc.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "core/base/strings.h"
#include "services/exchange/agency_service.h"
#include "services/exchange/change_hub.h"
#include "services/exchange/change_service.h"
#include "services/exchange/dataset_service.h"
#include "services/exchange/environment.h"
#include "services/exchange/format_service.h"
#include "services/exchange/listener.h"
#include "services/exchange/record_service.h"
#include "services/store/reason_error.h"

namespace puente::exchange {
namespace {

// How often a client may ping a connection, and how it is found out that one is dead.
constexpr int kMinPingMs = 20'000;
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kHandshakeMs = 10'000;
constexpr std::chrono::hours kCompactEvery(1);
constexpr std::chrono::seconds kTrimEvery(5);

void AuditRefusedStart(store::Store* store, const std::string& address) {
  store::AuditEntry entry;
  entry.time = store::NowMicros();
  entry.action = "serve";
  entry.resource = address;
  entry.outcome = "PLAINTEXT_REFUSED";
  (void)store->AppendAudit({entry});
}

}  // namespace

class Server::Impl {
 public:
  Impl(store::Store* store, const ServerOptions& options)
      : options_(options),
        env_(store, options),
        records_(&env_),
        changes_(&env_),
        datasets_(&env_),
        formats_(&env_),
        agencies_(&env_) {}

  ~Impl() {
    Shutdown(std::chrono::milliseconds(0));
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (keeper_.joinable()) keeper_.join();
  }

  absl::Status Start() {
    auto listen = ParseListenAddress(options_.listen);
    if (!listen.ok()) return listen.status();
    const bool is_local = IsLocal(*listen);
    std::shared_ptr<grpc::ServerCredentials> credentials;
    if (!options_.tls_cert.empty()) {
      auto tls = TlsCredentials(options_.tls_cert, options_.tls_key);
      if (!tls.ok()) return tls.status();
      credentials = *std::move(tls);
    } else if (is_local) {
      credentials = grpc::InsecureServerCredentials();
    } else {
      AuditRefusedStart(env_.store, options_.listen);
      return absl::PermissionDeniedError(
          "without a certificate the server listens on loopback "
          "addresses and unix sockets only, not on " +
          options_.listen);
    }
    auto head = env_.store->Head();
    if (!head.ok()) return head.status();
    if (!options_.metrics.empty()) {
      auto metrics = ParseListenAddress(options_.metrics);
      if (!metrics.ok()) return metrics.status();
      if (metrics->is_unix || !IsLocal(*metrics)) {
        return absl::InvalidArgumentError("/metrics is served on loopback addresses only, not on " +
                                          options_.metrics);
      }
      auto served = env_.metrics.Serve(options_.metrics);
      if (!served.ok()) return served.status();
      metrics_address_ = *served;
    }
    hub_ = std::make_unique<ChangeHub>(env_.store, *std::move(head),
                                       options_.limits.recent_change_bytes,
                                       [this](int64_t lag) { env_.metrics.WatchLag(lag); });
    env_.hub = hub_.get();

    // Reflection stays on in a process once it was asked for, and only local servers ask.
    static std::once_flag reflection;
    if (is_local) {
      std::call_once(reflection,
                     [] { grpc::reflection::InitProtoReflectionServerBuilderPlugin(); });
    }
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(options_.listen, credentials, &port);
    builder.RegisterService(&records_);
    builder.RegisterService(&changes_);
    builder.RegisterService(&datasets_);
    builder.RegisterService(&formats_);
    builder.RegisterService(&agencies_);
    SetLimits(&builder);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || (port == 0 && !listen->is_unix)) {
      server_.reset();
      return absl::UnavailableError("the server cannot listen on " + options_.listen +
                                    "; another process may");
    }
    address_ = listen->is_unix ? options_.listen
                               : options_.listen.substr(0, options_.listen.rfind(':') + 1) +
                                     std::to_string(port);
    env_.log.Write("start", {{"address", address_}, {"metrics", metrics_address_}});
    keeper_ = std::thread([this] { Keep(); });
    return absl::OkStatus();
  }

  void Shutdown(std::chrono::milliseconds grace) {
    if (server_ == nullptr) return;
    env_.log.Write("drain", {{"address", address_}});
    if (auto* health = server_->GetHealthCheckService(); health != nullptr) {
      health->SetServingStatus(false);
    }
    env_.draining = true;
    hub_->Drain();
    server_->Shutdown(std::chrono::system_clock::now() + grace);
    server_->Wait();
    server_.reset();
    env_.audit.Flush();
    env_.log.Write("stop", {{"address", address_}});
  }

  const std::string& address() const { return address_; }
  const std::string& metrics_address() const { return metrics_address_; }

 private:
  void SetLimits(grpc::ServerBuilder* builder) {
    const ServerLimits& limits = options_.limits;
    builder->SetMaxReceiveMessageSize(limits.message_bytes);
    builder->SetMaxSendMessageSize(limits.message_bytes);
    builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, limits.metadata_bytes);
    builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.streams_per_connection);
    builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
                                static_cast<int>(std::chrono::milliseconds(limits.idle).count()));
    builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
    builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingMs);
    builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
    builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
    builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
    builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    grpc::ResourceQuota quota("puente");
    quota.Resize(static_cast<size_t>(limits.grpc_memory_bytes));
    builder->SetResourceQuota(quota);
  }

  // What has to be done from time to time.
  void Keep() {
    auto next_compaction = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      if (options_.keep_history.count() > 0 &&
          std::chrono::steady_clock::now() >= next_compaction) {
        next_compaction += kCompactEvery;
        Compact();
      }
      // What a flood of calls left behind goes back to the system.
      malloc_trim(0);
      lock.lock();
      wake_.wait_for(lock, kTrimEvery, [this] { return stopping_; });
    }
  }

  void Compact() {
    const store::TimeMicros before =
        store::NowMicros() -
        std::chrono::duration_cast<std::chrono::microseconds>(options_.keep_history).count();
    const absl::Status status = env_.store->CompactBefore(before);
    if (status.ok()) return;
    env_.log.Write("compact", {{"fault", ToStd(status.message())}});
  }

  ServerOptions options_;
  Environment env_;
  std::unique_ptr<ChangeHub> hub_;
  RecordService records_;
  ChangeService changes_;
  DatasetService datasets_;
  FormatService formats_;
  AgencyService agencies_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::string metrics_address_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread keeper_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

absl::StatusOr<std::unique_ptr<Server>> Server::Start(store::Store* store,
                                                      const ServerOptions& options) {
  auto impl = std::make_unique<Impl>(store, options);
  const absl::Status status = impl->Start();
  if (!status.ok()) return status;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const std::string& Server::address() const { return impl_->address(); }
const std::string& Server::metrics_address() const { return impl_->metrics_address(); }
void Server::Shutdown(std::chrono::milliseconds grace) { impl_->Shutdown(grace); }

}  // namespace puente::exchange
