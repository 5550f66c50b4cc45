// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// AgencyService: agencies and their tokens.

#ifndef PUENTE_SERVICES_EXCHANGE_AGENCY_SERVICE_H_
#define PUENTE_SERVICES_EXCHANGE_AGENCY_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "puente/exchange/v1/agency_service.grpc.pb.h"
#include "services/exchange/environment.h"

namespace puente::exchange {

/// The service. What its methods do is said in the proto.
class AgencyService final : public v1::AgencyService::CallbackService {
 public:
  explicit AgencyService(Environment* env) : env_(env) {}

  grpc::ServerUnaryReactor* GetAgency(grpc::CallbackServerContext* context,
                                      const v1::GetAgencyRequest* request,
                                      v1::GetAgencyResponse* response) override;
  grpc::ServerUnaryReactor* ListAgencies(grpc::CallbackServerContext* context,
                                         const v1::ListAgenciesRequest* request,
                                         v1::ListAgenciesResponse* response) override;
  grpc::ServerUnaryReactor* CreateToken(grpc::CallbackServerContext* context,
                                        const v1::CreateTokenRequest* request,
                                        v1::CreateTokenResponse* response) override;
  grpc::ServerUnaryReactor* ListTokens(grpc::CallbackServerContext* context,
                                       const v1::ListTokensRequest* request,
                                       v1::ListTokensResponse* response) override;
  grpc::ServerUnaryReactor* RevokeToken(grpc::CallbackServerContext* context,
                                        const v1::RevokeTokenRequest* request,
                                        v1::RevokeTokenResponse* response) override;

 private:
  Environment* env_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_AGENCY_SERVICE_H_
