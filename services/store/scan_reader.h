// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads many records as they were at one moment, and the log of changes.

#ifndef PUENTE_SERVICES_STORE_SCAN_READER_H_
#define PUENTE_SERVICES_STORE_SCAN_READER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/store/sql.h"
#include "services/store/store.h"

namespace puente::store {

/// As Store::VisitRecords.
absl::StatusOr<ScanEnd> ScanRecords(Connection* connection, const ScanRequest& request,
                                    const RecordVisitor& visit);

/// As Store::ReadChanges. Looks at a bounded number of changes when few of them are of the dataset.
absl::StatusOr<ChangePage> ReadLog(Connection* connection, const std::string& agency,
                                   const std::string& dataset, int64_t after, int64_t max_changes,
                                   int64_t max_bytes, bool with_body);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_SCAN_READER_H_
