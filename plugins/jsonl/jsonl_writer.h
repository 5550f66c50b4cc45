// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes JSON Lines of records.
#ifndef PUENTE_PLUGINS_JSONL_JSONL_WRITER_H_
#define PUENTE_PLUGINS_JSONL_JSONL_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/leaves.h"
#include "core/base/record_parts.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/text_buffer.h"
#include "puente/v1/record.pb.h"

namespace puente::jsonl {

/// Writes one file. What it counts as kept are the leaves of the record that it wrote, not what it
/// was told of them.
class JsonlWriter : public sdk::Writer {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> Open(const sdk::Run& run, sdk::Target* target,
                                                           const sdk::Options& options);

  /// Errors leave the file as it was: PUE-0203 for a line that is longer than readers accept,
  /// PUE-0506 for a record without content, and those of text::AppendRecordJson.
  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status PutBytes(std::string_view bytes, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  JsonlWriter(const sdk::Run& run, sdk::Target* target, bool provenance);
  /// Ends the line that begins at a place of the buffer, whose leaves are in counts_.
  absl::Status EndLine(size_t begin);
  absl::Status Flush();

  const sdk::Run run_;
  sdk::Target* const target_;
  const uint64_t max_line_;
  const bool provenance_;
  sdk::FieldPaths paths_;
  text::TextBuffer buffer_;
  v1::Record bare_;
  RecordParts parts_;
  std::vector<LeafCount> counts_;
  std::vector<PuenteLeaves> kept_;
};

}  // namespace puente::jsonl

#endif  // PUENTE_PLUGINS_JSONL_JSONL_WRITER_H_
