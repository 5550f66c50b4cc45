// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes JSON Lines of records.
#include "plugins/jsonl/jsonl_writer.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/text/record_json.h"
#include "plugins/jsonl/jsonl_reader.h"

namespace puente::jsonl {
namespace {

// How much is handed over at once, and the buffer that is kept after a long line.
constexpr size_t kBlock = size_t{256} << 10;
constexpr size_t kMaxKept = size_t{4} << 20;

absl::Status Refused(absl::StatusCode status, std::string_view code, std::string message) {
  ErrorDetail detail;
  detail.code = std::string(code);
  detail.message = std::move(message);
  return MakeError(status, detail);
}

}  // namespace

JsonlWriter::JsonlWriter(const sdk::Run& run, sdk::Target* target, bool provenance)
    : run_(run), target_(target), max_line_(MaxLine(run)), provenance_(provenance), paths_(run) {}

absl::StatusOr<std::unique_ptr<sdk::Writer>> JsonlWriter::Open(const sdk::Run& run,
                                                               sdk::Target* target,
                                                               const sdk::Options& options) {
  const bool provenance = options.GetOr("provenance", "true") != "false";
  return std::unique_ptr<sdk::Writer>(new JsonlWriter(run, target, provenance));
}

absl::Status JsonlWriter::Put(const v1::Record& record, const sdk::RecordInfo& /*info*/) {
  if (RecordContent(record) == nullptr) {
    return Refused(absl::StatusCode::kInvalidArgument, "PUE-0506", "the record has no content");
  }
  const v1::Record* written = &record;
  if (!provenance_ && (record.has_identity() || record.has_provenance())) {
    bare_ = record;
    bare_.clear_identity();
    bare_.clear_provenance();
    written = &bare_;
  }
  const size_t begin = buffer_.size();
  if (absl::Status status = text::AppendRecordJson(*written, &buffer_); !status.ok()) {
    return status;
  }
  CountLeaves(*written, &counts_);
  return EndLine(begin);
}

absl::Status JsonlWriter::PutBytes(std::string_view bytes, const sdk::RecordInfo& info) {
  const size_t begin = buffer_.size();
  if (!provenance_ || !parts_.Take(bytes) || !text::AppendRecordJson(parts_, &buffer_)) {
    return sdk::Writer::PutBytes(bytes, info);
  }
  if (!CountLeavesOfParts(parts_, &counts_)) {
    return absl::InternalError("the leaves of a record that was written cannot be counted");
  }
  return EndLine(begin);
}

absl::Status JsonlWriter::EndLine(size_t begin) {
  if (const size_t size = buffer_.size() - begin; size > max_line_) {
    buffer_.Cut(begin);
    return Refused(absl::StatusCode::kResourceExhausted, "PUE-0203",
                   fmt::format("the record makes a line of {} bytes, more than the limit "
                               "line_bytes ({})",
                               size, max_line_));
  }
  buffer_.Append('\n');
  kept_.clear();
  for (const LeafCount& leaf : counts_) {
    const uint32_t path = paths_.HostId(leaf.path_id);
    kept_.push_back({path, path, leaf.count});
  }
  run_.CountKept(kept_);
  return buffer_.size() < kBlock ? absl::OkStatus() : Flush();
}

absl::Status JsonlWriter::Flush() {
  absl::Status status = target_->Write(buffer_.text());
  buffer_.Clear(kMaxKept);
  return status;
}

absl::Status JsonlWriter::Finish() { return buffer_.empty() ? absl::OkStatus() : Flush(); }

}  // namespace puente::jsonl
