// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// WatchChanges: one watcher. It holds one message at a time: what it has not been sent yet it finds
// in the hub, and when it is no more there, in the log of the store.

#include "services/exchange/watch_reactor.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "puente/exchange/v1/change_service.pb.h"
#include "services/exchange/call.h"
#include "services/exchange/change_hub.h"
#include "services/exchange/paging.h"
#include "services/exchange/record_filter.h"
#include "services/exchange/wire.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

constexpr int64_t kReadChanges = 256;
constexpr int64_t kReadBytes = int64_t{256} << 10;
constexpr store::TimeMicros kSecond = 1'000'000;
constexpr store::TimeMicros kRecheck = 60 * kSecond;
constexpr store::TimeMicros kProgress = 30 * kSecond;

using Bytes = std::shared_ptr<const std::string>;

class WatchReactor final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  WatchReactor(Environment* env, grpc::CallbackServerContext* context,
               const grpc::ByteBuffer& request)
      : env_(env), call_(env, context, "/puente.exchange.v1.ChangeService/WatchChanges") {
    grpc::ByteBuffer bytes = request;
    parsed_ = grpc::GenericDeserialize<grpc::ProtoBufferReader, v1::WatchChangesRequest>(&bytes,
                                                                                         &request_)
                  .ok();
    env_->metrics.StreamsOpen("watch", 1);
    // Counted before anything else is done, so that a flood of calls is ended as fast as it comes.
    counted_ = true;
    if (env_->watches.fetch_add(1) >= env_->limits.watches) {
      finished_ = true;
      Finish(call_.End(TooMany("watches", env_->limits.watches)));
      return;
    }
    const std::lock_guard lock(mutex_);
    Schedule();
  }

  ~WatchReactor() override {
    env_->metrics.StreamsOpen("watch", -1);
    if (counted_) --env_->watches;
  }

  void OnWriteDone(bool ok) override {
    std::unique_lock lock(mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
    if (!cancelled_ && !ended_) Schedule();
    Pump(std::move(lock));
  }
  void OnCancel() override {
    std::unique_lock lock(mutex_);
    cancelled_ = true;
    Pump(std::move(lock));
  }
  void OnDone() override { delete this; }

 private:
  // --- told by the hub

  void OnNews() {
    const std::lock_guard lock(mutex_);
    if (!writing_ && at_tail_ && !finished_) Schedule();
  }

  int64_t OnTick() {
    const int64_t total = env_->hub->total();
    const std::lock_guard lock(mutex_);
    if (finished_) return 0;
    const store::TimeMicros now = store::NowMicros();
    if (!writing_ && at_tail_ && (now - last_sent_ >= progress_ || now - checked_ >= kRecheck)) {
      Schedule();
    }
    return total - seen_total_;
  }

  void OnDrain() {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    EndWith(store::ReasonError(v1::REASON_SHUTTING_DOWN, "the server is going down"));
    Schedule();
  }

  // --- the strand: one piece of work at a time, on a worker

  // Under the mutex.
  void Schedule() {
    if (on_strand_ || finished_) return;
    on_strand_ = true;
    env_->workers.Run([this] { Strand(); });
  }

  void Strand() {
    Bytes message;
    absl::Status status;
    if (!begun_) {
      begun_ = true;
      status = Begin();
    }
    if (status.ok() && store::NowMicros() - checked_ > kRecheck) {
      checked_ = store::NowMicros();
      status = env_->authorizer.StillHolds(call_.caller());
    }
    if (status.ok() && !Stopped()) {
      absl::StatusOr<Bytes> next = Next();
      status = next.status();
      if (next.ok()) message = *std::move(next);
    }
    std::unique_lock lock(mutex_);
    on_strand_ = false;
    if (!status.ok()) EndWith(std::move(status));
    if (message != nullptr && !ended_ && !cancelled_) {
      writing_ = true;
      last_sent_ = store::NowMicros();
      buffer_ = ShareBytes(std::move(message));
      StartWrite(&buffer_);
    } else if (!ended_ && !cancelled_) {
      at_tail_ = true;
      // News may have come between the look at the hub and now.
      std::shared_ptr<const ChangePart> part;
      if (env_->hub->Get(number_, &part) != ChangeHub::Found::kNotYet) Schedule();
    }
    Pump(std::move(lock));
  }

  bool Stopped() {
    const std::lock_guard lock(mutex_);
    return ended_ || cancelled_;
  }

  absl::Status Begin() {
    checked_ = store::NowMicros();
    absl::Status status = call_.Admit();
    if (!status.ok()) return status;
    if (!parsed_) return BadField("request", "the request is no WatchChangesRequest");
    auto selector = store::ParseSelector(request_.parent());
    if (!selector.ok()) return selector.status();
    selector_ = *std::move(selector);
    status = env_->authorizer.MayRead(call_.caller(), selector_);
    if (!status.ok()) return status;
    if (!selector_.agency.empty()) {
      auto agency = env_->store->GetAgency(selector_.agency);
      if (!agency.ok()) return agency.status();
    }
    auto filter = RecordFilter::Compile(request_.filter());
    if (!filter.ok()) return filter.status();
    filter_ = *std::move(filter);
    view_ =
        request_.view() == v1::RECORD_VIEW_UNSPECIFIED ? v1::RECORD_VIEW_DIGEST : request_.view();
    if (request_.has_progress_interval()) {
      const auto& interval = request_.progress_interval();
      if (interval.seconds() < 1 || interval.seconds() > 86'400) {
        return BadField("progress_interval", "progress is told every second at most");
      }
      progress_ = interval.seconds() * kSecond + interval.nanos() / 1000;
    }
    status = FindStart();
    if (!status.ok()) return status;
    watcher_ = std::make_shared<ChangeHub::Watcher>(
        [this] { OnNews(); }, [this] { return OnTick(); }, [this] { OnDrain(); });
    env_->hub->Add(watcher_);
    return absl::OkStatus();
  }

  absl::Status FindStart() {
    const ChangeHub::Position now = env_->hub->Now();
    if (!request_.resume_token().empty()) {
      if (request_.start() != v1::WatchChangesRequest::START_UNSPECIFIED) {
        return BadField("start", "a watch begins at a token or at a start, not at both");
      }
      auto token = env_->sealer.Open(TokenKind::kWatch, "", request_.resume_token());
      if (!token.ok()) return token.status();
      seen_ = std::move(token->revisions);
      for (const auto& [agency, revision] : seen_) {
        const auto found = now.revisions.find(agency);
        if (found == now.revisions.end() || found->second < revision) {
          return store::ReasonError(v1::REASON_RESUME_TOKEN_INVALID,
                                    "the token is newer than the store, which was set back",
                                    {{"agency", agency}});
        }
      }
      return absl::OkStatus();
    }
    if (request_.start() == v1::WatchChangesRequest::START_BEGINNING) {
      auto agencies = env_->store->ListAgencies();
      if (!agencies.ok()) return agencies.status();
      for (const store::Agency& agency : *agencies) seen_[agency.name] = agency.compacted;
      return absl::OkStatus();
    }
    seen_ = now.revisions;
    number_ = now.next;
    SetSeen(now.total);
    return absl::OkStatus();
  }

  bool Takes(const store::DatasetKey& dataset) const {
    return (selector_.agency.empty() || selector_.agency == dataset.agency) &&
           (selector_.dataset.empty() || selector_.dataset == dataset.dataset);
  }

  bool Passes(const store::Change& change) const {
    if (!Takes(change.record.dataset)) return false;
    if (filter_.empty() || change.kind == store::ChangeKind::kDeleted) return true;
    // The hub keeps no large bodies.
    if (change.record.body != nullptr) return filter_.Matches(*change.record.body);
    auto record = env_->store->GetRecord(change.record.dataset, change.record.key,
                                         change.record.generation, true);
    return record.ok() && record->body != nullptr && filter_.Matches(*record->body);
  }

  // The next message; null when there is none now.
  absl::StatusOr<Bytes> Next() {
    while (!Stopped()) {
      if (number_ < 0) {
        absl::StatusOr<Bytes> message = CatchUp();
        if (!message.ok() || *message != nullptr) return message;
        continue;
      }
      std::shared_ptr<const ChangePart> part;
      switch (env_->hub->Get(number_, &part)) {
        case ChangeHub::Found::kGone:
          number_ = -1;
          continue;
        case ChangeHub::Found::kNotYet:
          return Progress();
        case ChangeHub::Found::kPart:
          break;
      }
      ++number_;
      seen_ = part->after();
      progress_told_ = false;
      SetSeen(part->total_after());
      if (selector_.agency.empty() && selector_.dataset.empty() && filter_.empty()) {
        env_->metrics.RecordsSent("WatchChanges", static_cast<int64_t>(part->changes().size()), 0);
        return part->Message(view_, env_->sealer);
      }
      Bytes message = MakeMessage(part->changes());
      if (message != nullptr) return message;
    }
    return Bytes();
  }

  // Reads the log until the hub has what follows. Null: look again.
  absl::StatusOr<Bytes> CatchUp() {
    const ChangeHub::Position now = env_->hub->Now();
    int64_t lag = 0;
    const std::string* behind = nullptr;
    for (const auto& [agency, revision] : now.revisions) {
      if (!selector_.agency.empty() && selector_.agency != agency) continue;
      if (seen_[agency] >= revision) continue;
      lag += revision - seen_[agency];
      if (behind == nullptr) behind = &agency;
    }
    SetSeen(now.total - lag);
    if (behind == nullptr) {
      number_ = now.next;
      return Bytes();
    }
    const int64_t until = now.revisions.at(*behind);
    auto page =
        env_->store->ReadChanges(*behind, selector_.dataset, seen_[*behind], kReadChanges,
                                 kReadBytes, view_ == v1::RECORD_VIEW_FULL || !filter_.empty());
    if (!page.ok()) return page.status();
    std::erase_if(page->changes,
                  [until](const store::Change& change) { return change.record.revision > until; });
    if (page->through <= seen_[*behind]) {
      return store::ReasonError(v1::REASON_STORE_DAMAGED, "the log of changes has a gap");
    }
    seen_[*behind] = std::min(page->through, until);
    progress_told_ = false;
    return MakeMessage(page->changes);
  }

  // A message of those changes that the watcher takes; null when there are none.
  Bytes MakeMessage(const std::vector<store::Change>& changes) {
    v1::WatchChangesResponse response;
    for (const store::Change& change : changes) {
      if (Passes(change)) FillChange(change, view_, response.add_changes());
    }
    if (response.changes_size() == 0) return nullptr;
    env_->metrics.RecordsSent("WatchChanges", response.changes_size(), 0);
    response.set_resume_token(env_->sealer.Seal(TokenKind::kWatch, "", {seen_, {}}));
    return std::make_shared<const std::string>(response.SerializeAsString());
  }

  // Says that all was sent: when the watcher has caught up, and from time to time.
  absl::StatusOr<Bytes> Progress() {
    {
      const std::lock_guard lock(mutex_);
      if (progress_told_ && store::NowMicros() - last_sent_ < progress_) return Bytes();
    }
    progress_told_ = true;
    v1::WatchChangesResponse response;
    response.set_progress(true);
    response.set_resume_token(env_->sealer.Seal(TokenKind::kWatch, "", {seen_, {}}));
    return std::make_shared<const std::string>(response.SerializeAsString());
  }

  void SetSeen(int64_t total) {
    const std::lock_guard lock(mutex_);
    seen_total_ = total;
    at_tail_ = false;
  }

  // --- under the mutex

  void EndWith(absl::Status status) {
    if (ended_) return;
    ended_ = true;
    status_ = std::move(status);
  }

  // Ends the call when it is over and at rest. Nothing is touched after that.
  void Pump(std::unique_lock<std::mutex> lock) {
    if (finished_ || on_strand_ || writing_ || !(ended_ || cancelled_)) return;
    finished_ = true;
    const absl::Status status =
        ended_ ? status_ : absl::CancelledError("the caller ended the watch");
    lock.unlock();
    if (watcher_ != nullptr) {
      env_->hub->Remove(watcher_);
      watcher_->Drop();
    }
    Finish(call_.End(status));
  }

  Environment* env_;
  Call call_;
  v1::WatchChangesRequest request_;
  bool parsed_ = false;

  // On the strand.
  bool begun_ = false;
  bool counted_ = false;
  store::Selector selector_;
  RecordFilter filter_;
  v1::RecordView view_ = v1::RECORD_VIEW_DIGEST;
  std::shared_ptr<ChangeHub::Watcher> watcher_;
  // All changes up to here were looked at.
  store::RevisionVector seen_;
  bool progress_told_ = false;

  std::mutex mutex_;
  // The next part in the hub; -1 while the log is read. Written on the strand.
  int64_t number_ = -1;
  grpc::ByteBuffer buffer_;
  absl::Status status_;
  store::TimeMicros progress_ = kProgress;
  store::TimeMicros last_sent_ = 0;
  std::atomic<store::TimeMicros> checked_ = 0;
  int64_t seen_total_ = 0;
  bool at_tail_ = false;
  bool on_strand_ = false;
  bool writing_ = false;
  bool cancelled_ = false;
  bool ended_ = false;
  bool finished_ = false;
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* MakeWatchReactor(Environment* env,
                                                             grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer& request) {
  return new WatchReactor(env, context, request);
}

}  // namespace puente::exchange
