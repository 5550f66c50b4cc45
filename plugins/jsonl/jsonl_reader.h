// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads JSON Lines of records, whole or piece by piece.
#ifndef PUENTE_PLUGINS_JSONL_JSONL_READER_H_
#define PUENTE_PLUGINS_JSONL_JSONL_READER_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/leaves.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/line_reader.h"
#include "core/text/record_json.h"
#include "puente/v1/record.pb.h"

namespace puente::jsonl {

/// The longest line that a run accepts.
uint64_t MaxLine(const sdk::Run& run);

/// The context of pieces that come before the first line of a file that is not blank, and with it.
inline constexpr std::string_view kFirstLineContext = "first";

/// Reads one file or one piece of it. A line that is no record is left out with a finding. Errors
/// are a first line that is no JSON, since the file is then of another kind, and an end inside a
/// line.
class JsonlReader : public sdk::Reader {
 public:
  /// Reads a whole file.
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> Open(const sdk::Run& run,
                                                           sdk::Source* source);
  /// Reads a piece that JsonlSplitter made.
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenPiece(const sdk::Run& run,
                                                                sdk::Source* source,
                                                                const PuentePiece& piece);

  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  JsonlReader(const sdk::Run& run, sdk::Source* source, uint64_t offset, uint64_t line,
              bool is_first);

  /// Adds the record of a line to the batch. False when the line is left out.
  absl::StatusOr<bool> Take(const text::Line& line, sdk::BatchBuilder& batch);
  void Reject(const absl::Status& reason, const text::Line& line);

  const sdk::Run run_;
  text::LineReader lines_;
  text::RecordJsonParser parser_;
  sdk::FieldPaths paths_;
  // True until a line that is not blank was met.
  bool is_first_;
  bool done_ = false;
  // True once a line was refused after it was parsed: the memory of a batch is not given back
  // before the batch goes, so from then on records are parsed elsewhere first.
  bool careful_ = false;
  v1::Record scratch_;
  std::vector<LeafCount> counts_;
  std::vector<PuenteLeaves> leaves_;
};

}  // namespace puente::jsonl

#endif  // PUENTE_PLUGINS_JSONL_JSONL_READER_H_
