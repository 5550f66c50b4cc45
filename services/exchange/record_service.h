// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// RecordService: reading, streaming, pushing and deleting records.

#ifndef PUENTE_SERVICES_EXCHANGE_RECORD_SERVICE_H_
#define PUENTE_SERVICES_EXCHANGE_RECORD_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <memory>

#include "puente/exchange/v1/record_service.grpc.pb.h"
#include "services/exchange/environment.h"
#include "services/exchange/push_registry.h"

namespace puente::exchange {

/// The service. What its methods do is said in the proto.
class RecordService final : public v1::RecordService::WithRawCallbackMethod_StreamRecords<
                                v1::RecordService::CallbackService> {
 public:
  explicit RecordService(Environment* env) : env_(env) {}

  grpc::ServerUnaryReactor* GetRecord(grpc::CallbackServerContext* context,
                                      const v1::GetRecordRequest* request,
                                      v1::GetRecordResponse* response) override;
  grpc::ServerUnaryReactor* BatchGetRecords(grpc::CallbackServerContext* context,
                                            const v1::BatchGetRecordsRequest* request,
                                            v1::BatchGetRecordsResponse* response) override;
  grpc::ServerUnaryReactor* ListRecords(grpc::CallbackServerContext* context,
                                        const v1::ListRecordsRequest* request,
                                        v1::ListRecordsResponse* response) override;
  grpc::ServerUnaryReactor* ListGenerations(grpc::CallbackServerContext* context,
                                            const v1::ListGenerationsRequest* request,
                                            v1::ListGenerationsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteRecord(grpc::CallbackServerContext* context,
                                         const v1::DeleteRecordRequest* request,
                                         v1::DeleteRecordResponse* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamRecords(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override;
  grpc::ServerBidiReactor<v1::PushRecordsRequest, v1::PushRecordsResponse>* PushRecords(
      grpc::CallbackServerContext* context) override;

 private:
  Environment* env_;
  PushRegistry pushes_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_RECORD_SERVICE_H_
