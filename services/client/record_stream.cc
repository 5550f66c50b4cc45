// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Pulls records as they were at one moment.

#include "services/client/record_stream.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "fmt/format.h"
#include "puente/exchange/v1/record_service.grpc.pb.h"
#include "services/client/channel.h"
#include "services/client/record_identity.h"
#include "services/store/resource_name.h"

namespace puente::client {
namespace {

namespace v1 = puente::exchange::v1;

absl::Status NotWhatItSays(const std::string& name, std::string_view what) {
  ErrorDetail detail;
  detail.code = "PUE-0712";
  detail.message = name.empty() ? std::string(what) : fmt::format("{}: {}", name, what);
  return MakeError(absl::StatusCode::kDataLoss, detail);
}

std::string Parent(const RecordStreamOptions& options) {
  return fmt::format("agencies/{}/datasets/{}", options.agency.empty() ? "-" : options.agency,
                     options.dataset.empty() ? "-" : store::EncodeSegment(options.dataset));
}

}  // namespace

struct RecordStream::Stream {
  explicit Stream(const Channel& channel) : context(channel) {}

  CallContext context;
  std::unique_ptr<v1::RecordService::Stub> stub;
  std::unique_ptr<grpc::ClientReader<v1::StreamRecordsResponse>> reader;
};

RecordStream::RecordStream(Connection* connection, RecordStreamOptions options)
    : connection_(connection),
      options_(std::move(options)),
      backoff_(options_.retry, connection->channel().cancel) {}

RecordStream::~RecordStream() {
  if (stream_ == nullptr) return;
  stream_->context.get()->TryCancel();
  stream_->reader->Finish();
}

void RecordStream::Open() {
  const Channel& channel = connection_->channel();
  stream_ = std::make_unique<Stream>(channel);
  stream_->stub = v1::RecordService::NewStub(channel.channel);
  v1::StreamRecordsRequest request;
  request.set_parent(Parent(options_));
  request.set_filter(options_.filter);
  request.set_view(v1::RECORD_VIEW_FULL);
  request.set_resume_token(resume_token_);
  stream_->reader = stream_->stub->StreamRecords(stream_->context.get(), request);
}

absl::StatusOr<bool> RecordStream::Read(Message* message) {
  const Channel& channel = connection_->channel();
  if (stream_ == nullptr) Open();
  if (stream_->reader->Read(message)) {
    was_open_ = true;
    return true;
  }
  const grpc::Status end = stream_->reader->Finish();
  stream_.reset();
  if (end.ok()) return NotWhatItSays("", "the records ended without being complete");
  const absl::Status status = ToStatus(channel, end);
  if (!IsCut(end) || !was_open_) return status;
  ErrorDetail detail = GetErrorDetail(status);
  if (!backoff_.Wait(detail.message)) {
    if (channel.is_cancelled()) return InterruptedError();
    detail.code = "PUE-0709";
    detail.hint.clear();
    return MakeError(absl::StatusCode::kUnavailable, detail);
  }
  ++cuts_;
  return false;
}

absl::StatusOr<bool> RecordStream::ReadChunks() {
  v1::StoredRecord* record = message_.mutable_records(message_.records_size() - 1);
  const int64_t total = record->record_bytes();
  std::string bytes;
  Message piece;
  while (static_cast<int64_t>(bytes.size()) < total) {
    const absl::StatusOr<bool> more = Read(&piece);
    if (!more.ok() || !*more) return more;
    const v1::RecordChunk& chunk = piece.chunk();
    if (!piece.has_chunk() || chunk.data().empty() || chunk.total_bytes() != total ||
        chunk.offset() != static_cast<int64_t>(bytes.size())) {
      return NotWhatItSays(record->name(), "the pieces of the record do not fit together");
    }
    bytes += chunk.data();
  }
  record->set_record(std::move(bytes));
  message_.set_resume_token(piece.resume_token());
  return true;
}

absl::Status RecordStream::TakeMessage() {
  while (true) {
    message_.Clear();
    at_ = 0;
    absl::StatusOr<bool> whole = Read(&message_);
    if (whole.ok() && *whole && message_.has_chunk()) {
      return NotWhatItSays("", "a piece of a record came without its record");
    }
    const int last = message_.records_size() - 1;
    if (whole.ok() && *whole && last >= 0 && !message_.records(last).has_record()) {
      whole = ReadChunks();
    }
    if (!whole.ok()) return whole.status();
    if (!*whole) continue;
    if (!message_.resume_token().empty()) resume_token_ = message_.resume_token();
    if (message_.complete()) watch_token_ = message_.watch_token();
    backoff_.Progress();
    return absl::OkStatus();
  }
}

absl::StatusOr<bool> RecordStream::Next(std::string* bytes, Digest* digest) {
  while (at_ == message_.records_size()) {
    if (message_.complete()) return false;
    absl::Status status = TakeMessage();
    if (!status.ok()) {
      // Nothing of what is not whole is handed out.
      message_.Clear();
      at_ = 0;
      return status;
    }
  }
  v1::StoredRecord* record = message_.mutable_records(at_++);
  *bytes = std::move(*record->mutable_record());
  const auto name = store::ParseRecordName(record->name());
  if (!name.ok() || record->digest().size() != digest->size()) {
    return NotWhatItSays(record->name(), "the record has no proper name or digest");
  }
  std::copy(record->digest().begin(), record->digest().end(), digest->begin());
  const absl::StatusOr<Digest> computed = RecordDigest(std::string_view(*bytes));
  if (!computed.ok() || *computed != *digest) {
    return NotWhatItSays(
        record->name(),
        fmt::format("the record has not the digest {} that it should have", DigestToHex(*digest)));
  }
  SetAgency(name->first.agency, bytes);
  ++records_;
  bytes_ += static_cast<int64_t>(bytes->size());
  return true;
}

}  // namespace puente::client
