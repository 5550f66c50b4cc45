// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records in and out of the byte stream of the binary format.

#include "services/files/record_frames.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "core/base/status.h"
#include "fmt/format.h"

namespace puente::exchange {
namespace {

constexpr std::string_view kMagic("\x89PUENTE\r\n\x1a\n\0", 12);
constexpr char kVersion = 1;
constexpr size_t kFrameHeaderBytes = 45;
constexpr size_t kEndBytes = 8;
constexpr size_t kDigestAt = 5;
constexpr uint32_t kMaxPayload = 0x7fffffff;
// So much of the stream is made at once.
constexpr size_t kBlockBytes = size_t{256} << 10;

template <typename Number>
void AppendLittle(Number number, std::string* out) {
  for (size_t i = 0; i < sizeof(Number); ++i) {
    out->push_back(static_cast<char>(number >> (8 * i) & 0xff));
  }
}

template <typename Number>
Number ReadLittle(std::string_view bytes, size_t at) {
  Number number = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    number |= static_cast<Number>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return number;
}

uint32_t Crc(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void AppendFrame(char type, std::string_view payload, const Digest& digest, std::string* out) {
  const size_t begin = out->size();
  out->push_back(type);
  AppendLittle(static_cast<uint32_t>(payload.size()), out);
  out->append(digest.begin(), digest.end());
  AppendLittle(Crc(payload), out);
  AppendLittle(Crc(std::string_view(*out).substr(begin)), out);
  out->append(payload);
}

absl::Status NoBinary(std::string_view what) {
  ErrorDetail detail;
  detail.code = "PUE-0408";
  detail.message = fmt::format("the writer of the binary format gave {}", what);
  return MakeError(absl::StatusCode::kInternal, detail);
}

}  // namespace

void FrameCutter::Begin(Part part, size_t wanted) {
  part_ = part;
  wanted_ = wanted;
  held_.clear();
}

bool FrameCutter::Fill(std::string_view* bytes) {
  const size_t taken = std::min(bytes->size(), wanted_ - held_.size());
  held_.append(bytes->substr(0, taken));
  bytes->remove_prefix(taken);
  return held_.size() == wanted_;
}

absl::Status FrameCutter::Add(std::string_view bytes) {
  while (error_.ok()) {
    if (part_ == Part::kAfter) {
      if (!bytes.empty()) error_ = NoBinary("bytes behind the end");
      break;
    }
    if (!Fill(&bytes)) break;
    error_ = EndPart();
  }
  return error_;
}

absl::Status FrameCutter::EndPart() {
  switch (part_) {
    case Part::kFileHeader:
      if (!held_.starts_with(kMagic) || held_[kMagic.size()] != kVersion) {
        return NoBinary("something else");
      }
      Begin(Part::kFrameHeader, kFrameHeaderBytes);
      return absl::OkStatus();
    case Part::kFrameHeader: {
      const auto length = ReadLittle<uint32_t>(held_, 1);
      const char type = held_[0];
      std::memcpy(digest_.data(), held_.data() + kDigestAt, digest_.size());
      if ((type != 'R' && type != 'E') || length > kMaxPayload ||
          (type == 'E' && length != kEndBytes)) {
        return NoBinary("a frame of an unknown kind");
      }
      Begin(type == 'R' ? Part::kPayload : Part::kEnd, length);
      return absl::OkStatus();
    }
    case Part::kPayload: {
      ++records_;
      std::string record = std::move(held_);
      Begin(Part::kFrameHeader, kFrameHeaderBytes);
      return take_(std::move(record), digest_);
    }
    case Part::kEnd: {
      const auto records = ReadLittle<uint64_t>(held_, 0);
      if (records != records_) return NoBinary("another number of records than it says");
      Begin(Part::kAfter, 0);
      return absl::OkStatus();
    }
    case Part::kAfter:
      break;
  }
  return absl::OkStatus();
}

absl::Status FrameInput::Refill() {
  buffer_.clear();
  used_ = 0;
  if (!begun_) {
    begun_ = true;
    buffer_.append(kMagic);
    buffer_.push_back(kVersion);
    buffer_.append(3, '\0');
    AppendLittle(Crc(buffer_), &buffer_);
  }
  while (!ended_ && buffer_.size() < kBlockBytes) {
    Digest digest = {};
    record_.clear();
    const absl::StatusOr<bool> more = give_(&record_, &digest);
    if (!more.ok()) return more.status();
    if (*more) {
      if (record_.size() > kMaxPayload) {
        return absl::ResourceExhaustedError("a record is larger than 2 GiB");
      }
      ++records_;
      dataset_.Add(digest);
      AppendFrame('R', record_, digest, &buffer_);
      continue;
    }
    ended_ = true;
    const absl::StatusOr<Digest> all = dataset_.Finish();
    if (!all.ok()) return all.status();
    std::string count;
    AppendLittle(records_, &count);
    AppendFrame('E', count, *all, &buffer_);
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> FrameInput::Read(char* buffer, size_t capacity) {
  if (!error_.ok()) return error_;
  if (used_ == buffer_.size() && !ended_) {
    error_ = Refill();
    if (!error_.ok()) return error_;
  }
  const size_t size = std::min(capacity, buffer_.size() - used_);
  std::memcpy(buffer, buffer_.data() + used_, size);
  used_ += size;
  return size;
}

absl::StatusOr<size_t> FrameInput::ReadAt(uint64_t /*offset*/, char* /*buffer*/,
                                          size_t /*capacity*/) {
  return absl::UnimplementedError("records come in order");
}

}  // namespace puente::exchange
