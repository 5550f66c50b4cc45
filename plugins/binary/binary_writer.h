// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes binary files.
#ifndef PUENTE_PLUGINS_BINARY_BINARY_WRITER_H_
#define PUENTE_PLUGINS_BINARY_BINARY_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/base/leaves.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "puente/v1/record.pb.h"

namespace puente::binary {

/// Writes one file. What it counts as kept are the leaves of the record that it wrote, not what it
/// was told of them.
class BinaryWriter : public sdk::Writer {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> Open(const sdk::Run& run,
                                                           sdk::Target* target);

  /// Errors leave the file as it was: PUE-0203 for a record that is larger than readers accept,
  /// PUE-0506 for one without content.
  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status PutBytes(std::string_view bytes, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  BinaryWriter(const sdk::Run& run, sdk::Target* target);
  /// Takes the digest and the leaves of the record that comes next.
  absl::Status CountContent(std::string_view canonical, std::string_view rest);
  /// Makes room in the buffer for a frame; gives the place of its payload.
  char* RoomForFrame(size_t size);
  /// Completes the frame, once its payload stands there.
  absl::Status EndFrame(size_t size);
  absl::Status Flush();

  const sdk::Run run_;
  sdk::Target* const target_;
  const uint64_t max_payload_;
  sdk::FieldPaths paths_;
  std::string buffer_;
  std::string canonical_;
  Sha256 hash_;
  // Of the record that is being written.
  Digest digest_{};
  std::vector<LeafCount> counts_;
  std::vector<PuenteLeaves> kept_;
  size_t frame_ = 0;
  uint64_t records_ = 0;
  DatasetDigest dataset_digest_;
};

}  // namespace puente::binary

#endif  // PUENTE_PLUGINS_BINARY_BINARY_WRITER_H_
