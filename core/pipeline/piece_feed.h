// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads one input in pieces on several threads, and gives the records in the order of the input.

#ifndef PUENTE_CORE_PIPELINE_PIECE_FEED_H_
#define PUENTE_CORE_PIPELINE_PIECE_FEED_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/pipeline/record_feed.h"

namespace puente::pipeline {

/// Opens a splitter and starts `jobs` - 1 threads, which take piece after piece from it; the thread
/// that takes the records reads pieces, too, while those whose turn it is are not there. At most
/// twice `jobs` + 1 pieces are in flight; a piece that is much larger than usual is in flight
/// alone. An error of the splitter comes after the records of all pieces before it. Where the
/// system gives no thread, one reader reads the whole input.
absl::StatusOr<std::unique_ptr<RecordFeed>> OpenPieceFeed(FeedOptions options);

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_PIECE_FEED_H_
