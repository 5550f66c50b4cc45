// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A store in one file of SQLite.

#ifndef PUENTE_SERVICES_STORE_SQLITE_STORE_H_
#define PUENTE_SERVICES_STORE_SQLITE_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/store/store.h"
#include "services/store/store_writer.h"

namespace puente::store {

/// What tests change.
struct SqliteTuning {
  /// The time of what is written; the system's when it is null.
  Clock clock;
  /// Pages of the log after which they are written to the database file.
  int checkpoint_pages = 2000;
  /// The file grows to so many pages at most; 0: no bound. Beyond it the store is full.
  int64_t max_pages = 0;
};

/// Opens a store in a file. Beside it lie `FILE-wal` and `FILE-shm` while it is open, or after a
/// crash, and `FILE-lock`, which is empty.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path,
                                                       const StoreOptions& options,
                                                       const SqliteTuning& tuning = {});

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_SQLITE_STORE_H_
