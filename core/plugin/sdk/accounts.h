// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The accounts of readers and writers whose format has a fixed set of fields. Part of the SDK.
#ifndef PUENTE_CORE_PLUGIN_SDK_ACCOUNTS_H_
#define PUENTE_CORE_PLUGIN_SDK_ACCOUNTS_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"

namespace puente::sdk {

/// A field of a format, and the field of a record that it is: the name of a column, say, and a path
/// of the schema as receipts have it, `activity.title.narratives.text`.
struct FieldName {
  std::string_view source;  ///< The format's own name.
  std::string_view field;   ///< The path in the schema.
};

/// Describes records that were read. One for each reader.
class ReadAccount {
 public:
  /// Fields that are not in `names` are told under their own path.
  ReadAccount(const Run& run, std::span<const FieldName> names);

  /// Says of the newest record of the batch where it begins, how long it is in the source, and
  /// which values were read for it: all that it holds. `id` is its own identifier.
  void Describe(BatchBuilder& batch, std::string_view id, const PuentePosition& origin,
                uint64_t length);
  /// A value of the source that goes into no record: it is counted as refused. Report a finding
  /// that says why.
  void Reject(std::string_view source) const;

 private:
  const Run run_;
  FieldPaths paths_;
  std::vector<std::pair<uint32_t, uint32_t>> names_;  // id of the field, id of the source
  std::vector<LeafCount> counts_;
  std::vector<PuenteLeaves> leaves_;
};

/// Tells what of a record was written. One for each writer.
class WriteAccount {
 public:
  WriteAccount(const Run& run, std::span<const FieldName> names);

  /// To be called once in each `Put`: of the field `names[i]`, `written[i]` values are in the
  /// output. All other values of the record are lost, because the format has no place for them.
  void Settle(const RecordInfo& info, std::span<const uint32_t> written) const;

 private:
  const Run run_;
  std::vector<std::pair<uint32_t, uint32_t>> names_;
};

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_ACCOUNTS_H_
