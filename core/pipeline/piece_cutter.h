// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The splitter of a plugin at work.

#ifndef PUENTE_CORE_PIPELINE_PIECE_CUTTER_H_
#define PUENTE_CORE_PIPELINE_PIECE_CUTTER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "core/pipeline/record_feed.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/run.h"

namespace puente::pipeline {

/// A piece of an input, or the end of it.
struct Cut {
  /// The piece; not filled in where `is_end` is true.
  PuentePiece piece{};
  /// No piece comes any more: all were given, or `status` says why not.
  bool is_end = false;
  absl::Status status;
  /// What the splitter told meanwhile.
  plugin::RunNews news;
};

/// Cuts an input into pieces and holds the splitter to its contract: no gaps, no overlaps, all of
/// the input. Used by one thread at a time.
class PieceCutter {
 public:
  /// `options` must outlive the cutter.
  explicit PieceCutter(const FeedOptions& options);
  ~PieceCutter();
  PieceCutter(const PieceCutter&) = delete;
  PieceCutter& operator=(const PieceCutter&) = delete;

  absl::Status Open();
  /// The next piece; not after the end.
  Cut Next();

 private:
  const FeedOptions& options_;
  plugin::Run run_;
  void* splitter_ = nullptr;
  uint64_t next_offset_ = 0;
};

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_PIECE_CUTTER_H_
