// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// StreamRecords: stored bytes to the wire, one page read ahead.

#include "services/exchange/stream_reactor.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "puente/exchange/v1/record_service.pb.h"
#include "services/exchange/call.h"
#include "services/exchange/message_pool.h"
#include "services/exchange/paging.h"
#include "services/exchange/record_filter.h"
#include "services/exchange/wire.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

// What is read from the store at once: little at first, and twice as much each time that the client
// took a page sooner than in kSoon. A slow client holds little memory; a fast one need not wait for
// one page after the other.
constexpr int64_t kLeastRead = int64_t{256} << 10;
constexpr int64_t kMostRead = int64_t{2} << 20;
constexpr store::TimeMicros kSoon = 50'000;
// Records without bytes that are read at once.
constexpr int64_t kReadRecords = 4000;
// Room in a message for a token and for what is known of a record beside its bytes.
constexpr int64_t kMessageMargin = int64_t{8} << 10;
// Buffers that are kept for the next messages: those of the largest page, and of what waits while
// it is read.
constexpr size_t kKeptBuffers = static_cast<size_t>(kMostRead / kMessageBytes) * 3 / 2;
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
    read_ = checked_;
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
    scan_.max_bytes = kLeastRead;
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
    std::deque<std::string> messages;
    bool complete = false;
    const store::TimeMicros now = store::NowMicros();
    scan_.max_bytes = now - read_ < kSoon ? std::min(2 * scan_.max_bytes, kMostRead) : kLeastRead;
    read_ = now;
    if (now - checked_ > kRecheck) {
      checked_ = now;
      status = env_->authorizer.StillHolds(call_.caller());
    }
    if (status.ok()) {
      auto end = MakeMessages(&messages);
      status = end.status();
      if (end.ok()) {
        scan_.after = std::move(end->next);
        complete = end->complete;
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
    // The next page is read when half of this one is gone.
    low_water_ = static_cast<size_t>(scan_.max_bytes / kMessageBytes) / 2;
    Pump(std::move(lock));
  }

  // Reads a page into messages. After an error there are none.
  absl::StatusOr<store::ScanEnd> MakeMessages(std::deque<std::string>* messages) {
    std::string message;
    store::ScanCursor last;
    int64_t records = 0;
    int64_t bytes = 0;
    const auto finish = [&] {
      if (message.empty()) return;
      AppendToken(last, &message);
      messages->push_back(std::move(message));
      message = std::string();
    };
    const auto add = [&](const store::StoredRecord& record, std::string_view body) {
      if (!filter_.empty() && !filter_.Matches(body)) return;
      const bool is_full = view_ == v1::RECORD_VIEW_FULL;
      const bool in_chunks = is_full && record.size > kChunkBytes;
      const int64_t size = is_full && !in_chunks ? record.size : 0;
      if (in_chunks || static_cast<int64_t>(message.size()) + size > kMessageBytes) finish();
      if (message.empty()) {
        message = pool_.Take();
        message.reserve(static_cast<size_t>(std::max(kMessageBytes, size) + kMessageMargin));
      }
      AppendRecordField(record, view_, in_chunks ? nullptr : &body, &message);
      if (last.dataset != record.dataset) last.dataset = record.dataset;
      last.position = record.position;
      ++records;
      bytes += is_full ? record.size : 0;
      if (in_chunks) {
        messages->push_back(std::move(message));
        message = std::string();
        AddChunks(record, body, messages);
      }
    };
    auto end = env_->store->VisitRecords(scan_, add);
    if (!end.ok()) {
      messages->clear();
      return end;
    }
    finish();
    env_->metrics.RecordsSent("StreamRecords", records, bytes);
    return end;
  }

  void AddChunks(const store::StoredRecord& record, std::string_view body,
                 std::deque<std::string>* messages) const {
    const auto step = static_cast<size_t>(kChunkBytes);
    for (size_t at = 0; at < body.size(); at += step) {
      v1::StreamRecordsResponse response;
      auto* chunk = response.mutable_chunk();
      chunk->set_offset(static_cast<int64_t>(at));
      chunk->set_data(std::string(body.substr(at, step)));
      chunk->set_total_bytes(static_cast<int64_t>(body.size()));
      if (at + step >= body.size()) {
        response.set_resume_token(Token({record.dataset, record.position}));
      }
      messages->push_back(response.SerializeAsString());
    }
  }

  std::string LastMessage() const {
    v1::StreamRecordsResponse response;
    response.set_complete(true);
    response.set_watch_token(env_->sealer.Seal(TokenKind::kWatch, "", {scan_.as_of, {}}));
    return response.SerializeAsString();
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
    const bool write = !cancelled_ && !writing_ && !messages_.empty();
    if (write) {
      writing_ = true;
      buffer_ = pool_.Lend(std::move(messages_.front()));
      messages_.pop_front();
    }
    const bool load = !cancelled_ && !loading_ && !complete_ && messages_.size() <= low_water_;
    if (load) loading_ = true;
    if (write || load) {
      // The end of one may come at once, on another thread; then the other holds the reactor.
      lock.unlock();
      if (load) env_->workers.Run([this] { Load(); });
      if (write) StartWrite(&buffer_);
      return;
    }
    if (writing_ || loading_ || (!cancelled_ && !(complete_ && messages_.empty()))) return;
    finished_ = true;
    const absl::Status status =
        cancelled_ ? absl::CancelledError("the caller ended the stream") : status_;
    lock.unlock();
    Finish(call_.End(status));
  }

  Environment* env_;
  Call call_;
  v1::StreamRecordsRequest request_;
  RecordFilter filter_;
  v1::RecordView view_ = v1::RECORD_VIEW_FULL;
  std::string key_;
  MessagePool pool_{kKeptBuffers, static_cast<size_t>(2 * kMessageBytes)};
  store::ScanRequest scan_;
  store::TimeMicros checked_ = 0;
  store::TimeMicros read_ = 0;

  std::mutex mutex_;
  std::deque<std::string> messages_;
  size_t low_water_ = 0;
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
