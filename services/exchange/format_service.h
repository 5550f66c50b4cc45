// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// FormatService: which formats there are, which one a file has, and conversion.

#ifndef PUENTE_SERVICES_EXCHANGE_FORMAT_SERVICE_H_
#define PUENTE_SERVICES_EXCHANGE_FORMAT_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "puente/exchange/v1/format_service.grpc.pb.h"
#include "services/exchange/environment.h"

namespace puente::exchange {

/// The service. What its methods do is said in the proto.
class FormatService final : public v1::FormatService::CallbackService {
 public:
  explicit FormatService(Environment* env) : env_(env) {}

  grpc::ServerUnaryReactor* ListFormats(grpc::CallbackServerContext* context,
                                        const v1::ListFormatsRequest* request,
                                        v1::ListFormatsResponse* response) override;
  grpc::ServerUnaryReactor* IdentifyFormat(grpc::CallbackServerContext* context,
                                           const v1::IdentifyFormatRequest* request,
                                           v1::IdentifyFormatResponse* response) override;
  grpc::ServerBidiReactor<v1::ConvertRequest, v1::ConvertResponse>* Convert(
      grpc::CallbackServerContext* context) override;

 private:
  Environment* env_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_FORMAT_SERVICE_H_
