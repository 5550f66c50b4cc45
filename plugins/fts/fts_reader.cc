// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads one answer of the FTS API.
#include "plugins/fts/fts_reader.h"

#include <algorithm>
#include <optional>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/plugin/sdk/run_limits.h"
#include "fmt/format.h"
#include "plugins/fts/answer_query.h"

namespace puente::fts {
namespace {

using text::JsonKind;
using text::JsonNode;
using text::JsonSlice;

/// Values that the schema does not name are kept as trees, of which a record holds no deeper ones;
/// answers have less than ten levels.
constexpr uint64_t kMaxDepth = 200;

/// The limits that the host has set, and that of records.
Limits AnswerLimits(const sdk::Run& run) {
  Limits limits = sdk::LimitsOf(run);
  limits.json_depth = std::min(limits.json_depth, kMaxDepth);
  return limits;
}

PuentePosition PlaceOf(const JsonSlice& slice) {
  PuentePosition position{};
  position.offset = slice.offset;
  position.line = slice.line;
  position.column = slice.column;
  return position;
}

/// An error of a slice with its place in the file.
absl::Status At(const JsonSlice& slice, const absl::Status& error) {
  ErrorDetail detail = GetErrorDetail(error);
  if (detail.line == 0) {
    // Within the slice's first line the place is known.
    const bool is_first_line =
        detail.column > 0 &&
        slice.text.substr(0, detail.column - 1).find('\n') == std::string_view::npos;
    detail.line = slice.line;
    detail.column = slice.column + (is_first_line ? detail.column - 1 : 0);
  }
  return MakeError(error.code(), detail);
}

}  // namespace

FtsReader::FtsReader(const sdk::Run& run, sdk::Source* source)
    : run_(run),
      slicer_(source, AnswerLimits(run), {{"data", "flows"}, {"data", "plans"}, {"data"}}),
      tree_(AnswerLimits(run)),
      builder_(run) {}

absl::StatusOr<std::unique_ptr<sdk::Reader>> FtsReader::Open(const sdk::Run& run,
                                                             sdk::Source* source,
                                                             const sdk::Options& options) {
  std::unique_ptr<FtsReader> reader(new FtsReader(run, source));
  reader->TakeQuery(options, source->name());
  return reader;
}

void FtsReader::TakeQuery(const sdk::Options& options, std::string_view name) {
  if (const std::optional<std::string_view> given = options.Get("query")) {
    query_ = QueryOfUrl(*given);
    return;
  }
  query_ = QueryOfName(name);
  if (query_.empty()) return;
  const std::string message = fmt::format("the query {} is taken from the file's name", query_);
  sdk::Finding finding;
  finding.severity = PUENTE_INFO;
  finding.code = "FTS-0005";
  finding.message = message;
  finding.hint = "say another one with --in-opt query=URL";
  run_.Report(finding);
}

absl::StatusOr<bool> FtsReader::Read(sdk::BatchBuilder& batch) {
  JsonSlice slice;
  while (true) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    const absl::StatusOr<bool> more = slicer_.Next(&slice);
    if (!more.ok()) return more.status();
    if (!*more) return false;
    if (slice.kind != JsonSlice::Kind::kElement) {
      if (absl::Status status = TakeEnvelope(slice, batch); !status.ok()) return status;
      return true;
    }
    const absl::StatusOr<bool> taken = TakeElement(slice, batch);
    if (!taken.ok()) return taken.status();
    run_.Progress(slice.offset + slice.text.size());
    if (*taken) return true;
  }
}

