// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records as output and input of the pipeline, so that files of any format become records and back.

#ifndef PUENTE_SERVICES_FILES_RECORD_PIPE_H_
#define PUENTE_SERVICES_FILES_RECORD_PIPE_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/pipeline/pipeline.h"
#include "core/plugin/catalog.h"
#include "core/plugin/loader.h"
#include "services/exchange/formats.h"
#include "services/files/record_frames.h"

namespace puente::exchange {

/// An output of the pipeline that hands records on.
struct RecordOutput {
  pipeline::Output output;
  std::shared_ptr<FrameCutter> cutter;

  /// What became of a conversion into it: errors of the taker as they were, before what the
  /// pipeline made of them.
  absl::Status Explain(const absl::Status& status) const;
};

/// Records go to `take` as the binary format of the catalogue serializes them. `name` is for
/// messages and the receipt.
absl::StatusOr<RecordOutput> RecordsTo(const plugin::Catalog& catalog, plugin::Loader* loader,
                                       const std::string& name, TakeRecord take);

/// An input of the pipeline that gets records from elsewhere. It borrows.
struct RecordInput {
  pipeline::Input input;
  const FrameInput* frames = nullptr;

  /// The same for a conversion out of it.
  absl::Status Explain(const absl::Status& status) const;
};

/// What is common to inputs that are made here.
struct RecordInputOptions {
  /// For messages and the receipt.
  std::string name;
  const std::atomic<bool>* cancel = nullptr;
  const Limits* limits = nullptr;
};

/// Records come from `give`, which knows that each has its digest: it is not computed again. The
/// first of them are asked for here.
absl::StatusOr<RecordInput> RecordsFrom(const plugin::Catalog& catalog, plugin::Loader* loader,
                                        const RecordInputOptions& options, GiveRecord give);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_FILES_RECORD_PIPE_H_
