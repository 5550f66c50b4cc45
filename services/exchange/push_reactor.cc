// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// PushRecords: one stream of a push.

#include "services/exchange/push_reactor.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/exchange/call.h"
#include "services/exchange/errors.h"
#include "services/exchange/push_steps.h"
#include "services/exchange/wire.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

using v1::PushRecordsRequest;
using v1::PushRecordsResponse;

// Messages of one push that are read or in the store at once.
constexpr size_t kMaxUnderWay = 4;
// Verdicts of one message.
constexpr size_t kMaxVerdicts = 2000;
constexpr store::TimeMicros kRecheck = 60'000'000;

PushRecordsResponse::Outcome ToOutcome(store::Outcome outcome) {
  switch (outcome) {
    case store::Outcome::kCreated:
      return PushRecordsResponse::OUTCOME_CREATED;
    case store::Outcome::kUpdated:
      return PushRecordsResponse::OUTCOME_UPDATED;
    case store::Outcome::kUnchanged:
      return PushRecordsResponse::OUTCOME_UNCHANGED;
    case store::Outcome::kDeleted:
      return PushRecordsResponse::OUTCOME_DELETED;
    case store::Outcome::kRejected:
      return PushRecordsResponse::OUTCOME_REJECTED;
    case store::Outcome::kConflict:
      return PushRecordsResponse::OUTCOME_CONFLICT;
    case store::Outcome::kStaged:
      return PushRecordsResponse::OUTCOME_STAGED;
    case store::Outcome::kNeeded:
      break;
  }
  return PushRecordsResponse::OUTCOME_UNSPECIFIED;
}

// Everything but the answers of the store happens on a strand: one piece of work at a time, on a
// worker. What is shared with the callbacks of gRPC and of the store is under the mutex.
class PushReactor final : public grpc::ServerBidiReactor<PushRecordsRequest, PushRecordsResponse> {
 public:
  PushReactor(Environment* env, PushRegistry* registry, grpc::CallbackServerContext* context)
      : env_(env),
        registry_(registry),
        call_(env, context, "/puente.exchange.v1.RecordService/PushRecords") {
    env_->metrics.StreamsOpen("push", 1);
    std::unique_lock lock(mutex_);
    Schedule();
  }

  ~PushReactor() override {
    env_->metrics.StreamsOpen("push", -1);
    if (counted_) --env_->pushes;
  }

  void OnReadDone(bool ok) override {
    std::unique_lock lock(mutex_);
    if (finished_) return;
    reading_ = false;
    if (ok) {
      bytes_under_way_ += static_cast<int64_t>(incoming_->ByteSizeLong());
      inbox_.push_back(std::move(incoming_));
    } else {
      reads_done_ = true;
    }
    Schedule();
    Pump(std::move(lock));
  }

