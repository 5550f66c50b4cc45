// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// One stream of a push, from `open` to its end.

#include "services/client/push_stream.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/status.h"
#include "services/store/resource_name.h"

namespace puente::client {
namespace {

namespace v1 = puente::exchange::v1;

// Records and bytes of one message of offers; messages that are not answered.
constexpr int kMaxOffers = 2000;
constexpr int64_t kOfferBytes = int64_t{128} << 10;
constexpr size_t kMaxAsked = 3;
// No more is offered while so many records must be sent.
constexpr size_t kMaxNeeded = 4000;
// About so much of records goes into a message; those over kChunkBytes go in pieces.
constexpr int64_t kWriteBytes = int64_t{256} << 10;
constexpr uint64_t kChunkBytes = uint64_t{1} << 20;
constexpr size_t kMaxRefusalsHeld = 10'000;
constexpr std::chrono::milliseconds kReportEvery(100);

absl::Status BrokenRules(std::string_view what) {
  ErrorDetail detail;
  detail.code = "PUE-0712";
  detail.message = std::string("the exchange broke the rules of a push: ") + std::string(what);
  return MakeError(absl::StatusCode::kInternal, detail);
}

}  // namespace

PushStream::PushStream(Channel* channel, PushSource* source, const PushOptions* options,
                       PushResult* result)
    : channel_(channel),
      source_(source),
      options_(options),
      result_(result),
      context_(*channel),
      stub_(v1::RecordService::NewStub(channel->channel)),
      decided_(result->progress.decided) {}

PushStream::~PushStream() {
  if (reader_.joinable()) reader_.join();
}

absl::Status PushStream::Run() {
  stream_ = stub_->PushRecords(context_.get());
  reader_ = std::thread([this] { ReadAll(); });
  absl::Status status = SendAll();
  if (!status.ok()) context_.get()->TryCancel();
  // Nothing follows; the server ends the stream with the summary or a reason.
  stream_->WritesDone();
  {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      news_.wait_for(lock, kReportEvery);
      Report(lock);
    }
    Report(lock);
  }
  reader_.join();
  status_ = stream_->Finish();
  if (!status.ok()) return status;
  if (!fault_.ok()) return fault_;
  if (!status_.ok()) return absl::OkStatus();
  if (!summary_.has_value()) return BrokenRules("it ended without a summary");
  result_->summary = *summary_;
  return absl::OkStatus();
}

void PushStream::ReadAll() {
  Response response;
  while (stream_->Read(&response)) {
    const std::lock_guard lock(mutex_);
    Take(response);
    if (!fault_.ok()) context_.get()->TryCancel();
    news_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  news_.notify_all();
}

// Under the mutex.
void PushStream::Take(const Response& response) {
  switch (response.event_case()) {
    case Response::kOpened:
      opened_ = response.opened();
      all_credit_ = response.opened().credit_bytes();
      credit_ += all_credit_;
      decided_ = response.opened().through_seq();
      break;
    case Response::kNeed: {
      if (asked_.empty()) {
        fault_ = BrokenRules("it needs what was not offered");
        return;
      }
      const std::vector<Pending>& batch = asked_.front();
      auto at = batch.begin();
      for (const int64_t number : response.need().seqs()) {
        while (at != batch.end() && at->number < number) ++at;
        if (at == batch.end() || at->number != number) {
          fault_ = BrokenRules("it needs what was not offered");
          return;
        }
        needed_.push_back(*at);
      }
      asked_.pop_front();
      break;
    }
    case Response::kVerdicts:
      credit_ += response.verdicts().credit_bytes();
      decided_ = std::max(decided_, response.verdicts().through_seq());
      for (const auto& verdict : response.verdicts().verdicts()) {
        const bool is_conflict = verdict.outcome() == Response::OUTCOME_CONFLICT;
        if (!is_conflict && verdict.outcome() != Response::OUTCOME_REJECTED) continue;
        if (refusals_.size() >= kMaxRefusalsHeld) continue;
        PushRefusal& refusal = refusals_.emplace_back();
        refusal.number = verdict.seq();
        refusal.is_conflict = is_conflict;
        refusal.why = FromRpcStatus(verdict.status().code(), verdict.status().message(),
                                    verdict.status().SerializeAsString());
      }
      break;
    case Response::kSummary:
      summary_ = response.summary();
      break;
    case Response::EVENT_NOT_SET:
      break;
  }
}

// Under the mutex, which is let go for the functions of the caller.
void PushStream::Report(std::unique_lock<std::mutex>& lock) {
  result_->progress.decided = decided_;
  std::vector<PushRefusal> refusals;
  refusals.swap(refusals_);
  lock.unlock();
  for (const PushRefusal& refusal : refusals) {
    if (options_->on_refusal) options_->on_refusal(refusal);
  }
  if (options_->on_progress) options_->on_progress(result_->progress);
  lock.lock();
}

bool PushStream::WaitForWork(std::unique_lock<std::mutex>& lock) {
  while (!ended_ && !broken_ && fault_.ok() && !summary_.has_value()) {
    const bool all_offered = offered_ >= source_->records();
    if (!needed_.empty()) return true;
    if (!all_offered && asked_.size() < kMaxAsked) return true;
    if (all_offered && asked_.empty()) return true;
    news_.wait_for(lock, kReportEvery);
    Report(lock);
  }
  return false;
}

absl::Status PushStream::SendAll() {
  if (!SendOpen()) return absl::OkStatus();
  {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [this] { return ended_ || opened_.has_value() || !fault_.ok(); });
    if (!opened_.has_value()) return absl::OkStatus();
    opened_seen_ = true;
    through_at_open_ = offered_ = opened_->through_seq();
  }
  if (offered_ > source_->records()) {
    ErrorDetail detail;
    detail.code = "PUE-0705";
    detail.message = "the push with this request id has more records than there are here";
    detail.hint = "give another --request-id";
    return MakeError(absl::StatusCode::kFailedPrecondition, detail);
  }
  absl::Status status = source_->Seek(offered_ + 1);
  while (status.ok()) {
    bool send_needed = false;
    bool offer = false;
    {
      std::unique_lock lock(mutex_);
      if (!WaitForWork(lock)) return absl::OkStatus();
      const bool more = offered_ < source_->records();
      // Offers go ahead of records, so that answers are there when records were sent.
      offer = more && asked_.size() < kMaxAsked && needed_.size() < kMaxNeeded;
      send_needed = !offer && !needed_.empty();
    }
    if (offer) {
      status = SendOffers();
    } else if (send_needed) {
      status = SendNeeded();
    } else {
      request_.Clear();
      request_.mutable_commit();
      Send(request_);
      break;
    }
  }
  return status;
}

