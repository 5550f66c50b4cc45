// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The checks: pages, agencies, versions, records, datasets, bodies, pushes, tokens.

#include "services/store/store_check.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/strings.h"
#include "fmt/format.h"
#include "services/store/place_plan.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"
#include "services/store/sqlite_schema.h"
#include "services/store/version_rows.h"

namespace puente::store {
namespace {

constexpr int64_t kMostProblems = 1000;

constexpr const char* kPages = "PRAGMA integrity_check(1000)";
constexpr const char* kAgencies = "SELECT pk, name, head, compacted FROM agency ORDER BY name";
constexpr const char* kNewest = "SELECT max(pk) FROM version WHERE pk BETWEEN ? AND ?";
constexpr const char* kCountVersions = "SELECT count(*) FROM version WHERE pk BETWEEN ? AND ?";
constexpr const char* kDatasets =
    "SELECT d.pk, a.name, d.name, d.records, d.bytes, d.last, d.revision, a.head FROM dataset d "
    "LEFT JOIN agency a ON a.pk = d.agency";
constexpr const char* kLinks =
    "SELECT v.ended, v.previous, v.body, p.generation, p.ended, p.body, n.previous, n.generation, "
    "r.version, r.deleted FROM version v LEFT JOIN version p ON p.pk = v.previous "
    "LEFT JOIN version n ON n.pk = v.ended "
    "LEFT JOIN record r ON r.dataset = v.dataset AND r.header = v.header AND r.id = v.id "
    "AND r.ordinal = v.ordinal WHERE v.pk = ?";
constexpr const char* kPlaces =
    "SELECT dataset, position FROM version INDEXED BY version_place "
    "WHERE position IS NOT NULL AND ended IS NULL ORDER BY dataset, position";
constexpr const char* kCountRecords = "SELECT count(*) FROM record";
constexpr const char* kCountBodies = "SELECT count(*) FROM body";
constexpr const char* kStaged =
    "SELECT s.push, s.seq, s.body, s.version, b.pk, v.pk, p.pk FROM staged s "
    "LEFT JOIN body b ON b.pk = s.body LEFT JOIN version v ON v.pk = s.version "
    "LEFT JOIN push p ON p.pk = s.push";
constexpr const char* kLostDecided =
    "SELECT count(*) FROM decided d LEFT JOIN push p ON p.pk = d.push WHERE p.pk IS NULL";
constexpr const char* kLostTokens =
    "SELECT count(*) FROM token t LEFT JOIN agency a ON a.pk = t.agency WHERE a.pk IS NULL";

class Checker {
 public:
  explicit Checker(Connection* connection) : connection_(connection) {}

  StoreCheck Run();

 private:
  struct DatasetSum {
    DatasetKey key;
    int64_t last = 0;
    int64_t records = 0;
    int64_t bytes = 0;
    int64_t told_records = 0;
    int64_t told_bytes = 0;
  };

  absl::Status CheckPages();
  absl::Status CheckAgencies();
  absl::Status ReadDatasets();
  absl::Status CheckVersions();
  absl::Status CheckVersion(const Query& row);
  absl::Status CheckLinks(const Query& row, const StoredRecord& record, const std::string& place);
  absl::Status CheckPlaces();
  absl::Status CheckSums();
  absl::Status CheckPushes();
  absl::Status CheckTokens();

  absl::StatusOr<int64_t> Number(const char* sql) {
    Query query(connection_, sql);
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    return query.Int(0);
  }

  void Problem(std::string place, std::string what) {
    ++check_.problem_count;
    if (check_.problem_count <= kMostProblems) {
      check_.problems.push_back({std::move(place), std::move(what)});
    }
  }

  // A part that cannot be read is a problem; the others are checked all the same.
  void Part(std::string_view place, const absl::Status& status) {
    if (!status.ok()) Problem(std::string(place), std::string(ToStd(status.message())));
  }

  Connection* const connection_;
  StoreCheck check_;
  std::map<int64_t, DatasetSum> datasets_;
  std::map<int64_t, int64_t> compacted_;
  int64_t current_ = 0;
  int64_t bodies_ = 0;
};

absl::Status Checker::CheckPages() {
  Query query(connection_, kPages);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok() || !*row) return row.status();
    if (query.Bytes(0) != "ok") Problem("pages", query.Text(0));
  }
}

