// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads JSON Lines of records, whole or piece by piece.
#include "plugins/jsonl/jsonl_reader.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "core/base/lexical.h"
#include "core/base/limits.h"
#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/plugin/sdk/run_limits.h"
#include "plugins/jsonl/line_text.h"

namespace puente::jsonl {
namespace {

absl::Status Error(std::string_view code, std::string message, std::string_view hint, uint64_t line,
                   uint64_t column) {
  ErrorDetail detail;
  detail.code = std::string(code);
  detail.message = std::move(message);
  detail.hint = std::string(hint);
  detail.line = line;
  detail.column = column;
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

/// The record's own identifier, also where it travels without identity.
std::string_view IdOf(const v1::Record& record) {
  std::string_view id;
  if (record.has_identity()) {
    id = record.identity().id();
  } else if (record.has_activity()) {
    id = record.activity().iati_identifier();
  } else if (record.has_organisation()) {
    id = record.organisation().organisation_identifier();
  }
  return TrimXmlSpace(id);
}

/// Why a file whose first line is no object of JSON is no JSON Lines.
absl::Status NotJsonLines(const text::Line& line) {
  constexpr std::string_view kOtherFormat =
      "if the file is of another format, name that with --from";
  const std::string_view text = line.text;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return Error("PUE-0204", "the file is in UTF-16; JSON Lines are in UTF-8",
                 "save the file as UTF-8", line.number, 0);
  }
  if (IsCut(text)) {
    return Error("PUE-0301",
                 fmt::format("line {} is only the beginning of a JSON value: the file is one "
                             "document over several lines, not JSON Lines",
                             line.number),
                 "write each record on a line of its own", line.number, 1);
  }
  const size_t first = text.find_first_not_of(" \t\r");
  if (text[first] == '[') {
    return Error("PUE-0301", "the file is a list in JSON, not JSON Lines",
                 "write each record on a line of its own, without brackets and commas around it",
                 line.number, first + 1);
  }
  return Error("PUE-0301",
               fmt::format("line {} is no object in JSON, so the file is not JSON Lines of records",
                           line.number),
               text[first] == '{' ? "write each record on a line of its own, with nothing after it"
                                  : kOtherFormat,
               line.number, first + 1);
}

}  // namespace

uint64_t MaxLine(const sdk::Run& run) {
  const uint64_t limit = run.Limit("line_bytes");
  return limit == 0 ? DefaultLimits().line_bytes : limit;
}

JsonlReader::JsonlReader(const sdk::Run& run, sdk::Source* source, uint64_t offset, uint64_t line,
                         bool is_first)
    : run_(run),
      lines_(source, source->size(), MaxLine(run), offset, line),
      parser_(sdk::LimitsOf(run)),
      paths_(run),
      is_first_(is_first) {}

absl::StatusOr<std::unique_ptr<sdk::Reader>> JsonlReader::Open(const sdk::Run& run,
                                                               sdk::Source* source) {
  return std::unique_ptr<sdk::Reader>(new JsonlReader(run, source, 0, 1, true));
}

absl::StatusOr<std::unique_ptr<sdk::Reader>> JsonlReader::OpenPiece(const sdk::Run& run,
                                                                    sdk::Source* source,
                                                                    const PuentePiece& piece) {
  return std::unique_ptr<sdk::Reader>(new JsonlReader(
      run, source, piece.offset, piece.line, sdk::ToStd(piece.context) == kFirstLineContext));
}

absl::StatusOr<bool> JsonlReader::Read(sdk::BatchBuilder& batch) {
  text::Line line;
  while (!done_) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    const absl::StatusOr<bool> more = lines_.Next(&line);
    if (!more.ok()) return more.status();
    if (!*more) {
      done_ = true;
      break;
    }
    if (!IsBlank(line.text)) {
      const absl::StatusOr<bool> taken = Take(line, batch);
      if (!taken.ok()) return taken.status();
      is_first_ = false;
      if (*taken) {
        run_.Progress(line.offset + line.text.size());
        return true;
      }
    }
    run_.Progress(line.offset + line.text.size());
  }
  return false;
}

absl::StatusOr<bool> JsonlReader::Take(const text::Line& line, sdk::BatchBuilder& batch) {
  v1::Record* record = careful_ ? &scratch_ : batch.Add();
  absl::Status status = parser_.Parse(line.text, record);
  if (status.ok() && RecordContent(*record) == nullptr) {
    status = absl::InvalidArgumentError("the record has no content");
  }
  if (!status.ok()) {
    if (!careful_) batch.Drop();
    careful_ = true;
    if (!line.is_ended && IsCut(line.text)) {
      return Error("PUE-0301", fmt::format("the file ended inside line {}", line.number),
                   "the file is cut: copy it again, or make it again from its source", line.number,
                   0);
    }
    if (is_first_ && !MayBeObject(line.text)) return NotJsonLines(line);
    Reject(status, line);
    return false;
  }
  CountLeaves(*record, &counts_);
  leaves_.clear();
  for (const LeafCount& leaf : counts_) {
    const uint32_t path = paths_.HostId(leaf.path_id);
    leaves_.push_back({path, path, leaf.count});
  }
  if (careful_) *batch.Add() = scratch_;
  PuentePosition position{};
  position.offset = line.offset;
  position.line = line.number;
  position.column = 1;
  batch.Describe(IdOf(*batch.last()), position, line.text.size(), leaves_);
  return true;
}

void JsonlReader::Reject(const absl::Status& reason, const text::Line& line) {
  constexpr std::string_view kPath = "line";
  const uint32_t path = run_.Intern(kPath);
  run_.CountRead(path, 1);
  run_.CountRejected(path, 1);
  const ErrorDetail detail = GetErrorDetail(reason);
  const std::string message = fmt::format("line {} is left out: {}", line.number, detail.message);
  sdk::Finding finding;
  finding.severity = PUENTE_ERROR;
  finding.code = "PUE-0310";
  finding.message = message;
  finding.hint = detail.hint;
  finding.path = kPath;
  finding.text = line.text;
  finding.offset = line.offset;
  finding.line = line.number;
  finding.column = detail.column;
  run_.Report(finding);
}

}  // namespace puente::jsonl