bool PushStream::SendOpen() {
  Request::Open* open = request_.mutable_open();
  open->set_parent(store::DatasetName({options_->agency, options_->dataset}));
  open->set_request_id(result_->request_id);
  open->set_mode(options_->mode);
  open->set_allow_mass_removal(options_->allow_mass_removal);
  return stream_->Write(request_);
}

bool PushStream::Send(const Request& request) {
  const auto size = static_cast<int64_t>(request.ByteSizeLong());
  {
    std::unique_lock lock(mutex_);
    // What is larger than all credit there is goes alone.
    while (credit_ < size && credit_ < all_credit_) {
      if (ended_ || !fault_.ok()) return false;
      news_.wait_for(lock, kReportEvery);
      Report(lock);
    }
    if (ended_ || !fault_.ok()) return false;
    credit_ -= size;
  }
  if (stream_->Write(request)) return true;
  const std::lock_guard lock(mutex_);
  broken_ = true;
  return false;
}

absl::Status PushStream::SendOffers() {
  request_.Clear();
  auto* offers = request_.mutable_offers();
  std::vector<Pending> batch;
  int64_t size = 0;
  RecordHead head;
  const int64_t most = std::min(kOfferBytes, std::max<int64_t>(all_credit_ / 4, 1));
  while (offers->offers_size() < kMaxOffers && size < most) {
    const absl::StatusOr<bool> more = source_->Next(&head);
    if (!more.ok()) return more.status();
    if (!*more) break;
    auto* offer = offers->add_offers();
    offer->set_seq(++offered_);
    offer->set_id(head.header ? std::string() : head.id);
    offer->set_ordinal(head.ordinal);
    offer->set_header(head.header);
    offer->set_digest(head.digest.data(), head.digest.size());
    batch.push_back({offered_, head.where, head.size});
    size += static_cast<int64_t>(head.id.size()) + 48;
  }
  if (batch.empty()) return absl::InternalError("a source of records ended early");
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(batch));
  }
  Send(request_);
  return absl::OkStatus();
}

absl::Status PushStream::SendNeeded() {
  request_.Clear();
  auto* writes = request_.mutable_writes();
  int64_t size = 0;
  int64_t records = 0;
  const int64_t most = std::min(kWriteBytes, std::max<int64_t>(all_credit_ / 4, 1));
  while (writes->writes_size() < kMaxOffers) {
    Pending next;
    {
      const std::lock_guard lock(mutex_);
      if (needed_.empty()) break;
      next = needed_.front();
      const bool is_large = next.size > kChunkBytes;
      if (records > 0 && (is_large || size + static_cast<int64_t>(next.size) > most)) break;
      needed_.pop_front();
    }
    if (next.size > kChunkBytes) return SendChunks(next);
    auto* write = writes->add_writes();
    write->set_seq(next.number);
    absl::Status status = source_->Read(next.where, next.size, write->mutable_record());
    if (!status.ok()) return status;
    size += static_cast<int64_t>(next.size);
    ++records;
  }
  if (records > 0 && Send(request_)) {
    result_->progress.sent += records;
    result_->progress.sent_bytes += size;
  }
  return absl::OkStatus();
}

absl::Status PushStream::SendChunks(const Pending& record) {
  for (uint64_t at = 0; at < record.size; at += kChunkBytes) {
    const uint64_t size = std::min(kChunkBytes, record.size - at);
    request_.Clear();
    auto* write = request_.mutable_writes()->add_writes();
    write->set_seq(record.number);
    auto* chunk = write->mutable_chunk();
    chunk->set_offset(static_cast<int64_t>(at));
    chunk->set_total_bytes(static_cast<int64_t>(record.size));
    absl::Status status = source_->Read(record.where + at, size, chunk->mutable_data());
    if (!status.ok()) return status;
    if (!Send(request_)) return absl::OkStatus();
    result_->progress.sent_bytes += static_cast<int64_t>(size);
  }
  ++result_->progress.sent;
  return absl::OkStatus();
}

}  // namespace puente::client