absl::Status Checker::CheckAgencies() {
  Query query(connection_, kAgencies);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok() || !*row) return row.status();
    ++check_.agencies;
    const int64_t pk = query.Int(0);
    const std::string name = AgencyName(query.Bytes(1));
    const int64_t head = query.Int(2);
    const int64_t compacted = query.Int(3);
    compacted_[pk] = compacted;
    if (compacted > head || compacted < 0) {
      Problem(name, fmt::format("head {} is before what was compacted, {}", head, compacted));
    }
    Query newest(connection_, kNewest);
    row = newest.Bind(VersionOf(pk, 0)).Bind(VersionOf(pk, kMaxRevision)).Next();
    if (!row.ok()) return row.status();
    const int64_t last = newest.IsNull(0) ? 0 : RevisionOf(newest.Int(0));
    if (last > head || (last < head && head > compacted)) {
      Problem(name, fmt::format("head is {}, the newest version {}", head, last));
    }
    Query count(connection_, kCountVersions);
    row = count.Bind(VersionOf(pk, compacted + 1)).Bind(VersionOf(pk, head)).Next();
    if (!row.ok()) return row.status();
    if (count.Int(0) != head - compacted) {
      Problem(name, fmt::format("{} changes from {} to {}", count.Int(0), compacted + 1, head));
    }
  }
}

absl::Status Checker::ReadDatasets() {
  Query query(connection_, kDatasets);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok() || !*row) return row.status();
    ++check_.datasets;
    DatasetSum& sum = datasets_[query.Int(0)];
    sum.key = {query.Text(1), query.Text(2)};
    sum.told_records = query.Int(3);
    sum.told_bytes = query.Int(4);
    sum.last = query.Int(5);
    if (query.IsNull(1)) {
      Problem(fmt::format("dataset {}", query.Int(0)), "is of no agency");
    } else if (query.Int(6) > query.Int(7)) {
      Problem(DatasetName(sum.key), "is newer than its agency");
    }
  }
}

absl::Status Checker::CheckVersions() {
  Query query(connection_, kLogBodies);
  query.Bind(0).Bind(std::numeric_limits<int64_t>::max());
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok() || !*row) return row.status();
    ++check_.generations;
    const absl::Status status = CheckVersion(query);
    if (!status.ok()) return status;
  }
}

absl::Status Checker::CheckVersion(const Query& row) {
  const int64_t pk = ReadVersionNumber(row);
  const auto dataset = datasets_.find(ReadDatasetNumber(row));
  if (dataset == datasets_.end()) {
    Problem(fmt::format("version {}", pk), "is of no dataset");
    return absl::OkStatus();
  }
  StoredRecord record;
  record.dataset = dataset->second.key;
  const absl::Status readable = ReadVersion(row, true, &record);
  const std::string place =
      fmt::format("{} generation {}", RecordName(record.dataset, record.key), record.generation);
  if (!readable.ok()) {
    Problem(place, std::string(ToStd(readable.message())));
  } else if (record.deleted) {
    if (record.size != 0 || record.position != 0) Problem(place, "a tombstone has content");
  } else {
    const absl::StatusOr<Digest> digest = RecordDigest(*record.body);
    if (!digest.ok() || *digest != record.digest) Problem(place, "has another digest");
    check_.bytes += record.size;
    if (record.key.header && record.position != HeaderPlace(record.key.ordinal)) {
      Problem(place, "a header has another place");
    } else if (!record.key.header && record.position > dataset->second.last) {
      Problem(place, "stands behind the last place of its dataset");
    }
  }
  const ChangeKind kind = ReadKind(row);
  if (kind < ChangeKind::kCreated || kind > ChangeKind::kMoved) {
    Problem(place, "is of no kind of change");
  }
  return CheckLinks(row, record, place);
}