absl::Status FtsReader::TakeEnvelope(const JsonSlice& slice, sdk::BatchBuilder& batch) {
  if (absl::Status status = tree_.Parse(slice.text); !status.ok()) return At(slice, status);
  const bool is_tail = slice.kind == JsonSlice::Kind::kTail;
  if (tree_.root().kind != JsonKind::kObject) {
    ErrorDetail detail;
    detail.code = "FTS-0001";
    detail.message = "the file is JSON, but not an answer of FTS: it is no object";
    detail.hint = "an answer has the members \"status\" and \"data\"";
    detail.line = slice.line;
    detail.column = slice.column;
    return MakeError(absl::StatusCode::kInvalidArgument, detail);
  }
  const bool is_cut = slicer_.array() != nullptr;
  static const std::vector<std::string> kNone;
  const std::vector<std::string>& path = is_cut ? *slicer_.array() : kNone;
  v1::Record* const record = batch.Add();
  builder_.BuildEnvelope(tree_, path, record);
  v1::DatasetHeader* const header = record->mutable_dataset_header();
  header->set_format("fts");
  array_name_.clear();
  for (const std::string& name : path) array_name_ += (array_name_.empty() ? "" : ".") + name;
  header->set_root(array_name_);
  if (!query_.empty()) record->mutable_import_context()->set_query(query_);
  header->set_model(is_tail ? "tail" : is_cut ? "head" : "whole");
  // An array without an element, or an answer without any value.
  if (is_cut ? is_tail && elements_ == 0 : tree_.IsLeaf(tree_.root())) {
    header->set_no_content(true);
    builder_.CountEmptyArray(array_name_);
  }
  batch.Describe("", PlaceOf(slice), is_tail ? 1 : slice.source_bytes, builder_.TakeLeaves());
  return absl::OkStatus();
}

RecordKind FtsReader::KindOf(const JsonNode& object) const {
  if (array_name_ == "data.flows") return RecordKind::kFlow;
  if (array_name_ == "data.plans") return RecordKind::kPlan;
  for (const std::string_view name : {"iso3", "pcode", "adminLevel"}) {
    if (tree_.Find(object, name) != nullptr) return RecordKind::kPlace;
  }
  return RecordKind::kTotal;
}

absl::StatusOr<bool> FtsReader::TakeElement(const JsonSlice& slice, sdk::BatchBuilder& batch) {
  ++elements_;
  if (absl::Status status = tree_.Parse(slice.text); !status.ok()) {
    // What is not well-formed costs the file; what is only not kept costs the record.
    if (!tree_.is_well_formed()) return At(slice, status);
    Reject(slice, At(slice, status));
    return false;
  }
  if (tree_.root().kind != JsonKind::kObject) {
    ErrorDetail detail;
    detail.code = "FTS-0002";
    detail.message = "this is no object";
    detail.hint = "each element of this array is an object";
    detail.line = slice.line;
    detail.column = slice.column;
    Reject(slice, MakeError(absl::StatusCode::kInvalidArgument, detail));
    return false;
  }
  v1::Record* const record = batch.Add();
  builder_.BuildElement(tree_, KindOf(tree_.root()), {slice.offset, slice.line, slice.column},
                        record);
  if (!query_.empty()) record->mutable_import_context()->set_query(query_);
  // A flow of which FTS says next to nothing is known by it.
  v1::Provenance* const provenance = record->mutable_provenance();
  provenance->set_format("fts");
  provenance->set_offset(slice.offset);
  provenance->set_length(slice.text.size());
  provenance->set_line(slice.line);
  batch.Describe(builder_.id(), PlaceOf(slice), slice.text.size(), builder_.TakeLeaves());
  return true;
}

void FtsReader::Reject(const JsonSlice& slice, const absl::Status& reason) {
  const ErrorDetail detail = GetErrorDetail(reason);
  const uint32_t path = run_.Intern(array_name_);
  run_.CountRead(path, 1);
  run_.CountRejected(path, 1);
  const std::string message = fmt::format("a record is left out: {}", detail.message);
  sdk::Finding finding;
  finding.severity = PUENTE_ERROR;
  finding.code = detail.code.starts_with("FTS") ? "FTS-0002" : std::string_view(detail.code);
  finding.message = message;
  finding.hint = detail.hint;
  finding.path = array_name_;
  finding.text = slice.text.substr(0, 200);
  finding.offset = slice.offset;
  finding.line = detail.line;
  finding.column = detail.column;
  run_.Report(finding);
}

}  // namespace puente::fts
