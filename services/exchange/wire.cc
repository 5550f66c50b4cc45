// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records of the store as messages, and messages as bytes.

#include "services/exchange/wire.h"

#include <grpcpp/support/slice.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "puente/exchange/v1/record_service.pb.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

void AppendLengthTag(int field, uint64_t size, std::string* out) {
  uint8_t buffer[20];
  uint8_t* end = CodedOutputStream::WriteVarint32ToArray(
      WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), buffer);
  end = CodedOutputStream::WriteVarint64ToArray(size, end);
  out->append(reinterpret_cast<const char*>(buffer), static_cast<size_t>(end - buffer));
}

size_t VarintSize(uint64_t value) { return CodedOutputStream::VarintSize64(value); }

void FreeShared(void* shared) { delete static_cast<std::shared_ptr<const std::string>*>(shared); }

}  // namespace

void FillTime(store::TimeMicros micros, google::protobuf::Timestamp* out) {
  out->set_seconds(micros / 1'000'000);
  out->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
}

void FillRecord(const store::StoredRecord& record, v1::RecordView view, bool with_body,
                v1::StoredRecord* out) {
  out->clear_name();
  store::AppendRecordName(record.dataset, record.key, out->mutable_name());
  out->set_generation(record.generation);
  out->set_revision(record.revision);
  out->set_deleted(record.deleted);
  if (view == v1::RECORD_VIEW_NAME) return;
  out->set_digest(record.digest.data(), record.digest.size());
  FillTime(record.time, out->mutable_update_time());
  out->set_record_bytes(record.size);
  if (view == v1::RECORD_VIEW_FULL && with_body && record.body != nullptr) {
    out->set_record(*record.body);
  }
}

void FillChange(const store::Change& change, v1::RecordView view,
                v1::WatchChangesResponse::Change* out) {
  out->set_kind(static_cast<v1::WatchChangesResponse::Change::Kind>(change.kind));
  FillRecord(change.record, view, change.record.size <= kChunkBytes, out->mutable_record());
  FillTime(change.record.time, out->mutable_commit_time());
  out->set_delete_reason(change.record.delete_reason);
}

void FillAgency(const store::Agency& agency, v1::Agency* out) {
  out->set_name(store::AgencyName(agency.name));
  out->set_title(agency.title);
  out->set_head_revision(agency.head);
  out->set_oldest_revision(agency.compacted);
  FillTime(agency.create_time, out->mutable_create_time());
}

void FillDataset(const store::Dataset& dataset, v1::Dataset* out) {
  out->set_name(store::DatasetName(dataset.key));
  out->set_record_count(dataset.records);
  out->set_record_bytes(dataset.bytes);
  out->set_revision(dataset.revision);
  FillTime(dataset.create_time, out->mutable_create_time());
  FillTime(dataset.update_time, out->mutable_update_time());
}

void FillToken(const store::Token& token, v1::Token* out) {
  out->set_name(store::TokenName(token.agency, token.id));
  if ((token.scopes & store::kScopeRead) != 0) out->add_scopes(v1::SCOPE_READ);
  if ((token.scopes & store::kScopePush) != 0) out->add_scopes(v1::SCOPE_PUSH);
  if ((token.scopes & store::kScopeAdmin) != 0) out->add_scopes(v1::SCOPE_ADMIN);
  FillTime(token.create_time, out->mutable_create_time());
  if (token.expire_time != 0) FillTime(token.expire_time, out->mutable_expire_time());
  if (token.revoke_time != 0) FillTime(token.revoke_time, out->mutable_revoke_time());
}

void FillSummary(const store::PushSummary& summary, bool replayed,
                 v1::PushRecordsResponse::Summary* out) {
  out->set_created(summary.created);
  out->set_updated(summary.updated);
  out->set_unchanged(summary.unchanged);
  out->set_deleted(summary.deleted);
  out->set_rejected(summary.rejected);
  out->set_conflicts(summary.conflicts);
  out->set_revision(summary.revision);
  out->set_replayed(replayed);
}

void AppendRecordField(const store::StoredRecord& record, v1::RecordView view,
                       const std::string_view* body, std::string* out) {
  // One for all records of a thread, whose memory is used again.
  thread_local v1::StoredRecord head;
  head.Clear();
  FillRecord(record, view, false, &head);
  const bool has_body = view == v1::RECORD_VIEW_FULL && body != nullptr;
  const size_t head_size = head.ByteSizeLong();
  // The tag of field 8 takes one byte.
  const size_t body_size = has_body ? 1 + VarintSize(body->size()) + body->size() : 0;
  AppendLengthTag(v1::StreamRecordsResponse::kRecordsFieldNumber, head_size + body_size, out);
  head.AppendToString(out);
  if (has_body) {
    AppendLengthTag(v1::StoredRecord::kRecordFieldNumber, body->size(), out);
    out->append(*body);
  }
}

grpc::ByteBuffer ShareBytes(std::shared_ptr<const std::string> bytes) {
  const std::string& text = *bytes;
  // gRPC never writes to the bytes of a slice that it sends.
  const grpc::Slice slice(const_cast<char*>(text.data()), text.size(), FreeShared,
                          new std::shared_ptr<const std::string>(std::move(bytes)));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace puente::exchange
