// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What becomes of each number of a step.

#include "services/store/step_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/store/place_plan.h"
#include "services/store/push_table.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::store {
namespace {

using Current = std::optional<CurrentVersion>;

absl::Status BadSequence(std::string_view message) {
  return ReasonError(exchange::v1::REASON_SEQUENCE_INVALID, message);
}

bool IsSame(const Current& current, const PushOp& op) {
  return current.has_value() && current->present() && current->digest == op.digest;
}

class StepWriter {
 public:
  StepWriter(WriteSession* session, AgencyRow* agency, DatasetRow* dataset, PushRow* push,
             const DatasetKey& name)
      : session_(session), agency_(agency), dataset_(dataset), push_(push), name_(name) {}

  absl::Status Apply(PushStep* step, const std::vector<EncodedBody>& bodies, StepResult* result);

 private:
  // Whether a number was decided before; then what became of it, where that is known.
  struct Before {
    bool decided = false;
    std::optional<Outcome> outcome;
  };
  absl::StatusOr<Before> FindBefore(int64_t seq);

  absl::StatusOr<Current> Find(const RecordKey& key) {
    if (dataset_ == nullptr) return Current();
    return session_->FindCurrent(*dataset_, key);
  }

  // Each fills the verdict; errors are those of the store.
  absl::Status Decide(PushOp* op, const EncodedBody& body, const Before& before,
                      PushVerdict* verdict);
  absl::Status DecideAgain(const PushOp& op, const Current& current, PushVerdict* verdict);
  absl::Status DecideRemoval(const PushOp& op, const Current& current, PushVerdict* verdict);
  absl::Status Put(PushOp* op, const EncodedBody& body, const Current& current,
                   PushVerdict* verdict);
  absl::Status Stage(PushOp* op, const EncodedBody& body, const Current& current, bool again,
                     PushVerdict* verdict);
  absl::Status SaveProgress(const PushStep& step, const StepResult& result,
                            const std::vector<bool>& counted);

  void Conflict(const PushOp& op, PushVerdict* verdict) const {
    verdict->outcome = Outcome::kConflict;
    verdict->status = ConflictError(name_, op.key, verdict->generation);
  }

  static void Reject(absl::Status status, PushVerdict* verdict) {
    verdict->outcome = Outcome::kRejected;
    verdict->status = std::move(status);
  }

