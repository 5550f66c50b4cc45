// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The parts of a binary file and their bytes, as docs/spec/binary.md defines them.
#ifndef PUENTE_PLUGINS_BINARY_FRAME_H_
#define PUENTE_PLUGINS_BINARY_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"

namespace puente::binary {

/// What a file begins with: a byte that is no ASCII, a name, line ends of both kinds, the
/// end-of-file character of DOS and a null byte, so that every common way to treat it as text
/// breaks it.
inline constexpr std::string_view kMagic("\x89PUENTE\r\n\x1a\n\0", 12);
/// The version of the format that this code writes, and the latest that it reads.
inline constexpr uint8_t kVersion = 1;
/// Size of the file header: magic, version, flags, two null bytes, checksum.
inline constexpr size_t kFileHeaderSize = 20;
/// Size of the header of a frame: type, length, digest, checksum of the payload, own checksum.
inline constexpr size_t kFrameHeaderSize = 45;
/// Size of the payload of the end frame: the number of records.
inline constexpr size_t kEndPayloadSize = 8;
/// The largest payload, whatever the limits say: protobuf has no larger messages.
inline constexpr uint32_t kMaxPayload = 0x7fffffff;

/// What a frame is.
enum class FrameType : uint8_t {
  /// One record.
  kRecord = 'R',
  /// The end of the file: how many records it has, and the digest of the dataset.
  kEnd = 'E',
};

/// The header of a frame.
struct FrameHeader {
  FrameType type = FrameType::kRecord;
  /// Size of the payload in bytes.
  uint32_t length = 0;
  /// Digest of the record, or of the dataset.
  Digest digest{};
  /// CRC-32 of the payload.
  uint32_t payload_crc = 0;
};

/// What the end frame says of the frames before it.
struct Totals {
  uint64_t records = 0;
  Digest digest{};
};

/// The CRC-32 of zlib, PNG and Ethernet.
uint32_t Crc32(std::string_view bytes);

/// Appends the header of a file.
void AppendFileHeader(std::string* out);

/// Checks the first kFileHeaderSize bytes of a file, or all that it has. PUE-0320 when they are not
/// such a header, PUE-0322 when they are only the beginning of one.
absl::Status CheckFileHeader(std::string_view bytes);

/// Writes kFrameHeaderSize bytes.
void EncodeFrameHeader(const FrameHeader& header, char* out);

/// Reads kFrameHeaderSize bytes that begin at `offset` of the file. PUE-0320 when they are damaged.
absl::StatusOr<FrameHeader> DecodeFrameHeader(std::string_view bytes, uint64_t offset);

/// Appends the end frame.
void AppendEndFrame(const Totals& totals, std::string* out);

/// Compares the end frame at `offset` with what the file has. PUE-0320 when the frame is damaged or
/// the number of records differs, PUE-0321 when the digest does.
absl::Status CheckEndFrame(const FrameHeader& header, std::string_view payload,
                           const Totals& totals, uint64_t offset);

/// Totals as the context of a piece, and back; nothing when the bytes are something else.
std::string EncodeTotals(const Totals& totals);
std::optional<Totals> DecodeTotals(std::string_view bytes);

/// The error PUE-0320: `what` is wrong at `offset`.
absl::Status DamagedError(std::string_view what, uint64_t offset);

/// The error PUE-0322: the file ends at `offset`, at a place that `where` names.
absl::Status CutError(std::string_view where, uint64_t offset);

}  // namespace puente::binary

#endif  // PUENTE_PLUGINS_BINARY_FRAME_H_
