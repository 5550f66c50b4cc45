// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// StreamRecords: stored bytes to the wire, one page read ahead.

#include "services/exchange/stream_reactor.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "puente/exchange/v1/record_service.pb.h"
#include "services/exchange/call.h"
#include "services/exchange/paging.h"
#include "services/exchange/record_filter.h"
#include "services/exchange/wire.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

// What is read from the store at once.
constexpr int64_t kReadBytes = int64_t{512} << 10;
// Records without bytes that are read at once.
constexpr int64_t kReadRecords = 4000;
// The next page is read when no more messages than this wait.
constexpr size_t kLowWater = 4;
// The token of a long stream is looked up again after this many pages at least.
constexpr store::TimeMicros kRecheck = 60'000'000;

class StreamReactor final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  StreamReactor(Environment* env, grpc::CallbackServerContext* context,
                const grpc::ByteBuffer& request)
      : env_(env), call_(env, context, "/puente.exchange.v1.RecordService/StreamRecords") {
    grpc::ByteBuffer bytes = request;
    const grpc::Status parsed =
        grpc::GenericDeserialize<grpc::ProtoBufferReader, v1::StreamRecordsRequest>(&bytes,
                                                                                    &request_);
    if (!parsed.ok()) status_ = BadField("request", "the request is no StreamRecordsRequest");
    env_->metrics.StreamsOpen("stream", 1);
    if (env_->streams.fetch_add(1) >= env_->limits.streams) {
      finished_ = true;
      Finish(call_.End(TooMany("streams", env_->limits.streams)));
      return;
    }
    loading_ = true;
    env_->workers.Run([this] { Begin(); });
  }

  ~StreamReactor() override {
    env_->metrics.StreamsOpen("stream", -1);
    --env_->streams;
  }

  void OnWriteDone(bool ok) override {
    std::unique_lock lock(mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
    Pump(std::move(lock));
  }
  void OnCancel() override {
    std::unique_lock lock(mutex_);
    cancelled_ = true;
    Pump(std::move(lock));
  }
  void OnDone() override { delete this; }

 private:
  // Finds out what is asked for, then reads the first page. On a worker.
  void Begin() {
    absl::Status status = status_;
    if (status.ok()) status = call_.Admit();
    if (status.ok()) status = Prepare();
    if (!status.ok()) {
      std::unique_lock lock(mutex_);
      loading_ = false;
      status_ = std::move(status);
      complete_ = true;
      Pump(std::move(lock));
      return;
    }
    checked_ = store::NowMicros();
    Load();
  }

  absl::Status Prepare() {
    auto selector = store::ParseSelector(request_.parent());
    if (!selector.ok()) return selector.status();
    const absl::Status may = env_->authorizer.MayRead(call_.caller(), *selector);
    if (!may.ok()) return may;
    auto filter = RecordFilter::Compile(request_.filter());
    if (!filter.ok()) return filter.status();
    filter_ = *std::move(filter);
    view_ = request_.view() == v1::RECORD_VIEW_UNSPECIFIED ? v1::RECORD_VIEW_FULL : request_.view();
    key_ = RequestKey({request_.parent(), request_.filter()});
    scan_.selector = *std::move(selector);
    scan_.with_body = view_ == v1::RECORD_VIEW_FULL || !filter_.empty();
    scan_.max_bytes = kReadBytes;
    scan_.max_records = kReadRecords;
    if (request_.resume_token().empty()) {
      auto now = RevisionsNow(env_, scan_.selector);
      if (!now.ok()) return now.status();
      scan_.as_of = *std::move(now);
      return absl::OkStatus();
    }
    auto token = env_->sealer.Open(TokenKind::kStream, key_, request_.resume_token());
    if (!token.ok()) return token.status();
    scan_.as_of = std::move(token->revisions);
    scan_.after = std::move(token->cursor);
    return absl::OkStatus();
  }

  // Reads a page and makes messages of it. On a worker; loading_ is set.
  void Load() {
    absl::Status status;
    std::deque<std::shared_ptr<const std::string>> messages;
    bool complete = false;
    if (store::NowMicros() - checked_ > kRecheck) {
      checked_ = store::NowMicros();
      status = env_->authorizer.StillHolds(call_.caller());
    }
    if (status.ok()) {
      auto page = env_->store->Scan(scan_);
      status = page.status();
      if (page.ok()) {
        MakeMessages(*page, &messages);
        scan_.after = page->next;
        complete = page->complete;
        if (complete) messages.push_back(LastMessage());
      }
    }
    std::unique_lock lock(mutex_);
    loading_ = false;
    for (auto& message : messages) messages_.push_back(std::move(message));
    if (!status.ok()) {
      status_ = std::move(status);
      complete = true;
    }
    complete_ = complete;
    Pump(std::move(lock));
  }

  void MakeMessages(const store::ScanPage& page,
                    std::deque<std::shared_ptr<const std::string>>* messages) {
    std::string message;
    store::ScanCursor last;
    int64_t records = 0;
    int64_t bytes = 0;
    const auto finish = [&] {
      if (message.empty()) return;
      AppendToken(last, &message);
      messages->push_back(std::make_shared<const std::string>(std::move(message)));
      message = std::string();
    };
    for (const store::StoredRecord& record : page.records) {
      if (!filter_.empty() && (record.body == nullptr || !filter_.Matches(*record.body))) continue;
      const bool in_chunks = view_ == v1::RECORD_VIEW_FULL && record.size > kChunkBytes;
      const int64_t size = view_ == v1::RECORD_VIEW_FULL && !in_chunks ? record.size : 0;
      if (!message.empty() &&
          (in_chunks || static_cast<int64_t>(message.size()) + size > kMessageBytes)) {
        finish();
      }
      if (message.empty()) message.reserve(static_cast<size_t>(kMessageBytes + size + 1024));
      AppendRecordField(record, view_, !in_chunks, &message);
      last = {record.dataset, record.position};
      ++records;
      bytes += view_ == v1::RECORD_VIEW_FULL ? record.size : 0;
      if (in_chunks) {
        messages->push_back(std::make_shared<const std::string>(std::move(message)));
        message = std::string();
        AddChunks(record, messages);
      }
    }
    finish();
    env_->metrics.RecordsSent("StreamRecords", records, bytes);
  }

  void AddChunks(const store::StoredRecord& record,
                 std::deque<std::shared_ptr<const std::string>>* messages) {
    const std::string& body = *record.body;
    const auto step = static_cast<size_t>(kChunkBytes);
    for (size_t at = 0; at < body.size(); at += step) {
      v1::StreamRecordsResponse response;
      auto* chunk = response.mutable_chunk();
      chunk->set_offset(static_cast<int64_t>(at));
      chunk->set_data(body.substr(at, step));
      chunk->set_total_bytes(static_cast<int64_t>(body.size()));
      if (at + step >= body.size()) {
        response.set_resume_token(Token({record.dataset, record.position}));
      }
      messages->push_back(std::make_shared<const std::string>(response.SerializeAsString()));
    }
  }

  std::shared_ptr<const std::string> LastMessage() {
    v1::StreamRecordsResponse response;
    response.set_complete(true);
    response.set_watch_token(env_->sealer.Seal(TokenKind::kWatch, "", {scan_.as_of, {}}));
    return std::make_shared<const std::string>(response.SerializeAsString());
  }

  std::string Token(const store::ScanCursor& cursor) const {
    return env_->sealer.Seal(TokenKind::kStream, key_, {scan_.as_of, cursor});
  }

  void AppendToken(const store::ScanCursor& cursor, std::string* message) const {
    v1::StreamRecordsResponse response;
    response.set_resume_token(Token(cursor));
    response.AppendToString(message);
  }

  // Starts what can be started, or ends the call. Nothing is touched after the end: the reactor may
  // be gone by then.
  void Pump(std::unique_lock<std::mutex> lock) {
    if (finished_) return;
    if (!cancelled_ && !writing_ && !messages_.empty()) {
      writing_ = true;
      buffer_ = ShareBytes(std::move(messages_.front()));
      messages_.pop_front();
      StartWrite(&buffer_);
    }
    if (!cancelled_ && !loading_ && !complete_ && messages_.size() <= kLowWater) {
      loading_ = true;
      env_->workers.Run([this] { Load(); });
    }
    if (writing_ || loading_ || (!cancelled_ && !(complete_ && messages_.empty()))) return;
    finished_ = true;
    lock.unlock();
    Finish(call_.End(cancelled_ ? absl::CancelledError("the caller ended the stream") : status_));
  }

  Environment* env_;
  Call call_;
  v1::StreamRecordsRequest request_;
  RecordFilter filter_;
  v1::RecordView view_ = v1::RECORD_VIEW_FULL;
  std::string key_;
  store::ScanRequest scan_;
  store::TimeMicros checked_ = 0;

  std::mutex mutex_;
  std::deque<std::shared_ptr<const std::string>> messages_;
  grpc::ByteBuffer buffer_;
  absl::Status status_;
  bool loading_ = false;
  bool writing_ = false;
  bool complete_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* MakeStreamReactor(Environment* env,
                                                              grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer& request) {
  return new StreamReactor(env, context, request);
}

}  // namespace puente::exchange
