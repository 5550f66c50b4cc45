// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Addresses to listen on, and TLS.

#include "services/exchange/listener.h"

#include <arpa/inet.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <charconv>
#include <cstring>

namespace puente::exchange {
namespace {

// Certificates are looked at again this often.
constexpr unsigned kRefreshSeconds = 2;

absl::Status BadAddress(const std::string& text) {
  return absl::InvalidArgumentError("`" + text +
                                    "` is no address; it is HOST:PORT, [::1]:PORT or unix:PATH");
}

// Loads both files as a server would, since gRPC would only fail later and in silence.
absl::Status CheckPair(const std::string& cert, const std::string& key) {
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr) return absl::InternalError("no TLS");
  absl::Status status;
  if (SSL_CTX_use_certificate_chain_file(context, cert.c_str()) != 1) {
    status = absl::InvalidArgumentError("the certificate " + cert + " cannot be read as PEM");
  } else if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    status = absl::InvalidArgumentError("the key " + key +
                                        " cannot be read as PEM, or is not that of " + cert);
  } else if (SSL_CTX_check_private_key(context) != 1) {
    status = absl::InvalidArgumentError("the key " + key + " is not that of " + cert);
  }
  SSL_CTX_free(context);
  ERR_clear_error();
  return status;
}

}  // namespace

absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text) {
  ListenAddress out;
  if (text.starts_with("unix:")) {
    out.is_unix = true;
    out.host = text.substr(5);
    if (out.host.empty()) return BadAddress(text);
    return out;
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return BadAddress(text);
  out.host = text.substr(0, colon);
  const char* const begin = text.data() + colon + 1;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, out.port);
  if (error != std::errc() || stop != end || out.port < 0 || out.port > 65535) {
    return BadAddress(text);
  }
  if (out.host.front() == '[') {
    if (out.host.back() != ']') return BadAddress(text);
    out.host = out.host.substr(1, out.host.size() - 2);
  } else if (out.host.find(':') != std::string::npos) {
    return BadAddress(text);
  }
  return out;
}

bool IsLocal(const ListenAddress& address) {
  if (address.is_unix || address.host == "localhost" || address.host == "::1") return true;
  in_addr ip;
  if (inet_pton(AF_INET, address.host.c_str(), &ip) != 1) return false;
  return (ntohl(ip.s_addr) >> 24) == 127;
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsCredentials(const std::string& cert,
                                                                        const std::string& key) {
  const absl::Status pair = CheckPair(cert, key);
  if (!pair.ok()) return pair;
  auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      key, cert, kRefreshSeconds);
  grpc::experimental::TlsServerCredentialsOptions options(provider);
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace puente::exchange
