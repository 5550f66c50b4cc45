// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The commit of a snapshot: what is new, changed, moved and gone, in one transaction.

#include "services/store/push_commit.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/store/place_plan.h"
#include "services/store/push_table.h"
#include "services/store/reason_error.h"
#include "services/store/step_writer.h"

namespace puente::store {
namespace {

using Current = std::optional<CurrentVersion>;

// The column of kRows with which the current version begins.
constexpr int kFirstCurrent = 9;

// Records that are there and were not named.
constexpr const char* kCountMissing =
    "SELECT count(*) FROM record r WHERE r.dataset = ?1 AND r.header = 0 AND r.deleted = 0 "
    "AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.push = ?2 AND s.header = r.header "
    "AND s.id = r.id AND s.ordinal = r.ordinal)";
// The same with headers, those behind a name; the headers come last.
constexpr const char* kNextMissing =
    "SELECT r.id, r.ordinal FROM record r WHERE r.dataset = ?1 AND r.header = ?2 "
    "AND (r.id, r.ordinal) > (?3, ?4) AND r.deleted = 0 "
    "AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.push = ?5 AND s.header = r.header "
    "AND s.id = r.id AND s.ordinal = r.ordinal) ORDER BY r.id, r.ordinal LIMIT 1";
// What is staged, with the version that each has now.
constexpr const char* kRows =
    "SELECT s.seq, s.header, s.id, s.ordinal, s.digest, s.body, s.size, s.version, "
    "s.if_generation, r.version, v.pk, v.generation, v.kind, v.position, v.digest, v.body, v.size, "
    "v.push FROM staged s LEFT JOIN record r ON r.dataset = ?1 AND r.header = s.header "
    "AND r.id = s.id AND r.ordinal = s.ordinal LEFT JOIN version v ON v.pk = r.version "
    "WHERE s.push = ?2 ORDER BY s.seq";
// The places of the records among them.
constexpr const char* kPlaces =
    "SELECT v.position FROM staged s "
    "LEFT JOIN record r ON r.dataset = ?1 AND r.header = 0 AND r.id = s.id "
    "AND r.ordinal = s.ordinal AND r.deleted = 0 "
    "LEFT JOIN version v ON v.pk = r.version "
    "WHERE s.push = ?2 AND s.header = 0 ORDER BY s.seq";
constexpr const char* kBodyOfVersion = "SELECT body FROM version WHERE pk = ?";

class SnapshotCommit {
 public:
  SnapshotCommit(WriteSession* session, AgencyRow* agency, PushRow* push, const PushKey& key)
      : session_(session), agency_(agency), push_(push), key_(key) {}

  absl::Status Run(const CommitOptions& options);

 private:
  // Counts them, too.
  absl::Status CheckRemovals(const CommitOptions& options);
  absl::StatusOr<std::vector<int64_t>> PlanOrder() const;
  absl::Status TakeRows(const std::vector<int64_t>& places);
  absl::Status TakeRow(const StagedRow& row, const Current& current, int64_t place);
  absl::Status WriteContent(const StagedRow& row, const Current& current, int64_t place);
  absl::Status KeepContent(const StagedRow& row, const Current& current, int64_t place);
  // The body of a new version with the content of a row.
  absl::StatusOr<int64_t> BodyOf(const StagedRow& row);
  absl::Status RemoveMissing(bool headers);

