// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes an answer of the FTS API.
#ifndef PUENTE_PLUGINS_FTS_FTS_WRITER_H_
#define PUENTE_PLUGINS_FTS_FTS_WRITER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/fts/activity_flow.h"
#include "plugins/fts/answer_pages.h"
#include "plugins/fts/answer_writer.h"

namespace puente::fts {

/// Writes one answer in the envelope that was read; records without one get that of
/// `/v1/public/fts/flow`. Pages of an answer become one: what they say around their records is
/// written once.
class FtsWriter : public sdk::Writer {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> Open(const sdk::Run& run,
                                                           sdk::Target* target);
  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  FtsWriter(const sdk::Run& run, sdk::Target* target);

  absl::Status PutHeader(const v1::Record& record, const sdk::RecordInfo& info);
  /// Writes the flows that an activity's transactions are.
  absl::Status PutActivity(const v1::Activity& activity, const sdk::RecordInfo& info);
  /// Begins an answer for records that came without an envelope, unless one is begun. False when
  /// the answer's array is another one.
  bool BeginArray(RecordKind kind);
  /// Opens the objects that lead to the array, with what stands before it.
  void BeginAnswer(const v1::Record* header, std::string_view array);
  /// Closes the array and all around it, with what stands behind it.
  void EndAnswer(const v1::Record* header);
  /// Accounts for the end of the first page, which is written at the end of the last one.
  void CountEnd(const v1::Record& tail);
  /// Takes the beginning of another page of the answer.
  void MergePage(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status Refuse(const sdk::RecordInfo& info, std::string_view what);
  absl::Status Flush();

  const sdk::Run run_;
  sdk::Target* const target_;
  ObjectWriter objects_;
  ActivityFlows flows_;
  std::string buffer_;
  // The array, such as `data.flows`, and the names of the members that lead to it.
  std::string array_;
  std::vector<std::string> path_;
  // For each object on the way whether a member was written already.
  std::vector<bool> is_first_;
  bool begun_ = false;
  bool ended_ = false;
  // What the first page says before its records, and behind them.
  HeaderValues head_;
  HeldTail tail_;
  // A page ended, and no other one has begun.
  bool between_pages_ = false;
  uint64_t records_ = 0;
};

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_FTS_WRITER_H_