  void OnWriteDone(bool ok) override {
    std::unique_lock lock(mutex_);
    writing_ = false;
    if (!outbox_.empty()) outbox_.pop_front();
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
  // What a step that is in the store leaves behind until its result is there.
  struct UnderWay {
    bool is_offers = false;
    std::vector<store::PushVerdict> refused;
    int64_t through_seq = 0;
    int64_t message_bytes = 0;
    int64_t record_bytes = 0;
  };
  struct Answer {
    UnderWay step;
    absl::StatusOr<store::StepResult> result;
  };

  // Lets the strand run when it does not. Under the mutex.
  void Schedule() {
    if (on_strand_) return;
    on_strand_ = true;
    env_->workers.Run([this] { Strand(); });
  }

  // Works off what has come.
  void Strand() {
    std::unique_lock lock(mutex_);
    while (true) {
      if (!admitted_ && !ended_) {
        lock.unlock();
        absl::Status status = Begin();
        lock.lock();
        if (status.ok()) {
          admitted_ = true;
        } else {
          EndWith(std::move(status));
        }
      } else if (!answers_.empty()) {
        Answer answer = std::move(answers_.front());
        answers_.pop_front();
        --under_way_;
        lock.unlock();
        absl::Status status = TakeAnswer(&answer);
        lock.lock();
        if (!status.ok()) EndWith(std::move(status));
      } else if (committed_.has_value()) {
        const absl::StatusOr<store::PushSummary> summary = *std::exchange(committed_, {});
        --under_way_;
        lock.unlock();
        absl::Status status = TakeCommit(summary);
        lock.lock();
        EndWith(std::move(status));
      } else if (!inbox_.empty() && !ended_ && !cancelled_) {
        const std::unique_ptr<PushRecordsRequest> message = std::move(inbox_.front());
        inbox_.pop_front();
        const int64_t credit_used = bytes_under_way_;
        lock.unlock();
        absl::Status status = credit_used > env_->limits.push_credit_bytes
                                  ? store::ReasonError(v1::REASON_CREDIT_EXCEEDED,
                                                       "more bytes were sent than credit was given")
                                  : Handle(message.get());
        lock.lock();
        if (!status.ok()) EndWith(std::move(status));
      } else {
        break;
      }
    }
    if (reads_done_ && !ended_ && !cancelled_ && under_way_ == 0 && inbox_.empty()) {
      EndWith(store::ReasonError(v1::REASON_SEQUENCE_INVALID,
                                 "the stream ended without commit; open the push again to go on"));
    }
    on_strand_ = false;
    Pump(std::move(lock));
  }

  // Under the mutex. The first end counts.
  void EndWith(absl::Status status) {
    if (ended_) return;
    ended_ = true;
    status_ = std::move(status);
  }

  absl::Status Begin() {
    if (env_->pushes.fetch_add(1) >= env_->limits.pushes) {
      --env_->pushes;
      return TooMany("pushes", env_->limits.pushes);
    }
    counted_ = true;
    checked_ = store::NowMicros();
    return call_.Admit();
  }

  // --- on the strand, without the mutex

  absl::Status Handle(PushRecordsRequest* message) {
    if (store::NowMicros() - checked_ > kRecheck) {
      checked_ = store::NowMicros();
      const absl::Status holds = env_->authorizer.StillHolds(call_.caller());
      if (!holds.ok()) return holds;
    }
    const auto bytes = static_cast<int64_t>(message->ByteSizeLong());
    if (message->has_open()) return HandleOpen(message->open(), bytes);
    if (!steps_.has_value() || commit_asked_) {
      return store::ReasonError(v1::REASON_SEQUENCE_INVALID,
                                commit_asked_ ? "nothing follows commit" : "open comes first");
    }
    switch (message->step_case()) {
      case PushRecordsRequest::kOffers:
        return Submit(steps_->Prepare(message->offers()), true, bytes);
      case PushRecordsRequest::kWrites:
        return Submit(steps_->Prepare(message->mutable_writes()), false, bytes);
      case PushRecordsRequest::kRemovals:
        return Submit(steps_->Prepare(message->removals()), false, bytes);
      case PushRecordsRequest::kCommit:
        return HandleCommit(bytes);
      default:
        return store::ReasonError(v1::REASON_SEQUENCE_INVALID, "the message has no step");
    }
  }

  absl::Status HandleOpen(const PushRecordsRequest::Open& open, int64_t bytes) {
    if (steps_.has_value() || replayed_) {
      return store::ReasonError(v1::REASON_SEQUENCE_INVALID, "open comes once");
    }
    auto push = ReadOpen(open);
    if (!push.ok()) return push.status();
    const absl::Status may =
        env_->authorizer.MayWrite(call_.caller(), push->dataset.agency, open.parent());
    if (!may.ok()) return may;
    allow_mass_removal_ = open.allow_mass_removal();
    hold_ = registry_->Claim(push->dataset.agency, push->request_id, [this] { TakenOver(); });
    auto state = env_->store->OpenPush(*push);
    if (!state.ok()) return state.status();
    env_->authorizer.Did(call_.caller(), open.parent(), "open push " + push->request_id);
    PushRecordsResponse response;
    response.mutable_opened()->set_through_seq(state->through_seq);
    response.mutable_opened()->set_credit_bytes(env_->limits.push_credit_bytes);
    Send(std::move(response), bytes);
    if (state->complete) {
      replayed_ = true;
      PushRecordsResponse end;
      FillSummary(state->summary, true, end.mutable_summary());
      Send(std::move(end), 0);
      const std::unique_lock lock(mutex_);
      EndWith(absl::OkStatus());
      return absl::OkStatus();
    }
    steps_.emplace(*std::move(push), state->through_seq, env_->limits);
    return absl::OkStatus();
  }

  absl::Status Submit(absl::StatusOr<PreparedStep> prepared, bool is_offers, int64_t bytes) {
    if (!prepared.ok()) return prepared.status();
    UnderWay step;
    step.is_offers = is_offers;
    step.refused = std::move(prepared->refused);
    step.through_seq = prepared->step.through_seq;
    step.message_bytes = bytes;
    step.record_bytes = prepared->record_bytes;
    {
      const std::unique_lock lock(mutex_);
      if (taken_over_) return TakenStatus();
      ++under_way_;
    }
    env_->store->Apply(std::move(prepared->step),
                       [this, step = std::move(step)](absl::StatusOr<store::StepResult> result) {
                         std::unique_lock lock(mutex_);
                         answers_.push_back({step, std::move(result)});
                         Schedule();
                       });
    return absl::OkStatus();
  }

  absl::Status HandleCommit(int64_t bytes) {
    commit_asked_ = true;
    {
      std::unique_lock lock(mutex_);
      bytes_under_way_ -= bytes;
      // Results of earlier steps decide what is still needed; come back when they are there.
      if (under_way_ > 0) {
        commit_waits_ = true;
        return absl::OkStatus();
      }
    }
    return Commit();
  }

  absl::Status Commit() {
    const absl::Status may = steps_->CheckCommit();
    if (!may.ok()) return may;
    {
      const std::unique_lock lock(mutex_);
      if (taken_over_) return TakenStatus();
      ++under_way_;
    }
    store::CommitOptions options;
    options.allow_mass_removal = allow_mass_removal_;
    options.mass_removal_percent = env_->limits.mass_removal_percent;
    env_->store->CommitPush(steps_->push(), options,
                            [this](absl::StatusOr<store::PushSummary> summary) {
                              std::unique_lock lock(mutex_);
                              committed_ = std::move(summary);
                              Schedule();
                            });
    return absl::OkStatus();
  }

  absl::Status TakeAnswer(Answer* answer) {
    if (!answer->result.ok()) return answer->result.status();
    store::StepResult& result = *answer->result;
    if (answer->step.is_offers) {
      const std::vector<int64_t> needed = steps_->TakeOfferResult(result);
      std::erase_if(result.verdicts, [](const store::PushVerdict& verdict) {
        return verdict.outcome == store::Outcome::kNeeded;
      });
      PushRecordsResponse response;
      response.mutable_need()->mutable_seqs()->Assign(needed.begin(), needed.end());
      SendVerdicts(answer->step, &result);
      Send(std::move(response), 0);
    } else {
      SendVerdicts(answer->step, &result);
    }
    bool commit_now = false;
    {
      const std::unique_lock lock(mutex_);
      commit_now = commit_waits_ && under_way_ == 0;
      if (commit_now) commit_waits_ = false;
    }
    return commit_now ? Commit() : absl::OkStatus();
  }

  absl::Status TakeCommit(const absl::StatusOr<store::PushSummary>& summary) {
    if (!summary.ok()) return summary.status();
    env_->authorizer.Did(call_.caller(), store::DatasetName(steps_->push().dataset),
                         "commit push " + steps_->push().request_id + ", revision " +
                             std::to_string(summary->revision));
    PushRecordsResponse response;
    FillSummary(*summary, false, response.mutable_summary());
    Send(std::move(response), 0);
    return absl::OkStatus();
  }

  // Sends the verdicts of a step, refused ones among them, ascending, and gives its credit back.
  void SendVerdicts(const UnderWay& step, store::StepResult* result) {
    std::vector<store::PushVerdict>& verdicts = result->verdicts;
    verdicts.insert(verdicts.end(), step.refused.begin(), step.refused.end());
    std::sort(verdicts.begin(), verdicts.end(),
              [](const store::PushVerdict& left, const store::PushVerdict& right) {
                return left.seq < right.seq;
              });
    CountVerdicts(verdicts, step.record_bytes);
    size_t at = 0;
    do {
      const size_t end = std::min(at + kMaxVerdicts, verdicts.size());
      PushRecordsResponse response;
      auto* out = response.mutable_verdicts();
      for (; at < end; ++at) {
        auto* verdict = out->add_verdicts();
        verdict->set_seq(verdicts[at].seq);
        verdict->set_outcome(ToOutcome(verdicts[at].outcome));
        verdict->set_generation(verdicts[at].generation);
        if (!verdicts[at].status.ok())
          *verdict->mutable_status() = ToRpcStatus(verdicts[at].status);
      }
      out->set_revision(result->summary.revision);
      if (at == verdicts.size()) {
        out->set_through_seq(step.through_seq);
        out->set_credit_bytes(step.message_bytes);
      }
      Send(std::move(response), at == verdicts.size() ? step.message_bytes : 0);
    } while (at < verdicts.size());
  }

  void CountVerdicts(const std::vector<store::PushVerdict>& verdicts, int64_t record_bytes) {
    int64_t counts[9] = {};
    for (const store::PushVerdict& verdict : verdicts) ++counts[static_cast<int>(verdict.outcome)];
    constexpr const char* kNames[9] = {"",         "created",  "updated", "unchanged", "deleted",
                                       "rejected", "conflict", "staged",  "needed"};
    for (int i = 1; i < 9; ++i) env_->metrics.RecordsPushed(kNames[i], counts[i], 0);
    env_->metrics.RecordsPushed("", 0, record_bytes);
  }

  // Queues a message; `done_bytes` of what was read are worked off with it.
  void Send(PushRecordsResponse response, int64_t done_bytes) {
    std::unique_lock lock(mutex_);
    outbox_.push_back(std::move(response));
    bytes_under_way_ -= done_bytes;
    if (!writing_ && !cancelled_) {
      writing_ = true;
      StartWrite(&outbox_.front());
    }
  }

  // --- any thread

  static absl::Status TakenStatus() {
    return store::ReasonError(v1::REASON_PUSH_IN_PROGRESS,
                              "the push goes on on a stream that was opened later");
  }

  void TakenOver() {
    std::unique_lock lock(mutex_);
    if (finished_) return;
    taken_over_ = true;
    EndWith(TakenStatus());
    Schedule();
  }

  // Starts what can be started, or ends the call. Nothing is touched after the end.
  void Pump(std::unique_lock<std::mutex> lock) {
    if (finished_) return;
    if (!cancelled_ && !writing_ && !outbox_.empty()) {
      writing_ = true;
      StartWrite(&outbox_.front());
    }
    if (admitted_ && !ended_ && !cancelled_ && !reading_ && !reads_done_ &&
        inbox_.size() + under_way_ < kMaxUnderWay) {
      reading_ = true;
      incoming_ = std::make_unique<PushRecordsRequest>();
      StartRead(incoming_.get());
    }
    const bool at_rest = !on_strand_ && under_way_ == 0 && !writing_ && answers_.empty();
    if (!at_rest || !(cancelled_ || (ended_ && outbox_.empty()))) return;
    finished_ = true;
    const absl::Status status =
        ended_ ? status_ : absl::CancelledError("the caller ended the stream");
    lock.unlock();
    if (hold_ != nullptr) hold_->Drop();
    Finish(call_.End(status));
  }

  Environment* env_;
  PushRegistry* registry_;
  Call call_;

  // On the strand.
  std::optional<PushSteps> steps_;
  std::shared_ptr<PushRegistry::Hold> hold_;
  store::TimeMicros checked_ = 0;
  bool allow_mass_removal_ = false;
  bool commit_asked_ = false;
  bool replayed_ = false;
  bool counted_ = false;

  std::mutex mutex_;
  std::unique_ptr<PushRecordsRequest> incoming_;
  std::deque<std::unique_ptr<PushRecordsRequest>> inbox_;
  std::deque<PushRecordsResponse> outbox_;
  std::deque<Answer> answers_;
  std::optional<absl::StatusOr<store::PushSummary>> committed_;
  absl::Status status_;
  size_t under_way_ = 0;
  int64_t bytes_under_way_ = 0;
  bool on_strand_ = false;
  bool admitted_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool reads_done_ = false;
  bool cancelled_ = false;
  bool taken_over_ = false;
  bool commit_waits_ = false;
  bool ended_ = false;
  bool finished_ = false;
};

}  // namespace

grpc::ServerBidiReactor<PushRecordsRequest, PushRecordsResponse>* MakePushReactor(
    Environment* env, PushRegistry* registry, grpc::CallbackServerContext* context) {
  return new PushReactor(env, registry, context);
}

}  // namespace puente::exchange
