// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Says which records of two stores belong together, in bounded memory.

#ifndef PUENTE_CORE_DIFF_RECORD_MATCHING_H_
#define PUENTE_CORE_DIFF_RECORD_MATCHING_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/external_sort.h"
#include "core/diff/record_store.h"

namespace puente::diff {

/// Two records that belong together and may differ, or one without a counterpart.
struct Match {
  StoredRecord before;
  StoredRecord after;
  bool has_before = false;
  bool has_after = false;
};

/// Those of the first input in its order, then what only the second one has.
struct MatchOrder {
  bool operator()(const Match& a, const Match& b) const {
    if (a.has_before != b.has_before) return a.has_before;
    return a.has_before ? a.before.number < b.before.number : a.after.number < b.after.number;
  }
};

/// Finds matches. Records with the same key and content are only counted.
class RecordMatching {
 public:
  /// The stores must outlive it.
  RecordMatching(RecordStore* before, RecordStore* after) : before_(*before), after_(*after) {}

  /// Take the records of either input, with the key that counts.
  absl::Status AddBefore(const StoredRecord& entry) { return all_before_.Add(entry); }
  absl::Status AddAfter(const StoredRecord& entry) { return all_after_.Add(entry); }

  /// Matches; call it once, after all records. Errors are those of the stores.
  absl::Status Run();
  /// The next match; nothing at the end.
  absl::StatusOr<std::optional<Match>> Next() { return matches_.Next(); }
  /// Records that are equal in both.
  uint64_t equal() const { return equal_; }

 private:
  struct ByContent {
    bool operator()(const StoredRecord& a, const StoredRecord& b) const {
      if (a.key != b.key) return a.key < b.key;
      return a.content != b.content ? a.content < b.content : a.number < b.number;
    }
  };
  struct ByOrdinal {
    bool operator()(const StoredRecord& a, const StoredRecord& b) const {
      if (a.key != b.key) return a.key < b.key;
      return a.ordinal != b.ordinal ? a.ordinal < b.ordinal : a.number < b.number;
    }
  };
  using AllSorter = ExternalSorter<StoredRecord, ByContent>;
  using RestSorter = ExternalSorter<StoredRecord, ByOrdinal>;
  class Side;

  absl::Status TakeOutEqual();
  absl::Status MatchKey(Side* a, Side* b);
  absl::Status MatchFew(const std::vector<StoredRecord>& a, const std::vector<StoredRecord>& b);
  absl::Status MatchMany(std::vector<StoredRecord> a, std::vector<StoredRecord> b, Side* more_a,
                         Side* more_b);
  absl::Status Add(const StoredRecord* before, const StoredRecord* after);

  RecordStore& before_;
  RecordStore& after_;
  AllSorter all_before_;
  AllSorter all_after_;
  RestSorter rest_before_;
  RestSorter rest_after_;
  ExternalSorter<Match, MatchOrder> matches_{size_t{1} << 13};
  uint64_t equal_ = 0;
};

}  // namespace puente::diff

#endif  // PUENTE_CORE_DIFF_RECORD_MATCHING_H_
