// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads and writes the rows of pushes.

#include "services/store/push_table.h"

#include <utility>
#include <vector>

#include "services/store/reason_error.h"
#include "services/store/version_rows.h"

namespace puente::store {
namespace {

constexpr const char* kFindPush =
    "SELECT pk, dataset, mode, through, complete, created, updated, unchanged, deleted, rejected, "
    "conflicts, revision, used FROM push WHERE agency = ? AND request = ?";
constexpr const char* kAddPush =
    "INSERT INTO push(agency, request, dataset, mode, base, through, complete, created, updated, "
    "unchanged, deleted, rejected, conflicts, revision, used) "
    "VALUES(?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?)";
constexpr const char* kSavePush =
    "UPDATE push SET through = ?, complete = ?, created = ?, updated = ?, unchanged = ?, "
    "deleted = ?, rejected = ?, conflicts = ?, revision = ?, used = ? WHERE pk = ?";
constexpr const char* kHasDecided = "SELECT 1 FROM decided WHERE push = ? LIMIT 1";
constexpr const char* kFindDecided = "SELECT outcome FROM decided WHERE push = ? AND seq = ?";
constexpr const char* kAddDecided = "INSERT INTO decided(push, seq, outcome) VALUES(?, ?, ?)";
constexpr const char* kForgetDecided = "DELETE FROM decided WHERE push = ? AND seq <= ?";
constexpr const char* kCountDecided =
    "SELECT outcome, count(*) FROM decided WHERE push = ? AND seq > ? GROUP BY outcome";
constexpr const char* kFindStaged =
    "SELECT seq, header, id, ordinal, digest, body, size, version, if_generation FROM staged "
    "WHERE push = ? AND header = ? AND id = ? AND ordinal = ?";
constexpr const char* kFirstStaged =
    "SELECT seq, header, id, ordinal, digest, body, size, version, if_generation FROM staged "
    "WHERE push = ? ORDER BY seq LIMIT 1";
constexpr const char* kAddStaged =
    "INSERT OR IGNORE INTO staged(digest, body, size, version, if_generation, push, seq, header, "
    "id, ordinal) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kSaveStaged =
    "UPDATE staged SET digest = ?, body = ?, size = ?, version = ?, if_generation = ? "
    "WHERE push = ? AND seq = ?";
constexpr const char* kForgetStaged = "DELETE FROM staged WHERE push = ?";
// Without a condition SQLite gives the pages back and looks at no row.
constexpr const char* kForgetAllStaged = "DELETE FROM staged";
constexpr const char* kStagedPushes =
    "SELECT (SELECT min(push) FROM staged), (SELECT max(push) FROM staged)";
constexpr const char* kForgetStagedOne = "DELETE FROM staged WHERE push = ? AND seq = ?";
constexpr const char* kForgetDecidedSome =
    "DELETE FROM decided WHERE push = ?1 AND seq IN "
    "(SELECT seq FROM decided WHERE push = ?1 LIMIT ?2)";
constexpr const char* kForgetPush = "DELETE FROM push WHERE pk = ?";
constexpr const char* kOldPush = "SELECT pk FROM push WHERE used < ? LIMIT 1";

absl::StatusOr<std::optional<StagedRow>> NextStaged(Query* query) {
  absl::StatusOr<bool> row = query->Next();
  if (!row.ok()) return row.status();
  std::optional<StagedRow> staged;
  if (!*row) return staged;
  const absl::Status status = ReadStaged(*query, &staged.emplace());
  if (!status.ok()) return status;
  return staged;
}

void BindContent(const StagedRow& row, Query* query) {
  query->Bind(DigestBytes(row.digest))
      .BindOrNull(row.body != 0, row.body)
      .Bind(row.size)
      .BindOrNull(row.version != 0, row.version)
      .BindOrNull(row.if_generation.has_value(), row.if_generation.value_or(0));
}

}  // namespace

absl::StatusOr<std::optional<PushRow>> FindPush(Connection* connection, int64_t agency,
                                                const std::string& request_id) {
  Query query(connection, kFindPush);
  query.Bind(agency).BindText(request_id);
  absl::StatusOr<bool> row = query.Next();
  if (!row.ok()) return row.status();
  std::optional<PushRow> push;
  if (!*row) return push;
  push.emplace();
  push->pk = query.Int(0);
  push->dataset = query.Text(1);
  push->mode = static_cast<PushMode>(query.Int(2));
  push->through = query.Int(3);
  push->complete = query.Int(4) != 0;
  push->counts.created = query.Int(5);
  push->counts.updated = query.Int(6);
  push->counts.unchanged = query.Int(7);
  push->counts.deleted = query.Int(8);
  push->counts.rejected = query.Int(9);
  push->counts.conflicts = query.Int(10);
  push->counts.revision = query.Int(11);
  push->used = query.Int(12);
  return push;
}

absl::StatusOr<PushRow> AddPush(WriteSession* session, const AgencyRow& agency,
                                const PushKey& key) {
  session->Touch();
  const absl::Status status = Query(session->connection(), kAddPush)
                                  .Bind(agency.pk)
                                  .BindText(key.request_id)
                                  .Bind(key.dataset.dataset)
                                  .Bind(static_cast<int64_t>(key.mode))
                                  .Bind(agency.head)
                                  .Bind(session->now())
                                  .Run();
  if (!status.ok()) return status;
  PushRow push;
  push.pk = sqlite3_last_insert_rowid(session->connection()->db());
  push.dataset = key.dataset.dataset;
  push.mode = key.mode;
  push.used = session->now();
  return push;
}

absl::Status SavePush(WriteSession* session, const PushRow& push) {
  session->Touch();
  return Query(session->connection(), kSavePush)
      .Bind(push.through)
      .Bind(push.complete ? 1 : 0)
      .Bind(push.counts.created)
      .Bind(push.counts.updated)
      .Bind(push.counts.unchanged)
      .Bind(push.counts.deleted)
      .Bind(push.counts.rejected)
      .Bind(push.counts.conflicts)
      .Bind(push.counts.revision)
      .Bind(session->now())
      .Bind(push.pk)
      .Run();
}

absl::Status CheckPush(const PushRow& row, const PushKey& key) {
  if (row.dataset == key.dataset.dataset && row.mode == key.mode) return absl::OkStatus();
  return ReasonError(exchange::v1::REASON_REQUEST_ID_REUSED,
                     "the request id belongs to a push of another dataset or mode",
                     {{"request_id", key.request_id}});
}

absl::StatusOr<bool> HasDecided(Connection* connection, int64_t push) {
  return Query(connection, kHasDecided).Bind(push).Next();
}

absl::StatusOr<std::optional<Outcome>> FindDecided(Connection* connection, int64_t push,
                                                   int64_t seq) {
  Query query(connection, kFindDecided);
  query.Bind(push).Bind(seq);
  absl::StatusOr<bool> row = query.Next();
  if (!row.ok()) return row.status();
  if (!*row) return std::optional<Outcome>();
  return std::optional<Outcome>(static_cast<Outcome>(query.Int(0)));
}

absl::Status AddDecided(WriteSession* session, int64_t push, int64_t seq, Outcome outcome) {
  session->Touch();
  return Query(session->connection(), kAddDecided)
      .Bind(push)
      .Bind(seq)
      .Bind(static_cast<int64_t>(outcome))
      .Run();
}

absl::Status ForgetDecided(WriteSession* session, int64_t push, int64_t through) {
  session->Touch();
  return Query(session->connection(), kForgetDecided).Bind(push).Bind(through).Run();
}

absl::Status TakeDecidedOff(Connection* connection, const PushRow& push, PushSummary* counts) {
  Query query(connection, kCountDecided);
  query.Bind(push.pk).Bind(push.through);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok() || !*row) return row.status();
    CountOutcome(static_cast<Outcome>(query.Int(0)), -query.Int(1), counts);
  }
}

