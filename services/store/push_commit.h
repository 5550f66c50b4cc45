// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Ends a push; for a snapshot, makes the dataset what was pushed.

#ifndef PUENTE_SERVICES_STORE_PUSH_COMMIT_H_
#define PUENTE_SERVICES_STORE_PUSH_COMMIT_H_

#include "absl/status/statusor.h"
#include "services/store/store.h"
#include "services/store/write_session.h"

namespace puente::store {

/// Commits a push; a push that is complete answers its summary again. MASS_REMOVAL, before anything
/// is written.
absl::StatusOr<PushSummary> CommitPush(WriteSession* session, const PushKey& key,
                                       const CommitOptions& options);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_PUSH_COMMIT_H_
