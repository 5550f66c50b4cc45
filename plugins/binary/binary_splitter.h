// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts a binary file into pieces of whole records without reading them.
#ifndef PUENTE_PLUGINS_BINARY_BINARY_SPLITTER_H_
#define PUENTE_PLUGINS_BINARY_BINARY_SPLITTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::binary {

/// Goes from frame to frame by their headers. It counts the records and takes the digest of the
/// dataset on the way: the last piece's context has both for the reader that meets the end frame.
/// Where a frame is damaged the rest of the file is one piece, and its reader says what is wrong.
class BinarySplitter : public sdk::Splitter {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Splitter>> Open(const sdk::Run& run,
                                                             sdk::Source* source);
  absl::StatusOr<bool> Next(PuentePiece* piece) override;

 private:
  BinarySplitter(const sdk::Run& run, sdk::Source* source);

  /// Up to `size` bytes at an offset; valid until the next call.
  absl::StatusOr<std::string_view> Peek(uint64_t at, size_t size);
  /// Goes over one frame. False when the file ends there, or cannot be followed from there on.
  absl::StatusOr<bool> Step();

  const sdk::Run run_;
  sdk::Source* const source_;
  const uint64_t piece_bytes_;
  std::string block_;
  uint64_t block_at_ = 0;
  uint64_t at_ = 0;  // the next frame
  bool done_ = false;
  uint64_t records_ = 0;
  DatasetDigest digest_;
  std::string context_;
};

}  // namespace puente::binary

#endif  // PUENTE_PLUGINS_BINARY_BINARY_SPLITTER_H_