void CountOutcome(Outcome outcome, int64_t sign, PushSummary* counts) {
  switch (outcome) {
    case Outcome::kCreated:
      counts->created += sign;
      break;
    case Outcome::kUpdated:
      counts->updated += sign;
      break;
    case Outcome::kUnchanged:
      counts->unchanged += sign;
      break;
    case Outcome::kDeleted:
      counts->deleted += sign;
      break;
    case Outcome::kRejected:
      counts->rejected += sign;
      break;
    case Outcome::kConflict:
      counts->conflicts += sign;
      break;
    case Outcome::kStaged:
    case Outcome::kNeeded:
      break;
  }
}

absl::StatusOr<std::optional<StagedRow>> FindStaged(Connection* connection, int64_t push,
                                                    const RecordKey& key) {
  Query query(connection, kFindStaged);
  query.Bind(push).Bind(key.header ? 1 : 0).Bind(key.id).Bind(key.ordinal);
  return NextStaged(&query);
}

absl::StatusOr<bool> AddStaged(WriteSession* session, int64_t push, const StagedRow& row) {
  session->Touch();
  Query query(session->connection(), kAddStaged);
  BindContent(row, &query);
  query.Bind(push).Bind(row.seq).Bind(row.key.header ? 1 : 0).Bind(row.key.id);
  const absl::Status status = query.Bind(row.key.ordinal).Run();
  if (!status.ok()) return status;
  return sqlite3_changes(session->connection()->db()) == 1;
}

