// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of pushes: where each stands, which of its numbers are decided, what a snapshot holds.

#ifndef PUENTE_SERVICES_STORE_PUSH_TABLE_H_
#define PUENTE_SERVICES_STORE_PUSH_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/store/sql.h"
#include "services/store/store.h"
#include "services/store/write_session.h"

namespace puente::store {

/// How long a push is known after it was last written to: 7 days.
inline constexpr TimeMicros kPushLifetime = TimeMicros{7} * 24 * 3600 * 1'000'000;

/// A push.
struct PushRow {
  int64_t pk = 0;
  std::string dataset;
  PushMode mode = PushMode::kUpsert;
  int64_t through = 0;
  bool complete = false;
  /// Of all that is decided. The revision is that of the end.
  PushSummary counts;
  TimeMicros used = 0;
};

/// What a snapshot holds under one number.
struct StagedRow {
  int64_t seq = 0;
  RecordKey key;
  Digest digest = {};
  /// Number of its own body; 0: none.
  int64_t body = 0;
  int64_t size = 0;
  /// The version that has its content; 0: none.
  int64_t version = 0;
  std::optional<int64_t> if_generation;

  /// False when only the name is known: the record was asked for and did not come, was refused, or
  /// is in conflict. Then the present one is left as it is.
  bool has_content() const { return body != 0 || version != 0; }
};

/// Nothing when it is not known.
absl::StatusOr<std::optional<PushRow>> FindPush(Connection* connection, int64_t agency,
                                                const std::string& request_id);
/// `base`: the agency's newest revision.
absl::StatusOr<PushRow> AddPush(WriteSession* session, const AgencyRow& agency, const PushKey& key);
/// Writes what can change: through, complete, counts; and the time.
absl::Status SavePush(WriteSession* session, const PushRow& push);
/// REQUEST_ID_REUSED when the push is another one.
absl::Status CheckPush(const PushRow& row, const PushKey& key);

/// Numbers beyond `through`.
absl::StatusOr<bool> HasDecided(Connection* connection, int64_t push);
absl::StatusOr<std::optional<Outcome>> FindDecided(Connection* connection, int64_t push,
                                                   int64_t seq);
absl::Status AddDecided(WriteSession* session, int64_t push, int64_t seq, Outcome outcome);
/// Those up to a number are no longer needed.
absl::Status ForgetDecided(WriteSession* session, int64_t push, int64_t through);
/// Takes the counts of numbers beyond `through` off.
absl::Status TakeDecidedOff(Connection* connection, const PushRow& push, PushSummary* counts);
/// Counts one outcome, `sign` times.
void CountOutcome(Outcome outcome, int64_t sign, PushSummary* counts);

/// Rows of staged records. Find: by name.
absl::StatusOr<std::optional<StagedRow>> FindStaged(Connection* connection, int64_t push,
                                                    const RecordKey& key);
/// False, and nothing is written, when the number holds another name.
absl::StatusOr<bool> AddStaged(WriteSession* session, int64_t push, const StagedRow& row);
/// Writes a row again: all but its number and name can change.
absl::Status SaveStaged(WriteSession* session, int64_t push, const StagedRow& row);
/// The first row.
absl::StatusOr<std::optional<StagedRow>> FirstStaged(Connection* connection, int64_t push);
/// Reads a row whose first columns are seq, header, id, ordinal, digest, body, size, version and
/// if_generation.
absl::Status ReadStaged(const Query& query, StagedRow* row);
/// All rows; their bodies have gone elsewhere.
absl::Status ForgetStaged(WriteSession* session, int64_t push);

/// Forgets pushes that nobody wrote to for kPushLifetime, at most so many rows of them. False when
/// there may be more.
absl::StatusOr<bool> ForgetOldPushes(WriteSession* session, int64_t max_rows);
/// Forgets one push, at most so many rows of it. False when there is more.
absl::StatusOr<bool> ForgetPush(WriteSession* session, int64_t push, int64_t max_rows);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_PUSH_TABLE_H_
