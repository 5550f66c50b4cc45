// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Who may do what: the one place that decides it.

#ifndef PUENTE_SERVICES_EXCHANGE_AUTHORIZER_H_
#define PUENTE_SERVICES_EXCHANGE_AUTHORIZER_H_

#include <grpcpp/server_context.h>

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "services/exchange/audit.h"
#include "services/exchange/metrics.h"
#include "services/store/store.h"

namespace puente::exchange {

/// Who calls: a token that is valid for the method.
struct Caller {
  std::string agency;
  std::string token_id;
  uint32_t scopes = 0;
  std::string peer;
  std::string method;
  /// SHA-256 of the token, to look it up again.
  Digest secret_hash = {};
};

/// Decides by tokens, the rules of methods (access_rules.h) and the agency that a token belongs to.
/// What has no rule is refused. Every refusal is told to the audit log. Any thread; may block.
class Authorizer {
 public:
  Authorizer(store::Store* store, AuditLog* audit, Metrics* metrics)
      : store_(store), audit_(audit), metrics_(metrics) {}

  /// Finds out who calls and whether the token allows the method. TOKEN_MISSING, TOKEN_UNKNOWN,
  /// TOKEN_EXPIRED, TOKEN_REVOKED, SCOPE_MISSING.
  absl::StatusOr<Caller> Admit(const grpc::ServerContextBase& context, std::string_view method);

  /// Whether the caller may write to an agency: only to its own. AGENCY_MISMATCH.
  absl::Status MayWrite(const Caller& caller, const std::string& agency, std::string_view resource);

  /// Whether the caller may read a dataset. All callers may read all; policies of datasets will be
  /// decided here.
  absl::Status MayRead(const Caller& caller, const store::Selector& selector);

  /// Whether the token of a long stream still holds; to be asked every minute. As Admit.
  absl::Status StillHolds(const Caller& caller);

  /// Forgets what it knows of tokens, after one was revoked.
  void Forget();

  /// A line of the audit log about what a caller did.
  void Did(const Caller& caller, std::string_view resource, std::string_view detail);
  /// A line of the audit log about a refusal, and the refusal again.
  absl::Status Refuse(const Caller& caller, std::string_view resource, absl::Status reason);

 private:
  struct Known {
    store::Token token;
    store::TimeMicros asked = 0;
  };

  absl::StatusOr<store::Token> Find(const Digest& hash);
  void Note(const Caller& caller, std::string_view resource, std::string outcome,
            std::string_view detail);
  absl::Status Judge(const store::Token& token, std::string_view method);

  store::Store* store_;
  AuditLog* audit_;
  Metrics* metrics_;
  std::mutex mutex_;
  std::map<Digest, Known> known_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_AUTHORIZER_H_
