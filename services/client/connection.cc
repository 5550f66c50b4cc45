// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A connection to an exchange: address, TLS, token.

#include "services/client/connection.h"

#include <arpa/inet.h>
#include <grpc/support/log.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/credentials.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/lexical.h"
#include "core/base/status.h"
#include "fmt/format.h"
#include "services/client/channel.h"

namespace puente::client {
namespace {

constexpr int kMaxMessage = 16 << 20;
constexpr size_t kMaxTokenFile = 4096;
constexpr size_t kMaxCaFile = size_t{4} << 20;

absl::Status Error(absl::StatusCode kind, std::string_view code, std::string message,
                   std::string_view hint) {
  ErrorDetail detail;
  detail.code = std::string(code);
  detail.message = std::move(message);
  detail.hint = std::string(hint);
  return MakeError(kind, detail);
}

absl::Status AddressError(const std::string& address) {
  return Error(absl::StatusCode::kInvalidArgument, "PUE-0001",
               fmt::format("`{}` is no address of an exchange", address),
               "write HOST:PORT, [::1]:PORT or unix:PATH");
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path, size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string text(most + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  if ((!file.good() && !file.eof()) || text.size() > most) {
    ErrorDetail detail;
    detail.code = "PUE-0101";
    detail.source = path;
    detail.message = text.size() > most ? "the file is far too large for what it should be"
                                        : "the file cannot be read";
    return MakeError(absl::StatusCode::kNotFound, detail);
  }
  return text;
}

// An address taken apart.
struct Address {
  std::string target;
  bool is_local = false;
  bool is_unix = false;
  std::optional<bool> tls;
};

bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

bool IsLoopback(const std::string& host) {
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return host == "localhost";
}

absl::StatusOr<Address> ParseAddress(const std::string& given) {
  Address address;
  std::string_view text = given;
  if (TakePrefix(&text, "http://")) {
    address.tls = false;
  } else if (TakePrefix(&text, "https://")) {
    address.tls = true;
  }
  if (address.tls.has_value() && text.ends_with('/')) text.remove_suffix(1);
  address.target = std::string(text);
  if (text.starts_with("unix:")) {
    address.is_unix = address.is_local = true;
    if (text.size() == 5 || address.tls.has_value()) return AddressError(given);
    return address;
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return AddressError(given);
  std::string host(text.substr(0, colon));
  const std::string_view port = text.substr(colon + 1);
  if (port.empty() || port.size() > 5 ||
      port.find_first_not_of("0123456789") != std::string_view::npos) {
    return AddressError(given);
  }
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || (!is_bracketed && host.find(':') != std::string::npos) ||
      host.find_first_of("/ []") != std::string::npos) {
    return AddressError(given);
  }
  address.is_local = IsLoopback(host);
  return address;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(const Address& address,
                                                                      const std::string& tls_ca) {
  if (!address.tls.value_or(!address.is_local || !tls_ca.empty())) {
    // They check that the other end is this machine, whatever the name led to.
    return grpc::experimental::LocalCredentials(address.is_unix ? UDS : LOCAL_TCP);
  }
  grpc::SslCredentialsOptions options;
  if (!tls_ca.empty()) {
    absl::StatusOr<std::string> pem = ReadSmallFile(tls_ca, kMaxCaFile);
    if (!pem.ok()) return pem.status();
    if (pem->find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
      return Error(absl::StatusCode::kInvalidArgument, "PUE-0001",
                   fmt::format("{} holds no certificate", tls_ca),
                   "give a PEM file with the certificate of the authority after --tls-ca");
    }
    options.pem_root_certs = *std::move(pem);
  }
  return grpc::SslCredentials(options);
}

}  // namespace

absl::StatusOr<std::string> ReadToken(const std::string& token_file) {
  std::string text;
  if (token_file.empty()) {
    const char* variable = std::getenv("PUENTE_TOKEN");
    if (variable == nullptr || *variable == '\0') return std::string();
    text = variable;
  } else {
    absl::StatusOr<std::string> read = ReadSmallFile(token_file, kMaxTokenFile);
    if (!read.ok()) return read;
    text = *std::move(read);
  }
  const std::string token(TrimXmlSpace(text));
  // What else would be cut or refused on the way, or show the secret in a message of somebody.
  const bool fits =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 127; });
  if (token.empty() || !fits) {
    return Error(absl::StatusCode::kUnauthenticated, "PUE-0702",
                 fmt::format("{} holds no token", token_file.empty() ? "PUENTE_TOKEN" : token_file),
                 "a token is one word, such as `puente agency token` prints");
  }
  return token;
}

void QuietGrpc() {
  if (std::getenv("GRPC_VERBOSITY") == nullptr) gpr_set_log_function([](gpr_log_func_args*) {});
}

Connection::Connection(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
Connection::~Connection() = default;

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const ConnectOptions& options) {
  absl::StatusOr<Address> address = ParseAddress(options.address);
  if (!address.ok()) return address.status();
  if (!address->is_local && !address->tls.value_or(true)) {
    return Error(absl::StatusCode::kPermissionDenied, "PUE-0704",
                 fmt::format("a token is not sent to {} without TLS", options.address),
                 "write the address without http://");
  }
  if (address->is_unix && !options.tls_ca.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "PUE-0001", "a socket has no TLS",
                 "leave --tls-ca out");
  }
  auto credentials = Credentials(*address, options.tls_ca);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessage);
  arguments.SetUserAgentPrefix("puente/" PUENTE_VERSION);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  // A server that vanished is found out about, also while nothing happens.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // No proxy of the environment gets to see what is meant for this machine.
  if (address->is_local) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  auto channel = std::make_unique<Channel>();
  channel->channel = grpc::CreateCustomChannel(address->target, *credentials, arguments);
  channel->address = options.address;
  if (!options.token.empty()) channel->authorization = "Bearer " + options.token;
  channel->cancel = options.cancel;
  return std::unique_ptr<Connection>(new Connection(std::move(channel)));
}

}  // namespace puente::client
