// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A layer under SQLite that keeps a checksum in every page of a database file, and checks it.

#ifndef PUENTE_SERVICES_STORE_CHECKED_VFS_H_
#define PUENTE_SERVICES_STORE_CHECKED_VFS_H_

#include "absl/status/statusor.h"

namespace puente::store {

/// Size of the pages of a store, and of the end of each that SQLite leaves to us.
inline constexpr int kPageBytes = 16384;
inline constexpr int kPageSumBytes = 8;

/// Name of the layer for sqlite3_open_v2, made on the first call. Database files under it have
/// pages of kPageBytes and kPageSumBytes reserved bytes, and nothing else:
/// - a page gets its sum when it is written to the database file, which is at a checkpoint;
/// - a page whose sum is wrong is not read: SQLITE_IOERR_DATA. A page of zeros is good: it was
/// never
///   written, and SQLite itself refuses it where it should be in use;
/// - a file whose header has pages of another layout is SQLITE_NOTADB;
/// - frames of the write-ahead log have SQLite's own sums.
absl::StatusOr<const char*> CheckedVfs();

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_CHECKED_VFS_H_
