// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// ChangeService: the feed of changes.

#ifndef PUENTE_SERVICES_EXCHANGE_CHANGE_SERVICE_H_
#define PUENTE_SERVICES_EXCHANGE_CHANGE_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "puente/exchange/v1/change_service.grpc.pb.h"
#include "services/exchange/environment.h"

namespace puente::exchange {

/// The service. What its methods do is said in the proto.
class ChangeService final : public v1::ChangeService::WithRawCallbackMethod_WatchChanges<
                                v1::ChangeService::CallbackService> {
 public:
  explicit ChangeService(Environment* env) : env_(env) {}

  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchChanges(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* GetHead(grpc::CallbackServerContext* context,
                                    const v1::GetHeadRequest* request,
                                    v1::GetHeadResponse* response) override;

 private:
  Environment* env_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_CHANGE_SERVICE_H_
