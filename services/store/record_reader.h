// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads records, datasets and changes through one connection, whose transaction fixes the moment.

#ifndef PUENTE_SERVICES_STORE_RECORD_READER_H_
#define PUENTE_SERVICES_STORE_RECORD_READER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/store/sql.h"
#include "services/store/store.h"

namespace puente::store {

/// As the functions of Store with these names.
absl::StatusOr<StoredRecord> ReadRecord(Connection* connection, const DatasetKey& dataset,
                                        const RecordKey& key, int64_t generation, bool with_body);
absl::StatusOr<std::vector<StoredRecord>> ReadGenerations(Connection* connection,
                                                          const DatasetKey& dataset,
                                                          const RecordKey& key, int64_t before,
                                                          int64_t max);
absl::StatusOr<Agency> ReadAgency(Connection* connection, const std::string& name);
absl::StatusOr<std::vector<Agency>> ReadAgencies(Connection* connection);
absl::StatusOr<Dataset> ReadDataset(Connection* connection, const DatasetKey& key);
absl::StatusOr<std::vector<Dataset>> ReadDatasets(Connection* connection, const std::string& agency,
                                                  const std::optional<DatasetKey>& after,
                                                  int64_t max);
absl::StatusOr<RevisionVector> ReadHead(Connection* connection);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_RECORD_READER_H_
