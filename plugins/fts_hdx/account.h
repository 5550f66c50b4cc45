// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The account of one record that is written: what of it is in the table, and what is not.
#ifndef PUENTE_PLUGINS_FTS_HDX_ACCOUNT_H_
#define PUENTE_PLUGINS_FTS_HDX_ACCOUNT_H_

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "puente/v1/record.pb.h"

namespace puente::fts_hdx {

/// Counts each leaf of a record once: as kept, or as lost with its reason.
class Account {
 public:
  explicit Account(const sdk::Run& run) : run_(run) {}

  void Begin(const v1::Record& record, const sdk::RecordInfo& info);
  /// Says that the table shows a field, in this record and in all others.
  void Show(uint32_t field);
  /// Takes one leaf of a field; false when none is left.
  bool Claim(uint32_t field);
  /// Keeps a leaf that was claimed, at a path of the output; 0 when it shares a value.
  void Keep(uint32_t field, uint32_t out_path) { kept_.push_back({out_path, field, 1}); }
  /// Claims a leaf, if one is left, as lost.
  void Lose(uint32_t field, int32_t reason, std::string_view example);
  /// Says that what is left of a field in the end was put together with other values.
  void MergeRest(uint32_t field) { merged_.insert(field); }
  /// Counts what is left. Null in a field that is shown is lost by precision: an empty cell does
  /// not tell it from absent.
  void End();
  /// Counts all of a record as having no place.
  void LoseAll(const sdk::RecordInfo& info) const;

 private:
  /// The id of the field of a path in content of this kind.
  uint32_t FieldId(const v1::FieldPath& path, const google::protobuf::FieldDescriptor& content);

  const sdk::Run run_;
  // Fields by the numbers that lead to them, the kind of the content first.
  std::map<std::vector<uint32_t>, uint32_t> field_ids_;
  std::vector<uint32_t> numbers_;
  // By field, in the order of their first leaves.
  std::vector<std::pair<uint32_t, uint64_t>> left_;
  std::map<uint32_t, uint64_t> nulls_;
  std::set<uint32_t> merged_;
  std::vector<bool> shown_;
  std::vector<PuenteLeaves> kept_;
};

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_ACCOUNT_H_
