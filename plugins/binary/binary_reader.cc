// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads binary files, whole or piece by piece.
#include "plugins/binary/binary_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/lexical.h"
#include "core/base/limits.h"
#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/base/utf8.h"

namespace puente::binary {
namespace {

// A buffer that is kept for the next record is at most this large.
constexpr size_t kMaxKept = size_t{4} << 20;

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

}  // namespace

uint64_t MaxPayload(const sdk::Run& run) {
  const uint64_t limit = run.Limit("record_bytes");
  return std::min<uint64_t>(limit == 0 ? DefaultLimits().record_bytes : limit, kMaxPayload);
}

BinaryReader::BinaryReader(const sdk::Run& run, sdk::Source* source, uint64_t offset,
                           const sdk::Options& options)
    : run_(run),
      input_(source, offset, source->size()),
      max_payload_(MaxPayload(run)),
      verify_(options.GetOr("verify_digests", "true") != "false"),
      paths_(run) {}

absl::StatusOr<std::unique_ptr<sdk::Reader>> BinaryReader::Open(const sdk::Run& run,
                                                                sdk::Source* source,
                                                                const sdk::Options& options) {
  return std::unique_ptr<sdk::Reader>(new BinaryReader(run, source, 0, options));
}

absl::StatusOr<std::unique_ptr<sdk::Reader>> BinaryReader::OpenPiece(const sdk::Run& run,
                                                                     sdk::Source* source,
                                                                     const PuentePiece& piece,
                                                                     const sdk::Options& options) {
  std::unique_ptr<BinaryReader> reader(new BinaryReader(run, source, piece.offset, options));
  reader->header_done_ = piece.index != 0;
  reader->ends_file_ = piece.is_last != 0;
  reader->is_whole_ = piece.index == 0 && piece.is_last != 0;
  reader->totals_ = DecodeTotals(sdk::ToStd(piece.context));
  return reader;
}

absl::Status BinaryReader::ReadFileHeader() {
  const absl::StatusOr<std::string_view> bytes = input_.Peek(kFileHeaderSize);
  if (!bytes.ok()) return bytes.status();
  if (absl::Status status = CheckFileHeader(*bytes); !status.ok()) return status;
  input_.Skip(kFileHeaderSize);
  header_done_ = true;
  return absl::OkStatus();
}

absl::Status BinaryReader::ReadEnd(const FrameHeader& header, uint64_t offset) {
  const absl::StatusOr<std::string_view> bytes = input_.Peek(kFrameHeaderSize + kEndPayloadSize);
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() < kFrameHeaderSize + kEndPayloadSize) {
    return CutError("inside its closing part", offset + bytes->size());
  }
  if (is_whole_) {
    const absl::StatusOr<Digest> digest = dataset_digest_.Finish();
    if (!digest.ok()) return digest.status();
    totals_ = Totals{records_, *digest};
  }
  if (!ends_file_ || !totals_.has_value()) {
    return DamagedError("the file changed while it was read", offset);
  }
  absl::Status status = CheckEndFrame(header, bytes->substr(kFrameHeaderSize), *totals_, offset);
  if (!status.ok()) return status;
  input_.Skip(bytes->size());
  const absl::StatusOr<std::string_view> more = input_.Peek(1);
  if (!more.ok()) return more.status();
  if (more->empty()) return absl::OkStatus();
  ErrorDetail detail =
      GetErrorDetail(DamagedError("there are bytes behind the closing part", input_.offset()));
  detail.hint = "files are not joined by appending one to another: name both as inputs";
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::StatusOr<bool> BinaryReader::Read(sdk::BatchBuilder& batch) {
  if (done_) return false;
  if (!header_done_) {
    if (absl::Status status = ReadFileHeader(); !status.ok()) return status;
  }
  while (true) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    const uint64_t offset = input_.offset();
    absl::StatusOr<std::string_view> bytes = input_.Peek(kFrameHeaderSize);
    if (!bytes.ok()) return bytes.status();
    if (bytes->empty()) {
      if (ends_file_) return CutError("before its closing part", offset);
      done_ = true;
      return false;
    }
    if (bytes->size() < kFrameHeaderSize) {
      return CutError("inside the header of a part", offset + bytes->size());
    }
    const absl::StatusOr<FrameHeader> header = DecodeFrameHeader(*bytes, offset);
    if (!header.ok()) return header.status();
    if (header->type == FrameType::kEnd) {
      if (absl::Status status = ReadEnd(*header, offset); !status.ok()) return status;
      run_.Progress(input_.offset());
      done_ = true;
      return false;
    }
    if (header->length > max_payload_) {
      ErrorDetail detail;
      detail.code = "PUE-0203";
      detail.message =
          fmt::format("the record at byte {} has {} bytes, more than the limit record_bytes ({})",
                      offset, header->length, max_payload_);
      return MakeError(absl::StatusCode::kResourceExhausted, detail);
    }
    const size_t size = kFrameHeaderSize + header->length;
    bytes = input_.Peek(size);
    if (!bytes.ok()) return bytes.status();
    if (bytes->size() < size) {
      return CutError(fmt::format("inside the record at byte {}", offset), offset + bytes->size());
    }
    ++records_;
    if (is_whole_) dataset_digest_.Add(header->digest);
    const absl::StatusOr<bool> taken =
        Take(*header, bytes->substr(kFrameHeaderSize), offset, batch);
    if (!taken.ok()) return taken.status();
    input_.Skip(size);
    run_.Progress(input_.offset());
    if (*taken) return true;
  }
}

