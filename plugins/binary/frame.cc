// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The parts of a binary file and their bytes: encoding, decoding, and what is wrong with them.
#include "plugins/binary/frame.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "core/base/status.h"

namespace puente::binary {
namespace {

// Where the fields of a file header are.
constexpr size_t kVersionAt = 12;
constexpr size_t kFlagsAt = 13;
constexpr size_t kFileCrcAt = 16;

// Where the fields of a frame header are.
constexpr size_t kLengthAt = 1;
constexpr size_t kDigestAt = 5;
constexpr size_t kPayloadCrcAt = 37;
constexpr size_t kFrameCrcAt = 41;

constexpr std::string_view kMakeAgain =
    "copy the file again and compare its size, or make it again from its source";

template <typename T>
void PutLittleEndian(T value, char* out) {
  for (size_t i = 0; i < sizeof(T); ++i) out[i] = static_cast<char>(value >> (8 * i) & 0xff);
}

template <typename T>
T GetLittleEndian(std::string_view bytes, size_t at) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value |= static_cast<T>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}

absl::Status Error(std::string_view code, std::string message, std::string_view hint) {
  ErrorDetail detail;
  detail.code = std::string(code);
  detail.message = std::move(message);
  detail.hint = std::string(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

/// What became of a file whose first bytes are not the magic.
absl::Status NotMagic(std::string_view bytes) {
  if (const size_t name = bytes.find("PUENTE"); name <= 3) {
    const bool high_bit_gone = name != 1 || bytes[0] != kMagic[0];
    return Error("PUE-0320",
                 high_bit_gone
                     ? "the binary file was changed on its way: its bytes above 127 are not what "
                       "they were"
                     : "the binary file was changed on its way: its line ends are not what they "
                       "were",
                 "it was copied or converted as if it were text; copy it again as binary");
  }
  return Error("PUE-0320", "the file does not begin as a Puente binary file does",
               "if it is of another format, name that with --from");
}

}  // namespace

uint32_t Crc32(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void AppendFileHeader(std::string* out) {
  const size_t begin = out->size();
  out->append(kMagic);
  out->push_back(static_cast<char>(kVersion));
  out->append(3, '\0');  // flags, and two bytes without meaning
  out->append(4, '\0');
  PutLittleEndian(Crc32(std::string_view(*out).substr(begin, kFileCrcAt)),
                  out->data() + begin + kFileCrcAt);
}

absl::Status CheckFileHeader(std::string_view bytes) {
  const size_t shown = std::min(bytes.size(), kMagic.size());
  if (bytes.substr(0, shown) != kMagic.substr(0, shown)) return NotMagic(bytes);
  if (bytes.empty()) return Error("PUE-0322", "the file is empty", kMakeAgain);
  if (bytes.size() < kFileHeaderSize) return CutError("inside its header", bytes.size());
  if (GetLittleEndian<uint32_t>(bytes, kFileCrcAt) != Crc32(bytes.substr(0, kFileCrcAt))) {
    return DamagedError("the header of the file is damaged: its checksum differs", 0);
  }
  const auto version = static_cast<unsigned char>(bytes[kVersionAt]);
  if (version != kVersion) {
    return Error("PUE-0320",
                 fmt::format("the file is of version {} of the binary format; this version of "
                             "Puente reads version {}",
                             version, kVersion),
                 "use the version of Puente that wrote it, or a later one");
  }
  if (std::any_of(bytes.begin() + kFlagsAt, bytes.begin() + kFileCrcAt,
                  [](char c) { return c != 0; })) {
    return Error("PUE-0320", "the file uses features that this version of Puente does not know",
                 "use the version of Puente that wrote it, or a later one");
  }
  return absl::OkStatus();
}

void EncodeFrameHeader(const FrameHeader& header, char* out) {
  out[0] = static_cast<char>(header.type);
  PutLittleEndian(header.length, out + kLengthAt);
  std::memcpy(out + kDigestAt, header.digest.data(), header.digest.size());
  PutLittleEndian(header.payload_crc, out + kPayloadCrcAt);
  PutLittleEndian(Crc32(std::string_view(out, kFrameCrcAt)), out + kFrameCrcAt);
}

absl::StatusOr<FrameHeader> DecodeFrameHeader(std::string_view bytes, uint64_t offset) {
  if (GetLittleEndian<uint32_t>(bytes, kFrameCrcAt) != Crc32(bytes.substr(0, kFrameCrcAt))) {
    return DamagedError("the header of a part is damaged: its checksum differs", offset);
  }
  FrameHeader header;
  header.type = static_cast<FrameType>(bytes[0]);
  if (header.type != FrameType::kRecord && header.type != FrameType::kEnd) {
    return DamagedError("there is a part of a kind that this version of Puente does not know",
                        offset);
  }
  header.length = GetLittleEndian<uint32_t>(bytes, kLengthAt);
  if (header.length > kMaxPayload ||
      (header.type == FrameType::kEnd && header.length != kEndPayloadSize)) {
    return DamagedError(fmt::format("a part has an impossible length, {} bytes", header.length),
                        offset);
  }
  std::memcpy(header.digest.data(), bytes.data() + kDigestAt, header.digest.size());
  header.payload_crc = GetLittleEndian<uint32_t>(bytes, kPayloadCrcAt);
  return header;
}

void AppendEndFrame(const Totals& totals, std::string* out) {
  char payload[kEndPayloadSize];
  PutLittleEndian(totals.records, payload);
  FrameHeader header;
  header.type = FrameType::kEnd;
  header.length = kEndPayloadSize;
  header.digest = totals.digest;
  header.payload_crc = Crc32({payload, sizeof(payload)});
  char bytes[kFrameHeaderSize];
  EncodeFrameHeader(header, bytes);
  out->append(bytes, sizeof(bytes));
  out->append(payload, sizeof(payload));
}

absl::Status CheckEndFrame(const FrameHeader& header, std::string_view payload,
                           const Totals& totals, uint64_t offset) {
  if (Crc32(payload) != header.payload_crc) {
    return DamagedError("the closing part is damaged: its checksum differs", offset);
  }
  const auto records = GetLittleEndian<uint64_t>(payload, 0);
  if (records != totals.records) {
    return DamagedError(fmt::format("the closing part tells of {} records, but there are {}",
                                    records, totals.records),
                        offset);
  }
  if (header.digest != totals.digest) {
    return Error("PUE-0321",
                 fmt::format("the digest of all records differs from the one in the closing part "
                             "at byte {}: records were replaced or moved",
                             offset),
                 kMakeAgain);
  }
  return absl::OkStatus();
}

std::string EncodeTotals(const Totals& totals) {
  std::string bytes(sizeof(uint64_t), '\0');
  PutLittleEndian(totals.records, bytes.data());
  bytes.append(totals.digest.begin(), totals.digest.end());
  return bytes;
}

std::optional<Totals> DecodeTotals(std::string_view bytes) {
  Totals totals;
  if (bytes.size() != sizeof(uint64_t) + totals.digest.size()) return std::nullopt;
  totals.records = GetLittleEndian<uint64_t>(bytes, 0);
  std::memcpy(totals.digest.data(), bytes.data() + sizeof(uint64_t), totals.digest.size());
  return totals;
}

absl::Status DamagedError(std::string_view what, uint64_t offset) {
  return Error("PUE-0320", fmt::format("{} (at byte {})", what, offset), kMakeAgain);
}

absl::Status CutError(std::string_view where, uint64_t offset) {
  return Error("PUE-0322", fmt::format("the file ends {}, at byte {}", where, offset), kMakeAgain);
}

}  // namespace puente::binary