  WriteSession* const session_;
  AgencyRow* const agency_;
  // Null until its first record is written.
  DatasetRow* dataset_;
  PushRow* const push_;
  const DatasetKey& name_;
  bool has_decided_ = false;
};

absl::StatusOr<StepWriter::Before> StepWriter::FindBefore(int64_t seq) {
  Before before;
  before.decided = seq <= push_->through;
  if (before.decided || !has_decided_) return before;
  absl::StatusOr<std::optional<Outcome>> outcome =
      FindDecided(session_->connection(), push_->pk, seq);
  if (!outcome.ok()) return outcome.status();
  before.decided = outcome->has_value();
  before.outcome = *outcome;
  return before;
}

absl::Status StepWriter::DecideAgain(const PushOp& op, const Current& current,
                                     PushVerdict* verdict) {
  if (op.kind == PushOp::Kind::kRemove) {
    if (current.has_value() && !current->present() && current->push == push_->pk) {
      verdict->outcome = Outcome::kDeleted;
      return absl::OkStatus();
    }
  } else if (IsSame(current, op)) {
    verdict->outcome = Outcome::kUnchanged;
    if (current->push == push_->pk) {
      if (current->kind == ChangeKind::kCreated) verdict->outcome = Outcome::kCreated;
      if (current->kind == ChangeKind::kUpdated) verdict->outcome = Outcome::kUpdated;
    }
    return absl::OkStatus();
  }
  Reject(BadSequence("number " + std::to_string(op.seq) + " was decided before"), verdict);
  return absl::OkStatus();
}

absl::Status StepWriter::DecideRemoval(const PushOp& op, const Current& current,
                                       PushVerdict* verdict) {
  if (op.if_generation.has_value() && *op.if_generation != verdict->generation) {
    Conflict(op, verdict);
    return absl::OkStatus();
  }
  if (!current.has_value()) {
    Reject(NotFoundError(name_, op.key), verdict);
    return absl::OkStatus();
  }
  if (!current->present()) {
    Reject(DeletedError(name_, op.key, current->generation), verdict);
    return absl::OkStatus();
  }
  verdict->outcome = Outcome::kDeleted;
  if (push_->mode == PushMode::kValidateOnly) return absl::OkStatus();
  absl::StatusOr<int64_t> generation =
      WriteTombstone(session_, agency_, dataset_, op.key, *current, push_->pk, op.reason);
  if (!generation.ok()) return generation.status();
  verdict->generation = *generation;
  return absl::OkStatus();
}

absl::Status StepWriter::Put(PushOp* op, const EncodedBody& body, const Current& current,
                             PushVerdict* verdict) {
  const bool present = current.has_value() && current->present();
  verdict->outcome = present ? Outcome::kUpdated : Outcome::kCreated;
  if (push_->mode == PushMode::kValidateOnly) return absl::OkStatus();
  if (dataset_ == nullptr) {
    absl::StatusOr<DatasetRow*> made = session_->MakeDataset(*agency_, name_.dataset);
    if (!made.ok()) return made.status();
    dataset_ = *made;
  }
  absl::StatusOr<int64_t> body_pk = session_->AddBody(body, op->body);
  if (!body_pk.ok()) return body_pk.status();
  NewVersion version;
  version.kind = present ? ChangeKind::kUpdated : ChangeKind::kCreated;
  version.digest = op->digest;
  version.body = *body_pk;
  version.size = static_cast<int64_t>(op->body.size());
  version.push = push_->pk;
  version.bytes = &op->body;
  if (op->key.header) {
    version.position = HeaderPlace(op->key.ordinal);
  } else if (present) {
    version.position = current->position;
  } else {
    version.position = WriteSession::AppendPlace(*dataset_);
  }
  absl::StatusOr<int64_t> generation =
      session_->Write(agency_, dataset_, op->key, current, version);
  if (!generation.ok()) return generation.status();
  verdict->generation = *generation;
  return absl::OkStatus();
}

absl::Status StepWriter::Stage(PushOp* op, const EncodedBody& body, const Current& current,
                               bool again, PushVerdict* verdict) {
  if (op->kind == PushOp::Kind::kRemove) {
    Reject(BadSequence("a snapshot has no removals: what it does not name is removed"), verdict);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<StagedRow>> found =
      FindStaged(session_->connection(), push_->pk, op->key);
  if (!found.ok()) return found.status();
  std::optional<StagedRow>& staged = *found;
  if (staged.has_value() && staged->seq != op->seq) {
    Reject(ReasonError(
               exchange::v1::REASON_NAME_REPEATED,
               "the name came before in this snapshot, with number " + std::to_string(staged->seq),
               {{"name", RecordName(name_, op->key)}}),
           verdict);
    return absl::OkStatus();
  }
  verdict->outcome = Outcome::kStaged;
  if (staged.has_value() && staged->has_content() && staged->digest == op->digest) {
    return absl::OkStatus();
  }
  if (again) {
    Reject(BadSequence("number " + std::to_string(op->seq) + " was decided before"), verdict);
    return absl::OkStatus();
  }
  // A record that is refused or must still come is named all the same: the commit leaves it alone.
  StagedRow row;
  row.seq = op->seq;
  row.key = op->key;
  row.digest = op->digest;
  row.if_generation = op->if_generation;
  const int64_t old_body = staged.has_value() ? staged->body : 0;
  if (op->if_generation.has_value() && *op->if_generation != verdict->generation) {
    Conflict(*op, verdict);
  } else if (IsSame(current, *op)) {
    row.version = current->pk;
    row.size = current->size;
  } else if (op->kind == PushOp::Kind::kOffer) {
    verdict->outcome = Outcome::kNeeded;
  } else {
    absl::StatusOr<int64_t> body_pk = session_->AddBody(body, op->body);
    if (!body_pk.ok()) return body_pk.status();
    row.body = *body_pk;
    row.size = static_cast<int64_t>(op->body.size());
  }
  if (staged.has_value()) {
    absl::Status status = SaveStaged(session_, push_->pk, row);
    if (status.ok() && old_body != 0) status = session_->RemoveBody(old_body);
    return status;
  }
  absl::StatusOr<bool> added = AddStaged(session_, push_->pk, row);
  if (!added.ok()) return added.status();
  if (*added) return absl::OkStatus();
  Reject(BadSequence("number " + std::to_string(op->seq) + " has another name"), verdict);
  return row.body == 0 ? absl::OkStatus() : session_->RemoveBody(row.body);
}

absl::Status StepWriter::Decide(PushOp* op, const EncodedBody& body, const Before& before,
                                PushVerdict* verdict) {
  absl::StatusOr<Current> found = Find(op->key);
  if (!found.ok()) return found.status();
  const Current& current = *found;
  verdict->generation = current.has_value() ? current->generation : 0;
  if (before.outcome.has_value()) {
    verdict->outcome = *before.outcome;
    if (verdict->outcome == Outcome::kConflict) {
      Conflict(*op, verdict);
    } else if (verdict->outcome == Outcome::kRejected) {
      Reject(BadSequence("number " + std::to_string(op->seq) + " was refused before"), verdict);
    }
    return absl::OkStatus();
  }
  if (push_->mode == PushMode::kSnapshot) {
    return Stage(op, body, current, before.decided, verdict);
  }
  if (before.decided) return DecideAgain(*op, current, verdict);
  if (op->kind == PushOp::Kind::kRemove) return DecideRemoval(*op, current, verdict);
  if (op->if_generation.has_value() && *op->if_generation != verdict->generation) {
    Conflict(*op, verdict);
    return absl::OkStatus();
  }
  if (IsSame(current, *op)) {
    verdict->outcome = Outcome::kUnchanged;
    return absl::OkStatus();
  }
  if (op->kind == PushOp::Kind::kOffer) {
    verdict->outcome = Outcome::kNeeded;
    return absl::OkStatus();
  }
  return Put(op, body, current, verdict);
}

absl::Status StepWriter::SaveProgress(const PushStep& step, const StepResult& result,
                                      const std::vector<bool>& counted) {
  struct Decided {
    int64_t seq;
    Outcome outcome;
    bool counts;
  };
  std::vector<Decided> decided;
  decided.reserve(result.verdicts.size() + step.rejected_seqs.size());
  for (size_t i = 0; i < result.verdicts.size(); ++i) {
    const PushVerdict& verdict = result.verdicts[i];
    if (verdict.outcome == Outcome::kNeeded) continue;
    decided.push_back({verdict.seq, verdict.outcome, counted[i]});
  }
  for (const int64_t seq : step.rejected_seqs) {
    absl::StatusOr<Before> before = FindBefore(seq);
    if (!before.ok()) return before.status();
    decided.push_back({seq, Outcome::kRejected, !before->decided});
  }
  std::stable_sort(decided.begin(), decided.end(),
                   [](const Decided& a, const Decided& b) { return a.seq < b.seq; });
  const int64_t before = push_->through;
  push_->through = std::max(push_->through, step.through_seq);
  for (const Decided& one : decided) {
    if (one.seq == push_->through + 1) ++push_->through;
  }
  push_->counts.rejected += step.rejected;
  int64_t last = push_->through;
  for (const Decided& one : decided) {
    if (one.counts) CountOutcome(one.outcome, 1, &push_->counts);
    // What is staged is known by its row.
    if (one.outcome == Outcome::kStaged || !one.counts || one.seq <= last) continue;
    const absl::Status status = AddDecided(session_, push_->pk, one.seq, one.outcome);
    if (!status.ok()) return status;
    last = one.seq;
  }
  if (has_decided_ && push_->through > before) {
    const absl::Status status = ForgetDecided(session_, push_->pk, push_->through);
    if (!status.ok()) return status;
  }
  return SavePush(session_, *push_);
}

absl::Status StepWriter::Apply(PushStep* step, const std::vector<EncodedBody>& bodies,
                               StepResult* result) {
  absl::StatusOr<bool> has_decided = HasDecided(session_->connection(), push_->pk);
  if (!has_decided.ok()) return has_decided.status();
  has_decided_ = *has_decided;
  std::vector<bool> counted(step->ops.size());
  result->verdicts.resize(step->ops.size());
  for (size_t i = 0; i < step->ops.size(); ++i) {
    PushOp& op = step->ops[i];
    PushVerdict& verdict = result->verdicts[i];
    verdict.seq = op.seq;
    absl::StatusOr<Before> before = FindBefore(op.seq);
    if (!before.ok()) return before.status();
    counted[i] = !before->decided;
    const absl::Status status = Decide(&op, bodies[i], *before, &verdict);
    if (!status.ok()) return status;
  }
  const absl::Status status = SaveProgress(*step, *result, counted);
  if (!status.ok()) return status;
  result->summary = push_->counts;
  result->summary.revision = agency_->head;
  return absl::OkStatus();
}

}  // namespace

absl::Status ConflictError(const DatasetKey& dataset, const RecordKey& key, int64_t generation) {
  return ReasonError(
      exchange::v1::REASON_GENERATION_CONFLICT,
      "the record has generation " + std::to_string(generation),
      {{"name", RecordName(dataset, key)}, {"generation", std::to_string(generation)}});
}

absl::Status NotFoundError(const DatasetKey& dataset, const RecordKey& key) {
  return ReasonError(exchange::v1::REASON_RECORD_NOT_FOUND, "there never was such a record",
                     {{"name", RecordName(dataset, key)}});
}

absl::Status DeletedError(const DatasetKey& dataset, const RecordKey& key, int64_t generation) {
  return ReasonError(
      exchange::v1::REASON_RECORD_DELETED, "the record was deleted",
      {{"name", RecordName(dataset, key)}, {"generation", std::to_string(generation)}});
}

absl::StatusOr<int64_t> WriteTombstone(WriteSession* session, AgencyRow* agency,
                                       DatasetRow* dataset, const RecordKey& key,
                                       const CurrentVersion& current, int64_t push,
                                       std::string_view reason) {
  NewVersion version;
  version.kind = ChangeKind::kDeleted;
  version.digest = current.digest;
  version.push = push;
  version.reason = reason;
  return session->Write(agency, dataset, key, current, version);
}

absl::StatusOr<StepResult> ApplyStep(WriteSession* session, PushStep* step,
                                     const std::vector<EncodedBody>& bodies) {
  absl::StatusOr<AgencyRow*> agency = session->FindAgency(step->push.dataset.agency);
  if (!agency.ok()) return agency.status();
  absl::StatusOr<std::optional<PushRow>> push =
      FindPush(session->connection(), (*agency)->pk, step->push.request_id);
  if (!push.ok()) return push.status();
  if (!push->has_value()) return BadSequence("the push was not opened");
  const absl::Status known = CheckPush(**push, step->push);
  if (!known.ok()) return known;
  if ((*push)->complete) return BadSequence("the push was committed before");
  absl::StatusOr<DatasetRow*> dataset = session->FindDataset(**agency, step->push.dataset.dataset);
  if (!dataset.ok()) return dataset.status();
  StepResult result;
  StepWriter writer(session, *agency, *dataset, &**push, step->push.dataset);
  const absl::Status status = writer.Apply(step, bodies, &result);
  if (!status.ok()) return status;
  return result;
}

}  // namespace puente::store
