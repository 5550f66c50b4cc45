// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The tables of a store in SQLite, and making an empty one.

#ifndef PUENTE_SERVICES_STORE_SQLITE_SCHEMA_H_
#define PUENTE_SERVICES_STORE_SQLITE_SCHEMA_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "services/store/sql.h"

namespace puente::store {

/// The version of the tables that this program writes. It reads no newer ones.
inline constexpr int64_t kStoreFormat = 1;

/// A change is a version of a record, and its number is the agency and the agency's revision: so
/// the log of changes of an agency is a range of versions, dense and in order.
inline constexpr int kRevisionBits = 40;
inline constexpr int64_t kMaxRevision = (int64_t{1} << kRevisionBits) - 1;

/// The number of the version that an agency's revision made.
constexpr int64_t VersionOf(int64_t agency, int64_t revision) {
  return (agency << kRevisionBits) | revision;
}

/// The revision that made a version.
constexpr int64_t RevisionOf(int64_t version) { return version & kMaxRevision; }

/// What a store says of itself.
struct StoreFacts {
  /// Bodies are compressed.
  bool compress = true;
  Digest seal_key = {};
};

/// Makes an empty store: aside, then renamed, so that there is a whole one or none. Nobody else may
/// make the same one meanwhile.
absl::Status MakeStore(const std::string& path, bool compress);

/// Reads what a store says of itself. STORE_DAMAGED for a file that is none, STORE_UNAVAILABLE for
/// a newer format.
absl::StatusOr<StoreFacts> ReadStoreFacts(Connection* connection);

/// Gives a store a new key: tokens that were sealed with the old one are refused.
absl::Status RenewSealKey(Connection* connection);

/// Makes the name of a file durable.
absl::Status SyncFolderOf(const std::string& path);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_SQLITE_SCHEMA_H_
