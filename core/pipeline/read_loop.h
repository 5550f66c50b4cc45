// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The ordered stage: takes the records of all inputs in order and gives them their identity.

#ifndef PUENTE_CORE_PIPELINE_READ_LOOP_H_
#define PUENTE_CORE_PIPELINE_READ_LOOP_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/base/digest.h"
#include "core/findings/receipt.h"
#include "core/pipeline/finding_book.h"
#include "core/pipeline/flight.h"
#include "core/pipeline/ordinals.h"
#include "core/pipeline/pipeline.h"
#include "core/pipeline/record_feed.h"
#include "core/plugin/run.h"

namespace puente::pipeline {

/// Takes what the loop reads. All calls come from the calling thread.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// Takes a record of the input named `source`. `digest` is null unless digests were asked for.
  virtual absl::Status OnRecord(Flight& flight, const Digest* digest,
                                const std::string& source) = 0;
  /// Takes counts of leaves outside of records.
  virtual void OnLoose(uint32_t source_path, const plugin::LooseCount& count) = 0;
};

/// How the loop works.
struct ReadLoopOptions {
  /// The sink hands records to a writer that takes messages (MayCarryMessages).
  bool writer_messages = false;
  /// Take the digest of each record.
  bool digests = false;
  /// Give identity and provenance.
  bool identity = true;
  /// The findings go to a rejects file.
  bool rejects = false;
  /// Progress is that of reading the output again.
  bool verifying = false;
};

/// Reads inputs one after the other. The order in which findings and records are passed on does not
/// depend on the number of threads where readers tell the offset of their findings: those of a
/// record come before it.
class ReadLoop {
 public:
  /// All must outlive the loop.
  ReadLoop(const ReadSettings& settings, const ReadLoopOptions& options, FindingBook* book,
           RecordSink* sink);

  /// Checks that all inputs are there, and sums their sizes up for the progress.
  absl::Status CheckInputs(const std::vector<Input>& inputs);
  /// Reads. Cancelled error when it was interrupted; else errors of the inputs, the plugins, the
  /// sink.
  absl::Status Read(const std::vector<Input>& inputs);

  /// One for each input that was begun.
  const std::vector<ReceiptFile>& files() const { return files_; }
  /// Records, dataset headers not counted; and those.
  uint64_t records() const { return records_; }
  uint64_t headers() const { return headers_; }
  bool limit_reached() const { return limit_reached_; }
  /// The record that the sink has in hand does not count for the limit.
  void LeaveOut() { ++left_out_; }

 private:
  absl::Status ReadInput(const Input& input);
  absl::Status TakeDelivery(const Input& input, Delivery& delivery, Flight& flight);
  absl::Status TakeRecord(const Input& input, Flight& flight, const Digest* digest);
  absl::Status GiveIdentity(const Input& input, Flight& flight);
  plugin::RunOptions MakeRunOptions(const Input& input);
  bool AtLimit() const { return settings_.limit != 0 && records_ - left_out_ >= settings_.limit; }
  bool IsCancelled() const;
  void ShowProgress(uint64_t bytes_done, bool now);

  const ReadSettings& settings_;
  const ReadLoopOptions options_;
  FindingBook* const book_;
  RecordSink* const sink_;
  OrdinalTable ordinals_;
  std::mutex log_mutex_;

  std::vector<ReceiptFile> files_;
  uint64_t records_ = 0;
  uint64_t headers_ = 0;
  uint64_t left_out_ = 0;
  bool limit_reached_ = false;

  // Of the input that is being read.
  std::string dataset_;
  std::string base_name_;
  uint64_t records_before_ = 0;
  // Reused for each record.
  v1::Record beside_;
  std::string key_;

  std::optional<uint64_t> bytes_total_;
  uint64_t bytes_before_ = 0;
  std::chrono::steady_clock::time_point last_progress_;
};

/// The dataset of a file: its name without folder, without an ending `.gz` or `.zst`, and without
/// extension; `stdin` for `-`.
std::string DatasetName(const std::string& path);

/// True for as long as a carrier is in force: sets it for the process, and back again.
class ScopedCarrier {
 public:
  explicit ScopedCarrier(RecordCarrier carrier) : before_(plugin::ForceBytes()) {
    if (carrier == RecordCarrier::kBytes) plugin::SetForceBytes(true);
  }
  ~ScopedCarrier() {
    if (plugin::ForceBytes() != before_) plugin::SetForceBytes(before_);
  }
  ScopedCarrier(const ScopedCarrier&) = delete;
  ScopedCarrier& operator=(const ScopedCarrier&) = delete;

 private:
  const bool before_;
};

/// The error of a request that asks for what cannot be done.
absl::Status UsageError(std::string message, std::string hint = "");

/// The error of a run that was interrupted; `kept` says what became of the output, and may be
/// empty.
absl::Status Interrupted(uint64_t records, std::string_view kept);

/// What every reading needs: formats that can be read, standard input once, sensible numbers.
absl::Status CheckReadRequest(const std::vector<Input>& inputs, const ReadSettings& settings);

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_READ_LOOP_H_
