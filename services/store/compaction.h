// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Forgets history, a bounded part in one transaction.

#ifndef PUENTE_SERVICES_STORE_COMPACTION_H_
#define PUENTE_SERVICES_STORE_COMPACTION_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/store/sql.h"
#include "services/store/store.h"
#include "services/store/write_session.h"

namespace puente::store {

/// Marks changes up to a revision as forgotten: from then on nobody reads them. Returns how many
/// were marked.
absl::StatusOr<int64_t> MarkCompacted(WriteSession* session, const std::string& agency,
                                      int64_t through);
/// Removes versions that ended up to what is marked, at most so many; those that a snapshot under
/// way may need stay until it ended. False when there may be more.
absl::StatusOr<bool> RemoveCompacted(WriteSession* session, const std::string& agency,
                                     int64_t max_rows);
/// The newest revision before which all changes are older than `time`.
absl::StatusOr<int64_t> RevisionBefore(Connection* connection, const std::string& agency,
                                       TimeMicros time);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_COMPACTION_H_
