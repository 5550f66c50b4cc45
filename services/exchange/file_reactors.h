// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The streams that carry files: import, export, conversion.

#ifndef PUENTE_SERVICES_EXCHANGE_FILE_REACTORS_H_
#define PUENTE_SERVICES_EXCHANGE_FILE_REACTORS_H_

#include <grpcpp/support/server_callback.h>

#include "puente/exchange/v1/dataset_service.pb.h"
#include "puente/exchange/v1/format_service.pb.h"
#include "services/exchange/environment.h"

namespace puente::exchange {

/// Each answers one call; the reactors delete themselves.
grpc::ServerReadReactor<v1::ImportDatasetRequest>* MakeImportReactor(
    Environment* env, grpc::CallbackServerContext* context, v1::ImportDatasetResponse* response);
grpc::ServerWriteReactor<v1::ExportDatasetResponse>* MakeExportReactor(
    Environment* env, grpc::CallbackServerContext* context,
    const v1::ExportDatasetRequest* request);
grpc::ServerBidiReactor<v1::ConvertRequest, v1::ConvertResponse>* MakeConvertReactor(
    Environment* env, grpc::CallbackServerContext* context);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_FILE_REACTORS_H_
