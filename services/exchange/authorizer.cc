// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Who may do what.

#include "services/exchange/authorizer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/exchange/access_rules.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

using store::ReasonError;

// How long a token is believed without asking the store: how long a token that another process
// revoked may still be used.
constexpr store::TimeMicros kBelieve = 1'000'000;
constexpr size_t kMaxKnown = 10'000;
// Longer ones are not tokens of ours.
constexpr size_t kMaxSecretBytes = 256;

std::optional<std::string> BearerSecret(const grpc::ServerContextBase& context) {
  const auto& metadata = context.client_metadata();
  const auto [first, last] = metadata.equal_range("authorization");
  if (first == last || std::next(first) != last) return std::nullopt;
  const std::string_view value(first->second.data(), first->second.size());
  constexpr std::string_view kScheme = "bearer ";
  if (value.size() <= kScheme.size() || value.size() > kMaxSecretBytes) return std::nullopt;
  const bool is_bearer =
      std::equal(kScheme.begin(), kScheme.end(), value.begin(), [](char want, char have) {
        return want == (have >= 'A' && have <= 'Z' ? static_cast<char>(have - 'A' + 'a') : have);
      });
  if (!is_bearer) return std::nullopt;
  return std::string(value.substr(kScheme.size()));
}

uint32_t ScopeBit(v1::Scope scope) {
  switch (scope) {
    case v1::SCOPE_READ:
      return store::kScopeRead;
    case v1::SCOPE_PUSH:
      return store::kScopePush;
    case v1::SCOPE_ADMIN:
      return store::kScopeAdmin;
    default:
      return 0;
  }
}

}  // namespace

absl::StatusOr<store::Token> Authorizer::Find(const Digest& hash) {
  const store::TimeMicros now = store::NowMicros();
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(hash);
    if (found != known_.end() && now - found->second.asked < kBelieve) return found->second.token;
  }
  auto token = store_->FindToken(hash);
  if (!token.ok()) return token.status();
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kMaxKnown) known_.clear();
  known_[hash] = Known{*token, now};
  return token;
}

absl::Status Authorizer::Judge(const store::Token& token, std::string_view method) {
  if (token.revoke_time != 0) {
    return ReasonError(v1::REASON_TOKEN_REVOKED, "the token was revoked");
  }
  if (token.expire_time != 0 && token.expire_time <= store::NowMicros()) {
    return ReasonError(v1::REASON_TOKEN_EXPIRED,
                       "the token was valid until " + store::UtcText(token.expire_time),
                       {{"expired", store::UtcText(token.expire_time)}});
  }
  const auto rules = AccessRules();
  const auto rule = std::find_if(rules.begin(), rules.end(), [method](const AccessRule& candidate) {
    return candidate.method == method;
  });
  const v1::Scope scope = rule == rules.end() ? v1::SCOPE_UNSPECIFIED : rule->scope;
  if (ScopeBit(scope) == 0 || (token.scopes & ScopeBit(scope)) == 0) {
    const std::string name = v1::Scope_Name(scope).substr(6);
    return ReasonError(v1::REASON_SCOPE_MISSING, "the token does not have the scope " + name,
                       {{"scope", name}});
  }
  return absl::OkStatus();
}

absl::StatusOr<Caller> Authorizer::Admit(const grpc::ServerContextBase& context,
                                         std::string_view method) {
  Caller caller;
  caller.peer = context.peer();
  caller.method = method;
  const std::optional<std::string> secret = BearerSecret(context);
  if (!secret.has_value()) {
    return Refuse(caller, "",
                  ReasonError(v1::REASON_TOKEN_MISSING,
                              "the call has no `authorization: Bearer TOKEN` of one token"));
  }
  Sha256 hash;
  hash.Update(*secret);
  auto digest = hash.Finish();
  if (!digest.ok()) return digest.status();
  caller.secret_hash = *digest;
  auto token = Find(*digest);
  if (!token.ok()) return Refuse(caller, "", token.status());
  caller.agency = token->agency;
  caller.token_id = token->id;
  caller.scopes = token->scopes;
  const absl::Status judged = Judge(*token, method);
  if (!judged.ok()) return Refuse(caller, "", judged);
  return caller;
}

absl::Status Authorizer::StillHolds(const Caller& caller) {
  auto token = Find(caller.secret_hash);
  const absl::Status status = token.ok() ? Judge(*token, caller.method) : token.status();
  return status.ok() ? status : Refuse(caller, "", status);
}

absl::Status Authorizer::MayWrite(const Caller& caller, const std::string& agency,
                                  std::string_view resource) {
  if (agency == caller.agency) return absl::OkStatus();
  return Refuse(caller, resource,
                ReasonError(v1::REASON_AGENCY_MISMATCH,
                            "the token belongs to " + store::AgencyName(caller.agency) +
                                " and writes to it only",
                            {{"agency", caller.agency}}));
}

absl::Status Authorizer::MayRead(const Caller& /*caller*/, const store::Selector& /*selector*/) {
  return absl::OkStatus();
}

void Authorizer::Forget() {
  const std::lock_guard lock(mutex_);
  known_.clear();
}

void Authorizer::Note(const Caller& caller, std::string_view resource, std::string outcome,
                      std::string_view detail) {
  store::AuditEntry entry;
  entry.time = store::NowMicros();
  entry.agency = caller.agency;
  entry.token_id = caller.token_id;
  entry.peer = caller.peer;
  entry.action = caller.method;
  entry.resource = resource;
  entry.outcome = std::move(outcome);
  entry.detail = detail;
  audit_->Add(std::move(entry));
}

void Authorizer::Did(const Caller& caller, std::string_view resource, std::string_view detail) {
  Note(caller, resource, "OK", detail);
}

absl::Status Authorizer::Refuse(const Caller& caller, std::string_view resource,
                                absl::Status reason) {
  const std::string name = store::ReasonName(store::ReasonOf(reason));
  metrics_->Refused(name);
  Note(caller, resource, name, "");
  return reason;
}

}  // namespace puente::exchange
