// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records of the store as messages, and messages as bytes without copying records twice.

#ifndef PUENTE_SERVICES_EXCHANGE_WIRE_H_
#define PUENTE_SERVICES_EXCHANGE_WIRE_H_

#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>
#include <string_view>

#include "google/protobuf/timestamp.pb.h"
#include "puente/exchange/v1/agency_service.pb.h"
#include "puente/exchange/v1/change_service.pb.h"
#include "puente/exchange/v1/record_service.pb.h"
#include "puente/exchange/v1/resources.pb.h"
#include "services/store/store.h"

namespace puente::exchange {

/// Records over this size travel in chunks of it.
inline constexpr int64_t kChunkBytes = int64_t{1} << 20;
/// What a page or a batch of unary methods holds at most, and a record that they tell in full.
inline constexpr int64_t kPageBytes = int64_t{2} << 20;
/// About how much of records one message of a stream holds.
inline constexpr int64_t kMessageBytes = int64_t{64} << 10;

void FillTime(store::TimeMicros micros, google::protobuf::Timestamp* out);

/// A record as far as the view tells it. `with_body`: put the bytes in, too (view FULL only).
void FillRecord(const store::StoredRecord& record, v1::RecordView view, bool with_body,
                v1::StoredRecord* out);
void FillChange(const store::Change& change, v1::RecordView view,
                v1::WatchChangesResponse::Change* out);
void FillAgency(const store::Agency& agency, v1::Agency* out);
void FillDataset(const store::Dataset& dataset, v1::Dataset* out);
/// `replayed`: the push had ended before.
void FillSummary(const store::PushSummary& summary, bool replayed,
                 v1::PushRecordsResponse::Summary* out);
void FillToken(const store::Token& token, v1::Token* out);

/// Appends `records` (field 1 of the messages of streams) with one record in it, whose bytes are
/// `body`: view FULL only, null leaves them out.
void AppendRecordField(const store::StoredRecord& record, v1::RecordView view,
                       const std::string_view* body, std::string* out);

/// Bytes as one message of gRPC, without copying them; several buffers may share them.
grpc::ByteBuffer ShareBytes(std::shared_ptr<const std::string> bytes);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_WIRE_H_
