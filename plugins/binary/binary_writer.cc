// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes binary files.
#include "plugins/binary/binary_writer.h"

#include <fmt/format.h>

#include <cstring>
#include <string_view>

#include "core/base/canonical_form.h"
#include "core/base/schema.h"
#include "core/base/status.h"
#include "plugins/binary/binary_reader.h"
#include "plugins/binary/frame.h"

namespace puente::binary {
namespace {

// How much is handed over at once, and the buffer that is kept after a large record.
constexpr size_t kBlock = size_t{256} << 10;
constexpr size_t kMaxKept = size_t{4} << 20;

absl::Status Refused(absl::StatusCode status, std::string_view code, std::string message) {
  ErrorDetail detail;
  detail.code = std::string(code);
  detail.message = std::move(message);
  return MakeError(status, detail);
}

absl::Status CheckSize(size_t size, uint64_t max_payload) {
  if (size <= max_payload) return absl::OkStatus();
  return Refused(absl::StatusCode::kResourceExhausted, "PUE-0203",
                 fmt::format("the record has {} bytes, more than the limit record_bytes ({})", size,
                             max_payload));
}

void Trim(std::string* buffer) {
  buffer->clear();
  if (buffer->capacity() > kMaxKept) buffer->shrink_to_fit();
}

}  // namespace

BinaryWriter::BinaryWriter(const sdk::Run& run, sdk::Target* target)
    : run_(run), target_(target), max_payload_(MaxPayload(run)), paths_(run) {
  AppendFileHeader(&buffer_);
}

absl::StatusOr<std::unique_ptr<sdk::Writer>> BinaryWriter::Open(const sdk::Run& run,
                                                                sdk::Target* target) {
  return std::unique_ptr<sdk::Writer>(new BinaryWriter(run, target));
}

absl::Status BinaryWriter::Put(const v1::Record& record, const sdk::RecordInfo& /*info*/) {
  if (RecordContent(record) == nullptr) {
    return Refused(absl::StatusCode::kInvalidArgument, "PUE-0506", "the record has no content");
  }
  const size_t size = record.ByteSizeLong();
  if (absl::Status status = CheckSize(size, max_payload_); !status.ok()) return status;
  if (absl::Status status = CanonicalBytes(record, &canonical_); !status.ok()) return status;
  std::string rest;
  if (record.has_import_context()) {
    v1::Record beside;
    *beside.mutable_import_context() = record.import_context();
    rest = beside.SerializeAsString();
  }
  if (absl::Status status = CountContent(canonical_, rest); !status.ok()) return status;
  // The schema has no maps: the bytes are the same for the same record.
  record.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(RoomForFrame(size)));
  absl::Status status = EndFrame(size);
  Trim(&canonical_);
  return status;
}

absl::Status BinaryWriter::PutBytes(std::string_view bytes, const sdk::RecordInfo& info) {
  CanonicalParts parts;
  if (!SplitCanonical(bytes, &parts) || parts.content.empty() ||
      static_cast<uint8_t>(parts.content[0]) >= v1::Record::kLexicalFieldNumber << 3) {
    return sdk::Writer::PutBytes(bytes, info);
  }
  if (absl::Status status = CheckSize(bytes.size(), max_payload_); !status.ok()) return status;
  if (absl::Status status = CountContent(parts.content, parts.rest); !status.ok()) return status;
  std::memcpy(RoomForFrame(bytes.size()), bytes.data(), bytes.size());
  return EndFrame(bytes.size());
}

absl::Status BinaryWriter::CountContent(std::string_view canonical, std::string_view rest) {
  hash_.Update(canonical);
  const absl::StatusOr<Digest> digest = hash_.Finish();
  if (!digest.ok()) return digest.status();
  digest_ = *digest;
  return CountLeavesInBytes(canonical, rest, &counts_);
}

char* BinaryWriter::RoomForFrame(size_t size) {
  frame_ = buffer_.size();
  buffer_.resize(frame_ + kFrameHeaderSize + size);
  return buffer_.data() + frame_ + kFrameHeaderSize;
}

absl::Status BinaryWriter::EndFrame(size_t size) {
  FrameHeader header;
  header.length = static_cast<uint32_t>(size);
  header.digest = digest_;
  header.payload_crc = Crc32(std::string_view(buffer_).substr(frame_ + kFrameHeaderSize, size));
  EncodeFrameHeader(header, buffer_.data() + frame_);
  ++records_;
  dataset_digest_.Add(digest_);
  kept_.clear();
  for (const LeafCount& leaf : counts_) {
    const uint32_t path = paths_.HostId(leaf.path_id);
    kept_.push_back({path, path, leaf.count});
  }
  run_.CountKept(kept_);
  return buffer_.size() < kBlock ? absl::OkStatus() : Flush();
}

absl::Status BinaryWriter::Flush() {
  absl::Status status = target_->Write(buffer_);
  Trim(&buffer_);
  return status;
}

absl::Status BinaryWriter::Finish() {
  const absl::StatusOr<Digest> digest = dataset_digest_.Finish();
  if (!digest.ok()) return digest.status();
  AppendEndFrame({records_, *digest}, &buffer_);
  return Flush();
}

}  // namespace puente::binary