absl::Status SaveStaged(WriteSession* session, int64_t push, const StagedRow& row) {
  session->Touch();
  Query query(session->connection(), kSaveStaged);
  BindContent(row, &query);
  return query.Bind(push).Bind(row.seq).Run();
}

absl::StatusOr<std::optional<StagedRow>> FirstStaged(Connection* connection, int64_t push) {
  Query query(connection, kFirstStaged);
  query.Bind(push);
  return NextStaged(&query);
}

absl::Status ReadStaged(const Query& query, StagedRow* row) {
  row->seq = query.Int(0);
  row->key.header = query.Int(1) != 0;
  row->key.id = query.Bytes(2);
  row->key.ordinal = static_cast<uint32_t>(query.Int(3));
  row->body = query.Int(5);
  row->size = query.Int(6);
  row->version = query.Int(7);
  if (!query.IsNull(8)) row->if_generation = query.Int(8);
  return ReadDigest(query.Bytes(4), &row->digest);
}

absl::Status ForgetStaged(WriteSession* session, int64_t push) {
  session->Touch();
  bool alone = false;
  {
    Query query(session->connection(), kStagedPushes);
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    alone = query.Int(0) == push && query.Int(1) == push;
  }
  if (alone) return Query(session->connection(), kForgetAllStaged).Run();
  return Query(session->connection(), kForgetStaged).Bind(push).Run();
}

absl::StatusOr<bool> ForgetOldPushes(WriteSession* session, int64_t max_rows) {
  int64_t push = 0;
  {
    Query query(session->connection(), kOldPush);
    query.Bind(session->now() - kPushLifetime);
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) return true;
    push = query.Int(0);
  }
  absl::StatusOr<bool> done = ForgetPush(session, push, max_rows);
  if (!done.ok()) return done;
  return false;
}

absl::StatusOr<bool> ForgetPush(WriteSession* session, int64_t push, int64_t max_rows) {
  Connection* const connection = session->connection();
  session->Touch();
  for (int64_t rows = 0; rows < max_rows; ++rows) {
    auto staged = FirstStaged(connection, push);
    if (!staged.ok()) return staged.status();
    if (!staged->has_value()) break;
    absl::Status status;
    if ((*staged)->body != 0) status = session->RemoveBody((*staged)->body);
    if (status.ok()) {
      status = Query(connection, kForgetStagedOne).Bind(push).Bind((*staged)->seq).Run();
    }
    if (!status.ok()) return status;
    if (rows + 1 == max_rows) return false;
  }
  absl::Status status = Query(connection, kForgetDecidedSome).Bind(push).Bind(max_rows).Run();
  if (!status.ok()) return status;
  absl::StatusOr<bool> more = HasDecided(connection, push);
  if (!more.ok()) return more;
  if (*more) return false;
  status = Query(connection, kForgetPush).Bind(push).Run();
  if (!status.ok()) return status;
  return true;
}

}  // namespace puente::store
