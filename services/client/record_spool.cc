// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Keeps the records of files aside in temporary files, dataset by dataset.

#include "services/client/record_spool.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/status.h"
#include "services/client/record_identity.h"

namespace puente::client {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
// Changes from one dataset to another and back that are remembered.
constexpr int64_t kMaxRuns = 100'000;

// A head in its file, before its id.
struct HeadFixed {
  uint64_t where = 0;
  uint64_t size = 0;
  Digest digest = {};
  uint32_t ordinal = 0;
  uint32_t id_size = 0;
  uint8_t header = 0;
};

}  // namespace

class RecordSpool::Source : public PushSource {
 public:
  Source(const RecordSpool& spool, const Dataset* dataset) : spool_(spool), dataset_(dataset) {
    if (dataset_ != nullptr && !dataset_->runs.empty()) at_ = dataset_->runs[0].begin;
  }

  int64_t records() const override { return dataset_ == nullptr ? 0 : dataset_->records; }

  absl::Status Seek(int64_t number) override {
    run_ = 0;
    int64_t before = number - 1;
    while (run_ < Runs() && before >= dataset_->runs[run_].records) {
      before -= dataset_->runs[run_++].records;
    }
    if (run_ == Runs()) return absl::OkStatus();
    at_ = dataset_->runs[run_].begin;
    RecordHead passed;
    for (; before > 0; --before) {
      const absl::StatusOr<bool> more = Next(&passed);
      if (!more.ok()) return more.status();
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(RecordHead* head) override {
    while (run_ < Runs() && at_ == dataset_->runs[run_].end) {
      if (++run_ < Runs()) at_ = dataset_->runs[run_].begin;
    }
    if (run_ == Runs()) return false;
    HeadFixed fixed;
    absl::Status status = Peek(sizeof(fixed));
    if (!status.ok()) return status;
    std::memcpy(&fixed, window_.data() + (at_ - window_at_), sizeof(fixed));
    status = Peek(sizeof(fixed) + fixed.id_size);
    if (!status.ok()) return status;
    head->id.assign(window_, at_ - window_at_ + sizeof(fixed), fixed.id_size);
    head->ordinal = fixed.ordinal;
    head->header = fixed.header != 0;
    head->digest = fixed.digest;
    head->size = fixed.size;
    head->where = fixed.where;
    at_ += sizeof(fixed) + fixed.id_size;
    return true;
  }

  absl::Status Read(uint64_t where, uint64_t size, std::string* bytes) override {
    bytes->resize(size);
    return spool_.body_file_->ReadAt(where, bytes->data(), size);
  }

 private:
  size_t Runs() const { return dataset_ == nullptr ? 0 : dataset_->runs.size(); }

  // Makes the next `size` heads' bytes lie in the window.
  absl::Status Peek(size_t size) {
    if (at_ >= window_at_ && at_ + size <= window_at_ + window_.size()) return absl::OkStatus();
    const uint64_t end = dataset_->runs[run_].end;
    const size_t wanted = std::max(size, std::min<size_t>(kBufferBytes, end - at_));
    window_.resize(wanted);
    window_at_ = at_;
    return spool_.head_file_->ReadAt(at_, window_.data(), wanted);
  }

  const RecordSpool& spool_;
  const Dataset* const dataset_;
  size_t run_ = 0;
  uint64_t at_ = 0;
  std::string window_;
  uint64_t window_at_ = 0;
};

absl::StatusOr<std::unique_ptr<RecordSpool>> RecordSpool::Create() {
  std::unique_ptr<RecordSpool> spool(new RecordSpool());
  for (std::unique_ptr<TempFile>* file : {&spool->head_file_, &spool->body_file_}) {
    absl::StatusOr<std::unique_ptr<TempFile>> made = TempFile::Create();
    if (!made.ok()) return made.status();
    *file = *std::move(made);
  }
  return spool;
}

absl::Status RecordSpool::Flush(std::string* buffer, uint64_t* flushed, TempFile* file) {
  if (buffer->empty()) return absl::OkStatus();
  absl::Status status = file->WriteAt(*flushed, *buffer);
  *flushed += buffer->size();
  buffer->clear();
  return status;
}

absl::Status RecordSpool::Add(std::string_view bytes, const Digest& digest) {
  RecordIdentity identity;
  if (!ReadIdentity(bytes, &identity)) {
    return absl::InternalError("bytes that are no record were to be pushed");
  }
  if (current_ == nullptr || identity.dataset != current_name_) {
    if (++runs_ > kMaxRuns) {
      ErrorDetail detail;
      detail.code = "PUE-0001";
      detail.message =
          "the records of several datasets are mixed in the inputs, too often to follow";
      detail.hint = "put all of them into one dataset: --dataset NAME";
      return MakeError(absl::StatusCode::kFailedPrecondition, detail);
    }
    const auto [found, is_new] = datasets_.try_emplace(identity.dataset);
    if (is_new) names_.push_back(identity.dataset);
    current_ = &found->second;
    current_name_ = identity.dataset;
    current_->runs.push_back({head_end_, head_end_, 0});
  }
  HeadFixed fixed;
  fixed.where = body_end_;
  fixed.size = bytes.size();
  fixed.digest = digest;
  fixed.ordinal = identity.ordinal;
  fixed.id_size = static_cast<uint32_t>(identity.id.size());
  fixed.header = identity.header ? 1 : 0;
  heads_.append(reinterpret_cast<const char*>(&fixed), sizeof(fixed));
  heads_.append(identity.id);
  bodies_.append(bytes);
  head_end_ += sizeof(fixed) + identity.id.size();
  body_end_ += bytes.size();
  ++records_;
  ++current_->records;
  ++current_->runs.back().records;
  current_->runs.back().end = head_end_;
  if (heads_.size() >= kBufferBytes) {
    absl::Status status = Flush(&heads_, &heads_flushed_, head_file_.get());
    if (!status.ok()) return status;
  }
  if (bodies_.size() < kBufferBytes) return absl::OkStatus();
  return Flush(&bodies_, &bodies_flushed_, body_file_.get());
}

absl::Status RecordSpool::Finish() {
  absl::Status status = Flush(&heads_, &heads_flushed_, head_file_.get());
  if (!status.ok()) return status;
  return Flush(&bodies_, &bodies_flushed_, body_file_.get());
}

std::unique_ptr<PushSource> RecordSpool::Open(const std::string& dataset) const {
  const auto found = datasets_.find(dataset);
  return std::make_unique<Source>(*this, found == datasets_.end() ? nullptr : &found->second);
}

}  // namespace puente::client