  WriteSession* const session_;
  AgencyRow* const agency_;
  DatasetRow* dataset_ = nullptr;
  PushRow* const push_;
  const PushKey& key_;
  // Records that go, headers not counted.
  int64_t removals_ = 0;
};

absl::Status SnapshotCommit::CheckRemovals(const CommitOptions& options) {
  if (dataset_ == nullptr) return absl::OkStatus();
  Query query(session_->connection(), kCountMissing);
  query.Bind(dataset_->pk).Bind(push_->pk);
  absl::StatusOr<bool> row = query.Next();
  if (!row.ok()) return row.status();
  removals_ = query.Int(0);
  // The removal of one record is never a mistake of mass, however few there are.
  if (options.allow_mass_removal || removals_ <= 1 ||
      removals_ * 100 <= options.mass_removal_percent * dataset_->records) {
    return absl::OkStatus();
  }
  return ReasonError(exchange::v1::REASON_MASS_REMOVAL,
                     "the snapshot would delete " + std::to_string(removals_) + " of " +
                         std::to_string(dataset_->records) + " records",
                     {{"removed", std::to_string(removals_)},
                      {"present", std::to_string(dataset_->records)},
                      {"percent", std::to_string(options.mass_removal_percent)}});
}

absl::StatusOr<std::vector<int64_t>> SnapshotCommit::PlanOrder() const {
  std::vector<int64_t> now;
  Query query(session_->connection(), kPlaces);
  query.Bind(dataset_ == nullptr ? 0 : dataset_->pk).Bind(push_->pk);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) break;
    now.push_back(query.IsNull(0) ? kNoPlace : query.Int(0));
  }
  return PlanPlaces(now);
}

absl::StatusOr<int64_t> SnapshotCommit::BodyOf(const StagedRow& row) {
  if (row.body != 0) return row.body;
  // Another push changed the record since; the history has the body, and it may be compacted.
  int64_t body = 0;
  {
    Query query(session_->connection(), kBodyOfVersion);
    query.Bind(row.version);
    absl::StatusOr<bool> found = query.Next();
    if (!found.ok()) return found.status();
    if (*found) body = query.Int(0);
  }
  return session_->CopyBody(body);
}

absl::Status SnapshotCommit::KeepContent(const StagedRow& row, const Current& current,
                                         int64_t place) {
  if (row.key.header || current->position == place) return absl::OkStatus();
  NewVersion version;
  version.kind = ChangeKind::kMoved;
  version.digest = current->digest;
  version.body = current->body;
  version.size = current->size;
  version.position = place;
  version.push = push_->pk;
  return session_->Write(agency_, dataset_, row.key, current, version).status();
}

absl::Status SnapshotCommit::WriteContent(const StagedRow& row, const Current& current,
                                          int64_t place) {
  const bool present = current.has_value() && current->present();
  if (dataset_ == nullptr) {
    absl::StatusOr<DatasetRow*> made = session_->MakeDataset(*agency_, key_.dataset.dataset);
    if (!made.ok()) return made.status();
    dataset_ = *made;
  }
  absl::StatusOr<int64_t> body = BodyOf(row);
  if (!body.ok()) return body.status();
  NewVersion version;
  version.kind = present ? ChangeKind::kUpdated : ChangeKind::kCreated;
  version.digest = row.digest;
  version.body = *body;
  version.size = row.size;
  version.position = row.key.header ? HeaderPlace(row.key.ordinal) : place;
  version.push = push_->pk;
  CountOutcome(present ? Outcome::kUpdated : Outcome::kCreated, 1, &push_->counts);
  return session_->Write(agency_, dataset_, row.key, current, version).status();
}

absl::Status SnapshotCommit::TakeRow(const StagedRow& row, const Current& current, int64_t place) {
  const bool present = current.has_value() && current->present();
  const int64_t generation = current.has_value() ? current->generation : 0;
  if (!row.has_content()) {
    return present ? KeepContent(row, current, place) : absl::OkStatus();
  }
  const bool holds = !row.if_generation.has_value() || *row.if_generation == generation;
  const bool same = present && current->digest == row.digest;
  if (holds && !same) return WriteContent(row, current, place);
  CountOutcome(holds ? Outcome::kUnchanged : Outcome::kConflict, 1, &push_->counts);
  const absl::Status status = row.body == 0 ? absl::OkStatus() : session_->RemoveBody(row.body);
  if (!status.ok() || !present) return status;
  return KeepContent(row, current, place);
}

