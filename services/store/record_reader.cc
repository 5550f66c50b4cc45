// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Selects of single records, of agencies and of datasets.

#include "services/store/record_reader.h"

#include <limits>

#include "services/store/reason_error.h"
#include "services/store/resource_name.h"
#include "services/store/step_writer.h"
#include "services/store/version_rows.h"

namespace puente::store {
namespace {

constexpr const char* kFindVersion =
    "SELECT r.version FROM agency a "
    "JOIN dataset d ON d.agency = a.pk AND d.name = ? "
    "JOIN record r ON r.dataset = d.pk AND r.header = ? AND r.id = ? AND r.ordinal = ? "
    "WHERE a.name = ?";
constexpr const char* kAgency =
    "SELECT name, title, head, compacted, created FROM agency WHERE name = ?";
constexpr const char* kAgencies =
    "SELECT name, title, head, compacted, created FROM agency ORDER BY name";
constexpr const char* kDataset =
    "SELECT a.name, d.name, d.records, d.bytes, d.revision, d.created, d.updated "
    "FROM agency a JOIN dataset d ON d.agency = a.pk WHERE a.name = ? AND d.name = ?";
constexpr const char* kDatasetsOf =
    "SELECT a.name, d.name, d.records, d.bytes, d.revision, d.created, d.updated "
    "FROM agency a JOIN dataset d ON d.agency = a.pk WHERE a.name = ? AND d.name > ? "
    "ORDER BY d.name LIMIT ?";
constexpr const char* kDatasets =
    "SELECT a.name, d.name, d.records, d.bytes, d.revision, d.created, d.updated "
    "FROM agency a CROSS JOIN dataset d ON d.agency = a.pk WHERE a.name > ? "
    "ORDER BY a.name, d.name LIMIT ?";
constexpr const char* kHead = "SELECT name, head FROM agency";

absl::Status Damaged() {
  return ReasonError(exchange::v1::REASON_STORE_DAMAGED,
                     "the store is damaged: a record has no version");
}

absl::Status NoGeneration(const DatasetKey& dataset, const RecordKey& key, int64_t generation) {
  return ReasonError(
      exchange::v1::REASON_GENERATION_NOT_FOUND, "the record has no such generation any more",
      {{"name", RecordName(dataset, key)}, {"generation", std::to_string(generation)}});
}

// The current version of a record; 0 when there never was one.
absl::StatusOr<int64_t> FindVersion(Connection* connection, const DatasetKey& dataset,
                                    const RecordKey& key) {
  Query query(connection, kFindVersion);
  query.Bind(dataset.dataset).Bind(key.header ? 1 : 0).Bind(key.id).Bind(key.ordinal);
  query.BindText(dataset.agency);
  absl::StatusOr<bool> row = query.Next();
  if (!row.ok()) return row.status();
  return *row ? query.Int(0) : 0;
}

// Reads one version and the number of the one before. False when it is not there.
absl::StatusOr<bool> ReadOne(Connection* connection, int64_t version, bool with_body,
                             StoredRecord* record, int64_t* previous) {
  Query query(connection, with_body ? kVersionBody : kVersionRow);
  absl::StatusOr<bool> row = query.Bind(version).Next();
  if (!row.ok() || !*row) return row;
  *previous = ReadPrevious(query);
  if (*previous >= version) return Damaged();
  const absl::Status status = ReadVersion(query, with_body, record);
  if (!status.ok()) return status;
  return true;
}

Agency AgencyOf(const Query& row) {
  Agency agency;
  agency.name = row.Text(0);
  agency.title = row.Text(1);
  agency.head = row.Int(2);
  agency.compacted = row.Int(3);
  agency.create_time = row.Int(4);
  return agency;
}

Dataset DatasetOf(const Query& row) {
  Dataset dataset;
  dataset.key = {row.Text(0), row.Text(1)};
  dataset.records = row.Int(2);
  dataset.bytes = row.Int(3);
  dataset.revision = row.Int(4);
  dataset.create_time = row.Int(5);
  dataset.update_time = row.Int(6);
  return dataset;
}

absl::Status TakeDatasets(Query* query, int64_t max, std::vector<Dataset>* datasets) {
  while (static_cast<int64_t>(datasets->size()) < max) {
    absl::StatusOr<bool> row = query->Next();
    if (!row.ok() || !*row) return row.status();
    datasets->push_back(DatasetOf(*query));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StoredRecord> ReadRecord(Connection* connection, const DatasetKey& dataset,
                                        const RecordKey& key, int64_t generation, bool with_body) {
  absl::StatusOr<int64_t> version = FindVersion(connection, dataset, key);
  if (!version.ok()) return version.status();
  if (*version == 0) return NotFoundError(dataset, key);
  StoredRecord record;
  record.dataset = dataset;
  for (int64_t number = *version; number != 0;) {
    int64_t previous = 0;
    // Bodies on the way to an earlier generation are not read.
    absl::StatusOr<bool> there =
        ReadOne(connection, number, with_body && generation == 0, &record, &previous);
    if (!there.ok()) return there.status();
    if (!*there) {
      if (number == *version) return Damaged();
      break;
    }
    if (generation == 0 && record.deleted) return DeletedError(dataset, key, record.generation);
    if (generation == 0) return record;
    if (record.generation < generation) break;
    if (record.generation == generation) {
      if (with_body && !record.deleted) {
        there = ReadOne(connection, number, true, &record, &previous);
        if (!there.ok()) return there.status();
      }
      return record;
    }
    number = previous;
    record.delete_reason.clear();
  }
  return NoGeneration(dataset, key, generation);
}

absl::StatusOr<std::vector<StoredRecord>> ReadGenerations(Connection* connection,
                                                          const DatasetKey& dataset,
                                                          const RecordKey& key, int64_t before,
                                                          int64_t max) {
  absl::StatusOr<int64_t> version = FindVersion(connection, dataset, key);
  if (!version.ok()) return version.status();
  if (*version == 0) return NotFoundError(dataset, key);
  std::vector<StoredRecord> generations;
  int64_t number = *version;
  while (number != 0 && static_cast<int64_t>(generations.size()) < max) {
    StoredRecord record;
    record.dataset = dataset;
    int64_t previous = 0;
    absl::StatusOr<bool> there = ReadOne(connection, number, false, &record, &previous);
    if (!there.ok()) return there.status();
    if (!*there) {
      if (number == *version) return Damaged();
      // Compacted.
      break;
    }
    if (before == 0 || record.generation < before) generations.push_back(std::move(record));
    number = previous;
  }
  return generations;
}

absl::StatusOr<Agency> ReadAgency(Connection* connection, const std::string& name) {
  Query query(connection, kAgency);
  absl::StatusOr<bool> row = query.BindText(name).Next();
  if (!row.ok()) return row.status();
  if (!*row) {
    return ReasonError(exchange::v1::REASON_AGENCY_NOT_FOUND, "there is no such agency",
                       {{"name", AgencyName(name)}});
  }
  return AgencyOf(query);
}

absl::StatusOr<std::vector<Agency>> ReadAgencies(Connection* connection) {
  std::vector<Agency> agencies;
  Query query(connection, kAgencies);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) return agencies;
    agencies.push_back(AgencyOf(query));
  }
}

absl::StatusOr<Dataset> ReadDataset(Connection* connection, const DatasetKey& key) {
  Query query(connection, kDataset);
  absl::StatusOr<bool> row = query.BindText(key.agency).Bind(key.dataset).Next();
  if (!row.ok()) return row.status();
  if (!*row) {
    return ReasonError(exchange::v1::REASON_DATASET_NOT_FOUND, "there is no such dataset",
                       {{"name", DatasetName(key)}});
  }
  return DatasetOf(query);
}

absl::StatusOr<std::vector<Dataset>> ReadDatasets(Connection* connection, const std::string& agency,
                                                  const std::optional<DatasetKey>& after,
                                                  int64_t max) {
  std::vector<Dataset> datasets;
  if (!agency.empty()) {
    absl::StatusOr<Agency> there = ReadAgency(connection, agency);
    if (!there.ok()) return there.status();
  }
  absl::Status status;
  const bool goes_on = after.has_value() && (agency.empty() || after->agency == agency);
  if (goes_on || !agency.empty()) {
    // The rest of one agency.
    if (after.has_value() && !agency.empty() && after->agency > agency) return datasets;
    const std::string& of = agency.empty() ? after->agency : agency;
    Query query(connection, kDatasetsOf);
    query.BindText(of).Bind(goes_on ? after->dataset : std::string_view()).Bind(max);
    status = TakeDatasets(&query, max, &datasets);
    if (!status.ok()) return status;
  }
  if (agency.empty()) {
    Query query(connection, kDatasets);
    query.BindText(after.has_value() ? after->agency : std::string_view());
    query.Bind(max - static_cast<int64_t>(datasets.size()));
    status = TakeDatasets(&query, max, &datasets);
    if (!status.ok()) return status;
  }
  return datasets;
}

absl::StatusOr<RevisionVector> ReadHead(Connection* connection) {
  RevisionVector head;
  Query query(connection, kHead);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) return head;
    head[query.Text(0)] = query.Int(1);
  }
}

}  // namespace puente::store
