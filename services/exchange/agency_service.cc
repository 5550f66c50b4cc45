// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// AgencyService: agencies and their tokens.

#include "services/exchange/agency_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/exchange/call.h"
#include "services/exchange/paging.h"
#include "services/exchange/wire.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"
#include "services/store/token_secret.h"

namespace puente::exchange {
namespace {

constexpr int64_t kMaxLifetimeSeconds = int64_t{10} * 366 * 86'400;

absl::StatusOr<uint32_t> ReadScopes(const v1::CreateTokenRequest& request) {
  if (request.scopes().empty()) return store::kScopeRead | store::kScopePush;
  uint32_t scopes = 0;
  for (const int scope : request.scopes()) {
    switch (scope) {
      case v1::SCOPE_READ:
        scopes |= store::kScopeRead;
        break;
      case v1::SCOPE_PUSH:
        scopes |= store::kScopePush;
        break;
      case v1::SCOPE_ADMIN:
        scopes |= store::kScopeAdmin;
        break;
      default:
        return BadField("scopes", "a scope is READ, PUSH or ADMIN");
    }
  }
  return scopes;
}

}  // namespace

grpc::ServerUnaryReactor* AgencyService::GetAgency(grpc::CallbackServerContext* context,
                                                   const v1::GetAgencyRequest* request,
                                                   v1::GetAgencyResponse* response) {
  return RunUnary(env_, context, "/puente.exchange.v1.AgencyService/GetAgency",
                  [this, request, response](const Caller&) -> absl::Status {
                    auto name = store::ParseAgencyName(request->name());
                    if (!name.ok()) return name.status();
                    auto agency = env_->store->GetAgency(*name);
                    if (!agency.ok()) return agency.status();
                    FillAgency(*agency, response->mutable_agency());
                    return absl::OkStatus();
                  });
}

grpc::ServerUnaryReactor* AgencyService::ListAgencies(grpc::CallbackServerContext* context,
                                                      const v1::ListAgenciesRequest* /*request*/,
                                                      v1::ListAgenciesResponse* response) {
  return RunUnary(env_, context, "/puente.exchange.v1.AgencyService/ListAgencies",
                  [this, response](const Caller&) -> absl::Status {
                    auto agencies = env_->store->ListAgencies();
                    if (!agencies.ok()) return agencies.status();
                    for (const store::Agency& agency : *agencies) {
                      FillAgency(agency, response->add_agencies());
                    }
                    return absl::OkStatus();
                  });
}

grpc::ServerUnaryReactor* AgencyService::CreateToken(grpc::CallbackServerContext* context,
                                                     const v1::CreateTokenRequest* request,
                                                     v1::CreateTokenResponse* response) {
  return RunUnary(env_, context, "/puente.exchange.v1.AgencyService/CreateToken",
                  [this, request, response](const Caller& caller) -> absl::Status {
                    auto agency = store::ParseAgencyName(request->parent());
                    if (!agency.ok()) return agency.status();
                    auto scopes = ReadScopes(*request);
                    if (!scopes.ok()) return scopes.status();
                    store::Token token;
                    token.agency = *agency;
                    token.scopes = *scopes;
                    token.create_time = store::NowMicros();
                    if (request->has_lifetime()) {
                      const int64_t seconds = request->lifetime().seconds();
                      if (seconds <= 0 || seconds > kMaxLifetimeSeconds) {
                        return BadField("lifetime", "a token is valid for a second to ten years");
                      }
                      token.expire_time = token.create_time + seconds * 1'000'000;
                    }
                    auto secret = store::MakeTokenSecret();
                    if (!secret.ok()) return secret.status();
                    token.id = secret->id;
                    const absl::Status added = env_->store->AddToken(token, secret->hash);
                    if (!added.ok()) return added;
                    FillToken(token, response->mutable_token());
                    response->set_secret(secret->secret);
                    env_->authorizer.Did(caller, response->token().name(), "made");
                    return absl::OkStatus();
                  });
}

grpc::ServerUnaryReactor* AgencyService::ListTokens(grpc::CallbackServerContext* context,
                                                    const v1::ListTokensRequest* request,
                                                    v1::ListTokensResponse* response) {
  return RunUnary(env_, context, "/puente.exchange.v1.AgencyService/ListTokens",
                  [this, request, response](const Caller&) -> absl::Status {
                    auto agency = store::ParseAgencyName(request->parent());
                    if (!agency.ok()) return agency.status();
                    auto tokens = env_->store->ListTokens(*agency);
                    if (!tokens.ok()) return tokens.status();
                    for (const store::Token& token : *tokens) {
                      FillToken(token, response->add_tokens());
                    }
                    return absl::OkStatus();
                  });
}

grpc::ServerUnaryReactor* AgencyService::RevokeToken(grpc::CallbackServerContext* context,
                                                     const v1::RevokeTokenRequest* request,
                                                     v1::RevokeTokenResponse* response) {
  return RunUnary(
      env_, context, "/puente.exchange.v1.AgencyService/RevokeToken",
      [this, request, response](const Caller& caller) -> absl::Status {
        auto name = store::ParseTokenName(request->name());
        if (!name.ok()) return name.status();
        const auto& [agency, id] = *name;
        auto tokens = env_->store->ListTokens(agency);
        if (!tokens.ok()) return tokens.status();
        if (std::none_of(tokens->begin(), tokens->end(),
                         [&id = id](const store::Token& token) { return token.id == id; })) {
          return store::ReasonError(v1::REASON_TOKEN_NOT_FOUND, "there is no such token",
                                    {{"name", request->name()}});
        }
        auto token = env_->store->RevokeToken(id, store::NowMicros());
        if (!token.ok()) return token.status();
        env_->authorizer.Forget();
        FillToken(*token, response->mutable_token());
        env_->authorizer.Did(caller, request->name(), "revoked");
        return absl::OkStatus();
      });
}

}  // namespace puente::exchange
