// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Removes versions that ended, and bodies that only they have.

#include "services/store/compaction.h"

#include <algorithm>

#include "services/store/sqlite_schema.h"

namespace puente::store {
namespace {

constexpr const char* kMark = "UPDATE agency SET compacted = ? WHERE pk = ?";
constexpr const char* kOldestBase =
    "SELECT min(base) FROM push WHERE agency = ? AND mode = 2 AND complete = 0";
// A version that moved has the body of the one before.
constexpr const char* kNextEnded =
    "SELECT v.pk, v.body, n.body FROM version v INDEXED BY version_ended "
    "JOIN version n ON n.pk = v.ended WHERE v.ended BETWEEN ? AND ? ORDER BY v.ended LIMIT 1";
constexpr const char* kRemove = "DELETE FROM version WHERE pk = ?";
constexpr const char* kAgency = "SELECT pk, compacted, head FROM agency WHERE name = ?";
constexpr const char* kTimes = "SELECT pk, time FROM version WHERE pk BETWEEN ? AND ? ORDER BY pk";

static_assert(static_cast<int>(PushMode::kSnapshot) == 2, "kOldestBase says so");

}  // namespace

absl::StatusOr<int64_t> MarkCompacted(WriteSession* session, const std::string& agency,
                                      int64_t through) {
  absl::StatusOr<AgencyRow*> found = session->FindAgency(agency);
  if (!found.ok()) return found.status();
  AgencyRow& row = **found;
  const int64_t last = std::min(through, row.head);
  if (last <= row.compacted) return 0;
  session->Touch();
  const absl::Status status = Query(session->connection(), kMark).Bind(last).Bind(row.pk).Run();
  if (!status.ok()) return status;
  const int64_t count = last - row.compacted;
  row.compacted = last;
  return count;
}

absl::StatusOr<bool> RemoveCompacted(WriteSession* session, const std::string& agency,
                                     int64_t max_rows) {
  absl::StatusOr<AgencyRow*> found = session->FindAgency(agency);
  if (!found.ok()) return found.status();
  int64_t last = (*found)->compacted;
  {
    Query query(session->connection(), kOldestBase);
    absl::StatusOr<bool> row = query.Bind((*found)->pk).Next();
    if (!row.ok()) return row.status();
    if (*row && !query.IsNull(0)) last = std::min(last, query.Int(0));
  }
  for (int64_t i = 0; i < max_rows; ++i) {
    int64_t version = 0;
    int64_t body = 0;
    {
      Query query(session->connection(), kNextEnded);
      query.Bind(VersionOf((*found)->pk, 0)).Bind(VersionOf((*found)->pk, last));
      absl::StatusOr<bool> row = query.Next();
      if (!row.ok()) return row.status();
      if (!*row) return true;
      version = query.Int(0);
      if (!query.IsNull(1) && query.Int(1) != query.Int(2)) body = query.Int(1);
    }
    absl::Status status;
    session->Touch();
    if (body != 0) status = session->RemoveBody(body);
    if (status.ok()) status = Query(session->connection(), kRemove).Bind(version).Run();
    if (!status.ok()) return status;
  }
  return false;
}

absl::StatusOr<int64_t> RevisionBefore(Connection* connection, const std::string& agency,
                                       TimeMicros time) {
  int64_t pk = 0;
  int64_t revision = 0;
  int64_t head = 0;
  {
    Query query(connection, kAgency);
    absl::StatusOr<bool> row = query.BindText(agency).Next();
    if (!row.ok()) return row.status();
    if (!*row) return 0;
    pk = query.Int(0);
    revision = query.Int(1);
    head = query.Int(2);
  }
  Query query(connection, kTimes);
  query.Bind(VersionOf(pk, revision + 1)).Bind(VersionOf(pk, head));
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row || query.Int(1) >= time) return revision;
    revision = RevisionOf(query.Int(0));
  }
}

}  // namespace puente::store
