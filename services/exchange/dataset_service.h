// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// DatasetService: datasets, and files in and out of them.

#ifndef PUENTE_SERVICES_EXCHANGE_DATASET_SERVICE_H_
#define PUENTE_SERVICES_EXCHANGE_DATASET_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "puente/exchange/v1/dataset_service.grpc.pb.h"
#include "services/exchange/environment.h"

namespace puente::exchange {

/// The service. What its methods do is said in the proto.
class DatasetService final : public v1::DatasetService::CallbackService {
 public:
  explicit DatasetService(Environment* env) : env_(env) {}

  grpc::ServerUnaryReactor* GetDataset(grpc::CallbackServerContext* context,
                                       const v1::GetDatasetRequest* request,
                                       v1::GetDatasetResponse* response) override;
  grpc::ServerUnaryReactor* ListDatasets(grpc::CallbackServerContext* context,
                                         const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override;
  grpc::ServerReadReactor<v1::ImportDatasetRequest>* ImportDataset(
      grpc::CallbackServerContext* context, v1::ImportDatasetResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportDatasetResponse>* ExportDataset(
      grpc::CallbackServerContext* context, const v1::ExportDatasetRequest* request) override;

 private:
  Environment* env_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_DATASET_SERVICE_H_
