// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts what becomes of a record that is written as something else, such as a flow as an activity.
#ifndef PUENTE_CORE_PLUGIN_SDK_CROSSWALK_ACCOUNT_H_
#define PUENTE_CORE_PLUGIN_SDK_CROSSWALK_ACCOUNT_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/plugin/sdk/path_ids.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::sdk {

/// A writer that makes of a record a stand-in, which its format can say, writes the stand-in and
/// counts the values of that. This account says of which values of the record they are made; all
/// other values written are derived, all other values of the record lost. One for each writer.
class CrosswalkAccount {
 public:
  explicit CrosswalkAccount(const Run& run) : run_(run), ids_(run) {}

  /// One value of the record at field path `from` goes to field path `to` of the stand-in.
  void Keep(std::string_view from, std::string_view to) {
    Add(&moved_[ids_.Id(to)], ids_.Id(from), 1);
  }
  /// Values of the record that the output says without a value of their own, such as by where
  /// others stand.
  void KeepUnwritten(std::string_view from, uint64_t count = 1) {
    const uint32_t field = ids_.Id(from);
    kept_[field] += count;
    run_.CountKept(field, 0, count);
  }
  /// One value of the record is lost for a reason (PUENTE_LOSS_…). What is neither kept nor lost
  /// by the end has no place in the target.
  void Lose(std::string_view from, int32_t reason, std::string_view example) {
    losses_.push_back({ids_.Id(from), reason, std::string(example)});
  }

  /// Tells the host all of it. `written`: what was written of the stand-in, by path in the output
  /// (`source_path`) and field path of the stand-in.
  void End(const RecordInfo& info, std::span<const PuenteLeaves> written) {
    for (const PuenteLeaves& leaves : written) {
      uint64_t left = leaves.count;
      for (auto& [field, count] : moved_[leaves.field_path]) {
        const uint64_t moved = std::min(left, count);
        if (moved == 0) continue;
        run_.CountKept(field, leaves.source_path, moved);
        kept_[field] += moved;
        count -= moved;
        left -= moved;
      }
      if (left > 0) run_.CountDerived(leaves.source_path, left);
    }
    EndLosses(info);
    moved_.clear();
    kept_.clear();
    losses_.clear();
  }

 private:
  using Counts = std::vector<std::pair<uint32_t, uint64_t>>;
  struct Loss {
    uint32_t field;
    int32_t reason;
    std::string example;
  };

  static void Add(Counts* counts, uint32_t field, uint64_t count) {
    for (auto& [known, sum] : *counts) {
      if (known == field) {
        sum += count;
        return;
      }
    }
    counts->emplace_back(field, count);
  }

  void EndLosses(const RecordInfo& info) {
    // In the order of the record, so that the receipt is the same each time.
    Counts left;
    for (const PuenteLeaves& leaves : info.leaves) Add(&left, leaves.field_path, leaves.count);
    absl::flat_hash_map<uint32_t, uint64_t*> by_field;
    for (auto& [field, count] : left) {
      count -= std::min(count, kept_[field]);
      by_field[field] = &count;
    }
    for (const Loss& loss : losses_) {
      const auto found = by_field.find(loss.field);
      if (found == by_field.end() || *found->second == 0) continue;
      --*found->second;
      run_.ReportLoss(loss.field, 1, loss.reason, loss.example);
    }
    for (const auto& [field, count] : left) {
      if (count > 0) run_.ReportLoss(field, count, PUENTE_LOSS_NO_PLACE, "");
    }
  }

  const Run run_;
  PathIds ids_;
  // For each field of the stand-in, the fields of the record that its values come from.
  absl::flat_hash_map<uint32_t, Counts> moved_;
  absl::flat_hash_map<uint32_t, uint64_t> kept_;
  std::vector<Loss> losses_;
};

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_CROSSWALK_ACCOUNT_H_
