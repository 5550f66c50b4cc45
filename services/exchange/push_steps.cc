// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rules of a push.

#include "services/exchange/push_steps.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/digest.h"
#include "services/exchange/paging.h"
#include "services/exchange/wire.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

using store::PushOp;
using store::ReasonError;

constexpr int kMaxPerMessage = 10'000;
constexpr size_t kMaxRequestId = 64;
constexpr size_t kMaxReasonCharacters = 1000;

absl::Status BadSequence(std::string_view message) {
  return ReasonError(v1::REASON_SEQUENCE_INVALID, message);
}

absl::Status CheckCount(int count) {
  if (count <= kMaxPerMessage) return absl::OkStatus();
  return BadField("step", "a message has at most 10,000 entries");
}

}  // namespace

absl::StatusOr<store::PushKey> ReadOpen(const v1::PushRecordsRequest::Open& open) {
  store::PushKey push;
  auto dataset = store::ParseDatasetName(open.parent());
  if (!dataset.ok()) return dataset.status();
  push.dataset = *std::move(dataset);
  push.request_id = open.request_id();
  if (push.request_id.empty() || push.request_id.size() > kMaxRequestId) {
    return BadField("open.request_id", "a request id has 1 to 64 characters");
  }
  switch (open.mode()) {
    case v1::PUSH_MODE_UPSERT:
      push.mode = store::PushMode::kUpsert;
      break;
    case v1::PUSH_MODE_SNAPSHOT:
      push.mode = store::PushMode::kSnapshot;
      break;
    case v1::PUSH_MODE_VALIDATE_ONLY:
      push.mode = store::PushMode::kValidateOnly;
      break;
    default:
      return BadField("open.mode", "a push has a mode");
  }
  return push;
}

absl::Status CheckDeleteReason(std::string_view field, const std::string& reason) {
  // Bytes of UTF-8 that do not begin a character are not counted.
  const auto characters = std::count_if(reason.begin(), reason.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  });
  if (static_cast<size_t>(characters) <= kMaxReasonCharacters) return absl::OkStatus();
  return BadField(field, "a reason has at most 1,000 characters");
}

int64_t PushSteps::Through() const {
  int64_t through = open_.empty() ? last_seq_ : open_.begin()->first - 1;
  if (chunks_.has_value()) through = std::min(through, chunks_->seq - 1);
  return through;
}

absl::Status PushSteps::TakeNewSeq(int64_t seq) {
  if (chunks_.has_value()) return BadSequence("the chunks of a record are not complete");
  if (seq <= last_seq_) {
    return BadSequence("number " + std::to_string(seq) + " comes after " +
                       std::to_string(last_seq_) + "; numbers ascend");
  }
  last_seq_ = seq;
  return absl::OkStatus();
}

void PushSteps::AddRefusal(int64_t seq, absl::Status status, PreparedStep* out) {
  store::PushVerdict verdict;
  verdict.seq = seq;
  verdict.outcome = store::Outcome::kRejected;
  verdict.status = std::move(status);
  out->refused.push_back(std::move(verdict));
  ++out->step.rejected;
}

absl::StatusOr<PreparedStep> PushSteps::Prepare(const v1::PushRecordsRequest::Offers& offers) {
  absl::Status status = CheckCount(offers.offers_size());
  if (!status.ok()) return status;
  PreparedStep out;
  out.step.push = push_;
  // What is offered here is decided with the result, and told to the store with the next step.
  out.step.through_seq = Through();
  for (const auto& offer : offers.offers()) {
    status = TakeNewSeq(offer.seq());
    if (!status.ok()) return status;
    Offered offered;
    offered.key = {offer.header(), offer.header() ? std::string() : offer.id(), offer.ordinal()};
    if (offer.digest().size() != offered.digest.size()) {
      AddRefusal(offer.seq(), BadField("offers.offers.digest", "a digest has 32 bytes"), &out);
      continue;
    }
    std::copy(offer.digest().begin(), offer.digest().end(), offered.digest.begin());
    if (offer.has_if_generation()) offered.if_generation = offer.if_generation();
    PushOp op;
    op.kind = PushOp::Kind::kOffer;
    op.seq = offer.seq();
    op.key = offered.key;
    op.digest = offered.digest;
    op.if_generation = offered.if_generation;
    out.step.ops.push_back(std::move(op));
    open_.emplace(offer.seq(), std::move(offered));
  }
  return out;
}

absl::StatusOr<PreparedStep> PushSteps::Prepare(v1::PushRecordsRequest::Writes* writes) {
  absl::Status status = CheckCount(writes->writes_size());
  if (!status.ok()) return status;
  PreparedStep out;
  out.step.push = push_;
  for (auto& write : *writes->mutable_writes()) {
    std::optional<int64_t> if_generation;
    if (write.has_if_generation()) if_generation = write.if_generation();
    if (write.has_chunk()) {
      status = AddChunk(write, &out);
    } else {
      if (chunks_.has_value()) return BadSequence("the chunks of a record are not complete");
      status = AddWrite(write.seq(), std::move(*write.mutable_record()), if_generation, &out);
    }
    if (!status.ok()) return status;
  }
  out.step.through_seq = Through();
  return out;
}

