// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads one input on a thread of its own, ahead of who takes the records.

#ifndef PUENTE_CORE_PIPELINE_READ_AHEAD_FEED_H_
#define PUENTE_CORE_PIPELINE_READ_AHEAD_FEED_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/pipeline/record_feed.h"

namespace puente::pipeline {

/// Opens a reader on the whole input and runs it ahead, a few MiB at most. Where the system gives
/// no thread, the calling thread reads.
absl::StatusOr<std::unique_ptr<RecordFeed>> OpenReadAheadFeed(FeedOptions options);

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_READ_AHEAD_FEED_H_
