// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// PushRecords: one stream of a push.

#ifndef PUENTE_SERVICES_EXCHANGE_PUSH_REACTOR_H_
#define PUENTE_SERVICES_EXCHANGE_PUSH_REACTOR_H_

#include <grpcpp/support/server_callback.h>

#include "puente/exchange/v1/record_service.pb.h"
#include "services/exchange/environment.h"
#include "services/exchange/push_registry.h"

namespace puente::exchange {

/// Answers one call; the reactor deletes itself.
grpc::ServerBidiReactor<v1::PushRecordsRequest, v1::PushRecordsResponse>* MakePushReactor(
    Environment* env, PushRegistry* registry, grpc::CallbackServerContext* context);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_PUSH_REACTOR_H_
