// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records in and out of the byte stream of the binary format (docs/spec/binary.md).

#ifndef PUENTE_SERVICES_FILES_RECORD_FRAMES_H_
#define PUENTE_SERVICES_FILES_RECORD_FRAMES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/plugin/source.h"
#include "services/exchange/formats.h"

namespace puente::exchange {

/// Cuts a byte stream that the writer of the binary format makes, and hands its records on. It
/// trusts the stream to be whole: checksums are not compared.
class FrameCutter {
 public:
  explicit FrameCutter(TakeRecord take) : take_(std::move(take)) {}

  /// Takes the next bytes. Internal error PUE-0408 when they are no binary format; errors of the
  /// taker as they are. After an error all calls give the same one.
  absl::Status Add(std::string_view bytes);
  /// The first error.
  const absl::Status& error() const { return error_; }
  /// True once the end of the stream was seen.
  bool at_end() const { return part_ == Part::kAfter; }
  uint64_t records() const { return records_; }

 private:
  static constexpr size_t kFileHeaderBytes = 20;
  enum class Part { kFileHeader, kFrameHeader, kPayload, kEnd, kAfter };

  // Takes bytes until the part has `wanted_` of them; true when it has.
  bool Fill(std::string_view* bytes);
  absl::Status EndPart();
  void Begin(Part part, size_t wanted);

  const TakeRecord take_;
  Part part_ = Part::kFileHeader;
  size_t wanted_ = kFileHeaderBytes;
  std::string held_;
  Digest digest_ = {};
  uint64_t records_ = 0;
  absl::Status error_;
};

/// Makes the byte stream of the binary format of records, for the reader of it.
class FrameInput : public plugin::ByteInput {
 public:
  explicit FrameInput(GiveRecord give) : give_(std::move(give)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t capacity) override;
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t capacity) override;
  bool can_seek() const override { return false; }
  uint64_t size() const override { return plugin::kUnknownSize; }

  /// The first error of the giver.
  const absl::Status& error() const { return error_; }

 private:
  absl::Status Refill();

  const GiveRecord give_;
  std::string buffer_;
  size_t used_ = 0;
  std::string record_;
  uint64_t records_ = 0;
  DatasetDigest dataset_;
  bool begun_ = false;
  bool ended_ = false;
  absl::Status error_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_FILES_RECORD_FRAMES_H_
