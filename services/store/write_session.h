// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes versions of records within one transaction: revisions, counts, and what the feed is told.

#ifndef PUENTE_SERVICES_STORE_WRITE_SESSION_H_
#define PUENTE_SERVICES_STORE_WRITE_SESSION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/store/body_codec.h"
#include "services/store/sql.h"
#include "services/store/store.h"

namespace puente::store {

/// An agency while it is written to.
struct AgencyRow {
  int64_t pk = 0;
  std::string name;
  int64_t head = 0;
  int64_t compacted = 0;
  bool changed = false;
};

/// A dataset while it is written to.
struct DatasetRow {
  int64_t pk = 0;
  std::string agency;
  std::string name;
  int64_t records = 0;
  int64_t bytes = 0;
  int64_t revision = 0;
  /// No place in use is larger.
  int64_t last = 0;
  bool changed = false;
};

/// The current version of a record.
struct CurrentVersion {
  int64_t pk = 0;
  int64_t generation = 0;
  ChangeKind kind = ChangeKind::kCreated;
  int64_t position = 0;
  Digest digest = {};
  int64_t body = 0;
  int64_t size = 0;
  /// The push that wrote it; 0: none.
  int64_t push = 0;

  bool present() const { return kind != ChangeKind::kDeleted; }
};

/// Reads the current version of a record from a row: from column `first` on the number of the
/// version that the record tells, then the version's pk, generation, kind, position, digest, body,
/// size and push. Nothing when there is no record. STORE_DAMAGED.
absl::StatusOr<std::optional<CurrentVersion>> ReadCurrent(const Query& row, int first);

/// A version to be written.
struct NewVersion {
  ChangeKind kind = ChangeKind::kCreated;
  Digest digest = {};
  /// Number of the body; not for tombstones.
  int64_t body = 0;
  int64_t size = 0;
  int64_t position = 0;
  int64_t push = 0;
  std::string_view reason;
  /// The bytes of the body, for the feed: taken when the transaction is durable. May be null.
  std::string* bytes = nullptr;
};

/// What the feed is told of a transaction, in parts that follow each other.
struct FeedPart {
  struct Item {
    Change change;
    std::string* bytes = nullptr;
  };
  std::vector<Item> items;
  /// In place of items: versions to read, first and last.
  int64_t first = 0;
  int64_t last = -1;
  std::string agency;
};

/// One transaction. Rows of agencies and datasets are read once and written at the end.
class WriteSession {
 public:
  WriteSession(Connection* connection, TimeMicros now) : connection_(connection), now_(now) {}
  WriteSession(const WriteSession&) = delete;
  WriteSession& operator=(const WriteSession&) = delete;

  Connection* connection() const { return connection_; }
  /// The time of all that is written.
  TimeMicros now() const { return now_; }
  /// Tells that something is written: a failure from here on must roll back.
  void Touch() { touched_ = true; }
  bool touched() const { return touched_; }
  void ClearTouched() { touched_ = false; }

  /// The rows live as long as the session. AGENCY_NOT_FOUND.
  absl::StatusOr<AgencyRow*> FindAgency(const std::string& name);
  /// Null when there is none.
  absl::StatusOr<DatasetRow*> FindDataset(const AgencyRow& agency, const std::string& name);
  absl::StatusOr<DatasetRow*> MakeDataset(const AgencyRow& agency, const std::string& name);
  /// The place behind all others.
  static int64_t AppendPlace(const DatasetRow& dataset);

  /// Nothing when there never was such a record.
  absl::StatusOr<std::optional<CurrentVersion>> FindCurrent(const DatasetRow& dataset,
                                                            const RecordKey& key);
  absl::StatusOr<int64_t> AddBody(const EncodedBody& encoded, const std::string& body);
  /// A body of its own with the same bytes.
  absl::StatusOr<int64_t> CopyBody(int64_t body);
  absl::Status RemoveBody(int64_t body);
  /// Writes the version that comes after `current`; its generation.
  absl::StatusOr<int64_t> Write(AgencyRow* agency, DatasetRow* dataset, const RecordKey& key,
                                const std::optional<CurrentVersion>& current,
                                const NewVersion& version);

  /// From here on, until the next call, changes are not held for the feed but read again when they
  /// are durable.
  void ReadBack(const AgencyRow* agency);
  std::vector<FeedPart> TakeFeed() { return std::move(feed_); }

  /// Writes the rows that changed. Call it before the transaction ends.
  absl::Status Flush();

 private:
  void Tell(const AgencyRow& agency, const DatasetRow& dataset, const RecordKey& key,
            int64_t generation, int64_t pk, const NewVersion& version);

  Connection* const connection_;
  const TimeMicros now_;
  bool touched_ = false;
  std::map<std::string, AgencyRow> agencies_;
  std::map<std::pair<int64_t, std::string>, DatasetRow> datasets_;
  std::vector<FeedPart> feed_;
  bool read_back_ = false;
};

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_WRITE_SESSION_H_
