// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads one answer of the FTS API.
#ifndef PUENTE_PLUGINS_FTS_FTS_READER_H_
#define PUENTE_PLUGINS_FTS_FTS_READER_H_

#include <memory>
#include <string>
#include <string_view>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/json_slicer.h"
#include "core/text/json_tree.h"
#include "plugins/fts/answer_builder.h"

namespace puente::fts {

/// Reads an answer slice by slice: a header with what stands before the array of flows, plans,
/// places or yearly totals, a record for each element, and a second header with what stands behind
/// the array. An answer without such an array, a grouped one, is one header.
class FtsReader : public sdk::Reader {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> Open(const sdk::Run& run, sdk::Source* source,
                                                           const sdk::Options& options);
  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  FtsReader(const sdk::Run& run, sdk::Source* source);

  absl::Status TakeEnvelope(const text::JsonSlice& slice, sdk::BatchBuilder& batch);
  /// False when the element is left out.
  absl::StatusOr<bool> TakeElement(const text::JsonSlice& slice, sdk::BatchBuilder& batch);
  /// What kind of record an element is.
  RecordKind KindOf(const text::JsonNode& object) const;
  void Reject(const text::JsonSlice& slice, const absl::Status& reason);
  /// Takes the query from the option, or from the file's name and says so.
  void TakeQuery(const sdk::Options& options, std::string_view name);

  const sdk::Run run_;
  text::JsonSlicer slicer_;
  text::JsonTree tree_;
  AnswerBuilder builder_;
  std::string query_;  // what was asked for; empty when it is not known
  uint64_t elements_ = 0;
  std::string array_name_;  // `data.flows`
};

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_FTS_READER_H_
