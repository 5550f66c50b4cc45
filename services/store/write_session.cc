// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rows of versions, records, datasets and agencies.

#include "services/store/write_session.h"

#include "services/store/place_plan.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"
#include "services/store/sqlite_schema.h"
#include "services/store/version_rows.h"

namespace puente::store {
namespace {

constexpr const char* kFindAgency = "SELECT pk, head, compacted FROM agency WHERE name = ?";
constexpr const char* kSaveAgency = "UPDATE agency SET head = ? WHERE pk = ?";
constexpr const char* kFindDataset =
    "SELECT pk, records, bytes, revision, last FROM dataset WHERE agency = ? AND name = ?";
constexpr const char* kAddDataset =
    "INSERT INTO dataset(agency, name, records, bytes, revision, last, created, updated) "
    "VALUES(?, ?, 0, 0, 0, 0, ?, ?)";
constexpr const char* kSaveDataset =
    "UPDATE dataset SET records = ?, bytes = ?, revision = ?, last = ?, updated = ? WHERE pk = ?";
constexpr const char* kFindCurrent =
    "SELECT r.version, v.pk, v.generation, v.kind, v.position, v.digest, v.body, v.size, v.push "
    "FROM record r LEFT JOIN version v ON v.pk = r.version "
    "WHERE r.dataset = ? AND r.header = ? AND r.id = ? AND r.ordinal = ?";
constexpr const char* kAddRecord =
    "INSERT INTO record(version, deleted, dataset, header, id, ordinal) VALUES(?, ?, ?, ?, ?, ?)";
constexpr const char* kSaveRecord =
    "UPDATE record SET version = ?, deleted = ? "
    "WHERE dataset = ? AND header = ? AND id = ? AND ordinal = ?";
constexpr const char* kAddVersion =
    "INSERT INTO version(pk, dataset, header, id, ordinal, generation, kind, position, previous, "
    "digest, body, size, time, push, reason) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kEndVersion = "UPDATE version SET ended = ? WHERE pk = ?";
constexpr const char* kAddBody = "INSERT INTO body(encoding, sum, bytes) VALUES(?, ?, ?)";
constexpr const char* kCopyBody =
    "INSERT INTO body(encoding, sum, bytes) SELECT encoding, sum, bytes FROM body WHERE pk = ?";
constexpr const char* kRemoveBody = "DELETE FROM body WHERE pk = ?";

}  // namespace

absl::StatusOr<std::optional<CurrentVersion>> ReadCurrent(const Query& row, int first) {
  std::optional<CurrentVersion> current;
  if (row.IsNull(first)) return current;
  if (row.IsNull(first + 1)) {
    return ReasonError(exchange::v1::REASON_STORE_DAMAGED,
                       "the store is damaged: a record has no version");
  }
  current.emplace();
  current->pk = row.Int(first + 1);
  current->generation = row.Int(first + 2);
  current->kind = static_cast<ChangeKind>(row.Int(first + 3));
  current->position = row.Int(first + 4);
  current->body = row.Int(first + 6);
  current->size = row.Int(first + 7);
  current->push = row.Int(first + 8);
  const absl::Status status = ReadDigest(row.Bytes(first + 5), &current->digest);
  if (!status.ok()) return status;
  return current;
}

absl::StatusOr<AgencyRow*> WriteSession::FindAgency(const std::string& name) {
  if (const auto found = agencies_.find(name); found != agencies_.end()) return &found->second;
  Query query(connection_, kFindAgency);
  query.BindText(name);
  absl::StatusOr<bool> row = query.Next();
  if (!row.ok()) return row.status();
  if (!*row) {
    return ReasonError(exchange::v1::REASON_AGENCY_NOT_FOUND, "there is no such agency",
                       {{"name", AgencyName(name)}});
  }
  AgencyRow agency;
  agency.pk = query.Int(0);
  agency.name = name;
  agency.head = query.Int(1);
  agency.compacted = query.Int(2);
  return &agencies_.emplace(name, std::move(agency)).first->second;
}

absl::StatusOr<DatasetRow*> WriteSession::FindDataset(const AgencyRow& agency,
                                                      const std::string& name) {
  const auto found = datasets_.find({agency.pk, name});
  if (found != datasets_.end()) return &found->second;
  Query query(connection_, kFindDataset);
  query.Bind(agency.pk).Bind(name);
  absl::StatusOr<bool> row = query.Next();
  if (!row.ok()) return row.status();
  if (!*row) return nullptr;
  DatasetRow dataset;
  dataset.pk = query.Int(0);
  dataset.agency = agency.name;
  dataset.name = name;
  dataset.records = query.Int(1);
  dataset.bytes = query.Int(2);
  dataset.revision = query.Int(3);
  dataset.last = query.Int(4);
  return &datasets_.emplace(std::pair(agency.pk, name), std::move(dataset)).first->second;
}

absl::StatusOr<DatasetRow*> WriteSession::MakeDataset(const AgencyRow& agency,
                                                      const std::string& name) {
  absl::StatusOr<DatasetRow*> found = FindDataset(agency, name);
  if (!found.ok() || *found != nullptr) return found;
  Touch();
  const absl::Status status =
      Query(connection_, kAddDataset).Bind(agency.pk).Bind(name).Bind(now_).Bind(now_).Run();
  if (!status.ok()) return status;
  DatasetRow dataset;
  dataset.pk = sqlite3_last_insert_rowid(connection_->db());
  dataset.agency = agency.name;
  dataset.name = name;
  return &datasets_.emplace(std::pair(agency.pk, name), std::move(dataset)).first->second;
}

int64_t WriteSession::AppendPlace(const DatasetRow& dataset) { return dataset.last + kPlaceGap; }

absl::StatusOr<std::optional<CurrentVersion>> WriteSession::FindCurrent(const DatasetRow& dataset,
                                                                        const RecordKey& key) {
  Query query(connection_, kFindCurrent);
  query.Bind(dataset.pk).Bind(key.header ? 1 : 0).Bind(key.id).Bind(key.ordinal);
  absl::StatusOr<bool> row = query.Next();
  if (!row.ok()) return row.status();
  if (!*row) return std::optional<CurrentVersion>();
  return ReadCurrent(query, 0);
}

absl::StatusOr<int64_t> WriteSession::AddBody(const EncodedBody& encoded, const std::string& body) {
  Touch();
  const absl::Status status = Query(connection_, kAddBody)
                                  .Bind(static_cast<int64_t>(encoded.encoding))
                                  .Bind(encoded.sum)
                                  .Bind(encoded.Bytes(body))
                                  .Run();
  if (!status.ok()) return status;
  return sqlite3_last_insert_rowid(connection_->db());
}

absl::StatusOr<int64_t> WriteSession::CopyBody(int64_t body) {
  Touch();
  const absl::Status status = Query(connection_, kCopyBody).Bind(body).Run();
  if (!status.ok()) return status;
  if (sqlite3_changes(connection_->db()) != 1) {
    return ReasonError(exchange::v1::REASON_STORE_DAMAGED,
                       "the store is damaged: a record has no body");
  }
  return sqlite3_last_insert_rowid(connection_->db());
}

absl::Status WriteSession::RemoveBody(int64_t body) {
  Touch();
  return Query(connection_, kRemoveBody).Bind(body).Run();
}

absl::StatusOr<int64_t> WriteSession::Write(AgencyRow* agency, DatasetRow* dataset,
                                            const RecordKey& key,
                                            const std::optional<CurrentVersion>& current,
                                            const NewVersion& version) {
  Touch();
  const bool present = version.kind != ChangeKind::kDeleted;
  const int64_t revision = ++agency->head;
  agency->changed = true;
  const int64_t pk = VersionOf(agency->pk, revision);
  const int64_t generation = current.has_value() ? current->generation + 1 : 1;
  {
    Query query(connection_, kAddVersion);
    query.Bind(pk).Bind(dataset->pk).Bind(key.header ? 1 : 0).Bind(key.id).Bind(key.ordinal);
    query.Bind(generation).Bind(static_cast<int64_t>(version.kind));
    query.BindOrNull(present, version.position);
    query.BindOrNull(current.has_value(), current.has_value() ? current->pk : 0);
    query.Bind(DigestBytes(version.digest)).BindOrNull(present, version.body);
    query.Bind(version.size).Bind(now_).Bind(version.push).BindText(version.reason);
    const absl::Status status = query.Run();
    if (!status.ok()) return status;
  }
  if (current.has_value()) {
    const absl::Status status = Query(connection_, kEndVersion).Bind(pk).Bind(current->pk).Run();
    if (!status.ok()) return status;
  }
  const absl::Status status = Query(connection_, current.has_value() ? kSaveRecord : kAddRecord)
                                  .Bind(pk)
                                  .Bind(present ? 0 : 1)
                                  .Bind(dataset->pk)
                                  .Bind(key.header ? 1 : 0)
                                  .Bind(key.id)
                                  .Bind(key.ordinal)
                                  .Run();
  if (!status.ok()) return status;
  dataset->changed = true;
  dataset->revision = revision;
  if (!key.header) {
    if (current.has_value() && current->present()) {
      --dataset->records;
      dataset->bytes -= current->size;
    }
    if (present) {
      ++dataset->records;
      dataset->bytes += version.size;
      if (version.position > dataset->last) dataset->last = version.position;
    }
  }
  Tell(*agency, *dataset, key, generation, pk, version);
  return generation;
}

void WriteSession::Tell(const AgencyRow& agency, const DatasetRow& dataset, const RecordKey& key,
                        int64_t generation, int64_t pk, const NewVersion& version) {
  if (read_back_) {
    FeedPart& part = feed_.back();
    if (part.last < part.first) part.first = pk;
    part.last = pk;
    return;
  }
  if (feed_.empty() || !feed_.back().agency.empty()) feed_.emplace_back();
  FeedPart::Item& item = feed_.back().items.emplace_back();
  item.bytes = version.bytes;
  item.change.kind = version.kind;
  StoredRecord& record = item.change.record;
  record.dataset = {agency.name, dataset.name};
  record.key = key;
  record.generation = generation;
  record.revision = RevisionOf(pk);
  record.digest = version.digest;
  record.time = now_;
  record.deleted = version.kind == ChangeKind::kDeleted;
  record.position = record.deleted ? 0 : version.position;
  record.delete_reason = version.reason;
  record.size = version.size;
}

void WriteSession::ReadBack(const AgencyRow* agency) {
  read_back_ = agency != nullptr;
  if (!read_back_) return;
  FeedPart part;
  part.agency = agency->name;
  part.first = 0;
  part.last = -1;
  feed_.push_back(std::move(part));
}

absl::Status WriteSession::Flush() {
  for (auto& [name, agency] : agencies_) {
    if (!agency.changed) continue;
    const absl::Status status =
        Query(connection_, kSaveAgency).Bind(agency.head).Bind(agency.pk).Run();
    if (!status.ok()) return status;
    agency.changed = false;
  }
  for (auto& [key, dataset] : datasets_) {
    if (!dataset.changed) continue;
    const absl::Status status = Query(connection_, kSaveDataset)
                                    .Bind(dataset.records)
                                    .Bind(dataset.bytes)
                                    .Bind(dataset.revision)
                                    .Bind(dataset.last)
                                    .Bind(now_)
                                    .Bind(dataset.pk)
                                    .Run();
    if (!status.ok()) return status;
    dataset.changed = false;
  }
  return absl::OkStatus();
}

}  // namespace puente::store
