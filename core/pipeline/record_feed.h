// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The records of one input in order, read on this thread or on others.

#ifndef PUENTE_CORE_PIPELINE_RECORD_FEED_H_
#define PUENTE_CORE_PIPELINE_RECORD_FEED_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/pipeline/pipeline.h"
#include "core/plugin/manifest.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/run.h"
#include "core/plugin/source.h"

namespace puente::pipeline {

/// A batch that is released when it goes.
struct ReleaseBatch {
  void operator()(PuenteBatch* batch) const { batch->release(batch); }
};
using BatchPtr = std::unique_ptr<PuenteBatch, ReleaseBatch>;

/// One step of reading: records, what the reader told meanwhile, and whether it goes on.
struct Delivery {
  /// OK, or why reading ends here. What else is here was told before.
  absl::Status status;
  /// No more comes.
  bool at_end = false;
  /// May be null.
  BatchPtr batch;
  plugin::RunNews news;
  /// Digests of the records of the batch, when they were asked for.
  std::vector<Digest> digests;
  /// How many bytes of the input were used up to here.
  uint64_t bytes_done = 0;
  /// About how many bytes of memory this takes.
  size_t weight = 0;

  size_t size() const { return batch == nullptr ? 0 : batch->size; }
  /// A record of the batch; plugins may have larger structs than ours.
  const PuenteRecord& record(size_t index) const;
};

/// How an input is read. What is pointed to must outlive the feed.
struct FeedOptions {
  FormatBinding binding;
  const plugin::OptionList* options = nullptr;
  plugin::Source* source = nullptr;
  plugin::RunOptions run;
  /// Threads that read.
  int jobs = 1;
  /// Take the digest of each record.
  bool digests = false;
};

/// The records of one input in order. Used by one thread.
class RecordFeed {
 public:
  virtual ~RecordFeed() = default;
  /// The next step; not after one with an error or `at_end`.
  virtual Delivery Next() = 0;
};

/// Opens a feed: with one job on the calling thread, with more in pieces where the format can be
/// cut and the input can seek, else with one thread that reads ahead. Errors are those of the
/// plugin.
absl::StatusOr<std::unique_ptr<RecordFeed>> OpenFeed(FeedOptions options);

/// Options as the contract passes them; they borrow from the list.
std::vector<PuenteOption> ToContract(const plugin::OptionList& options);

/// The error of a call of a plugin that returned `status`; that of the source where reading bytes
/// failed, since plugins know only that it did.
absl::Status PluginError(plugin::Run& run, PuenteStatus status, const plugin::Source& source,
                         std::string_view doing);

/// How many bytes of the input as given were used: what the reader tells of them, or what was read
/// of them. A reader of a packed input knows nothing of its packed bytes.
uint64_t BytesDone(const plugin::Run& run, const plugin::Source& source);

/// A reader of a plugin at work.
class ReaderSession {
 public:
  /// Opens a reader on a whole input, or on one piece of it. The source must outlive the session.
  static absl::StatusOr<std::unique_ptr<ReaderSession>> Open(const FeedOptions& options,
                                                             const plugin::Source* source,
                                                             const PuentePiece* piece);
  ~ReaderSession();
  ReaderSession(const ReaderSession&) = delete;
  ReaderSession& operator=(const ReaderSession&) = delete;

  /// The next step, all filled in but `bytes_done`.
  Delivery Next();
  const plugin::Run& run() const { return run_; }

 private:
  ReaderSession(const FeedOptions& options, const plugin::Source* source);
  absl::Status Take(PuenteBatch* batch, Delivery* delivery) const;

  const PuentePlugin* const plugin_;
  const plugin::Source* const source_;
  const bool messages_;
  const bool digests_;
  plugin::Run run_;
  void* reader_ = nullptr;
};

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_RECORD_FEED_H_
