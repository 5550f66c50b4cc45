// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes an answer of the FTS API.
#include "plugins/fts/fts_writer.h"

#include <algorithm>
#include <span>

#include "core/text/json_value.h"
#include "plugins/fts/json_values.h"

namespace puente::fts {
namespace {

constexpr size_t kBlock = size_t{64} << 10;
constexpr std::string_view kFlows = "data.flows";

std::vector<std::string> PathOf(std::string_view array) {
  std::vector<std::string> path;
  while (!array.empty()) {
    const size_t end = std::min(array.find('.'), array.size());
    path.emplace_back(array.substr(0, end));
    array.remove_prefix(std::min(end + 1, array.size()));
  }
  return path;
}

bool IsArray(std::string_view root) {
  return root == kFlows || root == "data.plans" || root == "data";
}

std::optional<RecordKind> KindOf(const v1::Record& record) {
  switch (record.content_case()) {
    case v1::Record::kActivity:
      // A flow of which FTS says next to nothing has none of the fields of flows.
      if (record.activity().has_flow() || record.provenance().format() == "fts") {
        return RecordKind::kFlow;
      }
      return std::nullopt;
    case v1::Record::kPlan:
      return RecordKind::kPlan;
    case v1::Record::kPlace:
      return RecordKind::kPlace;
    case v1::Record::kAggregate:
      return RecordKind::kTotal;
    default:
      return std::nullopt;
  }
}

std::string_view ArrayOf(RecordKind kind) {
  return kind == RecordKind::kFlow ? kFlows : kind == RecordKind::kPlan ? "data.plans" : "data";
}

}  // namespace

FtsWriter::FtsWriter(const sdk::Run& run, sdk::Target* target)
    : run_(run), target_(target), objects_(run), flows_(run), tail_(run) {}

absl::StatusOr<std::unique_ptr<sdk::Writer>> FtsWriter::Open(const sdk::Run& run,
                                                             sdk::Target* target) {
  return std::unique_ptr<sdk::Writer>(new FtsWriter(run, target));
}

absl::Status FtsWriter::Put(const v1::Record& record, const sdk::RecordInfo& info) {
  if (record.has_dataset_header()) return PutHeader(record, info);
  const std::optional<RecordKind> kind = KindOf(record);
  if (!kind.has_value()) {
    return record.has_activity() ? PutActivity(record.activity(), info)
                                 : Refuse(info, "records that are no flow, plan, place or total");
  }
  if (!BeginArray(*kind)) return Refuse(info, "records of this kind");
  if (records_++ > 0) buffer_ += ',';
  buffer_ += '\n';
  objects_.Write(record, *kind, &buffer_);
  objects_.End(info);
  return buffer_.size() < kBlock ? absl::OkStatus() : Flush();
}

absl::Status FtsWriter::PutActivity(const v1::Activity& activity, const sdk::RecordInfo& info) {
  if (!BeginArray(RecordKind::kFlow)) return Refuse(info, "records of this kind");
  flows_.Begin(activity, info);
  while (const v1::Record* flow = flows_.Next()) {
    if (records_++ > 0) buffer_ += ',';
    buffer_ += '\n';
    objects_.Write(*flow, RecordKind::kFlow, &buffer_);
    if (buffer_.size() < kBlock) continue;
    if (absl::Status status = Flush(); !status.ok()) return status;
  }
  flows_.account().End(info, objects_.TakeCounts());
  return absl::OkStatus();
}

bool FtsWriter::BeginArray(RecordKind kind) {
  if (!begun_) {
    BeginAnswer(nullptr, ArrayOf(kind));
    run_.CountDerived(run_.Intern("status"), 1);
  }
  return !ended_ && !between_pages_ && ArrayOf(kind) == array_;
}

absl::Status FtsWriter::PutHeader(const v1::Record& record, const sdk::RecordInfo& info) {
  const v1::DatasetHeader& header = record.dataset_header();
  if (header.format() != "fts") return Refuse(info, "what holds for the whole source");
  if (header.model() == "tail") {
    if (!begun_ || ended_ || between_pages_ || path_.empty() || header.root() != array_) {
      return Refuse(info, "what stands behind a second array");
    }
    const bool is_first = !tail_.is_held();
    tail_.Take(record, info);
    if (is_first) CountEnd(tail_.record());
    between_pages_ = true;
    return absl::OkStatus();
  }
  // That a page without records is followed by another one would be known too late: its empty array
  // is a value.
  if (between_pages_ && header.root() == array_ && records_ > 0) {
    MergePage(record, info);
    return absl::OkStatus();
  }
  if (begun_) return Refuse(info, "what stands around a second array");
  head_ = ValuesOf(record);
  BeginAnswer(&record, IsArray(header.root()) ? header.root() : std::string_view());
  if (path_.empty()) {
    if (header.no_content()) objects_.CountEmptyArray(array_);
    EndAnswer(nullptr);
  }
  objects_.End(info);
  return absl::OkStatus();
}

void FtsWriter::CountEnd(const v1::Record& tail) {
  std::string written;
  written.swap(buffer_);
  EndAnswer(&tail);
  buffer_.swap(written);
  ended_ = false;
  objects_.End(tail_.info());
  // An empty array is a value.
  if (records_ == 0 && !tail.dataset_header().no_content()) {
    run_.CountDerived(run_.Intern(array_), 1);
  }
}

void FtsWriter::MergePage(const v1::Record& record, const sdk::RecordInfo& info) {
  tail_.DropLink();
  between_pages_ = false;
  MergeHeader(run_, head_, record, info);
}

void FtsWriter::BeginAnswer(const v1::Record* header, std::string_view array) {
  begun_ = true;
  array_ = array;
  path_ = PathOf(array);
  is_first_.assign(path_.size() + 1, true);
  if (header != nullptr) objects_.BeginEnvelope(*header);
  buffer_ += '{';
  for (size_t level = 0;; ++level) {
    bool is_first = true;
    if (header != nullptr) {
      objects_.AppendEnvelope(std::span(path_).first(level),
                              level < path_.size() ? &path_[level] : nullptr, &is_first, &buffer_);
    } else if (level == 0) {
      buffer_ += "\"status\":\"ok\"";
      is_first = false;
    }
    if (level == path_.size()) {
      is_first_[level] = is_first;
      break;
    }
    if (!is_first) buffer_ += ',';
    text::AppendJsonText(path_[level], &buffer_);
    buffer_ += ':';
    is_first_[level] = false;
    if (level + 1 == path_.size()) break;
    buffer_ += '{';
  }
  if (!path_.empty()) buffer_ += '[';
}

void FtsWriter::EndAnswer(const v1::Record* header) {
  ended_ = true;
  if (header != nullptr) {
    objects_.BeginEnvelope(*header);
  }
  if (!path_.empty()) {
    if (records_ == 0 && header != nullptr && header->dataset_header().no_content()) {
      objects_.CountEmptyArray(array_);
    }
    if (records_ > 0) buffer_ += '\n';
    buffer_ += ']';
  }
  const size_t levels = std::max<size_t>(path_.size(), 1);
  for (size_t level = levels; level-- > 0;) {
    bool is_first = is_first_[level];
    if (header != nullptr) {
      objects_.AppendEnvelope(std::span(path_).first(level), &path_[level], &is_first, &buffer_);
    }
    buffer_ += '}';
  }
  buffer_ += '\n';
}

absl::Status FtsWriter::Refuse(const sdk::RecordInfo& info, std::string_view what) {
  for (const PuenteLeaves& leaves : info.leaves) {
    run_.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_NO_PLACE, "");
  }
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "FTS-0004";
  const std::string message = "this answer has no place for " + std::string(what);
  finding.message = message;
  finding.hint = "convert them into a file of their own";
  finding.record_id = info.id;
  finding.line = info.origin.line;
  run_.Report(finding);
  return absl::OkStatus();
}

absl::Status FtsWriter::Flush() {
  absl::Status status = target_->Write(buffer_);
  buffer_.clear();
  return status;
}

absl::Status FtsWriter::Finish() {
  if (!begun_) {
    BeginAnswer(nullptr, kFlows);
    run_.CountDerived(run_.Intern("status"), 1);
  }
  if (tail_.is_held()) {
    if (tail_.TakeLink()) run_.CountDerived(run_.Intern("meta.nextLink"), 1);
    EndAnswer(&tail_.record());
    objects_.TakeCounts();  // CountEnd told them
  } else if (!ended_) {
    EndAnswer(nullptr);
    if (records_ == 0) run_.CountDerived(run_.Intern(array_), 1);
  }
  return Flush();
}

}  // namespace puente::fts
