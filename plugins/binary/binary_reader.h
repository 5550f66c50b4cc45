// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads binary files, whole or piece by piece.
#ifndef PUENTE_PLUGINS_BINARY_BINARY_READER_H_
#define PUENTE_PLUGINS_BINARY_BINARY_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/base/leaves.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/binary/frame.h"
#include "plugins/binary/input_window.h"
#include "puente/v1/record.pb.h"

namespace puente::binary {

/// The largest payload that a run accepts.
uint64_t MaxPayload(const sdk::Run& run);

/// Reads one file or one piece of it. A record that is damaged is left out with a finding; damage
/// to the frames around records is an error, since nothing behind it can be trusted.
class BinaryReader : public sdk::Reader {
 public:
  /// Reads a whole file.
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> Open(const sdk::Run& run, sdk::Source* source,
                                                           const sdk::Options& options);
  /// Reads a piece that BinarySplitter made.
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenPiece(const sdk::Run& run,
                                                                sdk::Source* source,
                                                                const PuentePiece& piece,
                                                                const sdk::Options& options);

  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  BinaryReader(const sdk::Run& run, sdk::Source* source, uint64_t offset,
               const sdk::Options& options);

  absl::Status ReadFileHeader();
  /// Reads the end frame, whose header is known, and what follows it.
  absl::Status ReadEnd(const FrameHeader& header, uint64_t offset);
  /// Adds the record of a frame to the batch. False when it is left out.
  absl::StatusOr<bool> Take(const FrameHeader& header, std::string_view payload, uint64_t offset,
                            sdk::BatchBuilder& batch);
  /// Fills in the record and its leaves. Data-loss error when it is not what was written, with the
  /// reason; invalid-argument error when this version cannot use it.
  absl::Status Parse(const FrameHeader& header, std::string_view payload, v1::Record* record);
  void Reject(const absl::Status& reason, std::string_view record_id, uint64_t offset);

  const sdk::Run run_;
  InputWindow input_;
  const uint64_t max_payload_;
  const bool verify_;
  sdk::FieldPaths paths_;
  // What the file must have at its end: counted here, or by the splitter.
  bool ends_file_ = true;
  bool is_whole_ = true;
  std::optional<Totals> totals_;
  uint64_t records_ = 0;
  DatasetDigest dataset_digest_;

  bool header_done_ = false;
  bool done_ = false;
  // True once a record was refused after it was parsed: the memory of a batch is not given back
  // before the batch goes, so from then on records are parsed elsewhere first.
  bool careful_ = false;
  v1::Record scratch_;
  std::string canonical_;
  Sha256 hash_;
  std::vector<LeafCount> counts_;
  std::vector<PuenteLeaves> leaves_;
};

}  // namespace puente::binary

#endif  // PUENTE_PLUGINS_BINARY_BINARY_READER_H_