absl::Status Checker::CheckLinks(const Query& row, const StoredRecord& record,
                                 const std::string& place) {
  const int64_t pk = ReadVersionNumber(row);
  Query links(connection_, kLinks);
  absl::StatusOr<bool> found = links.Bind(pk).Next();
  if (!found.ok()) return found.status();
  enum { kEnded, kBefore, kBody, kBeforeGeneration, kBeforeEnded, kBeforeBody, kBack };
  enum { kNextGeneration = kBack + 1, kCurrent, kDeleted };
  if (links.IsNull(kBody) != record.deleted)
    Problem(place, "has a body, or none, against its kind");
  if (!links.IsNull(kBody) &&
      (links.IsNull(kBeforeBody) || links.Int(kBeforeBody) != links.Int(kBody))) {
    ++bodies_;
  }
  if (links.IsNull(kBefore)) {
    if (record.generation != 1) Problem(place, "has no generation before it");
  } else if (links.IsNull(kBeforeGeneration)) {
    if (record.revision > compacted_[pk >> kRevisionBits]) {
      Problem(place, "has lost the generation before it");
    }
  } else if (links.Int(kBeforeGeneration) + 1 != record.generation ||
             links.Int(kBeforeEnded) != pk) {
    Problem(place, "does not follow the generation before it");
  }
  if (links.IsNull(kCurrent)) {
    Problem(place, "is of no record");
    return absl::OkStatus();
  }
  if (!links.IsNull(kEnded)) {
    if (links.Int(kBack) != pk || links.Int(kNextGeneration) != record.generation + 1) {
      Problem(place, "is not followed by the generation that ended it");
    }
    if (links.Int(kCurrent) == pk) Problem(place, "has ended and is the current one");
    return absl::OkStatus();
  }
  ++current_;
  if (links.Int(kCurrent) != pk) Problem(place, "is neither ended nor the current one");
  if ((links.Int(kDeleted) != 0) != record.deleted) Problem(place, "the record tells otherwise");
  if (!record.deleted) {
    if (!record.key.header) {
      DatasetSum& sum = datasets_[ReadDatasetNumber(row)];
      ++sum.records;
      sum.bytes += record.size;
    }
    ++check_.records;
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckPlaces() {
  Query query(connection_, kPlaces);
  int64_t dataset = -1;
  int64_t position = 0;
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok() || !*row) return row.status();
    if (query.Int(0) == dataset && query.Int(1) == position) {
      Problem(DatasetName(datasets_[dataset].key), "two records have one place");
    }
    dataset = query.Int(0);
    position = query.Int(1);
  }
}

absl::Status Checker::CheckSums() {
  for (const auto& [pk, sum] : datasets_) {
    if (sum.records == sum.told_records && sum.bytes == sum.told_bytes) continue;
    Problem(DatasetName(sum.key),
            fmt::format("has {} records of {} bytes and tells {} of {}", sum.records, sum.bytes,
                        sum.told_records, sum.told_bytes));
  }
  const absl::StatusOr<int64_t> records = Number(kCountRecords);
  if (!records.ok()) return records.status();
  if (*records != current_) {
    Problem("records", fmt::format("{} records, {} current versions", *records, current_));
  }
  const absl::StatusOr<int64_t> bodies = Number(kCountBodies);
  if (!bodies.ok()) return bodies.status();
  if (*bodies != bodies_) {
    Problem("bodies", fmt::format("{} bodies, {} in use", *bodies, bodies_));
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckPushes() {
  const absl::StatusOr<int64_t> lost = Number(kLostDecided);
  if (!lost.ok()) return lost.status();
  if (*lost != 0) Problem("pushes", fmt::format("{} numbers of no push", *lost));
  Query query(connection_, kStaged);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok() || !*row) return row.status();
    if (!query.IsNull(2)) ++bodies_;
    const bool whole = !query.IsNull(6) && query.IsNull(2) == query.IsNull(4) &&
                       query.IsNull(3) == query.IsNull(5);
    if (!whole) {
      Problem(fmt::format("push {} number {}", query.Int(0), query.Int(1)),
              "what was staged is not whole");
    }
  }
}

absl::Status Checker::CheckTokens() {
  const absl::StatusOr<int64_t> lost = Number(kLostTokens);
  if (lost.ok() && *lost != 0) Problem("tokens", fmt::format("{} tokens of no agency", *lost));
  return lost.status();
}

StoreCheck Checker::Run() {
  Part("pages", CheckPages());
  Part("agencies", CheckAgencies());
  Part("datasets", ReadDatasets());
  Part("versions", CheckVersions());
  Part("places", CheckPlaces());
  Part("pushes", CheckPushes());
  Part("sums", CheckSums());
  Part("tokens", CheckTokens());
  return std::move(check_);
}

}  // namespace

absl::StatusOr<StoreCheck> CheckStore(Connection* connection) {
  const absl::Status status = connection->Run("BEGIN");
  if (!status.ok()) return status;
  StoreCheck check = Checker(connection).Run();
  if (connection->InTransaction()) (void)connection->Run("COMMIT");
  return check;
}

}  // namespace puente::store
