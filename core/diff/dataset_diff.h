// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What differs between two inputs: records by identity, then their fields.

#ifndef PUENTE_CORE_DIFF_DATASET_DIFF_H_
#define PUENTE_CORE_DIFF_DATASET_DIFF_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/diff/record_diff.h"
#include "core/pipeline/pipeline.h"

namespace puente::diff {

/// A record that is not in both inputs, or not the same in both.
struct RecordChange {
  ChangeKind kind = ChangeKind::kChanged;
  /// Such as `activity`; `dataset_header`; empty for what stands between records or outside of the
  /// root element.
  std::string record_kind;
  /// The record's own identifier; may be empty.
  std::string id;
  /// Tells records with the same id apart; of the first input where it has the record.
  uint32_t ordinal = 0;
  /// The dataset, where an input has several; else empty.
  std::string dataset;
  /// kChanged: what differs, at least one.
  std::vector<Change> changes;
  /// kAdded and kRemoved of a record without id, and of what stands between records: its values.
  std::vector<NamedValue> values;
};

/// Counts of a comparison; dataset headers are no records.
struct DiffTotals {
  uint64_t records_before = 0;
  uint64_t records_after = 0;
  /// Records in both inputs without a difference.
  uint64_t same = 0;
  /// Of these, those that are written otherwise: elements stand in another order, or what stands
  /// between records does.
  uint64_t reordered = 0;
  uint64_t changed = 0;
  uint64_t added = 0;
  uint64_t removed = 0;
  /// Differences of fields, those of dataset headers and of what stands between records included.
  uint64_t field_changes = 0;
  /// Dataset headers that differ, and pieces that stand between records in one input only.
  uint64_t dataset_changes = 0;

  bool differ() const { return changed + added + removed + dataset_changes > 0; }
};

/// What became of a comparison.
struct DiffResult {
  /// OK, or why it ended: errors of ReadRecords, of temporary files, or of the callback.
  absl::Status status;
  DiffTotals totals;
  /// Findings of severity error and critical in both inputs: what they cost was not compared.
  uint64_t errors = 0;
};

/// Takes differences: those of records of the first input in its order, then what the second one
/// adds, then what stands between records. An error ends the comparison.
using DiffCallback = std::function<absl::Status(const RecordChange& change)>;

/// Compares two inputs. Records go together by kind and id, and by their dataset where one of the
/// inputs has several; of records with the same id equal ones go together first, then, of few, the
/// most alike ones, then those with the same ordinal. Memory is bounded by the largest records:
/// both inputs are kept in unlinked temporary files.
DiffResult DiffDatasets(const pipeline::Input& before, const pipeline::Input& after,
                        const pipeline::ReadSettings& settings, const DiffCallback& callback);

}  // namespace puente::diff

#endif  // PUENTE_CORE_DIFF_DATASET_DIFF_H_
