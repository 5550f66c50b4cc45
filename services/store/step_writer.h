// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Applies one step of a push.

#ifndef PUENTE_SERVICES_STORE_STEP_WRITER_H_
#define PUENTE_SERVICES_STORE_STEP_WRITER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/store/body_codec.h"
#include "services/store/store.h"
#include "services/store/write_session.h"

namespace puente::store {

/// Applies a step: a verdict for each op, and where the push stands. `bodies`: those of the ops,
/// ready to be stored. Nothing of the step is used up, so that it can be applied again after the
/// transaction was rolled back; the feed takes bodies out of it when the transaction is durable.
/// Errors are those of the push as a whole, before anything is written.
absl::StatusOr<StepResult> ApplyStep(WriteSession* session, PushStep* step,
                                     const std::vector<EncodedBody>& bodies);

/// The errors that a record has of itself.
absl::Status ConflictError(const DatasetKey& dataset, const RecordKey& key, int64_t generation);
absl::Status NotFoundError(const DatasetKey& dataset, const RecordKey& key);
absl::Status DeletedError(const DatasetKey& dataset, const RecordKey& key, int64_t generation);

/// Writes the tombstone of a record that is there; its generation.
absl::StatusOr<int64_t> WriteTombstone(WriteSession* session, AgencyRow* agency,
                                       DatasetRow* dataset, const RecordKey& key,
                                       const CurrentVersion& current, int64_t push,
                                       std::string_view reason);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_STEP_WRITER_H_