absl::Status SnapshotCommit::TakeRows(const std::vector<int64_t>& places) {
  size_t next = 0;
  Query query(session_->connection(), kRows);
  query.Bind(dataset_ == nullptr ? 0 : dataset_->pk).Bind(push_->pk);
  StagedRow row;
  while (true) {
    absl::StatusOr<bool> found = query.Next();
    if (!found.ok() || !*found) return found.status();
    row.if_generation.reset();
    absl::Status status = ReadStaged(query, &row);
    if (!status.ok()) return status;
    absl::StatusOr<Current> current = ReadCurrent(query, kFirstCurrent);
    if (!current.ok()) return current.status();
    status = TakeRow(row, *current, row.key.header ? 0 : places[next++]);
    if (!status.ok()) return status;
  }
}

absl::Status SnapshotCommit::RemoveMissing(bool headers) {
  RecordKey key;
  key.header = headers;
  // Names are ascending; the first may have the least of all.
  int64_t after_ordinal = -1;
  while (true) {
    {
      Query query(session_->connection(), kNextMissing);
      query.Bind(dataset_->pk).Bind(headers ? 1 : 0).Bind(key.id).Bind(after_ordinal);
      query.Bind(push_->pk);
      absl::StatusOr<bool> row = query.Next();
      if (!row.ok() || !*row) return row.status();
      std::string id = query.Text(0);
      after_ordinal = query.Int(1);
      key.id = std::move(id);
      key.ordinal = static_cast<uint32_t>(after_ordinal);
    }
    absl::StatusOr<Current> current = session_->FindCurrent(*dataset_, key);
    if (!current.ok()) return current.status();
    if (!current->has_value()) continue;
    const absl::Status status =
        WriteTombstone(session_, agency_, dataset_, key, **current, push_->pk, "").status();
    if (!status.ok()) return status;
    CountOutcome(Outcome::kDeleted, 1, &push_->counts);
  }
}

absl::Status SnapshotCommit::Run(const CommitOptions& options) {
  absl::StatusOr<DatasetRow*> dataset = session_->FindDataset(*agency_, key_.dataset.dataset);
  if (!dataset.ok()) return dataset.status();
  dataset_ = *dataset;
  absl::Status status = CheckRemovals(options);
  if (!status.ok()) return status;
  absl::StatusOr<std::vector<int64_t>> places = PlanOrder();
  if (!places.ok()) return places.status();
  session_->Touch();
  session_->ReadBack(agency_);
  status = TakeRows(*places);
  if (!status.ok()) return status;
  if (dataset_ != nullptr) {
    if (removals_ > 0) status = RemoveMissing(false);
    if (status.ok()) status = RemoveMissing(true);
    if (!status.ok()) return status;
  }
  session_->ReadBack(nullptr);
  return ForgetStaged(session_, push_->pk);
}

}  // namespace

absl::StatusOr<PushSummary> CommitPush(WriteSession* session, const PushKey& key,
                                       const CommitOptions& options) {
  absl::StatusOr<AgencyRow*> agency = session->FindAgency(key.dataset.agency);
  if (!agency.ok()) return agency.status();
  absl::StatusOr<std::optional<PushRow>> found =
      FindPush(session->connection(), (*agency)->pk, key.request_id);
  if (!found.ok()) return found.status();
  if (!found->has_value()) {
    return ReasonError(exchange::v1::REASON_SEQUENCE_INVALID, "the push was not opened");
  }
  PushRow& push = **found;
  absl::Status status = CheckPush(push, key);
  if (!status.ok()) return status;
  if (push.complete) return push.counts;
  if (push.mode == PushMode::kSnapshot) {
    status = SnapshotCommit(session, *agency, &push, key).Run(options);
    if (!status.ok()) return status;
  }
  status = ForgetDecided(session, push.pk, std::numeric_limits<int64_t>::max());
  if (!status.ok()) return status;
  push.complete = true;
  push.counts.revision = (*agency)->head;
  status = SavePush(session, push);
  if (!status.ok()) return status;
  return push.counts;
}

}  // namespace puente::store