absl::StatusOr<bool> BinaryReader::Take(const FrameHeader& header, std::string_view payload,
                                        uint64_t offset, sdk::BatchBuilder& batch) {
  if (Crc32(payload) != header.payload_crc) {
    Reject(absl::DataLossError("its bytes are not those that were written, the checksum differs"),
           "", offset);
    return false;
  }
  v1::Record* record = careful_ ? &scratch_ : batch.Add();
  if (absl::Status status = Parse(header, payload, record); !status.ok()) {
    const bool fault_of_record = status.code() == absl::StatusCode::kDataLoss ||
                                 status.code() == absl::StatusCode::kInvalidArgument;
    if (fault_of_record) {
      // Of bytes that are no record, the identifier may be anything as well.
      const std::string& id = record->identity().id();
      Reject(status, FirstInvalidUtf8(id).has_value() ? std::string_view() : TrimXmlSpace(id),
             offset);
    }
    if (!careful_) batch.Drop();
    careful_ = true;
    if (!fault_of_record) return status;
    return false;
  }
  if (careful_) *batch.Add() = scratch_;
  PuentePosition position{};
  position.offset = offset;
  batch.Describe(TrimXmlSpace(batch.last()->identity().id()), position,
                 kFrameHeaderSize + header.length, leaves_);
  return true;
}

absl::Status BinaryReader::Parse(const FrameHeader& header, std::string_view payload,
                                 v1::Record* record) {
  if (absl::Status status = ParseRecord(payload, record); !status.ok()) {
    return absl::DataLossError("its bytes are no record");
  }
  if (RecordContent(*record) == nullptr) {
    return absl::InvalidArgumentError("it has no content that this version of Puente knows");
  }
  if (verify_) {
    if (absl::Status status = CanonicalBytes(*record, &canonical_); !status.ok()) {
      return absl::InvalidArgumentError(MessageOf(status));
    }
    hash_.Update(canonical_);
    const absl::StatusOr<Digest> digest = hash_.Finish();
    if (!digest.ok()) return digest.status();
    if (*digest != header.digest) {
      return absl::DataLossError(fmt::format("its SHA-256 is {}, but {} was written",
                                             DigestToHex(*digest), DigestToHex(header.digest)));
    }
    std::string rest;
    if (record->has_import_context()) {
      v1::Record beside;
      *beside.mutable_import_context() = record->import_context();
      rest = beside.SerializeAsString();
    }
    absl::Status status = CountLeavesInBytes(canonical_, rest, &counts_);
    if (canonical_.capacity() > kMaxKept) {
      canonical_.clear();
      canonical_.shrink_to_fit();
    }
    if (!status.ok()) return status;
  } else {
    CountLeaves(*record, &counts_);
  }
  leaves_.clear();
  for (const LeafCount& leaf : counts_) {
    const uint32_t path = paths_.HostId(leaf.path_id);
    leaves_.push_back({path, path, leaf.count});
  }
  return absl::OkStatus();
}

void BinaryReader::Reject(const absl::Status& reason, std::string_view record_id, uint64_t offset) {
  constexpr std::string_view kPath = "record";
  const uint32_t path = run_.Intern(kPath);
  run_.CountRead(path, 1);
  run_.CountRejected(path, 1);
  const std::string message =
      fmt::format("the record at byte {} is left out: {}", offset, MessageOf(reason));
  sdk::Finding finding;
  finding.severity = PUENTE_ERROR;
  finding.code = absl::IsDataLoss(reason) ? "PUE-0321" : "PUE-0506";
  finding.message = message;
  finding.path = kPath;
  finding.record_id = record_id;
  finding.offset = offset;
  run_.Report(finding);
}

}  // namespace puente::binary
