// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// WatchChanges: one watcher.

#ifndef PUENTE_SERVICES_EXCHANGE_WATCH_REACTOR_H_
#define PUENTE_SERVICES_EXCHANGE_WATCH_REACTOR_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "services/exchange/environment.h"

namespace puente::exchange {

/// Answers one call; the reactor deletes itself.
grpc::ServerWriteReactor<grpc::ByteBuffer>* MakeWatchReactor(Environment* env,
                                                             grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer& request);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_WATCH_REACTOR_H_