absl::Status PushSteps::AddChunk(const v1::PushRecordsRequest::Write& write, PreparedStep* out) {
  const v1::RecordChunk& chunk = write.chunk();
  if (!chunks_.has_value()) {
    if (chunk.offset() != 0 || chunk.total_bytes() <= 0) {
      return BadSequence("a record in chunks begins at offset 0 and tells its size");
    }
    Chunks begun;
    begun.seq = write.seq();
    begun.total = chunk.total_bytes();
    if (write.has_if_generation()) begun.if_generation = write.if_generation();
    begun.too_large = begun.total > record_limit_;
    if (!open_.contains(write.seq()) && write.seq() <= last_seq_) {
      return BadSequence("number " + std::to_string(write.seq()) + " was decided or not offered");
    }
    chunks_ = std::move(begun);
  }
  Chunks& chunks = *chunks_;
  const auto size = static_cast<int64_t>(chunk.data().size());
  if (write.seq() != chunks.seq || chunk.total_bytes() != chunks.total || size == 0 ||
      size > kChunkBytes) {
    return BadSequence("the chunks of a record follow each other, with 1 MiB at most");
  }
  if (chunks.too_large) {
    // Its bytes are let go; the offset of the last chunk tells the end.
    if (chunk.offset() + size < chunks.total) return absl::OkStatus();
  } else {
    if (chunk.offset() != static_cast<int64_t>(chunks.bytes.size()) ||
        chunk.offset() + size > chunks.total) {
      return BadSequence("the chunks of a record follow each other without a gap");
    }
    chunks.bytes += chunk.data();
    if (static_cast<int64_t>(chunks.bytes.size()) < chunks.total) return absl::OkStatus();
  }
  Chunks done = std::move(chunks);
  chunks_.reset();
  if (!done.too_large) {
    return AddWrite(done.seq, std::move(done.bytes), done.if_generation, out);
  }
  if (open_.erase(done.seq) == 0) {
    const absl::Status status = TakeNewSeq(done.seq);
    if (!status.ok()) return status;
  }
  AddRefusal(done.seq,
             ReasonError(
                 v1::REASON_RECORD_TOO_LARGE, "the record is larger than the limit",
                 {{"bytes", std::to_string(done.total)}, {"limit", std::to_string(record_limit_)}}),
             out);
  return absl::OkStatus();
}

absl::Status PushSteps::AddWrite(int64_t seq, std::string bytes,
                                 std::optional<int64_t> if_generation, PreparedStep* out) {
  std::optional<Offered> offered;
  const auto found = open_.find(seq);
  if (found != open_.end()) {
    offered = std::move(found->second);
    open_.erase(found);
  } else {
    const absl::Status status = TakeNewSeq(seq);
    if (!status.ok()) return status;
  }
  auto pushed = ReadPushedRecord(bytes, push_.dataset);
  if (!pushed.ok()) {
    AddRefusal(seq, pushed.status(), out);
    return absl::OkStatus();
  }
  if (offered.has_value()) {
    if (offered->key != pushed->key) {
      AddRefusal(seq,
                 ReasonError(v1::REASON_IDENTITY_MISMATCH, "another name was offered",
                             {{"name", store::RecordName(push_.dataset, pushed->key)}}),
                 out);
      return absl::OkStatus();
    }
    if (offered->digest != pushed->digest) {
      AddRefusal(seq,
                 ReasonError(v1::REASON_DIGEST_MISMATCH, "another digest was offered",
                             {{"computed", DigestToHex(pushed->digest)}}),
                 out);
      return absl::OkStatus();
    }
    if_generation = offered->if_generation;
  }
  PushOp op;
  op.kind = PushOp::Kind::kPut;
  op.seq = seq;
  op.key = std::move(pushed->key);
  op.digest = pushed->digest;
  op.if_generation = if_generation;
  out->record_bytes += static_cast<int64_t>(bytes.size());
  op.body = std::move(bytes);
  out->step.ops.push_back(std::move(op));
  return absl::OkStatus();
}

absl::StatusOr<PreparedStep> PushSteps::Prepare(const v1::PushRecordsRequest::Removals& removals) {
  if (push_.mode == store::PushMode::kSnapshot) {
    return BadSequence("a snapshot has no removals: what it does not name is removed");
  }
  absl::Status status = CheckCount(removals.removals_size());
  if (!status.ok()) return status;
  PreparedStep out;
  out.step.push = push_;
  for (const auto& removal : removals.removals()) {
    status = TakeNewSeq(removal.seq());
    if (!status.ok()) return status;
    status = CheckDeleteReason("removals.removals.reason", removal.reason());
    if (!status.ok()) {
      AddRefusal(removal.seq(), std::move(status), &out);
      continue;
    }
    PushOp op;
    op.kind = PushOp::Kind::kRemove;
    op.seq = removal.seq();
    op.key = {false, removal.id(), removal.ordinal()};
    if (removal.has_if_generation()) op.if_generation = removal.if_generation();
    op.reason = removal.reason();
    out.step.ops.push_back(std::move(op));
  }
  out.step.through_seq = Through();
  return out;
}

absl::Status PushSteps::CheckCommit() const {
  if (chunks_.has_value()) return BadSequence("the chunks of a record are not complete");
  if (open_.empty()) return absl::OkStatus();
  return BadSequence("the record with number " + std::to_string(open_.begin()->first) +
                     " was asked for and did not come");
}

std::vector<int64_t> PushSteps::TakeOfferResult(const store::StepResult& result) {
  std::vector<int64_t> needed;
  for (const store::PushVerdict& verdict : result.verdicts) {
    if (verdict.outcome == store::Outcome::kNeeded) {
      needed.push_back(verdict.seq);
    } else {
      open_.erase(verdict.seq);
    }
  }
  return needed;
}

}  // namespace puente::exchange
