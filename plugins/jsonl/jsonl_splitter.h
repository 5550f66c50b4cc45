// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts JSON Lines into pieces of whole lines.
#ifndef PUENTE_PLUGINS_JSONL_JSONL_SPLITTER_H_
#define PUENTE_PLUGINS_JSONL_JSONL_SPLITTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::jsonl {

/// Looks for line feeds and nothing else: JSON has none inside a string.
class JsonlSplitter : public sdk::Splitter {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Splitter>> Open(const sdk::Run& run,
                                                             sdk::Source* source);
  absl::StatusOr<bool> Next(PuentePiece* piece) override;

 private:
  JsonlSplitter(const sdk::Run& run, sdk::Source* source);

  /// Makes the next block the one that begins at at_. It is empty at the end.
  absl::Status Fill();

  const sdk::Run run_;
  sdk::Source* const source_;
  const uint64_t piece_bytes_;
  std::string buffer_;
  std::string_view block_;  // what of the buffer was not gone over
  uint64_t at_ = 0;         // where the block begins
  uint64_t line_ = 1;
  bool is_first_ = true;  // nothing but blank lines so far
  bool done_ = false;
};

}  // namespace puente::jsonl

#endif  // PUENTE_PLUGINS_JSONL_JSONL_SPLITTER_H_
